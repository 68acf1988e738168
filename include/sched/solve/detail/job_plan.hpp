// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_PLAN_HPP
#define SCHED_SOLVE_DETAIL_JOB_PLAN_HPP

/// \file
/// The plan of a machine: who holds how many processors when.

#include <algorithm>
#include <cstdint>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/solve/detail/job_booking.hpp>
#include <sched/timeline/adaptive_timeline.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Bookings of jobs over time, on a timeline. What is set aside for others is a `lot`.
template <reusable_timeline Timeline>
class basic_job_plan {
public:
  using lot = amount;

  explicit basic_job_plan(amount capacity) { line_.reset(capacity, 0); }

  void reset(amount capacity, instant now) { line_.reset(capacity, std::max<instant>(now, instant::min())); }
  void forget(instant now) {
    if (now > line_.origin()) line_.advance(now);
  }
  [[nodiscard]] instant earliest(instant from, duration planned, amount demand) const {
    return line_.earliest_fit(from, planned, demand);
  }
  /// The same if it is before `end`, else +∞.
  [[nodiscard]] instant earliest_before(instant end, instant from, duration planned, amount demand) const {
    return line_.earliest_fit_before(end, from, planned, demand);
  }
  /// Least s ≥ from such that the demand is there over all of [s, end).
  [[nodiscard]] instant room_before(instant end, instant from, amount demand) const {
    return std::max(from, line_.last_below({from, end}, demand));
  }
  [[nodiscard]] amount least(interval when) const { return line_.min_available(when); }
  [[nodiscard]] bool has(interval when, amount demand) const { return least(when) >= demand; }
  /// Precondition: there is room.
  job_booking book(std::uint32_t, instant at, duration planned, amount demand) {
    static_cast<void>(line_.reserve({at, at + planned}, demand));
    return {at, planned, demand};
  }
  void release(std::uint32_t, const job_booking& b) {
    line_.release({{std::max(b.start, line_.origin()), b.start + b.planned}, b.demand});
  }
  /// What tells a booking of the job from others, apart from its place in time.
  [[nodiscard]] lot lot_of(std::uint32_t) const noexcept { return 0; }
  /// Books what was released a moment ago.
  void restore(std::uint32_t, const job_booking& b, const lot&) {
    static_cast<void>(line_.reserve({b.start, b.start + b.planned}, b.demand));
  }
  /// Takes units whether they are there or not: running jobs are where they are.
  void occupy(std::uint32_t, interval when, amount demand) { shift(when, -demand); }
  /// Gives back what a job that was to run until `end` holds from `now` on.
  void release_from(std::uint32_t, instant now, instant end, amount demand) { shift({now, end}, demand); }
  /// Sets units aside, and gives them back.
  lot close(interval when, amount demand) {
    shift(when, -demand);
    return demand;
  }
  void close_again(interval when, const lot& l) { shift(when, -l); }
  void open(interval when, const lot& l) { shift(when, l); }
  /// Only this lot, only in that time.
  void reset_to(const lot& l, interval when, instant now) {
    reset(0, now);
    shift(when, l);
  }
  /// Calls f(start of a step, units free) for every step.
  template <class F>
  void steps(F f) const {
    line_.steps([&](timeline_step s) { f(s.start, s.available); });
  }

private:
  void shift(interval when, amount units) {
    when.start = std::max(when.start, line_.origin());
    if (!when.empty() && units != 0) line_.add_capacity(when, units);
  }

  Timeline line_;
};
using job_plan = basic_job_plan<adaptive_timeline>;

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
