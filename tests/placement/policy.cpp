// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/policy.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_placement.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

struct layout {
  std::size_t nodes = 1;
  std::size_t nodes_per_rack = 1000;
  std::size_t devices = 8;
  std::size_t domains = 1;
};

cluster machine(const layout& l) {
  cluster_builder b({"rack"});
  for (std::size_t k = 0; k < l.nodes; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000, .memory = 1000};
    for (std::size_t d = 0; d < l.devices; ++d)
      n.devices.push_back({"A", 0, static_cast<std::uint16_t>(d * l.domains / l.devices)});
    n.path = {"r" + std::to_string(k / l.nodes_per_rack)};
    b.add_node(n);
  }
  return b.build();
}

void block(cluster_state& s, std::size_t node, const std::vector<std::uint16_t>& devices) {
  for (const std::uint16_t d : devices) {
    allocation a;
    a.node = node_id(node);
    a.share = whole_device;
    a.devices.push_back(d);
    s.apply(a);
  }
}

template <class P = placement::best_fit>
placement_result ask(const cluster_state& s, const request& r, const P& policy = P()) {
  static_assert(placement_policy<P>);
  placement_workspace ws;
  check_request(r, s.machine());
  const cluster_state before = s;
  placement_result out = policy(r, s, ws);
  CHECK(before.same_free(s));
  CHECK(ws.scratch(s).same_free(s));  // what was tried was taken back
  if (out) {
    const auto wrong = validate_placement(s.machine(), std::vector<placed_request>{{&r, out.allocations()}});
    CHECK(wrong.empty());
    cluster_state after = s;
    CHECK(after.try_apply(out.allocations()));
  }
  return out;
}

std::vector<std::size_t> nodes_of(const placement_result& r) {
  std::vector<std::size_t> out;
  for (const allocation& a : r.parts) out.push_back(a.node.index());
  return out;
}
using nodes = std::vector<std::size_t>;

}  // namespace

TEST_CASE("best fit is true best fit over nodes: 8 and 4 free, 4 wanted, the second") {
  const cluster c = machine({.nodes = 2});
  cluster_state s(c);
  block(s, 1, {0, 1, 2, 3});
  CHECK(nodes_of(ask(s, single({.devices = 4}))) == nodes{1});
  CHECK(nodes_of(ask(s, single({.devices = 5}))) == nodes{0});
  CHECK(nodes_of(ask<placement::first_fit>(s, single({.devices = 4}))) == nodes{0});
  CHECK(nodes_of(ask<placement::worst_fit>(s, single({.devices = 1}))) == nodes{0});
}

TEST_CASE("domains free {4,4}, {4,2}, {4}: four devices go to the last, in one domain") {
  const cluster c = machine({.nodes = 3, .domains = 2});
  cluster_state s(c);
  block(s, 1, {0, 1});
  block(s, 2, {0, 1, 2, 3});
  for (const numa_policy numa :
       {numa_policy::none, numa_policy::best_effort, numa_policy::restricted, numa_policy::single}) {
    const auto r = ask(s, single({.devices = 4, .numa = numa}));
    CHECK(nodes_of(r) == nodes{2});
    CHECK(r.cost == communication_cost{0, 1, 0, 6 * 3});
  }
  block(s, 2, {4});
  CHECK(ask(s, single({.devices = 4})).parts[0].devices == device_list{4, 5, 6, 7});  // node 1: the domain with 4
}

TEST_CASE("domains: as good as possible, as good as an idle node, or one") {
  const cluster c = machine({.nodes = 2, .domains = 2});
  cluster_state s(c);
  block(s, 0, {0, 1, 4, 5});
  block(s, 1, {0});
  const auto ask_for = [&](numa_policy n, std::uint32_t k) { return ask(s, single({.devices = k, .numa = n})); };
  CHECK(nodes_of(ask_for(numa_policy::none, 4)) == nodes{0});
  CHECK(nodes_of(ask_for(numa_policy::best_effort, 4)) == nodes{1});
  CHECK(nodes_of(ask_for(numa_policy::restricted, 4)) == nodes{1});
  block(s, 1, {4});
  CHECK(nodes_of(ask_for(numa_policy::best_effort, 4)) == nodes{1});  // 3 + 1 are closer together than 2 + 2
  const auto no = ask_for(numa_policy::restricted, 4);
  CHECK(!no);
  CHECK(no.why.first == obstacle::numa);
  CHECK(nodes_of(ask_for(numa_policy::restricted, 6)) == nodes{1});
  CHECK(!ask_for(numa_policy::single, 6));
}

