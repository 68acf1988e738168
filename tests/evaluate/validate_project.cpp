// SPDX-License-Identifier: BSL-1.0
#include <sched/validate.hpp>

#include <sched/calendar/periods.hpp>
#include <sched/calendar/weekly.hpp>
#include <sched/model/project_builder.hpp>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "support/brute_project.hpp"
#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

/// The report in the shape of the brute-force checker's findings.
brute::findings findings_of(const project& p, const schedule& s, const validation_report& report) {
  brute::findings f;
  const brute::findings truth = brute::check(p, s);
  for (const violation& v : report.violations) {
    CHECK_FALSE(v.text(p).empty());
    if (v.kind == violation_kind::capacity) {
      // The stretch is as long as possible, its worst instant is the first worst one, and all its users are named.
      const std::size_t r = v.resource.index();
      std::pair<amount, std::int64_t> worst{0, 0};
      for (std::int64_t t = v.when.start.count(); t < v.when.finish.count(); ++t) {
        const auto it = truth.overload.find({r, t});
        if (it == truth.overload.end()) continue;  // found by the comparison of the caller
        f.overload.insert(*it);
        const amount excess = it->second.first - it->second.second;
        if (excess > worst.first) worst = {excess, t};
      }
      CHECK_FALSE(truth.overload.contains({r, v.when.start.count() - 1}));
      CHECK_FALSE(truth.overload.contains({r, v.when.finish.count()}));
      CHECK(v.when.contains(v.at));
      CHECK(v.at == worst.second);
      CHECK(truth.overload.contains({r, v.at.count()}));
      if (truth.overload.contains({r, v.at.count()}))
        CHECK(truth.overload.at({r, v.at.count()}) == std::pair{v.measured, v.allowed});
      std::vector<task_id> users;
      for (std::size_t i = 0; i < p.task_count(); ++i)
        if (s.mode[i] < p.mode_count(task_id(i)) && p.work(task_id(i), s.mode[i]) > 0 && s.finish[i].is_finite() &&
            s.start[i].is_finite() && p.demand(task_id(i), v.resource, s.mode[i]) > 0 &&
            s.when(task_id(i)).overlaps(v.when))
          users.push_back(task_id(i));
      std::vector<task_id> named = v.tasks;
      std::ranges::sort(named);
      CHECK(named == users);
      CHECK(v.task_count == users.size());
      CHECK(v.when.length() > 0);
      continue;
    }
    const std::size_t first =
        v.tasks.empty() || v.kind == violation_kind::overspent ? v.resource.index() : v.tasks.front().index();
    std::size_t second = 0;
    if (v.kind == violation_kind::precedence || v.kind == violation_kind::maximal_lag) second = v.tasks.back().index();
    else if (v.resource.valid() && v.kind != violation_kind::overspent) second = v.resource.index();
    f.rules.emplace(v.kind, first, second, v.measured, v.allowed);
  }
  return f;
}

/// The validator and the tick-by-tick checker say the same.
void compare(const project& p, const schedule& s) {
  const validation_report report = validate(p, s);
  REQUIRE(report.complete);
  const brute::findings truth = brute::check(p, s);
  const brute::findings found = findings_of(p, s, report);
  INFO(report.text(p));
  REQUIRE(found.rules == truth.rules);
  REQUIRE(found.overload == truth.overload);
  REQUIRE(report.ok() == (truth.rules.empty() && truth.overload.empty()));
}

/// The violation of this kind whose first task is t, on that resource; fails the test when there is none.
violation the(const validation_report& report, violation_kind kind, task_id t, resource_id r = {}) {
  for (const violation& v : report.violations)
    if (v.kind == kind && !v.tasks.empty() && v.tasks.front() == t && v.resource == r) return v;
  FAIL("no " << to_string(kind) << " of task " << t);
  return {};
}

/// One resource of two units, breaks [5, 8) and [20, 22), and the break rule.
resource with_breaks(break_rule rule) {
  return {.name = "crane", .capacity = 2, .breaks = calendar::closed_periods({{5, 8}, {20, 22}}), .on_break = rule};
}

}  // namespace

