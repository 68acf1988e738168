// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_MARKET_POWER_HPP
#define SCHED_EVALUATE_MARKET_POWER_HPP

/// \file
/// What one participant can do to a market, and how concentrated it is.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

/// What is left for some owner: demand minus the supply of all others, R(p) = D⁺(p) − S⁺ of the others.
class residual_demand {
public:
  /// Orders without a user belong to the others. Throws `market_error`. O(n log n).
  template <curve_element O>
  residual_demand(std::span<const O> orders, std::uint32_t user, const price_bounds<>& bounds = {}) {
    std::vector<O> others;
    others.reserve(orders.size());
    for (const O& o : orders)
      if (o.side == market_side::buy || o.user == no_user || o.user != user) others.push_back(o);
    curve_ = merit_curve(std::span<const O>(others), bounds);
  }
  template <curve_element O>
  residual_demand(const std::vector<O>& orders, std::uint32_t user, const price_bounds<>& bounds = {})
      : residual_demand(std::span<const O>(orders), user, bounds) {}

  /// R(p); negative where the others offer more than is wanted. O(log n).
  [[nodiscard]] double operator()(double price) const noexcept {
    const auto l = curve_.at(price);
    return l.buy - l.sell;
  }
  /// R at every break point, by ascending price.
  [[nodiscard]] std::vector<curve_point> points() const {
    std::vector<curve_point> out;
    out.reserve(curve_.levels().size());
    for (const auto& l : curve_.levels()) out.push_back({l.price, l.buy - l.sell});
    return out;
  }
  /// (ΔR/R)/(Δp/p) between p − step and p + step: how strongly the others and the demand answer to the price. NaN where
  /// R(p) or p is 0.
  [[nodiscard]] double elasticity(double price, double step) const noexcept {
    const double here = (*this)(price);
    if (here == 0 || price == 0 || !(step > 0)) return std::numeric_limits<double>::quiet_NaN();
    return ((*this)(price + step) - (*this)(price - step)) / (2 * step) * (price / here);
  }

private:
  merit_curve curve_;
};

/// Residual supply index (Q − q)/d: below 1 demand cannot be met without this owner, who is pivotal. +∞ for d = 0.
[[nodiscard]] constexpr double residual_supply_index(double total_supply, double own_supply, double demand) noexcept {
  return demand > 0 ? (total_supply - own_supply) / demand : std::numeric_limits<double>::infinity();
}
[[nodiscard]] constexpr bool is_pivotal(double total_supply, double own_supply, double demand) noexcept {
  return residual_supply_index(total_supply, own_supply, demand) < 1;
}

/// Sum of squared shares, in [1/n, 1] (Herfindahl–Hirschman; times 10 000 in its usual unit); 0 without volume.
[[nodiscard]] inline double concentration(std::span<const double> volumes) noexcept {
  double sum = 0, squares = 0;
  for (const double v : volumes) {
    sum += v;
    squares += v * v;
  }
  return sum > 0 ? squares / (sum * sum) : 0;
}

/// (price − marginal cost)/price; 0 at price 0.
[[nodiscard]] constexpr double lerner_index(double price, double marginal_cost) noexcept {
  return price == 0 ? 0 : (price - marginal_cost) / price;
}

/// What an order takes at a given price: all in the money, nothing out of it; at its price what `at_the_money` says of
/// its volume. O(1).
template <curve_element O>
[[nodiscard]] constexpr double accepted_at(const O& o, double price, const price_bounds<>& bounds = {},
                                           double at_the_money = 1) noexcept {
  const double first = first_price(o, bounds), last = last_price(o, bounds);
  const bool sells = o.side == market_side::sell;
  if (first == last) {
    if (price == first) return o.volume * at_the_money;
    return (price > first) == sells ? o.volume : 0;
  }
  return o.volume * std::clamp((price - first) / (last - first), 0.0, 1.0);
}

/// The most that pairs with compatible prices (bid at or above offer) can trade: a statistic, not a clearing. Offers
/// are served from the dearest, whose partners are partners of all cheaper ones, so that no flow algorithm is needed.
/// O(n log n). Throws `market_error`.
[[nodiscard]] inline double largest_matchable_volume(std::span<const curve_order> orders,
                                                     const price_bounds<>& bounds = {}) {
  if (const market_input_fault f = check_orders(orders, bounds)) throw market_error(f);
  std::vector<curve_order> sorted(orders.begin(), orders.end());
  std::sort(sorted.begin(), sorted.end(), [&](const curve_order& a, const curve_order& b) {
    const double x = first_price(a, bounds), y = first_price(b, bounds);
    return x != y ? x > y : a.side == market_side::buy && b.side == market_side::sell;
  });
  detail::careful_sum<double> matched;
  double free = 0;
  for (const curve_order& o : sorted) {
    if (o.side == market_side::buy) {
      free += o.volume;
    } else {
      const double traded = std::min(free, o.volume);
      free -= traded;
      matched.add(traded);
    }
  }
  return matched.value();
}

}  // namespace v0
}  // namespace sched

#endif
