// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_COUPLED_MARKET_HPP
#define SCHED_SOLVE_COUPLED_MARKET_HPP

/// \file
/// What block orders see of coupled zones: the model of `convex_market` for zones with links.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/block_orders.hpp>
#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/convex_market.hpp>
#include <sched/solve/couple_zones.hpp>
#include <sched/solve/detail/area_prices.hpp>
#include <sched/solve/detail/prepared_curve.hpp>
#include <sched/solve/detail/split_area.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// One period of coupled zones, prepared: a curve per zone, zones that links connect.
struct prepared_zones {
  std::vector<prepared_curve> curve{};
  std::vector<std::vector<std::size_t>> components{};
  double total = 1;  ///< all volume of books, boundaries and forced flows

  explicit prepared_zones(const zonal_market& m)
      : components(connected_zones(m.zones, m.links)), total(movable_volume(m)) {
    std::vector<std::vector<curve_segment>> book(m.zones);
    for (const zone_order& o : m.orders) book[o.zone].push_back(o.order);
    for (const zone_boundary& b : m.boundaries) {
      book[b.zone].emplace_back(market_side::sell, b.price, b.price, b.import_capacity);
      book[b.zone].emplace_back(market_side::buy, b.price, b.price, b.export_capacity);
    }
    curve.reserve(m.zones);
    for (const auto& b : book) curve.emplace_back(std::span<const curve_segment>(b), m.bounds);
  }
};

/// The splitting algorithm of `couple_zones` on prepared curves: flows only, and injections that nobody takes up are
/// absorbed at a price beyond all orders.
class curve_splitting {
public:
  curve_splitting(const zonal_market& m, const prepared_zones& p, std::span<const double> injection, double beyond)
      : m_(m),
        p_(p),
        beyond_(beyond),
        put_in_(injection.begin(), injection.end()),
        total_(total_of(p, injection)),
        links_(m.links, m.zones, std::exp2(53 - std::ceil(std::log2(total_))), total_) {
    for (std::size_t z = 0; z < m.injection.size(); ++z) put_in_[z] += m.injection[z];
    for (const auto& area : p.components) clear(area);
    // What the books must export, by the flows alone.
    exports.assign(m.zones, 0.0);
    std::vector<std::int64_t> net(m.zones, 0);
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      net[m.links[k].from] += links_.flow[k];
      net[m.links[k].to] -= links_.flow[k];
    }
    for (std::size_t z = 0; z < m.zones; ++z) exports[z] = links_.volume(net[z]) - put_in_[z];
    // A link that is full up to rounding is full.
    const std::int64_t slack = std::max<std::int64_t>(2, links_.lots(1e-10 * total_));
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      if (links_.most[k] - links_.flow[k] <= slack) links_.flow[k] = links_.most[k];
      else if (links_.flow[k] - links_.least[k] <= slack) links_.flow[k] = links_.least[k];
    }
  }

  [[nodiscard]] const link_lots& links() const { return links_; }
  std::vector<double> exports{};  ///< per zone: what leaves its book

