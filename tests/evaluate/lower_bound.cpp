// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/lower_bound.hpp>

#include <algorithm>
#include <cstdint>

#include <sched/evaluate/validate_project.hpp>
#include <sched/model/project_builder.hpp>

#include "support/brute_schedules.hpp"
#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

/// The bound by its definition, unit by unit: how many ticks the resource needs for the least work of all tasks.
std::int64_t energy_by_counting(const project& p) {
  std::int64_t bound = 0;
  for (std::size_t r = 0; r < p.resource_count(); ++r) {
    const resource& res = p.resource_of(resource_id(r));
    if (res.kind == resource_kind::nonrenewable || res.capacity == 0) continue;
    std::int64_t units = 0;
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      std::int64_t least = -1;
      for (std::size_t m = 0; m < p.mode_count(task_id(i)); ++m) {
        std::int64_t burden = 0;
        for (const requirement& q : p.requirements(task_id(i), m))
          if (q.resource.index() == r) burden += q.units * p.work(task_id(i), m).count();
        if (least < 0 || burden < least) least = burden;
      }
      units += least;
    }
    std::int64_t length = 0;
    for (; units > 0; units -= res.capacity) ++length;
    bound = std::max(bound, length);
  }
  return bound;
}

}  // namespace

TEST_CASE("the energy bound is the length of the busiest resource's work, rounded up") {
  project_builder b;
  b.add_renewable(2);
  b.add_renewable(4);
  b.add_nonrenewable(1000);
  b.add_task(3, {{resource_id(0), 1}, {resource_id(1), 4}});
  b.add_task(4, {{resource_id(0), 2}});
  b.add_task(9, {{resource_id(2), 100}});
  CHECK(energy_bound(b.build()) == 6);  // 11 units of work on 2
  CHECK(energy_bound(project{}) == 0);
}

TEST_CASE("the energy bound takes the mode that burdens each resource least") {
  project_builder b;
  b.add_renewable(1);
  b.add_renewable(1);
  task_spec t;
  t.modes = {{.work = 9, .needs = {{resource_id(0), 1}}}, {.work = 5, .needs = {{resource_id(1), 1}}}};
  b.add_task(t);
  CHECK(energy_bound(b.build()) == 0);  // each resource alone can be avoided
  t.modes = {{.work = 9, .needs = {{resource_id(0), 1}}}, {.work = 5, .needs = {{resource_id(0), 1}}}};
  b.add_task(t);
  CHECK(energy_bound(b.build()) == 5);
}

TEST_CASE("the energy bound equals counting, and no bound is above a valid schedule's makespan, for every feature") {
  std::size_t energy_decides = 0;
  each_random_instance(20, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    CAPTURE(preset.name, seed);
    REQUIRE(validate(i.project, i.witness).ok());
    const duration bound = makespan_bound(i.project);
    REQUIRE(energy_bound(i.project) == energy_by_counting(i.project));
    REQUIRE(bound == std::max(energy_bound(i.project), find_critical_path(i.project).length));
    REQUIRE(bound <= i.witness.makespan());
    if (energy_bound(i.project) > find_critical_path(i.project).length) ++energy_decides;
  });
  CHECK(energy_decides > 10);
}

TEST_CASE("no bound is above the least makespan of a tiny project, found by trying everything") {
  random_generator random(71);
  std::size_t solved = 0, tight = 0;
  for (int round = 0; round < 300; ++round) {
    const project p = sched_test::tiny_dated_project(random);
    const auto least = sched_test::least_makespan(p, 20);
    if (!least) continue;
    CAPTURE(round);
    REQUIRE(makespan_bound(p) <= *least);
    ++solved;
    if (makespan_bound(p) == *least) ++tight;
  }
  CHECK(solved > 100);
  CHECK(tight > solved / 4);
}

TEST_CASE("tasks fixed before time 0 leave no energy bound") {
  project_builder b;
  b.add_renewable(1);
  b.add_task({.work = 8, .needs = {{resource_id(0), 1}}, .dates = {.fixed_start = -8}});
  CHECK(energy_bound(b.build()) == 0);
  b.add_task({.work = 8, .needs = {{resource_id(0), 1}}, .dates = {.fixed_start = 0}});
  CHECK(makespan_bound(b.build()) == 8);
}

TEST_CASE("huge work and capacities neither wrap nor pass the end of time") {
  constexpr amount most = std::int64_t{1} << 40;
  project_builder b;
  b.add_renewable(most + 1);
  for (int i = 0; i < 4; ++i) b.add_task(std::int64_t{1} << 40, {{resource_id(0), most + 1}});
  CHECK(energy_bound(b.build()) == std::int64_t{1} << 42);  // 2⁸² units of work
  b.add_renewable(1);
  b.add_task(std::int64_t{1} << 59, {{resource_id(1), 1}});
  CHECK(energy_bound(b.build()) == std::int64_t{1} << 59);
  b.on_excess_demand(excess_demand::keep).add_task(std::int64_t{1} << 58, {{resource_id(1), most}});
  CHECK(energy_bound(b.build()) == duration::max());  // a task that fits nowhere: 2⁹⁸ ticks
}
