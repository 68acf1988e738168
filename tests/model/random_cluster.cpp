// SPDX-License-Identifier: BSL-1.0
#include <sched/model/random_cluster.hpp>

#include <string>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("the same seed gives the same cluster and tasks, another seed others") {
  const auto text = [](std::uint64_t seed) {
    random_generator rng(seed);
    const random_cluster_options o{.nodes = 12};
    const cluster c = random_cluster(o, rng);
    std::string out;
    for (std::size_t n = 0; n < c.node_count(); ++n)
      out += c.name(node_id(n)) + ' ' + std::to_string(c.cpu(node_id(n))) + ' ' +
             std::to_string(c.devices(node_id(n))) + '\n';
    for (const part& p : random_tasks(c, o, rng)) out += std::to_string(p.cpu) + ' ' + std::to_string(p.milli()) + '\n';
    return out;
  };
  CHECK(text(1) == text(1));
  CHECK(text(1) != text(2));
  CHECK(text(1).substr(0, 8) == "node-00 ");
}

TEST_CASE("tasks ask for the load, in the shares of the options") {
  random_generator rng(5);
  random_cluster_options o{.nodes = 200, .load = 2, .cpu_only = 0.5, .fractional = 0, .multiple = 0, .choosy = 0};
  const cluster c = random_cluster(o, rng);
  const auto tasks = random_tasks(c, o, rng);
  amount milli = 0, cpu_only = 0;
  for (const part& p : tasks) {
    CHECK(p.models == 0);
    CHECK(p.share == whole_device);
    CHECK(p.devices <= 1);
    if (p.devices != 0) milli += p.milli();
    else ++cpu_only;
  }
  CHECK(milli == 2 * c.total_milli());
  CHECK(static_cast<double>(cpu_only) / static_cast<double>(tasks.size()) == Approx(0.5).margin(0.05));
}

TEST_CASE("racks, domains and nodes without devices") {
  random_generator rng(6);
  const cluster c = random_cluster(
      {.nodes = 64, .kinds = 12, .nodes_per_rack = 8, .racks_per_block = 2, .numa = true, .without_devices = 0.3}, rng);
  CHECK(c.depth() == 3);
  CHECK(c.group_count(1) == 4);
  CHECK(c.group_count(2) == 8);
  bool bare = false, domains = false;
  for (std::size_t n = 0; n < c.node_count(); ++n) {
    bare = bare || c.devices(node_id(n)) == 0;
    domains = domains || c.shape(node_id(n)).domains() == 2;
  }
  CHECK(bare);
  CHECK(domains);
  random_cluster_options o{.nodes = 3, .kinds = 1, .without_devices = 1};
  const cluster none = random_cluster(o, rng);
  CHECK(none.device_count() == 0);
  CHECK(!random_tasks(none, o, rng).empty());
}
