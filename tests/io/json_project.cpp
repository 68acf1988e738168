// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_project.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/core/random.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_project.hpp>

#include "support/catch.hpp"
#include "support/project_texts.hpp"
#include "support/same_project.hpp"

using namespace sched;

namespace {

const std::string house = R"({
 "format": "sched-project", "version": 1, "name": "house",
 "resources": [
  {"name": "crew", "capacity": 4, "calendar": {"period": 24, "open": [[8, 17]]}},
  {"name": "money", "kind": "nonrenewable", "capacity": 90},
  {"capacity": 2, "calendar": {"closed": [[40, 48]]}, "on_break": "closed",
   "shrinkings": [{"calendar": {"open": [["-inf", 30]]}, "capacity": 1}]}
 ],
 "tasks": [
  {"number": 1, "name": "dig", "duration": 3, "needs": [["crew", 2]]},
  {"name": "pour", "modes": [
    {"duration": 5, "needs": [[1, 7], ["crew", 1]]},
    {"number": 4, "duration": 2, "needs": [["crew", 4]]}]},
  {"duration": 4, "needs": [[2, 1]], "release": 6, "due": 30, "deadline": 400, "weight": 2.5},
  {"duration": 0, "fixed_start": 500}
 ],
 "precedences": [
  ["dig", "pour"], [1, 3],
  {"from": "pour", "to": 3, "kind": "start-start", "lag": 2},
  {"from": 1, "to": 4, "kind": "finish-finish", "lag": 999, "maximal": true}
 ]
}
)";

project read_it(std::string_view text) { return io::read_json_project(text, "f.json"); }

}  // namespace

TEST_CASE("read_json_project reads everything that a project can say") {
  const project p = read_it(house);
  CHECK(p.name() == "house");
  REQUIRE(p.task_count() == 4);
  REQUIRE(p.resource_count() == 3);
  const resource &crew = p.resources()[0], &crane = p.resources()[2];
  CHECK(crew.name == "crew");
  CHECK(crew.on_break == break_rule::stretching);
  CHECK(crew.breaks.next_closed(8 + 24) == 17 + 24);
  CHECK(p.resources()[1].kind == resource_kind::nonrenewable);
  CHECK(crane.name.empty());
  CHECK(crane.on_break == break_rule::closed);
  CHECK(crane.capacity_at(29) == 2);
  CHECK(crane.capacity_at(30) == 1);
  const task_id dig(0), pour(1), third(2), last(3);
  CHECK(p.task_name(dig) == "dig");
  CHECK(p.demand(dig, resource_id(0)) == 2);
  REQUIRE(p.mode_count(pour) == 2);
  CHECK(p.mode_number(pour, 1) == 4);
  CHECK(p.demand(pour, resource_id(1), 0) == 7);
  CHECK(p.work(pour, 1) == 2);
  CHECK(p.release(third) == 6);
  CHECK(p.due(third) == 30);
  CHECK(p.deadline(third) == 400);
  CHECK(p.weight(third) == 2.5);
  CHECK(p.fixed_start(last) == 500);
  CHECK(p.weight(last) == 1.0);
  CHECK(std::ranges::equal(p.successors(dig), std::vector<sched::adjacency>{{pour}, {third}}));
  CHECK(std::ranges::equal(p.successors(pour), std::vector<sched::adjacency>{{third, lag_kind::start_start, 2}}));
  CHECK(std::ranges::equal(p.maximal_lags(), std::vector<precedence>{{dig, last, lag_kind::finish_finish, 999, true}}));
}

TEST_CASE("write_json_project writes one thing a line, and read_json_project reads the same project back") {
  const project p = read_it(house);
  const std::string text = io::write_json_project(p);
  CHECK(text == R"({
"format":"sched-project","version":1,
"name":"house",
"resources":[
{"name":"crew","capacity":4,"calendar":{"period":24,"open":[[8,17]]}},
{"name":"money","kind":"nonrenewable","capacity":90},
{"capacity":2,"calendar":{"closed":[[40,48]]},"on_break":"closed","shrinkings":[{"calendar":{"open":[["-inf",30]]},"capacity":1}]}],
"tasks":[
{"number":1,"name":"dig","duration":3,"needs":[["crew",2]]},
{"number":2,"name":"pour","modes":[{"number":1,"duration":5,"needs":[["crew",1],["money",7]]},{"number":4,"duration":2,"needs":[["crew",4]]}]},
{"number":3,"duration":4,"needs":[[2,1]],"release":6,"due":30,"deadline":400,"weight":2.5},
{"number":4,"duration":0,"fixed_start":500}],
"precedences":[
[1,2],
[1,3],
{"from":2,"to":3,"kind":"start-start","lag":2},
{"from":1,"to":4,"kind":"finish-finish","lag":999,"maximal":true}]
}
)");
  CHECK(first_difference(p, read_it(text)) == "");
  CHECK(read_it(text).name() == "house");
  CHECK(io::write_json_project(read_it(text)) == text);
}

