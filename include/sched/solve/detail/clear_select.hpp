// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CLEAR_SELECT_HPP
#define SCHED_SOLVE_DETAIL_CLEAR_SELECT_HPP

/// \file
/// The marginal price of many offers without sorting them: the unit in which the demand ends is bracketed by samples,
/// what lies between is kept, and so on until few are left, which are ranked.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sched/core/workspace.hpp>
#include <sched/solve/detail/clear_passes.hpp>

namespace sched {
inline namespace v0 {
namespace detail::clear {

/// A marginal price and the demand that is left for the offers at that price.
template <class T>
struct margin_of {
  T price;
  T rest;
};

/// Everything is accepted: the price is that of the dearest offer with volume.
template <class T>
[[gnu::noinline]] inline margin_of<T> accept_all(const T* keys, const T* volumes, std::size_t n) noexcept {
  T dearest = -infinite<T>;
  for (std::size_t i = 0; i < n; ++i) dearest = volumes[i] > T{0} && keys[i] > dearest ? keys[i] : dearest;
  return {dearest, infinite<T>};
}

/// Sorts and walks: for input that samples say nothing about. O(n log n).
template <class T>
[[gnu::noinline]] inline margin_of<T> sorted_margin(const T* keys, const T* volumes, std::size_t n, T demand,
                                                    T* keys_to) noexcept {
  // Sums below distinct prices need no order among equals: prices are sorted alone and volumes added by a search.
  std::copy(keys, keys + n, keys_to);
  std::sort(keys_to, keys_to + n);
  std::size_t low = 0, high = n - 1;  // the smallest key at which the demand is met lies in [low, high]
  const auto up_to = [&](T key) {
    T sum{0};
    for (std::size_t i = 0; i < n; ++i) sum += keys[i] <= key ? volumes[i] : T{0};
    return sum;
  };
  if (up_to(keys_to[high]) < demand) return accept_all(keys, volumes, n);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (up_to(keys_to[middle]) < demand) low = middle + 1;
    else high = middle;
  }
  const T price = keys_to[low];
  T below{0};
  for (std::size_t i = 0; i < n; ++i) below += keys[i] < price ? volumes[i] : T{0};
  return {price, demand - below};
}

/// Samples of n > 64 units at even distances, more of more units.
template <class Path, class T>
[[gnu::always_inline]] inline bracket<T> sample(const T* keys, const T* volumes, std::size_t n, T share) noexcept {
  alignas(64) T k[small_limit];
  alignas(64) T q[small_limit];
  const unsigned count = n < 256 ? 16 : n <= 2048 ? 32 : 64;
  const unsigned around = n < 256 ? 3 : n <= 2048 ? 4 : 6;
  const std::uint64_t step = (static_cast<std::uint64_t>(n) << 32) / count;
  std::uint64_t at = step / 2;
  for (unsigned s = 0; s < count; ++s, at += step) {
    k[s] = keys[at >> 32];
    q[s] = volumes[at >> 32];
  }
  return bracket_samples<Path, T>(k, q, count, share, around);
}

/// The margin of n > 64 sound offers whose volumes sum to `total` ≥ demand > 0, up to rounding. `keys_to`,
/// `volumes_to`: room for n and a vector more. Expected O(n), worst case O(n log n).
template <class Path, class T>
[[gnu::always_inline]] inline margin_of<T> find_margin(const T* const keys, const T* const volumes, const std::size_t n,
                                                       const T demand, const T total, T* const keys_to,
                                                       T* const volumes_to) noexcept {
  // The units from_keys[0 … left) hold the margin; `wanted` of their volume is demanded, `held` is their volume.
  const T* from_keys = keys;
  const T* from_volumes = volumes;
  std::size_t left = n;
  T wanted = demand, held = total;
  T above = -infinite<T>, under = infinite<T>;  // the margin lies strictly between, as sums of the whole input said
  bool stuck = false, missed = false;
  for (int round = 0; left > small_limit || missed; ++round) {
    if (round == 24) return sorted_margin(keys, volumes, n, demand, keys_to);
    bracket<T> b;
    if (missed) {  // the proper side of the bracket, from the whole input
      b.lo = above == -infinite<T> ? above : std::nextafter(above, infinite<T>);
      b.hi = under == infinite<T> ? under : std::nextafter(under, -infinite<T>);
      from_keys = keys;
      from_volumes = volumes;
      left = n;
      wanted = demand;
    } else {
      b = sample<Path, T>(from_keys, from_volumes, left, wanted / held);
      if (stuck) b.lo = b.hi = b.mid;
    }
    const filtered<T> f = filter<Path, T>(from_keys, from_volumes, left, b.lo, b.hi, keys_to, volumes_to);
    const T inside = total_of<Path, T, false>(keys_to, volumes_to, f.kept);
    const T after = wanted - f.below;
    if (after > T{0} && after <= inside) {
      if (b.lo == b.hi) return {b.lo, after};
      stuck = !missed && f.kept > left - left / 8;
      missed = false;
      from_keys = keys_to;
      from_volumes = volumes_to;
      left = f.kept;
      wanted = after;
      held = inside;
    } else if (after > T{0}) {
      if (b.hi == infinite<T> && under == infinite<T>) return accept_all(keys, volumes, n);  // by rounding
      if (missed || !(b.hi < under)) return sorted_margin(keys, volumes, n, demand, keys_to);
      above = b.hi;
      missed = true;
    } else {
      if (missed || !(b.lo > above)) return sorted_margin(keys, volumes, n, demand, keys_to);
      under = b.lo;
      missed = true;
    }
  }
  alignas(64) T before[small_limit + 4 * Path::bytes / sizeof(T)];
  const T price = rank_margin<Path, T>(from_keys, from_volumes, static_cast<unsigned>(left), wanted, before);
  if (!(price > -infinite<T>)) return sorted_margin(keys, volumes, n, demand, keys_to);
  T rest = -infinite<T>;
  for (std::size_t i = 0; i < left; ++i) {
    const T here = from_keys[i] == price ? before[i] : -infinite<T>;
    rest = here > rest ? here : rest;
  }
  return {price, rest};
}

}  // namespace detail::clear
}  // namespace v0
}  // namespace sched

#endif
