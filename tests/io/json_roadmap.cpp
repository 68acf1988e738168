// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_roadmap.hpp>

#include <filesystem>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/core/random.hpp>
#include <sched/io/file.hpp>
#include <sched/model/random_roadmap.hpp>

#include "support/catch.hpp"
#include "support/same_roadmap.hpp"

using namespace sched;
using calendar::days_from_civil;

namespace {

const std::string house = R"({"case": "house", "theme": "all", "generator": {"n": 3, "seed": 9, "fractional": true},
 "now": "2025-01-01",
 "config": {"strategy": "priority_first", "cr_weight": 2.5, "algorithm": {"type": "bounded_rollout"},
  "mode": "compatible_ceil", "ticks_per_day": 24, "inherit_priority": false, "min_first_chunk": 3,
  "rollout": {"priority_threshold": 80, "max_horizon_days": null, "lookahead": "full", "guard": "none"},
  "critical_path": {"k": 3.5, "work_transform": "log10", "rollout_max_horizon_days": 7}},
 "tasks": [
  {"id": "a", "duration": 2.5, "resources": ["r", "q"], "allocations": [0.5, 1], "demands": [2, 1], "name": "First"},
  {"id": "b", "duration": 0, "deps": [["a", 1], ["z", -0.5]], "priority": 70},
  {"id": "c", "duration": 4, "spec": "r|q", "demands": [2], "start_after": "2025-02-01", "end_before": "2025-02-03"},
  {"id": "d", "duration": 4, "start_on": "2025-02-01", "end_on": "2025-02-03", "resources": []},
  {"id": "a", "duration": 1, "spec": null}
 ],
 "resource_config": {"resources": [
   {"name": "r", "dns": [["2025-01-03", "2025-01-04"], ["2025-01-06", "2025-01-06"]], "capacity": 3,
    "calendar": {"period": 24, "open": [[8, 16]]}},
   {"name": "q"}], "groups": {"g": ["*", "!r"], "e": []}, "default_resource": "g"},
 "global_dns": [["2025-12-24", "2026-01-01"]],
 "completed": ["z"],
 "given": {"deadlines": {"a": "2025-03-01"}, "priorities": {"a": 90, "c": -5}},
 "expected": [{"anything": 1}], "reference": {}
})";

io::roadmap_document read_it(std::string_view text) { return io::read_json_roadmap(text, "f.json"); }

std::string complaint(std::string_view text) {
  try {
    (void)read_it(text);
  } catch (const error& e) {
    return e.what();
  }
  return {};
}
std::string with_task(const std::string& members) {
  return complaint("{\"now\": \"2025-01-01\",\n\"tasks\": [\n{\"id\": \"a\", \"duration\": 1" + members + "}]}");
}
std::string with_member(const std::string& members) {
  return complaint("{\"now\": \"2025-01-01\",\n\"tasks\": [],\n" + members + "}");
}

}  // namespace

