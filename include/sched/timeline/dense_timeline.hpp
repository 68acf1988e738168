// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_DENSE_TIMELINE_HPP
#define SCHED_TIMELINE_DENSE_TIMELINE_HPP

/// \file
/// A timeline as one number per tick: for short horizons in coarse ticks.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/timeline/detail/booking.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {

/// A `resource_timeline` that stores the value of every tick from the origin to the last booked one; one more value
/// holds for all ticks after them.
///
/// `available` O(1); everything else is linear in the ticks it looks at or changes, so this is the one model whose cost
/// grows with the length of time. Use it when durations are a few ticks. 8 bytes per tick; the array grows on demand
/// and `clear` keeps it. Const calls may run concurrently. Values must stay within ±2^62. Precondition: finite ends of
/// bookings lie within 2^32 ticks of the origin (memory for them is really needed).
///
/// Before the origin nothing is known: intervals are cut there, `available` answers the capacity.
class dense_timeline : public detail::bookable<dense_timeline> {
public:
  /// `capacity` units at every instant from `origin` (finite) on; memory for `horizon` ticks.
  explicit dense_timeline(amount capacity = 0, instant origin = 0, std::size_t horizon = 0) {
    values_.reserve(horizon);
    reset(capacity, origin);
  }

  /// Forgets every booking; keeps the memory. O(1).
  void clear() noexcept { reset(capacity_, origin_); }
  /// Starts afresh with another capacity and origin; keeps the memory. O(1).
  void reset(amount capacity, instant origin = 0) noexcept {
    SCHED_ASSERT(origin.is_finite());
    capacity_ = tail_ = capacity;
    origin_ = origin;
    head_ = 0;
    values_.clear();
  }

  [[nodiscard]] amount capacity() const noexcept { return capacity_; }
  [[nodiscard]] instant origin() const noexcept { return origin_; }

  /// Units left at t. O(1).
  [[nodiscard]] amount available(instant t) const noexcept {
    if (t < origin_) return capacity_;
    const std::size_t at = index(t);
    return at < size() ? values()[at] : tail_;
  }

  /// Least value over i; the capacity when i is empty. O(length).
  [[nodiscard]] amount min_available(interval i) const noexcept {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return capacity_;
    const std::size_t from = index(i.start);
    const std::size_t to = index(i.finish);
    amount least = to > size() ? tail_ : values()[from];
    for (std::size_t at = from; at < std::min(to, size()); ++at) least = std::min(least, values()[at]);
    return least;
  }

  /// First instant of i with fewer than n units; +∞ if there is none. O(length).
  [[nodiscard]] instant first_below(interval i, amount n) const noexcept {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return instant::infinity();
    const std::size_t to = index(i.finish);
    std::size_t at = index(i.start);
    for (; at < std::min(to, size()); ++at) {
      if (values()[at] < n) return time(at);
    }
    return to > size() && tail_ < n ? std::max(i.start, time(size())) : instant::infinity();
  }

  /// Last end of a tick of i with fewer than n units; −∞ if there is none. O(length).
  [[nodiscard]] instant last_below(interval i, amount n) const noexcept {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return instant::minus_infinity();
    if (tail_ < n && i.finish > time(size())) return i.finish;
    const std::size_t from = index(i.start);
    for (std::size_t at = std::min(index(i.finish), size()); at > from; --at) {
      if (values()[at - 1] < n) return time(at);
    }
    return instant::minus_infinity();
  }

  /// Least s ≥ max(t, origin) with n units over the whole of [s, s + d); +∞ if there is none. d ≤ 0 returns
  /// max(t, origin). O(finish − t): each window is read from its end, so a conflict skips all that lies before it.
  [[nodiscard]] instant earliest_fit(instant t, duration d, amount n) const noexcept {
    t = std::max(t, origin_);
    if (d <= 0 || t == instant::infinity()) return t;
    const amount* const value = values();
    const std::size_t count = size();
    std::size_t start = index(t);
    if (start >= count) return tail_ >= n ? t : instant::infinity();
    std::size_t known = start;  // [start, known) has enough
    while (start < count) {
      const instant finish = time(start) + d;
      const std::size_t end = finish > time(count) ? count : index(finish);
      std::size_t at = end;
      while (at > known && value[at - 1] >= n) --at;
      if (at > known) {
        start = at;
        known = end;
      } else {
        return finish <= time(count) || tail_ >= n ? time(start) : instant::infinity();
      }
    }
    return tail_ >= n ? time(start) : instant::infinity();
  }

