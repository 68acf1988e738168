// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_ZONE_LINEAR_HPP
#define SCHED_SOLVE_DETAIL_ZONE_LINEAR_HPP

/// \file
/// Coupled zones as one linear problem: tariffs, losses, flow-based constraints.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/solve/detail/area_prices.hpp>
#include <sched/solve/detail/boxed_lp.hpp>
#include <sched/solve/detail/one_way.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Columns of orders and boundaries.
[[nodiscard]] inline std::size_t lp_columns(const zonal_market& m) { return m.orders.size() + 2 * m.boundaries.size(); }

/// The columns of all books in a linear problem, and what each zone puts in by them. Throws for segments.
struct zone_rows {
  const zonal_market& m;
  boxed_lp& lp;
  std::vector<std::vector<boxed_lp::term>> zone;
  std::vector<double> outside;

  zone_rows(const zonal_market& market, boxed_lp& problem)
      : m(market), lp(problem), zone(market.zones), outside(market.zones, 0.0) {
    for (std::size_t k = 0; k < m.orders.size(); ++k) {
      const curve_segment& o = m.orders[k].order;
      const double p = first_price(o, m.bounds);
      if (last_price(o, m.bounds) != p)
        throw market_error({market_fault::bad_curve, k},
                           "a linear segment among tariffs, losses or flow-based constraints");
      lp.add_column(o.side == market_side::buy ? p : -p, 0, o.volume);
      zone[m.orders[k].zone].push_back({k, o.side == market_side::sell ? 1.0 : -1.0});
    }
    for (std::size_t k = 0; k < m.boundaries.size(); ++k) {
      const zone_boundary& b = m.boundaries[k];
      lp.add_column(-b.price, 0, b.import_capacity);
      lp.add_column(b.price, 0, b.export_capacity);
      zone[b.zone].push_back({m.orders.size() + 2 * k, 1.0});
      zone[b.zone].push_back({m.orders.size() + 2 * k + 1, -1.0});
    }
    for (std::size_t z = 0; z < m.injection.size(); ++z) outside[z] = m.injection[z];
  }

  [[nodiscard]] double position(std::size_t z) const {
    double x = outside[z];
    for (const auto& t : zone[z])
      if (t.column < lp_columns(m)) x += t.factor * lp.value(t.column);
    return x;
  }
  void read(zonal_result& out) const {
    out.accepted.resize(m.orders.size());
    for (std::size_t k = 0; k < m.orders.size(); ++k)
      out.accepted[k] = std::clamp(lp.value(k), 0.0, m.orders[k].order.volume);
    for (std::size_t k = 0; k < m.boundaries.size(); ++k)
      out.boundary_import.push_back(lp.value(m.orders.size() + 2 * k) - lp.value(m.orders.size() + 2 * k + 1));
  }
};

/// Areas of equal price, and intervals of no width.
inline void price_levels(zonal_result& out) {
  out.lo = out.hi = out.price;
  std::vector<std::size_t> root(out.price.size());
  for (std::size_t z = 0; z < root.size(); ++z) root[z] = z;
  for (std::size_t z = 0; z < root.size(); ++z)
    for (std::size_t y = 0; y < z && root[z] == z; ++y)
      if (std::abs(out.price[y] - out.price[z]) <= 1e-9 * std::max(1.0, std::abs(out.price[z]))) root[z] = y;
  out.area = numbered(std::move(root));
}

