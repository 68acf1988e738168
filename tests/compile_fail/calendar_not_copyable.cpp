// expect: resource_calendar
// SPDX-License-Identifier: BSL-1.0
// any_calendar holds copyable calendars only.
#include <memory>

#include <sched/calendar.hpp>

struct moved_only : sched::calendar::always_open {
#ifndef SCHED_COMPILE_FAIL_FIXED
  std::unique_ptr<int> state;
#endif
};

auto held() { return sched::calendar::any_calendar(moved_only{}); }
