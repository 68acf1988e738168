// SPDX-License-Identifier: BSL-1.0
// Rollout on projects: never worse than its base, valid, the same for any number of threads, and honest about its cost.
#include <sched/solve/project_rollout.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/priority/decision_rules.hpp>
#include <sched/priority/sampling.hpp>
#include <sched/solve/sgs.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

constexpr auto serial = generation_scheme::serial;
constexpr auto parallel = generation_scheme::parallel;

schedule_result base(const project& p, const priority::any_rule& rule, generation_scheme scheme) {
  return scheme == serial ? serial_sgs(p, rule) : parallel_sgs(p, rule);
}

std::vector<project> classic(std::size_t count, std::uint64_t seed, std::size_t tasks = 30) {
  random_generator rng(seed);
  std::vector<project> all;
  for (std::size_t k = 0; k < count; ++k)
    all.push_back(
        random_project({.tasks = tasks, .renewables = 3, .resource_factor = 0.8, .resource_strength = 0.2}, rng));
  return all;
}

}  // namespace

TEST_CASE("width 1 and no waiting is the base scheme, for one schedule") {
  for (const project& p : classic(10, 1))
    for (const generation_scheme scheme : {serial, parallel}) {
      const project_rollout_result r = rollout_sgs(p, priority::latest_finish{}, {.scheme = scheme, .width = 1});
      const schedule_result expected = base(p, priority::any_rule(priority::latest_finish{}), scheme);
      CHECK(r.schedule == expected.schedule);
      CHECK(r.schedules == 1);
      CHECK(r.report.scenarios == 0);
    }
}

TEST_CASE("rules that draw their keys draw those of the base scheme for the same seed") {
  for (const project& p : classic(4, 10))
    for (const generation_scheme scheme : {serial, parallel})
      for (const timeline_model model : {timeline_model::automatic, timeline_model::step}) {
        const sgs_options o{.timeline = model, .seed = 7};
        const auto expected = scheme == serial ? serial_sgs(p, priority::random_order{}, o)
                                               : parallel_sgs(p, priority::random_order{}, o);
        const auto r =
            rollout_sgs(p, priority::random_order{}, {.scheme = scheme, .width = 1, .seed = 7, .timeline = model});
        CHECK(r.schedule == expected.schedule);
      }
}

TEST_CASE("the observer sees schedules, the best so far and the bound") {
  for (const project& p : classic(4, 11)) {
    project_rollout_options o{.width = 3, .schedules = 60};
    std::uint64_t last = 0;
    double best = 0;
    o.watch.observer = [&](const progress& at) {
      CHECK((at.done > last && at.total == 60));
      CHECK((last == 0 || at.best <= best));
      CHECK(at.bound <= at.best);
      last = at.done;
      best = at.best;
    };
    const auto r = rollout_sgs(p, priority::latest_finish{}, o);
    CHECK((last == 0 || (last == r.schedules && best == static_cast<double>(r.makespan().count()))));
  }
}

TEST_CASE("never worse than the base, with any horizon, width and scheme, and better on average") {
  for (const generation_scheme scheme : {serial, parallel})
    for (const std::size_t horizon :
         {std::size_t{0}, std::size_t{3}, std::size_t{12}, project_rollout_options::to_the_end})
      for (const bool justify : {false, true}) {
        std::int64_t before = 0, after = 0;
        for (const project& p : classic(15, 2)) {
          schedule_result b = base(p, priority::any_rule(priority::latest_start{}), scheme);
          if (justify) justifier<step_timeline>(p).double_justify(b.schedule);
          const project_rollout_result r =
              rollout_sgs(p, priority::latest_start{},
                          {.scheme = scheme, .width = 4, .horizon = horizon, .idle = true, .justify = justify});
          REQUIRE(r.solved());
          REQUIRE(validate(p, r.schedule).ok());
          REQUIRE(r.makespan() <= b.makespan());
          before += b.makespan().count();
          after += r.makespan().count();
        }
        CHECK(after < before);
      }
}

