// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CLEAR_VECTORS_HPP
#define SCHED_SOLVE_DETAIL_CLEAR_VECTORS_HPP

/// \file
/// The few vector operations that compilers have no common notation for, for every instruction set. Written with vector
/// types of the compiler: <immintrin.h> costs 47,000 lines. No function takes or returns a vector by value, so that
/// their callers may be plain functions that are inlined into one compiled for the processor.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#define SCHED_CLEAR_X86 1
#define SCHED_CLEAR_AVX2 __attribute__((target("avx2,bmi,bmi2,popcnt")))
#define SCHED_CLEAR_AVX512 __attribute__((target("avx2,bmi,bmi2,popcnt,avx512f,avx512vl,avx512bw,avx512dq")))
#else
#define SCHED_CLEAR_X86 0
#endif

/// sum += on ? q : 0, where sum ≥ +0 and on is a comparison: one instruction under a mask, two without.
#define SCHED_CLEAR_ADD(sum, on, q)                                                                     \
  do {                                                                                                  \
    if constexpr (Path::masks) (sum) = (on) ? (sum) + (q) : (sum);                                      \
    else (sum) += reinterpret_cast<vec>((on) & reinterpret_cast<std::remove_cvref_t<decltype(on)>>(q)); \
  } while (false)

namespace sched {
inline namespace v0 {
namespace detail::clear {

/// `Bytes` bytes of T; `loose` may lie anywhere in an array of T.
template <class T, unsigned Bytes>
struct vectors {
  static constexpr unsigned lanes = Bytes / sizeof(T);
  typedef T vec __attribute__((vector_size(Bytes)));
  typedef T loose __attribute__((vector_size(Bytes), aligned(sizeof(T)), may_alias));
};

/// Any compiler, any processor: `Width` bytes, which it may cut up.
template <unsigned Width>
struct plain_path {
  static constexpr unsigned bytes = Width;
  static constexpr bool masks = false;  ///< adding under a mask is one instruction

  /// x in every lane.
  template <class T, class Vec>
  [[gnu::always_inline]] static inline void spread(T x, Vec& to) noexcept {
    to = x - Vec{};
  }
  /// Keeps a product from being fused with an addition.
  template <class Vec>
  [[gnu::always_inline]] static inline void seal(Vec& v) noexcept {
#if SCHED_CLEAR_X86
    asm("" : "+x"(v));
#elif defined(__aarch64__)
    asm("" : "+w"(v));
#else
    volatile Vec kept = v;
    v = kept;
#endif
  }
  /// The first `count` < lanes values, then zeros.
  template <class T, unsigned Bytes, class Vec>
  [[gnu::always_inline]] static inline void load_tail(const T* from, unsigned count, Vec& to) noexcept {
    to = Vec{};
    for (unsigned k = 0; k + 1 < Bytes / sizeof(T); ++k)
      if (k < count) to[k] = from[k];
  }
  template <class T, unsigned Bytes, class Vec>
  [[gnu::always_inline]] static inline void store_tail(T* to, unsigned count, const Vec& from) noexcept {
    for (unsigned k = 0; k + 1 < Bytes / sizeof(T); ++k)
      if (k < count) to[k] = from[k];
  }
  /// sum += q in the lanes where bj precedes: smaller, or equal and the lane is behind `lane`. Precondition: sum ≥ +0.
  template <class T, unsigned Bytes, class Vec>
  [[gnu::always_inline]] static inline void add_own(Vec& sum, const Vec& bj, const Vec& key, const Vec& q,
                                                    unsigned lane) noexcept {
    typedef std::remove_cvref_t<decltype(bj < key)> whole;
    whole ids{};
    for (unsigned k = 0; k < Bytes / sizeof(T); ++k) ids[k] = static_cast<std::remove_cvref_t<decltype(ids[k])>>(k);
    const whole at = static_cast<std::remove_cvref_t<decltype(ids[0])>>(lane) - whole{};
    const auto on = (bj < key) | ((bj == key) & (ids > at));
    sum += reinterpret_cast<Vec>(on & reinterpret_cast<std::remove_cvref_t<decltype(on)>>(q));
  }
  /// Bit per lane: equal to p.
  template <class T>
  [[gnu::always_inline]] static inline unsigned equal_bits(const T* keys, T p) noexcept {
    unsigned bits = 0;
    for (unsigned k = 0; k < Width / sizeof(T); ++k) bits |= static_cast<unsigned>(keys[k] == p) << k;
    return bits;
  }
  /// Pairs with lo ≤ key ≤ hi, in order; returns how many. May write a vector's length. In place when to ≤ from.
  template <class T>
  [[gnu::always_inline]] static inline unsigned compress(const T* keys, const T* volumes, T lo, T hi, T* keys_to,
                                                         T* volumes_to) noexcept {
    unsigned kept = 0;
    for (unsigned k = 0; k < Width / sizeof(T); ++k) {
      const T key = keys[k], volume = volumes[k];
      keys_to[kept] = key;
      volumes_to[kept] = volume;
      kept += static_cast<unsigned>(key >= lo) & static_cast<unsigned>(key <= hi);
    }
    return kept;
  }
};

#if SCHED_CLEAR_X86

/// A window over `Lanes` ones and `Lanes` zeros: at Lanes − c the first c lanes are on.
template <class Word, unsigned Lanes>
inline constexpr auto first_lanes = [] {
  std::array<Word, std::size_t{2} * Lanes> table{};
  for (unsigned k = 0; k < Lanes; ++k) table[k] = static_cast<Word>(-1);
  return table;
}();

/// For every mask of lanes, which 32-bit words of 8 come first.
template <unsigned Lanes>
inline constexpr auto compress_words = [] {
  struct alignas(32) {
    std::array<std::array<std::uint32_t, 8>, std::size_t{1} << Lanes> rows;
  } table{};
  constexpr unsigned words = 8 / Lanes;
  for (unsigned mask = 0; mask < 1U << Lanes; ++mask) {
    unsigned to = 0;
    for (unsigned lane = 0; lane < Lanes; ++lane)
      if ((mask >> lane & 1U) != 0)
        for (unsigned w = 0; w < words; ++w) table.rows[mask][to++] = lane * words + w;
  }
  return table;
}();

/// AVX2: 32 bytes.
struct avx2_path {
  static constexpr unsigned bytes = 32;
  static constexpr bool masks = false;

  typedef double doubles __attribute__((vector_size(32)));
  typedef float floats __attribute__((vector_size(32)));
  typedef int ints __attribute__((vector_size(32)));
  typedef long long longs __attribute__((vector_size(32)));
  typedef int loose_ints __attribute__((vector_size(32), aligned(4), may_alias));
  typedef long long loose_longs __attribute__((vector_size(32), aligned(8), may_alias));

  template <class T, class Vec>
  SCHED_CLEAR_AVX2 static inline void spread(T x, Vec& to) noexcept {
    to = x - Vec{};
  }
  template <class Vec>
  SCHED_CLEAR_AVX2 static inline void seal(Vec& v) noexcept {
    asm("" : "+x"(v));
  }
  template <class T, unsigned Bytes, class Vec>
  SCHED_CLEAR_AVX2 static inline void load_tail(const T* from, unsigned count, Vec& to) noexcept {
    if constexpr (sizeof(T) == 8)
      to = __builtin_ia32_maskloadpd256(
          reinterpret_cast<const doubles*>(from),
          *reinterpret_cast<const loose_longs*>(first_lanes<std::int64_t, 4>.data() + 4 - count));
    else
      to = __builtin_ia32_maskloadps256(
          reinterpret_cast<const floats*>(from),
          *reinterpret_cast<const loose_ints*>(first_lanes<std::int32_t, 8>.data() + 8 - count));
  }
  template <class T, unsigned Bytes, class Vec>
  SCHED_CLEAR_AVX2 static inline void store_tail(T* to, unsigned count, const Vec& from) noexcept {
    if constexpr (sizeof(T) == 8)
      __builtin_ia32_maskstorepd256(
          reinterpret_cast<doubles*>(to),
          *reinterpret_cast<const loose_longs*>(first_lanes<std::int64_t, 4>.data() + 4 - count), from);
    else
      __builtin_ia32_maskstoreps256(
          reinterpret_cast<floats*>(to),
          *reinterpret_cast<const loose_ints*>(first_lanes<std::int32_t, 8>.data() + 8 - count), from);
  }
  template <class T, unsigned Bytes, class Vec>
  SCHED_CLEAR_AVX2 static inline void add_own(Vec& sum, const Vec& bj, const Vec& key, const Vec& q,
                                              unsigned lane) noexcept {
    typedef std::remove_cvref_t<decltype(bj < key)> whole;
    typedef std::remove_cvref_t<decltype(whole{}[0])> word;
    whole ids{};
    for (unsigned k = 0; k < Bytes / sizeof(T); ++k) ids[k] = static_cast<word>(k);
    const whole at = static_cast<word>(lane) - whole{};
    const auto on = (bj < key) | ((bj == key) & (ids > at));
    sum += reinterpret_cast<Vec>(on & reinterpret_cast<std::remove_cvref_t<decltype(on)>>(q));
  }
  template <class T>
  SCHED_CLEAR_AVX2 static inline unsigned equal_bits(const T* keys, T p) noexcept {
    typedef vectors<T, 32> v;
    const auto equal = *reinterpret_cast<const typename v::loose*>(keys) == p - typename v::vec{};
    if constexpr (sizeof(T) == 8)
      return static_cast<unsigned>(__builtin_ia32_movmskpd256(reinterpret_cast<doubles>(equal)));
    else return static_cast<unsigned>(__builtin_ia32_movmskps256(reinterpret_cast<floats>(equal)));
  }
  template <class T>
  SCHED_CLEAR_AVX2 static inline unsigned compress(const T* keys, const T* volumes, T lo, T hi, T* keys_to,
                                                   T* volumes_to) noexcept {
    typedef vectors<T, 32> v;
    const typename v::vec key = *reinterpret_cast<const typename v::loose*>(keys);
    const typename v::vec volume = *reinterpret_cast<const typename v::loose*>(volumes);
    const auto inside = (key >= lo - typename v::vec{}) & (key <= hi - typename v::vec{});
    unsigned bits;
    if constexpr (sizeof(T) == 8)
      bits = static_cast<unsigned>(__builtin_ia32_movmskpd256(reinterpret_cast<doubles>(inside)));
    else bits = static_cast<unsigned>(__builtin_ia32_movmskps256(reinterpret_cast<floats>(inside)));
    const ints words = *reinterpret_cast<const ints*>(compress_words<v::lanes>.rows[bits].data());
    *reinterpret_cast<loose_ints*>(keys_to) = __builtin_ia32_permvarsi256(reinterpret_cast<ints>(key), words);
    *reinterpret_cast<loose_ints*>(volumes_to) = __builtin_ia32_permvarsi256(reinterpret_cast<ints>(volume), words);
    return static_cast<unsigned>(__builtin_popcount(bits));
  }
};

/// AVX-512: 64 bytes.
struct avx512_path {
  static constexpr unsigned bytes = 64;
  static constexpr bool masks = true;

  typedef double doubles __attribute__((vector_size(64)));
  typedef float floats __attribute__((vector_size(64)));

  template <class T, class Vec>
  SCHED_CLEAR_AVX512 static inline void spread(T x, Vec& to) noexcept {
    to = x - Vec{};
  }
  template <class Vec>
  SCHED_CLEAR_AVX512 static inline void seal(Vec& v) noexcept {
    asm("" : "+v"(v));
  }
  template <class T, unsigned Bytes, class Vec>
  SCHED_CLEAR_AVX512 static inline void load_tail(const T* from, unsigned count, Vec& to) noexcept {
    const unsigned on = (1U << count) - 1;
    if constexpr (sizeof(T) == 8) to = __builtin_ia32_loadupd512_mask(from, Vec{}, static_cast<std::uint8_t>(on));
    else to = __builtin_ia32_loadups512_mask(from, Vec{}, static_cast<std::uint16_t>(on));
  }
  template <class T, unsigned Bytes, class Vec>
  SCHED_CLEAR_AVX512 static inline void store_tail(T* to, unsigned count, const Vec& from) noexcept {
    const unsigned on = (1U << count) - 1;
    if constexpr (sizeof(T) == 8) __builtin_ia32_storeupd512_mask(to, from, static_cast<std::uint8_t>(on));
    else __builtin_ia32_storeups512_mask(to, from, static_cast<std::uint16_t>(on));
  }
  template <class T, unsigned Bytes, class Vec>
  SCHED_CLEAR_AVX512 static inline void add_own(Vec& sum, const Vec& bj, const Vec& key, const Vec& q,
                                                unsigned lane) noexcept {
    const unsigned later = ~1U << lane;
    constexpr unsigned all = ~0U;
    // GCC and Clang share no builtin for an addition under a mask.
    if constexpr (sizeof(T) == 8) {
      const auto less =
          static_cast<std::uint8_t>(__builtin_ia32_cmppd512_mask(bj, key, 1, static_cast<std::uint8_t>(all), 4));
      const auto same =
          static_cast<std::uint8_t>(__builtin_ia32_cmppd512_mask(bj, key, 0, static_cast<std::uint8_t>(later), 4));
      asm("vaddpd %2, %0, %0 %{%1%}" : "+v"(sum) : "Yk"(static_cast<std::uint8_t>(less | same)), "v"(q));
    } else {
      const auto less =
          static_cast<std::uint16_t>(__builtin_ia32_cmpps512_mask(bj, key, 1, static_cast<std::uint16_t>(all), 4));
      const auto same =
          static_cast<std::uint16_t>(__builtin_ia32_cmpps512_mask(bj, key, 0, static_cast<std::uint16_t>(later), 4));
      asm("vaddps %2, %0, %0 %{%1%}" : "+v"(sum) : "Yk"(static_cast<std::uint16_t>(less | same)), "v"(q));
    }
  }
  template <class T>
  SCHED_CLEAR_AVX512 static inline unsigned equal_bits(const T* keys, T p) noexcept {
    typedef vectors<T, 64> v;
    const typename v::vec key = *reinterpret_cast<const typename v::loose*>(keys);
    const typename v::vec wanted = p - typename v::vec{};
    if constexpr (sizeof(T) == 8)
      return static_cast<std::uint8_t>(__builtin_ia32_cmppd512_mask(key, wanted, 0, static_cast<std::uint8_t>(-1), 4));
    else
      return static_cast<std::uint16_t>(
          __builtin_ia32_cmpps512_mask(key, wanted, 0, static_cast<std::uint16_t>(-1), 4));
  }
  /// Compressed in a register, then stored whole: storing under the mask is slow on some processors.
  template <class T>
  SCHED_CLEAR_AVX512 static inline unsigned compress(const T* keys, const T* volumes, T lo, T hi, T* keys_to,
                                                     T* volumes_to) noexcept {
    typedef vectors<T, 64> v;
    const typename v::vec key = *reinterpret_cast<const typename v::loose*>(keys);
    const typename v::vec volume = *reinterpret_cast<const typename v::loose*>(volumes);
    const typename v::vec least = lo - typename v::vec{}, most = hi - typename v::vec{};
    if constexpr (sizeof(T) == 8) {
      auto on = static_cast<std::uint8_t>(
          __builtin_ia32_cmppd512_mask(key, least, 13, static_cast<std::uint8_t>(-1), 4));  // ≥
      on = static_cast<std::uint8_t>(__builtin_ia32_cmppd512_mask(key, most, 2, on, 4));    // ≤
      *reinterpret_cast<typename v::loose*>(keys_to) = __builtin_ia32_compressdf512_mask(key, typename v::vec{}, on);
      *reinterpret_cast<typename v::loose*>(volumes_to) =
          __builtin_ia32_compressdf512_mask(volume, typename v::vec{}, on);
      return static_cast<unsigned>(__builtin_popcount(on));
    } else {
      auto on =
          static_cast<std::uint16_t>(__builtin_ia32_cmpps512_mask(key, least, 13, static_cast<std::uint16_t>(-1), 4));
      on = static_cast<std::uint16_t>(__builtin_ia32_cmpps512_mask(key, most, 2, on, 4));
      *reinterpret_cast<typename v::loose*>(keys_to) = __builtin_ia32_compresssf512_mask(key, typename v::vec{}, on);
      *reinterpret_cast<typename v::loose*>(volumes_to) =
          __builtin_ia32_compresssf512_mask(volume, typename v::vec{}, on);
      return static_cast<unsigned>(__builtin_popcount(on));
    }
  }
};

/// AVX-512 on 32 bytes, for few offers: what is stored under a mask costs AVX2 much on some processors.
struct narrow_path : avx2_path {
  // GCC's builtins take pointers to elements, Clang's pointers to vectors.
#if defined(__clang__)
  template <class T>
  using memory = std::conditional_t<sizeof(T) == 8, doubles, floats>;
#else
  template <class T>
  using memory = T;
#endif
  template <class T, unsigned Bytes, class Vec>
  SCHED_CLEAR_AVX512 static inline void load_tail(const T* from, unsigned count, Vec& to) noexcept {
    const auto on = static_cast<std::uint8_t>((1U << count) - 1);
    const auto* const at = reinterpret_cast<const memory<T>*>(from);
    if constexpr (sizeof(T) == 8) to = __builtin_ia32_loadupd256_mask(at, Vec{}, on);
    else to = __builtin_ia32_loadups256_mask(at, Vec{}, on);
  }
  template <class T, unsigned Bytes, class Vec>
  SCHED_CLEAR_AVX512 static inline void store_tail(T* to, unsigned count, const Vec& from) noexcept {
    const auto on = static_cast<std::uint8_t>((1U << count) - 1);
    auto* const at = reinterpret_cast<memory<T>*>(to);
    if constexpr (sizeof(T) == 8) __builtin_ia32_storeupd256_mask(at, from, on);
    else __builtin_ia32_storeups256_mask(at, from, on);
  }
};

#endif

}  // namespace detail::clear
}  // namespace v0
}  // namespace sched

#endif
