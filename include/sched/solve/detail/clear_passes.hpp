// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CLEAR_PASSES_HPP
#define SCHED_SOLVE_DETAIL_CLEAR_PASSES_HPP

/// \file
/// The passes of one-sided clearing over vectors of any width. Order of additions is part of the contract: every width
/// gives the same bits. What is kept never comes from a product and a sum, so
/// there is nothing to fuse.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include <sched/solve/detail/clear_vectors.hpp>

namespace sched {
inline namespace v0 {
namespace detail::clear {

/// Up to this many offers are ranked directly; more are narrowed down first.
inline constexpr std::size_t small_limit = 64;
/// Registers of units that are ranked together: four additions in flight hide the latency of one.
inline constexpr unsigned together = 4;
/// Sums over more than that use this many partial sums: element i belongs to partial i mod 32.
inline constexpr unsigned partials = 32;

template <class T>
inline constexpr T infinite = std::numeric_limits<T>::infinity();

template <class T, unsigned Bytes, std::size_t... K>
[[gnu::always_inline]] inline T reduce_max_halves(const typename vectors<T, Bytes>::vec& v,
                                                  std::index_sequence<K...>) noexcept;
/// The largest lane. Precondition: no NaN.
template <class T, unsigned Bytes>
[[gnu::always_inline]] inline T reduce_max(const typename vectors<T, Bytes>::vec& v) noexcept {
  if constexpr (Bytes == 2 * sizeof(T)) return v[0] > v[1] ? v[0] : v[1];
  else return reduce_max_halves<T, Bytes>(v, std::make_index_sequence<Bytes / sizeof(T) / 2>{});
}
template <class T, unsigned Bytes, std::size_t... K>
[[gnu::always_inline]] inline T reduce_max_halves(const typename vectors<T, Bytes>::vec& v,
                                                  std::index_sequence<K...>) noexcept {
  typedef typename vectors<T, Bytes / 2>::vec half;
  const half low = __builtin_shufflevector(v, v, K...);
  const half high = __builtin_shufflevector(v, v, (K + sizeof...(K))...);
  const half larger = low > high ? low : high;
  return reduce_max<T, Bytes / 2>(larger);
}

template <class T, unsigned Bytes, std::size_t... K>
[[gnu::always_inline]] inline T reduce_sum_halves(const typename vectors<T, Bytes>::vec& v,
                                                  std::index_sequence<K...>) noexcept;
/// Lanes k and k + half together, until one is left.
template <class T, unsigned Bytes>
[[gnu::always_inline]] inline T reduce_sum(const typename vectors<T, Bytes>::vec& v) noexcept {
  if constexpr (Bytes == 2 * sizeof(T)) return v[0] + v[1];
  else return reduce_sum_halves<T, Bytes>(v, std::make_index_sequence<Bytes / sizeof(T) / 2>{});
}
template <class T, unsigned Bytes, std::size_t... K>
[[gnu::always_inline]] inline T reduce_sum_halves(const typename vectors<T, Bytes>::vec& v,
                                                  std::index_sequence<K...>) noexcept {
  typedef typename vectors<T, Bytes / 2>::vec half;
  const half low = __builtin_shufflevector(v, v, K...);
  const half high = __builtin_shufflevector(v, v, (K + sizeof...(K))...);
  const half both = low + high;
  return reduce_sum<T, Bytes / 2>(both);
}

/// Volumes (and number, where counted) of the units that precede each of R registers of units from `first` on: unit j
/// precedes unit i when its key is smaller, or the same and j < i. Added in increasing j.
template <class Path, class T, unsigned Bytes, unsigned R, bool Count>
struct precede {
  typedef vectors<T, Bytes> v;
  typedef typename v::vec vec;
  typedef typename v::loose loose;
  static constexpr unsigned lanes = v::lanes;

  vec key[R];
  vec below[R];
  vec number[Count ? R : 1];

  /// Unit j, which is in lane `lane` of register Jr.
  template <unsigned Jr>
  [[gnu::always_inline]] inline void add_one(const T* keys, const T* volumes, unsigned j, unsigned lane) noexcept {
    vec bj, qj;
    [[maybe_unused]] vec one;
    Path::spread(keys[j], bj);
    Path::spread(volumes[j], qj);
    Path::spread(T{1}, one);
#pragma GCC unroll 8
    for (unsigned r = 0; r < R; ++r) {
      if (r == Jr) {
        Path::template add_own<T, Bytes>(below[r], bj, key[r], qj, lane);
        if constexpr (Count) Path::template add_own<T, Bytes>(number[r], bj, key[r], one, lane);
      } else if (r < Jr) {
        SCHED_CLEAR_ADD(below[r], bj < key[r], qj);
        if constexpr (Count) SCHED_CLEAR_ADD(number[r], bj < key[r], one);
      } else {
        SCHED_CLEAR_ADD(below[r], bj <= key[r], qj);
        if constexpr (Count) SCHED_CLEAR_ADD(number[r], bj <= key[r], one);
      }
    }
  }

  /// The units of these registers themselves.
  template <unsigned Jr>
  [[gnu::always_inline]] inline void own(const T* keys, const T* volumes, unsigned n, unsigned first) noexcept {
    if constexpr (Jr < R) {
      const unsigned begin = first + Jr * lanes;
      if (begin + lanes <= n) {
#pragma GCC unroll 16
        for (unsigned k = 0; k < lanes; ++k) add_one<Jr>(keys, volumes, begin + k, k);
      } else {
        for (unsigned j = begin; j < n; ++j) add_one<Jr>(keys, volumes, j, j - begin);
      }
      own<Jr + 1>(keys, volumes, n, first);
    }
  }

  [[gnu::always_inline]] inline void run(const T* keys, const T* volumes, unsigned n, unsigned first) noexcept {
#pragma GCC unroll 8
    for (unsigned r = 0; r < R; ++r) {
      const unsigned at = first + r * lanes;
      if (at + lanes <= n) key[r] = *reinterpret_cast<const loose*>(keys + at);
      else Path::template load_tail<T, Bytes>(keys + at, at < n ? n - at : 0, key[r]);
      below[r] = vec{};
      if constexpr (Count) number[r] = vec{};
    }
#pragma GCC unroll 4
    for (unsigned j = 0; j < first; ++j) {
      vec bj;
      Path::spread(keys[j], bj);
      vec qj;
      Path::spread(volumes[j], qj);
      [[maybe_unused]] vec one;
      Path::spread(T{1}, one);
#pragma GCC unroll 8
      for (unsigned r = 0; r < R; ++r) {
        SCHED_CLEAR_ADD(below[r], bj <= key[r], qj);
        if constexpr (Count) SCHED_CLEAR_ADD(number[r], bj <= key[r], one);
      }
    }
    own<0>(keys, volumes, n, first);
    for (unsigned j = first + R * lanes; j < n; ++j) {
      vec bj;
      Path::spread(keys[j], bj);
      vec qj;
      Path::spread(volumes[j], qj);
      [[maybe_unused]] vec one;
      Path::spread(T{1}, one);
#pragma GCC unroll 8
      for (unsigned r = 0; r < R; ++r) {
        SCHED_CLEAR_ADD(below[r], bj < key[r], qj);
        if constexpr (Count) SCHED_CLEAR_ADD(number[r], bj < key[r], one);
      }
    }
  }
};

/// Partial sums and their fixed tree; of few units only the first registers, since the others are zero.
template <class T, unsigned Bytes, unsigned Count = partials * sizeof(T) / Bytes>
struct partial_sums {
  static constexpr unsigned count = Count;
  typename vectors<T, Bytes>::vec sums[count];

  [[gnu::always_inline]] inline void clear() noexcept {
#pragma GCC unroll 16
    for (unsigned r = 0; r < count; ++r) sums[r] = typename vectors<T, Bytes>::vec{};
  }
  [[gnu::always_inline]] inline T total() noexcept {
#pragma GCC unroll 5
    for (unsigned half = count / 2; half != 0; half /= 2) {
#pragma GCC unroll 8
      for (unsigned r = 0; r < half; ++r) sums[r] += sums[r + half];
    }
    return reduce_sum<T, Bytes>(sums[0]);
  }
};

/// What ranking found: the marginal price (−∞: nothing is accepted; +∞: something in the input is no offer) and the sum
/// of all volumes.
template <class T>
struct ranked {
  T price;
  T total;
};

/// What ranking gathers over the blocks.
template <class Path, class T, unsigned Bytes, unsigned Count = partials * sizeof(T) / Bytes>
struct rank_sums {
  static constexpr unsigned count = Count;
  typedef typename vectors<T, Bytes>::vec vec;
  vec best, odd, least;
  partial_sums<T, Bytes, Count> volumes;

  [[gnu::always_inline]] inline void clear() noexcept {
    Path::spread(-infinite<T>, best);
    odd = vec{};
    least = vec{};
    volumes.clear();
  }
  [[gnu::always_inline]] inline ranked<T> result() noexcept {
    vec highest, lowest;
    Path::spread(infinite<T>, highest);
    Path::spread(-infinite<T>, lowest);
    // Maxima, because GCC joins selections of the same value into masks that it then takes apart lane by lane.
    const vec not_finite = odd == vec{} ? lowest : highest;
    const vec negative = least < vec{} ? highest : lowest;
    best = not_finite > best ? not_finite : best;
    best = negative > best ? negative : best;
    return {reduce_max<T, Bytes>(best), volumes.total()};
  }
};

/// Ranks R registers of offers and writes what they are given of `demand`; Raw: what is left of it before each, which
/// may be negative or more than the offer, to an array of whole vectors.
template <class Path, class T, unsigned Bytes, unsigned R, bool Raw, class Sums>
[[gnu::always_inline]] inline void rank_block(const T* keys, const T* volumes, unsigned n, unsigned first, T demand,
                                              T* out, Sums& sums) noexcept {
  typedef vectors<T, Bytes> v;
  typedef typename v::vec vec;
  precede<Path, T, Bytes, R, false> before;
  before.run(keys, volumes, n, first);
  vec wanted, lowest;
  Path::spread(demand, wanted);
  Path::spread(-infinite<T>, lowest);
  constexpr unsigned count = Sums::count;
  [[maybe_unused]] const unsigned group = first / v::lanes % count;
#pragma GCC unroll 8
  for (unsigned r = 0; r < R; ++r) {
    const unsigned at = first + r * v::lanes;
    const bool whole = at + v::lanes <= n;
    vec volume;
    if (whole) volume = *reinterpret_cast<const typename v::loose*>(volumes + at);
    else Path::template load_tail<T, Bytes>(volumes + at, at < n ? n - at : 0, volume);
    const vec left = wanted - before.below[r];
    vec given = left < volume ? left : volume;
    given = given > vec{} ? given : vec{};
    const vec price = given > vec{} ? before.key[r] : lowest;
    sums.best = price > sums.best ? price : sums.best;
    if constexpr (Raw) {
      *reinterpret_cast<typename v::loose*>(out + at) = left;
    } else {
      sums.odd += before.key[r] * vec{} + volume * vec{};  // 0, or NaN when something is not finite
      sums.least = volume < sums.least ? volume : sums.least;
      if constexpr (count <= together) {
        sums.volumes.sums[r % count] += volume;
      } else {
#pragma GCC unroll 4
        for (unsigned g = 0; g < count; g += together)
          if (g == group) sums.volumes.sums[g + r] += volume;
      }
      if (whole) *reinterpret_cast<typename v::loose*>(out + at) = given;
      else Path::template store_tail<T, Bytes>(out + at, n - at, given);
    }
  }
}

template <class Path, class T, unsigned Bytes>
[[gnu::always_inline]] inline ranked<T> rank_offers(const T* keys, const T* volumes, unsigned n, T demand,
                                                    T* out) noexcept {
  typedef vectors<T, Bytes> v;
  rank_sums<Path, T, Bytes> sums;
  sums.clear();
  for (unsigned first = 0; first < n; first += together * v::lanes) {
    const unsigned registers = (n - first + v::lanes - 1) / v::lanes;
    switch (registers) {
      case 1: rank_block<Path, T, Bytes, 1, false>(keys, volumes, n, first, demand, out, sums); break;
      case 2: rank_block<Path, T, Bytes, 2, false>(keys, volumes, n, first, demand, out, sums); break;
      case 3: rank_block<Path, T, Bytes, 3, false>(keys, volumes, n, first, demand, out, sums); break;
      default: rank_block<Path, T, Bytes, together, false>(keys, volumes, n, first, demand, out, sums); break;
    }
  }
  return sums.result();
}

/// The same for 1 … R · lanes offers: no loop over blocks.
template <class Path, class T, unsigned Bytes, unsigned R>
[[gnu::always_inline]] inline ranked<T> rank_few(const T* keys, const T* volumes, unsigned n, T demand,
                                                 T* out) noexcept {
  if (n > R * vectors<T, Bytes>::lanes) __builtin_unreachable();
  rank_sums<Path, T, Bytes, R <= 2 ? R : together> sums;
  sums.clear();
  rank_block<Path, T, Bytes, R, false>(keys, volumes, n, 0, demand, out, sums);
  return sums.result();
}

/// The price alone, and what is left of the demand before each offer. `left`: room for `small_limit` and four vectors.
template <class Path, class T>
[[gnu::always_inline]] inline T rank_margin(const T* keys, const T* volumes, unsigned n, T demand, T* left) noexcept {
  typedef vectors<T, Path::bytes> v;
  rank_sums<Path, T, Path::bytes> sums;
  sums.clear();
  for (unsigned first = 0; first < n; first += together * v::lanes)
    rank_block<Path, T, Path::bytes, together, true>(keys, volumes, n, first, demand, left, sums);
  return reduce_max<T, Path::bytes>(sums.best);
}

/// Sum of all volumes; +∞ or NaN when some key or volume is not finite, NaN when a volume is negative (Check).
template <class Path, class T, bool Check>
[[gnu::always_inline]] inline T total_of(const T* keys, const T* volumes, std::size_t n) noexcept {
  typedef vectors<T, Path::bytes> v;
  typedef typename v::vec vec;
  partial_sums<T, Path::bytes> sums;
  sums.clear();
  vec odd{}, least{};
  std::size_t i = 0;
  for (; i + partials <= n; i += partials) {
#pragma GCC unroll 16
    for (unsigned r = 0; r < sums.count; ++r) {
      const vec volume = *reinterpret_cast<const typename v::loose*>(volumes + i + r * v::lanes);
      sums.sums[r] += volume;
      if constexpr (Check) {
        const vec key = *reinterpret_cast<const typename v::loose*>(keys + i + r * v::lanes);
        odd += key * vec{};  // 0, or NaN when not finite
        least = volume < least ? volume : least;
      }
    }
  }
#pragma GCC unroll 16
  for (unsigned r = 0; r < sums.count; ++r) {
    const std::size_t at = i + r * v::lanes;
    if (at >= n) break;
    vec volume, key;
    if (at + v::lanes <= n) {
      volume = *reinterpret_cast<const typename v::loose*>(volumes + at);
      key = *reinterpret_cast<const typename v::loose*>(keys + at);
    } else {
      Path::template load_tail<T, Path::bytes>(volumes + at, static_cast<unsigned>(n - at), volume);
      Path::template load_tail<T, Path::bytes>(keys + at, static_cast<unsigned>(n - at), key);
    }
    sums.sums[r] += volume;
    if constexpr (Check) {
      odd += key * vec{};
      least = volume < least ? volume : least;
    }
  }
  T total = sums.total();
  if constexpr (Check) {
    vec highest;
    Path::spread(infinite<T>, highest);
    const vec none = odd == vec{} ? vec{} : highest;
    const vec negative = least < vec{} ? highest : vec{};
    total += reduce_max<T, Path::bytes>(none) + reduce_max<T, Path::bytes>(negative);
  }
  return total;
}

template <class T>
struct filtered {
  T below;           ///< volume of the units below the bracket
  std::size_t kept;  ///< units in it
};

/// Volume below lo, and the pairs with lo ≤ key ≤ hi in order; `keys_to`, `volumes_to` have room for n and a vector
/// more, and may be the input.
template <class Path, class T>
[[gnu::always_inline]] inline filtered<T> filter(const T* keys, const T* volumes, std::size_t n, T lo, T hi, T* keys_to,
                                                 T* volumes_to) noexcept {
  typedef vectors<T, Path::bytes> v;
  typedef typename v::vec vec;
  partial_sums<T, Path::bytes> sums;
  sums.clear();
  vec least;
  Path::spread(lo, least);
  std::size_t kept = 0;
  std::size_t i = 0;
  for (; i + partials <= n; i += partials) {
#pragma GCC unroll 16
    for (unsigned r = 0; r < sums.count; ++r) {
      const std::size_t at = i + r * v::lanes;
      const vec volume = *reinterpret_cast<const typename v::loose*>(volumes + at);
      const vec key = *reinterpret_cast<const typename v::loose*>(keys + at);
      sums.sums[r] = key < least ? sums.sums[r] + volume : sums.sums[r];
      kept += Path::template compress<T>(keys + at, volumes + at, lo, hi, keys_to + kept, volumes_to + kept);
    }
  }
#pragma GCC unroll 16
  for (unsigned r = 0; r < sums.count; ++r) {
    const std::size_t at = i + r * v::lanes;
    if (at >= n) break;
    const auto count = static_cast<unsigned>(n - at < v::lanes ? n - at : v::lanes);
    vec volume, key;
    if (count == v::lanes) {
      volume = *reinterpret_cast<const typename v::loose*>(volumes + at);
      key = *reinterpret_cast<const typename v::loose*>(keys + at);
      kept += Path::template compress<T>(keys + at, volumes + at, lo, hi, keys_to + kept, volumes_to + kept);
    } else {
      Path::template load_tail<T, Path::bytes>(volumes + at, count, volume);
      Path::template load_tail<T, Path::bytes>(keys + at, count, key);
      for (unsigned k = 0; k < count; ++k) {
        const T one = keys[at + k], amount = volumes[at + k];
        keys_to[kept] = one;
        volumes_to[kept] = amount;
        kept += static_cast<unsigned>(one >= lo) & static_cast<unsigned>(one <= hi);
      }
    }
    sums.sums[r] = key < least ? sums.sums[r] + volume : sums.sums[r];
  }
  return {sums.total(), kept};
}

template <class T>
struct level_sums {
  T below;  ///< volume of the units below a price
  T at;     ///< of those at it
};

/// Volumes below and at a price.
template <class Path, class T>
[[gnu::always_inline]] inline level_sums<T> sums_at(const T* keys, const T* volumes, std::size_t n, T p) noexcept {
  typedef vectors<T, Path::bytes> v;
  typedef typename v::vec vec;
  partial_sums<T, Path::bytes> below, at;
  below.clear();
  at.clear();
  vec price;
  Path::spread(p, price);
  for (std::size_t i = 0; i < n; i += partials) {
#pragma GCC unroll 16
    for (unsigned r = 0; r < below.count; ++r) {
      const std::size_t from = i + r * v::lanes;
      vec key{}, volume{};
      if (from + v::lanes <= n) {
        volume = *reinterpret_cast<const typename v::loose*>(volumes + from);
        key = *reinterpret_cast<const typename v::loose*>(keys + from);
      } else if (from < n) {
        Path::template load_tail<T, Path::bytes>(volumes + from, static_cast<unsigned>(n - from), volume);
        Path::template load_tail<T, Path::bytes>(keys + from, static_cast<unsigned>(n - from), key);
      }
      below.sums[r] = key < price ? below.sums[r] + volume : below.sums[r];
      at.sums[r] = key == price ? at.sums[r] + volume : at.sums[r];
    }
  }
  return {below.total(), at.total()};
}

/// Writes what every unit is given: below p all, at p one after another of `rest`.
template <class Path, class T>
[[gnu::always_inline]] inline void emit(const T* keys, const T* volumes, std::size_t n, T p, T rest, T* out) noexcept {
  typedef vectors<T, Path::bytes> v;
  typedef typename v::vec vec;
  vec price;
  Path::spread(p, price);
  std::size_t i = 0;
  for (; i + v::lanes <= n; i += v::lanes) {
    const vec volume = *reinterpret_cast<const typename v::loose*>(volumes + i);
    const vec key = *reinterpret_cast<const typename v::loose*>(keys + i);
    const vec given = key < price ? volume : vec{};
    *reinterpret_cast<typename v::loose*>(out + i) = given;
    for (unsigned bits = Path::template equal_bits<T>(keys + i, p); bits != 0; bits &= bits - 1) {
      const std::size_t at = i + static_cast<unsigned>(__builtin_ctz(bits));
      const T some = rest < volumes[at] ? rest : volumes[at];
      out[at] = some;
      rest -= some;
    }
  }
  for (; i < n; ++i) {
    const T some = keys[i] < p ? volumes[i] : keys[i] == p ? (rest < volumes[i] ? rest : volumes[i]) : T{0};
    out[i] = some;
    if (keys[i] == p) rest -= some;
  }
}

/// Three keys of a sample: around the unit that a share of the volume ends in, and that unit's.
template <class T>
struct bracket {
  T lo, mid, hi;
};

/// Orders S samples (16, 32 or 64) and brackets the unit in which `share` of their volume ends, `around` samples on
/// either side.
template <class Path, class T>
[[gnu::always_inline]] inline bracket<T> bracket_samples(const T* keys, const T* volumes, unsigned S, T share,
                                                         unsigned around) noexcept {
  typedef vectors<T, Path::bytes> v;
  typedef typename v::vec vec;
  constexpr unsigned R = 16 / v::lanes < together ? 16 / v::lanes : together;
  alignas(64) T below[small_limit];
  alignas(64) T number[small_limit];
  const T total = total_of<Path, T, false>(keys, volumes, S);
  for (unsigned first = 0; first < S; first += R * v::lanes) {
    precede<Path, T, Path::bytes, R, true> before;
    before.run(keys, volumes, S, first);
#pragma GCC unroll 8
    for (unsigned r = 0; r < R; ++r) {
      *reinterpret_cast<vec*>(below + first + r * v::lanes) = before.below[r];
      *reinterpret_cast<vec*>(number + first + r * v::lanes) = before.number[r];
    }
  }
  vec aim, one, count{};
  Path::spread(share * total, aim);
  Path::spread(T{1}, one);
  for (unsigned i = 0; i < S; i += v::lanes) count += *reinterpret_cast<const vec*>(below + i) < aim ? one : vec{};
  T ahead = reduce_sum<T, Path::bytes>(count);
  if (ahead < T{1}) ahead = T{1};
  const T mid = ahead - T{1}, lo = mid - static_cast<T>(around), hi = mid + static_cast<T>(around);
  vec at_lo, at_mid, at_hi, rank_lo, rank_mid, rank_hi;
  Path::spread(-infinite<T>, at_lo);
  at_mid = at_lo;
  at_hi = at_lo;
  Path::spread(lo, rank_lo);
  Path::spread(mid, rank_mid);
  Path::spread(hi, rank_hi);
  for (unsigned i = 0; i < S; i += v::lanes) {
    const vec rank = *reinterpret_cast<const vec*>(number + i);
    const vec key = *reinterpret_cast<const typename v::loose*>(keys + i);
    at_lo = rank == rank_lo ? key : at_lo;
    at_mid = rank == rank_mid ? key : at_mid;
    at_hi = rank == rank_hi ? key : at_hi;
  }
  return {reduce_max<T, Path::bytes>(at_lo), reduce_max<T, Path::bytes>(at_mid),
          hi < static_cast<T>(S) ? reduce_max<T, Path::bytes>(at_hi) : infinite<T>};
}

}  // namespace detail::clear
}  // namespace v0
}  // namespace sched

#endif
