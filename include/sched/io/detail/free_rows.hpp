// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DETAIL_FREE_ROWS_HPP
#define SCHED_IO_DETAIL_FREE_ROWS_HPP

/// \file
/// Which rows of a lane are free.

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Free rows, or processors, as disjoint blocks. Takes the lowest, gives back what was taken: O(log blocks) a block.
class free_rows {
public:
  explicit free_rows(std::uint32_t n) {
    if (n > 0) blocks_.emplace(0, n);
  }
  /// Appends the blocks taken; fewer than asked for when there are not enough.
  void take(amount n, std::vector<chart_rows>& out) {
    while (n > 0 && !blocks_.empty()) {
      const auto at = blocks_.begin();
      const auto [first, length] = *at;
      const auto part = static_cast<std::uint32_t>(std::min<amount>(length, n));
      blocks_.erase(at);
      if (part < length) blocks_.emplace(first + part, length - part);
      out.push_back({first, part});
      n -= part;
    }
  }
  void give_back(chart_rows b) {
    auto next = blocks_.lower_bound(b.row);
    if (next != blocks_.end() && next->first == b.row + b.rows) {
      b.rows += next->second;
      next = blocks_.erase(next);
    }
    if (next != blocks_.begin()) {
      const auto before = std::prev(next);
      if (before->first + before->second == b.row) {
        before->second += b.rows;
        return;
      }
    }
    blocks_.emplace(b.row, b.rows);
  }
  [[nodiscard]] std::uint32_t lowest() const { return blocks_.empty() ? 0 : blocks_.begin()->first; }

private:
  std::map<std::uint32_t, std::uint32_t> blocks_;  // first id → length
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
