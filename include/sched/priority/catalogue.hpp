// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_CATALOGUE_HPP
#define SCHED_PRIORITY_CATALOGUE_HPP

/// \file
/// The priority rules by name.

#include <span>
#include <string_view>

#include <sched/priority/any_rule.hpp>
#include <sched/priority/decision_rules.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/task_rules.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

/// A rule as lists and command lines show it.
struct catalogue_entry {
  std::string_view abbreviation;  ///< as in the literature, lower case
  std::string_view name;          ///< the type's name with hyphens
  std::string_view description;
  any_rule (*make)();
};

namespace detail {
template <class R>
any_rule make_rule() {
  return any_rule(R());
}
}  // namespace detail

/// All rules, in the order in which they are usually tabulated.
[[nodiscard]] inline std::span<const catalogue_entry> catalogue() {
  static const catalogue_entry entries[] = {
      {"lft", "latest-finish", "least latest finish", detail::make_rule<latest_finish>},
      {"lst", "latest-start", "least latest start", detail::make_rule<latest_start>},
      {"mts", "most-total-successors", "most transitive successors", detail::make_rule<most_total_successors>},
      {"mis", "most-immediate-successors", "most direct successors", detail::make_rule<most_immediate_successors>},
      {"grpw", "greatest-rank-positional-weight", "greatest duration with direct successors",
       detail::make_rule<greatest_rank_positional_weight>},
      {"grpw*", "greatest-rank-positional-weight-all", "greatest duration with all successors",
       detail::make_rule<greatest_rank_positional_weight_all>},
      {"mslk", "minimum-slack", "least slack of the critical-path calculation", detail::make_rule<minimum_slack>},
      {"mslk-dynamic", "dynamic-slack", "least slack by scheduled predecessors", detail::make_rule<dynamic_slack>},
      {"mslk-resource", "dynamic-resource-slack", "least slack by predecessors and capacities",
       detail::make_rule<dynamic_resource_slack>},
      {"est", "earliest-start", "least earliest start", detail::make_rule<earliest_start>},
      {"eft", "earliest-finish", "least earliest finish", detail::make_rule<earliest_finish>},
      {"spt", "shortest-processing-time", "shortest duration", detail::make_rule<shortest_processing_time>},
      {"lpt", "longest-processing-time", "longest duration", detail::make_rule<longest_processing_time>},
      {"grd", "greatest-resource-demand", "greatest duration times relative demand",
       detail::make_rule<greatest_resource_demand>},
      {"wrup", "weighted-resource-utilisation", "0.7 direct successors + 0.3 relative demand",
       detail::make_rule<weighted_resource_utilisation>},
      {"fcfs", "first-come-first-served", "release date, then task number", detail::make_rule<first_come_first_served>},
      {"wcs", "worst-case-slack", "least slack if the worst other candidate went first (parallel)",
       detail::make_rule<worst_case_slack>},
      {"acs", "average-case-slack", "least mean slack if another candidate went first (parallel)",
       detail::make_rule<average_case_slack>},
      {"irsm", "improved-resource-scheduling", "least delay forced on another candidate (parallel)",
       detail::make_rule<improved_resource_scheduling>},
      {"rsm", "resource-scheduling-method", "the same, pretending no two candidates fit together (parallel)",
       detail::make_rule<resource_scheduling_method>},
      {"atc", "apparent-tardiness-cost", "greatest weight per duration, discounted by slack (kappa 2)",
       detail::make_rule<apparent_tardiness_cost>},
      {"edd", "earliest-due-date", "earliest due date", detail::make_rule<earliest_due_date>},
      {"cr", "critical-ratio", "least time left per work left", detail::make_rule<critical_ratio>},
      {"wspt", "weighted-shortest-processing-time", "greatest weight per duration",
       detail::make_rule<weighted_shortest_processing_time>},
      {"random", "random-order", "uniform random keys", detail::make_rule<random_order>},
  };
  return entries;
}

/// The entry with this abbreviation or name (`index` is another word for `fcfs`); null when there is none.
[[nodiscard]] inline const catalogue_entry* find_rule(std::string_view name) {
  if (name == "index") name = "fcfs";
  for (const catalogue_entry& e : catalogue())
    if (e.abbreviation == name || e.name == name) return &e;
  return nullptr;
}

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