TEST_CASE("read_json_roadmap reads everything that a case can say") {
  const io::roadmap_document d = read_it(house);
  CHECK(d.map.name == "house");
  CHECK(d.theme == "all");
  REQUIRE(d.generator);
  CHECK(d.generator->tasks == 3);
  CHECK(d.generator->seed == 9);
  CHECK(d.generator->fractional);
  CHECK(d.warnings.empty());
  CHECK(d.file == "f.json");
  CHECK(d.line == 1);
  CHECK(d.task_lines == std::vector<std::size_t>{8, 9, 10, 11, 12});

  const roadmap_options& o = d.options;
  CHECK(o.strategy == roadmap_strategy::priority_first);
  CHECK(o.algorithm == roadmap_algorithm::bounded_rollout);
  CHECK(o.mode == roadmap_mode::compatible_ceil);
  CHECK(o.urgency.cr_weight == 2.5);
  CHECK(o.ticks_per_day == 24);
  CHECK_FALSE(o.inherit_priority);
  CHECK(o.min_first_chunk == 3);
  CHECK(o.lookahead.priority_threshold == 80);
  CHECK_FALSE(o.lookahead.max_horizon_days);
  CHECK(o.lookahead.ahead == lookahead_settings::width::full);
  CHECK(o.lookahead.guard == lookahead_settings::guard_by::none);
  CHECK(o.attractiveness.k == 3.5);
  CHECK(o.attractiveness.work_transform == attractiveness_settings::transform::log10);
  CHECK(o.attractiveness.rollout_max_horizon_days == 7);

  const roadmap& m = d.map;
  CHECK(m.now == days_from_civil({2025, 1, 1}));
  REQUIRE(m.tasks.size() == 5);
  CHECK(m.tasks[0].name == "First");
  CHECK(m.tasks[0].duration == 2.5);
  CHECK(m.tasks[0].resources == std::vector<std::string>{"r", "q"});
  CHECK(m.tasks[0].allocations == std::vector<double>{0.5, 1});
  CHECK(m.tasks[0].demands == std::vector<amount>{2, 1});
  CHECK(m.tasks[1].dependencies == std::vector<roadmap_dependency>{{"a", 1}, {"z", -0.5}});
  CHECK(m.tasks[1].priority == 70);
  CHECK(m.tasks[2].spec == "r|q");
  CHECK(m.tasks[2].demands == std::vector<amount>{2});
  CHECK(m.tasks[2].start_after == days_from_civil({2025, 2, 1}));
  CHECK(m.tasks[2].end_before == days_from_civil({2025, 2, 3}));
  CHECK(m.tasks[3].start_on == days_from_civil({2025, 2, 1}));
  CHECK(m.tasks[3].end_on == days_from_civil({2025, 2, 3}));
  CHECK(m.tasks[4].id == "a");
  CHECK_FALSE(m.tasks[4].spec);
  REQUIRE(m.people);
  REQUIRE(m.people->resources.size() == 2);
  CHECK(m.people->resources[0].capacity == 3);
  CHECK(m.people->resources[0].closed.size() == 2);
  REQUIRE(m.people->resources[0].calendar);
  CHECK(m.people->resources[0].calendar->next_open(17) == 24 + 8);
  CHECK(m.people->groups[0].second == std::vector<std::string>{"*", "!r"});
  CHECK(m.people->groups[1].second.empty());
  CHECK(m.people->default_resource == "g");
  CHECK(m.closed == std::vector<day_range>{{days_from_civil({2025, 12, 24}), days_from_civil({2026, 1, 1})}});
  CHECK(m.completed == std::vector<std::string>{"z"});
  REQUIRE(m.given);
  CHECK(m.given->deadlines[0].second == days_from_civil({2025, 3, 1}));
  CHECK(m.given->priorities[1] == std::pair<std::string, std::int64_t>{"c", -5});
}

TEST_CASE("write_json_roadmap writes one line, and reading it gives the same document") {
  const io::roadmap_document d = read_it(house);
  const std::string text = io::write_json_roadmap(d);
  CHECK(text.find('\n') == text.size() - 1);
  const io::roadmap_document again = read_it(text);
  CHECK(first_difference(d.map, again.map) == "");
  CHECK(again.theme == d.theme);
  CHECK(again.generator->seed == 9);
  CHECK(io::write_json_roadmap(again) == text);
  CHECK(text.find(R"("config":{"algorithm":"bounded-rollout","mode":"compatible-ceil","strategy":"priority-first",)"
                  R"("cr_weight":2.5,"ticks_per_day":24,"inherit_priority":false,"min_first_chunk":3,)"
                  R"("rollout":{"priority_threshold":80,"max_horizon_days":null,"lookahead":"full","guard":"none"},)"
                  R"("critical_path":{"k":3.5,"work_transform":"log10","rollout_max_horizon_days":7}})") !=
        std::string::npos);
  CHECK(io::write_json_roadmap(roadmap{}) == "{\"now\":\"1970-01-01\",\"tasks\":[]}\n");
}

TEST_CASE("random roadmaps survive writing and reading") {
  random_generator random(3);
  for (std::size_t k = 0; k < 60; ++k) {
    roadmap map = random_roadmap(random_roadmap_case(k, k % 3 == 0));
    map.name = "R" + std::to_string(k);
    for (roadmap_task& t : map.tasks) {
      if (random.below(4) == 0) t.name = "task \"" + t.id + "\" \xC3\xA9\n";
      if (random.below(6) == 0 && !t.resources.empty())
        t.allocations.assign(t.resources.size(), 0.1 * static_cast<double>(random.below(9)));
      if (random.below(6) == 0) t.demands.assign(t.spec ? 1 : t.resources.size(), 2);
    }
    if (k % 4 == 0)
      map.people->resources[0].calendar = calendar::shifts(1, 96).open(calendar::weekday::monday, {8}, {16}).build();
    if (k % 5 == 0) map.completed = {map.tasks[0].id, "elsewhere"};
    if (k % 7 == 0) map.people.reset();
    roadmap_options options;
    options.urgency.atc_k = 0.1 * static_cast<double>(k);
    options.strategy = static_cast<roadmap_strategy>(k % 4);
    const std::string text = io::write_json_roadmap(map, options, random_roadmap_case(k));
    const io::roadmap_document again = read_it(text);
    REQUIRE(first_difference(map, again.map) == "");
    REQUIRE(again.options.urgency == options.urgency);
    REQUIRE(again.options.strategy == options.strategy);
    REQUIRE(again.generator->tasks == random_roadmap_case(k).tasks);
    REQUIRE(io::write_json_roadmap(again) == text);
  }
}

