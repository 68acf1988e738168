// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_INDEX_HPP
#define SCHED_SOLVE_DETAIL_JOB_INDEX_HPP

/// \file
/// Waiting jobs by position, and the first from some position on that is small and short enough.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Classes of demand: two per power of two, 1, 2, 3, 4–5, 6–7, 8–11, 12–15 …; from 49,152 on all share the last.
struct demand_classes {
  static constexpr unsigned count = 32;
  [[nodiscard]] static constexpr unsigned of(amount demand) noexcept {
    if (demand <= 1) return 0;
    const auto value = static_cast<std::uint64_t>(demand);
    const auto power = static_cast<unsigned>(std::bit_width(value)) - 1;
    return std::min(2 * power + static_cast<unsigned>(value >> (power - 1) & 1), count - 1);
  }
  /// Least demand of a class (class 1 is empty).
  [[nodiscard]] static constexpr amount least(unsigned c) noexcept {
    return c < 2 ? c + 1 : amount{2 + (c & 1)} << (c / 2 - 1);
  }
};

/// What a search looks for: for every class of demand the greatest length that may do. Lengths fall with demand.
class job_reach {
public:
  constexpr job_reach() { longest.fill(-1); }
  /// Jobs of at most `demand` and at most `length` may do, too.
  constexpr void add(amount demand, duration length) noexcept {
    if (demand < 1 || length < 1) return;
    const std::int32_t cut = shortened(length);
    for (unsigned c = 0, last = demand_classes::of(demand); c <= last; ++c) longest[c] = std::max(longest[c], cut);
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return longest[0] < 0; }

  static constexpr std::int32_t none = std::numeric_limits<std::int32_t>::max();
  [[nodiscard]] static constexpr std::int32_t shortened(duration length) noexcept {
    return static_cast<std::int32_t>(std::min<std::int64_t>(length.count(), none - 1));
  }
  std::array<std::int32_t, demand_classes::count> longest;
};

/// Waiting jobs, each at a position of its own (any totally ordered value), with their demand, length and a date.
///
/// `first_from(position, last, reach, after, accept)` is the first job from `position` on, up to `last`, that `reach`
/// lets pass by the class of its demand and by its length, whose date is later than `after`, and that
/// `accept(demand, length, date)` takes. A B+ tree by position whose nodes know the shortest length up to each class of
/// demand, and the latest date. Insertion, removal and change O(log n); a search O(log n) for each leaf that holds a
/// job which the summary lets pass and `accept` refuses, plus one. Freed nodes are used again: no allocation below the
/// greatest size ever held.
template <class Position>
class job_index {
public:
  struct entry {
    Position at{};
    std::uint32_t job = 0;
    amount demand = 1;
    duration length = 1;
    instant date{};
  };

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  void clear() noexcept {
    leaves_.clear();
    inners_.clear();
    free_leaves_.clear();
    free_inners_.clear();
    height_ = 0;
    size_ = 0;
    root_ = none_;
  }

  /// Precondition: no job is there.
  void insert(const entry& e) {
    if (root_ == none_) root_ = new_leaf();
    if (full(height_, root_)) grow();
    std::uint32_t node = root_;
    for (unsigned level = height_; level > 0; --level) {
      unsigned i = child_of(inners_[node], e.at);
      if (full(level - 1, inners_[node].child[i])) {
        split(level, node, i, e.at);
        i = child_of(inners_[node], e.at);
      }
      inner& x = inners_[node];
      x.first[i] = std::min(x.first[i], e.at);
      x.of[i].add(e);
      node = x.child[i];
    }
    leaf& x = leaves_[node];
    unsigned k = x.count;
    for (; k > 0 && e.at < x.at[k - 1].at; --k) x.at[k] = x.at[k - 1];
    x.at[k] = e;
    ++x.count;
    ++size_;
  }

  /// Precondition: a job is there.
  void erase(const Position& at) {
    path p = find(at);
    leaf& x = leaves_[p.leaf];
    SCHED_ASSERT(p.k < x.count && !(at < x.at[p.k].at));
    const entry gone = x.at[p.k];
    std::move(x.at.begin() + p.k + 1, x.at.begin() + x.count, x.at.begin() + p.k);
    --x.count;
    --size_;
    refresh(p, gone);
    if (x.count < leaf_size / 4) rebalance(p);
  }

