// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/always.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

using namespace sched;
using namespace calendar_model;

TEST_CASE("always_open answers like an array of open ticks") {
  CHECK(mismatch(calendar::always_open{}, brute_force([](std::int64_t) { return true; })).empty());
}
TEST_CASE("never_open answers like an array of closed ticks") {
  CHECK(mismatch(calendar::never_open{}, brute_force([](std::int64_t) { return false; })).empty());
}
TEST_CASE("constant calendars saturate and do not wrap") {
  CHECK(calendar::always_open{}.add_work(instant::max(), 5) == instant::infinity());
  CHECK(calendar::always_open{}.sub_work(instant::min(), 5) == instant::minus_infinity());
  CHECK(calendar::never_open{}.add_work(7, 0) == instant(7));
}
