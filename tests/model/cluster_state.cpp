// SPDX-License-Identifier: BSL-1.0
#include <sched/model/cluster_state.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/random_cluster.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Sums counted anew, without the state's own ones.
void check_sums(const cluster_state& s) {
  const cluster& c = s.machine();
  for (std::size_t l = 0; l < c.depth(); ++l)
    for (std::size_t g = 0; g < c.group_count(l); ++g) {
      group_free sum;
      std::vector<std::uint32_t> counts(c.max_devices() + 1), whole(c.model_count());
      std::vector<amount> milli(c.model_count());
      for (const std::uint32_t i : c.group_nodes(l, g)) {
        const node_id n(i);
        const node_free& f = s.free(n);
        if (f.status != node_status::up || f.exclusive) continue;
        sum.cpu += f.cpu;
        sum.memory += f.memory;
        std::size_t idle = 0;
        for (std::size_t d = 0; d < c.devices(n); ++d) {
          sum.milli += s.device_milli(n)[d];
          milli[c.shape(n).model(d)] += s.device_milli(n)[d];
          if (s.device_milli(n)[d] != whole_device) continue;
          ++idle;
          ++whole[c.shape(n).model(d)];
        }
        ++counts[idle];
      }
      REQUIRE(s.sums(l, g) == sum);
      REQUIRE(std::equal(counts.begin(), counts.end(), s.whole_by_count(l, g).begin()));
      REQUIRE(std::equal(whole.begin(), whole.end(), s.whole_by_model(l, g).begin()));
      REQUIRE(std::equal(milli.begin(), milli.end(), s.milli_by_model(l, g).begin()));
    }
}

allocation some_allocation(const cluster_state& s, random_generator& rng) {
  allocation a;
  a.node = node_id(rng.below(s.machine().node_count()));
  a.cpu = rng.between(0, 3000);
  a.memory = rng.between(0, 1000) * mebibyte;
  a.share = rng.chance(0.5) ? whole_device : rng.between(1, 999);
  for (std::uint16_t d = 0; d < s.machine().devices(a.node); ++d)
    if (rng.chance(0.3)) a.devices.push_back(d);
  a.exclusive = rng.chance(0.05);
  return a;
}

}  // namespace

TEST_CASE("what is applied and undone leaves the state as it was, and sums are right all the time") {
  random_generator rng(4);
  const cluster c = random_cluster({.nodes = 40, .nodes_per_rack = 5}, rng);
  cluster_state s(c);
  const cluster_state empty = s;
  check_sums(s);
  std::vector<allocation> taken;
  for (int k = 0; k < 600; ++k) {
    if (!taken.empty() && rng.chance(0.4)) {
      const auto at = static_cast<std::size_t>(rng.below(taken.size()));
      s.undo(taken[at]);
      taken.erase(taken.begin() + static_cast<std::ptrdiff_t>(at));
    } else {
      const allocation a = some_allocation(s, rng);
      if (s.try_apply({&a, 1})) taken.push_back(a);
    }
    if (k % 50 == 0) s.set_status(node_id(rng.below(c.node_count())), static_cast<node_status>(rng.below(4)));
    if (k % 10 == 0) check_sums(s);
  }
  CHECK(!taken.empty());
  for (std::size_t n = 0; n < c.node_count(); ++n) s.set_status(node_id(n), node_status::up);
  CHECK(s.not_up() == 0);
  while (!taken.empty()) {
    s.undo(taken.back());
    taken.pop_back();
  }
  CHECK(s.same_free(empty));
}

TEST_CASE("all of several allocations or none") {
  cluster_builder b;
  b.add_node({.name = "n", .cpu = 1000, .devices = {{"A", 0, 0}, {"A", 0, 0}}});
  const cluster c = b.build();
  cluster_state s(c);
  const cluster_state before = s;
  allocation a;
  a.node = node_id(0);
  a.cpu = 600;
  a.share = 700;
  a.devices = {0};
  const std::vector<allocation> two{a, a};
  CHECK(!s.try_apply(two));  // cpu and device 0 are too small for both
  CHECK(s.same_free(before));
  CHECK(s.try_apply({&a, 1}));
  CHECK(!s.fits(a));
  CHECK(s.free(node_id(0)).whole == 1);
  CHECK(s.free(node_id(0)).milli == 1300);
  CHECK(s.free(node_id(0)).largest == 1000);
  allocation strange = a;
  strange.devices = {7};
  CHECK(!s.fits(strange));
  strange.node = node_id(9);
  CHECK(!s.fits(strange));
}

