// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_PROJECT_BUILDER_HPP
#define SCHED_MODEL_PROJECT_BUILDER_HPP

/// \file
/// Builds projects and names everything that is wrong with them.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/id.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {

/// One way to do a task.
struct mode_spec {
  duration work{};
  std::vector<requirement> needs{};
  std::uint32_t number = 0;  ///< how the input numbers it; 0 = position, from 1
};

/// A task as the builder takes it. Either `work` and `needs` (one mode), or `modes`.
struct task_spec {
  std::string name{};
  duration work{};
  std::vector<requirement> needs{};
  std::vector<mode_spec> modes{};
  task_dates dates{};
  double weight = 1.0;
};

/// The ends and the length of a precedence relation; default: finish–start without lag.
struct lag_spec {
  lag_kind kind = lag_kind::finish_start;
  duration lag{};
  bool maximal = false;
};

/// What `build` does with a task that no capacity can ever satisfy in any of its modes.
enum class excess_demand : std::uint8_t {
  refuse,  ///< an error naming the task
  keep     ///< kept and listed in `project::oversized()`: solvers answer `infeasible`
};

/// Collects tasks, resources and relations in any order, then checks all of it at once.
///
/// `add_…` functions only record, O(1) amortised. `problems()` lists everything that is wrong; `build()` throws
/// `sched::error` naming the first problem (and how many more there are) or returns the project.
/// Checked: unknown ids, duplicate names, negative or infinite durations, demands and lags, negative capacities, demand
/// above capacity, cycles (with the named path), contradictory dates, numbers so large that times could overflow.
class project_builder {
public:
  /// Largest magnitude of any duration, date, lag or amount, and of the sum of all durations and lags.
  static constexpr std::int64_t limit = std::int64_t{1} << 60;

  project_builder& name(std::string text) {
    name_ = std::move(text);
    return *this;
  }
  /// Number printed for task 0 (1 unless the input counts from 0).
  project_builder& first_number(std::size_t n) {
    first_number_ = n;
    return *this;
  }
  project_builder& on_excess_demand(excess_demand rule) {
    excess_ = rule;
    return *this;
  }

  resource_id add_resource(resource r) {
    resources_.push_back(std::move(r));
    return resource_id(resources_.size() - 1);
  }
  resource_id add_renewable(amount capacity, std::string name = {}) {
    return add_resource({.name = std::move(name), .capacity = capacity});
  }
  resource_id add_nonrenewable(amount capacity, std::string name = {}) {
    return add_resource({.name = std::move(name), .kind = resource_kind::nonrenewable, .capacity = capacity});
  }

  task_id add_task(task_spec t) {
    tasks_.push_back(std::move(t));
    return task_id(tasks_.size() - 1);
  }
  task_id add_task(duration work, std::vector<requirement> needs = {}) {
    return add_task(task_spec{.work = work, .needs = std::move(needs)});
  }
  /// The task as recorded so far, to change it. Precondition: t was added.
  [[nodiscard]] task_spec& task(task_id t) { return tasks_[t.index()]; }
  [[nodiscard]] std::size_t task_count() const noexcept { return tasks_.size(); }

  project_builder& add_precedence(task_id from, task_id to, lag_spec l = {}) {
    arcs_.push_back({from, to, l.kind, l.lag, l.maximal});
    return *this;
  }

  /// Every problem, one line each, in a fixed order; empty when `build()` will succeed. O(n + m log m).
  [[nodiscard]] std::vector<std::string> problems() const {
    std::vector<error> found;
    check(found);
    std::vector<std::string> lines;
    lines.reserve(found.size());
    for (const error& e : found) lines.push_back(e.reason());
    return lines;
  }

  /// The project. Throws `sched::error` when anything is wrong. O(n + m log m + requirements log).
  [[nodiscard]] project build() const;

private:
  [[nodiscard]] std::string label(task_id t) const {
    if (t.index() >= tasks_.size()) return t.valid() ? std::string(1, '#').append(std::to_string(t.index())) : "#none";
    const std::string& n = tasks_[t.index()].name;
    return n.empty() ? std::to_string(t.index() + first_number_) : n;
  }
  [[nodiscard]] std::string label(resource_id r) const {
    const std::string& n = resources_[r.index()].name;
    return n.empty() ? std::string(1, 'R').append(std::to_string(r.index() + 1)) : n;
  }
  [[nodiscard]] static bool within(ticks t) { return t.count() >= -limit && t.count() <= limit; }

