// SPDX-License-Identifier: BSL-1.0
#include <sched/core/status.hpp>

#include <set>
#include <string_view>

#include "support/catch.hpp"

using sched::status;

TEST_CASE("status: every outcome has a name of its own") {
  std::set<std::string_view> names;
  for (const status s : {status::optimal, status::feasible, status::deadline_missed, status::infeasible,
                         status::unsolved, status::unsupported, status::cancelled})
    names.insert(to_string(s));
  REQUIRE(names.size() == 7);
  REQUIRE_FALSE(names.contains("unknown"));
  REQUIRE(to_string(status::deadline_missed) == "deadline_missed");
}

TEST_CASE("status: solved means a schedule that keeps every hard rule") {
  REQUIRE(solved(status::optimal));
  REQUIRE(solved(status::feasible));
  for (const status s :
       {status::deadline_missed, status::infeasible, status::unsolved, status::unsupported, status::cancelled})
    REQUIRE_FALSE(solved(s));
}