TEST_CASE("witnesses of random projects have no violation, also tick by tick") {
  each_random_instance(30, [](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    INFO(preset.name << ", seed " << seed << '\n' << validate(i.project, i.witness).text(i.project));
    REQUIRE(validate(i.project, i.witness).ok());
    REQUIRE(brute::check(i.project, i.witness) == brute::findings{});
  });
}

TEST_CASE("dense schedules of a naive scheduler have no violation") {
  std::size_t placed = 0;
  each_random_instance(
      12,
      [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
        const auto s = brute::place_serially(i.project);
        INFO(preset.name << ", seed " << seed);
        REQUIRE(s.has_value());
        INFO(validate(i.project, *s).text(i.project));
        REQUIRE(validate(i.project, *s).ok());
        ++placed;
      },
      [](const random_project_options& o) {
        return o.deadline_probability + o.fixed_probability + o.maximal_lag_probability == 0;
      });
  REQUIRE(placed > 100);
}

TEST_CASE("the validator and a tick-by-tick checker agree on damaged schedules") {
  std::map<violation_kind, std::size_t> seen;
  each_random_instance(25, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    random_generator rng(seed * 1000 + preset.name.size());
    const project& p = i.project;
    for (int round = 0; round < 12; ++round) {
      schedule s = i.witness;
      for (std::uint64_t damage = 1 + rng.below(4); damage > 0; --damage) {
        const auto t = static_cast<std::size_t>(rng.below(s.size()));
        const std::int64_t by = rng.between(-12, 12);
        switch (rng.below(7)) {
          case 0:
            s.start[t] += by;
            s.finish[t] += by;
            break;
          case 1: s.start[t] += by; break;
          case 2: s.finish[t] += by; break;
          case 3: s.mode[t] = static_cast<std::uint32_t>(rng.below(4)); break;
          case 4: {  // onto another task, for its true length
            s.start[t] = s.start[static_cast<std::size_t>(rng.below(s.size()))];
            if (s.start[t].is_finite() && s.mode[t] < p.mode_count(task_id(t)))
              s.finish[t] = brute::finish_of(p, task_id(t), s.mode[t], s.start[t].count());
            break;
          }
          case 5:
            (rng.chance(0.5) ? s.start : s.finish)[t] =
                rng.chance(0.5) ? instant::infinity() : instant::minus_infinity();
            break;
          default: std::swap(s.start[t], s.start[static_cast<std::size_t>(rng.below(s.size()))]);
        }
      }
      INFO(preset.name << ", seed " << seed << ", round " << round);
      compare(p, s);
      for (const violation& v : validate(p, s).violations) ++seen[v.kind];
    }
  });
  using enum violation_kind;
  for (violation_kind k :
       {unplaced, unknown_mode, before_zero, release, fixed_start, deadline, wrong_finish, starts_in_break,
        crosses_break, precedence, maximal_lag, violation_kind::capacity, overspent}) {
    INFO(to_string(k));
    CHECK(seen[k] >= 20);
  }
}

TEST_CASE("the validator and a tick-by-tick checker agree when all tasks overlap") {
  each_random_instance(20, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    random_generator rng(seed);
    schedule s = i.witness;
    for (std::size_t t = 0; t < s.size(); ++t) {
      s.start[t] = rng.between(-3, 40);
      s.mode[t] = static_cast<std::uint32_t>(rng.below(i.project.mode_count(task_id(t))));
      s.finish[t] = brute::finish_of(i.project, task_id(t), s.mode[t], s.start[t].count());
    }
    INFO(preset.name << ", seed " << seed);
    compare(i.project, s);
  });
}

