// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_DETAIL_STEP_TREE_HPP
#define SCHED_TIMELINE_DETAIL_STEP_TREE_HPP

/// \file
/// A B+ tree of the instants at which a step function changes.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Visited nodes are not counted. A probe with a non-empty `node()` counts them (complexity tests).
struct no_probe {
  static constexpr void node() noexcept {}
};

/// The function is 0 at −∞ and changes by a non-zero difference at each entry. Adding v over [a, b) is therefore two
/// point updates, `add(a, v)` and `add(b, −v)`, however long the interval is, and an entry whose difference became zero
/// is an entry that must go: equal neighbours never exist.
///
/// Every value is kept relative to the value just before its node, so a change touches one path: leaf values after the
/// entry, and per inner node the offsets of the later children. Per child an inner node holds the least and greatest
/// value inside (relative to the child), which lets searches skip it as a whole.
///
/// Leaves are flat blocks (64 entries by default) because queries in a crowded stretch have to look at most of them;
/// inner nodes are smaller. Nodes live in two pools and name each other by index: copies are two array copies, and
/// freed nodes are used again before the pools grow. Neighbours are merged when a node falls below a quarter.
template <class Probe, unsigned LeafSize, unsigned FanOut>
class step_tree {
  static_assert(LeafSize >= 4 && FanOut >= 4);

public:
  static constexpr unsigned leaf_size = LeafSize;
  static constexpr unsigned fan_out = FanOut;
  static constexpr std::int64_t forever = std::numeric_limits<std::int64_t>::max();

private:
  struct leaf {
    std::uint32_t count;
    std::array<std::int64_t, leaf_size> time;
    std::array<amount, leaf_size> value;  ///< value from this entry on, relative to the value before the leaf
  };
  struct inner {
    std::uint32_t count;
    std::array<std::uint32_t, fan_out> child;
    std::array<std::int64_t, fan_out> time;   ///< first entry of the child
    std::array<amount, fan_out> before;       ///< value before the child, relative to the value before this node
    std::array<amount, fan_out> least, most;  ///< over the entries of the child, relative to the value before the child
  };
  static constexpr unsigned max_height_ = 32;

  struct branch {
    std::uint32_t node;
    unsigned index;
    amount base;  ///< value before the node
  };

public:
  /// A place in the tree: an entry (or the end of a leaf) with the path to it. Valid until the next change.
  class cursor {
  public:
    [[nodiscard]] std::int64_t time() const noexcept { return at_->time[pos_]; }
    [[nodiscard]] amount value() const noexcept { return base_ + at_->value[pos_]; }
    void step_over() noexcept { ++pos_; }

    struct mark_type {
      std::uint32_t leaf;
      unsigned pos;
    };
    [[nodiscard]] mark_type mark() const noexcept { return {id_, pos_}; }
    /// Back to the mark; false (and no effect) when the cursor has left the leaf in between.
    bool rewind(mark_type m) noexcept {
      if (m.leaf == id_) pos_ = m.pos;
      return m.leaf == id_;
    }

  private:
    friend step_tree;
    const leaf* at_ = nullptr;
    std::uint32_t id_ = 0;
    unsigned pos_ = 0;
    amount base_ = 0;                       ///< value before the leaf
    std::array<branch, max_height_> path_;  ///< [1, height]: the inner nodes above, from below
  };

  step_tree() { clear(); }

  /// Number of entries. O(1).
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  /// True when everything is in one leaf. O(1).
  [[nodiscard]] bool is_flat() const noexcept { return height_ == 0; }

  /// Removes everything; keeps the memory. O(1).
  void clear() {
    leaves_.clear();
    inners_.clear();
    free_leaf_ = free_inner_ = none_;
    free_leaves_ = free_inners_ = 0;
    height_ = 0;
    size_ = 0;
    root_ = new_leaf();
  }

