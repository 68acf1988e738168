// SPDX-License-Identifier: BSL-1.0
#include <sched/model/task_calendars.hpp>

#include <sched/calendar/periods.hpp>
#include <sched/calendar/recurring.hpp>
#include <sched/model/project_builder.hpp>

#include "support/brute_project.hpp"
#include "support/catch.hpp"
#include "support/random_instances.hpp"

using namespace sched;

namespace {

/// Resource 0 never closes, 1 is open 0–5 of 10 and work pauses, 2 is open 2–8 of 10 and work may not cross.
project with_breaks() {
  project_builder b;
  b.add_renewable(1);
  b.add_resource({.capacity = 1, .breaks = calendar::periodic(10, {{0, 5}}), .on_break = break_rule::stretching});
  b.add_resource({.capacity = 1, .breaks = calendar::periodic(10, {{2, 8}}), .on_break = break_rule::closed});
  const auto mode = [](duration work, std::initializer_list<std::uint32_t> resources) {
    mode_spec m{.work = work};
    for (const std::uint32_t r : resources) m.needs.push_back({resource_id(r), 1});
    return m;
  };
  task_spec t;
  t.modes = {mode(7, {}), mode(7, {0}), mode(7, {1}), mode(4, {2}), mode(4, {0, 1, 2})};
  b.add_task(std::move(t));
  return b.build();
}

}  // namespace

TEST_CASE("the calendars of a task are those of the resources that its mode needs, by the meaning of their breaks") {
  const project p = with_breaks();
  task_calendars c;
  const auto collected = [&](std::size_t mode) {
    c.collect(p, task_id(0), mode);
    return std::pair(!c.stretching.always_open(), !c.closed.always_open());
  };
  CHECK(collected(4) == std::pair(true, true));
  CHECK(c.stretching.next_open(7) == 10);
  CHECK(c.closed.next_closed(3) == 8);
  CHECK_FALSE(c.always_open());
  CHECK(collected(0) == std::pair(false, false));  // nothing stays from before
  CHECK(c.always_open());
  CHECK(collected(1) == std::pair(false, false));
  CHECK(c.always_open());
  CHECK(collected(2) == std::pair(true, false));
  CHECK(collected(3) == std::pair(false, true));
  CHECK_FALSE(c.always_open());
}

TEST_CASE("work pauses over the breaks of stretching resources and of no others") {
  const project p = with_breaks();
  CHECK(finish_of(p, task_id(0), 0, 3) == 10);
  CHECK(finish_of(p, task_id(0), 1, 3) == 10);
  CHECK(finish_of(p, task_id(0), 2, 3) == 15);  // 3, 4 and 10 … 14
  CHECK(finish_of(p, task_id(0), 3, 3) == 7);
  CHECK(finish_of(p, task_id(0), 3, 6) == 10);  // across a closed break: for others to refuse
  CHECK(finish_of(p, task_id(0), 4, 3) == 12);
}

TEST_CASE("a task whose calendars never open together never finishes, unless it has no work") {
  project_builder b;
  b.add_resource({.capacity = 1, .breaks = calendar::periodic(14, {{0, 7}}), .on_break = break_rule::stretching});
  b.add_resource({.capacity = 1, .breaks = calendar::open_periods({{7, 14}}), .on_break = break_rule::stretching});
  for (const std::int64_t work : {1, 0}) b.add_task(work, {{resource_id(0), 1}, {resource_id(1), 1}});
  const project p = b.build();
  CHECK(finish_of(p, task_id(0), 0, 3) == instant::infinity());
  CHECK(finish_of(p, task_id(1), 0, 3) == 3);
}

TEST_CASE("finishes are those that counting tick by tick gives, for every feature") {
  std::size_t stretched = 0;
  each_random_instance(3, [&](const random_instance& i, const instance_preset& preset, std::uint64_t seed) {
    const project& p = i.project;
    for (std::size_t t = 0; t < p.task_count(); ++t)
      for (std::size_t m = 0; m < p.mode_count(task_id(t)); ++m)
        for (const std::int64_t start : {0, 1, 7, 25, 60, 143}) {
          const instant finish = finish_of(p, task_id(t), m, start);
          CAPTURE(preset.name, seed, t, m, start);
          REQUIRE(finish == brute::finish_of(p, task_id(t), m, start));
          if (finish > start + p.work(task_id(t), m)) ++stretched;
        }
  });
  CHECK(stretched > 100);
}
