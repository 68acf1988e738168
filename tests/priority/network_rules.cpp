// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/network_rules.hpp>

#include <cstddef>
#include <set>
#include <vector>

#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

template <class Rule>
std::vector<double> keys_of(Rule rule, const project& p) {
  const critical_path windows = find_critical_path(p);
  std::vector<double> out(p.task_count(), 12345.0);  // rules must overwrite what is there
  rule.keys(rule_view{p, windows}, out);
  return out;
}

/// Successors of every task by following arcs.
std::vector<std::set<std::size_t>> closure(const project& p) {
  std::vector<std::set<std::size_t>> all(p.task_count());
  const auto order = p.topological_order();
  for (std::size_t k = order.size(); k-- > 0;)
    for (const sched::adjacency& l : p.successors(order[k])) {
      all[order[k].index()].insert(l.task.index());
      all[order[k].index()].insert(all[l.task.index()].begin(), all[l.task.index()].end());
    }
  return all;
}

void compare_with_closure(const project& p) {
  const auto after = closure(p);
  const auto mts = keys_of(priority::most_total_successors{}, p);
  const auto grpw = keys_of(priority::greatest_rank_positional_weight_all{}, p);
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    double work = static_cast<double>(p.work(task_id(i)).count());
    for (std::size_t s : after[i]) work += static_cast<double>(p.work(task_id(s)).count());
    REQUIRE(mts[i] == -static_cast<double>(after[i].size()));
    REQUIRE(grpw[i] == -work);
  }
}

}  // namespace

TEST_CASE("rules of direct successors count every successor once") {
  each_random_instance(10, [](const random_instance& r, const instance_preset&, std::uint64_t) {
    const project& p = r.project;
    const auto mis = keys_of(priority::most_immediate_successors{}, p);
    const auto grpw = keys_of(priority::greatest_rank_positional_weight{}, p);
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      std::set<std::size_t> next;
      for (const sched::adjacency& l : p.successors(task_id(i))) next.insert(l.task.index());
      double work = static_cast<double>(p.work(task_id(i)).count());
      for (std::size_t s : next) work += static_cast<double>(p.work(task_id(s)).count());
      REQUIRE(mis[i] == -static_cast<double>(next.size()));
      REQUIRE(grpw[i] == -work);
    }
  });
  project_builder b;  // two arcs of different kinds to the same task
  const auto first = b.add_task(1), second = b.add_task(4);
  b.add_precedence(first, second).add_precedence(first, second, {.kind = lag_kind::start_start, .lag = 3});
  const project p = b.build();
  CHECK(keys_of(priority::most_immediate_successors{}, p) == std::vector<double>{-1, 0});
  CHECK(keys_of(priority::greatest_rank_positional_weight{}, p) == std::vector<double>{-5, -4});
}

TEST_CASE("rules of all successors equal a transitive closure, also beyond one block of bits") {
  each_random_instance(
      5, [](const random_instance& r, const instance_preset&, std::uint64_t) { compare_with_closure(r.project); });
  for (const std::size_t n : {511U, 512U, 513U, 1300U}) {
    random_generator rng(n);
    compare_with_closure(random_project({.tasks = n, .shuffled = true}, rng));
  }
}

TEST_CASE("window rules are the columns of the critical path") {
  each_random_instance(5, [](const random_instance& r, const instance_preset&, std::uint64_t) {
    const critical_path c = find_critical_path(r.project);
    const auto check = [&](const std::vector<double>& keys, auto column) {
      for (std::size_t i = 0; i < keys.size(); ++i) REQUIRE(keys[i] == static_cast<double>(column(i).count()));
    };
    check(keys_of(priority::latest_finish{}, r.project), [&](std::size_t i) { return c.latest_finish[i]; });
    check(keys_of(priority::latest_start{}, r.project), [&](std::size_t i) { return c.latest_start[i]; });
    check(keys_of(priority::earliest_start{}, r.project), [&](std::size_t i) { return c.earliest_start[i]; });
    check(keys_of(priority::earliest_finish{}, r.project), [&](std::size_t i) { return c.earliest_finish[i]; });
    check(keys_of(priority::minimum_slack{}, r.project),
          [&](std::size_t i) { return c.latest_start[i] - c.earliest_start[i]; });
  });
}

TEST_CASE("network rules of an empty project write nothing") {
  CHECK(keys_of(priority::most_total_successors{}, project{}).empty());
  CHECK(keys_of(priority::latest_finish{}, project{}).empty());
}
