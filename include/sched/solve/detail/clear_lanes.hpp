// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CLEAR_LANES_HPP
#define SCHED_SOLVE_DETAIL_CLEAR_LANES_HPP

/// \file
/// As many small markets at once as a vector has lanes: all pairs of offers, no selection.

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
template <class Path, class T>
[[gnu::always_inline]] inline bool clear_lanes(const T* keys, const T* volumes, const T* demand, unsigned n,
                                               std::size_t stride, T slack, T* prices, T* accepted) noexcept {
  typedef vectors<T, Path::bytes> v;
  typedef typename v::vec vec;
  typedef typename v::loose loose;
  vec below[lane_offers];
  vec total{}, odd{}, least{}, one, highest, lowest;
  Path::spread(T{1}, one);
  Path::spread(infinite<T>, highest);
  Path::spread(-infinite<T>, lowest);
#pragma GCC unroll 10
  for (unsigned i = 0; i < lane_offers; ++i) below[i] = vec{};
  for (unsigned j = 0; j < n; ++j) {
    const vec bj = *reinterpret_cast<const loose*>(keys + j * stride);
    const vec qj = *reinterpret_cast<const loose*>(volumes + j * stride);
    total += qj;
    odd += bj * vec{} + qj * vec{};
    least = qj < least ? qj : least;
    vec sum = below[j];
    for (unsigned i = j + 1; i < n; ++i) {
      const vec bi = *reinterpret_cast<const loose*>(keys + i * stride);
      const vec qi = *reinterpret_cast<const loose*>(volumes + i * stride);
      sum += bi < bj ? qi : vec{};
      below[i] += bi < bj ? vec{} : qj;
    }
    below[j] = sum;
  }
  const vec wanted = *reinterpret_cast<const loose*>(demand);
  vec best = lowest;
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
  vec wrong = wanted - total <= allowed ? vec{} : one;
  wrong = wanted > vec{} ? wrong : one;
  wrong = best > lowest ? wrong : one;
  wrong = odd == vec{} ? wrong : one;
  wrong = least < vec{} ? one : wrong;
  *reinterpret_cast<loose*>(prices) = best + vec{};  // no negative zero
  return reduce_max<T, Path::bytes>(wrong) == T{0};
}

template <class T>
struct lane_table {
  unsigned lanes;
  bool (*clear)(const T* keys, const T* volumes, const T* demand, unsigned n, std::size_t stride, T slack, T* prices,
                T* accepted) noexcept;
};

#define SCHED_CLEAR_TARGET_portable __attribute__((flatten))
#define SCHED_CLEAR_TARGET_avx2 SCHED_CLEAR_AVX2 __attribute__((flatten))
#define SCHED_CLEAR_TARGET_avx512 SCHED_CLEAR_AVX512 __attribute__((flatten))
#define SCHED_CLEAR_LANES(name)                                                                                 \
  template <class T>                                                                                            \
  struct name##_lanes {                                                                                         \
    SCHED_CLEAR_TARGET_##name static bool clear(const T* keys, const T* volumes, const T* demand, unsigned n,   \
                                                std::size_t stride, T slack, T* prices, T* accepted) noexcept { \
      return clear_lanes<name##_path, T>(keys, volumes, demand, n, stride, slack, prices, accepted);            \
    }                                                                                                           \
    static constexpr lane_table<T> table{name##_path::bytes / sizeof(T), clear};                                \
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
