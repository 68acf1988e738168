// SPDX-License-Identifier: BSL-1.0
// What a user writes: build a small project and ask for its critical path.

#include <cstdio>

#ifdef SCHED_SINGLE_HEADER
#include <sched.hpp>
#else
#include <sched/core/config.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project_builder.hpp>
#endif

int other_unit();

int main() {
  sched::project_builder builder;
  const auto crew = builder.add_renewable(2, "crew");
  const auto dig = builder.add_task(3, {{crew, 1}});
  const auto pour = builder.add_task(2, {{crew, 2}});
  builder.add_precedence(dig, pour);
  const sched::project house = builder.build();
  std::printf("sched %s: %zu tasks\n", SCHED_VERSION_STRING, house.task_count());
  return house.task_count() == 2 && other_unit() == 2 ? 0 : 1;
}
