// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_BACKFILL_HPP
#define SCHED_BACKFILL_HPP

/// \file
/// Front door: batch scheduling with backfilling, live and on traces.

#include <sched/model/job.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/backfill.hpp>
#include <sched/solve/estimate.hpp>
#include <sched/solve/reservation.hpp>
#include <sched/solve/simulate_jobs.hpp>

#endif