TEST_CASE("a gang goes to the smallest group that holds it: node, rack, cluster") {
  const cluster c = machine({.nodes = 6, .nodes_per_rack = 2});
  cluster_state s(c);
  const part two{.cpu = 1000, .devices = 2};
  CHECK(nodes_of(ask(s, gang(two, 4))) == nodes{0, 0, 0, 0});
  CHECK(ask(s, gang(two, 4)).cost.levels == 0);
  block(s, 0, {0, 1});
  block(s, 2, {0, 1, 2, 3});
  const auto rack = ask(s, gang(two, 6));  // rack 1 has 12 left, rack 0 14, rack 2 16
  CHECK(nodes_of(rack) == nodes{2, 2, 3, 3, 3, 3});
  CHECK(rack.cost.levels == 1);
  const auto cluster_wide = ask(s, gang(two, 9));
  REQUIRE(cluster_wide);
  CHECK(cluster_wide.cost.levels == 2);
  CHECK(!ask(s, gang(two, 22)));
  CHECK(ask(s, gang(two, 22)).why.first == obstacle::devices);
}

TEST_CASE("two gangs fill a rack exactly; all or nothing") {
  const cluster c = machine({.nodes = 4});
  cluster_state s(c);
  for (int k = 0; k < 2; ++k) {
    const auto r = ask(s, gang({.cpu = 8000, .devices = 8}, 2));
    REQUIRE(r);
    s.apply(r);
  }
  CHECK(s.sums(0, 0).milli == 0);
  const auto no = ask(s, gang({.cpu = 8000, .devices = 8}, 2));
  CHECK(!no);
  CHECK(no.parts.empty());
}

