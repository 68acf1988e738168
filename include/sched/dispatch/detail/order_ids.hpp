// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_ORDER_IDS_HPP
#define SCHED_DISPATCH_DETAIL_ORDER_IDS_HPP

/// \file
/// Where an order book keeps the orders of its ids.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/dispatch/detail/sparse_ids.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Any 64-bit id to a number below 2^32 − 1. Exchanges number orders in a row: runs of 1024 ids share a page of 4 KiB,
/// so that a new id costs 4 bytes beside its neighbour's. A page that runs empty is used again. Ids that are scattered
/// (more pages than one for 64 ids) go to a hash table instead. O(1); allocates when it grows.
class order_ids {
public:
  static constexpr std::uint32_t none = sparse_ids::none;

  [[nodiscard]] std::uint32_t find(std::uint64_t id) const noexcept {
    const std::uint32_t page = directory_.find(id / page_size);
    if (page != none) {
      const std::uint32_t number = numbers_[place(page, id)];
      if (number != none) return number;
    }
    return sparse_.empty() ? none : sparse_.find(id);
  }

  /// Precondition: the id is not there.
  void insert(std::uint64_t id, std::uint32_t number) {
    SCHED_ASSERT(find(id) == none && number != none);
    std::uint32_t page = directory_.find(id / page_size);
    if (page == none && open_ < 64 + size_ / 64) page = open(id / page_size);
    ++size_;
    if (page == none) {
      sparse_.put(id) = number;
      return;
    }
    numbers_[place(page, id)] = number;
    ++live_[page];
  }

  /// Precondition: the id is there.
  void erase(std::uint64_t id) noexcept {
    --size_;
    const std::uint32_t page = directory_.find(id / page_size);
    if (page == none || numbers_[place(page, id)] == none) {
      sparse_.erase(id);
      return;
    }
    numbers_[place(page, id)] = none;
    if (--live_[page] > 0) return;
    directory_.erase(id / page_size);
    --open_;
    // The list of empty pages goes through their counters.
    live_[page] = free_;
    free_ = page;
  }

  /// Pages in use, for tests.
  [[nodiscard]] std::size_t pages() const noexcept { return open_; }

private:
  static constexpr std::uint64_t page_size = 1024;

  [[nodiscard]] static std::size_t place(std::uint32_t page, std::uint64_t id) noexcept {
    return static_cast<std::size_t>(page) * page_size + static_cast<std::size_t>(id % page_size);
  }
  std::uint32_t open(std::uint64_t key) {
    std::uint32_t page = free_;
    if (page == none) {
      page = static_cast<std::uint32_t>(live_.size());
      numbers_.resize(numbers_.size() + page_size, none);
      live_.push_back(0);
    } else {
      free_ = live_[page];
      live_[page] = 0;
    }
    directory_.put(key) = page;
    ++open_;
    return page;
  }

  sparse_ids directory_;                ///< number of a run to its page
  sparse_ids sparse_;                   ///< ids without a page
  std::vector<std::uint32_t> numbers_;  ///< page by page; all of an empty page is none
  std::vector<std::uint32_t> live_;     ///< ids per page; of an empty one the next empty one
  std::uint32_t free_ = none;
  std::size_t open_ = 0, size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
