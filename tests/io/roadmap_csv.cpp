// SPDX-License-Identifier: BSL-1.0
#include <sched/io/roadmap_csv.hpp>

#include <array>
#include <string>

#include <sched/model/random_roadmap.hpp>
#include <sched/roadmap.hpp>

#include "support/catch.hpp"

using namespace sched;
using calendar::days_from_civil;

namespace {

roadmap small() {
  roadmap map{.now = days_from_civil({2025, 1, 1})};
  map.tasks = {{.id = "a",
                .name = "First, \"b\"",
                .duration = 5,
                .resources = {"r"},
                .end_before = days_from_civil({2025, 2, 1}),
                .priority = 0},
               {.id = "b", .duration = 2, .resources = {"r", "q"}, .allocations = {0.5, 1}, .priority = 90},
               {.id = "c", .duration = 1, .resources = {"r"}, .dependencies = {{"c2"}}},
               {.id = "c2", .duration = 1, .resources = {}},
               {.id = "d", .duration = 1, .resources = {"q"}, .priority = 0}};
  return map;
}

}  // namespace

TEST_CASE("the schedule has own priority and due date, and when a task ends") {
  const roadmap map = small();
  roadmap_options o;
  CHECK(io::write_roadmap_csv(map, o, plan_roadmap(map, o)) ==
        "task_id,task_name,priority,deadline,completion_date\n"
        "a,\"First, \"\"b\"\"\",0,2025-02-01,2025-01-08\n"
        "b,,90,,2025-01-03\n"
        "c,,50,,\n"
        "c2,,50,,\n"
        "d,,0,,2025-01-04\n");
  o.mode = roadmap_mode::compatible_floor;
  const std::string text = io::write_roadmap_csv(map, o, plan_roadmap(map, o));
  CHECK(text.find("b,,90,,2025-01-03\n") != std::string::npos);
  CHECK(text.find("d,,0,,2025-01-05\n") != std::string::npos);
}

TEST_CASE("what is not scheduled is no line, and a circle has no dates") {
  roadmap map = small();
  map.completed = {"a", "c2"};
  const std::string text = io::write_roadmap_csv(map, {}, plan_roadmap(map, {}));
  CHECK(text.find("\na,") == std::string::npos);
  CHECK(text.find("\nc,,50,,2025-01-04\n") != std::string::npos);
  map.completed.clear();
  map.tasks[3].dependencies = {{"c"}};
  const std::string circle = io::write_roadmap_csv(map, {}, plan_roadmap(map, {}));
  CHECK(circle.find("\na,\"First, \"\"b\"\"\",0,2025-02-01,\n") != std::string::npos);
}

TEST_CASE("scenarios are compared over the union of their ids, with + for later") {
  const roadmap map = small();
  roadmap other = map;
  other.tasks[0].duration = 3;
  other.tasks[4].duration = 2;
  other.tasks[1].id = "new";
  const roadmap_options o, fine{.ticks_per_day = 2};
  roadmap third = map;
  third.tasks[4].duration = 2.5;
  const roadmap_result r = plan_roadmap(map, o), s = plan_roadmap(other, o), t = plan_roadmap(third, fine);
  const std::array<io::roadmap_scenario, 3> all{
      {{"base", &map, &o, &r}, {"plan, b", &other, &o, &s}, {"fine", &third, &fine, &t}}};
  CHECK(io::write_roadmap_comparison_csv(all) ==
        "task_id,task_name,base,\"plan, b\",\"plan, b_delta_days\",fine,fine_delta_days\n"
        "a,\"First, \"\"b\"\"\",2025-01-08,2025-01-04,-4,2025-01-08,0\n"
        "b,,2025-01-03,,,2025-01-03,0\n"
        "c,,,,,,\n"
        "c2,,,,,,\n"
        "d,,2025-01-04,2025-01-03,-1,2025-01-05T12:00:00,+1.5\n"
        "new,,,2025-01-06,,,\n");
  CHECK(io::write_roadmap_comparison_csv({}) == "task_id,task_name\n");
}

TEST_CASE("effort in a range is the share of the stay times the effort") {
  const roadmap map = small();
  const day_number now = map.now;
  const roadmap_result r = plan_roadmap(map, {});
  CHECK(io::write_roadmap_effort_csv(map, {}, r, now, now + 4) ==
        "task_id,task_name,start,finish,effort_days,share,effort_in_range\n"
        "a,\"First, \"\"b\"\"\",2025-01-03,2025-01-08,5,0.4,2\n"
        "b,,2025-01-01,2025-01-03,3,1,3\n"
        "d,,2025-01-03,2025-01-04,1,1,1\n");
  CHECK(io::write_roadmap_effort_csv(map, {}, r, now, now) ==
        "task_id,task_name,start,finish,effort_days,share,effort_in_range\n");
}

TEST_CASE("the efforts of ranges that follow each other add up") {
  const auto sum = [](const std::string& csv) {
    double total = 0;
    for (std::size_t at = csv.find('\n') + 1; at < csv.size();) {
      const std::size_t end = csv.find('\n', at);
      total += std::stod(csv.substr(csv.rfind(',', end) + 1));
      at = end + 1;
    }
    return total;
  };
  for (std::size_t k = 0; k < 20; ++k) {
    const roadmap map = random_roadmap(random_roadmap_case(k));
    const roadmap_result r = plan_roadmap(map, {});
    double parts = 0;
    for (day_number d = map.now - 100; d < map.now + 1000; d += 7)
      parts += sum(io::write_roadmap_effort_csv(map, {}, r, d, d + 7));
    CHECK(parts == Approx(sum(io::write_roadmap_effort_csv(map, {}, r, map.now - 100, map.now + 1003))));
  }
}
