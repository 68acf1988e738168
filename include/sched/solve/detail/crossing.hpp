// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CROSSING_HPP
#define SCHED_SOLVE_DETAIL_CROSSING_HPP

/// \file
/// Where supply and demand of a raw book cross: by selection for steps, by a prepared curve for segments.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <vector>

#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// A step as selection sees it.
template <class P, class V>
struct crossing_item {
  P price;
  V volume;
  bool sells;
};

template <class P, class V>
struct crossing_scratch {
  std::vector<crossing_item<P, V>> items;
};

template <class P, class V>
struct crossing {
  admissible_prices<P> prices{};
  curve_level<P, V> at{};  ///< volumes at prices.lo
  V total_sell{}, total_buy{};
  V tolerance{};
  bool saturated = false;
};

/// Volumes at a price, summed over the orders themselves.
template <class Order, class P = typename Order::price_type, class V = typename Order::volume_type>
[[nodiscard]] curve_level<P, V> level_of(std::span<const Order> orders, const price_bounds<P>& bounds, P p) {
  careful_sum<V> below, at, above, same;
  for (const Order& o : orders) {
    const P first = first_price(o, bounds), last = last_price(o, bounds);
    const bool sells = o.side == market_side::sell;
    if (sells ? last < p : last > p) {
      (sells ? below : above).add(o.volume);
    } else if (first == p && last == p) {
      (sells ? at : same).add(o.volume);
    } else if constexpr (std::is_same_v<Order, curve_segment>) {
      if (sells ? first < p : first > p)
        (sells ? below : above).add(last == p ? o.volume : o.volume * ((p - first) / (last - first)));
    }
  }
  return {p, below.value(), static_cast<V>(below.value() + at.value()), static_cast<V>(above.value() + same.value()),
          above.value()};
}

/// The lowest price at which the book exports at least x, by selection: a pivot splits what is left of the book, one
/// side of it is summed up and forgotten. Medians of three, exact medians when these serve badly. Returns false when no
/// price does.
template <class P, class V>
[[nodiscard]] bool select_crossing(std::vector<crossing_item<P, V>>& items, V wanted, P& lo) {
  using item = crossing_item<P, V>;
  careful_sum<V> sold, bought;  // offers below and bids above all that is left
  bool found = false;
  std::size_t first = 0, last = items.size();
  for (unsigned round = 0; first < last; ++round) {
    const std::size_t n = last - first;
    const auto begin = items.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = items.begin() + static_cast<std::ptrdiff_t>(last);
    P pivot;
    if (round < 40) {
      const P a = begin->price, b = (begin + static_cast<std::ptrdiff_t>(n / 2))->price, c = (end - 1)->price;
      pivot = std::max(std::min(a, b), std::min(std::max(a, b), c));
    } else {
      const auto middle = begin + static_cast<std::ptrdiff_t>(n / 2);
      std::nth_element(begin, middle, end, [](const item& x, const item& y) { return x.price < y.price; });
      pivot = middle->price;
    }
    careful_sum<V> sell_to = sold, buy_from = bought, buy_above = bought;
    std::size_t low = first, high = last;
    for (std::size_t k = first; k < high;) {
      const item& e = items[k];
      if (e.price < pivot) {
        if (e.sells) sell_to.add(e.volume);
        std::swap(items[low++], items[k++]);
      } else if (e.price > pivot) {
        if (!e.sells) {
          buy_from.add(e.volume);
          buy_above.add(e.volume);
        }
        std::swap(items[--high], items[k]);
      } else {
        if (e.sells) sell_to.add(e.volume);
        else buy_from.add(e.volume);
        ++k;
      }
    }
    if (static_cast<V>(sell_to.value() - buy_above.value()) >= wanted) {
      lo = pivot;
      found = true;
      bought = buy_from;
      last = low;
    } else {
      sold = sell_to;
      first = high;
    }
  }
  return found;
}

template <class Order, class P = typename Order::price_type, class V = typename Order::volume_type>
[[nodiscard]] crossing<P, V> find_crossing(std::span<const Order> orders, const price_bounds<P>& bounds, V x,
                                           double slack, crossing_scratch<P, V>& scratch) {
  crossing<P, V> out;
  if constexpr (std::is_same_v<Order, curve_segment>) {
    const basic_merit_curve<P, V> curve(orders, bounds);
    out.total_sell = curve.total_sell();
    out.total_buy = curve.total_buy();
    out.tolerance = curve.rounding(x, slack);
    out.prices = curve.prices(x, out.tolerance);
    out.at = level_of(orders, bounds, out.prices.lo);
    return out;
  } else {
    careful_sum<V> sells, buys;
    scratch.items.clear();
    scratch.items.reserve(orders.size());
    for (const Order& o : orders) {
      if (!(o.volume > V{})) continue;
      const bool s = o.side == market_side::sell;
      (s ? sells : buys).add(o.volume);
      scratch.items.push_back({first_price(o, bounds), o.volume, s});
    }
    out.total_sell = sells.value();
    out.total_buy = buys.value();
    if constexpr (std::is_floating_point_v<V>)
      out.tolerance = static_cast<V>(slack) * (out.total_sell + out.total_buy + (x < V{} ? -x : x));
    constexpr V quarter = std::numeric_limits<V>::max() / 4;
    out.saturated = sells.saturated() || buys.saturated() || x > quarter || x < -quarter;
    if (out.saturated) return out;
    const auto low = static_cast<V>(x - out.tolerance), high = static_cast<V>(x + out.tolerance);
    P lo = bounds.floor;
    if (static_cast<V>(-out.total_buy) < low && !select_crossing(scratch.items, low, lo)) {
      out.prices = {bounds.cap, bounds.cap, true, false};
      out.at = level_of(orders, bounds, bounds.cap);
      return out;
    }
    lo = std::clamp(lo, bounds.floor, bounds.cap);
    out.at = level_of(orders, bounds, lo);
    out.prices = {lo, lo, false, out.at.least_export() > high};
    if (out.prices.too_little || out.at.most_export() > high) return out;
    P next = bounds.cap;  // exact at lo: admissible up to the next order
    for (const Order& o : orders)
      if (const P p = first_price(o, bounds); o.volume > V{} && p > lo && p < next) next = p;
    out.prices.hi = next;
    return out;
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
