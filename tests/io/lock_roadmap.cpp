// SPDX-License-Identifier: BSL-1.0
#include <sched/io/lock_roadmap.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <sched/model/random_roadmap.hpp>
#include <sched/roadmap.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

const roadmap_assignment& place_of(const roadmap& map, const roadmap_result& r, std::string_view id) {
  return *std::ranges::find_if(r.placed, [&](const roadmap_assignment& a) { return map.tasks[a.task].id == id; });
}

}  // namespace

TEST_CASE("a lock has the first and the last day, and who with which share") {
  roadmap map{.now = 100};
  map.people.emplace();
  map.people->resources = {{.name = "r"}, {.name = "q"}};
  map.tasks = {{.id = "a", .duration = 3, .resources = {"r", "q"}, .allocations = {0.5, 1}},
               {.id = "b", .duration = 2, .dependencies = {{"a"}}, .spec = "q|r"},
               {.id = "m", .duration = 0, .dependencies = {{"b"}}},
               {.id = "f", .duration = 2, .resources = {"r"}, .start_on = 120}};
  const roadmap_options native, floor{.mode = roadmap_mode::compatible_floor};
  using locks = std::vector<io::roadmap_lock>;
  CHECK(io::lock_roadmap(map, native, plan_roadmap(map, native)) ==
        locks{{"f", 120, 121, {"r"}, {1}, true, false},
              {"a", 100, 102, {"r", "q"}, {0.5, 1}, false, false},
              {"b", 103, 104, {"q"}, {1}, false, true},
              {"m", 105, 104, {}, {}, false, false}});
  CHECK(io::lock_roadmap(map, floor, plan_roadmap(map, floor)) ==
        locks{{"f", 120, 122, {"r"}, {1}, true, false},
              {"a", 100, 103, {"r", "q"}, {0.5, 1}, false, false},
              {"b", 104, 106, {"q"}, {1}, false, true},
              {"m", 107, 107, {}, {}, false, false}});
}

TEST_CASE("a locked schedule is planned again as it was, in every mode") {
  for (const roadmap_mode mode : {roadmap_mode::native, roadmap_mode::compatible_floor, roadmap_mode::compatible_ceil})
    for (std::size_t k = 0; k < 30; ++k) {
      roadmap map = random_roadmap(random_roadmap_case(k));
      const roadmap_options options{.mode = mode};
      const roadmap_result first = plan_roadmap(map, options);
      REQUIRE(first.status == roadmap_status::complete);
      const auto locks = io::lock_roadmap(map, options, first);
      REQUIRE(io::apply_locks(map, locks).empty());
      const roadmap_result second = plan_roadmap(map, options);
      REQUIRE(second.status == roadmap_status::complete);
      for (const roadmap_assignment& a : first.placed) {
        const roadmap_assignment& b = place_of(map, second, map.tasks[a.task].id);
        INFO("case " << k << " " << map.tasks[a.task].id);
        REQUIRE(b.fixed);
        REQUIRE(b.start == a.start);
        REQUIRE(b.finish == a.finish);
      }
      REQUIRE(io::lock_roadmap(map, options, second).size() == locks.size());
    }
}

TEST_CASE("work within a day locks the day") {
  roadmap map{.now = -10};
  map.tasks = {{.id = "a", .duration = 0.5, .resources = {"r"}}, {.id = "b", .duration = 1, .resources = {"r"}}};
  const roadmap_options options{.ticks_per_day = 4};
  const auto locks = io::lock_roadmap(map, options, plan_roadmap(map, options));
  CHECK(locks[0].start == -10);
  CHECK(locks[0].end == -10);
  CHECK(locks[1].start == -10);
  CHECK(locks[1].end == -9);
}