  /// Makes room so that the next two `add` cannot throw. Amortised O(1).
  void prepare() {
    const std::size_t inner_need = 2 * (std::size_t{height_} + 2);
    if (free_leaves_ < 3 && leaves_.capacity() - leaves_.size() < 3) leaves_.reserve(2 * leaves_.size() + 3);
    if (free_inners_ < inner_need && inners_.capacity() - inners_.size() < inner_need)
      inners_.reserve(2 * inners_.size() + inner_need);
  }

  /// Changes the difference at time t by v ≠ 0. O(log n). `prepare` first.
  void add(std::int64_t t, amount v) {
    cursor c = find(t);
    bool present = c.pos_ > 0 && c.at_->time[c.pos_ - 1] == t;
    while (!present && c.at_->count == leaf_size) {
      split_one(c);
      c = find(t);
    }
    leaf& x = leaves_[c.id_];
    unsigned pos = c.pos_;
    bool erased = false;
    if (present) {
      --pos;
      for (unsigned i = pos; i < x.count; ++i) x.value[i] += v;
      erased = x.value[pos] == (pos > 0 ? x.value[pos - 1] : 0);
      if (erased) {
        std::copy(x.time.begin() + pos + 1, x.time.begin() + x.count, x.time.begin() + pos);
        std::copy(x.value.begin() + pos + 1, x.value.begin() + x.count, x.value.begin() + pos);
        --x.count;
        --size_;
      }
    } else {
      std::copy_backward(x.time.begin() + pos, x.time.begin() + x.count, x.time.begin() + x.count + 1);
      for (unsigned i = x.count; i > pos; --i) x.value[i] = x.value[i - 1] + v;
      x.time[pos] = t;
      x.value[pos] = (pos > 0 ? x.value[pos - 1] : 0) + v;
      ++x.count;
      ++size_;
    }
    for (unsigned level = 1; level <= height_; ++level) {
      inner& up = inners_[c.path_[level].node];
      for (unsigned i = c.path_[level].index + 1; i < up.count; ++i) up.before[i] += v;
    }
    if (erased && x.count < leaf_size / 4 && height_ > 0) {
      rebalance(c);
      c = find(t);
    }
    refresh(c);
  }

  /// Changes the differences at a by v and at b by −v in one pass, given c = find(a), a < b. Does nothing and returns
  /// false when that takes more than the leaf of c: [a, b) reaches beyond it, or its number of entries does not suit.
  bool add_inside(const cursor& c, std::int64_t a, std::int64_t b, amount v) noexcept {
    leaf& x = leaves_[c.id_];
    if (x.count + 2 > leaf_size || b >= end_of(c, 0)) return false;
    const unsigned i = c.pos_;
    unsigned j = i;
    while (j < x.count && x.time[j] < b) ++j;
    const bool at_a = i > 0 && x.time[i - 1] == a;
    const bool at_b = j < x.count && x.time[j] == b;
    const amount value_a = i > 0 ? x.value[i - 1] : 0;
    const amount value_b = j > 0 ? x.value[j - 1] : 0;  // just before b
    // An entry at a or b that becomes the equal of its predecessor goes; where there is none, one comes.
    const bool melt = at_a && value_a + v == (i > 1 ? x.value[i - 2] : 0);
    const bool join = at_b && x.value[j] == value_b + v;
    const int shift = (at_a ? 0 : 1) - (melt ? 1 : 0);
    const int tail_shift = shift + (at_b ? 0 : 1) - (join ? 1 : 0);
    const unsigned count = x.count + static_cast<unsigned>(tail_shift);
    if (count < leaf_size / 4 && height_ > 0) return false;
    const unsigned tail = j + (join ? 1 : 0);
    if (tail_shift > 0) move_entries(x, tail, x.count, tail_shift);
    if (shift > 0) {
      for (unsigned k = j; k > i; --k) {
        x.time[k] = x.time[k - 1];
        x.value[k] = x.value[k - 1] + v;
      }
      x.time[i] = a;
      x.value[i] = value_a + v;
    } else {
      if (at_a && !melt) x.value[i - 1] += v;
      for (unsigned k = i; k < j; ++k) {
        x.time[k - (melt ? 1 : 0)] = x.time[k];
        x.value[k - (melt ? 1 : 0)] = x.value[k] + v;
      }
    }
    if (!at_b) {
      const unsigned k = j + static_cast<unsigned>(shift);
      x.time[k] = b;
      x.value[k] = value_b;
    }
    if (tail_shift < 0) move_entries(x, tail, x.count, tail_shift);
    size_ += count;
    size_ -= x.count;
    x.count = count;
    for (unsigned level = 1; level <= height_; ++level) {
      inner& up = inners_[c.path_[level].node];
      const unsigned k = c.path_[level].index;
      const std::int64_t time = up.time[k];
      const amount least = up.least[k];
      const amount most = up.most[k];
      summarise(level, up, k);
      if (up.time[k] == time && up.least[k] == least && up.most[k] == most) break;
    }
    return true;
  }

