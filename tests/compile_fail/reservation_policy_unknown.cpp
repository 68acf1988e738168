// expect: reservation_policy
// SPDX-License-Identifier: BSL-1.0
// A number is no reservation policy: `reserve::depth{2}` is.
#include <sched/backfill.hpp>

#ifdef SCHED_COMPILE_FAIL_FIXED
using two = sched::reserve::depth;
#else
using two = int;
#endif

sched::backfill<sched::order::fcfs, two> scheduler(8, {}, two{2});
