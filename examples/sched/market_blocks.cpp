// SPDX-License-Identifier: BSL-1.0
// Block and complex orders for `sched market`.
#include "market_blocks.hpp"

#include "market_run.hpp"

namespace program {

market_answer run_market_blocks(const sched::io::market_case& c, bool validate) {
  return c.mechanism == "acceptance" ? run_acceptance(c) : run_blocks(c, validate);
}

}  // namespace program