private:
  [[nodiscard]] static double total_of(const prepared_zones& p, std::span<const double> injection) {
    double total = p.total;
    for (const double x : injection) total += std::abs(x);
    return total;
  }
  struct range {
    double least = 0, most = 0;
  };
  [[nodiscard]] range positions(const std::vector<std::size_t>& area, double p) const {
    range r;
    for (const std::size_t z : area) {
      const auto l = p_.curve[z].curve().at(p);
      r.least += l.least_export();
      r.most += l.most_export();
    }
    return r;
  }

  /// The price at which an area exports x, or ±beyond.
  [[nodiscard]] double crossing(const std::vector<std::size_t>& area, double x, double tolerance) const {
    double sell = 0, buy = 0;
    for (const std::size_t z : area) {
      sell += p_.curve[z].total_sell();
      buy += p_.curve[z].total_buy();
    }
    if (x > sell + tolerance) return beyond_;
    if (x < -buy - tolerance) return -beyond_;
    x = std::clamp(x, -buy, sell);
    // The first break point that exports enough, and the last one before it.
    double first = std::numeric_limits<double>::infinity(), before = -first;
    for (const std::size_t z : area) {
      const auto levels = p_.curve[z].curve().levels();
      const auto it = std::partition_point(levels.begin(), levels.end(), [&](const curve_level<double>& l) {
        return positions(area, l.price).most < x - tolerance;
      });
      if (it != levels.end()) first = std::min(first, it->price);
      if (it != levels.begin()) before = std::max(before, std::prev(it)->price);
    }
    if (!exists(first)) return exists(before) ? before : 0;
    if (!exists(before)) return first;
    const double from = positions(area, before).most, to = positions(area, first).least;
    if (x >= to || !(to > from)) return first;
    return before + (first - before) * std::clamp((x - from) / (to - from), 0.0, 1.0);
  }

  void clear(const std::vector<std::size_t>& area) {
    std::int64_t away = 0;
    double x = 0, rounding = 0;
    for (const std::size_t z : area) {
      away += links_.outflow[z];
      x -= put_in_[z];
    }
    if (area.size() == 1) return;
    x += links_.volume(away);
    for (const std::size_t z : area) rounding += p_.curve[z].curve().rounding(x) + 1 / links_.scale;
    const double p = crossing(area, x, rounding);
    // What every zone sends away inside the area, in lots that add up: its least and a share of what is free.
    std::vector<std::int64_t> send(area.size());
    std::vector<range> own(area.size());
    range all;
    for (std::size_t i = 0; i < area.size(); ++i) {
      const auto l = p_.curve[area[i]].curve().at(p);
      own[i] = {l.least_export(), l.most_export()};
      all.least += own[i].least;
      all.most += own[i].most;
    }
    if (p == beyond_) own[0].most = own[0].least + std::max(0.0, x - all.least);
    if (p == -beyond_) own[0].least = own[0].most - std::max(0.0, all.most - x);
    all = {};
    for (const range& r : own) all = {all.least + r.least, all.most + r.most};
    const double free = all.most - all.least, share = free > 0 ? std::clamp((x - all.least) / free, 0.0, 1.0) : 0.0;
    std::int64_t rest = away;
    std::size_t roomiest = 0;
    for (std::size_t i = 0; i < area.size(); ++i) {
      send[i] = links_.lots(own[i].least + share * (own[i].most - own[i].least) + put_in_[area[i]]);
      rest -= send[i];
      send[i] -= links_.outflow[area[i]];
      if (own[i].most - own[i].least > own[roomiest].most - own[roomiest].least) roomiest = i;
    }
    send[roomiest] += rest;

    const link_lots::halves split = links_.settle(m_.links, area, send);
    if (split.whole) return;
    clear(split.inside);
    clear(split.outside);
  }

  const zonal_market& m_;
  const prepared_zones& p_;
  double beyond_;
  std::vector<double> put_in_;
  double total_;
  link_lots links_;
};

}  // namespace detail

/// Coupled zones with links, a `zonal_market` per period, as the divisible part of a market with block orders:
/// `clear_blocks(coupled_market(periods), book)` clears over all of them, and `settle` says what every order, link and
/// boundary gets. A `solve` is at most 2·zones − 1 maximum flows and O(zones² log² orders). Prices of
/// zones over free links are one price, along full links they do not fall.
template <class Pricing = pricing::k_price>
  requires uniform_pricing<Pricing, double, double>
class coupled_market {
public:
  /// Injections are substitutes in a network without losses: none raises a price anywhere.
  static constexpr bool monotone = true;

  /// Throws `market_error`: see `check_zonal_market`; `length_mismatch` for a period with another number of zones;
  /// `bad_curve` for tariffs, losses and flow-based constraints, whose prices have no order along links (the index is
  /// the period's).
  explicit coupled_market(std::vector<zonal_market> periods, Pricing rule = {})
      : markets_(std::move(periods)), rule_(std::move(rule)) {
    double dearest = 1e4;
    prepared_.reserve(markets_.size());
    for (std::size_t t = 0; t < markets_.size(); ++t) {
      const zonal_market& m = markets_[t];
      if (const market_input_fault f = check_zonal_market(m)) throw market_error(f);
      if (m.zones != markets_[0].zones) throw market_error({market_fault::length_mismatch, t}, "zones of a period");
      bool linear = !m.constraints.empty();
      for (const capacity_link& l : m.links) linear = linear || l.tariff != 0 || l.loss != 0;
      if (linear)
        throw market_error({market_fault::bad_curve, t}, "block orders over tariffs, losses or flow-based constraints");
      prepared_.emplace_back(m);
      for (const auto& c : prepared_.back().curve)
        for (const auto& l : c.curve().levels()) dearest = std::max(dearest, std::abs(l.price));
      for (const double b : {m.bounds.floor, m.bounds.cap})
        if (exists(b)) dearest = std::max(dearest, std::abs(b));
    }
    beyond_ = 100 * dearest;
  }

  [[nodiscard]] std::size_t periods() const noexcept { return markets_.size(); }
  [[nodiscard]] std::size_t zones() const noexcept { return markets_.empty() ? 0 : markets_[0].zones; }
  [[nodiscard]] const zonal_market& period(std::size_t t) const { return markets_[t]; }

