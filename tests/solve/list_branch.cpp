// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/list_branch.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/random_project.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/task_rules.hpp>
#include <sched/solve/project_branch.hpp>
#include <sched/solve/rollout.hpp>
#include <sched/solve/sgs.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;

namespace {
using lists = list_branch<priority::latest_start>;
using booked = project_branch<priority::latest_start, mode::earliest_finish, step_timeline>;
static_assert(rollout_state<lists>);
}  // namespace

TEST_CASE("a list that branches offers and gives what the booking branch does") {
  random_generator rng(21);
  for (int round = 0; round < 60; ++round) {
    const project p = random_project(
        {.tasks = 1 + rng.below(40), .shuffled = round % 2 == 0, .min_duration = 0, .renewables = 3}, rng);
    lists a(p, {}, 4);
    booked b(p, {}, {.width = 4});
    std::vector<task_id> of_a, of_b;
    while (!a.done()) {
      of_a.clear();
      of_b.clear();
      a.choices(of_a);
      b.choices(of_b);
      REQUIRE(of_a == of_b);
      const auto m = a.mark();
      while (!a.done()) a.step();
      a.rewind(m);
      const task_id t = of_a[rng.below(of_a.size())];
      a.take(t);
      b.take(t);
      REQUIRE(a.placed_count() == b.placed_count());
      REQUIRE(a.list().back() == t.index());
    }
    REQUIRE(b.done());
    REQUIRE(a.result().schedule == b.result().schedule);
    a.init();
    while (!a.done()) a.step();
    REQUIRE(a.result().schedule == serial_sgs(p, priority::latest_start{}).schedule);
    REQUIRE((a.result().solved() && a.broken() == 0));
  }
}

TEST_CASE("lists branch without allocations, and copies are independent") {
  random_generator rng(22);
  const project p = random_project({.tasks = 50}, rng);
  lists a(p, {});
  a.step();
  lists b = a;
  const auto play = [&] {
    const auto m = a.mark();
    while (!a.done()) a.step();
    a.rewind(m);
  };
  play();
  const std::uint64_t once = a.bytes_logged();
  CHECK(once > 49 * 24 * 3);
  const sched_test::allocation_count count;
  play();
  CHECK(count.since() == 0);
  CHECK(a.bytes_logged() == 2 * once);
  CHECK((a.placed_count() == 1 && b.placed_count() == 1));
  while (!b.done()) b.step();
  CHECK(a.placed_count() == 1);
}
