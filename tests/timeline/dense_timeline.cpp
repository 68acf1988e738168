// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/dense_timeline.hpp>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/timeline_contract.hpp"

using sched::dense_timeline;

TEST_CASE("a dense timeline keeps the timeline contract") { sched_test::check_timeline_contract<dense_timeline>(); }

TEST_CASE("a dense timeline answers as the definition says on random operations") {
  sched_test::check_timeline_random<dense_timeline>(400, 600);
}

TEST_CASE("clear and reset of a dense timeline start afresh") {
  dense_timeline t(4, 0, 16);
  REQUIRE(t.reserve({2, 9}, 3));
  t.clear();
  CHECK(t == dense_timeline(4));
  t.reset(7, 10);
  CHECK(t.capacity() == 7);
  CHECK(t == dense_timeline(7, 10));
}

TEST_CASE("dense timelines of different array lengths are equal when the functions are") {
  dense_timeline a(4);
  dense_timeline b(4, 0, 100);
  REQUIRE(a.reserve({2, 90}, 3));
  a.release({{2, 90}, 3});
  CHECK(a == b);
  REQUIRE(b.reserve({95, 99}, 1));
  CHECK_FALSE(a == b);
}
