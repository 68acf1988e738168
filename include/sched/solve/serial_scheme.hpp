// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_SERIAL_SCHEME_HPP
#define SCHED_SOLVE_SERIAL_SCHEME_HPP

/// \file
/// The serial schedule generation scheme, step by step.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/rule.hpp>
#include <sched/solve/partial_schedule.hpp>
#include <sched/solve/rule_driver.hpp>
#include <sched/solve/sgs_options.hpp>

namespace sched {
inline namespace v0 {

/// Serial SGS (Kelley 1963): n stages; each takes the best task whose predecessors are all placed and starts it at the
/// earliest time that precedence, resources and calendars allow. Active schedules: for regular objectives some list
/// gives an optimum. Honours minimal lags of all kinds, release dates, fixed starts, calendars, modes; deadlines are
/// checked at the end.
///
/// Use: construct once per project; then `init()`, `step()` until `done()`, `result()` — or `run()` — as often as
/// wanted. After the first run nothing is allocated but the returned result.
/// Cost: n stages, each O(log n) for the choice (static rules) or one call of the rule, plus the fits.
template <priority_rule Rule, mode_policy Modes, reusable_timeline Timeline>
  requires(!priority::parallel_only<Rule>)
class serial_scheme final : private decision_state {
public:
  serial_scheme(const project& p, Rule rule, const sgs_options& options = {}, Modes modes = {})
      : driver_(p, std::move(rule)), partial_(p), modes_(std::move(modes)), options_(options) {
    verdict_ = check_solvable(p, driver_.windows());
    if (driver_.is_parallel_only()) {
      verdict_.status = status::unsupported;
      verdict_.reason = "this priority rule exists for the parallel scheme only";
    }
    vector_ = starting_modes(p, modes_, options.seed, verdict_);
    driver_.reseed(options.seed);
  }

  /// Nothing placed (but fixed tasks).
  void init() {
    candidates_.clear();
    trouble_ = verdict_;
    stuck_ = trouble_.status != status::feasible;
    if (stuck_) return;
    driver_.prepare();
    stuck_ = !partial_.begin(modes_, vector_, trouble_, [&](task_id t) { add(t); });
  }

  [[nodiscard]] bool done() const noexcept {
    return stuck_ || partial_.placed_count() == partial_.problem().task_count();
  }

  /// Places one task. Precondition: !done().
  void step() {
    const task_id t = take();
    const mode_option chosen = partial_.choose(t, modes_, partial_.ready(t), false);
    if (!chosen.when.start.is_finite()) {
      stuck_ = true;
      return;
    }
    const project& p = partial_.problem();
    partial_.place(t, chosen.mode, chosen.when, [&](task_id s) {
      if (!p.is_fixed(s)) add(s);
    });
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
  void add(task_id t) {
    if (driver_.is_static()) {
      heap_push(driver_.ranks()[t.index()]);
    } else {
      candidates_.insert(std::ranges::upper_bound(candidates_, t), t);
    }
  }
  task_id take() {
    if (driver_.is_static()) {
      std::ranges::pop_heap(candidates_, std::greater<>());
      const task_id t(driver_.by_rank()[candidates_.back().index()]);
      candidates_.pop_back();
      return t;
    }
    std::size_t at = 0;
    if (candidates_.size() > 1) {
      instant now = instant::infinity();
      for (task_id t : candidates_) now = std::min(now, earliest_by_precedence(t));
      at = driver_.pick({driver_.view(), *this, now, candidates_});
    }
    const task_id t = candidates_[at];
    candidates_.erase(candidates_.begin() + static_cast<std::ptrdiff_t>(at));
    return t;
  }
  /// Static rules keep a heap of ranks (as ids, so that one buffer serves both).
  void heap_push(std::uint32_t rank) {
    candidates_.push_back(task_id(rank));
    std::ranges::push_heap(candidates_, std::greater<>());
  }

  std::span<const placed_task> placements() const override { return partial_.placements(); }
  instant finish(task_id t) const override { return partial_.result().finish[t.index()]; }
  instant earliest_by_precedence(task_id t) const override { return partial_.ready(t, driver_.view().mode(t)); }
  instant earliest_start(task_id t) const override {
    // a query: the pool only caches calendar data in it
    return const_cast<partial_schedule<Timeline>&>(partial_).earliest(t, driver_.view().mode(t)).start;
  }
  instant earliest_start_after(task_id i, task_id) const override { return earliest_start(i); }

  rule_driver<Rule> driver_;
  partial_schedule<Timeline> partial_;
  Modes modes_;
  sgs_options options_;
  schedule_result verdict_, trouble_;  // of every run, of the last one
  std::vector<std::uint32_t> vector_;
  std::vector<task_id> candidates_;
  bool stuck_ = false;
  bool cancelled_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
