// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_ORDERS_HPP
#define SCHED_MODEL_ORDERS_HPP

/// \file
/// Orders that make up supply and demand curves: steps, and linear segments.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include <sched/model/clearing.hpp>

namespace sched {
inline namespace v0 {

enum class market_side : std::uint8_t { sell, buy };

/// The owner of an order that names none: it belongs to nobody else.
inline constexpr std::uint32_t no_user = static_cast<std::uint32_t>(-1);

[[nodiscard]] constexpr std::string_view to_string(market_side s) noexcept {
  return s == market_side::sell ? "sell" : "buy";
}
[[nodiscard]] constexpr market_side opposite(market_side s) noexcept {
  return s == market_side::sell ? market_side::buy : market_side::sell;
}

/// An order for a divisible amount at one limit price: a step of the curve. Volumes are amounts (MWh, lots), prices
/// money per unit; doubles, or whole numbers of lots and ticks.
template <class Price = double, class Volume = Price>
struct basic_curve_order {
  using price_type = Price;
  using volume_type = Volume;

  market_side side = market_side::sell;
  Price price{};  ///< limit; not read when `price_taking`
  Volume volume{};
  std::int64_t time = 0;         ///< when it came, for ties; any unit
  std::int64_t merit = 0;        ///< rank for ties, smaller first
  std::uint32_t user = no_user;  ///< owner
  bool price_taking = false;     ///< no limit: a bid stands at the price cap, an offer at the price floor

  bool operator==(const basic_curve_order&) const = default;
};
using curve_order = basic_curve_order<double>;
/// In whole lots and ticks: sums and comparisons are exact.
using lot_order = basic_curve_order<std::int64_t>;

/// An order whose marginal price runs linearly from `price` to `price_end` as acceptance goes from nothing to all:
/// upward for offers, downward for bids. Equal ends: a step.
struct curve_segment {
  using price_type = double;
  using volume_type = double;

  market_side side = market_side::sell;
  double price = 0;
  double price_end = 0;
  double volume = 0;
  std::int64_t time = 0;
  std::int64_t merit = 0;
  std::uint32_t user = no_user;
  bool price_taking = false;

  curve_segment() = default;
  curve_segment(market_side s, double from, double to, double q) : side(s), price(from), price_end(to), volume(q) {}
  /// A step.
  explicit curve_segment(const curve_order& o)
      : side(o.side),
        price(o.price),
        price_end(o.price),
        volume(o.volume),
        time(o.time),
        merit(o.merit),
        user(o.user),
        price_taking(o.price_taking) {}

  bool operator==(const curve_segment&) const = default;
};

/// An order of a curve: a step or a segment.
template <class O>
concept curve_element = std::is_same_v<O, curve_segment> ||
                        std::is_same_v<O, basic_curve_order<typename O::price_type, typename O::volume_type>>;

/// Lowest and highest price of a market; infinite (for ticks: the ends of the type) when there is none.
template <class Price = double>
struct price_bounds {
  static constexpr Price least = std::numeric_limits<Price>::has_infinity ? -std::numeric_limits<Price>::infinity()
                                                                          : std::numeric_limits<Price>::lowest();
  static constexpr Price most = std::numeric_limits<Price>::has_infinity ? std::numeric_limits<Price>::infinity()
                                                                         : std::numeric_limits<Price>::max();
  Price floor = least;
  Price cap = most;
  bool operator==(const price_bounds&) const = default;
};

/// The price at which acceptance of an order begins: its limit, or cap or floor. A step whose limit is beyond the
/// bounds, on the side where it would always be accepted, stands at the bound: there it can be cut.
template <curve_element O>
[[nodiscard]] constexpr auto first_price(const O& o, const price_bounds<typename O::price_type>& b) noexcept {
  if (o.price_taking) return o.side == market_side::buy ? b.cap : b.floor;
  if constexpr (std::is_same_v<O, curve_segment>) {
    if (o.price != o.price_end) return o.price;
  }
  if (o.side == market_side::buy) return b.cap < o.price ? b.cap : o.price;
  return o.price < b.floor ? b.floor : o.price;
}
/// The price at which an order is accepted in full.
template <curve_element O>
[[nodiscard]] constexpr auto last_price(const O& o, const price_bounds<typename O::price_type>& b) noexcept {
  if constexpr (std::is_same_v<O, curve_segment>) {
    if (!o.price_taking && o.price != o.price_end) return o.price_end;
  }
  return first_price(o, b);
}

namespace detail {

template <class X>
[[nodiscard]] constexpr bool finite_number(X x) noexcept {
  if constexpr (std::is_floating_point_v<X>)
    return x >= std::numeric_limits<X>::lowest() && x <= std::numeric_limits<X>::max();
  else return true;
}

}  // namespace detail

/// The first fault of a book, or none. O(n). A price that is not finite, a volume that is not finite or negative, a
/// segment that falls (offer) or rises (bid), an order without limit where its bound is infinite (`not_finite`).
template <curve_element O>
[[nodiscard]] constexpr market_input_fault check_orders(std::span<const O> orders,
                                                        const price_bounds<typename O::price_type>& bounds = {}) {
  const auto finite = [](auto x) { return detail::finite_number(x); };
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const O& o = orders[i];
    if (!finite(o.volume)) return {market_fault::not_finite, i};
    if (o.volume < 0) return {market_fault::negative_volume, i};
    if (o.price_taking) {
      const auto limit = first_price(o, bounds);
      if (limit == bounds.least || limit == bounds.most || !finite(limit)) return {market_fault::not_finite, i};
      continue;
    }
    if (!finite(o.price)) return {market_fault::not_finite, i};
    if constexpr (std::is_same_v<O, curve_segment>) {
      if (!finite(o.price_end)) return {market_fault::not_finite, i};
      if (o.side == market_side::sell ? o.price_end < o.price : o.price_end > o.price)
        return {market_fault::bad_curve, i};
    }
  }
  return {};
}

/// A point of a position curve: what a participant wants at a price, positive to buy, negative to sell.
struct curve_point {
  double price = 0;
  double volume = 0;
};

/// How a position curve runs between its points: linearly, or also in steps where two points share a price.
enum class curve_kind : std::uint8_t { piecewise_linear, with_steps };

/// A position curve as segments: bids while the position is positive, offers where it is negative; what is bought at
/// the highest price and sold at the lowest is price-taking. Points by ascending price, volumes that do not rise.
/// Throws `market_error` (`not_finite`, `bad_curve`, the point's index). O(points).
[[nodiscard]] inline std::vector<curve_segment> segments_of(std::span<const curve_point> points,
                                                            curve_kind kind = curve_kind::piecewise_linear) {
  std::vector<curve_segment> out;
  out.reserve(points.size() + 2);
  const auto add = [&out](market_side s, double from, double to, double q, bool taking = false) {
    if (!(q > 0)) return;
    out.emplace_back(s, from, to, q);
    out.back().price_taking = taking;
  };
  for (std::size_t k = 0; k < points.size(); ++k) {
    const auto [p, v] = points[k];
    if (!detail::finite_number(p) || !detail::finite_number(v)) throw market_error({market_fault::not_finite, k});
    if (k == 0) {
      add(market_side::sell, p, p, -v, true);
      continue;
    }
    const auto [p0, v0] = points[k - 1];
    if (p < p0 || v > v0 || (p == p0 && kind != curve_kind::with_steps))
      throw market_error({market_fault::bad_curve, k});
    // The price at which the position changes its sign, if it does here.
    const double zero = v0 > 0 && v < 0 ? p0 + (p - p0) * (v0 / (v0 - v)) : v >= 0 ? p : p0;
    add(market_side::buy, zero, p0, (v0 > 0 ? v0 : 0.0) - (v > 0 ? v : 0.0));
    add(market_side::sell, zero, p, (v < 0 ? -v : 0.0) - (v0 < 0 ? -v0 : 0.0));
  }
  if (!points.empty()) add(market_side::buy, points.back().price, points.back().price, points.back().volume, true);
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
