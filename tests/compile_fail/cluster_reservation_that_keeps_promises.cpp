// expect: planning_reservation
// SPDX-License-Identifier: BSL-1.0
// A cluster scheduler plans anew at every decision: policies that book every job at its arrival are not for it.
#include <sched/backfill.hpp>
#include <sched/cluster.hpp>

#ifdef SCHED_COMPILE_FAIL_FIXED
using policy = sched::reserve::depth;
#else
using policy = sched::reserve::conservative;
#endif

sched::cluster_scheduler<sched::order::fcfs, policy>* scheduler = nullptr;
