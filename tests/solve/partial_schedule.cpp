// SPDX-License-Identifier: BSL-1.0
// What is said before a schedule is tried, what a placed task demands of the others, and what is said at the end.
#include <sched/solve/partial_schedule.hpp>

#include <cstdint>
#include <vector>

#include <sched/core/trail.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/timeline/step_timeline.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

using partial = partial_schedule<step_timeline>;
using ids = std::vector<task_id>;
schedule_result verdict_on(const project& p) { return check_solvable(p, find_critical_path(p)); }
constexpr auto ignore = [](task_id) {};

}  // namespace

TEST_CASE("nothing speaks against a project that keeps its dates") {
  project_builder b;
  const task_id a = b.add_task(5), c = b.add_task({.work = 3, .dates = {.deadline = 8}});
  const task_id d = b.add_task({.work = 1, .dates = {.fixed_start = 8}});
  CHECK(verdict_on(b.add_precedence(a, c).add_precedence(c, d).build()).status == status::feasible);
}

TEST_CASE("every task that the critical path brings past its date is named, the first in words") {
  project_builder b;
  const task_id a = b.add_task({.name = "dig", .work = 5});
  const task_id late = b.add_task({.name = "pour", .work = 3, .dates = {.deadline = 7}});
  const task_id fixed = b.add_task({.name = "cure", .work = 1, .dates = {.fixed_start = 4}});
  const task_id fine = b.add_task({.work = 1, .dates = {.deadline = 6}});
  const schedule_result r =
      verdict_on(b.add_precedence(a, late).add_precedence(a, fixed).add_precedence(a, fine).build());
  CHECK((r.status == status::infeasible && r.tasks == ids{late, fixed}));
  CHECK(r.reason == "task pour cannot finish before 8, its deadline is 7");
}

TEST_CASE("a fixed task in several modes is refused only when its longest mode ends before a bound on its finish") {
  const auto with_lag = [](duration lag) {
    project_builder b;
    const task_id a = b.add_task(5);
    const task_id fixed = b.add_task({.modes = {{.work = 2}, {.work = 6}}, .dates = {.fixed_start = 1}});
    return verdict_on(b.add_precedence(a, fixed, {.kind = lag_kind::finish_finish, .lag = lag}).build());
  };
  CHECK(with_lag(2).status == status::feasible);
  CHECK((with_lag(3).status == status::infeasible && with_lag(3).tasks == ids{task_id(1)}));
}

TEST_CASE("oversized tasks are infeasible, maximal lags unsupported, both with their tasks") {
  project_builder b;
  const resource_id crew = b.add_renewable(2);
  const task_id a = b.add_task(1, {{crew, 1}}), giant = b.add_task(1, {{crew, 3}});
  b.add_precedence(a, giant, {.lag = 4, .maximal = true}).on_excess_demand(excess_demand::keep);
  const schedule_result r = verdict_on(b.build());
  CHECK((r.status == status::infeasible && r.tasks == ids{giant}));
  b.task(giant).needs = {{crew, 2}};
  const schedule_result tied = verdict_on(b.build());
  CHECK((tied.status == status::unsupported && tied.tasks == ids{a, giant}));
}

TEST_CASE("a placed task bounds the start or the finish of its successors, by the kind of the lag") {
  struct expectation {
    lag_kind kind;
    instant ready, min_finish, least_start;
  };
  const instant none = instant::minus_infinity();
  for (const expectation& e :
       {expectation{lag_kind::finish_start, 19, none, 19}, expectation{lag_kind::start_start, 12, none, 12},
        expectation{lag_kind::start_finish, 1, 12, 8}, expectation{lag_kind::finish_finish, 1, 19, 15}}) {
    INFO(to_string(e.kind));
    project_builder b;
    const task_id a = b.add_task(7), c = b.add_task(1);
    const task_id t = b.add_task({.work = 4, .dates = {.release = 1}});
    const project p = b.add_precedence(a, t, {.kind = e.kind, .lag = 2}).add_precedence(c, t).build();
    partial s(p);
    REQUIRE(s.reset(mode::earliest_finish{}, {}));
    CHECK((s.ready(t) == 1 && s.min_finish(t) == none));
    ids freed;
    const auto note = [&](task_id f) { freed.push_back(f); };
    s.place(a, 0, {10, 17}, note);
    CHECK((freed.empty() && !s.eligible(t)));
    s.place(c, 0, {0, 1}, note);
    CHECK((freed == ids{t} && s.eligible(t)));
    CHECK((s.ready(t) == e.ready && s.min_finish(t) == e.min_finish));
    CHECK(s.ready(t, 0) == e.least_start);
    CHECK(s.earliest(t, 0) == interval{e.least_start, e.least_start + 4});
    REQUIRE(s.reset(mode::earliest_finish{}, {}));
    CHECK(s.ready(t) == 1);
  }
}