TEST_CASE("every kind of damage to a valid schedule is found with its kind, tasks and times") {
  std::map<violation_kind, std::size_t> made;
  each_random_instance(20, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    const project& p = i.project;
    INFO(preset.name << ", seed " << seed);
    const auto damaged = [&](violation_kind kind, auto change) {
      schedule s = i.witness;
      change(s);
      ++made[kind];
      return validate(p, s);
    };
    for (std::size_t k = 0; k < p.task_count(); ++k) {
      using enum violation_kind;
      const task_id t(k);
      const interval when = i.witness.when(t);
      const duration work = p.work(t, i.witness.mode[k]);
      {
        const auto v =
            the(damaged(unplaced, [&](schedule& s) { s.start[k] = s.finish[k] = instant::infinity(); }), unplaced, t);
        CHECK(v.measured == most);
      }
      {
        const auto v = the(damaged(unknown_mode, [&](schedule& s) { s.mode[k] = 9; }), unknown_mode, t);
        CHECK((v.measured == 9 && v.allowed == static_cast<std::int64_t>(p.mode_count(t))));
      }
      {
        const auto v = the(damaged(wrong_finish, [&](schedule& s) { s.finish[k] += 1; }), wrong_finish, t);
        CHECK((v.at == when.finish + 1 && v.allowed == when.finish.count()));
      }
      if (work > 0) {
        const auto v = the(damaged(wrong_finish, [&](schedule& s) { s.finish[k] -= 1; }), wrong_finish, t);
        CHECK((v.measured == when.finish.count() - 1 && v.allowed == when.finish.count()));
      }
      const auto moved_to = [&](instant start) {
        return [&, start](schedule& s) {
          s.finish[k] = brute::finish_of(p, t, s.mode[k], start.count());
          s.start[k] = start;
        };
      };
      if (p.is_fixed(t)) {
        const auto v = the(damaged(fixed_start, moved_to(when.start + 3)), fixed_start, t);
        CHECK((v.at == when.start + 3 && v.allowed == when.start.count()));
      } else {
        const auto v = the(damaged(before_zero, moved_to(-1)), before_zero, t);
        CHECK(v.at == -1);
      }
      if (p.release(t).is_finite()) {
        const auto v = the(damaged(release, moved_to(p.release(t) - 1)), release, t);
        CHECK((v.at == p.release(t) - 1 && v.allowed == p.release(t).count()));
      }
      if (p.deadline(t).is_finite()) {
        const auto report = damaged(deadline, moved_to(p.deadline(t) - work + 1));
        const auto v = the(report, deadline, t);
        CHECK((v.measured > p.deadline(t).count() && v.allowed == p.deadline(t).count()));
      }
      for (const sched::adjacency& l : p.predecessors(t)) {
        // One tick before the earliest time that this lag allows.
        const interval from = i.witness.when(l.task);
        const instant bound = (from_start(l.kind) ? from.start : from.finish) + l.lag;
        const auto report = damaged(precedence, [&](schedule& s) {
          if (to_start(l.kind)) s.start[k] = bound - 1;
          else s.finish[k] = bound - 1;
        });
        const bool found = std::ranges::any_of(report.violations, [&](const violation& v) {
          return v.kind == precedence && v.lag == l.kind && v.tasks == std::vector{l.task, t} && v.at == bound - 1 &&
                 v.allowed == bound.count();
        });
        CHECK(found);
      }
      for (const requirement& q : p.requirements(t, i.witness.mode[k])) {
        const resource& r = p.resource_of(q.resource);
        if (work == 0 || r.kind == resource_kind::nonrenewable || r.breaks.always_open()) continue;
        // Weekly breaks: the first one after the task.
        const instant shut = r.breaks.next_closed(when.finish);
        if (r.on_break == break_rule::closed) {
          const auto report = damaged(crosses_break, moved_to(shut));
          const auto v = the(report, crosses_break, t, q.resource);
          CHECK((v.when.contains(shut) && v.at == shut && v.measured >= 1));
        } else {
          const auto report = damaged(starts_in_break, moved_to(shut));
          const auto v = the(report, starts_in_break, t, q.resource);
          CHECK((v.when.contains(shut) && v.at == shut && v.allowed == r.breaks.next_open(shut).count()));
        }
      }
      for (std::size_t j = 0; j < p.task_count(); ++j) {
        // On top of another task, if the two together are too much for a resource.
        if (j == k || work == 0 || p.work(task_id(j), i.witness.mode[j]) == 0) continue;
        for (const requirement& q : p.requirements(t, i.witness.mode[k])) {
          const resource& r = p.resource_of(q.resource);
          const amount together = q.units + p.demand(task_id(j), q.resource, i.witness.mode[j]);
          if (r.kind == resource_kind::nonrenewable || together <= r.capacity || together == q.units) continue;
          if (i.witness.when(t).overlaps(i.witness.when(task_id(j)))) continue;
          const auto report = damaged(violation_kind::capacity, moved_to(i.witness.start[j]));
          const bool found = std::ranges::any_of(report.violations, [&](const violation& v) {
            return v.kind == violation_kind::capacity && v.resource == q.resource &&
                   v.when.contains(i.witness.start[j]) && std::ranges::count(v.tasks, t) == 1 &&
                   std::ranges::count(v.tasks, task_id(j)) == 1 && v.measured >= together;
          });
          CHECK(found);
        }
      }
    }
    for (const precedence& a : p.maximal_lags()) {
      const std::size_t k = a.to.index();
      const interval from = i.witness.when(a.from);
      const instant bound = (from_start(a.kind) ? from.start : from.finish) + a.lag;
      const auto report = damaged(violation_kind::maximal_lag,
                                  [&](schedule& s) { (to_start(a.kind) ? s.start : s.finish)[k] = bound + 1; });
      const bool found = std::ranges::any_of(report.violations, [&](const violation& v) {
        return v.kind == violation_kind::maximal_lag && v.tasks == std::vector{a.from, a.to} && v.lag == a.kind &&
               v.measured == bound.count() + 1;
      });
      CHECK(found);
    }
  });
  using enum violation_kind;
  for (violation_kind k : {unplaced, unknown_mode, before_zero, release, fixed_start, deadline, wrong_finish,
                           starts_in_break, crosses_break, precedence, maximal_lag, violation_kind::capacity}) {
    INFO(to_string(k));
    CHECK(made[k] >= 20);
  }
}

