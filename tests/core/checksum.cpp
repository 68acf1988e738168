// SPDX-License-Identifier: BSL-1.0
#include <sched/core/checksum.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("crc64 is that of xz") {
  CHECK(crc64("") == 0);
  CHECK(crc64("123456789") == 0x995DC9BBDF1939FAU);
}

TEST_CASE("pieces give the checksum of the whole, and every changed bit another one") {
  random_generator rng(4);
  for (int round = 0; round < 200; ++round) {
    std::string text(rng.below(100), '\0');
    for (char& c : text) c = static_cast<char>(rng.below(256));
    const std::uint64_t whole = crc64(text);
    const std::size_t cut = rng.below(text.size() + 1);
    CHECK(crc64(std::string_view(text).substr(cut), crc64(std::string_view(text).substr(0, cut))) == whole);
    std::uint64_t plain = ~std::uint64_t{0};  // bit by bit
    for (const char c : text) {
      plain ^= static_cast<std::uint8_t>(c);
      for (int bit = 0; bit < 8; ++bit) plain = (plain >> 1) ^ ((plain & 1) != 0 ? 0xC96C5795D7870F42U : 0U);
    }
    CHECK(~plain == whole);
    if (text.empty()) continue;
    text[rng.below(text.size())] ^= static_cast<char>(1 << rng.below(8));
    CHECK(crc64(text) != whole);
  }
}
