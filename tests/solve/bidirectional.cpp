// SPDX-License-Identifier: BSL-1.0
// Both ends of a project: who is placed from where, and that the closed schedule is valid.
#include <sched/solve/bidirectional.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

constexpr turns both_turns[] = {turns::merged, turns::alternating};

std::vector<instant> starts_from_both_ends(const project& p, const std::vector<double>& keys, turns turn) {
  const schedule_result r = both_ends(p, priority::given(keys), {.turn = turn}, mode::earliest_finish{});
  REQUIRE(r.status == status::feasible);
  CHECK(r.schedules == 1);
  return r.schedule.start;
}

}  // namespace

TEST_CASE(
    "tasks from the left start as early, tasks from the right finish as late as they can in the sum of all work") {
  project_builder b;  // a chain of three beside one long task: 16 ticks of work
  const task_id first = b.add_task(1), second = b.add_task(2), third = b.add_task(3);
  b.add_task(10);
  const project p = b.add_precedence(first, second).add_precedence(second, third).build();
  const std::vector<double> keys{3, 1, 2, 4};
  // right: third, second; left: first, and the long one, which both ends want alike
  CHECK(starts_from_both_ends(p, keys, turns::merged) == std::vector<instant>{0, 11, 13, 0});
  // left: first; right: third; left: second; right: the long one
  CHECK(starts_from_both_ends(p, keys, turns::alternating) == std::vector<instant>{0, 1, 13, 6});
}

TEST_CASE("both ends share one timetable of every resource") {
  project_builder b;
  const resource_id machine = b.add_renewable(1);
  for (int i = 0; i < 4; ++i) b.add_task(2, {{machine, 1}});
  const project p = b.build();
  const std::vector<double> keys(4, 1.0);
  CHECK(starts_from_both_ends(p, keys, turns::alternating) == std::vector<instant>{0, 6, 2, 4});
  CHECK(starts_from_both_ends(p, keys, turns::merged) == std::vector<instant>{0, 2, 4, 6});
}

TEST_CASE("what both ends place is valid before the gap is closed, where there are no dates and calendars") {
  random_project_options o{.tasks = 25, .shuffled = true, .lag_probability = 0.4};
  std::size_t from_the_right = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    random_generator rng(seed);
    o.resource_strength = seed % 2 == 0 ? 0.0 : 0.5;
    const project p = random_project(o, rng);
    INFO("seed " << seed);
    for (const turns turn : both_turns) {
      const schedule_result r = both_ends(p, priority::latest_finish{}, {.turn = turn}, mode::earliest_finish{});
      REQUIRE(r.status == status::feasible);
      const validation_report report = validate(p, r.schedule);
      INFO(report.text(p));
      REQUIRE(report.ok());
      const schedule_result closed =
          serial_sgs(p, priority::latest_finish{}, {.direction = planning::bidirectional, .turn = turn});
      from_the_right += r.makespan() > closed.makespan() ? 1U : 0U;
    }
  }
  CHECK(from_the_right > 60);
}

TEST_CASE("closed, the schedule is valid with everything a project may ask for, and counts as two") {
  std::size_t solved = 0;
  each_random_instance(4, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    for (const turns turn : both_turns) {
      const schedule_result r =
          serial_sgs(i.project, priority::latest_finish{}, {.direction = planning::bidirectional, .turn = turn});
      if (!r.solved()) continue;
      ++solved;
      REQUIRE(r.schedules == 2);
      const validation_report report = validate(i.project, r.schedule);
      INFO(report.text(i.project));
      REQUIRE(report.ok());
    }
  });
  CHECK(solved > 100);
}

TEST_CASE("a rule that is asked at every decision is unsupported, a hopeless project infeasible") {
  project_builder b;
  const task_id a = b.add_task(5), late = b.add_task({.work = 3, .dates = {.deadline = 7}});
  const project p = b.add_precedence(a, late).build();
  const schedule_result hopeless = both_ends(p, priority::latest_finish{}, {}, mode::earliest_finish{});
  CHECK(hopeless.status == status::infeasible);
  CHECK(hopeless.tasks == std::vector{late});
  CHECK(both_ends(project{}, priority::dynamic_slack{}, {}, mode::earliest_finish{}).status == status::unsupported);
}
