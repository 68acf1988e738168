// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_STEP_TIMELINE_HPP
#define SCHED_TIMELINE_STEP_TIMELINE_HPP

/// \file
/// A timeline as a sorted array of steps: the default for projects.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include <boost/container/small_vector.hpp>

#include <sched/core/config.hpp>
#include <sched/timeline/detail/booking.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {

/// A `resource_timeline` that keeps its steps in one sorted array. Fastest up to a few hundred steps; `tree_timeline`
/// is for more (`adaptive_timeline` chooses).
///
/// With n steps: `available` and `next_change` O(log n); queries over an interval O(log n + steps inside);
/// `earliest_fit` O(log n + steps between t and the answer's finish); changes O(n), a copy of 16 bytes for each later
/// step; `advance` amortised O(1) per forgotten step. No cost depends on the length of time.
///
/// The first 32 steps need no memory; beyond them the array grows by doubling, and `clear` keeps what it has, so a warm
/// timeline allocates nothing. Const calls may run concurrently. Values must stay within ±2^62.
///
/// Before the origin nothing is known: intervals are cut there, `available` answers the capacity.
class step_timeline : public detail::bookable<step_timeline> {
public:
  /// `capacity` units at every instant from `origin` (finite) on.
  explicit step_timeline(amount capacity = 0, instant origin = 0) { reset(capacity, origin); }

  /// Forgets every booking; keeps the memory. O(1).
  void clear() noexcept { reset(capacity_, origin()); }
  /// Starts afresh with another capacity and origin; keeps the memory. O(1).
  void reset(amount capacity, instant origin = 0) noexcept {
    SCHED_ASSERT(origin.is_finite());
    capacity_ = capacity;
    head_ = 0;
    steps_.resize(2, boost::container::default_init);
    steps_[0] = {origin.count(), capacity};
    steps_[1] = sentinel_;
  }
  /// Room for this many steps without allocating.
  void reserve_steps(std::size_t n) { steps_.reserve(n + 3); }

  [[nodiscard]] amount capacity() const noexcept { return capacity_; }
  [[nodiscard]] instant origin() const noexcept { return first()->time; }
  /// Number of maximal steps, at least 1. O(1).
  [[nodiscard]] std::size_t size() const noexcept { return steps_.size() - head_ - 1; }

  /// Units left at t. O(log n).
  [[nodiscard]] amount available(instant t) const noexcept {
    return t < origin() ? capacity_ : first()[find(t.count())].value;
  }

  /// Least value over i; the capacity when i is empty. O(log n + steps inside).
  [[nodiscard]] amount min_available(interval i) const noexcept {
    i.start = std::max(i.start, origin());
    if (i.empty()) return capacity_;
    const step* at = first() + find(i.start.count());
    amount least = at->value;
    for (++at; at->time < i.finish.count(); ++at) least = std::min(least, at->value);
    return least;
  }

  /// First instant of i with fewer than n units; +∞ if there is none. O(log n + steps inside).
  [[nodiscard]] instant first_below(interval i, amount n) const noexcept {
    i.start = std::max(i.start, origin());
    if (i.empty()) return instant::infinity();
    const step* at = first() + find(i.start.count());
    if (at->value < n) return i.start;
    for (++at; at->time < i.finish.count(); ++at) {
      if (at->value < n) return at->time;
    }
    return instant::infinity();
  }

  /// Last end of a tick of i with fewer than n units; −∞ if there is none. O(log n + steps inside).
  [[nodiscard]] instant last_below(interval i, amount n) const noexcept {
    i.start = std::max(i.start, origin());
    if (i.empty()) return instant::minus_infinity();
    const step* const start = first() + find(i.start.count());
    std::int64_t finish = i.finish.count();
    for (const step* at = first() + find_before(finish);; --at) {
      if (at->value < n) return finish;
      if (at == start) return instant::minus_infinity();
      finish = at->time;
    }
  }

  /// Least s ≥ max(t, origin) with n units over the whole of [s, s + d); +∞ if there is none. d ≤ 0 returns
  /// max(t, origin). O(log n + steps up to s + d).
  [[nodiscard]] instant earliest_fit(instant t, duration d, amount n) const noexcept {
    t = std::max(t, origin());
    if (d <= 0 || t == instant::infinity()) return t;
    const step* at = first() + find(t.count());
    std::int64_t start = t.count();
    for (;;) {
      if (at->value < n) {
        do ++at;
        while (at->value < n);  // the sentinel has enough for everybody
        start = at->time;
        if (start == forever_) return instant::infinity();
      }
      const std::int64_t finish = (instant(start) + d).count();
      do ++at;
      while (at->time < finish && at->value >= n);
      if (at->time >= finish) return start;
    }
  }

  /// The same if it is before `end`, else +∞, without looking further.
  [[nodiscard]] instant earliest_fit_before(instant end, instant t, duration d, amount n) const noexcept {
    t = std::max(t, origin());
    if (t >= end) return instant::infinity();
    if (d <= 0) return t;
    const step* at = first() + find(t.count());
    std::int64_t start = t.count();
    for (;;) {
      if (at->value < n) {
        do ++at;
        while (at->value < n);
        start = at->time;
        if (start >= end.count()) return instant::infinity();
      }
      const std::int64_t finish = (instant(start) + d).count();
      do ++at;
      while (at->time < finish && at->value >= n);
      if (at->time >= finish) return start;
    }
  }

