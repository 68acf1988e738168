// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/net_present_value.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>
#include <sched/search.hpp>
#include <sched/sgs.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

project small(std::uint64_t seed, std::size_t tasks) {
  random_generator random(seed);
  return random_project({.tasks = tasks,
                         .min_duration = 1,
                         .max_duration = 3,
                         .renewables = 1,
                         .max_demand = 3,
                         .resource_factor = 1,
                         .resource_strength = 0.2},
                        random);
}
evaluate::net_present_value payments(std::uint64_t seed, std::size_t tasks, instant horizon) {
  random_generator random(seed);
  evaluate::net_present_value v{.rate = 0.05, .horizon = horizon};
  for (std::size_t i = 0; i < tasks; ++i) v.cash.push_back(static_cast<double>(random.between(-10, 10)));
  return v;
}

/// The least value over all starts within the horizon.
double brute_best(const project& p, const evaluate::net_present_value& v) {
  schedule s = schedule::unplaced(p.task_count());
  double best = std::numeric_limits<double>::infinity();
  const std::function<void(std::size_t)> place = [&](std::size_t k) {
    if (k == p.task_count()) {
      if (validate(p, s).ok()) best = std::min(best, v(p, s));
      return;
    }
    const task_id t = p.topological_order()[k];
    instant from = 0;
    for (const adjacency& l : p.predecessors(t)) from = std::max(from, s.finish[l.task.index()]);
    for (; from + p.work(t) <= v.horizon; from += 1) {
      s.start[t.index()] = from;
      s.finish[t.index()] = from + p.work(t);
      place(k + 1);
    }
  };
  place(0);
  return best;
}

}  // namespace

TEST_CASE("the net present value discounts payments at their finish") {
  project_builder b;
  b.add_task({.work = 1});
  b.add_task({.work = 3});
  b.add_task({.work = 2});
  const project p = b.build();
  const schedule s{{0, 0, 1}, {1, 3, 3}, {0, 0, 0}};
  CHECK(evaluate::net_present_value{.cash = {8, -16}, .rate = 1}(p, s) == -(8 / 2.0 - 16 / 8.0));
  CHECK(evaluate::net_present_value{.cash = {0, 0, 5}, .rate = 0}(p, s) == -5);
  CHECK(evaluate::net_present_value{.cash = {1, 1, 1}}(p, schedule::unplaced(3)) ==
        std::numeric_limits<double>::infinity());
}

TEST_CASE("refining moves costs later and income earlier, alone and together") {
  project_builder b;
  const task_id cost = b.add_task({.work = 2});
  const task_id income = b.add_task({.work = 1});
  b.add_precedence(cost, income);
  const project p = b.build();
  schedule s{{0, 2}, {2, 3}, {0, 0}};
  const evaluate::net_present_value dear{.cash = {-9, 1}, .rate = 0.1, .horizon = 10};
  CHECK(dear.refine(p, s));
  CHECK(s == schedule{{7, 9}, {9, 10}, {0, 0}});
  CHECK(!dear.refine(p, s));
  const evaluate::net_present_value cheap{.cash = {1, 9}, .rate = 0.1, .horizon = 10};
  CHECK(cheap.refine(p, s));
  CHECK(s == schedule{{0, 2}, {2, 3}, {0, 0}});
}

TEST_CASE("refined schedules are feasible and never worse, and dates are left alone") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const project p = small(seed, 3 + seed % 30);
    const schedule_result r = serial_sgs(p, priority::latest_finish{});
    const instant end = seed % 3 == 0 ? instant::infinity() : r.makespan() + static_cast<std::int64_t>(seed % 9);
    evaluate::net_present_value v = payments(seed, p.task_count(), end);
    if (seed % 5 == 0) v.rate = -0.03;
    schedule s = r.schedule;
    const double before = v(p, s);
    const bool moved = v.refine(p, s);
    REQUIRE(moved == (s != r.schedule));
    REQUIRE(validate(p, s).ok());
    REQUIRE((moved ? v(p, s) < before : v(p, s) == before));
    REQUIRE(s.makespan() <= (end.is_finite() ? end : r.makespan()));
  }
  project_builder b;
  b.add_task({.work = 2, .dates = {.deadline = 9}});
  schedule s{{0}, {2}, {0}};
  CHECK(!evaluate::net_present_value{.cash = {-1}, .horizon = 9}.refine(b.build(), s));
}

TEST_CASE("a search for net present value finds what exhaustive search finds") {
  std::size_t equal = 0;
  double gap = 0;
  constexpr std::size_t count = 40;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    const project p = small(seed, 4);
    const instant end = serial_sgs(p, priority::latest_finish{}).makespan() + 3;
    const evaluate::net_present_value v = payments(seed, p.task_count(), end);
    const double best = brute_best(p, v);
    const search_result r = search(p, {.schedules = 300, .seed = seed}, v);
    REQUIRE(r.solved());
    REQUIRE(r.schedules <= 300);
    REQUIRE(validate(p, r.schedule).ok());
    REQUIRE(r.value >= best - 1e-9);
    equal += r.value <= best + 1e-9 ? 1U : 0U;
    gap += r.value - best;
  }
  CAPTURE(gap, equal);
  CHECK(equal >= 36);
}
