// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_DECODE_X86_HPP
#define SCHED_SOLVE_DETAIL_DECODE_X86_HPP

/// \file
/// Blocks of the packed decoder as AVX2 and AVX-512 vectors, compiled for their processors whatever the flags of the
/// program and chosen at run time. Written with vector types of the compiler: <immintrin.h> costs 47,000 lines.

#include <sched/solve/detail/decode_packed.hpp>

#if (defined(__x86_64__) || defined(__i386__)) && defined(__GNUC__)
#define SCHED_DECODE_X86 1
#else
#define SCHED_DECODE_X86 0
#endif

#if SCHED_DECODE_X86

#include <cstddef>
#include <cstdint>

namespace sched {
inline namespace v0 {
namespace detail::decode {

#define SCHED_AVX2 __attribute__((target("avx2,bmi,bmi2")))
#define SCHED_AVX512 __attribute__((target("avx2,bmi,bmi2,avx512f,avx512bw")))

/// A word per period, Bytes / sizeof(Word) periods per block. A lane is free enough when the larger of demand and free
/// units is the free units.
template <class Word, class Lane, unsigned Bytes>
struct vector_blocks {
  static constexpr unsigned bytes = Bytes;
  static constexpr unsigned periods = Bytes / sizeof(Word);
  static constexpr unsigned window = 32 / periods + 1;
  static constexpr unsigned reach = (window - 1) * periods + 1;
  static constexpr amount largest = static_cast<Lane>(-1);
  using word = Word;

  typedef Word words __attribute__((vector_size(Bytes), may_alias));
  typedef Lane lanes __attribute__((vector_size(Bytes), may_alias));
  typedef Word unaligned_words __attribute__((vector_size(Bytes), aligned(sizeof(Word)), may_alias));

  [[gnu::always_inline]] static Word expand(std::uint64_t packed) noexcept { return static_cast<Word>(packed); }
};

template <class Word, class Lane>
struct avx2_blocks : vector_blocks<Word, Lane, 32> {
  using base = vector_blocks<Word, Lane, 32>;
  using typename base::lanes;
  using typename base::unaligned_words;
  using typename base::words;

  template <unsigned N>
  SCHED_AVX2 static inline std::uint64_t fits(const std::byte* block, Word need) noexcept {
    typedef float floats __attribute__((vector_size(32)));
    typedef double doubles __attribute__((vector_size(32)));
    const lanes wanted = reinterpret_cast<lanes>(words{} + need);
    std::uint64_t mask = 0;
    for (unsigned b = 0; b < N; ++b) {
      const lanes free = *reinterpret_cast<const lanes*>(block + b * 32);
      const auto good = reinterpret_cast<words>(wanted > free ? wanted : free) == reinterpret_cast<words>(free);
      int bits;
      if constexpr (sizeof(Word) == 4) bits = __builtin_ia32_movmskps256(reinterpret_cast<floats>(good));
      else bits = __builtin_ia32_movmskpd256(reinterpret_cast<doubles>(good));
      mask |= static_cast<std::uint64_t>(static_cast<std::uint32_t>(bits)) << (b * base::periods);
    }
    return mask;
  }
  SCHED_AVX2 static inline void take(std::byte* block, Word need, std::uint32_t first, std::uint32_t length) noexcept {
    const std::uint32_t last = first + length;
    const Word* const ones = sliding_ones<Word>.words + 48;
    const words wanted = words{} + need;
    words* const cell = reinterpret_cast<words*>(block);
    cell[0] -= wanted & *reinterpret_cast<const unaligned_words*>(ones - last) &
               ~*reinterpret_cast<const unaligned_words*>(ones - first);
    cell[1] -= wanted & *reinterpret_cast<const unaligned_words*>(ones - last + base::periods);
    for (std::uint32_t b = 2; last > b * base::periods; ++b)
      cell[b] -= wanted & *reinterpret_cast<const unaligned_words*>(ones - last + b * base::periods);
  }
  SCHED_AVX2 static inline void fill(std::byte* cells, std::int32_t count, std::uint64_t capacity) noexcept {
    words* cell = reinterpret_cast<words*>(cells);
    for (std::int32_t t = 0; t < count; t += static_cast<std::int32_t>(base::periods))
      *cell++ = words{} + static_cast<Word>(capacity);
  }
};

template <class Word, class Lane>
struct avx512_blocks : vector_blocks<Word, Lane, 64> {
  using base = vector_blocks<Word, Lane, 64>;
  using typename base::lanes;
  using typename base::words;

  template <unsigned N>
  SCHED_AVX512 static inline std::uint64_t fits(const std::byte* block, Word need) noexcept {
    typedef int ints __attribute__((vector_size(64)));
    typedef long long longs __attribute__((vector_size(64)));
    const lanes wanted = reinterpret_cast<lanes>(words{} + need);
    std::uint64_t mask = 0;
    for (unsigned b = 0; b < N; ++b) {
      const lanes free = *reinterpret_cast<const lanes*>(block + b * 64);
      const lanes larger = wanted > free ? wanted : free;
      std::uint64_t bits;
      if constexpr (sizeof(Word) == 4)
        bits = static_cast<std::uint16_t>(__builtin_ia32_cmpd512_mask(
            reinterpret_cast<ints>(larger), reinterpret_cast<ints>(free), 0, static_cast<std::uint16_t>(-1)));
      else
        bits = static_cast<std::uint8_t>(__builtin_ia32_cmpq512_mask(
            reinterpret_cast<longs>(larger), reinterpret_cast<longs>(free), 0, static_cast<std::uint8_t>(-1)));
      mask |= bits << (b * base::periods);
    }
    return mask;
  }
  SCHED_AVX512 static inline void take(std::byte* block, Word need, std::uint32_t first,
                                       std::uint32_t length) noexcept {
    const words wanted = words{} + need;
    const std::uint64_t taken = ((std::uint64_t{1} << length) - 1) << first;
    words* const cell = reinterpret_cast<words*>(block);
    subtract(cell[0], wanted, taken);
    subtract(cell[1], wanted, taken >> base::periods);
    for (unsigned b = 2; taken >> b * base::periods != 0; ++b) subtract(cell[b], wanted, taken >> b * base::periods);
  }
  /// Where a bit is set. GCC and Clang share no builtin for a masked subtraction; masks from tables would be loads that
  /// straddle two cache lines.
  SCHED_AVX512 static inline void subtract(words& cell, words amount, std::uint64_t where) noexcept {
    if constexpr (sizeof(Word) == 4)
      asm("vpsubd %2, %0, %0 %{%1%}" : "+v"(cell) : "Yk"(static_cast<std::uint16_t>(where)), "v"(amount));
    else asm("vpsubq %2, %0, %0 %{%1%}" : "+v"(cell) : "Yk"(static_cast<std::uint8_t>(where)), "v"(amount));
  }
  SCHED_AVX512 static inline void fill(std::byte* cells, std::int32_t count, std::uint64_t capacity) noexcept {
    words* cell = reinterpret_cast<words*>(cells);
    for (std::int32_t t = 0; t < count; t += static_cast<std::int32_t>(base::periods))
      *cell++ = words{} + static_cast<Word>(capacity);
  }
};

/// The loop, compiled for the processor; `flatten` because a function of plain code may be inlined into one of more
/// instructions, and only then the vector code into it.
template <class Blocks, int Steps, bool Guess, class Index>
SCHED_AVX2 __attribute__((flatten)) std::int32_t avx2_decode(const packed_pass& pass, const Index* list,
                                                             std::int32_t* starts) noexcept {
  return packed_decode<Blocks, Steps, Guess>(pass, list, starts);
}
template <class Blocks, int Steps, bool Guess, class Index>
SCHED_AVX512 __attribute__((flatten)) std::int32_t avx512_decode(const packed_pass& pass, const Index* list,
                                                                 std::int32_t* starts) noexcept {
  return packed_decode<Blocks, Steps, Guess>(pass, list, starts);
}

#undef SCHED_AVX2
#undef SCHED_AVX512

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
#endif
