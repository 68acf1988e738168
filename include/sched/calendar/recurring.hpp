// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_RECURRING_HPP
#define SCHED_CALENDAR_RECURRING_HPP

/// \file
/// A calendar that repeats a pattern for ever; weekly and other periodic calendars.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/periods.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// Repeats the ticks [0, period) of a pattern for ever: tick t is like tick (t − origin) mod period of the pattern.
///
/// Nothing is expanded: a query is one division and at most three queries of the pattern, so O(log n) for a pattern of
/// n intervals, wherever t lies. Exact on the whole 64-bit range; saturates only where the true answer leaves it.
template <resource_calendar Pattern>
class recurring {
public:
  /// Throws `sched::error` unless period and origin are finite and period ≥ 1. Copies the pattern.
  recurring(Pattern pattern, duration period, instant origin = 0) : pattern_(std::move(pattern)) {
    if (!period.is_finite() || period < duration(1))
      throw error("a calendar's period must be at least one tick and finite");
    if (!origin.is_finite()) throw error("a periodic calendar needs a finite origin");
    period_ = period.count();
    origin_ = detail::floor_divide(origin.count(), period_).remainder;
    work_ = pattern_.work_between({0, period}).count();
    first_open_ = pattern_.next_open(0);
    first_closed_ = pattern_.next_closed(0);
    last_open_ = pattern_.prev_open(period);
    last_closed_ = pattern_.prev_closed(period);
  }

  [[nodiscard]] const Pattern& pattern() const noexcept { return pattern_; }
  [[nodiscard]] duration period() const noexcept { return period_; }
  /// An instant at which the pattern begins, in [0, period).
  [[nodiscard]] instant origin() const noexcept { return origin_; }
  /// Open ticks in one period.
  [[nodiscard]] duration work_per_period() const noexcept { return work_; }

  [[nodiscard]] bool is_open(instant t) const { return t.is_finite() && pattern_.is_open(split(t).remainder); }

  [[nodiscard]] instant next_open(instant t) const {
    if (work_ == 0) return instant::infinity();
    if (!t.is_finite()) return t;
    const std::int64_t r = split(t).remainder;
    const instant s = pattern_.next_open(r);
    return s < period_ ? t + (s - r) : t + (period_ - r) + first_open_;
  }
  [[nodiscard]] instant next_closed(instant t) const {
    if (work_ == period_) return instant::infinity();
    if (!t.is_finite()) return t;
    const std::int64_t r = split(t).remainder;
    const instant s = pattern_.next_closed(r);
    return s < period_ ? t + (s - r) : t + (period_ - r) + first_closed_;
  }
  [[nodiscard]] instant prev_open(instant t) const {
    if (work_ == 0) return instant::minus_infinity();
    if (!t.is_finite()) return t;
    const std::int64_t r = split(t).remainder;
    const instant s = r == 0 ? instant(0) : pattern_.prev_open(r);
    return s > instant(0) ? t - (r - s) : t - r - (period_ - last_open_);
  }
  [[nodiscard]] instant prev_closed(instant t) const {
    if (work_ == period_) return instant::minus_infinity();
    if (!t.is_finite()) return t;
    const std::int64_t r = split(t).remainder;
    const instant s = r == 0 ? instant(0) : pattern_.prev_closed(r);
    return s > instant(0) ? t - (r - s) : t - r - (period_ - last_closed_);
  }

