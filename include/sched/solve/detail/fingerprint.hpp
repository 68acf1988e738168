// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_FINGERPRINT_HPP
#define SCHED_SOLVE_DETAIL_FINGERPRINT_HPP

/// \file
/// 64 bits that tell partial schedules apart, and a set of such.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Not for adversaries: two different sequences or sets agree by chance only, about one pair in 2^64.
class fingerprint {
public:
  /// The next of a sequence.
  constexpr void add(std::uint64_t x) noexcept { value_ = mixed(value_ ^ mixed(x)); }
  /// One of a set of pairs: the order of the calls does not matter.
  constexpr void add_unordered(std::uint64_t a, std::uint64_t b) noexcept { value_ += mixed(a ^ mixed(b)); }
  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

private:
  /// The finalizer of splitmix64 (Steele, Lea & Flood 2014): one to one.
  static constexpr std::uint64_t mixed(std::uint64_t z) noexcept {
    z += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
  }
  std::uint64_t value_ = 0;
};

/// Numbers that are as good as random, in a table that is cleared and filled again. Allocates when it grows.
class fingerprint_set {
public:
  void clear() noexcept {
    std::fill(table_.begin(), table_.end(), std::uint64_t{0});
    count_ = 0;
  }
  /// False when it was there. Expected O(1).
  bool insert(std::uint64_t x) {
    if (x == 0) x = 1;  // 0: a free place
    if (2 * (count_ + 1) > table_.size()) grow();
    const bool fresh = put(x);
    count_ += fresh ? 1U : 0U;
    return fresh;
  }

private:
  bool put(std::uint64_t x) noexcept {
    const std::size_t mask = table_.size() - 1;
    for (std::size_t k = static_cast<std::size_t>(x) & mask;; k = (k + 1) & mask) {
      if (table_[k] == x) return false;
      if (table_[k] != 0) continue;
      table_[k] = x;
      return true;
    }
  }
  void grow() {
    std::vector<std::uint64_t> old(std::max<std::size_t>(64, 2 * table_.size()), 0);
    old.swap(table_);
    for (const std::uint64_t x : old)
      if (x != 0) put(x);
  }

  std::vector<std::uint64_t> table_;  // a power of two
  std::size_t count_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
