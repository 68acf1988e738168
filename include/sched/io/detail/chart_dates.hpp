// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_CHART_DATES_HPP
#define SCHED_IO_DETAIL_CHART_DATES_HPP

/// \file
/// Dates on a chart's axis: the epoch, how an instant is written, and the round places where an axis has its ticks.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

struct civil_date {
  std::int64_t year = 1970;
  unsigned month = 1;
  unsigned day = 1;
};

/// Days since 1970-01-01 and back, proleptic Gregorian. Reference: Hinnant, "chrono-compatible low-level date
/// algorithms".
[[nodiscard]] constexpr std::int64_t days_from_civil(civil_date d) noexcept {
  const std::int64_t y = d.year - (d.month <= 2 ? 1 : 0);
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t m = d.month;
  const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + static_cast<std::int64_t>(d.day) - 1;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}
[[nodiscard]] constexpr civil_date civil_from_days(std::int64_t z) noexcept {
  z += 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  const auto month = static_cast<unsigned>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, static_cast<unsigned>(doy - (153 * mp + 2) / 5 + 1)};
}

[[nodiscard]] constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) noexcept {
  return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0);
}

constexpr std::int64_t day_seconds = 86400;

/// Seconds since 1970 of an ISO 8601 date or date and time (UTC). Throws `sched::error`.
[[nodiscard]] inline std::int64_t parse_epoch(std::string_view text) {
  if (text.empty()) return 0;
  const auto fail = [&] { throw error("axis: not an ISO 8601 date: '" + std::string(text) + "'"); };
  std::string_view rest = text;
  if (!rest.empty() && rest.back() == 'Z') rest.remove_suffix(1);
  const auto number = [&](std::size_t at, std::size_t length) {
    std::int64_t value = 0;
    for (std::size_t i = at; i < at + length; ++i) {
      if (i >= rest.size() || rest[i] < '0' || rest[i] > '9') fail();
      value = value * 10 + (rest[i] - '0');
    }
    return value;
  };
  const auto expect = [&](std::size_t at, char c) {
    if (at >= rest.size() || rest[at] != c) fail();
  };
  const civil_date date{number(0, 4), static_cast<unsigned>(number(5, 2)), static_cast<unsigned>(number(8, 2))};
  expect(4, '-');
  expect(7, '-');
  std::int64_t seconds = 0;
  if (rest.size() > 10) {
    if (rest[10] != 'T' && rest[10] != ' ') fail();
    expect(13, ':');
    const std::int64_t h = number(11, 2), m = number(14, 2);
    std::int64_t s = 0;
    if (rest.size() > 16) {
      expect(16, ':');
      s = number(17, 2);
      if (rest.size() != 19) fail();
    }
    if (h > 23 || m > 59 || s > 59) fail();
    seconds = h * 3600 + m * 60 + s;
  }
  const bool known = date.month >= 1 && date.month <= 12 && date.day >= 1;
  const std::int64_t days = known ? days_from_civil(date) : 0;
  const civil_date again = civil_from_days(days);
  if (!known || again.month != date.month || again.day != date.day) fail();
  return days * day_seconds + seconds;
}

