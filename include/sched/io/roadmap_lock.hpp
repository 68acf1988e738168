// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_ROADMAP_LOCK_HPP
#define SCHED_IO_ROADMAP_LOCK_HPP

/// \file
/// The dates and people of a schedule, frozen, to plan on around them. From a result: io/lock_roadmap.hpp; files:
/// io/json_roadmap_lock.hpp.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sched/io/text_reader.hpp>
#include <sched/model/roadmap.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// One frozen task.
struct roadmap_lock {
  std::string id;
  day_number start = 0;
  day_number end = 0;  ///< last day, inclusive; a task that takes no time in native mode ends the day before its start
  std::vector<std::string> resources{};
  std::vector<double> allocations{};  ///< parallel to `resources`
  bool was_fixed = false;             ///< it had dates of its own
  bool resources_were_computed = false;

  bool operator==(const roadmap_lock&) const = default;
};

/// Freezes tasks: their dates become those of the locks, their resources too, expressions go; durations stay. A task
/// that ends before it starts gets a start only. Locks of tasks that do not exist change nothing; one line about each
/// is returned. O(tasks + locks).
inline std::vector<std::string> apply_locks(roadmap& map, const std::vector<roadmap_lock>& locks) {
  std::unordered_map<std::string_view, std::vector<std::size_t>> positions;  // an id may be defined again
  for (std::size_t k = 0; k < map.tasks.size(); ++k) positions[map.tasks[k].id].push_back(k);
  std::vector<std::string> unknown;
  for (const roadmap_lock& lock : locks) {
    const auto at = positions.find(lock.id);
    if (at == positions.end()) {
      unknown.push_back("lock of " + in_quotes(lock.id) + ": no task has this id");
      continue;
    }
    for (const std::size_t k : at->second) {
      roadmap_task& t = map.tasks[k];
      t.start_on = lock.start;
      t.end_on.reset();
      if (lock.end >= lock.start) t.end_on = lock.end;
      // Demands go with the resources they were written for: the chosen one's stay those of the expression.
      if (t.demands.size() != lock.resources.size()) t.demands.clear();
      t.resources = lock.resources;
      t.allocations = lock.allocations;
      if (std::ranges::all_of(t.allocations, [](double share) { return share == 1; })) t.allocations.clear();
      t.spec.reset();
    }
  }
  return unknown;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
