// SPDX-License-Identifier: BSL-1.0
#include <sched/io/json_roadmap_result.hpp>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <sched/model/random_roadmap.hpp>
#include <sched/roadmap.hpp>

#include "support/catch.hpp"

using namespace sched;
using calendar::days_from_civil;
using nlohmann::json;

namespace {

json written(const roadmap& map, const roadmap_options& o, bool reasons = true) {
  return json::parse(io::write_json_roadmap_result(map, o, plan_roadmap(map, o), reasons));
}

roadmap showcase() {
  roadmap map{.name = "H60", .now = days_from_civil({2025, 1, 1})};
  map.people.emplace();
  map.people->resources = {{.name = "alice"}, {.name = "bob"}};
  map.tasks = {{.id = "blocker", .duration = 2, .resources = {"bob"}, .priority = 50},
               {.id = "low", .name = "Can wait", .duration = 10, .resources = {"alice"}, .priority = 40},
               {.id = "high",
                .duration = 5,
                .resources = {"alice"},
                .dependencies = {{"blocker"}},
                .end_before = days_from_civil({2025, 1, 5}),
                .priority = 100}};
  return map;
}

}  // namespace

TEST_CASE("the result of a look-ahead is written with its decisions and reasons") {
  const roadmap map = showcase();
  const json j = written(map, {.algorithm = roadmap_algorithm::bounded_rollout});
  CHECK(j["format"] == "sched-roadmap-result");
  CHECK(j["version"] == 1);
  CHECK(j["case"] == "H60");
  CHECK(j["status"] == "complete");
  CHECK(j["algorithm"] == "bounded-rollout");
  CHECK(j["mode"] == "native");
  CHECK(j["strategy"] == "weighted");
  CHECK(j["ticks_per_day"] == 1);
  REQUIRE(j["tasks"].size() == 3);
  const json& high = j["tasks"][1];
  CHECK(high["id"] == "high");
  CHECK(high["start"] == "2025-01-03");
  CHECK(high["end"] == "2025-01-08");
  CHECK(high["start_tick"] == days_from_civil({2025, 1, 3}));
  CHECK(high["finish_tick"] == days_from_civil({2025, 1, 8}));
  CHECK(high["resources"] == json({"alice"}));
  CHECK(high["deadline"] == "2025-01-06");
  CHECK(high["late_days"] == 2);
  CHECK(high["own_late_days"] == 2);
  CHECK(high["why"]["from"] == "dependency");
  CHECK(high["why"]["dependency"] == "blocker");
  CHECK_FALSE(high["why"]["text"].get<std::string>().empty());
  const json& low = j["tasks"][2];
  CHECK(low["name"] == "Can wait");
  REQUIRE(low["why"]["waits"].size() >= 1);
  CHECK(low["why"]["waits"][0]["why"] == "barred");
  CHECK(low["why"]["waits"][0]["decision"] == 0);
  REQUIRE(j["decisions"].size() >= 1);
  const json& d = j["decisions"][0];
  CHECK(d["task"] == "low");
  CHECK(d["competitor"] == "high");
  CHECK(d["decision"] == "skip");
  CHECK(d["barred_until"] == "2025-01-03");
  CHECK(d["schedule_score"] > d["skip_score"]);
  CHECK(j["lookahead"]["scenarios"] >= 2);
  CHECK(j["lookahead"]["guarded"] == false);
}

TEST_CASE("failures have reasons, circles and completed tasks are named") {
  roadmap map = showcase();
  map.tasks[0].resources.clear();
  map.completed = {"low"};
  map.name.clear();
  const json j = written(map, {});
  CHECK_FALSE(j.contains("case"));
  CHECK(j["status"] == "unplaceable");
  CHECK(j["failed"] == json::parse(R"([{"id":"blocker","reason":"no_resource"},
                                      {"id":"high","reason":"waits_for","other":"blocker"}])"));
  CHECK(j["completed"] == json({"low"}));
  map.tasks[0].dependencies = {{"high"}};
  const json circle = written(map, {});
  CHECK(circle["status"] == "cycle");
  CHECK(circle["cycle"].size() == 2);
}

TEST_CASE("times within a day and records of waiting are written") {
  roadmap map = showcase();
  map.tasks[0].duration = 0.25;
  const json j = written(map, {.ticks_per_day = 4, .record_pass_overs = true});
  CHECK(j["ticks_per_day"] == 4);
  CHECK(j["tasks"][0]["end"] == "2025-01-01T06:00:00");
  REQUIRE(j["pass_overs"].size() >= 1);
  for (const json& p : j["pass_overs"]) {
    CHECK(p["task"] == "high");
    CHECK(p["reason"] == "not_free");
    CHECK(p["resource"] == "alice");
  }
}

TEST_CASE("results of random roadmaps are JSON in every mode") {
  for (std::size_t k = 0; k < 20; ++k) {
    const roadmap map = random_roadmap(random_roadmap_case(k, true));
    for (const roadmap_mode mode :
         {roadmap_mode::native, roadmap_mode::compatible_floor, roadmap_mode::compatible_ceil})
      for (const roadmap_algorithm a :
           {roadmap_algorithm::greedy, roadmap_algorithm::bounded_rollout, roadmap_algorithm::critical_path}) {
        const json j = written(map, {.algorithm = a, .mode = mode, .record_pass_overs = true}, k % 2 == 0);
        REQUIRE(j["tasks"].size() + j["failed"].size() == map.tasks.size());
        REQUIRE(j["tasks"][0].contains("why") == (k % 2 == 0));
      }
  }
}
