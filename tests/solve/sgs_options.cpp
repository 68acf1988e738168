// SPDX-License-Identifier: BSL-1.0
// What the schemes do when they are told nothing, and what every option changes.
#include <sched/solve/sgs_options.hpp>

#include <cstddef>
#include <cstdint>

#include <sched/sgs.hpp>

#include "support/catch.hpp"
#include "support/random_project.hpp"

using namespace sched;

namespace {

const priority::any_rule by_finish(priority::latest_finish{});

}  // namespace

TEST_CASE("told nothing, a scheme plans forward, chooses its timeline, and nobody watches") {
  const sgs_options o;
  CHECK(o.direction == planning::forward);
  CHECK(o.turn == turns::merged);
  CHECK(o.timeline == timeline_model::automatic);
  CHECK(o.seed == 1);
  CHECK(o.horizon == instant::infinity());
  CHECK_FALSE(o.watch.stopped());
  CHECK_FALSE(o.watch.observer);
}

TEST_CASE("the model of the timeline never changes the schedule, from one task to more than the tree asks for") {
  for (const std::size_t tasks : {std::size_t{1}, std::size_t{30}, std::size_t{200}, detail::tree_from + 1}) {
    random_generator rng(tasks);
    const project p = sched_test::random_project(rng, {.tasks = tasks, .shuffled = true});
    INFO(tasks << " tasks");
    for (const planning direction : {planning::forward, planning::backward}) {
      const sgs_options step{.direction = direction, .timeline = timeline_model::step};
      const schedule serial = serial_sgs(p, by_finish, step).schedule;
      const schedule parallel = parallel_sgs(p, by_finish, step).schedule;
      REQUIRE(serial.size() == tasks);
      for (const timeline_model model : {timeline_model::automatic, timeline_model::dense, timeline_model::tree}) {
        const sgs_options other{.direction = direction, .timeline = model};
        REQUIRE(serial_sgs(p, by_finish, other).schedule == serial);
        REQUIRE(parallel_sgs(p, by_finish, other).schedule == parallel);
      }
    }
  }
}

TEST_CASE("the seed decides what a drawing rule draws, and nothing else") {
  random_generator rng(5);
  const project p = sched_test::random_project(rng, {.tasks = 60});
  const priority::any_rule draw(priority::random_order(9));
  const auto with = [&](const priority::any_rule& rule, std::uint64_t seed) {
    return serial_sgs(p, rule, {.seed = seed}).schedule;
  };
  CHECK(with(draw, 3) == with(draw, 3));
  CHECK(with(draw, 3) != with(draw, 4));
  CHECK(with(by_finish, 3) == with(by_finish, 4));
}

TEST_CASE("the horizon is where a schedule planned backward ends; planned forward it does not matter") {
  random_generator rng(6);
  const project p = sched_test::random_project(rng, {.tasks = 60});
  const schedule_result ahead = serial_sgs(p, by_finish, {.horizon = 5000});
  CHECK(ahead.schedule == serial_sgs(p, by_finish).schedule);
  CHECK(serial_sgs(p, by_finish, {.direction = planning::backward, .horizon = 5000}).makespan() == 5000);
  CHECK(parallel_sgs(p, by_finish, {.direction = planning::backward, .horizon = 5000}).makespan() == 5000);
}

TEST_CASE("the observer hears of every schedule once, with its makespan") {
  random_generator rng(7);
  const project p = sched_test::random_project(rng, {.tasks = 60});
  for (const planning direction : {planning::forward, planning::backward, planning::bidirectional}) {
    std::size_t calls = 0;
    double best = -1;
    sgs_options o{.direction = direction};
    o.watch.observer = [&](const progress& x) {
      ++calls;
      best = x.best;
    };
    const schedule_result r = serial_sgs(p, by_finish, o);
    CHECK(calls == 1);
    CHECK(best == static_cast<double>(r.makespan().count()));
  }
}