TEST_CASE("choosing dearer modes than the non-renewable budget allows is overspent") {
  project_builder b;
  const auto money = b.add_nonrenewable(10, "money");
  for (int i = 0; i < 3; ++i)
    b.add_task({.modes = {{.work = 2, .needs = {{money, 5}}}, {.work = 4, .needs = {{money, 3}}}}});
  const project p = b.build();
  REQUIRE(validate(p, {{0, 0, 0}, {4, 4, 4}, {1, 1, 1}}).ok());
  const auto report = validate(p, {{0, 0, 0}, {2, 4, 4}, {0, 1, 1}});
  REQUIRE(report.violations.size() == 1);
  CHECK(report.violations[0].kind == violation_kind::overspent);
  CHECK(report.violations[0].measured == 11);
  CHECK(report.violations[0].task_count == 3);
  CHECK(report.text(p) == "resource money: 11 of 10 units spent by 1, 2, 3\n");
}

TEST_CASE("a schedule of the wrong size is reported as such and nothing else") {
  project_builder b;
  b.add_task(3);
  b.add_task(3);
  const project p = b.build();
  for (const schedule& s : {schedule{}, schedule{{0}, {3}, {0}}, schedule{{0, 3}, {3, 6}, {0}},
                            schedule{{0, 3}, {3}, {0, 0}}, schedule{{0, 3, 6}, {3, 6, 9}, {0, 0, 0}}}) {
    const auto report = validate(p, s);
    REQUIRE(report.violations.size() == 1);
    CHECK(report.violations[0].kind == violation_kind::wrong_size);
    CHECK_FALSE(report.ok());
  }
  CHECK(validate(p, {{0}, {3}, {0}}).text(p) == "schedule with 1 entries for a project with 2 tasks\n");
}

