// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_LINEAR_PERIOD_HPP
#define SCHED_SOLVE_DETAIL_LINEAR_PERIOD_HPP

/// \file
/// One period of zones with tariffs or flow-based constraints, as the divisible part of a market with block orders.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/detail/area_prices.hpp>
#include <sched/solve/detail/linear_prices.hpp>
#include <sched/solve/detail/zone_linear.hpp>
#include <sched/solve/market_response.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The most that books and boundaries buy in any clearing of the same welfare, given one of them: at its prices what is
/// in the money is fixed and what is at it may move. One more linear problem where a purchase at the money is cut.
[[nodiscard]] inline double most_bought(const zonal_market& m, const zonal_result& r) {
  double bought = 0, size = 1;
  bool open = false;
  for (const double p : r.price) size = std::max(size, std::abs(p));
  const double same = 1e-7 * size, nothing = 1e-9 * volume_scale(m);
  zonal_market tied;
  tied.zones = m.zones;
  tied.injection = m.injection;
  tied.injection.resize(m.zones, 0.0);
  double fixed = 0;  // purchases in the money
  const auto add = [&](std::uint32_t zone, market_side side, double limit, double volume, double accepted) {
    const bool buys = side == market_side::buy;
    const double gain = buys ? limit - r.price[zone] : r.price[zone] - limit;
    if (buys) bought += accepted;
    if (gain > same) {
      tied.injection[zone] += buys ? -volume : volume;
      if (buys) fixed += volume;
    } else if (gain >= -same && volume > 0) {
      tied.orders.push_back({zone, curve_segment(side, buys ? 1 : 0, buys ? 1 : 0, volume)});
      open = open || (buys && accepted < volume - nothing);
    }
  };
  for (std::size_t k = 0; k < m.orders.size(); ++k) {
    const auto& [zone, o] = m.orders[k];
    add(zone, o.side, first_price(o, m.bounds), o.volume, r.accepted[k]);
  }
  for (std::size_t k = 0; k < m.boundaries.size(); ++k) {
    const zone_boundary& b = m.boundaries[k];
    add(b.zone, market_side::sell, b.price, b.import_capacity, std::max(0.0, r.boundary_import[k]));
    add(b.zone, market_side::buy, b.price, b.export_capacity, std::max(0.0, -r.boundary_import[k]));
  }
  if (!open) return bought;
  for (const flow_constraint& c : m.constraints) tied.constraints.push_back(c);
  for (std::size_t k = 0; k < m.constraints.size(); ++k)
    if (r.shadow_price[k] > same) {  // it stays full
      flow_constraint c = m.constraints[k];
      for (double& f : c.ptdf) f = -f;
      c.ram = -c.ram;
      tied.constraints.push_back(std::move(c));
    }
  for (const capacity_link& l : m.links) {
    if (!m.constraints.empty()) break;
    const double up = r.price[l.to] - r.price[l.from] - l.tariff, down = r.price[l.from] - r.price[l.to] - l.tariff;
    const double idle = std::clamp(0.0, -l.reverse, l.capacity);
    const double most = up > -same ? l.capacity : idle, least = down > -same ? -l.reverse : idle;
    tied.links.push_back(
        {.from = l.from, .to = l.to, .capacity = down > same ? least : most, .reverse = -(up > same ? most : least)});
  }
  zonal_result again;
  again.net_position.assign(m.zones, 0.0);
  if (!solve_linear_zones(tied, again)) return bought;
  double moved = fixed;
  for (std::size_t k = 0; k < tied.orders.size(); ++k)
    if (tied.orders[k].order.side == market_side::buy) moved += again.accepted[k];
  return std::max(bought, moved);
}

