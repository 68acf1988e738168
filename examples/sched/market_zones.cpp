// SPDX-License-Identifier: BSL-1.0
// Coupled zones for `sched market`: apart because they bring Boost.Graph.
#include "market_zones.hpp"

#include "market_run.hpp"

namespace program {

market_answer run_market_zones(const sched::io::market_case& c, bool validate) {
  return c.mechanism == "blocks" ? run_block_zones(c, validate) : run_zonal(c, validate);
}

}  // namespace program
