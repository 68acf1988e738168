// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DETAIL_ID_MAP_HPP
#define SCHED_PRIORITY_DETAIL_ID_MAP_HPP

/// \file
/// 64-bit ids to small numbers.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sched {
inline namespace v0 {
namespace detail {

/// Any 64-bit id to a number below 2^32 − 1. Open addressing, at most half full; nothing is ever removed. O(1);
/// allocates when it grows.
class id_map {
public:
  static constexpr std::uint32_t none = 0xffffffffU;

  [[nodiscard]] std::uint32_t find(std::uint64_t id) const noexcept {
    return slots_.empty() ? none : slots_[place(id)].number;
  }
  /// Precondition: the id is not in the map.
  void insert(std::uint64_t id, std::uint32_t number) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    slots_[place(id)] = {id, number};
    ++size_;
  }

private:
  struct slot {
    std::uint64_t id = 0;
    std::uint32_t number = none;
  };
  /// Where the id is, or would be.
  [[nodiscard]] std::size_t place(std::uint64_t id) const noexcept {
    const std::uint64_t mixed = (id ^ (id >> 32)) * 0x9e3779b97f4a7c15U;
    const std::size_t mask = slots_.size() - 1;
    std::size_t k = static_cast<std::size_t>(mixed >> 32) & mask;
    while (slots_[k].number != none && slots_[k].id != id) k = (k + 1) & mask;
    return k;
  }
  void grow() {
    std::vector<slot> old(slots_.empty() ? 16 : 2 * slots_.size());
    old.swap(slots_);
    for (const slot& s : old)
      if (s.number != none) slots_[place(s.id)] = s;
  }
  std::vector<slot> slots_;  // a power of two of them
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
