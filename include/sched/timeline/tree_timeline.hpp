// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_TREE_TIMELINE_HPP
#define SCHED_TIMELINE_TREE_TIMELINE_HPP

/// \file
/// A timeline as a balanced tree of steps: for deep queues and long plans.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include <sched/core/config.hpp>
#include <sched/timeline/detail/booking.hpp>
#include <sched/timeline/detail/fit_memory.hpp>
#include <sched/timeline/detail/step_tree.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {

/// A `resource_timeline` for thousands of steps: a B+ tree keyed by time whose nodes know their least and greatest
/// value.
///
/// With n steps, `available`, `min_available`, `first_below`, `last_below`, `next_change`, and every change of an
/// interval of any length are O(log n). `earliest_fit` and `latest_fit` are O((1 + k) log n) for k separate too-low
/// stretches between the start of the search and the answer; `earliest_fit` starts at a lower bound remembered from
/// earlier answers (`detail/fit_memory.hpp`), which keeps k small in a deep queue and changes no answer.
/// `advance` is O(log n) plus amortised O(1) per forgotten step; copies are O(n).
///
/// Memory: 25 to 50 bytes per step, in two pools that grow by doubling, and the table of bounds; `clear` keeps them,
/// and freed nodes are used again, so a warm timeline allocates nothing. `earliest_fit` writes to its memory of bounds,
/// therefore two threads may not ask it of one object at the same time; the other const calls may run concurrently.
/// Values must stay within ±2^60.
///
/// Before the origin nothing is known: intervals are cut there, `available` answers the capacity.
/// `Probe::node()` is called for each visited node (complexity tests); the default costs nothing.
template <class Probe = detail::no_probe, unsigned LeafSize = 64, unsigned FanOut = 16>
class basic_tree_timeline : public detail::bookable<basic_tree_timeline<Probe, LeafSize, FanOut>> {
public:
  /// `capacity` units at every instant from `origin` (finite) on.
  explicit basic_tree_timeline(amount capacity = 0, instant origin = 0) { reset(capacity, origin); }

  /// Forgets every booking; keeps the memory. O(1).
  void clear() { reset(capacity_, origin_); }
  /// Starts afresh with another capacity and origin; keeps the memory. O(1).
  void reset(amount capacity, instant origin = 0) {
    SCHED_ASSERT(origin.is_finite());
    capacity_ = first_ = capacity;
    origin_ = origin;
    tree_.clear();
    memory_.clear(capacity);
  }

  [[nodiscard]] amount capacity() const noexcept { return capacity_; }
  [[nodiscard]] instant origin() const noexcept { return origin_; }
  /// Number of maximal steps, at least 1. O(1).
  [[nodiscard]] std::size_t size() const noexcept { return tree_.size() + 1; }

  /// Units left at t. O(log n).
  [[nodiscard]] amount available(instant t) const noexcept {
    return t < origin_ ? capacity_ : first_ + tree_.value_before(tree_.find(t.count()));
  }

  /// Least value over i; the capacity when i is empty. O(log n).
  [[nodiscard]] amount min_available(interval i) const noexcept {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return capacity_;
    const cursor c = tree_.find(i.start.count());
    return first_ + tree_.least_before(c, i.finish.count(), tree_.value_before(c));
  }

  /// First instant of i with fewer than n units; +∞ if there is none. O(log n).
  [[nodiscard]] instant first_below(interval i, amount n) const noexcept {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return instant::infinity();
    cursor c = tree_.find(i.start.count());
    const amount needed = relative(n);
    if (tree_.value_before(c) < needed) return i.start;
    const bool found = tree_.template seek<true>(c, needed, i.finish.count()) && c.time() < i.finish;
    return found ? instant(c.time()) : instant::infinity();
  }

