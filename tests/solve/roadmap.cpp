// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/roadmap.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/combine.hpp>
#include <sched/calendar/weekly.hpp>
#include <sched/core/error.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/task_rules.hpp>

#include "support/catch.hpp"
#include "support/roadmaps.hpp"

using namespace sched;
using namespace roadmaps;

namespace {

using places = std::map<std::string, std::string>;

places native(const roadmap& r, roadmap_options o = {}) {
  const roadmap_result x = plan_roadmap(r, o);
  REQUIRE(x.status == roadmap_status::complete);
  return placed(r, x);
}
constexpr auto bounded = roadmap_algorithm::bounded_rollout;
constexpr auto critical_path_first = roadmap_algorithm::critical_path;

roadmap showcase(bool released_later) {
  roadmap r =
      plan_of({task("blocker", 2, {"bob"}), task("low", 10, {"alice"}), task("high", 5, {"alice"}, {{"blocker", 0}})});
  r.tasks[0].priority = 50;
  r.tasks[1].priority = 40;
  r.tasks[2].priority = 100;
  if (released_later)
    for (roadmap_task& t : r.tasks) t.start_after = day("01-06");
  return r;
}

}  // namespace

TEST_CASE("native time is half-open: the next task starts where the last one ends") {
  const roadmap chain = plan_of({task("a", 5), task("b", 3, {"r"}, {{"a", 0}})});
  CHECK(native(chain) == places{{"a", "01-01..06 r"}, {"b", "01-06..09 r"}});
  const roadmap fraction = plan_of({task("a", 2.5), task("b", 0.5), task("c", 0.5, {"r"}, {{"b", 0}})});
  CHECK(native(fraction) == places{{"a", "01-01..04 r"}, {"b", "01-04..05 r"}, {"c", "01-05..06 r"}});
}

TEST_CASE("a chain of milestones costs no time, and a milestone waits for nobody") {
  const roadmap chain = plan_of({task("m1", 0), task("m2", 0, {}, {{"m1", 0}}), task("m3", 0, {}, {{"m2", 0}}),
                                 task("x", 1, {"r"}, {{"m3", 0}})});
  const places p = native(chain);
  CHECK(p.at("m1") == "01-01..01");
  CHECK(p.at("m3") == "01-01..01");
  CHECK(p.at("x") == "01-01..02 r");

  roadmap busy = plan_of({task("big", 20), task("m", 0)});
  busy.tasks[0].priority = 90;
  busy.tasks[1].start_after = day("01-05");
  for (const auto algorithm : {roadmap_algorithm::greedy, bounded, critical_path_first})
    CHECK(native(busy, {.algorithm = algorithm}).at("m") == "01-05..05");
}

TEST_CASE("negative lags let dependents start before the end") {
  const roadmap r = plan_of({task("a", 5), task("b", 1, {"q"}, {{"a", -2}})});
  CHECK(native(r).at("b") == "01-04..05 q");
}

TEST_CASE("work pauses over fixed work and closed periods") {
  roadmap r = plan_of({task("f", 3), task("c", 6)});
  r.tasks[0].start_on = day("01-04");
  CHECK(native(r) == places{{"f", "01-04..07 r"}, {"c", "01-01..10 r"}});

  roadmap two = plan_of({task("f", 5), task("g", 5), task("c", 1)});
  two.tasks[0].start_on = two.tasks[1].start_on = january;
  CHECK(native(two).at("c") == "01-06..07 r");

  roadmap closed = plan_of({task("a", 5)});
  closed.closed = {{day("01-03"), day("01-05")}};
  CHECK(native(closed).at("a") == "01-01..09 r");
  closed.tasks[0].start_on = january;
  CHECK(native(closed).at("a") == "01-01..09 r");
}

TEST_CASE("a task that is fixed at its end starts its duration before it") {
  roadmap r = plan_of({task("a", 5)});
  r.tasks[0].end_on = day("01-20");
  CHECK(native(r).at("a") == "01-16..21 r");
}

TEST_CASE("several resources work only when all can, and are held together") {
  const roadmap r = plan_of({task("a", 4, {"r", "q"}), task("b", 1, {"q"})},
                            {person("r", {{day("01-03"), day("01-10")}}), person("q")});
  CHECK(native(r) == places{{"a", "01-01..13 r q"}, {"b", "01-13..14 q"}});
}

