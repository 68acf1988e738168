// expect: cannot be kept under a placement policy that refuses
// SPDX-License-Identifier: BSL-1.0
// A promise by count says nothing about neighbouring processors.
#include <sched/backfill.hpp>

#ifdef SCHED_COMPILE_FAIL_FIXED
using place = sched::placement::lowest;
#else
using place = sched::placement::contiguous_best_fit;
#endif

sched::backfill scheduler(8, sched::order::fcfs{}, sched::reserve::conservative{}, sched::estimate::user{},
                          sched::order::fcfs{}, sched::ids::at_start<place>{});