  /// Last end of a tick of i with fewer than n units; −∞ if there is none. O(log n).
  [[nodiscard]] instant last_below(interval i, amount n) const noexcept {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return instant::minus_infinity();
    cursor c = tree_.find(i.finish.count() - 1);
    const amount needed = relative(n);
    if (tree_.value_before(c) < needed) return i.finish;
    const instant end = tree_.template seek_back<true>(c, needed, i.start.count()) ? instant(tree_.next_time(c))
                        : needed > 0                                               ? first_entry()
                                                                                   : i.start;
    return end > i.start ? end : instant::minus_infinity();
  }

  /// Least s ≥ max(t, origin) with n units over the whole of [s, s + d); +∞ if there is none. d ≤ 0 returns
  /// max(t, origin). O((1 + k) log n). Not to be called from two threads at once.
  [[nodiscard]] instant earliest_fit(instant t, duration d, amount n) const {
    t = std::max(t, origin_);
    if (d <= 0 || t == instant::infinity()) return t;
    if (tree_.is_flat()) return search(t, d, n);
    const instant bound = memory_.bound(t, d, n);
    const instant s = bound == instant::infinity() ? bound : search(bound, d, n);
    memory_.file(t, d, n, s);
    return s;
  }
  /// The same if it is before `end`, else +∞, without looking further.
  [[nodiscard]] instant earliest_fit_before(instant end, instant t, duration d, amount n) const {
    t = std::max(t, origin_);
    if (t >= end) return instant::infinity();
    if (d <= 0) return t;
    const instant bound = memory_.bound(t, d, n);
    if (bound >= end) return instant::infinity();
    const instant s = search(bound, d, n, end);
    memory_.file(t, d, n, std::min(s, end));
    return s;
  }

  /// Greatest s ≥ origin with s + d ≤ t and n units over [s, s + d); −∞ if there is none, +∞ if t is +∞ and n units are
  /// left for ever. d ≤ 0 returns t (−∞ before the origin). O((1 + k) log n).
  [[nodiscard]] instant latest_fit(instant t, duration d, amount n) const noexcept {
    const instant none = instant::minus_infinity();
    if (d <= 0) return t >= origin_ ? t : none;
    if (t <= origin_) return none;
    const amount needed = relative(n);
    cursor c = tree_.find(t.count() - 1);
    bool enough = tree_.value_before(c) >= needed;
    if (enough && t == instant::infinity()) return t;
    for (;;) {
      if (!enough) {
        // Back to the last step that has enough; t is its end.
        if (tree_.template seek_back<false>(c, needed, std::numeric_limits<std::int64_t>::min())) {
          t = tree_.next_time(c);
        } else {
          if (needed > 0) return none;
          c = tree_.begin();
          t = first_entry();
        }
      }
      const instant start = t - d;
      if (start < origin_) return none;
      if (!tree_.template seek_back<true>(c, needed, start.count()))
        return needed > 0 && first_entry() > start ? none : start;
      if (instant(tree_.next_time(c)) <= start) return start;
      enough = false;
    }
  }

  /// Takes n ≥ 0 units over i when every instant of i (from the origin on) has them; otherwise changes nothing and
  /// names the first instant that has too few. O(log n), strong guarantee.
  reserve_result reserve(interval i, amount n) {
    SCHED_ASSERT(n >= 0);
    const interval when{std::max(i.start, origin_), i.finish};
    if (when.empty()) return {true, {i, n}, instant::infinity()};
    const std::int64_t finish = when.finish.count();
    cursor c = tree_.find(when.start.count());
    const amount needed = relative(n);
    if (tree_.value_before(c) < needed) return {false, {}, when.start};
    const cursor_mark mark = c.mark();
    if (tree_.template seek<true>(c, needed, finish) && c.time() < finish) return {false, {}, c.time()};
    if (!c.rewind(mark)) c = tree_.find(when.start.count());
    change(when, -n, c);
    return {true, {i, n}, instant::infinity()};
  }

