// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_KEY_LISTS_HPP
#define SCHED_SOLVE_DETAIL_KEY_LISTS_HPP

/// \file
/// Lists of tasks from keys.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/solve/detail/parallel_scan.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Tasks by key, least first, predecessors before their successors. O(n log n + arcs).
class key_lists {
public:
  template <class Index>
  void list(const decode::arcs& successors, std::span<const double> keys, std::span<Index> out) {
    const auto later = [&](std::uint32_t a, std::uint32_t b) { return keys[a] != keys[b] ? keys[a] > keys[b] : a > b; };
    waiting_.assign(successors.waiting.begin(), successors.waiting.end());
    open_.clear();
    for (std::uint32_t i = 0; i < keys.size(); ++i)
      if (waiting_[i] == 0) open_.push_back(i);
    std::ranges::make_heap(open_, later);
    for (Index& next : out) {
      std::ranges::pop_heap(open_, later);
      const std::uint32_t i = open_.back();
      open_.pop_back();
      next = static_cast<Index>(i);
      for (std::uint32_t a = successors.begin[i]; a < successors.begin[i + 1]; ++a)
        if (--waiting_[successors.to[a]] == 0) {
          open_.push_back(successors.to[a]);
          std::ranges::push_heap(open_, later);
        }
    }
  }

private:
  std::vector<std::uint32_t> waiting_, open_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
