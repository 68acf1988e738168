// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_ROADMAP_OPTIONS_HPP
#define SCHED_MODEL_ROADMAP_OPTIONS_HPP

/// \file
/// How a roadmap is to be scheduled: every setting with its default.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include <sched/core/progress.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

enum class roadmap_algorithm : std::uint8_t {
  greedy,           ///< parallel schedule generation with foresight
  bounded_rollout,  ///< greedy that may leave a resource idle for something more urgent
  critical_path     ///< target attractiveness
};

/// The time convention. `native`: half-open ticks, exact. The other two reproduce the Mouc scheduler (closed days, a
/// task holds one more day after its work) with the rounding of its Python and its Rust flavour.
enum class roadmap_mode : std::uint8_t { native, compatible_floor, compatible_ceil };

enum class roadmap_strategy : std::uint8_t { weighted, priority_first, cr_first, atc };

[[nodiscard]] constexpr std::string_view to_string(roadmap_algorithm a) noexcept {
  switch (a) {
    case roadmap_algorithm::greedy: return "parallel-sgs";
    case roadmap_algorithm::bounded_rollout: return "bounded-rollout";
    case roadmap_algorithm::critical_path: return "critical-path";
  }
  return "unknown";
}
[[nodiscard]] constexpr std::string_view to_string(roadmap_mode m) noexcept {
  switch (m) {
    case roadmap_mode::native: return "native";
    case roadmap_mode::compatible_floor: return "compatible-floor";
    case roadmap_mode::compatible_ceil: return "compatible-ceil";
  }
  return "unknown";
}
[[nodiscard]] constexpr std::string_view to_string(roadmap_strategy s) noexcept {
  switch (s) {
    case roadmap_strategy::weighted: return "weighted";
    case roadmap_strategy::priority_first: return "priority-first";
    case roadmap_strategy::cr_first: return "cr-first";
    case roadmap_strategy::atc: return "atc";
  }
  return "unknown";
}

/// Parameters of the strategies: critical ratio CR = (due − now) / max(duration, 1), and ATC urgency.
struct urgency_settings {
  double cr_weight = 10.0;
  double priority_weight = 1.0;
  double default_cr_multiplier = 2.0;  ///< CR of tasks without due date: this · the largest CR …
  double default_cr_floor = 10.0;      ///< … but at least this
  double atc_k = 2.0;                  ///< look-ahead, in mean durations
  double atc_default_urgency_multiplier = 1.0;
  double atc_default_urgency_floor = 0.3;
  bool operator==(const urgency_settings&) const noexcept = default;
};

/// When a task about to be placed is compared with leaving its resource to something more urgent.
struct lookahead_settings {
  std::int64_t priority_threshold = 70;               ///< look ahead for tasks below this priority …
  std::int64_t min_priority_gap = 20;                 ///< … and competitors this much above
  double cr_relaxed_threshold = 5.0;                  ///< … or for tasks whose critical ratio exceeds this
  double min_cr_urgency_gap = 3.0;                    ///< … and competitors this much more urgent
  std::optional<std::int64_t> max_horizon_days = 30;  ///< none: unlimited
  /// Native: `urgent` looks as above; `full` compares with every competitor and simulates to the end, at the price of
  /// up to 2n plain runs; `automatic` is full up to `full_up_to` tasks.
  enum class width : std::uint8_t { automatic, urgent, full } ahead = width::automatic;
  std::size_t full_up_to = 400;
  /// Native: what is compared with plain SGS after the run, which wins where the rollout is worse. `objective`:
  /// 100 · Σ priority·tardiness + Σ priority·completion; `pareto`: makespan and each of the two sums. (Pareto takes
  /// back what look-ahead is for: something urgent done early at the price of a later end.)
  enum class guard_by : std::uint8_t { none, pareto, objective } guard = guard_by::objective;
  /// Native: also compare starting now on a free resource with waiting for the best one.
  bool compare_resources = false;
  bool operator==(const lookahead_settings&) const noexcept = default;
};

/// Parameters of target attractiveness.
struct attractiveness_settings {
  double k = 2.0;
  double no_deadline_urgency_multiplier = 0.5;
  double urgency_floor = 0.1;
  enum class transform : std::uint8_t { power, log, log10 } work_transform = transform::power;
  double work_exponent = 1.0;
  enum class denominator : std::uint8_t {
    global_average,
    target_work,
    critical_path
  } urgency_denominator = denominator::global_average;
  bool prefer_fungible_resources = true;
  bool rollout_enabled = true;
  double rollout_score_ratio_threshold = 1.0;
  std::optional<std::int64_t> rollout_max_horizon_days = 30;
  bool operator==(const attractiveness_settings&) const noexcept = default;
};

/// Native: what happens to a task whose best candidate is not free. `wait` for it; take the best that is free `now`;
/// `reserve` the best candidate's coming time at once.
enum class roadmap_placement : std::uint8_t { wait, now, reserve };

/// Native: due dates of predecessors computed over calendars (`exact`), or by subtracting durations (`simple`).
enum class roadmap_backward_pass : std::uint8_t { exact, simple };

struct roadmap_options {
  roadmap_algorithm algorithm = roadmap_algorithm::greedy;
  roadmap_mode mode = roadmap_mode::native;
  roadmap_strategy strategy = roadmap_strategy::weighted;
  std::int64_t default_priority = 50;
  urgency_settings urgency{};
  lookahead_settings lookahead{};
  attractiveness_settings attractiveness{};

  // Native mode only.
  std::int64_t ticks_per_day = 1;
  roadmap_backward_pass backward_pass = roadmap_backward_pass::exact;
  bool inherit_priority = true;  ///< predecessors are at least as important as what needs them
  roadmap_placement placement = roadmap_placement::wait;
  bool shared_allocation = false;     ///< capacity 100; a task demands round(100 · allocation), at least 1
  duration min_first_chunk = 0;       ///< ticks of work before the first break, or do not start
  bool unlimited_unassigned = false;  ///< the pseudo-resource `unassigned` does not serialise its tasks
  std::int64_t tail = 0;              ///< ticks that a task holds its resources after its work
  bool joint_work = true;             ///< several resources work only when all can; false: each walks alone
  /// Record every time an eligible task was passed over, not only the look-ahead's decisions.
  bool record_pass_overs = false;

  unsigned threads = 1;  ///< for look-ahead; the result does not depend on it
  control watch{};
};

}  // namespace v0
}  // namespace sched

#endif
