// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_RESOURCE_POOL_HPP
#define SCHED_SOLVE_RESOURCE_POOL_HPP

/// \file
/// The renewable resources of a project over time: where does a task fit?

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>
#include <sched/model/task_calendars.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {

/// One timeline per renewable resource, and the calendars. Answers where a whole task fits: all its demands, over its
/// whole stay, its breaks treated as each resource says. Shrinkings enter the timelines lazily, only as far as tasks
/// reach. `Timeline` needs `reset(capacity)` besides the contract. After the first round nothing allocates.
template <reusable_timeline Timeline>
class resource_pool {
public:
  explicit resource_pool(const project& p) : problem_(&p), first_(first_start(p)) {
    timelines_.resize(p.resource_count());
    shrunk_until_.resize(p.resource_count());
    shrunk_steps_.resize(p.resource_count());
    reset();
  }

  /// Everything free again.
  void reset() {
    for (std::size_t r = 0; r < timelines_.size(); ++r) {
      const resource& res = problem_->resource_of(resource_id(r));
      timelines_[r].reset(res.capacity, first_);
      shrunk_until_[r] = res.shrinkings.empty() ? instant::infinity() : first_;
      shrunk_steps_[r] = 0;
    }
  }

  /// Least feasible `[start, finish)` with start ≥ ready and finish ≥ min_finish; both +∞ if there is none.
  /// A task without work fits anywhere at once. Without calendars O(k · fit) for every time some demand pushes the
  /// start; with calendars in addition O(breaks passed).
  [[nodiscard]] interval earliest(task_id t, std::size_t mode, instant ready,
                                  instant min_finish = instant::minus_infinity()) {
    const duration work = problem_->work(t, mode);
    if (work == 0) {
      const instant at = std::max(ready, min_finish);
      return {at, at};
    }
    if (!problem_->has_calendars()) return earliest_plain(t, mode, std::max(ready, min_finish - work), work);
    return earliest_in_calendars(t, mode, ready, min_finish, work);
  }

  /// True when the task can start exactly at `start`; then `when` is its stay. One look at the stay, however long the
  /// task would have to wait otherwise.
  [[nodiscard]] bool fits(task_id t, std::size_t mode, instant start, instant min_finish, interval& when) {
    const duration work = problem_->work(t, mode);
    when = {start, start + work};
    if (work == 0) return min_finish <= start;
    if (problem_->has_calendars()) {
      calendars_.collect(*problem_, t, mode);
      if (calendars_.closed.next_closed(start) == start || calendars_.stretching.next_closed(start) == start)
        return false;
      return try_in_calendars(t, mode, start, min_finish, work, when.finish) == start;
    }
    if (when.finish < min_finish) return false;
    for (const requirement& q : problem_->requirements(t, mode))
      if (renewable(q) && timelines_[q.resource.index()].min_available(when) < q.units) return false;
    return true;
  }

  /// Books what `earliest` found. `remove` is the exact inverse.
  void place(task_id t, std::size_t mode, interval when) { change(t, mode, when, -1); }
  void remove(task_id t, std::size_t mode, interval when) { change(t, mode, when, 1); }

  /// Least instant after t at which some calendar of the project opens or closes; +∞ if none does.
  [[nodiscard]] instant next_calendar_change(instant t) const {
    instant least = instant::infinity();
    const auto look = [&](const calendar::any_calendar& c) {
      if (c.always_open()) return;
      const instant open = c.next_open(t + 1);
      least = std::min(least, open > t + 1 || !c.is_open(t) ? open : instant::infinity());
      least = std::min(least, c.is_open(t) ? c.next_closed(t) : instant::infinity());
    };
    for (const resource& r : problem_->resources()) {
      look(r.breaks);
      for (const shrinking& s : r.shrinkings) look(s.calendar);
    }
    return least;
  }

  [[nodiscard]] const Timeline& timeline(resource_id r) const noexcept { return timelines_[r.index()]; }

private:
  [[nodiscard]] bool renewable(const requirement& q) const noexcept {
    return problem_->resource_of(q.resource).kind == resource_kind::renewable;
  }

  void change(task_id t, std::size_t mode, interval when, amount sign) {
    if (when.empty()) return;
    for (const requirement& q : problem_->requirements(t, mode))
      if (renewable(q)) timelines_[q.resource.index()].add_capacity(when, sign * q.units);
  }

  [[nodiscard]] interval earliest_plain(task_id t, std::size_t mode, instant start, duration work) const {
    const auto needs = problem_->requirements(t, mode);
    // Round robin until every demand has agreed to the same start.
    std::size_t agreed = 0;
    for (std::size_t k = 0; agreed < needs.size(); k = k + 1 == needs.size() ? 0 : k + 1) {
      ++agreed;
      if (!renewable(needs[k])) continue;
      const instant s = timelines_[needs[k].resource.index()].earliest_fit(start, work, needs[k].units);
      if (s == instant::infinity()) return {s, s};
      if (s > start) {
        start = s;
        agreed = 1;
      }
    }
    return {start, start + work};
  }

