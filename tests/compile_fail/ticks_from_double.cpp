// expect: (conver|viable).*(ticks|double)
// SPDX-License-Identifier: BSL-1.0
// Time is counted, not measured: a floating-point number must be rounded by the caller, who knows how.

#include <sched/core/ticks.hpp>

#ifdef SCHED_COMPILE_FAIL_FIXED
sched::instant when(double hours) { return static_cast<long long>(hours * 3600); }
#else
sched::instant when(double hours) { return hours * 3600; }
#endif
