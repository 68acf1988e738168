// expect: node_score
// SPDX-License-Identifier: BSL-1.0
// Keys of nodes are ordered.
#include <sched/placement.hpp>

struct key {
#ifdef SCHED_COMPILE_FAIL_FIXED
  auto operator<=>(const key&) const = default;
#endif
};
struct strange {
  key operator()(const sched::part&, const sched::node_state&, sched::device_choice&) const { return {}; }
};

sched::placement::by_score<strange> policy;