TEST_CASE("random projects of every kind survive writing and reading") {
  random_generator random(11);
  for (int round = 0; round < 60; ++round) {
    random_project_options o;
    o.tasks = 1 + static_cast<std::size_t>(random.below(40));
    o.dummies = round % 2 == 0;
    o.named = round % 3 == 0;
    o.shuffled = round % 5 == 0;
    if (round % 4 != 0) {
      o.max_modes = 3;
      o.lag_probability = o.maximal_lag_probability = o.release_probability = o.due_probability = 0.4;
      o.deadline_probability = o.fixed_probability = 0.3;
      o.closed_probability = o.stretching_probability = 0.4;
      o.shrinking_probability = 0.5;
    }
    const project p = random_project(o, random);
    const std::string text = io::write_json_project(p);
    const project q = read_it(text);
    CAPTURE(text);
    REQUIRE(first_difference(p, q) == "");
    REQUIRE(io::write_json_project(q) == text);
  }
}

TEST_CASE("read_json_project counts from any first number and keeps oversized tasks when told to") {
  const std::string text =
      R"({"format":"sched-project","version":1,"first_number":0,"keep_oversized":true,"resources":[{"capacity":1}],)"
      R"("tasks":[{"duration":1,"needs":[[0,2]]},{"number":1,"duration":2}],"precedences":[[0,1]]})";
  const project p = read_it(text);
  CHECK(p.first_number() == 0);
  CHECK(p.name() == "f");
  CHECK(std::ranges::equal(p.oversized(), std::vector<task_id>{task_id(0)}));
  CHECK(first_difference(p, read_it(io::write_json_project(p))) == "");
  CHECK(complaint(read_it, with(text, "true", "false")) ==
        "f.json:1: task 0: demand 2 above the capacity 1 of resource R1");
  const project empty = read_it(R"({"format":"sched-project","version":1,"tasks":[]})");
  CHECK(empty.task_count() == 0);
  CHECK(io::write_json_project(empty) ==
        "{\n\"format\":\"sched-project\",\"version\":1,\n\"name\":\"f\",\n\"resources\":[],\n\"tasks\":[],"
        "\n\"precedences\":[]\n}\n");
}

TEST_CASE("read_project_any chooses by the extension") {
  CHECK(io::read_project_any(house, "a/b.JSON").name() == "house");
  CHECK(io::read_project_any(house, "b.json.gz").name() == "house");
  CHECK(io::read_project_any("1 0 5 0", "b.rcp").name() == "b");
  CHECK_THROWS_AS(io::read_project_any(house, "b.sm"), error);
  CHECK_THROWS_WITH(io::read_project_any(house, "b.txt"),
                    "b.txt: unknown kind of project file '.txt', expected .sm .mm .rcp .sch .json");
}

