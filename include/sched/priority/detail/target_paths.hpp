// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DETAIL_TARGET_PATHS_HPP
#define SCHED_PRIORITY_DETAIL_TARGET_PATHS_HPP

/// \file
/// What a target still needs: the critical path through its unplaced dependencies, and the slack of each.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {
namespace priority {

/// A task on the way to a target, and by how much it may slip without moving it.
struct path_member {
  std::uint32_t task = 0;
  double slack = 0;
};

/// The way to one target, itself included.
struct target_path {
  double work = 0;                     ///< sum of the durations on it
  double length = 0;                   ///< of its critical path, from now
  std::vector<path_member> members{};  ///< those asked for, by ascending task
  bool moves = false;                  ///< depends on the time: something on it is not ready yet
};

/// Critical paths of sub-networks, one target at a time. A network gives, for tasks 0 … n − 1:
/// `each_predecessor(i, f)` calls f(task, lag) for every dependency that is not placed; `work(i)`, `length(i)` (work
/// and what a task holds after it); `ready(i)`, how long until placed dependencies and dates let it start, at least 0.
/// A call costs O(s log s + arcs) for s tasks on the way. Memory is kept.
class target_paths {
public:
  /// `rank` is a topological order: rank[i] < rank[j] when i is a dependency of j. Kept by reference.
  void reset(std::span<const std::uint32_t> rank) {
    rank_ = rank;
    seen_.assign(rank.size(), 0);
    start_.resize(rank.size());
    latest_.resize(rank.size());
    round_ = 0;
  }

  /// The path to `target`; `keep(i)` says which members are wanted.
  template <class Network, class Keep>
  void find(const Network& net, std::uint32_t target, Keep keep, target_path& out) {
    ++round_;
    on_the_way_.assign(1, target);
    seen_[target] = round_;
    for (std::size_t k = 0; k < on_the_way_.size(); ++k)
      net.each_predecessor(on_the_way_[k], [&](std::uint32_t j, double) {
        if (seen_[j] == round_) return;
        seen_[j] = round_;
        on_the_way_.push_back(j);
      });
    out.members.clear();
    out.moves = false;
    out.work = 0;
    if (on_the_way_.size() == 1) {
      out.work = net.work(target);
      out.length = net.length(target);
      if (keep(target)) out.members.push_back({target, 0});
      return;
    }
    std::ranges::sort(on_the_way_, {}, [&](std::uint32_t i) { return rank_[i]; });
    for (const std::uint32_t i : on_the_way_) {
      out.work += net.work(i);
      double at = net.ready(i);
      if (at > 0) out.moves = true;
      net.each_predecessor(i,
                           [&](std::uint32_t j, double lag) { at = std::max(at, (start_[j] + net.length(j)) + lag); });
      start_[i] = at;
      latest_[i] = unbounded_;
    }
    out.length = start_[target] + net.length(target);
    latest_[target] = out.length - net.length(target);
    for (std::size_t k = on_the_way_.size(); k-- > 0;) {
      const std::uint32_t i = on_the_way_[k];
      net.each_predecessor(i, [&](std::uint32_t j, double lag) {
        latest_[j] = std::min(latest_[j], (latest_[i] - lag) - net.length(j));
      });
      if (keep(i)) out.members.push_back({i, latest_[i] - start_[i]});
    }
    std::ranges::sort(out.members, {}, &path_member::task);
  }

private:
  static constexpr double unbounded_ = 1e300;
  std::span<const std::uint32_t> rank_{};
  std::vector<std::uint64_t> seen_;
  std::vector<double> start_, latest_;
  std::vector<std::uint32_t> on_the_way_;
  std::uint64_t round_ = 0;
};

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
