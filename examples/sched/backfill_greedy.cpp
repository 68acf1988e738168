// SPDX-License-Identifier: BSL-1.0
// Schedulers that try several orders behind the head.
#include "backfill_policies.hpp"

namespace program {

sched::job_run run_greedy(const backfill_problem& p) {
  using namespace sched;
  return run_family<false>(p, reserve::greedy(order::fcfs{}, order::sjf{}, order::saf{}, order::largest{}));
}

}  // namespace program
