// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_RESERVES_HPP
#define SCHED_SOLVE_RESERVES_HPP

/// \file
/// Reserve capacity for zones: the cheapest units that meet every requirement, and their prices.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/reserves.hpp>
#include <sched/solve/detail/boxed_lp.hpp>

namespace sched {
inline namespace v0 {

namespace detail {

/// Zones that overlap, as a linear problem. What is missing is known before: all that a zone's units cannot hold.
[[nodiscard]] inline reserve_plan overlapping_reserves(std::span<const reserve_unit> units,
                                                       std::span<const reserve_requirement> requirements,
                                                       const std::vector<std::vector<std::uint8_t>>& in) {
  const std::size_t n = units.size(), zones = requirements.size();
  reserve_plan r;
  r.missing.assign(zones, 0.0);
  r.shadow.assign(zones, 0.0);
  std::vector<std::uint8_t> all(n, 0);  // units of a zone that lacks: taken in full
  for (std::size_t z = 0; z < zones; ++z) {
    double held = 0, dearest = 0;
    for (std::size_t i = 0; i < n; ++i)
      if (in[z][i] != 0) {
        held += units[i].most;
        if (units[i].most > 0) dearest = std::max(dearest, units[i].cost);
      }
    if (!(requirements[z].amount - held > 1e-12 * std::max(1.0, requirements[z].amount))) continue;
    r.missing[z] = requirements[z].amount - held;
    r.shadow[z] = dearest;
    r.status = clearing_status::shortage;
    for (std::size_t i = 0; i < n; ++i) all[i] = static_cast<std::uint8_t>(all[i] | in[z][i]);
  }
  boxed_lp lp;
  for (std::size_t i = 0; i < n; ++i) lp.add_column(-units[i].cost, all[i] != 0 ? units[i].most : 0.0, units[i].most);
  std::vector<std::size_t> row(zones, zones);
  std::vector<boxed_lp::term> terms;
  for (std::size_t z = 0; z < zones; ++z) {
    if (r.missing[z] > 0) continue;
    terms.clear();
    for (std::size_t i = 0; i < n; ++i)
      if (in[z][i] != 0) terms.push_back({i, -1.0});
    row[z] = lp.add_row(terms, -requirements[z].amount);
  }
  if (lp.solve() != boxed_lp::outcome::optimal) r.status = clearing_status::infeasible;  // rounding beyond repair
  for (std::size_t z = 0; z < zones; ++z)
    if (row[z] != zones) r.shadow[z] = std::max(0.0, lp.dual(row[z]));
  r.accepted.assign(n, 0.0);
  r.price.assign(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    r.accepted[i] = std::clamp(lp.value(i), 0.0, units[i].most);
    for (std::size_t z = 0; z < zones; ++z) r.price[i] += in[z][i] != 0 ? r.shadow[z] : 0.0;
    r.cost += units[i].cost * r.accepted[i];
  }
  return r;
}

}  // namespace detail

/// Minimises Σ cost·reserve subject to the requirements of zones; where they cannot be met, the sum of what is missing
/// comes first.
///
/// Nested zones (of any two one contains the other or they share no unit): fills the innermost first, each with the
/// cheapest units that are left: exact, because the constraints are laminar. A zone's price is that of the last unit
/// taken for it, and never less than the price of the zone around it. O(zones · units log units + zones² · units).
///
/// Zones that overlap: one linear problem (bounded dual simplex); shadow prices are those of the optimal basis. Offers
/// below a cost of zero are then taken in full, as the minimum has it; where zones nest, only as far as a zone asks.
///
/// Throws `market_error`: `unknown_order` (requirement with a unit that does not exist), `not_finite`,
/// `negative_volume`, `negative_demand`. Allocates. `validate_reserves` proves a plan.
[[nodiscard]] inline reserve_plan procure_reserves(std::span<const reserve_unit> units,
                                                   std::span<const reserve_requirement> requirements) {
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!detail::finite_number(units[i].cost) || !detail::finite_number(units[i].most))
      throw market_error({market_fault::not_finite, i});
    if (units[i].most < 0) throw market_error({market_fault::negative_volume, i});
  }
  const std::size_t zones = requirements.size();
  std::vector<std::vector<std::uint8_t>> in(zones, std::vector<std::uint8_t>(units.size(), 0));
  std::vector<std::size_t> count(zones, 0), order(zones), parent(zones, zones);
  for (std::size_t z = 0; z < zones; ++z) {
    if (!detail::finite_number(requirements[z].amount))
      throw market_error({market_fault::not_finite, z}, "requirement");
    if (requirements[z].amount < 0) throw market_error({market_fault::negative_demand, z});
    for (const std::size_t i : requirements[z].units) {
      if (i >= units.size()) throw market_error({market_fault::unknown_order, z}, "a unit that does not exist");
      count[z] += in[z][i] == 0 ? 1U : 0U;
      in[z][i] = 1;
    }
    order[z] = z;
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return count[a] < count[b]; });
  for (std::size_t x = 0; x < zones; ++x)
    for (std::size_t y = x + 1; y < zones; ++y) {
      const std::size_t small = order[x], large = order[y];
      std::size_t common = 0;
      for (std::size_t i = 0; i < units.size(); ++i) common += (in[small][i] & in[large][i]) != 0 ? 1U : 0U;
      if (common != 0 && common != count[small]) return detail::overlapping_reserves(units, requirements, in);
      if (common != 0 && parent[small] == zones) parent[small] = large;  // the smallest zone around it
    }
  reserve_plan r;
  r.accepted.assign(units.size(), 0);
  r.missing.assign(zones, 0);
  std::vector<std::size_t> by_cost(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) by_cost[i] = i;
  std::stable_sort(by_cost.begin(), by_cost.end(),
                   [&](std::size_t a, std::size_t b) { return units[a].cost < units[b].cost; });
  constexpr double none = -std::numeric_limits<double>::infinity();
  std::vector<double> last(zones, none);
  for (const std::size_t z : order) {
    double left = requirements[z].amount;
    for (std::size_t i = 0; i < units.size(); ++i)
      if (in[z][i] != 0) left -= r.accepted[i];
    const double dust = 1e-12 * std::max(1.0, requirements[z].amount);
    for (const std::size_t i : by_cost) {
      if (!(left > dust)) break;
      if (in[z][i] == 0 || !(r.accepted[i] < units[i].most)) continue;
      const double taken = std::min(left, units[i].most - r.accepted[i]);
      r.accepted[i] += taken;
      left -= taken;
      last[z] = std::max(last[z], units[i].cost);
    }
    if (left > dust) {
      r.missing[z] = left;
      r.status = clearing_status::shortage;
    }
  }
  std::vector<double> price(zones, 0);
  for (std::size_t k = zones; k-- > 0;) {
    const std::size_t z = order[k];
    price[z] = std::max(parent[z] == zones ? 0.0 : price[parent[z]], last[z]);
  }
  r.shadow.assign(zones, 0);
  for (std::size_t z = 0; z < zones; ++z) r.shadow[z] = price[z] - (parent[z] == zones ? 0.0 : price[parent[z]]);
  r.price.assign(units.size(), 0);
  std::vector<std::uint8_t> priced(units.size(), 0);
  for (const std::size_t z : order)  // the innermost zone of a unit has the largest price
    for (std::size_t i = 0; i < units.size(); ++i)
      if (in[z][i] != 0 && priced[i] == 0) {
        r.price[i] = price[z];
        priced[i] = 1;
      }
  for (std::size_t i = 0; i < units.size(); ++i) r.cost += units[i].cost * r.accepted[i];
  return r;
}

}  // namespace v0
}  // namespace sched

#endif
