// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_REPETITION_HPP
#define SCHED_CALENDAR_REPETITION_HPP

/// \file
/// How a calendar goes on for ever, and the exact arithmetic that calendars share.

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <numeric>
#include <optional>

#include <sched/calendar/calendar.hpp>
#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// What a calendar does far away: for every t ≥ `after`, tick t + period is like tick t; for every t < `before`, tick
/// t − period is like tick t. Constant tails have period 1. `before` ≤ `after`, both finite.
struct repetition {
  instant before{};
  instant after{};
  duration period = 1;
  bool operator==(const repetition&) const noexcept = default;
};

/// The repetition of a calendar that tells it (member `std::optional<repetition> repeats() const`); nothing for others.
/// The member is optional: with it, searches in lazy combinations are bounded exactly (see combine.hpp). O(1).
template <resource_calendar C>
[[nodiscard]] constexpr std::optional<repetition> repeats(const C& c) {
  if constexpr (requires {
                  { c.repeats() } -> std::convertible_to<std::optional<repetition>>;
                }) {
    return c.repeats();
  } else {
    return std::nullopt;
  }
}

namespace detail {

[[nodiscard]] constexpr ticks saturate(int128 value) noexcept {
  if (value >= int128{ticks::infinity().count()}) return ticks::infinity();
  if (value <= int128{ticks::minus_infinity().count()}) return ticks::minus_infinity();
  return static_cast<std::int64_t>(value);
}

/// b − a for a ≤ b: always fits in 64 unsigned bits. Infinities count as the ends of the 64-bit range.
[[nodiscard]] constexpr std::uint64_t distance(instant a, instant b) noexcept {
  return static_cast<std::uint64_t>(b.count()) - static_cast<std::uint64_t>(a.count());
}

/// t + n for a non-negative n of 64 bits.
[[nodiscard]] constexpr instant advance(instant t, std::uint64_t n) noexcept {
  return saturate(int128{t.count()} + int128{n});
}

struct quotient_remainder {
  std::int64_t quotient = 0;
  std::int64_t remainder = 0;  ///< 0 … divisor − 1
};
[[nodiscard]] constexpr quotient_remainder floor_divide(std::int64_t a, std::int64_t divisor) noexcept {
  std::int64_t q = a / divisor;
  std::int64_t r = a % divisor;
  if (r < 0) {
    r += divisor;
    --q;
  }
  return {q, r};
}

/// Open ticks in [a, b), both finite, a ≤ b: exact also when the interval is longer than the largest duration.
template <class C>
[[nodiscard]] constexpr std::uint64_t exact_work(const C& c, instant a, instant b) {
  if (distance(a, b) < static_cast<std::uint64_t>(ticks::max().count()))
    return static_cast<std::uint64_t>(c.work_between({a, b}).count());
  const instant middle = std::midpoint(a.count(), b.count());
  return static_cast<std::uint64_t>(c.work_between({a, middle}).count()) +
         static_cast<std::uint64_t>(c.work_between({middle, b}).count());
}

/// `add_work` for amounts of 64 unsigned bits.
template <class C>
[[nodiscard]] constexpr instant exact_add_work(const C& c, instant t, std::uint64_t w) {
  const auto most = static_cast<std::uint64_t>(ticks::max().count());
  for (; w > most; w -= most) t = c.add_work(t, ticks::max());
  return c.add_work(t, static_cast<std::int64_t>(w));
}

/// The repetition of any combination of two calendars; nothing when the common period is out of range.
[[nodiscard]] constexpr std::optional<repetition> common(const std::optional<repetition>& a,
                                                         const std::optional<repetition>& b) noexcept {
  if (!a || !b) return std::nullopt;
  const std::int64_t x = a->period.count();
  const std::int64_t y = b->period.count();
  const ticks period = saturate(int128{x / std::gcd(x, y)} * y);
  if (period > ticks::max().count() / 4) return std::nullopt;
  return repetition{std::min(a->before, b->before), std::max(a->after, b->after), period};
}

}  // namespace detail
}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
