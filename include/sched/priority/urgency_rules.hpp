// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_URGENCY_RULES_HPP
#define SCHED_PRIORITY_URGENCY_RULES_HPP

/// \file
/// Importance against due dates: the strategies of roadmaps, as ordinary dynamic rules. Tasks without due date are
/// judged by the most or least urgent of all tasks that are not placed yet.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/math.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/priority/any_rule.hpp>
#include <sched/priority/combine.hpp>
#include <sched/priority/rule.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

namespace detail {

/// Follows what a solver places and takes back: `follow` calls `undo(task)` for what is gone, last first, then
/// `place(task)` for what is new. O(changes).
class placement_follower {
public:
  void clear() noexcept { seen_.clear(); }
  template <class Place, class Undo>
  void follow(std::span<const placed_task> now, Place place, Undo undo) {
    while (!seen_.empty() && (seen_.size() > now.size() || seen_.back().stamp != now[seen_.size() - 1].stamp)) {
      undo(seen_.back().task);
      seen_.pop_back();
    }
    for (std::size_t k = seen_.size(); k < now.size(); ++k) {
      place(now[k].task);
      seen_.push_back(now[k]);
    }
  }

private:
  std::vector<placed_task> seen_;
};

/// A complete binary tree of maxima over values that come and go.
class maximum_tree {
public:
  static constexpr double none = -std::numeric_limits<double>::infinity();

  void reset(std::size_t n) {
    leaves_ = std::bit_ceil(std::max<std::size_t>(n, 1));
    values_.assign(2 * leaves_, none);
  }
  void set(std::size_t i, double value) noexcept {
    std::size_t k = i + leaves_;
    values_[k] = value;
    for (k /= 2; k > 0; k /= 2) {
      const double most = std::max(values_[2 * k], values_[2 * k + 1]);
      if (values_[k] == most) break;
      values_[k] = most;
    }
  }
  [[nodiscard]] std::size_t leaves() const noexcept { return leaves_; }
  [[nodiscard]] double at(std::size_t node) const noexcept { return values_[node]; }  ///< node 1 is the root

private:
  std::size_t leaves_ = 1;
  std::vector<double> values_;
};

}  // namespace detail

/// MI: most important first, by weight.
struct most_important {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = -v.weight(task_id(i));
  }
};

/// 100 − weight: the share of importance in a weighted sum.
struct unimportance {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = 100.0 - v.weight(task_id(i));
  }
};

/// CR, least (due − now) / max(duration, 1) first. A task without due date has `default_cr_multiplier` times the
/// largest ratio of all tasks that are not placed (at least 0), but at least `default_cr_floor`.
/// O(1) a candidate; the largest ratio is found in a tree by duration with the latest due date of each subtree, O(log
/// n) on most projects, and only when it is needed. Follows branches. Allocates in `prepare`.
class time_left_ratio {
public:
  explicit time_left_ratio(const urgency_settings& s = {}) : settings_(s) {}

  void prepare(const rule_view& v) {
    const std::size_t n = v.problem.task_count();
    history_.clear();
    by_length_.resize(n);
    std::iota(by_length_.begin(), by_length_.end(), 0U);
    length_.resize(n);
    due_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      length_[i] = std::max(v.length(task_id(i)), 1.0);
      const instant due = v.problem.due(task_id(i));
      due_[i] = due.is_finite() ? static_cast<double>(due.count()) : detail::maximum_tree::none;
    }
    std::ranges::sort(by_length_, [&](std::uint32_t a, std::uint32_t b) {
      return length_[a] != length_[b] ? length_[a] < length_[b] : a < b;
    });
    leaf_.resize(n);
    latest_.reset(n);
    for (std::uint32_t k = 0; k < n; ++k) {
      leaf_[by_length_[k]] = k;
      latest_.set(k, due_[by_length_[k]]);
    }
  }
  void keys(const decision& d, std::span<double> out) {
    history_.follow(
        d.state.placements(), [&](task_id t) { latest_.set(leaf_[t.index()], detail::maximum_tree::none); },
        [&](task_id t) { latest_.set(leaf_[t.index()], due_[t.index()]); });
    const auto now = static_cast<double>(d.now.count());
    double missing = -1;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t t = d.candidates[i].index();
      if (due_[t] != detail::maximum_tree::none) {
        out[i] = (due_[t] - now) / length_[t];
        continue;
      }
      if (missing < 0) missing = std::max(settings_.default_cr_multiplier * largest(now), settings_.default_cr_floor);
      out[i] = missing;
    }
  }

private:
  /// max(0, largest ratio of the tasks in the tree).
  [[nodiscard]] double largest(double now) const {
    double best = 0;
    search(1, 0, latest_.leaves(), now, best);
    return best;
  }
  void search(std::size_t node, std::size_t first, std::size_t count, double now, double& best) const {
    // Nothing below is later than latest_.at(node) or shorter than the first leaf.
    if (latest_.at(node) == detail::maximum_tree::none) return;
    const double bound = (latest_.at(node) - now) / length_[by_length_[first]];
    if (!(bound > best)) return;
    if (count == 1) {
      best = bound;
      return;
    }
    search(2 * node, first, count / 2, now, best);
    search(2 * node + 1, first + count / 2, count / 2, now, best);
  }

  urgency_settings settings_;
  detail::placement_follower history_;
  std::vector<double> length_, due_;
  std::vector<std::uint32_t> by_length_, leaf_;
  detail::maximum_tree latest_;
};

