// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/combine.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <tuple>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/priority/decision_rules.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/sampling.hpp>
#include <sched/priority/task_rules.hpp>

#include "support/catch.hpp"

namespace {

using namespace sched::priority;
using both_static = decltype(lexicographic(latest_finish{}, minimum_slack{}));
using one_dynamic = decltype(lexicographic(latest_finish{}, worst_case_slack{}));
using nested = decltype(lexicographic(reversed(latest_finish{}), both_static(latest_finish{}, minimum_slack{})));

template <class Rule>
concept combines = requires(Rule r) { lexicographic(r, r); };

}  // namespace

static_assert(sched::static_priority_rule<both_static> && !parallel_only<both_static>);
static_assert(sched::dynamic_priority_rule<one_dynamic> && parallel_only<one_dynamic>);
static_assert(sched::static_priority_rule<nested>);
static_assert(sched::dynamic_priority_rule<decltype(weighted_sum(weighted{1.0, latest_finish{}}))>);
static_assert(!combines<regret_biased<latest_finish>>);

TEST_CASE("lexicographic ranks are those of sorting by all keys, equal tuples share a rank") {
  sched::random_generator random(3);
  for (int round = 0; round < 200; ++round) {
    const auto n = static_cast<std::size_t>(random.between(1, 40));
    sched::project_builder b;
    for (std::size_t i = 0; i < n; ++i) b.add_task(1);
    const sched::project p = b.build();
    const sched::critical_path windows = sched::find_critical_path(p);
    std::vector<double> first(n), second(n), ranks(n);
    for (double& k : first) k = static_cast<double>(random.below(4));
    for (double& k : second) k = static_cast<double>(random.below(4));
    lexicographic rule{given(first), given(second)};
    rule.keys({p, windows}, ranks);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) {
        const auto a = std::tuple(first[i], second[i]);
        const auto c = std::tuple(first[j], second[j]);
        CHECK((ranks[i] < ranks[j]) == (a < c));
        CHECK((ranks[i] == ranks[j]) == (a == c));
      }
  }
}

TEST_CASE("reversed turns the order round") {
  const sched::project p = [] {
    sched::project_builder b;
    for (int work : {3, 1, 2}) b.add_task(work);
    return b.build();
  }();
  const sched::critical_path windows = sched::find_critical_path(p);
  std::vector<double> shortest(3), turned(3), longest(3);
  shortest_processing_time{}.keys({p, windows}, shortest);
  reversed(shortest_processing_time{}).keys({p, windows}, turned);
  longest_processing_time{}.keys({p, windows}, longest);
  CHECK(turned == longest);
  CHECK(turned != shortest);
}