  /// Greatest s ≥ origin with s + d ≤ t and n units over [s, s + d); −∞ if there is none, +∞ if t is +∞ and n units are
  /// left for ever. d ≤ 0 returns t (−∞ before the origin). O(t − s).
  [[nodiscard]] instant latest_fit(instant t, duration d, amount n) const noexcept {
    if (d <= 0) return t >= origin_ ? t : instant::minus_infinity();
    if (t > time(size())) {
      if (tail_ < n) t = time(size());
      else if (t == instant::infinity()) return t;
    }
    std::size_t known = std::min(index(t), size());  // [known, t) has enough
    for (;;) {
      const instant start = t - d;
      if (t <= origin_ || start < origin_) return instant::minus_infinity();
      std::size_t at = index(start);
      while (at < known && values()[at] >= n) ++at;
      if (at >= known) return start;
      known = index(start);
      t = time(at);
    }
  }

  /// Adds n units (n < 0: takes them, unchecked) over i. O(length, and the ticks up to its end once). Strong guarantee.
  void add_capacity(interval i, amount n) {
    i.start = std::max(i.start, origin_);
    if (i.empty() || n == 0) return;
    const bool endless = i.finish == instant::infinity();
    const std::size_t from = index(i.start);
    const std::size_t to = endless ? std::max(from, size()) : index(i.finish);
    if (to > size()) values_.resize(head_ + to, tail_);
    amount* const value = values();
    for (std::size_t at = from; at < to; ++at) value[at] += n;
    if (endless) tail_ += n;
  }

  /// Forgets what lies before t; the origin becomes t (finite). No effect when t ≤ origin. Amortised O(1) per tick.
  void advance(instant t) {
    SCHED_ASSERT(t < instant::infinity());
    if (t <= origin_) return;
    head_ += std::min(index(t), size());
    origin_ = t;
    if (2 * head_ > values_.size()) {
      values_.erase(values_.begin(), values_.begin() + static_cast<std::ptrdiff_t>(head_));
      head_ = 0;
    }
  }

  /// Least s > t at which the value changes; +∞ if there is none. O(s − t).
  [[nodiscard]] instant next_change(instant t) const noexcept {
    if (t == instant::infinity()) return t;
    const instant from = std::max(t, origin_);
    if (from >= time(size())) return instant::infinity();
    const std::size_t at = index(from);
    for (std::size_t next = at + 1; next < size(); ++next) {
      if (values()[next] != values()[next - 1]) return time(next);
    }
    return values()[size() - 1] != tail_ ? time(size()) : instant::infinity();
  }

  /// Calls f(timeline_step) for each maximal step, in order. O(ticks).
  template <class F>
  void steps(F&& f) const {
    for (instant t = origin_; t != instant::infinity(); t = next_change(t)) f(timeline_step{t, available(t)});
  }

  /// Equality as functions. O(ticks).
  [[nodiscard]] friend bool operator==(const dense_timeline& a, const dense_timeline& b) noexcept {
    if (a.origin_ != b.origin_ || a.tail_ != b.tail_) return false;
    const std::size_t common = std::min(a.size(), b.size());
    const auto is_tail = [&a](amount v) { return v == a.tail_; };
    return std::equal(a.values(), a.values() + common, b.values()) &&
           std::all_of(a.values() + common, a.values() + a.size(), is_tail) &&
           std::all_of(b.values() + common, b.values() + b.size(), is_tail);
  }

private:
  [[nodiscard]] std::size_t size() const noexcept { return values_.size() - head_; }
  [[nodiscard]] const amount* values() const noexcept { return values_.data() + head_; }
  [[nodiscard]] amount* values() noexcept { return values_.data() + head_; }
  [[nodiscard]] std::size_t index(instant t) const noexcept { return static_cast<std::size_t>((t - origin_).count()); }
  [[nodiscard]] instant time(std::size_t i) const noexcept { return origin_ + i; }

  std::vector<amount> values_;  ///< [head_, size): one value per tick from the origin on
  std::size_t head_ = 0;
  instant origin_{};
  amount tail_ = 0;  ///< value of all later ticks
  amount capacity_ = 0;
};

static_assert(resource_timeline<dense_timeline>);

}  // namespace v0
}  // namespace sched

#endif
