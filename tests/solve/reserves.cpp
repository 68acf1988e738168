// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/reserves.hpp>

#include <algorithm>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("an inner zone lifts the price of its units alone") {
  const std::vector<reserve_unit> units{{1.9, 25}, {2, 25}, {3, 25}, {4, 25}, {5, 19.3906}, {5.5, 25}};
  const std::vector<reserve_requirement> zones{{{0, 1, 2, 3, 4, 5}, 60}, {{4, 5}, 20}};
  const auto r = procure_reserves(units, zones);
  CHECK(r.accepted[1] == Approx(15));
  CHECK(r.accepted[5] == Approx(0.6094));
  CHECK(r.price == std::vector<double>{2, 2, 2, 2, 5.5, 5.5});
  CHECK(r.cost == Approx(177.8047));
}

TEST_CASE("prices prove the plan cheapest: no unit is worth more or less than it is taken for") {
  random_generator g(17);
  for (int round = 0; round < 500; ++round) {
    std::vector<reserve_unit> units;
    for (std::size_t k = 2 + g.below(7); k-- > 0;)
      units.push_back({static_cast<double>(g.between(1, 9)), static_cast<double>(g.between(0, 5))});
    std::vector<reserve_requirement> zones(3);
    for (std::size_t i = 0; i < units.size(); ++i) zones[0].units.push_back(i);
    for (std::size_t i = 0; i < units.size() / 2; ++i) zones[1].units.push_back(i);
    for (std::size_t i = units.size() / 2; i < units.size(); ++i) zones[2].units.push_back(i);
    for (auto& z : zones) z.amount = static_cast<double>(g.between(0, 9));
    const auto r = procure_reserves(units, zones);
    if (r.status != clearing_status::cleared) continue;
    double dual = 0;
    const auto held = [&](std::size_t z) {
      double s = 0;
      for (const std::size_t i : zones[z].units) s += r.accepted[i];
      return s;
    };
    for (std::size_t z = 0; z < 3; ++z) CHECK(held(z) >= zones[z].amount - 1e-9);
    // Weak duality: Σ requirement · dual − Σ most · (price − cost)⁺ bounds the cost from below; here it is met.
    double outer = 1e9;
    for (std::size_t i = 0; i < units.size(); ++i) outer = std::min(outer, r.price[i]);
    if (held(0) > zones[0].amount + 1e-9) outer = 0;
    dual += outer * zones[0].amount;
    for (std::size_t z = 1; z < 3; ++z)
      if (!zones[z].units.empty()) dual += (r.price[zones[z].units[0]] - outer) * zones[z].amount;
    for (std::size_t i = 0; i < units.size(); ++i) dual -= units[i].most * std::max(0.0, r.price[i] - units[i].cost);
    CHECK(r.cost >= dual - 1e-9);
    if (held(0) <= zones[0].amount + 1e-9) CHECK(r.cost == Approx(dual).margin(1e-9));
  }
}

TEST_CASE("what cannot be met is said, and zones must nest") {
  const std::vector<reserve_unit> units{{1, 2}, {2, 2}, {3, 2}};
  const auto r = procure_reserves(units, std::vector<reserve_requirement>{{{0, 1}, 5}});
  CHECK(r.status == clearing_status::shortage);
  CHECK(r.missing[0] == 1.0);
  const std::vector<reserve_requirement> crossing{{{0, 1}, 1}, {{1, 2}, 1}}, unknown{{{7}, 1}};
  CHECK_THROWS_AS(procure_reserves(units, crossing), market_error);
  CHECK_THROWS_AS(procure_reserves(units, unknown), market_error);
}
