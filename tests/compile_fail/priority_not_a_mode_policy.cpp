// expect: mode_policy
// SPDX-License-Identifier: BSL-1.0
// A policy that cannot choose is refused by the concept's name.
#include <sched/sgs.hpp>

struct undecided {
#ifdef SCHED_COMPILE_FAIL_FIXED
  std::size_t choose(const sched::project&, sched::task_id, std::span<const sched::mode_option>) const { return 0; }
#endif
};

auto solve(const sched::project& p) {
  return sched::parallel_sgs(p, sched::priority::latest_finish{}, {}, undecided{});
}
