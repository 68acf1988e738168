// expect: no match|no matching|cannot convert
// SPDX-License-Identifier: BSL-1.0
// Keys that change with time do not fit into an erased order that promises they stay.
#include <sched/fair_share.hpp>

#ifdef SCHED_COMPILE_FAIL_FIXED
sched::order::any_order<false> held(sched::order::lxf{});
#else
sched::order::any_order<true> held(sched::order::lxf{});
#endif