TEST_CASE("at the end unplaced tasks are named, then fixed tasks that were overtaken, then missed deadlines") {
  project_builder b;
  const task_id a = b.add_task({.work = 2, .dates = {.deadline = 5}});
  const task_id fixed = b.add_task({.work = 1, .dates = {.fixed_start = 4}});
  const project p = b.add_precedence(a, fixed).build();
  const auto ended = [&](instant start, bool all) {
    partial s(p);
    schedule_result trouble;
    REQUIRE((all ? s.begin(mode::earliest_finish{}, {}, trouble, ignore) : s.reset(mode::earliest_finish{}, {})));
    s.place(a, 0, {start, start + 2}, ignore);
    return s.finish();
  };
  CHECK(ended(0, false).status == status::unsolved);
  CHECK(ended(0, false).reason == "task 2 fits nowhere");
  CHECK(ended(0, true).solved());
  CHECK((ended(3, true).status == status::unsolved && ended(3, true).tasks == ids{fixed}));
  project_builder c;
  const task_id due = c.add_task({.work = 2, .dates = {.deadline = 5}});
  const project alone = c.build();
  partial s(alone);
  REQUIRE(s.reset(mode::earliest_finish{}, {}));
  s.place(due, 0, {4, 6}, ignore);
  CHECK((s.finish().status == status::deadline_missed && s.finish().tasks == ids{due}));
  CHECK(s.finish().reason == "task 1 finishes at 6, its deadline is 5");
}

TEST_CASE("beginning frees whoever waits for nobody, places fixed tasks, and says why it cannot") {
  project_builder b;
  const resource_id crew = b.add_renewable(1), fuel = b.add_nonrenewable(3);
  const task_id fixed = b.add_task({.work = 2, .needs = {{crew, 1}, {fuel, 1}}, .dates = {.fixed_start = 4}});
  const task_id after = b.add_task({.work = 1});
  const task_id free = b.add_task({.modes = {{.work = 1, .needs = {{fuel, 1}}}, {.work = 1, .needs = {{fuel, 3}}}}});
  const project p = b.add_precedence(fixed, after).build();
  partial s(p);
  schedule_result trouble;
  ids freed;
  const auto note = [&](task_id t) { freed.push_back(t); };
  REQUIRE(s.begin(mode::earliest_finish{}, {}, trouble, note));
  CHECK((freed == ids{free, after}));
  CHECK((s.placed(fixed) && s.result().start[fixed.index()] == 4 && s.placed_count() == 1));
  const std::vector<std::uint32_t> dear{0, 0, 1};
  freed.clear();
  CHECK_FALSE(s.begin(mode::earliest_finish{}, dear, trouble, note));
  CHECK((freed.empty() && trouble.status == status::unsolved));
  CHECK(trouble.reason == "the given modes overspend a non-renewable resource");
  project_builder c;
  const resource_id one = c.add_renewable(1);
  const task_id first = c.add_task({.work = 2, .needs = {{one, 1}}, .dates = {.fixed_start = 4}});
  const task_id second = c.add_task({.work = 2, .needs = {{one, 1}}, .dates = {.fixed_start = 5}});
  const project twice = c.build();
  partial full(twice);
  CHECK_FALSE(full.begin(mode::earliest_finish{}, {}, trouble, ignore));
  CHECK((trouble.status == status::infeasible && trouble.tasks == ids{second}));
  CHECK((full.placed(first) && trouble.reason == "fixed task 2 does not fit where it is fixed"));
}

TEST_CASE("what is placed through a log is taken back exactly: bookings, bounds, modes and their reserved units") {
  project_builder b;
  const resource_id crew = b.add_renewable(2), fuel = b.add_nonrenewable(10);
  const task_id first = b.add_task(
      {.modes = {{.work = 4, .needs = {{crew, 1}, {fuel, 2}}}, {.work = 2, .needs = {{crew, 2}, {fuel, 9}}}}});
  const task_id second = b.add_task(
      {.modes = {{.work = 3, .needs = {{crew, 1}, {fuel, 1}}}, {.work = 1, .needs = {{crew, 1}, {fuel, 8}}}}});
  const project p = b.add_precedence(first, second, {.kind = lag_kind::start_start, .lag = 1}).build();
  partial s(p);
  REQUIRE(s.reset(mode::earliest_finish{}, {}));
  trail log;
  const auto m = log.mark();
  ids freed;
  s.place(
      first, 1, {0, 2}, [&](task_id t) { freed.push_back(t); }, log);
  CHECK(freed == ids{second});
  CHECK((s.ready(second) == 1 && !s.budget().affordable(second, 1)));
  CHECK(s.earliest(second, 0).start == 2);
  const std::uint64_t stamp = s.placements().back().stamp;
  s.unplace(0);
  log.rewind(m);
  CHECK((s.placed_count() == 0 && s.ready(second) == 0 && !s.eligible(second) && !s.placed(first)));
  CHECK((s.budget().affordable(second, 1) && s.budget().modes()[0] == 0));
  CHECK(s.earliest(second, 0).start == 0);
  CHECK(s.result() == schedule::unplaced(2));
  s.place(first, 0, {0, 4}, ignore, log);
  CHECK(s.placements().back().stamp > stamp);  // unlike that of what was taken back
}