  /// Removes all entries at or before t and returns the sum of their differences. O(log n + nodes removed).
  amount drop_through(std::int64_t t) {
    cursor c = find(t);
    if (c.pos_ == 0) return 0;  // only possible in the very first leaf
    const amount total = c.base_ + c.at_->value[c.pos_ - 1];
    for (unsigned level = height_; level > 0; --level) {
      const branch b = c.path_[level];
      for (unsigned i = 0; i < b.index; ++i) free_subtree(level - 1, inners_[b.node].child[i]);
      inner& x = inners_[b.node];
      erase_children(x, 0, b.index);
      x.before[0] = 0;
      for (unsigned i = 1; i < x.count; ++i) x.before[i] += b.base - total;
      c.path_[level].index = 0;
    }
    leaf& x = leaves_[c.id_];
    for (unsigned i = c.pos_; i < x.count; ++i) {
      x.time[i - c.pos_] = x.time[i];
      x.value[i - c.pos_] = c.base_ + x.value[i] - total;
    }
    x.count -= c.pos_;
    size_ -= c.pos_;
    if (height_ > 0) rebalance(c);
    refresh(find(t));
    return total;
  }

  /// The place after the last entry at or before t. O(log n).
  [[nodiscard]] cursor find(std::int64_t t) const noexcept {
    cursor c;
    std::uint32_t node = root_;
    amount base = 0;
    for (unsigned level = height_; level > 0; --level) {
      Probe::node();
      const inner& x = inners_[node];
      unsigned i = 0;
      for (unsigned k = 1; k < x.count; ++k) i += x.time[k] <= t ? 1U : 0U;
      c.path_[level] = {node, i, base};
      base += x.before[i];
      node = x.child[i];
    }
    Probe::node();
    c.id_ = node;
    c.at_ = &leaves_[node];
    c.base_ = base;
    const std::int64_t* first = c.at_->time.data();
    unsigned length = c.at_->count;
    while (length > 0) {
      const unsigned half = (length + 1) / 2;
      first = first[half - 1] <= t ? first + half : first;
      length -= half;
    }
    c.pos_ = static_cast<unsigned>(first - c.at_->time.data());
    return c;
  }

  /// The first place. O(log n).
  [[nodiscard]] cursor begin() const noexcept { return find(std::numeric_limits<std::int64_t>::min()); }

  /// Value just before the cursor. O(1).
  [[nodiscard]] amount value_before(const cursor& c) const noexcept {
    return c.pos_ > 0 ? c.base_ + c.at_->value[c.pos_ - 1] : c.base_;
  }

