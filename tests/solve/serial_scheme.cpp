// SPDX-License-Identifier: BSL-1.0
// Both schemes: step by step, again and again, stopped, and what they answer when something is impossible.
#include <sched/solve/serial_scheme.hpp>

#include <cstddef>
#include <stop_token>
#include <vector>

#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

template <class Rule, class Modes = mode::earliest_finish>
using serial = serial_scheme<Rule, Modes, step_timeline>;
template <class Rule, class Modes = mode::earliest_finish>
using parallel = parallel_scheme<Rule, Modes, step_timeline>;

/// Placed one by one: every step places at most one task and never moves a placed one.
template <class Scheme>
void compare_steps(const project& p, Scheme scheme, const schedule_result& whole) {
  scheme.init();
  schedule before = schedule::unplaced(p.task_count());
  if (!scheme.done()) before = scheme.current();
  while (!scheme.done()) {
    scheme.step();
    std::size_t placed = 0;
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      if (scheme.current().start[i] == before.start[i]) continue;
      REQUIRE(before.start[i] == instant::infinity());
      ++placed;
    }
    REQUIRE(placed <= 1);
    before = scheme.current();
  }
  const schedule_result r = scheme.result();
  REQUIRE(r.status == whole.status);
  REQUIRE(r.schedule == whole.schedule);
  REQUIRE(r.tasks == whole.tasks);
}

schedule_result as_expected(schedule_result r) { return r; }

/// The number of allocations of a run beyond those of copying its result.
template <class Scheme>
std::size_t extra_allocations(Scheme& scheme) {
  const schedule_result first = scheme.run();
  (void)scheme.run();
  const sched_test::allocation_count copying;
  const schedule_result copy = as_expected(first);
  const std::size_t allowed = copying.since();
  const sched_test::allocation_count running;
  const schedule_result again = scheme.run();
  const std::size_t used = running.since();
  REQUIRE(again.schedule == copy.schedule);
  return used > allowed ? used - allowed : 0;
}

}  // namespace

TEST_CASE("steps give what one call gives") {
  each_random_instance(4, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    const project& p = i.project;
    compare_steps(p, serial<priority::latest_finish>(p, {}), serial_sgs(p, priority::latest_finish{}));
    compare_steps(p, serial<priority::dynamic_slack>(p, {}), serial_sgs(p, priority::dynamic_slack{}));
    compare_steps(p, parallel<priority::latest_finish>(p, {}), parallel_sgs(p, priority::latest_finish{}));
    compare_steps(p, parallel<priority::worst_case_slack>(p, {}), parallel_sgs(p, priority::worst_case_slack{}));
  });
}

TEST_CASE("a scheme may run again and again") {
  each_random_instance(3, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    serial<priority::latest_start> s(i.project, {});
    parallel<priority::latest_start> q(i.project, {});
    REQUIRE(s.run().schedule == s.run().schedule);
    REQUIRE(q.run().schedule == q.run().schedule);
  });
}

TEST_CASE("all timeline models give the same schedules") {
  each_random_instance(3, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    for (const planning direction : {planning::forward, planning::backward}) {
      const auto check = [&](auto sgs) {
        const schedule_result step = sgs(timeline_model::step);
        for (const timeline_model model : {timeline_model::dense, timeline_model::tree, timeline_model::automatic}) {
          const schedule_result other = sgs(model);
          REQUIRE(other.status == step.status);
          REQUIRE(other.schedule == step.schedule);
        }
      };
      check([&](timeline_model m) {
        return serial_sgs(i.project, priority::latest_finish{}, {.direction = direction, .timeline = m});
      });
      check([&](timeline_model m) {
        return parallel_sgs(i.project, priority::worst_case_slack{}, {.direction = direction, .timeline = m});
      });
    }
  });
}

TEST_CASE("after the first run a schedule costs no allocation but its result") {
  random_generator rng(3);
  random_project_options o{.tasks = 60};
  for (int kind = 0; kind < 3; ++kind) {
    if (kind == 1) o.max_modes = 3, o.nonrenewables = 1;
    if (kind == 2)
      o.stretching_probability = 0.5, o.closed_probability = 0.4, o.shrinking_probability = 0.5,
      o.lag_probability = 0.5;
    const project p = random_project(o, rng);
    INFO("kind " << kind);
    serial<priority::latest_finish> a(p, {});
    parallel<priority::latest_finish> b(p, {});
    serial<priority::dynamic_slack> c(p, {});
    parallel<priority::worst_case_slack> d(p, {});
    CHECK(extra_allocations(a) == 0);
    CHECK(extra_allocations(b) == 0);
    CHECK(extra_allocations(c) == 0);
    CHECK(extra_allocations(d) == 0);
  }
}

