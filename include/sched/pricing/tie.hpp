// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRICING_TIE_HPP
#define SCHED_PRICING_TIE_HPP

/// \file
/// Who gets what is left among orders of one price.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <type_traits>

#include <sched/core/config.hpp>
#include <sched/core/random.hpp>

namespace sched {
inline namespace v0 {

/// Orders of one price, listed by increasing index in the book. `time` and `merit` belong to these orders (same length
/// as `volumes`) or are empty; a rule that asks for an empty column takes all its entries as equal. `scratch` has room
/// for an entry per order and is the rule's to use.
template <class Volume = double>
struct tied_orders {
  std::span<const Volume> volumes;       ///< ≥ 0
  std::span<const std::uint32_t> index;  ///< in the book
  std::span<const std::int64_t> time;    ///< when the order came; any unit
  std::span<const std::int64_t> merit;   ///< rank, smaller first
  std::span<std::uint32_t> scratch;
};

/// WHO among equals: `r(tied, amount, accepted)` writes what each order gets. Promise: 0 ≤ accepted ≤ volume, the sum
/// is `amount` (up to rounding of the type; exactly for lots), and the same input gives the same answer. Precondition:
/// 0 ≤ amount ≤ sum of volumes. No allocation. `static constexpr bool needs_time`, `needs_merit` (absent: false) ask
/// for the columns.
template <class R, class Volume = double>
concept tie_rule = std::copy_constructible<R> &&
                   requires(const R r, const tied_orders<Volume>& t, Volume amount, std::span<Volume> accepted) {
                     { r(t, amount, accepted) } -> std::same_as<void>;
                   };

namespace detail {

template <class Rule>
[[nodiscard]] constexpr bool tie_needs_time() noexcept {
  if constexpr (requires { Rule::needs_time; }) return Rule::needs_time;
  else return false;
}
template <class Rule>
[[nodiscard]] constexpr bool tie_needs_merit() noexcept {
  if constexpr (requires { Rule::needs_merit; }) return Rule::needs_merit;
  else return false;
}

/// One after another until nothing is left.
template <class V, class Order>
constexpr void fill_in_order(const tied_orders<V>& t, V amount, std::span<V> accepted, const Order& at) {
  for (std::size_t k = 0; k < t.volumes.size(); ++k) {
    const std::size_t i = at(k);
    const V given = amount < t.volumes[i] ? amount : t.volumes[i];
    accepted[i] = given;
    amount = static_cast<V>(amount - given);
  }
}

/// One after another by a key, then by index.
template <class V, class Before>
constexpr void fill_sorted(const tied_orders<V>& t, V amount, std::span<V> accepted, const Before& before) {
  const std::span<std::uint32_t> order = t.scratch.first(t.volumes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    if (before(a, b)) return true;
    if (before(b, a)) return false;
    return a < b;
  });
  fill_in_order(t, amount, accepted, [&](std::size_t k) { return order[k]; });
}

template <class V>
[[nodiscard]] constexpr V sum_of(std::span<const V> volumes) noexcept {
  V sum{0};
  for (const V v : volumes) sum = static_cast<V>(sum + v);
  return sum;
}

}  // namespace detail

namespace tie {

/// The order of the input. O(n).
struct index {
  template <class V>
  constexpr void operator()(const tied_orders<V>& t, V amount, std::span<V> accepted) const {
    detail::fill_in_order(t, amount, accepted, [](std::size_t k) { return k; });
  }
};

/// Who came first, then index. O(n log n).
struct time {
  static constexpr bool needs_time = true;
  template <class V>
  constexpr void operator()(const tied_orders<V>& t, V amount, std::span<V> accepted) const {
    detail::fill_sorted(t, amount, accepted,
                        [&](std::uint32_t a, std::uint32_t b) { return !t.time.empty() && t.time[a] < t.time[b]; });
  }
};

/// The smaller merit number first, then index. O(n log n).
struct merit_number {
  static constexpr bool needs_merit = true;
  template <class V>
  constexpr void operator()(const tied_orders<V>& t, V amount, std::span<V> accepted) const {
    detail::fill_sorted(t, amount, accepted,
                        [&](std::uint32_t a, std::uint32_t b) { return !t.merit.empty() && t.merit[a] < t.merit[b]; });
  }
};

/// The largest volume first, then index. O(n log n).
struct largest_first {
  template <class V>
  constexpr void operator()(const tied_orders<V>& t, V amount, std::span<V> accepted) const {
    detail::fill_sorted(t, amount, accepted,
                        [&](std::uint32_t a, std::uint32_t b) { return t.volumes[a] > t.volumes[b]; });
  }
};

/// The smallest volume first, then index. O(n log n).
struct smallest_first {
  template <class V>
  constexpr void operator()(const tied_orders<V>& t, V amount, std::span<V> accepted) const {
    detail::fill_sorted(t, amount, accepted,
                        [&](std::uint32_t a, std::uint32_t b) { return t.volumes[a] < t.volumes[b]; });
  }
};

/// To each the same share of its volume. Lots: the whole part, then one lot more for the largest remainders, equal ones
/// by index. O(n), lots O(n log n).
struct pro_rata {
  template <class V>
  constexpr void operator()(const tied_orders<V>& t, V amount, std::span<V> accepted) const {
    if constexpr (std::is_floating_point_v<V>) {
      const V sum = detail::sum_of(t.volumes);
      const V share = amount < sum ? amount / sum : V{1};
      for (std::size_t i = 0; i < t.volumes.size(); ++i) accepted[i] = sum > V{0} ? t.volumes[i] * share : V{0};
    } else {
      uint128 sum = 0;
      for (const V v : t.volumes) sum += static_cast<std::uint64_t>(v);
      if (sum == 0) {
        std::fill_n(accepted.begin(), t.volumes.size(), V{0});
        return;
      }
      const auto product = [&](std::size_t i) {
        return static_cast<uint128>(static_cast<std::uint64_t>(t.volumes[i])) * static_cast<std::uint64_t>(amount);
      };
      V left = amount;
      for (std::size_t i = 0; i < t.volumes.size(); ++i) {
        accepted[i] = static_cast<V>(product(i) / sum);
        left = static_cast<V>(left - accepted[i]);
      }
      if (left == 0) return;
      const std::span<std::uint32_t> order = t.scratch.first(t.volumes.size());
      std::iota(order.begin(), order.end(), 0U);
      std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const uint128 ra = product(a) % sum, rb = product(b) % sum;
        return ra != rb ? ra > rb : a < b;
      });
      for (std::size_t k = 0; left > 0; ++k) {  // fewer lots are left than orders have a remainder
        ++accepted[order[k]];
        --left;
      }
    }
  }
};

