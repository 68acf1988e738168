// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_DETAIL_PAGED_IDS_HPP
#define SCHED_PRIORITY_DETAIL_PAGED_IDS_HPP

/// \file
/// 64-bit ids, mostly given in a row, to small numbers.

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/priority/detail/id_table.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Any 64-bit id to a number below 2^32 − 1. Whoever numbers orders or jobs does it in a row: runs of 1024 ids share a
/// page of 4 KiB, so that a new id costs 4 bytes beside its neighbour's. A page that runs empty is used again. Ids that
/// are scattered (more pages than one for 64 ids) go to a hash table instead. O(1); allocates when it grows.
class paged_ids {
public:
  static constexpr std::uint32_t none = id_table::none;

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const noexcept {
    const std::uint32_t page = directory_.find(id / page_size);
    if (page != none) {
      const std::uint32_t number = numbers_[place(page, id)];
      if (number != none) return number;
    }
    return sparse_.size() == 0 ? none : sparse_.find(id);
  }

  /// False, and nothing changed, when the id is there already.
  bool insert(std::uint64_t id, std::uint32_t number) {
    SCHED_ASSERT(number != none);
    if (sparse_.size() > 0 && sparse_.find(id) != none) return false;
    std::uint32_t page = directory_.find(id / page_size);
    if (page == none && open_ < spare_pages + size_ / 64) page = open(id / page_size);
    if (page == none) {
      sparse_.insert(id, number);
    } else {
      std::uint32_t& at = numbers_[place(page, id)];
      if (at != none) return false;
      at = number;
      ++live_[page];
    }
    ++size_;
    return true;
  }

  /// The number that the id had, or `none`.
  std::uint32_t erase(std::uint64_t id) noexcept {
    const std::uint32_t page = directory_.find(id / page_size);
    std::uint32_t number = page == none ? none : std::exchange(numbers_[place(page, id)], none);
    if (number == none) {
      if (sparse_.size() > 0) number = sparse_.erase(id);
      if (number != none) --size_;
      return number;
    }
    --size_;
    if (--live_[page] > 0) return number;
    directory_.erase(id / page_size);
    --open_;
    // The list of empty pages goes through their counters.
    live_[page] = free_;
    free_ = page;
    return number;
  }
  void clear() noexcept {
    directory_.clear();
    sparse_.clear();
    numbers_.clear();
    live_.clear();
    free_ = none;
    open_ = size_ = 0;
  }

  /// Pages in use, for tests.
  [[nodiscard]] std::size_t pages() const noexcept { return open_; }

private:
  static constexpr std::uint64_t page_size = 1024;
  static constexpr std::size_t spare_pages = 8;  ///< that scattered ids may have besides

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
    directory_.insert(key, page);
    ++open_;
    return page;
  }

  id_table directory_{8};               ///< number of a run to its page
  id_table sparse_;                     ///< ids without a page
  std::vector<std::uint32_t> numbers_;  ///< page by page; all of an empty page is none
  std::vector<std::uint32_t> live_;     ///< ids per page; of an empty one the next empty one
  std::uint32_t free_ = none;
  std::size_t open_ = 0, size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
