// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_PARALLEL_SCHEME_HPP
#define SCHED_SOLVE_PARALLEL_SCHEME_HPP

/// \file
/// The parallel schedule generation scheme, decision by decision.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/rule.hpp>
#include <sched/solve/detail/free_units.hpp>
#include <sched/solve/partial_schedule.hpp>
#include <sched/solve/rule_driver.hpp>
#include <sched/solve/sgs_options.hpp>

namespace sched {
inline namespace v0 {

/// Parallel SGS (Bedworth & Bailey 1982): time moves forward; at every decision time the best of the tasks that can
/// start right now is started, until none can. Non-delay schedules. Decision times: 0, every finish, and where the
/// project has them every moment at which a lag or release date expires or a calendar changes. Honours what the serial
/// scheme does.
///
/// Use as `serial_scheme`: `init()`, `step()` (one start, or one move of time) until `done()`, `result()`; or `run()`.
/// Cost: per step one look at every waiting task, O(|W| · fit); without calendars and fixed tasks a fit is O(k).
template <priority_rule Rule, mode_policy Modes, reusable_timeline Timeline>
class parallel_scheme final : private decision_state {
public:
  parallel_scheme(const project& p, Rule rule, const sgs_options& options = {}, Modes modes = {})
      : driver_(p, std::move(rule)),
        // Without calendars and fixed tasks availability never falls after the decision time: amounts suffice.
        plain_(!p.has_calendars() && !p.has_fixed()),
        partial_(p, !plain_),
        modes_(std::move(modes)),
        options_(options) {
    verdict_ = check_solvable(p, driver_.windows());
    vector_ = starting_modes(p, modes_, options.seed, verdict_);
    driver_.reseed(options.seed);
  }

  /// Nothing placed (but fixed tasks), time 0.
  void init() {
    later_.clear();
    waiting_.clear();
    running_.clear();
    now_ = 0;
    scan_ = 0;
    trouble_ = verdict_;
    stuck_ = trouble_.status != status::feasible;
    if (stuck_) return;
    const project& p = partial_.problem();
    free_.reset(p);
    driver_.prepare();
    stuck_ = !partial_.begin(modes_, vector_, trouble_, [&](task_id t) { release(t); });
    if (stuck_) return;
    for (std::size_t i = 0; p.has_fixed() && i < p.task_count(); ++i)
      if (p.is_fixed(task_id(i)) && partial_.result().finish[i] > now_)
        run_until(partial_.result().finish[i], task_id(i));
  }

  [[nodiscard]] bool done() const noexcept {
    return stuck_ || partial_.placed_count() == partial_.problem().task_count();
  }
  [[nodiscard]] instant now() const noexcept { return now_; }

  /// Starts one task, or else moves time to the next decision. Precondition: !done().
  void step() {
    if (driver_.is_static() ? start_first_fitting() : start_picked()) return;
    advance();
  }

  [[nodiscard]] schedule_result result() const {
    if (trouble_.status != status::feasible) return trouble_;
    schedule_result out = partial_.finish();
    if (cancelled_) {
      out.status = status::cancelled;
      out.reason = "stopped by the caller";
    }
    return out;
  }
  /// The tasks placed so far; unplaced ones at +∞.
  [[nodiscard]] const schedule& current() const noexcept { return partial_.result(); }

  [[nodiscard]] schedule_result run() {
    cancelled_ = false;
    for (init(); !done(); step())
      if (options_.watch.stopped()) {
        cancelled_ = true;
        break;
      }
    return result();
  }

  void reseed(std::uint64_t seed) { driver_.reseed(seed); }

private:
  struct event {
    instant at;
    task_id task;
    [[nodiscard]] bool operator>(const event& o) const noexcept { return at != o.at ? at > o.at : task > o.task; }
  };

  /// All predecessors of t are placed: it waits for its moment, or is ready now.
  void release(task_id t) {
    instant at = partial_.ready(t);
    if (partial_.min_finish(t).is_finite() && plain_) {
      instant first = instant::infinity();
      for (std::size_t m = 0; m < partial_.problem().mode_count(t); ++m) first = std::min(first, partial_.ready(t, m));
      at = first;
    }
    if (at <= now_) {
      wait(t);
    } else {
      later_.push_back({at, t});
      std::ranges::push_heap(later_, std::greater<>());
    }
  }
  void wait(task_id t) {
    const auto before = [&](task_id a, task_id b) {
      return driver_.is_static() ? driver_.ranks()[a.index()] < driver_.ranks()[b.index()] : a < b;
    };
    const auto at = std::ranges::lower_bound(waiting_, t, before);
    scan_ = std::min(scan_, static_cast<std::size_t>(at - waiting_.begin()));
    waiting_.insert(at, t);
  }
  void run_until(instant finish, task_id t) {
    const event e{finish, t};
    running_.insert(std::ranges::upper_bound(running_, e, std::greater<>()),
                    e);  // latest first: the next to finish is last
  }

  /// How t can start right now; `when.start` is +∞ when it cannot.
  [[nodiscard]] mode_option startable(task_id t) {
    if (!plain_) return partial_.choose(t, modes_, now_, true);
    return free_.startable(partial_, t, modes_, now_);
  }

  void start(std::size_t position, mode_option how) {
    const project& p = partial_.problem();
    const task_id t = waiting_[position];
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(position));
    if (!how.when.empty()) {
      if (plain_) take(t, how.mode, -1);
      run_until(how.when.finish, t);
    }
    partial_.place(t, how.mode, how.when, [&](task_id s) {
      if (!p.is_fixed(s)) release(s);
    });
    if (p.multi_mode() && p.has_nonrenewable()) scan_ = 0;  // a cheaper mode may have made others affordable
  }
  void take(task_id t, std::size_t mode, amount sign) {
    for (const requirement& q : partial_.problem().requirements(t, mode)) free_.left(q.resource) += sign * q.units;
  }

  /// What did not fit a moment ago does not fit now either: the scan goes on where it stood.
  bool start_first_fitting() {
    for (; scan_ < waiting_.size(); ++scan_)
      if (const mode_option how = startable(waiting_[scan_]); how.when.start.is_finite()) {
        start(scan_, how);
        return true;
      }
    return false;
  }
  bool start_picked() {
    candidates_.clear();
    positions_.clear();
    ways_.clear();
    for (std::size_t i = 0; i < waiting_.size(); ++i)
      if (const mode_option how = startable(waiting_[i]); how.when.start.is_finite()) {
        candidates_.push_back(waiting_[i]);
        positions_.push_back(i);
        ways_.push_back(how);
      }
    if (candidates_.empty()) return false;
    const std::size_t chosen = candidates_.size() == 1 ? 0 : driver_.pick({driver_.view(), *this, now_, candidates_});
    start(positions_[chosen], ways_[chosen]);
    return true;
  }

  void advance() {
    instant next = instant::infinity();
    if (!running_.empty()) next = running_.back().at;
    if (!later_.empty()) next = std::min(next, later_.front().at);
    if (plain_ && partial_.problem().multi_mode())  // shorter modes may have to wait for a bound on the finish
      for (task_id t : waiting_)
        if (partial_.min_finish(t).is_finite())
          for (std::size_t m = 0; m < partial_.problem().mode_count(t); ++m)
            if (const instant at = partial_.ready(t, m); at > now_) next = std::min(next, at);
    if (!plain_ && !waiting_.empty()) {
      const bool idle = next == instant::infinity();  // only calendars can still help: ask when, they may never open
      if (!idle) next = std::min(next, partial_.pool().next_calendar_change(now_));
      for (task_id t : waiting_)
        if (idle || partial_.min_finish(t).is_finite())
          for (std::size_t m = 0; m < partial_.problem().mode_count(t); ++m)
            if (partial_.budget().affordable(t, m)) next = std::min(next, partial_.earliest(t, m, now_ + 1).start);
    }
    if (!next.is_finite()) {
      stuck_ = true;
      return;
    }
    now_ = next;
    scan_ = 0;
    for (; !running_.empty() && running_.back().at <= now_; running_.pop_back())
      if (plain_) take(running_.back().task, partial_.result().mode[running_.back().task.index()], 1);
    while (!later_.empty() && later_.front().at <= now_) {
      const task_id t = later_.front().task;
      std::ranges::pop_heap(later_, std::greater<>());
      later_.pop_back();
      wait(t);
    }
  }

  std::span<const placed_task> placements() const override { return partial_.placements(); }
  instant finish(task_id t) const override { return partial_.result().finish[t.index()]; }
  instant earliest_by_precedence(task_id t) const override { return partial_.ready(t, driver_.view().mode(t)); }
  instant earliest_start(task_id t) const override {
    if (plain_) return fits_at(t, task_id::none());
    return const_cast<partial_schedule<Timeline>&>(partial_).earliest(t, driver_.view().mode(t), now_).start;
  }
  instant earliest_start_after(task_id i, task_id j) const override {
    if (plain_) return fits_at(i, j);
    // booked for a moment and given back exactly
    auto& partial = const_cast<partial_schedule<Timeline>&>(partial_);
    const std::size_t mode = driver_.view().mode(j);
    const interval stay = partial.earliest(j, mode, now_);
    partial.pool().place(j, mode, stay);
    const instant start = partial.earliest(i, driver_.view().mode(i), now_).start;
    partial.pool().remove(j, mode, stay);
    return start;
  }
  /// Earliest start of i from what running tasks give back, if j (or nobody) is started now. Free capacity only grows
  /// after each event, so one test per event suffices. O(running · k).
  [[nodiscard]] instant fits_at(task_id i, task_id j) const {
    const rule_view v = driver_.view();
    const project& p = partial_.problem();
    if (v.work(i) == 0) return now_;
    const instant back = j.valid() ? now_ + v.work(j) : instant::infinity();
    const bool holds = j.valid() && v.work(j) > 0;
    instant latest = now_;
    for (const requirement& q : v.needs(i)) {
      if (p.resource_of(q.resource).kind != resource_kind::renewable) continue;
      const amount taken = holds ? p.demand(j, q.resource, v.mode(j)) : 0;
      amount left = free_.left(q.resource) - taken;
      if (left >= q.units) continue;
      bool returned = taken == 0;
      instant at = instant::infinity();
      for (std::size_t k = running_.size(); k-- > 0 || !returned;) {
        const bool running = k < running_.size();
        if (!returned && (!running || back <= running_[k].at)) {
          left += taken;
          returned = true;
          at = back;
          ++k;  // the running task is still to come
        } else {
          const task_id t = running_[k].task;
          left += p.demand(t, q.resource, partial_.result().mode[t.index()]);
          at = running_[k].at;
        }
        if (left >= q.units) break;
        at = instant::infinity();
      }
      latest = std::max(latest, at);
    }
    return latest;
  }

  rule_driver<Rule> driver_;
  bool plain_;
  partial_schedule<Timeline> partial_;
  Modes modes_;
  sgs_options options_;
  schedule_result verdict_, trouble_;  // of every run, of the last one
  std::vector<std::uint32_t> vector_;
  detail::free_units free_;
  std::vector<task_id> waiting_, candidates_;
  std::vector<std::size_t> positions_;
  std::vector<mode_option> ways_;
  std::vector<event> later_, running_;
  instant now_{};
  std::size_t scan_ = 0;
  bool stuck_ = false;
  bool cancelled_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
