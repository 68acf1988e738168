// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_BOOKING_HPP
#define SCHED_SOLVE_DETAIL_JOB_BOOKING_HPP

/// \file
/// Words that reservation policies and schedulers share.

#include <cstdint>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// A job as a scheduler numbers it: 0, 1, 2 … in the order of submission.
using job_handle = std::uint32_t;

/// When a blocked head of the queue can start at the earliest, and what it then leaves over.
struct shadow {
  instant at = instant::infinity();
  amount extra = 0;
};

/// A place in the plan.
struct job_booking {
  instant start = instant::infinity();
  duration planned{};
  amount demand = 0;
};

namespace detail {
inline constexpr job_handle no_job = 0xffffffffU;
}
}  // namespace v0
}  // namespace sched

#endif
