// SPDX-License-Identifier: BSL-1.0
// Schedulers with a patient head.
#include "backfill_policies.hpp"

namespace program {

sched::job_run run_relaxed(const backfill_problem& p) {
  return run_family<false>(p, sched::reserve::relaxed{p.parameter});
}

}  // namespace program
