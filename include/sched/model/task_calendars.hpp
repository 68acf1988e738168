// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_TASK_CALENDARS_HPP
#define SCHED_MODEL_TASK_CALENDARS_HPP

/// \file
/// Which calendars govern a task in a mode.

#include <cstddef>

#include <sched/calendar/joint.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {

/// The calendars of the resources that a mode needs, by the meaning of their breaks.
struct task_calendars {
  calendar::joint_view stretching;  ///< work counts only while all of these are open
  calendar::joint_view closed;      ///< none of these may close between start and finish

  void collect(const project& p, task_id t, std::size_t mode) {
    stretching.clear();
    closed.clear();
    for (const requirement& q : p.requirements(t, mode)) {
      const resource& r = p.resource_of(q.resource);
      (r.on_break == break_rule::stretching ? stretching : closed).add(r.breaks);
    }
  }
  [[nodiscard]] bool always_open() const noexcept { return stretching.always_open() && closed.always_open(); }
};

/// When a task that starts at `start` finishes: its work in ticks that all stretching calendars leave open. +∞ when it
/// never does. No calendar: O(1).
[[nodiscard]] inline instant finish_of(const project& p, task_id t, std::size_t mode, instant start) {
  if (!p.has_calendars()) return start + p.work(t, mode);
  task_calendars c;
  c.collect(p, t, mode);
  return c.stretching.add_work(start, p.work(t, mode));
}

}  // namespace v0
}  // namespace sched

#endif
