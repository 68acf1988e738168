// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_roadmap_entities.hpp>

#include <string>
#include <string_view>
#include <vector>

#include <sched/io/json_roadmap.hpp>

#include "support/catch.hpp"

using namespace sched;
using calendar::days_from_civil;
using io::text_rules;

namespace {

const std::string house = R"({"format": "sched-roadmap", "version": 1, "name": "house", "now": "2025-01-01",
 "settings": {"algorithm": "bounded-rollout", "strategy": "atc", "ticks_per_day": 2, "rollout": {"guard": "none"}},
 "fiscal_year_start": 4,
 "people": [
  {"name": "alice", "closed": ["2025-05-01", ["2025-07-01", "2025-07-14"]], "working_days": ["mon", "tuesday", "fri"]},
  {"name": "bob", "capacity": 2, "calendar": {"closed": [[1, 2]]}},
  {"name": "carol"}],
 "groups": {"team": ["alice", "bob"]},
 "default_resource": "team",
 "closed": [["2025-12-24", "2026-01-01"], "2025-04-18"],
 "completed": ["permit"],
 "tasks": [
  {"id": "dig", "effort": "5d", "resources": "alice", "enables": ["pour + 1w", "roof"], "priority": 80},
  {"id": "pour", "name": "Pour it", "effort": "2w", "requires": ["permit", "plan"], "resources": ["alice:0.5", "bob"]},
  {"id": "plan", "status": "done"},
  {"id": "roof", "requires": ["pour + 3d", {"task": "dig"}, {"task": "c++", "lag": 0.5}], "resources": "team",
   "timeframe": "2025q4"},
  {"id": "c++", "effort": "0d", "resources": ["bob"], "demands": [2], "end_before": "2025-06-01"},
  {"id": "show", "start_date": "2025-09-01", "end_date": "2025-09-03", "status": "done"}
 ]})";

io::roadmap_document read_it(std::string_view text, text_rules rules = text_rules::strict) {
  return io::read_json_roadmap(text, "f.json", rules);
}
std::string complaint(std::string_view text, text_rules rules = text_rules::strict) {
  try {
    (void)read_it(text, rules);
  } catch (const error& e) {
    return e.what();
  }
  return {};
}
/// A document with a person alice and the given tasks, each on its own line from line 2 on.
std::string document(const std::string& tasks, const std::string& members = {}) {
  return "{\"format\":\"sched-roadmap\",\"version\":1,\"now\":\"2025-01-01\",\"people\":[{\"name\":\"alice\"}]" +
         members + ",\"tasks\":[\n" + tasks + "]}";
}
std::string with_tasks(const std::string& tasks) { return complaint(document(tasks)); }
std::string with_member(const std::string& members) { return complaint(document("", "," + members)); }

}  // namespace

TEST_CASE("a roadmap as people write it becomes tasks") {
  const io::roadmap_document d = read_it(house);
  const roadmap& m = d.map;
  CHECK(m.name == "house");
  CHECK(d.options.algorithm == roadmap_algorithm::bounded_rollout);
  CHECK(d.options.strategy == roadmap_strategy::atc);
  CHECK(d.options.ticks_per_day == 2);
  CHECK(d.options.lookahead.guard == lookahead_settings::guard_by::none);
  REQUIRE(m.people);
  const roadmap_resource &alice = m.people->resources[0], &bob = m.people->resources[1];
  CHECK(alice.closed == std::vector<day_range>{{days_from_civil({2025, 5, 1}), days_from_civil({2025, 5, 1})},
                                               {days_from_civil({2025, 7, 1}), days_from_civil({2025, 7, 14})}});
  REQUIRE(alice.calendar);
  for (day_number day = days_from_civil({2024, 12, 1}); day < days_from_civil({2025, 2, 1}); ++day) {
    const auto w = calendar::weekday_of(day);
    const bool works =
        w == calendar::weekday::monday || w == calendar::weekday::tuesday || w == calendar::weekday::friday;
    CHECK((alice.calendar->next_open(day * 2) == day * 2) == works);
    CHECK((alice.calendar->next_open(day * 2 + 1) == day * 2 + 1) == works);
  }
  CHECK(bob.capacity == 2);
  CHECK(bob.calendar->next_open(1) == 2);
  CHECK(m.people->default_resource == "team");
  CHECK(m.closed[1].first == days_from_civil({2025, 4, 18}));
  CHECK(m.completed == std::vector<std::string>{"permit", "plan"});
  CHECK(d.warnings == std::vector<std::string>{
                          "f.json:15: task 'plan' is done but has no dates: it counts as finished and is not shown"});

  REQUIRE(m.tasks.size() == 5);
  CHECK(d.task_lines == std::vector<std::size_t>{13, 14, 16, 18, 19});
  const roadmap_task &dig = m.tasks[0], &pour = m.tasks[1], &roof = m.tasks[2], &gate = m.tasks[3], &show = m.tasks[4];
  CHECK(dig.duration == 7);
  CHECK(dig.resources == std::vector<std::string>{"alice"});
  CHECK(dig.priority == 80);
  CHECK(pour.name == "Pour it");
  CHECK(pour.duration == Approx(28.0 / 3).epsilon(1e-9));
  CHECK(pour.allocations == std::vector<double>{0.5, 1});
  CHECK(pour.dependencies == std::vector<roadmap_dependency>{{"permit", 0}, {"plan", 0}, {"dig", 7}});
  CHECK(roof.dependencies == std::vector<roadmap_dependency>{{"pour", 3}, {"dig", 0}, {"c++", 0.5}});
  CHECK(roof.spec == "team");
  CHECK(roof.duration == 7);
  CHECK(roof.start_after == days_from_civil({2026, 1, 1}));
  CHECK(roof.end_before == days_from_civil({2026, 3, 31}));
  CHECK(gate.duration == 0);
  CHECK(gate.demands == std::vector<amount>{2});
  CHECK(show.duration == 2);
  CHECK(show.start_on == days_from_civil({2025, 9, 1}));
  CHECK(show.spec == "team");
}

