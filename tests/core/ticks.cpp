// SPDX-License-Identifier: BSL-1.0
#include <sched/core/ticks.hpp>

#include <sched/core/config.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <sstream>
#include <string>
#include <type_traits>

#include "support/catch.hpp"

using sched::ticks;

namespace {

constexpr std::int64_t low = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t high = std::numeric_limits<std::int64_t>::max();

/// Both ends, their neighbours, the powers of two around the overflow of products, and small numbers.
constexpr std::array<std::int64_t, 31> edges{low,
                                             low + 1,
                                             low + 2,
                                             low / 2 - 1,
                                             low / 2,
                                             low / 2 + 1,
                                             -(std::int64_t{1} << 32),
                                             -3037000500,
                                             -3037000499,
                                             -(1LL << 31),
                                             -1000,
                                             -3,
                                             -2,
                                             -1,
                                             0,
                                             1,
                                             2,
                                             3,
                                             1000,
                                             1LL << 31,
                                             3037000499,
                                             3037000500,
                                             (1LL << 32) - 1,
                                             std::int64_t{1} << 32,
                                             high / 2 - 1,
                                             high / 2,
                                             high / 2 + 1,
                                             high / 2 + 2,
                                             high - 2,
                                             high - 1,
                                             high};

ticks of(std::int64_t value) {
  if (value == high) return ticks::infinity();
  if (value == low) return ticks::minus_infinity();
  return ticks(value);
}

/// The contract, in 128 bits: clamp what leaves the finite range to the infinity of its sign.
ticks clamped(sched::int128 exact) {
  if (exact >= high) return ticks::infinity();
  if (exact <= low) return ticks::minus_infinity();
  return ticks(static_cast<std::int64_t>(exact));
}

int sign(std::int64_t value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }

std::string text(ticks t) {
  std::ostringstream out;
  out << t;
  return out.str();
}

}  // namespace

TEST_CASE("ticks: every sum of edge values saturates or absorbs as documented") {
  for (std::int64_t a : edges)
    for (std::int64_t b : edges) {
      CAPTURE(a, b);
      const bool a_finite = of(a).is_finite();
      const bool b_finite = of(b).is_finite();
      const ticks expected = !a_finite ? of(a) : !b_finite ? of(b) : clamped(static_cast<sched::int128>(a) + b);
      REQUIRE(of(a) + of(b) == expected);
      ticks in_place = of(a);
      in_place += of(b);
      REQUIRE(in_place == expected);
    }
}

TEST_CASE("ticks: every difference of edge values saturates or absorbs as documented") {
  for (std::int64_t a : edges)
    for (std::int64_t b : edges) {
      CAPTURE(a, b);
      const bool a_finite = of(a).is_finite();
      const bool b_finite = of(b).is_finite();
      const ticks expected = !a_finite ? of(a) : !b_finite ? -of(b) : clamped(static_cast<sched::int128>(a) - b);
      REQUIRE(of(a) - of(b) == expected);
      ticks in_place = of(a);
      in_place -= of(b);
      REQUIRE(in_place == expected);
    }
}

TEST_CASE("ticks: every product of edge values saturates, and 0 times infinity is 0") {
  for (std::int64_t a : edges)
    for (std::int64_t b : edges) {
      CAPTURE(a, b);
      const int s = sign(a) * sign(b);
      ticks expected = clamped(static_cast<sched::int128>(a) * b);
      if (!of(a).is_finite() && s != 0) expected = s > 0 ? ticks::infinity() : ticks::minus_infinity();
      REQUIRE(of(a) * b == expected);
      REQUIRE(b * of(a) == expected);
    }
}

TEST_CASE("ticks: negation of every edge value swaps the infinities, and only -min() leaves the finite range") {
  for (std::int64_t a : edges) {
    CAPTURE(a);
    const ticks expected = a == high ? ticks::minus_infinity() : clamped(-static_cast<sched::int128>(a));
    REQUIRE(-of(a) == expected);
    REQUIRE(ticks(0) - of(a) == expected);
  }
  REQUIRE(-ticks::min() == ticks::infinity());
  REQUIRE(ticks::min() - ticks::min() == 0);
}

TEST_CASE("ticks: order is the order of the numbers with the infinities at the ends") {
  for (std::int64_t a : edges)
    for (std::int64_t b : edges) {
      CAPTURE(a, b);
      REQUIRE((of(a) < of(b)) == (a < b));
      REQUIRE((of(a) == of(b)) == (a == b));
    }
  REQUIRE(ticks::minus_infinity() < ticks::min());
  REQUIRE(ticks::max() < ticks::infinity());
}

TEST_CASE("ticks: integers outside the finite range become infinities") {
  REQUIRE(ticks(high) == ticks::infinity());
  REQUIRE(ticks(low) == ticks::minus_infinity());
  REQUIRE(ticks(std::numeric_limits<std::uint64_t>::max()) == ticks::infinity());
  REQUIRE(ticks(static_cast<std::uint64_t>(high)) == ticks::infinity());
  REQUIRE(ticks(static_cast<std::uint64_t>(high) - 1) == ticks::max());
  REQUIRE(ticks(std::uint32_t{4000000000U}).count() == 4000000000);
  REQUIRE(ticks(std::int8_t{-5}).count() == -5);
}

TEST_CASE("ticks: convert from integers only") {
  STATIC_REQUIRE(std::is_convertible_v<int, ticks>);
  STATIC_REQUIRE(std::is_convertible_v<unsigned long long, ticks>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<double, ticks>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<ticks, double>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<ticks, bool>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<ticks, std::int64_t>);
}

TEST_CASE("ticks: arithmetic is usable in constant expressions") {
  STATIC_REQUIRE(ticks(2) + 3 == 5);
  STATIC_REQUIRE(ticks::max() + 1 == ticks::infinity());
  STATIC_REQUIRE(ticks::infinity() - ticks::infinity() == ticks::infinity());
  STATIC_REQUIRE(0 * ticks::infinity() == 0);
  STATIC_REQUIRE(noexcept(ticks(1) + ticks(2)));
}

TEST_CASE("ticks: print as numbers, inf and -inf") {
  REQUIRE(text(42) == "42");
  REQUIRE(text(-7) == "-7");
  REQUIRE(text(ticks::infinity()) == "inf");
  REQUIRE(text(ticks::minus_infinity()) == "-inf");
}

TEST_CASE("amounts: saturating sums and products equal the 128-bit results clamped to 64 bits") {
  const auto clamp = [](sched::int128 exact) {
    return exact > high ? high : exact < low ? low : static_cast<std::int64_t>(exact);
  };
  for (std::int64_t a : edges)
    for (std::int64_t b : edges) {
      CAPTURE(a, b);
      REQUIRE(sched::saturating_add(a, b) == clamp(static_cast<sched::int128>(a) + b));
      REQUIRE(sched::saturating_mul(a, b) == clamp(static_cast<sched::int128>(a) * b));
    }
}

TEST_CASE("ticks: to_string gives what is printed") {
  for (const ticks t :
       {ticks(0), ticks(42), ticks(-7), ticks::min(), ticks::max(), ticks::infinity(), ticks::minus_infinity()})
    REQUIRE(to_string(t) == text(t));
  REQUIRE(to_string(ticks(-7)) == "-7");
  REQUIRE(to_string(ticks::minus_infinity()) == "-inf");
}
