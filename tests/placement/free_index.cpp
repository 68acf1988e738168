// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/free_index.hpp>

#include <cstddef>
#include <cstdint>

#include <sched/core/random.hpp>
#include <sched/model/random_cluster.hpp>
#include <sched/placement/node_state.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// The index against a look at all nodes, while tasks come and go and nodes fail.
void follows(amount cpu_weight, amount device_weight, std::uint64_t seed, double numa) {
  random_generator rng(seed);
  const random_cluster_options o{.nodes = 60, .kinds = 6, .numa = numa > 0, .without_devices = 0.2, .load = 3};
  const cluster c = random_cluster(o, rng);
  const auto tasks = random_tasks(c, o, rng);
  cluster_state s(c);
  free_index index(cpu_weight, device_weight);
  const gang_context alone{};
  std::vector<allocation> taken;
  for (const part& task : tasks) {
    part q = task;
    if (q.devices > 1 && rng.chance(numa)) q.numa = numa_policy::single;
    const auto feasible = [&](node_id n) {
      const node_state node(s, n, alone);
      device_choice d;
      return node.has_room(q) && choose_devices(q, node, d);
    };
    index.follow(s);
    node_id least = node_id::none(), most = node_id::none();
    amount low = 0, high = 0;
    for (std::size_t i = 0; i < c.node_count(); ++i) {
      const node_id n(i);
      if (!feasible(n)) continue;
      const amount w = cpu_weight * s.free(n).cpu + device_weight * s.free(n).milli;
      if (!least.valid() || w < low) least = n, low = w;
      if (!most.valid() || w > high) most = n, high = w;
    }
    REQUIRE(index.least(q, feasible) == least);
    REQUIRE(index.most(q, feasible) == most);
    if (least.valid()) {
      const node_id n = rng.chance(0.5) ? least : most;
      const node_state node(s, n, alone);
      device_choice d;
      REQUIRE(choose_devices(q, node, d));
      allocation a;
      a.node = n;
      a.cpu = q.cpu;
      a.memory = q.memory;
      a.share = q.share;
      a.devices = d.devices;
      s.apply(a);
      taken.push_back(a);
    }
    if (!taken.empty() && rng.chance(0.3)) {
      const auto at = static_cast<std::size_t>(rng.below(taken.size()));
      s.undo(taken[at]);
      taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(at));
    }
    if (rng.chance(0.05)) s.set_status(node_id(rng.below(c.node_count())), static_cast<node_status>(rng.below(4)));
  }
}

}  // namespace

TEST_CASE("the index finds the same nodes as a look at all of them") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    follows(1, 16, seed, 0);
    follows(0, 0, seed, 0);
    follows(1, 0, seed, 0.5);
    follows(3, 7, seed, 0.5);
  }
}

TEST_CASE("an index follows any state, and one that it has lost sight of") {
  random_generator rng(2);
  const cluster c = random_cluster({.nodes = 10, .models = 1, .cpu_only = 0}, rng);
  cluster_state a(c), b(c);
  allocation x;
  x.node = node_id(4);
  x.cpu = a.free(node_id(4)).cpu;
  free_index index(1, 0);
  const part q{.cpu = 1};
  const auto any = [](node_id) { return true; };
  index.follow(a);
  const node_id first = index.least(q, any);
  b.apply(x);
  index.follow(b);
  CHECK(index.least(q, any) != node_id(4));
  for (int k = 0; k < 200; ++k) {
    b.undo(x);
    b.apply(x);
  }
  index.follow(b);
  CHECK(index.least(q, any) != node_id(4));
  index.follow(a);
  CHECK(index.least(q, any) == first);
}
