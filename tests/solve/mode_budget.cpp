// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/mode_budget.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/model/project_builder.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

project random_budget_project(random_generator& rng) {
  project_builder b;
  const auto resources = static_cast<std::uint32_t>(rng.between(1, 3));
  const std::int64_t tasks = rng.between(1, 6);
  for (std::uint32_t r = 0; r < resources; ++r) b.add_nonrenewable(rng.between(tasks, 4 * tasks));
  b.add_renewable(2);
  for (std::int64_t i = 0; i < tasks; ++i) {
    task_spec t;
    for (std::int64_t m = rng.between(1, 3); m > 0; --m) {
      mode_spec mode{.work = rng.between(0, 3)};
      for (std::uint32_t r = 0; r < resources; ++r)
        if (rng.chance(0.8)) mode.needs.push_back({resource_id(r), rng.between(0, 5)});
      t.modes.push_back(std::move(mode));
    }
    b.add_task(std::move(t));
  }
  return b.on_excess_demand(excess_demand::keep).build();
}

bool affordable(const project& p, std::span<const std::uint32_t> modes) {
  for (std::size_t r = 0; r < p.resource_count(); ++r) {
    amount spent = 0;
    if (p.resource_of(resource_id(r)).kind == resource_kind::renewable) continue;
    for (std::size_t i = 0; i < p.task_count(); ++i) spent += p.demand(task_id(i), resource_id(r), modes[i]);
    if (spent > p.resource_of(resource_id(r)).capacity) return false;
  }
  return true;
}

/// Tries every vector of modes.
bool possible(const project& p) {
  std::vector<std::uint32_t> modes(p.task_count(), 0);
  for (;;) {
    if (affordable(p, modes)) return true;
    std::size_t i = 0;
    while (i < modes.size() && ++modes[i] == p.mode_count(task_id(i))) modes[i++] = 0;
    if (i == modes.size()) return false;
  }
}

}  // namespace

TEST_CASE("on tiny projects a vector is found exactly when there is one, and impossible is never a mistake") {
  random_generator rng(12);
  std::size_t found = 0, impossible = 0, missed = 0;
  for (int round = 0; round < 2000; ++round) {
    const project p = random_budget_project(rng);
    mode_budget budget(p);
    const auto outcome = budget.find(7);
    const bool there_is = possible(p);
    INFO("round " << round);
    if (outcome == mode_budget::outcome::found) {
      REQUIRE(affordable(p, budget.modes()));
      ++found;
    } else if (outcome == mode_budget::outcome::impossible) {
      REQUIRE_FALSE(there_is);
      ++impossible;
    } else {
      REQUIRE_FALSE(there_is);  // nothing proved, but on this scale nothing is missed either
      ++missed;
    }
    mode_budget again(p);
    REQUIRE(again.find(7) == outcome);
    REQUIRE(std::ranges::equal(again.modes(), budget.modes()));
  }
  CHECK(found > 500);
  CHECK(impossible > 100);
  CHECK(missed > 10);
}

TEST_CASE("a change is affordable exactly when the changed vector is, through any number of changes") {
  random_generator rng(13);
  for (int round = 0; round < 300; ++round) {
    const project p = random_budget_project(rng);
    mode_budget budget(p);
    if (budget.find(1) != mode_budget::outcome::found) continue;
    for (int change = 0; change < 20; ++change) {
      const task_id t(rng.below(p.task_count()));
      const auto m = static_cast<std::uint32_t>(rng.below(p.mode_count(t)));
      std::vector<std::uint32_t> changed(budget.modes().begin(), budget.modes().end());
      changed[t.index()] = m;
      REQUIRE(budget.affordable(t, m) == affordable(p, changed));
      if (!budget.affordable(t, m)) continue;
      budget.change(t, m);
      REQUIRE(std::ranges::equal(budget.modes(), changed));
    }
  }
}

TEST_CASE("take says whether a vector is affordable; no vector means mode 0 everywhere") {
  project_builder b;
  const auto money = b.add_nonrenewable(5);
  b.add_task({.modes = {{.work = 1, .needs = {{money, 4}}}, {.work = 2, .needs = {{money, 1}}}}});
  b.add_task({.modes = {{.work = 1, .needs = {{money, 3}}}, {.work = 2, .needs = {{money, 2}}}}});
  const project p = b.build();
  mode_budget budget(p);
  const std::vector<std::uint32_t> cheap{1, 1}, mixed{1, 0};
  CHECK(budget.take(cheap));
  CHECK_FALSE(budget.take({}));
  CHECK(budget.modes()[0] == 0);
  CHECK(budget.take(mixed));
  CHECK_FALSE(budget.affordable(task_id(0), 0));
  CHECK(budget.affordable(task_id(1), 1));
}

TEST_CASE("sums of huge demands do not wrap") {
  project_builder b;
  const auto money = b.add_nonrenewable(project_builder::limit);
  for (int i = 0; i < 20; ++i)
    b.add_task({.modes = {{.work = 1, .needs = {{money, project_builder::limit}}}, {.work = 2}}});
  const project p = b.build();
  mode_budget budget(p);
  CHECK_FALSE(budget.take({}));
  CHECK(budget.find(1) == mode_budget::outcome::found);
  CHECK(affordable(p, budget.modes()));
}

TEST_CASE("a project whose cheapest modes overspend is infeasible to every solver") {
  project_builder b;
  const auto money = b.add_nonrenewable(5);
  for (int i = 0; i < 3; ++i)
    b.add_task({.modes = {{.work = 1, .needs = {{money, 4}}}, {.work = 2, .needs = {{money, 2}}}}});
  const project p = b.build();
  for (const schedule_result& r :
       {serial_sgs(p), parallel_sgs(p), serial_sgs(p, priority::latest_finish{}, {.direction = planning::backward})}) {
    CHECK(r.status == status::infeasible);
    CHECK_FALSE(r.reason.empty());
    CHECK(r.schedule.size() == 0);
  }
}
