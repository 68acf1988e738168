// SPDX-License-Identifier: BSL-1.0
// Schedulers with reservations for those who have waited long enough.
#include "backfill_policies.hpp"

namespace program {

sched::job_run run_selective(const backfill_problem& p) {
  return run_family<false>(p, sched::reserve::selective{p.parameter});
}

}  // namespace program