  /// The modes of a task, whichever way they were given.
  template <class F>
  static void each_mode(const task_spec& t, F f) {
    if (t.modes.empty()) f(t.work, t.needs, std::uint32_t{1});
    else
      for (std::size_t m = 0; m < t.modes.size(); ++m)
        f(t.modes[m].work, t.modes[m].needs,
          t.modes[m].number != 0 ? t.modes[m].number : static_cast<std::uint32_t>(m + 1));
  }
  [[nodiscard]] bool executable(const std::vector<requirement>& needs) const {
    return std::all_of(needs.begin(), needs.end(),
                       [&](const requirement& q) { return q.units <= resources_[q.resource.index()].capacity; });
  }

  void check(std::vector<error>& found) const;
  void check_resources(std::vector<error>& found) const;
  void check_task(task_id t, std::vector<error>& found) const;
  void check_arcs(std::vector<error>& found) const;

  std::string name_;
  std::size_t first_number_ = 1;
  excess_demand excess_ = excess_demand::refuse;
  std::vector<resource> resources_;
  std::vector<task_spec> tasks_;
  std::vector<precedence> arcs_;
};

inline void project_builder::check_resources(std::vector<error>& found) const {
  std::vector<std::string> names;
  for (std::size_t r = 0; r < resources_.size(); ++r) {
    const resource& res = resources_[r];
    const std::string who = label(resource_id(r));
    if (!res.name.empty()) names.push_back(res.name);
    if (res.capacity < 0)
      found.emplace_back("resource " + who + ": negative capacity " + std::to_string(res.capacity), std::vector{who});
    if (res.capacity > limit) found.emplace_back("resource " + who + ": capacity too large", std::vector{who});
    if (res.kind == resource_kind::nonrenewable && !res.plain())
      found.emplace_back("resource " + who + ": a non-renewable resource has no calendar", std::vector{who});
    for (const shrinking& s : res.shrinkings)
      if (s.capacity < 0 || s.capacity > res.capacity)
        found.emplace_back("resource " + who + ": shrunk capacity " + std::to_string(s.capacity) + " outside 0 … " +
                               std::to_string(res.capacity),
                           std::vector{who});
  }
  std::ranges::sort(names);
  if (const auto twice = std::ranges::adjacent_find(names); twice != names.end())
    found.emplace_back("two resources are named " + *twice, std::vector{*twice});
}

