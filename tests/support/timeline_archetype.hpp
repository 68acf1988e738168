// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_TIMELINE_ARCHETYPE_HPP
#define SCHED_TESTS_SUPPORT_TIMELINE_ARCHETYPE_HPP

#include <algorithm>

#include <sched/timeline/timeline.hpp>

#include "support/brute_timeline.hpp"

namespace sched_test {

/// The least a type must have to be a `resource_timeline`: only what the concept names, not even a default constructor.
/// Brute force on a short window.
class timeline_archetype {
public:
  explicit timeline_archetype(sched::amount capacity, sched::instant origin = 0) : all_(capacity, origin, 128) {}

  sched::amount capacity() const { return all_.capacity(); }
  sched::instant origin() const { return all_.origin(); }
  sched::amount available(sched::instant t) const { return all_.available(t); }
  sched::amount min_available(sched::interval i) const { return all_.min_available(i); }
  sched::instant earliest_fit(sched::instant t, sched::duration d, sched::amount n) const {
    return all_.earliest_fit(t, d, n);
  }
  sched::instant latest_fit(sched::instant t, sched::duration d, sched::amount n) const {
    return all_.latest_fit(t, d, n);
  }
  sched::reserve_result reserve(sched::interval i, sched::amount n) {
    const sched::instant conflict = all_.first_below(i, n);
    if (conflict != sched::instant::infinity()) return {false, {}, conflict};
    all_.add_capacity(i, -n);
    return {true, {i, n}, conflict};
  }
  void release(const sched::reservation& b) { all_.add_capacity(b.when, b.units); }
  sched::reserve_result resize(const sched::reservation& b, sched::instant finish) {
    release(b);
    const sched::interval when{b.when.start, std::max(b.when.start, finish)};
    const sched::reserve_result moved = reserve(when, b.units);
    if (moved) return moved;
    reserve(b.when, b.units);
    return {false, b, moved.first_conflict};
  }
  void add_capacity(sched::interval i, sched::amount n) { all_.add_capacity(i, n); }
  void advance(sched::instant t) { all_.advance(t); }
  sched::instant next_change(sched::instant t) const { return all_.next_change(t); }
  template <class F>
  void steps(F&& f) const {
    for (const sched::timeline_step s : all_.steps()) f(s);
  }
  friend bool operator==(const timeline_archetype& a, const timeline_archetype& b) {
    return a.all_.steps() == b.all_.steps();
  }

private:
  brute_timeline all_;
};

}  // namespace sched_test

#endif
