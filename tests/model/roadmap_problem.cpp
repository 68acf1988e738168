// SPDX-License-Identifier: BSL-1.0
#include <sched/model/roadmap_problem.hpp>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"
#include "support/roadmaps.hpp"

using namespace sched;
using namespace roadmaps;

namespace {

constexpr auto floor_mode = roadmap_mode::compatible_floor;
constexpr auto ceil_mode = roadmap_mode::compatible_ceil;

std::vector<std::string> names_of(const roadmap_problem& p, std::span<const std::uint32_t> resources) {
  std::vector<std::string> out;
  for (const std::uint32_t r : resources) out.push_back(p.resource_names()[r]);
  return out;
}

}  // namespace

TEST_CASE("days are rounded as the two flavours do") {
  CHECK(rounded_days(2.5, floor_mode) == 2);
  CHECK(rounded_days(-2, floor_mode) == -2);
  CHECK(rounded_days(-0.5, floor_mode) == -1);
  CHECK(rounded_days(2.9999999999999, floor_mode) == 3);  // a microsecond is as near as it looks
  CHECK(rounded_days(2.99999, floor_mode) == 2);
  CHECK(rounded_days(2.5, ceil_mode) == 3);
  CHECK(rounded_days(-2, ceil_mode) == 0);
  CHECK(rounded_days(3.0000000001, ceil_mode) == 4);
}

TEST_CASE("tasks are numbered by the bytes of their ids, whatever their order") {
  const roadmap r = plan_of({task("b", 1), task("\xc3\xa4", 1), task("Z", 1), task("a", 1)});
  const roadmap_problem p(r, {});
  REQUIRE(p.size() == 4);
  CHECK(p.id(0) == "Z");
  CHECK(p.id(1) == "a");
  CHECK(p.id(2) == "b");
  CHECK(p.id(3) == "\xc3\xa4");
  CHECK(p.position(1) == 3);
  CHECK(p.find("b") == 2U);
  CHECK_FALSE(p.find("c").has_value());
}

TEST_CASE("of two definitions the last one counts in compatible modes, native mode refuses") {
  const roadmap r = plan_of({task("a", 1), task("a", 2)});
  CHECK(roadmap_problem(r, {.mode = floor_mode}).length(0) == 2);
  CHECK_THROWS_WITH(roadmap_problem(r, {}), "task \"a\" is defined twice");
}

TEST_CASE("a fraction of a day opens a day; only one flavour fills it") {
  const roadmap r = plan_of({task("a", 2.5)});
  const roadmap_problem down(r, {.mode = floor_mode});
  CHECK((down.work(0) == 3 && down.unfilled(0) == 1 && down.length(0) == 2.5));
  const roadmap_problem up(r, {.mode = ceil_mode});
  CHECK((up.work(0) == 3 && up.unfilled(0) == 0));
  const roadmap_problem hours(r, {.ticks_per_day = 8});
  CHECK((hours.work(0) == 20 && hours.length(0) == 20));
}

TEST_CASE("dependencies on completed work are satisfied; on nothing, an error or a task that never starts") {
  roadmap r = plan_of({task("a", 1), task("b", 1, {"r"}, {{"a", 1.5}, {"gone", 0}})});
  r.completed = {"gone"};
  const roadmap_problem p(r, {});
  REQUIRE(p.predecessors(1).size() == 1);
  CHECK(p.predecessors(1)[0].lag == 2);
  CHECK(p.successors(0)[0].task == 1);
  CHECK(p.follows_completed(1));
  r.completed = {};
  CHECK_THROWS_WITH(roadmap_problem(r, {}), "task \"b\" waits for \"gone\", which is neither a task nor completed");
  CHECK(roadmap_problem(r, {.mode = ceil_mode}).waits_for_nothing(1));
  r.completed = {"a", "gone"};
  CHECK(roadmap_problem(r, {}).size() == 1);
  CHECK(roadmap_problem(r, {}).dropped() == std::vector<roadmap_index>{0});
  CHECK(roadmap_problem(r, {.mode = ceil_mode}).completed(0));
}