TEST_CASE("the list branch and the booking branch decide alike") {
  for (const project& p : classic(15, 3)) {
    const auto fast = rollout_sgs(p, priority::latest_finish{}, {.width = 3});
    const auto general = rollout_sgs(p, priority::latest_finish{}, {.width = 3, .timeline = timeline_model::step});
    CHECK(fast.schedule == general.schedule);
    CHECK(fast.schedules == general.schedules);
    CHECK(fast.report.deviations == general.report.deviations);
  }
}

TEST_CASE("any number of threads gives the same schedule and the same report") {
  for (const project& p : classic(5, 4))
    for (const generation_scheme scheme : {serial, parallel})
      for (const unsigned depth : {1U, 2U}) {
        const auto run = [&](unsigned threads) {
          return rollout_sgs(
              p, priority::latest_finish{},
              {.scheme = scheme, .width = 3, .justify = true, .schedules = 400, .depth = depth, .threads = threads});
        };
        const auto one = run(1);
        CHECK(one.schedules <= 400);
        for (const unsigned threads : {2U, 3U}) {
          const auto more = run(threads);
          CHECK(more.schedule == one.schedule);
          CHECK(more.schedules == one.schedules);
          CHECK(more.report.bytes == one.report.bytes);
        }
      }
}

TEST_CASE("the budget counts every pass, and more of it is not worse") {
  for (const project& p : classic(8, 5))
    for (const bool justify : {false, true}) {
      instant last = instant::infinity();
      for (const std::uint64_t budget : {1U, 3U, 10U, 40U, 200U, 2000U}) {
        const auto r = rollout_sgs(p, priority::latest_finish{}, {.width = 8, .justify = justify, .schedules = budget});
        const std::uint64_t each = justify ? 3 : 1;
        CHECK(r.schedules <= std::max(budget, each));
        CHECK(r.schedules == each * (1 + r.report.scenarios));
        CHECK(r.makespan() <= last);
        last = r.makespan();
      }
    }
}

TEST_CASE("a bounded horizon counts its last schedule, too") {
  for (const project& p : classic(5, 6)) {
    const auto r = rollout_sgs(p, priority::latest_finish{}, {.horizon = 5});
    if (r.report.scenarios > 0) CHECK(r.schedules == 2 + r.report.scenarios);
    const auto budget = rollout_sgs(p, priority::latest_finish{}, {.horizon = 5, .schedules = 20});
    CHECK(budget.schedules <= 20);
  }
}

TEST_CASE("a makespan at the critical path is optimal and needs no look-ahead") {
  project_builder b;
  const resource_id crew = b.add_renewable(4);
  const task_id one = b.add_task(3, {{crew, 2}});
  b.add_precedence(one, b.add_task(4, {{crew, 2}})).add_task(2, {{crew, 1}});
  const project p = b.build();
  const auto r = rollout_sgs(p, priority::latest_finish{});
  CHECK(r.status == status::optimal);
  CHECK(r.makespan() == 7);
  CHECK(r.schedules == 1);
}

TEST_CASE("waiting finds what no schedule without delay has") {
  // The short task starts at once by any rule without delay, and the urgent one, ready a tick later, waits for it.
  project_builder b;
  const resource_id machine = b.add_renewable(1);
  b.add_task(5, {{machine, 1}});
  const task_id gate = b.add_task(1), urgent = b.add_task(1, {{machine, 1}}), rest = b.add_task(8);
  const project p = b.add_precedence(gate, urgent).add_precedence(urgent, rest).build();
  CHECK(parallel_sgs(p, priority::latest_finish{}).makespan() == 14);
  CHECK(rollout_sgs(p, priority::latest_finish{}, {.scheme = parallel}).makespan() == 14);
  const auto r = rollout_sgs(p, priority::latest_finish{}, {.scheme = parallel, .idle = true});
  CHECK(r.makespan() == 10);
  CHECK(validate(p, r.schedule).ok());
}

