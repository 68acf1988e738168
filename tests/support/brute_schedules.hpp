// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_BRUTE_SCHEDULES_HPP
#define SCHED_TESTS_SUPPORT_BRUTE_SCHEDULES_HPP

// Exhaustive search over all schedules of tiny projects, and tiny projects with contradictory dates.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/core/random.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>

#include "support/brute_project.hpp"

namespace sched_test {

/// Tries every mode and every start up to `last` for every task, tick by tick.
class exhaustive_search {
public:
  exhaustive_search(const sched::project& p, std::int64_t last)
      : p_(p),
        last_(last),
        best_(last + 1),
        start_(p.task_count()),
        finish_(p.task_count()),
        spent_(p.resource_count()) {}

  std::optional<sched::instant> run() {
    place(0);
    if (best_ > last_) return std::nullopt;
    return sched::instant(best_);
  }

private:
  void place(std::size_t position) {
    using namespace sched;
    if (position == p_.task_count()) {
      best_ = 0;
      for (std::int64_t f : finish_) best_ = std::max(best_, f);
      return;
    }
    const task_id t = p_.topological_order()[position];
    const std::size_t i = t.index();
    for (std::size_t m = 0; m < p_.mode_count(t); ++m) {
      if (!spend(t, m)) continue;
      std::int64_t first = 0;
      if (p_.release(t).is_finite()) first = std::max(first, p_.release(t).count());
      std::int64_t to = best_ - 1;
      if (p_.is_fixed(t)) first = to = p_.fixed_start(t).count();
      for (start_[i] = first; start_[i] <= to; ++start_[i]) {
        const instant finish = brute::finish_of(p_, t, m, start_[i]);
        if (finish >= best_ || finish > p_.deadline(t)) break;  // finishes rise with starts
        finish_[i] = finish.count();
        if (after_predecessors(t) && occupy(t, m)) {
          place(position + 1);
          give_back(t, m);
        }
      }
      for (const requirement& q : p_.requirements(t, m))
        if (p_.resource_of(q.resource).kind == resource_kind::nonrenewable) spent_[q.resource.index()] -= q.units;
    }
  }
  bool spend(sched::task_id t, std::size_t m) {
    bool affordable = true;
    for (const sched::requirement& q : p_.requirements(t, m))  // spent_ of renewable resources is 0
      affordable = affordable && spent_[q.resource.index()] + q.units <= p_.resource_of(q.resource).capacity;
    if (affordable)
      for (const sched::requirement& q : p_.requirements(t, m))
        if (p_.resource_of(q.resource).kind == sched::resource_kind::nonrenewable)
          spent_[q.resource.index()] += q.units;
    return affordable;
  }
  bool after_predecessors(sched::task_id t) const {
    return std::ranges::all_of(p_.predecessors(t), [&](const sched::adjacency& l) {
      const std::int64_t x = (from_start(l.kind) ? start_ : finish_)[l.task.index()] + l.lag.count();
      return (to_start(l.kind) ? start_ : finish_)[t.index()] >= x;
    });
  }
  bool occupy(sched::task_id t, std::size_t m) {
    using namespace sched;
    const std::size_t i = t.index();
    if (p_.work(t, m) == 0) return true;
    if (!brute::can_work(p_, t, m, start_[i])) return false;
    for (const requirement& q : p_.requirements(t, m)) {
      const resource& r = p_.resource_of(q.resource);
      if (r.kind == resource_kind::nonrenewable) continue;
      if (brute::first_break(r, start_[i], finish_[i]) < finish_[i]) return false;
      for (std::int64_t x = start_[i]; x < finish_[i]; ++x)
        if (used_[{q.resource.index(), x}] + q.units > r.capacity_at(x)) return false;
    }
    change(t, m, 1);
    return true;
  }
  void give_back(sched::task_id t, std::size_t m) {
    if (p_.work(t, m) > 0) change(t, m, -1);
  }
  void change(sched::task_id t, std::size_t m, sched::amount sign) {
    for (const sched::requirement& q : p_.requirements(t, m))
      for (std::int64_t x = start_[t.index()]; x < finish_[t.index()]; ++x)
        used_[{q.resource.index(), x}] += sign * q.units;
  }

  const sched::project& p_;
  std::int64_t last_, best_;
  std::vector<std::int64_t> start_, finish_;
  std::vector<sched::amount> spent_;
  std::map<std::pair<std::size_t, std::int64_t>, sched::amount> used_;
};

/// The least makespan of all schedules that end by `last`; nothing when there is no such schedule.
inline std::optional<sched::instant> least_makespan(const sched::project& p, std::int64_t last) {
  return exhaustive_search(p, last).run();
}

/// Up to four tasks with modes, lags of all kinds, calendars and tight dates that often contradict one another.
inline sched::project tiny_dated_project(sched::random_generator& rng) {
  using namespace sched;
  project_builder b;
  const bool calendars = rng.chance(0.4);
  for (int r = 0; r < 2; ++r) {
    resource res{.capacity = rng.between(1, 3)};
    const auto shifts = [&] { return calendar::weekly({{rng.between(0, 1), 3}, {4, rng.between(5, 7)}}, 7); };
    if (calendars && rng.chance(0.6)) {
      res.breaks = shifts();
      res.on_break = rng.chance(0.5) ? break_rule::closed : break_rule::stretching;
    }
    if (calendars && rng.chance(0.3)) res.shrinkings.push_back({shifts(), rng.between(0, res.capacity)});
    b.add_resource(std::move(res));
  }
  const bool budget = rng.chance(0.3);
  if (budget) b.add_nonrenewable(rng.between(1, 6));
  b.on_excess_demand(excess_demand::keep);
  const std::size_t n = 2 + static_cast<std::size_t>(rng.below(3));
  const bool fixed = rng.chance(0.4);
  const bool modes = rng.chance(0.4);
  for (std::size_t i = 0; i < n; ++i) {
    task_spec t;
    for (std::int64_t m = rng.between(1, modes ? 2 : 1); m > 0; --m) {
      mode_spec mode{.work = rng.between(0, 4)};
      for (std::uint32_t r = 0; r < (budget ? 3U : 2U); ++r)
        if (rng.chance(0.6)) mode.needs.push_back({resource_id(r), rng.between(1, 2)});
      t.modes.push_back(std::move(mode));
    }
    if (rng.chance(0.2)) t.dates.release = rng.between(0, 5);
    if (rng.chance(0.4)) t.dates.deadline = rng.between(t.dates.release.is_finite() ? t.dates.release.count() : 1, 14);
    if (fixed && rng.chance(0.4)) {
      const std::int64_t low = t.dates.release.is_finite() ? t.dates.release.count() : 0;
      const std::int64_t high = t.dates.deadline.is_finite() ? std::min<std::int64_t>(8, t.dates.deadline.count()) : 8;
      t.dates.fixed_start = rng.between(std::min(low, high), high);
      if (t.dates.fixed_start < t.dates.release) t.dates.fixed_start = t.dates.release;
      if (t.dates.fixed_start > t.dates.deadline) t.dates.fixed_start = instant::minus_infinity();
    }
    b.add_task(std::move(t));
  }
  const bool lags = rng.chance(0.6);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      if (rng.chance(0.4)) {
        if (lags) b.add_precedence(task_id(i), task_id(j), {static_cast<lag_kind>(rng.below(4)), rng.between(-2, 4)});
        else b.add_precedence(task_id(i), task_id(j));
      }
  return b.build();
}

}  // namespace sched_test

#endif
