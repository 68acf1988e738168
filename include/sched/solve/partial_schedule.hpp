// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_PARTIAL_SCHEDULE_HPP
#define SCHED_SOLVE_PARTIAL_SCHEDULE_HPP

/// \file
/// What every schedule generation scheme keeps: the tasks placed so far, and when the others become ready.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/status.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/model/task_calendars.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/rule.hpp>
#include <sched/solve/mode_budget.hpp>
#include <sched/solve/resource_pool.hpp>

namespace sched {
inline namespace v0 {

/// What can be said before any schedule is tried: status `feasible` when nothing speaks against one. Maximal lags are
/// `unsupported`; deadlines and fixed starts that the critical path already breaks, oversized tasks and hopeless
/// non-renewable demands are `infeasible`. O(n + m).
[[nodiscard]] inline schedule_result check_solvable(const project& p, const critical_path& windows) {
  schedule_result out;
  out.status = status::feasible;
  const auto refuse = [&](status s, std::string reason) {
    out.status = s;
    out.reason = std::move(reason);
  };
  if (!p.oversized().empty()) {
    out.tasks.assign(p.oversized().begin(), p.oversized().end());
    refuse(status::infeasible, "task " + p.label(out.tasks.front()) + " demands more than a capacity");
    return out;
  }
  if (!p.maximal_lags().empty()) {
    const precedence& a = p.maximal_lags().front();
    out.tasks = {a.from, a.to};
    refuse(status::unsupported,
           "maximal lag " + p.label(a.from) + " -> " + p.label(a.to) + ": not supported by this solver");
    return out;
  }
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    if (windows.earliest_finish[i] > p.deadline(t)) {
      out.tasks.push_back(t);
      if (out.status == status::feasible)
        refuse(status::infeasible, "task " + p.label(t) + " cannot finish before " +
                                       std::to_string(windows.earliest_finish[i].count()) + ", its deadline is " +
                                       std::to_string(p.deadline(t).count()));
    }
    if (!p.is_fixed(t)) continue;
    instant latest_finish = instant::minus_infinity();
    for (std::size_t m = 0; m < p.mode_count(t); ++m)
      latest_finish = std::max(latest_finish, finish_of(p, t, m, p.fixed_start(t)));
    for (const adjacency& l : p.predecessors(t)) {
      const std::size_t j = l.task.index();
      const instant from = (from_start(l.kind) ? windows.earliest_start[j] : windows.earliest_finish[j]) + l.lag;
      if (from <= (to_start(l.kind) ? p.fixed_start(t) : latest_finish)) continue;
      out.tasks.push_back(t);
      if (out.status == status::feasible)
        refuse(status::infeasible,
               "task " + p.label(t) + " is fixed before its predecessor " + p.label(l.task) + " allows");
      break;
    }
  }
  return out;
}

/// The modes that a scheme starts with: an affordable vector, found once (empty in single-mode projects and for
/// policies that bring their own). When there is none, `verdict` says so.
template <mode_policy Modes>
[[nodiscard]] std::vector<std::uint32_t> starting_modes(const project& p, const Modes& modes, std::uint64_t seed,
                                                        schedule_result& verdict) {
  if (verdict.status != status::feasible || (!p.multi_mode() && !p.has_nonrenewable())) return {};
  if constexpr (requires { modes.start_vector(p); }) {
    return {};
  } else {
    mode_budget search(p);
    const auto found = search.find(seed);
    if (found != mode_budget::outcome::found) {
      verdict.status = found == mode_budget::outcome::impossible ? status::infeasible : status::unsolved;
      verdict.reason = "no affordable choice of modes for the non-renewable resources";
    }
    return {search.modes().begin(), search.modes().end()};
  }
}

/// The modes of all tasks before any is placed; empty: mode 0 everywhere.
template <mode_policy Modes>
[[nodiscard]] std::vector<std::uint32_t> first_modes(const project& p, const Modes& modes, std::uint64_t seed) {
  if constexpr (requires { modes.start_vector(p); }) {
    const std::span<const std::uint32_t> own = modes.start_vector(p);
    return {own.begin(), own.end()};
  } else {
    schedule_result verdict;
    verdict.status = status::feasible;
    return starting_modes(p, modes, seed, verdict);
  }
}

/// How a partial schedule writes when nobody wants to take anything back. `trail` has the same interface.
struct plain_writes {
  template <class T>
  void set(T& place, std::type_identity_t<T> value) const {
    place = value;
  }
};

/// Tasks placed, resources booked, and for every other task what its placed predecessors and dates demand of it.
/// Placing a task costs its bookings and its outgoing arcs. Memory is kept between runs.
template <reusable_timeline Timeline>
class partial_schedule {
public:
  /// `book == false`: the caller keeps the resources itself, only precedence is tracked here.
  explicit partial_schedule(const project& p, bool book = true)
      : problem_(&p), pool_(p), budget_(p), result_(schedule::unplaced(p.task_count())), book_(book) {
    const std::size_t n = p.task_count();
    ready_.resize(n);
    min_finish_.resize(n);
    waiting_.resize(n);
    placed_.resize(n);
    placements_.reserve(n);
  }