  /// Gives the job at a position another date.
  void set_date(const Position& at, instant date) {
    path p = find(at);
    entry& e = leaves_[p.leaf].at[p.k];
    const entry old = e;
    e.date = date;
    for (unsigned level = 1; level <= height_; ++level) inners_[p.node[level]].of[p.index[level]].add(e);
    if (date < old.date) refresh(p, old);
  }

  /// The first job from `from` on, not behind `last`, that may do and that accept(entry) takes; nullptr if there is
  /// none. The pointer holds until the next change.
  template <class Accept>
  [[nodiscard]] const entry* first_from(const Position& from, const Position& last, const job_reach& reach,
                                        instant after, Accept&& accept) const {
    if (root_ == none_ || size_ == 0) return nullptr;
    path p;
    p.node[height_] = root_;
    // Down to the first leaf that may hold it, keeping what is still to be seen on the way.
    unsigned level = height_;
    std::uint32_t node = root_;
    bool at_edge = true;  // the node begins before `from`
    if (level == 0) return first_in(leaves_[node], from, last, reach, after, accept);
    p.index[level] = child_of(inners_[node], from);
    for (;;) {
      const inner& x = inners_[p.node[level]];
      unsigned i = p.index[level];
      while (i < x.count && !x.of[i].may(reach, after)) {
        ++i;
        at_edge = false;
      }
      if (i < x.count && last < x.first[i]) return nullptr;
      if (i == x.count) {
        if (level == height_) return nullptr;
        ++level;
        ++p.index[level];
        at_edge = false;
        continue;
      }
      p.index[level] = i;
      node = x.child[i];
      if (level == 1) {
        if (const entry* e = first_in(leaves_[node], from, last, reach, after, accept)) return e;
        ++p.index[level];
        at_edge = false;
        continue;
      }
      --level;
      p.node[level] = node;
      p.index[level] = at_edge ? child_of(inners_[node], from) : 0;
    }
  }

  /// Calls f(entry) in order while f is true.
  template <class F>
  void each(F f) const {
    if (root_ != none_) static_cast<void>(each_in(height_, root_, f));
  }

private:
  static constexpr unsigned leaf_size = 32, fan_out = 16, max_height_ = 12;
  static constexpr std::uint32_t none_ = 0xffffffffU;

  struct summary {
    std::array<std::int32_t, demand_classes::count> shortest;  ///< up to each class of demand
    instant latest;
    void clear() noexcept {
      shortest.fill(job_reach::none);
      latest = instant::minus_infinity();
    }
    void add(const entry& e) noexcept {
      const std::int32_t length = job_reach::shortened(e.length);
      for (unsigned c = demand_classes::of(e.demand); c < demand_classes::count; ++c)
        shortest[c] = std::min(shortest[c], length);
      latest = std::max(latest, e.date);
    }
    void add(const summary& s) noexcept {
      for (unsigned c = 0; c < demand_classes::count; ++c) shortest[c] = std::min(shortest[c], s.shortest[c]);
      latest = std::max(latest, s.latest);
    }
    /// Whether it depends on e.
    [[nodiscard]] bool bears(const entry& e) const noexcept {
      return latest <= e.date || shortest[demand_classes::of(e.demand)] >= job_reach::shortened(e.length);
    }
    [[nodiscard]] bool may(const job_reach& r, instant after) const noexcept {
      if (latest <= after) return false;
      unsigned some = 0;
      for (unsigned c = 0; c < demand_classes::count; ++c) some |= shortest[c] <= r.longest[c] ? 1U : 0U;
      return some != 0;
    }
  };
  struct leaf {
    unsigned count = 0;
    std::array<entry, leaf_size> at;
  };
  struct inner {
    unsigned count = 0;
    std::array<Position, fan_out> first;
    std::array<std::uint32_t, fan_out> child;
    std::array<summary, fan_out> of;
  };
  struct path {
    std::array<std::uint32_t, max_height_> node{};
    std::array<unsigned, max_height_> index{};
    std::uint32_t leaf = 0;
    unsigned k = 0;
  };

