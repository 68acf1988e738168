// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_SGS_OPTIONS_HPP
#define SCHED_SOLVE_SGS_OPTIONS_HPP

/// \file
/// What the schedule generation schemes can be told besides their policies.

#include <cstdint>

#include <sched/core/progress.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// Which generation scheme.
enum class generation_scheme : std::uint8_t { serial, parallel };

/// From which end of the project a schedule is built.
enum class planning : std::uint8_t {
  forward,       ///< every task as early as possible
  backward,      ///< the mirrored project, turned back: every task as late as possible
  bidirectional  ///< from both ends at once, then closed by a forward pass (serial scheme only; counts 2 schedules)
};

/// How bidirectional planning takes turns.
enum class turns : std::uint8_t {
  merged,      ///< the smallest key of both ends
  alternating  ///< left, right, left, …
};

/// Which model keeps what the resources have left.
enum class timeline_model : std::uint8_t {
  automatic,  ///< by size: step profile for small projects, tree for large ones
  dense,      ///< one cell per tick: short horizons only
  step,       ///< sorted step profile
  tree        ///< balanced tree: deep queues
};

struct sgs_options {
  planning direction = planning::forward;
  turns turn = turns::merged;
  timeline_model timeline = timeline_model::automatic;
  std::uint64_t seed = 1;                 ///< for rules that draw, and for the search of affordable modes
  instant horizon = instant::infinity();  ///< backward planning: when the last task finishes; +∞: the forward makespan
  control watch{};                        ///< observer (once per schedule) and stop token (asked once per placed task)
};

}  // namespace v0
}  // namespace sched

#endif
