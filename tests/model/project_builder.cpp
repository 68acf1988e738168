// SPDX-License-Identifier: BSL-1.0
#include <sched/model/project_builder.hpp>

#include <sched/calendar/periods.hpp>
#include <sched/model/critical_path.hpp>

#include <array>
#include <deque>
#include <limits>
#include <numeric>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/random_instances.hpp"
#include "support/same_project.hpp"

using namespace sched;

namespace {

/// The one problem of a builder; fails the test when there are more or none, or when `build` does not say the same.
std::string only_problem(const project_builder& b) {
  const auto all = b.problems();
  INFO((all.size() > 1 ? all[1] : std::string()));
  REQUIRE(all.size() == 1);
  try {
    static_cast<void>(b.build());
    FAIL("built in spite of: " << all.front());
  } catch (const error& e) {
    CHECK(e.reason() == all.front());
    CHECK(e.what() == all.front());
  }
  return all.front();
}

/// The problem of one task in a project with a renewable resource (capacity 3) and a budget (capacity 5).
std::string task_problem(task_spec t) {
  project_builder b;
  b.add_renewable(3, "crew");
  b.add_nonrenewable(5);
  b.add_task(std::move(t));
  return only_problem(b);
}

constexpr resource_id crew(0), budget(1);
constexpr std::int64_t limit = project_builder::limit;

}  // namespace

TEST_CASE("an empty builder builds an empty project") {
  CHECK(project_builder().problems().empty());
  CHECK(project_builder().build().task_count() == 0);
}

TEST_CASE("durations must be finite, not negative and not huge") {
  CHECK(task_problem({.work = -1}) == "task 1: negative duration -1");
  CHECK(task_problem({.name = "dig", .work = duration::minus_infinity()}) == "task dig: negative duration -inf");
  CHECK(task_problem({.work = duration::infinity()}) == "task 1: duration too large");
  CHECK(task_problem({.work = limit + 1}) == "task 1: duration too large");
  CHECK(task_problem({.modes = {{.work = 1}, {.work = -2}}}) == "task 1: mode 2: negative duration -2");
}

TEST_CASE("demands must name a resource once, not be negative and fit the capacity") {
  CHECK(task_problem({.needs = {{crew, -1}}}) == "task 1: negative demand -1 for resource crew");
  CHECK(task_problem({.needs = {{crew, 4}}}) == "task 1: demand 4 above the capacity 3 of resource crew");
  CHECK(task_problem({.needs = {{budget, 6}}}) == "task 1: demand 6 above the capacity 5 of resource R2");
  CHECK(task_problem({.needs = {{resource_id(2), 1}}}) == "task 1: demands an unknown resource");
  CHECK(task_problem({.needs = {{resource_id(), 1}}}) == "task 1: demands an unknown resource");
  CHECK(task_problem({.needs = {{crew, 1}, {budget, 1}, {crew, 1}}}) == "task 1: two demands for resource crew");
  CHECK(task_problem({.modes = {{.needs = {{crew, 4}}}, {.needs = {{budget, 6}}}}}) ==
        "task 1: mode 1: demand 4 above the capacity 3 of resource crew");
}

TEST_CASE("modes have distinct numbers and replace a task's own work") {
  CHECK(task_problem({.work = 2, .modes = {{.work = 1}}}) ==
        "task 1: has modes and also a duration or demands of its own");
  CHECK(task_problem({.needs = {{crew, 1}}, .modes = {{.work = 1}}}) ==
        "task 1: has modes and also a duration or demands of its own");
  CHECK(task_problem({.modes = {{.work = 1, .number = 2}, {.work = 2}}}) == "task 1: two modes with the same number");
}

