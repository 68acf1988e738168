// SPDX-License-Identifier: BSL-1.0
// Schedulers that keep promises with slack.
#include "backfill_policies.hpp"

namespace program {

sched::job_run run_slack(const backfill_problem& p) { return run_family<false>(p, sched::reserve::slack{p.parameter}); }

}  // namespace program
