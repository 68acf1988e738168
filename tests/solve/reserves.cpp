// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/reserves.hpp>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_reserves.hpp>

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

TEST_CASE("what cannot be met is said, and zones name units that exist") {
  const std::vector<reserve_unit> units{{1, 2}, {2, 2}, {3, 2}};
  const auto r = procure_reserves(units, std::vector<reserve_requirement>{{{0, 1}, 5}});
  CHECK(r.status == clearing_status::shortage);
  CHECK(r.missing[0] == 1.0);
  const std::vector<reserve_requirement> unknown{{{7}, 1}};
  CHECK_THROWS_AS(procure_reserves(units, unknown), market_error);
}

TEST_CASE("overlapping zones share a unit where it helps both") {
  const std::vector<reserve_unit> units{{3, 10}, {5, 4}, {4, 10}};
  const std::vector<reserve_requirement> zones{{{0, 1}, 6}, {{1, 2}, 6}};
  const auto r = procure_reserves(units, zones);
  CHECK(r.accepted == std::vector<double>{2, 4, 2});
  CHECK(r.price == std::vector<double>{3, 7, 4});
  CHECK(r.cost == 34);
  const std::vector<reserve_requirement> too_much{{{0, 1}, 20}, {{1, 2}, 6}};
  const auto s = procure_reserves(units, too_much);
  CHECK(s.status == clearing_status::shortage);
  CHECK(s.missing == std::vector<double>{6, 0});
  CHECK(s.accepted == std::vector<double>{10, 4, 2});
  CHECK(validate_reserves(units, too_much, s).empty());
}

TEST_CASE("random zones, nested or not: proved, and as cheap as enumeration of halves") {
  random_generator g(23);
  std::size_t short_of = 0, overlapping = 0;
  for (int round = 0; round < 400; ++round) {
    std::vector<reserve_unit> units;
    for (std::size_t k = 2 + g.below(4); k-- > 0;)
      units.push_back({static_cast<double>(g.between(1, 9)), static_cast<double>(g.between(0, 3))});
    std::vector<reserve_requirement> zones(1 + g.below(3));
    std::vector<unsigned> members(zones.size(), 0);
    for (std::size_t z = 0; z < zones.size(); ++z) {
      for (std::size_t i = 0; i < units.size(); ++i)
        if (g.chance(0.6)) {
          zones[z].units.push_back(i);
          members[z] |= 1U << i;
        }
      zones[z].amount = static_cast<double>(g.between(0, 6));
    }
    for (std::size_t a = 0; a < zones.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) {
        const unsigned both = members[a] & members[b];
        overlapping += both != 0 && both != members[a] && both != members[b] ? 1U : 0U;
      }
    const auto r = procure_reserves(units, zones);
    const auto wrong = validate_reserves(units, zones, r);
    CHECK((wrong.empty() ? std::string() : describe(wrong.front())) == "");
    short_of += r.status == clearing_status::shortage ? 1U : 0U;
    // Up to three zones the matrix of zones need not be totally unimodular: halves are enough.
    std::vector<int> halves(units.size(), 0);
    double best = std::numeric_limits<double>::infinity();
    for (;;) {
      double cost = 0;
      bool enough = true;
      for (std::size_t i = 0; i < units.size(); ++i) cost += units[i].cost * halves[i] / 2;
      for (std::size_t z = 0; z < zones.size() && enough; ++z) {
        double held = 0;
        for (const std::size_t i : zones[z].units) held += halves[i] / 2.0;
        enough = held >= zones[z].amount - r.missing[z] - 1e-9;
      }
      if (enough) best = std::min(best, cost);
      std::size_t i = 0;
      while (i < units.size() && ++halves[i] > 2 * static_cast<int>(units[i].most)) halves[i++] = 0;
      if (i == units.size()) break;
    }
    CHECK(r.cost == Approx(best).margin(1e-9));
  }
  CHECK(short_of > 50);
  CHECK(overlapping > 60);
}
