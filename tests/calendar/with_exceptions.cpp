// SPDX-License-Identifier: BSL-1.0
#include <sched/calendar/with_exceptions.hpp>

#include "support/calendar_model.hpp"
#include "support/catch.hpp"

#include <sched/calendar/always.hpp>
#include <sched/calendar/recurring.hpp>

using namespace sched;
using namespace calendar_model;
using calendar::periodic;
using calendar::with_exceptions;

namespace {
using list = std::vector<interval>;
}

TEST_CASE("exceptions override a periodic base, closed before open") {
  random_generator random(21);
  for (int round = 0; round < 80; ++round) {
    const std::int64_t period = random.between(1, 40);
    const list week = random_intervals(random, 0, period, 4);
    const list shut = random_intervals(random, -300, 300, round % 2 == 0 ? 3 : 20);
    const list extra = random_intervals(random, -300, 300, round % 3 == 0 ? 0 : 10);
    const with_exceptions c(periodic(period, week), shut, extra);
    const auto open = [&](std::int64_t t) {
      if (covered(shut, t)) return false;
      return covered(extra, t) || covered(week, modulo(t, period));
    };
    CHECK(mismatch(c, brute_force(open)) == "");
  }
}
TEST_CASE("exceptions may be unbounded on either side") {
  const auto inf = instant::infinity();
  const auto minf = instant::minus_infinity();
  const auto base = periodic(10, {{0, 4}});
  const auto at = [](std::int64_t t) { return modulo(t, 10) < 4; };
  const auto check = [&](list shut, list extra, auto open) {
    CHECK(mismatch(with_exceptions(base, shut, extra), brute_force(open)) == "");
  };
  check({{minf, 5}}, {}, [&](std::int64_t t) { return t >= 5 && at(t); });
  check({{5, inf}}, {}, [&](std::int64_t t) { return t < 5 && at(t); });
  check({}, {{minf, 5}}, [&](std::int64_t t) { return t < 5 || at(t); });
  check({}, {{5, inf}}, [&](std::int64_t t) { return t >= 5 || at(t); });
  check({{minf, -17}, {9, 50}}, {{61, inf}},
        [&](std::int64_t t) { return t >= 61 || (t >= -17 && t < 9 && at(t)) || (t >= 50 && at(t)); });
  check({{61, inf}}, {{minf, -17}, {9, 50}},
        [&](std::int64_t t) { return t < 61 && (t < -17 || (t >= 9 && t < 50) || at(t)); });
  check({{minf, inf}}, {}, [](std::int64_t) { return false; });
  check({}, {{minf, inf}}, [](std::int64_t) { return true; });
}
TEST_CASE("exceptions on lists and constants, whose tails end") {
  random_generator random(22);
  for (int round = 0; round < 40; ++round) {
    const list hours = random_intervals(random, -200, 200, 8);
    const list shut = random_intervals(random, -300, 300, 8);
    const list extra = random_intervals(random, -300, 300, 4);
    const auto open = [&](std::int64_t t) { return !covered(shut, t) && (covered(extra, t) || covered(hours, t)); };
    CHECK(mismatch(with_exceptions(calendar::open_periods(hours), shut, extra), brute_force(open)) == "");
    const auto never = [&](std::int64_t t) { return !covered(shut, t) && covered(extra, t); };
    CHECK(mismatch(with_exceptions(calendar::never_open{}, shut, extra), brute_force(never)) == "");
  }
}
TEST_CASE("later exceptions win over earlier ones; open and closed can be exchanged") {
  random_generator random(23);
  for (int round = 0; round < 40; ++round) {
    const list week = {{0, 4}, {6, 9}};
    const list shut = random_intervals(random, -200, 200, 8);
    const list extra = random_intervals(random, -200, 200, 8);
    const auto c = with_exceptions(periodic(12, week), shut).overridden(extra, true);
    const auto open = [&](std::int64_t t) {
      return covered(extra, t) || (!covered(shut, t) && covered(week, modulo(t, 12)));
    };
    CHECK(mismatch(c, brute_force(open)) == "");
    const auto flipped = c.exchanged(periodic(12, {{4, 6}, {9, 12}}));
    CHECK(mismatch(flipped, brute_force([&](std::int64_t t) { return !open(t); })) == "");
  }
}
TEST_CASE("exceptions are exact far from zero and far from each other") {
  random_generator random(24);
  const std::int64_t far = std::int64_t{1} << 62;
  const list week = {{0, 4}, {6, 9}};
  for (const std::int64_t center : {far, -far}) {
    list shut = random_intervals(random, center - 200, center + 200, 8);
    shut.push_back({-center - 5, -center + 5});
    const auto open = [&](std::int64_t t) { return !covered(shut, t) && covered(week, modulo(t, 12)); };
    CHECK(mismatch(with_exceptions(periodic(12, week), shut), brute_force(open, center, 900, 100)) == "");
  }
  // More work between two exceptions than a duration holds.
  const with_exceptions c(calendar::always_open{},
                          {{instant::min() + 10, instant::min() + 20}, {instant::max() - 20, instant::max() - 10}});
  const instant middle = c.add_work(instant::min(), duration::max());
  CHECK(middle == instant(9));
  CHECK(c.add_work(middle, duration::max() - 50) == instant::max() - 41);
  CHECK(c.sub_work(instant::max() - 41, duration::max() - 50) == middle);
  CHECK(c.work_between({instant::min(), instant::max()}) == duration::infinity());
  CHECK(c.next_closed(-5) == instant::max() - 20);
  CHECK(c.prev_closed(-5) == instant::min() + 20);
}
TEST_CASE("a hundred thousand holidays cost a query a handful of base queries, wherever it goes") {
  long queries = 0;
  list shut;
  for (std::int64_t k = 0; k < 100'000; ++k) shut.push_back({k * 5'000, k * 5'000 + 1'440});
  const with_exceptions c(opaque(periodic(10'080, {{480, 1'020}, {1'920, 2'460}}), &queries), shut);
  CHECK(queries <= 2 * 100'000);  // construction: one for each gap
  random_generator random(25);
  long most = 0;
  const auto counted = [&](auto&& query) {
    queries = 0;
    (void)query();
    most = std::max(most, queries);
  };
  for (int round = 0; round < 2'000; ++round) {
    const instant t = random.between(-10'000, 510'000'000);
    const interval i{t, random.between(-10'000, 510'000'000)};
    const duration w = random.between(1, 50'000'000);
    counted([&] { return c.add_work(t, w); });
    counted([&] { return c.sub_work(t, w); });
    counted([&] { return c.work_between(i); });
    counted([&] { return c.next_open(t); });
    counted([&] { return c.next_closed(t); });
    counted([&] { return c.prev_open(t); });
    counted([&] { return c.prev_closed(t); });
  }
  CHECK(most <= 4);
}
TEST_CASE("a base that is open only on closed days costs no walk either") {
  long queries = 0;
  list shut;
  for (std::int64_t k = 0; k < 50'000; ++k) shut.push_back({k * 10, k * 10 + 5});
  const with_exceptions c(opaque(periodic(10, {{1, 3}}), &queries), shut);
  queries = 0;
  CHECK(c.next_open(4) == instant(500'001));
  CHECK(c.prev_open(499'990) == instant(-7));
  CHECK(c.add_work(0, 1) == instant(500'002));
  CHECK(queries <= 12);
}
