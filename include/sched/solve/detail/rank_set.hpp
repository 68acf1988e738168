// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_RANK_SET_HPP
#define SCHED_SOLVE_DETAIL_RANK_SET_HPP

/// \file
/// A set of small numbers in their order, that a trail takes back.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/trail.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// One bit a number: one logged write an insertion or removal; the next member costs O(distance / 64).
class rank_set {
public:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  /// Empty, for numbers below n.
  void reset(std::size_t n) { words_.assign(n / 64 + 1, 0); }
  void insert(std::size_t i, trail& log) { log.set(words_[i / 64], words_[i / 64] | bit(i)); }
  void erase(std::size_t i, trail& log) { log.set(words_[i / 64], words_[i / 64] & ~bit(i)); }
  /// Least member ≥ i; `none` if there is none.
  [[nodiscard]] std::size_t next(std::size_t i) const noexcept {
    std::size_t w = i / 64;
    if (w >= words_.size()) return none;
    for (std::uint64_t left = words_[w] & (~std::uint64_t{0} << (i % 64));; left = words_[w]) {
      if (left != 0) return w * 64 + static_cast<std::size_t>(std::countr_zero(left));
      if (++w == words_.size()) return none;
    }
  }

private:
  static std::uint64_t bit(std::size_t i) noexcept { return std::uint64_t{1} << (i % 64); }
  std::vector<std::uint64_t> words_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
