// SPDX-License-Identifier: BSL-1.0
#include <sched/model/cluster.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

node_spec node(const std::string& name, std::vector<std::string> path = {}) {
  node_spec n;
  n.name = name;
  n.cpu = 8000;
  n.memory = 64 * mebibyte;
  n.devices.assign(2, {"A", 1024, 0});
  n.path = std::move(path);
  return n;
}

/// What the builder says of a node.
std::string complaint(const node_spec& n, std::vector<std::string> levels = {}) {
  cluster_builder b(std::move(levels));
  try {
    b.add_node(n);
  } catch (const error& e) {
    return e.reason();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a cluster holds what was added, in the order of addition") {
  cluster_builder b;
  node_spec n = node("x");
  n.devices.push_back({"B", 2048, 1});
  n.counted = {{"licence", 3}};
  CHECK(b.add_node(n) == node_id(0));
  CHECK(b.add_node(node("y")) == node_id(1));
  const cluster c = b.build();
  CHECK(c.node_count() == 2);
  CHECK(c.device_count() == 5);
  CHECK(c.devices(node_id(0)) == 3);
  CHECK(c.first_device(node_id(1)) == 3);
  CHECK(c.device_memory(node_id(0), 2) == 2048);
  CHECK(c.cpu(node_id(1)) == 8000);
  CHECK(c.total_cpu() == 16000);
  CHECK(c.total_memory() == 128 * mebibyte);
  CHECK(c.total_milli() == 5000);
  CHECK(c.max_devices() == 3);
  CHECK(c.find("y") == node_id(1));
  CHECK(!c.find("z").valid());
  CHECK(c.model_bit("B") == 2);
  CHECK(c.model_bit("C") == 0);
  CHECK(c.kind("licence") == 0);
  CHECK(c.kind("other") == 1);
  CHECK(c.counted(node_id(0))[0] == 3);
  CHECK(c.counted(node_id(1))[0] == 0);
}

TEST_CASE("levels of any depth: groups are told apart by their whole path") {
  cluster_builder b({"zone", "rack"});
  b.add_node(node("a", {"z1", "r1"}));
  b.add_node(node("b", {"z1", "r2"}));
  b.add_node(node("c", {"z2", "r1"}));
  b.add_node(node("d", {"z1", "r1"}));
  const cluster c = b.build();
  REQUIRE(c.depth() == 3);
  CHECK(c.level("cluster") == 0);
  CHECK(c.level("rack") == 2);
  CHECK(c.level("block") == c.depth());
  CHECK(c.group_count(0) == 1);
  CHECK(c.group_count(1) == 2);
  CHECK(c.group_count(2) == 3);
  CHECK(c.group(2, node_id(0)) == c.group(2, node_id(3)));
  CHECK(c.group(2, node_id(0)) != c.group(2, node_id(2)));
  CHECK(c.group_nodes(2, 0).size() == 2);
  CHECK(c.group_nodes(0, 0).size() == 4);
  CHECK(c.group_name(1, 1) == "z2");
  CHECK(c.distance(node_id(0), node_id(0)) == 0);
  CHECK(c.distance(node_id(0), node_id(3)) == 1);
  CHECK(c.distance(node_id(0), node_id(1)) == 2);
  CHECK(c.distance(node_id(0), node_id(2)) == 3);
}

TEST_CASE("nodes that are alike share a shape") {
  cluster_builder b;
  for (int k = 0; k < 50; ++k) b.add_node(node("n" + std::to_string(k)));
  node_spec other = node("o");
  other.links.push_back({0, 1, link_class::bridge});
  b.add_node(other);
  const cluster c = b.build();
  CHECK(c.shapes().size() == 2);
  CHECK(c.shape(node_id(50)).cost(0, 1) == 1);
}

TEST_CASE("2^31 and 2^40 bytes of memory survive") {
  cluster_builder b;
  node_spec n = node("n");
  n.memory = amount{1} << 40;
  n.devices[0].memory = amount{1} << 31;
  b.add_node(n);
  const cluster c = b.build();
  CHECK(c.memory(node_id(0)) == amount{1} << 40);
  CHECK(c.device_memory(node_id(0), 0) == amount{1} << 31);
}

TEST_CASE("errors name the node and what is wrong") {
  CHECK(complaint(node("")) == "node 0 has no name");
  node_spec n = node("n");
  n.cpu = -1;
  CHECK(complaint(n) == "node 'n': cpu -1 is outside 0 to 1125899906842624");
  n = node("n");
  n.devices[1].model.clear();
  CHECK(complaint(n) == "node 'n': device 1 has no model");
  n = node("n");
  n.links.push_back({0, 2, link_class::bridge});
  CHECK(complaint(n) == "node 'n': a link names device 2 of 2");
  n.links = {{1, 1, link_class::bridge}};
  CHECK(complaint(n) == "node 'n': a link joins device 1 with itself");
  n = node("n");
  n.counted = {{"nic", 1}, {"nic", 2}};
  CHECK(complaint(n) == "node 'n': 'nic' stands there twice");
  n.counted = {{"nic", -2}};
  CHECK(complaint(n) == "node 'n': nic -2 is outside 0 to 1125899906842624");
  CHECK(complaint(node("n"), {"rack"}) == "node 'n': its path has 0 groups for 1 levels");
  CHECK(complaint(node("n", {""}), {"rack"}) == "node 'n': its group at level 'rack' has no name");
  CHECK(complaint(node("n", {"r"}), {"rack"}) == "accepted");
  cluster_builder b;
  b.add_node(node("n"));
  CHECK_THROWS_WITH(b.add_node(node("n")), "node 'n': its name stands there twice");
  CHECK_THROWS_WITH(cluster_builder().build(), "the cluster has no nodes");
  CHECK_THROWS_WITH(cluster_builder({"rack", "rack"}), "level 'rack' is named twice");
  CHECK_THROWS_WITH(cluster_builder({""}), "level 1 has no name");
}

TEST_CASE("sixty-four device models, not more") {
  cluster_builder b;
  for (int k = 0; k < 64; ++k) b.add_model("m" + std::to_string(k));
  CHECK(b.add_model("m63") == model_set{1} << 63);
  CHECK_THROWS_WITH(b.add_model("m64"), "more than 64 device models: m64");
}
