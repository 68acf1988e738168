// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_BRUTE_PROJECT_HPP
#define SCHED_TESTS_SUPPORT_BRUTE_PROJECT_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/evaluate/validate_project.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

/// The rules of a project applied tick by tick, for small instances: a second opinion on the validator, and a slow
/// scheduler. Uses `is_open` of calendars and nothing else of them.
namespace brute {

using namespace sched;

/// A task that takes longer than this many ticks (breaks included) is taken to last for ever.
inline constexpr std::int64_t patience = 20'000;

/// True when tick t is open for every stretching resource that the mode needs.
inline bool can_work(const project& p, task_id i, std::size_t mode, std::int64_t t) {
  for (const requirement& q : p.requirements(i, mode)) {
    const resource& r = p.resource_of(q.resource);
    if (r.on_break == break_rule::stretching && !r.breaks.is_open(t)) return false;
  }
  return true;
}

/// Where the work of a task that starts at t ends.
inline instant finish_of(const project& p, task_id i, std::size_t mode, std::int64_t t) {
  std::int64_t left = p.work(i, mode).count();
  for (const std::int64_t last = t + patience; left > 0; ++t) {
    if (t > last) return instant::infinity();
    if (can_work(p, i, mode, t)) --left;
  }
  return t;
}

/// First closed tick of [start, finish) in the breaks of a `closed` resource; `finish` when there is none.
inline std::int64_t first_break(const resource& r, std::int64_t start, std::int64_t finish) {
  if (r.on_break != break_rule::closed) return finish;
  while (start < finish && r.breaks.is_open(start)) ++start;
  return start;
}

/// What is wrong with a schedule: (kind, task, other task or resource, measured, allowed), and for overloads the units
/// too many at every (resource, tick).
struct findings {
  std::multiset<std::tuple<violation_kind, std::size_t, std::size_t, std::int64_t, std::int64_t>> rules;
  std::map<std::pair<std::size_t, std::int64_t>, std::pair<amount, amount>> overload;
  bool operator==(const findings&) const = default;
};

/// Precondition: the schedule has the right size; times are small.
inline findings check(const project& p, const schedule& s) {
  using enum violation_kind;
  findings f;
  const auto note = [&](violation_kind k, std::size_t i, std::size_t other, std::int64_t measured,
                        std::int64_t allowed) { f.rules.emplace(k, i, other, measured, allowed); };
  const std::size_t n = p.task_count();
  const auto placed = [&](std::size_t i) { return s.start[i].is_finite() && s.finish[i].is_finite(); };
  std::map<std::size_t, amount> spent;
  for (std::size_t i = 0; i < n; ++i) {
    const task_id t(i);
    const std::int64_t start = s.start[i].count();
    const std::int64_t finish = s.finish[i].count();
    const std::size_t mode = s.mode[i];
    if (!placed(i)) note(unplaced, i, 0, start, 0);
    if (placed(i)) {
      if (p.is_fixed(t) && start != p.fixed_start(t).count()) note(fixed_start, i, 0, start, p.fixed_start(t).count());
      if (!p.is_fixed(t) && start < 0) note(before_zero, i, 0, start, 0);
      if (p.release(t).is_finite() && start < p.release(t).count()) note(release, i, 0, start, p.release(t).count());
      if (p.deadline(t).is_finite() && finish > p.deadline(t).count())
        note(deadline, i, 0, finish, p.deadline(t).count());
    }
    if (mode >= p.mode_count(t)) {
      note(unknown_mode, i, 0, static_cast<std::int64_t>(mode), static_cast<std::int64_t>(p.mode_count(t)));
      continue;
    }
    for (const requirement& q : p.requirements(t, mode)) {
      const resource& r = p.resource_of(q.resource);
      if (q.units > r.capacity) note(excess_demand, i, q.resource.index(), q.units, r.capacity);
      if (r.kind == resource_kind::nonrenewable) spent[q.resource.index()] += q.units;
    }
    if (!placed(i)) continue;
    if (const instant end = finish_of(p, t, mode, start); end != finish) note(wrong_finish, i, 0, finish, end.count());
    if (p.work(t, mode) == 0) continue;
    for (const requirement& q : p.requirements(t, mode)) {
      const resource& r = p.resource_of(q.resource);
      if (r.kind == resource_kind::nonrenewable) continue;
      if (r.on_break == break_rule::stretching && !r.breaks.is_open(start)) {
        std::int64_t open = start;
        while (!r.breaks.is_open(open)) ++open;
        note(starts_in_break, i, q.resource.index(), start, open);
      }
      if (first_break(r, start, finish) < finish) {
        std::int64_t inside = 0;
        for (std::int64_t x = start; x < finish; ++x) inside += r.breaks.is_open(x) ? 0 : 1;
        note(crosses_break, i, q.resource.index(), inside, 0);
      }
    }
  }
  const auto lag = [&](std::size_t i, std::size_t j, lag_kind k, std::int64_t length, bool maximal) {
    if (!placed(i) || !placed(j)) return;
    const bool first = k == lag_kind::start_start || k == lag_kind::start_finish;
    const bool second = k == lag_kind::start_start || k == lag_kind::finish_start;
    const std::int64_t x = (first ? s.start[i] : s.finish[i]).count() + length;
    const std::int64_t y = (second ? s.start[j] : s.finish[j]).count();
    if (maximal ? y > x : y < x) note(maximal ? maximal_lag : precedence, i, j, y, x);
  };
  for (std::size_t i = 0; i < n; ++i)
    for (const sched::adjacency& l : p.successors(task_id(i))) lag(i, l.task.index(), l.kind, l.lag.count(), false);
  for (const sched::precedence& a : p.maximal_lags()) lag(a.from.index(), a.to.index(), a.kind, a.lag.count(), true);
  for (const auto& [r, units] : spent)
    if (units > p.resource_of(resource_id(r)).capacity)
      note(overspent, r, 0, units, p.resource_of(resource_id(r)).capacity);

  std::map<std::pair<std::size_t, std::int64_t>, amount> used;
  for (std::size_t i = 0; i < n; ++i) {
    if (!placed(i) || s.mode[i] >= p.mode_count(task_id(i)) || p.work(task_id(i), s.mode[i]) == 0) continue;
    for (const requirement& q : p.requirements(task_id(i), s.mode[i]))
      if (p.resource_of(q.resource).kind == resource_kind::renewable)
        for (std::int64_t x = s.start[i].count(); x < s.finish[i].count(); ++x)
          used[{q.resource.index(), x}] += q.units;
  }
  for (const auto& [where, units] : used) {
    const resource& r = p.resource_of(resource_id(where.first));
    amount there = r.capacity;
    for (const shrinking& k : r.shrinkings)
      if (!k.calendar.is_open(where.second)) there = std::min(there, k.capacity);
    if (units > there) f.overload[where] = {units, there};
  }
  return f;
}

/// Places one task after another, each as early as the rules allow, trying every tick. `order` must put predecessors
/// first; fixed tasks are placed before all others. Nothing when a task finds no place within `patience` ticks;
/// deadlines, maximal lags and fixed starts that contradict others are not looked at.
inline std::optional<schedule> place_serially(const project& p, const std::vector<task_id>& order,
                                              const std::vector<std::uint32_t>& modes) {
  schedule s = schedule::unplaced(p.task_count());
  s.mode = modes;
  std::map<std::pair<std::size_t, std::int64_t>, amount> used;
  const auto fits = [&](task_id i, std::int64_t start, std::int64_t finish) {
    const std::size_t m = modes[i.index()];
    if (p.work(i, m) == 0) return true;
    if (!can_work(p, i, m, start)) return false;
    for (const requirement& q : p.requirements(i, m)) {
      const resource& r = p.resource_of(q.resource);
      if (r.kind == resource_kind::nonrenewable) continue;
      if (first_break(r, start, finish) < finish) return false;
      for (std::int64_t x = start; x < finish; ++x)
        if (used[{q.resource.index(), x}] + q.units > r.capacity_at(x)) return false;
    }
    return true;
  };
  const auto place = [&](task_id i, std::int64_t start, std::int64_t finish) {
    s.start[i.index()] = start;
    s.finish[i.index()] = finish;
    for (const requirement& q : p.requirements(i, modes[i.index()]))
      for (std::int64_t x = start; x < finish; ++x) used[{q.resource.index(), x}] += q.units;
  };
  for (task_id i : order)
    if (p.is_fixed(i))
      place(i, p.fixed_start(i).count(), finish_of(p, i, modes[i.index()], p.fixed_start(i).count()).count());
  for (task_id i : order) {
    if (p.is_fixed(i)) continue;
    std::int64_t t = p.release(i).is_finite() ? std::max<std::int64_t>(0, p.release(i).count()) : 0;
    for (const std::int64_t last = t + patience;; ++t) {
      if (t > last) return std::nullopt;
      const instant finish = finish_of(p, i, modes[i.index()], t);
      if (!finish.is_finite()) return std::nullopt;
      const bool after = std::ranges::all_of(p.predecessors(i), [&](const sched::adjacency& l) {
        const instant x = (from_start(l.kind) ? s.start : s.finish)[l.task.index()] + l.lag;
        return (to_start(l.kind) ? instant(t) : finish) >= x;
      });
      if (after && fits(i, t, finish.count())) {
        place(i, t, finish.count());
        break;
      }
    }
  }
  return s;
}

/// `place_serially` in topological order, every task in its last mode.
inline std::optional<schedule> place_serially(const project& p) {
  std::vector<std::uint32_t> modes;
  for (std::size_t i = 0; i < p.task_count(); ++i)
    modes.push_back(static_cast<std::uint32_t>(p.mode_count(task_id(i)) - 1));
  return place_serially(p, {p.topological_order().begin(), p.topological_order().end()}, modes);
}

}  // namespace brute

#endif