  /// Moves to the first entry at or after the cursor whose value is below m (`Below`) or at least m. False when there
  /// is none, or, at the latest when it would have to enter another leaf, when it lies at or after `limit`. O(log n).
  template <bool Below>
  bool seek(cursor& c, amount m, std::int64_t limit = forever) const noexcept {
    if (scan<Below>(c, m)) return true;
    for (unsigned level = 1; level <= height_; ++level) {
      Probe::node();
      branch& b = c.path_[level];
      const inner& x = inners_[b.node];
      for (unsigned i = b.index + 1; i < x.count; ++i) {
        if (x.time[i] >= limit) return false;
        if (!holds<Below>(x, i, m - b.base)) continue;
        b.index = i;
        descend<Below, true>(c, level, m);
        return scan<Below>(c, m);
      }
    }
    return false;
  }

  /// Moves back to the last entry before the cursor whose value is below m (`Below`) or at least m. False when there is
  /// none, or, at the latest when it would have to enter another leaf, when the value it gives ends at or before
  /// `limit`. O(log n).
  template <bool Below>
  bool seek_back(cursor& c, amount m, std::int64_t limit) const noexcept {
    if (scan_back<Below>(c, m)) return true;
    for (unsigned level = 1; level <= height_; ++level) {
      Probe::node();
      branch& b = c.path_[level];
      const inner& x = inners_[b.node];
      for (unsigned i = b.index; i-- > 0;) {
        if (x.time[i + 1] <= limit) return false;
        if (!holds<Below>(x, i, m - b.base)) continue;
        b.index = i;
        descend<Below, false>(c, level, m);
        return scan_back<Below>(c, m);
      }
    }
    return false;
  }

  /// Moves to the entry at the cursor, into the next leaf if need be; false at the end. O(1), at leaf ends O(log n).
  bool to_entry(cursor& c) const noexcept {
    if (c.pos_ < c.at_->count) return true;
    for (unsigned level = 1; level <= height_; ++level) {
      branch& b = c.path_[level];
      if (++b.index == inners_[b.node].count) continue;
      while (--level > 0) {
        const branch& up = c.path_[level + 1];
        const inner& x = inners_[up.node];
        c.path_[level] = {x.child[up.index], 0, up.base + x.before[up.index]};
      }
      const inner& x = inners_[c.path_[1].node];
      c.id_ = x.child[c.path_[1].index];
      c.at_ = &leaves_[c.id_];
      c.base_ = c.path_[1].base + x.before[c.path_[1].index];
      c.pos_ = 0;
      return true;
    }
    return false;
  }

  /// Time of the entry after the one at the cursor; `forever` if it is the last. O(1), at leaf ends O(log n).
  [[nodiscard]] std::int64_t next_time(const cursor& c) const noexcept {
    return c.pos_ + 1 < c.at_->count ? c.at_->time[c.pos_ + 1] : end_of(c, 0);
  }

  /// Least value over the entries from the cursor on that lie before b, but at most `least`. O(log n).
  [[nodiscard]] amount least_before(const cursor& c, std::int64_t b, amount least) const noexcept {
    for (unsigned i = c.pos_; i < c.at_->count; ++i) {
      if (c.at_->time[i] >= b) return least;
      least = std::min(least, c.base_ + c.at_->value[i]);
    }
    for (unsigned level = 1; level <= height_; ++level) {
      Probe::node();
      const inner& x = inners_[c.path_[level].node];
      const amount base = c.path_[level].base;
      unsigned i = c.path_[level].index + 1;
      if (end_of(c, level) > b) return least_within(level, x, i, base, b, least);
      for (; i < x.count; ++i) least = std::min(least, base + x.before[i] + x.least[i]);
    }
    return least;
  }

private:
  static constexpr std::uint32_t none_ = std::numeric_limits<std::uint32_t>::max();

  /// Time of the first entry after the node of the path at `level`.
  [[nodiscard]] std::int64_t end_of(const cursor& c, unsigned level) const noexcept {
    for (++level; level <= height_; ++level) {
      const inner& x = inners_[c.path_[level].node];
      const unsigned next = c.path_[level].index + 1;
      if (next < x.count) return x.time[next];
    }
    return forever;
  }

