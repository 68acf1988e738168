// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_CALENDAR_HPP
#define SCHED_IO_JSON_CALENDAR_HPP

/// \file
/// Calendars in JSON. Needs nlohmann_json.
///
/// A calendar is an object, in one of three forms; intervals are `[start, finish]`, half-open, in ticks:
///
///     {"closed": [[40, 48], [88, 96]]}                     open except in these
///     {"open": [["-inf", 40], [48, 88], [96, "inf"]]}      closed except in these
///     {"period": 168, "origin": 0,                         repeats for ever: open in these intervals, which count from
///      "open": [[8, 16], [32, 40]],                        the origin (an instant at which a period begins; default 0)
///      "closed": [[480, 504]], "extra": [[512, 516]]}      and may wrap; except closed here, also open there
///      (optional)
///
/// Finite times lie within ±2^60. `"-inf"` and `"inf"` are allowed as ends of the intervals of `closed`, `extra` and of
/// a plain `open`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/calendar/any_calendar.hpp>
#include <sched/calendar/recurring.hpp>
#include <sched/calendar/with_exceptions.hpp>
#include <sched/core/error.hpp>
#include <sched/io/json_document.hpp>
#include <sched/io/plain_project.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// A calendar as lists of intervals: with a period, `open` in [0, period) and the exceptions; without, all of `open`.
struct calendar_description {
  duration period = 0;  ///< 0: no period
  std::vector<interval> open{};
  std::vector<interval> closed{}, extra{};
};

namespace detail {

inline constexpr std::int64_t json_limit = std::int64_t{1} << 60;
inline constexpr std::size_t most_breaks = 1'000'000;

/// The open intervals of c within [from, to), in order.
template <class Calendar>
[[nodiscard]] std::vector<interval> open_within(const Calendar& c, instant from, instant to) {
  std::vector<interval> list;
  for (instant t = c.next_open(from); t < to;) {
    const instant closed = std::min(c.next_closed(t), to);
    list.push_back({t, closed});
    if (list.size() > most_breaks) throw error("a calendar with more than 1000000 breaks cannot be written");
    t = c.next_open(closed);
  }
  return list;
}

/// What lies in the first list and not in the second. Both normalised. O(n + m).
[[nodiscard]] inline std::vector<interval> difference(std::span<const interval> a, std::span<const interval> b) {
  const std::vector<interval> outside = calendar::gaps(b);
  std::vector<interval> list;
  for (std::size_t i = 0, j = 0; i < a.size() && j < outside.size();) {
    if (const interval cut = a[i].intersect(outside[j]); !cut.empty()) list.push_back(cut);
    a[i].finish < outside[j].finish ? ++i : ++j;
  }
  return list;
}

}  // namespace detail

/// The description of any calendar that tells how it repeats (see `calendar::repetition`): all of the library's own do.
/// Found by asking it, so it costs O(b log n) with b the breaks between the first and the last irregular one plus two
/// periods. Throws `sched::error` when the calendar does not tell, when b is above a million, when a time is beyond
/// ±2^60, and when two different patterns go on for ever before and after.
[[nodiscard]] inline calendar_description describe(const calendar::any_calendar& c) {
  const auto r = c.repeats();
  if (!r) throw error("a calendar that does not tell how it repeats cannot be written");
  const instant before = r->before, after = r->after;
  const duration period = r->period;
  if (before < -detail::json_limit / 2 || after > detail::json_limit / 2 || period > detail::json_limit / 2)
    throw error("a calendar that is irregular or repeats beyond 2^59 ticks cannot be written");
  const std::vector<interval> inner = detail::open_within(c, before, after);
  calendar_description d;
  const auto left = calendar::periodic(period, detail::open_within(c, before - period, before));
  const auto right = calendar::periodic(period, detail::open_within(c, after, after + period));
  const auto constant = [&](const calendar::periodic_calendar& tail) {
    return tail.work_per_period() == 0 || tail.work_per_period() == period;
  };
  const interval far_left{instant::minus_infinity(), before}, far_right{after, instant::infinity()};
  if (constant(left) && constant(right)) {
    d.open = inner;
    if (left.work_per_period() != 0) d.open.push_back(far_left);
    if (right.work_per_period() != 0) d.open.push_back(far_right);
    d.open = calendar::normalised(std::move(d.open));
    return d;
  }
  const bool same = left.pattern() == right.pattern();
  if (!same && !constant(left) && !constant(right))
    throw error("a calendar with different patterns before and after cannot be written");
  const calendar::periodic_calendar& base = constant(right) ? left : right;
  const std::vector<interval> regular = detail::open_within(base, before, after);
  d.period = period;
  d.open.assign(base.pattern().open().begin(), base.pattern().open().end());
  d.closed = detail::difference(regular, inner);
  d.extra = detail::difference(inner, regular);
  if (!same) {
    const auto& tail = constant(right) ? right : left;
    (tail.work_per_period() == 0 ? d.closed : d.extra).push_back(constant(right) ? far_right : far_left);
  }
  d.closed = calendar::normalised(std::move(d.closed));
  d.extra = calendar::normalised(std::move(d.extra));
  return d;
}

