// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/roadmap_due_dates.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/solve/roadmap.hpp>

#include "support/catch.hpp"
#include "support/roadmaps.hpp"

using namespace sched;
using namespace roadmaps;

namespace {

roadmap_due_dates pass(const roadmap& r, const roadmap_options& o = {}) {
  return find_due_dates(roadmap_problem(r, o), o);
}

}  // namespace

TEST_CASE("the exact pass ends a dependency where the dependent must start") {
  roadmap r = plan_of({task("A", 5), task("B", 3, {"r"}, {{"A", 0}})});
  r.tasks[1].end_before = day("01-09");
  const roadmap_due_dates d = pass(r);
  CHECK(text(d.due[0]) == "01-07");
  CHECK(text(d.due[1]) == "01-10");
  // The simple pass of the compatible modes is one day too early per arc: inclusive day 01-06, 01-07 as a tick.
  CHECK(text(pass(r, {.mode = roadmap_mode::compatible_floor}).due[0]) == "01-07");
  r.tasks[1].dependencies[0].lag = 2;
  CHECK(text(pass(r).due[0]) == "01-05");
  CHECK(text(pass(r, {.backward_pass = roadmap_backward_pass::simple}).due[0]) == "01-05");
}

TEST_CASE("the exact pass looks back over closed periods, fixed work and the best candidate") {
  roadmap r = plan_of({task("A", 1), task("B", 3, {"r"}, {{"A", 0}})}, {person("r", {{day("01-05"), day("01-08")}})});
  r.tasks[1].end_before = day("01-10");
  CHECK(text(pass(r).due[0]) == "01-04");  // 01-04, then 01-09 and 01-10
  CHECK(text(pass(r, {.backward_pass = roadmap_backward_pass::simple}).due[0]) == "01-08");

  roadmap fixed = plan_of({task("A", 1), task("B", 3, {"r"}, {{"A", 0}}), task("F", 2)});
  fixed.tasks[1].end_before = day("01-10");
  fixed.tasks[2].start_on = day("01-09");
  CHECK(text(pass(fixed).due[0]) == "01-06");

  roadmap two = plan_of({task("A", 1), anyone("B", 3, "*")},
                        {person("r", {{day("01-05"), day("01-08")}}), person("q", {{day("01-10"), day("01-10")}})});
  two.tasks[1].dependencies = {{"A", 0}};
  two.tasks[1].end_before = day("01-10");
  CHECK(text(pass(two).due[0]) == "01-07");  // on q
}

TEST_CASE("a fixed dependent wants its dependencies before its start, due date or not") {
  roadmap r = plan_of({task("A", 1), task("F", 3, {"r"}, {{"A", 1}})});
  r.tasks[1].start_on = day("01-20");
  CHECK(text(pass(r).due[0]) == "01-19");
  CHECK(pass(r, {.mode = roadmap_mode::compatible_ceil}).due[0] == instant::infinity());
}

TEST_CASE("priority is inherited from the most important dependent, or not at all") {
  roadmap r = plan_of({task("a", 1), task("b", 1, {"r"}, {{"a", 0}}), task("c", 1, {"r"}, {{"b", 0}}),
                       task("d", 1, {"r"}, {{"a", 0}})});
  r.tasks[1].priority = 20;
  r.tasks[2].priority = 90;
  r.tasks[3].priority = 60;
  CHECK(pass(r).priority == std::vector<std::int64_t>{90, 90, 90, 60});
  CHECK(pass(r, {.inherit_priority = false}).priority == std::vector<std::int64_t>{50, 20, 90, 60});
  CHECK(pass(r).order.front() == 0);
}

TEST_CASE("given dates replace the pass") {
  roadmap r = plan_of({task("a", 1), task("b", 1, {"r"}, {{"a", 0}})});
  r.tasks[1].end_before = day("01-05");
  r.given.emplace();
  r.given->deadlines = {{"a", day("01-03")}, {"nobody", day("01-01")}};
  r.given->priorities = {{"b", 7}};
  const roadmap_due_dates d = pass(r);
  CHECK(text(d.due[0]) == "01-04");
  CHECK(d.due[1] == instant::infinity());
  CHECK(d.priority == std::vector<std::int64_t>{50, 7});
}

TEST_CASE("on dedicated resources the exact pass is exact: never later than necessary, never earlier") {
  random_generator rng(11);
  for (int round = 0; round < 400; ++round) {
    // A chain, a resource each, closed periods at random; the last task has a due date.
    roadmap r = plan_of({});
    r.people.emplace();
    const int n = static_cast<int>(rng.between(2, 5));
    for (int i = 0; i < n; ++i) {
      const std::string id(1, static_cast<char>('a' + i));
      std::vector<day_range> closed;
      for (int k = 0; k < 3; ++k) {
        const std::int64_t first = january + rng.between(0, 60);
        closed.push_back({first, first + rng.between(0, 6)});
      }
      r.people->resources.push_back(person("r" + id, closed));
      r.tasks.push_back(task(id, static_cast<double>(rng.between(0, 6)), {"r" + id}));
      if (i > 0)
        r.tasks.back().dependencies = {
            {std::string(1, static_cast<char>('a' + i - 1)), 1.0 * static_cast<double>(rng.between(0, 3))}};
    }
    r.tasks.back().end_before = january + rng.between(45, 70);
    const auto due = static_cast<instant>(*r.tasks.back().end_before + 1);
    const roadmap_due_dates d = pass(r);
    const auto last_finish = [&](day_number first_done) {
      roadmap moved = r;  // the first task as if it were done by then
      moved.tasks[0].duration = 0;
      moved.tasks[0].resources.clear();
      moved.tasks[0].start_after = first_done;
      const roadmap_result x = plan_roadmap(moved);
      return find(moved, x, moved.tasks.back().id)->finish;
    };
    if (d.due[0] < january + 1) continue;  // nothing can be tried before now
    INFO("round " << round);
    CHECK(last_finish(d.due[0].count()) <= due);
    CHECK(last_finish(d.due[0].count() + 1) > due);
  }
}
