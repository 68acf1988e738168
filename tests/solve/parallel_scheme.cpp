// SPDX-License-Identifier: BSL-1.0
// The parallel scheme decision by decision: when time stands still, when it moves, and where to.
#include <sched/solve/parallel_scheme.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

#include <sched/priority/network_rules.hpp>
#include <sched/priority/task_rules.hpp>
#include <sched/timeline/step_timeline.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

template <class Rule>
using scheme = parallel_scheme<Rule, mode::earliest_finish, step_timeline>;

/// The decision times of a run, each once.
template <class Scheme>
std::vector<instant> decision_times(Scheme& s) {
  s.init();
  std::vector<instant> times{s.now()};
  for (; !s.done(); s.step())
    if (s.now() != times.back()) times.push_back(s.now());
  return times;
}

std::vector<instant> starts(const schedule_result& r) { return r.schedule.start; }

}  // namespace

TEST_CASE("time moves to the finishes of tasks, and at each the first by rule that fits starts") {
  project_builder b;
  const resource_id crew = b.add_renewable(3);
  const task_id first = b.add_task(4, {{crew, 2}});
  b.add_task(2, {{crew, 1}});
  b.add_task(3, {{crew, 3}});
  const task_id last = b.add_task(1, {{crew, 1}});
  const project p = b.add_precedence(first, last).build();
  const std::vector<double> keys{0, 1, 2, 3};
  scheme<priority::given> s(p, priority::given(keys));
  CHECK(decision_times(s) == std::vector<instant>{0, 2, 4, 7});
  CHECK(starts(s.result()) == std::vector<instant>{0, 0, 4, 7});
}

TEST_CASE("lags, release dates and bounds on a finish are decision times, too") {
  project_builder b;
  const task_id a = b.add_task(10), c = b.add_task(2), d = b.add_task(4);
  b.add_precedence(a, c, {.kind = lag_kind::start_start, .lag = 3});
  b.add_precedence(a, d, {.kind = lag_kind::finish_finish, .lag = 1});
  b.add_task({.work = 1, .dates = {.release = 5}});
  const project p = b.build();
  scheme<priority::latest_finish> s(p, {});
  CHECK(starts(s.run()) == std::vector<instant>{0, 3, 7, 5});
  const std::vector<instant> times = decision_times(s);
  for (const instant t : {3, 5, 7}) CHECK(std::ranges::count(times, t) == 1);
}

TEST_CASE("a task of no duration frees its successors at the same instant, ahead of what waits with a larger key") {
  project_builder b;
  const resource_id machine = b.add_renewable(1);
  const task_id work = b.add_task(4, {{machine, 1}}), milestone = b.add_task(0, {{machine, 1}});
  const task_id urgent = b.add_task(2, {{machine, 1}});
  b.add_task(3, {{machine, 1}});
  const project p = b.add_precedence(work, milestone).add_precedence(milestone, urgent).build();
  const std::vector<double> keys{0, 1, 2, 3};
  scheme<priority::given> s(p, priority::given(keys));
  CHECK(starts(s.run()) == std::vector<instant>{0, 4, 4, 6});

  s.init();
  s.step();  // the first task starts
  CHECK(s.now() == 0);
  s.step();  // time moves
  CHECK(s.now() == 4);
  CHECK(s.current().start[milestone.index()] == instant::infinity());
  s.step();
  CHECK(s.current().start[milestone.index()] == 4);
  CHECK(s.current().start[urgent.index()] == instant::infinity());
  s.step();
  CHECK(s.now() == 4);
  CHECK(s.current().start[urgent.index()] == 4);
}

TEST_CASE("step by step as in one run: time never goes back, and nothing starts but now") {
  std::size_t moves = 0;
  each_random_instance(5, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    scheme<priority::latest_start> s(i.project, {});
    const schedule_result whole = s.run();
    s.init();
    instant now = s.now();
    REQUIRE(now == 0);
    std::vector<instant> before = s.done() ? std::vector<instant>{} : s.current().start;
    while (!s.done()) {
      s.step();
      REQUIRE(s.now() >= now);
      std::size_t started = 0;
      for (std::size_t t = 0; t < before.size(); ++t) {
        if (s.current().start[t] == before[t]) continue;
        REQUIRE(s.current().start[t] == s.now());
        ++started;
      }
      const std::size_t moved = s.now() > now ? 1 : 0;
      REQUIRE((started + moved == 1 || (started + moved == 0 && s.done())));
      moves += moved;
      now = s.now();
      before = s.current().start;
    }
    REQUIRE(s.result().status == whole.status);
    REQUIRE(s.result().schedule == whole.schedule);
  });
  CHECK(moves > 500);
}
