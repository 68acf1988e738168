// SPDX-License-Identifier: BSL-1.0
// One-shot generation: the way over the decoders and the way over the schemes are the same way.
#include <sched/solve/sgs.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stop_token>

#include <sched/priority/decision_rules.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/random_project.hpp"

using namespace sched;

namespace {

const sgs_options general{.timeline = timeline_model::step};  // a model asked for by name keeps the decoders out

template <class Sgs, class Rule>
void same_both_ways(const Sgs& sgs, const project& p, const Rule& rule) {
  const schedule_result quick = sgs(p, rule, {}), plain = sgs(p, rule, general);
  REQUIRE(plain.status == status::feasible);
  REQUIRE(quick.status == plain.status);
  REQUIRE(quick.schedule == plain.schedule);
  REQUIRE(quick.schedules == plain.schedules);
  REQUIRE(quick.tasks.empty());
  REQUIRE(validate(p, quick.schedule).ok());
}

project chain_of(std::size_t n) {
  project_builder b;
  for (std::size_t i = 0; i < n; ++i) b.add_task(2);
  for (std::size_t i = 1; i < n; ++i) b.add_precedence(task_id(i - 1), task_id(i));
  return b.build();
}

}  // namespace

TEST_CASE("the decoders give what the general schemes give, on classic projects of 10 to 300 tasks") {
  std::size_t decoded = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    random_generator rng(seed);
    sched_test::project_shape shape;
    shape.tasks = static_cast<std::size_t>(rng.between(10, 300));
    shape.resources = static_cast<std::size_t>(rng.between(0, 5));
    shape.capacity = rng.chance(0.2) ? 1 : rng.between(4, 40);
    shape.zero_duration = rng.chance(0.5) ? 0.3 : 0.0;
    shape.scale = rng.chance(0.3) ? 60 : 1;
    shape.shuffled = rng.chance(0.5);
    const project p = sched_test::random_project(rng, shape);
    INFO("seed " << seed << ", " << shape.tasks << " tasks");
    REQUIRE(p.classic());
    if (p.task_count() >= detail::decoder_from && list_decoder::accepts(p)) ++decoded;
    for (const priority::any_rule& rule :
         {priority::any_rule(priority::latest_finish{}), priority::any_rule(priority::random_order(seed)),
          priority::any_rule(priority::shortest_processing_time{})}) {
      same_both_ways(serial_sgs, p, rule);
      same_both_ways(parallel_sgs, p, rule);
    }
  }
  CHECK(decoded > 30);
}

TEST_CASE("without a rule the latest finish of the critical path decides") {
  random_generator rng(7);
  for (const std::size_t tasks : {std::size_t{20}, std::size_t{120}}) {
    const project p = sched_test::random_project(rng, {.tasks = tasks});
    CHECK(serial_sgs(p).schedule == serial_sgs(p, priority::latest_finish{}, general).schedule);
    CHECK(parallel_sgs(p).schedule == parallel_sgs(p, priority::latest_finish{}, general).schedule);
  }
}

TEST_CASE("the status does not depend on the way: stopped, hopeless or unsupported") {
  std::stop_source stop;
  stop.request_stop();
  sgs_options how;
  how.watch.stop = stop.get_token();
  for (const std::size_t tasks : {std::size_t{10}, std::size_t{100}}) {
    const project p = chain_of(tasks);
    CHECK(serial_sgs(p, priority::latest_finish{}, how).status == status::cancelled);
    CHECK(parallel_sgs(p, priority::latest_finish{}, how).status == status::cancelled);

    project_builder b;
    const resource_id machine = b.add_renewable(1);
    for (std::size_t i = 0; i < tasks; ++i) b.add_task(1, {{machine, i == 5 ? 2 : 1}});
    const project giant = b.on_excess_demand(excess_demand::keep).build();
    CHECK(serial_sgs(giant).status == status::infeasible);
    CHECK(parallel_sgs(giant).status == status::infeasible);
    CHECK(parallel_sgs(p, priority::latest_finish{}, {.direction = planning::bidirectional}).status ==
          status::unsupported);
  }
}

TEST_CASE("planned backward a project ends at the horizon; where it is too near, the order is planned forward") {
  const project p = chain_of(60);
  const auto back = [&](instant horizon) {
    return serial_sgs(p, priority::latest_finish{}, {.direction = planning::backward, .horizon = horizon});
  };
  CHECK(back(500).schedule.start.front() == 380);
  CHECK(back(500).makespan() == 500);
  CHECK(back(500).schedules == 1);
  const schedule_result near = back(50);
  CHECK(near.solved());
  CHECK(near.makespan() == 120);
  CHECK(near.schedules == 2);
}

TEST_CASE("a rule that asks at every decision goes the general way, also on a classic project") {
  random_generator rng(8);
  const project p = sched_test::random_project(rng, {.tasks = 80});
  same_both_ways(parallel_sgs, p, priority::any_rule(priority::worst_case_slack{}));
}
