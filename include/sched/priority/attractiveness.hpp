// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_ATTRACTIVENESS_HPP
#define SCHED_PRIORITY_ATTRACTIVENESS_HPP

/// \file
/// Target attractiveness: a task is worth what the best target is worth that it serves.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/core/math.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/priority/detail/target_paths.hpp>
#include <sched/priority/rule.hpp>
#include <sched/priority/urgency_rules.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

/// The parts of a target's score that do not depend on who asks: importance per work, and urgency.
struct target_scores {
  const attractiveness_settings& settings;
  double mean_work = 0;  ///< over all targets

  /// What work W divides importance by.
  [[nodiscard]] double effort(double work) const {
    const double w = std::max(work, 0.1);
    using enum attractiveness_settings::transform;
    switch (settings.work_transform) {
      case power: return stable::pow(w, settings.work_exponent);
      case log: return std::max(stable::log(w), 0.1);
      case log10: return std::max(stable::log(w) / 2.302585092994046, 0.1);
    }
    return w;
  }
  /// Urgency of a target with so much spare time before its due date.
  [[nodiscard]] double urgency(double spare) const { return discount(spare, mean_work); }
  /// … of targets without due date, from the least urgency of those that have one (negative: there is none).
  [[nodiscard]] double urgency_without_date(double least) const {
    return least < 0 ? 1.0 : std::max(settings.no_deadline_urgency_multiplier * least, settings.urgency_floor);
  }
  /// Share of a target's score that a task with so much slack on the way to it has.
  [[nodiscard]] double share(double slack, double work, double length) const {
    using enum attractiveness_settings::denominator;
    switch (settings.urgency_denominator) {
      case global_average: return discount(slack, mean_work);
      case target_work: return discount(slack, work);
      case critical_path: return discount(slack, length);
    }
    return 1.0;
  }

private:
  [[nodiscard]] double discount(double slack, double scale) const {
    if (slack == 0) return 1.0;
    const double u = stable::exp(-slack / (settings.k * std::max(scale, 1.0)));
    return slack > 0 ? std::max(u, settings.urgency_floor) : u;
  }
};

/// TA, target attractiveness: every unplaced task is a target G, worth weight / φ(W) · urgency, where W is the work
/// that is left on the way to it and urgency falls with the spare time between its critical path and its due date. A
/// task gets the best of its targets, discounted by its slack on the way; milestones go first.
///
/// Lengths of paths count from now: running dependencies, release dates and `tail` ticks behind every task included.
/// Only targets behind a new placement, or with something not ready yet, are computed anew. O(tasks on the way · log)
/// per target and decision. Follows branches. Reference: the target-driven scheduler of Mouc, its defects mended.
class target_attractiveness {
public:
  explicit target_attractiveness(const attractiveness_settings& s = {}, duration tail = 0)
      : settings_(s), tail_(static_cast<double>(tail.count())) {}

  void prepare(const rule_view& v) {
    const project& p = v.problem;
    const std::size_t n = p.task_count();
    history_.clear();
    rank_.resize(n);
    for (std::uint32_t k = 0; k < n; ++k) rank_[p.topological_order()[k].index()] = k;
    paths_.reset(rank_);
    placed_.assign(n, 0);
    waiting_.resize(n);
    targets_.assign(n, {});
    dirty_.assign(n, 1);
    best_.assign(n, 0);
    urgency_.assign(n, 0);
    seen_.assign(n, 0);
    round_ = 0;
    for (std::size_t i = 0; i < n; ++i) waiting_[i] = static_cast<std::uint32_t>(p.predecessors(task_id(i)).size());
    last_now_ = instant::minus_infinity();
  }