  [[nodiscard]] static unsigned child_of(const inner& x, const Position& at) noexcept {
    unsigned i = x.count - 1;
    while (i > 0 && at < x.first[i]) --i;
    return i;
  }
  [[nodiscard]] bool full(unsigned level, std::uint32_t node) const noexcept {
    return level == 0 ? leaves_[node].count == leaf_size : inners_[node].count == fan_out;
  }
  [[nodiscard]] path find(const Position& at) const noexcept {
    path p;
    p.leaf = root_;
    for (unsigned level = height_; level > 0; --level) {
      p.node[level] = p.leaf;
      p.index[level] = child_of(inners_[p.leaf], at);
      p.leaf = inners_[p.leaf].child[p.index[level]];
    }
    const leaf& x = leaves_[p.leaf];
    while (p.k < x.count && x.at[p.k].at < at) ++p.k;
    return p;
  }
  template <class Accept>
  [[nodiscard]] static const entry* first_in(const leaf& x, const Position& from, const Position& last,
                                             const job_reach& reach, instant after, Accept& accept) {
    for (unsigned k = 0; k < x.count; ++k) {
      const entry& e = x.at[k];
      if (job_reach::shortened(e.length) > reach.longest[demand_classes::of(e.demand)] || e.date <= after ||
          e.at < from)
        continue;
      if (last < e.at) return nullptr;
      if (accept(e)) return &e;
    }
    return nullptr;
  }
  template <class F>
  bool each_in(unsigned level, std::uint32_t node, F& f) const {
    if (level == 0) {
      for (unsigned k = 0; k < leaves_[node].count; ++k)
        if (!f(leaves_[node].at[k])) return false;
      return true;
    }
    for (unsigned i = 0; i < inners_[node].count; ++i)
      if (!each_in(level - 1, inners_[node].child[i], f)) return false;
    return true;
  }

  // --- summaries ---
  void summarise(unsigned level, inner& up, unsigned i) noexcept {
    summary s;
    s.clear();
    if (level == 1) {
      const leaf& x = leaves_[up.child[i]];
      // By class first, then summed up: cheaper than to add one after the other.
      for (unsigned k = 0; k < x.count; ++k) {
        std::int32_t& least = s.shortest[demand_classes::of(x.at[k].demand)];
        least = std::min(least, job_reach::shortened(x.at[k].length));
        s.latest = std::max(s.latest, x.at[k].date);
      }
      for (unsigned c = 1; c < demand_classes::count; ++c) s.shortest[c] = std::min(s.shortest[c], s.shortest[c - 1]);
    } else {
      const inner& x = inners_[up.child[i]];
      for (unsigned k = 0; k < x.count; ++k) s.add(x.of[k]);
    }
    up.of[i] = s;
  }
  /// After `gone` went from the leaf of p.
  void refresh(const path& p, const entry& gone) noexcept {
    for (unsigned level = 1; level <= height_; ++level) {
      inner& x = inners_[p.node[level]];
      if (!x.of[p.index[level]].bears(gone)) return;
      summarise(level, x, p.index[level]);
    }
  }

