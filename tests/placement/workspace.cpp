// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/workspace.hpp>

#include <sched/core/random.hpp>
#include <sched/model/random_cluster.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("the state to try on equals the state that is asked about") {
  random_generator rng(3);
  const cluster c = random_cluster({.nodes = 20}, rng);
  cluster_state s(c);
  placement_workspace ws;
  CHECK(ws.scratch(s).same_free(s));
  for (int k = 0; k < 60; ++k) {
    allocation a;
    a.node = node_id(rng.below(20));
    a.cpu = 100;
    a.share = 10;
    if (c.devices(a.node) != 0) a.devices = {0};
    s.apply(a);
    if (k % 7 == 0) s.set_status(a.node, node_status::draining);
    if (k % 7 == 3) s.set_status(a.node, node_status::up);
    if (s.free(a.node).status != node_status::up) s.set_status(a.node, node_status::up);
    CHECK(ws.scratch(s).same_free(s));
  }
  const cluster_state copy = s;
  CHECK(ws.scratch(copy).same_free(copy));
}

TEST_CASE("indexes are kept by their weights, memories by their key") {
  random_generator rng(3);
  const cluster c = random_cluster({.nodes = 5}, rng);
  const cluster_state s(c);
  placement_workspace ws;
  const free_index* first = &ws.index(s, 1, 16);
  CHECK(&ws.index(s, 1, 0) != first);
  CHECK(&ws.index(s, 1, 16) == first);
  ws.memory<int>(7, 5) += 1;
  CHECK(ws.memory<int>(7) == 6);
  CHECK(ws.memory<int>(8) == 0);
}
