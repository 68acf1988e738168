// SPDX-License-Identifier: BSL-1.0
// Schedulers with k reservations: filler, EASY, rebuilt.
#include "backfill_policies.hpp"

namespace program {

sched::job_run run_depth(const backfill_problem& p) {
  constexpr std::size_t all = sched::reserve::depth::all;
  return run_family<true>(p, sched::reserve::depth{p.parameter < 9e18 ? static_cast<std::size_t>(p.parameter) : all});
}

}  // namespace program
