// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/explain.hpp>

#include <sched/placement/score.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

cluster machine() {
  cluster_builder b({"zone", "rack"});
  for (int k = 0; k < 4; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 8000, .memory = 100};
    for (int d = 0; d < 4; ++d) n.devices.push_back({k < 3 ? "A" : "B", 0, static_cast<std::uint16_t>(d / 2)});
    n.counted = {{"licence", 1}};
    n.path = {k < 2 ? "z0" : "z1", k == 0 ? "r0" : "r1"};
    b.add_node(n);
  }
  return b.build();
}

allocation on(std::size_t node, device_list devices) {
  allocation a;
  a.node = node_id(node);
  a.share = whole_device;
  a.devices = std::move(devices);
  return a;
}

}  // namespace

TEST_CASE("the first obstacle by its sum") {
  const cluster c = machine();
  cluster_state s(c);
  const auto why = [&](const part& p, std::uint32_t count = 1) { return find_obstacle(gang(p, count), s); };
  CHECK(why({.cpu = 1}, 40'000).first == obstacle::cpu);
  CHECK(why({.cpu = 1}, 40'000).required == 40'000);
  CHECK(why({.cpu = 1}, 40'000).free == 32'000);
  CHECK(why({.memory = 401}).first == obstacle::memory);
  CHECK(why({.devices = 1}, 17).first == obstacle::devices);
  CHECK(why({.devices = 1, .models = c.model_bit("B")}, 5).first == obstacle::model);
  CHECK(why({.devices = 1, .models = c.model_bit("B")}, 5).free == 4000);
  CHECK(why({.devices = 3}, 5).first == obstacle::fragmented);
  part licence;
  licence.counted.push_back({0, 1});
  CHECK(why(licence, 5).first == obstacle::counted);
  s.set_status(node_id(0), node_status::down);
  CHECK(why({.devices = 1}, 14).first == obstacle::down);
  CHECK(why({.devices = 1}, 17).first == obstacle::devices);
}

TEST_CASE("communication: levels, nodes, extra domains, links") {
  const cluster c = machine();
  const auto cost = [&](std::vector<allocation> parts) { return measure_communication(c, parts); };
  CHECK(cost({}) == communication_cost{});
  CHECK(cost({on(0, {0, 1})}) == communication_cost{0, 1, 0, 3});
  CHECK(cost({on(0, {1, 2})}) == communication_cost{0, 1, 1, 4});
  CHECK(cost({on(0, {0}), on(0, {3})}) == communication_cost{0, 1, 0, 4});
  CHECK(cost({on(2, {0}), on(3, {0})}) == communication_cost{1, 2, 0, 10});
  CHECK(cost({on(0, {0}), on(1, {0})}) == communication_cost{2, 2, 0, 20});
  CHECK(cost({on(0, {0, 1}), on(1, {0}), on(3, {0})}) == communication_cost{3, 3, 0, 3 + 2 * 20 + 2 * 30 + 30});
}

TEST_CASE("a score is explained node by node") {
  const cluster c = machine();
  cluster_state s(c);
  s.apply(on(2, {0, 1}));
  const auto ranked = rank_nodes(score::best_fit{}, {.cpu = 1000, .devices = 2}, s);
  REQUIRE(ranked.size() == 4);
  CHECK(ranked[0].node == node_id(2));
  CHECK(ranked[0].key == 7000);
  CHECK(ranked[1].node == node_id(0));
  CHECK(ranked[1].key == 7000 + 16 * 2000);
  CHECK(rank_nodes(score::best_fit{}, {.cpu = 1000, .devices = 3}, s).size() == 3);
}
