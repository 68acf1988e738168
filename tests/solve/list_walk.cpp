// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/list_walk.hpp>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <stop_token>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/model/random_project.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

project scarce(std::uint64_t seed, std::size_t tasks) {
  random_generator random(seed);
  return random_project(
      {.tasks = tasks, .renewables = 3, .max_demand = 6, .resource_factor = 0.75, .resource_strength = 0.1}, random);
}

/// Moves keep lists of all tasks with predecessors first.
template <list_move Move>
void keeps_lists(Move move) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const project p = scarce(seed, 2 + seed * 2);
    const std::size_t n = p.task_count();
    random_generator random(seed);
    std::vector<std::uint32_t> list(n), position(n), scratch(n);
    std::vector<double> late(n, 0.5);
    for (std::size_t k = 0; k < n; ++k) list[k] = static_cast<std::uint32_t>(p.topological_order()[k].index());
    std::size_t changed = 0;
    for (int round = 0; round < 50; ++round) {
      for (std::size_t k = 0; k < n; ++k) position[list[k]] = static_cast<std::uint32_t>(k);
      const std::vector<std::uint32_t> before = list;
      move(std::span(list), list_view{p, late, position, scratch}, random);
      changed += list != before ? 1U : 0U;
      std::vector<std::size_t> at(n, n);
      for (std::size_t k = 0; k < n; ++k) at[list[k]] = k;
      for (std::size_t i = 0; i < n; ++i) {
        REQUIRE(at[i] < n);
        for (const adjacency& a : p.successors(task_id(i))) REQUIRE(at[i] < at[a.task.index()]);
      }
    }
    if (n > 10) REQUIRE(changed > 10);
  }
}

struct minimal_move {
  void operator()(std::span<std::uint32_t>, const list_view&, random_generator&) {}
};
struct minimal_acceptance {
  bool operator()(const walk_decision&, random_generator&) { return true; }
};
static_assert(list_move<minimal_move> && acceptance<minimal_acceptance>);
static_assert(!list_move<int> && !acceptance<minimal_move>);

}  // namespace

TEST_CASE("moves keep predecessors first and every task once") {
  keeps_lists(move::shift{});
  keeps_lists(move::stretch{});
  keeps_lists(move::scatter(3));
}

TEST_CASE("walks are feasible, keep their budget, and better the first schedule") {
  std::size_t better = 0;
  const auto check = [&](const project& p, const schedule_result& r, std::uint64_t budget) {
    REQUIRE(r.solved());
    REQUIRE(validate(p, r.schedule).ok());
    REQUIRE(r.schedules <= budget);
    const schedule_result first = walk_lists(p, minimal_move{}, minimal_acceptance{}, {.schedules = 3});
    REQUIRE((budget < 3 || r.makespan() <= first.makespan()));
    better += r.makespan() < first.makespan() ? 1U : 0U;
  };
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const project p = scarce(seed, 40);
    const list_walk_options o{.schedules = 1500, .seed = seed};
    check(p, walk_lists(p, move::scatter(4), accept::near_best{}, o), 1500);
    check(p, walk_lists(p, move::stretch{}, accept::annealing{}, o), 1500);
    check(p, walk_lists(p, move::shift{}, accept::not_longer{}, {.schedules = 1500, .seed = seed, .justify = false}),
          1500);
    check(p, walk_lists(p, move::shift{}, accept::not_recent(30), {.schedules = 1500, .seed = seed, .neighbours = 8}),
          1500);
    check(p, walk_lists(p, move::shift{}, accept::not_longer{}, {.schedules = seed}), seed);
  }
  CHECK(better >= 30);
}

TEST_CASE("annealing accepts what is longer early, rarely late; tabu refuses where it has been") {
  random_generator random(1);
  accept::annealing heat{.from = 0.05, .to = 0};
  std::size_t early = 0, late = 0;
  for (int k = 0; k < 1000; ++k) {
    early += heat({100, 105, 100, 0, 0.0}, random) ? 1U : 0U;
    late += heat({100, 105, 100, 0, 0.9}, random) ? 1U : 0U;
  }
  CHECK((early > 320 && early < 420));  // exp(−1)
  CHECK(late < 5);
  CHECK(!heat({100, 101, 100, 0, 1.0}, random));
  accept::not_recent tabu(2);
  CHECK(tabu({100, 105, 100, 1, 0}, random));
  CHECK(!tabu({100, 105, 100, 1, 0}, random));
  CHECK(tabu({100, 99, 100, 1, 0}, random));
  CHECK(tabu({100, 105, 99, 2, 0}, random));
  CHECK(tabu({100, 105, 99, 3, 0}, random));
  CHECK(tabu({100, 105, 99, 1, 0}, random));
}

TEST_CASE("the same seed gives the same walk; a stopped walk says so; it goes on from a schedule") {
  const project p = scarce(3, 50);
  const auto run = [&](std::uint64_t seed) {
    return walk_lists(p, move::stretch{}, accept::annealing{}, {.schedules = 900, .seed = seed}).schedule;
  };
  CHECK(run(1) == run(1));
  CHECK(run(1) != run(2));
  std::stop_source source;
  source.request_stop();
  CHECK(walk_lists(p, move::shift{}, accept::not_longer{}, {.watch = {.stop = source.get_token()}}).status ==
        status::cancelled);
  const schedule_result good = walk_lists(p, move::stretch{}, accept::annealing{}, {.schedules = 3000});
  list_walk walk(p, move::shift{}, accept::not_longer{}, {.schedules = 30});
  std::vector<std::int32_t> starts;
  starts.reserve(p.task_count());
  for (const instant s : good.schedule.start) starts.push_back(static_cast<std::int32_t>(s.count()));
  walk.warm_start(starts);
  while (!walk.done()) walk.step();
  CHECK(walk.result().makespan() <= good.makespan());
}