  /// One period with `injection` (one volume per zone, positive: put in) added to the market's own. O(zones² log²
  /// orders) and at most 2·zones − 1 maximum flows. Allocates at every call: a few vectors per zone and link, and a
  /// graph per maximum flow; the columns of `out` are replaced.
  void solve(std::size_t period, std::span<const double> injection, market_response& out) const {
    const zonal_market& m = markets_[period];
    const detail::prepared_zones& prepared = prepared_[period];
    const detail::curve_splitting split(m, prepared, injection, beyond_);
    out.welfare = out.unabsorbed = out.volume = 0;
    std::vector<margin_record<double>> zone;
    zone.reserve(m.zones);
    for (std::size_t z = 0; z < m.zones; ++z) {
      const detail::prepared_curve& c = prepared.curve[z];
      const double want = split.exports[z], x = std::clamp(want, -c.total_buy(), c.total_sell());
      out.welfare += c.welfare_at(x);
      out.volume += c.bought_at(x);
      if (std::abs(want - x) > c.tolerance(want)) out.unabsorbed += std::abs(want - x);
    }
    for (std::size_t z = 0; z < m.zones; ++z) {
      const detail::prepared_curve& c = prepared.curve[z];
      const double want = split.exports[z], tolerance = c.tolerance(want);
      const double x = std::clamp(want, -c.total_buy(), c.total_sell());
      auto p = c.curve().prices(x, tolerance);
      if (std::abs(want - x) > tolerance) p.lo = p.hi = want > x ? beyond_ : -beyond_;
      else if (out.unabsorbed > 0) {  // bounds do not hold where prices are beyond them
        if (x <= tolerance - c.total_buy()) p.lo = -beyond_;
        if (x >= c.total_sell() - tolerance) p.hi = beyond_;
      }
      zone.push_back(c.template margin<Pricing>(p, x, tolerance));
    }
    out.welfare -= beyond_ * out.unabsorbed;
    zonal_result r;
    const auto order =
        detail::price_areas(m, split.links().flow, split.links().least, split.links().most, zone, rule_, r);
    std::vector<std::uint32_t> first;  // zone of each area
    out.same.resize(m.zones);
    for (std::size_t z = 0; z < m.zones; ++z) {
      if (r.area[z] == first.size()) first.push_back(static_cast<std::uint32_t>(z));
      out.same[z] = first[r.area[z]];
      // Without bounds the ends are as wide as what is beyond all orders.
      r.lo[z] = exists(r.lo[z]) ? r.lo[z] : -beyond_;
      r.hi[z] = exists(r.hi[z]) ? r.hi[z] : beyond_;
      r.price[z] = std::clamp(exists(r.price[z]) ? r.price[z] : 0.0, r.lo[z], r.hi[z]);
    }
    out.order.clear();
    for (const auto& [below, above] : order) out.order.emplace_back(first[below], first[above]);
    out.price = std::move(r.price);
    out.lo = std::move(r.lo);
    out.hi = std::move(r.hi);
  }

  /// What one period's orders, boundaries and links get by a clearing of blocks, at its prices; ties as in
  /// `couple_zones`. Allocates.
  template <class Tie = tie::index>
    requires tie_rule<Tie, double>
  [[nodiscard]] zonal_result settle(std::size_t period, const block_result& r, const Tie& tie = {}) const {
    const zonal_market m = with_injection(period, r);
    zonal_result out;
    out.net_position.assign(m.zones, 0.0);
    detail::area_splitting<Tie> areas(m, tie, out);
    const bool solved = areas.run() && r.price.size() == periods() * zones();
    if (solved) {
      detail::price_areas(m, areas.links().flow, areas.links().least, areas.links().most, detail::zone_margins(m, out),
                          rule_, out);
      for (std::size_t z = 0; z < m.zones; ++z) out.price[z] = r.price[period * m.zones + z];
    }
    detail::settle_totals(m, solved, out);
    return out;
  }

  /// One period with what its blocks put in: the market that `settle` has cleared, for `validate_market`.
  [[nodiscard]] zonal_market with_injection(std::size_t period, const block_result& r) const {
    zonal_market m = markets_[period];
    m.injection.resize(m.zones, 0.0);
    for (std::size_t z = 0; z < m.zones && !r.injection.empty(); ++z)
      m.injection[z] += r.injection[period * m.zones + z];
    return m;
  }

private:
  std::vector<zonal_market> markets_;
  std::vector<detail::prepared_zones> prepared_;
  Pricing rule_;
  double beyond_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
