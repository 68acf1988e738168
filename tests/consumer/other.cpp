// SPDX-License-Identifier: BSL-1.0
// A second translation unit with the same headers: a definition that is not inline would be defined twice.

#ifdef SCHED_SINGLE_HEADER
#include <sched.hpp>
#else
#include <sched/core/config.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>
#endif

int other_unit();
int other_unit() { return static_cast<int>(sched::instant(1).count() + (sched::duration(1) * 1).count()); }
