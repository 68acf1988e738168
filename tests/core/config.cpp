// SPDX-License-Identifier: BSL-1.0
#include <sched/core/config.hpp>

#include <limits>
#include <string>

#include "support/catch.hpp"

TEST_CASE("config: the version string is made of the version numbers") {
  REQUIRE(std::string(SCHED_VERSION_STRING) == std::to_string(SCHED_VERSION_MAJOR) + "." +
                                                   std::to_string(SCHED_VERSION_MINOR) + "." +
                                                   std::to_string(SCHED_VERSION_PATCH));
}

TEST_CASE("config: 128-bit integers hold the product of any two 64-bit ones") {
  const sched::int128 low = std::numeric_limits<long long>::min();
  const sched::int128 square = low * low;
  REQUIRE(square / low == low);
  REQUIRE(square > 0);
  REQUIRE(static_cast<sched::uint128>(-1) > 0);
}