TEST_CASE("an automatic task waits for whoever completes it first") {
  const auto away = [](int first, int last) { return std::vector<day_range>{{january + first, january + last}}; };
  const auto ten_days = [&](std::string spec, std::vector<roadmap_resource> people) {
    return native(plan_of({anyone("x", 10, std::move(spec))}, std::move(people))).at("x");
  };
  CHECK(ten_days("alice|bob", {person("alice", away(0, 1)), person("bob", away(2, 9))}) == "01-03..13 alice");
  CHECK(ten_days("alice|bob", {person("alice", away(3, 30)), person("bob", away(0, 4))}) == "01-06..16 bob");
  CHECK(ten_days("alice|bob|charlie", {person("alice", away(5, 7)), person("bob", away(0, 1)),
                                       person("charlie", away(0, 4))}) == "01-03..13 bob");
  CHECK(ten_days("alice|bob", {person("alice", away(5, 6)), person("bob", away(0, 7))}) == "01-01..13 alice");
  CHECK(ten_days("alice|bob", {person("alice", away(5, 14)), person("bob", away(0, 7))}) == "01-09..19 bob");
}

TEST_CASE("what a task does whose best candidate is busy is a choice") {
  // bob is best for x from 01-03 on, alice is free but away later.
  roadmap r = plan_of({task("first", 2, {"bob"}), anyone("x", 10, "alice|bob"), task("later", 3, {"bob"})},
                      {person("alice", {{january + 3, january + 40}}), person("bob")});
  r.tasks[0].priority = 90;
  r.tasks[2].priority = 10;
  CHECK(native(r).at("x") == "01-03..13 bob");
  CHECK(native(r, {.placement = roadmap_placement::now}).at("x") == "01-01..02-18 alice");
  const places kept = native(r, {.placement = roadmap_placement::reserve});
  CHECK(kept.at("x") == "01-03..13 bob");
  CHECK(kept.at("later") == "01-13..16 bob");
}

TEST_CASE("look-ahead leaves a person to something more urgent that is about to come") {
  CHECK(native(showcase(false)) ==
        places{{"blocker", "01-01..03 bob"}, {"low", "01-01..11 alice"}, {"high", "01-11..16 alice"}});
  const places ahead{{"blocker", "01-01..03 bob"}, {"low", "01-08..18 alice"}, {"high", "01-03..08 alice"}};
  using width = lookahead_settings::width;
  for (const width w : {width::automatic, width::urgent, width::full}) {
    CHECK(native(showcase(false), {.algorithm = bounded, .lookahead = {.ahead = w}}) == ahead);
    CHECK(native(showcase(true), {.algorithm = bounded, .lookahead = {.ahead = w}}) ==
          places{{"blocker", "01-06..08 bob"}, {"low", "01-13..23 alice"}, {"high", "01-08..13 alice"}});
    CHECK(native(showcase(true), {.algorithm = critical_path_first, .lookahead = {.ahead = w}}).at("high") ==
          "01-08..13 alice");
  }
}

TEST_CASE("the guard compares with plain schedule generation, by what is chosen") {
  const auto high = [](lookahead_settings::guard_by guard) {
    const roadmap r = showcase(false);
    const roadmap_result x = plan_roadmap(r, {.algorithm = bounded, .lookahead = {.guard = guard}});
    return std::pair(x.guarded, placed(r, x).at("high"));
  };
  using enum lookahead_settings::guard_by;
  CHECK(high(none) == std::pair(false, std::string("01-03..08 alice")));
  CHECK(high(objective) == std::pair(false, std::string("01-03..08 alice")));
  CHECK(high(pareto) == std::pair(true, std::string("01-11..16 alice")));  // the whole ends two days later
}

TEST_CASE("a decision says what was compared and what it cost") {
  const roadmap r = showcase(false);
  const roadmap_result x =
      plan_roadmap(r, {.algorithm = bounded, .lookahead = {.ahead = lookahead_settings::width::urgent}});
  REQUIRE(x.decisions.size() == 1);
  const roadmap_decision& d = x.decisions[0];
  CHECK(r.tasks[d.task].id == "low");
  CHECK(r.tasks[d.competitor].id == "high");
  CHECK(d.skipped);
  CHECK(d.priority == 40);
  CHECK(d.competitor_priority == 100);
  CHECK(text(d.competitor_release) == "01-03");
  CHECK(d.barred_until == d.competitor_release);
  CHECK(text(d.horizon) == "01-11");  // low, started now, would end then; high would end before
  // low is seen as unplaced at the horizon: 40 · (10 + 10); high ends 7 days from now: 100 · 7; blocker is placed.
  CHECK(d.skip_cost < d.place_cost);
  CHECK(x.scenarios == 2);
  CHECK(x.bytes_logged > 0);
}

