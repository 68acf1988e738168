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
/// A decision costs O(n + m) and, for each candidate, one look at every target behind it. Follows branches.
/// Durations must be whole. Reference: the target-driven scheduler of Mouc, its defects mended.
class target_attractiveness {
public:
  explicit target_attractiveness(const attractiveness_settings& s = {}, duration tail = 0)
      : settings_(s), tail_(static_cast<double>(tail.count())) {}

  void prepare(const rule_view& v) {
    const project& p = v.problem;
    const std::size_t n = p.task_count();
    history_.clear();
    order_.resize(n);
    for (std::size_t k = 0; k < n; ++k) order_[k] = static_cast<std::uint32_t>(p.topological_order()[k].index());
    paths_.reset(order_);
    placed_.assign(n, 0);
    work_.assign(n, 0);
    worth_.assign(n, 0);
    prepared_ = false;
  }

  void keys(const decision& d, std::span<double> out) {
    const network net{*this, d};
    history_.follow(
        d.state.placements(), [&](task_id t) { change(net, static_cast<std::uint32_t>(t.index()), true); },
        [&](task_id t) { change(net, static_cast<std::uint32_t>(t.index()), false); });
    const auto n = static_cast<std::uint32_t>(placed_.size());
    if (!prepared_) {  // fixed tasks are placed by now, and nothing is reached through them
      for (std::uint32_t x = 0; x < n; ++x)
        if (placed_[x] == 0)
          for (const detail::target_reach& g : paths_.reach(net, x)) work_[g.target] += net.work(x);
      prepared_ = true;
    }
    paths_.find_starts(net);
    double total = 0;
    std::size_t left = 0;
    for (std::uint32_t g = 0; g < n; ++g)
      if (placed_[g] == 0) {
        total += work_[g];
        ++left;
      }
    const target_scores scores{settings_, left == 0 ? 0.0 : total / static_cast<double>(left)};
    double least = -1;
    for (std::uint32_t g = 0; g < n; ++g) {
      const instant due = d.view.problem.due(task_id(g));
      if (placed_[g] != 0 || !due.is_finite()) continue;
      worth_[g] = scores.urgency(static_cast<double>((due - d.now).count()) - paths_.length_to(net, g));
      if (least < 0 || worth_[g] < least) least = worth_[g];
    }
    const double undated = scores.urgency_without_date(least);
    for (std::uint32_t g = 0; g < n; ++g)
      if (placed_[g] == 0) {
        const double urgency = d.view.problem.due(task_id(g)).is_finite() ? worth_[g] : undated;
        worth_[g] = std::fma(d.view.weight(task_id(g)) / scores.effort(work_[g]), urgency, 0.0);
      }
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto x = static_cast<std::uint32_t>(d.candidates[i].index());
      if (net.work(x) == 0) {
        out[i] = -std::numeric_limits<double>::infinity();
        continue;
      }
      double best = 0;
      for (const detail::target_reach& g : paths_.reach(net, x)) {
        if (placed_[g.target] != 0) continue;
        const double worth = worth_[g.target];
        const double length = paths_.length_to(net, g.target);
        const double slack = g.target == x ? 0.0 : (length - g.way) - paths_.start_of(x);
        if (slack <= 0 || worth > best)
          best = std::max(best, std::fma(worth, scores.share(slack, work_[g.target], length), 0.0));
      }
      out[i] = -best;
    }
  }

private:
  /// The project in time from now.
  struct network {
    const target_attractiveness& self;
    const decision& d;
    [[nodiscard]] bool placed(std::uint32_t i) const { return self.placed_[i] != 0; }
    template <class F>
    void each_predecessor(std::uint32_t i, F f) const {
      for (const adjacency& a : d.view.problem.predecessors(task_id(i)))
        f(static_cast<std::uint32_t>(a.task.index()), static_cast<double>(a.lag.count()));
    }
    template <class F>
    void each_successor(std::uint32_t i, F f) const {
      for (const adjacency& a : d.view.problem.successors(task_id(i)))
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

  /// Task x was placed, or taken back: what lies behind it has less, or more, before it.
  void change(const network& net, std::uint32_t x, bool placed) {
    if (prepared_)
      for (const detail::target_reach& g : paths_.reach(net, x)) work_[g.target] += placed ? -net.work(x) : net.work(x);
    placed_[x] = placed ? 1 : 0;
  }

  attractiveness_settings settings_;
  double tail_;
  detail::placement_follower history_;
  detail::target_paths paths_;
  std::vector<std::uint32_t> order_;
  std::vector<char> placed_;
  std::vector<double> work_, worth_;  ///< by target: work on the way to it; its score
  bool prepared_ = false;
};

static_assert(dynamic_priority_rule<target_attractiveness>);

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
