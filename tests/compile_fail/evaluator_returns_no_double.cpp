// expect: evaluator
// SPDX-License-Identifier: BSL-1.0
// An evaluator's value is a double: a weighted sum refuses one that returns something else, by the concept's name.

#include <sched/evaluate/objective.hpp>

struct rounded {
#ifdef SCHED_COMPILE_FAIL_FIXED
  double
#else
  long
#endif
  operator()(const sched::project&, const sched::schedule& s) const {
    return s.makespan().count() > 0 ? 1 : 0;
  }
};

auto wrong() { return sched::evaluate::weighted_sum(sched::evaluate::weigh(1.0, rounded{})); }
