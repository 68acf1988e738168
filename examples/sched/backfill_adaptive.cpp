// SPDX-License-Identifier: BSL-1.0
// Schedulers with reservations for those who have waited longer than is usual.
#include "backfill_policies.hpp"

namespace program {

sched::job_run run_adaptive(const backfill_problem& p) {
  return run_family<false>(p, sched::reserve::selective_adaptive{});
}

}  // namespace program
