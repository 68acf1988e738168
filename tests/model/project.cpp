// SPDX-License-Identifier: BSL-1.0
#include <sched/model/project.hpp>

#include <sched/calendar/periods.hpp>
#include <sched/model/project_builder.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

TEST_CASE("a default project is empty and classic") {
  const project p;
  CHECK(p.task_count() == 0);
  CHECK(p.resource_count() == 0);
  CHECK(p.total_modes() == 0);
  CHECK(p.classic());
  CHECK(p.horizon() == 0);
  CHECK(p.topological_order().empty());
}

TEST_CASE("capacity at a time is the least that the closed shrinkings leave") {
  const resource r{
      .capacity = 5,
      .shrinkings = {{calendar::closed_periods({{10, 20}}), 2}, {calendar::closed_periods({{15, 30}}), 3}}};
  CHECK_FALSE(r.plain());
  CHECK(r.capacity_at(9) == 5);
  CHECK(r.capacity_at(10) == 2);
  CHECK(r.capacity_at(19) == 2);
  CHECK(r.capacity_at(20) == 3);
  CHECK(r.capacity_at(30) == 5);
  CHECK(resource{}.plain());
  CHECK(resource{.breaks = calendar::closed_periods({{1, 2}})}.plain() == false);
}

TEST_CASE("access gives what was built") {
  project_builder b;
  b.name("house").first_number(10);
  const auto crew = b.add_renewable(4, "crew");
  const auto money = b.add_nonrenewable(9);
  const auto dig = b.add_task({.name = "dig",
                               .work = 3,
                               .needs = {{money, 2}, {crew, 1}},
                               .dates = {.release = 1, .due = 9, .deadline = 12},
                               .weight = 2.5});
  const auto pour =
      b.add_task({.modes = {{.work = 4, .needs = {{crew, 1}}}, {.work = 2, .needs = {{crew, 3}}, .number = 7}}});
  const auto last = b.add_task({.dates = {.fixed_start = 30}});
  b.add_precedence(dig, pour, {.kind = lag_kind::start_start, .lag = 2});
  b.add_precedence(pour, last);
  b.add_precedence(dig, last, {.kind = lag_kind::finish_finish, .lag = 40, .maximal = true});
  const project p = b.build();
  CHECK(p.name() == "house");
  REQUIRE(p.task_count() == 3);
  CHECK(p.resource_of(money).kind == resource_kind::nonrenewable);
  CHECK(p.resources().size() == 2);
  CHECK((p.label(crew) == "crew" && p.label(money) == "R2"));
  CHECK((p.label(dig) == "dig" && p.label(pour) == "11" && p.task_number(last) == 12));
  CHECK(p.task_name(pour).empty());
  CHECK(p.work(dig) == 3);
  REQUIRE(p.requirements(dig).size() == 2);
  CHECK(p.requirements(dig)[0] == requirement{crew, 1});  // sorted by resource
  CHECK((p.demand(dig, money) == 2 && p.demand(pour, money) == 0));
  CHECK((p.mode_count(pour) == 2 && p.mode_number(pour, 0) == 1 && p.mode_number(pour, 1) == 7));
  CHECK((p.work(pour, 1) == 2 && p.demand(pour, crew, 1) == 3));
  CHECK((p.total_modes() == 4 && p.multi_mode()));
  CHECK((p.release(dig) == 1 && p.due(dig) == 9 && p.deadline(dig) == 12 && p.weight(dig) == 2.5));
  CHECK((p.weight(pour) == 1.0 && p.release(pour) == instant::minus_infinity() && p.due(pour) == instant::infinity()));
  CHECK((p.is_fixed(last) && p.fixed_start(last) == 30 && !p.is_fixed(dig)));
  CHECK((p.has_releases() && p.has_deadlines() && p.has_due_dates() && p.has_fixed() && p.has_lags() &&
         p.has_nonrenewable()));
  CHECK((!p.has_calendars() && !p.classic()));
  REQUIRE(p.maximal_lags().size() == 1);
  CHECK(p.maximal_lags()[0].lag == 40);
  CHECK(p.precedences().arc_count() == 2);
  CHECK(p.successors(dig)[0] == sched::adjacency{pour, lag_kind::start_start, 2});
  CHECK(p.predecessors(last)[0] == sched::adjacency{pour, lag_kind::finish_start, 0});
  // Latest fixed start + longest modes + positive minimal lags.
  CHECK(p.horizon() == 30 + 3 + 4 + 2);
}

TEST_CASE("flags say whether a feature occurs") {
  each_random_instance(4, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    const project& p = i.project;
    INFO(preset.name << ", seed " << seed);
    bool releases = false, deadlines = false, dues = false, fixed = false, lags = false, modes = false;
    for (std::size_t k = 0; k < p.task_count(); ++k) {
      const task_id t(k);
      releases |= p.release(t) > 0;
      deadlines |= p.deadline(t).is_finite();
      dues |= p.due(t).is_finite();
      fixed |= p.is_fixed(t);
      modes |= p.mode_count(t) > 1;
      for (const sched::adjacency& l : p.successors(t)) lags |= l.kind != lag_kind::finish_start || l.lag != 0;
    }
    const bool calendars = std::ranges::any_of(p.resources(), [](const resource& r) { return !r.plain(); });
    const bool budgets =
        std::ranges::any_of(p.resources(), [](const resource& r) { return r.kind == resource_kind::nonrenewable; });
    CHECK(p.has_releases() == releases);
    CHECK(p.has_deadlines() == deadlines);
    CHECK(p.has_due_dates() == dues);
    CHECK(p.has_fixed() == fixed);
    CHECK(p.has_lags() == lags);
    CHECK(p.has_calendars() == calendars);
    CHECK(p.has_nonrenewable() == budgets);
    CHECK(p.multi_mode() == modes);
    CHECK(p.classic() ==
          !(releases || deadlines || fixed || lags || calendars || budgets || modes || !p.maximal_lags().empty()));
    CHECK(p.horizon().is_finite());
  });
}