TEST_CASE("dates must be in range and not contradict one another") {
  CHECK(task_problem({.dates = {.release = limit + 1}}) == "task 1: release date too large");
  CHECK(task_problem({.dates = {.due = -limit - 1}}) == "task 1: due date too large");
  CHECK(task_problem({.dates = {.deadline = limit + 1}}) == "task 1: deadline too large");
  CHECK(task_problem({.dates = {.fixed_start = limit + 1}}) == "task 1: fixed start too large");
  CHECK(task_problem({.dates = {.release = instant::infinity()}}).starts_with("task 1: release date must not be +inf"));
  CHECK(task_problem({.dates = {.due = instant::minus_infinity()}}) == "task 1: due date must not be -inf");
  CHECK(task_problem({.dates = {.fixed_start = instant::infinity()}}) == "task 1: fixed start must not be +inf");
  CHECK(task_problem({.dates = {.release = 5, .fixed_start = 4}}) == "task 1: fixed start 4 before its release date 5");
  CHECK(task_problem({.dates = {.deadline = 3, .fixed_start = 4}}) == "task 1: fixed start 4 after its deadline 3");
  CHECK(task_problem({.dates = {.release = 5, .deadline = 4}}) == "task 1: deadline 4 before its release date 5");
}

TEST_CASE("an infinite deadline in the past is refused") {
  project_builder b;
  b.add_task({.dates = {.deadline = instant::minus_infinity()}});
  CHECK(b.problems().at(0) == "task 1: deadline must not be -inf");
}