TEST_CASE("efforts may count working days, timeframes may constrain one end") {
  const io::roadmap_document d =
      read_it(document("{\"id\":\"a\",\"effort\":\"3d\",\"timeframe\":\"2025-02\"},\n{\"id\":\"b\"}",
                       ",\"efforts\":\"working\",\"timeframes\":\"end\""));
  CHECK(d.map.tasks[0].duration == 3);
  CHECK(d.map.tasks[1].duration == 5);
  CHECK_FALSE(d.map.tasks[0].start_after);
  CHECK(d.map.tasks[0].end_before == days_from_civil({2025, 2, 28}));
}

TEST_CASE("without people there is nobody to choose among") {
  const std::string text = R"({"format":"sched-roadmap","version":1,"now":"2025-01-01","tasks":[{"id":"a"}]})";
  CHECK_FALSE(read_it(text).map.people);
  CHECK(read_it(text).map.name == "f");
  CHECK(read_it(text).map.tasks[0].resources == std::vector<std::string>{"unassigned"});
}

TEST_CASE("lenient reading forgives what the Mouc scheduler forgives") {
  const io::roadmap_document d = read_it(
      document(
          "{\"id\":\"a\",\"effort\":\"XL\",\"timeframe\":\"soon\",\"start_after\":\"later\",\"status\":\"so so\","
          "\"resources\":[\"alice:much\"],\"requires\":[\"nobody\",\"b + 5x\"]},\n{\"id\":\"b\",\"enables\":[\"z\"]},"
          "\n{\"id\":\"b\",\"effort\":\"2w\"}"),
      text_rules::lenient);
  REQUIRE(d.map.tasks.size() == 3);
  const roadmap_task& a = d.map.tasks[0];
  CHECK(a.duration == 7);
  CHECK_FALSE(a.start_after);
  CHECK_FALSE(a.end_before);
  CHECK(a.dependencies == std::vector<roadmap_dependency>{{"nobody", 0}, {"b + 5x", 0}});
  CHECK(d.map.tasks[2].duration == 14);
  CHECK(d.warnings == std::vector<std::string>{"f.json:3: no task has the id 'z', which 'b' enables: ignored"});
}

