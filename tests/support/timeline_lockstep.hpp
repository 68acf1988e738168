// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_TIMELINE_LOCKSTEP_HPP
#define SCHED_TESTS_SUPPORT_TIMELINE_LOCKSTEP_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <sched/timeline/timeline.hpp>

#include "support/brute_timeline.hpp"

namespace sched_test {

/// How far a lock-step run reaches.
struct lockstep_shape {
  sched::amount capacity = 8;
  sched::instant origin = 0;
  std::size_t ticks = 64;  ///< the window in which bookings lie
  bool advances = true;    ///< time may move on
  bool far_times = true;   ///< queries and bookings may reach ±2^62 and ±∞
};

/// Drives one timeline and the brute-force reference with the same operations, drawn from `draw(n)` (a number below n),
/// and compares every answer. Returns an empty string, or the first difference.
template <sched::resource_timeline Timeline, class Draw>
class timeline_lockstep {
public:
  timeline_lockstep(Timeline& subject, lockstep_shape shape, Draw draw)
      : subject_(subject),
        shape_(shape),
        draw_(std::move(draw)),
        reference_(shape.capacity, shape.origin, shape.ticks) {}

  /// One random operation and its comparison.
  bool step() {
    switch (draw_(16)) {
      case 0:
      case 1:
      case 2: return reserve();
      case 3:
      case 4: return release();
      case 5: return resize();
      case 6: return add_capacity();
      case 7: return draw_(4) == 0 ? advance() : fit_and_reserve();
      case 8:
      case 9:
      case 10: return fit_and_reserve();
      case 11: return earliest();
      case 12: return latest();
      case 13: return minimum();
      case 14: return point();
      default: return draw_(4) == 0 ? whole() : earliest();
    }
  }

  [[nodiscard]] const std::string& difference() const { return difference_; }
  /// Gives every booking and added unit back: the timeline must then be constant.
  bool finish() {
    while (!booked_.empty()) {
      subject_.release(booked_.back());
      reference_.add_capacity(booked_.back().when, booked_.back().units);
      booked_.pop_back();
    }
    return whole();
  }
  bool whole() {
    std::vector<sched::timeline_step> mine;
    subject_.steps([&](sched::timeline_step s) { mine.push_back(s); });
    const std::vector<sched::timeline_step> theirs = reference_.steps();
    if (mine == theirs) return true;
    std::ostringstream text;
    text << "steps: " << mine.size() << " instead of " << theirs.size() << ':';
    for (auto s : mine) text << ' ' << s.start << ':' << s.available;
    text << " instead of";
    for (auto s : theirs) text << ' ' << s.start << ':' << s.available;
    difference_ = text.str();
    return false;
  }

private:
  template <class T>
  bool same(const T& mine, const T& theirs, const char* what, sched::instant a = 0, sched::instant b = 0,
            sched::amount n = 0) {
    if (mine == theirs) return true;
    std::ostringstream text;
    text << what << '(' << a << ", " << b << ", " << n << ") = " << mine << " instead of " << theirs;
    difference_ = text.str();
    whole();
    difference_ = text.str() + "; " + difference_;
    return false;
  }

  sched::instant inside() { return shape_.origin + draw_(shape_.ticks + 1); }
  sched::instant anywhere() {
    if (shape_.far_times && draw_(16) == 0) {
      switch (draw_(6)) {
        case 0: return sched::instant::infinity();
        case 1: return sched::instant::minus_infinity();
        case 2: return std::int64_t{1} << 62;
        case 3: return -(std::int64_t{1} << 62);
        case 4: return sched::instant::max();
        default: return shape_.origin - 1 - draw_(4);
      }
    }
    return inside();
  }
  sched::interval bookable() {
    const sched::instant a = inside();
    if (draw_(24) == 0) return {a, sched::instant::infinity()};
    const sched::instant b = draw_(2) == 0 ? inside() : std::min(a + draw_(8), shape_.origin + shape_.ticks);
    return draw_(16) == 0 ? sched::interval{a, b} : sched::interval{std::min(a, b), std::max(a, b)};
  }
  sched::duration length() {
    if (shape_.far_times && draw_(24) == 0)
      return draw_(2) == 0 ? sched::duration::infinity() : sched::duration(std::int64_t{1} << 62);
    return draw_(2) == 0 ? draw_(6) : draw_(shape_.ticks + 4);
  }
  sched::amount units() {
    const auto top = static_cast<std::uint64_t>(shape_.capacity) + 2;
    return static_cast<sched::amount>(draw_(2) == 0 ? draw_(top) : draw_(std::min<std::uint64_t>(top, 3)));
  }

