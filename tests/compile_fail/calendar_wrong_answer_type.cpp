// expect: resource_calendar
// SPDX-License-Identifier: BSL-1.0
// Answers are instants, not numbers that wrap.
#include <sched/calendar.hpp>

struct wraps : sched::calendar::always_open {
#ifndef SCHED_COMPILE_FAIL_FIXED
  long long add_work(sched::instant t, sched::duration w) const { return t.count() + w.count(); }
#endif
};

auto repeated() { return sched::calendar::recurring<wraps>(wraps{}, 7); }
