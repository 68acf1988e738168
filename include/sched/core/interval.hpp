// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_INTERVAL_HPP
#define SCHED_CORE_INTERVAL_HPP

/// \file
/// Half-open intervals of time.

#include <algorithm>
#include <iosfwd>
#include <string>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// The half-open interval `[start, finish)`. Empty when `finish <= start`. All operations are O(1).
struct interval {
  instant start{};
  instant finish{};

  [[nodiscard]] constexpr bool empty() const noexcept { return finish <= start; }
  /// Ticks inside; 0 when empty, +∞ when unbounded.
  [[nodiscard]] constexpr duration length() const noexcept { return empty() ? duration{} : finish - start; }
  [[nodiscard]] constexpr bool contains(instant t) const noexcept { return start <= t && t < finish; }
  /// True when every tick of `other` lies inside (an empty interval lies inside everything).
  [[nodiscard]] constexpr bool contains(interval other) const noexcept {
    return other.empty() || (start <= other.start && other.finish <= finish);
  }
  [[nodiscard]] constexpr bool overlaps(interval other) const noexcept {
    return std::max(start, other.start) < std::min(finish, other.finish);
  }
  /// The common part; empty (start == finish) when there is none.
  [[nodiscard]] constexpr interval intersect(interval other) const noexcept {
    const instant s = std::max(start, other.start);
    return {s, std::max(s, std::min(finish, other.finish))};
  }
  /// The smallest interval that holds both; an empty one adds nothing.
  [[nodiscard]] constexpr interval hull(interval other) const noexcept {
    if (empty()) return other;
    if (other.empty()) return *this;
    return {std::min(start, other.start), std::max(finish, other.finish)};
  }

  /// By start, then finish.
  constexpr auto operator<=>(const interval&) const noexcept = default;

  template <class Traits>
  friend std::basic_ostream<char, Traits>& operator<<(std::basic_ostream<char, Traits>& out, interval i) {
    return out << '[' << i.start << ", " << i.finish << ')';
  }
};

/// `[start, finish)`, as the stream operator prints it.
[[nodiscard]] inline std::string to_string(interval i) {
  return '[' + to_string(i.start) + ", " + to_string(i.finish) + ')';
}

}  // namespace v0
}  // namespace sched

#endif
