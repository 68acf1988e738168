// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_SMALL_PROJECTS_HPP
#define SCHED_TESTS_SUPPORT_SMALL_PROJECTS_HPP

// Random small projects, a naive semi-active schedule for them (dense arrays, first fit), and a five-day week.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/schedule.hpp>

namespace small {

/// Open on ticks 0–4 of every 7. Loops are short: no break is longer than two ticks.
struct five_day_week {
  using instant = sched::instant;
  bool is_open(instant t) const { return ((t.count() % 7) + 7) % 7 < 5; }
  instant next_open(instant t) const {
    while (!is_open(t)) t += 1;
    return t;
  }
  instant next_closed(instant t) const {
    while (is_open(t)) t += 1;
    return t;
  }
  instant prev_open(instant t) const {
    while (!is_open(t - 1)) t -= 1;
    return t;
  }
  instant prev_closed(instant t) const {
    while (is_open(t - 1)) t -= 1;
    return t;
  }
  instant add_work(instant t, sched::duration w) const {
    for (; w > 0; t += 1)
      if (is_open(t)) w -= 1;
    return t;
  }
  instant sub_work(instant t, sched::duration w) const {
    for (; w > 0; t -= 1)
      if (is_open(t - 1)) w -= 1;
    return t;
  }
  sched::duration work_between(sched::interval i) const {
    sched::duration n = 0;
    for (instant t = i.start; t < i.finish; t += 1) n += is_open(t) ? 1 : 0;
    return n;
  }
};

inline sched::project random_project(std::uint64_t seed, int n, int resources, std::int64_t longest = 6) {
  sched::random_generator g(seed);
  sched::project_builder b;
  std::vector<sched::resource_id> ids;
  for (int r = 0; r < resources; ++r) ids.push_back(b.add_renewable(g.between(4, 9)));
  for (int i = 0; i < n; ++i) {
    std::vector<sched::requirement> needs;
    for (auto r : ids)
      if (g.chance(0.5)) needs.push_back({r, g.between(1, 4)});
    b.add_task(g.between(i == 0 ? 0 : 1, longest), needs);
  }
  for (int i = 1; i < n; ++i)
    for (int k = 0; k < 2; ++k)
      if (const auto j = static_cast<int>(g.between(-2, i - 1)); j >= 0)
        b.add_precedence(sched::task_id(j), sched::task_id(i));
  return b.build();
}

/// Every task in topological order at the first time that fits. Finish–start lags of 0 and constant capacities only.
inline sched::schedule first_fit(const sched::project& p) {
  sched::schedule s = sched::schedule::unplaced(p.task_count());
  std::vector<std::vector<sched::amount>> used(
      p.resource_count(), std::vector<sched::amount>(static_cast<std::size_t>(p.horizon().count()) + 1, 0));
  for (sched::task_id t : p.topological_order()) {
    std::int64_t at = 0;
    for (const sched::adjacency& l : p.predecessors(t)) at = std::max(at, s.finish[l.task.index()].count());
    const std::int64_t work = p.work(t).count();
    const auto fits = [&] {
      for (const auto& q : p.requirements(t))
        for (std::int64_t x = at; x < at + work; ++x)
          if (used[q.resource.index()][static_cast<std::size_t>(x)] + q.units > p.resource_of(q.resource).capacity)
            return false;
      return true;
    };
    while (!fits()) ++at;
    for (const auto& q : p.requirements(t))
      for (std::int64_t x = at; x < at + work; ++x) used[q.resource.index()][static_cast<std::size_t>(x)] += q.units;
    s.start[t.index()] = at;
    s.finish[t.index()] = at + work;
  }
  return s;
}

}  // namespace small

#endif