  bool book(sched::interval i, sched::amount n) {
    const sched::instant conflict = reference_.first_below(i, n);
    const sched::reserve_result result = subject_.reserve(i, n);
    if (!same(result.ok, conflict == sched::instant::infinity(), "reserve", i.start, i.finish, n)) return false;
    if (!same(result.first_conflict, conflict, "reserve conflict", i.start, i.finish, n)) return false;
    if (!result.ok) return true;
    reference_.add_capacity(i, -n);
    booked_.push_back(result.booking);
    return same(result.booking.units, n, "booked units") && same(result.booking.when, i, "booked interval");
  }
  bool reserve() { return book(bookable(), units()); }
  bool release() {
    if (booked_.empty()) return true;
    const std::size_t at = draw_(booked_.size());
    const sched::reservation b = booked_[at];
    booked_[at] = booked_.back();
    booked_.pop_back();
    subject_.release(b);
    reference_.add_capacity(b.when, b.units);
    return true;
  }
  bool resize() {
    if (booked_.empty()) return true;
    sched::reservation& b = booked_[draw_(booked_.size())];
    const sched::instant finish = draw_(16) == 0 ? sched::instant::infinity() : inside();
    const sched::instant old_finish = std::max(b.when.start, b.when.finish);
    const sched::instant new_finish = std::max(b.when.start, finish);
    const sched::instant conflict = reference_.first_below({old_finish, new_finish}, b.units);
    const sched::reserve_result result = subject_.resize(b, finish);
    if (!same(result.ok, conflict == sched::instant::infinity(), "resize", b.when.start, finish, b.units)) return false;
    if (!same(result.first_conflict, conflict, "resize conflict", b.when.start, finish, b.units)) return false;
    if (result.ok) {
      reference_.add_capacity({old_finish, new_finish}, -b.units);
      reference_.add_capacity({new_finish, old_finish}, b.units);
      b = result.booking;
      return same(b.when.finish, new_finish, "resized finish");
    }
    return same(result.booking.when, b.when, "unchanged booking");
  }
  bool add_capacity() {
    const sched::interval i = bookable();
    const sched::amount n = static_cast<sched::amount>(draw_(9)) - 4;
    subject_.add_capacity(i, n);
    reference_.add_capacity(i, n);
    return true;
  }
  bool advance() {
    if (!shape_.advances) return true;
    const sched::instant t = draw_(8) == 0 ? inside() : subject_.origin() + draw_(3);
    if (t > reference_.end()) return true;
    subject_.advance(t);
    reference_.advance(t);
    return same(subject_.origin(), reference_.origin(), "origin", t);
  }
  bool fit_and_reserve() {
    const sched::instant t = draw_(2) == 0 ? shape_.origin : anywhere();
    const sched::duration d = length();
    const sched::amount n = units();
    const sched::instant s = reference_.earliest_fit(t, d, n);
    if (!same(subject_.earliest_fit(t, d, n), s, "earliest_fit", t, d, n)) return false;
    if (!s.is_finite() || s + d > reference_.end()) return true;
    return book({s, s + d}, n);
  }
  bool earliest() {
    const sched::instant t = anywhere();
    const sched::duration d = length();
    const sched::amount n = units() - 1;
    const sched::instant expected = reference_.earliest_fit(t, d, n);
    if constexpr (requires { subject_.earliest_fit_before(t, t, d, n); }) {
      const sched::instant end = anywhere();
      if (!same(subject_.earliest_fit_before(end, t, d, n), expected < end ? expected : sched::instant::infinity(),
                "earliest_fit_before", t, d, n))
        return false;
    }
    return same(subject_.earliest_fit(t, d, n), expected, "earliest_fit", t, d, n);
  }
  bool latest() {
    const sched::instant t = anywhere();
    const sched::duration d = length();
    const sched::amount n = units() - 1;
    return same(subject_.latest_fit(t, d, n), reference_.latest_fit(t, d, n), "latest_fit", t, d, n);
  }
  bool minimum() {
    const sched::interval i{anywhere(), anywhere()};
    const sched::amount n = units() - 1;
    bool ok = same(subject_.min_available(i), reference_.min_available(i), "min_available", i.start, i.finish);
    if constexpr (requires { subject_.first_below(i, n); }) {
      ok = ok && same(subject_.first_below(i, n), reference_.first_below(i, n), "first_below", i.start, i.finish, n);
      ok = ok && same(subject_.last_below(i, n), reference_.last_below(i, n), "last_below", i.start, i.finish, n);
    }
    return ok;
  }
  bool point() {
    const sched::instant t = anywhere();
    return same(subject_.available(t), reference_.available(t), "available", t) &&
           same(subject_.next_change(t), reference_.next_change(t), "next_change", t);
  }

  Timeline& subject_;
  lockstep_shape shape_;
  Draw draw_;
  brute_timeline reference_;
  std::vector<sched::reservation> booked_;
  std::string difference_;
};

}  // namespace sched_test

#endif
