// SPDX-License-Identifier: BSL-1.0
#include <sched/core/random.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <vector>

#include "support/catch.hpp"

using sched::random_generator;

namespace {

/// χ² of observed counts against equal expectation.
double chi_squared(std::span<const int> counts) {
  double total = 0;
  for (const int c : counts) total += c;
  const double expected = total / static_cast<double>(counts.size());
  double sum = 0;
  for (const int c : counts) sum += (c - expected) * (c - expected) / expected;
  return sum;
}

}  // namespace

TEST_CASE("random_generator: the bits are those of xoshiro256** seeded through splitmix64") {
  // From an independent implementation of the two published algorithms.
  const auto first_four = [](std::uint64_t seed) {
    random_generator random(seed);
    std::array<std::uint64_t, 4> out{};
    for (std::uint64_t& x : out) x = random();
    return out;
  };
  REQUIRE(first_four(0) ==
          std::array<std::uint64_t, 4>{0x99ec5f36cb75f2b4, 0xbf6e1f784956452a, 0x1a5f849d4933e6e0, 0x6aa594f1262d2d2c});
  REQUIRE(first_four(1) ==
          std::array<std::uint64_t, 4>{0xb3f2af6d0fc710c5, 0x853b559647364cea, 0x92f89756082a4514, 0x642e1c7bc266a3a7});
  REQUIRE(first_four(42) ==
          std::array<std::uint64_t, 4>{0x15780b2e0c2ec716, 0x6104d9866d113a7e, 0xae17533239e499a1, 0xecb8ad4703b360a1});
}

TEST_CASE("random_generator: every kind of draw is the same on every platform") {
  random_generator random(7);
  for (const std::uint64_t expected : {70U, 27U, 83U, 98U, 99U, 87U, 6U, 10U, 40U, 15U})
    REQUIRE(random.below(100) == expected);
  for (const std::int64_t expected : {83, 464, 878, 762, -97, 122}) REQUIRE(random.between(-1000, 1000) == expected);
  for (const double expected : {0x1.06dbd667cf696p-2, 0x1.dd72c7f42dc04p-2, 0x1.40830628533c8p-3, 0x1.11d22e2ed46p-3})
    REQUIRE(random.real() == expected);
  for (const double expected : {0x1.5f14d24bd5874p-3, 0x1.1676e73d334b2p+1, 0x1.66b3b690e82cp-4, 0x1.a59b9dda4ddb2p-1})
    REQUIRE(random.exponential() == expected);
  for (const double expected :
       {-0x1.a4305b88e52fep-1, -0x1.9d5648c837146p+0, -0x1.dca5de05ca6a5p-1, 0x1.60a105feaed03p-1})
    REQUIRE(random.normal() == expected);
  std::array<int, 10> order{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  random.shuffle(std::span<int>(order));
  REQUIRE(order == std::array<int, 10>{6, 2, 0, 8, 1, 9, 7, 5, 4, 3});
  random_generator branch = random.split();
  REQUIRE(branch() == 0x45ef5a6b53497b0c);
  REQUIRE(random() == 0x8f395f1ea07d9c98);
}

TEST_CASE("random_generator: draws are usable in constant expressions") {
  constexpr std::uint64_t drawn = [] {
    random_generator random(7);
    return random.below(100);
  }();
  STATIC_REQUIRE(drawn == 70);
  STATIC_REQUIRE(std::uniform_random_bit_generator<random_generator>);
}

TEST_CASE("random_generator: copies repeat the sequence and other seeds do not") {
  random_generator a(3);
  a();
  random_generator b = a;
  REQUIRE(a == b);
  for (int i = 0; i < 100; ++i) REQUIRE(a() == b());
  REQUIRE(random_generator(3) != random_generator(4));
}

TEST_CASE("random_generator: a bounded draw is below its bound and without bias") {
  random_generator random(2);
  for (const std::uint64_t n : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{1} << 32,
                                std::uint64_t{1} << 63, std::numeric_limits<std::uint64_t>::max()})
    for (int i = 0; i < 200; ++i) REQUIRE(random.below(n) < n);

  // 12 equally likely values: χ² with 11 degrees of freedom exceeds 31.3 once in 1,000.
  std::array<int, 12> dice{};
  for (int i = 0; i < 60000; ++i) ++dice[random.below(12)];
  REQUIRE(chi_squared(dice) < 31.3);

  // A bound of 3/4 of the range: without rejection, every third value would be drawn twice as often.
  std::array<int, 3> residues{};
  for (int i = 0; i < 30000; ++i) ++residues[random.below(std::uint64_t{3} << 62) % 3];
  REQUIRE(chi_squared(residues) < 13.8);
}

