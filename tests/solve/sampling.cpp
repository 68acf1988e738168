// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/sampling.hpp>

#include <cstddef>
#include <stop_token>

#include <sched/priority/combine.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {
using biased = priority::regret_biased<priority::latest_finish>;

/// Scarce enough that the critical path is never met.
project hard_project(std::uint64_t seed) {
  random_generator rng(seed);
  return random_project({.tasks = 30, .renewables = 2, .resource_factor = 1, .resource_strength = 0}, rng);
}
}  // namespace

TEST_CASE("sampling keeps to its budget exactly, counting justification") {
  const project p = hard_project(1);
  for (const std::uint64_t budget : {0U, 1U, 2U, 3U, 4U, 7U, 50U}) {
    for (const generation_scheme scheme : {generation_scheme::serial, generation_scheme::parallel})
      for (const bool justify : {false, true}) {
        const schedule_result r =
            sample(p, biased(priority::latest_finish{}), {.schedules = budget, .scheme = scheme, .justify = justify});
        CHECK(r.schedules == budget);
        CHECK(r.solved() == (budget > 0));
      }
    const schedule_result r = adaptive_sample(p, {.schedules = budget, .justify = true});
    CHECK(r.schedules == budget);
    CHECK(r.solved() == (budget > 0));
  }
}

TEST_CASE("a seed decides the schedule") {
  const project p = hard_project(2);
  const auto once = [&](std::uint64_t seed) {
    return sample(p, biased(priority::latest_finish{}), {.schedules = 20, .seed = seed}).schedule;
  };
  CHECK(once(1) == once(1));
  CHECK(once(1) != once(2));
  CHECK(adaptive_sample(p, {.schedules = 100, .seed = 5}).schedule ==
        adaptive_sample(p, {.schedules = 100, .seed = 5}).schedule);
}

TEST_CASE("more schedules are never worse, and every result is valid") {
  each_random_instance(2, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    for (const bool justify : {false, true}) {
      instant last = instant::infinity();
      for (const std::uint64_t budget : {3U, 12U, 60U}) {
        const schedule_result r =
            sample(i.project, biased(priority::latest_finish{}), {.schedules = budget, .justify = justify});
        REQUIRE(r.schedules <= budget);
        if (!r.solved()) continue;
        const validation_report report = validate(i.project, r.schedule);
        INFO(report.text(i.project));
        REQUIRE(report.ok());
        REQUIRE(r.makespan() <= last);
        last = r.makespan();
        REQUIRE((r.status == status::optimal) == (last == find_critical_path(i.project).length));
      }
      const schedule_result a = adaptive_sample(i.project, {.schedules = 60, .justify = justify});
      REQUIRE(a.schedules <= 60);
      if (a.solved()) REQUIRE(validate(i.project, a.schedule).ok());
    }
  });
}

TEST_CASE("a rule that does not draw is asked once") {
  const project p = hard_project(3);
  const schedule_result r = sample(p, priority::latest_finish{}, {.schedules = 100});
  CHECK(r.schedules == 1);
  CHECK(r.schedule == serial_sgs(p).schedule);
}

TEST_CASE("sampling stops at once when the critical path is met") {
  project_builder b;
  b.add_task(3);
  const schedule_result r = sample(b.build(), biased(priority::latest_finish{}), {.schedules = 1000});
  CHECK(r.status == status::optimal);
  CHECK(r.schedules == 1);
}

TEST_CASE("the observer sees falling makespans, a stop request ends the work with the best so far") {
  const project p = hard_project(4);
  std::stop_source stop;
  double last = 1e300;
  std::size_t calls = 0;
  const sampling_options how{.schedules = 100'000,
                             .watch = {.stop = stop.get_token(), .observer = [&](const progress& x) {
                                         CHECK(x.best < last);
                                         CHECK(x.total == 100'000);
                                         last = x.best;
                                         if (++calls == 2) stop.request_stop();
                                       }}};
  const schedule_result r = sample(p, priority::random_order(1), how);
  CHECK(calls == 2);
  CHECK(r.solved());
  CHECK(r.makespan().count() == static_cast<std::int64_t>(last));
  CHECK(r.schedules < 100'000);
  CHECK(sample(p, biased(priority::latest_finish{}), how).status == status::cancelled);
}

TEST_CASE("another objective decides which schedule is kept") {
  random_generator rng(9);
  const project p = random_project(
      {.tasks = 25, .resource_strength = 0, .due_probability = 1, .due_range = 0.3, .max_weight = 5}, rng);
  const auto draw = [&](std::uint64_t budget) {
    const schedule_result r =
        sample(p, priority::random_order(1), {.schedules = budget}, evaluate::weighted_tardiness{});
    CHECK(r.status == status::feasible);
    return evaluate::weighted_tardiness{}(p, r.schedule);
  };
  CHECK(draw(200) < draw(1));
}

TEST_CASE("a parallel rule asks for the parallel scheme") {
  const auto rule = priority::regret_biased(priority::worst_case_slack{});
  const project p = hard_project(5);
  CHECK(sample(p, rule, {.schedules = 5}).status == status::unsupported);
  CHECK(sample(p, rule, {.schedules = 5, .scheme = generation_scheme::parallel}).solved());
}
