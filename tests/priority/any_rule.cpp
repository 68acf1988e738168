// SPDX-License-Identifier: BSL-1.0
// Erased, catalogued and combined rules in both schemes.
#include <sched/priority/any_rule.hpp>

#include <cmath>
#include <cstddef>
#include <set>
#include <string_view>
#include <vector>

#include <sched/priority/catalogue.hpp>
#include <sched/sgs.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

template <class Rule>
void compare_with_erased(const project& p, std::string_view name, Rule concrete) {
  INFO(name);
  const auto* entry = priority::find_rule(name);
  REQUIRE(entry != nullptr);
  const priority::any_rule erased = entry->make();
  REQUIRE(erased.is_static() == static_priority_rule<Rule>);
  REQUIRE(erased.is_parallel_only() == priority::parallel_only<Rule>);
  if constexpr (static_priority_rule<Rule>) {  // the keys are all that a scheme asks: schemes for every rule compile
                                               // long
    const critical_path windows = find_critical_path(p);
    const rule_view view{p, windows};
    std::vector<double> expected(p.task_count()), keys(p.task_count());
    concrete.keys(view, expected);
    priority::any_rule(erased).static_keys(view, keys);
    REQUIRE(keys == expected);
  } else {
    REQUIRE(parallel_sgs(p, erased).schedule == parallel_sgs(p, concrete).schedule);
    if constexpr (!priority::parallel_only<Rule>)
      REQUIRE(serial_sgs(p, erased).schedule == serial_sgs(p, concrete).schedule);
  }
}

}  // namespace

TEST_CASE("every catalogue entry is the rule it names") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    random_generator rng(seed);
    const project p =
        random_project({.tasks = 25, .resource_strength = 0.2, .due_probability = 0.5, .max_weight = 4}, rng);
    compare_with_erased(p, "lft", priority::latest_finish{});
    compare_with_erased(p, "lst", priority::latest_start{});
    compare_with_erased(p, "mts", priority::most_total_successors{});
    compare_with_erased(p, "mis", priority::most_immediate_successors{});
    compare_with_erased(p, "grpw", priority::greatest_rank_positional_weight{});
    compare_with_erased(p, "grpw*", priority::greatest_rank_positional_weight_all{});
    compare_with_erased(p, "mslk", priority::minimum_slack{});
    compare_with_erased(p, "mslk-dynamic", priority::dynamic_slack{});
    compare_with_erased(p, "mslk-resource", priority::dynamic_resource_slack{});
    compare_with_erased(p, "est", priority::earliest_start{});
    compare_with_erased(p, "eft", priority::earliest_finish{});
    compare_with_erased(p, "spt", priority::shortest_processing_time{});
    compare_with_erased(p, "lpt", priority::longest_processing_time{});
    compare_with_erased(p, "grd", priority::greatest_resource_demand{});
    compare_with_erased(p, "wrup", priority::weighted_resource_utilisation{});
    compare_with_erased(p, "index", priority::first_come_first_served{});
    compare_with_erased(p, "wcs", priority::worst_case_slack{});
    compare_with_erased(p, "acs", priority::average_case_slack{});
    compare_with_erased(p, "irsm", priority::improved_resource_scheduling{});
    compare_with_erased(p, "rsm", priority::resource_scheduling_method{});
    compare_with_erased(p, "atc", priority::apparent_tardiness_cost{});
    compare_with_erased(p, "edd", priority::earliest_due_date{});
    compare_with_erased(p, "cr", priority::critical_ratio{});
    compare_with_erased(p, "wspt", priority::weighted_shortest_processing_time{});
    compare_with_erased(p, "random", priority::random_order{});
  }
  CHECK(priority::catalogue().size() == 25);  // the list above is complete
}

TEST_CASE("a scheme does with an erased rule what it does with the rule") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    random_generator rng(seed);
    const project p = random_project({.tasks = 25, .resource_strength = 0.2}, rng);
    const priority::latest_finish concrete;
    const priority::any_rule erased(concrete);
    REQUIRE(parallel_sgs(p, erased).schedule == parallel_sgs(p, concrete).schedule);
    REQUIRE(serial_sgs(p, erased).schedule == serial_sgs(p, concrete).schedule);
  }
}

TEST_CASE("names in the catalogue are unique, and both kinds of names find their rule") {
  std::set<std::string_view> names;
  for (const priority::catalogue_entry& e : priority::catalogue()) {
    CHECK(names.insert(e.abbreviation).second);
    CHECK(names.insert(e.name).second);
    CHECK_FALSE(e.description.empty());
    CHECK(priority::find_rule(e.abbreviation) == &e);
    CHECK(priority::find_rule(e.name) == &e);
  }
  CHECK(priority::find_rule("no such rule") == nullptr);
}

TEST_CASE("copies of an erased rule are independent") {
  random_generator rng(1);
  const project p = random_project({.tasks = 20}, rng);
  const critical_path windows = find_critical_path(p);
  const rule_view view{p, windows};
  priority::any_rule a(priority::random_order(3));
  priority::any_rule b = a;
  std::vector<double> first(20), second(20);
  a.static_keys(view, first);
  b.static_keys(view, second);
  CHECK(first == second);  // b did not move on with a
}

TEST_CASE("combinators do what a sort over the keys of their parts does") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    random_generator rng(seed);
    const project p = random_project({.tasks = 40, .max_duration = 3}, rng);
    const critical_path windows = find_critical_path(p);
    const rule_view view{p, windows};
    const auto keys = [&](auto rule) {
      std::vector<double> out(p.task_count());
      rule.keys(view, out);
      return out;
    };
    const auto a = keys(priority::shortest_processing_time{}), b = keys(priority::latest_finish{});
    const auto both = keys(priority::lexicographic(priority::shortest_processing_time{}, priority::latest_finish{}));
    for (std::size_t i = 0; i < a.size(); ++i)
      for (std::size_t j = 0; j < a.size(); ++j)
        REQUIRE((both[i] < both[j]) == (std::pair(a[i], b[i]) < std::pair(a[j], b[j])));
    auto opposite = keys(priority::reversed(priority::latest_finish{}));
    for (std::size_t i = 0; i < b.size(); ++i) REQUIRE(opposite[i] == -b[i]);
    std::vector<double> sum(b.size());
    for (std::size_t i = 0; i < b.size(); ++i) sum[i] = 2 * a[i] - 0.5 * b[i];
    const auto weighted = priority::weighted_sum(priority::weighted(2, priority::shortest_processing_time{}),
                                                 priority::weighted(-0.5, priority::latest_finish{}));
    REQUIRE(serial_sgs(p, weighted).schedule == serial_sgs(p, priority::given(sum)).schedule);
    REQUIRE(parallel_sgs(p, weighted).schedule == parallel_sgs(p, priority::given(sum)).schedule);
    // a dynamic first part makes the whole dynamic; where it never ties, the second has no say
    REQUIRE(parallel_sgs(p, priority::lexicographic(priority::dynamic_slack{}, priority::first_come_first_served{}))
                .schedule == parallel_sgs(p, priority::dynamic_slack{}).schedule);
  }
}
