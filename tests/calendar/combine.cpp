// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/combine.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"
#include "support/rounds.hpp"

using namespace sched;
using namespace calendar_model;
using namespace sched::calendar;

namespace {
using list = std::vector<interval>;

template <class A, class B>
void check_both(const A& a, const B& b, const std::function<bool(std::int64_t)>& in_a,
                const std::function<bool(std::int64_t)>& in_b, int rounds = 99) {
  CHECK(mismatch(combination<combine_rule::all, A, B>(a, b),
                 brute_force([&](std::int64_t t) { return in_a(t) && in_b(t); }), 3, rounds) == "");
  CHECK(mismatch(combination<combine_rule::any, A, B>(a, b),
                 brute_force([&](std::int64_t t) { return in_a(t) || in_b(t); }), 3, rounds) == "");
}
}  // namespace

TEST_CASE("lazy combinations of calendars that tell their repetition answer like arrays") {
  random_generator random(41);
  for (int round = 0; round < sched_test::rounds(30); ++round) {
    const std::int64_t p = random.between(1, 18);
    const std::int64_t q = random.between(1, 18);
    const list x = random_intervals(random, 0, p, 3);
    const list y = random_intervals(random, 0, q, 3);
    const list dates = random_intervals(random, -250, 250, 6);
    const auto in_x = [&](std::int64_t t) { return covered(x, modulo(t - 2, p)); };
    const auto in_y = [&](std::int64_t t) { return covered(y, modulo(t, q)); };
    const auto in_dates = [&](std::int64_t t) { return covered(dates, t); };
    const auto in_y_or_dates = [&](std::int64_t t) { return in_y(t) || in_dates(t); };
    check_both(periodic(p, x, 2), periodic(q, y), in_x, in_y);
    check_both(periodic(p, x, 2), open_periods(dates), in_x, in_dates);
    check_both(with_exceptions(periodic(q, y), {}, dates), any_calendar(periodic(p, x, 2)), in_y_or_dates, in_x);
    check_both(open_periods(dates), closed_periods(x), in_dates, [&](std::int64_t t) { return !covered(x, t); });
  }
}
TEST_CASE("lazy combinations of calendars that tell nothing answer like arrays where they meet") {
  random_generator random(42);
  for (int round = 0; round < sched_test::rounds(15); ++round) {
    list x = random_intervals(random, 0, 15, 3);
    list y = random_intervals(random, 0, 21, 3);
    x.push_back({0, 1});  // so that they meet, and are closed together, for ever
    y.push_back({0, 1});
    std::erase_if(x, [](const interval& i) { return i.contains(instant(14)); });
    std::erase_if(y, [](const interval& i) { return i.contains(instant(20)); });
    check_both(
        opaque(periodic(15, x)), opaque(periodic(21, y)), [&](std::int64_t t) { return covered(x, modulo(t, 15)); },
        [&](std::int64_t t) { return covered(y, modulo(t, 21)); });
  }
}
TEST_CASE("disjoint calendars end every search at infinity") {
  const auto even = periodic(14, {{0, 7}});
  const auto odd = periodic(14, {{7, 14}});
  const combination<combine_rule::all, periodic_calendar, periodic_calendar> c(even, odd);
  CHECK(mismatch(c, brute_force([](std::int64_t) { return false; })) == "");
  // Without a known repetition the search ends by patience.
  const combination<combine_rule::all, opaque<periodic_calendar>, opaque<periodic_calendar>> blind{opaque(even),
                                                                                                   opaque(odd)};
  CHECK(blind.next_open(3) == instant::infinity());
  CHECK(blind.prev_open(3) == instant::minus_infinity());
  CHECK(blind.add_work(3, 5) == instant::infinity());
  CHECK(blind.sub_work(3, 5) == instant::minus_infinity());
  CHECK(blind.work_between({0, 1'000}) == duration(0));
}
TEST_CASE("calendars that meet once in a long common period are found; far work is skipped by periods") {
  long queries = 0;
  using counted = opaque<periodic_calendar>;
  // Periods 97 and 101 meet once in 9,797 ticks; any_calendar passes the repetition on, opaque does not.
  const combination<combine_rule::all, any_calendar, any_calendar> c(periodic(97, {{5, 6}}), periodic(101, {{9, 10}}));
  const instant first = c.next_open(0);
  CHECK(first.count() % 97 == 5);
  CHECK(first.count() % 101 == 9);
  CHECK(c.add_work(0, 1) == first + 1);
  CHECK(c.add_work(0, 1'000'000'000) == first + 9'797LL * 999'999'999 + 1);
  CHECK(c.sub_work(0, 1'000'000'000) == first - 9'797LL * 1'000'000'000);
  CHECK(c.work_between({first - 9'797LL * 1'000'000, first}) == duration(1'000'000));
  CHECK(c.work_between({0, instant::infinity()}) == duration::infinity());
  const combination<combine_rule::any, counted, periodic_calendar> d(counted(periodic(24, {{8, 16}}), &queries),
                                                                     periodic(24, {{0, 4}}));
  CHECK(d.work_between({0, 24 * 100}) == duration(1'200));
  CHECK(queries < 1'000);  // the changes in the interval, no ticks
}