TEST_CASE("expressions become candidates, explicit names needs") {
  roadmap r =
      plan_of({anyone("x", 1, "s|*|!q"), task("y", 1, {"q", "s", "q"})}, {person("r"), person("q"), person("s")});
  r.tasks[1].demands = {1, 1, 1};
  const roadmap_problem p(r, {});
  CHECK(p.automatic(0));
  CHECK(names_of(p, p.candidates(0)) == std::vector<std::string>{"s", "r"});
  CHECK(names_of(p, p.listed(1)) == std::vector<std::string>{"q", "s", "q"});
  CHECK(p.needs(1).size() == 2);
  CHECK(p.can_use(0, 0));
  CHECK_FALSE(p.can_use(0, 1));
  CHECK(p.can_use(1, 1));
  r.tasks[1].resources = {"zed"};
  CHECK_THROWS_WITH(roadmap_problem(r, {}), "task \"y\": resource \"zed\" is not declared");
  CHECK(roadmap_problem(r, {.mode = floor_mode}).resource_count() == 4);
  // An expression may name it in compatible modes, since it has a calendar then.
  r.tasks[0].spec = "zed|other|r";
  const roadmap_problem compatible(r, {.mode = floor_mode});
  CHECK(names_of(compatible, compatible.candidates(0)) == std::vector<std::string>{"zed", "r"});
}

TEST_CASE("without people an expression is not active") {
  roadmap r = plan_of({anyone("x", 1, "*")});
  CHECK_FALSE(roadmap_problem(r, {}).automatic(0));
  r.people.emplace();
  CHECK(roadmap_problem(r, {}).automatic(0));
}

TEST_CASE("what is malformed is refused by name") {
  const auto refused = [](const roadmap& r, const char* why, roadmap_options o = {}) {
    CHECK_THROWS_WITH(roadmap_problem(r, o), why);
  };
  refused(plan_of({task("a", -1)}), "task \"a\": the duration is negative");
  refused(plan_of({task("a", std::nan(""))}), "task \"a\": the duration is no number");
  refused(plan_of({task("a", 1e300)}), "task \"a\": the duration is too long");
  refused(plan_of({task("a", 1e300)}), "task \"a\": the duration is too long", {.mode = ceil_mode});
  refused(plan_of({task("a", 1), task("b", 1, {"r"}, {{"a", std::numeric_limits<double>::infinity()}})}),
          "task \"b\": the lag behind \"a\" is no sensible number");
  roadmap demand = plan_of({task("a", 1)});
  demand.tasks[0].demands = {0};
  refused(demand, "task \"a\": a demand below 1");
  roadmap backwards = plan_of({task("a", 1)});
  backwards.closed = {{5, 4}};
  refused(backwards, "the roadmap: a closed period ends before it begins");
  roadmap negative = plan_of({task("a", 1)}, {person("r")});
  negative.people->resources[0].capacity = -1;
  refused(negative, "resource \"r\": the capacity is negative");
  refused(plan_of({}), "a day must have at least one tick", {.ticks_per_day = 0});
}

TEST_CASE("fixed tasks have their stay, on closed periods but not on each other") {
  roadmap r =
      plan_of({task("a", 3), task("b", 3), task("c", 2), task("d", 2)}, {person("r", {{january + 1, january + 2}})});
  r.tasks[0].start_on = january;
  r.tasks[1].end_on = january + 9;
  r.tasks[2].start_on = january + 4;
  r.tasks[2].end_on = january + 4;
  r.tasks[3].start_on = january;
  const roadmap_problem p(r, {});
  CHECK(p.fixed_stay(0) == interval(january, january + 5));
  CHECK(p.fixed_stay(1) == interval(january + 7, january + 10));
  CHECK(p.fixed_stay(2) == interval(january + 4, january + 5));
  CHECK(p.fixed_stay(3) == interval(january, january + 4));
  const roadmap_problem closed_days(r, {.mode = floor_mode});
  CHECK(closed_days.fixed_stay(0) == interval(january, january + 6));
  CHECK(closed_days.fixed_stay(1) == interval(january + 6, january + 10));
}
