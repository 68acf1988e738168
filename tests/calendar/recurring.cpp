// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/recurring.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

#include <sched/calendar/with_exceptions.hpp>

using namespace sched;
using namespace calendar_model;
using calendar::periodic;

namespace {
/// Open at t when one of the intervals, moved by any number of periods, holds t − origin.
bool open_at(const std::vector<interval>& list, std::int64_t period, std::int64_t t) {
  for (const interval& i : list) {
    if (i.empty()) continue;
    if (modulo(t - i.start.count(), period) < i.length().count()) return true;
  }
  return false;
}
}  // namespace

TEST_CASE("periodic calendars answer like an array, with intervals that wrap, overlap and fill the period") {
  random_generator random(3);
  for (int round = 0; round < 120; ++round) {
    const std::int64_t period = random.between(1, 60);
    const std::int64_t origin = random.between(-100, 100);
    const auto list = random_intervals(random, -period, 2 * period, 6);
    const auto c = periodic(period, list, origin);
    CHECK(mismatch(c, brute_force([&](std::int64_t t) { return open_at(list, period, t - origin); }, 0, 900, 60)) ==
          "");
  }
}
TEST_CASE("always open and never open patterns have no changes") {
  CHECK(mismatch(periodic(7, {{2, 9}}), brute_force([](std::int64_t) { return true; })) == "");
  CHECK(mismatch(periodic(7, {}), brute_force([](std::int64_t) { return false; })) == "");
}
TEST_CASE("intervals that touch across the wrap are one to every query") {
  const auto c = periodic(10, {{8, 10}, {0, 3}});
  CHECK(c.next_closed(8) == instant(13));
  CHECK(c.prev_closed(2) == instant(-2));
  CHECK(c.add_work(8, 5) == instant(13));
}
TEST_CASE("periodic calendars are exact far from zero, without walking there") {
  random_generator random(4);
  for (const std::int64_t center : {std::int64_t{1} << 62, -(std::int64_t{1} << 62)}) {
    for (int round = 0; round < 10; ++round) {
      const std::int64_t period = random.between(1, 60);
      const auto list = random_intervals(random, 0, period, 5);
      const auto c = periodic(period, list, random.between(-5, 5) * period);
      CHECK(mismatch(c, brute_force([&](std::int64_t t) { return open_at(list, period, t); }, center, 600, 60)) == "");
    }
  }
}
TEST_CASE("periodic calendars saturate at the ends of time") {
  const auto c = periodic(10, {{0, 4}}, instant::max() - 3);
  CHECK(c.is_open(instant::max() - 3));
  CHECK(c.add_work(instant::max() - 3, 4) == instant::infinity());
  CHECK(c.next_open(instant::max() - 9) == instant::max() - 3);
  CHECK(c.next_open(instant::max()) == instant::max());
  CHECK(c.prev_open(instant::min()) <= instant::min());
  CHECK(c.sub_work(instant::min(), 40) == instant::minus_infinity());
  CHECK(c.add_work(0, duration::max()) == instant::infinity());
  CHECK(c.add_work(instant::min(), duration::max()) > instant(0));
  const int128 all = (int128{ticks::max().count()} * 2) / 10 * 4;
  CHECK(int128{c.work_between({instant::min(), instant::max()}).count()} > all - 10);
  CHECK(int128{c.work_between({instant::min(), instant::max()}).count()} < all + 10);
}
TEST_CASE("a period may be as long as time") {
  const auto c = periodic(duration::max(), {{5, 9}}, 3);
  CHECK(c.next_open(0) == instant(8));
  CHECK(c.next_open(12) == instant::infinity());
  CHECK(c.prev_open(0) == instant(12) - duration::max());
  CHECK(c.sub_work(0, 4) == instant(8) - duration::max());
  CHECK(c.work_between({instant::min(), instant::max()}) == duration(8));
}
TEST_CASE("periods below one tick, unbounded intervals and reversed ones are errors") {
  CHECK_THROWS_AS(periodic(0, {}), error);
  CHECK_THROWS_AS(periodic(duration::infinity(), {}), error);
  CHECK_THROWS_AS(periodic(7, {}, instant::infinity()), error);
  CHECK_THROWS_AS(periodic(7, {{0, instant::infinity()}}), error);
  CHECK_THROWS_AS(periodic(7, {{4, 2}}), error);
}
TEST_CASE("any calendar can be a pattern, whatever it does outside the period") {
  using inner = calendar::with_exceptions<calendar::periodic_calendar>;
  const calendar::recurring<inner> c(inner(periodic(5, {{1, 4}}), {{7, 12}}), 30, 4);
  const auto open = [](std::int64_t t) {
    const std::int64_t x = modulo(t - 4, 30);
    return x % 5 >= 1 && x % 5 < 4 && !(x >= 7 && x < 12);
  };
  CHECK(mismatch(c, brute_force(open, 0, 900, 60)) == "");
}