TEST_CASE("weights must be finite and not negative") {
  for (double w : {-1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
    CHECK(task_problem({.weight = w}) == "task 1: weight must be a finite number, 0 or more");
}

TEST_CASE("resources have distinct names, capacities in range, and calendars only when renewable") {
  const auto problem = [](resource r) {
    project_builder b;
    b.add_resource(std::move(r));
    return only_problem(b);
  };
  const auto night = calendar::closed_periods({{1, 2}});
  CHECK(problem({.name = "crew", .capacity = -1}) == "resource crew: negative capacity -1");
  CHECK(problem({.capacity = limit + 1}) == "resource R1: capacity too large");
  CHECK(problem({.kind = resource_kind::nonrenewable, .breaks = night}) ==
        "resource R1: a non-renewable resource has no calendar");
  CHECK(problem({.capacity = 3, .shrinkings = {{night, 4}}}) == "resource R1: shrunk capacity 4 outside 0 … 3");
  CHECK(problem({.capacity = 3, .shrinkings = {{night, -1}}}) == "resource R1: shrunk capacity -1 outside 0 … 3");
  project_builder b;
  b.add_renewable(1, "crew");
  b.add_renewable(2, "crane");
  b.add_nonrenewable(3, "crew");
  CHECK(only_problem(b) == "two resources are named crew");
}

TEST_CASE("tasks have distinct names") {
  project_builder b;
  b.add_task({.name = "dig"});
  b.add_task(task_spec{});
  b.add_task({.name = "dig"});
  CHECK(only_problem(b) == "two tasks are named dig");
}

TEST_CASE("precedence relations name known tasks and finite lags") {
  project_builder b;
  const auto dig = b.add_task({.name = "dig"});
  const auto pour = b.add_task({.name = "pour"});
  SECTION("unknown") {
    b.add_precedence(dig, task_id(7));
    CHECK(only_problem(b) == "precedence dig -> #7: unknown task");
  }
  SECTION("none") {
    b.add_precedence(task_id(), pour);
    CHECK(only_problem(b) == "precedence #none -> pour: unknown task");
  }
  SECTION("infinite lag") {
    b.add_precedence(dig, pour, {.lag = duration::infinity()});
    CHECK(only_problem(b) == "precedence dig -> pour: lag too large");
  }
}

TEST_CASE("a cycle is named with its path") {
  project_builder b;
  std::vector<task_id> t;
  for (const char* name : {"dig", "pour", "paint", "wire"}) t.push_back(b.add_task({.name = name, .work = 1}));
  SECTION("of several tasks") {
    b.add_precedence(t[3], t[1]).add_precedence(t[0], t[1]).add_precedence(t[1], t[2]).add_precedence(t[2], t[3]);
    CHECK(only_problem(b) == "cycle: pour -> paint -> wire -> pour");
    try {
      static_cast<void>(b.build());
    } catch (const error& e) {
      CHECK(e.ids() == std::vector<std::string>{"pour", "paint", "wire"});
    }
  }
  SECTION("of one task") {
    b.add_precedence(t[2], t[2]);
    CHECK(only_problem(b) == "cycle: paint -> paint");
  }
  SECTION("maximal lags close no cycle") {
    b.add_precedence(t[0], t[1]).add_precedence(t[1], t[0], {.lag = 5, .maximal = true});
    CHECK(b.build().maximal_lags().size() == 1);
  }
}

TEST_CASE("the sum of all durations and lags must stay in range") {
  project_builder b;
  const auto first = b.add_task(limit / 2);
  const auto second = b.add_task(limit / 2);
  CHECK(b.problems().empty());
  b.add_precedence(first, second, {.lag = 1});
  CHECK(only_problem(b) == "overflow: all durations and lags together exceed 2^60 ticks");
}

TEST_CASE("all problems are listed, the first is thrown with the number of the others") {
  project_builder b;
  b.add_renewable(-2);
  const auto t = b.add_task({.work = -1});
  b.add_precedence(t, t);
  REQUIRE(b.problems().size() == 3);
  CHECK_THROWS_WITH(b.build(), "resource R1: negative capacity -2 (and 2 more)");
}

TEST_CASE("tasks that no capacity can satisfy are kept on request, modes likewise dropped") {
  project_builder b;
  b.on_excess_demand(excess_demand::keep);
  const auto r = b.add_renewable(3);
  b.add_task({.work = 2, .needs = {{r, 4}}});
  b.add_task({.modes = {{.work = 1, .needs = {{r, 5}}}, {.work = 2, .needs = {{r, 2}}}}});
  b.add_task({.modes = {{.work = 1, .needs = {{r, 5}}}, {.work = 2, .needs = {{r, 4}}}}});
  const project p = b.build();
  CHECK(std::vector<task_id>(p.oversized().begin(), p.oversized().end()) == std::vector{task_id(0), task_id(2)});
  REQUIRE(p.dropped_modes().size() == 1);
  CHECK(p.dropped_modes()[0] == std::pair{task_id(1), std::uint32_t{1}});
  CHECK((p.mode_count(task_id(1)) == 1 && p.mode_number(task_id(1), 0) == 2));
  CHECK(p.mode_count(task_id(2)) == 2);
  b.on_excess_demand(excess_demand::refuse);
  CHECK(b.problems().size() == 2);
}

TEST_CASE("demands of zero vanish") {
  project_builder b;
  const auto r = b.add_renewable(3);
  b.add_task(2, {{r, 0}});
  CHECK(b.build().requirements(task_id(0)).empty());
}

TEST_CASE("a recorded task can still be changed") {
  project_builder b;
  const auto t = b.add_task({.name = "dig", .work = -4});
  b.task(t).work = 4;
  CHECK(b.build().work(t) == 4);
}

TEST_CASE("renumbering the tasks of a project renumbers the built one and changes nothing else") {
  each_random_instance(6, [](const random_instance& instance, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed);
    const project& p = instance.project;
    const std::size_t n = p.task_count();
    random_generator rng(seed);
    std::vector<std::uint32_t> at(n);
    std::iota(at.begin(), at.end(), 0U);
    rng.shuffle(std::span(at));
    // Tasks in another order, relations in another order, and back again.
    const auto rebuild = [&](const project& from, const std::vector<std::uint32_t>& to) {
      project_builder b;
      for (const resource& r : from.resources()) b.add_resource(r);
      std::vector<std::uint32_t> source(n);
      for (std::uint32_t i = 0; i < n; ++i) source[to[i]] = i;
      for (std::uint32_t i : source) {
        const task_id t(i);
        task_spec s{.name = from.task_name(t), .dates = from.dates(t), .weight = from.weight(t)};
        for (std::size_t m = 0; m < from.mode_count(t); ++m)
          s.modes.push_back({from.work(t, m),
                             {from.requirements(t, m).rbegin(), from.requirements(t, m).rend()},
                             from.mode_number(t, m)});
        b.add_task(std::move(s));
      }
      std::vector<precedence> arcs(from.maximal_lags().begin(), from.maximal_lags().end());
      for (std::size_t i = 0; i < n; ++i)
        for (const sched::adjacency& l : from.successors(task_id(i)))
          arcs.push_back({task_id(i), l.task, l.kind, l.lag, false});
      rng.shuffle(std::span(arcs));
      std::ranges::stable_sort(arcs, {}, &precedence::maximal);
      for (const precedence& a : arcs)
        b.add_precedence(task_id(to[a.from.index()]), task_id(to[a.to.index()]), {a.kind, a.lag, a.maximal});
      return b.build();
    };
    const project moved = rebuild(p, at);
    const critical_path before = find_critical_path(p);
    const critical_path after = find_critical_path(moved);
    CHECK(before.length == after.length);
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(before.earliest_start[i] == after.earliest_start[at[i]]);
      CHECK(before.latest_start[i] == after.latest_start[at[i]]);
    }
    CHECK(p.horizon() == moved.horizon());
    std::vector<std::uint32_t> back(n);
    for (std::uint32_t i = 0; i < n; ++i) back[at[i]] = i;
    const project again = rebuild(moved, back);
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(std::ranges::equal(p.successors(task_id(i)), again.successors(task_id(i))));
      CHECK(std::ranges::equal(p.predecessors(task_id(i)), again.predecessors(task_id(i))));
      CHECK(p.mode_count(task_id(i)) == again.mode_count(task_id(i)));
      for (std::size_t m = 0; m < p.mode_count(task_id(i)); ++m)
        CHECK(std::ranges::equal(p.requirements(task_id(i), m), again.requirements(task_id(i), m)));
    }
    CHECK(std::ranges::equal(p.topological_order(), again.topological_order()));
  });
}