constexpr std::array<std::string_view, 12> month_names{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> weekday_names{"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};

/// An axis that has been checked: writes instants and chooses ticks.
class time_scale {
public:
  /// Throws `sched::error` for a malformed epoch or a negative scale.
  explicit time_scale(const chart_axis& axis) : axis_(axis) {
    if (axis.seconds_per_tick < 0) throw error("axis: seconds per tick must not be negative");
    epoch_ = parse_epoch(axis.epoch);
  }

  [[nodiscard]] bool dates() const noexcept { return axis_.seconds_per_tick > 0; }
  [[nodiscard]] std::int64_t epoch() const noexcept { return epoch_; }
  /// True when instants are whole days.
  [[nodiscard]] bool whole_days() const noexcept {
    return axis_.seconds_per_tick % day_seconds == 0 && epoch_ % day_seconds == 0;
  }

  [[nodiscard]] std::string instant_text(instant t) const {
    if (!t.is_finite()) return t > 0 ? "\u221e" : "\u2212\u221e";
    std::int64_t s = 0;
    if (!dates() || !seconds(t, s)) return std::to_string(t.count());
    const std::int64_t day = floor_divide(s, day_seconds);
    return whole_days() ? date_text(day) : date_text(day) + ' ' + clock_text(s - day * day_seconds, s % 60 != 0);
  }
  [[nodiscard]] std::string finish_text(instant start, instant finish) const {
    return instant_text(axis_.inclusive_finish && start < finish ? finish - 1 : finish);
  }
  [[nodiscard]] std::string duration_text(duration d) const {
    if (axis_.unit.empty()) return std::to_string(d.count());
    const bool one = d == 1 && axis_.unit.size() > 3 && axis_.unit.back() == 's';  // "1 day"
    return std::to_string(d.count()) + ' ' + (one ? axis_.unit.substr(0, axis_.unit.size() - 1) : axis_.unit);
  }

  /// A place on the axis; `major` ticks begin a larger unit and have its name above.
  struct tick {
    double at = 0;  ///< in ticks from the start of the window
    std::string label{};
    std::string above{};
  };

  /// Ticks in a window, at most about `count` of them, at round places. O(count).
  [[nodiscard]] std::vector<tick> ticks_in(interval window, double count) const {
    std::int64_t a = 0, b = 0;
    if (dates() && seconds(window.start, a) && seconds(window.finish, b)) return date_ticks(a, b, count);
    return number_ticks(window, count);
  }

private:
  static std::string two(std::int64_t v) { return (v < 10 ? "0" : "") + std::to_string(v); }
  static std::string date_text(std::int64_t day) {
    const civil_date d = civil_from_days(day);
    const std::string y = std::to_string(d.year);
    return (d.year >= 0 && y.size() < 4 ? std::string(4 - y.size(), '0') : "") + y + '-' + two(d.month) + '-' +
           two(d.day);
  }
  static std::string clock_text(std::int64_t s, bool with_seconds) {
    return two(s / 3600) + ':' + two(s / 60 % 60) + (with_seconds ? ':' + two(s % 60) : "");
  }
  /// Seconds since 1970, when they are within some million years of it.
  [[nodiscard]] bool seconds(instant t, std::int64_t& out) const noexcept {
    const int128 s = static_cast<int128>(t.count()) * axis_.seconds_per_tick + epoch_;
    constexpr std::int64_t limit = 100'000'000'000'000;
    if (s < -limit || s > limit) return false;
    out = static_cast<std::int64_t>(s);
    return true;
  }

  [[nodiscard]] std::vector<tick> number_ticks(interval window, double count) const {
    const double length = static_cast<double>(window.length().count());
    std::int64_t step = 1;
    for (int k = 0; length / static_cast<double>(step) > count && step < (std::int64_t{1} << 58); ++k)
      step = k % 3 == 1 ? step / 2 * 5 : step * 2;  // 1 2 5 10 20 50 …
    std::vector<tick> out;
    for (std::int64_t t = floor_divide(window.start.count(), step) * step; t <= window.finish.count(); t += step) {
      if (t >= window.start.count())
        out.push_back({static_cast<double>(t) - static_cast<double>(window.start.count()), std::to_string(t), {}});
    }
    return out;
  }

  [[nodiscard]] std::vector<tick> date_ticks(std::int64_t a, std::int64_t b, double count) const {
    static constexpr std::array<std::int64_t, 15> steps{1,
                                                        5,
                                                        15,
                                                        30,
                                                        60,
                                                        300,
                                                        900,
                                                        1800,
                                                        3600,
                                                        10800,
                                                        21600,
                                                        day_seconds / 2,
                                                        day_seconds,
                                                        2 * day_seconds,
                                                        7 * day_seconds};
    static constexpr std::array<std::int64_t, 4> months{1, 3, 6, 12};
    const double length = static_cast<double>(b - a);
    const double per_tick = static_cast<double>(axis_.seconds_per_tick);
    std::vector<tick> out;
    const auto put = [&](std::int64_t s, std::string label, std::string above) {
      if (s >= a && s <= b) out.push_back({static_cast<double>(s - a) / per_tick, std::move(label), std::move(above)});
    };
    for (std::int64_t step : steps) {
      if (length / static_cast<double>(step) > count || (step < axis_.seconds_per_tick && step < day_seconds)) continue;
      const std::int64_t origin = step == 7 * day_seconds ? 4 * day_seconds : 0;  // weeks begin on Mondays
      for (std::int64_t s = floor_divide(a - origin, step) * step + origin; s <= b; s += step) {
        const std::int64_t day = floor_divide(s, day_seconds);
        const civil_date d = civil_from_days(day);
        const std::string month = std::string(month_names[d.month - 1]);
        if (step < day_seconds)
          put(s, clock_text(s - day * day_seconds, step < 60),
              std::string(weekday_names[static_cast<std::size_t>(day - floor_divide(day, 7) * 7)]) + ' ' +
                  std::to_string(d.day) + ' ' + month + ' ' + std::to_string(d.year));
        else put(s, std::to_string(d.day), month + ' ' + std::to_string(d.year));
      }
      return out;
    }
    std::int64_t width = 0;
    for (std::int64_t m : months)
      if (width == 0 && length / (static_cast<double>(m) * 30.44 * day_seconds) <= count) width = m;
    for (std::int64_t years = 2, k = 1; width == 0; years = k % 3 == 1 ? years / 2 * 5 : years * 2, ++k)
      if (length / (static_cast<double>(years) * 365.25 * day_seconds) <= count) width = 12 * years;
    const civil_date first = civil_from_days(floor_divide(a, day_seconds));
    std::int64_t index = first.year * 12 + static_cast<std::int64_t>(first.month) - 1;
    for (index = floor_divide(index, width) * width;; index += width) {
      const std::int64_t year = floor_divide(index, 12);
      const auto month = static_cast<unsigned>(index - year * 12);
      const std::int64_t s = days_from_civil({year, month + 1, 1}) * day_seconds;
      if (s > b) break;
      put(s, width >= 12 ? std::to_string(year) : std::string(month_names[month]),
          width >= 12 ? "" : std::to_string(year));
    }
    return out;
  }

  chart_axis axis_;
  std::int64_t epoch_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
