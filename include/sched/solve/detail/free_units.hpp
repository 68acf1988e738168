// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_FREE_UNITS_HPP
#define SCHED_SOLVE_DETAIL_FREE_UNITS_HPP

/// \file
/// What every resource has left at the decision time of a parallel scheme.

#include <cstddef>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/solve/partial_schedule.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// One amount per resource. Enough where availability never falls after the decision time: without calendars and fixed
/// tasks. Who starts and ends tasks changes `left`.
class free_units {
public:
  /// All of every capacity. O(resources).
  void reset(const project& p) {
    left_.resize(p.resource_count());
    for (std::size_t r = 0; r < left_.size(); ++r) left_[r] = p.resource_of(resource_id(r)).capacity;
  }
  [[nodiscard]] amount& left(resource_id r) noexcept { return left_[r.index()]; }
  [[nodiscard]] amount left(resource_id r) const noexcept { return left_[r.index()]; }

  /// How t can start at `now`, in which of its affordable modes the policy says; `when.start` is +∞ when it cannot.
  /// O(modes · needs).
  template <reusable_timeline Timeline, mode_policy Modes>
  [[nodiscard]] mode_option startable(partial_schedule<Timeline>& partial, task_id t, Modes& modes, instant now) {
    constexpr mode_option none{0, {instant::infinity(), instant::infinity()}};
    const project& p = partial.problem();
    if (p.mode_count(t) == 1) return enough(partial, t, 0, now) ? mode_option{0, {now, now + p.work(t)}} : none;
    options_.clear();
    for (std::size_t m = 0; m < p.mode_count(t); ++m)
      if (partial.budget().affordable(t, m) && enough(partial, t, m, now))
        options_.push_back({m, {now, now + p.work(t, m)}});
    if (options_.empty()) return none;
    const auto chosen = static_cast<std::size_t>(modes.choose(p, t, options_));
    return chosen < options_.size() ? options_[chosen] : none;
  }

private:
  template <reusable_timeline Timeline>
  [[nodiscard]] bool enough(const partial_schedule<Timeline>& partial, task_id t, std::size_t mode,
                            instant now) const noexcept {
    const project& p = partial.problem();
    if (partial.ready(t, mode) > now) return false;
    if (p.work(t, mode) == 0) return true;
    for (const requirement& q : p.requirements(t, mode))
      if (q.units > left(q.resource) && p.resource_of(q.resource).kind == resource_kind::renewable) return false;
    return true;
  }

  std::vector<amount> left_;
  std::vector<mode_option> options_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