TEST_CASE("every published case is read without a warning and survives writing and reading") {
  const std::filesystem::path folder = std::filesystem::path(SCHED_DATA_DIR) / "mouc";
  if (!std::filesystem::exists(folder)) {
    WARN("no data: " << folder.string());
    return;
  }
  for (const auto& [name, count] : {std::pair{"handmade_cases.jsonl", 64}, std::pair{"recorded_cases.jsonl", 261},
                                    std::pair{"random_cases.jsonl", 100}, std::pair{"fractional_cases.jsonl", 30}}) {
    const auto all = io::read_json_roadmaps(io::read_file((folder / name).string()), name);
    CHECK(all.size() == static_cast<std::size_t>(count));
    std::size_t line = 0;
    for (const io::roadmap_document& d : all) {
      INFO(name << " " << d.map.name);
      REQUIRE(d.warnings.empty());
      REQUIRE(d.line == ++line);
      const std::string text = io::write_json_roadmap(d);
      const io::roadmap_document again = read_it(text);
      REQUIRE(first_difference(d.map, again.map) == "");
      REQUIRE(io::write_json_roadmap(again) == text);
      REQUIRE(again.unknown_strategy == d.unknown_strategy);
    }
  }
}

TEST_CASE("an unknown strategy is remembered") {
  const io::roadmap_document d = read_it(R"({"now":"2025-01-01","config":{"strategy":"magic"},"tasks":[]})");
  CHECK(d.unknown_strategy == "magic");
  CHECK(d.options.strategy == roadmap_strategy::weighted);
  CHECK(io::write_json_roadmap(d).find("\"strategy\":\"magic\"") != std::string::npos);
}

TEST_CASE("members that do not exist are warned of") {
  const io::roadmap_document d = read_it(
      "{\"now\":\"2025-01-01\",\"extra\":1,\n\"config\":{\"verbosity\":2,\n\"rollout\":{\"depth\":3}},\"tasks\":[\n"
      "{\"id\":\"a\",\"duration\":1,\"colour\":\"red\"}]}");
  CHECK(d.warnings == std::vector<std::string>{"f.json:1: /extra: unknown, ignored",
                                               "f.json:2: /config/verbosity: unknown setting, ignored",
                                               "f.json:3: /config/rollout/depth: unknown setting, ignored",
                                               "f.json:4: /tasks/0/colour: unknown, ignored"});
}