  /// Nothing placed. Non-renewable units are reserved for the policy's own modes if it brings some, else for `found`;
  /// empty: mode 0 everywhere. False when that overspends.
  template <mode_policy Modes>
  bool reset(const Modes& policy, std::span<const std::uint32_t> found) {
    std::span<const std::uint32_t> modes = found;
    if constexpr (requires { policy.start_vector(*problem_); }) modes = policy.start_vector(*problem_);
    const std::size_t n = problem_->task_count();
    if (book_) pool_.reset();
    const bool affordable = budget_.take(modes);
    placements_.clear();
    for (std::size_t i = 0; i < n; ++i) {
      const task_id t(i);
      result_.start[i] = result_.finish[i] = instant::infinity();
      result_.mode[i] = 0;
      placed_[i] = 0;
      ready_[i] = problem_->is_fixed(t) ? instant::minus_infinity() : std::max<instant>(0, problem_->release(t));
      min_finish_[i] = instant::minus_infinity();
      waiting_[i] = static_cast<std::uint32_t>(problem_->predecessors(t).size());
    }
    return affordable;
  }

  [[nodiscard]] const project& problem() const noexcept { return *problem_; }
  [[nodiscard]] resource_pool<Timeline>& pool() noexcept { return pool_; }
  [[nodiscard]] mode_budget& budget() noexcept { return budget_; }
  [[nodiscard]] const mode_budget& budget() const noexcept { return budget_; }
  [[nodiscard]] const schedule& result() const noexcept { return result_; }
  [[nodiscard]] std::size_t placed_count() const noexcept { return placements_.size(); }
  /// The placed tasks in the order of their placement.
  [[nodiscard]] std::span<const placed_task> placements() const noexcept { return placements_; }
  [[nodiscard]] bool placed(task_id t) const noexcept { return placed_[t.index()] != 0; }
  /// True when all predecessors are placed.
  [[nodiscard]] bool eligible(task_id t) const noexcept { return waiting_[t.index()] == 0 && !placed(t); }
  /// Lower bounds on start and finish from placed predecessors, release date and time 0.
  [[nodiscard]] instant ready(task_id t) const noexcept { return ready_[t.index()]; }
  [[nodiscard]] instant min_finish(task_id t) const noexcept { return min_finish_[t.index()]; }
  /// Lower bound on the start in a mode, calendars left aside.
  [[nodiscard]] instant ready(task_id t, std::size_t mode) const noexcept {
    return std::max(ready_[t.index()], min_finish_[t.index()] - problem_->work(t, mode));
  }

  /// Least feasible stay of an eligible task in a mode, not before `from`.
  [[nodiscard]] interval earliest(task_id t, std::size_t mode, instant from = instant::minus_infinity()) {
    return pool_.earliest(t, mode, std::max(from, ready_[t.index()]), min_finish_[t.index()]);
  }

  /// Places a task; calls `freed(successor)` for every task whose last predecessor this was. What `log` notes and
  /// `unplace` takes back is together all that changed.
  template <class F, class Log = plain_writes>
  void place(task_id t, std::size_t mode, interval when, F freed, Log&& log = {}) {
    const std::size_t i = t.index();
    if (book_) pool_.place(t, mode, when);
    budget_.change(t, mode);
    log.set(result_.start[i], when.start);
    log.set(result_.finish[i], when.finish);
    log.set(result_.mode[i], static_cast<std::uint32_t>(mode));
    log.set(placed_[i], 1);
    placements_.push_back({t, ++stamp_});
    for (const adjacency& l : problem_->successors(t)) {
      const std::size_t j = l.task.index();
      const instant from = (from_start(l.kind) ? when.start : when.finish) + l.lag;
      instant& bound = to_start(l.kind) ? ready_[j] : min_finish_[j];
      if (from > bound) log.set(bound, from);
      log.set(waiting_[j], waiting_[j] - 1);
      if (waiting_[j] == 0 && !placed_[j]) freed(l.task);
    }
  }
  /// Takes the last placement back: its bookings, and its units to the mode that was reserved before. To be called
  /// before the log is rewound.
  void unplace(std::uint32_t reserved) {
    const task_id t = placements_.back().task;
    if (book_) pool_.remove(t, result_.mode[t.index()], result_.when(t));
    budget_.change(t, reserved);
    placements_.pop_back();
  }

