// expect: job_order
// SPDX-License-Identifier: BSL-1.0
// A share that gives no keys orders nothing.
#include <sched/cluster.hpp>

struct half_a_share {
  static constexpr bool static_keys = false;
#ifdef SCHED_COMPILE_FAIL_FIXED
  void keys(std::span<const sched::waiting_job>, sched::instant, std::span<double>) {}
#endif
};

sched::cluster_scheduler<sched::order::fcfs, sched::reserve::depth, sched::placement::best_fit, half_a_share>*
    scheduler = nullptr;
