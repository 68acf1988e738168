// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/civil.hpp>

#include "support/catch.hpp"

using namespace sched;
using namespace sched::calendar;

TEST_CASE("day numbers and dates are inverse, day by day over more than 400 years") {
  civil_date d{1599, 12, 31};
  std::int64_t n = days_from_civil(d);
  int day_of_week = static_cast<int>(weekday_of(n));
  for (int k = 0; k < 160'000; ++k) {
    ++n;
    day_of_week = (day_of_week + 1) % 7;
    if (++d.day > days_in_month(d.year, d.month)) {
      d.day = 1;
      if (++d.month > 12) {
        d.month = 1;
        ++d.year;
      }
    }
    if (days_from_civil(d) != n || civil_from_days(n) != d || static_cast<int>(weekday_of(n)) != day_of_week) {
      FAIL("day " << n);
    }
  }
}
TEST_CASE("known days") {
  STATIC_REQUIRE(days_from_civil({1970, 1, 1}) == 0);
  STATIC_REQUIRE(days_from_civil({2000, 3, 1}) == 11'017);
  STATIC_REQUIRE(days_from_civil({0, 1, 1}) == -719'528);
  STATIC_REQUIRE(weekday_of(0) == weekday::thursday);
  STATIC_REQUIRE(weekday_of(-1) == weekday::wednesday);
  STATIC_REQUIRE(weekday_of(-719'528) == weekday::saturday);
  STATIC_REQUIRE(civil_from_days(days_from_civil({-4801, 2, 28})) == civil_date{-4801, 2, 28});
}
TEST_CASE("dates that do not exist are not valid") {
  CHECK(is_valid({2024, 2, 29}));
  CHECK_FALSE(is_valid({2023, 2, 29}));
  CHECK_FALSE(is_valid({1900, 2, 29}));
  CHECK(is_valid({2000, 2, 29}));
  CHECK_FALSE(is_valid({2024, 13, 1}));
  CHECK_FALSE(is_valid({2024, 0, 1}));
  CHECK_FALSE(is_valid({2024, 4, 31}));
  CHECK_FALSE(is_valid({2024, 4, 0}));
}
