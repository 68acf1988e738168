// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_BACKFILL_HPP
#define SCHED_BACKFILL_HPP

/// \file
/// Front door: batch scheduling with backfilling, live and on traces.

#include <sched/model/advance_reservation.hpp>
#include <sched/model/job.hpp>
#include <sched/placement/processors.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/backfill.hpp>
#include <sched/solve/compare_jobs.hpp>
#include <sched/solve/estimate.hpp>
#include <sched/solve/machine_ids.hpp>
#include <sched/solve/mold.hpp>
#include <sched/solve/reservation.hpp>
#include <sched/solve/reservation_earned.hpp>
#include <sched/solve/reservation_easy.hpp>
#include <sched/solve/simulate_jobs.hpp>

#endif
