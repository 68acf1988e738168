// SPDX-License-Identifier: BSL-1.0
#include <sched/model/critical_path.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/model/project_builder.hpp>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

/// Whether a break can make a task longer than its work.
bool stretches(const project& p, task_id t) {
  for (std::size_t m = 0; m < p.mode_count(t); ++m)
    for (const requirement& q : p.requirements(t, m)) {
      const resource& r = p.resource_of(q.resource);
      if (p.work(t, m) > 0 && r.on_break == break_rule::stretching && !r.breaks.always_open()) return true;
    }
  return false;
}

/// Earliest and latest times by relaxing all relations, and those between the start and the finish of a task, until
/// nothing moves.
critical_path relaxed(const project& p) {
  const std::size_t n = p.task_count();
  critical_path c;
  std::vector<duration> least(n, duration::infinity()), most(n);
  auto& early = c.earliest_start;
  auto& done = c.earliest_finish;
  early.assign(n, 0);
  done.assign(n, instant::minus_infinity());
  for (std::size_t i = 0; i < n; ++i) {
    const task_id t(i);
    for (std::size_t m = 0; m < p.mode_count(t); ++m) {
      least[i] = std::min(least[i], p.work(t, m));
      most[i] = std::max(most[i], p.work(t, m));
    }
    if (stretches(p, t)) most[i] = duration::infinity();
    early[i] = p.is_fixed(t) ? p.fixed_start(t) : std::max<instant>(0, p.release(t));
  }
  bool moved = true;
  const auto raise = [&](instant& x, instant bound) {
    if (bound > x) x = bound, moved = true;
  };
  const auto lower = [&](instant& x, instant bound) {
    if (bound < x) x = bound, moved = true;
  };
  while (std::exchange(moved, false))
    for (std::size_t i = 0; i < n; ++i) {
      raise(done[i], early[i] + least[i]);
      if (!p.is_fixed(task_id(i)) && most[i].is_finite()) raise(early[i], done[i] - most[i]);
      for (const sched::adjacency& l : p.successors(task_id(i)))
        if (!p.is_fixed(l.task))
          raise((to_start(l.kind) ? early : done)[l.task.index()], (from_start(l.kind) ? early : done)[i] + l.lag);
    }
  for (std::size_t i = 0; i < n; ++i) c.length = std::max(c.length, done[i]);
  auto& late = c.latest_start;
  auto& end = c.latest_finish;
  late.assign(n, instant::infinity());
  end.assign(n, c.length);
  moved = true;
  while (std::exchange(moved, false))
    for (std::size_t j = 0; j < n; ++j) {
      lower(late[j], end[j] - least[j]);
      if (most[j].is_finite()) lower(end[j], late[j] + most[j]);
      for (const sched::adjacency& l : p.predecessors(task_id(j)))
        lower((from_start(l.kind) ? late : end)[l.task.index()], (to_start(l.kind) ? late : end)[j] - l.lag);
    }
  return c;
}

}  // namespace

TEST_CASE("windows equal those of plain relaxation on random generalised lags") {
  each_random_instance(40, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    const critical_path c = find_critical_path(i.project);
    const critical_path r = relaxed(i.project);
    REQUIRE(c.length == r.length);
    REQUIRE(c.earliest_start == r.earliest_start);
    REQUIRE(c.earliest_finish == r.earliest_finish);
    REQUIRE(c.latest_start == r.latest_start);
    REQUIRE(c.latest_finish == r.latest_finish);
  });
}

TEST_CASE("without fixed starts every slack is 0 or more, a critical task exists, and no schedule is shorter") {
  each_random_instance(20, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    const critical_path c = find_critical_path(i.project);
    CHECK(c.length <= i.witness.makespan());
    if (i.project.has_fixed()) return;
    bool critical = false;
    for (std::size_t k = 0; k < i.project.task_count(); ++k) {
      const task_id t(k);
      CHECK(c.slack(t) >= 0);
      CHECK(c.tail(t) == c.length - c.latest_finish[k]);
      CHECK(c.tail(t) >= 0);
      critical |= c.critical(t);
    }
    CHECK(critical);
  });
}

TEST_CASE("each kind of lag moves the right ends") {
  const auto start_of_second = [](lag_kind kind, std::int64_t lag) {
    project_builder b;
    const auto first = b.add_task({.work = 4, .dates = {.release = 10}});
    const auto second = b.add_task(3);
    b.add_precedence(first, second, {.kind = kind, .lag = lag});
    return find_critical_path(b.build()).earliest_start[1];
  };
  CHECK(start_of_second(lag_kind::finish_start, 2) == 16);
  CHECK(start_of_second(lag_kind::start_start, 2) == 12);
  CHECK(start_of_second(lag_kind::start_finish, 2) == 9);
  CHECK(start_of_second(lag_kind::finish_finish, 2) == 13);
  CHECK(start_of_second(lag_kind::finish_start, -20) == 0);
}

TEST_CASE("the shortest mode counts, and a fixed start overrides its predecessors") {
  project_builder b;
  const auto first = b.add_task({.modes = {{.work = 9}, {.work = 4}, {.work = 6}}});
  const auto second = b.add_task({.work = 2, .dates = {.fixed_start = 3}});
  const auto third = b.add_task(1);
  b.add_precedence(first, second).add_precedence(second, third);
  const project p = b.build();
  CHECK(shortest_work(p, first) == 4);
  const critical_path c = find_critical_path(p);
  CHECK(c.earliest_start == std::vector<instant>{0, 3, 5});
  CHECK(c.length == 6);
  CHECK(c.slack(first) == -1);  // the fixed start leaves too little time
  CHECK(c.critical(first));
}

TEST_CASE("a bound on the finish does not move the start of a task that may take longer") {
  project_builder b;
  const auto day = b.add_resource({.breaks = calendar::weekly({{0, 2}}, 7)});
  const auto first = b.add_task(10);
  const auto slow = b.add_task({.modes = {{.work = 2}, {.work = 7}}});
  const auto paused = b.add_task(3, {{day, 1}});
  const auto third = b.add_task(1), fourth = b.add_task(1);
  b.add_precedence(first, slow, {.kind = lag_kind::finish_finish})
      .add_precedence(first, paused, {.kind = lag_kind::finish_finish});
  b.add_precedence(slow, third, {.kind = lag_kind::start_start})
      .add_precedence(paused, fourth, {.kind = lag_kind::start_start});
  const critical_path c = find_critical_path(b.build());
  CHECK(c.earliest_start == std::vector<instant>{0, 3, 0, 3, 0});
  CHECK(c.earliest_finish == std::vector<instant>{10, 10, 10, 4, 1});
  CHECK(c.length == 10);
}

TEST_CASE("an empty project has length 0") { CHECK(find_critical_path(project{}).length == 0); }
