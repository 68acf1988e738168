// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_CRITICAL_CHAIN_HPP
#define SCHED_IO_CRITICAL_CHAIN_HPP

/// \file
/// Why a schedule is as long as it is: the chain of waits that ends at the makespan, and each task's slack.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/io/resource_usage.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {

/// Which tasks count as critical.
enum class critical_marking : std::uint8_t {
  none,
  chain,  ///< one unbroken chain of waits from the beginning to the makespan
  all     ///< every such chain: in schedules whose resources are tight that can be most tasks
};

/// The critical chain and the slacks of one schedule. Both speak of this schedule, not of the project: another
/// schedule of the same length may have another chain.
struct schedule_slack {
  std::vector<char> critical;   ///< by task
  std::vector<duration> slack;  ///< by task; 0 for tasks that are not placed
};

/// Marks the critical chain and measures slacks.
///
/// *Critical chain*: the task that finishes at the makespan (of several the one that starts last), and from a task on
/// the chain backwards what it waited for: a predecessor whose lag is tight, or else a task that finishes when it
/// starts and holds a renewable resource of which there was too little left for it just before. Of several such holders
/// those that, going on, would alone still block it. A task that waited only for its calendar looks back over the
/// break. A task that waited for nothing, for its release date or for a shrinking's end, or is fixed, ends the chain.
/// Of several possible causes `critical_marking::chain` takes the one that starts first (then the lowest number), `all`
/// takes every one.
///
/// *Slack*: by how much the task alone could finish later, all others staying where they are, without breaking a
/// minimal or maximal lag, its deadline, the makespan, or a capacity. A fixed task has none. (Measured with every
/// marking.)
///
/// O((n + m) log n + K) with K the tasks that share a finish time with the start of a task on the chain; allocates.
/// References: Goldratt 1997 (critical chain); Wiest 1964 (critical sequence).
[[nodiscard]] inline schedule_slack find_critical_chain(const project& p, const schedule& s,
                                                        critical_marking which = critical_marking::chain) {
  const std::size_t n = p.task_count();
  schedule_slack out{std::vector<char>(n, 0), std::vector<duration>(n, 0)};
  std::vector<std::vector<usage_step>> usage(p.resource_count());
  for (std::size_t r = 0; r < usage.size(); ++r)
    if (p.resources()[r].kind == resource_kind::renewable) usage[r] = usage_of(p, s, resource_id(r));

  instant makespan = instant::minus_infinity();
  std::vector<std::pair<instant, std::uint32_t>> by_finish;
  for (std::size_t i = 0; i < n; ++i) {
    if (!placed(s, task_id(i))) continue;
    by_finish.emplace_back(s.finish[i], static_cast<std::uint32_t>(i));
    makespan = std::max(makespan, s.finish[i]);
  }
  std::sort(by_finish.begin(), by_finish.end());

  std::vector<task_id> open;
  std::vector<task_id> causes;
  const auto mark = [&] {
    const auto key = [&](task_id t) { return std::pair(s.start[t.index()], t); };
    std::sort(causes.begin(), causes.end(), [&](task_id a, task_id b) { return key(a) < key(b); });
    if (which == critical_marking::chain && causes.size() > 1) causes.resize(1);
    for (task_id t : causes) {
      if (out.critical[t.index()]) continue;
      out.critical[t.index()] = 1;
      open.push_back(t);
    }
    causes.clear();
  };
  for (const auto& [finish, i] : by_finish) {
    if (finish != makespan || which == critical_marking::none) continue;
    if (which == critical_marking::chain && !causes.empty()) {
      if (s.start[causes.front().index()] <= s.start[i]) causes.front() = task_id(i);
    } else {
      causes.push_back(task_id(i));
    }
  }
  mark();
  while (!open.empty()) {
    const task_id t = open.back();
    open.pop_back();
    if (p.is_fixed(t)) continue;
    const auto needs = p.requirements(t, s.mode[t.index()]);
    const instant start = s.start[t.index()];
    instant ready = start;  // [ready, start) is closed for the task: being free at `ready` is being in time
    int moves = 0;          // calendars that are never open together would take turns for ever
    for (bool moved = true; moved && moves < 1000;) {
      moved = false;
      for (const requirement& q : needs)
        if (const instant back = p.resource_of(q.resource).breaks.prev_open(ready); back < ready && back.is_finite()) {
          ready = back;
          moved = true;
          ++moves;
        }
    }
    const duration wait = start - ready;
    for (const adjacency& l : p.predecessors(t)) {
      if (!placed(s, l.task)) continue;
      const instant bound = (from_start(l.kind) ? s.start[l.task.index()] : s.finish[l.task.index()]) + l.lag;
      const instant met = to_start(l.kind) ? start : s.finish[t.index()];
      if (bound <= met && bound >= met - wait) causes.push_back(l.task);
    }
    if (!causes.empty() && which == critical_marking::chain) {
      mark();
      continue;
    }
    for (const requirement& q : needs) {
      const resource& r = p.resource_of(q.resource);
      const auto& level = usage[q.resource.index()];
      if (r.kind != resource_kind::renewable || s.finish[t.index()] == start) continue;
      if (saturating_add(level_at(level, ready - 1), q.units) <= r.capacity_at(ready - 1)) continue;
      std::vector<task_id> holders, blockers;
      auto it = std::lower_bound(by_finish.begin(), by_finish.end(), std::pair(ready, std::uint32_t{0}));
      for (; it != by_finish.end() && it->first <= start; ++it) {
        const task_id other(it->second);
        const amount held = p.demand(other, q.resource, s.mode[other.index()]);
        if (other == t || held == 0 || s.start[other.index()] == s.finish[other.index()]) continue;
        holders.push_back(other);
        if (saturating_add(level_at(level, start), held) > r.capacity_at(start)) blockers.push_back(other);
      }
      const auto& found = blockers.empty() ? holders : blockers;
      causes.insert(causes.end(), found.begin(), found.end());
    }
    mark();
  }

  std::vector<duration> limit(n, duration::infinity());
  for (const auto& [finish, i] : by_finish) {
    const task_id t(i);
    duration free = makespan - finish;
    if (p.deadline(t).is_finite()) free = std::min(free, p.deadline(t) - finish);
    for (const adjacency& l : p.successors(t)) {
      if (!placed(s, l.task)) continue;
      const instant bound = (from_start(l.kind) ? s.start[i] : finish) + l.lag;
      free = std::min(free, (to_start(l.kind) ? s.start[l.task.index()] : s.finish[l.task.index()]) - bound);
    }
    limit[i] = free;
  }
  for (const precedence& a : p.maximal_lags()) {
    if (!placed(s, a.from) || !placed(s, a.to)) continue;
    const instant x = from_start(a.kind) ? s.start[a.from.index()] : s.finish[a.from.index()];
    const instant y = to_start(a.kind) ? s.start[a.to.index()] : s.finish[a.to.index()];
    limit[a.to.index()] = std::min(limit[a.to.index()], x + a.lag - y);
  }
  for (const auto& [finish, i] : by_finish) {
    const task_id t(i);
    if (p.is_fixed(t)) continue;
    duration free = limit[i];
    const bool works = s.start[i] < finish;
    for (const requirement& q : p.requirements(t, s.mode[i])) {
      const resource& r = p.resource_of(q.resource);
      if (r.kind != resource_kind::renewable || !works || free <= 0) continue;
      if (!r.breaks.always_open() && r.on_break == break_rule::closed)
        free = std::min(free, r.breaks.next_closed(finish) - finish);
      const auto& steps = usage[q.resource.index()];
      const auto fits = [&](instant at, amount level) { return saturating_add(level, q.units) <= r.capacity_at(at); };
      // The level just after the finish has lost this task's own units; each further step is looked at until the limit.
      if (!fits(finish, level_at(steps, finish))) free = 0;
      auto it = std::upper_bound(steps.begin(), steps.end(), finish,
                                 [](instant x, const usage_step& u) { return x < u.time; });
      for (; it != steps.end() && it->time < finish + free; ++it)
        if (!fits(it->time, it->level)) free = it->time - finish;
      for (const usage_step& c :
           r.shrinkings.empty() ? std::vector<usage_step>{} : capacity_of(r, {finish, finish + free}))
        if (c.time < finish + free && saturating_add(level_at(steps, c.time), q.units) > c.level)
          free = c.time - finish;
    }
    out.slack[i] = std::max(free, duration(0));
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
