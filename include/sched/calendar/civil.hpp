// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_CIVIL_HPP
#define SCHED_CALENDAR_CIVIL_HPP

/// \file
/// Dates of the proleptic Gregorian calendar as day numbers. (`adapters/chrono.hpp` converts to `<chrono>`.)

#include <compare>
#include <cstdint>
#include <string>

#include <sched/core/error.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// Days of the week, numbered from 0 in ISO order.
enum class weekday : std::uint8_t { monday, tuesday, wednesday, thursday, friday, saturday, sunday };

/// A date: month 1 … 12, day 1 … 31.
struct civil_date {
  std::int64_t year = 1970;
  int month = 1;
  int day = 1;
  auto operator<=>(const civil_date&) const noexcept = default;
};

/// Years repeat after 400 of them; the cycle is a whole number of weeks (20,871).
inline constexpr std::int64_t days_per_400_years = 146'097;

[[nodiscard]] constexpr bool is_leap(std::int64_t year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
/// Days in a month of a year; 0 for a month that does not exist.
[[nodiscard]] constexpr int days_in_month(std::int64_t year, int month) noexcept {
  if (month < 1 || month > 12) return 0;
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}
[[nodiscard]] constexpr bool is_valid(civil_date d) noexcept {
  return d.day >= 1 && d.day <= days_in_month(d.year, d.month);
}

/// Days since 1970-01-01 (negative before). Precondition: the date is valid and |year| < 2^53. O(1). Reference:
/// H. Hinnant, chrono-compatible low-level date algorithms (2013).
[[nodiscard]] constexpr std::int64_t days_from_civil(civil_date d) noexcept {
  const std::int64_t y = d.year - (d.month <= 2 ? 1 : 0);  // years begin in March, so that the leap day is the last
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * days_per_400_years + day_of_era - 719'468;
}
/// The inverse of `days_from_civil`. O(1).
[[nodiscard]] constexpr civil_date civil_from_days(std::int64_t days) noexcept {
  days += 719'468;
  const std::int64_t era = (days >= 0 ? days : days - days_per_400_years + 1) / days_per_400_years;
  const std::int64_t day_of_era = days - era * days_per_400_years;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t m = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(m < 10 ? m + 3 : m - 9);
  return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, static_cast<int>(day_of_year - (153 * m + 2) / 5 + 1)};
}
/// Day of the week of a day number. O(1).
[[nodiscard]] constexpr weekday weekday_of(std::int64_t days) noexcept {
  return static_cast<weekday>(((days % 7) + 10) % 7);  // 1970-01-01 was a Thursday
}

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
