// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CONVEX_MARKET_HPP
#define SCHED_SOLVE_CONVEX_MARKET_HPP

/// \file
/// What block orders see of the divisible part of a market, and the model of it for one zone.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/clear_two_sided.hpp>

namespace sched {
inline namespace v0 {

/// One period of the divisible part of a market, with an injection into every zone.
struct market_response {
  double welfare = 0;
  double unabsorbed = 0;           ///< volume that no order takes up; it is paid for at a price beyond all limits
  std::vector<double> price{};     ///< per zone: the rule's choice, a supergradient of the welfare
  std::vector<double> lo{}, hi{};  ///< per zone: admissible prices
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order{};  ///< zones (a, b) with price a ≤ price b
};

/// The divisible part of a market: `m.solve(period, injection, response)` clears one period with fixed extra volume per
/// zone (positive: put in). Promise: welfare is concave in the injection, prices are a supergradient of it and lie in
/// [lo, hi], the answer depends on the arguments only. An injection that cannot be absorbed is answered, not refused:
/// the rest costs more than any order would pay. Called for every period at every node of a search: it should not
/// allocate. `static constexpr bool monotone` (absent: false) promises that no price rises when any injection does.
template <class M>
concept convex_market =
    requires(const M& m, std::size_t period, std::span<const double> injection, market_response& response) {
      { m.periods() } -> std::convertible_to<std::size_t>;
      { m.zones() } -> std::convertible_to<std::size_t>;
      { m.solve(period, injection, response) } -> std::same_as<void>;
    };

/// One zone: a book per period, prepared once. `solve` is O(log n) and allocates nothing after its first call.
template <class Pricing = pricing::k_price>
  requires uniform_pricing<Pricing, double, double>
class curve_market {
public:
  static constexpr bool monotone = true;

  /// Throws `market_error` (see `check_orders`).
  explicit curve_market(std::vector<std::vector<curve_segment>> books, const price_bounds<>& bounds = {},
                        Pricing rule = {})
      : books_(std::move(books)), bounds_(bounds), rule_(std::move(rule)) {
    double dearest = 1;
    for (const auto& book : books_) {
      curves_.emplace_back(std::span<const curve_segment>(book), bounds_);
      for (const auto& l : curves_.back().levels()) dearest = std::max(dearest, std::abs(l.price));
    }
    for (const double b : {bounds_.floor, bounds_.cap})
      if (exists(b)) dearest = std::max(dearest, std::abs(b));
    beyond_ = 100 * std::max(dearest, 1e4);
    tables_.reserve(curves_.size());
    for (const merit_curve& c : curves_) tables_.push_back(table_of(c));
  }

  [[nodiscard]] std::size_t periods() const noexcept { return books_.size(); }
  [[nodiscard]] std::size_t zones() const noexcept { return 1; }
  [[nodiscard]] const std::vector<curve_segment>& book(std::size_t period) const { return books_[period]; }
  [[nodiscard]] const price_bounds<>& bounds() const noexcept { return bounds_; }

  void solve(std::size_t period, std::span<const double> injection, market_response& out) const {
    const merit_curve& c = curves_[period];
    const table& t = tables_[period];
    double x = -injection[0];
    out.order.clear();
    out.unabsorbed = 0;
    const double tolerance = c.rounding(x) + 1e-9 * (1 + c.total_buy() + c.total_sell());
    double beyond = 0;
    if (x > c.total_sell() + tolerance) {
      out.unabsorbed = x - c.total_sell();
      beyond = beyond_;
    } else if (x < -c.total_buy() - tolerance) {
      out.unabsorbed = -c.total_buy() - x;
      beyond = -beyond_;
    }
    x = std::clamp(x, -c.total_buy(), c.total_sell());
    out.welfare = t.welfare_at(c, x) - beyond_ * out.unabsorbed;
    out.price.assign(1, 0.0);
    out.lo.assign(1, 0.0);
    out.hi.assign(1, 0.0);
    if (beyond != 0) {
      out.price[0] = out.lo[0] = out.hi[0] = beyond;
      return;
    }
    const auto p = c.prices(x, tolerance);
    // The ends of the curve are as wide as bounds allow; without bounds, as what is beyond all orders.
    out.lo[0] = exists(p.lo) ? p.lo : -beyond_;
    out.hi[0] = exists(p.hi) ? p.hi : beyond_;
    margin_record<double> m = margin(c, p, x, tolerance);
    const double wanted = static_cast<double>(rule_(m));
    out.price[0] = std::clamp(exists(wanted) ? wanted
                              : exists(p.lo) ? p.lo
                              : exists(p.hi) ? p.hi
                                             : 0.0,
                              out.lo[0], out.hi[0]);
  }

  /// What each order of a period gets at an injection. Allocates.
  [[nodiscard]] std::vector<double> accepted(std::size_t period, double injection) const {
    two_sided_clearing<curve_segment> clear;
    book_clearing_options<> o;
    o.bounds = bounds_;
    o.net_export = -injection;
    return clear(std::span<const curve_segment>(books_[period]), pricing::k_price{}, tie::index{},
                 shortage::marginal_demand{}, o)
        .accepted;
  }

private:
  /// Welfare at every break point: before and after what stands exactly there.
  struct table {
    std::vector<double> before, after;

    [[nodiscard]] double welfare_at(const merit_curve& c, double x) const {
      const auto levels = c.levels();
      if (levels.empty()) return 0;
      const auto it = std::partition_point(levels.begin(), levels.end(),
                                           [x](const curve_level<double>& l) { return l.most_export() < x; });
      if (it == levels.end()) return after.back();
      const auto k = static_cast<std::size_t>(it - levels.begin());
      if (x >= it->least_export() || k == 0) return before[k] - it->price * (x - it->least_export());
      // Inside a linear piece.
      const curve_level<double>& a = levels[k - 1];
      const double width = it->least_export() - a.most_export(), part = x - a.most_export();
      if (!(width > 0)) return before[k];
      const double p = a.price + (it->price - a.price) * (part / width);
      return after[k - 1] - part * (a.price + p) / 2;
    }
  };

  /// Welfare falls by the price with every unit exported; at the least export all bids are served and no offer is used.
  [[nodiscard]] static table table_of(const merit_curve& c) {
    table t;
    const auto levels = c.levels();
    detail::careful_sum<double> w;
    for (std::size_t k = levels.size(); k-- > 0;) {  // the value of all bids
      w.add(levels[k].price * (levels[k].buy - levels[k].buy_above));
      if (k > 0) w.add((levels[k].price + levels[k - 1].price) / 2 * (levels[k - 1].buy_above - levels[k].buy));
    }
    for (std::size_t k = 0; k < levels.size(); ++k) {
      if (k > 0)
        w.add(-(levels[k].price + levels[k - 1].price) / 2 * (levels[k].least_export() - levels[k - 1].most_export()));
      t.before.push_back(w.value());
      w.add(-levels[k].price * (levels[k].most_export() - levels[k].least_export()));
      t.after.push_back(w.value());
    }
    return t;
  }

  /// The neighbours of the price, as far as the rule asks for them.
  [[nodiscard]] static margin_record<double> margin(const merit_curve& c, const admissible_prices<double>& p, double x,
                                                    double tolerance) {
    margin_record<double> m;
    m.lo = p.lo;
    m.hi = p.hi;
    constexpr unsigned plain = margin_part::interval;
    if constexpr ((margin_needs<Pricing>() & ~plain) == 0) return m;
    const auto levels = c.levels();
    const auto at = std::partition_point(levels.begin(), levels.end(),
                                         [&](const curve_level<double>& l) { return l.price < p.lo; });
    // The offers and bids at the cut level: bids are served as far as offers and the export allow.
    for (auto l = at; l != levels.end(); ++l) {
      const double offered = l->sell - l->sell_below, asked = l->buy - l->buy_above;
      if (l->price > p.lo || l->price > p.hi) {
        if (offered > tolerance) m.first_rejected_offer = std::min(m.first_rejected_offer, l->price);
        if (asked > tolerance) m.last_accepted_bid = std::min(m.last_accepted_bid, l->price);
        if (exists(m.first_rejected_offer) && exists(m.last_accepted_bid)) break;
        continue;
      }
      const double sold = std::min(l->sell, l->buy + x) - l->sell_below;
      const double bought = std::max(0.0, l->sell_below + sold - x - l->buy_above);
      if (offered > tolerance && sold > tolerance) m.last_accepted_offer = l->price;
      else if (offered > tolerance) m.first_rejected_offer = l->price;
      if (asked > tolerance && bought > tolerance) m.last_accepted_bid = l->price;
      else if (asked > tolerance) m.first_rejected_bid = l->price;
      if (offered > tolerance && sold > tolerance && sold < offered - tolerance) {
        m.cut = cut_side::offer;
        m.cut_price = l->price;
      } else if (asked > tolerance && bought > tolerance && bought < asked - tolerance) {
        m.cut = cut_side::bid;
        m.cut_price = l->price;
      }
    }
    for (auto l = at; l != levels.begin() && (!exists(m.last_accepted_offer) || !exists(m.first_rejected_bid));) {
      --l;
      if (!exists(m.last_accepted_offer) && l->sell - l->sell_below > tolerance) m.last_accepted_offer = l->price;
      if (!exists(m.first_rejected_bid) && l->buy - l->buy_above > tolerance) m.first_rejected_bid = l->price;
    }
    return m;
  }

  std::vector<std::vector<curve_segment>> books_;
  price_bounds<> bounds_;
  Pricing rule_;
  double beyond_ = 0;  ///< price of what nobody takes up
  std::vector<merit_curve> curves_;
  std::vector<table> tables_;
};

}  // namespace v0
}  // namespace sched

#endif
