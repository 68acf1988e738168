// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/validate_placement.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace sched;
using kind = placement_violation_kind;

namespace {

cluster machine() {
  cluster_builder b({"rack"}, {}, 3);
  for (int k = 0; k < 3; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 4000, .memory = 100, .counted = {{"licence", 1}}};
    for (int d = 0; d < 4; ++d) n.devices.push_back({d < 3 ? "A" : "B", 50, static_cast<std::uint16_t>(d / 2)});
    n.path = {k < 2 ? "r0" : "r1"};
    b.add_node(n);
  }
  return b.build();
}

allocation given(std::size_t node, const part& p, device_list devices, std::uint32_t group = 0) {
  allocation a;
  a.group = group;
  a.node = node_id(node);
  a.cpu = p.cpu;
  a.memory = p.memory;
  a.share = p.share;
  a.device_memory = p.device_memory;
  a.devices = std::move(devices);
  a.counted = p.counted;
  return a;
}

std::vector<kind> kinds(const request& r, const std::vector<allocation>& parts, bool split = false) {
  const cluster c = machine();
  std::vector<kind> out;
  for (const placement_violation& v : validate_placement(c, std::vector<placed_request>{{&r, parts}}, split)) {
    out.push_back(v.kind);
    CHECK(!describe(v, c).empty());
  }
  return out;
}
using expected = std::vector<kind>;

const part two{.cpu = 1000, .memory = 10, .devices = 2};

}  // namespace

TEST_CASE("a right placement and one that is not placed are proved") {
  CHECK(kinds(single(two), {given(0, two, {0, 1})}).empty());
  CHECK(kinds(single(two), {}).empty());
  CHECK(kinds(gang(two, 2), {given(0, two, {0, 1}), given(0, two, {2, 3})}).empty());
  CHECK(kinds(gang(two, 3, 1), {given(0, two, {0, 1})}).empty());
}

TEST_CASE("what does not exist, and what is not what was asked for") {
  CHECK(kinds(single(two), {given(7, two, {0, 1})}) == expected{kind::unknown});
  CHECK(kinds(single(two), {given(0, two, {0, 9})}) == expected{kind::unknown});
  CHECK(kinds(single(two), {given(0, two, {0, 1}, 3)}) == expected{kind::unknown});
  CHECK(kinds(single(two), {given(0, two, {0})}) == expected{kind::wrong_amount});
  allocation less = given(0, two, {0, 1});
  less.cpu = 999;
  CHECK(kinds(single(two), {less}) == expected{kind::wrong_amount});
  less.cpu = 1000;
  less.share = 500;
  CHECK(kinds(single(two), {less}) == expected{kind::wrong_amount});
}

TEST_CASE("gangs are whole") {
  CHECK(kinds(gang(two, 2), {given(0, two, {0, 1})}) == expected{kind::incomplete_gang});
  CHECK(kinds(gang(two, 3, 2), {given(0, two, {0, 1})}) == expected{kind::incomplete_gang});
  CHECK(kinds(single(two), {given(0, two, {0, 1}), given(1, two, {0, 1})}) == expected{kind::incomplete_gang});
}

TEST_CASE("devices: model, memory, twice, shared, overfull") {
  part p{.devices = 1, .models = 2};
  CHECK(kinds(single(p), {given(0, p, {0})}) == expected{kind::wrong_model});
  CHECK(kinds(single(p), {given(0, p, {3})}).empty());
  p = {.devices = 1, .min_device_memory = 51};
  CHECK(kinds(single(p), {given(0, p, {0})}) == expected{kind::wrong_model});
  p = {.devices = 1, .share = 600, .device_memory = 30};
  request r = gang(p, 2);
  CHECK(kinds(r, {given(0, p, {0}), given(0, p, {0})}) ==
        expected{kind::shared_in_gang, kind::device_overfull, kind::device_overfull});
  r.share_device = true;
  CHECK(kinds(r, {given(0, p, {0}), given(0, p, {0})}).size() == 2);
  p = {.devices = 1, .share = 100};
  r = gang(p, 4);
  r.share_device = true;
  CHECK(kinds(r, std::vector<allocation>(4, given(0, p, {0}))) == expected{kind::device_overfull});  // 4 tasks of 3
  CHECK(kinds(single(two), {given(0, two, {1, 1})}) ==
        expected{kind::repeated_device, kind::shared_in_gang, kind::device_overfull});
}

TEST_CASE("nodes: cpu, memory, counted kinds, exclusive") {
  part p{.cpu = 4001};
  CHECK(kinds(single(p), {given(0, p, {})}) == expected{kind::cpu_overfull});
  p = {.memory = 60};
  CHECK(kinds(gang(p, 2), {given(0, p, {}), given(0, p, {})}) == expected{kind::memory_overfull});
  p = {};
  p.counted.push_back({0, 2});
  CHECK(kinds(single(p), {given(0, p, {})}) == expected{kind::counted_overfull});
  p = {.cpu = 1};
  request r = single(p);
  r.exclusive = true;
  allocation mine = given(0, p, {});
  CHECK(kinds(r, {mine}) == expected{kind::wrong_amount});
  mine.exclusive = true;
  CHECK(kinds(r, {mine}).empty());
  const cluster c = machine();
  const request other = single(p);
  const std::vector<allocation> a{mine}, b{given(0, p, {})};
  const auto wrong = validate_placement(c, std::vector<placed_request>{{&r, a}, {&other, b}});
  REQUIRE(wrong.size() == 1);
  CHECK(wrong[0].kind == kind::not_exclusive);
  CHECK(describe(wrong[0], c) == "request 1: a node is not exclusive, node n0");
}

TEST_CASE("domains, links, levels and spread") {
  part p = two;
  p.numa = numa_policy::single;
  CHECK(kinds(single(p), {given(0, p, {1, 2})}) == expected{kind::wrong_numa});
  p.numa = numa_policy::restricted;
  CHECK(kinds(single(p), {given(0, p, {1, 2})}) == expected{kind::wrong_numa});
  p.numa = numa_policy::best_effort;
  CHECK(kinds(single(p), {given(0, p, {1, 2})}).empty());
  p.max_link_cost = 3;
  CHECK(kinds(single(p), {given(0, p, {1, 2})}) == expected{kind::wrong_numa});
  request r = gang(two, 2);
  r.within = 1;
  CHECK(kinds(r, {given(0, two, {0, 1}), given(2, two, {0, 1})}) == expected{kind::outside_level});
  CHECK(kinds(r, {given(0, two, {0, 1}), given(1, two, {0, 1})}).empty());
  r.within = 0;
  r.slice = 2;
  r.slice_level = 1;
  CHECK(kinds(r, {given(0, two, {0, 1}), given(2, two, {0, 1})}) == expected{kind::outside_level});
  r.slice = 0;
  r.spread.push_back({1, 1});
  CHECK(kinds(r, {given(0, two, {0, 1}), given(1, two, {0, 1})}) == expected{kind::wrong_spread});
  r.spread.clear();
  r.per_node = 2;
  CHECK(kinds(r, {given(0, two, {0, 1}), given(1, two, {0, 1})}) == expected{kind::wrong_spread, kind::wrong_spread});
}

TEST_CASE("tasks over several nodes are compared by their sums") {
  const part p{.cpu = 10, .devices = 6};
  allocation a = given(0, p, {0, 1, 2, 3}), b = given(1, p, {0, 1});
  a.cpu = 6;
  b.cpu = 4;
  CHECK(kinds(single(p), {a, b}, true).empty());
  b.cpu = 5;
  CHECK(kinds(single(p), {a, b}, true) == expected{kind::incomplete_gang});
}
