// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_COUPLED_MARKET_HPP
#define SCHED_SOLVE_COUPLED_MARKET_HPP

/// \file
/// What block orders see of coupled zones: the model of `convex_market` for zones with links or flow-based constraints.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
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
#include <sched/solve/detail/curve_splitting.hpp>
#include <sched/solve/detail/linear_period.hpp>
#include <sched/solve/detail/prepared_curve.hpp>

namespace sched {
inline namespace v0 {
/// Coupled zones, a `zonal_market` per period, as the divisible part of a market with block orders:
/// `clear_blocks(coupled_market(periods), book)` clears over all of them, and `settle` says what every order, link,
/// boundary and constraint gets.
///
/// A period with links that only have capacities is split at minimum cuts: a `solve` is at most 2·zones − 1 maximum
/// flows and O(zones² log² orders); prices of zones over free links are one price, along full links they do not fall.
/// A period with tariffs or flow-based constraints is one linear problem of all its orders (`couple_zones`) and two
/// small ones per zone whose own margin leaves a choice: orders must be steps there. Prices then differ by the tariff
/// over a link in use and by no more over an idle one, or are a level less what binding constraints take.
template <class Pricing = pricing::k_price>
  requires uniform_pricing<Pricing, double, double>
class coupled_market {
public:
  /// Injections are substitutes in a network without losses: none raises a price anywhere. Flow-based they may: more
  /// in one zone can take room from another that depends on it.
  [[nodiscard]] bool monotone() const noexcept { return monotone_; }

  /// Throws `market_error`: see `check_zonal_market`; `length_mismatch` for a period with another number of zones;
  /// `bad_curve` (the index is the period's) for links with losses and `intuitive` flow-based exchange, whose welfare
  /// is not concave, and for linear segments beside tariffs or flow-based constraints.
  explicit coupled_market(std::vector<zonal_market> periods, Pricing rule = {})
      : markets_(std::move(periods)), rule_(std::move(rule)) {
    double dearest = 1e4;
    prepared_.reserve(markets_.size());
    for (std::size_t t = 0; t < markets_.size(); ++t) {
      const zonal_market& m = markets_[t];
      if (const market_input_fault f = check_zonal_market(m)) throw market_error(f);
      if (m.zones != markets_[0].zones) throw market_error({market_fault::length_mismatch, t}, "zones of a period");
      linear_.push_back(is_linear(m, t) ? 1 : 0);
      monotone_ = monotone_ && m.constraints.empty();
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

  /// One period with `injection` (one volume per zone, positive: put in) added to the market's own: see
  /// above. Allocates at every call: a few vectors per zone and link, and a graph per maximum flow, or the table of a
  /// linear problem; the columns of `out` are replaced.
  void solve(std::size_t period, std::span<const double> injection, market_response& out) const {
    const zonal_market& m = markets_[period];
    if (linear_[period] != 0) {
      detail::answer_linear_zones(m, injection, beyond_, rule_, out);
      return;
    }
    out.limit.clear();
    out.inner.clear();
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

  /// What one period's orders, boundaries, links and constraints get by a clearing of blocks, at its prices; ties as in
  /// `couple_zones`. Shadow prices are those that explain the prices best (rounded ones: within half a tick).
  /// Allocates.
  template <class Tie = tie::index>
    requires tie_rule<Tie, double>
  [[nodiscard]] zonal_result settle(std::size_t period, const block_result& r, const Tie& tie = {}) const {
    const zonal_market m = with_injection(period, r);
    zonal_result out;
    out.net_position.assign(m.zones, 0.0);
    const bool priced = r.price.size() == periods() * zones();
    if (linear_[period] != 0) {
      const bool solved = priced && detail::settle_linear_zones(
                                        m, std::span(r.price).subspan(period * m.zones, m.zones), tie, rule_, out);
      detail::settle_totals(m, solved, out);
      return out;
    }
    detail::area_splitting<Tie> areas(m, tie, out);
    const bool solved = areas.run() && priced;
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
  /// Whether a period is one linear problem. Throws for what has no prices to judge blocks by.
  [[nodiscard]] static bool is_linear(const zonal_market& m, std::size_t period) {
    const auto refuse = [period](const char* what) { throw market_error({market_fault::bad_curve, period}, what); };
    bool linear = !m.constraints.empty();
    if (linear && m.intuitive) refuse("block orders over intuitive flow-based exchange");
    for (const capacity_link& l : m.links) {
      if (!m.constraints.empty()) break;  // links are not used
      if (l.loss != 0) refuse("block orders over links with losses");
      linear = linear || l.tariff != 0;
    }
    for (const zone_order& o : m.orders)
      if (linear && first_price(o.order, m.bounds) != last_price(o.order, m.bounds))
        refuse("a linear segment among tariffs or flow-based constraints");
    return linear;
  }

  std::vector<zonal_market> markets_;
  std::vector<detail::prepared_zones> prepared_;
  std::vector<std::uint8_t> linear_;  ///< per period
  bool monotone_ = true;
  Pricing rule_;
  double beyond_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
