// expect: ranking_priority_rule
// SPDX-License-Identifier: BSL-1.0
// Rollout needs a second choice: a rule that only picks is refused by the concept's name.
#include <sched/solve/project_rollout.hpp>

#include <cstddef>
#include <span>

struct picks {
#ifdef SCHED_COMPILE_FAIL_FIXED
  void keys(const sched::decision&, std::span<double> out) const {
    for (double& k : out) k = 0;
  }
#else
  std::size_t pick(const sched::decision& d) const { return d.candidates.size() - 1; }
#endif
};

auto wrong(const sched::project& p) { return sched::rollout_sgs(p, picks{}); }
