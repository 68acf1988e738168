// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_PLAN_HPP
#define SCHED_SOLVE_DETAIL_JOB_PLAN_HPP

/// \file
/// The plan of a machine: who holds how many processors when.

#include <algorithm>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/timeline/adaptive_timeline.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// A place in the plan.
struct job_booking {
  instant start = instant::infinity();
  duration planned{};
  amount demand = 0;
};

/// Bookings of jobs over time, on a timeline.
template <reusable_timeline Timeline>
class basic_job_plan {
public:
  explicit basic_job_plan(amount capacity) { line_.reset(capacity, 0); }

  void reset(amount capacity, instant now) { line_.reset(capacity, std::max<instant>(now, instant::min())); }
  void forget(instant now) {
    if (now > line_.origin()) line_.advance(now);
  }
  [[nodiscard]] instant earliest(instant from, duration planned, amount demand) const {
    return line_.earliest_fit(from, planned, demand);
  }
  [[nodiscard]] amount least(interval when) const { return line_.min_available(when); }
  void reserve(interval when, amount demand) { static_cast<void>(line_.reserve(when, demand)); }
  /// Takes units whether they are there or not: running jobs are where they are.
  void occupy(interval when, amount demand) {
    when.start = std::max(when.start, line_.origin());
    if (!when.empty()) line_.add_capacity(when, -demand);
  }
  job_booking book(instant at, duration planned, amount demand) {
    reserve({at, at + planned}, demand);
    return {at, planned, demand};
  }
  void release(const job_booking& b) {
    line_.release({{std::max(b.start, line_.origin()), b.start + b.planned}, b.demand});
  }
  /// Gives back what a job that was to run until `end` holds from `now` on.
  void release_from(instant now, instant end, amount demand) {
    if (now < end) line_.add_capacity({now, end}, demand);
  }

private:
  Timeline line_;
};
using job_plan = basic_job_plan<adaptive_timeline>;

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
