// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_REVERSED_HPP
#define SCHED_MODEL_REVERSED_HPP

/// \file
/// The same project with time running backward.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include <sched/calendar/views.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/schedule.hpp>
#include <sched/model/task_calendars.hpp>

namespace sched {
inline namespace v0 {

/// The mirror image of a project about the horizon: instant t becomes horizon − t. Arcs are turned (a start–start lag
/// becomes finish–finish), release dates become deadlines and the other way round, calendars are mirrored; ids, modes,
/// demands and names stay. A schedule of the mirror is a schedule of the project, `mirrored(s, horizon)`.
/// Due dates have no mirror image and are left out. `modes` (one per task; empty: mode 0) are those of fixed tasks:
/// where a fixed start lies in the mirror depends on the task's mode. O(n + m log m).
[[nodiscard]] inline project reversed_project(const project& p, instant horizon,
                                              std::span<const std::uint32_t> modes = {}) {
  project_builder b;
  b.name(p.name()).first_number(p.first_number()).on_excess_demand(excess_demand::keep);
  for (resource r : p.resources()) {
    if (!r.breaks.always_open()) r.breaks = calendar::mirrored(r.breaks, horizon);
    for (shrinking& s : r.shrinkings) s.calendar = calendar::mirrored(s.calendar, horizon);
    b.add_resource(std::move(r));
  }
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    task_spec spec{.name = p.task_name(t), .weight = p.weight(t)};
    for (std::size_t m = 0; m < p.mode_count(t); ++m) {
      const auto needs = p.requirements(t, m);
      spec.modes.push_back({p.work(t, m), {needs.begin(), needs.end()}, p.mode_number(t, m)});
    }
    if (p.deadline(t).is_finite()) spec.dates.release = horizon - p.deadline(t);
    // Nothing starts before 0 unless it is fixed there, so in the mirror nothing ends after the horizon.
    const instant latest = p.is_fixed(t) ? p.fixed_start(t) : std::max<instant>(0, p.release(t));
    if (p.has_releases() || p.has_calendars() || p.has_deadlines() || p.has_fixed())
      spec.dates.deadline = horizon - latest;
    if (p.is_fixed(t)) {
      spec.dates.fixed_start = horizon - finish_of(p, t, modes.empty() ? 0 : modes[i], p.fixed_start(t));
      spec.dates.release = instant::minus_infinity();
      spec.dates.deadline = instant::infinity();
    } else if (spec.dates.deadline < spec.dates.release) {
      spec.dates.deadline = instant::infinity();  // a contradiction the forward pass reports
    }
    b.add_task(std::move(spec));
  }
  const auto turned = [](lag_kind k) {
    return k == lag_kind::start_start     ? lag_kind::finish_finish
           : k == lag_kind::finish_finish ? lag_kind::start_start
                                          : k;
  };
  for (std::size_t i = 0; i < p.task_count(); ++i)
    for (const adjacency& l : p.successors(task_id(i))) b.add_precedence(l.task, task_id(i), {turned(l.kind), l.lag});
  for (const precedence& a : p.maximal_lags()) b.add_precedence(a.to, a.from, {turned(a.kind), a.lag, true});
  return b.build();
}

/// A schedule of a project's mirror image as one of the project, and the other way round. O(n).
[[nodiscard]] inline schedule mirrored(const schedule& s, instant horizon) {
  schedule out = s;
  for (std::size_t i = 0; i < s.size(); ++i) {
    out.start[i] = horizon - s.finish[i];
    out.finish[i] = horizon - s.start[i];
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
