// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_BOOK_MARGIN_HPP
#define SCHED_SOLVE_DETAIL_BOOK_MARGIN_HPP

/// \file
/// The margin of a book whose volumes are settled.

#include <algorithm>
#include <cstddef>
#include <span>
#include <type_traits>

#include <sched/model/orders.hpp>
#include <sched/pricing/margin.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The price at which an order is accepted up to a, its limit for a step.
template <class Order>
[[nodiscard]] constexpr typename Order::price_type reached_price(
    const Order& o, typename Order::volume_type a, const price_bounds<typename Order::price_type>& b) noexcept {
  if constexpr (std::is_same_v<Order, curve_segment>) {
    const double first = first_price(o, b), last = last_price(o, b);
    if (first != last && a < o.volume) return first + (last - first) * (a / o.volume);
    return last;
  } else {
    static_cast<void>(a);
    return first_price(o, b);
  }
}

/// The mean price of the accepted part.
template <class Order>
[[nodiscard]] constexpr typename Order::price_type mean_price(
    const Order& o, typename Order::volume_type a, const price_bounds<typename Order::price_type>& b) noexcept {
  if constexpr (std::is_same_v<Order, curve_segment>) {
    const double first = first_price(o, b);
    return first == last_price(o, b) ? first : (first + reached_price(o, a, b)) / 2;
  } else {
    return reached_price(o, a, b);
  }
}

/// All parts of the margin but the traded volume. O(n).
template <class Order, class P = typename Order::price_type, class V = typename Order::volume_type>
[[nodiscard]] margin_record<P, V> margin_of(std::span<const Order> orders, std::span<const V> accepted,
                                            const price_bounds<P>& bounds, P lo, P hi) {
  margin_record<P, V> m;
  m.lo = lo;
  m.hi = hi;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const Order& o = orders[i];
    const V a = accepted[i];
    const P first = first_price(o, bounds);
    const bool sells = o.side == market_side::sell, wants = o.volume > V{};
    const P reached = reached_price(o, a, bounds);
    if (sells) {
      m.highest_offer = std::max(m.highest_offer, last_price(o, bounds));
      m.lowest_offer = std::min(m.lowest_offer, first);
      if (!wants) continue;
      m.dearest_offer = std::max(m.dearest_offer, last_price(o, bounds));
      m.cheapest_offer = std::min(m.cheapest_offer, first);
      if (a > V{}) m.last_accepted_offer = std::max(m.last_accepted_offer, reached);
      else m.first_rejected_offer = std::min(m.first_rejected_offer, first);
    } else {
      if (!wants) continue;
      if (a > V{}) m.last_accepted_bid = std::min(m.last_accepted_bid, reached);
      else m.first_rejected_bid = std::max(m.first_rejected_bid, first);
      if (a < o.volume) m.curtailed_bid = std::max(m.curtailed_bid, reached);
    }
    if (a > V{} && a < o.volume && !(m.cut == cut_side::offer)) {
      m.cut = sells ? cut_side::offer : cut_side::bid;
      m.cut_price = reached;
    }
  }
  return m;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
