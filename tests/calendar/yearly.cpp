// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/yearly.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

using namespace sched;
using namespace sched::calendar;
using calendar_model::brute_force;
using calendar_model::mismatch;

TEST_CASE("holidays return every year, the leap day in leap years only") {
  const yearly c({holiday::on(12, 25, 2), holiday::on(1, 1), holiday::on(2, 29)}, 2, {1999, 12, 20});
  const std::int64_t tick_0 = days_from_civil({1999, 12, 20});
  const auto open = [&](std::int64_t t) {
    const civil_date d = civil_from_days(tick_0 + calendar::detail::floor_divide(t, 2).quotient);
    return !((d.month == 12 && (d.day == 25 || d.day == 26)) || (d.month == 1 && d.day == 1) ||
             (d.month == 2 && d.day == 29));
  };
  CHECK(mismatch(c, brute_force(open, 0, 6000, 800)) == "");
  // Around 1900 and 2100, no leap years, and in another 400-year cycle.
  for (const std::int64_t year : {1900, 2100, 4399, -1200})
    CHECK(mismatch(c, brute_force(open, 2 * (days_from_civil({year, 6, 1}) - tick_0), 3000, 800), 5, 99) == "");
}
TEST_CASE("holidays by weekday: the fourth Thursday, the last Monday, the second to last Friday, a fifth Sunday") {
  const yearly c({holiday::nth(11, weekday::thursday, 4), holiday::last(5, weekday::monday),
                  holiday::nth(7, weekday::friday, -2), holiday::nth(1, weekday::sunday, 5)},
                 1, {2024, 1, 1});
  const std::int64_t tick_0 = days_from_civil({2024, 1, 1});
  const auto open = [&](std::int64_t t) {
    const civil_date d = civil_from_days(tick_0 + t);
    const weekday w = weekday_of(tick_0 + t);
    return !((d.month == 11 && w == weekday::thursday && (d.day + 6) / 7 == 4) ||
             (d.month == 5 && w == weekday::monday && d.day > 24) ||
             (d.month == 7 && w == weekday::friday && d.day > 17 && d.day <= 24) ||
             (d.month == 1 && w == weekday::sunday && d.day > 28));
  };
  CHECK(mismatch(c, brute_force(open, 0, 9000, 3000)) == "");
  CHECK_FALSE(c.is_open(days_from_civil({2024, 11, 28}) - tick_0));
  CHECK_FALSE(c.is_open(days_from_civil({2025, 5, 26}) - tick_0));
}
TEST_CASE("a stretch of holidays runs over the new year and over the 400-year cycle") {
  const yearly c({holiday::on(12, 24, 10)}, 1, {2399, 12, 1});
  CHECK(c.next_closed(0) == instant(23));
  CHECK(c.next_open(23) == instant(33));
  CHECK(c.add_work(22, 2) == instant(34));
  CHECK(c.sub_work(34, 2) == instant(22));
}
TEST_CASE("every day closed is never open, and its complement is always open") {
  const yearly c({holiday::on(1, 1, 366)}, 24);
  CHECK(c.next_open(5) == instant::infinity());
  CHECK(c.add_work(5, 1) == instant::infinity());
}
TEST_CASE("huge times are answered without expansion") {
  const yearly c({holiday::on(12, 25)}, 86'400, {1970, 1, 1});
  const instant far = (std::int64_t{1} << 62);
  const instant f = c.add_work(far, 86'400 * 364);
  CHECK(c.work_between({far, f}) == duration(86'400 * 364));
  CHECK(c.sub_work(f, 86'400 * 364) <= far + 86'400);
  CHECK(c.add_work(instant::max(), 1) == instant::infinity());
  CHECK(c.next_closed(far) - far <= duration(366 * 86'400));
}
TEST_CASE("holidays that no year has and scales out of range are errors") {
  CHECK_THROWS_AS(yearly({holiday::on(2, 30)}, 24), error);
  CHECK_THROWS_AS(yearly({holiday::on(13, 1)}, 24), error);
  CHECK_THROWS_AS(yearly({holiday::on(0, 1)}, 24), error);
  CHECK_THROWS_AS(yearly({holiday::on(1, 1, 0)}, 24), error);
  CHECK_THROWS_AS(yearly({holiday::on(1, 1, 367)}, 24), error);
  CHECK_THROWS_AS(yearly({holiday::nth(1, weekday::monday, 0)}, 24), error);
  CHECK_THROWS_AS(yearly({holiday::nth(1, weekday::monday, 6)}, 24), error);
  CHECK_THROWS_AS(yearly({holiday::nth(14, weekday::monday, 1)}, 24), error);
  CHECK_THROWS_AS(yearly({}, 0), error);
  CHECK_THROWS_AS(yearly({}, 24, {2023, 2, 29}), error);
}
