// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_STEP_PASSES_HPP
#define SCHED_SOLVE_DETAIL_STEP_PASSES_HPP

/// \file
/// Actions to offers and results to rewards, a vector of units at a time, with the same bits at every width.

#include <cstddef>
#include <cstdint>
#include <utility>

#include <sched/solve/detail/clear_dispatch.hpp>

namespace sched {
inline namespace v0 {
namespace detail::clear {

/// tanh to about 2e-16 of 1. No product is fused with a sum.
template <class Path>
struct stable_tanh {
  typedef typename vectors<double, Path::bytes>::vec vec;
  typedef long long whole __attribute__((vector_size(Path::bytes)));

  /// low + r · high.
  [[gnu::always_inline]] static inline void pair(const vec& r, double low, double high, vec& to) noexcept {
    vec base;
    Path::spread(low, base);
    Path::spread(high, to);
    to *= r;
    Path::seal(to);
    to += base;
  }
  /// low ← low + power · high.
  [[gnu::always_inline]] static inline void join(const vec& power, vec& low, const vec& high) noexcept {
    vec product = power * high;
    Path::seal(product);
    low += product;
  }

  [[gnu::always_inline]] static inline void of(vec& x) noexcept {
    vec zero{}, one, two, most, log2e, ln2_high, ln2_low, magic;
    Path::spread(1.0, one);
    Path::spread(2.0, two);
    Path::spread(20.0, most);
    Path::spread(1.4426950408889634, log2e);
    Path::spread(6.93147180369123816490e-01, ln2_high);
    Path::spread(1.90821492927058770e-10, ln2_low);
    Path::spread(6755399441055744.0, magic);  // 1.5 · 2^52: adding it rounds to whole numbers
    vec size = x < zero ? -x : x;
    size = size < most ? size : most;  // tanh 20 = 1 in double precision
    const vec y = size * -two;
    // e^y = 2^k · e^r with |r| ≤ ln 2 / 2.
    vec turns = y * log2e;
    Path::seal(turns);
    const vec shifted = turns + magic;
    const vec k = shifted - magic;
    vec high = k * ln2_high, low = k * ln2_low;
    Path::seal(high);
    Path::seal(low);
    const vec r = (y - high) - low;
    // Pairs of terms, then pairs of pairs: the additions of one level do not wait for each other.
    const vec r2 = r * r;
    vec a0, a1, a2, a3, a4, a5, a6;
    pair(r, 1.0, 1.0, a0);
    pair(r, 1.0 / 2, 1.0 / 6, a1);
    pair(r, 1.0 / 24, 1.0 / 120, a2);
    pair(r, 1.0 / 720, 1.0 / 5040, a3);
    pair(r, 1.0 / 40320, 1.0 / 362880, a4);
    pair(r, 1.0 / 3628800, 1.0 / 39916800, a5);
    pair(r, 1.0 / 479001600, 1.0 / 6227020800, a6);
    join(r2, a0, a1);
    join(r2, a2, a3);
    join(r2, a4, a5);
    const vec r4 = r2 * r2;
    join(r4, a0, a2);
    join(r4, a4, a6);
    const vec r8 = r4 * r4;
    join(r8, a0, a4);
    const vec sum = a0;
    const whole exponent = reinterpret_cast<whole>(shifted) << 52;
    const vec e = reinterpret_cast<vec>(reinterpret_cast<whole>(sum) + exponent);
    const vec t = (one - e) / (one + e);
    const vec positive_t = x >= zero ? t : x;  // NaN stays
    x = x < zero ? -t : positive_t;
  }
};

template <std::size_t... K, class Vec>
[[gnu::always_inline]] inline void split_pairs(const Vec& a, const Vec& b, Vec& even, Vec& odd,
                                               std::index_sequence<K...>) noexcept {
  even = __builtin_shufflevector(a, b, (2 * K)...);
  odd = __builtin_shufflevector(a, b, (2 * K + 1)...);
}

/// volumes = (1 − action 0) · capacity, prices = cost + tanh(action 1) · reach; actions in pairs.
template <class Path>
[[gnu::always_inline]] inline void make_offers(const double* actions, const double* capacity, const double* cost,
                                               std::size_t n, double reach, double* volumes, double* prices) noexcept {
  typedef vectors<double, Path::bytes> v;
  typedef typename v::vec vec;
  vec one, most;
  Path::spread(1.0, one);
  Path::spread(reach, most);
  for (std::size_t i = 0; i < n; i += v::lanes) {
    const auto count = static_cast<unsigned>(n - i < v::lanes ? n - i : v::lanes);
    vec a{}, b{}, held, base, withheld, markup;
    const unsigned numbers = 2 * count;
    if (numbers >= v::lanes) a = *reinterpret_cast<const typename v::loose*>(actions + 2 * i);
    else Path::template load_tail<double, Path::bytes>(actions + 2 * i, numbers, a);
    if (numbers == 2 * v::lanes) b = *reinterpret_cast<const typename v::loose*>(actions + 2 * i + v::lanes);
    else if (numbers > v::lanes)
      Path::template load_tail<double, Path::bytes>(actions + 2 * i + v::lanes, numbers - v::lanes, b);
    if (count == v::lanes) {
      held = *reinterpret_cast<const typename v::loose*>(capacity + i);
      base = *reinterpret_cast<const typename v::loose*>(cost + i);
    } else {
      Path::template load_tail<double, Path::bytes>(capacity + i, count, held);
      Path::template load_tail<double, Path::bytes>(cost + i, count, base);
    }
    split_pairs(a, b, withheld, markup, std::make_index_sequence<v::lanes>{});
    stable_tanh<Path>::of(markup);
    const vec volume = (one - withheld) * held;
    vec added = markup * most;
    Path::seal(added);
    const vec price = base + added;
    if (count == v::lanes) {
      *reinterpret_cast<typename v::loose*>(volumes + i) = volume;
      *reinterpret_cast<typename v::loose*>(prices + i) = price;
    } else {
      Path::template store_tail<double, Path::bytes>(volumes + i, count, volume);
      Path::template store_tail<double, Path::bytes>(prices + i, count, price);
    }
  }
}

/// rewards = ((price − cost) · accepted − penalty · (bid − cost)² − lost) · scale.
template <class Path>
[[gnu::always_inline]] inline void make_rewards(const double* cost, const double* bids, const double* accepted,
                                                std::size_t n, double price, double penalty, double lost, double scale,
                                                double* rewards) noexcept {
  typedef vectors<double, Path::bytes> v;
  typedef typename v::vec vec;
  vec paid, factor, missing, times;
  Path::spread(price, paid);
  Path::spread(penalty, factor);
  Path::spread(lost, missing);
  Path::spread(scale, times);
  for (std::size_t i = 0; i < n; i += v::lanes) {
    const auto count = static_cast<unsigned>(n - i < v::lanes ? n - i : v::lanes);
    vec base, bid, sold;
    if (count == v::lanes) {
      base = *reinterpret_cast<const typename v::loose*>(cost + i);
      bid = *reinterpret_cast<const typename v::loose*>(bids + i);
      sold = *reinterpret_cast<const typename v::loose*>(accepted + i);
    } else {
      Path::template load_tail<double, Path::bytes>(cost + i, count, base);
      Path::template load_tail<double, Path::bytes>(bids + i, count, bid);
      Path::template load_tail<double, Path::bytes>(accepted + i, count, sold);
    }
    vec profit = (paid - base) * sold;
    Path::seal(profit);
    const vec moved = bid - base;
    vec fine = factor * (moved * moved);
    Path::seal(fine);
    const vec reward = ((profit - fine) - missing) * times;
    if (count == v::lanes) *reinterpret_cast<typename v::loose*>(rewards + i) = reward;
    else Path::template store_tail<double, Path::bytes>(rewards + i, count, reward);
  }
}

struct step_table {
  void (*offers)(const double* actions, const double* capacity, const double* cost, std::size_t n, double reach,
                 double* volumes, double* prices) noexcept;
  void (*rewards)(const double* cost, const double* bids, const double* accepted, std::size_t n, double price,
                  double penalty, double lost, double scale, double* rewards) noexcept;
};

#define SCHED_CLEAR_TARGET_portable __attribute__((flatten))
#define SCHED_CLEAR_TARGET_avx2 SCHED_CLEAR_AVX2 __attribute__((flatten))
#define SCHED_CLEAR_TARGET_avx512 SCHED_CLEAR_AVX512 __attribute__((flatten))
#define SCHED_CLEAR_STEP(name)                                                                                      \
  struct name##_step {                                                                                              \
    SCHED_CLEAR_TARGET_##name static void offers(const double* actions, const double* capacity, const double* cost, \
                                                 std::size_t n, double reach, double* volumes,                      \
                                                 double* prices) noexcept {                                         \
      make_offers<name##_path>(actions, capacity, cost, n, reach, volumes, prices);                                 \
    }                                                                                                               \
    SCHED_CLEAR_TARGET_##name static void rewards(const double* cost, const double* bids, const double* accepted,   \
                                                  std::size_t n, double price, double penalty, double lost,         \
                                                  double scale, double* out) noexcept {                             \
      make_rewards<name##_path>(cost, bids, accepted, n, price, penalty, lost, scale, out);                         \
    }                                                                                                               \
    static constexpr step_table table{offers, rewards};                                                             \
  };

SCHED_CLEAR_STEP(portable)
#if SCHED_CLEAR_X86
SCHED_CLEAR_STEP(avx2)
SCHED_CLEAR_STEP(avx512)
#endif
#undef SCHED_CLEAR_STEP
#undef SCHED_CLEAR_TARGET_portable
#undef SCHED_CLEAR_TARGET_avx2
#undef SCHED_CLEAR_TARGET_avx512

/// Precondition: the kernel runs here.
[[nodiscard]] inline const step_table& step_kernels(clear_kernel k) noexcept {
#if SCHED_CLEAR_X86
  if (k == clear_kernel::automatic) k = best_kernel;
  if (k == clear_kernel::avx512) return avx512_step::table;
  if (k == clear_kernel::avx2) return avx2_step::table;
#else
  static_cast<void>(k);
#endif
  return portable_step::table;
}

}  // namespace detail::clear
}  // namespace v0
}  // namespace sched

#endif