TEST_CASE("target attractiveness puts what blocks the best target first") {
  roadmap r = plan_of({task("slack", 5), task("A", 2, {"r"}, {{"slack", 0}}), task("B", 5)});
  r.tasks[0].priority = 20;
  r.tasks[1].priority = 90;
  r.tasks[2].priority = 80;
  r.tasks[1].end_before = r.tasks[2].end_before = day("01-31");
  CHECK(native(r, {.algorithm = critical_path_first}) ==
        places{{"B", "01-01..06 r"}, {"slack", "01-06..11 r"}, {"A", "01-11..13 r"}});
}

TEST_CASE("of two equal chains the one that is due earlier goes first, also when its head is running") {
  // The reference counts ends of placed dependencies from the first day of the run and prefers the later due date.
  roadmap r = plan_of(
      {task("g1", 5), task("x1", 5, {"r"}, {{"g1", 0}}), task("g2", 5, {"q"}), task("x2", 5, {"r"}, {{"g2", 0}})});
  r.tasks[1].end_before = day("02-20");
  r.tasks[3].end_before = day("04-11");
  const places p = native(r, {.algorithm = critical_path_first});
  CHECK(p.at("x1") == "01-06..11 r");
  CHECK(p.at("x2") == "01-11..16 r");
}

TEST_CASE("shared resources hold as many tasks as they have units") {
  roadmap r = plan_of({task("a", 4, {"room"}), task("b", 4, {"room"}), task("c", 4, {"room"})}, {person("room")});
  r.people->resources[0].capacity = 3;
  r.tasks[2].demands = {2};
  const places p = native(r);
  CHECK(p.at("a") == "01-01..05 room");
  CHECK(p.at("b") == "01-01..05 room");
  CHECK(p.at("c") == "01-05..09 room");

  roadmap halves = plan_of({task("a", 4), task("b", 4), task("c", 4)}, {person("r")});
  for (roadmap_task& t : halves.tasks) t.allocations = {0.5};
  const places h = native(halves, {.shared_allocation = true});
  CHECK(h.at("a") == "01-01..05 r");
  CHECK(h.at("b") == "01-01..05 r");
  CHECK(h.at("c") == "01-05..09 r");
}

TEST_CASE("weekends are any calendar, in ticks of the day") {
  roadmap r = plan_of({task("a", 5)}, {person("r")});
  // 2025-01-01 is a Wednesday; tick 0 is Thursday 1970-01-01.
  r.people->resources[0].calendar =
      calendar::any_calendar(calendar::weekly({{0, 2}, {4, 7}}, 7));  // Thursday, Friday; Monday … Wednesday
  CHECK(native(r).at("a") == "01-01..08 r");
}

TEST_CASE("a first chunk of work too short to be worth it is not begun") {
  roadmap r = plan_of({task("a", 5)}, {person("r", {{day("01-03"), day("01-05")}})});
  CHECK(native(r).at("a") == "01-01..09 r");
  CHECK(native(r, {.min_first_chunk = 3}).at("a") == "01-06..11 r");
  CHECK(native(plan_of({anyone("a", 5, "*")}, {person("r", {{day("01-03"), day("01-05")}})}), {.min_first_chunk = 3})
            .at("a") == "01-06..11 r");
}

TEST_CASE("unassigned work serialises, unless it need not") {
  const roadmap r = plan_of({task("a", 2, {"unassigned"}), task("b", 2, {"unassigned"})}, {person("r")});
  CHECK(native(r).at("b") == "01-03..05 unassigned");
  CHECK(native(r, {.unlimited_unassigned = true}).at("b") == "01-01..03 unassigned");
}

TEST_CASE("what cannot be placed is named with its reason, and the rest is there") {
  roadmap r = plan_of({task("fine", 2), anyone("nobody", 2, "!r"), task("bare", 2, {}), task("big", 2, {"r"}),
                       task("behind", 2, {"r"}, {{"nobody", 0}})},
                      {person("r")});
  r.tasks[3].demands = {2};
  const roadmap_result x = plan_roadmap(r);
  REQUIRE(x.status == roadmap_status::unplaceable);
  CHECK(placed(r, x) == places{{"fine", "01-01..03 r"}});
  std::map<std::string, roadmap_failure> why;
  for (const roadmap_failure& f : x.failed) why[r.tasks[f.task].id] = f;
  using enum roadmap_failure::kind;
  CHECK(why.at("nobody").reason == no_candidate);
  CHECK(why.at("bare").reason == no_resource);
  CHECK(why.at("big").reason == calendar_never_free);
  CHECK(why.at("behind").reason == waits_for);
  CHECK(r.tasks[why.at("behind").other].id == "nobody");
}

