// SPDX-License-Identifier: BSL-1.0
// Schedulers that pack the machine behind the head.
#include <string>

#include <sched/core/error.hpp>

#include "backfill_policies.hpp"

namespace program {

sched::job_run run_look_ahead(const backfill_problem& p) {
  // The table of the packing has (N + 1) · (free + 1) · (extra + 1) cells of 8 bytes.
  const double cells =
      (p.parameter + 1) * static_cast<double>(p.processors + 1) * static_cast<double>(p.processors + 1);
  if (cells > 0x1p29)
    throw sched::error("--reserve look-ahead would need up to " +
                       std::to_string(static_cast<std::int64_t>(cells / 0x1p27)) + " GB on " +
                       std::to_string(p.processors) + " processors");
  return run_family<false>(p, sched::reserve::look_ahead{static_cast<std::size_t>(p.parameter)});
}

}  // namespace program
