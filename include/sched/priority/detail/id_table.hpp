// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DETAIL_ID_TABLE_HPP
#define SCHED_PRIORITY_DETAIL_ID_TABLE_HPP

/// \file
/// 64-bit ids to small numbers, with removal.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {
namespace detail {

/// Any 64-bit id to a number below 2^32 − 1. Open addressing, at most half full, or as the constructor is told; removal
/// closes the gap. O(1); allocates when it grows.
class id_table {
public:
  static constexpr std::uint32_t none = 0xffffffffU;

  id_table() = default;
  /// With at least `room` places for an id: the more, the fewer are not where they would rather be.
  explicit id_table(std::size_t room) : room_(room) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const noexcept {
    return slots_.empty() ? none : slots_[place(id)].number;
  }
  /// False, and nothing changed, when the id is there already.
  bool insert(std::uint64_t id, std::uint32_t number) {
    if (room_ * (size_ + 1) > slots_.size()) grow();
    slot& s = slots_[place(id)];
    if (s.number != none) return false;
    s = {id, number};
    ++size_;
    return true;
  }
  /// Another number for an id. Precondition: it is there.
  void change(std::uint64_t id, std::uint32_t number) noexcept { slots_[place(id)].number = number; }
  /// The number that the id had, or `none`.
  std::uint32_t erase(std::uint64_t id) noexcept {
    if (slots_.empty()) return none;
    const std::size_t mask = slots_.size() - 1;
    std::size_t hole = place(id);
    const std::uint32_t number = std::exchange(slots_[hole].number, none);
    if (number == none) return none;
    --size_;
    for (std::size_t k = (hole + 1) & mask; slots_[k].number != none; k = (k + 1) & mask) {
      // Whoever would rather stand at the hole, or before it, moves up.
      if (((k - home(slots_[k].id)) & mask) < ((k - hole) & mask)) continue;
      slots_[hole] = slots_[k];
      slots_[k].number = none;
      hole = k;
    }
    return number;
  }
  void clear() noexcept {
    for (slot& s : slots_) s.number = none;
    size_ = 0;
  }

private:
  struct slot {
    std::uint64_t id = 0;
    std::uint32_t number = none;
  };
  [[nodiscard]] std::size_t home(std::uint64_t id) const noexcept {
    // Neighbours by number stay neighbours in memory, eight at a time.
    const std::uint64_t mixed = ((id >> 3) ^ (id >> 35)) * 0x9e3779b97f4a7c15U;
    return (static_cast<std::size_t>(mixed >> 29) << 3 | (id & 7)) & (slots_.size() - 1);
  }
  /// Where the id is, or would be.
  [[nodiscard]] std::size_t place(std::uint64_t id) const noexcept {
    std::size_t k = home(id);
    while (slots_[k].number != none && slots_[k].id != id) k = (k + 1) & (slots_.size() - 1);
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
  std::size_t room_ = 2;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
