// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_RESOURCE_USAGE_HPP
#define SCHED_IO_RESOURCE_USAGE_HPP

/// \file
/// What a schedule uses of a resource, what the resource offers, and when tasks pause: step functions for reports.

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <sched/calendar/calendar.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {

/// From `time` on (up to the next step) the level is `level`.
struct usage_step {
  instant time{};
  amount level = 0;
  bool operator==(const usage_step&) const noexcept = default;
};

/// True when both times of a task are finite.
[[nodiscard]] inline bool placed(const schedule& s, task_id t) noexcept {
  return t.index() < s.size() && s.start[t.index()].is_finite() && s.finish[t.index()].is_finite();
}

/// The parts of `[start, finish)` in which a task does not work because a stretching resource that it needs is in a
/// break. Sorted and disjoint. At most `most` parts: with more, none are returned. O(parts · requirements · log).
[[nodiscard]] inline std::vector<interval> pauses_of(const project& p, const schedule& s, task_id t,
                                                     std::size_t most = 1000) {
  std::vector<interval> parts;
  if (!p.has_calendars() || !placed(s, t)) return parts;
  std::vector<const calendar::any_calendar*> calendars;
  for (const requirement& q : p.requirements(t, s.mode[t.index()])) {
    const resource& r = p.resource_of(q.resource);
    if (!r.breaks.always_open() && r.on_break == break_rule::stretching) calendars.push_back(&r.breaks);
  }
  if (calendars.empty()) return parts;
  const interval when = s.when(t);
  for (instant now = when.start; now < when.finish;) {
    instant closed = when.finish;
    for (const auto* c : calendars) closed = std::min(closed, c->next_closed(now));
    if (closed >= when.finish) break;
    instant open = closed;
    std::size_t moves = 0;  // calendars that are never open together would take turns for ever
    for (bool moved = true; moved && open < when.finish && moves <= most;) {
      moved = false;
      for (const auto* c : calendars)
        if (const instant next = c->next_open(open); next > open) {
          open = next;
          moved = true;
          ++moves;
        }
    }
    if (moves > most) return {};
    now = std::min(open, when.finish);
    if (parts.size() == most) return {};
    parts.push_back({closed, now});
  }
  return parts;
}

/// Units of a resource in use over time, every step a change of level, 0 before the first. Renewable: the sum of the
/// demands of the tasks at work (pauses do not count). Non-renewable: what has been spent, from each task's start on.
/// O(k log k) for k tasks (and pauses) that need it; allocates.
[[nodiscard]] inline std::vector<usage_step> usage_of(const project& p, const schedule& s, resource_id r) {
  const bool renewable = p.resource_of(r).kind == resource_kind::renewable;
  std::vector<usage_step> events;
  const auto add = [&](instant from, instant to, amount units) {
    if (from >= to) return;
    events.push_back({from, units});
    events.push_back({to, -units});
  };
  for (std::size_t i = 0; i < s.size() && i < p.task_count(); ++i) {
    const task_id t(i);
    if (!placed(s, t)) continue;
    const amount units = p.demand(t, r, s.mode[i]);
    if (units == 0) continue;
    if (!renewable) {
      events.push_back({s.start[i], units});
      continue;
    }
    instant from = s.start[i];
    for (const interval& pause : pauses_of(p, s, t)) {
      add(from, pause.start, units);
      from = pause.finish;
    }
    add(from, s.finish[i], units);
  }
  std::sort(events.begin(), events.end(), [](const usage_step& a, const usage_step& b) { return a.time < b.time; });
  std::vector<usage_step> steps;
  amount level = 0;
  for (std::size_t i = 0; i < events.size();) {
    const instant time = events[i].time;
    const amount before = level;
    for (; i < events.size() && events[i].time == time; ++i) level = saturating_add(level, events[i].level);
    if (level != before) steps.push_back({time, level});
  }
  return steps;
}

/// The level of a step function at an instant. O(log n).
[[nodiscard]] inline amount level_at(const std::vector<usage_step>& steps, instant t) noexcept {
  const auto after =
      std::upper_bound(steps.begin(), steps.end(), t, [](instant x, const usage_step& s) { return x < s.time; });
  return after == steps.begin() ? 0 : (after - 1)->level;
}

/// Capacity of a resource over a window (shrinkings lower it; breaks are not looked at): the first step at the window's
/// start. At most `most` steps: with more, the full capacity is given as one. O(steps · shrinkings · log).
[[nodiscard]] inline std::vector<usage_step> capacity_of(const resource& r, interval window, std::size_t most = 4000) {
  std::vector<usage_step> steps{{window.start, r.capacity_at(window.start)}};
  instant now = window.start;
  for (std::size_t changes = 0; changes <= most; ++changes) {
    instant next = instant::infinity();
    for (const shrinking& s : r.shrinkings)
      next = std::min(next, s.calendar.is_open(now) ? s.calendar.next_closed(now) : s.calendar.next_open(now));
    if (next >= window.finish) return steps;
    now = next;
    if (const amount level = r.capacity_at(now); level != steps.back().level) steps.push_back({now, level});
  }
  return {{window.start, r.capacity}};
}

/// Closed times of a calendar inside a window. At most `most`: with more, none are returned. O(parts · log).
[[nodiscard]] inline std::vector<interval> breaks_of(const calendar::any_calendar& c, interval window,
                                                     std::size_t most = 4000) {
  std::vector<interval> parts;
  if (c.always_open()) return parts;
  for (instant now = window.start; now < window.finish;) {
    const instant closed = c.next_closed(now);
    if (closed >= window.finish) break;
    now = std::min(c.next_open(closed), window.finish);
    if (parts.size() == most) return {};
    parts.push_back({closed, now});
  }
  return parts;
}

}  // namespace v0
}  // namespace sched

#endif
