// SPDX-License-Identifier: BSL-1.0
#include <sched/core/id.hpp>

#include <cstdint>
#include <functional>
#include <sstream>
#include <type_traits>
#include <unordered_set>

#include "support/catch.hpp"

using sched::resource_id;
using sched::task_id;

TEST_CASE("id: default-constructed is none, and none is not valid") {
  REQUIRE_FALSE(task_id().valid());
  REQUIRE(task_id() == task_id::none());
  REQUIRE(task_id(0).valid());
  REQUIRE(task_id(0) != task_id::none());
}

TEST_CASE("id: index gives back the number") {
  for (const std::uint32_t n : {0U, 1U, 77U, 4294967294U}) REQUIRE(task_id(n).index() == n);
}

TEST_CASE("id: kinds do not convert into one another or from bool and floating point") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<task_id, resource_id>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<resource_id, task_id>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<int, task_id>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<task_id, bool>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<task_id, double>);
  STATIC_REQUIRE(std::is_trivially_copyable_v<task_id>);
  STATIC_REQUIRE(sizeof(task_id) == 4);
}

TEST_CASE("id: orders by number with none last") {
  REQUIRE(task_id(1) < task_id(2));
  REQUIRE(task_id(4000000000U) < task_id::none());
}

TEST_CASE("id: hashes equal ids equally") {
  std::unordered_set<task_id> seen;
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 100; ++i) seen.insert(task_id(i));
  REQUIRE(seen.size() == 100);
}

TEST_CASE("id: prints the number or none") {
  std::ostringstream out;
  out << task_id(12) << ' ' << task_id::none();
  REQUIRE(out.str() == "12 none");
}
