// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/one_more.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <sched/evaluate/validate_placement.hpp>
#include <sched/placement/reference.hpp>

#include "support/catch.hpp"
#include "support/clusters.hpp"

using namespace sched;

namespace {

/// Two racks of two nodes with four devices each.
cluster machine() {
  cluster_builder b({"rack"});
  for (int k = 0; k < 4; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 16'000, .memory = 1024 * mebibyte};
    n.devices.assign(4, {.model = "A100", .memory = 0, .numa = 0});
    n.path = {"r" + std::to_string(k / 2)};
    b.add_node(n);
  }
  return b.build();
}

struct hall {
  cluster c = machine();
  cluster_state s{c};
  placement_workspace ws{};
  std::vector<allocation> have{};

  template <class P = placement::best_fit>
  void start(const request& r, const P& policy = {}) {
    const placement_result p = policy(at_least(r), s, ws);
    REQUIRE(p);
    s.apply(p);
    have.assign(p.parts.begin(), p.parts.end());
  }
  /// The nodes that further tasks got, until there is no place.
  template <class P = placement::best_fit>
  std::vector<std::size_t> grow(const request& r, std::size_t most, const std::vector<std::uint8_t>& closed = {},
                                const P& policy = {}) {
    std::vector<std::size_t> out;
    while (out.size() < most) {
      const placement_result p = one_more(policy, r, 0, have, closed, s, ws);
      if (!p) break;
      s.apply(p);
      out.push_back(p.parts[0].node.index());
      have.push_back(p.parts[0]);
      CHECK(validate_placement(c, std::vector<placed_request>{{&r, have}}).empty());
    }
    return out;
  }
  void fill(std::size_t node, std::uint32_t devices) {
    part p;
    p.devices = devices;
    request r = single(p);
    r.only = {static_cast<std::uint32_t>(node)};
    s.apply(placement::best_fit{}(r, s, ws));
  }
};
using nodes = std::vector<std::size_t>;

request tasks(std::uint32_t devices, std::uint32_t least, std::uint32_t most) {
  part p;
  p.cpu = 100;
  p.devices = devices;
  return gang(p, most, least);
}
}  // namespace

TEST_CASE("another task comes to the node of the others, then to their rack, then anywhere") {
  hall h;
  h.fill(3, 3);  // best fit would go there
  const request r = tasks(2, 1, 6);
  h.start(r);
  REQUIRE(h.have[0].node.index() == 0);
  CHECK(h.grow(r, 9) == nodes{0, 1, 1, 2, 2});
}

TEST_CASE("conditions of the request hold for the new task, too") {
  {
    hall h;
    request r = tasks(2, 1, 9);
    r.within = 1;
    h.start(r);
    CHECK(h.grow(r, 9) == nodes{0, 1, 1});
  }
  {
    hall h;
    request r = tasks(1, 1, 9);
    r.spread = {{h.c.depth(), 1}, {1, 2}};
    h.start(r);
    CHECK(h.grow(r, 9).size() == 3);
  }
  {
    hall h;
    request r = tasks(1, 2, 9);
    r.per_node = 1;
    h.start(r);
    CHECK(h.grow(r, 9) == nodes{2, 3});
  }
  {
    hall h;
    request r = tasks(1, 1, 9);
    r.exclusive = true;
    r.except = {2};
    h.fill(1, 1);
    h.start(r);
    CHECK(h.grow(r, 9) == nodes{3});
  }
}

TEST_CASE("closed nodes and lists of nodes are kept to") {
  hall h;
  request r = tasks(4, 1, 9);
  r.only = {0, 2, 3};
  h.start(r);
  CHECK(h.grow(r, 9, {0, 0, 1, 0}) == nodes{3});
  CHECK(h.grow(r, 9) == nodes{2});
}

TEST_CASE("two shares of a request never meet on a device, unless they may") {
  for (const bool may : {false, true}) {
    hall h;
    part p;
    p.devices = 1;
    p.share = 300;
    request r = gang(p, 50, 1);
    r.share_device = may;
    h.start(r);
    const nodes got = h.grow(r, 49);
    CHECK(got.size() == (may ? 47 : h.c.node_count() - 1));
  }
}

TEST_CASE("other policies decide inside the same nodes") {
  hall h;
  h.fill(0, 1);
  const request r = tasks(1, 2, 9);
  request spread = r;
  spread.within = 1;
  h.start(spread, placement::worst_fit{});
  CHECK(!h.grow(spread, 9, {}, placement::worst_fit{}).empty());
  const placement_result none = one_more(placement::best_fit{}, tasks(5, 1, 2), 0, h.have, {}, h.s, h.ws);
  CHECK_FALSE(none);
  CHECK(none.parts.empty());
}
