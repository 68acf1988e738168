// SPDX-License-Identifier: BSL-1.0
// Justification and planning from both ends.
#include <sched/solve/justify.hpp>

#include <cstddef>
#include <vector>

#include <sched/model/reversed.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/random_instances.hpp"

using namespace sched;

TEST_CASE("justification never lengthens a schedule, keeps every rule and its modes, and counts two schedules") {
  std::size_t shorter = 0;
  each_random_instance(6, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    if (!i.project.maximal_lags().empty()) return;
    INFO(preset.name << ", seed " << seed);
    justifier<step_timeline> justify(i.project);
    for (const schedule& start : {i.witness, parallel_sgs(i.project, priority::random_order(seed)).schedule}) {
      if (!validate(i.project, start).ok()) continue;
      schedule s = start;
      const std::uint64_t spent = justify.double_justify(s);
      REQUIRE((i.project.classic() ? spent == 2 : spent <= 2));
      const validation_report report = validate(i.project, s);
      INFO(report.text(i.project));
      REQUIRE(report.ok());
      REQUIRE(s.makespan() <= start.makespan());
      REQUIRE(s.mode == start.mode);
      shorter += s.makespan() < start.makespan() ? 1U : 0U;
    }
  });
  CHECK(shorter > 50);
}

TEST_CASE("on classic projects both passes always count, and later calls allocate nothing") {
  random_generator rng(2);
  const project p = random_project({.tasks = 60}, rng);
  justifier<step_timeline> justify(p);
  schedule a = serial_sgs(p, priority::random_order(1)).schedule;
  schedule b = serial_sgs(p, priority::random_order(2)).schedule;
  CHECK(justify.double_justify(a) == 2);
  schedule c = b;
  CHECK(justify.double_justify(c) == 2);
  const sched_test::allocation_count count;
  CHECK(justify.double_justify(b) == 2);
  CHECK(count.since() == 0);
  CHECK(b == c);
}

TEST_CASE("a pass counts 1 schedule, a sampled and justified one 3, planning from both ends 2") {
  random_generator rng(3);
  const project p = random_project({.tasks = 30, .resource_strength = 0}, rng);
  CHECK(serial_sgs(p).schedules == 1);
  CHECK(parallel_sgs(p).schedules == 1);
  CHECK(serial_sgs(p, priority::latest_finish{}, {.direction = planning::backward}).schedules == 1);
  CHECK(sample(p, priority::latest_finish{}, {.schedules = 9, .justify = true}).schedules == 3);
  for (const turns turn : {turns::merged, turns::alternating}) {
    const schedule_result r =
        serial_sgs(p, priority::latest_finish{}, {.direction = planning::bidirectional, .turn = turn});
    CHECK(r.schedules == 2);
    CHECK(r.solved());
    CHECK(validate(p, r.schedule).ok());
  }
  const sgs_options both{.direction = planning::bidirectional};
  CHECK(parallel_sgs(p, priority::latest_finish{}, both).status == status::unsupported);
  CHECK(serial_sgs(p, priority::dynamic_slack{}, both).status == status::unsupported);
}

TEST_CASE("both ends of a project meet in a schedule of the given modes") {
  random_generator rng(4);
  for (int round = 0; round < 30; ++round) {
    const project p = random_project({.tasks = 15, .max_modes = 3}, rng);
    std::vector<std::uint32_t> modes;
    for (std::size_t i = 0; i < p.task_count(); ++i)
      modes.push_back(static_cast<std::uint32_t>(rng.below(p.mode_count(task_id(i)))));
    const schedule_result r =
        serial_sgs(p, priority::latest_finish{}, {.direction = planning::bidirectional}, mode::given(modes));
    REQUIRE(r.solved());
    REQUIRE(r.schedule.mode == modes);
    REQUIRE(validate(p, r.schedule).ok());
  }
}

TEST_CASE("backward planning is forward planning of the mirrored project") {
  random_generator rng(5);
  for (int round = 0; round < 30; ++round) {
    const project p = random_project({.tasks = 25}, rng);
    const schedule_result back = serial_sgs(p, priority::latest_finish{}, {.direction = planning::backward});
    const schedule_result ahead = serial_sgs(reversed_project(p, 0), priority::latest_finish{});
    REQUIRE(back.schedule == mirrored(ahead.schedule, ahead.makespan()));
    const project twice = reversed_project(reversed_project(p, 0), 0);
    REQUIRE(serial_sgs(twice).schedule == serial_sgs(p).schedule);
    const schedule_result later =
        serial_sgs(p, priority::latest_finish{}, {.direction = planning::backward, .horizon = 1000});
    REQUIRE(later.makespan() == 1000);
    REQUIRE(validate(p, later.schedule).ok());
  }
}