  [[nodiscard]] instant add_work(instant t, duration w) const {
    SCHED_ASSERT(w >= duration(0));
    if (w <= duration(0)) return t;
    if (work_ == 0) return instant::infinity();
    if (!t.is_finite()) return t;
    if (!w.is_finite()) return instant::infinity();
    const std::int64_t r = split(t).remainder;
    const instant f = pattern_.add_work(r, w);
    if (f <= instant(period_)) return t + (f - r);
    const std::int64_t left = w.count() - pattern_.work_between({r, period_}).count() - 1;
    const instant in_cycle = pattern_.add_work(0, left % work_ + 1);
    return detail::saturate(int128{t.count()} - r + int128{period_} * (1 + left / work_) + in_cycle.count());
  }
  [[nodiscard]] instant sub_work(instant t, duration w) const {
    SCHED_ASSERT(w >= duration(0));
    if (w <= duration(0)) return t;
    if (work_ == 0) return instant::minus_infinity();
    if (!t.is_finite()) return t;
    if (!w.is_finite()) return instant::minus_infinity();
    const std::int64_t r = split(t).remainder;
    const instant s = pattern_.sub_work(r, w);
    if (s >= instant(0)) return t - (r - s);
    const std::int64_t left = w.count() - pattern_.work_between({0, r}).count() - 1;
    const instant in_cycle = pattern_.sub_work(period_, left % work_ + 1);
    return detail::saturate(int128{t.count()} - r - int128{period_} * (1 + left / work_) + in_cycle.count());
  }

  [[nodiscard]] duration work_between(interval i) const {
    if (i.empty() || work_ == 0) return 0;
    if (!i.start.is_finite() || !i.finish.is_finite()) return duration::infinity();
    const auto [qa, a] = split(i.start);
    const auto [qb, b] = split(i.finish);
    if (qa == qb) return pattern_.work_between({a, b});
    const int128 ends = int128{pattern_.work_between({0, b}).count()} - pattern_.work_between({0, a}).count();
    return detail::saturate((int128{qb} - qa) * work_ + ends);
  }

  [[nodiscard]] std::optional<repetition> repeats() const noexcept { return repetition{0, 0, period_}; }

private:
  /// Cycle and place in it. (The origin is subtracted after the division, so nothing wraps near the ends.)
  [[nodiscard]] detail::quotient_remainder split(instant t) const noexcept {
    detail::quotient_remainder at = detail::floor_divide(t.count(), period_);
    at.remainder -= origin_;
    if (at.remainder < 0) {
      at.remainder += period_;
      --at.quotient;
    }
    return at;
  }

  Pattern pattern_;
  std::int64_t period_ = 1;
  std::int64_t origin_ = 0;
  std::int64_t work_ = 0;  ///< open ticks in one period
  instant first_open_, first_closed_, last_open_, last_closed_;
};

/// Intervals that repeat with a period: what `periodic` and `weekly` return.
using periodic_calendar = recurring<periods>;

static_assert(resource_calendar<periodic_calendar>);

/// Open in the given intervals of every period (a day, a week, a rota of 28 days …), closed otherwise.
///
/// Intervals count from `origin`, an instant at which a period begins. They may start anywhere and may reach over the
/// end of the period (they wrap into the next one); overlapping or touching ones are merged, also across the wrap. O(n
/// log n). Throws `sched::error` when an interval is unbounded or finishes before it starts, or the period is < 1.
[[nodiscard]] inline periodic_calendar periodic(duration period, const std::vector<interval>& open,
                                                instant origin = 0) {
  if (!period.is_finite() || period < duration(1))
    throw error("a calendar's period must be at least one tick and finite");
  std::vector<interval> in_period;
  in_period.reserve(open.size() + 1);
  for (const interval& i : open) {
    if (!i.start.is_finite() || !i.finish.is_finite()) throw error("an interval of a periodic calendar is unbounded");
    if (i.length() >= period) {
      in_period.push_back({0, period});
    } else if (i.finish < i.start) {
      in_period.push_back(i);  // reported by `normalised`
    } else {
      const instant start = detail::floor_divide(i.start.count(), period.count()).remainder;
      const duration room = period - start;
      in_period.push_back({start, start + std::min(room, i.length())});
      if (i.length() > room) in_period.push_back({0, i.length() - room});
    }
  }
  return periodic_calendar(periods(std::move(in_period)), period, origin);
}

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
