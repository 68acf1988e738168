// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_ROADMAP_TEXT_HPP
#define SCHED_IO_ROADMAP_TEXT_HPP

/// \file
/// The small languages of roadmaps: dates, efforts (`5d`, `2w`, `L`), lags (`id + 1w`), timeframes (`2025q3`), and
/// `name:allocation`.
///
/// Every reader follows one of two rules. `strict` (native mode): malformed text is a `sched::error` that quotes it and
/// says at which character (from 1) it goes wrong. `lenient` (compatible modes): it means what it means to the Mouc
/// scheduler: a default, or no constraint. All are O(length) and allocate for errors and ids only.

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sched/calendar/civil.hpp>
#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/detail/ascii.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/roadmap.hpp>

namespace sched {
inline namespace v0 {
namespace io {

enum class text_rules : std::uint8_t { strict, lenient };

/// What a day of effort is. `calendar`: efforts become days of a calendar without weekends, five working days to seven
/// of them. `working`: they stay working days, for people whose calendars know weekends.
enum class effort_days : std::uint8_t { calendar, working };

namespace detail {

/// More days than any plan has; longer ones are refused (strict) or cut to it (lenient).
inline constexpr double most_days = 1e9;

[[noreturn]] inline void malformed(const char* what, std::string_view text, std::size_t at, const std::string& why) {
  throw error(std::string(what) + " " + in_quotes(text) + ", character " + std::to_string(at + 1) + ": " + why);
}

/// A cursor over text whose positions are those of the whole.
class roadmap_cursor {
public:
  roadmap_cursor(const char* what, std::string_view whole, text_rules rules)
      : what_(what), whole_(whole), strict_(rules == text_rules::strict), end_(whole.size()) {
    while (end_ > 0 && is_blank(whole_[end_ - 1])) --end_;
    skip_blanks();
  }
  void skip_blanks() {
    while (at_ < end_ && is_blank(whole_[at_])) ++at_;
  }
  void go_to(std::size_t at) { at_ = at; }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] char peek() const { return done() ? '\0' : lower(whole_[at_]); }
  bool take(char c) {
    if (done() || peek() != c) return false;
    ++at_;
    return true;
  }
  /// Exactly `count` digits.
  [[nodiscard]] std::optional<int> digits(int count) {
    int value = 0;
    for (int k = 0; k < count; ++k, ++at_) {
      if (done() || !is_digit(whole_[at_])) return std::nullopt;
      value = value * 10 + (whole_[at_] - '0');
    }
    return value;
  }
  /// Digits with at most one point among or around them; no sign, no exponent.
  [[nodiscard]] std::optional<double> decimal() {
    const std::size_t begin = at_;
    bool any = false, point = false;
    for (; !done() && (is_digit(whole_[at_]) || (whole_[at_] == '.' && !point)); ++at_)
      (whole_[at_] == '.' ? point : any) = true;
    if (!any) return std::nullopt;
    double value = 0;
    const auto [end, code] = std::from_chars(whole_.data() + begin, whole_.data() + at_, value);
    if (code == std::errc::result_out_of_range)  // more digits than a double can hold, or too small for one
      value = value_out_of_range(begin);
    return value;
  }
  /// Nothing, or the complaint.
  std::nullopt_t refuse(const std::string& why) const { return refuse_at(at_, why); }
  std::nullopt_t refuse_at(std::size_t at, const std::string& why) const {
    if (strict_) malformed(what_, whole_, at, why);
    return std::nullopt;
  }

private:
  [[nodiscard]] double value_out_of_range(std::size_t begin) const {
    for (std::size_t k = begin; k < at_ && whole_[k] != '.'; ++k)
      if (whole_[k] != '0') return std::numeric_limits<double>::max();
    return 0;
  }

  const char* what_;
  std::string_view whole_;
  bool strict_;
  std::size_t at_ = 0, end_;
};

/// `count` units of numerator / denominator days, rounded once.
[[nodiscard]] inline double scaled_days(double count, double numerator, double denominator) {
  return std::min(count, most_days * 8) * numerator / denominator;
}

}  // namespace detail

/// `YYYY-MM-DD` of a day number; years beyond four digits are written out, with a sign where negative. Days beyond
/// ±9·10^18 are shown as that.
[[nodiscard]] inline std::string date_text(day_number day) {
  constexpr day_number far = 9'000'000'000'000'000'000;
  const calendar::civil_date d = calendar::civil_from_days(std::clamp(day, -far, far));
  const auto padded = [](std::int64_t x, std::size_t width) {
    std::string digits = std::to_string(x < 0 ? -x : x);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return x < 0 ? '-' + digits : digits;
  };
  return padded(d.year, 4) + '-' + padded(d.month, 2) + '-' + padded(d.day, 2);
}

/// A number without exponent, in its shortest form that reads back as the same number; whole ones end in `.0`.
/// Precondition: finite.
[[nodiscard]] inline std::string decimal_text(double value) {
  std::array<char, 400> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed).ptr;
  std::string text(digits.data(), end);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

/// A tick as text: the date where it begins a day, else with the time of day behind it (`2025-01-31T14:30:00`), or with
/// the fraction of the day where a tick is no whole number of seconds (`2025-01-31+1/7`). Infinite: `never`, `ever`.
/// Precondition: ticks_per_day ≥ 1.
[[nodiscard]] inline std::string tick_text(instant t, std::int64_t ticks_per_day = 1) {
  if (!t.is_finite()) return t > 0 ? "never" : "ever";
  std::int64_t day = t.count() / ticks_per_day;
  std::int64_t rest = t.count() % ticks_per_day;
  if (rest < 0) rest += ticks_per_day, --day;
  std::string text = date_text(day);
  if (rest == 0) return text;
  if (86'400 % ticks_per_day != 0) return text + '+' + std::to_string(rest) + '/' + std::to_string(ticks_per_day);
  const std::int64_t seconds = rest * (86'400 / ticks_per_day);
  const auto two = [](std::int64_t x) { return (x < 10 ? "0" : "") + std::to_string(x); };
  return text + 'T' + two(seconds / 3600) + ':' + two(seconds / 60 % 60) + ':' + two(seconds % 60);
}

/// A date `YYYY-MM-DD` (ISO 8601), blanks around it allowed. Lenient: nothing for bad text.
[[nodiscard]] inline std::optional<day_number> parse_date(std::string_view text,
                                                          text_rules rules = text_rules::strict) {
  detail::roadmap_cursor c("date", text, rules);
  const auto year = c.digits(4);
  if (!year) return c.refuse("expected YYYY-MM-DD");
  if (!c.take('-')) return c.refuse("expected '-'");
  const std::size_t month_at = c.at();
  const auto month = c.digits(2);
  if (!month) return c.refuse("expected two digits");
  if (!c.take('-')) return c.refuse("expected '-'");
  const std::size_t day_at = c.at();
  const auto day = c.digits(2);
  if (!day) return c.refuse("expected two digits");
  if (!c.done()) return c.refuse("more behind the date");
  const calendar::civil_date date{*year, *month, *day};
  if (*month < 1 || *month > 12) return c.refuse_at(month_at, "there is no such month");
  if (!calendar::is_valid(date)) return c.refuse_at(day_at, "there is no such day");
  return calendar::days_from_civil(date);
}

/// An effort in days: `5d` working days, `2w` weeks, `1.5m` months of 30 days, `L` 60 days; letters in either case,
/// decimals, no blanks inside. In calendar days (Nd = N · 7/5, Nw = 7 N) or in working days (Nd = N, Nw = 5 N; months
/// and `L` five sevenths of their calendar days). `0d` is a milestone. Lenient: 7 days (one week) for anything else.
[[nodiscard]] inline double parse_effort(std::string_view text, text_rules rules = text_rules::strict,
                                         effort_days unit = effort_days::calendar) {
  const bool calendar = unit == effort_days::calendar;
  const auto read = [&]() -> std::optional<double> {
    detail::roadmap_cursor c("effort", text, rules);
    if (c.peek() == 'l') {
      c.take('l');
      if (!c.done()) return c.refuse("more behind 'L'");
      return detail::scaled_days(60, calendar ? 1 : 5, calendar ? 1 : 7);
    }
    const std::size_t number_at = c.at();
    const auto count = c.decimal();
    if (!count) return c.refuse_at(number_at, "expected a number with d, w or m behind it, or L");
    double days = 0;
    if (c.take('d')) days = calendar ? detail::scaled_days(*count, 7, 5) : detail::scaled_days(*count, 1, 1);
    else if (c.take('w')) days = detail::scaled_days(*count, calendar ? 7 : 5, 1);
    else if (c.take('m')) days = calendar ? detail::scaled_days(*count, 30, 1) : detail::scaled_days(*count, 150, 7);
    else return c.refuse("expected d, w or m");
    if (!c.done()) return c.refuse("more behind the unit");
    if (days > detail::most_days) {
      (void)c.refuse_at(number_at, "more than 10^9 days");
      days = detail::most_days;
    }
    return days;
  };
  return read().value_or(calendar ? 7.0 : 5.0);
}

/// A dependency: an id, or `id + 5d`, `id + 2w`, `id + 1.5m`: 5, 14, 45 calendar days of lag (a lag knows no working
/// days). The last `+` counts. Lenient: text behind it that is no lag belongs to the id.
[[nodiscard]] inline roadmap_dependency parse_dependency(std::string_view text, text_rules rules = text_rules::strict) {
  const std::size_t plus = text.rfind('+');
  const std::string_view whole = trim(text);
  if (plus == std::string_view::npos) {
    if (whole.empty() && rules == text_rules::strict) detail::malformed("dependency", text, 0, "there is no id");
    return {std::string(whole), 0};
  }
  const auto lag = [&]() -> std::optional<double> {
    detail::roadmap_cursor c("dependency", text, rules);
    if (trim(text.substr(0, plus)).empty()) return c.refuse_at(plus, "there is no id in front");
    c.go_to(plus + 1);
    c.skip_blanks();
    const std::size_t number_at = c.at();
    const auto count = c.decimal();
    if (!count) return c.refuse_at(number_at, "expected a lag: a number with d, w or m behind it");
    double days = 0;
    if (c.take('d')) days = *count;
    else if (c.take('w')) days = detail::scaled_days(*count, 7, 1);
    else if (c.take('m')) days = detail::scaled_days(*count, 30, 1);
    else return c.refuse("expected d, w or m");
    if (!c.done()) return c.refuse("more behind the unit");
    if (days > detail::most_days) {
      (void)c.refuse_at(number_at, "more than 10^9 days");
      days = detail::most_days;
    }
    return days;
  };
  if (const auto days = lag()) return {std::string(trim(text.substr(0, plus))), *days};
  return {std::string(whole), 0};
}

/// Monday of the first ISO week of a year: the week that holds January 4.
[[nodiscard]] constexpr day_number iso_year_start(std::int64_t year) noexcept {
  const day_number fourth = calendar::days_from_civil({year, 1, 4});
  return fourth - static_cast<int>(calendar::weekday_of(fourth));
}

/// A timeframe as its first and last day: `2025`, `2025q1` … `q4`, `2025h1` `h2`, `2025-01`, `2025w01` … `w53` (ISO
/// week, Monday to Sunday; w53 exists in any year and may be the first week of the next). Letters in either case.
/// `fiscal_start` (1 … 12) is the month in which quarters and half-years begin to count; the year is the one in which
/// they begin, so that `2025q4` with 4 is January to March 2026. Lenient: nothing for an unknown form. Throws
/// `sched::error` for another `fiscal_start`.
[[nodiscard]] inline std::optional<day_range> parse_timeframe(std::string_view text,
                                                              text_rules rules = text_rules::strict,
                                                              int fiscal_start = 1) {
  if (fiscal_start < 1 || fiscal_start > 12)
    throw error("the fiscal year cannot start in month " + std::to_string(fiscal_start));
  detail::roadmap_cursor c("timeframe", text, rules);
  const auto year = c.digits(4);
  if (!year) return c.refuse("expected a year of four digits");
  const auto months = [&](std::int64_t first, int count) {  // first: months since January of the year
    const auto begin = [&](std::int64_t m) {
      return calendar::days_from_civil({*year + m / 12, static_cast<int>(m % 12) + 1, 1});
    };
    return day_range{begin(first), begin(first + count) - 1};
  };
  if (c.done()) return months(0, 12);
  const std::size_t letter_at = c.at();
  const char letter = c.peek();
  if (letter != 'q' && letter != 'h' && letter != 'w' && letter != '-')
    return c.refuse("expected q, h, w or - behind the year");
  c.take(letter);
  const std::size_t number_at = c.at();
  const auto number = c.digits(letter == 'q' || letter == 'h' ? 1 : 2);
  if (!number) return c.refuse(letter == 'q' || letter == 'h' ? "expected a digit" : "expected two digits");
  if (!c.done()) return c.refuse("more behind the timeframe");
  const auto outside = [&](int most) { return *number < 1 || *number > most; };
  switch (letter) {
    case 'q':
      if (outside(4)) return c.refuse_at(number_at, "there is no such quarter");
      return months(fiscal_start - 1 + 3 * (*number - 1), 3);
    case 'h':
      if (outside(2)) return c.refuse_at(number_at, "there is no such half-year");
      return months(fiscal_start - 1 + 6 * (*number - 1), 6);
    case '-':
      if (outside(12)) return c.refuse_at(number_at, "there is no such month");
      return months(*number - 1, 1);
    default: break;
  }
  if (outside(53)) return c.refuse_at(letter_at, "there is no such week");
  const day_number monday = iso_year_start(*year) + 7 * (*number - 1);
  return day_range{monday, monday + 6};
}

/// Which of two signs separates a name from its allocation.
enum class allocation_colon : std::uint8_t { first, last };

/// `name` or `name:allocation`; without one the allocation is 1. Strict: a missing name, and what is no decimal number
/// from 0 to 10^9, are errors; lenient: such a number is 1.
[[nodiscard]] inline std::pair<std::string, double> parse_allocation(std::string_view text,
                                                                     text_rules rules = text_rules::strict,
                                                                     allocation_colon which = allocation_colon::first) {
  const std::size_t colon = which == allocation_colon::first ? text.find(':') : text.rfind(':');
  const std::string name(trim(text.substr(0, colon)));
  if (name.empty() && rules == text_rules::strict) detail::malformed("resource", text, 0, "there is no name");
  if (colon == std::string_view::npos) return {name, 1.0};
  const auto read = [&]() -> std::optional<double> {
    detail::roadmap_cursor c("resource", text, rules);
    c.go_to(colon + 1);
    c.skip_blanks();
    const std::size_t number_at = c.at();
    const auto value = c.decimal();
    if (!value) return c.refuse_at(number_at, "expected an allocation, a number");
    if (!c.done()) return c.refuse("more behind the allocation");
    if (*value > detail::most_days) return c.refuse_at(number_at, "an allocation above 10^9");
    return value;
  };
  return {name, read().value_or(1.0)};
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