TEST_CASE("read_json_roadmap says what is wrong, where") {
  CHECK(complaint("[]") == "f.json:1: expected an object");
  CHECK(complaint("{}") == "f.json:1: member 'now' is missing");
  CHECK(complaint("{\"now\":\"2025-01-01\"}") == "f.json:1: member 'tasks' is missing");
  CHECK(complaint("{\"now\":\"2025-1-1\",\"tasks\":[]}") ==
        "f.json:1: /now: date '2025-1-1', character 7: expected two digits");
  CHECK(complaint("{\"now\":\"2025-01-01\",\"tasks\":[],\"tasks\":[]}") == "f.json:1: /tasks: given twice");
  CHECK(with_task(",\"id\":\"a\"") == "f.json:3: /tasks/0/id: given twice");
  CHECK(with_task(",\"priority\":1.5") == "f.json:3: /tasks/0/priority: expected a whole number");
  CHECK(with_task(",\"priority\":1e30") == "f.json:3: /tasks/0/priority: outside -1000000000 to 1000000000");
  CHECK(with_task(",\"allocations\":[1]") == "f.json:3: /tasks/0/allocations: expected 0, one per resource");
  CHECK(with_task(",\"demands\":[1]") == "f.json:3: /tasks/0/demands: expected 0, one per resource");
  CHECK(with_task(",\"deps\":[[\"b\"]]") == "f.json:3: /tasks/0/deps/0: expected [id, lag]");
  CHECK(with_task(",\"deps\":[[\"b\",\"1d\"]]") == "f.json:3: /tasks/0/deps/0/1: expected a number");
  CHECK(with_task(",\"end_on\":\"2025-02-30\"") ==
        "f.json:3: /tasks/0/end_on: date '2025-02-30', character 9: there is no such day");
  CHECK(complaint("{\"now\":\"2025-01-01\",\"tasks\":[{\"id\":\"a\",\"duration\":-1}]}") ==
        "f.json:1: /tasks/0/duration: the duration is negative");
  CHECK(with_member("\"config\":{\"cr_weight\":\"1\"}") == "f.json:3: /config/cr_weight: expected a number");
  CHECK(with_member("\"config\":{\"placement\":\"soon\"}") ==
        "f.json:3: /config/placement: unknown placement 'soon', expected one of wait, now, reserve");
  CHECK(with_member("\"config\":{\"ticks_per_day\":0}") == "f.json:3: /config/ticks_per_day: outside 1 to 86400000000");
  CHECK(with_member("\"config\":{\"atc_k\":1,\"atc_k\":2}") == "f.json:3: /config/atc_k: given twice");
  CHECK(with_member("\"config\":{\"rollout\":{},\"rollout\":{}}") == "f.json:3: /config/rollout: given twice");
  CHECK(with_member("\"global_dns\":[[\"2025-01-02\",\"2025-01-01\"]]") ==
        "f.json:3: /global_dns/0: a closed period that ends before it begins");
  CHECK(with_member("\"global_dns\":[\"2025-01-02\"]") == "f.json:3: /global_dns/0: expected an array");
  CHECK(with_member("\"resource_config\":{\"groups\":{\"g\":[],\"g\":[]}}") ==
        "f.json:3: /resource_config/groups/g: another group is named 'g'");
  CHECK(with_member("\"resource_config\":{\"resources\":[{}]}") ==
        "f.json:3: /resource_config/resources/0: member 'name' is missing");
  CHECK(complaint("{\"now\":\"2025-01-01\",\n\"tasks\":[") != "");
}

TEST_CASE("read_json_roadmaps takes lines, and documents that run over lines") {
  const std::string one = "{\"now\":\"2025-01-01\",\"tasks\":[]}", two = "{\"now\":\n\"2025-01-02\",\n\"tasks\":[]}";
  const auto lines = io::read_json_roadmaps("\n" + one + "\n\n" + one + "\n", "a/b.jsonl");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].line == 2);
  CHECK(lines[1].line == 4);
  CHECK(lines[0].map.name == "b");
  const auto values = io::read_json_roadmaps(two + one + "\n" + two, "b.json");
  REQUIRE(values.size() == 3);
  CHECK(values[1].line == 3);
  CHECK(values[2].line == 4);
  const auto complaint_of = [](const std::string& text, const std::string& file) {
    try {
      (void)io::read_json_roadmaps(text, file);
    } catch (const error& e) {
      return std::string(e.what());
    }
    return std::string();
  };
  CHECK(complaint_of("", "b.json") == "b.json:1: no roadmap");
  CHECK(complaint_of(one + "\n{\"now\":\"x\",\"tasks\":[]}", "b.jsonl") ==
        "b.jsonl:2: /now: date 'x', character 1: expected YYYY-MM-DD");
  CHECK(complaint_of(two + "\n{\"now\":\n\"x\",\"tasks\":[]}", "b.json") ==
        "b.json:5: /now: date 'x', character 1: expected YYYY-MM-DD");
  CHECK(complaint_of(two, "b.jsonl").starts_with("b.jsonl:1: "));
}

TEST_CASE("what JSON cannot say is refused") {
  roadmap map;
  map.tasks = {{.id = "\xff"}};
  CHECK_THROWS_AS(io::write_json_roadmap(map), error);
  map.tasks = {{.id = "a", .duration = std::numeric_limits<double>::infinity()}};
  CHECK_THROWS_AS(io::write_json_roadmap(map), error);
  map.tasks = {{.id = "a", .start_on = 10'000'000}};
  CHECK_THROWS_AS(io::write_json_roadmap(map), error);
}
