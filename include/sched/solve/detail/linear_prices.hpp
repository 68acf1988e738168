// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_LINEAR_PRICES_HPP
#define SCHED_SOLVE_DETAIL_LINEAR_PRICES_HPP

/// \file
/// Ties and prices of coupled zones that a linear problem has cleared: which prices are admissible, and the rule's
/// choice among them.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/detail/area_prices.hpp>
#include <sched/solve/detail/boxed_lp.hpp>
#include <sched/solve/detail/nearest_by_corners.hpp>
#include <sched/solve/detail/zone_linear.hpp>
#include <sched/solve/market_response.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// What orders of one zone, side and price got together is shared again: by the rule, among those without limit in one
/// ratio. O(orders log orders).
template <class Tie>
void share_zone_ties(const zonal_market& m, const Tie& tie, zonal_result& out) {
  std::map<std::tuple<std::uint32_t, market_side, bool, double>, std::vector<std::size_t>> tied;
  for (std::size_t k = 0; k < m.orders.size(); ++k) {
    const auto& [zone, o] = m.orders[k];
    if (o.volume > 0) tied[{zone, o.side, o.price_taking, first_price(o, m.bounds)}].push_back(k);
  }
  std::vector<double> volumes, given;
  std::vector<std::uint32_t> index, scratch;
  std::vector<std::int64_t> time, merit;
  for (const auto& [key, all] : tied) {
    double amount = 0, sum = 0;
    for (const std::size_t k : all) {
      amount += out.accepted[k];
      sum += m.orders[k].order.volume;
    }
    if (all.size() < 2 || !(amount > 0 && amount < sum)) continue;
    if (std::get<2>(key)) {
      for (const std::size_t k : all) out.accepted[k] = m.orders[k].order.volume * (amount / sum);
      continue;
    }
    volumes.clear();
    index.clear();
    time.clear();
    merit.clear();
    for (const std::size_t k : all) {
      const curve_segment& o = m.orders[k].order;
      volumes.push_back(o.volume);
      index.push_back(static_cast<std::uint32_t>(k));
      time.push_back(o.time);
      merit.push_back(o.merit);
    }
    scratch.assign(all.size(), 0);
    given.assign(all.size(), 0.0);
    tie(tied_orders<double>{volumes, index, time, merit, scratch}, amount, std::span<double>(given));
    for (std::size_t k = 0; k < all.size(); ++k) out.accepted[all[k]] = given[k];
  }
}

/// The prices that go with the volumes of a clearing: those inside every zone's margin at which no flow would earn by
/// changing (flow-based: λ less what the constraints that bind take). A polyhedron that holds the prices of the result
/// it is made from, by construction also after rounding.
class price_face {
public:
  using point = std::vector<double>;

  price_face(const zonal_market& m, const std::vector<margin_record<double>>& zone, const zonal_result& r)
      : price_(m.zones), flow_based_(!m.constraints.empty()) {
    for (const zone_order& o : m.orders)
      if (const double p = first_price(o.order, m.bounds); exists(p)) size = std::max(size, std::abs(p));
    for (const zone_boundary& b : m.boundaries) size = std::max(size, std::abs(b.price));
    for (const double p : r.price) size = std::max(size, std::abs(p));
    for (const double b : {m.bounds.floor, m.bounds.cap})
      if (exists(b)) size = std::max(size, std::abs(b));
    flow_based_ ? constraints(m, zone, r) : links(m, zone, r);
  }

  [[nodiscard]] double price(std::size_t z, const point& x) const {
    double p = 0;
    for (const auto& t : price_[z]) p += t.factor * x[t.column];
    return p;
  }
  /// The prices that it was made from.
  [[nodiscard]] const point& start() const noexcept { return start_; }
  /// Beyond this an end is none.
  [[nodiscard]] double beyond() const noexcept { return 500 * size; }
  /// Shadow prices of a point, into a column over all constraints.
  void shadows(const point& x, std::vector<double>& out) const {
    for (std::size_t k = 0; k < shadow_.size(); ++k) out[shadow_[k]] = std::max(0.0, x[k + 1]);
  }

  /// A point with the largest Σ weight·price; the start if rounding hides all of them.
  [[nodiscard]] point best(std::span<const double> weight) const {
    point cost(low_.size(), 0.0);
    for (std::size_t z = 0; z < price_.size(); ++z)
      for (const auto& t : price_[z]) cost[t.column] += weight[z] * t.factor;
    boxed_lp lp;
    for (std::size_t k = 0; k < low_.size(); ++k) lp.add_column(cost[k], low_[k], high_[k]);
    for (const row& r : rows_) lp.add_row(r.terms, r.most, r.equal);
    if (lp.solve() != boxed_lp::outcome::optimal) return start_;
    point x(low_.size());
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = std::clamp(lp.value(k), low_[k], high_[k]);
    return x;
  }

