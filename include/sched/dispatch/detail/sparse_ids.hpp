// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_SPARSE_IDS_HPP
#define SCHED_DISPATCH_DETAIL_SPARSE_IDS_HPP

/// \file
/// Ids of orders to slots.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {
namespace detail {

/// Any 64-bit id to a number below 2^32 − 1. Open addressing, at most half full; four ids in a row share a cache line,
/// because exchanges number orders in a row. Removal closes the gap. O(1); allocates when it grows.
class sparse_ids {
public:
  static constexpr std::uint32_t none = 0xffffffffU;

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const noexcept {
    return slots_.empty() ? none : slots_[place(id)].number;
  }
  /// The number under an id, `none` when it is new: to be set by the caller at once.
  [[nodiscard]] std::uint32_t& put(std::uint64_t id) {
    if (2 * (size_ + 1) > slots_.size()) grow();
    slot& s = slots_[place(id)];
    if (s.number == none) {
      s.id = id;
      ++size_;
    }
    return s.number;
  }
  /// Precondition: the id is there.
  void erase(std::uint64_t id) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = place(id);
    slots_[hole].number = none;
    --size_;
    for (std::size_t k = (hole + 1) & mask; slots_[k].number != none; k = (k + 1) & mask) {
      // Whoever would rather stand at the hole, or before it, moves up.
      if (((k - home(slots_[k].id)) & mask) < ((k - hole) & mask)) continue;
      slots_[hole] = slots_[k];
      slots_[k].number = none;
      hole = k;
    }
  }

private:
  struct slot {
    std::uint64_t id = 0;
    std::uint32_t number = none;
  };

  [[nodiscard]] std::size_t home(std::uint64_t id) const noexcept {
    const std::uint64_t mixed = (id >> 2) * 0x9e3779b97f4a7c15U;
    return (static_cast<std::size_t>((mixed ^ (mixed >> 32)) << 2) | static_cast<std::size_t>(id & 3)) &
           (slots_.size() - 1);
  }
  [[nodiscard]] std::size_t place(std::uint64_t id) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t k = home(id);
    while (slots_[k].number != none && slots_[k].id != id) k = (k + 1) & mask;
    return k;
  }
  void grow() {
    std::vector<slot> old(slots_.empty() ? 1024 : 2 * slots_.size());
    std::swap(old, slots_);
    for (const slot& s : old)
      if (s.number != none) slots_[place(s.id)] = s;
  }

  std::vector<slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