  /// The same for the children of x from i on, when x ends after b: whole children by their summary, the last by
  /// entering.
  [[nodiscard]] amount least_within(unsigned level, const inner& top, unsigned i, amount base, std::int64_t b,
                                    amount least) const noexcept {
    for (const inner* x = &top;; i = 0) {
      for (; i + 1 < x->count && x->time[i + 1] <= b; ++i) least = std::min(least, base + x->before[i] + x->least[i]);
      if (i >= x->count || x->time[i] >= b) return least;
      Probe::node();
      base += x->before[i];
      if (--level > 0) {
        x = &inners_[x->child[i]];
        continue;
      }
      const leaf& last = leaves_[x->child[i]];
      for (unsigned k = 0; k < last.count && last.time[k] < b; ++k) least = std::min(least, base + last.value[k]);
      return least;
    }
  }

  template <bool Below>
  [[nodiscard]] static bool holds(const inner& x, unsigned i, amount m) noexcept {
    if constexpr (Below) return x.before[i] + x.least[i] < m;
    else return x.before[i] + x.most[i] >= m;
  }

  template <bool Below>
  [[nodiscard]] static bool scan(cursor& c, amount m) noexcept {
    const leaf& x = *c.at_;
    const amount bound = m - c.base_;
    unsigned i = c.pos_;
    while (i < x.count && (x.value[i] < bound) != Below) ++i;
    c.pos_ = i;
    return i < x.count;
  }
  template <bool Below>
  [[nodiscard]] static bool scan_back(cursor& c, amount m) noexcept {
    const leaf& x = *c.at_;
    const amount bound = m - c.base_;
    unsigned i = c.pos_;
    while (i > 0 && (x.value[i - 1] < bound) != Below) --i;
    c.pos_ = i > 0 ? i - 1 : 0;
    return i > 0;
  }

  /// From the child that `path_[level]` names down to the leaf, by the first (`Forward`) or last children that hold an
  /// entry below m, or at least m.
  template <bool Below, bool Forward>
  void descend(cursor& c, unsigned level, amount m) const noexcept {
    const inner* x = &inners_[c.path_[level].node];
    unsigned i = c.path_[level].index;
    amount base = c.path_[level].base + x->before[i];
    while (--level > 0) {
      Probe::node();
      const std::uint32_t node = x->child[i];
      x = &inners_[node];
      i = Forward ? 0 : x->count - 1;
      while (!holds<Below>(*x, i, m - base)) Forward ? ++i : --i;
      c.path_[level] = {node, i, base};
      base += x->before[i];
    }
    Probe::node();
    c.id_ = x->child[i];
    c.at_ = &leaves_[c.id_];
    c.base_ = base;
    c.pos_ = Forward ? 0 : c.at_->count;
  }

  static void move_entries(leaf& x, unsigned first, unsigned last, int shift) noexcept {
    const auto move = [&](auto& column) {
      std::memmove(column.data() + first + shift, column.data() + first, (last - first) * sizeof(column[0]));
    };
    move(x.time);
    move(x.value);
  }

  // ---- summaries -------------------------------------------------------------------------------------------------

  /// Least and greatest of two values at a time: half as long a chain of comparisons.
  template <class Least, class Most>
  static void extremes(inner& up, unsigned i, unsigned count, Least&& least_of, Most&& most_of) noexcept {
    amount least = least_of(0);
    amount most = most_of(0);
    for (unsigned k = count & 1; k < count; k += 2) {
      least = std::min(least, std::min(least_of(k), least_of(k + 1)));
      most = std::max(most, std::max(most_of(k), most_of(k + 1)));
    }
    up.least[i] = least;
    up.most[i] = most;
  }
  void summarise_leaf(inner& up, unsigned i) noexcept {
    Probe::node();
    const leaf& x = leaves_[up.child[i]];
    up.time[i] = x.time[0];
    const auto value = [&x](unsigned k) { return x.value[k]; };
    extremes(up, i, x.count, value, value);
  }
  void summarise_inner(inner& up, unsigned i) noexcept {
    Probe::node();
    const inner& x = inners_[up.child[i]];
    up.time[i] = x.time[0];
    extremes(
        up, i, x.count, [&x](unsigned k) { return x.before[k] + x.least[k]; },
        [&x](unsigned k) { return x.before[k] + x.most[k]; });
  }
  void summarise(unsigned level, inner& up, unsigned i) noexcept {
    level == 1 ? summarise_leaf(up, i) : summarise_inner(up, i);
  }
  void refresh(const cursor& c) noexcept {
    for (unsigned level = 1; level <= height_; ++level)
      summarise(level, inners_[c.path_[level].node], c.path_[level].index);
  }

