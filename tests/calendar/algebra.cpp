// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/algebra.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"
#include "support/rounds.hpp"

#include <sched/calendar/weekly.hpp>

using namespace sched;
using namespace calendar_model;
using namespace sched::calendar;

namespace {
using list = std::vector<interval>;
using predicate = std::function<bool(std::int64_t)>;

template <class A, class B>
void check_algebra(const A& a, const B& b, const predicate& in_a, const predicate& in_b) {
  const predicate both = [&](std::int64_t t) { return in_a(t) && in_b(t); };
  const predicate either = [&](std::int64_t t) { return in_a(t) || in_b(t); };
  CHECK(mismatch(intersect(a, b), brute_force(both), 1, 99) == "");
  CHECK(mismatch(intersect(b, a), brute_force(both), 2, 99) == "");
  CHECK(mismatch(unite(a, b), brute_force(either), 3, 99) == "");
  CHECK(mismatch(unite(b, a), brute_force(either), 4, 99) == "");
  // De Morgan, through whatever types come out.
  CHECK(mismatch(complement(unite(complement(a), complement(b))), brute_force(both), 5, 50) == "");
}
}  // namespace

TEST_CASE("unions and intersections of every pair of kinds answer like arrays") {
  random_generator random(51);
  for (int round = 0; round < sched_test::rounds(12, 2); ++round) {
    const std::int64_t p = random.between(1, 18);
    const std::int64_t q = round % 2 == 0 ? p : random.between(1, 18);
    const list x = random_intervals(random, 0, p, 3);
    const list y = random_intervals(random, -q, q, 3);
    const list dates = random_intervals(random, -250, 250, 6);
    const list closures = random_intervals(random, -250, 250, 6);
    const predicate in_x = [&](std::int64_t t) { return covered(x, modulo(t - 2, p)); };
    const auto cy = periodic(q, y, 5);
    const predicate in_y = [&](std::int64_t t) { return cy.is_open(t); };
    const predicate in_dates = [&](std::int64_t t) { return covered(dates, t); };
    const predicate not_closed = [&](std::int64_t t) { return !covered(closures, t); };
    const predicate shifts_and_dates = [&](std::int64_t t) { return in_y(t) && not_closed(t); };
    const auto cx = periodic(p, x, 2);
    check_algebra(cx, cy, in_x, in_y);
    check_algebra(open_periods(dates), closed_periods(closures), in_dates, not_closed);
    check_algebra(cx, open_periods(dates), in_x, in_dates);
    check_algebra(cx, closed_periods(closures), in_x, not_closed);
    check_algebra(intersect(cy, closed_periods(closures)), open_periods(dates), shifts_and_dates, in_dates);
    check_algebra(intersect(cy, closed_periods(closures)), cx, shifts_and_dates, in_x);
    check_algebra(any_calendar(cx), open_periods(dates), in_x, in_dates);
    check_algebra(any_calendar(cx), any_calendar(cy), in_x, in_y);
    check_algebra(
        mirrored(intersect(cy, closed_periods(closures)), 0), cx,
        [&](std::int64_t t) { return shifts_and_dates(-1 - t); }, in_x);
    check_algebra(cx, always_open{}, in_x, [](std::int64_t) { return true; });
    check_algebra(open_periods(dates), never_open{}, in_dates, [](std::int64_t) { return false; });
    check_algebra(
        recurring(with_exceptions(cx, {{3, 8}}), 40, 7), cy,
        [&](std::int64_t t) {
          const auto u = modulo(t - 7, 40);
          return in_x(u) && !(u >= 3 && u < 8);
        },
        in_y);
  }
}
TEST_CASE("more than two combine from left to right") {
  const auto a = periodic(10, {{0, 8}});
  const auto b = periodic(5, {{1, 4}});
  const auto c = closed_periods({{20, 33}});
  const auto d = periodic(4, {{0, 3}});
  const auto open = [](std::int64_t t) {
    return modulo(t, 10) < 8 && modulo(t, 5) >= 1 && modulo(t, 5) < 4 && !(t >= 20 && t < 33) && modulo(t, 4) < 3;
  };
  CHECK(mismatch(intersect(a, b, d, c), brute_force(open)) == "");
  CHECK(mismatch(intersect(a, b, c, d), brute_force(open)) == "");
  CHECK(mismatch(unite(complement(a), complement(b), complement(d), complement(c)),
                 brute_force([&](std::int64_t t) { return !open(t); })) == "");
}
TEST_CASE("the result has the best type there is") {
  const auto week = weekly({{480, 1'020}});
  const auto list_of = closed_periods({{0, 10}});
  const yearly year({holiday::on(12, 25)}, 1'440);
  STATIC_REQUIRE(std::is_same_v<decltype(intersect(list_of, list_of)), periods>);
  STATIC_REQUIRE(std::is_same_v<decltype(intersect(week, week)), periodic_calendar>);
  STATIC_REQUIRE(std::is_same_v<decltype(intersect(week, list_of)), with_exceptions<periodic_calendar>>);
  STATIC_REQUIRE(std::is_same_v<decltype(intersect(list_of, week, list_of)), with_exceptions<periodic_calendar>>);
  STATIC_REQUIRE(std::is_same_v<decltype(intersect(week, year)), recurring<with_exceptions<periodic_calendar>>>);
  STATIC_REQUIRE(std::is_same_v<decltype(intersect(year, week)), recurring<with_exceptions<periodic_calendar>>>);
  STATIC_REQUIRE(std::is_same_v<decltype(intersect(week, never_open{})), never_open>);
  STATIC_REQUIRE(std::is_same_v<decltype(unite(week, never_open{})), periodic_calendar>);
  CHECK(intersect(week, year).pattern().exceptions().size() == 400);  // not 400 years of shifts
}
TEST_CASE("weekly shifts minus yearly holidays, day by day") {
  const civil_date first{2024, 1, 1};  // a Monday
  const yearly year({holiday::on(12, 25, 2), holiday::on(1, 1), holiday::on(2, 29), holiday::last(5, weekday::monday)},
                    2, first);
  const auto week = weekly({{0, 9}}, 14);  // two ticks a day: Monday to Friday noon
  const std::int64_t tick_0 = days_from_civil(first);
  const auto is_holiday = [&](std::int64_t t) {
    const std::int64_t day = tick_0 + calendar::detail::floor_divide(t, 2).quotient;
    const civil_date d = civil_from_days(day);
    return (d.month == 12 && (d.day == 25 || d.day == 26)) || (d.month == 1 && d.day == 1) ||
           (d.month == 2 && d.day == 29) || (d.month == 5 && d.day > 24 && weekday_of(day) == weekday::monday);
  };
  const auto open = [&](std::int64_t t) { return modulo(t, 14) < 9 && !is_holiday(t); };
  for (const std::int64_t center : {0, 100'000, -300'000}) {
    CHECK(mismatch(intersect(week, year), brute_force(open, center, 3'000, 800), 6, 99) == "");
    CHECK(mismatch(intersect(year, week, closed_periods({{40, 90}})),
                   brute_force([&](std::int64_t t) { return open(t) && !(t >= 40 && t < 90); }, center, 3'000, 800), 7,
                   99) == "");
    CHECK(mismatch(unite(week, complement(year)),
                   brute_force([&](std::int64_t t) { return modulo(t, 14) < 9 || is_holiday(t); }, center, 3'000, 800),
                   8, 99) == "");
  }
  CHECK(intersect(year, yearly({holiday::on(6, 1)}, 2, first)).period() == duration(2 * days_per_400_years));
}
TEST_CASE("a common period that needs too many intervals is an error; the lazy combination takes the pair") {
  const auto a = periodic(604'800, {{0, 100}});
  const auto b = periodic(604'801, {{0, 100}});
  CHECK_NOTHROW(intersect(a, b));
  const auto x = periodic(1'000'003, {{0, 10}, {20, 30}, {40, 50}});
  const auto y = periodic(10'000'019, {{0, 10}});
  try {
    (void)unite(x, y);
    FAIL("no error");
  } catch (const error& e) {
    CHECK(std::string(e.what()).find("1000003 and 10000019") != std::string::npos);
  }
  const combination<combine_rule::any, periodic_calendar, periodic_calendar> lazy(x, y);
  CHECK(lazy.next_open(50) == instant(1'000'003));
}
