// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/reference.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include <sched/evaluate/validate_placement.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

cluster machine(std::size_t nodes, std::vector<int> domains) {
  cluster_builder b;
  for (std::size_t k = 0; k < nodes; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000};
    for (std::size_t d = 0; d < domains.size(); ++d)
      for (int i = 0; i < domains[d]; ++i) n.devices.push_back({"H100", 0, static_cast<std::uint16_t>(d)});
    b.add_node(n);
  }
  return b.build();
}

placement_result ask(const cluster_state& s, std::uint32_t devices, amount cpu = 0) {
  placement_workspace ws;
  const request r = single({.cpu = cpu, .devices = devices});
  placement_result out = placement::reference{}(r, s, ws);
  if (out) CHECK(validate_placement(s.machine(), std::vector<placed_request>{{&r, out.allocations()}}, true).empty());
  return out;
}

void block(cluster_state& s, std::size_t node, device_list devices) {
  allocation a;
  a.node = node_id(node);
  a.share = whole_device;
  a.devices = std::move(devices);
  s.apply(a);
}

}  // namespace

TEST_CASE("the published scores: 150, 130, 120 and 50") {
  const cluster two_by_four = machine(1, {4, 4});
  const cluster_state s(two_by_four);
  CHECK(ask(s, 4).score == 150);
  CHECK(ask(s, 6).score == 130);
  CHECK(ask(s, 8).score == 130);
  CHECK(ask(s, 0).score == 120);
  const cluster three_by_two = machine(1, {2, 2, 2});
  CHECK(ask(cluster_state(three_by_two), 6).score == 120);
  const cluster pair = machine(2, {4, 4});
  const auto r = ask(cluster_state(pair), 12);
  CHECK(r.score == 50);
  REQUIRE(r.parts.size() == 2);
  CHECK(r.parts[0].node == node_id(0));
  CHECK(r.parts[0].devices.size() == 8);
  CHECK(r.parts[1].devices.size() == 4);
}

TEST_CASE("first fit over nodes, worst fit over domains") {
  const cluster c = machine(2, {4, 4});
  cluster_state s(c);
  block(s, 1, {0, 1, 2, 3});
  CHECK(ask(s, 4).parts[0].node == node_id(0));  // best fit would take the second
  block(s, 0, {0, 1});
  const auto r = ask(s, 2);
  CHECK(r.parts[0].devices == device_list{4, 5});  // the domain with 4 free, not the one with 2
  const auto spilled = ask(s, 5);
  CHECK(spilled.parts[0].devices == device_list{2, 4, 5, 6, 7});
}

TEST_CASE("over several nodes: most free devices first, cpu shared out by devices") {
  const cluster c = machine(3, {4, 4});
  cluster_state s(c);
  block(s, 0, {0, 1, 2});
  block(s, 2, {0});
  const auto r = ask(s, 17, 100);
  REQUIRE(r);
  CHECK(r.parts[0].node == node_id(1));
  CHECK(r.parts[1].node == node_id(2));
  CHECK(r.parts[2].node == node_id(0));
  CHECK(r.parts[0].cpu + r.parts[1].cpu + r.parts[2].cpu == 100);
  CHECK(!ask(s, 21));
  CHECK(ask(s, 21).why.first == obstacle::devices);
}