/// Answers an injection that the market does not take up: orders at ±beyond in every zone do.
inline void answer_beyond(const zonal_market& m, double beyond, market_response& out) {
  double most = 2 * volume_scale(m);  // as much as anything could have to take up in one zone
  for (const capacity_link& l : m.links) most += std::max(0.0, -l.capacity) + std::max(0.0, -l.reverse);
  for (const flow_constraint& c : m.constraints) {
    if (!(c.ram < 0) || c.ptdf.empty()) continue;  // forces an exchange, of a volume in the measure of its factors
    const auto [a, b] = std::minmax_element(c.ptdf.begin(), c.ptdf.end());
    most -= c.ram / std::max(*b - *a, 1e-3);
  }
  zonal_market open = m;
  for (std::uint32_t z = 0; z < m.zones; ++z) {
    open.orders.push_back({z, curve_segment(market_side::sell, beyond, beyond, most)});
    open.orders.push_back({z, curve_segment(market_side::buy, -beyond, -beyond, most)});
  }
  zonal_result r;
  r.net_position.assign(m.zones, 0.0);
  out.lo.assign(m.zones, -beyond);
  out.hi.assign(m.zones, beyond);
  out.limit.clear();
  out.inner.clear();
  out.volume = out.unabsorbed = 0;
  if (!solve_linear_zones(open, r)) {  // constraints that no exchange keeps: a bound on the welfare of all injections
    out.price.assign(m.zones, 0.0);
    out.welfare = 0;
    for (const zone_order& o : m.orders) out.welfare += std::abs(first_price(o.order, m.bounds)) * o.order.volume;
    for (const zone_boundary& b : m.boundaries)
      out.welfare += std::abs(b.price) * (b.import_capacity + b.export_capacity);
    out.unabsorbed = most;
    return;
  }
  for (std::size_t k = m.orders.size(); k < open.orders.size(); ++k) out.unabsorbed += r.accepted[k];
  settle_totals(open, true, r);
  out.welfare = r.welfare;
  out.unabsorbed = std::max(out.unabsorbed, 1e-5);  // what rounding hides is missing as well
  for (double& p : r.price) p = std::clamp(p, -beyond, beyond);
  out.price = std::move(r.price);
}

/// `convex_market::solve` of one period. Throws for segments.
template <class Rule>
void answer_linear_zones(zonal_market m, std::span<const double> injection, double beyond, const Rule& rule,
                         market_response& out) {
  m.injection.resize(m.zones, 0.0);
  for (std::size_t z = 0; z < m.zones; ++z) m.injection[z] += injection[z];
  out.order.clear();
  out.same.clear();
  zonal_result r;
  r.net_position.assign(m.zones, 0.0);
  if (!solve_linear_zones(m, r)) {
    answer_beyond(m, beyond, out);
    return;
  }
  const price_face face = price_linear_zones(m, rule, r);
  settle_totals(m, true, r);
  out.welfare = r.welfare;
  out.volume = most_bought(m, r);
  out.unabsorbed = 0;
  for (std::size_t z = 0; z < m.zones; ++z) {
    // Without bounds the ends are as wide as what is beyond all orders.
    r.lo[z] = exists(r.lo[z]) ? r.lo[z] : std::min(-beyond, r.price[z]);
    r.hi[z] = exists(r.hi[z]) ? r.hi[z] : std::max(beyond, r.price[z]);
  }
  out.price = std::move(r.price);
  out.lo = std::move(r.lo);
  out.hi = std::move(r.hi);
  face.describe(out.limit, out.inner);
}

/// Volumes, flows and shadow prices of a period with what its blocks put in, at the given prices. False: infeasible.
template <class Tie, class Rule>
[[nodiscard]] bool settle_linear_zones(const zonal_market& m, std::span<const double> price, const Tie& tie,
                                       const Rule& rule, zonal_result& out) {
  if (!solve_linear_zones(m, out)) return false;
  share_zone_ties(m, tie, out);
  const price_face face = price_linear_zones(m, rule, out);
  face.shadows(face.closest(price), out.shadow_price);
  std::vector<double> lo = std::move(out.lo), hi = std::move(out.hi);
  out.price.assign(price.begin(), price.end());
  price_levels(out);
  out.lo = std::move(lo);
  out.hi = std::move(hi);
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