TEST_CASE("a task may not cross a closed break, may pause over a stretching one, and may shrink through") {
  for (const break_rule rule : {break_rule::closed, break_rule::stretching}) {
    project_builder b;
    const auto crane = b.add_resource(with_breaks(rule));
    b.add_task({.name = "lift", .work = 4, .needs = {{crane, 1}}});
    const project p = b.build();
    const bool stretching = rule == break_rule::stretching;
    CHECK(validate(p, {{0}, {4}, {0}}).ok());
    CHECK(validate(p, {{1}, {5}, {0}}).ok());
    CHECK(validate(p, {{8}, {12}, {0}}).ok());
    CHECK(validate(p, {{3}, {10}, {0}}).ok() == stretching);
    CHECK_FALSE(validate(p, {{3}, {7}, {0}}).ok());
    CHECK_FALSE(validate(p, {{6}, {stretching ? 12 : 10}, {0}}).ok());
  }
  project_builder b;
  const auto crane =
      b.add_resource({.name = "crane", .capacity = 3, .shrinkings = {{calendar::closed_periods({{5, 8}}), 1}}});
  b.add_task({.name = "lift", .work = 4, .needs = {{crane, 2}}});
  const project p = b.build();
  CHECK(validate(p, {{1}, {5}, {0}}).ok());
  CHECK(validate(p, {{8}, {12}, {0}}).ok());
  CHECK(validate(p, {{3}, {7}, {0}}).text(p) == "resource crane in [5, 7): 2 of 1 units used at 5 by lift\n");
}

TEST_CASE("violations are written with names, times and bounds") {
  project_builder b;
  const auto crane = b.add_resource(with_breaks(break_rule::stretching));
  const auto gate =
      b.add_resource({.name = "gate", .breaks = calendar::closed_periods({{30, 35}}), .on_break = break_rule::closed});
  const auto dig =
      b.add_task({.name = "dig", .work = 4, .needs = {{crane, 1}}, .dates = {.release = 2, .deadline = 40}});
  const auto pour = b.add_task({.name = "pour", .work = 3, .needs = {{gate, 1}}});
  b.add_task({.name = "paint", .work = 2, .dates = {.fixed_start = 7}});
  b.add_precedence(dig, pour, {.kind = lag_kind::start_start, .lag = 2});
  b.add_precedence(dig, pour, {.kind = lag_kind::finish_finish, .lag = 30, .maximal = true});
  const project p = b.build();
  const auto lines = [&](schedule s) { return validate(p, s).text(p); };
  CHECK(lines({{2, 12, 7}, {9, 15, 9}, {0, 0, 0}}).empty());
  CHECK(lines({{1, 12, 7}, {5, 15, 9}, {0, 0, 0}}) == "task dig starts at 1, before its release date 2\n");
  CHECK(lines({{-1, 12, 7}, {3, 15, 9}, {0, 0, 0}}) ==
        "task dig starts at -1, before time 0\ntask dig starts at -1, before its release date 2\n");
  CHECK(lines({{2, 12, 6}, {9, 15, 8}, {0, 0, 0}}) == "task paint starts at 6, but is fixed at 7\n");
  CHECK(lines({{2, 12, 7}, {8, 15, 9}, {0, 0, 0}}) == "task dig finishes at 8, but its work ends at 9\n");
  CHECK(lines({{6, 12, 7}, {12, 15, 9}, {0, 0, 0}}) == "task dig starts at 6, in the break [5, 8) of resource crane\n");
  CHECK(lines({{2, 28, 7}, {9, 31, 9}, {0, 0, 0}}) == "task pour runs into the break [30, 35) of resource gate\n");
  CHECK(lines({{2, 3, 7}, {9, 6, 9}, {0, 0, 0}}) ==
        "task pour starts at 3, start-start lag from task dig requires at least 4\n");
  CHECK(lines({{2, 37, 7}, {9, 40, 9}, {0, 0, 0}}) ==
        "task pour finishes at 40, finish-finish lag from task dig allows at most 39\n");
  CHECK(lines({{37, 40, 7}, {41, 43, 9}, {0, 0, 0}}) == "task dig finishes at 41, after its deadline 40\n");
  CHECK(lines({{2, 12, 7}, {9, 15, 9}, {0, 1, 0}}) == "task pour has mode index 1, but only 1 modes\n");
  schedule nowhere = schedule::unplaced(3);
  CHECK(lines(nowhere) == "task dig is not placed\ntask pour is not placed\ntask paint is not placed\n");
}

