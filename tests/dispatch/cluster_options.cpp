// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/cluster_options.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("by default nothing is limited, nobody ages, and starts need no confirmation") {
  const cluster_options o;
  CHECK(o.age_step == 0);
  CHECK_FALSE(o.confirm_launch);
  CHECK(o.quotas == nullptr);
  CHECK(o.max_preemptions == 3);
  CHECK(o.inventory.hold(1, 0, {}, 0, 0).held);
  CHECK(cluster_decision{}.next_wakeup == instant::infinity());
}
