// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_SCHEDULE_HPP
#define SCHED_MODEL_SCHEDULE_HPP

/// \file
/// A schedule of a project, and what a solver returns.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/id.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/status.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// Start, finish and mode of every task, indexed by task. `finish − start` is longer than the work where a task pauses
/// over a break. Times of tasks that are not placed are +∞.
struct schedule {
  std::vector<instant> start;
  std::vector<instant> finish;
  std::vector<std::uint32_t> mode;  ///< index of the mode, 0 … mode_count − 1

  [[nodiscard]] static schedule unplaced(std::size_t n) {
    return {std::vector<instant>(n, instant::infinity()), std::vector<instant>(n, instant::infinity()),
            std::vector<std::uint32_t>(n, 0)};
  }
  [[nodiscard]] std::size_t size() const noexcept { return start.size(); }
  [[nodiscard]] interval when(task_id t) const noexcept { return {start[t.index()], finish[t.index()]}; }
  /// Latest finish over all tasks; 0 for an empty schedule. O(n).
  [[nodiscard]] instant makespan() const noexcept {
    instant latest = 0;
    for (instant f : finish) latest = std::max(latest, f);
    return latest;
  }
  bool operator==(const schedule&) const noexcept = default;
};

/// What a solver returns: how it ended, the schedule (empty when there is none), the tasks that explain an unhappy
/// status, and how many schedules were generated (one per pass of a generation scheme; Kolisch & Hartmann's counting).
struct schedule_result {
  sched::status status = sched::status::unsolved;
  sched::schedule schedule{};
  std::vector<task_id> tasks{};  ///< offending tasks
  std::string reason{};          ///< one line for people; empty when solved
  std::uint64_t schedules = 0;
  [[nodiscard]] bool solved() const noexcept { return sched::solved(status); }
  [[nodiscard]] instant makespan() const noexcept { return schedule.makespan(); }
};

}  // namespace v0
}  // namespace sched

#endif
