// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_PARALLEL_SCAN_HPP
#define SCHED_SOLVE_DETAIL_PARALLEL_SCAN_HPP

/// \file
/// The parallel scheme for a few hundred tasks: one bit per waiting task, in the order of priority.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <sched/solve/detail/decode_rows.hpp>

namespace sched {
inline namespace v0 {
namespace detail::decode {

/// Arcs out of every task, rows one after another, and how many arcs come in.
struct arcs {
  std::vector<std::uint32_t> begin, to, waiting;

  arcs() = default;
  arcs(const project& p, bool reversed) : begin(1, 0), waiting(p.task_count()) {
    for (std::uint32_t i = 0; i < p.task_count(); ++i) {
      for (const adjacency& l : reversed ? p.predecessors(task_id(i)) : p.successors(task_id(i)))
        to.push_back(static_cast<std::uint32_t>(l.task.index()));
      begin.push_back(static_cast<std::uint32_t>(to.size()));
      waiting[i] =
          static_cast<std::uint32_t>((reversed ? p.successors(task_id(i)) : p.predecessors(task_id(i))).size());
    }
  }
};

/// Running tasks by finish, for durations below 64: a list of tasks per period of a circle of 64.
class finish_circle {
public:
  explicit finish_circle(std::size_t tasks) : next_(tasks) {}
  void clear() noexcept { busy_ = 0; }
  void add(std::int32_t finish, std::uint32_t task) noexcept {
    const unsigned slot = static_cast<unsigned>(finish) % 64;
    next_[task] = busy_ >> slot & 1 ? first_[slot] : none_;
    first_[slot] = task;
    busy_ |= std::uint64_t{1} << slot;
  }
  /// Moves to the next finish after `now` and calls f for every task that finishes there. Precondition: some task runs.
  template <class F>
  [[gnu::always_inline]] std::int32_t advance(std::int32_t now, F f) noexcept {
    now += 1 + std::countr_zero(std::rotr(busy_, (now + 1) % 64));
    const unsigned slot = static_cast<unsigned>(now) % 64;
    busy_ &= ~(std::uint64_t{1} << slot);
    for (std::uint32_t task = first_[slot]; task != none_; task = next_[task]) f(task);
    return now;
  }

private:
  static constexpr std::uint32_t none_ = ~0U;
  std::uint64_t busy_ = 0;
  std::uint32_t first_[64] = {};
  std::vector<std::uint32_t> next_;
};

/// A heap of fixed size: the least comes first. Copies need no care for reserved memory.
template <class T>
class least_heap {
public:
  explicit least_heap(std::size_t most = 0) : items_(most) {}
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] T front() const noexcept { return items_[0]; }
  void push(T item) noexcept {
    items_[static_cast<std::size_t>(size_++)] = item;
    std::push_heap(items_.begin(), items_.begin() + size_, std::greater<>());
  }
  void pop() noexcept { std::pop_heap(items_.begin(), items_.begin() + size_--, std::greater<>()); }

private:
  std::vector<T> items_;
  std::ptrdiff_t size_ = 0;
};

/// The same for any durations.
class finish_heap {
public:
  explicit finish_heap(std::size_t tasks) : heap_(tasks) {}
  void clear() noexcept { heap_.clear(); }
  void add(std::int32_t finish, std::uint32_t task) noexcept {
    heap_.push(static_cast<std::uint64_t>(finish) << 32 | task);
  }
  template <class F>
  std::int32_t advance(std::int32_t, F f) noexcept {
    const std::uint64_t time = heap_.front() >> 32;
    do {
      const auto task = static_cast<std::uint32_t>(heap_.front());
      heap_.pop();
      f(task);
    } while (!heap_.empty() && heap_.front() >> 32 == time);
    return static_cast<std::int32_t>(time);
  }

private:
  least_heap<std::uint64_t> heap_;
};

/// What a pass reads and writes; arrays by task unless said otherwise.
struct scan_pass {
  const arcs* network;
  std::size_t tasks;
  const std::int32_t* lengths;
  const lanes* amounts;
  std::uint64_t* free;    ///< a row
  std::uint64_t* ranked;  ///< a row per rank: the demands in the order of priority
  std::uint32_t* rank;
  std::uint32_t* waiting;
  std::uint64_t* eligible;  ///< one bit per rank
  std::int32_t scale;
};

/// One parallel pass; `order` names the tasks from the most to the least urgent. O(waiting tasks / decision) + O(n +
/// m). Words: 1, or 0 when there are several.
template <std::size_t Words, class Running, class Index>
std::int32_t scan_decode(const scan_pass& pass, Running& running, const Index* order, std::int32_t* starts) noexcept {
  const std::size_t n = pass.tasks;
  const std::size_t words = Words == 0 ? pass.amounts->words : Words;
  const std::size_t blocks = (n + 63) / 64;
  const std::uint64_t tops = pass.amounts->tops;
  const std::uint64_t* const needs = pass.amounts->needs.data();
  std::uint64_t* const eligible = pass.eligible;
  std::uint32_t* const rank = pass.rank;
  std::uint32_t* const waiting = pass.waiting;
  const std::uint32_t* const begin = pass.network->begin.data();
  const std::uint32_t* const to = pass.network->to.data();
  std::uint64_t local[Words == 0 ? 1 : Words];
  std::uint64_t* const free = Words == 0 ? pass.free : local;

  std::fill_n(eligible, blocks, 0);
  std::copy(pass.network->waiting.begin(), pass.network->waiting.end(), waiting);
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t i = order[k];
    rank[i] = static_cast<std::uint32_t>(k);
    for (std::size_t w = 0; w < words; ++w) pass.ranked[k * words + w] = needs[i * words + w];
    eligible[k / 64] |= std::uint64_t{waiting[i] == 0} << (k % 64);
  }
  for (std::size_t w = 0; w < words; ++w) free[w] = pass.amounts->full[w];
  running.clear();

  // Blocks outside low … high are empty.
  std::size_t low = 0;
  std::size_t high = blocks > 0 ? blocks - 1 : 0;
  while (high > 0 && eligible[high] == 0) --high;
  // Task i has finished. Returns the best rank among the tasks that it was the last to hold up.
  const auto release = [&](std::uint32_t i) {
    std::size_t best = n;
    for (std::uint32_t a = begin[i]; a < begin[i + 1]; ++a)
      if (--waiting[to[a]] == 0) {
        const std::size_t k = rank[to[a]];
        eligible[k / 64] |= std::uint64_t{1} << (k % 64);
        low = std::min(low, k / 64);
        high = std::max(high, k / 64);
        best = std::min(best, k);
      }
    return best;
  };

  std::int32_t now = 0;
  std::int32_t makespan = 0;
  for (std::size_t left = n; left > 0;) {
    while (low < high && eligible[low] == 0) ++low;
    std::size_t block = low;
    std::uint64_t candidates = eligible[block];
    for (;;) {
      while (candidates == 0 && ++block <= high) candidates = eligible[block];
      if (candidates == 0) break;
      const std::size_t k = block * 64 + static_cast<std::size_t>(std::countr_zero(candidates));
      candidates &= candidates - 1;
      const std::uint64_t* const need = pass.ranked + k * words;
      std::uint64_t good = tops;
      for (std::size_t w = 0; w < words; ++w) good &= free[w] - need[w];
      if (good != tops) continue;
      const std::uint32_t i = order[k];
      eligible[block] &= ~(std::uint64_t{1} << (k % 64));
      starts[i] = now * pass.scale;
      --left;
      for (std::size_t w = 0; w < words; ++w) free[w] -= need[w];
      const std::int32_t length = pass.lengths[i];
      if (length > 0) {
        running.add(now + length, i);
        makespan = std::max(makespan, now + length);
      } else {
        // Finished at once: its successors join, the more urgent ones come first.
        const std::size_t next = std::min(k, release(i));
        block = next / 64;
        candidates = eligible[block] & ~std::uint64_t{0} << (next % 64);
      }
    }
    if (left == 0) break;
    now = running.advance(now, [&](std::uint32_t i) {
      const std::uint64_t* const need = needs + i * words;
      for (std::size_t w = 0; w < words; ++w) free[w] += need[w];
      release(i);
    });
  }
  return makespan;
}

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
