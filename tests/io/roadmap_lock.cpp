// SPDX-License-Identifier: BSL-1.0
#include <sched/io/roadmap_lock.hpp>

#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("locks fix dates and resources and leave the duration") {
  roadmap map;
  map.tasks = {{.id = "a", .duration = 3, .spec = "r|q", .priority = 9},
               {.id = "b", .duration = 2, .resources = {"r", "q"}, .demands = {2, 1}},
               {.id = "c", .duration = 1},
               {.id = "a", .duration = 4},
               {.id = "m", .duration = 0, .end_on = 55}};
  const auto unknown = io::apply_locks(map, {{"a", 100, 105, {"q"}, {1}, false, true},
                                             {"b", 90, 91, {"r", "q"}, {0.5, 1}, false, false},
                                             {"z", 1, 2, {}, {}, true, false},
                                             {"m", 50, 49, {}, {}, false, false}});
  CHECK(unknown == std::vector<std::string>{"lock of 'z': no task has this id"});
  for (const std::size_t k : {0U, 3U}) {
    CHECK(map.tasks[k].start_on == 100);
    CHECK(map.tasks[k].end_on == 105);
    CHECK(map.tasks[k].resources == std::vector<std::string>{"q"});
    CHECK(map.tasks[k].allocations.empty());
    CHECK_FALSE(map.tasks[k].spec);
  }
  CHECK(map.tasks[0].duration == 3);
  CHECK(map.tasks[0].priority == 9);
  CHECK(map.tasks[1].allocations == std::vector<double>{0.5, 1});
  CHECK(map.tasks[1].demands == std::vector<amount>{2, 1});
  CHECK_FALSE(map.tasks[2].fixed());
  CHECK(map.tasks[4].start_on == 50);
  CHECK_FALSE(map.tasks[4].end_on);
}
