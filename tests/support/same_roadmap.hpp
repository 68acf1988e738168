// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_SAME_ROADMAP_HPP
#define SCHED_TESTS_SUPPORT_SAME_ROADMAP_HPP

#include <cstddef>
#include <string>

#include <sched/core/ticks.hpp>
#include <sched/model/roadmap.hpp>

/// Where two roadmaps differ, in words; empty when they are the same. Calendars are compared at their first 40 changes
/// from 1970 on.
inline std::string first_difference(const sched::roadmap& a, const sched::roadmap& b) {
  if (a.name != b.name) return "name";
  if (a.now != b.now) return "now";
  if (a.closed != b.closed) return "closed";
  if (a.completed != b.completed) return "completed";
  if (a.given.has_value() != b.given.has_value()) return "given";
  if (a.given && (a.given->deadlines != b.given->deadlines || a.given->priorities != b.given->priorities))
    return "given dates or priorities";
  if (a.people.has_value() != b.people.has_value()) return "people";
  if (a.people) {
    if (a.people->groups != b.people->groups) return "groups";
    if (a.people->default_resource != b.people->default_resource) return "default resource";
    if (a.people->resources.size() != b.people->resources.size()) return "number of people";
    for (std::size_t k = 0; k < a.people->resources.size(); ++k) {
      const auto &x = a.people->resources[k], &y = b.people->resources[k];
      const std::string who = "person " + x.name + ": ";
      if (x.name != y.name) return who + "name";
      if (x.closed != y.closed) return who + "closed";
      if (x.capacity != y.capacity) return who + "capacity";
      if (x.calendar.has_value() != y.calendar.has_value()) return who + "calendar";
      sched::instant t = 0;
      for (int step = 0; x.calendar && step < 40 && t.is_finite(); ++step) {
        if (x.calendar->next_open(t) != y.calendar->next_open(t)) return who + "calendar opens";
        t = x.calendar->next_open(t);
        if (x.calendar->next_closed(t) != y.calendar->next_closed(t)) return who + "calendar closes";
        t = x.calendar->next_closed(t);
      }
    }
  }
  if (a.tasks.size() != b.tasks.size()) return "number of tasks";
  for (std::size_t k = 0; k < a.tasks.size(); ++k) {
    const auto &x = a.tasks[k], &y = b.tasks[k];
    const std::string which = "task " + x.id + ": ";
    if (x.id != y.id || x.name != y.name) return which + "id or name";
    if (x.duration != y.duration) return which + "duration";
    if (x.resources != y.resources || x.allocations != y.allocations || x.demands != y.demands || x.spec != y.spec)
      return which + "resources";
    if (x.dependencies != y.dependencies) return which + "dependencies";
    if (x.start_after != y.start_after || x.end_before != y.end_before || x.start_on != y.start_on ||
        x.end_on != y.end_on)
      return which + "dates";
    if (x.priority != y.priority) return which + "priority";
  }
  return {};
}

#endif