TEST_CASE("a circle is a status that names it") {
  const roadmap r = plan_of({task("a", 1, {"r"}, {{"c", 0}}), task("b", 1, {"r"}, {{"a", 0}}),
                             task("c", 1, {"r"}, {{"b", 0}}), task("d", 1, {"r"}, {{"c", 0}}), task("e", 1)});
  const roadmap_result x = plan_roadmap(r);
  REQUIRE(x.status == roadmap_status::cycle);
  std::string names;
  for (const roadmap_index k : x.cycle) names += r.tasks[k].id;
  CHECK((names == "acb" || names == "cba" || names == "bac"));
  CHECK(plan_roadmap(plan_of({task("a", 1, {"r"}, {{"a", 0}})})).cycle == std::vector<roadmap_index>{0});
}

TEST_CASE("completed work is left out, said so, and satisfies what waits for it") {
  roadmap r = plan_of({task("a", 5), task("b", 2, {"r"}, {{"a", 3}, {"gone", 0}})});
  r.completed = {"a", "gone"};
  const roadmap_result x = plan_roadmap(r);
  CHECK(placed(r, x) == places{{"b", "01-01..03 r"}});
  CHECK(x.completed == std::vector<roadmap_index>{0});
}

TEST_CASE("lateness is told against the computed and the own due date") {
  roadmap r = plan_of({task("a", 5), task("b", 3, {"r"}, {{"a", 0}})});
  r.tasks[1].end_before = day("01-07");
  const roadmap_result x = plan_roadmap(r);
  CHECK(x.dates[0].deadline == day("01-05"));
  CHECK(x.dates[0].late == 1);
  CHECK(x.dates[0].own_late == 0);
  CHECK(x.dates[1].deadline == day("01-08"));
  CHECK(x.dates[1].late == 1);
  CHECK(x.dates[1].own_late == 1);
  CHECK(x.warnings == std::vector<std::string>{"task \"a\" is 1 day late: due 2025-01-04, ends 2025-01-05",
                                               "task \"b\" is 1 day late: due 2025-01-07, ends 2025-01-08"});
}

TEST_CASE("fixed tasks that contradict are kept and reported") {
  roadmap r = plan_of({task("a", 5), task("f", 2, {"r"}, {{"a", 0}}), task("g", 3)});
  r.tasks[1].start_on = day("01-02");
  r.tasks[2].start_on = day("01-03");
  const roadmap_result x = plan_roadmap(r);
  CHECK(placed(r, x).at("f") == "01-02..04 r");
  CHECK(x.warnings == std::vector<std::string>{"task \"a\" is 8 days late: due 2025-01-01, ends 2025-01-09",
                                               "fixed task \"f\" starts before \"a\" allows it",
                                               "fixed tasks \"f\" and \"g\" overlap on \"r\""});
}

TEST_CASE("milestones keep nobody from work that others could do, in the reference's target rule") {
  roadmap r = plan_of({anyone("x", 5, "a|b"), task("m", 1, {"a"})}, {person("a"), person("b")});
  r.tasks[1].start_after = day("01-03");
  const roadmap_options o{.algorithm = roadmap_algorithm::critical_path, .mode = roadmap_mode::compatible_ceil};
  CHECK(placed(r, plan_roadmap(r, o)).at("x") == "01-01..06 b");
  r.tasks[1].duration = 0;  // it still lists a
  CHECK(placed(r, plan_roadmap(r, o)).at("x") == "01-01..06 a");
}

TEST_CASE("fixed work of shared people that overlaps is booked by id, in any order of the input") {
  // Together they need more than there is: f keeps its two units, g gets its unit where f has left one.
  roadmap r = plan_of({task("f", 4), task("g", 6), task("x", 2)}, {person("r")});
  r.people->resources[0].capacity = 2;
  r.tasks[0].demands = {2};
  r.tasks[0].start_on = day("01-01");
  r.tasks[1].demands = {1};
  r.tasks[1].start_on = day("01-03");
  const auto plan = placed(r, plan_roadmap(r));
  CHECK(plan.at("x") == "01-05..07 r");
  std::swap(r.tasks[0], r.tasks[1]);
  CHECK(placed(r, plan_roadmap(r)) == plan);
}

