// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_CHECKSUM_HPP
#define SCHED_CORE_CHECKSUM_HPP

/// \file
/// Whether bytes are those that were written.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace sched {
inline namespace v0 {
namespace detail {

/// Row k: what a byte contributes when k bytes follow it.
inline constexpr auto crc64_rows = [] {
  std::array<std::array<std::uint64_t, 256>, 8> rows{};
  for (std::size_t b = 0; b < 256; ++b) {
    std::uint64_t x = b;
    for (int bit = 0; bit < 8; ++bit) x = (x >> 1) ^ ((x & 1) != 0 ? 0xC96C5795D7870F42U : 0U);
    rows[0][b] = x;
  }
  for (std::size_t k = 1; k < 8; ++k)
    for (std::size_t b = 0; b < 256; ++b) rows[k][b] = (rows[k - 1][b] >> 8) ^ rows[0][rows[k - 1][b] & 255];
  return rows;
}();

}  // namespace detail

/// CRC-64 with the polynomial of ECMA-182, as xz uses it: finds every error of up to 64 bits in a row. Not for
/// passwords: who wants to can make other bytes of the same checksum. `before` is the checksum of what stands before,
/// so that pieces give the checksum of the whole. O(bytes), eight at a time.
[[nodiscard]] inline std::uint64_t crc64(std::string_view bytes, std::uint64_t before = 0) noexcept {
  const auto& rows = detail::crc64_rows;
  std::uint64_t x = ~before;
  std::size_t k = 0;
  if constexpr (std::endian::native == std::endian::little) {
    for (; bytes.size() - k >= 8; k += 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data() + k, 8);
      x ^= word;
      x = rows[7][x & 255] ^ rows[6][x >> 8 & 255] ^ rows[5][x >> 16 & 255] ^ rows[4][x >> 24 & 255] ^
          rows[3][x >> 32 & 255] ^ rows[2][x >> 40 & 255] ^ rows[1][x >> 48 & 255] ^ rows[0][x >> 56];
    }
  }
  for (; k < bytes.size(); ++k) x = (x >> 8) ^ rows[0][(x ^ static_cast<std::uint8_t>(bytes[k])) & 255];
  return ~x;
}

}  // namespace v0
}  // namespace sched

#endif
