// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_CALENDAR_FIT_HPP
#define SCHED_TIMELINE_CALENDAR_FIT_HPP

/// \file
/// Fits of work that also keeps a calendar: the two meanings of a break.

#include <algorithm>
#include <cstdint>
#include <optional>

#include <sched/calendar/calendar.hpp>
#include <sched/calendar/repetition.hpp>
#include <sched/core/config.hpp>
#include <sched/core/interval.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// First instant of i with fewer than n units, for any timeline: from change to change when it has no better way.
template <resource_timeline T>
[[nodiscard]] instant first_low(const T& timeline, interval i, amount n) {
  if constexpr (requires { timeline.first_below(i, n); }) {
    return timeline.first_below(i, n);
  } else {
    for (instant t = std::max(i.start, timeline.origin()); t < i.finish; t = timeline.next_change(t)) {
      if (timeline.available(t) < n) return t;
    }
    return instant::infinity();
  }
}

/// Last end of a tick of i with fewer than n units, for any timeline.
template <resource_timeline T>
[[nodiscard]] instant last_low(const T& timeline, interval i, amount n) {
  if constexpr (requires { timeline.last_below(i, n); }) {
    return timeline.last_below(i, n);
  } else {
    instant end = instant::minus_infinity();
    for (instant t = std::max(i.start, timeline.origin()); t < i.finish;) {
      const instant next = std::min(timeline.next_change(t), i.finish);
      if (timeline.available(t) < n) end = next;
      t = next;
    }
    return end;
  }
}

/// Knows when to stop looking for an open stretch that is long enough. It is told of every whole stretch that is too
/// short, in a row (`again` when the row is broken), and says whether the search is hopeless: a calendar that tells how
/// it repeats itself (`repeats`) is known after one period; any other is given up after 2^20 stretches, more than two a
/// day over the 400 years of the Gregorian cycle.
template <bool Forward, resource_calendar C>
class short_stretches {
public:
  explicit short_stretches(const C& calendar) : calendar_(calendar) {}

  void again() noexcept { count_ = 0; }

  /// The stretch begins at `edge` (backward: ends there) and is too short. True when all that follow are too short,
  /// too.
  [[nodiscard]] bool hopeless(instant edge) {
    if (count_ == 0) {
      repetition_ = calendar::repeats(calendar_);
      if (repetition_) since_ = Forward ? std::max(edge, repetition_->after) : std::min(edge, repetition_->before);
    }
    if (++count_ == limit_) return true;
    if (!repetition_) return false;
    return Forward ? edge >= since_ + repetition_->period : edge <= since_ - repetition_->period;
  }

private:
  static constexpr std::uint32_t limit_ = 1U << 20;
  const C& calendar_;
  std::optional<calendar::repetition> repetition_{};
  instant since_{};
  std::uint32_t count_ = 0;
};

}  // namespace detail

/// Earliest interval at or after `ready` (and the origin) in which `work` ticks can be done with `demand` units,
/// keeping the calendar's breaks; `{+∞, +∞}` if there is none.
///
/// * `break_rule::closed`: least s with `[s, s + work)` open throughout and available throughout.
/// * `break_rule::stretching`: least open tick s such that `[s, f)`, f = `add_work(s, work)`, is available throughout
///   (a paused task keeps its units).
///
/// `work` 0 (or less) gives `{t, t}` with t = max(ready, origin). Breaks and crowded stretches are jumped over, never
/// walked tick by tick: O((b + k)(log c + fit)) for b breaks and k too-low stretches up to the answer, c the calendar's
/// size. When no open stretch is long enough, `closed` notices after one period of the calendar, or gives up after 2^20
/// stretches in a row if the calendar does not tell its period. Allocates nothing itself.
template <resource_timeline T, resource_calendar C>
[[nodiscard]] interval earliest_fit(const T& timeline, const C& calendar, break_rule rule, instant ready, duration work,
                                    amount demand) {
  const instant never = instant::infinity();
  instant t = std::max(ready, timeline.origin());
  if (work <= 0) return {t, t};
  detail::short_stretches<true, C> too_short(calendar);
  for (;;) {
    if (rule == break_rule::closed) {
      const instant fit = timeline.earliest_fit(t, work, demand);
      if (fit != t) too_short.again();
      t = fit;
    }
    const instant start = t == never ? never : calendar.next_open(t);
    if (start == never) return {never, never};
    if (rule == break_rule::stretching) {
      const instant finish = calendar.add_work(start, work);
      if (finish == never && work != duration::infinity()) return {never, never};
      const instant low = detail::first_low(timeline, {start, finish}, demand);
      if (low == never) return {start, finish};
      t = timeline.earliest_fit(low, work, demand);  // at least `work` ticks from the start on must be free of gaps
      continue;
    }
    const instant closes = calendar.next_closed(start);
    if (closes < start + work) {
      if (t < start && too_short.hopeless(start)) return {never, never};
      t = closes;
    } else if (start == t) {
      return {start, start + work};
    } else {
      too_short.again();
      t = start;
    }
  }
}

/// Latest interval that ends at or before `deadline` (finite) and starts at or after the origin, the mirror of
/// `earliest_fit`; `{−∞, −∞}` if there is none. With `stretching` the last tick is open, and so is the first. `work` 0
/// (or less) gives `{deadline, deadline}`.
template <resource_timeline T, resource_calendar C>
[[nodiscard]] interval latest_fit(const T& timeline, const C& calendar, break_rule rule, instant deadline,
                                  duration work, amount demand) {
  SCHED_ASSERT(deadline < instant::infinity());
  const instant never = instant::minus_infinity();
  const interval none{never, never};
  instant t = deadline;
  if (work <= 0) return t >= timeline.origin() ? interval{t, t} : none;
  detail::short_stretches<false, C> too_short(calendar);
  for (;;) {
    if (rule == break_rule::closed) {
      const instant start = timeline.latest_fit(t, work, demand);
      if (start == never) return none;
      if (start + work != t) too_short.again();
      t = start + work;
    }
    const instant finish = calendar.prev_open(t);
    if (finish <= timeline.origin()) return none;
    if (rule == break_rule::stretching) {
      const instant start = calendar.sub_work(finish, work);
      if (start < timeline.origin()) return none;
      const instant low = detail::last_low(timeline, {start, finish}, demand);
      if (low == never) return {start, finish};
      const instant last = timeline.latest_fit(low, work, demand);
      if (last == never) return none;
      t = last + work;
      continue;
    }
    const instant opens = calendar.prev_closed(finish);
    if (opens > finish - work) {
      if (finish < t && too_short.hopeless(finish)) return none;
      t = opens;
    } else if (finish == t) {
      return {finish - work, finish};
    } else {
      too_short.again();
      t = finish;
    }
  }
}

}  // namespace v0
}  // namespace sched

#endif
