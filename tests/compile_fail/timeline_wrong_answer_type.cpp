// expect: resource_timeline
// SPDX-License-Identifier: BSL-1.0
// A timeline that answers a fit with a yes or no instead of an instant is refused, by the concept's name.
#include <sched/calendar/always.hpp>
#include <sched/timeline.hpp>

class hasty_timeline : public sched::step_timeline {
public:
  using step_timeline::step_timeline;
#ifndef SCHED_COMPILE_FAIL_FIXED
  bool earliest_fit(sched::instant t, sched::duration d, sched::amount n) const {
    return step_timeline::earliest_fit(t, d, n) == t;
  }
#endif
};

sched::interval fit(const hasty_timeline& t) {
  return sched::earliest_fit(t, sched::calendar::always_open{}, sched::break_rule::closed, 0, 5, 1);
}
