// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/explain_roadmap.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/solve/roadmap.hpp>

#include "support/brute_roadmap.hpp"
#include "support/catch.hpp"
#include "support/native_roadmaps.hpp"

using namespace sched;

namespace {

using bound = roadmap_explanation::bound;
using choice = roadmap_explanation::choice;
using wait = roadmap_wait::kind;

roadmap with_people(std::vector<std::string> names) {
  roadmap map;
  map.people.emplace();
  for (std::string& n : names) map.people->resources.push_back({.name = std::move(n)});
  return map;
}

}  // namespace

TEST_CASE("each kind of bound and wait") {
  roadmap map = with_people({"r", "q"});
  map.people->resources[0].closed = {{5, 6}};
  map.tasks = {
      {.id = "a", .duration = 3, .resources = {"r"}},
      {.id = "b", .duration = 1, .resources = {"r"}},
      {.id = "c", .duration = 2, .resources = {"r"}, .dependencies = {{"a", 2}}},
      {.id = "d", .duration = 3, .resources = {"q"}, .start_after = 4},
      {.id = "e", .duration = 1, .resources = {"q"}, .start_on = 4},
      {.id = "g", .duration = 2, .spec = "r|q"},
      {.id = "h", .duration = 1, .dependencies = {{"x", 0}}},
      {.id = "x", .duration = 1},
      {.id = "m", .duration = 0, .dependencies = {{"d", 0}}},
      {.id = "z", .duration = 1, .resources = {"r"}},
  };
  map.completed = {"z"};
  roadmap_result r;
  r.resources = {"r", "q"};
  r.placed = {
      {.task = 4, .start = 4, .finish = 5, .end = 5, .resources = {1}, .fixed = true},
      {.task = 0, .start = 0, .finish = 3, .end = 3, .resources = {0}},
      {.task = 5, .start = 0, .finish = 2, .end = 2, .resources = {1}, .automatic = true},
      {.task = 1, .start = 3, .finish = 4, .end = 4, .resources = {0}},
      {.task = 3, .start = 5, .finish = 8, .end = 8, .resources = {1}},
      {.task = 2, .start = 7, .finish = 9, .end = 9, .resources = {0}},
      {.task = 8, .start = 8, .finish = 8, .end = 8},
  };
  r.failed = {{6, roadmap_failure::kind::waits_for, 7}, {7, roadmap_failure::kind::no_resource}};
  r.completed = {9};
  r.dates.resize(10);
  r.dates[2] = {.deadline = 8, .priority = 50, .late = 1, .own_late = 1};
  const std::vector<roadmap_explanation> all = explain(map, {}, r);
  REQUIRE(all.size() == 10);
  CHECK(all[0].from == bound::now);
  CHECK(all[0].waits.empty());
  CHECK(all[0].who == choice::named);
  REQUIRE(all[1].waits.size() == 1);  // b waited for a on r
  CHECK(all[1].waits[0].why == wait::held);
  CHECK(all[1].waits[0].other == 0);
  CHECK(all[1].waits[0].to == 3);
  CHECK(all[2].from == bound::dependency);
  CHECK(all[2].dependency == 0);
  CHECK(all[2].lag == 2);
  REQUIRE(all[2].waits.size() == 1);  // closed from 5 to 7
  CHECK(all[2].waits[0].why == wait::closed);
  CHECK(all[2].waits[0].to == 7);
  CHECK(all[2].late == 1);
  CHECK(all[3].from == bound::release);
  CHECK(all[3].waits[0].other == 4);
  CHECK(all[4].from == bound::fixed);
  CHECK(all[5].who == choice::earliest);
  CHECK(all[5].candidates == 2);
  CHECK(all[5].next_best == 0);
  CHECK(all[5].next_completion == 5);
  CHECK(all[6].from == bound::unplaced);
  CHECK(all[6].failure == &r.failed[0]);
  CHECK(all[8].who == choice::nobody);
  CHECK(all[9].from == bound::left_out);
}

