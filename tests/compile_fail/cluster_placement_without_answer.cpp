// expect: placement_policy
// SPDX-License-Identifier: BSL-1.0
// A placement answers with a placement.
#include <sched/cluster.hpp>

struct nowhere {
#ifdef SCHED_COMPILE_FAIL_FIXED
  sched::placement_result operator()(const sched::request&, sched::cluster_view, sched::placement_workspace&) const {
    return {};
  }
#else
  bool operator()(const sched::request&, sched::cluster_view, sched::placement_workspace&) const { return false; }
#endif
};

sched::cluster_scheduler<sched::order::fcfs, sched::reserve::depth, nowhere>* scheduler = nullptr;