/// A row per zone (flow-based: one for all), a column per step, boundary and direction of flow; flow-based constraints
/// join one by one as they are broken. Prices are the duals. A link with losses carries one way. False: infeasible.
/// Throws for segments.
inline bool solve_linear_zones(const zonal_market& m, zonal_result& out) {
  boxed_lp lp;
  const bool flow_based = !m.constraints.empty();
  const double total = volume_scale(m);
  zone_rows books(m, lp);
  auto& zone = books.zone;
  const std::vector<double>& outside = books.outside;
  const std::size_t first_flow = lp_columns(m);
  for (const capacity_link& l : m.links) {
    if (flow_based) break;
    // A limit below zero forces flow the other way.
    const double most = std::min(l.capacity, total), back = std::min(l.reverse, total);
    lp.add_column(-l.tariff, std::max(0.0, -back), std::max(most, 0.0));
    lp.add_column(-l.tariff, std::max(0.0, -most), std::max(back, 0.0));
  }
  std::vector<std::size_t> balance, limit(m.constraints.size(), static_cast<std::size_t>(-1));
  std::vector<boxed_lp::term> terms;
  if (flow_based) {
    double sum = 0;
    for (std::size_t z = 0; z < m.zones; ++z) {
      terms.insert(terms.end(), zone[z].begin(), zone[z].end());
      sum += outside[z];
    }
    balance.push_back(lp.add_row(terms, -sum, true));
    for (;;) {
      if (lp.solve() != boxed_lp::outcome::optimal) return false;
      std::size_t worst = m.constraints.size();
      double most = 1e-9 * total;
      for (std::size_t k = 0; k < m.constraints.size(); ++k) {
        double load = -m.constraints[k].ram;
        for (std::size_t z = 0; z < m.zones; ++z) load += m.constraints[k].ptdf[z] * books.position(z);
        if (limit[k] == static_cast<std::size_t>(-1) && load > most) {
          most = load;
          worst = k;
        }
      }
      if (worst == m.constraints.size()) break;
      const flow_constraint& c = m.constraints[worst];
      terms.clear();
      double ram = c.ram;
      for (std::size_t z = 0; z < m.zones; ++z) {
        ram -= c.ptdf[z] * outside[z];
        if (c.ptdf[z] == 0) continue;
        for (const auto& t : zone[z]) terms.push_back({t.column, t.factor * c.ptdf[z]});
      }
      limit[worst] = lp.add_row(terms, ram);
    }
  } else {
    std::vector<opposite_columns> lossy;
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      const capacity_link& l = m.links[k];
      const std::size_t c = first_flow + 2 * k;
      zone[l.from].push_back({c, -1.0});
      zone[l.to].push_back({c, 1 - l.loss});
      zone[l.to].push_back({c + 1, -1.0});
      zone[l.from].push_back({c + 1, 1 - l.loss});
      if (l.loss > 0) lossy.push_back({c, c + 1});
    }
    for (std::size_t z = 0; z < m.zones; ++z) balance.push_back(lp.add_row(zone[z], -outside[z], true));
    // Below zero it pays to send volume to and fro and lose it on the way.
    if (solve_one_way(lp, lossy, 1e-9 * total) != boxed_lp::outcome::optimal) return false;
  }

  books.read(out);
  out.price.resize(m.zones);
  out.shadow_price.assign(m.constraints.size(), 0.0);
  for (std::size_t k = 0; k < m.constraints.size(); ++k)
    if (limit[k] != static_cast<std::size_t>(-1)) out.shadow_price[k] = std::max(0.0, lp.dual(limit[k]));
  for (std::size_t z = 0; z < m.zones; ++z) {
    // The dual of a balance is what a unit less of export is worth: the row says what is put in.
    double p = -lp.dual(balance[flow_based ? 0 : z]);
    if (flow_based) {
      for (std::size_t k = 0; k < m.constraints.size(); ++k) p -= out.shadow_price[k] * m.constraints[k].ptdf[z];
      out.net_position[z] = books.position(z);
    }
    out.price[z] = p;
  }
  if (!flow_based)
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      const capacity_link& l = m.links[k];
      const double f = lp.value(first_flow + 2 * k), b = lp.value(first_flow + 2 * k + 1);
      out.flow.push_back(f - b);
      out.net_position[l.from] += f - b * (1 - l.loss);
      out.net_position[l.to] += b - f * (1 - l.loss);
    }
  price_levels(out);
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
