// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_PROJECT_BRANCH_HPP
#define SCHED_SOLVE_PROJECT_BRANCH_HPP

/// \file
/// Schedule generation schemes that branch: partial schedules of projects whose decisions can be tried and taken back.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/trail.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/rule.hpp>
#include <sched/solve/detail/fingerprint.hpp>
#include <sched/solve/detail/free_units.hpp>
#include <sched/solve/detail/rank_set.hpp>
#include <sched/solve/partial_schedule.hpp>
#include <sched/solve/rule_driver.hpp>
#include <sched/solve/sgs_options.hpp>

namespace sched {
inline namespace v0 {

/// A rule that can say which task comes second: static, dynamic, or erased (then `has_keys()` is asked at run time).
/// Rejected: rules that only pick, and rules that cannot be assigned.
template <class R>
concept ranking_priority_rule = priority_rule<R> && std::copyable<R> &&
                                (static_priority_rule<R> || !selecting_priority_rule<R> || requires(const R& r) {
                                  { r.has_keys() } -> std::same_as<bool>;
                                });

struct branch_options {
  generation_scheme scheme = generation_scheme::serial;
  std::size_t width = std::numeric_limits<std::size_t>::max();  ///< tasks offered at a decision, the rule's best
  bool idle = false;       ///< parallel: also offer to start nothing more until the next event
  std::uint64_t seed = 1;  ///< for rules that draw keys, and for the search of affordable modes
};

/// A `rollout_state`: the serial or the parallel scheme with any rule that has keys. Followed by `step()` alone it
/// gives the schedule of `serial_scheme` or `parallel_scheme`, and it honours what they honour: minimal lags of all
/// kinds, dates, fixed starts, calendars, modes. What they refuse is in `result()` before the first decision.
///
/// A choice is a task, or `task_id::none()`: start nothing before the next event. Where all startable tasks of a
/// single-mode project without calendars can start together, their order is not offered as a choice.
///
/// Branching: scalars go through a `trail`; bookings in timelines are taken back by their inverse. A decision writes
/// O(arcs of the task) words; the parallel scheme without calendars and fixed tasks keeps amounts and books nothing.
/// Nothing allocates after the longest branch has been seen, but what the rule and `result()` do.
template <ranking_priority_rule Rule, mode_policy Modes, reusable_timeline Timeline>
  requires(std::copyable<Modes>)
class project_branch : private decision_state {
public:
  using choice = task_id;
  struct checkpoint {
    trail::checkpoint writes;
    std::size_t placed = 0;
  };

  explicit project_branch(const project& p, Rule rule, const branch_options& options = {}, Modes modes = {})
      : driver_(p, std::move(rule)),
        options_(options),
        parallel_(options.scheme == generation_scheme::parallel),
        plain_(parallel_ && !p.has_calendars() && !p.has_fixed()),
        partial_(p, !plain_),
        modes_(std::move(modes)) {
    verdict_ = check_solvable(p, driver_.windows());
    const auto refuse = [&](const char* why) {
      verdict_.status = status::unsupported;
      verdict_.reason = why;
    };
    if (!driver_.has_keys()) refuse("a rule that only picks has no second choice to look at");
    else if (!parallel_ && driver_.is_parallel_only()) refuse("this priority rule exists for the parallel scheme only");
    vector_ = starting_modes(p, modes_, options.seed, verdict_);
    driver_.reseed(options.seed);
    init();
  }

  /// Nothing placed (but fixed tasks), time 0. Outside marks.
  void init() {
    SCHED_ASSERT(log_.depth() == 0);
    const project& p = partial_.problem();
    const std::size_t n = p.task_count();
    open_.reset(n);
    free_.reset(p);
    at_.assign(n, 0);
    next_.assign(n, none_);
    first_event_ = none_;
    now_ = 0;
    scan_ = 0;
    bound_ = 0;
    late_ = 0;
    trouble_ = verdict_;
    stuck_ = trouble_.status != status::feasible;
    if (stuck_) return;
    reserved_.clear();
    driver_.prepare();
    stuck_ = !partial_.begin(modes_, vector_, trouble_, [&](task_id t) { release(t); });
    if (stuck_) return;
    reserved_.resize(partial_.placed_count());
    for (const placed_task& placed : partial_.placements()) {
      account(placed.task);
      if (parallel_ && finish(placed.task) > now_) add_event(finish(placed.task), placed.task);
    }
  }

  [[nodiscard]] bool done() const noexcept {
    return stuck_ || partial_.placed_count() == partial_.problem().task_count();
  }
  /// Serial: places the rule's best task. Parallel: starts the best of the startable tasks, or moves time. !done().
  void step() {
    if (!parallel_) {
      if (driver_.is_static()) return take(at_position(open_.next(0)));
      collect(false);
      return take(candidates_[pick()]);
    }
    if (driver_.is_static()) {
      // What did not fit a moment ago does not fit now either: the scan goes on where it stood.
      for (std::size_t r = open_.next(scan_); r != detail::rank_set::none; r = open_.next(r + 1))
        if (const mode_option how = startable(at_position(r)); how.when.start.is_finite()) {
          log_.set(scan_, r);
          return start(at_position(r), how);
        }
      return advance();
    }
    collect(true);
    if (candidates_.empty()) advance();
    else take(candidates_[pick()]);
  }
  /// The best tasks by key, ties to the lower number; parallel: of those that can start now, and waiting last.
  void choices(std::vector<task_id>& out) {
    collect(parallel_);
    if (candidates_.empty()) return;
    const bool together = parallel_ && fit_together();
    const bool wait = parallel_ && options_.idle && first_event_ != none_;
    const std::size_t most = together ? 1 : std::min(options_.width, candidates_.size());
    if (candidates_.size() > 1) rank_candidates(most);
    out.insert(out.end(), candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(most));
    if (wait) out.push_back(task_id::none());
  }
  void take(task_id t) {
    if (!t.valid()) return advance();
    if (parallel_) return start(t, startable(t));
    const mode_option chosen = partial_.choose(t, modes_, partial_.ready(t), false);
    if (!chosen.when.start.is_finite()) return log_.set(stuck_, true);
    open_.erase(position(t), log_);
    place(t, chosen);
  }

  [[nodiscard]] checkpoint mark() { return {log_.mark(), partial_.placed_count()}; }
  void rewind(checkpoint m) {
    while (partial_.placed_count() > m.placed) {
      partial_.unplace(reserved_.back());
      reserved_.pop_back();
    }
    log_.rewind(m.writes);
  }
  /// Words logged, and what is kept of every placement in a branch.
  [[nodiscard]] std::uint64_t bytes_logged() const noexcept { return log_.bytes_written() + placement_bytes_; }

  [[nodiscard]] instant now() const noexcept { return now_; }
  [[nodiscard]] const critical_path& windows() const noexcept { return driver_.windows(); }
  [[nodiscard]] std::size_t placed_count() const noexcept { return partial_.placed_count(); }
  /// The tasks placed so far; unplaced ones at +∞.
  [[nodiscard]] const schedule& current() const noexcept { return partial_.result(); }
  /// Equal where the same tasks are placed alike at the same moment, and the same modes are reserved: the same may
  /// follow (with rules that do not ask in which order tasks were placed). 64 bits, unequal otherwise but for chance.
  /// O(n).
  [[nodiscard]] std::uint64_t fingerprint() const {
    detail::fingerprint f;
    f.add(static_cast<std::uint64_t>(now_.count()));
    for (std::size_t i = 0; i < current().start.size(); ++i) {
      f.add(static_cast<std::uint64_t>(current().start[i].count()));
      f.add(current().mode[i]);
    }
    for (const std::uint32_t mode : partial_.budget().modes()) f.add(mode);
    return f.value();
  }
  void complete_into(schedule& out) const { out = partial_.result(); }
  [[nodiscard]] schedule_result result() const {
    return trouble_.status != status::feasible ? trouble_ : partial_.finish();
  }
  /// No makespan below this can come of what is placed: max(finish + tail). O(1).
  [[nodiscard]] instant bound() const noexcept { return bound_; }
  /// Grows with what is wrong: tasks behind their deadlines, then fixed tasks that came too early, then tasks that fit
  /// nowhere. 0: nothing so far. O(1), O(n) at the end of projects with fixed tasks.
  [[nodiscard]] std::uint64_t broken() const noexcept {
    const project& p = partial_.problem();
    const std::uint64_t n = p.task_count() + 1;
    if (stuck_) return n * n;
    std::uint64_t early = 0;
    for (std::size_t i = 0; p.has_fixed() && done() && i < p.task_count(); ++i) {
      const task_id t(i);
      early += p.is_fixed(t) && (partial_.ready(t) > current().start[i] || partial_.min_finish(t) > finish(t));
    }
    return early * n + late_;
  }

private:
  static constexpr std::uint32_t none_ = std::numeric_limits<std::uint32_t>::max();

  /// Where a task stands in `open_`: static rules by rank, others by number.
  [[nodiscard]] std::size_t position(task_id t) const noexcept {
    return driver_.is_static() ? driver_.ranks()[t.index()] : t.index();
  }
  [[nodiscard]] task_id at_position(std::size_t r) const noexcept {
    return driver_.is_static() ? task_id(driver_.by_rank()[r]) : task_id(r);
  }

  /// All predecessors of t are placed: it is eligible; in the parallel scheme at its moment.
  void release(task_id t) {
    if (!parallel_) return open_.insert(position(t), log_);
    instant at = partial_.ready(t);
    if (partial_.min_finish(t).is_finite() && plain_) {
      at = instant::infinity();
      for (std::size_t m = 0; m < partial_.problem().mode_count(t); ++m) at = std::min(at, partial_.ready(t, m));
    }
    if (at <= now_) wait(t);
    else add_event(at, t);
  }
  void wait(task_id t) {
    const std::size_t r = position(t);
    open_.insert(r, log_);
    if (r < scan_) log_.set(scan_, r);
  }
  /// Events by time: tasks that will wait from then on, and placed ones that finish then.
  void add_event(instant at, task_id t) {
    const auto i = static_cast<std::uint32_t>(t.index());
    log_.set(at_[i], at);
    std::uint32_t* link = &first_event_;
    while (*link != none_ && (at_[*link] != at ? at_[*link] < at : *link < i)) link = &next_[*link];
    log_.set(next_[i], *link);
    log_.set(*link, i);
  }

  void account(task_id t) {
    const instant end = finish(t) + driver_.windows().tail(t);
    if (end > bound_) log_.set(bound_, end);
    if (finish(t) > partial_.problem().deadline(t)) log_.set(late_, late_ + 1);
  }
  void place(task_id t, mode_option how) {
    const project& p = partial_.problem();
    reserved_.push_back(partial_.budget().modes()[t.index()]);
    if (log_.depth() != 0) placement_bytes_ += sizeof(placed_task) + sizeof(std::uint32_t);
    partial_.place(
        t, how.mode, how.when,
        [&](task_id s) {
          if (!p.is_fixed(s)) release(s);
        },
        log_);
    account(t);
  }

  /// How t can start right now; `when.start` is +∞ when it cannot.
  [[nodiscard]] mode_option startable(task_id t) {
    if (!plain_) return partial_.choose(t, modes_, now_, true);
    return free_.startable(partial_, t, modes_, now_);
  }
  void start(task_id t, mode_option how) {
    const project& p = partial_.problem();
    open_.erase(position(t), log_);
    if (!how.when.empty()) {
      if (plain_) give(t, how.mode, -1);
      add_event(how.when.finish, t);
    }
    place(t, how);
    if (p.multi_mode() && p.has_nonrenewable()) log_.set(scan_, 0);  // a cheaper mode may have made others affordable
  }
  void give(task_id t, std::size_t mode, amount sign) {
    for (const requirement& q : partial_.problem().requirements(t, mode)) {
      amount& left = free_.left(q.resource);
      log_.set(left, left + sign * q.units);
    }
  }

  /// Moves time to the next decision; see `parallel_scheme`.
  void advance() {
    const project& p = partial_.problem();
    instant next = first_event_ == none_ ? instant::infinity() : at_[first_event_];
    const auto each_waiting = [&](auto f) {
      for (std::size_t r = open_.next(0); r != detail::rank_set::none; r = open_.next(r + 1)) f(at_position(r));
    };
    if (plain_ && p.multi_mode())  // shorter modes may have to wait for a bound on the finish
      each_waiting([&](task_id t) {
        for (std::size_t m = 0; partial_.min_finish(t).is_finite() && m < p.mode_count(t); ++m)
          if (const instant at = partial_.ready(t, m); at > now_) next = std::min(next, at);
      });
    if (!plain_ && open_.next(0) != detail::rank_set::none) {
      const bool idle = next == instant::infinity();  // only calendars can still help
      if (!idle) next = std::min(next, partial_.pool().next_calendar_change(now_));
      each_waiting([&](task_id t) {
        for (std::size_t m = 0; (idle || partial_.min_finish(t).is_finite()) && m < p.mode_count(t); ++m)
          if (partial_.budget().affordable(t, m)) next = std::min(next, partial_.earliest(t, m, now_ + 1).start);
      });
    }
    if (!next.is_finite()) return log_.set(stuck_, true);
    log_.set(now_, next);
    log_.set(scan_, 0);
    while (first_event_ != none_ && at_[first_event_] <= now_) {
      const task_id t(first_event_);
      log_.set(first_event_, next_[t.index()]);
      if (!partial_.placed(t)) wait(t);
      else if (plain_) give(t, current().mode[t.index()], 1);
    }
  }

  /// The eligible tasks, or those that can start right now, by position; static rules: no more than needed.
  void collect(bool startable_only) {
    candidates_.clear();
    // Whether the startable ones fit together only shows when all are known.
    const bool all = !driver_.is_static() || (startable_only && single_plain());
    for (std::size_t r = open_.next(startable_only && driver_.is_static() ? scan_ : 0);
         r != detail::rank_set::none && (all || candidates_.size() < options_.width); r = open_.next(r + 1))
      if (!startable_only || startable(at_position(r)).when.start.is_finite()) candidates_.push_back(at_position(r));
  }
  [[nodiscard]] bool single_plain() const noexcept { return plain_ && !partial_.problem().multi_mode(); }
  [[nodiscard]] bool fit_together() {
    if (!single_plain()) return false;
    sum_.assign(partial_.problem().resource_count(), 0);
    for (task_id t : candidates_)
      for (const requirement& q : partial_.problem().requirements(t)) sum_[q.resource.index()] += q.units;
    for (std::size_t r = 0; r < sum_.size(); ++r)
      if (sum_[r] > free_.left(resource_id(r))) return false;
    return true;
  }
  [[nodiscard]] instant decision_time() const noexcept {
    if (parallel_) return now_;
    instant least = instant::infinity();
    for (task_id t : candidates_) least = std::min(least, earliest_by_precedence(t));
    return least;
  }
  [[nodiscard]] std::size_t pick() {
    return candidates_.size() == 1 ? 0 : driver_.pick({driver_.view(), *this, decision_time(), candidates_});
  }
  /// The best `most` candidates to the front, in order.
  void rank_candidates(std::size_t most) {
    if (driver_.is_static()) return;
    keys_.resize(candidates_.size());
    order_.resize(candidates_.size());
    driver_.keys({driver_.view(), *this, decision_time(), candidates_}, keys_);
    std::iota(order_.begin(), order_.end(), 0U);
    std::ranges::partial_sort(
        order_, order_.begin() + static_cast<std::ptrdiff_t>(most),
        [&](std::uint32_t a, std::uint32_t b) { return std::pair(keys_[a], a) < std::pair(keys_[b], b); });
    sorted_.clear();
    for (std::size_t k = 0; k < most; ++k) sorted_.push_back(candidates_[order_[k]]);
    candidates_.swap(sorted_);
  }

  std::span<const placed_task> placements() const override { return partial_.placements(); }
  instant finish(task_id t) const override { return partial_.result().finish[t.index()]; }
  instant earliest_by_precedence(task_id t) const override { return partial_.ready(t, driver_.view().mode(t)); }
  instant earliest_start(task_id t) const override {
    if (plain_) return fits_at(t, task_id::none());
    const instant from = parallel_ ? now_ : instant::minus_infinity();
    return const_cast<project_branch&>(*this).partial_.earliest(t, driver_.view().mode(t), from).start;
  }
  instant earliest_start_after(task_id i, task_id j) const override {
    if (!parallel_) return earliest_start(i);
    if (plain_) return fits_at(i, j);
    // booked for a moment and given back exactly
    auto& partial = const_cast<project_branch&>(*this).partial_;
    const std::size_t mode = driver_.view().mode(j);
    const interval stay = partial.earliest(j, mode, now_);
    partial.pool().place(j, mode, stay);
    const instant begin = partial.earliest(i, driver_.view().mode(i), now_).start;
    partial.pool().remove(j, mode, stay);
    return begin;
  }
  /// Earliest start of i from what running tasks give back, if j (or nobody) is started now: amounts only grow after
  /// each event, so one look at each suffices. O(running · k).
  [[nodiscard]] instant fits_at(task_id i, task_id j) const {
    const rule_view v = driver_.view();
    const project& p = partial_.problem();
    if (v.work(i) == 0) return now_;
    const bool holds = j.valid() && v.work(j) > 0;
    instant latest = now_;
    for (const requirement& q : v.needs(i)) {
      if (p.resource_of(q.resource).kind != resource_kind::renewable) continue;
      const amount taken = holds ? p.demand(j, q.resource, v.mode(j)) : 0;
      const instant back = taken == 0 ? instant::infinity() : now_ + v.work(j);
      amount left = free_.left(q.resource) - taken;
      bool returned = taken == 0;
      instant at = now_;
      for (std::uint32_t k = first_event_; left < q.units;) {
        const bool running = k != none_;
        if (running && !partial_.placed(task_id(k))) {
          k = next_[k];
        } else if (!returned && (!running || back <= at_[k])) {
          left += taken;
          returned = true;
          at = back;
        } else if (running) {
          left += p.demand(task_id(k), q.resource, current().mode[k]);
          at = at_[k];
          k = next_[k];
        } else {
          at = instant::infinity();
          break;
        }
      }
      latest = std::max(latest, at);
    }
    return latest;
  }

  rule_driver<Rule> driver_;
  branch_options options_;
  bool parallel_, plain_;
  partial_schedule<Timeline> partial_;
  Modes modes_;
  schedule_result verdict_, trouble_;  // of every run, of this one
  std::vector<std::uint32_t> vector_;
  detail::rank_set open_;  // eligible (serial) or waiting (parallel) tasks by position
  detail::free_units free_;
  std::vector<instant> at_;  // of the event of a task
  std::vector<std::uint32_t> next_;
  std::uint32_t first_event_ = none_;
  instant now_{}, bound_{};
  std::size_t scan_ = 0;  // no waiting task at a lower position can start now
  std::uint64_t late_ = 0;
  bool stuck_ = false;
  trail log_;
  std::vector<std::uint32_t> reserved_;  // for every placement: the mode reserved before
  std::uint64_t placement_bytes_ = 0;
  // Scratch.
  std::vector<task_id> candidates_, sorted_;
  std::vector<double> keys_;
  std::vector<std::uint32_t> order_;
  std::vector<amount> sum_;
};

}  // namespace v0
}  // namespace sched

#endif
