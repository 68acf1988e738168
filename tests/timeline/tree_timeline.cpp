// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/tree_timeline.hpp>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/timeline_contract.hpp"

using sched::tree_timeline;

namespace {
using narrow_tree = sched::basic_tree_timeline<sched::detail::no_probe, 4, 4>;
using odd_tree = sched::basic_tree_timeline<sched::detail::no_probe, 7, 5>;
}  // namespace

TEST_CASE("a tree timeline keeps the timeline contract") { sched_test::check_timeline_contract<tree_timeline>(); }

TEST_CASE("a tree timeline answers as the definition says on random operations") {
  sched_test::check_timeline_random<tree_timeline>(400, 600);
}

TEST_CASE("so do trees with the smallest nodes, which split and merge at every turn") {
  sched_test::check_timeline_contract<narrow_tree>();
  sched_test::check_timeline_random<narrow_tree>(200, 1200, 77);
  sched_test::check_timeline_random<odd_tree>(100, 1200, 78);
}

TEST_CASE("clear and reset of a tree timeline start afresh") {
  tree_timeline t(4);
  REQUIRE(t.reserve({2, 9}, 3));
  t.clear();
  CHECK(t == tree_timeline(4));
  t.reset(7, 10);
  CHECK(t.capacity() == 7);
  CHECK(t == tree_timeline(7, 10));
  CHECK(t.size() == 1);
}