  // ---- shape -----------------------------------------------------------------------------------------------------

  /// Splits the topmost node of the unbroken run of full nodes that ends in the leaf of c.
  void split_one(const cursor& c) {
    unsigned level = 0;
    while (level < height_ && inners_[c.path_[level + 1].node].count == fan_out) ++level;
    const std::uint32_t node = level == 0 ? c.id_ : c.path_[level].node;
    if (level == height_) {
      const std::uint32_t top = new_inner();
      inner& x = inners_[top];
      x.count = 1;
      x.child[0] = node;
      x.before[0] = 0;
      root_ = top;
      ++height_;
      SCHED_ASSERT(height_ < max_height_);
      split_child(level + 1, top, 0);
    } else {
      split_child(level + 1, c.path_[level + 1].node, c.path_[level + 1].index);
    }
  }
  void split_child(unsigned level, std::uint32_t parent, unsigned index) {
    const std::uint32_t right_id = level == 1 ? new_leaf() : new_inner();
    inner& up = inners_[parent];
    insert_child(up, index + 1, right_id);
    if (level == 1) {
      leaf& left = leaves_[up.child[index]];
      leaf& right = leaves_[right_id];
      const unsigned half = left.count / 2;
      const amount middle = left.value[half - 1];
      right.count = left.count - half;
      for (unsigned i = 0; i < right.count; ++i) {
        right.time[i] = left.time[half + i];
        right.value[i] = left.value[half + i] - middle;
      }
      left.count = half;
      up.before[index + 1] = up.before[index] + middle;
    } else {
      inner& left = inners_[up.child[index]];
      inner& right = inners_[right_id];
      const unsigned half = left.count / 2;
      const amount middle = left.before[half];
      right.count = 0;
      append_children(right, left, half, -middle);
      left.count = half;
      up.before[index + 1] = up.before[index] + middle;
    }
    summarise(level, up, index);
    summarise(level, up, index + 1);
  }

  /// Merges the leaf of c, and then the nodes above it, with a neighbour where they have become too small, and removes
  /// empty ones. Offsets (`before`) are right before and after; summaries above are refreshed by the caller.
  void rebalance(const cursor& c) {
    for (unsigned level = 1; level <= height_; ++level) {
      inner& up = inners_[c.path_[level].node];
      const unsigned i = c.path_[level].index;
      const unsigned count = count_of(level - 1, up.child[i]);
      const unsigned room = level == 1 ? leaf_size : fan_out;
      if (count >= room / 4) break;
      if (up.count == 1) {
        if (count > 0) break;
        free_node(level - 1, up.child[0]);
        up.count = 0;
        continue;
      }
      const unsigned before = i > 0 ? count_of(level - 1, up.child[i - 1]) : room + 1;
      const unsigned after = i + 1 < up.count ? count_of(level - 1, up.child[i + 1]) : room + 1;
      const unsigned left = before <= after ? i - 1 : i;
      if (count > 0 && count + std::min(before, after) > room * 3 / 4) break;
      if (count == 0) {
        free_node(level - 1, up.child[i]);
        erase_children(up, i, 1);
      } else {
        merge(level, up, left);
      }
    }
    while (height_ > 0 && inners_[root_].count <= 1) {
      const std::uint32_t old = root_;
      const bool empty = inners_[old].count == 0;
      if (!empty) root_ = inners_[old].child[0];
      height_ = empty ? 0 : height_ - 1;
      free_node(1, old);
      if (empty) root_ = new_leaf();
    }
  }
  void merge(unsigned level, inner& up, unsigned i) {
    const amount shift = up.before[i + 1] - up.before[i];
    if (level == 1) {
      leaf& left = leaves_[up.child[i]];
      const leaf& right = leaves_[up.child[i + 1]];
      for (unsigned k = 0; k < right.count; ++k) {
        left.time[left.count + k] = right.time[k];
        left.value[left.count + k] = right.value[k] + shift;
      }
      left.count += right.count;
    } else {
      append_children(inners_[up.child[i]], inners_[up.child[i + 1]], 0, shift);
    }
    free_node(level - 1, up.child[i + 1]);
    erase_children(up, i + 1, 1);
    summarise(level, up, i);
  }

