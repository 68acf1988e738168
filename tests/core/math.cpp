// SPDX-License-Identifier: BSL-1.0
#include <sched/core/math.hpp>

#include <sched/core/random.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "support/catch.hpp"

namespace stable = sched::stable;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

double relative_error(double got, double expected) {
  return got == expected ? 0.0 : std::abs(got - expected) / std::abs(expected);
}

}  // namespace

TEST_CASE("stable math: exp is within 4e-15 of the C library everywhere") {
  sched::random_generator random(1);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = (random.real() - 0.5) * 1416;
    worst = std::max(worst, relative_error(stable::exp(x), std::exp(x)));
  }
  for (int i = 0; i < 200000; ++i) {
    const double x = random.normal();
    worst = std::max(worst, relative_error(stable::exp(x), std::exp(x)));
  }
  REQUIRE(worst < 4e-15);
}

TEST_CASE("stable math: exp2 is within 4e-15 of the C library and exact for whole numbers") {
  sched::random_generator random(4);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = (random.real() - 0.5) * 2040;
    worst = std::max(worst, relative_error(stable::exp2(x), std::exp2(x)));
  }
  REQUIRE(worst < 4e-15);
  for (int k = -1022; k < 1024; ++k) REQUIRE(stable::exp2(k) == std::ldexp(1.0, k));
  CHECK(stable::exp2(1024) == infinite);
  CHECK(stable::exp2(-infinite) == 0);
  CHECK(std::isnan(stable::exp2(std::nan(""))));
}

TEST_CASE("stable math: exp2 of many has the same bits as one by one") {
  sched::random_generator random(5);
  const double odd[] = {0.0,    -0.0,    0.5,   -0.5,     1023.4,   1023.5,    1023.75,
                        1024.0, -1021.7, -1022, -1022.01, infinite, -infinite, std::nan("")};
  std::size_t wrong = 0;
  for (std::size_t n = 0; n < 400; ++n) {
    std::vector<double> xs(n % 40);
    for (double& x : xs) x = n % 5 == 0 && random.chance(0.1) ? odd[random.below(14)] : (random.real() - 0.5) * 2046;
    if (n % 3 == 0)
      for (double& x : xs) x = -std::abs(x);
    std::vector<double> out = xs;
    stable::exp2(out);
    for (std::size_t k = 0; k < xs.size(); ++k)
      wrong += std::bit_cast<std::uint64_t>(out[k]) == std::bit_cast<std::uint64_t>(stable::exp2(xs[k])) ? 0U : 1U;
  }
  CHECK(wrong == 0);
}

TEST_CASE("stable math: expm1 is within 4e-15 of the C library, near 0 too") {
  sched::random_generator random(5);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = std::ldexp(random.real() - 0.5, static_cast<int>(random.between(-60, 9)));
    worst = std::max(worst, relative_error(stable::expm1(x), std::expm1(x)));
  }
  REQUIRE(worst < 4e-15);
  CHECK(stable::expm1(0) == 0);
  CHECK(stable::expm1(-infinite) == -1);
  CHECK(stable::expm1(infinite) == infinite);
  CHECK(std::isnan(stable::expm1(std::nan(""))));
}

TEST_CASE("stable math: log is within 4e-15 of the C library everywhere, near 1 too") {
  sched::random_generator random(2);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double x = std::ldexp(1 + random.real(), static_cast<int>(random.between(-1060, 1022)));
    worst = std::max(worst, relative_error(stable::log(x), std::log(x)));
  }
  for (int i = 0; i < 200000; ++i) {
    const double x = 1 + std::ldexp(random.real() - 0.5, -static_cast<int>(random.below(40)));
    worst = std::max(worst, relative_error(stable::log(x), std::log(x)));
  }
  REQUIRE(worst < 4e-15);
}

TEST_CASE("stable math: pow is within 4e-15 per unit of its logarithm") {
  sched::random_generator random(3);
  double worst = 0;
  for (int i = 0; i < 200000; ++i) {
    const double base = std::ldexp(1 + random.real(), static_cast<int>(random.between(-20, 20)));
    const double exponent = (random.real() - 0.5) * 40;
    const double expected = std::pow(base, exponent);
    worst = std::max(worst, relative_error(stable::pow(base, exponent), expected) /
                                std::max(1.0, std::abs(exponent * std::log(base))));
  }
  REQUIRE(worst < 4e-15);
}

TEST_CASE("stable math: special values") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  REQUIRE(stable::exp(0.0) == 1.0);
  REQUIRE(stable::exp(infinite) == infinite);
  REQUIRE(stable::exp(-infinite) == 0.0);
  REQUIRE(stable::exp(1e308) == infinite);
  REQUIRE(std::isnan(stable::exp(nan)));
  REQUIRE(stable::log(1.0) == 0.0);
  REQUIRE(stable::log(0.0) == -infinite);
  REQUIRE(stable::log(infinite) == infinite);
  REQUIRE(std::isnan(stable::log(-1.0)));
  REQUIRE(std::isnan(stable::log(nan)));
  REQUIRE(stable::pow(0.0, 0.0) == 1.0);
  REQUIRE(stable::pow(0.0, 2.5) == 0.0);
  REQUIRE(stable::pow(0.0, -1.0) == infinite);
  REQUIRE(stable::pow(3.0, 1.0) == 3.0);
  REQUIRE(stable::pow(3.0, 2.0) == 9.0);
}

TEST_CASE("stable math: the same bits on every platform") {
  REQUIRE(stable::exp(-700.0) == 0x1.14f2b0fb9307fp-1010);
  REQUIRE(stable::exp(-1.0) == 0x1.78b56362cef38p-2);
  REQUIRE(stable::exp(0.1) == 0x1.1aec7b35a00d4p+0);
  REQUIRE(stable::exp(3.5) == 0x1.08ec721396bdbp+5);
  REQUIRE(stable::exp(700.0) == 0x1.d945df4f8ec8ep+1009);
  REQUIRE(stable::log(1e-300) == -0x1.5963447f87fb5p+9);
  REQUIRE(stable::log(0.1) == -0x1.26bb1bbb55515p+1);
  REQUIRE(stable::log(2.0) == 0x1.62e42fefa39efp-1);
  REQUIRE(stable::log(3.0) == 0x1.193ea7aad030bp+0);
  REQUIRE(stable::pow(1.5, 2.5) == 0x1.60b9fd68a4555p+1);
  REQUIRE(stable::pow(10, -3.25) == 0x1.26d42cce9b247p-11);
}
