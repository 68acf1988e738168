// expect: convex_market
// SPDX-License-Identifier: BSL-1.0
// A market for blocks answers injections.
#include <sched/solve/clear_blocks.hpp>

struct deaf {
  std::size_t periods() const { return 1; }
  std::size_t zones() const { return 1; }
#ifdef SCHED_COMPILE_FAIL_FIXED
  void solve(std::size_t, std::span<const double>, sched::market_response&) const {}
#endif
};

sched::block_result cleared = sched::clear_blocks(deaf{}, {});
