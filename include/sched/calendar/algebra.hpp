// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_ALGEBRA_HPP
#define SCHED_CALENDAR_ALGEBRA_HPP

/// \file
/// Union and intersection of calendars, each in the best form that there is for the two types.

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/calendar/combine.hpp>
#include <sched/calendar/yearly.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {
namespace detail {

template <class C>
struct as_recurring : std::false_type {};
template <class C>
struct as_recurring<recurring<C>> : std::true_type {};
template <class C>
struct as_with_exceptions : std::false_type {};
template <class C>
struct as_with_exceptions<with_exceptions<C>> : std::true_type {};

/// Intervals that a merged pattern may have (24 bytes each).
inline constexpr std::int64_t most_merged = std::int64_t{1} << 22;

/// The common period of two; throws when a pattern of that length would need too many intervals.
[[nodiscard]] inline std::int64_t common_period(std::int64_t p, std::size_t in_p, std::int64_t q, std::size_t in_q) {
  const int128 period = int128{p / std::gcd(p, q)} * q;
  const int128 count = period / p * static_cast<std::int64_t>(in_p) + period / q * static_cast<std::int64_t>(in_q);
  if (period > int128{ticks::max().count() / 4} || count > int128{most_merged})
    throw error("periods " + std::to_string(p) + " and " + std::to_string(q) +
                " have no common multiple that is small enough for one pattern; combine the calendars lazily");
  return static_cast<std::int64_t>(period);
}

/// The open intervals of c in [origin, origin + length), counted from origin; length is a multiple of the period.
[[nodiscard]] inline std::vector<interval> unrolled(const periodic_calendar& c, instant origin, std::int64_t length) {
  const periodic_calendar moved = shifted(c, -origin);  // its pattern begins at moved.origin()
  std::vector<interval> out;
  out.reserve(c.pattern().open().size() * static_cast<std::size_t>(length / c.period().count()) + 1);
  const interval whole{0, length};
  for (instant at = moved.origin() - c.period(); at < instant(length); at += c.period()) {
    for (const interval& i : c.pattern().open()) {
      const interval in_period = i.intersect({0, c.period()});
      const interval cut = interval{at + in_period.start, at + in_period.finish}.intersect(whole);
      if (!cut.empty()) out.push_back(cut);
    }
  }
  return normalised(std::move(out));
}

template <combine_rule Rule>
[[nodiscard]] periods combine_lists(const periods& a, const periods& b) {
  std::vector<interval> list;
  if constexpr (Rule == combine_rule::any) {
    list.assign(a.open().begin(), a.open().end());
    list.insert(list.end(), b.open().begin(), b.open().end());
  } else {
    for (std::size_t i = 0, j = 0; i < a.open().size() && j < b.open().size();) {
      const interval cut = a.open()[i].intersect(b.open()[j]);
      if (!cut.empty()) list.push_back(cut);
      a.open()[i].finish < b.open()[j].finish ? ++i : ++j;
    }
  }
  return periods(std::move(list));
}

/// The intervals in which `list` decides, whatever the other calendar says: closed ones for all, open ones for any.
template <combine_rule Rule>
[[nodiscard]] std::vector<interval> decided(std::span<const interval> open, interval whole) {
  if constexpr (Rule == combine_rule::all) return gaps(open, whole);
  return {open.begin(), open.end()};
}

template <combine_rule Rule, class C>
[[nodiscard]] auto override_with(const C& base, std::vector<interval> when) {
  constexpr bool open = Rule == combine_rule::any;
  if constexpr (as_with_exceptions<C>::value) {
    return base.overridden(std::move(when), open);
  } else {
    return with_exceptions<C>(base, open ? std::vector<interval>() : when, open ? when : std::vector<interval>());
  }
}

/// A repeating calendar and a list that repeats: the list becomes exceptions within one common period.
template <combine_rule Rule, class C>
[[nodiscard]] auto combine_recurring(const recurring<C>& a, const periodic_calendar& b) {
  const std::int64_t period = common_period(a.period().count(), 0, b.period().count(), b.pattern().open().size());
  const std::vector<interval> open = unrolled(b, b.origin(), period);
  auto pattern = override_with<Rule>(shifted(a, -b.origin()), decided<Rule>(open, {0, period}));
  return recurring<decltype(pattern)>(std::move(pattern), period, b.origin());
}

template <combine_rule Rule>
[[nodiscard]] periodic_calendar combine_periodic(const periodic_calendar& a, const periodic_calendar& b) {
  const std::int64_t period = common_period(a.period().count(), a.pattern().open().size() + 1, b.period().count(),
                                            b.pattern().open().size() + 1);
  return {combine_lists<Rule>(periods(unrolled(a, a.origin(), period)), periods(unrolled(b, a.origin(), period))),
          period, a.origin()};
}

template <combine_rule Rule, class A, class B>
[[nodiscard]] auto combine(const A& a, const B& b) {
  constexpr bool all = Rule == combine_rule::all;
  using neutral = std::conditional_t<all, always_open, never_open>;
  using absorbing = std::conditional_t<all, never_open, always_open>;
  if constexpr (std::is_same_v<A, absorbing> || std::is_same_v<B, absorbing>) {
    return absorbing{};
  } else if constexpr (std::is_same_v<A, neutral>) {
    return b;
  } else if constexpr (std::is_same_v<B, neutral>) {
    return a;
  } else if constexpr (std::is_same_v<A, periods> && std::is_same_v<B, periods>) {
    return combine_lists<Rule>(a, b);
  } else if constexpr (std::is_same_v<B, periods>) {
    return override_with<Rule>(a, decided<Rule>(b.open(), {instant::minus_infinity(), instant::infinity()}));
  } else if constexpr (std::is_same_v<A, periods>) {
    return combine<Rule>(b, a);
  } else if constexpr (std::is_same_v<A, periodic_calendar> && std::is_same_v<B, periodic_calendar>) {
    return combine_periodic<Rule>(a, b);
  } else if constexpr (std::is_same_v<A, yearly> && std::is_same_v<B, yearly>) {
    return combine_periodic<Rule>(a.cycle(), b.cycle());
  } else if constexpr (as_recurring<A>::value && std::is_same_v<B, yearly>) {
    return combine_recurring<Rule>(a, b.cycle());
  } else if constexpr (as_recurring<A>::value && std::is_same_v<B, periodic_calendar>) {
    return combine_recurring<Rule>(a, b);
  } else if constexpr (as_recurring<B>::value && (std::is_same_v<A, yearly> || std::is_same_v<A, periodic_calendar>)) {
    return combine<Rule>(b, a);
  } else {
    return combination<Rule, A, B>(a, b);
  }
}

}  // namespace detail

