// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/roadmap_reason.hpp>

#include <string>

#include "support/catch.hpp"

using namespace sched;

namespace {

roadmap map_of_two() {
  roadmap map;
  map.now = 20'089;  // 2025-01-01
  map.people.emplace();
  map.people->resources = {{.name = "ann"}, {.name = "bob"}};
  map.tasks = {{.id = "a", .duration = 3, .resources = {"ann"}},
               {.id = "b", .duration = 2, .dependencies = {{"a", 1.5}}, .spec = "*"}};
  return map;
}

}  // namespace

TEST_CASE("dates and lengths") {
  const roadmap map = map_of_two();
  const roadmap_result r;
  const roadmap_reasons days(map, {}, r);
  CHECK(days.when(20'089) == "2025-01-01");
  CHECK(days.when(-1) == "1969-12-31");
  CHECK(days.when(instant::infinity()) == "never");
  CHECK(days.length(1) == "1 day");
  CHECK(days.length(5) == "5 days");
  const roadmap_options hours{.ticks_per_day = 24}, thirds{.ticks_per_day = 7};
  CHECK(roadmap_reasons(map, hours, r).when(20'089 * 24 + 13) == "2025-01-01 13:00");
  CHECK(roadmap_reasons(map, hours, r).length(12) == "0.5 days");
  CHECK(roadmap_reasons(map, thirds, r).when(20'089 * 7 + 2) == "2025-01-01 + 2/7");
}

TEST_CASE("a line says why then, why on whom and how late") {
  const roadmap map = map_of_two();
  roadmap_result r;
  r.resources = {"ann", "bob"};
  r.dates.resize(2);
  r.dates[1].deadline = 20'090;
  const roadmap_reasons say(map, {}, r);
  roadmap_explanation e{
      .task = 1, .from = roadmap_explanation::bound::dependency, .eligible = 20'094, .dependency = 0, .lag = 1.5};
  e.waits = {{20'094, 20'096, roadmap_wait::kind::held, 0, 0}, {20'096, 20'097, roadmap_wait::kind::closed, 1}};
  e.who = roadmap_explanation::choice::earliest;
  e.candidates = 2;
  e.next_best = 1;
  e.next_completion = 20'100;
  e.late = e.own_late = 4;
  CHECK(say.line(e) ==
        "behind a + 1.5 days: possible from 2025-01-06; waited for ann, held by a, until 2025-01-08; bob closed until "
        "2025-01-09; earliest completion of 2 candidates; next bob, 2025-01-12; 4 days late: due 2025-01-01");
  CHECK(say.line({.task = 0, .from = roadmap_explanation::bound::left_out}).empty());
}

TEST_CASE("every failure and the look-ahead's decisions in words") {
  const roadmap map = map_of_two();
  roadmap_result r;
  r.decisions = {{.at = 20'089,
                  .task = 0,
                  .competitor = 1,
                  .competitor_release = 20'091,
                  .place_cost = 900,
                  .skip_cost = 800.5,
                  .horizon = 20'100,
                  .skipped = true}};
  const roadmap_reasons say(map, {}, r);
  CHECK(say.decision(r.decisions[0]) ==
        "2025-01-01: left to b (possible from 2025-01-03): now costs 900, waiting 800.5, to 2025-01-12");
  using reason = roadmap_failure::kind;
  for (reason k : {reason::no_candidate, reason::no_resource, reason::calendar_never_free, reason::waits_for,
                   reason::unknown_dependency, reason::not_reached}) {
    const roadmap_failure f{0, k, 1};
    CHECK_FALSE(say.line({.task = 0, .from = roadmap_explanation::bound::unplaced, .failure = &f}).empty());
  }
}
