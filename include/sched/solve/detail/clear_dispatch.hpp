// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CLEAR_DISPATCH_HPP
#define SCHED_SOLVE_DETAIL_CLEAR_DISPATCH_HPP

/// \file
/// The passes of clearing compiled for each instruction set, and the choice among them at run time.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sched/solve/detail/clear_passes.hpp>
#include <sched/solve/detail/clear_select.hpp>
#include <sched/solve/detail/clear_vectors.hpp>

namespace sched {
inline namespace v0 {

/// Instruction sets of one-sided clearing. All give the same bits.
enum class clear_kernel : std::uint8_t {
  automatic,  ///< the best that the processor has
  portable,   ///< 16-byte vectors of the compiler: SSE2, NEON, or none
  avx2,
  avx512
};

[[nodiscard]] constexpr std::string_view to_string(clear_kernel k) noexcept {
  switch (k) {
    case clear_kernel::automatic: return "automatic";
    case clear_kernel::portable: return "portable";
    case clear_kernel::avx2: return "AVX2";
    case clear_kernel::avx512: return "AVX-512";
  }
  return "unknown";
}

/// Whether this processor runs the kernel. O(1).
[[nodiscard]] inline bool runs_here(clear_kernel k) noexcept {
#if SCHED_CLEAR_X86
  __builtin_cpu_init();
  if (k == clear_kernel::avx512)
    return runs_here(clear_kernel::avx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
  if (k == clear_kernel::avx2)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
           __builtin_cpu_supports("popcnt");
#else
  if (k == clear_kernel::avx512 || k == clear_kernel::avx2) return false;
#endif
  return true;
}

namespace detail::clear {

using portable_path = plain_path<16>;

/// The passes for one instruction set and one type.
template <class T>
struct kernel_table {
  ranked<T> (*small)(const T* keys, const T* volumes, unsigned n, T demand, T* out) noexcept;
  T (*total)(const T* keys, const T* volumes, std::size_t n) noexcept;
  margin_of<T> (*margin)(const T* keys, const T* volumes, std::size_t n, T demand, T total, T* keys_to,
                         T* volumes_to) noexcept;
  level_sums<T> (*at)(const T* keys, const T* volumes, std::size_t n, T price) noexcept;
  void (*emit)(const T* keys, const T* volumes, std::size_t n, T price, T rest, T* out) noexcept;
};

// `flatten` because a function of plain code may be inlined into one of more instructions, and only then the vector
// code into it. Every set has functions of its own names, whatever flags a file is compiled with.
#define SCHED_CLEAR_TARGET_portable __attribute__((flatten))
#define SCHED_CLEAR_TARGET_avx2 SCHED_CLEAR_AVX2 __attribute__((flatten))
#define SCHED_CLEAR_TARGET_avx512 SCHED_CLEAR_AVX512 __attribute__((flatten))
#define SCHED_CLEAR_KERNELS(name)                                                                                  \
  template <class T>                                                                                               \
  struct name##_kernels {                                                                                          \
    using path = name##_path;                                                                                      \
    SCHED_CLEAR_TARGET_##name static ranked<T> small(const T* keys, const T* volumes, unsigned n, T demand,        \
                                                     T* out) noexcept {                                            \
      return rank_offers<path, T, path::bytes>(keys, volumes, n, demand, out);                                     \
    }                                                                                                              \
    SCHED_CLEAR_TARGET_##name static T total(const T* keys, const T* volumes, std::size_t n) noexcept {            \
      return total_of<path, T, true>(keys, volumes, n);                                                            \
    }                                                                                                              \
    SCHED_CLEAR_TARGET_##name static margin_of<T> margin(const T* keys, const T* volumes, std::size_t n, T demand, \
                                                         T total, T* keys_to, T* volumes_to) noexcept {            \
      return find_margin<path, T>(keys, volumes, n, demand, total, keys_to, volumes_to);                           \
    }                                                                                                              \
    SCHED_CLEAR_TARGET_##name static void emit(const T* keys, const T* volumes, std::size_t n, T price, T rest,    \
                                               T* out) noexcept {                                                  \
      detail::clear::emit<path, T>(keys, volumes, n, price, rest, out);                                            \
    }                                                                                                              \
    SCHED_CLEAR_TARGET_##name static level_sums<T> at(const T* keys, const T* volumes, std::size_t n,              \
                                                      T price) noexcept {                                          \
      return sums_at<path, T>(keys, volumes, n, price);                                                            \
    }                                                                                                              \
    static constexpr kernel_table<T> table{small, total, margin, at, emit};                                        \
  };

SCHED_CLEAR_KERNELS(portable)
#if SCHED_CLEAR_X86
SCHED_CLEAR_KERNELS(avx2)
SCHED_CLEAR_KERNELS(avx512)
#endif
#undef SCHED_CLEAR_KERNELS
#undef SCHED_CLEAR_TARGET_portable
#undef SCHED_CLEAR_TARGET_avx2
#undef SCHED_CLEAR_TARGET_avx512

/// Probed before main(); until then, portable.
inline const clear_kernel best_kernel = runs_here(clear_kernel::avx512) ? clear_kernel::avx512
                                        : runs_here(clear_kernel::avx2) ? clear_kernel::avx2
                                                                        : clear_kernel::portable;

#if SCHED_CLEAR_X86
/// Up to three registers of half the width.
template <class T, unsigned R>
SCHED_CLEAR_AVX512 __attribute__((flatten)) inline ranked<T> avx512_few(const T* keys, const T* volumes, unsigned n,
                                                                        T demand, T* out) noexcept {
  return rank_few<narrow_path, T, 32, R>(keys, volumes, n, demand, out);
}
template <class T>
inline ranked<T> avx512_small(const T* keys, const T* volumes, unsigned n, T demand, T* out) noexcept {
  constexpr unsigned lanes = 32 / sizeof(T);
  if (n <= lanes) return avx512_few<T, 1>(keys, volumes, n, demand, out);
  if (n <= 2 * lanes) return avx512_few<T, 2>(keys, volumes, n, demand, out);
  if (n <= 3 * lanes) return avx512_few<T, 3>(keys, volumes, n, demand, out);
  return avx512_kernels<T>::small(keys, volumes, n, demand, out);
}
template <class T>
inline constexpr kernel_table<T> avx512_table{avx512_small<T>, avx512_kernels<T>::total, avx512_kernels<T>::margin,
                                              avx512_kernels<T>::at, avx512_kernels<T>::emit};
#endif

/// Precondition: the kernel runs here.
template <class T>
[[nodiscard]] inline const kernel_table<T>& kernels(clear_kernel k) noexcept {
#if SCHED_CLEAR_X86
  if (k == clear_kernel::automatic) k = best_kernel;
  if (k == clear_kernel::avx512) [[likely]]
    return avx512_table<T>;
  if (k == clear_kernel::avx2) return avx2_kernels<T>::table;
#else
  static_cast<void>(k);
#endif
  return portable_kernels<T>::table;
}

}  // namespace detail::clear
}  // namespace v0
}  // namespace sched

#endif
