// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/step_timeline.hpp>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/timeline_contract.hpp"

using sched::step_timeline;

TEST_CASE("a step timeline keeps the timeline contract") { sched_test::check_timeline_contract<step_timeline>(); }

TEST_CASE("a step timeline answers as the definition says on random operations") {
  sched_test::check_timeline_random<step_timeline>(400, 600);
}

TEST_CASE("clear and reset of a step timeline start afresh") {
  step_timeline t(4);
  REQUIRE(t.reserve({2, 9}, 3));
  t.clear();
  CHECK(t == step_timeline(4));
  t.reset(7, 10);
  CHECK(t.capacity() == 7);
  CHECK(t.origin() == 10);
  CHECK(t == step_timeline(7, 10));
  CHECK(t.size() == 1);
}
