// SPDX-License-Identifier: BSL-1.0
#include <sched/core/rounding.hpp>

#include <sched/core/random.hpp>

#include <cmath>
#include <cstdint>
#include <limits>

#include "support/catch.hpp"

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

bool agrees(double x) {
  return sched::detail::floor(x) == std::floor(x) && sched::detail::ceil(x) == std::ceil(x) &&
         sched::detail::nearest(x) == std::nearbyint(x) && sched::detail::is_finite(x) == std::isfinite(x);
}

}  // namespace

TEST_CASE("rounding: agrees with the C library, on both sides of every boundary") {
  for (double whole : {0.0, 1.0, 2.0, 1e6, 9.0e15, 9.1e15, 9.2e18, 1.9e19, 1e300})
    for (double x : {whole - 0.5, whole, whole + 0.5})
      for (double y : {x, -x, std::nextafter(x, infinite), std::nextafter(x, -infinite)}) {
        INFO(y);
        CHECK(agrees(y));
      }
  sched::random_generator random(1);
  for (int i = 0; i < 10'000; ++i) {
    const double x = std::ldexp(random.real() - 0.5, static_cast<int>(random.below(70)));
    INFO(x);
    REQUIRE(agrees(x));
  }
}

TEST_CASE("rounding: halves go to the even neighbour") {
  CHECK(sched::detail::nearest(0.5) == 0.0);
  CHECK(sched::detail::nearest(1.5) == 2.0);
  CHECK(sched::detail::nearest(-2.5) == -2.0);
}

TEST_CASE("rounding: to integers, halves go away from zero") {
  CHECK(sched::detail::nearest_integer(0.5) == 1);
  CHECK(sched::detail::nearest_integer(2.5) == 3);
  CHECK(sched::detail::nearest_integer(-2.5) == -3);
  CHECK(sched::detail::nearest_integer(std::nextafter(0.5, 0.0)) == 0);
  CHECK(sched::detail::nearest_integer(1e9) == 1'000'000'000);
}

TEST_CASE("rounding: infinities and NaN pass, and are not finite") {
  for (double x : {infinite, -infinite}) {
    CHECK(sched::detail::floor(x) == x);
    CHECK(sched::detail::ceil(x) == x);
    CHECK(sched::detail::nearest(x) == x);
    CHECK_FALSE(sched::detail::is_finite(x));
  }
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(std::isnan(sched::detail::floor(nan)));
  CHECK(std::isnan(sched::detail::ceil(nan)));
  CHECK_FALSE(sched::detail::is_finite(nan));
}
