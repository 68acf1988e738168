// expect: an order that changes with time has no meaning
// SPDX-License-Identifier: BSL-1.0
// Conservative promises are made on arrival: they cannot follow an order that changes with time.
#include <sched/backfill.hpp>

#ifdef SCHED_COMPILE_FAIL_FIXED
using who_first = sched::order::sjf;
#else
using who_first = sched::order::lxf;
#endif

sched::backfill<who_first, sched::reserve::conservative> scheduler(8);
