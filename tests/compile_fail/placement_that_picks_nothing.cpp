// expect: processor_placement
// SPDX-License-Identifier: BSL-1.0
// A placement policy picks ids.
#include <sched/backfill.hpp>

struct choosy {
  static constexpr bool refuses = true;
#ifdef SCHED_COMPILE_FAIL_FIXED
  sched::interval_set pick(const sched::interval_set&, sched::amount) const { return {}; }
#endif
};

sched::ids::at_start<choosy> machine;