  /// The point whose prices are nearest to wanted ones by squares.
  [[nodiscard]] point nearest(std::span<const double> wanted) const {
    return nearest_by_corners(
        start_, wanted, size, [this](std::size_t z, const point& x) { return price(z, x); },
        [this](std::span<const double> weight) { return best(weight); });
  }

  /// Flow-based: the point whose prices are off given ones by the least at most; else the start.
  [[nodiscard]] point closest(std::span<const double> prices) const {
    if (shadow_.empty()) return start_;
    boxed_lp lp;
    for (std::size_t k = 0; k < low_.size(); ++k) lp.add_column(0, low_[k], high_[k]);
    const std::size_t off = lp.add_column(-1, 0, 4000 * size);
    for (std::size_t z = 0; z < price_.size(); ++z) {
      auto above = price_[z];
      above.push_back({off, -1.0});
      lp.add_row(above, prices[z]);
      for (auto& t : above) t.factor = t.column == off ? -1.0 : -t.factor;
      lp.add_row(above, -prices[z]);
    }
    if (lp.solve() != boxed_lp::outcome::optimal) return start_;
    point x(low_.size());
    for (std::size_t k = 0; k < x.size(); ++k) x[k] = std::clamp(lp.value(k), low_[k], high_[k]);
    return x;
  }

  /// The same polyhedron between given ends of every price, as conditions on prices and, flow-based, on the level and
  /// the shadow prices behind them (the margins of zones are those ends).
  void describe(std::vector<price_limit>& limit, std::vector<std::pair<double, double>>& inner) const {
    limit.clear();
    inner.clear();
    if (!flow_based_) {
      for (const row& r : rows_) {
        limit.push_back({{}, r.most, r.equal});
        for (const auto& t : r.terms) limit.back().terms.push_back({static_cast<std::uint32_t>(t.column), t.factor});
      }
      return;
    }
    for (std::size_t k = 0; k < low_.size(); ++k) inner.emplace_back(low_[k], high_[k]);
    for (std::size_t z = 0; z < price_.size(); ++z) {
      limit.push_back({{{static_cast<std::uint32_t>(z), 1.0}}, 0, true});
      for (const auto& t : price_[z])
        limit.back().terms.push_back({static_cast<std::uint32_t>(price_.size() + t.column), -t.factor});
    }
  }

  double size = 1;  ///< of the largest price

private:
  struct row {
    std::vector<boxed_lp::term> terms;
    double most = 0;
    bool equal = false;
  };

  void add(std::vector<boxed_lp::term> terms, double most, bool equal) {
    double now = 0;
    for (const auto& t : terms) now += t.factor * start_[t.column];
    rows_.push_back({std::move(terms), equal ? now : std::max(most, now), equal});
  }

