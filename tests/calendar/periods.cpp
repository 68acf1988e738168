// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/periods.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

using namespace sched;
using namespace calendar_model;
using calendar::closed_periods;
using calendar::open_periods;

TEST_CASE("lists answer like an array, whatever order and overlap they are given in") {
  random_generator random(7);
  for (int round = 0; round < 60; ++round) {
    const auto list = random_intervals(random, -300, 300, round % 3 == 0 ? 3 : 25);
    const auto in = [&](std::int64_t t) { return covered(list, t); };
    const auto out = [&](std::int64_t t) { return !covered(list, t); };
    CHECK(mismatch(open_periods(list), brute_force(in)) == "");
    CHECK(mismatch(closed_periods(list), brute_force(out)) == "");
  }
}
TEST_CASE("lists may reach to the infinities") {
  const auto inf = instant::infinity();
  const auto minf = instant::minus_infinity();
  CHECK(mismatch(open_periods({{5, inf}}), brute_force([](std::int64_t t) { return t >= 5; })) == "");
  CHECK(mismatch(open_periods({{minf, 5}}), brute_force([](std::int64_t t) { return t < 5; })) == "");
  CHECK(mismatch(open_periods({{minf, 5}, {9, inf}}), brute_force([](std::int64_t t) { return t < 5 || t >= 9; })) ==
        "");
  CHECK(mismatch(open_periods({{minf, inf}}), brute_force([](std::int64_t) { return true; })) == "");
  CHECK(mismatch(closed_periods({{minf, inf}}), brute_force([](std::int64_t) { return false; })) == "");
  CHECK(mismatch(calendar::periods(), brute_force([](std::int64_t) { return false; })) == "");
}
TEST_CASE("touching intervals are one, empty ones none") {
  const auto c = open_periods({{4, 6}, {6, 9}, {1, 1}, {20, 21}, {0, 2}});
  REQUIRE(c.open().size() == 3);
  CHECK(c.open()[1] == interval{4, 9});
  CHECK(c.next_closed(4) == instant(9));
}
TEST_CASE("an interval that finishes before it starts is an error that names it") {
  CHECK_THROWS_AS(open_periods({{0, 3}, {9, 5}}), error);
  try {
    (void)closed_periods({{9, 5}});
    FAIL("no error");
  } catch (const error& e) {
    CHECK(std::string(e.what()).find("[9, 5)") != std::string::npos);
    CHECK(e.ids() == std::vector<std::string>{"[9, 5)"});
  }
}
TEST_CASE("lists are exact far from zero and at the ends of time") {
  random_generator random(11);
  for (const std::int64_t center : {std::int64_t{1} << 62, -(std::int64_t{1} << 62), std::int64_t{1} << 40}) {
    const auto list = random_intervals(random, center - 300, center + 300, 20);
    CHECK(mismatch(closed_periods(list), brute_force([&](std::int64_t t) { return !covered(list, t); }, center)) == "");
  }
  const auto c = closed_periods({{0, 10}});
  CHECK(c.work_between({instant::min(), instant::max()}) == duration::infinity());  // 2^64 − 13 ticks
  CHECK(c.work_between({-5, instant::max()}) == duration::max() - 5);
  CHECK(c.add_work(instant::min(), duration::max()) == instant(-1));
  CHECK(c.add_work(-4, duration::max() - 14) == instant::max() - 8);
  CHECK(c.add_work(0, duration::max()) == instant::infinity());
  CHECK(c.sub_work(10, duration::max()) == instant::min() + 1);
  CHECK(c.sub_work(0, duration::infinity()) == instant::minus_infinity());
  const auto ends = open_periods({{instant::min(), instant::min() + 3}, {instant::max() - 3, instant::max()}});
  CHECK(ends.add_work(instant::min(), 6) == instant::max());
  CHECK(ends.sub_work(instant::max(), 6) == instant::min());
  CHECK(ends.add_work(instant::min(), 7) == instant::infinity());
}
