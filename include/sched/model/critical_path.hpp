// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_CRITICAL_PATH_HPP
#define SCHED_MODEL_CRITICAL_PATH_HPP

/// \file
/// The critical path method: time windows of all tasks when resources do not matter.

#include <algorithm>
#include <cstddef>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {

/// Earliest and latest times of every task, with shortest modes, all minimal lags, release dates and fixed starts, and
/// without resources and calendars: `length` is a lower bound on every makespan. A window can be longer than the
/// shortest work on both sides: a lag that ties a finish does not tell when a task starts that a longer mode or a break
/// prolongs. Latest times are those of the backward pass from `length`; deadlines do not tighten them.
struct critical_path {
  std::vector<instant> earliest_start, earliest_finish, latest_start, latest_finish;
  duration length{};

  /// What must still happen after a task's finish: length − latest finish.
  [[nodiscard]] duration tail(task_id t) const noexcept { return length - latest_finish[t.index()]; }
  [[nodiscard]] duration slack(task_id t) const noexcept { return latest_start[t.index()] - earliest_start[t.index()]; }
  [[nodiscard]] bool critical(task_id t) const noexcept { return slack(t) <= 0; }
};

/// Shortest working time over a task's modes. O(modes).
[[nodiscard]] inline duration shortest_work(const project& p, task_id t) noexcept {
  duration least = duration::infinity();
  for (std::size_t m = 0; m < p.mode_count(t); ++m) least = std::min(least, p.work(t, m));
  return least;
}

/// Longest stay of a task over its modes: the work, +∞ where breaks can stretch it. O(modes · requirements).
[[nodiscard]] inline duration longest_stay(const project& p, task_id t) noexcept {
  duration most{};
  for (std::size_t m = 0; m < p.mode_count(t); ++m) {
    if (p.work(t, m) == 0) continue;
    most = std::max(most, p.work(t, m));
    if (!p.has_calendars()) continue;
    for (const requirement& q : p.requirements(t, m)) {
      const resource& r = p.resource_of(q.resource);
      if (r.on_break == break_rule::stretching && !r.breaks.always_open()) return duration::infinity();
    }
  }
  return most;
}

/// Forward and backward pass. O(n + m), allocates the result. Reference: Kelley & Walker 1959; generalised lags:
/// Elmaghraby & Kamburowski 1992.
[[nodiscard]] inline critical_path find_critical_path(const project& p) {
  const std::size_t n = p.task_count();
  critical_path c;
  c.earliest_start.assign(n, 0);
  c.earliest_finish.assign(n, 0);
  c.latest_start.assign(n, 0);
  c.latest_finish.assign(n, 0);
  std::vector<duration> work(n), stay(n);
  for (std::size_t i = 0; i < n; ++i) {
    work[i] = shortest_work(p, task_id(i));
    stay[i] = longest_stay(p, task_id(i));
  }
  for (task_id t : p.topological_order()) {
    const std::size_t i = t.index();
    instant start = std::max<instant>(0, p.release(t));
    instant finish = instant::minus_infinity();
    for (const adjacency& l : p.predecessors(t)) {
      const std::size_t j = l.task.index();
      const instant from = (from_start(l.kind) ? c.earliest_start[j] : c.earliest_finish[j]) + l.lag;
      instant& bound = to_start(l.kind) ? start : finish;
      bound = std::max(bound, from);
    }
    if (stay[i].is_finite()) start = std::max(start, finish - stay[i]);
    if (p.is_fixed(t)) {
      start = p.fixed_start(t);
      finish = instant::minus_infinity();
    }
    c.earliest_start[i] = start;
    c.earliest_finish[i] = std::max(finish, start + work[i]);
    c.length = std::max(c.length, c.earliest_finish[i]);
  }
  const auto order = p.topological_order();
  for (std::size_t k = order.size(); k-- > 0;) {
    const task_id t = order[k];
    const std::size_t i = t.index();
    instant start = instant::infinity();
    instant finish = c.length;
    for (const adjacency& l : p.successors(t)) {
      const std::size_t j = l.task.index();
      const instant to = (to_start(l.kind) ? c.latest_start[j] : c.latest_finish[j]) - l.lag;
      instant& bound = from_start(l.kind) ? start : finish;
      bound = std::min(bound, to);
    }
    c.latest_start[i] = std::min(start, finish - work[i]);
    c.latest_finish[i] = stay[i].is_finite() ? std::min(finish, c.latest_start[i] + stay[i]) : finish;
  }
  return c;
}

}  // namespace v0
}  // namespace sched

#endif