  /// Adds n units (n < 0: takes them, unchecked) over i. O(log n), strong guarantee.
  void add_capacity(interval i, amount n) {
    i.start = std::max(i.start, origin_);
    if (!i.empty()) change(i, n, tree_.find(i.start.count()));
  }

  /// Forgets what lies before t; the origin becomes t (finite). No effect when t ≤ origin. O(log n), and amortised O(1)
  /// per forgotten step.
  void advance(instant t) {
    SCHED_ASSERT(t < instant::infinity());
    if (t <= origin_) return;
    origin_ = t;
    first_ += tree_.drop_through(t.count());
  }

  /// Least s > t at which the value changes; +∞ if there is none. O(log n).
  [[nodiscard]] instant next_change(instant t) const noexcept {
    cursor c = tree_.find(std::max(t, origin_).count());
    return tree_.to_entry(c) ? instant(c.time()) : instant::infinity();
  }

  /// Calls f(timeline_step) for each maximal step, in order. O(n).
  template <class F>
  void steps(F&& f) const {
    f(timeline_step{origin_, first_});
    for (cursor c = tree_.begin(); tree_.to_entry(c); c.step_over()) f(timeline_step{c.time(), first_ + c.value()});
  }

  /// Equality as functions. O(n).
  [[nodiscard]] friend bool operator==(const basic_tree_timeline& a, const basic_tree_timeline& b) noexcept {
    if (a.size() != b.size() || a.origin_ != b.origin_ || a.first_ != b.first_) return false;
    cursor other = b.tree_.begin();
    for (cursor c = a.tree_.begin(); a.tree_.to_entry(c); c.step_over(), other.step_over()) {
      b.tree_.to_entry(other);
      if (c.time() != other.time() || c.value() != other.value()) return false;
    }
    return true;
  }

private:
  using tree = detail::step_tree<Probe, LeafSize, FanOut>;
  using cursor = typename tree::cursor;
  using cursor_mark = typename cursor::mark_type;

  /// Adds n over i, which is not empty and not before the origin; c = find(i.start).
  void change(interval i, amount n, const cursor& c) {
    if (n == 0) return;
    const std::int64_t start = i.start.count();
    const std::int64_t finish = i.finish.count();
    if (i.start == origin_ || !tree_.add_inside(c, start, finish, n)) {
      tree_.prepare();
      if (i.start > origin_) tree_.add(start, n);
      else first_ += n;
      if (i.finish != instant::infinity()) tree_.add(finish, -n);
    }
    memory_.changed(i, n);
  }

  /// The tree holds values relative to the first one. Demands beyond every possible value are as good as 2^61.
  [[nodiscard]] amount relative(amount n) const noexcept {
    constexpr amount top = amount{1} << 61;
    return std::clamp(n, -top, top) - first_;
  }

  [[nodiscard]] instant search(instant t, duration d, amount n, instant end = instant::infinity()) const noexcept {
    const amount needed = relative(n);
    cursor c = tree_.find(t.count());
    bool enough = tree_.value_before(c) >= needed;
    for (;;) {
      if (!enough) {
        if (!tree_.template seek<false>(c, needed) || c.time() >= end) return instant::infinity();
        t = c.time();
        c.step_over();
      }
      const std::int64_t finish = (t + d).count();
      if (!tree_.template seek<true>(c, needed, finish) || c.time() >= finish) return t;
      c.step_over();
      enough = false;
    }
  }

  /// End of the first step: the first entry.
  [[nodiscard]] instant first_entry() const noexcept {
    cursor c = tree_.begin();
    return tree_.to_entry(c) ? instant(c.time()) : instant::infinity();
  }

  tree tree_;
  mutable detail::fit_memory memory_;
  amount capacity_ = 0;
  amount first_ = 0;  ///< value at the origin
  instant origin_{};
};

using tree_timeline = basic_tree_timeline<>;

static_assert(resource_timeline<tree_timeline>);

}  // namespace v0
}  // namespace sched

#endif
