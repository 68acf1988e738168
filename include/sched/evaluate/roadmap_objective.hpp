// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_ROADMAP_OBJECTIVE_HPP
#define SCHED_EVALUATE_ROADMAP_OBJECTIVE_HPP

/// \file
/// How good is a scheduled roadmap? Four numbers, by each task's own priority and own due date.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <sched/core/ticks.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {

/// What is counted as the end of a task. `half_open`: its finish, when dependents may start. `closed_days`: the
/// completion of its work, without the tail; in compatible modes that is the last day as they report it. Tardiness is
/// the same in both: the finish behind the end of the due day.
enum class roadmap_convention : std::uint8_t { half_open, closed_days };

/// Smaller is better. Times are in ticks; sums saturate.
struct roadmap_metrics {
  duration makespan = 0;                 ///< from now to the last end
  std::int64_t weighted_tardiness = 0;   ///< Σ priority · tardiness
  std::int64_t weighted_completion = 0;  ///< Σ priority · (end − now)
  std::size_t late = 0;                  ///< tasks that are late
  std::size_t unplaced = 0;              ///< tasks without a place: the other numbers do not count them

  bool operator==(const roadmap_metrics&) const noexcept = default;
  /// All three aggregates are at most those of `other`.
  [[nodiscard]] bool no_worse_than(const roadmap_metrics& other) const noexcept {
    return unplaced <= other.unplaced && makespan <= other.makespan && weighted_tardiness <= other.weighted_tardiness &&
           weighted_completion <= other.weighted_completion;
  }
  /// `tardiness_weight` · Σ priority · tardiness + Σ priority · completion.
  [[nodiscard]] std::int64_t objective(std::int64_t tardiness_weight = 100) const noexcept {
    return saturating_add(saturating_mul(tardiness_weight, weighted_tardiness), weighted_completion);
  }
};

/// The metrics of a result; fixed tasks count. O(placed), allocates nothing. Precondition: the result is of this
/// roadmap and these options.
[[nodiscard]] inline roadmap_metrics measure(const roadmap& map, const roadmap_options& options,
                                             const roadmap_result& result,
                                             roadmap_convention convention = roadmap_convention::closed_days) {
  const bool native = options.mode == roadmap_mode::native;
  const std::int64_t day = native ? options.ticks_per_day : 1;
  const duration tail = native ? options.tail : 1;
  const bool closed = convention == roadmap_convention::closed_days;
  roadmap_metrics m{.unplaced = result.failed.size()};
  for (const roadmap_assignment& a : result.placed) {
    const roadmap_task& t = map.tasks[a.task];
    const std::int64_t priority = t.priority.value_or(options.default_priority);
    const duration completion = (closed ? a.finish - tail : a.finish) - instant(map.now) * day;
    m.makespan = std::max(m.makespan, completion);
    m.weighted_completion = saturating_add(m.weighted_completion, saturating_mul(priority, completion.count()));
    if (!t.end_before) continue;
    const duration tardiness = a.finish - (instant(*t.end_before) + 1) * day;
    if (tardiness <= 0) continue;
    m.weighted_tardiness = saturating_add(m.weighted_tardiness, saturating_mul(priority, tardiness.count()));
    ++m.late;
  }
  return m;
}

}  // namespace v0
}  // namespace sched

#endif
