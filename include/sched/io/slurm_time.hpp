// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SLURM_TIME_HPP
#define SCHED_IO_SLURM_TIME_HPP

/// \file
/// Times as Slurm's users write them: lengths (`90`, `1-12:00`) and points in time (`16:00`, `now+2hours`).

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <sched/calendar/civil.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/detail/ascii.hpp>
#include <sched/io/text_reader.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

/// A whole number without sign, of at most 18 digits; nothing otherwise.
[[nodiscard]] constexpr std::optional<std::int64_t> digits(std::string_view text) noexcept {
  if (text.empty() || text.size() > 18) return std::nullopt;
  std::int64_t value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}
[[nodiscard]] constexpr bool same_word(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t k = 0; k < a.size(); ++k)
    if (lower(a[k]) != lower(b[k])) return false;
  return true;
}
/// Everything before the first `c`, which is taken away with it; all of it when there is none.
constexpr std::string_view cut(std::string_view& text, char c) noexcept {
  const std::size_t at = text.find(c);
  const std::string_view first = text.substr(0, at);
  text = at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  return first;
}
inline void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string text = std::to_string(value);
  out.append(text.size() < width ? width - text.size() : 0, '0');
  out += text;
}

}  // namespace detail

/// A length of time in seconds: `M`, `M:S`, `H:M:S`, `D-H`, `D-H:M`, `D-H:M:S`, or `UNLIMITED`, `INFINITE` (any case):
/// +∞. Behind the first field minutes and seconds are below 60, and so are hours behind days below 24. Nothing for any
/// other text. O(length), allocates nothing.
[[nodiscard]] constexpr std::optional<duration> parse_slurm_duration(std::string_view text) noexcept {
  if (detail::same_word(text, "unlimited") || detail::same_word(text, "infinite")) return duration::infinity();
  std::int64_t days = 0, field[3] = {0, 0, 0};
  const std::size_t dash = text.find('-');
  const bool has_days = dash != std::string_view::npos;
  if (has_days) {
    const auto d = detail::digits(text.substr(0, dash));
    if (!d || *d > 5'000'000'000) return std::nullopt;
    days = *d;
    text.remove_prefix(dash + 1);
  }
  std::size_t n = 0;
  for (bool more = true; more; ++n) {
    if (n == 3) return std::nullopt;
    more = text.find(':') != std::string_view::npos;
    const auto value = detail::digits(detail::cut(text, ':'));
    if (!value || *value > 100'000'000'000) return std::nullopt;
    field[n] = *value;
  }
  std::int64_t h = 0, m = 0, s = 0;
  if (has_days || n == 3) {
    h = field[0], m = field[1], s = field[2];
    if ((has_days && h > 23) || m > 59 || s > 59) return std::nullopt;
  } else {
    m = field[0], s = field[1];
    if (s > 59) return std::nullopt;
  }
  return duration(((days * 24 + h) * 60 + m) * 60 + s);
}

/// `M:SS`, `H:MM:SS` or `D-HH:MM:SS`; `UNLIMITED` for +∞, `INVALID` below 0. `parse_slurm_duration` reads what it
/// writes.
[[nodiscard]] inline std::string format_slurm_duration(duration d) {
  if (d == duration::infinity()) return "UNLIMITED";
  if (d < 0) return "INVALID";
  const std::int64_t all = d.count(), days = all / 86400, hours = all / 3600 % 24;
  std::string out;
  if (days > 0) out = std::to_string(days) + '-';
  if (days > 0) detail::append_padded(out, hours, 2), out += ':';
  else if (hours > 0) out += std::to_string(hours) + ':';
  detail::append_padded(out, all / 60 % 60, days > 0 || hours > 0 ? 2 : 1);
  out += ':';
  detail::append_padded(out, all % 60, 2);
  return out;
}

/// A point in time as it was written: how it counts, and seconds of it.
struct slurm_when {
  enum class kind : std::uint8_t {
    none,
    after_now,  ///< seconds from now
    clock,      ///< a time of day: the next one
    date        ///< seconds since 1970-01-01 (UTC)
  };
  kind is = kind::none;
  std::int64_t seconds = 0;
  bool operator==(const slurm_when&) const noexcept = default;

  /// Seconds since 1970-01-01, with `now` given in the same. O(1).
  [[nodiscard]] constexpr std::int64_t at(std::int64_t now) const noexcept {
    constexpr std::int64_t day = 86400;
    switch (is) {
      case kind::after_now: return now + seconds;
      case kind::clock: {
        const std::int64_t today = now - ((now % day) + day) % day;
        return today + seconds + (today + seconds < now ? day : 0);
      }
      case kind::date: return seconds;
      case kind::none: break;
    }
    return now;
  }
};

namespace detail {

/// `HH:MM[:SS]`, with `am` or `pm` behind.
[[nodiscard]] constexpr std::optional<std::int64_t> time_of_day(std::string_view text) noexcept {
  bool am = false, pm = false;
  if (text.size() > 2 && lower(text.back()) == 'm') {
    const char c = lower(text[text.size() - 2]);
    am = c == 'a', pm = c == 'p';
    if (am || pm) text.remove_suffix(2);
  }
  std::int64_t field[3] = {0, 0, 0};
  std::size_t n = 0;
  for (bool more = true; more; ++n) {
    if (n == 3) return std::nullopt;
    more = text.find(':') != std::string_view::npos;
    const std::string_view part = cut(text, ':');
    const auto value = digits(part);
    if (!value || part.size() > 2) return std::nullopt;
    field[n] = *value;
  }
  if (n < 2 || field[1] > 59 || field[2] > 59) return std::nullopt;
  if (am || pm) {
    if (field[0] < 1 || field[0] > 12) return std::nullopt;
    field[0] = field[0] % 12 + (pm ? 12 : 0);
  }
  if (field[0] > 23) return std::nullopt;
  return (field[0] * 60 + field[1]) * 60 + field[2];
}

/// `YYYY-MM-DD`, `MM/DD/YY`, `MM/DD/YYYY`, `MMDDYY`, `MM.DD.YY`: a day number.
[[nodiscard]] constexpr std::optional<std::int64_t> date_of(std::string_view text) noexcept {
  calendar::civil_date d;
  const auto two = [&](std::string_view t) { return t.size() == 2 ? digits(t) : std::nullopt; };
  std::optional<std::int64_t> year, month, day;
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    year = digits(text.substr(0, 4)), month = two(text.substr(5, 2)), day = two(text.substr(8));
  } else if ((text.size() == 8 || text.size() == 10) && (text[2] == '/' || text[2] == '.') && text[5] == text[2]) {
    month = two(text.substr(0, 2)), day = two(text.substr(3, 2)), year = digits(text.substr(6));
    if (year && text.size() == 8) *year += 2000;
  } else if (text.size() == 6) {
    month = two(text.substr(0, 2)), day = two(text.substr(2, 2)), year = two(text.substr(4));
    if (year) *year += 2000;
  }
  if (!year || !month || !day) return std::nullopt;
  d = {*year, static_cast<int>(*month), static_cast<int>(*day)};
  if (!calendar::is_valid(d)) return std::nullopt;
  return calendar::days_from_civil(d);
}

}  // namespace detail

/// `now`, `now+COUNT[seconds|minutes|hours|days|weeks]`, `today`, `tomorrow` (the same with the clock of now), the
/// clock `HH:MM[:SS]` (also with `am`, `pm`), `midnight`, `elevenses` (11:00), `noon`, `fika` (15:00), `teatime`
/// (16:00), and dates `YYYY-MM-DD[THH:MM[:SS]]`, `MM/DD/YY`, `MM.DD.YY`, `MMDDYY`, also with `-HH:MM[:SS]` behind. All
/// times are UTC. Nothing for any other text. O(length), allocates nothing.
[[nodiscard]] constexpr std::optional<slurm_when> parse_slurm_when(std::string_view text) noexcept {
  using kind = slurm_when::kind;
  constexpr std::int64_t hour = 3600, day = 86400;
  struct word {
    std::string_view name;
    slurm_when means;
  };
  constexpr word words[] = {{"now", {kind::after_now, 0}},           {"today", {kind::after_now, 0}},
                            {"tomorrow", {kind::after_now, day}},    {"midnight", {kind::clock, 0}},
                            {"elevenses", {kind::clock, 11 * hour}}, {"noon", {kind::clock, 12 * hour}},
                            {"fika", {kind::clock, 15 * hour}},      {"teatime", {kind::clock, 16 * hour}}};
  for (const word& w : words)
    if (detail::same_word(text, w.name)) return w.means;
  if (text.size() > 4 && detail::same_word(text.substr(0, 4), "now+")) {
    text.remove_prefix(4);
    std::size_t n = 0;
    while (n < text.size() && text[n] >= '0' && text[n] <= '9') ++n;
    const auto count = detail::digits(text.substr(0, n));
    if (!count || *count > 1'000'000'000) return std::nullopt;
    const std::string_view unit = text.substr(n);
    struct scale {
      std::string_view name;
      std::int64_t seconds;
    };
    constexpr scale scales[] = {{"", 1},         {"second", 1},     {"seconds", 1},    {"minute", 60},
                                {"minutes", 60}, {"hour", hour},    {"hours", hour},   {"day", day},
                                {"days", day},   {"week", 7 * day}, {"weeks", 7 * day}};
    for (const scale& s : scales)
      if (detail::same_word(unit, s.name)) return slurm_when{kind::after_now, *count * s.seconds};
    return std::nullopt;
  }
  if (const auto clock = detail::time_of_day(text)) return slurm_when{kind::clock, *clock};
  std::string_view date = text, clock;
  if (const std::size_t t = text.find_first_of("Tt"); t != std::string_view::npos) {
    date = text.substr(0, t), clock = text.substr(t + 1);
    if (clock.empty()) return std::nullopt;
  } else if (const std::size_t dash = text.find('-', 8);
             dash != std::string_view::npos || (text.size() > 6 && text[6] == '-')) {
    const std::size_t cut = text.size() > 6 && text[6] == '-' ? 6 : dash;
    date = text.substr(0, cut), clock = text.substr(cut + 1);
    if (clock.empty()) return std::nullopt;
  }
  const auto days = detail::date_of(date);
  const auto seconds = clock.empty() ? std::optional<std::int64_t>(0) : detail::time_of_day(clock);
  if (!days || !seconds) return std::nullopt;
  return slurm_when{kind::date, *days * day + *seconds};
}

/// `YYYY-MM-DDTHH:MM:SS` of seconds since 1970-01-01, UTC.
[[nodiscard]] inline std::string format_slurm_instant(std::int64_t unix_seconds) {
  constexpr std::int64_t day = 86400;
  const std::int64_t rest = ((unix_seconds % day) + day) % day;
  const auto date = calendar::civil_from_days((unix_seconds - rest) / day);
  std::string out;
  detail::append_padded(out, date.year, 4);
  detail::append_padded(out += '-', date.month, 2);
  detail::append_padded(out += '-', date.day, 2);
  detail::append_padded(out += 'T', rest / 3600, 2);
  detail::append_padded(out += ':', rest / 60 % 60, 2);
  detail::append_padded(out += ':', rest % 60, 2);
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