/// Open where both are open. What comes back, and what its queries cost:
///
/// | operands | result | queries |
/// |---|---|---|
/// | two lists (`periods`) | `periods` | O(log n) |
/// | any calendar and a list (shifts and dated holidays) | `with_exceptions` | O(log n) + 3 queries of the calendar |
/// | two periodic calendars | one periodic calendar over the common period | O(log of its intervals) |
/// | a repeating calendar and yearly holidays | holidays as exceptions within the common period, repeated | O(log) |
/// | `always_open`, `never_open` and anything | one of the two | |
/// | anything else | `combination`: walks lazily | O(changes between argument and answer) |
///
/// Throws `sched::error` when a common period would need more than 2^22 intervals (`combination` takes such pairs).
/// The result copies its operands' lists: O(n) at least, and whatever its construction costs.
template <resource_calendar A, resource_calendar B>
[[nodiscard]] auto intersect(const A& a, const B& b) {
  return detail::combine<combine_rule::all>(a, b);
}
/// Open where at least one is open: like `intersect` in every respect.
template <resource_calendar A, resource_calendar B>
[[nodiscard]] auto unite(const A& a, const B& b) {
  return detail::combine<combine_rule::any>(a, b);
}
/// More than two, from left to right.
template <resource_calendar A, resource_calendar B, resource_calendar... More>
  requires(sizeof...(More) > 0)
[[nodiscard]] auto intersect(const A& a, const B& b, const More&... more) {
  return calendar::intersect(calendar::intersect(a, b), more...);
}
template <resource_calendar A, resource_calendar B, resource_calendar... More>
  requires(sizeof...(More) > 0)
[[nodiscard]] auto unite(const A& a, const B& b, const More&... more) {
  return calendar::unite(calendar::unite(a, b), more...);
}

/// Open except on the days of c. O(k).
[[nodiscard]] inline yearly complement(const yearly& c) { return yearly(complement(c.cycle())); }

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
