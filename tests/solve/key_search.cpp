// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/key_search.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>

#include <sched/core/random.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/model/random_project.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

TEST_CASE("every kind of project is searched, and every schedule is proved") {
  for (const instance_preset& preset : instance_presets()) {
    INFO(preset.name);
    random_generator random(4);
    const project p = sched::random_project(preset.options, random);
    key_search search(p, 60, 1);
    double least = std::numeric_limits<double>::infinity();
    while (search.schedules() < 60 && !search.hopeless()) {
      const std::uint64_t before = search.schedules();
      search.step(60 - before);
      if (search.schedules() == before) break;
      REQUIRE(search.value() <= least);
      least = search.value();
    }
    REQUIRE(search.schedules() <= 60);
    if (search.best().solved()) REQUIRE(validate(p, search.best().schedule).ok());
  }
}

TEST_CASE("any objective: less is better, and better than the first schedule") {
  std::size_t better = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    random_generator random(seed);
    const project p = sched::random_project({.tasks = 20,
                                             .renewables = 2,
                                             .resource_factor = 1,
                                             .resource_strength = 0.1,
                                             .due_probability = 1,
                                             .max_weight = 9},
                                            random);
    key_search search(p, 600, seed, evaluate::weighted_tardiness{}, mode::earliest_finish{}, false);
    search.step(1);
    const double first = search.value();
    while (search.schedules() < 600) search.step(600 - search.schedules());
    REQUIRE(search.value() <= first);
    REQUIRE(search.value() == evaluate::weighted_tardiness{}(p, search.best().schedule));
    better += search.value() < first ? 1U : 0U;
  }
  CHECK(better >= 6);
}