  /// Greatest s ≥ origin with s + d ≤ t and n units over [s, s + d); −∞ if there is none, +∞ if t is +∞ and n units are
  /// left for ever. d ≤ 0 returns t (−∞ before the origin). O(log n + steps down to s).
  [[nodiscard]] instant latest_fit(instant t, duration d, amount n) const noexcept {
    const step* const begin = first();
    if (d <= 0) return t >= origin() ? t : instant::minus_infinity();
    if (t <= origin()) return instant::minus_infinity();
    std::int64_t finish = t.count();
    const step* at = begin + find_before(finish);
    if (finish == forever_ && at->value >= n) return instant::infinity();
    for (;;) {
      for (; at->value < n; --at) {
        if (at == begin) return instant::minus_infinity();
        finish = at->time;
      }
      const std::int64_t start = (instant(finish) - d).count();
      if (start < begin->time) return instant::minus_infinity();
      while (at->time > start && (at - 1)->value >= n) --at;
      if (at->time <= start) return start;
      finish = at->time;
      --at;
    }
  }

  /// Adds n units (n < 0: takes them, unchecked) over i. O(n), strong guarantee.
  void add_capacity(interval i, amount n) {
    i.start = std::max(i.start, origin());
    if (i.empty() || n == 0) return;
    if (steps_.size() + 2 > steps_.capacity()) steps_.reserve(2 * steps_.size() + 2);
    const std::int64_t a = i.start.count();
    const std::int64_t b = i.finish.count();
    step* const begin = first();
    step* const from = begin + find(a);
    const amount before = from->value;
    step* to = from + 1;  // first step at or after b
    while (to->time < b) ++to;
    const amount last = (to - 1)->value;
    const std::size_t tail = static_cast<std::size_t>(begin + size() + 1 - to);
    // A new step starts at a, or the one there melts into its predecessor; the same at b.
    const bool split = from->time < a;
    const bool melt = !split && from != begin && (from - 1)->value == before + n;
    const bool cut = to->time > b;
    const bool join = !cut && b != forever_ && to->value == last + n;
    const std::ptrdiff_t shift = (split ? 1 : 0) - (melt ? 1 : 0);
    const std::ptrdiff_t tail_shift = shift + (cut ? 1 : 0) - (join ? 1 : 0);
    const std::size_t joined = join ? 1 : 0;
    if (tail_shift > 0) {
      steps_.resize(steps_.size() + static_cast<std::size_t>(tail_shift), boost::container::default_init);
      std::memmove(static_cast<void*>(to + tail_shift), to, tail * sizeof(step));
    }
    step* const inside = split ? from + 1 : from;  // first old step that moves by `shift`
    if (shift > 0) {
      for (step* s = to - 1; s >= inside; --s) s[1] = {s->time, s->value + n};
      from[1] = {a, before + n};
    } else if (shift == 0) {
      for (step* s = inside; s < to; ++s) s->value += n;
    } else {
      for (step* s = inside + 1; s < to; ++s) s[-1] = {s->time, s->value + n};
    }
    if (cut) *(to + shift) = {b, last};
    if (tail_shift < 0) {
      std::memmove(static_cast<void*>(to + joined + tail_shift), to + joined, (tail - joined) * sizeof(step));
      steps_.resize(steps_.size() - static_cast<std::size_t>(-tail_shift), boost::container::default_init);
    }
  }

  /// Forgets what lies before t; the origin becomes t (finite). No effect when t ≤ origin. Amortised O(1) per step.
  void advance(instant t) {
    SCHED_ASSERT(t < instant::infinity());
    if (t <= origin()) return;
    head_ += find(t.count());
    first()->time = t.count();
    if (2 * head_ > steps_.size()) {
      steps_.erase(steps_.begin(), steps_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
  }

  /// Least s > t at which the value changes; +∞ if there is none. O(log n).
  [[nodiscard]] instant next_change(instant t) const noexcept {
    if (t == instant::infinity()) return t;
    return t < origin() ? first()[1].time : first()[find(t.count()) + 1].time;
  }

  /// Calls f(timeline_step) for each maximal step, in order. O(n).
  template <class F>
  void steps(F&& f) const {
    for (const step* s = first(); s->time != forever_; ++s) f(timeline_step{s->time, s->value});
  }

  /// Equality as functions. O(n).
  [[nodiscard]] friend bool operator==(const step_timeline& a, const step_timeline& b) noexcept {
    return a.size() == b.size() && std::equal(a.first(), a.first() + a.size(), b.first());
  }

private:
  struct step {
    std::int64_t time;
    amount value;
    bool operator==(const step&) const noexcept = default;
  };
  static constexpr std::int64_t forever_ = std::numeric_limits<std::int64_t>::max();
  static constexpr step sentinel_{forever_, std::numeric_limits<amount>::max()};

  [[nodiscard]] const step* first() const noexcept { return steps_.data() + head_; }
  [[nodiscard]] step* first() noexcept { return steps_.data() + head_; }

  /// Index of the last step that starts at or before t (t ≥ origin).
  [[nodiscard]] std::size_t find(std::int64_t t) const noexcept {
    const step* base = first();
    std::size_t length = size();
    while (length > 1) {
      const std::size_t half = length / 2;
      base = base[half].time <= t ? base + half : base;
      length -= half;
    }
    return static_cast<std::size_t>(base - first());
  }
  /// Index of the last step that starts before t (t > origin).
  [[nodiscard]] std::size_t find_before(std::int64_t t) const noexcept { return find(t - 1); }

  boost::container::small_vector<step, 34> steps_;  ///< [head_, size): the steps, then the sentinel
  std::size_t head_ = 0;
  amount capacity_ = 0;
};

static_assert(resource_timeline<step_timeline>);

}  // namespace v0
}  // namespace sched

#endif