TEST_CASE("strict reading says what is wrong, where, with the offending text") {
  CHECK(with_tasks("{\"id\":\"a\",\n\"effort\":\"5x\"}") ==
        "f.json:3: /tasks/0/effort: effort '5x', character 2: expected d, w or m");
  CHECK(with_tasks("{\"id\":\"a\"},\n{\"id\":\"b\",\"requires\":[\"a\",\"a + 2q\"]}") ==
        "f.json:3: /tasks/1/requires/1: dependency 'a + 2q', character 6: expected d, w or m");
  CHECK(with_tasks("{\"id\":\"a\",\"requires\":[\"b\"]}") == "f.json:2: /tasks/0/requires/0: no task has the id 'b'");
  CHECK(with_tasks("{\"id\":\"a\",\"enables\":[\"b\"]}") == "f.json:2: /tasks/0/enables/0: no task has the id 'b'");
  CHECK(with_tasks("{\"id\":\"a\",\"requires\":[{\"task\":\"a\",\"lag\":1e99}]}") ==
        "f.json:2: /tasks/0/requires/0/lag: a lag beyond 10^9 days");
  CHECK(with_tasks("{\"id\":\"a\",\"timeframe\":\"2025q5\"}") ==
        "f.json:2: /tasks/0/timeframe: timeframe '2025q5', character 6: there is no such quarter");
  CHECK(with_tasks("{\"id\":\"a\",\"start_date\":\"2025-02-30\"}") ==
        "f.json:2: /tasks/0/start_date: date '2025-02-30', character 9: there is no such day");
  CHECK(with_tasks("{\"id\":\"a\",\"start_date\":\"2025-02-03\",\"end_date\":\"2025-02-01\"}") ==
        "f.json:2: /tasks/0: ends before it starts");
  CHECK(with_tasks("{\"id\":\"a\",\"resources\":[\"alice:x\"]}") ==
        "f.json:2: /tasks/0: resource 'alice:x', character 7: expected an allocation, a number");
  CHECK(with_tasks("{\"id\":\"a\",\"status\":\"doen\"}") ==
        "f.json:2: /tasks/0/status: unknown status 'doen', expected done, open, todo, planned, in-progress or blocked");
  CHECK(with_tasks("{\"id\":\"a\",\"colour\":1}") == "f.json:2: /tasks/0: unknown member 'colour'");
  CHECK(with_tasks("{\"id\":\"a\"},\n{\"id\":\"a\"}") == "f.json:3: /tasks/1/id: another task has the id 'a'");
  CHECK(with_tasks("{\"id\":\"a\"},\n{\"id\":\"a\",\"status\":\"done\"}") ==
        "f.json:3: /tasks/1/id: another task has the id 'a'");
  CHECK(with_tasks("{\"id\":\"a\",\"status\":\"done\"},\n{\"id\":\"a\"}") ==
        "f.json:3: /tasks/1/id: another task has the id 'a'");
  CHECK(with_tasks("{\"id\":\"\"}") == "f.json:2: /tasks/0/id: an id without text");
  CHECK(with_tasks("{\"id\":\"a\",\"demands\":[1,2]}") == "f.json:2: /tasks/0: expected 1 demands, one per resource");
  CHECK(with_member("\"efforts\":\"hours\"") ==
        "f.json:1: /efforts: unknown choice 'hours', expected one of calendar, working");
  CHECK(with_member("\"fiscal_year_start\":13") == "f.json:1: /fiscal_year_start: outside 1 to 12");
  CHECK(with_member("\"settings\":{\"speed\":1}") == "f.json:1: /settings: unknown setting 'speed'");
  CHECK(with_member("\"groups\":{\"g\":[\"bob\"]}") == "f.json:1: /groups/g/0: no person is named 'bob'");
  CHECK(with_member("\"groups\":{\"alice\":[]}") == "f.json:1: /groups/alice: a person is named 'alice'");
  CHECK(with_member("\"closed\":[\"2025-99-01\"]") ==
        "f.json:1: /closed/0: date '2025-99-01', character 6: there is no such month");
  CHECK(with_member("\"extra\":1") == "f.json:1: unknown member 'extra'");
  const auto with_people = [](const std::string& people) {
    return complaint(R"({"format":"sched-roadmap","version":1,"now":"2025-01-01","people":[)" + people +
                     R"(],"tasks":[]})");
  };
  CHECK(with_people(R"({"name":"a"},{"name":"a"})") == "f.json:1: /people/1/name: another person is named 'a'");
  for (const char* bad : {"", "*", "!a", "a|b", "a:b", " a"})
    CHECK(with_people("{\"name\":\"" + std::string(bad) + "\"}")
              .starts_with("f.json:1: /people/0/name: a name must not"));
  CHECK(with_people(R"({"name":"a","working_days":["mo"]})") ==
        "f.json:1: /people/0/working_days/0: unknown day of the week 'mo', expected mon or monday");
  CHECK(with_people(R"({"name":"a","working_days":[],"calendar":{"closed":[]}})") ==
        "f.json:1: /people/0/working_days: beside a calendar");
  CHECK(complaint(R"({"format":"other"})") == "f.json:1: /format: expected \"sched-roadmap\"");
  CHECK(complaint(R"({"format":"sched-roadmap","version":2})") == "f.json:1: /version: only version 1 can be read");
  CHECK(complaint(R"({"format":"sched-roadmap","version":1,"tasks":[]})") == "f.json:1: member 'now' is missing");
}

TEST_CASE("what is read can be written in the form with durations") {
  const io::roadmap_document d = read_it(house);
  const std::string text = io::write_json_roadmap(d);
  CHECK(io::write_json_roadmap(read_it(text)) == text);
}
