// expect: placement_policy
// SPDX-License-Identifier: BSL-1.0
// A placement policy of a cluster is asked with a workspace, and does not change.
#include <sched/placement.hpp>

struct careless {
#ifdef SCHED_COMPILE_FAIL_FIXED
  sched::placement_result operator()(const sched::request&, sched::cluster_view, sched::placement_workspace&) const {
    return {};
  }
#else
  sched::placement_result operator()(const sched::request&, sched::cluster_view, sched::placement_workspace&) {
    return {};
  }
#endif
};

template <sched::placement_policy P>
void ask(P) {}
template void ask<careless>(careless);
