// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/temporal_search.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>
#include <sched/search.hpp>

#include "support/catch.hpp"
#include "support/rounds.hpp"

using namespace sched;

namespace {

/// The shortest schedule by trying all starts up to `last`; nothing: there is none.
std::optional<std::int64_t> shortest(const project& p, std::int64_t last) {
  const std::size_t n = p.task_count();
  schedule s = schedule::unplaced(n);
  std::optional<std::int64_t> best;
  const std::function<void(std::size_t)> place = [&](std::size_t i) {
    if (i == n) {
      const std::int64_t end = s.makespan().count();
      if ((!best || end < *best) && validate(p, s).ok()) best = end;
      return;
    }
    for (std::int64_t at = 0; at <= last; ++at) {
      s.start[i] = at;
      s.finish[i] = at + p.work(task_id(i));
      place(i + 1);
    }
  };
  place(0);
  return best;
}

/// Four tasks with lags of all kinds between any two of them; about half of these projects have a schedule.
project random_lags(random_generator& random) {
  project_builder b;
  const resource_id r = b.add_renewable(3);
  const resource_id q = b.add_renewable(2);
  std::vector<task_id> t;
  for (int k = 0; k < 4; ++k) {
    const instant deadline = k == 3 && random.chance(0.2) ? instant(random.between(4, 9)) : instant::infinity();
    const instant release = random.chance(0.2) ? instant(random.between(0, 3)) : instant(0);
    const amount many = random.between(0, 3), few = random.between(0, 1);
    t.push_back(b.add_task(task_spec{.work = random.between(0, 3),
                                     .needs = {{r, many}, {q, few}},
                                     .dates = {.release = release, .deadline = deadline}}));
  }
  for (int k = 0; k < 8; ++k) {
    const auto i = static_cast<std::size_t>(random.below(4)), j = static_cast<std::size_t>(random.below(4));
    if (i == j) continue;
    const auto kind = static_cast<lag_kind>(random.below(4));
    if (i < j && random.chance(0.6)) b.add_precedence(t[i], t[j], {.kind = kind, .lag = random.between(-2, 3)});
    else b.add_precedence(t[i], t[j], {.kind = kind, .lag = random.between(-1, 4), .maximal = true});
  }
  return b.build();
}

}  // namespace

TEST_CASE("what all starts say: the shortest schedule, or that there is none") {
  random_generator random(11);
  std::size_t possible = 0, impossible = 0;
  for (int k = 0; k < sched_test::rounds(120, 20); ++k) {
    const project p = random_lags(random);
    REQUIRE(temporal_search::accepts(p));
    const temporal_result r = temporal_search(p, {.nodes = 0, .seed = 5}).run();
    const auto expected = shortest(p, 11);
    INFO(k);
    if (expected) {
      ++possible;
      REQUIRE(r.status == status::optimal);
      REQUIRE(validate(p, r.schedule).ok());
      REQUIRE(r.makespan() == *expected);
      REQUIRE(r.lower_bound == duration(*expected));
    } else {
      ++impossible;
      REQUIRE(r.status == status::infeasible);
      REQUIRE(!r.reason.empty());
    }
  }
  CHECK(possible > static_cast<std::size_t>(sched_test::rounds(120, 20)) / 4);
  CHECK(impossible > static_cast<std::size_t>(sched_test::rounds(120, 20)) / 6);
}

TEST_CASE("projects with a witness: feasible within the budget, proved, the bound below") {
  random_generator random(3);
  for (int k = 0; k < sched_test::rounds(12, 2); ++k) {
    const project p = random_project({.tasks = 25,
                                      .renewables = 3,
                                      .resource_factor = 0.7,
                                      .resource_strength = 0.2,
                                      .lag_probability = 0.5,
                                      .maximal_lag_probability = 0.6,
                                      .deadline_probability = 0.1},
                                     random);
    const search_result r = search(p, {.schedules = 3000});
    REQUIRE(r.solved());
    REQUIRE(r.schedules <= 3000);
    REQUIRE(validate(p, r.schedule).ok());
    REQUIRE(r.lower_bound <= r.makespan());
    REQUIRE((r.status == status::optimal) == (r.lower_bound == r.makespan()));
    REQUIRE(search(p, {.schedules = 3000}).schedule == r.schedule);
  }
}

TEST_CASE("lags that contradict one another, and capacities that force a lag apart, are infeasible") {
  project_builder b;
  const task_id x = b.add_task(4), y = b.add_task(4);
  b.add_precedence(x, y).add_precedence(x, y, {.kind = lag_kind::start_start, .lag = 3, .maximal = true});
  const temporal_result circle = temporal_search(b.build(), {}).run();
  CHECK(circle.status == status::infeasible);
  CHECK(circle.tasks.size() == 1);

  project_builder c;
  const resource_id r = c.add_renewable(1);
  const task_id u = c.add_task(4, {{r, 1}}), v = c.add_task(4, {{r, 1}});
  c.add_precedence(u, v, {.kind = lag_kind::start_start, .lag = 3, .maximal = true});
  const project either = c.build();  // v first
  CHECK(temporal_search(either, {}).run().makespan() == 8);
  c.add_precedence(u, v, {.kind = lag_kind::start_start, .lag = -3});
  const search_result none = search(c.build());
  CHECK(none.status == status::infeasible);
}

TEST_CASE("a stopped search says what it has; a target ends it; other evaluators value what is found") {
  random_generator random(9);
  const project p = random_project(
      {.tasks = 40, .renewables = 2, .resource_factor = 1, .resource_strength = 0.1, .maximal_lag_probability = 0.3},
      random);
  std::stop_source stop;
  stop.request_stop();
  CHECK(temporal_search(p, {.watch = {.stop = stop.get_token()}}).run().status == status::cancelled);
  const temporal_result any = temporal_search(p, {.nodes = 100'000, .target = duration::max()}).run();
  REQUIRE(any.solved());
  CHECK(any.improvements.size() == 1);
  std::size_t told = 0;
  const temporal_options watched{.nodes = 2000, .watch = {.observer = [&](const progress&) { ++told; }}};
  const temporal_result r = temporal_search(p, watched).run();
  CHECK(told == r.improvements.size());
  CHECK(std::ranges::is_sorted(r.improvements, std::greater<>(), [](const auto& i) { return i.makespan; }));
  const auto last_start = [](const project&, const schedule& s) {
    return static_cast<double>(std::ranges::max(s.start).count());
  };
  const search_result valued = search(p, {.schedules = 500}, last_start);
  REQUIRE(valued.status == status::feasible);
  CHECK(valued.value == last_start(p, valued.schedule));
}

TEST_CASE("modes and calendars are not its trade") {
  random_generator random(1);
  CHECK(!temporal_search::accepts(random_project({.tasks = 5, .max_modes = 3}, random)));
  CHECK(!temporal_search::accepts(random_project({.tasks = 5, .closed_probability = 1}, random)));
}
