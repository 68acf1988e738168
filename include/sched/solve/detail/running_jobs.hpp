// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_RUNNING_JOBS_HPP
#define SCHED_SOLVE_DETAIL_RUNNING_JOBS_HPP

/// \file
/// Running jobs by planned end.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Running jobs sorted by planned end. Those whose planned end has passed stand in front and hold nothing in the plan
/// any more, although nobody has said that they ended. Insertion and removal O(log n) and a move of later entries.
class running_jobs {
public:
  /// Units that the plan sees as taken.
  [[nodiscard]] amount busy() const noexcept { return busy_; }
  [[nodiscard]] std::size_t size() const noexcept { return list_.size(); }

  void insert(std::uint32_t h, instant end, amount demand, instant now) {
    const entry e{end, h, demand};
    const auto at = std::upper_bound(list_.begin(), list_.end(), e);
    if (end > now) busy_ += demand;
    else ++passed_;
    list_.insert(at, e);
  }
  void remove(std::uint32_t h, instant end) {
    const auto at = std::lower_bound(list_.begin(), list_.end(), entry{end, h, 0});
    if (static_cast<std::size_t>(at - list_.begin()) < passed_) --passed_;
    else busy_ -= at->demand;
    list_.erase(at);
  }
  /// Time moves to `now`; true when planned ends passed.
  bool advance(instant now) {
    const std::size_t before = passed_;
    for (; passed_ < list_.size() && list_[passed_].end <= now; ++passed_) busy_ -= list_[passed_].demand;
    return passed_ != before;
  }
  /// Calls f(end, freed) for every planned end to come, jobs that end together as one, while f is true.
  template <class F>
  void each_end(F f) const {
    for (std::size_t k = passed_; k < list_.size();) {
      const instant end = list_[k].end;
      amount freed = 0;
      for (; k < list_.size() && list_[k].end == end; ++k) freed += list_[k].demand;
      if (!f(end, freed)) return;
    }
  }
  /// Calls f(job, planned end, demand) for every job that holds something in the plan.
  template <class F>
  void each(F f) const {
    for (std::size_t k = passed_; k < list_.size(); ++k) f(list_[k].job, list_[k].end, list_[k].demand);
  }
  /// Calls f(job) for every job whose planned end has passed; f may not change the list.
  template <class F>
  void each_overdue(F f) const {
    for (std::size_t k = 0; k < passed_; ++k) f(list_[k].job);
  }
  /// Calls f(job) for every running job; f may not change the list.
  template <class F>
  void each_all(F f) const {
    for (const entry& e : list_) f(e.job);
  }
  [[nodiscard]] instant next_end() const noexcept {
    return passed_ < list_.size() ? list_[passed_].end : instant::infinity();
  }

private:
  struct entry {
    instant end{};
    std::uint32_t job = 0;
    amount demand = 0;
    [[nodiscard]] bool operator<(const entry& o) const noexcept { return std::tie(end, job) < std::tie(o.end, o.job); }
  };
  std::vector<entry> list_;
  std::size_t passed_ = 0;
  amount busy_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
