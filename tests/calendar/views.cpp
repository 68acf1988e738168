// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/views.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"
#include "support/rounds.hpp"

using namespace sched;
using namespace calendar_model;
using namespace sched::calendar;

namespace {
using list = std::vector<interval>;

/// Mirrors, shifts and complements of one calendar against the array.
template <class C>
void check_views(const C& c, const std::function<bool(std::int64_t)>& open) {
  CHECK(mismatch(mirrored(c, 37), brute_force([&](std::int64_t t) { return open(36 - t); })) == "");
  CHECK(mismatch(shifted(c, -23), brute_force([&](std::int64_t t) { return open(t + 23); })) == "");
  CHECK(mismatch(complement(c), brute_force([&](std::int64_t t) { return !open(t); })) == "");
  CHECK(mismatch(complement_view<C>(c), brute_force([&](std::int64_t t) { return !open(t); })) == "");
  CHECK(mismatch(mirrored_view<C>(c, -5), brute_force([&](std::int64_t t) { return open(-6 - t); })) == "");
  CHECK(mismatch(shifted_view<C>(c, 11), brute_force([&](std::int64_t t) { return open(t - 11); })) == "");
  CHECK(mismatch(complement(mirrored(shifted(c, 9), 4)),
                 brute_force([&](std::int64_t t) { return !open(3 - t - 9); })) == "");
}
}  // namespace

TEST_CASE("views answer like arrays: reversed, moved, with open and closed exchanged") {
  random_generator random(31);
  for (int round = 0; round < sched_test::rounds(12, 2); ++round) {
    const list dates = random_intervals(random, -250, 250, 10);
    const std::int64_t period = random.between(1, 30);
    const list week = random_intervals(random, 0, period, 4);
    const auto in_dates = [&](std::int64_t t) { return covered(dates, t); };
    const auto in_week = [&](std::int64_t t) { return covered(week, modulo(t - 3, period)); };
    check_views(open_periods(dates), in_dates);
    check_views(closed_periods(dates), [&](std::int64_t t) { return !covered(dates, t); });
    check_views(periodic(period, week, 3), in_week);
    check_views(with_exceptions(periodic(period, week, 3), dates),
                [&](std::int64_t t) { return in_week(t) && !in_dates(t); });
    check_views(opaque(periodic(period, week, 3)), in_week);
    check_views(any_calendar(periodic(period, week, 3)), in_week);
  }
  check_views(always_open{}, [](std::int64_t) { return true; });
  check_views(never_open{}, [](std::int64_t) { return false; });
  check_views(any_calendar(), [](std::int64_t) { return true; });
}
TEST_CASE("the library's calendars keep their kind") {
  STATIC_REQUIRE(std::is_same_v<decltype(complement(periods())), periods>);
  STATIC_REQUIRE(std::is_same_v<decltype(complement(always_open{})), never_open>);
  STATIC_REQUIRE(std::is_same_v<decltype(complement(periodic(1, {}))), periodic_calendar>);
  STATIC_REQUIRE(std::is_same_v<decltype(mirrored(periodic(1, {}), 0)), periodic_calendar>);
  STATIC_REQUIRE(std::is_same_v<decltype(shifted(periodic(1, {}), 0)), periodic_calendar>);
  STATIC_REQUIRE(std::is_same_v<decltype(complement(complement_view<never_open>({}))), never_open>);
  CHECK(mirrored(any_calendar(), 5).always_open());
  CHECK(shifted(any_calendar(), 5).always_open());
  CHECK(complement(complement(any_calendar())).next_closed(0) == instant::infinity());
}
TEST_CASE("mirrors and shifts of periodic calendars are exact for huge offsets") {
  const auto c = periodic(10, {{0, 4}}, 0);
  CHECK(mirrored(c, instant::max()).is_open(instant::max() - 1));
  CHECK(shifted(c, duration::min() + 7).is_open(duration::min() + 7));
  const auto wide = periodic(duration::max(), {{1, 2}}, duration::max() - 1);
  CHECK(shifted(wide, duration::max() - 3).is_open(duration::max() - 3));
}
TEST_CASE("the complement of a distant sparse calendar is found by bisection, not by walking") {
  long queries = 0;
  const opaque c(periodic(100'000, {{1, 100'000}}), &queries);
  const complement_view<opaque<periodic_calendar>> v(c);
  CHECK(v.add_work(5, 1'000'000'000) == instant(100'000LL * 1'000'000'000 + 1));
  CHECK(v.sub_work(5, 1'000'000'000) == instant(-100'000LL * 999'999'999));
  CHECK(v.add_work(5, duration::max()) == instant::infinity());
  CHECK(queries < 600);
}