TEST_CASE("successor lists of any range type become a project") {
  const std::vector<std::vector<int>> successors{{1, 2}, {3}, {3}, {}};
  const std::array<int, 4> work{1, 2, 3, 4};
  const project p = make_project(successors, work, {2}, {{1}, {2}, {1}, {0}});
  CHECK(find_critical_path(p).length == 8);
  CHECK(p.demand(task_id(1), resource_id(0)) == 2);
  CHECK(p.label(task_id(0)) == "0");
  const std::vector<std::set<unsigned>> sets{{1, 2}, {3}, {3}, {}};
  CHECK(find_critical_path(make_project(sets, std::deque<long>{1, 2, 3, 4})).length == 8);
}

TEST_CASE("malformed successor lists are refused by number") {
  using lists = std::vector<std::vector<int>>;
  const std::vector<int> one{1, 1};
  CHECK_THROWS_WITH(make_project(lists{{1}, {0}}, one), "cycle: 0 -> 1 -> 0");
  CHECK_THROWS_WITH(make_project(lists{{2}, {}}, one), "task 0: unknown successor 2");
  CHECK_THROWS_WITH(make_project(lists{{}, {-1}}, one), "task 1: unknown successor -1");
  CHECK_THROWS_WITH(make_project(lists{{}}, one), "successors, durations and demands must have one entry per task");
  CHECK_THROWS_WITH(make_project(lists{{}, {}}, one, {1}, {{1}}),
                    "successors, durations and demands must have one entry per task");
  CHECK_THROWS_WITH(make_project(lists{{}, {}}, one, {1}, {{1}, {1, 1}}), "task 1: more demands than resources");
  CHECK_THROWS_WITH(make_project(lists{{}, {}}, std::vector<int>{1, -1}), "task 1: negative duration -1");
}
