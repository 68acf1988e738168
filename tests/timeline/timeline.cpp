// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/timeline.hpp>

#include <span>
#include <vector>

#include <sched/calendar/any_calendar.hpp>
#include <sched/timeline.hpp>

#include "support/catch.hpp"
#include "support/timeline_archetype.hpp"
#include "support/timeline_contract.hpp"

static_assert(sched::resource_timeline<sched::dense_timeline>);
static_assert(sched::resource_timeline<sched::step_timeline>);
static_assert(sched::resource_timeline<sched::tree_timeline>);
static_assert(sched::resource_timeline<sched::adaptive_timeline>);
static_assert(sched::resource_timeline<sched_test::timeline_archetype>);
static_assert(sched::reusable_timeline<sched::dense_timeline>);
static_assert(sched::reusable_timeline<sched::step_timeline>);
static_assert(sched::reusable_timeline<sched::tree_timeline>);
static_assert(sched::reusable_timeline<sched::adaptive_timeline>);
static_assert(!sched::reusable_timeline<sched_test::timeline_archetype>);
static_assert(!sched::resource_timeline<int>);
static_assert(!sched::resource_timeline<sched::reservation>);

TEST_CASE("the least that is a timeline works with everything that takes one") {
  sched_test::timeline_archetype t(3);
  REQUIRE(t.reserve({2, 5}, 2));
  const std::vector<sched_test::timeline_archetype> both{t, t};
  const std::vector<sched::amount> demand{1, 2};
  CHECK(sched::earliest_fit(std::span<const sched_test::timeline_archetype>(both),
                            std::span<const sched::amount>(demand), 1, 2) == 5);
  const sched::calendar::any_calendar always;
  CHECK(sched::earliest_fit(t, always, sched::break_rule::stretching, 0, 3, 2) == sched::interval{5, 8});
  CHECK(sched::latest_fit(t, always, sched::break_rule::closed, 9, 3, 2) == sched::interval{6, 9});
}

TEST_CASE("the archetype itself keeps the timeline contract") {
  sched_test::check_timeline_contract<sched_test::timeline_archetype>();
}

TEST_CASE("reserve results convert to their outcome") {
  CHECK_FALSE(sched::reserve_result{});
  CHECK(sched::reserve_result{true, {{1, 2}, 3}, sched::instant::infinity()});
}