inline void project_builder::check_task(task_id id, std::vector<error>& found) const {
  const task_spec& t = tasks_[id.index()];
  const std::string who = label(id);
  const auto wrong = [&](std::string reason) {
    found.emplace_back("task " + who + ": " + std::move(reason), std::vector{who});
  };
  const auto text = [](ticks x) { return to_string(x); };
  if (!t.modes.empty() && (t.work != 0 || !t.needs.empty()))
    wrong("has modes and also a duration or demands of its own");
  if (!(std::isfinite(t.weight) && t.weight >= 0)) wrong("weight must be a finite number, 0 or more");
  bool fits = false;
  std::string excess;
  std::vector<std::uint32_t> numbers;
  each_mode(t, [&](duration work, const std::vector<requirement>& needs, std::uint32_t number) {
    const std::string mode = t.modes.size() > 1 ? "mode " + std::to_string(number) + ": " : std::string();
    numbers.push_back(number);
    if (work < 0) wrong(mode + "negative duration " + text(work));
    else if (!within(work)) wrong(mode + "duration too large");
    bool known = true;
    std::vector<resource_id> used;
    for (const requirement& q : needs) {
      if (q.resource.index() >= resources_.size()) {
        wrong(mode + "demands an unknown resource");
        known = false;
        continue;
      }
      used.push_back(q.resource);
      if (q.units < 0)
        wrong(mode + "negative demand " + std::to_string(q.units) + " for resource " + label(q.resource));
      if (q.units > resources_[q.resource.index()].capacity && excess.empty())
        excess = mode + "demand " + std::to_string(q.units) + " above the capacity " +
                 std::to_string(resources_[q.resource.index()].capacity) + " of resource " + label(q.resource);
    }
    std::ranges::sort(used);
    if (const auto twice = std::ranges::adjacent_find(used); twice != used.end())
      wrong(mode + "two demands for resource " + label(*twice));
    if (known && executable(needs)) fits = true;
  });
  std::ranges::sort(numbers);
  if (std::ranges::adjacent_find(numbers) != numbers.end()) wrong("two modes with the same number");
  if (!fits && !excess.empty() && excess_ == excess_demand::refuse) wrong(excess);
  const task_dates& d = t.dates;
  for (const auto& [value, what] : {std::pair{d.release, "release date"},
                                    {d.due, "due date"},
                                    {d.deadline, "deadline"},
                                    {d.fixed_start, "fixed start"}})
    if (value.is_finite() && !within(value)) wrong(std::string(what) + " too large");
  if (d.release == instant::infinity()) wrong("release date must not be +inf");
  if (d.due == instant::minus_infinity()) wrong("due date must not be -inf");
  if (d.deadline == instant::minus_infinity()) wrong("deadline must not be -inf");
  if (d.fixed_start == instant::infinity()) wrong("fixed start must not be +inf");
  if (d.fixed_start.is_finite() && d.fixed_start < d.release)
    wrong("fixed start " + text(d.fixed_start) + " before its release date " + text(d.release));
  if (d.fixed_start.is_finite() && d.fixed_start > d.deadline)
    wrong("fixed start " + text(d.fixed_start) + " after its deadline " + text(d.deadline));
  if (d.deadline < d.release) wrong("deadline " + text(d.deadline) + " before its release date " + text(d.release));
}

inline void project_builder::check_arcs(std::vector<error>& found) const {
  bool sound = true;
  for (const precedence& a : arcs_) {
    if (a.from.index() >= tasks_.size() || a.to.index() >= tasks_.size()) {
      found.emplace_back("precedence " + label(a.from) + " -> " + label(a.to) + ": unknown task",
                         std::vector{label(a.from), label(a.to)});
      sound = false;
    } else if (!within(a.lag)) {
      found.emplace_back("precedence " + label(a.from) + " -> " + label(a.to) + ": lag too large",
                         std::vector{label(a.from), label(a.to)});
    }
  }
  if (!sound) return;
  const std::vector<task_id> cycle = network(tasks_.size(), arcs_).find_cycle();
  if (cycle.empty()) return;
  std::string path;
  std::vector<std::string> ids;
  for (task_id t : cycle) {
    path += label(t) + " -> ";
    ids.push_back(label(t));
  }
  found.emplace_back("cycle: " + path + label(cycle.front()), std::move(ids));
}

inline void project_builder::check(std::vector<error>& found) const {
  check_resources(found);
  std::vector<std::string> names;
  duration total{};
  instant latest{};
  for (std::size_t i = 0; i < tasks_.size(); ++i) {
    check_task(task_id(i), found);
    const task_spec& t = tasks_[i];
    if (!t.name.empty()) names.push_back(t.name);
    duration longest{};
    each_mode(t, [&](duration work, const auto&, std::uint32_t) { longest = std::max(longest, work); });
    total += longest;
    for (instant x : {t.dates.release, t.dates.fixed_start})
      if (x.is_finite()) latest = std::max(latest, x);
  }
  std::ranges::sort(names);
  if (const auto twice = std::ranges::adjacent_find(names); twice != names.end())
    found.emplace_back("two tasks are named " + *twice, std::vector{*twice});
  check_arcs(found);
  for (const precedence& a : arcs_) total += std::max(a.lag, duration(0));
  if (found.empty() && !within(total + latest))
    found.emplace_back("overflow: all durations and lags together exceed 2^60 ticks");
}

