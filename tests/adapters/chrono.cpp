// SPDX-License-Identifier: BSL-1.0
#include <sched/adapters/chrono.hpp>

#include "support/catch.hpp"

#include <array>

using namespace sched;
using namespace std::chrono_literals;
using std::chrono::sys_days;

namespace {
const time_scale minutes(sys_days(2024y / 3 / 1) + 6h, 1min);  // a Friday, 06:00
}

TEST_CASE("times and ticks are inverse; between ticks floor and ceil say which one") {
  const time_scale::time_point when = sys_days(2024y / 3 / 1) + 7h;
  CHECK(minutes.to_ticks(when) == instant(60));
  CHECK(minutes.to_time(60) == when);
  CHECK(minutes.floor_ticks(when + 59s) == instant(60));
  CHECK(minutes.ceil_ticks(when + 1ms) == instant(61));
  CHECK(minutes.floor_ticks(minutes.epoch() - 1ms) == instant(-1));
  CHECK(minutes.ceil_ticks(minutes.epoch() - 1ms) == instant(0));
  CHECK_THROWS_AS(minutes.to_ticks(when + 1s), error);
  CHECK(minutes.to_ticks(2h) == duration(120));
  CHECK_THROWS_AS(minutes.to_ticks(90s), error);
}
TEST_CASE("dates and ticks: a date is its midnight, a tick lies in a day") {
  CHECK(minutes.to_ticks(2024y / 3 / 2) == instant(18 * 60));
  CHECK(minutes.to_date(18 * 60) == 2024y / 3 / 2);
  CHECK(minutes.to_date(18 * 60 - 1) == 2024y / 3 / 1);
  CHECK(minutes.to_date(-6 * 60 - 1) == 2024y / 2 / 29);
  CHECK_THROWS_AS(minutes.to_ticks(2023y / 2 / 29), error);
  CHECK_THROWS_AS(minutes.to_date(instant::infinity()), error);
  CHECK_THROWS_AS(minutes.to_date(instant::max()), error);
}
TEST_CASE("own dates agree with the standard library's") {
  for (int day = -800'000; day < 800'000; day += 97) {
    const std::chrono::year_month_day d{sys_days(std::chrono::days(day))};
    const calendar::civil_date own = calendar::civil_from_days(day);
    if (own.year != int(d.year()) || own.month != int(unsigned(d.month())) || own.day != int(unsigned(d.day())))
      FAIL(day);
  }
}
TEST_CASE("text is read and written as ISO 8601") {
  const time_scale seconds({}, 1s);
  for (const char* text : {"1970-01-01", "2024-02-29", "2024-12-31T23:59", "0000-01-01", "9999-12-31T00:00:01"})
    CHECK(seconds.format(seconds.parse(text)) == text);
  CHECK(seconds.parse("1970-01-01 01:00Z") == instant(3600));
  CHECK(seconds.format(-1) == "1969-12-31T23:59:59");
  CHECK(time_scale({}, 1ms).format(90'001) == "1970-01-01T00:01:30.001");
  CHECK(minutes.parse("2024-03-01T06:00") == instant(0));
}
TEST_CASE("text that is no date is an error that quotes it") {
  for (const char* text : {"", "2024", "2024-2-29", "2023-02-29", "2024-13-01", "2024-01-00", "2024-01-01T",
                           "2024-01-01T24:00", "2024-01-01T10:60", "2024-01-01T10:00:60", "2024-01-01T10:00x",
                           "2024-01-01T10:00ZZ", "2024/01/01", "-024-01-01", "2024-01-01x", "2024-01-01T1:00"}) {
    INFO(text);
    CHECK_THROWS_AS(minutes.parse(text), error);
  }
  try {
    (void)minutes.parse("tomorrow");
    FAIL("no error");
  } catch (const error& e) {
    CHECK(std::string(e.what()).find("`tomorrow`") != std::string::npos);
  }
  CHECK_THROWS_AS(minutes.parse("2024-03-01T06:00:30"), error);  // between two ticks
}
TEST_CASE("weekly shifts fall on real weekdays") {
  using enum calendar::weekday;
  const auto c = minutes.weekly_shifts().open(monday, friday, {8}, {17}).build();
  CHECK(minutes.format(c.next_open(0)) == "2024-03-01T08:00");
  CHECK(minutes.format(c.next_open(c.next_closed(120))) == "2024-03-04T08:00");
  CHECK_THROWS_AS(time_scale({}, 7min).weekly_shifts(), error);
}
TEST_CASE("yearly holidays fall on real dates") {
  const std::array days{calendar::holiday::on(12, 25), calendar::holiday::on(2, 29)};
  const auto c = minutes.yearly_holidays(days);
  CHECK(minutes.format(c.next_closed(0)) == "2024-12-25");
  CHECK(minutes.format(c.prev_closed(0)) == "2024-03-01");
  CHECK(minutes.format(c.prev_open(c.prev_closed(0))) == "2024-02-29");
}
TEST_CASE("scales and results out of range are errors") {
  CHECK_THROWS_AS(time_scale({}, 0ms), error);
  CHECK_THROWS_AS(minutes.to_time(instant::max()), error);
  CHECK_THROWS_AS(minutes.to_time(instant::minus_infinity()), error);
}