TEST_CASE("other objectives need complete scenarios, and are improved") {
  random_generator rng(7);
  double before = 0, after = 0;
  for (int round = 0; round < 10; ++round) {
    const project p =
        random_project({.tasks = 25, .renewables = 2, .due_probability = 0.8, .due_range = 0.2, .max_weight = 5}, rng);
    for (const generation_scheme scheme : {serial, parallel}) {
      const evaluate::weighted_tardiness late;
      const auto r = rollout_sgs(p, priority::earliest_due_date{}, {.scheme = scheme}, late);
      REQUIRE(r.solved());
      REQUIRE(validate(p, r.schedule).ok());
      const double b = late(p, base(p, priority::any_rule(priority::earliest_due_date{}), scheme).schedule);
      REQUIRE(late(p, r.schedule) <= b);
      before += b;
      after += late(p, r.schedule);
    }
    const auto refused = rollout_sgs(p, priority::latest_finish{}, {.horizon = 5}, evaluate::weighted_tardiness{});
    CHECK(refused.status == status::unsupported);
    CHECK(refused.reason.find("bounded horizon") != std::string::npos);
  }
  CHECK(after < 0.9 * before);
}

TEST_CASE("missed deadlines weigh more than the objective, and look-ahead can keep them") {
  random_generator rng(8);
  std::size_t before = 0, after = 0;
  for (int round = 0; round < 60; ++round) {
    const project p =
        random_project({.tasks = 15, .renewables = 2, .deadline_probability = 0.3, .deadline_range = 0.15}, rng);
    const schedule_result b = serial_sgs(p, priority::shortest_processing_time{});
    const auto r = rollout_sgs(p, priority::shortest_processing_time{});
    REQUIRE((r.status != status::deadline_missed || b.status == status::deadline_missed));
    if (r.status == status::deadline_missed) REQUIRE(r.tasks.size() <= b.tasks.size());
    before += b.solved();
    after += r.solved();
  }
  CHECK(after > before + 5);
}

TEST_CASE("what cannot be honoured is said, by name") {
  project_builder b;
  const task_id a = b.add_task(3), c = b.add_task(3);
  const project p = b.add_precedence(a, c, {.lag = 10, .maximal = true}).build();
  const auto r = rollout_sgs(p, priority::latest_finish{});
  CHECK(r.status == status::unsupported);
  CHECK(r.reason.find("maximal lag") != std::string::npos);
  for (const generation_scheme scheme : {serial, parallel}) {
    const auto picks = rollout_sgs(
        classic(1, 1)[0], priority::any_rule(priority::regret_biased(priority::latest_finish{})), {.scheme = scheme});
    CHECK(picks.status == status::unsupported);
    CHECK(picks.reason.find("only picks") != std::string::npos);
  }
}

TEST_CASE("a stop returns the best so far") {
  for (const project& p : classic(3, 9)) {
    std::stop_source stop;
    stop.request_stop();
    const auto r = rollout_sgs(p, priority::latest_finish{}, {.watch = {.stop = stop.get_token()}});
    CHECK(r.report.cancelled);
    CHECK(r.solved());
    CHECK(r.schedule == serial_sgs(p, priority::latest_finish{}).schedule);
    std::stop_source later;
    project_rollout_options o{.watch = {.stop = later.get_token()}};
    o.watch.observer = [&](const progress& at) {
      if (at.done > 20) later.request_stop();
    };
    const auto half = rollout_sgs(p, priority::latest_finish{}, o);
    CHECK(half.solved());
    CHECK(half.makespan() <= r.makespan());
  }
}

TEST_CASE("a project without tasks rolls out to an empty schedule") {
  const project p = project_builder().build();
  for (const generation_scheme scheme : {serial, parallel})
    CHECK(rollout_sgs(p, priority::latest_finish{}, {.scheme = scheme}).solved());
}
