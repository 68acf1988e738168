// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/mode_search.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <stop_token>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/search.hpp>

#include "support/catch.hpp"
#include "support/rounds.hpp"

using namespace sched;

namespace {

project with_modes(std::uint64_t seed, std::size_t tasks, double strength = 0.4, std::size_t modes = 3) {
  random_generator random(seed);
  return sched::random_project({.tasks = tasks,
                                .min_modes = 1,
                                .max_modes = modes,
                                .renewables = 2,
                                .nonrenewables = 2,
                                .resource_factor = 0.8,
                                .resource_strength = 0.2,
                                .nonrenewable_strength = strength},
                               random);
}

/// The shortest makespan: every affordable vector of modes, every order, by the textbook's serial scheme. Tiny
/// projects.
std::optional<std::int64_t> brute(const project& p) {
  const std::size_t n = p.task_count();
  std::vector<std::size_t> mode(n, 0);
  std::int64_t best = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> start(n);
  const auto fits = [&](std::size_t placed, std::size_t i, std::int64_t t) {
    for (std::int64_t x = t; x < t + p.work(task_id(i), mode[i]).count(); ++x)
      for (std::size_t r = 0; r < p.resource_count(); ++r) {
        if (p.resource_of(resource_id(r)).kind != resource_kind::renewable) continue;
        amount used = p.demand(task_id(i), resource_id(r), mode[i]);
        for (std::size_t j = 0; j < n; ++j)
          if ((placed >> j & 1) != 0 && start[j] <= x && x < start[j] + p.work(task_id(j), mode[j]).count())
            used += p.demand(task_id(j), resource_id(r), mode[j]);
        if (used > p.resource_of(resource_id(r)).capacity) return false;
      }
    return true;
  };
  const auto place = [&](const auto& self, std::size_t placed, std::int64_t end) -> void {
    if (end >= best) return;
    if (placed + 1 == std::size_t{1} << n) {
      best = end;
      return;
    }
    for (std::size_t i = 0; i < n; ++i) {
      if ((placed >> i & 1) != 0) continue;
      std::int64_t t = 0;
      bool open = true;
      for (const adjacency& a : p.predecessors(task_id(i))) {
        open = open && (placed >> a.task.index() & 1) != 0;
        t = std::max(t, start[a.task.index()] + p.work(a.task, mode[a.task.index()]).count());
      }
      if (!open) continue;
      while (!fits(placed, i, t)) ++t;
      start[i] = t;
      self(self, placed | std::size_t{1} << i, std::max(end, t + p.work(task_id(i), mode[i]).count()));
    }
  };
  for (;;) {
    bool affordable = true;
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      amount used = 0;
      for (std::size_t i = 0; i < n; ++i) used += p.demand(task_id(i), resource_id(r), mode[i]);
      affordable = affordable && (p.resource_of(resource_id(r)).kind == resource_kind::renewable ||
                                  used <= p.resource_of(resource_id(r)).capacity);
    }
    if (affordable) place(place, 0, 0);
    std::size_t i = 0;
    while (i < n && ++mode[i] == p.mode_count(task_id(i))) mode[i++] = 0;
    if (i == n) break;
  }
  return best == std::numeric_limits<std::int64_t>::max() ? std::nullopt : std::optional(best);
}

}  // namespace

TEST_CASE("mode_search: every best schedule is proved, as long as it says, within the budget") {
  std::size_t searched = 0;
  const auto seeds = static_cast<std::uint64_t>(sched_test::rounds(40, 8));
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const project p = with_modes(seed, 1 + seed % 30, static_cast<double>(seed % 5) / 4);
    mode_search s(p, {.population = 6 + seed % 20, .seed = seed});
    if (s.outcome() != mode_budget::outcome::found) continue;
    ++searched;
    while (s.schedules() < 500 && !s.optimal()) {
      const duration last = s.makespan();
      const bool shorter = s.step(500 - s.schedules());
      REQUIRE(shorter == (s.makespan() < last));
      const schedule best = s.best();
      REQUIRE(validate(p, best).ok());
      REQUIRE(best.makespan() == s.makespan());
    }
    REQUIRE(s.schedules() <= 500);
  }
  CHECK(searched >= seeds * 7 / 8);
}

TEST_CASE("mode_search: finds the shortest schedule of tiny projects, proved by trying everything") {
  std::size_t compared = 0, met = 0;
  const auto seeds = static_cast<std::uint64_t>(sched_test::rounds(40, 8));
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const project p = with_modes(seed, 5, static_cast<double>(seed % 4) / 4, 2);
    const std::optional<std::int64_t> shortest = brute(p);
    mode_search s(p, mode_search_options::tuned(p.task_count(), 1000, seed));
    if (!shortest) {
      REQUIRE(s.outcome() != mode_budget::outcome::found);
      continue;
    }
    if (s.outcome() != mode_budget::outcome::found) continue;
    while (s.schedules() < 1000 && !s.optimal()) s.step(1000 - s.schedules());
    REQUIRE(s.makespan() >= *shortest);
    ++compared;
    met += s.makespan() == *shortest ? 1U : 0U;
  }
  CHECK(compared >= seeds * 7 / 8);
  CHECK(met == compared);
}