TEST_CASE("read_json_project says file, line, place and reason of whatever is malformed") {
  const auto says = [](const std::string& text) { return complaint(read_it, text); };
  CHECK(says("") == "f.json:1: empty: no JSON");
  CHECK(says(with(house, "\"due\": 30,", "\"due\": 30")) ==
        "f.json:14: syntax error while parsing object - unexpected string literal; expected '}'");
  CHECK(says("[]") == "f.json:1: expected an object");
  CHECK(says("{}") == "f.json:1: member 'format' is missing");
  CHECK(says(with(house, "sched-project", "project")) == "f.json:2: /format: expected \"sched-project\"");
  CHECK(says(with(house, "\"version\": 1", "\"version\": 2")) == "f.json:2: /version: only version 1 can be read");
  CHECK(says(with(house, "\"precedences\"", "\"precedence\"")) == "f.json:1: unknown member 'precedence'");
  CHECK(says(with(house, "\"precedences\"", "\"tasks\"")) == "f.json:17: /tasks: given twice");
  CHECK(says(with(house, "\"capacity\": 90", "\"capacity\": -90")) ==
        "f.json:5: /resources/1/capacity: outside 0 to 1152921504606846976");
  CHECK(says(with(house, "\"nonrenewable\"", "\"spent\"")) ==
        "f.json:5: /resources/1/kind: expected \"renewable\" or \"nonrenewable\"");
  CHECK(says(with(house, ", \"capacity\": 4", "")) == "f.json:4: /resources/0: member 'capacity' is missing");
  CHECK(says(with(house, "\"on_break\": \"closed\"", "\"on_break\": \"open\"")) ==
        "f.json:6: /resources/2/on_break: expected \"stretching\" or \"closed\"");
  CHECK(says(with(house, "\"calendar\": {\"closed\": [[40, 48]]}, ", "")) ==
        "f.json:6: /resources/2/on_break: without a calendar");
  CHECK(says(with(house, "\"period\": 24", "\"period\": 0")) ==
        "f.json:4: /resources/0/calendar/period: outside 1 to 1152921504606846976");
  CHECK(says(with(house, "\"capacity\": 1}]", "\"capacity\": 3}]")) ==
        "f.json:6: resource R3: shrunk capacity 3 outside 0 … 2");
  CHECK(says(with(house, "\"capacity\": 90", "\"capacity\": 90, \"calendar\": {\"open\": []}")) ==
        "f.json:5: resource money: a non-renewable resource has no calendar");
  CHECK(says(with(house, "\"name\": \"money\"", "\"name\": \"crew\"")) ==
        "f.json:5: /resources/1/name: another resource is named 'crew'");
  CHECK(says(with(house, "\"number\": 1,", "\"number\": 2,")) == "f.json:10: /tasks/0/number: expected 1");
  CHECK(says(with(house, "\"duration\": 3", "\"duration\": 3.5")) ==
        "f.json:10: /tasks/0/duration: expected a whole number");
  CHECK(says(with(house, "\"duration\": 3", "\"duration\": 99999999999999999999")) ==
        "f.json:10: /tasks/0/duration: outside 0 to 1152921504606846976");
  CHECK(says(with(house, "\"duration\": 3", "\"length\": 3")) == "f.json:10: /tasks/0: unknown member 'length'");
  CHECK(says(with(house, "\"duration\": 3, ", "")) == "f.json:10: /tasks/0: member 'duration' is missing");
  CHECK(says(with(house, "[[\"crew\", 2]]", "[[\"crane\", 2]]")) ==
        "f.json:10: /tasks/0/needs/0/0: unknown resource 'crane'");
  CHECK(says(with(house, "[[\"crew\", 2]]", "[[3, 2]]")) == "f.json:10: /tasks/0/needs/0/0: unknown resource 3");
  CHECK(says(with(house, "[[\"crew\", 2]]", "[[\"crew\"]]")) ==
        "f.json:10: /tasks/0/needs/0: expected [resource, units]");
  CHECK(says(with(house, "[[\"crew\", 2]]", "[[\"crew\", 2], [0, 1]]")) ==
        "f.json:10: task dig: two demands for resource crew");
  CHECK(says(with(house, "[[\"crew\", 2]]", "[[\"crew\", 5]]")) ==
        "f.json:10: task dig: demand 5 above the capacity 4 of resource crew");
  CHECK(says(with(house, "\"name\": \"pour\",", "\"name\": \"pour\", \"duration\": 1,")) ==
        "f.json:11: /tasks/1/duration: beside modes");
  CHECK(says(with(house, "\"number\": 4", "\"number\": 1")) == "f.json:11: task pour: two modes with the same number");
  CHECK(says(with(house, "{\"duration\": 4", "{\"name\": \"dig\", \"duration\": 4")) ==
        "f.json:14: /tasks/2/name: another task is named 'dig'");
  CHECK(says(with(house, "\"deadline\": 400", "\"deadline\": 4")) ==
        "f.json:14: task 3: deadline 4 before its release date 6");
  CHECK(says(with(house, "\"weight\": 2.5", "\"weight\": -2.5")) ==
        "f.json:14: task 3: weight must be a finite number, 0 or more");
  CHECK(says(with(house, "\"weight\": 2.5", "\"weight\": \"2\"")) == "f.json:14: /tasks/2/weight: expected a number");
  CHECK(says(with(house, "[1, 3],", "[1, 5],")) == "f.json:18: /precedences/1/1: unknown task 5");
  CHECK(says(with(house, "[1, 3],", "[0, 3],")) == "f.json:18: /precedences/1/0: unknown task 0");
  CHECK(says(with(house, "[1, 3],", "[1, 3, 4],")) == "f.json:18: /precedences/1: expected [from, to]");
  CHECK(says(with(house, "\"from\": \"pour\"", "\"from\": \"paint\"")) ==
        "f.json:19: /precedences/2/from: unknown task 'paint'");
  CHECK(says(with(house, "start-start", "SS")) == "f.json:19: /precedences/2/kind: unknown kind of precedence 'SS'");
  CHECK(says(with(house, "\"maximal\": true", "\"maximal\": 1")) ==
        "f.json:20: /precedences/3/maximal: expected true or false");
  CHECK(says(with(house, "[1, 3],", "[1, 3], [3,\n \"dig\"],")) == "f.json:18: cycle: dig -> 3 -> dig");
  CHECK(says(with(house, "[1, 3],", "[1, 3],\n[2, 2],")) == "f.json:19: cycle: pour -> pour");
  CHECK(says(with(with(house, "\"duration\": 3,", "\"duration\": 1152921504606846976,"), "\"duration\": 0,",
                  "\"duration\": 9,")) == "f.json:9: overflow: all durations and lags together exceed 2^60 ticks");
}

TEST_CASE("write_json_project refuses what JSON cannot express") {
  project_builder b;
  b.add_task({.name = "\xff"});
  CHECK_THROWS_AS(io::write_json_project(b.build()), error);
}

TEST_CASE("read_json_project answers any mistreated file with an error or a sound project") {
  mistreat(read_it, house);
}
