// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_JOB_MEASURE_HPP
#define SCHED_EVALUATE_JOB_MEASURE_HPP

/// \file
/// The metrics of a run of batch jobs by name: one number each, and which way is better.

#include <array>
#include <span>
#include <string_view>

#include <sched/evaluate/job_metrics.hpp>

namespace sched {
inline namespace v0 {

/// A number that a run is judged by.
struct job_measure {
  std::string_view name{};
  std::string_view title{};  ///< for people
  double (*of)(const job_metrics&) = nullptr;
  bool more_is_better = false;
  bool is_time = false;  ///< in ticks

  [[nodiscard]] double operator()(const job_metrics& m) const { return of(m); }
};

namespace detail {
[[nodiscard]] inline double real_ticks(duration d) noexcept { return static_cast<double>(d.count()); }
}  // namespace detail

/// Every measure, in the order in which tables show them. O(1).
[[nodiscard]] inline std::span<const job_measure> job_measures() {
  static constexpr std::array<job_measure, 14> all{{
      {"avg_wait", "Mean wait", [](const job_metrics& m) { return m.avg_wait; }, false, true},
      {"avg_bounded_slowdown", "Mean bounded slowdown", [](const job_metrics& m) { return m.avg_bounded_slowdown; }},
      {"max_wait", "Longest wait", [](const job_metrics& m) { return detail::real_ticks(m.max_wait); }, false, true},
      {"utilization", "Utilisation", [](const job_metrics& m) { return m.utilisation; }, true},
      {"makespan", "Makespan", [](const job_metrics& m) { return detail::real_ticks(m.makespan); }, false, true},
      {"wait_p50", "Median wait", [](const job_metrics& m) { return detail::real_ticks(m.wait_p50); }, false, true},
      {"wait_p90", "90 % wait", [](const job_metrics& m) { return detail::real_ticks(m.wait_p90); }, false, true},
      {"wait_p99", "99 % wait", [](const job_metrics& m) { return detail::real_ticks(m.wait_p99); }, false, true},
      {"avg_response", "Mean response", [](const job_metrics& m) { return m.avg_response; }, false, true},
      {"avg_per_processor_slowdown", "Mean slowdown per processor",
       [](const job_metrics& m) { return m.avg_per_processor_slowdown; }},
      {"loss_of_capacity", "Loss of capacity", [](const job_metrics& m) { return m.loss_of_capacity; }},
      {"mean_queue", "Mean queue", [](const job_metrics& m) { return m.mean_queue; }},
      {"max_queue", "Longest queue", [](const job_metrics& m) { return static_cast<double>(m.max_queue); }},
      {"fairness", "Fairness among users", [](const job_metrics& m) { return m.fairness; }, true},
  }};
  return all;
}

/// The measure with a name, or null. O(measures).
[[nodiscard]] inline const job_measure* find_job_measure(std::string_view name) {
  for (const job_measure& m : job_measures())
    if (m.name == name) return &m;
  return nullptr;
}

}  // namespace v0
}  // namespace sched

#endif
