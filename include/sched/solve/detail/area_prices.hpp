// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_AREA_PRICES_HPP
#define SCHED_SOLVE_DETAIL_AREA_PRICES_HPP

/// \file
/// Prices of coupled zones whose volumes are settled: price areas, what is admissible in each, and the rule's choice.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/pricing/margin.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The price at which an order stands at an accepted amount.
[[nodiscard]] inline double marginal_price(const curve_segment& o, double a, const price_bounds<double>& b) {
  const double from = first_price(o, b), to = last_price(o, b);
  return from == to || !(o.volume > 0) ? from : from + (to - from) * std::clamp(a / o.volume, 0.0, 1.0);
}

/// Adds one order to the margin of its area: the interval and the four neighbours of the price.
inline void add_to_margin(margin_record<double>& r, const curve_segment& o, double a, double tolerance,
                          const price_bounds<double>& b) {
  if (!(o.volume > 0)) return;
  const bool some = a > std::min(tolerance, o.volume / 2), all = a >= o.volume - std::min(tolerance, o.volume / 2);
  const double p = marginal_price(o, a, b);
  if (o.side == market_side::sell) {
    if (some) r.lo = std::max(r.lo, p);
    if (!all) r.hi = std::min(r.hi, p);
    if (some) r.last_accepted_offer = std::max(r.last_accepted_offer, p);
    else r.first_rejected_offer = std::min(r.first_rejected_offer, p);
    r.dearest_offer = std::max(r.dearest_offer, last_price(o, b));
    r.highest_offer = r.dearest_offer;
    r.cheapest_offer = std::min(r.cheapest_offer, first_price(o, b));
    r.lowest_offer = r.cheapest_offer;
  } else {
    if (some) r.hi = std::min(r.hi, p);
    if (!all) r.lo = std::max(r.lo, p);
    if (some) r.last_accepted_bid = std::min(r.last_accepted_bid, p);
    else r.first_rejected_bid = std::max(r.first_rejected_bid, p);
    if (!all) r.curtailed_bid = std::max(r.curtailed_bid, p);
    r.volume += a;
  }
  if (some && !all) {
    r.cut = o.side == market_side::sell ? cut_side::offer : cut_side::bid;
    r.cut_price = p;
  }
}

[[nodiscard]] inline double volume_scale(const zonal_market& m) {
  double total = 1;
  for (const zone_order& o : m.orders) total += o.order.volume;
  for (const zone_boundary& b : m.boundaries) total += std::min(b.import_capacity + b.export_capacity, 1e9);
  for (const double x : m.injection) total += std::abs(x);
  return total;
}

/// The margin of every zone by its own orders and boundaries.
[[nodiscard]] inline std::vector<margin_record<double>> zone_margins(const zonal_market& m, const zonal_result& out) {
  const double tolerance = 1e-11 * volume_scale(m);
  std::vector<margin_record<double>> zone(m.zones);
  for (std::size_t k = 0; k < m.orders.size(); ++k)
    add_to_margin(zone[m.orders[k].zone], m.orders[k].order, out.accepted[k], tolerance, m.bounds);
  for (std::size_t k = 0; k < m.boundaries.size(); ++k) {
    const zone_boundary& b = m.boundaries[k];
    margin_record<double>& r = zone[b.zone];
    const double in = out.boundary_import[k];
    if (b.import_capacity + b.export_capacity > 0) {
      if (in > -b.export_capacity + tolerance) r.lo = std::max(r.lo, b.price);
      if (in < b.import_capacity - tolerance) r.hi = std::min(r.hi, b.price);
    }
    if (in > tolerance) r.last_accepted_offer = std::max(r.last_accepted_offer, b.price);
    else if (b.import_capacity > 0) r.first_rejected_offer = std::min(r.first_rejected_offer, b.price);
    if (in < -tolerance) r.last_accepted_bid = std::min(r.last_accepted_bid, b.price);
    else if (b.export_capacity > 0) r.first_rejected_bid = std::max(r.first_rejected_bid, b.price);
  }
  for (margin_record<double>& r : zone) {
    r.lo = std::max(r.lo, m.bounds.floor);
    r.hi = std::min(r.hi, m.bounds.cap);
  }
  return zone;
}