TEST_CASE("counts that fit without a shape that fits are fragmented, and that is proved for equal parts") {
  const cluster c = machine({.nodes = 4});
  cluster_state s(c);
  for (std::size_t n = 0; n < 4; ++n) block(s, n, {0, 1, 2, 3, 4});
  const auto no = ask(s, gang({.devices = 4}, 2));
  CHECK(!no);
  CHECK(no.why.first == obstacle::fragmented);
  CHECK(no.why.required == 8000);
  CHECK(no.why.free == 12'000);
  CHECK(no.why.proved);
  CHECK(ask(s, single({.devices = 4})).why.first == obstacle::fragmented);
}

TEST_CASE("k on every node, on the nodes of one rack") {
  const cluster c = machine({.nodes = 6, .nodes_per_rack = 3});
  cluster_state s(c);
  block(s, 0, {0, 1, 2, 3, 4});
  request r = gang({.devices = 2}, 6);
  r.per_node = 2;
  r.within = 1;
  CHECK(nodes_of(ask(s, r)) == nodes{3, 3, 4, 4, 5, 5});
  r.groups[0].count = 4;
  CHECK(nodes_of(ask(s, r)) == nodes{1, 1, 2, 2});
  r.groups[0].count = 8;
  const auto no = ask(s, r);
  CHECK(!no);
  CHECK(no.why.first == obstacle::level);
  r.within = 0;
  CHECK(ask(s, r).cost.nodes == 4);
  for (const auto& spread : {ask<placement::worst_fit>(s, r), ask<placement::packing>(s, r)})
    CHECK(spread.cost.nodes == 4);
}

TEST_CASE("parts of several groups share nodes when each must have so many") {
  const cluster c = machine({.nodes = 3});
  const cluster_state s(c);
  request r;
  r.groups.push_back({{.devices = 4}, 1, 0});
  r.groups.push_back({{.devices = 1}, 3, 0});
  r.per_node = 2;
  const auto out = ask(s, r);
  REQUIRE(out);
  CHECK(out.cost.nodes == 2);
}

TEST_CASE("apart: not two on a node, not more than some in a rack") {
  const cluster c = machine({.nodes = 6, .nodes_per_rack = 3});
  const cluster_state s(c);
  request r = gang({.devices = 1}, 4);
  r.spread.push_back({c.depth(), 1});
  CHECK(ask(s, r).cost.nodes == 4);
  r.groups[0].count = 6;
  CHECK(ask(s, r).cost.nodes == 6);
  r.groups[0].count = 7;
  CHECK(ask(s, r).why.first == obstacle::level);
  r = gang({.devices = 1}, 4);
  r.spread.push_back({1, 2});
  const auto racks = ask(s, r);
  REQUIRE(racks);
  CHECK(racks.cost.levels == 2);
  CHECK(ask<placement::worst_fit>(s, r).cost.nodes == 4);
}

TEST_CASE("exclusive: idle nodes, which nobody else gets") {
  const cluster c = machine({.nodes = 3});
  cluster_state s(c);
  block(s, 0, {0});
  request r = gang({.devices = 4}, 3);
  r.exclusive = true;
  const auto mine = ask(s, r);
  CHECK(nodes_of(mine) == nodes{1, 1, 2});
  s.apply(mine);
  CHECK(nodes_of(ask(s, single({.devices = 1}))) == nodes{0});
  CHECK(!ask(s, single({.devices = 8})));
  r.groups[0].count = 1;
  CHECK(!ask(s, r));
  s.undo(mine);
  CHECK(ask(s, r));
}

TEST_CASE("slices of k parts, each in one rack") {
  const cluster c = machine({.nodes = 8, .nodes_per_rack = 2});
  cluster_state s(c);
  for (std::size_t n = 0; n < 8; n += 2) block(s, n, {0, 1, 2, 3, 4, 5, 6, 7});
  block(s, 1, {0});
  request r = gang({.devices = 4}, 6);
  r.slice = 2;
  r.slice_level = 1;
  CHECK(nodes_of(ask(s, r)) == nodes{3, 3, 5, 5, 7, 7});
  r.groups[0].count = 8;
  CHECK(!ask(s, r));  // rack 0 has room for one part
  r.slice = 1;
  r.groups[0].count = 7;
  CHECK(ask(s, r));
}

TEST_CASE("moldable: as many as fit, not fewer than the least") {
  const cluster c = machine({.nodes = 2});
  cluster_state s(c);
  block(s, 0, {0, 1, 2});
  CHECK(ask(s, gang({.devices = 2}, 20, 3)).parts.size() == 6);
  CHECK(!ask(s, gang({.devices = 2}, 20, 7)));
  request r;
  r.groups.push_back({{.devices = 4}, 1, 0});
  r.groups.push_back({{.devices = 1}, 30, 2});
  r.groups.push_back({{.devices = 1, .share = 500}, 10, 1});
  const auto out = ask(s, r);
  REQUIRE(out);
  CHECK(out.parts.size() == 1 + 8 + 1);
}

TEST_CASE("parts of different models: the flow decides, not the order in which they come") {
  cluster_builder b;
  const auto add = [&](const std::string& name, const std::string& model) {
    b.add_node({.name = name, .cpu = 1000, .devices = {{model, 0, 0}}});
  };
  add("a", "A");
  add("b", "B");
  add("c", "C");
  const cluster c = b.build();
  const cluster_state s(c);
  const model_set a = c.model_bit("A"), bb = c.model_bit("B"), cc = c.model_bit("C");
  request r;
  // Greedy gives the first group node a, then nothing is left for the last.
  r.groups.push_back({{.devices = 1, .models = a | bb}, 1, 0});
  r.groups.push_back({{.devices = 1, .models = bb | cc}, 1, 0});
  r.groups.push_back({{.devices = 1, .models = a | cc}, 1, 0});
  CHECK(ask(s, r));
  r.groups[1].each.models = a | bb;
  r.groups[2].each.models = a | bb;
  const auto no = ask(s, r);
  CHECK(!no);
  CHECK(no.why.first == obstacle::fragmented);
  CHECK(no.why.proved);
  r.groups[0].each.cpu = 1;  // of different sizes: only searched
  CHECK(!ask(s, r).why.proved);
}

TEST_CASE("shares of a gang land on different devices unless they may not") {
  const cluster c = machine({.nodes = 2, .devices = 2});
  const cluster_state s(c);
  request r = gang({.devices = 1, .share = 300}, 4);
  const auto apart = ask(s, r);
  REQUIRE(apart);
  CHECK(apart.cost.nodes == 2);
  r.groups[0].count = 5;
  CHECK(!ask(s, r));
  r.share_device = true;
  const auto together = ask(s, r);
  REQUIRE(together);
  CHECK(together.cost.nodes == 1);
}

TEST_CASE("fewest nodes, and the smallest largest load") {
  const cluster c = machine({.nodes = 4});
  cluster_state s(c);
  block(s, 0, {0, 1, 2, 3, 4});
  block(s, 1, {0, 1});
  const auto few = ask<placement::least_nodes>(s, gang({.devices = 1}, 17));
  CHECK(few.cost.nodes == 3);
  CHECK(ask<placement::least_nodes>(s, gang({.devices = 1}, 14)).cost.nodes == 2);
  const auto even = ask<placement::balanced>(s, gang({.devices = 1}, 12));
  std::vector<std::size_t> load{5, 2, 0, 0};
  for (const std::size_t n : nodes_of(even)) ++load[n];
  CHECK(load == std::vector<std::size_t>{5, 5, 5, 4});
}

TEST_CASE("nodes that are down or draining are not used, and the answer says so") {
  const cluster c = machine({.nodes = 2});
  cluster_state s(c);
  s.set_status(node_id(0), node_status::down);
  CHECK(nodes_of(ask(s, single({.devices = 1}))) == nodes{1});
  s.set_status(node_id(1), node_status::draining);
  CHECK(ask(s, single({.devices = 1})).why.first == obstacle::down);
  CHECK(ask(s, gang({.devices = 8}, 2)).why.first == obstacle::down);
}

TEST_CASE("counted kinds: licences and network") {
  cluster_builder b;
  b.add_node({.name = "a", .cpu = 1000, .counted = {{"licence", 1}, {"network", 25}}});
  b.add_node({.name = "b", .cpu = 2000, .counted = {{"licence", 2}, {"network", 100}}});
  const cluster c = b.build();
  cluster_state s(c);
  const part q = part_builder(c).cpu_milli(1).counted("network", 40).counted("licence", 1).build();
  const auto one = ask(s, single(q));
  CHECK(nodes_of(one) == nodes{1});
  s.apply(one);
  s.apply(ask(s, single(q)));
  CHECK(!ask(s, single(q)));
}

TEST_CASE("a callable is a score") {
  const cluster c = machine({.nodes = 5});
  const cluster_state s(c);
  const std::size_t wanted = c.node_count() - 2;
  const auto mine = placement::by_score(
      [wanted](const part&, const node_state& n, device_choice&) -> int { return n.node().index() == wanted ? 0 : 1; });
  CHECK(nodes_of(ask(s, single({.devices = 1}), mine)) == nodes{3});
  request apart = gang({.devices = 1}, 2);
  apart.spread.push_back({c.depth(), 1});
  CHECK(nodes_of(ask(s, apart, mine)) == nodes{3, 0});
}

TEST_CASE("among nodes of which alone have room the choice is that of the whole cluster") {
  const auto same = [](const auto& policy) {
    static_assert(node_placement_policy<std::remove_cvref_t<decltype(policy)>>);
    random_generator rng(17);
    const cluster c = machine({.nodes = 12, .nodes_per_rack = 4});
    for (int round = 0; round < 60; ++round) {
      cluster_state s(c);
      std::vector<node_id> roomy;
      const part q{.cpu = rng.between(1, 8000), .devices = static_cast<std::uint32_t>(rng.below(5))};
      for (std::size_t n = 0; n < c.node_count(); ++n) {
        allocation a;
        a.node = node_id(n);
        a.cpu = rng.between(0, 64'000);
        a.share = whole_device;
        const std::size_t used = rng.below(9);
        for (std::size_t d = 0; d < used; ++d) a.devices.push_back(static_cast<std::uint16_t>(d));
        s.apply(a);
        if (a.cpu + q.cpu <= 64'000 && used + q.devices <= 8) roomy.push_back(a.node);
      }
      placement_workspace ws;
      const placement_result all = policy(single(q), s, ws), some = policy.among(single(q), s, roomy);
      REQUIRE(static_cast<bool>(all) == !roomy.empty());
      REQUIRE(static_cast<bool>(some) == !roomy.empty());
      if (!all) continue;
      CHECK(some.score == all.score);
      CHECK(some.parts == all.parts);
    }
  };
  same(placement::first_fit{});
  same(placement::best_fit{});
  same(placement::worst_fit{});
  same(placement::packing{});
  same(placement::least_nodes{});
}

TEST_CASE("larger tasks first: devices, cpu, memory") {
  std::vector<part> all{{.cpu = 1},
                        {.cpu = 5, .devices = 1},
                        {.cpu = 1, .devices = 2},
                        {.cpu = 6, .devices = 1},
                        {.cpu = 1, .memory = 1}};
  std::stable_sort(all.begin(), all.end(), placement::larger_first{});
  CHECK(all[0].devices == 2);
  CHECK(all[1].cpu == 6);
  CHECK(all[3].memory == 1);
}
