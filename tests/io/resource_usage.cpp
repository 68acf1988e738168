// SPDX-License-Identifier: BSL-1.0
#include <sched/io/resource_usage.hpp>

#include <cstdint>
#include <vector>

#include "support/catch.hpp"
#include "support/small_projects.hpp"

using namespace sched;

TEST_CASE("usage_of: equals the sum of demands at every tick") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const project p = small::random_project(seed, 20, 3);
    const schedule s = small::first_fit(p);
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      const auto steps = usage_of(p, s, resource_id(r));
      for (std::size_t k = 1; k < steps.size(); ++k) {
        REQUIRE(steps[k - 1].time < steps[k].time);
        REQUIRE(steps[k - 1].level != steps[k].level);
      }
      for (std::int64_t t = -1; t <= s.makespan().count(); ++t) {
        amount sum = 0;
        for (std::size_t i = 0; i < p.task_count(); ++i)
          if (s.start[i] <= t && t < s.finish[i]) sum += p.demand(task_id(i), resource_id(r));
        REQUIRE(level_at(steps, t) == sum);
      }
    }
  }
}

TEST_CASE("usage_of: pauses of stretching tasks use nothing, non-renewable resources add up") {
  project_builder b;
  const resource_id crew = b.add_resource({.name = "crew", .capacity = 2, .breaks = small::five_day_week{}});
  const resource_id budget = b.add_nonrenewable(10, "budget");
  b.add_task(4, {{crew, 2}, {budget, 3}});
  b.add_task(1, {{budget, 4}});
  const project p = b.build();
  schedule s = schedule::unplaced(2);
  s.start = {3, 1};
  s.finish = {9, 2};
  REQUIRE(pauses_of(p, s, task_id(0)) == std::vector<interval>{{5, 7}});
  REQUIRE(pauses_of(p, s, task_id(1)).empty());
  REQUIRE(usage_of(p, s, crew) == std::vector<usage_step>{{3, 2}, {5, 0}, {7, 2}, {9, 0}});
  REQUIRE(usage_of(p, s, budget) == std::vector<usage_step>{{1, 4}, {3, 7}});
  REQUIRE(breaks_of(p.resource_of(crew).breaks, {0, 15}) == std::vector<interval>{{5, 7}, {12, 14}});
  REQUIRE(breaks_of(p.resource_of(crew).breaks, {0, 1000}, 3).empty());
  REQUIRE(breaks_of(p.resource_of(budget).breaks, {0, 1000}).empty());
}

TEST_CASE("usage_of: tasks that are not placed use nothing") {
  const project p = small::random_project(3, 6, 2);
  REQUIRE(usage_of(p, schedule::unplaced(6), resource_id(0)).empty());
  REQUIRE(usage_of(p, schedule{}, resource_id(1)).empty());
}

TEST_CASE("capacity_of: shrinkings lower the capacity while they are closed, too many steps give the full one") {
  const resource r{.capacity = 5, .shrinkings = {{calendar::any_calendar(small::five_day_week{}), 2}}};
  REQUIRE(capacity_of(r, {0, 13}) == std::vector<usage_step>{{0, 5}, {5, 2}, {7, 5}, {12, 2}});
  REQUIRE(capacity_of(r, {0, 1000}, 10) == std::vector<usage_step>{{0, 5}});
  const resource same{.capacity = 5, .shrinkings = {{calendar::any_calendar(small::five_day_week{}), 9}}};
  REQUIRE(capacity_of(same, {0, 100}) == std::vector<usage_step>{{0, 5}});
}

TEST_CASE("pauses_of: calendars that are never open together end the walk") {
  struct even_days : small::five_day_week {
    bool is_open(instant t) const { return t.count() % 2 == 0; }
    instant next_open(instant t) const { return is_open(t) ? t : t + 1; }
    instant next_closed(instant t) const { return is_open(t) ? t + 1 : t; }
  };
  struct odd_days : small::five_day_week {
    bool is_open(instant t) const { return t.count() % 2 != 0; }
    instant next_open(instant t) const { return is_open(t) ? t : t + 1; }
    instant next_closed(instant t) const { return is_open(t) ? t + 1 : t; }
  };
  project_builder b;
  const auto a = b.add_resource({.breaks = even_days{}});
  const auto c = b.add_resource({.breaks = odd_days{}});
  b.add_task(4, {{a, 1}, {c, 1}});
  const project p = b.build();
  schedule s = schedule::unplaced(1);
  s.start = {0};
  s.finish = {instant(1) * (std::int64_t{1} << 50)};
  REQUIRE(pauses_of(p, s, task_id(0)).empty());
}