  [[nodiscard]] interval earliest_in_calendars(task_id t, std::size_t mode, instant start, instant min_finish,
                                               duration work) {
    constexpr interval never{instant::infinity(), instant::infinity()};
    calendars_.collect(*problem_, t, mode);
    if (calendars_.stretching.always_open()) start = std::max(start, min_finish - work);
    for (std::size_t tries = 0; tries < calendar::joint_view::patience; ++tries) {
      instant finish{};
      const instant next = try_in_calendars(t, mode, start, min_finish, work, finish);
      if (next == start) return {start, finish};
      if (!next.is_finite()) return never;
      start = next;
    }
    return never;
  }

  /// `start` if the task can start there (then `finish` is when it ends), else a later instant before which it cannot.
  /// `calendars_` are the task's.
  [[nodiscard]] instant try_in_calendars(task_id t, std::size_t mode, instant start, instant min_finish, duration work,
                                         instant& finish) {
    if (const instant open = calendars_.closed.next_open(calendars_.stretching.next_open(start)); open != start)
      return open;
    finish = calendars_.stretching.add_work(start, work);
    if (!finish.is_finite()) return instant::infinity();
    if (finish < min_finish)  // sub_work may stop short of the next open tick
      return std::max(start + 1, calendars_.stretching.sub_work(min_finish, work));
    if (const instant shut = calendars_.closed.next_closed(start); shut < finish)
      return calendars_.closed.next_open(shut);
    return resources_push(t, mode, {start, finish}, work);
  }

  /// `when.start` if all demands are met over `when`, else a later instant before which no start can be feasible.
  [[nodiscard]] instant resources_push(task_id t, std::size_t mode, interval when, duration work) {
    for (const requirement& q : problem_->requirements(t, mode)) {
      if (!renewable(q)) continue;
      if (!shrink_until(q.resource, when.finish)) return instant::infinity();
      Timeline& line = timelines_[q.resource.index()];
      // Every stay is at least `work` long, so an earlier start than this fit's cannot be feasible …
      instant s = line.earliest_fit(when.start, work, q.units);
      // … and of a longer stay, every start up to its first shortage reaches into the shortage.
      if (s == when.start && line.min_available(when) < q.units)
        s = line.earliest_fit(first_shortage(line, {when.start + work, when.finish}, q.units), 1, q.units);
      if (s != when.start) return known_until(q.resource, s);
    }
    return when.start;
  }
  /// Beyond what is known of the shrinkings a timeline looks freer than it is: an answer there is only a lower bound.
  [[nodiscard]] instant known_until(resource_id r, instant s) const noexcept {
    return s.is_finite() ? std::min(s, shrunk_until_[r.index()]) : s;
  }

  [[nodiscard]] static instant first_shortage(const Timeline& line, interval i, amount units) {
    instant at = i.start;
    while (at < i.finish && line.available(at) >= units) at = line.next_change(at);
    return at;
  }

  /// Enters the shrinkings of a resource into its timeline up to t at least (and generously beyond). False when that
  /// takes more steps than there is patience for: a task that never fits must not hang a solver.
  [[nodiscard]] bool shrink_until(resource_id id, instant t) {
    instant& known = shrunk_until_[id.index()];
    if (known >= t) return true;
    const resource& r = problem_->resource_of(id);
    const instant to = t < 0 ? instant(0) : t + t + 64;
    for (instant at = known; at < to;) {
      if (++shrunk_steps_[id.index()] > calendar::joint_view::patience) {
        known = at;
        return known >= t;
      }
      instant next = to;
      amount least = r.capacity;
      for (const shrinking& s : r.shrinkings) {
        const bool open = s.calendar.is_open(at);
        if (!open) least = std::min(least, s.capacity);
        next = std::min(next, open ? s.calendar.next_closed(at) : s.calendar.next_open(at));
      }
      if (least < r.capacity) timelines_[id.index()].add_capacity({at, next}, least - r.capacity);
      at = next;
    }
    known = to;
    return true;
  }
  /// Nothing but fixed tasks lies before 0.
  [[nodiscard]] static instant first_start(const project& p) {
    instant first = 0;
    for (std::size_t i = 0; p.has_fixed() && i < p.task_count(); ++i)
      if (p.is_fixed(task_id(i))) first = std::min(first, p.fixed_start(task_id(i)));
    return first;
  }

  const project* problem_;
  instant first_;
  std::vector<Timeline> timelines_;
  std::vector<instant> shrunk_until_;
  std::vector<std::size_t> shrunk_steps_;
  task_calendars calendars_;
};

}  // namespace v0
}  // namespace sched

#endif
