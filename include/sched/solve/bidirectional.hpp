// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_BIDIRECTIONAL_HPP
#define SCHED_SOLVE_BIDIRECTIONAL_HPP

/// \file
/// Building a schedule from both ends at once.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/model/project.hpp>
#include <sched/model/reversed.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/rule.hpp>
#include <sched/solve/partial_schedule.hpp>
#include <sched/solve/rule_driver.hpp>
#include <sched/solve/sgs_options.hpp>
#include <sched/timeline/step_timeline.hpp>

namespace sched {
inline namespace v0 {

/// The first half of bidirectional planning (after Klein, EJOR 127, 2000): one timetable on [0, H), H = sum of all
/// durations and lags. Tasks whose predecessors are all placed from the left start as early as possible there; tasks
/// whose successors are all placed from the right finish as late as possible there. Left keys come from the project,
/// right keys from the reversed one; `options.turn` says who goes next. The gap is closed by the caller.
/// Dates and calendars do not matter here; the closing pass honours them. Modes: those that a scheme starts with.
/// Static rules only make sense (others are asked with all candidates at time 0 and never about resources);
/// O(n · |candidates|) without the fits.
template <priority_rule Rule, mode_policy Modes>
  requires(!priority::parallel_only<Rule>)
[[nodiscard]] schedule_result both_ends(const project& p, Rule rule, const sgs_options& options, const Modes& policy) {
  const std::size_t n = p.task_count();
  rule_driver<Rule> left(p, rule);
  schedule_result out = check_solvable(p, left.windows());
  std::vector<std::uint32_t> modes = starting_modes(p, policy, options.seed, out);
  if (out.status != status::feasible) return out;
  if constexpr (requires { policy.start_vector(p); }) modes = first_modes(p, policy, options.seed);
  if (!left.is_static()) {
    out.status = status::unsupported;
    out.reason = "bidirectional planning needs a static priority rule";
    return out;
  }
  const project mirror = reversed_project(p, 0);
  rule_driver<Rule> right(mirror, std::move(rule));
  left.reseed(options.seed);
  right.reseed(options.seed);
  left.prepare();
  right.prepare();

  std::vector<step_timeline> lines(p.resource_count());
  for (std::size_t r = 0; r < lines.size(); ++r) lines[r].reset(p.resource_of(resource_id(r)).capacity);
  const auto renewable = [&](const requirement& q) {
    return p.resource_of(q.resource).kind == resource_kind::renewable;
  };
  const auto mode_of = [&](task_id t) { return modes.empty() ? std::size_t{0} : modes[t.index()]; };

  schedule s = schedule::unplaced(n);
  std::vector<char> side(n, 0);  // 1 = from the left, 2 = from the right
  std::vector<std::uint32_t> before(n), after(n);
  std::vector<task_id> left_open, right_open;
  instant horizon{};
  for (std::size_t i = 0; i < n; ++i) {
    const task_id t(i);
    s.mode[i] = static_cast<std::uint32_t>(mode_of(t));
    horizon += p.work(t, s.mode[i]);
    for (const adjacency& l : p.successors(t)) horizon += std::max<duration>(0, l.lag);
    before[i] = static_cast<std::uint32_t>(p.predecessors(t).size());
    after[i] = static_cast<std::uint32_t>(p.successors(t).size());
    if (before[i] == 0) left_open.push_back(t);
    if (after[i] == 0) right_open.push_back(t);
  }
  const auto best = [&](const std::vector<task_id>& open, const rule_driver<Rule>& driver) {
    return *std::ranges::min_element(open, {}, [&](task_id t) { return driver.ranks()[t.index()]; });
  };
  const auto drop = [](std::vector<task_id>& open, task_id t) { std::erase(open, t); };

  // Fits over several resources; both loops move monotonically until all agree.
  const auto earliest = [&](task_id t, instant from, duration work) {
    for (bool moved = work > 0; moved;) {
      moved = false;
      for (const requirement& q : p.requirements(t, mode_of(t))) {
        if (!renewable(q)) continue;
        const instant fit = lines[q.resource.index()].earliest_fit(from, work, q.units);
        moved = moved || fit > from;
        from = fit;
      }
    }
    return from;
  };
  const auto latest = [&](task_id t, instant finish, duration work) {
    for (bool moved = work > 0; moved;) {
      moved = false;
      for (const requirement& q : p.requirements(t, mode_of(t))) {
        if (!renewable(q)) continue;
        const instant fit = lines[q.resource.index()].latest_fit(finish, work, q.units) + work;
        moved = moved || fit < finish;
        finish = fit;
      }
    }
    return finish - work;
  };

  bool from_left = true;
  for (std::size_t placed = 0; placed < n; ++placed) {
    if (left_open.empty() || right_open.empty()) {
      from_left = !left_open.empty();
    } else if (options.turn == turns::merged) {
      const task_id l = best(left_open, left), r = best(right_open, right);
      const double kl = left.keys()[l.index()], kr = right.keys()[r.index()];
      from_left = kl <= kr;
    }
    const task_id t = from_left ? best(left_open, left) : best(right_open, right);
    const duration work = p.work(t, mode_of(t));
    const std::size_t i = t.index();
    if (from_left) {
      instant start = 0;
      for (const adjacency& l : p.predecessors(t)) {
        const instant from = (from_start(l.kind) ? s.start[l.task.index()] : s.finish[l.task.index()]) + l.lag;
        start = std::max(start, to_start(l.kind) ? from : from - work);
      }
      s.start[i] = earliest(t, start, work);
    } else {
      instant start = horizon - work;
      for (const adjacency& l : p.successors(t)) {
        const instant to = (to_start(l.kind) ? s.start[l.task.index()] : s.finish[l.task.index()]) - l.lag;
        start = std::min(start, from_start(l.kind) ? to : to - work);
      }
      s.start[i] = latest(t, start + work, work);
    }
    s.finish[i] = s.start[i] + work;
    side[i] = from_left ? 1 : 2;
    drop(left_open, t);
    drop(right_open, t);
    if (work > 0)
      for (const requirement& q : p.requirements(t, mode_of(t)))
        if (renewable(q)) lines[q.resource.index()].add_capacity({s.start[i], s.finish[i]}, -q.units);
    if (from_left) {
      for (const adjacency& l : p.successors(t))
        if (--before[l.task.index()] == 0 && side[l.task.index()] == 0) left_open.push_back(l.task);
    } else {
      for (const adjacency& l : p.predecessors(t))
        if (--after[l.task.index()] == 0 && side[l.task.index()] == 0) right_open.push_back(l.task);
    }
    if (options.turn == turns::alternating) from_left = !from_left;
  }
  out.schedule = std::move(s);
  out.schedules = 1;
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