TEST_CASE("a stop request ends a run, the next run is not concerned") {
  random_generator rng(4);
  const project p = random_project({.tasks = 40}, rng);
  std::stop_source stop;
  std::size_t calls = 0;
  const sgs_options how{.watch = {.stop = stop.get_token(), .observer = [&](const progress& x) {
                                    ++calls;
                                    CHECK(x.done == 1);
                                    CHECK(x.best > 0);
                                  }}};
  CHECK(serial_sgs(p, priority::latest_finish{}, how).solved());
  CHECK(parallel_sgs(p, priority::latest_finish{}, how).solved());
  CHECK(calls == 2);
  stop.request_stop();
  for (const schedule_result& r :
       {serial_sgs(p, priority::latest_finish{}, how), parallel_sgs(p, priority::latest_finish{}, how)}) {
    CHECK(r.status == status::cancelled);
    CHECK(r.reason == "stopped by the caller");
    CHECK(r.tasks.size() == p.task_count());
  }
}

TEST_CASE("durations sixty times as long give a schedule sixty times as long") {
  random_generator rng(5);
  for (int round = 0; round < 20; ++round) {
    const project p = random_project({.tasks = 30}, rng);
    project_builder b;
    for (const resource& r : p.resources()) b.add_resource(r);
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      const auto needs = p.requirements(task_id(i));
      b.add_task(p.work(task_id(i)) * 60, {needs.begin(), needs.end()});
    }
    for (std::size_t i = 0; i < p.task_count(); ++i)
      for (const sched::adjacency& l : p.successors(task_id(i))) b.add_precedence(task_id(i), l.task);
    const project minutes = b.build();
    CHECK(serial_sgs(minutes).makespan() == serial_sgs(p).makespan() * 60);
    CHECK(parallel_sgs(minutes).makespan() == parallel_sgs(p).makespan() * 60);
  }
}

TEST_CASE("what cannot be is named") {
  const auto both = [](const project& p, auto check) {
    for (const planning direction : {planning::forward, planning::backward}) {
      check(serial_sgs(p, priority::latest_finish{}, {.direction = direction}));
      check(parallel_sgs(p, priority::latest_finish{}, {.direction = direction}));
    }
  };
  SECTION("a deadline that the critical path breaks is infeasible") {
    project_builder b;
    const auto first = b.add_task(5);
    const auto second = b.add_task({.work = 3, .dates = {.deadline = 7}});
    both(b.add_precedence(first, second).build(), [&](const schedule_result& r) {
      CHECK(r.status == status::infeasible);
      CHECK(r.tasks == std::vector{second});
      CHECK(r.reason == "task 2 cannot finish before 8, its deadline is 7");
    });
  }
  SECTION("a deadline that only this schedule breaks is missed") {
    project_builder b;
    const auto machine = b.add_renewable(1);
    b.add_task(5, {{machine, 1}});
    const auto urgent = b.add_task({.work = 6, .needs = {{machine, 1}}, .dates = {.deadline = 8}});
    const project p = b.build();
    const schedule_result r = serial_sgs(p, priority::shortest_processing_time{});
    CHECK(r.status == status::deadline_missed);
    CHECK(r.tasks == std::vector{urgent});
    CHECK(r.reason == "task 2 finishes at 11, its deadline is 8");
    CHECK(serial_sgs(p, priority::longest_processing_time{}).solved());
  }
  SECTION("a maximal lag is unsupported") {
    project_builder b;
    const auto first = b.add_task(5), second = b.add_task(3);
    const project p =
        b.add_precedence(first, second).add_precedence(first, second, {.lag = 4, .maximal = true}).build();
    both(p, [&](const schedule_result& r) {
      CHECK(r.status == status::unsupported);
      CHECK(r.tasks == std::vector{first, second});
    });
    CHECK(serial_sgs(p, priority::latest_finish{}, {.direction = planning::backward, .horizon = 50}).status ==
          status::unsupported);
  }
  SECTION("a demand above every capacity is infeasible") {
    project_builder b;
    const auto r1 = b.add_renewable(2);
    b.add_task(1, {{r1, 2}});
    const auto giant = b.add_task(1, {{r1, 3}});
    both(b.on_excess_demand(excess_demand::keep).build(), [&](const schedule_result& r) {
      CHECK(r.status == status::infeasible);
      CHECK(r.tasks == std::vector{giant});
    });
  }
  SECTION("oversized tasks are seen in large projects too") {
    project_builder b;
    const auto r1 = b.add_renewable(2);
    for (int i = 0; i < 700; ++i) b.add_task(1, {{r1, i == 600 ? 3 : 1}});
    const schedule_result r = serial_sgs(b.on_excess_demand(excess_demand::keep).build());
    CHECK(r.status == status::infeasible);
    CHECK(r.tasks == std::vector{task_id(600)});
  }
  SECTION("two tasks fixed at the same time on one machine are infeasible, fixed before a predecessor ends likewise") {
    project_builder b;
    const auto machine = b.add_renewable(1);
    b.add_task({.work = 5, .needs = {{machine, 1}}, .dates = {.fixed_start = 3}});
    b.add_task({.work = 5, .needs = {{machine, 1}}, .dates = {.fixed_start = 7}});
    both(b.build(), [&](const schedule_result& r) {
      CHECK(r.status == status::infeasible);
      CHECK(r.tasks.size() == 1);
    });
    project_builder c;
    const auto first = c.add_task(5);
    const auto second = c.add_task({.work = 1, .dates = {.fixed_start = 4}});
    both(c.add_precedence(first, second).build(), [&](const schedule_result& r) {
      CHECK(r.status == status::infeasible);
      CHECK(r.tasks == std::vector{second});
    });
  }
}

