// SPDX-License-Identifier: BSL-1.0
#include <sched/model/roadmap_options.hpp>

#include <set>
#include <string_view>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("every choice has a name of its own") {
  std::set<std::string_view> names;
  for (const auto a : {roadmap_algorithm::greedy, roadmap_algorithm::bounded_rollout, roadmap_algorithm::critical_path})
    names.insert(to_string(a));
  for (const auto m : {roadmap_mode::native, roadmap_mode::compatible_floor, roadmap_mode::compatible_ceil})
    names.insert(to_string(m));
  for (const auto s : {roadmap_strategy::weighted, roadmap_strategy::priority_first, roadmap_strategy::cr_first,
                       roadmap_strategy::atc})
    names.insert(to_string(s));
  CHECK(names.size() == 10);
  CHECK_FALSE(names.contains("unknown"));
  CHECK(to_string(static_cast<roadmap_strategy>(99)) == "unknown");
}

TEST_CASE("the defaults are the published ones") {
  const roadmap_options o;
  CHECK(o.algorithm == roadmap_algorithm::greedy);
  CHECK(o.mode == roadmap_mode::native);
  CHECK(o.default_priority == 50);
  CHECK((o.urgency.cr_weight == 10.0 && o.urgency.priority_weight == 1.0 && o.urgency.default_cr_floor == 10.0));
  CHECK((o.lookahead.priority_threshold == 70 && o.lookahead.min_priority_gap == 20));
  CHECK((o.lookahead.cr_relaxed_threshold == 5.0 && o.lookahead.min_cr_urgency_gap == 3.0));
  CHECK(o.lookahead.max_horizon_days == 30);
  CHECK((o.attractiveness.k == 2.0 && o.attractiveness.urgency_floor == 0.1));
}
