// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_ROADMAP_RESULT_HPP
#define SCHED_MODEL_ROADMAP_RESULT_HPP

/// \file
/// A scheduled roadmap: who does what when, what failed and why, what the look-ahead decided.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

enum class roadmap_status : std::uint8_t {
  complete,     ///< every task is placed
  unplaceable,  ///< some are not: see `failed`
  cycle,        ///< tasks wait for each other: see `cycle`
  cancelled     ///< stopped by the caller; what was placed so far is there
};
[[nodiscard]] constexpr std::string_view to_string(roadmap_status s) noexcept {
  switch (s) {
    case roadmap_status::complete: return "complete";
    case roadmap_status::unplaceable: return "unplaceable";
    case roadmap_status::cycle: return "cycle";
    case roadmap_status::cancelled: return "cancelled";
  }
  return "unknown";
}

/// Tasks are named by their position in `roadmap::tasks`, resources by their position in `roadmap_result::resources`.
using roadmap_index = std::uint32_t;
inline constexpr roadmap_index no_index = 0xffffffffU;

/// A placed task. Ticks since 1970-01-01.
struct roadmap_assignment {
  roadmap_index task = 0;
  instant start{};
  instant finish{};  ///< dependents may start here; start ≤ finish
  /// As reported: `finish` in native mode (exclusive), the last occupied day in compatible modes.
  instant end{};
  boost::container::small_vector<roadmap_index, 2> resources{};
  bool fixed = false;
  bool automatic = false;  ///< its resource was chosen by the solver
};

/// Why a task has no place.
struct roadmap_failure {
  enum class kind : std::uint8_t {
    no_candidate,         ///< nobody fits its spec
    no_resource,          ///< it names nobody
    calendar_never_free,  ///< the resources never have enough time for it
    waits_for,            ///< `other` is not placed
    unknown_dependency,   ///< compatible modes: it waits for something that does not exist
    not_reached           ///< stopped by the caller
  };
  roadmap_index task = 0;
  kind reason = kind::waits_for;
  roadmap_index other = no_index;
};

/// What the look-ahead compared before `task` was placed on `at`, and what came of it.
struct roadmap_decision {
  instant at{};
  roadmap_index task = 0;
  std::int64_t priority = 0;
  double critical_ratio = 0;
  roadmap_index competitor = no_index;
  std::int64_t competitor_priority = 0;
  double competitor_critical_ratio = 0;
  instant competitor_release{};  ///< first tick at which the competitor could start
  double place_cost = 0;         ///< of placing now; smaller is better
  double skip_cost = 0;          ///< of leaving the resource
  instant horizon{};             ///< to which both were simulated
  bool skipped = false;
  instant barred_until{};  ///< native, when skipped
};

/// An eligible task that was not placed on a visited tick.
struct roadmap_pass_over {
  enum class kind : std::uint8_t {
    not_free,      ///< `resource` is busy or closed until `until`
    waits_best,    ///< waits for its best candidate `resource`, free from `until`
    no_candidate,  ///< no candidate can ever do it
    reserved_for,  ///< `resource` is kept for task `other`
    barred         ///< left for task `other` by the look-ahead until `until`
  };
  instant at{};
  roadmap_index task = 0;
  kind reason = kind::not_free;
  roadmap_index resource = no_index;
  roadmap_index other = no_index;
  instant until{};
};

/// The backward pass and lateness of a task, one per task of the roadmap.
struct roadmap_dates {
  /// Computed due date: last day in compatible modes, due tick (exclusive) in native mode; +∞: none.
  instant deadline = instant::infinity();
  std::int64_t priority = 0;  ///< with inheritance
  duration late = 0;          ///< of a placed task behind the computed due date
  duration own_late = 0;      ///< … behind its own due date
};

struct roadmap_result {
  roadmap_status status = roadmap_status::complete;
  /// Fixed tasks in the order of the roadmap, then the others in the order of placement.
  std::vector<roadmap_assignment> placed{};
  std::vector<roadmap_failure> failed{};   ///< in ascending order of id
  std::vector<roadmap_index> cycle{};      ///< one circle: each waits for the next, the last for the first
  std::vector<roadmap_index> completed{};  ///< native: tasks left out because they are done
  std::vector<roadmap_dates> dates{};      ///< one per task
  std::vector<std::string> resources{};
  std::vector<roadmap_decision> decisions{};
  std::vector<roadmap_pass_over> pass_overs{};
  std::vector<std::string> warnings{};  ///< one line each, with ids
  // What the look-ahead cost.
  std::uint64_t scenarios = 0;
  std::uint64_t bytes_logged = 0;
  bool guarded = false;  ///< plain SGS was better: its schedule is the result
};

}  // namespace v0
}  // namespace sched

#endif
