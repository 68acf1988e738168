// SPDX-License-Identifier: BSL-1.0
#include <sched/core/interval.hpp>

#include <sstream>
#include <vector>

#include "support/catch.hpp"

using sched::instant;
using sched::interval;

namespace {

/// All intervals with ends in 0 … 6, backward ones too, and some unbounded ones.
std::vector<interval> all_small() {
  std::vector<interval> out;
  for (int s = 0; s <= 6; ++s)
    for (int f = 0; f <= 6; ++f) out.push_back({s, f});
  return out;
}

bool tick_in(interval i, int t) { return i.start <= t && t < i.finish; }

}  // namespace

TEST_CASE("interval: contains, overlaps, intersect and hull agree with sets of ticks") {
  for (const interval a : all_small())
    for (const interval b : all_small()) {
      CAPTURE(a, b);
      bool overlap = false;
      bool inside = true;
      for (int t = 0; t < 6; ++t) {
        REQUIRE(a.contains(instant(t)) == tick_in(a, t));
        const bool both = tick_in(a, t) && tick_in(b, t);
        overlap = overlap || both;
        inside = inside && (tick_in(a, t) || !tick_in(b, t));
        REQUIRE(a.intersect(b).contains(instant(t)) == both);
        if (tick_in(a, t) || tick_in(b, t)) REQUIRE(a.hull(b).contains(instant(t)));
      }
      REQUIRE(a.overlaps(b) == overlap);
      REQUIRE(a.contains(b) == inside);
      REQUIRE(a.intersect(b).empty() == !overlap);
    }
}

TEST_CASE("interval: the hull is the smallest interval that holds both") {
  for (const interval a : all_small())
    for (const interval b : all_small()) {
      if (a.empty() || b.empty()) {
        REQUIRE(a.hull(b).length() == (a.empty() ? b : a).length());
        continue;
      }
      const interval h = a.hull(b);
      REQUIRE((h.start == a.start || h.start == b.start));
      REQUIRE((h.finish == a.finish || h.finish == b.finish));
    }
}

TEST_CASE("interval: length is never negative, and infinite when unbounded") {
  REQUIRE(interval{3, 8}.length() == 5);
  REQUIRE(interval{8, 3}.length() == 0);
  REQUIRE(interval{4, 4}.length() == 0);
  REQUIRE(interval{0, instant::infinity()}.length() == instant::infinity());
  REQUIRE(interval{instant::minus_infinity(), 0}.length() == instant::infinity());
  REQUIRE(interval{instant::min(), instant::max()}.length() == instant::infinity());
}

TEST_CASE("interval: an unbounded interval contains every finite instant") {
  const interval all{instant::minus_infinity(), instant::infinity()};
  REQUIRE(all.contains(instant::min()));
  REQUIRE(all.contains(instant(0)));
  REQUIRE(all.contains(instant::max()));
  REQUIRE_FALSE(all.contains(instant::infinity()));
}

TEST_CASE("interval: orders by start, then finish") {
  REQUIRE(interval{1, 9} < interval{2, 3});
  REQUIRE(interval{2, 3} < interval{2, 4});
  REQUIRE(interval{2, 3} == interval{2, 3});
}

TEST_CASE("interval: prints half-open") {
  std::ostringstream out;
  out << interval{2, instant::infinity()};
  REQUIRE(out.str() == "[2, inf)");
}

TEST_CASE("interval: to_string gives what is printed") {
  for (const interval i :
       {interval{2, 9}, interval{-5, -5}, interval{instant::minus_infinity(), instant::infinity()}}) {
    std::ostringstream out;
    out << i;
    REQUIRE(to_string(i) == out.str());
  }
  REQUIRE(to_string(interval{-3, instant::infinity()}) == "[-3, inf)");
}