  void keys(const decision& d, std::span<double> out) {
    const project& p = d.view.problem;
    history_.follow(
        d.state.placements(), [&](task_id t) { change(p, static_cast<std::uint32_t>(t.index()), true); },
        [&](task_id t) { change(p, static_cast<std::uint32_t>(t.index()), false); });
    const bool later = d.now != last_now_;
    last_now_ = d.now;
    const network net{*this, d};
    double total = 0;
    std::size_t left = 0;
    for (std::uint32_t g = 0; g < p.task_count(); ++g) {
      if (placed_[g] != 0) continue;
      target_path& t = targets_[g];
      if (dirty_[g] != 0 || (later && t.moves)) {
        paths_.find(
            net, g, [&](std::uint32_t i) { return waiting_[i] == 0; }, t);
        dirty_[g] = 0;
      }
      total += t.work;
      ++left;
    }
    const target_scores scores{settings_, left == 0 ? 0.0 : total / static_cast<double>(left)};
    double least = -1;
    for (std::uint32_t g = 0; g < p.task_count(); ++g) {
      const instant due = p.due(task_id(g));
      if (placed_[g] != 0 || !due.is_finite()) continue;
      urgency_[g] = scores.urgency(static_cast<double>((due - d.now).count()) - targets_[g].length);
      if (least < 0 || urgency_[g] < least) least = urgency_[g];
    }
    for (task_id t : d.candidates) best_[t.index()] = -1;
    for (std::uint32_t g = 0; g < p.task_count(); ++g) {
      if (placed_[g] != 0) continue;
      const target_path& t = targets_[g];
      const double urgency = p.due(task_id(g)).is_finite() ? urgency_[g] : scores.urgency_without_date(least);
      const double worth = std::fma(d.view.weight(task_id(g)) / scores.effort(t.work), urgency, 0.0);
      for (const path_member& m : t.members)
        if (m.slack <= 0 || worth > best_[m.task])
          best_[m.task] = std::max(best_[m.task], std::fma(worth, scores.share(m.slack, t.work, t.length), 0.0));
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t t = d.candidates[i].index();
      out[i] = d.view.length(d.candidates[i]) == 0 ? -std::numeric_limits<double>::infinity() : -best_[t];
    }
  }

private:
  /// The unplaced part of the project, in time from now.
  struct network {
    const target_attractiveness& self;
    const decision& d;
    template <class F>
    void each_predecessor(std::uint32_t i, F f) const {
      for (const adjacency& a : d.view.problem.predecessors(task_id(i)))
        if (self.placed_[a.task.index()] == 0)
          f(static_cast<std::uint32_t>(a.task.index()), static_cast<double>(a.lag.count()));
    }
    [[nodiscard]] double work(std::uint32_t i) const { return d.view.length(task_id(i)); }
    [[nodiscard]] double length(std::uint32_t i) const { return d.view.length(task_id(i)) + self.tail_; }
    [[nodiscard]] double ready(std::uint32_t i) const {
      instant at = std::max(d.now, d.view.problem.release(task_id(i)));
      for (const adjacency& a : d.view.problem.predecessors(task_id(i)))
        if (self.placed_[a.task.index()] != 0) at = std::max(at, std::max(d.state.finish(a.task), d.now) + a.lag);
      return static_cast<double>((at - d.now).count());
    }
  };

  /// Calls f for i and every unplaced task behind it.
  template <class F>
  void each_behind(const project& p, std::uint32_t i, F f) {
    ++round_;
    stack_.assign(1, i);
    seen_[i] = round_;
    while (!stack_.empty()) {
      const std::uint32_t g = stack_.back();
      stack_.pop_back();
      f(g);
      for (const adjacency& a : p.successors(task_id(g))) {
        const auto j = static_cast<std::uint32_t>(a.task.index());
        if (seen_[j] == round_ || placed_[j] != 0) continue;
        seen_[j] = round_;
        stack_.push_back(j);
      }
    }
  }
  /// Task i was placed, or taken back.
  void change(const project& p, std::uint32_t i, bool placed) {
    placed_[i] = 0;
    each_behind(p, i, [&](std::uint32_t g) { dirty_[g] = 1; });
    placed_[i] = placed ? 1 : 0;
    for (const adjacency& a : p.successors(task_id(i))) waiting_[a.task.index()] += placed ? ~0U : 1U;
  }

  attractiveness_settings settings_;
  double tail_;
  detail::placement_follower history_;
  target_paths paths_;
  std::vector<std::uint32_t> rank_, waiting_, stack_;
  std::vector<char> placed_, dirty_;
  std::vector<target_path> targets_;
  std::vector<double> best_, urgency_;
  std::vector<std::uint64_t> seen_;
  std::uint64_t round_ = 0;
  instant last_now_{};
};

static_assert(dynamic_priority_rule<target_attractiveness>);

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
