// expect: resource_timeline
// SPDX-License-Identifier: BSL-1.0
// A timeline that cannot say when the value changes next is refused, by the concept's name.
#include <span>

#include <sched/timeline.hpp>

class half_a_timeline {
public:
  sched::amount capacity() const { return t_.capacity(); }
  sched::instant origin() const { return t_.origin(); }
  sched::amount available(sched::instant t) const { return t_.available(t); }
  sched::amount min_available(sched::interval i) const { return t_.min_available(i); }
  sched::instant earliest_fit(sched::instant t, sched::duration d, sched::amount n) const {
    return t_.earliest_fit(t, d, n);
  }
  sched::instant latest_fit(sched::instant t, sched::duration d, sched::amount n) const {
    return t_.latest_fit(t, d, n);
  }
  sched::reserve_result reserve(sched::interval i, sched::amount n) { return t_.reserve(i, n); }
  void release(sched::reservation b) { t_.release(b); }
  sched::reserve_result resize(sched::reservation b, sched::instant f) { return t_.resize(b, f); }
  void add_capacity(sched::interval i, sched::amount n) { t_.add_capacity(i, n); }
  void advance(sched::instant t) { t_.advance(t); }
#ifdef SCHED_COMPILE_FAIL_FIXED
  sched::instant next_change(sched::instant t) const { return t_.next_change(t); }
#endif
  template <class F>
  void steps(F&& f) const {
    t_.steps(f);
  }
  bool operator==(const half_a_timeline&) const = default;

private:
  sched::step_timeline t_;
};

sched::instant fit(std::span<const half_a_timeline> all, std::span<const sched::amount> demands) {
  return sched::earliest_fit(all, demands, 0, 5);
}