inline project project_builder::build() const {
  std::vector<error> found;
  check(found);
  if (!found.empty()) {
    std::string reason = found.front().reason();
    if (found.size() > 1) reason += " (and " + std::to_string(found.size() - 1) + " more)";
    throw error(std::move(reason), found.front().ids());
  }
  project p;
  p.name_ = name_;
  p.first_number_ = first_number_;
  p.resources_ = resources_;
  const std::size_t n = tasks_.size();
  p.mode_begin_.push_back(0);
  const bool named = std::ranges::any_of(tasks_, [](const task_spec& t) { return !t.name.empty(); });
  duration total{};
  instant latest{};
  for (std::size_t i = 0; i < n; ++i) {
    const task_spec& t = tasks_[i];
    bool any_fits = false;
    each_mode(t, [&](duration, const auto& needs, std::uint32_t) { any_fits = any_fits || executable(needs); });
    if (!any_fits) p.oversized_.push_back(task_id(i));
    duration longest{};
    each_mode(t, [&](duration work, const std::vector<requirement>& needs, std::uint32_t number) {
      if (any_fits && !executable(needs)) {
        p.dropped_.emplace_back(task_id(i), number);
        return;
      }
      p.modes_.push_back({work, number, static_cast<std::uint32_t>(p.requirements_.size())});
      const auto first = p.requirements_.size();
      for (const requirement& q : needs)
        if (q.units > 0) p.requirements_.push_back(q);
      std::sort(p.requirements_.begin() + static_cast<std::ptrdiff_t>(first), p.requirements_.end(),
                [](const requirement& a, const requirement& b) { return a.resource < b.resource; });
      longest = std::max(longest, work);
    });
    p.mode_begin_.push_back(static_cast<std::uint32_t>(p.modes_.size()));
    p.dates_.push_back(t.dates);
    p.weights_.push_back(t.weight);
    if (named) p.names_.push_back(t.name);
    total += longest;
    for (instant x : {t.dates.release, t.dates.fixed_start})
      if (x.is_finite()) latest = std::max(latest, x);
    p.has_releases_ |= t.dates.release > 0;
    p.has_deadlines_ |= t.dates.deadline.is_finite();
    p.has_due_dates_ |= t.dates.due.is_finite();
    p.has_fixed_ |= t.dates.fixed_start.is_finite();
  }
  p.modes_.push_back({0, 0, static_cast<std::uint32_t>(p.requirements_.size())});
  for (const precedence& a : arcs_) {
    if (a.maximal) {
      p.maximal_.push_back(a);
      continue;
    }
    p.has_lags_ |= a.kind != lag_kind::finish_start || a.lag != 0;
    total += std::max(a.lag, duration(0));
  }
  for (const resource& r : resources_) {
    p.has_calendars_ |= !r.plain();
    p.has_nonrenewable_ |= r.kind == resource_kind::nonrenewable;
  }
  p.network_ = network(n, arcs_);
  p.order_ = p.network_.topological_order();
  p.horizon_ = total + latest;
  return p;
}

/// A project from successor lists: any range of ranges of task numbers (0-based), and one duration and one row of
/// demands per task. Throws `sched::error` as `project_builder::build` does, also when the sizes differ.
template <class Successors, class Durations>
[[nodiscard]] project make_project(const Successors& successors, const Durations& durations,
                                   const std::vector<amount>& capacities = {},
                                   const std::vector<std::vector<amount>>& demands = {}) {
  const auto n = static_cast<std::size_t>(std::size(successors));
  if (static_cast<std::size_t>(std::size(durations)) != n || (!demands.empty() && demands.size() != n))
    throw error("successors, durations and demands must have one entry per task");
  project_builder b;
  b.first_number(0);
  for (amount c : capacities) b.add_renewable(c);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<requirement> needs;
    if (!demands.empty()) {
      if (demands[i].size() > capacities.size())
        throw error("task " + std::to_string(i) + ": more demands than resources");
      for (std::size_t r = 0; r < demands[i].size(); ++r) needs.push_back({resource_id(r), demands[i][r]});
    }
    b.add_task(duration(*std::next(std::begin(durations), static_cast<std::ptrdiff_t>(i))), std::move(needs));
  }
  std::size_t from = 0;
  for (const auto& row : successors) {
    for (const auto& to : row) {
      const bool known = std::in_range<std::uint32_t>(to) && static_cast<std::size_t>(to) < n;
      if (!known) throw error("task " + std::to_string(from) + ": unknown successor " + std::to_string(to));
      b.add_precedence(task_id(from), task_id(to));
    }
    ++from;
  }
  return b.build();
}

}  // namespace v0
}  // namespace sched

#endif
