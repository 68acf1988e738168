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
    for (unsigned r = 0; r < Resources; ++r) all[r] = (packed >> (r * Bits) & (~std::uint64_t{0} >> (64 - Bits))) * ones;
    return all;
  }
  [[gnu::always_inline]] static std::uint64_t fits(const std::byte* block, const words& need) noexcept {
    std::uint64_t mask = 0;
    for (unsigned b = 0; b < window; ++b) {
      words free;
      std::memcpy(free.data(), block + b * bytes, bytes);
      std::uint64_t left = tops;
      for (unsigned r = 0; r < Resources; ++r) left &= free[r] - need[r];
      mask |= (left >> (Bits - 1)) * gather >> (64 - periods) << (b * periods);
    }
    return mask;
  }
  [[gnu::always_inline]] static void take(std::byte* block, const words& need, std::uint32_t first, std::uint32_t length) noexcept {
    const std::uint32_t last = first + length;
    std::uint64_t mask = below(last) & ~below(first);
    for (std::uint32_t b = 0;;) {
      words free;
      std::memcpy(free.data(), block, bytes);
      for (unsigned r = 0; r < Resources; ++r) free[r] -= need[r] & mask;
      std::memcpy(block, free.data(), bytes);
      b += periods;
      if (b >= periods * 2 && last <= b) return;
      block += bytes;
      mask = last > b ? below(last - b) : 0;
    }
  }
  static void fill(std::byte* cells, std::int32_t count, std::uint64_t capacity) noexcept {
    words full = expand(capacity);
    for (std::uint64_t& w : full) w |= tops;
    for (std::int32_t t = 0; t < count; t += static_cast<std::int32_t>(periods), cells += bytes)
      std::memcpy(cells, full.data(), bytes);
  }

private:
  /// Lanes 0 … count − 1, all of them from `periods` on.
  [[gnu::always_inline]] static std::uint64_t below(std::uint32_t count) noexcept {
    return count >= periods ? ~std::uint64_t{0} : (std::uint64_t{1} << (count * Bits)) - 1;
  }
};

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
