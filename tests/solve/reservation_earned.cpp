// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/reservation_earned.hpp>

#include <cstdint>
#include <vector>

#include <sched/backfill.hpp>

#include "support/catch.hpp"
#include "support/job_traces.hpp"

using namespace sched;
using sched_test::starts_of;
using sched_test::trace_of;

namespace {

using list = std::vector<std::int64_t>;
template <reservation_policy R>
list run(const std::vector<job>& jobs, R policy) {
  return starts_of(jobs, backfill(10, order::fcfs{}, policy));
}

}  // namespace

TEST_CASE("selective: a reservation is earned by waiting") {
  const auto patient = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {2, 4, 100, 100}});
  CHECK(run(patient, reserve::selective{2.0}) == list{0, 102, 2});
  const auto urgent = trace_of({{0, 6, 10, 10}, {1, 10, 1, 1}, {2, 4, 100, 100}});
  CHECK(run(urgent, reserve::selective{2.0}) == list{0, 10, 11});
}

TEST_CASE("earned: any predicate says who is reserved") {
  auto jobs = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {2, 4, 100, 100}});
  const auto important = [](const waiting_job& j, instant) { return j.priority > 0; };
  CHECK(run(jobs, reserve::earned(important)) == list{0, 102, 2});
  jobs[1].priority = 1;
  CHECK(run(jobs, reserve::earned(important)) == list{0, 10, 14});
  const auto everybody = [](const waiting_job&, instant) { return true; };
  CHECK(run(jobs, reserve::earned(everybody)) == run(jobs, reserve::depth{reserve::depth::all}));
}

TEST_CASE("adaptive: the threshold is 1 before the first end, then the mean bounded slowdown") {
  const auto jobs = trace_of({{0, 6, 10, 10}, {1, 10, 4, 4}, {2, 4, 100, 100}});
  CHECK(run(jobs, reserve::selective_adaptive{}) == run(jobs, reserve::selective{1.0}));
  reserve::selective_adaptive policy;
  reserve::selective_adaptive::memory m;
  policy.observe(90, 10, m);  // 10
  policy.observe(0, 5, m);    // 1
  CHECK(m.sum / static_cast<double>(m.jobs) == 5.5);
  // A job of slowdown 3 raises the threshold to 2: the wide one, which has waited 3 of 40, is not reserved any more.
  const auto slowed = trace_of({{0, 10, 20, 20}, {0, 6, 30, 10}, {0, 2, 60, 60}, {28, 10, 40, 40}, {31, 4, 100, 100}});
  CHECK(run(slowed, reserve::selective_adaptive{}) == list{0, 20, 20, 131, 31});
  CHECK(run(slowed, reserve::selective{1.0}) == list{0, 20, 20, 80, 120});
}
