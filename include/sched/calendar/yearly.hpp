// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_YEARLY_HPP
#define SCHED_CALENDAR_YEARLY_HPP

/// \file
/// Holidays: days that are closed every year.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/civil.hpp>
#include <sched/calendar/recurring.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// A day of every year, by date or by weekday: `holiday::on(12, 25)`, `holiday::nth(11, weekday::thursday, 4)`,
/// `holiday::last(5, weekday::monday)`; with `days` > 1 it and the days that follow. A date that a year lacks (February
/// 29, a fifth Monday) is skipped in that year.
struct holiday {
  int month = 1;
  int day = 1;  ///< of the month; unused with a weekday
  std::optional<weekday> on_day{};
  int occurrence = 0;  ///< 1 … 5 from the start of the month, −1 … −5 from its end
  int days = 1;        ///< consecutive days closed, 1 … 366

  [[nodiscard]] static constexpr holiday on(int month, int day, int days = 1) { return {month, day, {}, 0, days}; }
  [[nodiscard]] static constexpr holiday nth(int month, weekday d, int occurrence, int days = 1) {
    return {month, 1, d, occurrence, days};
  }
  [[nodiscard]] static constexpr holiday last(int month, weekday d, int days = 1) { return {month, 1, d, -1, days}; }

  /// The day number of this year's occurrence; nothing when the year has none. O(1).
  [[nodiscard]] constexpr std::optional<std::int64_t> in_year(std::int64_t year) const noexcept {
    const int length = days_in_month(year, month);
    int d = day;
    if (on_day) {
      const int wanted = static_cast<int>(*on_day);
      const int first = static_cast<int>(weekday_of(days_from_civil({year, month, 1})));
      const int end = static_cast<int>(weekday_of(days_from_civil({year, month, length})));
      d = occurrence > 0 ? 1 + (wanted - first + 7) % 7 + 7 * (occurrence - 1)
                         : length - (end - wanted + 7) % 7 + 7 * (occurrence + 1);
    }
    if (d < 1 || d > length) return std::nullopt;
    return days_from_civil({year, month, d});
  }
};

/// Open except on holidays that return every year.
///
/// The Gregorian calendar repeats after 400 years (146,097 days, whole weeks), so k holidays are 400 k intervals
/// whatever the horizon: about 10 KB a holiday, queries O(log k). Construction O(k log k).
class yearly {
public:
  /// `date_of_tick_0` is the day that begins at tick 0. Throws `sched::error` for a holiday that no year has, an
  /// invalid date, or a number of ticks per day outside 1 … 10^13.
  yearly(std::span<const holiday> closed, duration ticks_per_day, civil_date date_of_tick_0 = {1970, 1, 1})
      : calendar_(make(closed, ticks_per_day, date_of_tick_0)) {}
  yearly(std::initializer_list<holiday> closed, duration ticks_per_day, civil_date date_of_tick_0 = {1970, 1, 1})
      : yearly(std::span<const holiday>(closed.begin(), closed.size()), ticks_per_day, date_of_tick_0) {}
  /// From a calendar whose period is the 400 years.
  explicit yearly(periodic_calendar cycle) : calendar_(std::move(cycle)) {}

  /// The same calendar as a list of intervals that repeats every 400 years.
  [[nodiscard]] const periodic_calendar& cycle() const noexcept { return calendar_; }

  [[nodiscard]] bool is_open(instant t) const { return calendar_.is_open(t); }
  [[nodiscard]] instant next_open(instant t) const { return calendar_.next_open(t); }
  [[nodiscard]] instant next_closed(instant t) const { return calendar_.next_closed(t); }
  [[nodiscard]] instant prev_open(instant t) const { return calendar_.prev_open(t); }
  [[nodiscard]] instant prev_closed(instant t) const { return calendar_.prev_closed(t); }
  [[nodiscard]] instant add_work(instant t, duration w) const { return calendar_.add_work(t, w); }
  [[nodiscard]] instant sub_work(instant t, duration w) const { return calendar_.sub_work(t, w); }
  [[nodiscard]] duration work_between(interval i) const { return calendar_.work_between(i); }
  [[nodiscard]] std::optional<repetition> repeats() const noexcept { return calendar_.repeats(); }

private:
  static constexpr std::int64_t first_year_ = 2000;

  static periodic_calendar make(std::span<const holiday> closed, duration ticks_per_day, civil_date date_of_tick_0) {
    if (ticks_per_day < duration(1) || ticks_per_day > duration(10'000'000'000'000))
      throw error("ticks per day out of range");
    if (!is_valid(date_of_tick_0) || date_of_tick_0.year < -1'000'000 || date_of_tick_0.year > 1'000'000)
      throw error("the date of tick 0 is not a date");
    const std::int64_t first = days_from_civil({first_year_, 1, 1});
    const std::int64_t per_day = ticks_per_day.count();
    std::vector<interval> list;
    list.reserve(closed.size() * 400);
    for (const holiday& h : closed) {
      const std::string name = std::to_string(h.month) + '-' + (h.on_day ? "weekday" : std::to_string(h.day));
      if (h.days < 1 || h.days > 366)
        throw error("holiday " + name + " lasts less than one day or more than a year", {name});
      if (h.on_day && (h.occurrence == 0 || h.occurrence < -5 || h.occurrence > 5))
        throw error("holiday " + name + ": occurrence must be 1 … 5 or −1 … −5", {name});
      const std::size_t size_before = list.size();
      for (std::int64_t y = first_year_; y < first_year_ + 400; ++y) {
        if (const auto day = h.in_year(y))
          list.push_back({(*day - first) * per_day, (*day - first + h.days) * per_day});
      }
      if (list.size() == size_before) throw error("holiday " + name + " does not exist in any year", {name});
    }
    const duration period = days_per_400_years * ticks_per_day;
    const periodic_calendar shut = periodic(period, list);
    // The origin is reduced in whole days, so it cannot leave the range.
    const std::int64_t days =
        detail::floor_divide(first - days_from_civil(date_of_tick_0), days_per_400_years).remainder;
    return {periods(gaps(shut.pattern().open(), {0, period})), period, days * ticks_per_day};
  }

  periodic_calendar calendar_;
};

static_assert(resource_calendar<yearly>);

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
