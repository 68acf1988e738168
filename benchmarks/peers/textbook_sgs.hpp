// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_BENCHMARKS_PEERS_TEXTBOOK_SGS_HPP
#define SCHED_BENCHMARKS_PEERS_TEXTBOOK_SGS_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/model/project.hpp>

/// The serial scheme as papers write it down: free units per resource and period, a scan that stops at the first
/// conflict and starts again behind it. Four resources.
class textbook_sgs {
public:
  explicit textbook_sgs(const sched::project& p) {
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      const sched::task_id t(i);
      duration_.push_back(static_cast<int>(p.work(t).count()));
      predecessors_.emplace_back();
      for (const sched::adjacency& l : p.predecessors(t))
        predecessors_.back().push_back(static_cast<int>(l.task.index()));
      for (std::size_t k = 0; k < 4; ++k) demand_.push_back(static_cast<int>(p.demand(t, sched::resource_id(k))));
    }
    for (std::size_t k = 0; k < 4; ++k) {
      capacity_[k] = static_cast<int>(p.resource_of(sched::resource_id(k)).capacity);
      available_[k].resize(static_cast<std::size_t>(p.horizon().count()) + 1);
    }
    finish_.resize(p.task_count());
  }

  template <class Index>
  int decode(const std::vector<Index>& list, std::vector<std::int32_t>& starts) {
    for (std::size_t k = 0; k < 4; ++k) std::fill(available_[k].begin(), available_[k].end(), capacity_[k]);
    int makespan = 0;
    for (const Index index : list) {
      const std::size_t i = index;
      int start = 0;
      for (const int p : predecessors_[i]) start = std::max(start, finish_[static_cast<std::size_t>(p)]);
      const int* const demand = &demand_[i * 4];
      start = first_fit(start, duration_[i], demand);
      for (int t = start; t < start + duration_[i]; ++t)
        for (std::size_t k = 0; k < 4; ++k) available_[k][static_cast<std::size_t>(t)] -= demand[k];
      starts[i] = start;
      finish_[i] = start + duration_[i];
      makespan = std::max(makespan, finish_[i]);
    }
    return makespan;
  }

private:
  int first_fit(int start, int duration, const int* demand) const {
    for (int t = start; t < start + duration; ++t)
      for (std::size_t k = 0; k < 4; ++k)
        if (available_[k][static_cast<std::size_t>(t)] < demand[k]) {
          start = t + 1;
          break;
        }
    return start;
  }

  std::vector<int> duration_, demand_, finish_;
  std::vector<std::vector<int>> predecessors_;
  std::array<int, 4> capacity_{};
  std::array<std::vector<int>, 4> available_;
};

#endif
