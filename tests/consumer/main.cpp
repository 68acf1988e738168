// SPDX-License-Identifier: BSL-1.0
// What a user writes: a small project, a schedule, its proof.

#include <cstdio>

#ifdef SCHED_SINGLE_HEADER
#include <sched.hpp>
#else
#include <sched/core/config.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>
#endif

int other_unit();

int main() {
  sched::project_builder builder;
  const auto crew = builder.add_renewable(2, "crew");
  const auto dig = builder.add_task(3, {{crew, 1}});
  const auto pour = builder.add_task(2, {{crew, 2}});
  builder.add_precedence(dig, pour);
  const sched::project house = builder.build();
  const sched::schedule_result result = sched::parallel_sgs(house, sched::priority::latest_finish{});
  std::printf("sched %s: makespan %lld\n", SCHED_VERSION_STRING, static_cast<long long>(result.makespan().count()));
  const bool proved = result.solved() && sched::validate(house, result.schedule).ok();
  return proved && result.makespan() == 5 && other_unit() == 2 ? 0 : 1;
}
