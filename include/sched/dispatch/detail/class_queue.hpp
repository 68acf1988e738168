// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_DETAIL_CLASS_QUEUE_HPP
#define SCHED_DISPATCH_DETAIL_CLASS_QUEUE_HPP

/// \file
/// Waiting jobs in order, sorted into classes of equal requests, so that a class that has no place is passed by at
/// once.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/priority/detail/ordered_blocks.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

struct waiting_place {
  double key = 0;
  std::uint64_t sequence = 0;
  std::uint32_t job = 0;
  duration length{};  ///< planned
  [[nodiscard]] bool operator<(const waiting_place& o) const noexcept {
    const bool later = (sequence < o.sequence) | ((sequence == o.sequence) & (job < o.job));
    return (key < o.key) | ((key == o.key) & later);
  }
};

/// Insertion and removal O(log n); a walk O(log classes + log n) a job, and O(classes that have jobs).
class class_queue {
public:
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void insert(std::size_t c, const waiting_place& p) {
    if (classes_.size() <= c) {
      classes_.resize(c + 1);
      place_.resize(c + 1);
    }
    if (classes_[c].empty()) {
      place_[c] = busy_.size();
      busy_.push_back(c);
    }
    classes_[c].insert(p);
    ++size_;
  }
  void erase(std::size_t c, const waiting_place& p) {
    classes_[c].erase(p);
    --size_;
    if (!classes_[c].empty()) return;
    place_[busy_.back()] = place_[c];
    busy_[place_[c]] = busy_.back();
    busy_.pop_back();
  }
  void clear() {
    for (const std::size_t c : busy_) classes_[c].clear();
    busy_.clear();
    size_ = 0;
  }
  /// f(job, class) in order, while it is true; it may insert and remove jobs. Classes for which skip(class) is true are
  /// left out from then on.
  template <class F, class Skip>
  void each(F f, Skip skip) {
    each(f, skip, [](std::size_t) -> std::optional<duration> { return std::nullopt; });
  }
  /// The same without jobs that are planned as long as below(class), or longer, unless that is infinite; they are
  /// passed by in blocks, some nanoseconds each.
  template <class F, class Skip, class Below>
  void each(F f, Skip skip, Below below) {
    struct head {
      waiting_place at{};
      std::size_t of = 0;
    };
    const auto later = [](const head& a, const head& b) { return b.at < a.at; };
    std::vector<head> heads;
    for (const std::size_t c : busy_)
      if (!skip(c)) heads.push_back({classes_[c].front(), c});
    std::ranges::make_heap(heads, later);
    while (!heads.empty()) {
      std::ranges::pop_heap(heads, later);
      const head h = heads.back();
      heads.pop_back();
      if (skip(h.of)) continue;
      if (!f(h.at.job, h.of)) return;
      if (skip(h.of)) continue;
      const std::optional<duration> limit = below(h.of);
      const waiting_place* next =
          limit ? classes_[h.of].above(h.at, [&](const waiting_place& w) { return w.length < *limit; })
                : classes_[h.of].above(h.at);
      if (next != nullptr) {
        heads.push_back({*next, h.of});
        std::ranges::push_heap(heads, later);
      }
    }
  }

private:
  std::vector<ordered_blocks<waiting_place>> classes_;
  std::vector<std::size_t> busy_;   ///< classes that have jobs, in any order
  std::vector<std::size_t> place_;  ///< of a busy class: where it stands there
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
