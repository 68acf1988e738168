// SPDX-License-Identifier: BSL-1.0
#include <sched/io/detail/chart_dates.hpp>

#include <string>

#include "support/catch.hpp"

using namespace sched;
using detail::time_scale;

TEST_CASE("chart dates: days and civil dates are inverse over eight centuries") {
  std::int64_t day = detail::days_from_civil({1600, 1, 1});
  REQUIRE(detail::days_from_civil({1970, 1, 1}) == 0);
  REQUIRE(detail::days_from_civil({2000, 3, 1}) == 11017);
  for (; day < detail::days_from_civil({2400, 1, 1}); ++day) {
    const auto d = detail::civil_from_days(day);
    if (detail::days_from_civil(d) != day) FAIL("day " << day);
  }
}

TEST_CASE("chart dates: epochs are ISO dates with or without a time of day") {
  REQUIRE(detail::parse_epoch("") == 0);
  REQUIRE(detail::parse_epoch("1970-01-02") == 86400);
  REQUIRE(detail::parse_epoch("2026-01-05T08:30") == 1767601800);
  REQUIRE(detail::parse_epoch("2026-01-05 08:30:05Z") == 1767601805);
  for (const char* bad : {"2026", "2026-13-01", "2026-02-30", "2026-01-05T", "2026-01-05T25:00", "2026-01-05T08:30:99",
                          "x026-01-05", "2026/01/05", "2026-01-05T08:30:05+01", "2026-01-00"}) {
    CAPTURE(bad);
    REQUIRE_THROWS_AS(detail::parse_epoch(bad), sched::error);
  }
  REQUIRE_THROWS_AS(time_scale({.seconds_per_tick = -1}), sched::error);
}

TEST_CASE("chart dates: instants are written as integers, dates, or dates with times") {
  REQUIRE(time_scale({}).instant_text(42) == "42");
  REQUIRE(time_scale({}).instant_text(instant::infinity()) == "\u221e");
  const time_scale days({.epoch = "2026-01-05", .seconds_per_tick = 86400, .inclusive_finish = true});
  REQUIRE(days.instant_text(0) == "2026-01-05");
  REQUIRE(days.finish_text(0, 5) == "2026-01-09");
  REQUIRE(days.finish_text(3, 3) == "2026-01-08");
  const time_scale minutes({.epoch = "2026-01-05T08:00", .seconds_per_tick = 60});
  REQUIRE(minutes.instant_text(61) == "2026-01-05 09:01");
  REQUIRE(minutes.instant_text(-481) == "2026-01-04 23:59");
  // Beyond every calendar the number itself is written.
  REQUIRE(days.instant_text(std::int64_t{1} << 60) == std::to_string(std::int64_t{1} << 60));
}

TEST_CASE("chart dates: number ticks are multiples of 1, 2 or 5 times a power of ten, in order, inside, not too many") {
  const time_scale scale(chart_axis{});
  for (std::int64_t length : {1, 7, 10, 99, 1000, 12345, 1000000007})
    for (std::int64_t start : {-500, 0, 13}) {
      const auto ticks = scale.ticks_in({start, start + length}, 12);
      CAPTURE(start, length);
      REQUIRE_FALSE(ticks.empty());
      REQUIRE(ticks.size() <= 13);
      double last = -1;
      for (const auto& t : ticks) {
        REQUIRE(t.at > last);
        REQUIRE(t.at <= static_cast<double>(length));
        REQUIRE(std::stoll(t.label) == start + static_cast<std::int64_t>(t.at));
        last = t.at;
      }
    }
}

TEST_CASE("chart dates: date ticks stand at midnights, Mondays, firsts of months and years") {
  const time_scale days({.epoch = "2026-01-05", .seconds_per_tick = 86400});
  const auto weeks = days.ticks_in({0, 60}, 12);
  REQUIRE(weeks.front().at == 0);  // 2026-01-05 is a Monday
  REQUIRE(weeks[1].at == 7);
  REQUIRE(weeks.front().above == "Jan 2026");
  const auto months = days.ticks_in({0, 365}, 14);
  REQUIRE(months.front().label == "Feb");
  REQUIRE(months.front().at == 27);
  const auto years = days.ticks_in({0, 365 * 40}, 10);
  REQUIRE(years.front().label == "2030");
  REQUIRE(years[1].label == "2035");
  const time_scale seconds({.epoch = "2026-01-05T23:59:50", .seconds_per_tick = 1});
  const auto fine = seconds.ticks_in({0, 20}, 6);
  REQUIRE(fine.front().label == "23:59:50");
  REQUIRE(fine[2].label == "00:00:00");
  REQUIRE(fine[2].above == "Tue 6 Jan 2026");
}
