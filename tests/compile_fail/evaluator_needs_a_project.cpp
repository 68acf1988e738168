// expect: evaluator
// SPDX-License-Identifier: BSL-1.0
// An evaluator is called with the project and the schedule.

#include <sched/evaluate/objective.hpp>

struct latest_finish {
#ifdef SCHED_COMPILE_FAIL_FIXED
  double operator()(const sched::project&, const sched::schedule& s) const {
#else
  double operator()(const sched::schedule& s) const {
#endif
      return static_cast<double>(s.makespan().count());
}
}
;

static_assert(sched::evaluator<sched::evaluate::makespan>);
auto wrong() { return sched::evaluate::weigh(1.0, latest_finish{}); }