/// Numbers the sets of a partition given by representatives, by first member.
[[nodiscard]] inline std::vector<std::uint32_t> numbered(std::vector<std::size_t> root) {
  for (std::size_t z = 0; z < root.size(); ++z)
    while (root[z] != root[root[z]]) root[z] = root[root[z]];
  std::vector<std::uint32_t> out(root.size());
  std::vector<std::uint32_t> number(root.size(), static_cast<std::uint32_t>(-1));
  std::uint32_t next = 0;
  for (std::size_t z = 0; z < root.size(); ++z) {
    std::uint32_t& n = number[root[z]];
    if (n == static_cast<std::uint32_t>(-1)) n = next++;
    out[z] = n;
  }
  return out;
}

/// Prices of lossless links without tariff, from the margin of every zone. Zones over a link that could carry more
/// either way have one price; along a full link it does not fall. Returns those pairs (below, above) of areas. A price
/// that nothing says anything about is NaN.
template <class Rule>
std::vector<std::pair<std::size_t, std::size_t>> price_areas(const zonal_market& m,
                                                             const std::vector<std::int64_t>& flow,
                                                             const std::vector<std::int64_t>& least,
                                                             const std::vector<std::int64_t>& most,
                                                             const std::vector<margin_record<double>>& zone,
                                                             const Rule& rule, zonal_result& out) {
  std::vector<std::size_t> root(m.zones);
  for (std::size_t z = 0; z < m.zones; ++z) root[z] = z;
  const auto find = [&](std::size_t z) {
    while (root[z] != z) z = root[z] = root[root[z]];
    return z;
  };
  for (std::size_t k = 0; k < m.links.size(); ++k)
    if (flow[k] > least[k] && flow[k] < most[k]) {
      const std::size_t a = find(m.links[k].from), b = find(m.links[k].to);
      root[std::max(a, b)] = std::min(a, b);
    }
  out.area = numbered(root);
  std::size_t areas = 0;
  for (const std::uint32_t a : out.area) areas = std::max<std::size_t>(areas, a + std::size_t{1});

  std::vector<margin_record<double>> area(areas);
  for (std::size_t z = 0; z < m.zones; ++z) {
    margin_record<double>& a = area[out.area[z]];
    const margin_record<double>& r = zone[z];
    a.lo = std::max(a.lo, r.lo);
    a.hi = std::min(a.hi, r.hi);
    a.last_accepted_offer = std::max(a.last_accepted_offer, r.last_accepted_offer);
    a.first_rejected_offer = std::min(a.first_rejected_offer, r.first_rejected_offer);
    a.last_accepted_bid = std::min(a.last_accepted_bid, r.last_accepted_bid);
    a.first_rejected_bid = std::max(a.first_rejected_bid, r.first_rejected_bid);
    a.dearest_offer = std::max(a.dearest_offer, r.dearest_offer);
    a.highest_offer = a.dearest_offer;
    a.cheapest_offer = std::min(a.cheapest_offer, r.cheapest_offer);
    a.lowest_offer = a.cheapest_offer;
    a.curtailed_bid = std::max(a.curtailed_bid, r.curtailed_bid);
    a.volume += r.volume;
    if (r.cut != cut_side::none) {
      a.cut = r.cut;
      a.cut_price = r.cut_price;
    }
  }
  // Price order: below ≤ above. A forced flow that fills its link both ways says nothing.
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (std::size_t k = 0; k < m.links.size(); ++k) {
    const std::size_t a = out.area[m.links[k].from], b = out.area[m.links[k].to];
    if (a == b || least[k] == most[k]) continue;
    flow[k] == most[k] ? order.emplace_back(a, b) : order.emplace_back(b, a);
  }
  const auto raise = [&](auto get) {  // the larger of both along the order, to the end
    for (bool again = true; again;) {
      again = false;
      for (const auto& [below, above] : order)
        if (get(area[below]) > get(area[above])) {
          get(area[above]) = get(area[below]);
          again = true;
        }
    }
  };
  raise([](margin_record<double>& r) -> double& { return r.lo; });
  for (bool again = true; again;) {
    again = false;
    for (const auto& [below, above] : order)
      if (area[below].hi > area[above].hi) {
        area[below].hi = area[above].hi;
        again = true;
      }
  }
  std::vector<margin_record<double>> price(areas);
  for (std::size_t a = 0; a < areas; ++a) {
    margin_record<double>& r = area[a];
    if (r.hi < r.lo) r.hi = r.lo = (r.lo + r.hi) / 2;  // rounding of volumes only
    double p = static_cast<double>(rule(r));
    if (exists(r.lo) || exists(r.hi)) p = std::clamp(exists(p) || p == p ? p : r.lo, r.lo, r.hi);
    price[a].lo = p;
  }
  for (bool again = true; again;) {
    again = false;
    for (const auto& [below, above] : order)
      if (exists(price[below].lo) && price[below].lo > price[above].lo) {
        price[above].lo = price[below].lo;
        again = true;
      }
  }
  out.price.resize(m.zones);
  out.lo.resize(m.zones);
  out.hi.resize(m.zones);
  for (std::size_t z = 0; z < m.zones; ++z) {
    const std::size_t a = out.area[z];
    out.price[z] = exists(price[a].lo) ? price[a].lo : std::numeric_limits<double>::quiet_NaN();
    out.lo[z] = area[a].lo;
    out.hi[z] = area[a].hi;
  }
  return order;
}