TEST_CASE("mode_search: a generation keeps its budget, however small") {
  const project p = with_modes(9, 30);
  mode_search s(p, {.population = 10});
  REQUIRE(s.outcome() == mode_budget::outcome::found);
  for (std::uint64_t n = 1; n <= 40 && !s.optimal(); ++n) {
    s.step(1);
    REQUIRE(s.schedules() == n);
  }
}

TEST_CASE("mode_search: the same seed gives the same search, another one another") {
  const project p = with_modes(7, 50);
  const auto run = [&](std::uint64_t seed) {
    mode_search s(p, {.population = 20, .seed = seed});
    while (s.schedules() < 1000 && !s.optimal()) s.step(1000 - s.schedules());
    return s.best();
  };
  CHECK(run(1) == run(1));
  CHECK(!(run(1) == run(2)));
}

TEST_CASE("mode_search: the same search for any number of threads that make the children") {
  for (const std::size_t population : {10U, 60U, 600U}) {
    const project p = with_modes(11, 15);
    mode_search_options settings{.population = population, .budget = 2500, .seed = 4};
    mode_search one(p, settings);
    REQUIRE(one.outcome() == mode_budget::outcome::found);
    settings.threads = 3;
    mode_search many(p, settings);
    while (one.schedules() < 2500 && !one.optimal()) {
      const std::uint64_t most = 2500 - one.schedules();
      REQUIRE(one.step(most) == many.step(most));
      REQUIRE(one.schedules() == many.schedules());
      REQUIRE(one.best() == many.best());
    }
  }
}

TEST_CASE("mode_search: a schedule to start from is never lost, and a bound that is reached ends the search") {
  const project p = with_modes(5, 40);
  mode_search first(p, {.population = 20, .seed = 3});
  while (first.schedules() < 2000 && !first.optimal()) first.step(2000 - first.schedules());
  mode_search second(p, {.population = 4, .seed = 4});
  second.warm_start(first.best());
  CHECK(second.schedules() == 1);
  CHECK(second.makespan() <= first.makespan());
  second.set_bound(first.makespan());
  CHECK(second.optimal());
  second.step(30);
  CHECK(second.schedules() == 1);
  // one that is not affordable is not taken
  schedule dear = first.best();
  for (std::size_t i = 0; i < p.task_count(); ++i) dear.mode[i] = 0;
  if (!validate(p, dear).ok()) {
    mode_search third(p, {.seed = 4});
    third.warm_start(dear);
    CHECK(third.schedules() == 0);
  }
}

TEST_CASE("mode_search: better by far than priorities alone, with as many schedules") {
  double modes = 0, keys = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    const project p = with_modes(seed, 50, 0.2);
    mode_search s(p, mode_search_options::tuned(p.task_count(), 1000, seed));
    if (s.outcome() != mode_budget::outcome::found) continue;
    while (s.schedules() < 1000 && !s.optimal()) s.step(1000 - s.schedules());
    key_search k(p, 1000, seed);
    while (k.schedules() < 1000) k.step(1000 - k.schedules());
    modes += static_cast<double>(s.makespan().count());
    keys += static_cast<double>(k.best().makespan().count());
  }
  CHECK(modes > 0);
  CHECK(modes < 0.95 * keys);
}

TEST_CASE("mode_search: modes that nobody can pay are proved impossible") {
  project_builder b;
  const resource_id money = b.add_nonrenewable(3);
  for (int i = 0; i < 2; ++i)
    b.add_task({.modes = {{.work = 1, .needs = {{money, 3}}}, {.work = 2, .needs = {{money, 2}}}}});
  const project p = b.build();
  CHECK(mode_search(p, {}).outcome() == mode_budget::outcome::impossible);
  const search_result r = search(p, {.schedules = 10});
  CHECK(r.status == status::infeasible);
  CHECK(r.schedules == 0);
  CHECK(!r.reason.empty());
}

TEST_CASE("search sends modes here: budget, target, patience, stop and a schedule to start from") {
  const project p = with_modes(6, 40, 0.3);
  const search_result all = search(p, {.schedules = 1500});
  REQUIRE(all.solved());
  CHECK(all.schedules <= 1500);
  CHECK(validate(p, all.schedule).ok());
  CHECK(all.value == static_cast<double>(all.makespan().count()));
  CHECK((all.improvements.size() > 1 && all.improvements.back().value == all.value));
  CHECK(all.lower_bound <= all.makespan());
  mode_search same(p, mode_search_options::tuned(p.task_count(), 1500, 1));
  while (same.schedules() < 1500 && !same.optimal()) same.step(1500 - same.schedules());
  CHECK(same.best() == all.schedule);
  const search_result on = search(p, {.schedules = 20, .seed = 5, .start = all.schedule});
  CHECK(on.makespan() <= all.makespan());
  const search_result target = search(p, {.schedules = 1500, .target = all.makespan() + 4});
  CHECK((target.schedules < all.schedules && target.makespan() <= all.makespan() + 4));
  const search_result patient = search(p, {.schedules = 0, .patience = 300});
  CHECK((patient.solved() && patient.schedules >= 300));
  std::stop_source source;
  source.request_stop();
  CHECK(search(p, {.watch = {.stop = source.get_token()}}).status == status::cancelled);
}
