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
#include <sched/solve/detail/prepared_curve.hpp>
#include <sched/solve/market_response.hpp>

namespace sched {
inline namespace v0 {

/// The divisible part of a market: `m.solve(period, injection, response)` clears one period with fixed extra volume per
/// zone (positive: put in). Promise: welfare is concave in the injection, prices are a supergradient of it and lie in
/// [lo, hi], the answer depends on the arguments only; admissible are all prices in the box that keep `order`, `same`
/// and `limit`, and no others. An injection that cannot be absorbed is answered, not refused: the rest costs more than
/// any order would pay. Called for every period at every node of a search: it should not allocate. `m.monotone()`
/// (absent: false), asked at run time, promises that no price rises when any injection does.
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
  [[nodiscard]] static constexpr bool monotone() noexcept { return true; }

  /// Throws `market_error` (see `check_orders`).
  explicit curve_market(std::vector<std::vector<curve_segment>> books, const price_bounds<>& bounds = {},
                        Pricing rule = {})
      : books_(std::move(books)), bounds_(bounds), rule_(std::move(rule)) {
    double dearest = 1;
    curves_.reserve(books_.size());
    for (const auto& book : books_) {
      curves_.emplace_back(std::span<const curve_segment>(book), bounds_);
      for (const auto& l : curves_.back().curve().levels()) dearest = std::max(dearest, std::abs(l.price));
    }
    for (const double b : {bounds_.floor, bounds_.cap})
      if (exists(b)) dearest = std::max(dearest, std::abs(b));
    beyond_ = 100 * std::max(dearest, 1e4);
  }

  [[nodiscard]] std::size_t periods() const noexcept { return books_.size(); }
  [[nodiscard]] std::size_t zones() const noexcept { return 1; }
  [[nodiscard]] const std::vector<curve_segment>& book(std::size_t period) const { return books_[period]; }
  [[nodiscard]] const price_bounds<>& bounds() const noexcept { return bounds_; }

  void solve(std::size_t period, std::span<const double> injection, market_response& out) const {
    const detail::prepared_curve& c = curves_[period];
    double x = -injection[0];
    out.order.clear();
    out.same.clear();
    out.limit.clear();
    out.inner.clear();
    out.unabsorbed = 0;
    const double tolerance = c.tolerance(x);
    double beyond = 0;
    if (x > c.total_sell() + tolerance) {
      out.unabsorbed = x - c.total_sell();
      beyond = beyond_;
    } else if (x < -c.total_buy() - tolerance) {
      out.unabsorbed = -c.total_buy() - x;
      beyond = -beyond_;
    }
    x = std::clamp(x, -c.total_buy(), c.total_sell());
    out.welfare = c.welfare_at(x) - beyond_ * out.unabsorbed;
    out.volume = c.bought_at(x);
    out.price.assign(1, 0.0);
    out.lo.assign(1, 0.0);
    out.hi.assign(1, 0.0);
    if (beyond != 0) {
      out.price[0] = out.lo[0] = out.hi[0] = beyond;
      return;
    }
    const auto p = c.curve().prices(x, tolerance);
    // The ends of the curve are as wide as bounds allow; without bounds, as what is beyond all orders.
    out.lo[0] = exists(p.lo) ? p.lo : -beyond_;
    out.hi[0] = exists(p.hi) ? p.hi : beyond_;
    const margin_record<double> m = c.template margin<Pricing>(p, x, tolerance);
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
  std::vector<std::vector<curve_segment>> books_;
  price_bounds<> bounds_;
  Pricing rule_;
  double beyond_ = 0;  ///< price of what nobody takes up
  std::vector<detail::prepared_curve> curves_;
};

}  // namespace v0
}  // namespace sched

#endif
