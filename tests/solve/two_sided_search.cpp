// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/two_sided_search.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/model/random_project.hpp>
#include <sched/model/schedule.hpp>

#include "support/catch.hpp"
#include "support/random_project.hpp"

using namespace sched;

namespace {

project scarce(std::uint64_t seed, std::size_t tasks) {
  random_generator random(seed);
  return sched::random_project(
      {.tasks = tasks, .renewables = 3, .max_demand = 6, .resource_factor = 0.75, .resource_strength = 0.1}, random);
}
schedule as_schedule(const project& p, std::span<const std::int32_t> starts) {
  schedule s = schedule::unplaced(p.task_count());
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    s.start[i] = starts[i];
    s.finish[i] = s.start[i] + p.work(task_id(i));
  }
  return s;
}

}  // namespace

TEST_CASE("every best schedule is feasible, and as long as it says") {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const project p = scarce(seed, 3 + seed % 40);
    for (const auto keep : {replacement::pool, replacement::slot}) {
      two_sided_search s(p, {.population = 6 + seed % 20, .keep = keep, .seed = seed});
      while (s.schedules() < 600 && !s.optimal()) {
        s.step(600 - s.schedules());
        const schedule best = as_schedule(p, s.starts());
        REQUIRE(validate(p, best).ok());
        REQUIRE(best.makespan() == s.makespan());
      }
      REQUIRE(s.schedules() <= 600);
    }
  }
}

TEST_CASE("a longer search is never worse, and finds better schedules than the first ones") {
  std::size_t better = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const project p = scarce(seed, 40);
    two_sided_search s(p, two_sided_options::tuned(p.task_count(), 3000, seed));
    s.step(3000);
    const std::int32_t first = s.makespan();
    std::int32_t last = first;
    while (s.schedules() < 3000 && !s.optimal()) {
      const bool shorter = s.step(3000 - s.schedules());
      REQUIRE(shorter == (s.makespan() < last));
      REQUIRE(s.makespan() <= last);
      last = s.makespan();
    }
    better += last < first ? 1U : 0U;
  }
  CHECK(better >= 10);
}

TEST_CASE("the same seed gives the same search, another one another") {
  const project p = scarce(7, 50);
  const auto run = [&](std::uint64_t seed) {
    two_sided_search s(p, {.population = 20, .seed = seed});
    while (s.schedules() < 1000 && !s.optimal()) s.step(1000 - s.schedules());
    return std::vector<std::int32_t>(s.starts().begin(), s.starts().end());
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
}

TEST_CASE("a child that nobody would keep is abandoned: it counts, and nothing else changes") {
  std::uint64_t abandoned = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const project p = scarce(seed, 15 + 3 * seed);
    for (const auto keep : {replacement::pool, replacement::slot}) {
      auto settings = two_sided_options::tuned(p.task_count(), 1500, seed);
      settings.keep = keep;
      two_sided_search quick(p, settings);
      settings.abandon = false;
      two_sided_search whole(p, settings);
      for (std::uint64_t most = 7; whole.schedules() < 1500 && !whole.optimal(); most = most * 3 % 1000 + 1) {
        const bool shorter = whole.step(std::min(most, 1500 - whole.schedules()));
        REQUIRE(quick.step(std::min(most, 1500 - quick.schedules())) == shorter);
        REQUIRE(quick.schedules() == whole.schedules());
        REQUIRE(quick.makespan() == whole.makespan());
        REQUIRE(std::ranges::equal(quick.starts(), whole.starts()));
      }
      REQUIRE(quick.abandoned() <= quick.schedules());
      REQUIRE(whole.abandoned() == 0);
      abandoned += quick.abandoned();
    }
  }
  CHECK(abandoned > 1000);
}

TEST_CASE("the same search for any number of threads that make the children") {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const project p = scarce(seed, 30);
    for (const auto keep : {replacement::pool, replacement::slot})
      for (const std::size_t population : {20U, 150U, 700U}) {
        two_sided_options settings{.population = population, .budget = 6000, .keep = keep, .seed = seed};
        two_sided_search one(p, settings);
        settings.threads = 2 + static_cast<unsigned>(seed);
        two_sided_search many(p, settings);
        while (one.schedules() < 6000 && !one.optimal()) {
          const std::uint64_t most = 6000 - one.schedules();
          REQUIRE(one.step(most) == many.step(most));
          REQUIRE(one.schedules() == many.schedules());
          REQUIRE(one.abandoned() == many.abandoned());
          REQUIRE(std::ranges::equal(one.starts(), many.starts()));
        }
      }
  }
}

TEST_CASE("a generation keeps its budget, however small") {
  const project p = scarce(9, 30);
  two_sided_search s(p, {.population = 10});
  for (std::uint64_t n = 1; n <= 40 && !s.optimal(); ++n) {
    s.step(1);
    REQUIRE(s.schedules() == n);
  }
}

TEST_CASE("a schedule to start from is never lost, and a bound that is reached ends the search") {
  const project p = scarce(5, 40);
  two_sided_search first(p, {.population = 20, .seed = 3});
  while (first.schedules() < 2000 && !first.optimal()) first.step(2000 - first.schedules());
  two_sided_search second(p, {.population = 4, .seed = 4});
  second.warm_start(first.starts());
  second.set_bound(first.makespan());
  second.step(30);
  CHECK(second.makespan() <= first.makespan());
  CHECK(second.optimal());
}
