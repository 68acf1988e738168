// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_PRICE_LADDER_HPP
#define SCHED_DISPATCH_DETAIL_PRICE_LADDER_HPP

/// \file
/// Keys in use, with a number each: an array around the least of them, a tree for those far away.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Whole keys (|key| < 2^62) to numbers below 2^32 − 1, least key first. Keys less than `width` above the window's
/// start lie in the window: one array access, and two bit searches to the next key. Others lie in a tree whose nodes
/// are used again. The window moves when a key below it comes, or when it runs empty: O(width). No allocation once the
/// most far keys have been seen.
class price_ladder {
public:
  static constexpr std::uint32_t none = 0xffffffffU;
  static constexpr std::int64_t width = 4096;
  static constexpr std::int64_t no_key = INT64_MAX;

  price_ladder() : numbers_(static_cast<std::size_t>(width), none) {}

  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }

  /// The least key, `no_key` when there is none.
  [[nodiscard]] std::int64_t least() const noexcept { return least_; }

  [[nodiscard]] std::uint32_t find(std::int64_t key) const noexcept {
    if (inside(key)) return numbers_[at(key)];
    const auto it = far_.find(key);
    return it == far_.end() ? none : it->second;
  }

  /// Precondition: the key is not there.
  void insert(std::int64_t key, std::uint32_t number) {
    if (count_ == 0) base_ = key - width / 4;
    else if (key < base_) move_to(key);
    ++count_;
    least_ = std::min(least_, key);
    if (inside(key)) set(key, number);
    else put_far(key, number);
  }

  /// Precondition: the key is there.
  void erase(std::int64_t key) {
    --count_;
    if (inside(key)) {
      numbers_[at(key)] = none;
      std::uint64_t& word = words_[at(key) / 64];
      word &= ~(std::uint64_t{1} << (at(key) % 64));
      if (word == 0) summary_ &= ~(std::uint64_t{1} << (at(key) / 64));
    } else {
      spare_.push_back(far_.extract(key));
    }
    if (key != least_) return;
    if (count_ == 0) least_ = no_key;
    else if (summary_ != 0) least_ = base_ + first_set();
    else move_to(far_.begin()->first);
  }

  /// The least key above `key`, `no_key` when there is none.
  [[nodiscard]] std::int64_t next(std::int64_t key) const noexcept {
    const std::int64_t from = std::max<std::int64_t>(key + 1 - base_, 0);
    if (from < width) {
      const auto word = static_cast<std::size_t>(from) / 64;
      const std::uint64_t rest = words_[word] >> (static_cast<std::size_t>(from) % 64);
      if (rest != 0) return base_ + from + std::countr_zero(rest);
      const std::uint64_t later = word + 1 < 64 ? summary_ >> (word + 1) : 0;
      if (later != 0) {
        const std::size_t w = word + 1 + static_cast<std::size_t>(std::countr_zero(later));
        return base_ + static_cast<std::int64_t>(w * 64) + std::countr_zero(words_[w]);
      }
    }
    const auto it = far_.upper_bound(key);
    return it == far_.end() ? no_key : it->first;
  }

private:
  static_assert(width == 64 * 64);

  [[nodiscard]] bool inside(std::int64_t key) const noexcept {
    return static_cast<std::uint64_t>(key - base_) < static_cast<std::uint64_t>(width);
  }
  [[nodiscard]] std::size_t at(std::int64_t key) const noexcept { return static_cast<std::size_t>(key - base_); }
  [[nodiscard]] std::int64_t first_set() const noexcept {
    const auto w = static_cast<std::size_t>(std::countr_zero(summary_));
    return static_cast<std::int64_t>(w * 64) + std::countr_zero(words_[w]);
  }
  void set(std::int64_t key, std::uint32_t number) noexcept {
    numbers_[at(key)] = number;
    words_[at(key) / 64] |= std::uint64_t{1} << (at(key) % 64);
    summary_ |= std::uint64_t{1} << (at(key) / 64);
  }
  void put_far(std::int64_t key, std::uint32_t number) {
    if (spare_.empty()) {
      far_.emplace(key, number);
      return;
    }
    auto node = std::move(spare_.back());
    spare_.pop_back();
    node.key() = key;
    node.mapped() = number;
    far_.insert(std::move(node));
  }

  /// Puts the window around a key that is the least, or is to be.
  void move_to(std::int64_t key) {
    held_.clear();
    for (std::size_t w = 0; w < 64; ++w)
      for (std::uint64_t bits = words_[w]; bits != 0; bits &= bits - 1) {
        const std::size_t k = w * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        held_.emplace_back(base_ + static_cast<std::int64_t>(k), numbers_[k]);
        numbers_[k] = none;
      }
    words_.fill(0);
    summary_ = 0;
    base_ = key - width / 4;
    least_ = key;
    while (!far_.empty() && inside(far_.begin()->first)) {
      auto node = far_.extract(far_.begin());
      set(node.key(), node.mapped());
      spare_.push_back(std::move(node));
    }
    for (const auto& [k, number] : held_) {
      if (inside(k)) set(k, number);
      else put_far(k, number);
    }
  }

  using tree = std::map<std::int64_t, std::uint32_t>;
  std::vector<std::uint32_t> numbers_;
  std::array<std::uint64_t, 64> words_{};
  std::uint64_t summary_ = 0;
  std::int64_t base_ = 0;
  std::int64_t least_ = no_key;
  std::size_t count_ = 0;
  tree far_;
  std::vector<tree::node_type> spare_;
  std::vector<std::pair<std::int64_t, std::uint32_t>> held_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
