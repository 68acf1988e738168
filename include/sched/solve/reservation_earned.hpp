// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_RESERVATION_EARNED_HPP
#define SCHED_SOLVE_RESERVATION_EARNED_HPP

/// \file
/// Reservations for those who have earned one.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <utility>

#include <sched/core/ticks.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/detail/job_booking.hpp>
#include <sched/solve/reservation.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// In the order of the queue: who fits starts, who has earned it is reserved its earliest start.
template <class Desk, class Predicate>
void pass_earned(Desk& desk, Predicate earns) {
  desk.clear_plan();
  desk.each_in_order([&](job_handle h) {
    const instant at = desk.earliest(h);
    if (at == desk.now()) desk.start(h);
    else if (!desk.enough_reserved() && earns(h)) static_cast<void>(desk.reserve(h, at));
    return true;
  });
}
/// (wait + estimate) / estimate ≥ threshold.
template <class Desk>
[[nodiscard]] bool expanded(const Desk& desk, job_handle h, double threshold) {
  const auto q = static_cast<double>(desk.planned_of(h).count());
  return static_cast<double>((desk.now() - desk.eligible_of(h)).count()) + q >= threshold * q;
}

}  // namespace detail

namespace reserve {

/// As depth `all`, but only jobs for which `predicate(waiting_job, now)` is true are reserved: those of a queue, above
/// an age, of a priority …
template <std::predicate<const waiting_job&, instant> Predicate>
class earned {
public:
  explicit earned(Predicate p) : predicate_(std::move(p)) {}
  struct memory {};
  template <class Desk>
  void pass(Desk& desk, memory&) const {
    sched::detail::pass_earned(desk, [&](job_handle h) { return predicate_(desk.view(h), desk.now()); });
  }

private:
  Predicate predicate_;
};

/// Only jobs that have waited so long that (wait + estimate) ≥ threshold · estimate are reserved (Srinivasan et al.
/// 2002). 1: all.
struct selective {
  double threshold = 2.0;
  struct memory {};
  template <class Desk>
  void pass(Desk& desk, memory&) const {
    sched::detail::pass_earned(desk, [&](job_handle h) { return sched::detail::expanded(desk, h, threshold); });
  }
};

/// The same with the mean bounded slowdown of the jobs that have ended as threshold, 1 before the first.
struct selective_adaptive {
  duration tau = 10;  ///< of the bounded slowdown
  struct memory {
    double sum = 0;
    std::size_t jobs = 0;
  };
  /// A job ended.
  void observe(duration wait, duration runtime, memory& m) const {
    const auto longest = static_cast<double>(std::max<duration>({runtime, tau, 1}).count());
    m.sum += std::max(1.0, static_cast<double>((wait + runtime).count()) / longest);
    ++m.jobs;
  }
  template <class Desk>
  void pass(Desk& desk, memory& m) const {
    const double threshold = m.jobs == 0 ? 1.0 : m.sum / static_cast<double>(m.jobs);
    sched::detail::pass_earned(desk, [&](job_handle h) { return sched::detail::expanded(desk, h, threshold); });
  }
};

static_assert(planning_reservation<selective> && planning_reservation<selective_adaptive>);

}  // namespace reserve
}  // namespace v0
}  // namespace sched

#endif
