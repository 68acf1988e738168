// expect: parallel_only
// SPDX-License-Identifier: BSL-1.0
// The serial scheme refuses rules that need the decision time of the parallel one.
#include <sched/sgs.hpp>

#ifdef SCHED_COMPILE_FAIL_FIXED
auto solve(const sched::project& p) { return sched::parallel_sgs(p, sched::priority::worst_case_slack{}); }
#else
auto solve(const sched::project& p) { return sched::serial_sgs(p, sched::priority::worst_case_slack{}); }
#endif
