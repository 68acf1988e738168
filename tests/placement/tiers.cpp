// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/tiers.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include <sched/placement/policy.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Nodes of two devices, of these tiers; 9: of none.
cluster machine(const std::vector<std::size_t>& of) {
  cluster_builder b;
  for (std::size_t k = 0; k < of.size(); ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 8000, .devices = std::vector<device_spec>(2, {"A", 0, 0})};
    if (of[k] < tiers.size()) set_tier(n, of[k]);
    b.add_node(n);
  }
  return b.build();
}

part device_of(const cluster& c, std::size_t t) {
  part p{.devices = 1};
  need_tier(p, c, t);
  return p;
}

std::vector<std::size_t> nodes_of(const placement_result& r) {
  std::vector<std::size_t> out;
  for (const allocation& a : r.parts) out.push_back(a.node.index());
  return out;
}
using nodes = std::vector<std::size_t>;

}  // namespace

TEST_CASE("a job needs the cheapest tier that is as reliable as it is critical") {
  CHECK(tier_for(0) == std::size_t{3});
  CHECK(tier_for(300) == std::size_t{3});
  CHECK(tier_for(301) == std::size_t{2});
  CHECK(tier_for(800) == std::size_t{1});
  CHECK(tier_for(950) == std::size_t{0});
  CHECK_FALSE(tier_for(951).has_value());
}

TEST_CASE("any policy keeps to the tiers that tasks need at least") {
  const cluster c = machine({3, 2, 9, 0, 1});
  for (const std::size_t t : {std::size_t{0}, std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    cluster_state s(c);
    placement_workspace ws;
    const request r = single(device_of(c, t));
    check_request(r, c);
    std::size_t placed = 0;
    for (placement_result a = placement::best_fit{}(r, s, ws); a; a = placement::best_fit{}(r, s, ws)) {
      REQUIRE(tier_of(c, a.parts[0].node).has_value());
      CHECK(*tier_of(c, a.parts[0].node) <= t);
      s.apply(a);
      ++placed;
    }
    CHECK(placed == 2 * (t + 1));
    CHECK(placement::best_fit{}(single({.devices = 1}), s, ws).placed);  // the node of no tier is free
  }
  CHECK_FALSE(tier_of(c, node_id(2)).has_value());
}

TEST_CASE("better nodes than needed cost a penalty: they are taken last, but taken") {
  const cluster c = machine({0, 3, 1, 2});
  const placement::by_score sparing(score::lexicographic{score::over_tier(c), score::best_fit{}});
  cluster_state s(c);
  placement_workspace ws;
  nodes order;
  for (int k = 0; k < 8; ++k) {
    const auto a = sparing(single(device_of(c, 3)), s, ws);
    REQUIRE(a);
    order.push_back(a.parts[0].node.index());
    s.apply(a);
  }
  CHECK(order == nodes{1, 1, 3, 3, 2, 2, 0, 0});
  // One that needs tier 1 is not charged for it.
  const cluster_state idle(c);
  CHECK(nodes_of(sparing(single(device_of(c, 1)), idle, ws)) == nodes{2});
  CHECK(sparing(gang(device_of(c, 2), 4), idle, ws));
  CHECK_FALSE(sparing(gang(device_of(c, 1), 5), idle, ws));
  // Traded against what is left: the penalty decides how much fuller a better node must be.
  s = cluster_state(c);
  s.apply(sparing(single(device_of(c, 0)), s, ws));  // node 0 has one device left, 16 · 1000 less
  const auto traded = [&](amount penalty) {
    const placement::by_score p(score::weighted_sum{score::over_tier(c, penalty), 1, score::best_fit{}, 1});
    return nodes_of(p(single(device_of(c, 1)), s, ws));
  };
  CHECK(traded(1000) == nodes{0});
  CHECK(traded(10'000) == nodes{2});
}

TEST_CASE("tiers that do not exist are refused") {
  node_spec n{.name = "n"};
  CHECK_THROWS_AS(set_tier(n, 4), error);
  set_tier(n, 1);
  CHECK_THROWS_AS(set_tier(n, 2), error);
  const cluster c = machine({2, 3});
  part p{.devices = 1};
  CHECK_THROWS_AS(need_tier(p, c, 4), error);
  CHECK_THROWS_AS(need_tier(p, c, 1), error);
  need_tier(p, c, 2);
  need_tier(p, c, 3);
  CHECK(p.counted == std::vector<counted_need>{{static_cast<std::uint32_t>(c.kind("tier 3")), 1}});
}
