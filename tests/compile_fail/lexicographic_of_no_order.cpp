// expect: job_order
// SPDX-License-Identifier: BSL-1.0
// Rules for tasks of a project do not order jobs, not even in a combination.
#include <sched/fair_share.hpp>

struct latest_finish {};
#ifdef SCHED_COMPILE_FAIL_FIXED
using second = sched::order::largest;
#else
using second = latest_finish;
#endif

sched::order::lexicographic<sched::order::sjf, second> both(sched::order::sjf{}, second{});
