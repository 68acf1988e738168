// SPDX-License-Identifier: BSL-1.0
#include <sched/model/critical_path.hpp>

#include <sched/model/project_builder.hpp>

#include <algorithm>
#include <vector>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

/// Earliest and latest times by relaxing all relations until nothing moves.
critical_path relaxed(const project& p) {
  const std::size_t n = p.task_count();
  critical_path c;
  std::vector<duration> work(n, duration::infinity());
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t m = 0; m < p.mode_count(task_id(i)); ++m) work[i] = std::min(work[i], p.work(task_id(i), m));
  std::vector<instant> early(n), late(n);
  for (std::size_t i = 0; i < n; ++i) {
    early[i] = std::max<instant>(0, p.release(task_id(i)));
    if (p.is_fixed(task_id(i))) early[i] = p.fixed_start(task_id(i));
  }
  const auto offset = [](lag_kind k, duration from, duration to) {
    // Start of `to` minus start of `from` that a lag of 0 asks for.
    switch (k) {
      case lag_kind::finish_start: return from;
      case lag_kind::start_start: return duration(0);
      case lag_kind::start_finish: return -to;
      case lag_kind::finish_finish: return from - to;
    }
    return duration(0);
  };
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t i = 0; i < n; ++i)
      for (const sched::link& l : p.successors(task_id(i))) {
        const std::size_t j = l.task.index();
        const instant bound = early[i] + l.lag + offset(l.kind, work[i], work[j]);
        if (bound > early[j] && !p.is_fixed(l.task)) early[j] = bound, moved = true;
      }
  }
  for (std::size_t i = 0; i < n; ++i) c.length = std::max(c.length, early[i] + work[i]);
  for (std::size_t i = 0; i < n; ++i) late[i] = c.length - work[i];
  for (bool moved = true; moved;) {
    moved = false;
    for (std::size_t j = 0; j < n; ++j)
      for (const sched::link& l : p.predecessors(task_id(j))) {
        const std::size_t i = l.task.index();
        const instant bound = late[j] - l.lag - offset(l.kind, work[i], work[j]);
        if (bound < late[i]) late[i] = bound, moved = true;
      }
  }
  c.earliest_start = early;
  c.latest_start = late;
  for (std::size_t i = 0; i < n; ++i) {
    c.earliest_finish.push_back(early[i] + work[i]);
    c.latest_finish.push_back(late[i] + work[i]);
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

TEST_CASE("an empty project has length 0") { CHECK(find_critical_path(project{}).length == 0); }
