// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CLEAR_LANES_HPP
#define SCHED_SOLVE_DETAIL_CLEAR_LANES_HPP

/// \file
/// As many small markets at once as a vector has lanes: all pairs of offers, no selection.

#include <array>
#include <cstddef>

#include <sched/solve/detail/clear_dispatch.hpp>

namespace sched {
inline namespace v0 {
namespace detail::clear {

/// Above that the running sums no longer fit the registers, and one market after another is faster.
inline constexpr unsigned lane_offers = 10;

/// Clears a vector of markets: offer i of the market in lane k is keys[i·stride + k]. Adds as ranking does, so that the
/// bits are the same. False when some lane needs a rule (no demand, shortage, a fault); then nothing it wrote counts.
/// `slack`: see `clearing_rules`, times epsilon.
template <class Path, class T, unsigned Offers>
[[gnu::always_inline]] inline bool clear_lanes(const T* keys, const T* volumes, const T* demand, std::size_t stride,
                                               T slack, T* prices, T* accepted) noexcept {
  typedef vectors<T, Path::bytes> v;
  typedef typename v::vec vec;
  typedef typename v::loose loose;
  constexpr unsigned n = Offers;  // known when compiled: the sums stay in registers
  vec below[lane_offers];
  vec sums[16], odd{}, least{}, one, highest, lowest;
  Path::spread(T{1}, one);
  Path::spread(infinite<T>, highest);
  Path::spread(-infinite<T>, lowest);
#pragma GCC unroll 10
  for (unsigned i = 0; i < n; ++i) below[i] = vec{};
#pragma GCC unroll 16
  for (unsigned i = 0; i < 16; ++i) sums[i] = vec{};
#pragma GCC unroll 10
  for (unsigned j = 0; j < n; ++j) {
    const vec bj = *reinterpret_cast<const loose*>(keys + j * stride);
    const vec qj = *reinterpret_cast<const loose*>(volumes + j * stride);
    sums[j] = qj;
    odd += bj * vec{} + qj * vec{};
    least = qj < least ? qj : least;
    vec sum = below[j];
#pragma GCC unroll 10
    for (unsigned i = j + 1; i < n; ++i) {
      const vec bi = *reinterpret_cast<const loose*>(keys + i * stride);
      const vec qi = *reinterpret_cast<const loose*>(volumes + i * stride);
      SCHED_CLEAR_ADD(sum, bi < bj, qi);
      SCHED_CLEAR_ADD(below[i], bj <= bi, qj);
    }
    below[j] = sum;
  }
  // The tree of the partial sums.
#pragma GCC unroll 4
  for (unsigned half = 8; half != 0; half /= 2) {
#pragma GCC unroll 8
    for (unsigned i = 0; i < half; ++i)
      if (i + half < n) sums[i] += sums[i + half];  // others are zero
  }
  const vec total = sums[0];
  const vec wanted = *reinterpret_cast<const loose*>(demand);
  vec best = lowest;
#pragma GCC unroll 10
  for (unsigned i = 0; i < n; ++i) {
    const vec key = *reinterpret_cast<const loose*>(keys + i * stride);
    const vec volume = *reinterpret_cast<const loose*>(volumes + i * stride);
    const vec left = wanted - below[i];
    vec given = left < volume ? left : volume;
    given = given > vec{} ? given : vec{};
    const vec price = given > vec{} ? key : lowest;
    best = price > best ? price : best;
    *reinterpret_cast<loose*>(accepted + i * stride) = given;
  }
  vec allowed, factor;
  Path::spread(slack, factor);
  allowed = factor * total;
  // Sums, because GCC joins selections of the same value into masks that it then takes apart lane by lane.
  vec wrong = wanted - total <= allowed ? vec{} : one;
  const vec none = wanted > vec{} ? vec{} : one, nobody = best > lowest ? vec{} : one;
  const vec not_finite = odd == vec{} ? vec{} : one, negative = least < vec{} ? one : vec{};
  wrong += none + nobody;
  wrong += not_finite + negative;
  *reinterpret_cast<loose*>(prices) = best + vec{};  // no negative zero
  return reduce_max<T, Path::bytes>(wrong) == T{0};
}

template <class T>
struct lane_table {
  using function = bool (*)(const T* keys, const T* volumes, const T* demand, std::size_t stride, T slack, T* prices,
                            T* accepted) noexcept;
  unsigned lanes;
  std::array<function, 10> of;  ///< for 1 … 10 offers

  /// Precondition: 1 ≤ n ≤ lane_offers.
  [[nodiscard]] constexpr function clear(std::size_t n) const noexcept { return of[n - 1]; }
};

#define SCHED_CLEAR_TARGET_portable __attribute__((flatten))
#define SCHED_CLEAR_TARGET_avx2 SCHED_CLEAR_AVX2 __attribute__((flatten))
#define SCHED_CLEAR_TARGET_avx512 SCHED_CLEAR_AVX512 __attribute__((flatten))
#define SCHED_CLEAR_LANES(name)                                                                                    \
  template <class T>                                                                                               \
  struct name##_lanes {                                                                                            \
    template <unsigned Offers>                                                                                     \
    SCHED_CLEAR_TARGET_##name static bool of(const T* keys, const T* volumes, const T* demand, std::size_t stride, \
                                             T slack, T* prices, T* accepted) noexcept {                           \
      return clear_lanes<name##_path, T, Offers>(keys, volumes, demand, stride, slack, prices, accepted);          \
    }                                                                                                              \
    static constexpr lane_table<T> table{name##_path::bytes / sizeof(T),                                           \
                                         {of<1>, of<2>, of<3>, of<4>, of<5>, of<6>, of<7>, of<8>, of<9>, of<10>}}; \
  };

SCHED_CLEAR_LANES(portable)
#if SCHED_CLEAR_X86
SCHED_CLEAR_LANES(avx2)
SCHED_CLEAR_LANES(avx512)
#endif
#undef SCHED_CLEAR_LANES
#undef SCHED_CLEAR_TARGET_portable
#undef SCHED_CLEAR_TARGET_avx2
#undef SCHED_CLEAR_TARGET_avx512

/// Precondition: the kernel runs here.
template <class T>
[[nodiscard]] inline const lane_table<T>& lane_kernels(clear_kernel k) noexcept {
#if SCHED_CLEAR_X86
  if (k == clear_kernel::automatic) k = best_kernel;
  if (k == clear_kernel::avx512) return avx512_lanes<T>::table;
  if (k == clear_kernel::avx2) return avx2_lanes<T>::table;
#else
  static_cast<void>(k);
#endif
  return portable_lanes<T>::table;
}

}  // namespace detail::clear
}  // namespace v0
}  // namespace sched

#endif