/// Welfare, rents, curtailment and status from volumes and prices.
inline void settle_totals(const zonal_market& m, bool solved, zonal_result& out) {
  if (!solved) {
    out.status = clearing_status::infeasible;
    const double none = std::numeric_limits<double>::quiet_NaN();
    out.price.assign(m.zones, none);
    out.lo.assign(m.zones, m.bounds.floor);
    out.hi.assign(m.zones, m.bounds.cap);
    out.accepted.assign(m.orders.size(), 0.0);
    out.net_position.assign(m.zones, 0.0);
    out.flow.assign(m.constraints.empty() ? m.links.size() : 0, 0.0);
    out.boundary_import.assign(m.boundaries.size(), 0.0);
    out.shadow_price.assign(m.constraints.size(), 0.0);
    out.area.assign(m.zones, 0);
    out.exchange.clear();
    out.patched.assign(m.intuitive ? m.constraints.size() : 0, 0);
    return;
  }
  double traded = 0, welfare = 0;
  for (std::size_t k = 0; k < m.orders.size(); ++k) {
    const curve_segment& o = m.orders[k].order;
    const double a = out.accepted[k];
    traded += a;
    if (o.price_taking && o.side == market_side::buy) {
      out.unserved += o.volume - a;
    }
    if (a == 0) continue;
    const double mean = (first_price(o, m.bounds) + marginal_price(o, a, m.bounds)) / 2;
    welfare += o.side == market_side::buy ? mean * a : -mean * a;
  }
  for (std::size_t k = 0; k < m.boundaries.size(); ++k) {
    welfare -= out.boundary_import[k] * m.boundaries[k].price;
    traded += std::abs(out.boundary_import[k]);
  }
  for (std::size_t k = 0; k < out.flow.size(); ++k) {
    const capacity_link& l = m.links[k];
    const double f = out.flow[k], from = out.price[l.from], to = out.price[l.to];
    if (f > 0) out.congestion_rent += f * (to * (1 - l.loss) - from);
    if (f < 0) out.congestion_rent -= f * (from * (1 - l.loss) - to);
    out.tariffs += std::abs(f) * l.tariff;
  }
  for (std::size_t k = 0; k < out.shadow_price.size(); ++k)
    out.congestion_rent += out.shadow_price[k] * m.constraints[k].ram;
  out.welfare = welfare - out.tariffs;
  const double nothing = 1e-11 * volume_scale(m);
  if (out.unserved < nothing) out.unserved = 0;
  out.status = m.orders.empty() && m.boundaries.empty() ? clearing_status::empty
               : out.unserved > 0                       ? clearing_status::shortage
               : traded > nothing                       ? clearing_status::cleared
                                                        : clearing_status::no_trade;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
