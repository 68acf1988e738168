// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/weekly.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

using namespace sched;
using namespace sched::calendar;
using calendar_model::modulo;

TEST_CASE("weekdays with a lunch break, in hours") {
  const auto c = shifts(1, 24 * 4)
                     .open(weekday::monday, weekday::friday, {8}, {12})
                     .open(weekday::monday, weekday::friday, {13}, {17})
                     .build();
  const auto open = [](std::int64_t t) {
    const std::int64_t hour = modulo(t - 24 * 4, 168);
    return hour / 24 < 5 && hour % 24 >= 8 && hour % 24 < 17 && hour % 24 != 12;
  };
  CHECK(calendar_model::mismatch(c, calendar_model::brute_force(open, 0, 1500, 168)) == "");
  CHECK(c.work_per_period() == duration(40));
}
TEST_CASE("a night shift goes on into the next day, Sunday's into the next week") {
  const auto c = shifts(60).open(weekday::saturday, weekday::monday, {22}, {6}).build();
  CHECK(c.work_per_period() == duration(3 * 8 * 60));
  CHECK(c.next_open(0) == instant(0));  // Sunday's shift
  CHECK(c.next_closed(0) == instant(6 * 60));
  CHECK(c.next_open(6 * 60) == instant(22 * 60));
  CHECK(c.is_open(-1));
}
TEST_CASE("round the clock is one day's shift from 0 to 24, and equal times mean 24 hours") {
  CHECK(shifts(4).open(weekday::monday, weekday::sunday, {0}, {24}).build().next_closed(0) == instant::infinity());
  CHECK(shifts(4).open(weekday::monday, {6}, {6}).build().work_per_period() == duration(96));
}
TEST_CASE("the default week is one of minutes") {
  const auto c = weekly({{9'000, 10'200}}, 10'080, 40);
  CHECK(c.period() == duration(10'080));
  CHECK(c.is_open(40 + 10'079));
  CHECK(c.is_open(40 + 119));
  CHECK_FALSE(c.is_open(40 + 120));
}
TEST_CASE("times that do not exist or fall between ticks are errors") {
  CHECK_THROWS_AS(shifts(0), error);
  CHECK_THROWS_AS(shifts(1).open(weekday::monday, {8, 30}, {12}), error);
  CHECK_NOTHROW(shifts(2).open(weekday::monday, {8, 30}, {12}));
  CHECK_THROWS_AS(shifts(60).open(weekday::monday, {8, 60}, {12}), error);
  CHECK_THROWS_AS(shifts(60).open(weekday::monday, {-1}, {12}), error);
  CHECK_THROWS_AS(shifts(60).open(weekday::monday, {8}, {24, 1}), error);
  CHECK_NOTHROW(shifts(3600).open(weekday::monday, {8, 0, 1}, {24}));
}
