// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_LOCK_ROADMAP_HPP
#define SCHED_IO_LOCK_ROADMAP_HPP

/// \file
/// Locks (io/roadmap_lock.hpp) of what a scheduled roadmap has placed.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/io/roadmap_lock.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Locks for everything that is placed, in the order of the result. Days are whole: of tasks that begin or end within a
/// day, the day counts. O(placed).
[[nodiscard]] inline std::vector<roadmap_lock> lock_roadmap(const roadmap& map, const roadmap_options& options,
                                                            const roadmap_result& result) {
  const bool native = options.mode == roadmap_mode::native;
  const std::int64_t ticks = native ? options.ticks_per_day : 1;
  const auto day_of = [&](instant t) {
    return t.count() >= 0 ? t.count() / ticks : -((-t.count() + ticks - 1) / ticks);
  };
  std::vector<roadmap_lock> all;
  all.reserve(result.placed.size());
  for (const roadmap_assignment& a : result.placed) {
    const roadmap_task& t = map.tasks[a.task];
    roadmap_lock& lock = all.emplace_back(roadmap_lock{.id = t.id, .start = day_of(a.start)});
    lock.end = native ? day_of(a.end - 1) : a.end.count();
    for (std::size_t k = 0; k < a.resources.size(); ++k) {
      lock.resources.push_back(result.resources[a.resources[k]]);
      const bool listed = !a.automatic && k < t.allocations.size() && t.allocations.size() == a.resources.size();
      lock.allocations.push_back(listed ? t.allocations[k] : 1.0);
    }
    lock.was_fixed = a.fixed;
    lock.resources_were_computed = a.automatic;
  }
  return all;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
