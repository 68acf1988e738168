// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_TICKS_HPP
#define SCHED_CORE_TICKS_HPP

/// \file
/// Time: one saturating 64-bit integer with absorbing infinities.

#include <compare>
#include <concepts>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <limits>
#include <string>

namespace sched {
inline namespace v0 {

/// A point in time or a length of time, in ticks (the unit is the caller's: periods, minutes, seconds …).
///
/// Finite values are −(2^63 − 1) … 2^63 − 2; the two ends of the 64-bit range are −∞ and +∞. Sums and products that
/// leave the finite range become the infinity of their sign: nothing wraps. Infinities absorb: `+∞ + x` is `+∞` for
/// every x; of two opposite infinities the left operand wins, so every expression has a value. 0 · ∞ is 0. Converts
/// implicitly from integers (times are written as numbers) and never from floating point. Every operation is O(1),
/// constexpr and noexcept.
class ticks {
public:
  using rep = std::int64_t;

  constexpr ticks() noexcept = default;

  /// From any integer; values outside the finite range become ±∞.
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  constexpr ticks(I value) noexcept  // NOLINT(google-explicit-constructor)
      : value_(clamp(value)) {}

  [[nodiscard]] static constexpr ticks infinity() noexcept { return ticks(plus_, raw{}); }
  [[nodiscard]] static constexpr ticks minus_infinity() noexcept { return ticks(minus_, raw{}); }
  /// Largest and smallest finite values.
  [[nodiscard]] static constexpr ticks max() noexcept { return ticks(plus_ - 1, raw{}); }
  [[nodiscard]] static constexpr ticks min() noexcept { return ticks(minus_ + 1, raw{}); }

  /// The number itself; `infinity().count()` is the largest int64, `minus_infinity().count()` the smallest.
  [[nodiscard]] constexpr rep count() const noexcept { return value_; }
  [[nodiscard]] constexpr bool is_finite() const noexcept { return value_ != plus_ && value_ != minus_; }

  constexpr auto operator<=>(const ticks&) const noexcept = default;
  constexpr bool operator==(const ticks&) const noexcept = default;

  /// −min() leaves the finite range: +∞.
  [[nodiscard]] constexpr ticks operator-() const noexcept {
    if (value_ == minus_) return infinity();
    if (value_ == plus_) return minus_infinity();
    return ticks(-value_, raw{});
  }
  constexpr ticks& operator+=(ticks other) noexcept {
    if (!is_finite()) return *this;
    if (!other.is_finite()) return *this = other;
    rep sum = 0;
    if (__builtin_add_overflow(value_, other.value_, &sum)) return *this = value_ > 0 ? infinity() : minus_infinity();
    return *this = ticks(sum, raw{});
  }
  constexpr ticks& operator-=(ticks other) noexcept {
    if (!is_finite()) return *this;
    if (!other.is_finite()) return *this = -other;
    rep difference = 0;
    if (__builtin_sub_overflow(value_, other.value_, &difference))
      return *this = value_ > 0 ? infinity() : minus_infinity();
    return *this = ticks(difference, raw{});
  }
  constexpr ticks& operator*=(rep factor) noexcept {
    if (factor == 0 || value_ == 0) return *this = ticks();
    const bool negative = (value_ < 0) != (factor < 0);
    rep product = 0;
    if (!is_finite() || __builtin_mul_overflow(value_, factor, &product))
      return *this = negative ? minus_infinity() : infinity();
    return *this = ticks(product, raw{});
  }

  [[nodiscard]] friend constexpr ticks operator+(ticks a, ticks b) noexcept { return a += b; }
  [[nodiscard]] friend constexpr ticks operator-(ticks a, ticks b) noexcept { return a -= b; }
  [[nodiscard]] friend constexpr ticks operator*(ticks a, rep b) noexcept { return a *= b; }
  [[nodiscard]] friend constexpr ticks operator*(rep a, ticks b) noexcept { return b *= a; }

  /// `inf`, `-inf` or the number.
  template <class Traits>
  friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, ticks t) {
    if (t.value_ == plus_) return out << "inf";
    if (t.value_ == minus_) return out << "-inf";
    return out << t.value_;
  }

private:
  struct raw {};
  static constexpr rep plus_ = std::numeric_limits<rep>::max();
  static constexpr rep minus_ = std::numeric_limits<rep>::min();

  constexpr ticks(rep value, raw) noexcept : value_(value) {}

  template <std::integral I>
  static constexpr rep clamp(I value) noexcept {
    if constexpr (std::unsigned_integral<I> && sizeof(I) >= sizeof(rep)) {
      return value > static_cast<I>(plus_) ? plus_ : static_cast<rep>(value);
    } else {
      return static_cast<rep>(value);
    }
  }

  rep value_ = 0;
};

/// `inf`, `-inf` or the number.
[[nodiscard]] inline std::string to_string(ticks t) {
  return t.is_finite() ? std::to_string(t.count()) : t > 0 ? "inf" : "-inf";
}

/// A point on the time axis and a length of time are the same type; the two names say which one is meant.
using instant = ticks;
using duration = ticks;

/// Units of a resource: what a task demands, what a resource offers.
using amount = std::int64_t;

/// a + b and a · b for amounts, saturating at the ends of the 64-bit range.
[[nodiscard]] constexpr amount saturating_add(amount a, amount b) noexcept {
  amount sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return a > 0 ? std::numeric_limits<amount>::max() : std::numeric_limits<amount>::min();
}
[[nodiscard]] constexpr amount saturating_mul(amount a, amount b) noexcept {
  amount product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a < 0) == (b < 0) ? std::numeric_limits<amount>::max() : std::numeric_limits<amount>::min();
}

}  // namespace v0
}  // namespace sched

template <>
struct std::hash<sched::ticks> {
  std::size_t operator()(sched::ticks t) const noexcept { return std::hash<std::int64_t>{}(t.count()); }
};

#endif
