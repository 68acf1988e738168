// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_DECODE_PORTABLE_HPP
#define SCHED_SOLVE_DETAIL_DECODE_PORTABLE_HPP

/// \file
/// Blocks of the packed decoder in plain 64-bit integers.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include <sched/solve/detail/decode_packed.hpp>

namespace sched {
inline namespace v0 {
namespace detail::decode {

/// 64 / Bits periods per block; one 64-bit word per resource holds its free units in all of them, the top bit of every
/// lane set. A demand fits where subtracting it leaves the top bit alone (no borrow), so a lane holds Bits − 1 bits.
template <unsigned Bits, unsigned Resources>
struct portable_blocks {
  static constexpr unsigned periods = 64 / Bits;
  static constexpr unsigned bytes = 8 * Resources;
  static constexpr unsigned window = (32 + periods - 1) / periods + 1;  // blocks
  static constexpr unsigned reach = (window - 1) * periods + 1;         // periods seen from any offset
  static constexpr amount largest = (amount{1} << (Bits - 1)) - 1;

  static constexpr std::uint64_t ones = ~std::uint64_t{0} / ((std::uint64_t{1} << (Bits - 1)) * 2 - 1);
  static constexpr std::uint64_t tops = ones << (Bits - 1);
  /// Times this, bit 0 of lane k moves to bit 64 − periods + k.
  static constexpr std::uint64_t gather = [] {
    std::uint64_t product = 0;
    for (unsigned k = 0; k < periods; ++k) product |= std::uint64_t{1} << (64 - periods + k - k * Bits);
    return product;
  }();

  using words = std::array<std::uint64_t, Resources>;

  [[gnu::always_inline]] static words expand(std::uint64_t packed) noexcept {
    words all;
    for (unsigned r = 0; r < Resources; ++r)
      all[r] = (packed >> (r * Bits) & (~std::uint64_t{0} >> (64 - Bits))) * ones;
    return all;
  }
  template <unsigned N>
  [[gnu::always_inline]] static std::uint64_t fits(const std::byte* block, const words& need) noexcept {
    std::uint64_t mask = 0;
#pragma GCC unroll 16
    for (unsigned b = 0; b < N; ++b) {
      std::uint64_t left = tops;
#pragma GCC unroll 8
      for (unsigned r = 0; r < Resources; ++r) left &= load(block + b * bytes + 8 * r) - need[r];
      mask |= (left >> (Bits - 1)) * gather >> (64 - periods) << (b * periods);
    }
    return mask;
  }
  [[gnu::always_inline]] static void take(std::byte* block, const words& need, std::uint32_t first,
                                          std::uint32_t length) noexcept {
    const std::uint32_t last = first + length;
    take(block, need, below(last) & ~below(first));
    take(block + bytes, need, below(last > periods ? last - periods : 0));
    for (std::uint32_t b = 2; last > b * periods; ++b) take(block + b * bytes, need, below(last - b * periods));
  }
  static void fill(std::byte* cells, std::int32_t count, std::uint64_t capacity) noexcept {
    const words full = expand(capacity);
    for (std::int32_t t = 0; t < count; t += static_cast<std::int32_t>(periods))
      for (const std::uint64_t word : full) {
        store(cells, word | tops);
        cells += 8;
      }
  }

private:
  // One word at a time: a wider load of words stored one by one waits for the store buffer.
  [[gnu::always_inline]] static std::uint64_t load(const std::byte* p) noexcept {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    return word;
  }
  [[gnu::always_inline]] static void store(std::byte* p, std::uint64_t word) noexcept { std::memcpy(p, &word, 8); }
  [[gnu::always_inline]] static void take(std::byte* block, const words& need, std::uint64_t mask) noexcept {
#pragma GCC unroll 8
    for (unsigned r = 0; r < Resources; ++r) store(block + 8 * r, load(block + 8 * r) - (need[r] & mask));
  }
  /// Lanes 0 … count − 1, all of them from `periods` on.
  [[gnu::always_inline]] static std::uint64_t below(std::uint32_t count) noexcept {
    return count >= periods ? ~std::uint64_t{0} : (std::uint64_t{1} << (count * Bits)) - 1;
  }
};

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
