// SPDX-License-Identifier: BSL-1.0
// Schedulers that keep promises.
#include "backfill_policies.hpp"

namespace program {

sched::job_run run_conservative(const backfill_problem& p) {
  using sched::reserve::conservative;
  conservative c;
  if (!p.request.compress) c.compress = conservative::compression::none;
  if (p.request.looks > 0) c.most_looks = p.request.looks;
  return run_family<true>(p, c);
}

}  // namespace program
