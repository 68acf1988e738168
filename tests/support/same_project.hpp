// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_SAME_PROJECT_HPP
#define SCHED_TESTS_SUPPORT_SAME_PROJECT_HPP

#include <algorithm>
#include <cstddef>
#include <string>

#include <sched/model/project.hpp>

/// The first difference between two projects, empty when there is none. Calendars are compared by their answers at
/// the ticks around 0. Not compared: modes that were dropped, which are no part of a project, and names of projects,
/// because in most formats the file's name says them.
inline std::string first_difference(const sched::project& a, const sched::project& b) {
  using namespace sched;
  const auto same_calendar = [](const calendar::any_calendar& x, const calendar::any_calendar& y) {
    if (x.always_open() != y.always_open()) return false;
    for (int t = -100; t < 300; ++t)
      if (x.is_open(t) != y.is_open(t)) return false;
    return true;
  };
  if (a.task_count() != b.task_count()) return "number of tasks";
  if (a.resource_count() != b.resource_count()) return "number of resources";
  if (a.first_number() != b.first_number()) return "first number";
  for (std::size_t i = 0; i < a.resource_count(); ++i) {
    const resource& r = a.resource_of(resource_id(i));
    const resource& s = b.resource_of(resource_id(i));
    const std::string who = " of resource " + a.label(resource_id(i));
    if (r.name != s.name || r.kind != s.kind || r.capacity != s.capacity) return "name, kind or capacity" + who;
    if (!same_calendar(r.breaks, s.breaks) || (!r.breaks.always_open() && r.on_break != s.on_break))
      return "breaks" + who;
    if (r.shrinkings.size() != s.shrinkings.size()) return "shrinkings" + who;
    for (std::size_t k = 0; k < r.shrinkings.size(); ++k)
      if (r.shrinkings[k].capacity != s.shrinkings[k].capacity ||
          !same_calendar(r.shrinkings[k].calendar, s.shrinkings[k].calendar))
        return "shrinkings" + who;
  }
  for (std::size_t i = 0; i < a.task_count(); ++i) {
    const task_id t(i);
    const std::string who = " of task " + a.label(t);
    if (a.task_name(t) != b.task_name(t)) return "name" + who;
    if (a.mode_count(t) != b.mode_count(t)) return "number of modes" + who;
    for (std::size_t m = 0; m < a.mode_count(t); ++m)
      if (a.work(t, m) != b.work(t, m) || a.mode_number(t, m) != b.mode_number(t, m) ||
          !std::ranges::equal(a.requirements(t, m), b.requirements(t, m)))
        return "modes" + who;
    const task_dates &d = a.dates(t), &e = b.dates(t);
    if (d.release != e.release || d.due != e.due || d.deadline != e.deadline || d.fixed_start != e.fixed_start)
      return "dates" + who;
    if (!(a.weight(t) == b.weight(t))) return "weight" + who;
    if (!std::ranges::equal(a.successors(t), b.successors(t))) return "successors" + who;
  }
  if (!std::ranges::equal(a.maximal_lags(), b.maximal_lags())) return "maximal lags";
  if (!std::ranges::equal(a.oversized(), b.oversized())) return "oversized tasks";
  return {};
}

#endif