TEST_CASE("random_generator: between includes both ends and covers the whole 64-bit range") {
  random_generator random(9);
  std::array<int, 5> seen{};
  for (int i = 0; i < 1000; ++i) {
    const std::int64_t x = random.between(-2, 2);
    REQUIRE(x >= -2);
    REQUIRE(x <= 2);
    ++seen[static_cast<std::size_t>(x + 2)];
  }
  for (const int count : seen) REQUIRE(count > 0);
  REQUIRE(random.between(5, 5) == 5);
  int negative = 0;
  for (int i = 0; i < 1000; ++i)
    negative += random.between(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()) < 0;
  REQUIRE(negative > 400);
  REQUIRE(negative < 600);
}

TEST_CASE("random_generator: real is in [0, 1) with the mean and variance of the uniform distribution") {
  random_generator random(4);
  double sum = 0, squares = 0;
  const int n = 100000;
  for (int i = 0; i < n; ++i) {
    const double x = random.real();
    REQUIRE(x >= 0.0);
    REQUIRE(x < 1.0);
    sum += x;
    squares += x * x;
  }
  const double mean = sum / n;
  REQUIRE(std::abs(mean - 0.5) < 0.003);
  REQUIRE(std::abs(squares / n - mean * mean - 1.0 / 12) < 0.001);
}

TEST_CASE("random_generator: exponential and normal follow their distributions") {
  // Kolmogorov–Smirnov: √n · D exceeds 1.95 once in 1,000.
  const auto distance = [](std::vector<double> sample, auto&& distribution) {
    std::sort(sample.begin(), sample.end());
    const auto n = static_cast<double>(sample.size());
    double worst = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) {
      const double f = distribution(sample[i]);
      worst = std::max({worst, f - static_cast<double>(i) / n, static_cast<double>(i + 1) / n - f});
    }
    return worst * std::sqrt(n);
  };
  random_generator random(6);
  std::vector<double> exponential(50000), normal(50000);
  for (double& x : exponential) x = random.exponential();
  for (double& x : normal) x = random.normal();
  REQUIRE(distance(exponential, [](double x) { return -std::expm1(-x); }) < 1.95);
  REQUIRE(distance(normal, [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }) < 1.95);
  REQUIRE(*std::min_element(exponential.begin(), exponential.end()) >= 0);
}

TEST_CASE("random_generator: chance is certain at 1 and impossible at 0") {
  random_generator random(8);
  int half = 0;
  for (int i = 0; i < 10000; ++i) {
    REQUIRE(random.chance(1.0));
    REQUIRE_FALSE(random.chance(0.0));
    half += random.chance(0.5);
  }
  REQUIRE(half > 4800);
  REQUIRE(half < 5200);
}

TEST_CASE("random_generator: shuffle makes every order equally likely") {
  random_generator random(10);
  std::array<int, 24> counts{};
  for (int i = 0; i < 24000; ++i) {
    std::array<int, 4> order{0, 1, 2, 3};
    random.shuffle(std::span<int>(order));
    // Rank of the permutation in factorial base.
    std::size_t rank = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      std::size_t smaller = 0;
      for (std::size_t j = k + 1; j < 4; ++j) smaller += order[j] < order[k];
      rank = rank * (4 - k) + smaller;
    }
    ++counts[rank];
  }
  REQUIRE(chi_squared(counts) < 49.7);  // 23 degrees of freedom, once in 1,000
}

TEST_CASE("random_generator: shuffle accepts nothing and one element") {
  random_generator random(1);
  const random_generator before = random;
  std::vector<int> items;
  random.shuffle(std::span<int>(items));
  items.push_back(5);
  random.shuffle(std::span<int>(items));
  REQUIRE(items == std::vector<int>{5});
  REQUIRE(random == before);
}

TEST_CASE("random_generator: a split sequence does not follow its parent") {
  random_generator parent(12);
  random_generator child = parent.split();
  int same_bits = 0;
  for (int i = 0; i < 1000; ++i) same_bits += std::popcount(~(parent() ^ child()));
  REQUIRE(std::abs(same_bits - 32000) < 600);
}
