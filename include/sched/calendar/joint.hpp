// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_JOINT_HPP
#define SCHED_CALENDAR_JOINT_HPP

/// \file
/// Several calendars at once: open when all of them are.

#include <algorithm>
#include <cstddef>

#include <boost/container/small_vector.hpp>

#include <sched/calendar/any_calendar.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// A view of calendars that a task needs together. Nothing is copied; the calendars must outlive it. One calendar costs
/// what its own query costs; several are walked break by break, O(breaks passed). A walk gives up, with the answer ±∞,
/// after `patience` breaks: calendars that are never open together must not hang a solver.
class joint_view {
public:
  static constexpr std::size_t patience = std::size_t{1} << 17;

  void add(const any_calendar& c) {
    if (!c.always_open()) calendars_.push_back(&c);
  }
  void clear() noexcept { calendars_.clear(); }
  [[nodiscard]] bool always_open() const noexcept { return calendars_.empty(); }

  /// Least s ≥ t at which all are open.
  [[nodiscard]] instant next_open(instant t) const {
    for (std::size_t tries = 0; tries < patience; ++tries) {
      const instant before = t;
      for (const any_calendar* c : calendars_) t = c->next_open(t);
      if (t == before || !t.is_finite()) return t;
      if (calendars_.size() == 1) return t;
    }
    return instant::infinity();
  }
  /// Least s ≥ t at which one is closed.
  [[nodiscard]] instant next_closed(instant t) const {
    instant least = instant::infinity();
    for (const any_calendar* c : calendars_) least = std::min(least, c->next_closed(t));
    return least;
  }
  /// Greatest s ≤ t with all open in the tick before s.
  [[nodiscard]] instant prev_open(instant t) const {
    for (std::size_t tries = 0; tries < patience; ++tries) {
      const instant before = t;
      for (const any_calendar* c : calendars_) t = c->prev_open(t);
      if (t == before || !t.is_finite()) return t;
      if (calendars_.size() == 1) return t;
    }
    return instant::minus_infinity();
  }
  /// Greatest s ≤ t with one closed in the tick before s.
  [[nodiscard]] instant prev_closed(instant t) const {
    instant greatest = instant::minus_infinity();
    for (const any_calendar* c : calendars_) greatest = std::max(greatest, c->prev_closed(t));
    return greatest;
  }

  /// Least f ≥ t with w ticks in [t, f) where all are open.
  [[nodiscard]] instant add_work(instant t, duration w) const {
    if (w <= 0) return t;
    if (calendars_.empty()) return t + w;
    if (calendars_.size() == 1) return calendars_.front()->add_work(t, w);
    for (std::size_t tries = 0; tries < patience; ++tries) {
      t = next_open(t);
      if (!t.is_finite()) return t;
      const instant end = next_closed(t);
      if (end - t >= w) return t + w;
      w -= end - t;
      t = end;
    }
    return instant::infinity();
  }
  /// Greatest s ≤ t with w ticks in [s, t) where all are open.
  [[nodiscard]] instant sub_work(instant t, duration w) const {
    if (w <= 0) return t;
    if (calendars_.empty()) return t - w;
    if (calendars_.size() == 1) return calendars_.front()->sub_work(t, w);
    for (std::size_t tries = 0; tries < patience; ++tries) {
      t = prev_open(t);
      if (!t.is_finite()) return t;
      const instant begin = prev_closed(t);
      if (t - begin >= w) return t - w;
      w -= t - begin;
      t = begin;
    }
    return instant::minus_infinity();
  }

private:
  boost::container::small_vector<const any_calendar*, 4> calendars_;
};

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
