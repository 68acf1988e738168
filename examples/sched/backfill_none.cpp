// SPDX-License-Identifier: BSL-1.0
// Schedulers without backfilling.
#include "backfill_policies.hpp"

namespace program {

sched::job_run run_none(const backfill_problem& p) { return run_family<true>(p, sched::reserve::none{}); }

}  // namespace program
