// SPDX-License-Identifier: BSL-1.0
#include <sched/model/roadmap_result.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("statuses have names") {
  CHECK(to_string(roadmap_status::complete) == "complete");
  CHECK(to_string(roadmap_status::unplaceable) == "unplaceable");
  CHECK(to_string(roadmap_status::cycle) == "cycle");
  CHECK(to_string(roadmap_status::cancelled) == "cancelled");
  CHECK(to_string(static_cast<roadmap_status>(99)) == "unknown");
}

TEST_CASE("an empty result is complete and names nothing") {
  const roadmap_result r;
  CHECK(r.status == roadmap_status::complete);
  CHECK(r.placed.empty());
  CHECK(roadmap_failure{}.other == no_index);
  CHECK(roadmap_decision{}.competitor == no_index);
}
