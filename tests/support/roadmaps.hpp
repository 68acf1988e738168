// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_ROADMAPS_HPP
#define SCHED_TESTS_SUPPORT_ROADMAPS_HPP

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/calendar/civil.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_result.hpp>

/// Short ways to write roadmaps and their results. Days are counted from the first of January 2025, which is now.
namespace roadmaps {

using namespace sched;

inline const day_number january = calendar::days_from_civil({2025, 1, 1});

/// "01-05" → day; "02-30" is the caller's mistake.
inline day_number day(std::string_view month_day) {
  const int month = (month_day[0] - '0') * 10 + (month_day[1] - '0');
  const int d = (month_day[3] - '0') * 10 + (month_day[4] - '0');
  return calendar::days_from_civil({2025, month, d});
}
inline std::string text(instant t) {
  const calendar::civil_date d = calendar::civil_from_days(t.count());
  const auto two = [](int x) { return (x < 10 ? "0" : "") + std::to_string(x); };
  return (d.year == 2025 ? "" : std::to_string(d.year) + "-") + two(d.month) + "-" + two(d.day);
}

inline roadmap_task task(std::string id, double days, std::vector<std::string> resources = {"r"},
                         std::vector<roadmap_dependency> dependencies = {}) {
  roadmap_task t;
  t.id = std::move(id);
  t.duration = days;
  if (days > 0) t.resources = std::move(resources);
  t.dependencies = std::move(dependencies);
  return t;
}
inline roadmap_task anyone(std::string id, double days, std::string spec) {
  roadmap_task t = task(std::move(id), days, {});
  t.spec = std::move(spec);
  return t;
}
inline roadmap_resource person(std::string name, std::vector<day_range> closed = {}) {
  roadmap_resource r;
  r.name = std::move(name);
  r.closed = std::move(closed);
  return r;
}
inline roadmap plan_of(std::vector<roadmap_task> tasks, std::vector<roadmap_resource> people = {}) {
  roadmap r;
  r.now = january;
  r.tasks = std::move(tasks);
  if (!people.empty()) {
    r.people.emplace();
    r.people->resources = std::move(people);
  }
  return r;
}

/// id → "01-01..06 r", the end as reported (the month is left out where it is that of the start).
inline std::map<std::string, std::string> placed(const roadmap& r, const roadmap_result& x) {
  std::map<std::string, std::string> out;
  for (const roadmap_assignment& a : x.placed) {
    const std::string start = text(a.start);
    std::string end = text(a.end);
    if (start.substr(0, 2) == end.substr(0, 2)) end = end.substr(3);
    std::string line = start + ".." + end;
    for (const roadmap_index k : a.resources) line += " " + x.resources[k];
    out[r.tasks[a.task].id] = line;
  }
  return out;
}
inline const roadmap_assignment* find(const roadmap& r, const roadmap_result& x, std::string_view id) {
  for (const roadmap_assignment& a : x.placed)
    if (r.tasks[a.task].id == id) return &a;
  return nullptr;
}

}  // namespace roadmaps

#endif
