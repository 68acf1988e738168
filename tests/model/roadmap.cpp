// SPDX-License-Identifier: BSL-1.0
#include <sched/model/roadmap.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("either fixed date makes a task fixed") {
  roadmap_task t;
  CHECK_FALSE(t.fixed());
  t.start_on = 5;
  CHECK(t.fixed());
  t = {};
  t.end_on = 5;
  CHECK(t.fixed());
}

TEST_CASE("no people is not the same as nobody") {
  roadmap r;
  CHECK_FALSE(r.people.has_value());
  r.people.emplace();
  CHECK(r.people->resources.empty());
}

TEST_CASE("a resource has one unit and a task one of each, unless said otherwise") {
  CHECK(roadmap_resource{}.capacity == 1);
  CHECK(roadmap_task{}.demands.empty());
  CHECK_FALSE(roadmap_task{}.priority.has_value());
}