  /// Nothing placed but the fixed tasks; calls `freed(task)` for every other task that has no unplaced predecessor.
  /// False, and the reason in `trouble`, when the modes are too dear or a fixed task does not fit.
  template <mode_policy Modes, class F>
  [[nodiscard]] bool begin(const Modes& policy, std::span<const std::uint32_t> found, schedule_result& trouble,
                           F freed) {
    const project& p = *problem_;
    if (!reset(policy, found)) {
      trouble.status = status::unsolved;
      trouble.reason = "the given modes overspend a non-renewable resource";
      return false;
    }
    const auto freed_unless_fixed = [&](task_id t) {
      if (!p.is_fixed(t)) freed(t);
    };
    for (std::size_t i = 0; i < p.task_count(); ++i)
      if (eligible(task_id(i))) freed_unless_fixed(task_id(i));
    for (std::size_t i = 0; p.has_fixed() && i < p.task_count(); ++i) {
      const task_id t(i);
      if (!p.is_fixed(t)) continue;
      interval when;
      if (!pool_.fits(t, budget_.modes()[i], p.fixed_start(t), instant::minus_infinity(), when)) {
        // In another mode, or beside fixed tasks in other modes, it might.
        trouble.status = p.multi_mode() ? status::unsolved : status::infeasible;
        trouble.tasks = {t};
        trouble.reason = "fixed task " + p.label(t) + " does not fit where it is fixed";
        return false;
      }
      place(t, budget_.modes()[i], when, freed_unless_fixed);
    }
    return true;
  }

  /// The stay that the mode policy chooses among all affordable modes, none before `from`; `exactly`: only stays that
  /// start at `from`. `when.start` is +∞ when there is none or the policy declines.
  template <mode_policy Modes>
  [[nodiscard]] mode_option choose(task_id t, Modes& modes, instant from, bool exactly) {
    constexpr mode_option none{0, {instant::infinity(), instant::infinity()}};
    if (problem_->mode_count(t) == 1) return {0, stay(t, 0, from, exactly)};
    options_.clear();
    for (std::size_t m = 0; m < problem_->mode_count(t); ++m) {
      if (!budget_.affordable(t, m)) continue;
      if (const interval when = stay(t, m, from, exactly); when.start.is_finite()) options_.push_back({m, when});
    }
    if (options_.empty()) return none;
    const auto chosen = static_cast<std::size_t>(modes.choose(*problem_, t, options_));
    if (chosen < options_.size()) return options_[chosen];
    return exactly ? none : options_.front();
  }

  /// The finished (or best so far) schedule with its status: unplaced tasks, fixed tasks whose predecessors come too
  /// late, and missed deadlines are named.
  [[nodiscard]] schedule_result finish() const {
    schedule_result out;
    out.schedule = result_;
    out.schedules = 1;
    const project& p = *problem_;
    for (std::size_t i = 0; i < p.task_count(); ++i)
      if (!placed_[i]) out.tasks.push_back(task_id(i));
    if (!out.tasks.empty()) {
      out.status = status::unsolved;
      out.reason = "task " + p.label(out.tasks.front()) + " fits nowhere";
      return out;
    }
    for (std::size_t i = 0; i < p.task_count(); ++i)
      if (p.is_fixed(task_id(i)) && (ready_[i] > result_.start[i] || min_finish_[i] > result_.finish[i]))
        out.tasks.push_back(task_id(i));
    if (!out.tasks.empty()) {
      out.status = status::unsolved;
      out.reason = "task " + p.label(out.tasks.front()) + " is fixed before its predecessors could be placed";
      return out;
    }
    for (std::size_t i = 0; p.has_deadlines() && i < p.task_count(); ++i)
      if (result_.finish[i] > p.deadline(task_id(i))) out.tasks.push_back(task_id(i));
    out.status = status::feasible;
    if (!out.tasks.empty()) {
      const task_id t = out.tasks.front();
      out.status = status::deadline_missed;
      out.reason = "task " + p.label(t) + " finishes at " + std::to_string(result_.finish[t.index()].count()) +
                   ", its deadline is " + std::to_string(p.deadline(t).count());
    }
    return out;
  }

private:
  /// The least stay from `from` on; `exactly`: the one that starts there. +∞ when there is none.
  [[nodiscard]] interval stay(task_id t, std::size_t mode, instant from, bool exactly) {
    if (!exactly) return earliest(t, mode, from);
    interval when;
    const bool fits = from >= ready_[t.index()] && pool_.fits(t, mode, from, min_finish_[t.index()], when);
    return fits ? when : interval{instant::infinity(), instant::infinity()};
  }

  const project* problem_;
  resource_pool<Timeline> pool_;
  mode_budget budget_;
  schedule result_;
  std::vector<instant> ready_, min_finish_;
  std::vector<std::uint32_t> waiting_;
  std::vector<char> placed_;
  std::vector<mode_option> options_;
  std::vector<placed_task> placements_;
  std::uint64_t stamp_ = 0;
  bool book_;
};

}  // namespace v0
}  // namespace sched

#endif