/// Appends a calendar as JSON. Throws what `describe` throws.
inline void append_json(std::string& out, const calendar::any_calendar& c) {
  const calendar_description d = describe(c);
  const auto append_time = [&](instant t) {
    if (t.is_finite()) append_number(out, t.count());
    else out += t > 0 ? "\"inf\"" : "\"-inf\"";
  };
  const auto append_list = [&](std::string_view name, const std::vector<interval>& list) {
    out += name;
    for (const interval& i : list) {
      append_time((out += &i == list.data() ? "[" : ",[", i.start));
      append_time((out += ',', i.finish));
      out += ']';
    }
    out += ']';
  };
  out += '{';
  if (d.period > 0) {
    append_number(out += "\"period\":", d.period.count());
    append_list(",\"open\":[", d.open);
    if (!d.closed.empty()) append_list(",\"closed\":[", d.closed);
    if (!d.extra.empty()) append_list(",\"extra\":[", d.extra);
  } else if (!d.open.empty() && d.open.back().finish == instant::infinity()) {
    append_list("\"closed\":[", calendar::gaps(d.open));
  } else {
    append_list("\"open\":[", d.open);
  }
  out += '}';
}

/// Reads a calendar. Throws `sched::error` with file, line and JSON pointer.
[[nodiscard]] inline calendar::any_calendar read_calendar(const json_value& value) {
  using namespace calendar;  // NOLINT(google-build-using-namespace): this function only
  value.allow({"period", "origin", "open", "closed", "extra"});
  const auto time = [](const json_value& v) -> instant {
    if (!v.is(json_kind::string)) return v.integer(-detail::json_limit, detail::json_limit);
    if (v.string() == "inf") return instant::infinity();
    if (v.string() == "-inf") return instant::minus_infinity();
    v.fail("expected a whole number, \"inf\" or \"-inf\"");
  };
  const auto intervals = [&](std::string_view name) {
    std::vector<interval> list;
    if (const auto found = value.find(name))
      for (const json_value pair : found->array()) {
        if (pair.array().size() != 2) pair.fail("expected [start, finish]");
        const json_value start = *pair.begin(), finish = *++pair.begin();
        list.push_back({time(start), time(finish)});
        if (list.back().finish < list.back().start) pair.fail("finishes before it starts");
      }
    return list;
  };
  if (!value.find("period")) {
    for (const char* name : {"origin", "extra"})
      if (const auto found = value.find(name)) found->fail("without a period");
    if (value.find("open").has_value() == value.find("closed").has_value())
      value.fail("expected \"open\" or \"closed\", or a \"period\"");
    return value.find("open") ? open_periods(intervals("open")) : closed_periods(intervals("closed"));
  }
  const duration period = value.at("period").integer(1, detail::json_limit);
  const auto origin = value.find("origin");
  (void)value.at("open");
  try {
    const instant begin = origin ? origin->integer(-detail::json_limit, detail::json_limit) : 0;
    periodic_calendar base = periodic(period, intervals("open"), begin);
    if (!value.find("closed") && !value.find("extra")) return base;
    return with_exceptions<periodic_calendar>(std::move(base), intervals("closed"), intervals("extra"));
  } catch (const error& e) {
    if (e.line() != 0) throw;
    value.fail(e.reason(), e.ids());
  }
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
