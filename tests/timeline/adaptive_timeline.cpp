// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/adaptive_timeline.hpp>

#include "support/catch.hpp"
#include "support/timeline_contract.hpp"

using sched::adaptive_timeline;

namespace {
/// Changes its model within the first operations.
struct eager : adaptive_timeline {
  explicit eager(sched::amount capacity = 0, sched::instant origin = 0) : adaptive_timeline(capacity, origin, 3) {}
};
}  // namespace

TEST_CASE("an adaptive timeline keeps the timeline contract") {
  sched_test::check_timeline_contract<adaptive_timeline>();
  sched_test::check_timeline_contract<eager>();
}

TEST_CASE("an adaptive timeline answers as the definition says before and after its change of model") {
  sched_test::check_timeline_random<eager>(100, 600, 3);
}

TEST_CASE("an adaptive timeline becomes a tree beyond its threshold and stays equal") {
  adaptive_timeline small(9, 0, 100);
  adaptive_timeline large(9, 0, 10);
  for (int i = 0; i < 15; ++i) {
    REQUIRE(small.reserve({i * 10, i * 10 + 5}, 1 + i % 3));
    REQUIRE(large.reserve({i * 10, i * 10 + 5}, 1 + i % 3));
  }
  CHECK_FALSE(small.is_tree());
  CHECK(large.is_tree());
  CHECK(small == large);
  CHECK(large == small);
  REQUIRE(large.reserve({3, 4}, 1));
  CHECK_FALSE(small == large);
  large.clear();
  CHECK(large == adaptive_timeline(9));
}
