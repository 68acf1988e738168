// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/roadmap_objective.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("four numbers in either convention") {
  roadmap map;
  map.now = 100;
  map.tasks = {{.id = "a", .duration = 5, .end_before = 103, .priority = 10},
               {.id = "b", .duration = 2, .end_before = 106},
               {.id = "c", .duration = 1}};
  roadmap_result r;
  r.placed = {{.task = 0, .start = 100, .finish = 105, .end = 105},
              {.task = 1, .start = 105, .finish = 107, .end = 107}};
  r.failed = {{.task = 2}};
  const roadmap_metrics native = measure(map, {}, r);
  CHECK(native == roadmap_metrics{7, 10, 50 + 350, 1, 1});
  CHECK(native == measure(map, {}, r, roadmap_convention::half_open));
  CHECK(measure(map, {.default_priority = 1}, r).weighted_completion == 57);
  CHECK(native.objective() == 1400);
  CHECK(native.no_worse_than(native));
  CHECK_FALSE(roadmap_metrics{7, 11, 400, 1, 1}.no_worse_than(native));

  // Compatible modes: the tail is not part of the end, but lateness counts the finish.
  const roadmap_options compatible{.mode = roadmap_mode::compatible_ceil};
  r.placed[0].finish += 1;
  r.placed[1] = {.task = 1, .start = 106, .finish = 109, .end = 108};
  CHECK(measure(map, compatible, r) == roadmap_metrics{8, 20 + 100, 50 + 400, 2, 1});
  CHECK(measure(map, compatible, r, roadmap_convention::half_open) == roadmap_metrics{9, 120, 60 + 450, 2, 1});
}

TEST_CASE("sums saturate") {
  roadmap map;
  map.tasks = {{.id = "a", .duration = 1, .priority = INT64_MAX}, {.id = "b", .duration = 1, .priority = INT64_MAX}};
  roadmap_result r;
  r.placed = {{.task = 0, .finish = 5, .end = 5}, {.task = 1, .finish = 5, .end = 5}};
  CHECK(measure(map, {}, r).weighted_completion == INT64_MAX);
}