TEST_CASE("waiting for the best, and for the look-ahead") {
  roadmap map = with_people({"slow", "best"});
  map.people->resources[0].closed = {{1, 20}};
  map.tasks = {
      {.id = "busy", .duration = 3, .resources = {"best"}},
      {.id = "t", .duration = 4, .spec = "*"},
      {.id = "urgent", .duration = 2, .resources = {"best"}, .start_after = 9},
      {.id = "low", .duration = 5, .resources = {"best"}},
  };
  roadmap_result r;
  r.resources = {"slow", "best"};
  r.placed = {
      {.task = 0, .start = 0, .finish = 3, .end = 3, .resources = {1}},
      {.task = 1, .start = 3, .finish = 7, .end = 7, .resources = {1}, .automatic = true},
      {.task = 2, .start = 9, .finish = 11, .end = 11, .resources = {1}},
      {.task = 3, .start = 11, .finish = 16, .end = 16, .resources = {1}},
  };
  r.dates.resize(4);
  r.decisions = {
      {.at = 7, .task = 3, .competitor = 2, .place_cost = 9, .skip_cost = 4, .skipped = true, .barred_until = 9}};
  std::vector<roadmap_explanation> all = explain(map, {}, r);
  REQUIRE(all[1].waits.size() >= 1);
  CHECK(all[1].waits[0].why == wait::waits_best);
  CHECK(all[1].waits[0].resource == 1);
  CHECK(all[1].waits[0].other == 0);
  REQUIRE(all[3].waits.size() == 4);
  CHECK(all[3].waits[2].why == wait::barred);
  CHECK(all[3].waits[2].from == 7);
  CHECK(all[3].waits[2].to == 9);
  CHECK(all[3].waits[2].other == 2);
  CHECK(all[3].waits[3].other == 2);
  CHECK(all[3].explained());
  all = explain(map, {}, r, {.most_waits = 1});
  REQUIRE(all[3].waits.size() == 2);
  CHECK(all[3].waits[1].why == wait::more);
  CHECK(all[3].waits[1].to == 11);
  r.guarded = true;  // the decisions are not of this schedule
  CHECK_FALSE(explain(map, {}, r)[3].explained());
}

TEST_CASE("a wait of centuries is explained in a bounded number of steps") {
  roadmap map = with_people({"r", "q"});
  map.closed = {{0, 100'000}};
  for (roadmap_resource& who : map.people->resources) who.calendar = calendar::weekly({{0, 1}, {3, 5}}, 7);
  map.tasks = {{.id = "t", .duration = 1, .spec = "r|q"}};
  const roadmap_result r = plan_roadmap(map);
  REQUIRE(r.placed.size() == 1);
  REQUIRE(r.placed[0].start > 100'000);
  const roadmap_explanation all = explain(map, {}, r)[0];
  REQUIRE(all.waits.size() == 1);
  CHECK(all.waits[0].why == wait::closed);
  CHECK(all.waits[0].to == r.placed[0].start);
  const roadmap_explanation some = explain(map, {}, r, {.most_steps = 10})[0];
  REQUIRE(some.waits.size() == 2);
  CHECK(some.waits[1].why == wait::more);
  CHECK(some.waits[1].to == r.placed[0].start);
}

TEST_CASE("waits adjoin, from the first possible tick to the start") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    random_generator random(seed);
    roadmap_options o;
    o.ticks_per_day = random.chance(0.5) ? 1 : 4;
    roadmap map = native_roadmap(random, {.ticks_per_day = o.ticks_per_day, .groups = false});
    for (roadmap_task& t : map.tasks)
      if (t.spec && t.spec->find('!') != std::string::npos) t.spec = "*";
    const roadmap_result r = brute_roadmap(map, o).run();
    const std::vector<roadmap_explanation> all = explain(map, o, r);
    for (const roadmap_assignment& a : r.placed) {
      const roadmap_explanation& e = all[a.task];
      INFO("seed " << seed << ", task " << map.tasks[a.task].id);
      instant t = e.eligible;
      for (const roadmap_wait& w : e.waits) {
        REQUIRE(w.from == t);
        REQUIRE(w.to > w.from);
        t = w.to;
        const bool takes_first = map.tasks[a.task].spec.has_value();  // the brute one does not wait for the best
        if (!takes_first) REQUIRE(w.why != wait::not_tried);
      }
      REQUIRE(t == a.start);
    }
  }
}
