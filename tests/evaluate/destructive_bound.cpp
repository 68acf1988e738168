// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/destructive_bound.hpp>

#include <cstddef>
#include <cstdint>

#include <sched/core/random.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>

#include "support/brute_schedules.hpp"
#include "support/catch.hpp"

using namespace sched;

namespace {

project small(std::uint64_t seed, std::size_t tasks, std::int64_t longest, double strength) {
  random_generator random(seed);
  return random_project({.tasks = tasks,
                         .network_complexity = 1.2,
                         .max_duration = longest,
                         .renewables = 2,
                         .max_demand = 4,
                         .resource_factor = 1,
                         .resource_strength = strength},
                        random);
}

}  // namespace

TEST_CASE("no schedule is shorter than the bound, and exhaustive search meets it often") {
  std::size_t tight = 0, better = 0, all = 0;
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const project p = small(seed, 5, 3, seed % 2 == 0 ? 0.0 : 0.3);
    const duration bound = destructive_bound(p);
    const auto shortest = sched_test::exhaustive_search(p, 15).run();
    REQUIRE(bound >= makespan_bound(p));
    if (!shortest) continue;
    REQUIRE(bound <= *shortest);
    tight += bound == *shortest ? 1U : 0U;
    better += bound > makespan_bound(p) ? 1U : 0U;
    ++all;
  }
  CHECK(all > 100);
  CHECK(tight * 10 >= all * 9);
  CHECK(better > 10);
}

TEST_CASE("each means of refuting only raises the bound") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const project p = small(seed, 14, 8, 0.1);
    const auto with = [&](bool energetic, std::size_t shaving) {
      return destructive_bound(p, {.energetic = energetic, .shaving = shaving});
    };
    const duration plain = with(false, 0), energy = with(true, 0), shaved = with(true, 1000);
    REQUIRE(plain <= energy);
    REQUIRE(energy <= shaved);
  }
}

TEST_CASE("three tasks that exclude each other take their time one after another") {
  project_builder b;
  const auto machine = b.add_renewable(10);
  // Six units each: any two exclude each other, though the energy bound says 10 only.
  for (const std::int64_t work : {4, 5, 6}) b.add_task({.work = work, .needs = {{machine, 6}}});
  const project p = b.build();
  CHECK(energy_bound(p) == 9);
  CHECK(destructive_bound(p) == 15);
}

TEST_CASE("no more than was asked for is refuted") {
  const project p = small(3, 14, 8, 0.0);
  const duration bound = destructive_bound(p);
  CHECK(destructive_bound(p, {.stop_at = bound - 1}) == bound - 1);
  CHECK(destructive_bound(p, {.stop_at = bound + 5}) == bound);
}

TEST_CASE("times may have any common measure") {
  project_builder b;
  const auto machine = b.add_renewable(10);
  constexpr std::int64_t hour = 3'600'000'000;
  for (const std::int64_t work : {4, 5, 6}) b.add_task({.work = work * hour, .needs = {{machine, 6}}});
  CHECK(destructive_bound(b.build()) == 15 * hour);
}

TEST_CASE("what is not classic gets the greater of critical path and energy") {
  project_builder b;
  const auto crew = b.add_renewable(1);
  b.add_task({.work = 3, .needs = {{crew, 1}}, .dates = {.release = 5}});
  b.add_task({.work = 4, .needs = {{crew, 1}}});
  const project p = b.build();
  CHECK(destructive_bound(p) == makespan_bound(p));
}
