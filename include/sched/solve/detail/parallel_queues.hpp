// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_PARALLEL_QUEUES_HPP
#define SCHED_SOLVE_DETAIL_PARALLEL_QUEUES_HPP

/// \file
/// The parallel scheme for many tasks: every waiting task waits for one resource that is short of it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/solve/detail/decode_rows.hpp>
#include <sched/solve/detail/parallel_scan.hpp>

namespace sched {
inline namespace v0 {
namespace detail::decode {

/// Amounts in a row, with the least of every 16, of every 256 … above them: the first entry that is at most x in
/// O(log n), few cache lines. Absent entries are larger than every amount.
class least_tree {
public:
  static constexpr amount absent = std::numeric_limits<amount>::max();

  explicit least_tree(std::size_t size = 0) {
    for (std::size_t n = std::max<std::size_t>(size, 1);; n = (n + fan_ - 1) / fan_) {
      begin_.push_back(values_.size());
      values_.resize(values_.size() + (n + fan_ - 1) / fan_ * fan_, absent);
      if (n <= fan_) break;
    }
  }
  void clear() noexcept { std::fill(values_.begin(), values_.end(), absent); }
  void set(std::size_t at, amount value) noexcept {
    values_[at] = value;
    for (std::size_t level = 1; level < begin_.size(); ++level) {
      const auto first = values_.begin() + static_cast<std::ptrdiff_t>(begin_[level - 1] + at / fan_ * fan_);
      at /= fan_;
      amount& above = values_[begin_[level] + at];
      const amount least = *std::min_element(first, first + fan_);
      if (above == least) return;
      above = least;
    }
  }
  /// The first position whose amount is at most `most` (< absent); `none` without one.
  [[nodiscard]] std::size_t first_within(amount most) const noexcept {
    std::size_t at = 0;
    for (std::size_t level = begin_.size(); level-- > 0; at *= fan_) {
      const amount* const row = values_.data() + begin_[level];
      const std::size_t end = at + fan_;
      while (at < end && row[at] > most) ++at;
      if (at == end) return none;
      if (level == 0) return at;
    }
    return none;
  }
  static constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

private:
  static constexpr std::size_t fan_ = 16;
  std::vector<std::size_t> begin_;
  std::vector<amount> values_;
};

/// The parallel pass with a queue per resource. A waiting task stands in the queue of one resource that had too little
/// for it when it was last looked at. At a decision, only the most urgent tasks that their queue's resource could now
/// serve are looked at, best rank first; one that another resource cannot serve moves to that queue, where it is not
/// looked at again before the next decision, because within a decision free amounts only fall.
class queue_decoder {
public:
  queue_decoder() = default;
  explicit queue_decoder(const numbers& x) : lengths_(x.lengths), capacities_(x.capacities) {
    const std::size_t resources = capacities_.size();
    std::vector<std::size_t> users(resources, 0);
    begin_.push_back(0);
    for (std::size_t i = 0; i < x.tasks; ++i) {
      for (std::size_t r = 0; r < resources; ++r)
        if (x.demands[r][i] > 0) {
          needs_.push_back({static_cast<std::uint32_t>(r), 0, x.demands[r][i]});
          ++users[r];
        }
      begin_.push_back(needs_.size());
    }
    for (std::size_t r = 0; r < resources; ++r)
      queues_.push_back({least_tree(users[r]), std::vector<std::uint32_t>(users[r])});
    free_.resize(resources);
    best_.resize(resources);
    stale_.resize(resources);
    rank_.resize(x.tasks);
    waiting_.resize(x.tasks);
    fresh_ = least_heap<std::uint32_t>(x.tasks);
  }

  template <class Running, class Index>
  std::int32_t decode(const arcs& network, Running& running, const Index* order, std::int32_t scale,
                      std::int32_t* starts) noexcept {
    const std::size_t n = lengths_.size();
    std::copy(network.waiting.begin(), network.waiting.end(), waiting_.begin());
    std::copy(capacities_.begin(), capacities_.end(), free_.begin());
    for (queue& q : queues_) {
      q.tree.clear();
      q.users = 0;
    }
    std::fill(best_.begin(), best_.end(), nobody_);
    std::fill(stale_.begin(), stale_.end(), 0);
    fresh_.clear();
    running.clear();
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = order[k];
      rank_[i] = static_cast<std::uint32_t>(k);
      for (std::size_t a = begin_[i]; a < begin_[i + 1]; ++a) {
        queue& q = queues_[needs_[a].resource];
        q.rank[q.users] = static_cast<std::uint32_t>(k);
        needs_[a].place = q.users++;
      }
      if (waiting_[i] == 0) fresh_.push(static_cast<std::uint32_t>(k));
    }
    const auto release = [&](std::uint32_t i) {
      for (std::uint32_t a = network.begin[i]; a < network.begin[i + 1]; ++a)
        if (--waiting_[network.to[a]] == 0) fresh_.push(rank_[network.to[a]]);
    };

    std::int32_t now = 0;
    std::int32_t makespan = 0;
    for (std::size_t left = n; left > 0;) {
      for (std::uint32_t k = take_best(); k != nobody_; k = take_best()) {
        const auto i = static_cast<std::uint32_t>(order[k]);
        if (const need* lacking = most_lacking(i)) {
          queue& q = queues_[lacking->resource];
          q.tree.set(lacking->place, lacking->units);
          continue;
        }
        starts[i] = now * scale;
        --left;
        if (lengths_[i] == 0) {
          release(i);
          continue;
        }
        for (std::size_t a = begin_[i]; a < begin_[i + 1]; ++a) {
          const std::uint32_t r = needs_[a].resource;
          free_[r] -= needs_[a].units;
          if (best_[r] != nobody_) stale_[r] = 1;  // less free: who waits in vain goes on waiting
        }
        running.add(now + lengths_[i], i);
        makespan = std::max(makespan, now + lengths_[i]);
      }
      if (left == 0) break;
      now = running.advance(now, [&](std::uint32_t i) {
        for (std::size_t a = begin_[i]; a < begin_[i + 1]; ++a) {
          free_[needs_[a].resource] += needs_[a].units;
          stale_[needs_[a].resource] = 1;
        }
        release(i);
      });
    }
    return makespan;
  }

private:
  struct need {
    std::uint32_t resource;
    std::uint32_t place;  ///< in the resource's queue, of this order
    amount units;
  };
  struct queue {
    least_tree tree;                  ///< units needed by the tasks that wait here; the place grows with the rank
    std::vector<std::uint32_t> rank;  ///< by place
    std::uint32_t users = 0;
    std::size_t best = 0;  ///< place of the most urgent one that can be served
  };
  static constexpr std::uint32_t nobody_ = ~0U;

  /// Takes the most urgent task that is new or that the resource it waits for could serve. O(resources + log n).
  std::uint32_t take_best() noexcept {
    std::uint32_t best = fresh_.empty() ? nobody_ : fresh_.front();
    std::size_t from = queues_.size();
    for (std::size_t r = 0; r < queues_.size(); ++r) {
      if (stale_[r]) {
        stale_[r] = 0;
        const std::size_t place = queues_[r].tree.first_within(free_[r]);
        best_[r] = place == least_tree::none ? nobody_ : queues_[r].rank[place];
        if (best_[r] != nobody_) queues_[r].best = place;
      }
      if (best_[r] < best) {
        best = best_[r];
        from = r;
      }
    }
    if (best == nobody_) return best;
    if (from < queues_.size()) {
      queues_[from].tree.set(queues_[from].best, least_tree::absent);
      stale_[from] = 1;
    } else {
      fresh_.pop();
    }
    return best;
  }
  /// The need that is furthest from being served: its queue is left last. Null when all can be served.
  [[nodiscard]] const need* most_lacking(std::uint32_t i) const noexcept {
    const need* worst = nullptr;
    amount most = 0;
    for (std::size_t a = begin_[i]; a < begin_[i + 1]; ++a)
      if (const amount lack = needs_[a].units - free_[needs_[a].resource]; lack > most) {
        most = lack;
        worst = &needs_[a];
      }
    return worst;
  }

  std::vector<std::int32_t> lengths_;
  std::vector<amount> capacities_, free_;
  std::vector<std::size_t> begin_;  // of each task's needs
  std::vector<need> needs_;
  std::vector<queue> queues_;
  std::vector<std::uint32_t> best_;  // by resource: the most urgent task that the resource could serve now
  std::vector<char> stale_;          // by resource: best_ must be looked up again
  std::vector<std::uint32_t> rank_, waiting_;
  least_heap<std::uint32_t> fresh_;  // ranks of the tasks that wait nowhere yet
};

}  // namespace detail::decode
}  // namespace v0
}  // namespace sched

#endif
