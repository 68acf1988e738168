// SPDX-License-Identifier: BSL-1.0
#include <sched/model/reversed.hpp>

#include <algorithm>
#include <optional>
#include <string>

#include <sched/evaluate/validate_project.hpp>
#include <sched/model/project_builder.hpp>

#include "support/brute_project.hpp"
#include "support/catch.hpp"
#include "support/random_instances.hpp"
#include "support/same_project.hpp"

using namespace sched;

namespace {

/// The project with the dates that its mirror can tell: due dates have no mirror image, and where one date counts,
/// everything lies between 0 and the horizon.
project with_mirror_dates(const project& p, instant horizon) {
  const bool dated = p.has_releases() || p.has_calendars() || p.has_deadlines() || p.has_fixed();
  project_builder b;
  b.name(p.name()).first_number(p.first_number()).on_excess_demand(excess_demand::keep);
  for (const resource& r : p.resources()) b.add_resource(r);
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    task_spec spec{.name = p.task_name(t), .weight = p.weight(t)};
    for (std::size_t m = 0; m < p.mode_count(t); ++m) {
      const auto needs = p.requirements(t, m);
      spec.modes.push_back({p.work(t, m), {needs.begin(), needs.end()}, p.mode_number(t, m)});
    }
    if (p.is_fixed(t)) {
      spec.dates.fixed_start = p.fixed_start(t);
    } else if (dated) {
      spec.dates.release = std::max<instant>(0, p.release(t));
      spec.dates.deadline = std::min(horizon, p.deadline(t));
    }
    b.add_task(std::move(spec));
  }
  for (std::size_t i = 0; i < p.task_count(); ++i)
    for (const sched::adjacency& l : p.successors(task_id(i))) b.add_precedence(task_id(i), l.task, {l.kind, l.lag});
  for (const precedence& a : p.maximal_lags()) b.add_precedence(a.from, a.to, {a.kind, a.lag, true});
  return b.build();
}

}  // namespace

TEST_CASE("the mirror of a project turns arcs, dates and calendars about the horizon") {
  project_builder b;
  b.add_renewable(1);
  b.add_task({.name = "a", .work = 3, .dates = {.release = 2, .due = 7}, .weight = 4});
  b.add_task({.name = "b", .work = 5, .dates = {.deadline = 18}});
  b.add_task({.name = "c", .work = 4, .dates = {.fixed_start = 6}});
  b.add_precedence(task_id(0), task_id(1), {lag_kind::start_start, 2});
  b.add_precedence(task_id(0), task_id(2), {lag_kind::finish_start, 1});
  b.add_precedence(task_id(1), task_id(2), {lag_kind::start_finish, -3});
  const project m = reversed_project(b.build(), 20);
  CHECK(m.deadline(task_id(0)) == 18);
  CHECK(m.release(task_id(1)) == 2);
  CHECK(m.deadline(task_id(1)) == 20);
  CHECK(m.fixed_start(task_id(2)) == 10);
  CHECK_FALSE(m.has_due_dates());
  CHECK(m.weight(task_id(0)) == 4);
  CHECK(m.task_name(task_id(1)) == "b");
  REQUIRE(m.predecessors(task_id(0)).size() == 2);
  CHECK(m.predecessors(task_id(0))[0].task == task_id(1));
  CHECK(m.predecessors(task_id(0))[0].kind == lag_kind::finish_finish);
  CHECK(m.predecessors(task_id(0))[0].lag == 2);
  CHECK(m.predecessors(task_id(0))[1].kind == lag_kind::finish_start);
  REQUIRE(m.predecessors(task_id(1)).size() == 1);
  CHECK(m.predecessors(task_id(1))[0].kind == lag_kind::start_finish);
  CHECK(m.predecessors(task_id(1))[0].lag == -3);
}

TEST_CASE("the mirror of the mirror is the project, for every feature") {
  each_random_instance(8, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    CAPTURE(preset.name, seed);
    const instant horizon = i.witness.makespan() + static_cast<std::int64_t>(seed % 3);
    const project once = reversed_project(i.project, horizon, i.witness.mode);
    const project twice = reversed_project(once, horizon, i.witness.mode);
    REQUIRE(first_difference(twice, with_mirror_dates(i.project, horizon)) == "");
  });
}

TEST_CASE("a schedule mirrored twice is the schedule") {
  const schedule s{{0, 3, 4}, {3, 9, 4}, {0, 1, 0}};
  CHECK(mirrored(s, 9).start == std::vector<instant>{6, 0, 5});
  CHECK(mirrored(s, 9).finish == std::vector<instant>{9, 6, 5});
  CHECK(mirrored(mirrored(s, 9), 9) == s);
}

TEST_CASE("a valid schedule of the project is one of the mirror, for every feature") {
  each_random_instance(8, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    const instant horizon = i.witness.makespan() + static_cast<std::int64_t>(seed % 3);
    const project m = reversed_project(i.project, horizon, i.witness.mode);
    const validation_report report = validate(m, mirrored(i.witness, horizon));
    CAPTURE(preset.name, seed, report.text(m));
    REQUIRE(report.ok());
  });
}

TEST_CASE("a valid schedule of the mirror is one of the project, for every feature") {
  std::size_t valid = 0;
  each_random_instance(8, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    const project& p = i.project;
    // Room to move in: a slow scheduler's answer, and the mirrored witness with one task moved.
    const instant horizon = i.witness.makespan() + 10;
    const project m = reversed_project(p, horizon, i.witness.mode);
    const auto check = [&](const schedule& s) {
      if (s.makespan() > horizon || !validate(m, s).ok()) return;
      for (std::size_t t = 0; t < p.task_count(); ++t)
        if (p.is_fixed(task_id(t)) && s.mode[t] != i.witness.mode[t]) return;  // the mirror was told another mode
      const validation_report report = validate(p, mirrored(s, horizon));
      CAPTURE(preset.name, seed, report.text(p));
      REQUIRE(report.ok());
      ++valid;
    };
    if (const std::optional<schedule> s = brute::place_serially(m)) check(*s);
    random_generator random(seed);
    for (int round = 0; round < 20; ++round) {
      schedule s = mirrored(i.witness, horizon);
      const std::size_t t = static_cast<std::size_t>(random.below(p.task_count()));
      s.start[t] += random.between(-4, 4);
      s.finish[t] = finish_of(m, task_id(t), s.mode[t], s.start[t]);
      if (p.work(task_id(t), s.mode[t]) > 0 && !brute::can_work(m, task_id(t), s.mode[t], s.start[t].count())) continue;
      check(s);
    }
  });
  CHECK(valid > 1000);
}
