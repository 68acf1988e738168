// expect: resource_calendar
// SPDX-License-Identifier: BSL-1.0
// A calendar without sub_work is refused by the algebra, by the concept's name.
#include <sched/calendar.hpp>

struct half_a_calendar {
  bool is_open(sched::instant) const { return true; }
  sched::instant next_open(sched::instant t) const { return t; }
  sched::instant next_closed(sched::instant t) const { return t; }
  sched::instant prev_open(sched::instant t) const { return t; }
  sched::instant prev_closed(sched::instant t) const { return t; }
  sched::instant add_work(sched::instant t, sched::duration) const { return t; }
#ifdef SCHED_COMPILE_FAIL_FIXED
  sched::instant sub_work(sched::instant t, sched::duration) const { return t; }
#endif
  sched::duration work_between(sched::interval i) const { return i.length(); }
};

auto both() { return sched::calendar::intersect(half_a_calendar{}, sched::calendar::never_open{}); }