  // --- shape ---
  void grow() {
    const std::uint32_t top = new_inner();
    inner& x = inners_[top];
    x.count = 1;
    x.child[0] = root_;
    x.first[0] = height_ == 0 ? leaves_[root_].at[0].at : inners_[root_].first[0];
    root_ = top;
    ++height_;
    SCHED_ASSERT(height_ < max_height_);
    summarise(height_, x, 0);
  }
  /// Splits child i of a node, which is not full itself; before the end in the middle, at the end before what comes.
  void split(unsigned level, std::uint32_t node, unsigned i, const Position& coming) {
    const std::uint32_t right = level == 1 ? new_leaf() : new_inner();
    inner& up = inners_[node];
    for (unsigned k = up.count; k > i + 1; --k) {
      up.first[k] = up.first[k - 1];
      up.child[k] = up.child[k - 1];
      up.of[k] = up.of[k - 1];
    }
    ++up.count;
    up.child[i + 1] = right;
    if (level == 1) {
      leaf& a = leaves_[up.child[i]];
      leaf& b = leaves_[right];
      const bool append = a.at[a.count - 1].at < coming;
      const unsigned half = append ? a.count - 1 : a.count / 2;
      std::move(a.at.begin() + half, a.at.begin() + a.count, b.at.begin());
      b.count = a.count - half;
      a.count = half;
      up.first[i + 1] = b.at[0].at;
    } else {
      inner& a = inners_[up.child[i]];
      inner& b = inners_[right];
      const unsigned half = a.first[a.count - 1] < coming ? a.count - 1 : a.count / 2;
      b.count = 0;
      append_children(b, a, half);
      a.count = half;
      up.first[i + 1] = b.first[0];
    }
    summarise(level, up, i);
    summarise(level, up, i + 1);
  }
  /// Merges small nodes of the path with a neighbour and removes empty ones.
  void rebalance(const path& p) {
    for (unsigned level = 1; level <= height_; ++level) {
      inner& up = inners_[p.node[level]];
      const unsigned i = p.index[level];
      const unsigned room = level == 1 ? leaf_size : fan_out;
      const unsigned count = count_of(level - 1, up.child[i]);
      if (count >= room / 4) break;
      if (count == 0) {
        free_node(level - 1, up.child[i]);
        erase_child(up, i);
      } else if (i + 1 < up.count && count + count_of(level - 1, up.child[i + 1]) <= room * 3 / 4) {
        merge(level, up, i);
      } else if (i > 0 && count + count_of(level - 1, up.child[i - 1]) <= room * 3 / 4) {
        merge(level, up, i - 1);
      } else {
        break;
      }
    }
    while (height_ > 0 && inners_[root_].count <= 1) {
      const std::uint32_t old = root_;
      const bool empty = inners_[old].count == 0;
      root_ = empty ? none_ : inners_[old].child[0];
      free_node(height_, old);
      height_ = empty ? 0 : height_ - 1;
    }
  }
  void merge(unsigned level, inner& up, unsigned i) {
    if (level == 1) {
      leaf& a = leaves_[up.child[i]];
      const leaf& b = leaves_[up.child[i + 1]];
      std::copy(b.at.begin(), b.at.begin() + b.count, a.at.begin() + a.count);
      a.count += b.count;
    } else {
      append_children(inners_[up.child[i]], inners_[up.child[i + 1]], 0);
    }
    up.of[i].add(up.of[i + 1]);
    free_node(level - 1, up.child[i + 1]);
    erase_child(up, i + 1);
  }
  static void append_children(inner& to, const inner& from, unsigned first) {
    for (unsigned k = first; k < from.count; ++k) {
      to.first[to.count] = from.first[k];
      to.child[to.count] = from.child[k];
      to.of[to.count++] = from.of[k];
    }
  }
  static void erase_child(inner& x, unsigned i) {
    for (unsigned k = i + 1; k < x.count; ++k) {
      x.first[k - 1] = x.first[k];
      x.child[k - 1] = x.child[k];
      x.of[k - 1] = x.of[k];
    }
    --x.count;
  }

  // --- pools ---
  [[nodiscard]] unsigned count_of(unsigned level, std::uint32_t node) const noexcept {
    return level == 0 ? leaves_[node].count : inners_[node].count;
  }
  template <class Node>
  [[nodiscard]] static std::uint32_t take(std::vector<Node>& all, std::vector<std::uint32_t>& free) {
    if (free.empty()) {
      all.emplace_back();
      free.reserve(all.capacity());
      return static_cast<std::uint32_t>(all.size() - 1);
    }
    const std::uint32_t node = free.back();
    free.pop_back();
    all[node].count = 0;
    return node;
  }
  [[nodiscard]] std::uint32_t new_leaf() { return take(leaves_, free_leaves_); }
  [[nodiscard]] std::uint32_t new_inner() { return take(inners_, free_inners_); }
  void free_node(unsigned level, std::uint32_t node) { (level == 0 ? free_leaves_ : free_inners_).push_back(node); }

  std::vector<leaf> leaves_;
  std::vector<inner> inners_;
  std::vector<std::uint32_t> free_leaves_, free_inners_;
  std::uint32_t root_ = none_;
  unsigned height_ = 0;  ///< inner levels above the leaves
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