TEST_CASE("fixed tasks keep their place and the others go around them, also before time 0") {
  project_builder b;
  const auto machine = b.add_renewable(1);
  const auto early = b.add_task({.work = 4, .needs = {{machine, 1}}, .dates = {.fixed_start = -2}});
  const auto fixed = b.add_task({.work = 4, .needs = {{machine, 1}}, .dates = {.fixed_start = 5}});
  const auto longer = b.add_task(4, {{machine, 1}});
  const auto shorter = b.add_task(3, {{machine, 1}});
  const project p = b.build();
  for (const timeline_model model : {timeline_model::step, timeline_model::dense, timeline_model::tree})
    for (const schedule_result& r : {serial_sgs(p, priority::latest_finish{}, {.timeline = model}),
                                     parallel_sgs(p, priority::latest_finish{}, {.timeline = model})}) {
      CHECK(r.solved());
      CHECK(r.schedule.when(early) == interval{-2, 2});
      CHECK(r.schedule.when(fixed) == interval{5, 9});
      CHECK(r.schedule.when(longer) == interval{9, 13});
      CHECK(r.schedule.when(shorter) == interval{2, 5});
    }
}

TEST_CASE("a refused run does not spoil the next one") {
  project_builder b;
  const auto money = b.add_nonrenewable(5);
  for (int i = 0; i < 2; ++i)
    b.add_task({.modes = {{.work = 1, .needs = {{money, 4}}}, {.work = 2, .needs = {{money, 1}}}}});
  const project p = b.build();
  std::vector<std::uint32_t> modes{0, 0};
  serial<priority::latest_finish, mode::given> s(p, {}, {}, mode::given(modes));
  parallel<priority::latest_finish, mode::given> q(p, {}, {}, mode::given(modes));
  CHECK(s.run().status == status::unsolved);
  CHECK(q.run().status == status::unsolved);
  modes = {0, 1};
  CHECK(s.run().makespan() == 2);
  CHECK(q.run().schedule.mode == modes);
}

TEST_CASE("a rule of the parallel scheme chosen at run time is refused by the serial one") {
  const schedule_result r = serial_sgs(project{}, priority::any_rule(priority::worst_case_slack{}));
  CHECK(r.status == status::unsupported);
}

TEST_CASE("an empty project has an empty schedule") {
  CHECK(serial_sgs(project{}).solved());
  CHECK(parallel_sgs(project{}).solved());
  CHECK(serial_sgs(project{}, priority::latest_finish{}, {.direction = planning::backward}).solved());
  CHECK(serial_sgs(project{}, priority::latest_finish{}, {.direction = planning::bidirectional}).solved());
}