/// From each the same amount is cut; those that have less get nothing, and what they could not bear is cut from the
/// others. Lots that cannot be cut evenly are cut from the smaller, among equals from the later ones. O(n log n).
struct equal_split {
  template <class V>
  constexpr void operator()(const tied_orders<V>& t, V amount, std::span<V> accepted) const {
    const std::size_t n = t.volumes.size();
    const std::span<std::uint32_t> order = t.scratch.first(n);
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return t.volumes[a] != t.volumes[b] ? t.volumes[a] < t.volumes[b] : a > b;
    });
    // The level to which nothing is cut is found from the largest down: the m largest keep volume − level, whose sum is
    // the amount. Sums of what is kept stay near the amount; cuts would be differences of large numbers.
    if constexpr (std::is_floating_point_v<V>) {
      V sum{0}, level{0};
      std::size_t m = 0;
      for (std::size_t k = n; k-- > 0;) {
        const V q = t.volumes[order[k]];
        if (m > 0 && q <= level) break;
        sum += q;
        ++m;
        level = (sum - amount) / static_cast<V>(m);
        if (level < V{0}) level = V{0};
      }
      for (std::size_t i = 0; i < n; ++i) accepted[i] = t.volumes[i] > level ? t.volumes[i] - level : V{0};
    } else {
      int128 sum = 0;
      for (const V v : t.volumes) sum += v;
      int128 cut = sum - amount;
      for (std::size_t k = 0; k < n; ++k) {
        const std::uint32_t i = order[k];
        const auto others = static_cast<int128>(n - k);
        const int128 each = (cut + others - 1) / others;  // equal volumes: the later one is cut first, and rounded up
        const int128 taken = each < t.volumes[i] ? each : t.volumes[i];
        accepted[i] = static_cast<V>(t.volumes[i] - taken);
        cut -= taken;
      }
    }
  }
};

/// A uniform permutation of the orders by the library's generator, then one after another. O(n).
struct random {
  std::uint64_t seed = 1;
  template <class V>
  constexpr void operator()(const tied_orders<V>& t, V amount, std::span<V> accepted) const {
    const std::span<std::uint32_t> order = t.scratch.first(t.volumes.size());
    std::iota(order.begin(), order.end(), 0U);
    random_generator draw(seed);
    draw.shuffle(order);
    detail::fill_in_order(t, amount, accepted, [&](std::size_t k) { return order[k]; });
  }
};

}  // namespace tie
}  // namespace v0
}  // namespace sched

#endif
