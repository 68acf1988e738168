// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/task_rules.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
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
  std::vector<double> out(p.task_count(), 12345.0);
  rule.keys(rule_view{p, windows}, out);
  return out;
}

/// Σ units / capacity as an exact fraction over the product of all capacities.
std::int64_t load(const project& p, task_id t) {
  std::int64_t product = 1, sum = 0;
  for (const resource& r : p.resources()) product *= r.capacity;
  for (const requirement& q : p.requirements(t)) sum += q.units * (product / p.resource_of(q.resource).capacity);
  return sum;
}

}  // namespace

TEST_CASE("demand rules order tasks as exact fractions do, ties included") {
  random_generator rng(31);
  for (int round = 0; round < 200; ++round) {
    project_builder b;
    std::vector<amount> capacity;
    for (int r = 0; r < 3; ++r) {
      capacity.push_back(rng.between(3, 30));
      b.add_renewable(capacity.back());
    }
    std::int64_t product = capacity[0] * capacity[1] * capacity[2];
    for (int i = 0; i < 20; ++i) {
      std::vector<requirement> needs;
      for (std::uint32_t r = 0; r < 3; ++r)
        if (rng.chance(0.7)) needs.push_back({resource_id(r), rng.between(1, 3)});
      b.add_task(rng.between(0, 6), needs);
    }
    for (std::uint32_t i = 0; i < 20; ++i)
      for (std::uint32_t j = i + 1; j < 20; ++j)
        if (rng.chance(0.15)) b.add_precedence(task_id(i), task_id(j));
    const project p = b.build();
    const auto grd = keys_of(priority::greatest_resource_demand{}, p);
    const auto wrup = keys_of(priority::weighted_resource_utilisation{}, p);
    for (std::size_t i = 0; i < p.task_count(); ++i)
      for (std::size_t j = 0; j < p.task_count(); ++j) {
        const auto grd_of = [&](std::size_t k) { return p.work(task_id(k)).count() * load(p, task_id(k)); };
        const auto wrup_of = [&](std::size_t k) {
          return 7 * static_cast<std::int64_t>(p.successors(task_id(k)).size()) * product + 3 * load(p, task_id(k));
        };
        REQUIRE((grd[i] < grd[j]) == (grd_of(i) > grd_of(j)));
        REQUIRE((wrup[i] < wrup[j]) == (wrup_of(i) > wrup_of(j)));
      }
  }
}

TEST_CASE("ties that plain sums of doubles break stay ties") {
  project_builder b;
  const auto ten = b.add_renewable(10), other = b.add_renewable(10), third = b.add_renewable(10);
  b.add_task(1, {{ten, 1}, {other, 2}});  // 0.1 + 0.2 > 0.3 in doubles
  b.add_task(1, {{third, 3}});
  const project p = b.build();
  const auto grd = keys_of(priority::greatest_resource_demand{}, p);
  const auto wrup = keys_of(priority::weighted_resource_utilisation{}, p);
  CHECK(grd[0] == grd[1]);
  CHECK(wrup[0] == wrup[1]);
}

TEST_CASE("capacities without a small common denominator are compared to nine decimals") {
  project_builder b;
  std::vector<resource_id> r;
  for (amount c : {1'000'003, 1'000'033, 1'000'037}) r.push_back(b.add_renewable(c));
  b.add_task(2, {{r[0], 500'000}});
  b.add_task(2, {{r[1], 900'000}, {r[2], 1}});
  const auto grd = keys_of(priority::greatest_resource_demand{}, b.build());
  CHECK(grd[0] == Approx(-2.0 * 500'000 / 1'000'003).epsilon(1e-8));
  CHECK(grd[1] < grd[0]);
}

TEST_CASE("durations, dates and weights become keys") {
  project_builder b;
  b.add_task({.work = 4, .dates = {.release = 7, .due = 20}, .weight = 2});
  b.add_task({.work = 0, .weight = 5});
  b.add_task({.work = 10, .dates = {.due = 3}, .weight = 20});
  const project p = b.build();
  CHECK(keys_of(priority::shortest_processing_time{}, p) == std::vector<double>{4, 0, 10});
  CHECK(keys_of(priority::longest_processing_time{}, p) == std::vector<double>{-4, 0, -10});
  CHECK(keys_of(priority::first_come_first_served{}, p) == std::vector<double>{7, 0, 0});
  CHECK(keys_of(priority::earliest_due_date{}, p) == std::vector<double>{20, 11, 3});  // missing: the latest finish
  CHECK(keys_of(priority::weighted_shortest_processing_time{}, p) ==
        std::vector<double>{-0.5, -std::numeric_limits<double>::infinity(), -2});
  const std::vector<double> mine{3, 1, 2};
  CHECK(keys_of(priority::given(mine), p) == mine);
}

TEST_CASE("random order draws anew for every run and repeats for a seed") {
  random_generator rng(1);
  const project p = random_project({.tasks = 50}, rng);
  const critical_path windows = find_critical_path(p);
  const rule_view view{p, windows};
  std::vector<double> first(50), second(50), again(50);
  priority::random_order rule(9);
  rule.keys(view, first);
  rule.keys(view, second);
  rule.reseed(9);
  rule.keys(view, again);
  CHECK(first != second);
  CHECK(first == again);
  CHECK(std::ranges::all_of(first, [](double k) { return k >= 0 && k < 1; }));
}
