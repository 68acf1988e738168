// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_ROADMAP_HPP
#define SCHED_MODEL_ROADMAP_HPP

/// \file
/// A roadmap as people write it: tasks, people, holidays, dates. Names and days; nothing is computed here.

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/any_calendar.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// A day as its number since 1970-01-01 (`calendar::days_from_civil`).
using day_number = std::int64_t;

/// Whole days, both ends included.
struct day_range {
  day_number first = 0;
  day_number last = 0;
  bool operator==(const day_range&) const noexcept = default;
};

/// "Starts after `task` has finished and `lag` more days have passed" (calendar days, may be a fraction or negative).
struct roadmap_dependency {
  std::string task;
  double lag = 0;
  bool operator==(const roadmap_dependency&) const = default;
};

/// One piece of work. All dates are inclusive days.
struct roadmap_task {
  std::string id;
  std::string name{};   ///< for people; may be empty
  double duration = 0;  ///< days of work, 0: a milestone
  /// Needed all at once, in this order; a name may repeat.
  std::vector<std::string> resources{};
  std::vector<double> allocations{};  ///< parallel to `resources`; empty: 1 each
  std::vector<amount> demands{};      ///< units of each resource (native mode); empty: 1 each
  std::vector<roadmap_dependency> dependencies{};
  /// "Anyone of": `alice|bob`, `*`, a group, `!name`; overrides `resources` where the roadmap has people.
  std::optional<std::string> spec{};
  std::optional<day_number> start_after{};  ///< release date
  std::optional<day_number> end_before{};   ///< due date, soft
  std::optional<day_number> start_on{};     ///< either makes the task fixed
  std::optional<day_number> end_on{};
  std::optional<std::int64_t> priority{};  ///< by convention 0 … 100, larger is more important

  [[nodiscard]] bool fixed() const noexcept { return start_on.has_value() || end_on.has_value(); }
};

/// A person, a room, a machine.
struct roadmap_resource {
  std::string name;
  std::vector<day_range> closed{};  ///< do not schedule
  amount capacity = 1;              ///< units (native mode)
  /// Working times in ticks since 1970-01-01, on top of `closed` (native mode): weekends, shifts.
  std::optional<calendar::any_calendar> calendar{};
};

/// Who there is. Order is the preference of `*`.
struct roadmap_resources {
  std::vector<roadmap_resource> resources{};
  std::vector<std::pair<std::string, std::vector<std::string>>> groups{};
  std::string default_resource{};  ///< a spec for tasks that name nobody; empty: none
};

/// Due dates and priorities to use instead of computed ones.
struct roadmap_given {
  std::vector<std::pair<std::string, day_number>> deadlines{};
  std::vector<std::pair<std::string, std::int64_t>> priorities{};
};

/// A whole roadmap. Nothing but fixed tasks starts before `now`.
struct roadmap {
  std::string name{};
  day_number now = 0;
  std::vector<roadmap_task> tasks{};
  std::optional<roadmap_resources> people{};  ///< absent is not the same as empty: specs are then not active
  std::vector<day_range> closed{};            ///< days on which nobody works
  std::vector<std::string> completed{};       ///< ids that count as finished
  std::optional<roadmap_given> given{};
};

}  // namespace v0
}  // namespace sched

#endif