TEST_CASE("fixed starts before zero are allowed, and only there") {
  project_builder b;
  b.add_task({.work = 4, .dates = {.fixed_start = -6}});
  b.add_task(3);
  const project p = b.build();
  CHECK(validate(p, {{-6, 0}, {-2, 3}, {0, 0}}).ok());
  CHECK(validate(p, {{-6, -1}, {-2, 2}, {0, 0}}).count(violation_kind::before_zero) == 1);
}

TEST_CASE("work stretches over the common time of all stretching resources and keeps closed breaks") {
  project_builder b;
  const auto early = b.add_resource({.breaks = calendar::periodic(10, {{0, 6}})});
  const auto late = b.add_resource({.breaks = calendar::periodic(10, {{4, 10}})});
  const auto gate = b.add_resource({.breaks = calendar::closed_periods({{16, 18}}), .on_break = break_rule::closed});
  b.add_task(5, {{early, 1}, {late, 1}});  // common time: [4, 6) of every 10
  b.add_task(2, {{early, 1}, {late, 1}, {gate, 1}});
  const project p = b.build();
  CHECK(validate(p, {{4, 24}, {25, 26}, {0, 0}}).count(violation_kind::capacity) == 2);
  CHECK(validate(p, {{4, 34}, {25, 36}, {0, 0}}).ok());
  CHECK(validate(p, {{5, 34}, {26, 36}, {0, 0}}).ok());
  CHECK(validate(p, {{3, 34}, {25, 36}, {0, 0}}).count(violation_kind::starts_in_break) == 1);
  CHECK(validate(p, {{4, 34}, {26, 36}, {0, 0}}).violations.at(0).allowed == 25);
  CHECK(validate(p, {{34, 15}, {55, 25}, {0, 0}}).count(violation_kind::crosses_break) == 1);
}

TEST_CASE("work of zero is free of calendars and renewable capacities, not of budgets") {
  project_builder b;
  const auto crane = b.add_resource(with_breaks(break_rule::closed));
  const auto money = b.add_nonrenewable(3);
  b.add_task(4, {{crane, 2}});
  b.add_task(0, {{crane, 2}, {money, 2}});
  b.add_task(0, {{crane, 1}, {money, 1}});
  const project p = b.build();
  CHECK(validate(p, {{0, 2, 6}, {4, 2, 6}, {0, 0, 0}}).ok());
  const auto report = validate(p, {{0, 2, 6}, {4, 3, 6}, {0, 0, 0}});
  CHECK(report.text(p) == "task 2 finishes at 3, but its work ends at 2\n");
}

TEST_CASE("a mode that needs more than there ever is is reported, beside the overload") {
  project_builder b;
  b.on_excess_demand(excess_demand::keep);
  const auto crane = b.add_renewable(3, "crane");
  b.add_task({.name = "lift", .work = 2, .needs = {{crane, most}}});
  b.add_task({.name = "drop", .work = 2, .needs = {{crane, most}}});
  const project p = b.build();
  const auto apart = validate(p, {{0, 5}, {2, 7}, {0, 0}});
  CHECK(apart.count(violation_kind::excess_demand) == 2);
  CHECK(apart.count(violation_kind::capacity) == 2);
  const auto together = validate(p, {{0, 1}, {2, 3}, {0, 0}});
  CHECK(together.count(violation_kind::capacity) == 1);
  const violation& v = together.violations.back();
  CHECK(v.measured == most);  // the sum of both is cut
  CHECK(v.at == 1);
  CHECK((v.when == interval{0, 3}));
  CHECK(together.violations.front().text(p) ==
        "task lift needs 9223372036854775807 units of resource crane, which has 3");
}

TEST_CASE("sums of demands beyond 64 bits come back exactly") {
  project_builder b;
  const amount half = project_builder::limit;
  const auto r = b.add_renewable(half);
  for (int i = 0; i < 20; ++i) b.add_task(10, {{r, half}});
  b.add_task(5, {{r, half}});
  const project p = b.build();
  schedule s = schedule::unplaced(21);
  for (std::size_t i = 0; i < 20; ++i) s.start[i] = 0, s.finish[i] = 10;
  s.start[20] = 10;
  s.finish[20] = 15;
  const auto report = validate(p, s);
  REQUIRE(report.violations.size() == 1);
  CHECK((report.violations[0].when == interval{0, 10}));
  CHECK(report.violations[0].measured == most);
}

