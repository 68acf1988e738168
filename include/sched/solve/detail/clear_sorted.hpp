// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CLEAR_SORTED_HPP
#define SCHED_SOLVE_DETAIL_CLEAR_SORTED_HPP

/// \file
/// Clearing one offer at a time: for lots, mixed types and sums in merit order.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <type_traits>

#include <sched/core/config.hpp>
#include <sched/core/workspace.hpp>

namespace sched {
inline namespace v0 {
namespace detail::clear {

/// The sum, or nothing (`overflow`) when lots exceed their type.
template <class V>
struct plain_total {
  V sum{};
  bool overflow = false;
};
template <class V>
[[nodiscard]] inline plain_total<V> add_all(std::span<const V> volumes) noexcept {
  plain_total<V> out;
  if constexpr (std::is_floating_point_v<V>) {
    for (const V q : volumes) out.sum += q;
  } else {
    int128 sum = 0;
    for (const V q : volumes) sum += q;
    if (sum > std::numeric_limits<V>::max()) out.overflow = true;
    else out.sum = static_cast<V>(sum);
  }
  return out;
}

/// Gives from the cheapest on; ties by index. Returns the marginal price. Precondition: 0 < demand ≤ sum (up to
/// rounding), some volume is positive. Expected O(n).
template <class P, class V>
inline P walk_selected(std::span<const P> prices, std::span<const V> volumes, V demand, std::span<V> accepted,
                       workspace& ws) {
  struct offer {
    P price;
    V volume;
  };
  const std::size_t n = prices.size();
  const std::span<offer> pool = ws.take<offer>(n);
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (volumes[i] > V{0}) pool[count++] = {prices[i], volumes[i]};
  offer* low = pool.data();
  offer* high = low + count;
  V wanted = demand;
  while (high - low > 1) {
    offer* const middle = low + (high - low) / 2;
    std::nth_element(low, middle, high, [](const offer& a, const offer& b) { return a.price < b.price; });
    V below{0};
    for (const offer* o = low; o != middle; ++o) below = static_cast<V>(below + o->volume);
    if (below < wanted) {
      wanted = static_cast<V>(wanted - below);
      low = middle;
    } else {
      high = middle;
    }
  }
  const P price = low->price;
  V rest = demand;
  for (std::size_t i = 0; i < n; ++i)
    if (prices[i] < price) rest = static_cast<V>(rest - volumes[i]);
  for (std::size_t i = 0; i < n; ++i) {
    accepted[i] = prices[i] < price ? volumes[i] : V{0};
    if (prices[i] == price && rest > V{0}) {
      accepted[i] = std::min(rest, volumes[i]);
      rest = static_cast<V>(rest - accepted[i]);
    }
  }
  return price;
}

/// Running sums in merit order, as the reference adds them.
template <class P, class V>
struct merit_walk {
  std::span<std::uint32_t> order;
  std::span<V> sums;

  merit_walk(std::span<const P> prices, std::span<const V> volumes, workspace& ws)
      : order(ws.take<std::uint32_t>(prices.size())), sums(ws.take<V>(prices.size())) {
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return prices[a] != prices[b] ? prices[a] < prices[b] : a < b; });
    V sum{0};
    for (std::size_t k = 0; k < order.size(); ++k) {
      sum = static_cast<V>(sum + volumes[order[k]]);
      sums[k] = sum;
    }
  }

  /// Precondition: 0 < demand. Gives all when the last sum is less.
  P give(std::span<const P> prices, std::span<const V> volumes, V demand, std::span<V> accepted) const {
    const auto met = static_cast<std::size_t>(std::lower_bound(sums.begin(), sums.end(), demand) - sums.begin());
    P price = -std::numeric_limits<P>::infinity();
    for (std::size_t k = 0; k < order.size(); ++k) {
      const std::uint32_t i = order[k];
      if (k < met) accepted[i] = volumes[i];
      else if (k == met) accepted[i] = k == 0 ? demand : static_cast<V>(demand - sums[k - 1]);
      else accepted[i] = V{0};
      if (k <= met && volumes[i] > V{0}) price = prices[i];
    }
    return price;
  }
};

}  // namespace detail::clear
}  // namespace v0
}  // namespace sched

#endif
