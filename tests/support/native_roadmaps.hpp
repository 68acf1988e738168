// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_NATIVE_ROADMAPS_HPP
#define SCHED_TESTS_SUPPORT_NATIVE_ROADMAPS_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/core/random.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>

/// What `native_roadmap` may draw.
struct native_features {
  std::size_t tasks = 24;
  std::int64_t ticks_per_day = 1;
  bool capacities = true, calendars = true, groups = true, several = true, fixed = true, milestones = true;
  bool completed = true, negative_lags = true, lags = true, closures = true, releases = true, due = true;
  bool whole_days = false;  ///< otherwise also tenths, where a day has several ticks
};

/// A random roadmap of everything that native mode knows. Every task can be done: demands fit, working hours have a
/// common core (the first half of Monday to Wednesday), dependencies have no circle.
inline sched::roadmap native_roadmap(sched::random_generator& random, const native_features& f = {}) {
  using namespace sched;
  roadmap map;
  map.name = "native";
  map.now = 20'000 + random.between(0, 6);
  roadmap_resources& who = map.people.emplace();
  const auto people = static_cast<std::size_t>(random.between(2, 5));
  const std::int64_t day = f.ticks_per_day;
  const auto date = [&](std::int64_t from, std::int64_t to) { return map.now + random.between(from, to); };
  for (std::size_t r = 0; r < people; ++r) {
    roadmap_resource one{.name = "p" + std::to_string(r)};
    if (f.capacities && random.chance(0.5)) one.capacity = random.between(1, 4);
    for (int k = 0; f.closures && k < 2; ++k)
      if (random.chance(0.6)) {
        const day_number first = date(0, 60);
        one.closed.push_back({first, first + random.between(0, 9)});
      }
    if (f.calendars && random.chance(0.5)) {
      std::vector<interval> open;  // tick 0 of the week is a Monday
      for (std::int64_t d = 0; d < 7; ++d) {
        if (d > 2 && random.chance(0.4)) continue;
        const std::int64_t half = (day + 1) / 2;
        open.push_back({d * day, d * day + random.between(half, day)});
      }
      one.calendar = calendar::weekly(open, 7 * day, -3 * day);  // 1970-01-01 was a Thursday
    }
    who.resources.push_back(std::move(one));
  }
  const auto anyone = [&]() -> const roadmap_resource& { return who.resources[random.below(people)]; };
  if (f.groups) {
    who.groups.emplace_back("g0", std::vector<std::string>{anyone().name, anyone().name});
    who.groups.emplace_back("g1", std::vector<std::string>{"*", '!' + anyone().name});
  }
  amount least = 4;
  for (const roadmap_resource& r : who.resources) least = std::min(least, r.capacity);
  if (f.closures && random.chance(0.5)) {
    const day_number first = date(5, 40);
    map.closed.push_back({first, first + random.between(0, 4)});
  }
  for (std::size_t i = 0; i < f.tasks; ++i) {
    // Ids in another order than the tasks.
    roadmap_task t{.id = std::string(1, static_cast<char>('a' + i * 7 % 26)) + std::to_string(i)};
    t.duration = static_cast<double>(random.between(1, 12));
    if (!f.whole_days && random.chance(0.3)) t.duration = static_cast<double>(random.between(1, 60)) / 10;
    if (f.milestones && random.chance(0.08)) t.duration = 0;
    for (std::int64_t k = i == 0 ? 0 : random.between(0, 2); k > 0; --k) {
      const auto j = i - 1 - random.below(std::min<std::size_t>(i, 10));
      double lag = 0;
      if (f.lags && random.chance(0.3)) lag = static_cast<double>(random.between(f.negative_lags ? -4 : 0, 6));
      if (!f.whole_days && random.chance(0.1)) lag += 0.5;
      t.dependencies.push_back({map.tasks[j].id, lag});
    }
    const double kind = random.real();
    if (kind < 0.4) {
      const std::string specs[] = {
          "*", anyone().name + '|' + anyone().name, "*|!" + anyone().name, "g0", "g1", '!' + anyone().name};
      t.spec = specs[f.groups ? random.below(6) : random.below(3)];
      t.demands = {random.between(1, least)};
    } else if (kind < 0.6 && f.several) {
      const roadmap_resource& a = anyone();
      const roadmap_resource& b = anyone();
      t.resources = {a.name, b.name};
      t.demands = {random.between(1, a.capacity), random.between(1, b.capacity)};
    } else {
      const roadmap_resource& a = anyone();
      t.resources = {a.name};
      t.demands = {random.between(1, a.capacity)};
    }
    if (random.chance(0.3))
      for (std::size_t k = 0; k < std::max<std::size_t>(1, t.resources.size()); ++k)
        t.allocations.push_back(0.25 * static_cast<double>(random.between(1, 4)));
    if (f.fixed && random.chance(0.06)) {
      const day_number start = date(-5, 50);
      if (random.chance(0.7)) t.start_on = start;
      if (!t.start_on || random.chance(0.4)) t.end_on = start + random.between(0, 8);
    }
    if (f.releases && random.chance(0.15)) t.start_after = date(-5, 50);
    if (f.due && random.chance(0.35)) t.end_before = date(5, 120);
    t.priority = random.between(1, 10) * 10;
    map.tasks.push_back(std::move(t));
  }
  if (f.completed)
    for (const roadmap_task& t : map.tasks)
      if (random.chance(0.04)) map.completed.push_back(t.id);
  return map;
}

#endif