/// ATC after Vepsalainen & Morton 1987, with due dates that may be missing: greatest (weight / max(duration, 0.1)) · U.
/// U = 1 without slack, else exp(−slack / (k · d̄)), slack = (due − now) − duration, d̄ the mean duration of all tasks
/// that are not placed (`short_means`: as it is, and U = 0 where it is 0; otherwise at least 1). Without due date U is
/// the smallest U of those tasks times `atc_default_urgency_multiplier`, at least `atc_default_urgency_floor`.
/// O(1) a candidate, O(log n) a placement. Follows branches. Allocates in `prepare`.
class apparent_urgency {
public:
  explicit apparent_urgency(const urgency_settings& s = {}, bool short_means = false)
      : settings_(s), short_means_(short_means) {}

  void prepare(const rule_view& v) {
    const std::size_t n = v.problem.task_count();
    history_.clear();
    length_.resize(n);
    due_.resize(n);
    spare_.reset(n);
    total_ = 0;
    left_ = n;
    for (std::size_t i = 0; i < n; ++i) {
      length_[i] = v.length(task_id(i));
      const instant due = v.problem.due(task_id(i));
      due_[i] = due.is_finite() ? static_cast<double>(due.count()) : detail::maximum_tree::none;
      add(i);
    }
    weights_.resize(n);
    for (std::size_t i = 0; i < n; ++i) weights_[i] = v.weight(task_id(i));
  }
  void keys(const decision& d, std::span<double> out) {
    history_.follow(
        d.state.placements(), [&](task_id t) { remove(t.index()); },
        [&](task_id t) {
          ++left_;
          add(t.index());
        });
    const auto now = static_cast<double>(d.now.count());
    double mean = left_ == 0 ? 0.0 : std::ldexp(static_cast<double>(total_), -scale_) / static_cast<double>(left_);
    if (!short_means_) mean = std::max(mean, 1.0);
    double missing = -1;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const std::size_t t = d.candidates[i].index();
      double u = 0;
      if (due_[t] != detail::maximum_tree::none) {
        u = urgency((due_[t] - now) - length_[t], mean);
      } else {
        if (missing < 0) missing = without_due_date(now, mean);
        u = missing;
      }
      out[i] = std::fma(-(weights_[t] / std::max(length_[t], 0.1)), u, 0.0);
    }
  }

private:
  static constexpr int scale_ = 60;  // sums of durations are exact in units of 2^-60

  void add(std::size_t i) {
    total_ += static_cast<int128>(std::ldexp(length_[i], scale_));
    if (due_[i] != detail::maximum_tree::none) spare_.set(i, due_[i] - length_[i]);
  }
  void remove(std::size_t i) {
    --left_;
    total_ -= static_cast<int128>(std::ldexp(length_[i], scale_));
    spare_.set(i, detail::maximum_tree::none);
  }
  [[nodiscard]] double urgency(double slack, double mean) const {
    if (slack <= 0) return 1.0;
    return mean == 0 ? 0.0 : stable::exp(-slack / (settings_.atc_k * mean));
  }
  /// The smallest urgency is that of the most slack.
  [[nodiscard]] double without_due_date(double now, double mean) const {
    if (spare_.at(1) == detail::maximum_tree::none) return settings_.atc_default_urgency_floor;
    std::size_t node = 1;
    while (node < spare_.leaves()) node = 2 * node + (spare_.at(2 * node) == spare_.at(node) ? 0 : 1);
    const std::size_t i = node - spare_.leaves();
    const double least = urgency((due_[i] - now) - length_[i], mean);
    return std::max(settings_.atc_default_urgency_multiplier * least, settings_.atc_default_urgency_floor);
  }

  urgency_settings settings_;
  bool short_means_;
  detail::placement_follower history_;
  std::vector<double> length_, due_, weights_;
  detail::maximum_tree spare_;
  int128 total_ = 0;
  std::size_t left_ = 0;
};

/// The strategy of a roadmap by name: `weighted` = cr_weight · CR + priority_weight · (100 − weight); `priority_first`
/// and `cr_first` lexicographic; `atc`.
[[nodiscard]] inline any_rule roadmap_rule(roadmap_strategy strategy, const urgency_settings& s = {},
                                           bool short_means = false) {
  switch (strategy) {
    case roadmap_strategy::weighted: break;
    case roadmap_strategy::priority_first: return any_rule(lexicographic(most_important{}, time_left_ratio(s)));
    case roadmap_strategy::cr_first: return any_rule(lexicographic(time_left_ratio(s), most_important{}));
    case roadmap_strategy::atc: return any_rule(apparent_urgency(s, short_means));
  }
  return any_rule(weighted_sum(weighted(s.cr_weight, time_left_ratio(s)), weighted(s.priority_weight, unimportance{})));
}

static_assert(dynamic_priority_rule<time_left_ratio> && dynamic_priority_rule<apparent_urgency>);

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
