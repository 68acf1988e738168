// SPDX-License-Identifier: BSL-1.0
#include <sched/core/mersenne_twister.hpp>

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

static_assert(std::uniform_random_bit_generator<mersenne_twister>);

TEST_CASE("the published sequence of init_by_array") {
  const std::array<std::uint32_t, 4> key{0x123, 0x234, 0x345, 0x456};
  mersenne_twister random(key);
  std::vector<std::uint32_t> draws;
  for (int k = 0; k < 5; ++k) draws.push_back(random());
  CHECK(draws == std::vector<std::uint32_t>{1067595299, 955945823, 477289528, 4107218783, 4228976476});
}

TEST_CASE("a number is the key of its words") {
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{0xffff'ffff}}) {
    const std::array<std::uint32_t, 1> key{static_cast<std::uint32_t>(seed)};
    mersenne_twister a(seed), b(key);
    for (int k = 0; k < 2000; ++k) REQUIRE(a() == b());
  }
  const std::array<std::uint32_t, 2> key{5, 9};
  mersenne_twister a(std::uint64_t{9} << 32 | 5U), b(key);
  for (int k = 0; k < 2000; ++k) REQUIRE(a() == b());
}

TEST_CASE("keys longer than the state are used to their end") {
  std::vector<std::uint32_t> key(1000, 1);
  mersenne_twister a(key);
  key.back() = 2;
  mersenne_twister b(key);
  CHECK(a() != b());
}
