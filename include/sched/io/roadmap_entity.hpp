// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_ROADMAP_ENTITY_HPP
#define SCHED_IO_ROADMAP_ENTITY_HPP

/// \file
/// From what people write about a piece of work to a task: who does it, how long it takes, when it may be.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/roadmap_text.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/roadmap.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Which ends of a timeframe constrain a task that has neither release nor due date.
enum class timeframe_use : std::uint8_t { both, start, end, none };

/// One piece of work before its duration is known.
struct roadmap_entity {
  std::string id;
  std::string name{};
  std::optional<double> effort{};  ///< days of one person; absent: a week
  std::vector<roadmap_dependency> dependencies{};
  std::optional<day_range> timeframe{};
  std::optional<day_number> start_after{}, end_before{};
  std::optional<day_number> start_date{}, end_date{};  ///< either fixes the task
  /// As written: `alice`, `alice:0.5`, or alone `alice|bob`, `*`, `!carol`, a group.
  std::vector<std::string> resources{};
  std::vector<amount> demands{};
  std::optional<std::int64_t> priority{};
  bool done = false;
};

/// What holds for all entities of a roadmap.
struct entity_rules {
  text_rules texts = text_rules::strict;
  effort_days efforts = effort_days::calendar;
  timeframe_use timeframes = timeframe_use::both;
};

/// Done and without both dates: no task, only an id that counts as finished.
[[nodiscard]] inline bool is_past(const roadmap_entity& e) { return e.done && !(e.start_date && e.end_date); }

/// True when a list of resources is an expression to choose by: one text that is `*`, holds `|`, begins with `!` or
/// names a group. O(groups).
[[nodiscard]] inline bool is_expression(const std::vector<std::string>& resources, const roadmap_resources& people) {
  if (resources.size() != 1) return false;
  const std::string_view text = trim(resources.front());
  return text == "*" || text.starts_with('!') || text.find('|') != std::string_view::npos ||
         std::ranges::any_of(people.groups, [&](const auto& g) { return g.first == text; });
}

/// The one place where a duration is derived: effort ÷ the sum of the allocations (0 counts as 1), so that half of
/// alice takes twice as long and alice with bob half; ÷ 1 where somebody is chosen. Strict: to the nearest 10^-9 day,
/// so that the dust of decimal fractions (0.7 + 0.2 falls short of 0.9) does not cost a tick when it is rounded up.
/// O(allocations).
[[nodiscard]] inline double derived_duration(double effort, const std::vector<double>& allocations, bool chosen,
                                             text_rules rules = text_rules::strict) {
  double total = 0;
  for (const double a : allocations) total += a;
  const double days = chosen || total == 0 ? effort : effort / total;
  constexpr double parts = 1e9;
  if (rules == text_rules::lenient || !(days < 1e6)) return days;
  return std::nearbyint(days * parts) / parts;
}

/// The task that an entity describes.
///
/// Resources: none stands for the default expression where people declare one, else for `unassigned`; an expression
/// (see `is_expression`) becomes `spec`, everything else names with allocations. Duration: the difference of the dates
/// where both are given, else `derived_duration`. The timeframe becomes release and due date only where both are
/// absent. Strict: an expression without people is an error. Throws `sched::error` for dates in the wrong order, for
/// malformed resources when strict, and for demands that do not fit the resources. O(its size + groups).
[[nodiscard]] inline roadmap_task task_of(const roadmap_entity& e, const std::optional<roadmap_resources>& people,
                                          const entity_rules& rules) {
  const bool strict = rules.texts == text_rules::strict;
  roadmap_task t{.id = e.id, .name = e.name};
  t.dependencies = e.dependencies;
  t.priority = e.priority;
  t.start_on = e.start_date;
  t.end_on = e.end_date;
  t.start_after = e.start_after;
  t.end_before = e.end_before;
  if (e.timeframe && !e.start_after && !e.end_before) {
    if (rules.timeframes == timeframe_use::both || rules.timeframes == timeframe_use::start)
      t.start_after = e.timeframe->first;
    if (rules.timeframes == timeframe_use::both || rules.timeframes == timeframe_use::end)
      t.end_before = e.timeframe->last;
  }
  if (e.resources.empty()) {
    if (people && !people->default_resource.empty()) t.spec = people->default_resource;
    else t.resources = {"unassigned"};
  } else if (people && is_expression(e.resources, *people)) {
    t.spec = std::string(trim(e.resources.front()));
  } else {
    if (strict && !people && is_expression(e.resources, {}))
      throw error("resources " + in_quotes(e.resources.front()) + " choose among people, but none are declared",
                  {e.id});
    bool partial = false;
    for (const std::string& item : e.resources) {
      auto [name, share] = parse_allocation(item, rules.texts);
      t.resources.push_back(std::move(name));
      t.allocations.push_back(share);
      partial = partial || share != 1;
    }
    if (!partial) t.allocations.clear();
  }
  if (!e.demands.empty()) {
    const std::size_t wanted = t.spec ? 1 : t.resources.size();
    if (e.demands.size() != wanted)
      throw error("expected " + std::to_string(wanted) + " demands, one per resource", {e.id});
    t.demands = e.demands;
  }
  if (e.start_date && e.end_date) {
    if (*e.end_date < *e.start_date) throw error("ends before it starts", {e.id});
    t.duration = static_cast<double>(*e.end_date - *e.start_date);
    return t;
  }
  const double effort = e.effort ? *e.effort : parse_effort("1w", text_rules::strict, rules.efforts);
  const std::vector<double> all = t.allocations.empty() ? std::vector<double>(t.resources.size(), 1.0) : t.allocations;
  t.duration = derived_duration(effort, all, t.spec.has_value(), rules.texts);
  return t;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
