// expect: estimate_policy
// SPDX-License-Identifier: BSL-1.0
// A planning estimate must also be told of the jobs that ended.
#include <sched/backfill.hpp>

struct half_an_estimate {
  static constexpr bool changes = false;
  sched::duration predict(const sched::job&, const sched::job_shape& s) const { return s.estimate; }
#ifdef SCHED_COMPILE_FAIL_FIXED
  void observe(const sched::job&, sched::duration) const {}
#endif
};

sched::backfill<sched::order::fcfs, sched::reserve::depth, half_an_estimate> scheduler(8);
