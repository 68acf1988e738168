// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/any_calendar.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

#include <sched/calendar/algebra.hpp>

using namespace sched;
using namespace calendar_model;
using calendar::any_calendar;

TEST_CASE("any_calendar answers like what it holds") {
  const auto c = calendar::periodic(12, {{0, 4}, {6, 9}});
  CHECK(mismatch(any_calendar(c), brute_force([](std::int64_t t) {
                   return modulo(t, 12) < 4 || (modulo(t, 12) >= 6 && modulo(t, 12) < 9);
                 })) == "");
  CHECK(mismatch(any_calendar(), brute_force([](std::int64_t) { return true; })) == "");
  CHECK(mismatch(any_calendar(calendar::never_open{}), brute_force([](std::int64_t) { return false; })) == "");
}
TEST_CASE("only a calendar known to have no breaks is always open") {
  CHECK(any_calendar().always_open());
  CHECK(any_calendar(calendar::always_open{}).always_open());
  CHECK_FALSE(any_calendar(calendar::never_open{}).always_open());
  CHECK_FALSE(any_calendar(calendar::closed_periods({})).always_open());
}
TEST_CASE("copies share and outlive the original") {
  any_calendar copy;
  {
    const any_calendar original = calendar::closed_periods({{3, 5}});
    copy = original;
  }
  CHECK(copy.next_open(3) == instant(5));
}
TEST_CASE("any_calendar passes the repetition on and says nothing for calendars that do not tell") {
  CHECK(calendar::repeats(any_calendar(calendar::periodic(12, {{0, 4}})))->period == duration(12));
  CHECK(calendar::repeats(any_calendar()).has_value());
  CHECK_FALSE(calendar::repeats(any_calendar(opaque(calendar::always_open{}))).has_value());
}
TEST_CASE("types that hold an any_calendar are calendars, and can be held in turn") {
  const any_calendar c = calendar::periodic(10, {{0, 4}});
  const any_calendar nested = calendar::complement(calendar::mirrored(any_calendar(opaque(c)), 0));
  CHECK(nested.is_open(0));
  CHECK_FALSE(nested.is_open(-1));
}
