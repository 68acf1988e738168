// expect: preemption_policy
// SPDX-License-Identifier: BSL-1.0
// A preemption policy says whether it preempts at all.
#include <sched/cluster.hpp>

struct silent {
#ifdef SCHED_COMPILE_FAIL_FIXED
  static constexpr bool enabled = true;
#endif
  template <class Bench>
  void choose(Bench&, std::vector<std::size_t>&) const {}
};

sched::cluster_scheduler<sched::order::fcfs, sched::reserve::depth, sched::placement::best_fit, sched::order::fcfs,
                         silent>* scheduler = nullptr;