  static void copy_child(inner& to, unsigned i, const inner& from, unsigned k, amount shift) noexcept {
    to.child[i] = from.child[k];
    to.time[i] = from.time[k];
    to.before[i] = from.before[k] + shift;
    to.least[i] = from.least[k];
    to.most[i] = from.most[k];
  }
  static void append_children(inner& to, const inner& from, unsigned first, amount shift) noexcept {
    for (unsigned k = first; k < from.count; ++k) copy_child(to, to.count++, from, k, shift);
  }
  static void insert_child(inner& x, unsigned i, std::uint32_t child) noexcept {
    for (unsigned k = x.count; k > i; --k) copy_child(x, k, x, k - 1, 0);
    x.child[i] = child;
    ++x.count;
  }
  static void erase_children(inner& x, unsigned first, unsigned n) noexcept {
    for (unsigned k = first + n; k < x.count; ++k) copy_child(x, k - n, x, k, 0);
    x.count -= n;
  }

  // ---- pools -----------------------------------------------------------------------------------------------------

  [[nodiscard]] unsigned count_of(unsigned level, std::uint32_t node) const noexcept {
    return level == 0 ? leaves_[node].count : inners_[node].count;
  }
  std::uint32_t new_leaf() {
    std::uint32_t node = free_leaf_;
    if (node != none_) {
      free_leaf_ = static_cast<std::uint32_t>(leaves_[node].time[0]);
      --free_leaves_;
    } else {
      node = static_cast<std::uint32_t>(leaves_.size());
      leaves_.emplace_back();
    }
    leaves_[node].count = 0;
    return node;
  }
  std::uint32_t new_inner() {
    std::uint32_t node = free_inner_;
    if (node != none_) {
      free_inner_ = inners_[node].child[0];
      --free_inners_;
    } else {
      node = static_cast<std::uint32_t>(inners_.size());
      inners_.emplace_back();
    }
    inners_[node].count = 0;
    return node;
  }
  void free_node(unsigned level, std::uint32_t node) noexcept {
    if (level == 0) {
      leaves_[node].time[0] = free_leaf_;
      free_leaf_ = node;
      ++free_leaves_;
    } else {
      inners_[node].child[0] = free_inner_;
      free_inner_ = node;
      ++free_inners_;
    }
  }
  void free_subtree(unsigned level, std::uint32_t node) noexcept {
    if (level > 0) {
      for (unsigned i = 0; i < inners_[node].count; ++i) free_subtree(level - 1, inners_[node].child[i]);
    } else {
      size_ -= leaves_[node].count;
    }
    free_node(level, node);
  }

  std::vector<leaf> leaves_;
  std::vector<inner> inners_;
  std::uint32_t free_leaf_ = none_;
  std::uint32_t free_inner_ = none_;
  std::size_t free_leaves_ = 0;
  std::size_t free_inners_ = 0;
  std::uint32_t root_ = 0;
  unsigned height_ = 0;  ///< inner levels above the leaves
  std::size_t size_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