TEST_CASE("a node that somebody has for himself takes nobody else, and a used node is not given so") {
  cluster_builder b;
  b.add_node({.name = "n", .cpu = 4000});
  const cluster c = b.build();
  cluster_state s(c);
  allocation mine;
  mine.node = node_id(0);
  mine.cpu = 1000;
  mine.exclusive = true;
  allocation other = mine;
  other.exclusive = false;
  REQUIRE(s.try_apply({&mine, 1}));
  CHECK(!s.try_apply({&other, 1}));
  CHECK(!s.try_apply({&mine, 1}));  // another request that wants it for itself
  CHECK(s.sums(0, 0).cpu == 0);
  s.undo(mine);
  REQUIRE(s.try_apply({&other, 1}));
  CHECK(!s.try_apply({&mine, 1}));
}

TEST_CASE("nodes that are not up take nothing; tasks stay") {
  cluster_builder b;
  b.add_node({.name = "n", .cpu = 4000});
  const cluster c = b.build();
  cluster_state s(c);
  allocation a;
  a.node = node_id(0);
  a.cpu = 1000;
  s.apply(a);
  s.set_status(node_id(0), node_status::draining);
  CHECK(s.not_up() == 1);
  CHECK(!s.fits(a));
  CHECK(s.free(node_id(0)).tasks == 1);
  s.undo(a);
  s.set_status(node_id(0), node_status::up);
  CHECK(s.fits(a));
}

TEST_CASE("the nodes of the last changes are known, as far as there are as many as nodes") {
  random_generator rng(1);
  const cluster c = random_cluster({.nodes = 5}, rng);
  cluster_state s(c);
  allocation a;
  a.node = node_id(3);
  a.cpu = 1;
  const std::uint64_t g = s.generation();
  s.apply(a);
  s.undo(a);
  CHECK(s.generation() == g + 2);
  std::vector<std::size_t> seen;
  CHECK(s.changes_since(g, [&](node_id n) { seen.push_back(n.index()); }));
  CHECK(seen == std::vector<std::size_t>{3, 3});
  for (int k = 0; k < 100; ++k) {
    s.apply(a);
    s.undo(a);
  }
  CHECK(!s.changes_since(g, [](node_id) {}));
  CHECK(!s.changes_since(s.generation() + 1, [](node_id) {}));
}

TEST_CASE("a copy is a snapshot with a history of its own") {
  random_generator rng(1);
  const cluster c = random_cluster({.nodes = 5}, rng);
  cluster_state s(c);
  cluster_state copy = s;
  CHECK(copy.lineage() != s.lineage());
  allocation a;
  a.node = node_id(1);
  a.cpu = 5;
  s.apply(a);
  CHECK(!copy.same_free(s));
  copy.copy_node(s, node_id(1));
  CHECK(copy.same_free(s));
  const std::uint64_t lineage = s.lineage();
  const cluster_state moved = std::move(s);
  CHECK(moved.lineage() == lineage);
  copy = moved;
  CHECK(copy.lineage() != lineage);
  const cluster_view v = moved;
  CHECK(v.current());
  CHECK(v.generation() == moved.generation());
}

TEST_CASE("classes of tasks: none, a share, 1, 2, 3 to 4, 5 to 8, 9 to 16, more") {
  CHECK(device_class(0, 1000) == 0);
  CHECK(device_class(1, 999) == 1);
  CHECK(device_class(1, 1000) == 2);
  CHECK(device_class(2, 1000) == 3);
  CHECK(device_class(3, 1000) == 4);
  CHECK(device_class(4, 1000) == 4);
  CHECK(device_class(8, 1000) == 5);
  CHECK(device_class(16, 1000) == 6);
  CHECK(device_class(4000, 1000) == 7);
}
