// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DETAIL_TARGET_PATHS_HPP
#define SCHED_PRIORITY_DETAIL_TARGET_PATHS_HPP

/// \file
/// What the way to a target looks like: earliest starts of everything that is not placed, and from a task the longest
/// way to each target behind it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {
namespace priority {
namespace detail {

/// A target behind a task, and the length of the longest way from the task's start to the target's end.
struct target_reach {
  std::uint32_t target = 0;
  double way = 0;
};

/// Critical paths of the part of a network that is not placed. The network tells: `placed(i)`; `each_predecessor(i, f)`
/// and `each_successor(i, f)`, which call f(task, lag); `length(i)`, what a task adds to a path; `ready(i)`, how long
/// until placed dependencies and dates let it start, at least 0.
///
/// The earliest start of a task does not depend on the target, and the longest way from an unplaced task to a target
/// behind it never changes (what lies behind is placed later, fixed tasks aside, which are never passed). So the slack
/// of task x on the way to target g is `length_to(g) − way(x, g) − start_of(x)`, and nothing is computed per target.
class target_paths {
public:
  /// `order` is topological, dependencies first.
  void reset(std::span<const std::uint32_t> order) {
    order_.assign(order.begin(), order.end());
    const std::size_t n = order.size();
    rank_.resize(n);
    for (std::uint32_t k = 0; k < n; ++k) rank_[order[k]] = k;
    start_.assign(n, 0);
    alone_.assign(n, 0);
    seen_.assign(n, 0);
    way_.resize(n);
    behind_.assign(n, {});
    round_ = 0;
  }

  /// Earliest starts as things stand. O(n + m).
  template <class Network>
  void find_starts(const Network& net) {
    for (const std::uint32_t i : order_) {
      if (net.placed(i)) continue;
      double at = net.ready(i);
      bool alone = true;
      net.each_predecessor(i, [&](std::uint32_t j, double lag) {
        if (net.placed(j)) return;
        alone = false;
        at = std::max(at, (start_[j] + net.length(j)) + lag);
      });
      start_[i] = at;
      alone_[i] = alone ? 1 : 0;
    }
  }
  [[nodiscard]] double start_of(std::uint32_t i) const noexcept { return start_[i]; }
  /// Nothing unplaced is on the way to i.
  [[nodiscard]] bool alone(std::uint32_t i) const noexcept { return alone_[i] != 0; }
  /// Length of the critical path to g from now.
  template <class Network>
  [[nodiscard]] double length_to(const Network& net, std::uint32_t g) const {
    return start_[g] + net.length(g);
  }

  /// x itself and every target behind it. O(what lies behind, log) once per task, then O(1).
  template <class Network>
  [[nodiscard]] std::span<const target_reach> reach(const Network& net, std::uint32_t x) {
    std::vector<target_reach>& out = behind_[x];
    if (!out.empty()) return out;
    ++round_;
    visit_.assign(1, x);
    seen_[x] = round_;
    way_[x] = net.length(x);
    for (std::size_t k = 0; k < visit_.size(); ++k)
      net.each_successor(visit_[k], [&](std::uint32_t j, double) {
        if (seen_[j] == round_ || net.placed(j)) return;
        seen_[j] = round_;
        way_[j] = unknown_;
        visit_.push_back(j);
      });
    std::ranges::sort(visit_, {}, [&](std::uint32_t i) { return rank_[i]; });
    for (const std::uint32_t i : visit_) {
      out.push_back({i, way_[i]});
      net.each_successor(i, [&](std::uint32_t j, double lag) {
        if (!net.placed(j)) way_[j] = std::max(way_[j], way_[i] + lag + net.length(j));
      });
    }
    return out;
  }

  /// Calls f(task, slack) for everything unplaced on the way to g, by ascending task, g included, until it answers
  /// false. O(way, log).
  template <class Network, class F>
  void each_on_the_way(const Network& net, std::uint32_t g, F f) {
    ++round_;
    visit_.assign(1, g);
    seen_[g] = round_;
    for (std::size_t k = 0; k < visit_.size(); ++k)
      net.each_predecessor(visit_[k], [&](std::uint32_t j, double) {
        if (seen_[j] == round_ || net.placed(j)) return;
        seen_[j] = round_;
        way_[j] = -unknown_;
        visit_.push_back(j);
      });
    std::ranges::sort(visit_, {}, [&](std::uint32_t i) { return rank_[i]; });
    way_[g] = start_[g];  // latest start
    for (std::size_t k = visit_.size(); k-- > 0;) {
      const std::uint32_t i = visit_[k];
      net.each_predecessor(i, [&](std::uint32_t j, double lag) {
        if (!net.placed(j)) way_[j] = std::min(way_[j], (way_[i] - lag) - net.length(j));
      });
    }
    std::ranges::sort(visit_);
    for (const std::uint32_t i : visit_)
      if (!f(i, way_[i] - start_[i])) return;
  }

private:
  static constexpr double unknown_ = -1e300;
  std::vector<std::uint32_t> order_, rank_, visit_;
  std::vector<double> start_, way_;
  std::vector<char> alone_;
  std::vector<std::uint64_t> seen_;
  std::vector<std::vector<target_reach>> behind_;
  std::uint64_t round_ = 0;
};

}  // namespace detail
}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
