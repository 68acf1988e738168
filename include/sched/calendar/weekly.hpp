// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_WEEKLY_HPP
#define SCHED_CALENDAR_WEEKLY_HPP

/// \file
/// Weekly shifts.

#include <cstdint>
#include <string>
#include <vector>

#include <sched/calendar/civil.hpp>
#include <sched/calendar/recurring.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// Open in the given intervals of every week; they count from `week_start` and may wrap over the end of the week.
/// The default week is one of minutes. Otherwise like `periodic`. O(n log n).
[[nodiscard]] inline periodic_calendar weekly(const std::vector<interval>& open, duration ticks_per_week = 10'080,
                                              instant week_start = 0) {
  return periodic(ticks_per_week, open, week_start);
}

/// A time of day; 24:00 is the end of the day.
struct clock_time {
  int hour = 0;
  int minute = 0;
  int second = 0;
};

/// Builds a weekly calendar from shifts:
/// `shifts(60).open(monday, friday, {8}, {12}).open(monday, friday, {13}, {17}).open(saturday, {8}, {12}).build()`.
///
/// A shift that finishes at or before its start goes on over midnight into the next day ({22}, {6}). Overlapping shifts
/// merge.
class shifts {
public:
  /// `monday` is an instant at which a Monday begins. Throws `sched::error` unless 1 ≤ ticks_per_hour ≤ 10^15.
  explicit shifts(std::int64_t ticks_per_hour, instant monday = 0) : ticks_per_hour_(ticks_per_hour), monday_(monday) {
    if (ticks_per_hour < 1 || ticks_per_hour > 1'000'000'000'000'000)
      throw error("ticks per hour out of range: " + std::to_string(ticks_per_hour));
  }

  /// Open from `from` to `to` on one day of every week. Throws `sched::error` when a time does not exist or is no whole
  /// number of ticks.
  shifts& open(weekday day, clock_time from, clock_time to) {
    const std::int64_t a = ticks_of(from);
    std::int64_t b = ticks_of(to);
    if (b <= a) b += 24 * ticks_per_hour_;
    const std::int64_t midnight = static_cast<std::int64_t>(day) * 24 * ticks_per_hour_;
    open_.push_back({midnight + a, midnight + b});
    return *this;
  }
  /// On every day from `first` to `last`, both included; the range may run over Sunday (friday to monday).
  shifts& open(weekday first, weekday last, clock_time from, clock_time to) {
    for (int day = static_cast<int>(first);; day = (day + 1) % 7) {
      open(static_cast<weekday>(day), from, to);
      if (day == static_cast<int>(last)) return *this;
    }
  }

  /// The calendar: closed outside the shifts. O(n log n).
  [[nodiscard]] periodic_calendar build() const { return weekly(open_, 168 * ticks_per_hour_, monday_); }

private:
  [[nodiscard]] std::int64_t ticks_of(clock_time t) const {
    const std::int64_t seconds = std::int64_t{t.hour} * 3600 + std::int64_t{t.minute} * 60 + t.second;
    const bool in_day = t.hour >= 0 && t.minute >= 0 && t.minute < 60 && t.second >= 0 && t.second < 60;
    const std::string text = std::to_string(t.hour) + ':' + std::to_string(t.minute) + ':' + std::to_string(t.second);
    if (!in_day || seconds > 24 * 3600) throw error("no such time of day: " + text, {text});
    const int128 product = int128{seconds} * ticks_per_hour_;
    if (product % 3600 != 0) throw error("time of day " + text + " is not a whole number of ticks", {text});
    return static_cast<std::int64_t>(product / 3600);
  }

  std::int64_t ticks_per_hour_;
  instant monday_;
  std::vector<interval> open_;
};

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
