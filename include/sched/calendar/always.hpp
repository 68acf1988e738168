// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_ALWAYS_HPP
#define SCHED_CALENDAR_ALWAYS_HPP

/// \file
/// The two constant calendars.

#include <optional>

#include <sched/calendar/repetition.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// Every tick is open. Stateless; every query O(1).
struct always_open {
  [[nodiscard]] constexpr bool is_open(instant) const noexcept { return true; }
  [[nodiscard]] constexpr instant next_open(instant t) const noexcept { return t; }
  [[nodiscard]] constexpr instant next_closed(instant) const noexcept { return instant::infinity(); }
  [[nodiscard]] constexpr instant prev_open(instant t) const noexcept { return t; }
  [[nodiscard]] constexpr instant prev_closed(instant) const noexcept { return instant::minus_infinity(); }
  [[nodiscard]] constexpr instant add_work(instant t, duration w) const noexcept { return t + w; }
  [[nodiscard]] constexpr instant sub_work(instant t, duration w) const noexcept { return t - w; }
  [[nodiscard]] constexpr duration work_between(interval i) const noexcept { return i.length(); }
  [[nodiscard]] constexpr std::optional<repetition> repeats() const noexcept { return repetition{}; }
  bool operator==(const always_open&) const noexcept = default;
};

/// No tick is open. Stateless; every query O(1).
struct never_open {
  [[nodiscard]] constexpr bool is_open(instant) const noexcept { return false; }
  [[nodiscard]] constexpr instant next_open(instant) const noexcept { return instant::infinity(); }
  [[nodiscard]] constexpr instant next_closed(instant t) const noexcept { return t; }
  [[nodiscard]] constexpr instant prev_open(instant) const noexcept { return instant::minus_infinity(); }
  [[nodiscard]] constexpr instant prev_closed(instant t) const noexcept { return t; }
  [[nodiscard]] constexpr instant add_work(instant t, duration w) const noexcept {
    return w <= duration(0) ? t : instant::infinity();
  }
  [[nodiscard]] constexpr instant sub_work(instant t, duration w) const noexcept {
    return w <= duration(0) ? t : instant::minus_infinity();
  }
  [[nodiscard]] constexpr duration work_between(interval) const noexcept { return 0; }
  [[nodiscard]] constexpr std::optional<repetition> repeats() const noexcept { return repetition{}; }
  bool operator==(const never_open&) const noexcept = default;
};

static_assert(resource_calendar<always_open> && resource_calendar<never_open>);

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
