// SPDX-License-Identifier: BSL-1.0
#include <sched/io/critical_chain.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/small_projects.hpp"

using namespace sched;

namespace {

/// By how much a task can move, tick by tick, all others staying: dense arrays, no calendars.
std::int64_t brute_slack(const project& p, const schedule& s, task_id t) {
  const std::int64_t end = s.makespan().count();
  for (std::int64_t d = 1;; ++d) {
    const std::int64_t start = (s.start[t.index()] + d).count(), finish = (s.finish[t.index()] + d).count();
    bool good = finish <= end;
    for (const sched::adjacency& l : p.successors(t)) good = good && finish <= s.start[l.task.index()];
    for (const requirement& q : p.requirements(t))
      for (std::int64_t x = start; x < finish && good; ++x) {
        amount sum = q.units;
        for (std::size_t j = 0; j < p.task_count(); ++j)
          if (j != t.index() && s.start[j] <= x && x < s.finish[j]) sum += p.demand(task_id(j), q.resource);
        good = sum <= p.resource_of(q.resource).capacity;
      }
    if (!good) return d - 1;
  }
}

}  // namespace

TEST_CASE(
    "critical chain: in a schedule without gaps to the left it covers all of the time to the makespan, and `all` holds "
    "it") {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const project p = small::random_project(seed, 25, 2);
    const schedule s = small::first_fit(p);
    const auto one = find_critical_chain(p, s);
    const auto all = find_critical_chain(p, s, critical_marking::all);
    std::vector<int> covered(static_cast<std::size_t>(s.makespan().count()), 0);
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      if (one.critical[i]) REQUIRE(all.critical[i]);
      for (std::int64_t t = s.start[i].count(); one.critical[i] && t < s.finish[i].count(); ++t)
        ++covered[static_cast<std::size_t>(t)];
    }
    CAPTURE(seed);
    for (int c : covered) REQUIRE(c == 1);  // one chain: nothing runs beside it
    REQUIRE(find_critical_chain(p, s, critical_marking::none).critical == std::vector<char>(p.task_count(), 0));
  }
}

TEST_CASE("critical chain: slacks equal those found by moving each task tick by tick") {
  for (std::uint64_t seed = 1; seed <= 150; ++seed) {
    const project p = small::random_project(seed, 18, 3);
    const schedule s = small::first_fit(p);
    const auto found = find_critical_chain(p, s);
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      CAPTURE(seed, i);
      REQUIRE(found.slack[i] == brute_slack(p, s, task_id(i)));
    }
  }
}

TEST_CASE("critical chain: follows tight lags of all four kinds") {
  for (lag_kind kind :
       {lag_kind::finish_start, lag_kind::start_start, lag_kind::start_finish, lag_kind::finish_finish}) {
    project_builder b;
    const task_id x = b.add_task(4);
    const task_id y = b.add_task(3);
    b.add_precedence(x, y, {.kind = kind, .lag = 9});
    const project p = b.build();
    schedule s = schedule::unplaced(2);
    s.start[0] = 0;
    s.finish[0] = 4;
    const instant bound = (from_start(kind) ? 0 : 4) + 9;
    s.start[1] = to_start(kind) ? bound : bound - 3;
    s.finish[1] = s.start[1] + 3;
    auto tight = find_critical_chain(p, s);
    CAPTURE(to_string(kind));
    REQUIRE(tight.critical == std::vector<char>{1, 1});
    REQUIRE(tight.slack[0] == 0);
    s.start[1] += 1;
    s.finish[1] += 1;
    auto loose = find_critical_chain(p, s);
    REQUIRE(loose.critical == std::vector<char>{0, 1});
    REQUIRE(loose.slack[0] == 1);
  }
}

TEST_CASE("critical chain: a resource links tasks only when there was too little of it") {
  project_builder b;
  const resource_id r = b.add_renewable(3);
  b.add_task(4, {{r, 2}});
  b.add_task(4, {{r, 2}});
  const project p = b.build();
  schedule s = schedule::unplaced(2);
  s.start = {0, 4};
  s.finish = {4, 8};
  REQUIRE(find_critical_chain(p, s).critical == std::vector<char>{1, 1});
  project_builder wide;
  wide.add_renewable(4);
  wide.add_task(4, {{r, 2}});
  wide.add_task(4, {{r, 2}});
  REQUIRE(find_critical_chain(wide.build(), s).critical == std::vector<char>{0, 1});
}

TEST_CASE("critical chain: looks back over a break in which the task could not start") {
  project_builder b;
  const resource_id crew = b.add_resource({.capacity = 1, .breaks = small::five_day_week{}});
  const task_id x = b.add_task(5, {{crew, 1}});
  const task_id y = b.add_task(2, {{crew, 1}});
  b.add_precedence(x, y);
  const project p = b.build();
  schedule s = schedule::unplaced(2);
  s.start = {0, 7};
  s.finish = {5, 9};
  REQUIRE(find_critical_chain(p, s).critical == std::vector<char>{1, 1});
  REQUIRE(find_critical_chain(p, s).slack[0] == 2);
  s.start[1] = 8;
  s.finish[1] = 10;
  REQUIRE(find_critical_chain(p, s).critical == std::vector<char>{0, 1});
}

TEST_CASE("critical chain: a fixed task ends it and has no slack, deadlines and maximal lags limit slack") {
  project_builder b;
  const task_id x = b.add_task(2);
  const task_id y = b.add_task(2);
  const task_id z = b.add_task(1);
  b.add_task(9);
  b.add_precedence(x, y);
  b.add_precedence(x, z, {.kind = lag_kind::start_start, .lag = 3, .maximal = true});
  b.task(y).dates.fixed_start = 2;
  b.task(x).dates.deadline = 3;
  const project p = b.build();
  schedule s = schedule::unplaced(4);
  s.start = {0, 2, 1, 0};
  s.finish = {2, 4, 2, 9};
  const auto found = find_critical_chain(p, s);
  REQUIRE(found.slack == std::vector<duration>{0, 0, 2, 0});
  REQUIRE(found.critical == std::vector<char>{0, 0, 0, 1});
}

TEST_CASE("critical chain: nothing placed, nothing critical") {
  const project p = small::random_project(3, 5, 1);
  REQUIRE(find_critical_chain(p, schedule::unplaced(5)).critical == std::vector<char>(5, 0));
  REQUIRE(find_critical_chain(p, schedule{}).critical == std::vector<char>(5, 0));
}
