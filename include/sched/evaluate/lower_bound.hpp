// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_LOWER_BOUND_HPP
#define SCHED_EVALUATE_LOWER_BOUND_HPP

/// \file
/// Two lower bounds on the makespan that cost next to nothing.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {

/// ⌈Σ work · units / capacity⌉ of the busiest renewable resource, every task in the mode that burdens it least. Valid
/// with calendars too (they only take capacity away); 0 when tasks are fixed before time 0. O(modes · k).
[[nodiscard]] inline duration energy_bound(const project& p) {
  for (std::size_t i = 0; i < p.task_count(); ++i)
    if (p.is_fixed(task_id(i)) && p.fixed_start(task_id(i)) < 0) return 0;
  duration bound{};
  for (std::size_t r = 0; r < p.resource_count(); ++r) {
    const resource& res = p.resource_of(resource_id(r));
    if (res.kind != resource_kind::renewable || res.capacity <= 0) continue;
    int128 total = 0;
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      int128 least = std::numeric_limits<std::int64_t>::max();
      least *= std::numeric_limits<std::int64_t>::max();
      for (std::size_t m = 0; m < p.mode_count(task_id(i)); ++m)
        least = std::min(least, int128{p.work(task_id(i), m).count()} * p.demand(task_id(i), resource_id(r), m));
      total += least;
    }
    const int128 length = (total + res.capacity - 1) / res.capacity;
    bound = std::max(
        bound, length > int128{ticks::max().count()} ? ticks::max() : duration(static_cast<std::int64_t>(length)));
  }
  return bound;
}

/// The greater of the critical path and the energy bound: no schedule is shorter.
[[nodiscard]] inline duration makespan_bound(const project& p) {
  return std::max(find_critical_path(p).length, energy_bound(p));
}

}  // namespace v0
}  // namespace sched

#endif
