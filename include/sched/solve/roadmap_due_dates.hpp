// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_ROADMAP_DUE_DATES_HPP
#define SCHED_SOLVE_ROADMAP_DUE_DATES_HPP

/// \file
/// The backward pass of a roadmap: by when must each task be done so that everything behind it can be on time?

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_problem.hpp>

namespace sched {
inline namespace v0 {

/// What the backward pass finds, by task of the problem.
struct roadmap_due_dates {
  std::vector<instant> due{};  ///< exclusive; +∞: none
  std::vector<std::int64_t> priority{};
  std::vector<std::uint32_t>
      order{};  ///< topological, dependencies first; shorter than the problem if there is a cycle
  std::vector<std::uint32_t> cycle{};  ///< each waits for the next, the last for the first; empty: there is none
};

namespace detail {

/// The booked and closed times of a problem, for questions that look back from a due date.
class backward_timelines {
public:
  explicit backward_timelines(const branching_timelines& forward) : forward_(&forward) {
    for (std::uint32_t r = 0; r < forward.size(); ++r) {
      forward.each_step(r, [&](instant start, amount free) { steps_.push_back({start, free}); });
      begin_.push_back(steps_.size());
    }
  }

  /// The last maximal stretch of workable ticks that begins before t, cut at t; `{−∞, −∞}` if there is none.
  /// O(log steps + steps passed).
  [[nodiscard]] interval stretch_before(std::uint32_t r, instant t, amount units) const {
    constexpr interval nothing{instant::minus_infinity(), instant::minus_infinity()};
    const std::span<const step> all(steps_.data() + begin_[r], begin_[r + 1] - begin_[r]);
    const calendar::any_calendar* const open = forward_->open_hours(r);
    for (;;) {
      std::size_t k = static_cast<std::size_t>(std::ranges::lower_bound(all, t, {}, &step::start) - all.begin());
      while (k > 0 && all[k - 1].free < units) t = std::min(t, all[--k].start);
      if (k == 0 || t == instant::minus_infinity()) return nothing;
      std::size_t first = k - 1;
      while (first > 0 && all[first - 1].free >= units) --first;
      const interval found{all[first].start, t};
      if (open == nullptr) return found;
      const instant end = open->prev_open(found.finish);
      if (end > found.start) return {std::max(found.start, open->prev_closed(end)), end};
      if (found.start == instant::minus_infinity()) return nothing;
      t = found.start;
    }
  }
  /// The same for ticks in which all of `needs` can work.
  [[nodiscard]] interval stretch_before(std::span<const resource_units> needs, instant t) const {
    for (;;) {
      interval common{instant::minus_infinity(), t};
      for (const resource_units& q : needs) {
        const interval one = stretch_before(q.resource, common.finish, q.units);
        if (one.finish < common.finish) common = {std::max(common.start, one.start), one.finish};
        else common.start = std::max(common.start, one.start);
      }
      if (common.finish == instant::minus_infinity() || common.start < common.finish) return common;
      t = common.finish;
    }
  }
  /// Greatest workable s such that [s, t) holds so many workable ticks; −∞ if there are not so many.
  [[nodiscard]] instant latest_start(std::span<const resource_units> needs, instant t, duration work) const {
    for (;;) {
      const interval s = stretch_before(needs, t);
      if (s.finish == instant::minus_infinity()) return s.finish;
      if (s.finish - s.start >= work) return s.finish - work;
      work -= s.finish - s.start;
      t = s.start;
    }
  }

private:
  struct step {
    instant start{};
    amount free = 0;
  };
  const branching_timelines* forward_;
  std::vector<step> steps_;
  std::vector<std::size_t> begin_{0};
};

/// Latest start of task i such that it is finished by `due`.
[[nodiscard]] inline instant latest_start(const roadmap_problem& p, const backward_timelines& back, std::size_t i,
                                          instant due) {
  if (p.fixed(i)) return p.fixed_stay(i).start;
  const instant complete = due - p.tail();
  const instant plain = complete - p.work(i);
  if (p.work(i) == 0) return complete;
  instant latest = instant::minus_infinity();
  if (p.automatic(i)) {
    for (const std::uint32_t r : p.candidates(i)) {
      const resource_units need[] = {{r, p.units(i)}};
      latest = std::max(latest, back.latest_start(need, complete, p.work(i)));
      if (latest == plain) break;  // nobody can start later
    }
  } else if (!p.needs(i).empty() && p.joint_work()) {
    latest = back.latest_start(p.needs(i), complete, p.work(i));
  } else if (!p.needs(i).empty()) {
    latest = plain;  // each walks alone, but all must be free at the start
    for (const resource_units& q : p.needs(i))
      latest = std::min(latest, back.latest_start({&q, 1}, complete, p.work(i)));
    if (latest.is_finite()) latest = back.stretch_before(p.needs(i), latest + 1).finish - 1;
  }
  return latest.is_finite() ? latest : plain;  // who can never work has no better answer
}

/// One circle among the tasks that a topological order did not reach.
[[nodiscard]] inline std::vector<std::uint32_t> find_circle(const roadmap_problem& p, std::span<const char> reached) {
  std::vector<std::uint32_t> path;
  std::vector<char> seen(p.size(), 0);
  std::uint32_t at = 0;
  while (reached[at] != 0) ++at;
  // Every unreached task has an unreached dependent, so walking to dependents must meet itself.
  while (seen[at] == 0) {
    seen[at] = 1;
    path.push_back(at);
    const auto next =
        std::ranges::find_if(p.successors(at), [&](const roadmap_arc& a) { return reached[a.task] == 0; });
    if (next != p.successors(at).end()) at = next->task;
  }
  path.erase(path.begin(), std::ranges::find(path, at));
  std::ranges::reverse(path);  // each waits for the next
  return path;
}

}  // namespace detail

/// Due dates and priorities that tasks inherit from what depends on them.
///
/// Simple pass (compatible modes): the due date of a dependency is that of its dependent less the dependent's duration
/// and the lag, rounded up once. Exact pass (native): the latest start that lets the dependent finish by its own, over
/// closed periods, calendars and fixed work, less the lag; so on dedicated resources meeting every computed date meets
/// every given one, and missing one makes some given one late. Given dates replace the whole pass.
/// O(n + m) walks over calendars; allocates the result.
[[nodiscard]] inline roadmap_due_dates find_due_dates(const roadmap_problem& p, const roadmap_options& options) {
  const std::size_t n = p.size();
  roadmap_due_dates out;
  for (std::size_t i = 0; i < n; ++i) {
    out.due.push_back(p.own_due(i));
    out.priority.push_back(p.own_priority(i));
  }
  const bool exact = p.native() && options.backward_pass == roadmap_backward_pass::exact;
  const bool inherit = !p.native() || options.inherit_priority;
  const auto& given = p.source().given;
  const detail::backward_timelines back(p.timelines());

  std::vector<std::uint32_t> dependents(n, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (const roadmap_arc& a : p.all_predecessors(i)) ++dependents[a.task];
  for (std::uint32_t i = 0; i < n; ++i)
    if (dependents[i] == 0) out.order.push_back(i);
  std::vector<char> reached(n, 0);
  for (std::size_t k = 0; k < out.order.size(); ++k) {
    const std::uint32_t i = out.order[k];
    reached[i] = 1;
    if (!given) {
      instant latest = instant::infinity();
      if (exact && out.due[i].is_finite() && !p.predecessors(i).empty())
        latest = detail::latest_start(p, back, i, out.due[i]);
      if (exact && p.fixed(i)) latest = p.fixed_stay(i).start;
      for (const roadmap_arc& a : p.predecessors(i)) {
        if (inherit) out.priority[a.task] = std::max(out.priority[a.task], out.priority[i]);
        if (exact) {
          if (latest.is_finite()) out.due[a.task] = std::min(out.due[a.task], latest - a.lag);
        } else if (out.due[i].is_finite()) {
          const duration back_by =
              p.native() ? p.work(i) + a.lag : duration(static_cast<std::int64_t>(std::ceil(p.length(i) + a.days)));
          out.due[a.task] = std::min(out.due[a.task], out.due[i] - back_by);
        }
      }
    }
    for (const roadmap_arc& a : p.all_predecessors(i))
      if (--dependents[a.task] == 0) out.order.push_back(a.task);
  }
  std::ranges::reverse(out.order);
  if (out.order.size() < n) out.cycle = detail::find_circle(p, reached);
  if (given) {
    std::ranges::fill(out.due, instant::infinity());
    for (const auto& [id, day] : given->deadlines)
      if (const auto i = p.find(id)) out.due[*i] = (duration(day) + 1) * p.day().count();
    for (const auto& [id, priority] : given->priorities)
      if (const auto i = p.find(id)) out.priority[*i] = priority;
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
