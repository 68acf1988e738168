// SPDX-License-Identifier: BSL-1.0
#include <sched/io/chart.hpp>

#include <sched/core/random.hpp>

#include <algorithm>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("chart: the extent of nothing is one tick") {
  const chart c;
  REQUIRE(c.extent().start == 0);
  REQUIRE(c.extent().finish == 1);
}

TEST_CASE("chart: the extent is the hull of bars, curves and finite markers") {
  chart c;
  c.lanes.resize(1);
  c.bars = {{.row = 0, .start = 5, .finish = 9}};
  REQUIRE(c.extent().start == 5);
  c.panels.push_back({.curves = {{.points = {{-3, 1.0}, {12, 0.0}}}}});
  c.markers = {{instant::infinity(), "never"}, {20, "end"}};
  REQUIRE(c.extent().start == -3);
  REQUIRE(c.extent().finish == 20);
}

TEST_CASE("pack_rows: no two bars of a row overlap, rows are as many as bars overlap at most") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_generator g(seed);
    chart c;
    c.lanes.resize(3);
    const auto n = static_cast<int>(g.between(0, 40));
    for (int i = 0; i < n; ++i) {
      const std::int64_t start = g.between(0, 30);
      c.bars.push_back(
          {.lane = static_cast<std::uint32_t>(g.below(3)), .start = start, .finish = start + g.between(1, 8)});
    }
    pack_rows(c);
    for (std::uint32_t lane = 0; lane < 3; ++lane) {
      std::uint32_t most = 0;
      for (std::int64_t t = 0; t < 40; ++t) {
        std::uint32_t running = 0;
        std::vector<char> taken(c.lanes[lane].rows, 0);
        for (const chart_bar& b : c.bars)
          if (b.lane == lane && b.start <= t && t < b.finish) {
            ++running;
            REQUIRE(b.row < c.lanes[lane].rows);
            REQUIRE_FALSE(taken[b.row]);
            taken[b.row] = 1;
          }
        most = std::max(most, running);
      }
      CAPTURE(seed, lane);
      REQUIRE(c.lanes[lane].rows == most);
    }
  }
}

TEST_CASE("pack_rows: milestones at the same time get rows of their own, given rows stay") {
  chart c;
  c.lanes.resize(1);
  c.lanes[0].rows = 1;
  c.bars = {{.start = 3, .finish = 3}, {.start = 3, .finish = 3}};
  pack_rows(c);
  REQUIRE(c.bars[0].row == 0);
  REQUIRE(c.bars[1].row == 1);
  REQUIRE(c.lanes[0].rows == 2);
  const chart before = c;
  pack_rows(c);
  REQUIRE(c.bars[1].row == before.bars[1].row);
}