TEST_CASE("every passed-over day can be recorded") {
  roadmap r = plan_of({task("a", 3), task("b", 2), anyone("x", 10, "alice|r")},
                      {person("r"), person("alice", {{january, january + 1}})});
  r.tasks[0].priority = 90;
  const roadmap_result x = plan_roadmap(r, {.record_pass_overs = true});
  REQUIRE_FALSE(x.pass_overs.empty());
  bool explicit_wait = false;
  bool best_wait = false;
  for (const roadmap_pass_over& q : x.pass_overs) {
    explicit_wait |= r.tasks[q.task].id == "b" && q.reason == roadmap_pass_over::kind::not_free &&
                     x.resources[q.resource] == "r" && text(q.until) == "01-04";
    best_wait |= r.tasks[q.task].id == "x" && q.reason == roadmap_pass_over::kind::waits_best &&
                 x.resources[q.resource] == "alice" && text(q.until) == "01-03";
  }
  CHECK(explicit_wait);
  CHECK(best_wait);
  CHECK(plan_roadmap(r).pass_overs.empty());
}

TEST_CASE("ticks finer than a day") {
  const roadmap r = plan_of({task("a", 0.5), task("b", 0.25, {"r"}, {{"a", 0.125}})});
  const roadmap_result x = plan_roadmap(r, {.ticks_per_day = 24});
  CHECK(find(r, x, "a")->finish == january * 24 + 12);
  CHECK(find(r, x, "b")->start == january * 24 + 15);
  CHECK(find(r, x, "b")->finish == january * 24 + 21);
}

TEST_CASE("any priority rule schedules a roadmap") {
  const roadmap r = plan_of({task("long", 5), task("short", 2)});
  CHECK(placed(r, plan_roadmap(r, {}, priority::shortest_processing_time{})).at("short") == "01-01..03 r");
  CHECK(placed(r, plan_roadmap(r, {}, priority::longest_processing_time{})).at("long") == "01-01..06 r");
  CHECK(placed(r, plan_roadmap(r, {.algorithm = bounded}, priority::any_rule(priority::latest_finish{}))).size() == 2);
}

TEST_CASE("a planner goes decision by decision and can be stopped") {
  const roadmap r = plan_of({task("a", 1), task("b", 1), task("c", 1)});
  for (const roadmap_algorithm algorithm : {roadmap_algorithm::greedy, bounded, critical_path_first})
    for (const roadmap_mode mode :
         {roadmap_mode::native, roadmap_mode::compatible_floor, roadmap_mode::compatible_ceil}) {
      roadmap_planner p(r, {.algorithm = algorithm, .mode = mode});
      p.init();
      std::size_t steps = 0;
      for (; !p.done(); p.step()) ++steps;
      CHECK(steps >= 3);
      CHECK(p.result().placed.size() == 3);
      CHECK(p.run().placed.size() == 3);  // again

      std::stop_source stop;
      std::uint64_t seen = 0;
      const roadmap_result x = plan_roadmap(r, {.algorithm = algorithm,
                                                .mode = mode,
                                                .watch = {.stop = stop.get_token(), .observer = [&](const progress& q) {
                                                            seen = q.done;
                                                            if (q.done >= 1) stop.request_stop();
                                                          }}});
      CHECK(x.status == roadmap_status::cancelled);
      CHECK(x.placed.size() < 3);
      CHECK(x.failed.back().reason == roadmap_failure::kind::not_reached);
      CHECK(seen >= 1);
    }
}

TEST_CASE("threads change nothing") {
  roadmap r = plan_of({});
  for (int i = 0; i < 40; ++i) {
    roadmap_task t = i % 3 == 0 ? anyone("t" + std::to_string(i), 1 + i % 7, "*")
                                : task("t" + std::to_string(i), 1 + i % 7, {i % 2 == 0 ? "alice" : "bob"});
    t.priority = (i * 37) % 100;
    if (i > 4 && i % 4 == 0) t.dependencies = {{"t" + std::to_string(i - 3), 1.0 * (i % 5)}};
    if (i % 5 == 0) t.end_before = january + 20 + i;
    r.tasks.push_back(t);
  }
  r.people = roadmap_resources{.resources = {person("alice"), person("bob", {{january + 9, january + 12}})}};
  for (const auto mode : {roadmap_mode::native, roadmap_mode::compatible_floor, roadmap_mode::compatible_ceil}) {
    const roadmap_result one = plan_roadmap(r, {.algorithm = bounded, .mode = mode});
    const roadmap_result three = plan_roadmap(r, {.algorithm = bounded, .mode = mode, .threads = 3});
    CHECK(placed(r, one) == placed(r, three));
    CHECK(one.decisions.size() == three.decisions.size());
    CHECK(one.scenarios == three.scenarios);
  }
}

TEST_CASE("nothing at all is complete") {
  const roadmap_result x = plan_roadmap(plan_of({}));
  CHECK(x.status == roadmap_status::complete);
  CHECK(x.placed.empty());
}
