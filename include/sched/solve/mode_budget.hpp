// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MODE_BUDGET_HPP
#define SCHED_SOLVE_MODE_BUDGET_HPP

/// \file
/// Non-renewable resources: a vector of modes that stays affordable.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {

/// Keeps one mode for every task such that all non-renewable capacities suffice, and says which changes of a single
/// task keep it so. A scheme that only makes such changes can never run out.
///
/// Finding the first vector is NP-complete for two or more non-renewable resources: `find` starts from each task's
/// cheapest mode and repairs overflow by single and pairwise-random changes, with a bounded number of restarts.
class mode_budget {
public:
  enum class outcome : std::uint8_t {
    found,
    impossible,  ///< proved: even the cheapest modes overspend some resource
    not_found    ///< nothing proved
  };

  explicit mode_budget(const project& p) : problem_(&p) {
    modes_.assign(p.task_count(), 0);
    spent_.assign(p.resource_count(), 0);
  }

  [[nodiscard]] std::span<const std::uint32_t> modes() const noexcept { return modes_; }

  /// Takes a vector as it is (empty: mode 0 everywhere); false when it overspends.
  bool take(std::span<const std::uint32_t> modes) {
    if (modes.empty()) std::ranges::fill(modes_, 0U);
    else std::ranges::copy(modes, modes_.begin());
    if (!problem_->has_nonrenewable()) return true;
    recount();
    return overflow() == 0;
  }

  /// Searches a vector. Deterministic for a seed. O(restarts · steps · modes).
  outcome find(std::uint64_t seed) {
    const project& p = *problem_;
    if (!p.has_nonrenewable()) {
      std::ranges::fill(modes_, 0U);
      return outcome::found;
    }
    if (impossible()) return outcome::impossible;
    random_generator random(seed);
    const std::size_t n = p.task_count();
    for (int restart = 0; restart < 50; ++restart) {
      for (std::size_t i = 0; i < n; ++i)
        modes_[i] =
            restart == 0 ? cheapest(task_id(i)) : static_cast<std::uint32_t>(random.below(p.mode_count(task_id(i))));
      recount();
      double excess = overflow();
      for (std::size_t step = 0; excess > 0 && step < 20 * n; ++step) {
        // the best single change of a random task; sideways moves keep the search from standing still
        const task_id t(random.below(n));
        const std::uint32_t old = modes_[t.index()];
        std::uint32_t best = old;
        double least = std::numeric_limits<double>::infinity();
        for (std::uint32_t m = 0; m < p.mode_count(t); ++m) {
          if (m == old) continue;
          move(t, m);
          if (const double o = overflow(); o < least) {
            least = o;
            best = m;
          }
        }
        if (best != old && (least <= excess || random.chance(0.02))) {
          move(t, best);
          excess = least;
        } else {
          move(t, old);
        }
      }
      if (excess == 0) return outcome::found;
    }
    return outcome::not_found;
  }

  /// True when task t may change to mode m.
  [[nodiscard]] bool affordable(task_id t, std::size_t m) const noexcept {
    const project& p = *problem_;
    if (!p.has_nonrenewable() || m == modes_[t.index()]) return true;
    for (const requirement& q : p.requirements(t, m)) {
      const resource& r = p.resource_of(q.resource);
      if (r.kind != resource_kind::nonrenewable) continue;
      if (spent_[q.resource.index()] - p.demand(t, q.resource, modes_[t.index()]) + q.units > r.capacity) return false;
    }
    return true;
  }
  /// Changes the mode of t. Precondition: affordable(t, m).
  void change(task_id t, std::size_t m) noexcept { move(t, static_cast<std::uint32_t>(m)); }

private:
  [[nodiscard]] bool nonrenewable(const requirement& q) const noexcept {
    return problem_->resource_of(q.resource).kind == resource_kind::nonrenewable;
  }
  void move(task_id t, std::uint32_t m) noexcept {
    for (const requirement& q : problem_->requirements(t, modes_[t.index()]))
      if (nonrenewable(q)) spent_[q.resource.index()] -= q.units;
    modes_[t.index()] = m;
    for (const requirement& q : problem_->requirements(t, m))
      if (nonrenewable(q)) spent_[q.resource.index()] += q.units;
  }
  void recount() noexcept {
    std::ranges::fill(spent_, 0);
    for (std::size_t i = 0; i < modes_.size(); ++i)
      for (const requirement& q : problem_->requirements(task_id(i), modes_[i]))
        if (nonrenewable(q)) spent_[q.resource.index()] += q.units;
  }
  /// Units above capacity, each resource relative to its capacity.
  [[nodiscard]] double overflow() const noexcept {
    double sum = 0;
    for (std::size_t r = 0; r < spent_.size(); ++r) {
      const amount capacity = problem_->resource_of(resource_id(r)).capacity;
      if (spent_[r] > capacity)
        sum += static_cast<double>(spent_[r] - capacity) / static_cast<double>(std::max<amount>(1, capacity));
    }
    return sum;
  }
  [[nodiscard]] bool impossible() const {
    for (std::size_t r = 0; r < spent_.size(); ++r) {
      const resource& res = problem_->resource_of(resource_id(r));
      if (res.kind != resource_kind::nonrenewable) continue;
      int128 least = 0;
      for (std::size_t i = 0; i < modes_.size(); ++i) {
        amount mine = std::numeric_limits<amount>::max();
        for (std::size_t m = 0; m < problem_->mode_count(task_id(i)); ++m)
          mine = std::min(mine, problem_->demand(task_id(i), resource_id(r), m));
        least += mine;
      }
      if (least > res.capacity) return true;
    }
    return false;
  }
  [[nodiscard]] std::uint32_t cheapest(task_id t) const noexcept {
    std::uint32_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::uint32_t m = 0; m < problem_->mode_count(t); ++m) {
      double cost = 0;
      for (const requirement& q : problem_->requirements(t, m))
        if (nonrenewable(q))
          cost += static_cast<double>(q.units) /
                  static_cast<double>(std::max<amount>(1, problem_->resource_of(q.resource).capacity));
      if (cost < least) {
        least = cost;
        best = m;
      }
    }
    return best;
  }

  const project* problem_;
  std::vector<std::uint32_t> modes_;
  std::vector<int128> spent_;  // sums of amounts leave 64 bits
};

}  // namespace v0
}  // namespace sched

#endif
