// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/validate_gangs.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;
using kind = gang_violation_kind;

namespace {

/// A task of one device: node, device, when.
held_part task(std::size_t node, std::uint16_t device, instant from, instant until, std::uint32_t group = 0) {
  held_part p{.from = from, .until = until};
  p.what.group = group;
  p.what.node = node_id(node);
  p.what.cpu = 1000;
  p.what.share = whole_device;
  p.what.devices.push_back(device);
  return p;
}
request between(std::uint32_t least, std::uint32_t most) {
  part p;
  p.cpu = 1000;
  p.devices = 1;
  return gang(p, most, least);
}
std::vector<kind> kinds(const std::vector<gang_run>& runs, duration repair = 10) {
  const cluster c = sched_test::small_cluster({4, 4});
  std::vector<kind> out;
  for (const gang_violation& v : validate_gangs(c, runs, repair)) {
    CHECK(!describe(v, c).empty());
    out.push_back(v.kind);
  }
  return out;
}
using expected = std::vector<kind>;
}  // namespace

TEST_CASE("a job that grows, shrinks and is repaired in time is proved") {
  const request r = between(2, 4);
  CHECK(kinds({{&r, true, 0, 100, {task(0, 0, 0, 100), task(0, 1, 0, 100), task(0, 2, 10, 50), task(1, 0, 20, 60)}}})
            .empty());
  CHECK(kinds({{&r, true, 0, 100, {task(0, 0, 0, 100), task(0, 1, 0, 30), task(1, 1, 40, 100)}}}).empty());
  CHECK(kinds({{&r, true, 0, instant::infinity(), {task(0, 0, 0, instant::infinity()), task(0, 1, 0, 30)}}}).empty());
}

TEST_CASE("too few for too long, too many, and not all at the start") {
  const request r = between(2, 3);
  CHECK(kinds({{&r, true, 0, 100, {task(0, 0, 0, 100), task(0, 1, 0, 30), task(1, 1, 41, 100)}}}) ==
        expected{kind::too_few});
  CHECK(kinds({{&r, true, 0, 100, {task(0, 0, 0, 100), task(0, 1, 0, 30)}}}) == expected{kind::too_few});
  CHECK(kinds({{&r, true, 0, 9, {task(0, 0, 0, 9), task(0, 1, 0, 9), task(0, 2, 3, 9), task(0, 3, 5, 9)}}}) ==
        expected{kind::too_many});
  CHECK(kinds({{&r, true, 0, 9, {task(0, 0, 0, 9), task(0, 1, 1, 9)}}}) == expected{kind::not_together});
}

TEST_CASE("rigid jobs keep their size") {
  const request r = between(0, 2), moldable = between(1, 3);
  CHECK(kinds({{&r, false, 0, 9, {task(0, 0, 0, 9), task(0, 1, 0, 9)}}}).empty());
  CHECK(kinds({{&moldable, false, 0, 9, {task(0, 0, 0, 9), task(0, 1, 0, 9)}}}).empty());
  CHECK(kinds({{&moldable, false, 0, 9, {task(0, 0, 0, 9), task(0, 1, 0, 5)}}}) == expected{kind::resized});
}

TEST_CASE("no device is with two at a time, but one after another") {
  const request r = between(1, 2);
  CHECK(kinds({{&r, true, 0, 20, {task(0, 0, 0, 20), task(0, 1, 0, 10)}}, {&r, true, 10, 20, {task(0, 1, 10, 20)}}})
            .empty());
  CHECK(kinds({{&r, true, 0, 20, {task(0, 0, 0, 20), task(0, 1, 0, 11)}}, {&r, true, 10, 20, {task(0, 1, 10, 20)}}}) ==
        expected{kind::place});
}

TEST_CASE("tasks belong to their attempt") {
  const request r = between(1, 2);
  CHECK(kinds({{&r, true, 5, 20, {task(0, 0, 4, 20)}}}) == expected{kind::outside});
  CHECK(kinds({{&r, true, 5, 20, {task(0, 0, 5, 21)}}}) == expected{kind::outside});
  CHECK(kinds({{&r, true, 5, 20, {task(0, 0, 5, 20, 1)}}}) == expected{kind::outside});
}
