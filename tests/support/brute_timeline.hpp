// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_BRUTE_TIMELINE_HPP
#define SCHED_TESTS_SUPPORT_BRUTE_TIMELINE_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched_test {

/// A timeline as the definition says it, on a window of time: one number for each tick of [first, first + ticks) and
/// one for all ticks after it. Every answer is found by trying every tick. Bookings must start and end inside the
/// window or end at +∞.
class brute_timeline {
public:
  brute_timeline(sched::amount capacity, sched::instant origin, std::size_t ticks)
      : capacity_(capacity), first_(origin), origin_(origin), values_(ticks, capacity), tail_(capacity) {}

  [[nodiscard]] sched::amount capacity() const { return capacity_; }
  [[nodiscard]] sched::instant origin() const { return origin_; }
  [[nodiscard]] sched::instant end() const { return first_ + values_.size(); }

  [[nodiscard]] sched::amount available(sched::instant t) const {
    if (t < origin_) return capacity_;
    return t < end() ? values_[index(t)] : tail_;
  }
  [[nodiscard]] sched::amount min_available(sched::interval i) const {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return capacity_;
    sched::amount least = available(i.start);
    for (sched::instant t = i.start; t < std::min(i.finish, end()); t += 1) least = std::min(least, available(t));
    return i.finish > end() ? std::min(least, tail_) : least;
  }
  [[nodiscard]] bool fits(sched::interval i, sched::amount n) const {
    return i.empty() || first_below(i, n) == sched::instant::infinity();
  }

  [[nodiscard]] sched::instant first_below(sched::interval i, sched::amount n) const {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return sched::instant::infinity();
    for (sched::instant t = i.start; t < std::min(i.finish, end()); t += 1) {
      if (available(t) < n) return t;
    }
    return i.finish > end() && tail_ < n ? std::max(i.start, end()) : sched::instant::infinity();
  }
  [[nodiscard]] sched::instant last_below(sched::interval i, sched::amount n) const {
    i.start = std::max(i.start, origin_);
    if (i.empty()) return sched::instant::minus_infinity();
    if (i.finish > end() && tail_ < n) return i.finish;
    for (sched::instant t = std::min(i.finish, end()); t > i.start; t -= 1) {
      if (available(t - 1) < n) return t;
    }
    return sched::instant::minus_infinity();
  }
  [[nodiscard]] sched::instant earliest_fit(sched::instant t, sched::duration d, sched::amount n) const {
    t = std::max(t, origin_);
    if (d <= 0 || t == sched::instant::infinity()) return t;
    for (; t < end(); t += 1) {
      if (fits({t, t + d}, n)) return t;
    }
    return fits({t, t + d}, n) ? t : sched::instant::infinity();
  }
  [[nodiscard]] sched::instant latest_fit(sched::instant t, sched::duration d, sched::amount n) const {
    const auto none = sched::instant::minus_infinity();
    if (d <= 0) return t >= origin_ ? t : none;
    if (t == sched::instant::infinity()) {
      if (tail_ >= n) return t;
      t = end();
    }
    if (t > end() + d && tail_ >= n) return t - d;
    for (sched::instant s = std::min(t, end() + d) - d; s >= origin_; s -= 1) {
      if (fits({s, s + d}, n)) return s;
    }
    return none;
  }
  void add_capacity(sched::interval i, sched::amount n) {
    for (sched::instant t = std::max(i.start, origin_); t < std::min(i.finish, end()); t += 1) values_[index(t)] += n;
    if (i.finish == sched::instant::infinity() && !i.empty()) tail_ += n;
  }
  void advance(sched::instant t) { origin_ = std::max(origin_, t); }
  [[nodiscard]] sched::instant next_change(sched::instant t) const {
    for (t = std::max(t, origin_); t < end();) {
      t += 1;
      if (available(t) != available(t - 1)) return t;
    }
    return sched::instant::infinity();
  }
  [[nodiscard]] std::vector<sched::timeline_step> steps() const {
    std::vector<sched::timeline_step> all{{origin_, available(origin_)}};
    for (sched::instant t = origin_; t < end();) {
      t += 1;
      if (available(t) != available(t - 1)) all.push_back({t, available(t)});
    }
    return all;
  }

private:
  [[nodiscard]] std::size_t index(sched::instant t) const { return static_cast<std::size_t>((t - first_).count()); }

  sched::amount capacity_;
  sched::instant first_;
  sched::instant origin_;
  std::vector<sched::amount> values_;
  sched::amount tail_;
};

}  // namespace sched_test

#endif
