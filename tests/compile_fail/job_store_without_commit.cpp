// expect: job_store
// SPDX-License-Identifier: BSL-1.0
// A store that cannot commit cannot acknowledge anything.
#include <sched/cluster.hpp>

struct half_a_store {
  void save(const sched::stored_job&) {}
  void erase(sched::job_number) {}
  template <class F>
  void load(F) {}
#ifdef SCHED_COMPILE_FAIL_FIXED
  void commit() {}
#endif
};

sched::cluster_scheduler<sched::order::fcfs, sched::reserve::depth, sched::placement::best_fit, sched::order::fcfs,
                         sched::victims::never, half_a_store>* scheduler = nullptr;
