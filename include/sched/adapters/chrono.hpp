// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_ADAPTERS_CHRONO_HPP
#define SCHED_ADAPTERS_CHRONO_HPP

/// \file
/// Ticks from and to `<chrono>`: time points, dates, ISO 8601 text, weekly and yearly calendars on real dates.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <sched/calendar/repetition.hpp>
#include <sched/calendar/weekly.hpp>
#include <sched/calendar/yearly.hpp>
#include <sched/core/error.hpp>

namespace sched {
inline namespace v0 {

/// Which moment tick 0 is, and how long a tick lasts. Times are UTC (system clock), in milliseconds underneath.
///
/// Conversions to ticks come in three: exact (throws between two ticks), floor and ceil. All are O(1) and throw
/// `sched::error` where a result does not exist: dates that are none, infinite ticks, moments out of range.
class time_scale {
public:
  using time_point = std::chrono::sys_time<std::chrono::milliseconds>;

  /// Throws `sched::error` when the tick is not at least one millisecond.
  explicit time_scale(time_point epoch = {}, std::chrono::milliseconds tick = std::chrono::minutes(1))
      : epoch_(epoch.time_since_epoch().count()), tick_(tick.count()) {
    if (tick_ < 1) throw error("a tick must last at least one millisecond");
  }

  /// The moment of tick 0 and the length of a tick.
  [[nodiscard]] time_point epoch() const noexcept { return time_point(std::chrono::milliseconds(epoch_)); }
  [[nodiscard]] std::chrono::milliseconds tick() const noexcept { return std::chrono::milliseconds(tick_); }

  /// The tick that holds a moment: the last one that begins at or before it.
  [[nodiscard]] instant floor_ticks(time_point when) const {
    return calendar::detail::saturate(floor_divide(since_epoch(when), tick_));
  }
  /// The first tick that begins at or after a moment.
  [[nodiscard]] instant ceil_ticks(time_point when) const {
    return calendar::detail::saturate(-floor_divide(-since_epoch(when), tick_));
  }
  /// The tick that begins at a moment. Throws `sched::error` when none does.
  [[nodiscard]] instant to_ticks(time_point when) const {
    if (since_epoch(when) % tick_ != 0)
      throw error("a time is not on a tick: " + std::to_string(when.time_since_epoch().count()) + " ms");
    return floor_ticks(when);
  }
  /// The tick that begins with a day, at 00:00.
  [[nodiscard]] instant to_ticks(std::chrono::year_month_day date) const {
    if (!date.ok()) throw error("no such date: " + text_of(date), {text_of(date)});
    return to_ticks(time_point(std::chrono::sys_days(date)));
  }
  /// A length of time. Throws `sched::error` when it is no whole number of ticks.
  [[nodiscard]] duration to_ticks(std::chrono::milliseconds length) const {
    if (length.count() % tick_ != 0)
      throw error("a duration is no whole number of ticks: " + std::to_string(length.count()) + " ms");
    return length.count() / tick_;
  }

  /// The moment at which a tick begins.
  [[nodiscard]] time_point to_time(instant t) const {
    const int128 ms = int128{t.count()} * tick_ + epoch_;
    if (!t.is_finite() || !calendar::detail::saturate(ms).is_finite()) throw error("a tick has no representable time");
    return time_point(std::chrono::milliseconds(static_cast<std::int64_t>(ms)));
  }
  /// The day in which a tick begins. Throws `sched::error` outside the years −32767 … 32767.
  [[nodiscard]] std::chrono::year_month_day to_date(instant t) const {
    const calendar::civil_date d = civil(t);
    return std::chrono::year(static_cast<int>(d.year)) / d.month / d.day;
  }

  /// Reads `YYYY-MM-DD`, `YYYY-MM-DDTHH:MM` or `YYYY-MM-DDTHH:MM:SS` (a space may stand for the T, a Z may follow).
  /// Throws `sched::error` for anything else, and for a moment between two ticks.
  [[nodiscard]] instant parse(std::string_view text) const { return to_ticks(parse_time(text)); }
  [[nodiscard]] static time_point parse_time(std::string_view text) {
    std::size_t at = 0;
    const auto fail = [&]() -> error {
      return error("not a date (YYYY-MM-DD[THH:MM[:SS]]): `" + std::string(text) + "`", {std::string(text)});
    };
    const auto number = [&](std::size_t digits) {
      int value = 0;
      for (; digits != 0; --digits, ++at) {
        if (at >= text.size() || text[at] < '0' || text[at] > '9') throw fail();
        value = 10 * value + (text[at] - '0');
      }
      return value;
    };
    const auto skip = [&](std::string_view allowed) {
      if (at >= text.size() || allowed.find(text[at]) == std::string_view::npos) throw fail();
      ++at;
    };
    calendar::civil_date d;
    d.year = number(4);
    skip("-");
    d.month = number(2);
    skip("-");
    d.day = number(2);
    if (!calendar::is_valid(d)) throw fail();
    std::int64_t seconds = calendar::days_from_civil(d) * 86'400;
    if (at < text.size()) {
      skip("T ");
      const int hour = number(2);
      skip(":");
      const int minute = number(2);
      int second = 0;
      if (at < text.size() && text[at] == ':') {
        ++at;
        second = number(2);
      }
      if (at < text.size()) skip("Z");
      if (hour > 23 || minute > 59 || second > 59 || at != text.size()) throw fail();
      seconds += hour * 3600 + minute * 60 + second;
    }
    return time_point(std::chrono::seconds(seconds));
  }

  /// `YYYY-MM-DD` at midnight, otherwise `YYYY-MM-DDTHH:MM[:SS[.mmm]]`. What `parse` reads comes back unchanged for
  /// years 0 … 9999.
  [[nodiscard]] std::string format(instant t) const {
    const std::int64_t ms_per_day = 86'400'000;
    std::string text = text_of(civil(t));
    const std::int64_t ms = to_time(t).time_since_epoch().count();
    const std::int64_t in_day = calendar::detail::floor_divide(ms, ms_per_day).remainder;
    if (in_day == 0) return text;
    text += 'T' + padded(in_day / 3'600'000, 2) + ':' + padded(in_day / 60'000 % 60, 2);
    if (in_day % 60'000 != 0) text += ':' + padded(in_day / 1'000 % 60, 2);
    if (in_day % 1'000 != 0) text += '.' + padded(in_day % 1'000, 3);
    return text;
  }

  /// A builder of weekly shifts on this scale: its Mondays are the real ones. Throws `sched::error` unless an hour is a
  /// whole number of ticks and days begin on a tick.
  [[nodiscard]] calendar::shifts weekly_shifts() const {
    if (3'600'000 % tick_ != 0) throw error("an hour is no whole number of ticks");
    return calendar::shifts(3'600'000 / tick_,
                            to_ticks(time_point(std::chrono::sys_days(std::chrono::days(4)))));  // 1970-01-05
  }
  /// Yearly holidays on this scale. Throws `sched::error` as `calendar::yearly` does, and when days do not begin on
  /// ticks.
  [[nodiscard]] calendar::yearly yearly_holidays(std::span<const calendar::holiday> closed) const {
    if (86'400'000 % tick_ != 0) throw error("a day is no whole number of ticks");
    const instant first_day = to_ticks(time_point{});  // 1970-01-01
    const calendar::yearly from_0(closed, 86'400'000 / tick_);
    const calendar::periodic_calendar& cycle = from_0.cycle();
    const std::int64_t offset = calendar::detail::floor_divide(first_day.count(), cycle.period().count()).remainder;
    return calendar::yearly(
        calendar::periodic_calendar(cycle.pattern(), cycle.period(), cycle.origin() - cycle.period() + offset));
  }

  bool operator==(const time_scale&) const noexcept = default;

private:
  static constexpr int128 floor_divide(int128 a, std::int64_t b) noexcept {
    const int128 q = a / b;
    return a % b < 0 ? q - 1 : q;
  }
  [[nodiscard]] int128 since_epoch(time_point when) const noexcept {
    return int128{when.time_since_epoch().count()} - epoch_;
  }

  [[nodiscard]] calendar::civil_date civil(instant t) const {
    const std::int64_t ms = to_time(t).time_since_epoch().count();
    const calendar::civil_date d = calendar::civil_from_days(calendar::detail::floor_divide(ms, 86'400'000).quotient);
    if (d.year < -32'767 || d.year > 32'767)
      throw error("year " + std::to_string(d.year) + " is out of the range of dates");
    return d;
  }
  static std::string padded(std::int64_t value, std::size_t digits) {
    const std::string text = std::to_string(value < 0 ? -value : value);
    return (value < 0 ? "-" : "") + std::string(text.size() < digits ? digits - text.size() : 0, '0') + text;
  }
  static std::string text_of(calendar::civil_date d) {
    return padded(d.year, 4) + '-' + padded(d.month, 2) + '-' + padded(d.day, 2);
  }
  static std::string text_of(std::chrono::year_month_day d) {
    return text_of({int(d.year()), int(unsigned(d.month())), int(unsigned(d.day()))});
  }

  std::int64_t epoch_;
  std::int64_t tick_;
};

}  // namespace v0
}  // namespace sched

#endif