  void links(const zonal_market& m, const std::vector<margin_record<double>>& zone, const zonal_result& r) {
    start_ = r.price;
    for (std::size_t z = 0; z < m.zones; ++z) {
      price_[z] = {{z, 1.0}};
      low_.push_back(std::min({r.price[z], std::max(zone[z].lo, -1000 * size), zone[z].hi}));
      high_.push_back(std::max({r.price[z], std::min(zone[z].hi, 1000 * size), zone[z].lo}));
    }
    const double v = 1e-9 * volume_scale(m);
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      const capacity_link& l = m.links[k];
      for (const bool back : {false, true}) {
        const double f = back ? -r.flow[k] : r.flow[k], most = back ? l.reverse : l.capacity;
        const double least = std::max(0.0, back ? -l.capacity : -l.reverse);
        if (!(most > v) || f < -v) continue;
        const std::size_t from = back ? l.to : l.from, to = back ? l.from : l.to;
        const bool more = f<most - v, less = f> least + v;
        const double gain = r.price[to] * (1 - l.loss) - r.price[from] - l.tariff;
        // A link carries one way: one that loses may have something to earn and still carry nothing.
        if (std::abs(f) <= v && l.loss > 0 && gain > 1e-7 * size) continue;
        if (more) add({{to, 1 - l.loss}, {from, -1.0}}, l.tariff, less);
        else if (less) add({{to, l.loss - 1}, {from, 1.0}}, -l.tariff, false);
      }
    }
  }

  void constraints(const zonal_market& m, const std::vector<margin_record<double>>& zone, const zonal_result& r) {
    const double v = 1e-9 * volume_scale(m);
    double level = 0;  // λ: the price of a zone that loads nothing
    for (std::size_t k = 0; k < m.constraints.size(); ++k)
      if (m.zones > 0) level += r.shadow_price[k] * m.constraints[k].ptdf[0];
    start_ = {m.zones > 0 ? r.price[0] + level : 0.0};
    low_ = {start_[0] - 1000 * size};
    high_ = {start_[0] + 1000 * size};
    for (auto& p : price_) p = {{0, 1.0}};
    for (std::size_t k = 0; k < m.constraints.size(); ++k) {
      const std::vector<double>& f = m.constraints[k].ptdf;
      double load = 0;
      for (std::size_t z = 0; z < m.zones; ++z) load += f[z] * r.net_position[z];
      if (load < m.constraints[k].ram - v && !(r.shadow_price[k] > 0)) continue;
      const auto [a, b] = std::minmax_element(f.begin(), f.end());
      const double mu = r.shadow_price[k], spread = f.empty() ? 0.0 : *b - *a;
      for (std::size_t z = 0; z < m.zones; ++z)
        if (f[z] != 0) price_[z].push_back({low_.size(), -f[z]});
      shadow_.push_back(k);
      start_.push_back(mu);
      low_.push_back(spread > 0 ? 0.0 : mu);
      high_.push_back(spread > 0 ? mu + 1000 * size / spread : mu);
    }
    for (std::size_t z = 0; z < m.zones; ++z) {
      auto up = price_[z], down = price_[z];
      for (auto& t : down) t.factor = -t.factor;
      if (zone[z].hi - zone[z].lo <= 1e-12 * size) {
        add(std::move(up), 0, true);
        continue;
      }
      if (exists(zone[z].hi)) add(std::move(up), zone[z].hi, false);
      if (exists(zone[z].lo)) add(std::move(down), -zone[z].lo, false);
    }
  }

  std::vector<std::vector<boxed_lp::term>> price_;  ///< per zone, in columns
  bool flow_based_;
  std::vector<row> rows_;
  std::vector<std::size_t> shadow_;  ///< flow-based: the constraint of each column but the first
  point start_, low_, high_;
};

/// Prices by the rule: it is asked zone by zone between the ends of the admissible prices there, and the admissible
/// prices nearest to its answers are taken. Zones whose own margin leaves a choice cost two small linear problems each.
/// Returns the polyhedron.
template <class Rule>
price_face price_linear_zones(const zonal_market& m, const Rule& rule, zonal_result& out) {
  const std::vector<margin_record<double>> zone = zone_margins(m, out);
  price_face face(m, zone, out);
  const double same = 1e-8 * face.size;
  const auto snapped = [&](std::size_t z, double p) {
    for (const double at : {out.price[z], zone[z].lo, zone[z].hi})
      if (std::abs(p - at) <= same) return at;
    return p;
  };
  std::vector<double> weight(m.zones, 0.0), wanted = out.price;
  std::vector<double> lo = out.price, hi = out.price;
  bool free = false;
  for (std::size_t z = 0; z < m.zones; ++z) {
    if (zone[z].hi - zone[z].lo <= same) continue;
    for (const bool up : {false, true}) {
      weight[z] = up ? 1 : -1;
      (up ? hi : lo)[z] = snapped(z, face.price(z, face.best(weight)));
    }
    weight[z] = 0;
    if (!(hi[z] > lo[z])) continue;
    free = true;
    margin_record<double> r = zone[z];
    constexpr double none = std::numeric_limits<double>::infinity();
    r.lo = lo[z] = lo[z] < -face.beyond() ? -none : lo[z];
    r.hi = hi[z] = hi[z] > face.beyond() ? none : hi[z];
    const auto p = static_cast<double>(rule(r));
    if (exists(p)) wanted[z] = std::clamp(p, lo[z], hi[z]);
  }
  if (free) {
    const price_face::point x = face.nearest(wanted);
    for (std::size_t z = 0; z < m.zones; ++z) out.price[z] = std::clamp(snapped(z, face.price(z, x)), lo[z], hi[z]);
    face.shadows(x, out.shadow_price);
  }
  price_levels(out);
  out.lo = std::move(lo);
  out.hi = std::move(hi);
  return face;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
