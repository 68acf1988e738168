// SPDX-License-Identifier: BSL-1.0
#include <sched/model/reserves.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("an empty plan is cleared and costs nothing") {
  const reserve_plan p;
  CHECK(p.status == clearing_status::cleared);
  CHECK(p.cost == 0);
  CHECK((p.accepted.empty() && p.price.empty() && p.shadow.empty() && p.missing.empty()));
}