TEST_CASE("users of an overload are listed up to the limit and counted beyond") {
  project_builder b;
  const auto r = b.add_renewable(5, "R");
  for (int i = 0; i < 10; ++i) b.add_task(4, {{r, 1}});
  const project p = b.build();
  schedule s{std::vector<instant>(10, 0), std::vector<instant>(10, 4), std::vector<std::uint32_t>(10, 0)};
  const auto report = validate(p, s, {.listed_tasks = 3});
  REQUIRE(report.violations.size() == 1);
  CHECK(report.text(p) == "resource R in [0, 4): 10 of 5 units used at 0 by 1, 2, 3 and 7 more\n");
}

TEST_CASE("a limit on violations makes the report incomplete, never shorter in silence") {
  project_builder b;
  for (int i = 0; i < 10; ++i) b.add_task(4);
  const project p = b.build();
  const auto report = validate(p, schedule::unplaced(10), {.most_violations = 4});
  CHECK(report.violations.size() == 4);
  CHECK_FALSE(report.complete);
  CHECK_FALSE(report.ok());
  CHECK(report.text(p).ends_with("there may be more: the search ended at a limit\n"));
  CHECK(validate(p, schedule::unplaced(10)).violations.size() == 10);
}

TEST_CASE("calendars that have no time in common end the search at its limit") {
  project_builder b;
  const auto even = b.add_resource({.breaks = calendar::periodic(2, {{0, 1}})});
  const auto odd = b.add_resource({.breaks = calendar::periodic(2, {{1, 2}})});
  b.add_task(1, {{even, 1}, {odd, 1}});
  const project p = b.build();
  const auto report = validate(p, {{0}, {1}, {0}}, {.most_calendar_steps = 1000});
  CHECK_FALSE(report.complete);
  CHECK(report.count(violation_kind::starts_in_break) == 1);
  CHECK(report.count(violation_kind::wrong_finish) == 1);
}

TEST_CASE("cost does not grow with the time scale") {
  const std::int64_t hour = std::int64_t{1} << 44;
  project_builder b;
  const auto shift = calendar::periodic(24 * hour, {{8 * hour, 16 * hour}});
  const auto crane = b.add_resource({.capacity = 2, .breaks = shift, .shrinkings = {{shift, 1}}});
  const auto press = b.add_resource({.breaks = shift, .on_break = break_rule::closed});
  b.add_task(100 * hour, {{crane, 1}});
  b.add_task(8 * hour, {{press, 1}});
  b.add_task(8 * hour, {{crane, 1}});
  const project p = b.build();
  // 100 h of work from 8:00: twelve shifts of 8 h, then 4 h of the thirteenth day.
  CHECK(validate(p, {{8 * hour, 8 * hour, (24 * 20 + 8) * hour},
                     {(12 * 24 + 12) * hour, 16 * hour, (24 * 20 + 16) * hour},
                     {0, 0, 0}})
            .ok());
  const auto report =
      validate(p, {{8 * hour, 8 * hour, 15 * hour}, {(12 * 24 + 12) * hour, 16 * hour, (24 + 15) * hour}, {0, 0, 0}});
  REQUIRE(report.violations.size() == 1);  // both hold a unit over the night, when there is only one
  CHECK((report.violations[0].when == interval{16 * hour, 32 * hour}));
}

TEST_CASE("an empty project has one valid schedule") {
  CHECK(validate(project{}, schedule{}).ok());
  CHECK(validate(project{}, schedule{{0}, {0}, {0}}).count(violation_kind::wrong_size) == 1);
}

TEST_CASE("due dates are soft") {
  project_builder b;
  b.add_task({.work = 5, .dates = {.due = 1}});
  const project p = b.build();
  CHECK(validate(p, {{10}, {15}, {0}}).ok());
}
