// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_RESERVES_HPP
#define SCHED_SOLVE_RESERVES_HPP

/// \file
/// Reserve capacity for nested zones: the cheapest units that meet every requirement, and their prices.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

/// A unit's offer: `most` is the smaller of what it offers and its headroom.
struct reserve_unit {
  double cost = 0;
  double most = 0;
};

/// The units of a zone together hold at least an amount.
struct reserve_requirement {
  std::vector<std::size_t> units{};
  double amount = 0;
};

struct reserve_plan {
  clearing_status status = clearing_status::cleared;  ///< `shortage`: `missing` says where
  std::vector<double> accepted{};
  std::vector<double> price{};    ///< per unit: the sum of the duals of the zones it belongs to
  std::vector<double> missing{};  ///< per requirement
  double cost = 0;
};

/// Minimises Σ cost·reserve subject to nested requirements (of any two zones one contains the other or they share no
/// unit). Fills the innermost zones first, each with the cheapest units that are left: exact, because the constraints
/// are laminar. A zone's price is that of the last unit taken for it, and never less than the price of the zone around
/// it. O(zones · units log units + zones² · units). Throws `market_error`: `unknown_order` (requirement with a unit
/// that does not exist), `bad_ratio` (zones overlap without nesting), `not_finite`, `negative_volume`,
/// `negative_demand`.
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
      if (common != 0 && common != count[small])
        throw market_error({market_fault::bad_ratio, large}, "zones overlap without nesting");
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
