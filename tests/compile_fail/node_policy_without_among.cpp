// expect: node_placement_policy
// SPDX-License-Identifier: BSL-1.0
// A policy that judges every node alone says what it chooses among some of them.
#include <sched/placement.hpp>

#include <span>

struct one_by_one {
  sched::placement_result operator()(const sched::request&, sched::cluster_view, sched::placement_workspace&) const {
    return {};
  }
#ifdef SCHED_COMPILE_FAIL_FIXED
  sched::placement_result among(const sched::request&, sched::cluster_view, std::span<const sched::node_id>) const {
    return {};
  }
#endif
};

template <sched::node_placement_policy P>
void ask(P) {}
template void ask<one_by_one>(one_by_one);
