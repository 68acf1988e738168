// SPDX-License-Identifier: BSL-1.0
#include <sched/model/request.hpp>

#include <functional>
#include <string>

#include "support/catch.hpp"

using namespace sched;

namespace {

cluster machine() {
  cluster_builder b({"rack"});
  node_spec n;
  n.name = "n";
  n.cpu = 8000;
  n.devices.assign(8, {"A100", 0, 0});
  n.counted = {{"licence", 2}};
  n.path = {"r"};
  b.add_node(n);
  return b.build();
}

std::string complaint(const std::function<void(request&)>& change) {
  const cluster c = machine();
  request r = gang({.cpu = 1000, .devices = 1}, 2);
  change(r);
  try {
    check_request(r, c);
  } catch (const error& e) {
    return e.reason();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("calls of the builder add to the record of a kind, in any order") {
  const cluster c = machine();
  const part a = part_builder(c).gpus(8).gpu_model("A100").build();
  const part b = part_builder(c).gpu_model("A100").gpus(8).build();
  CHECK(a == b);
  CHECK(a.devices == 8);
  CHECK(a.models == c.model_bit("A100"));
  CHECK(part_builder(c).gpu_model("A100").build().devices == 1);
  CHECK(part_builder(c).gpu_share(250).build().fractional());
  CHECK(part_builder(c).cpus(3).build().cpu == 3000);
  CHECK(part_builder(c).counted("licence", 1).counted("licence", 2).build().counted[0].units == 2);
  CHECK(part_builder(c).cpus(1).build().devices == 0);
}

TEST_CASE("an amount of 0 is refused for a kind that is named") {
  const cluster c = machine();
  CHECK_THROWS_AS(part_builder(c).gpus(0), error);
  CHECK_THROWS_AS(part_builder(c).cpus(0), error);
  CHECK_THROWS_AS(part_builder(c).memory(-1), error);
  CHECK_THROWS_AS(part_builder(c).gpu_share(1001), error);
  CHECK_THROWS_AS(part_builder(c).counted("licence", 0), error);
  CHECK_THROWS_WITH(part_builder(c).counted("tape", 1), "no node of the cluster has any 'tape'");
  CHECK_THROWS_WITH(part_builder(c).gpu_model("H100"), "no device of the cluster is a 'H100'");
}

TEST_CASE("requests that make no sense are refused with the group") {
  CHECK(complaint([](request&) {}) == "accepted");
  CHECK(complaint([](request& r) { r.groups.clear(); }) == "the request has no parts");
  CHECK(complaint([](request& r) { r.groups[0].count = 0; }) == "group 0: count 0");
  CHECK(complaint([](request& r) { r.groups[0].least = 3; }) == "group 0: the least count is above the count");
  CHECK(complaint([](request& r) { r.groups[0].each.cpu = -1; }) == "group 0: the amount -1 is out of range");
  CHECK(complaint([](request& r) { r.groups[0].each.share = 0; }) == "group 0: share 0 is outside 1 to 1000");
  CHECK(complaint([](request& r) { r.groups[0].each.models = 2; }) == "group 0: an unknown device model");
  CHECK(complaint([](request& r) { r.groups[0].each.counted.push_back({1, 1}); }) == "group 0: unknown kind 1");
  CHECK(complaint([](request& r) { r.within = 3; }) == "a level that the cluster does not have");
  CHECK(complaint([](request& r) {
          r.spread.push_back({0, 0});
        }) == "a spread over a level that the cluster does not have, or of 0");
  CHECK(complaint([](request& r) { r.per_node = 3; }) == "2 parts cannot be 3 on every node");
}

TEST_CASE("one task without conditions is simple") {
  CHECK(single({.cpu = 1}).simple());
  CHECK(!gang({.cpu = 1}, 2).simple());
  request r = single({.cpu = 1});
  r.exclusive = true;
  CHECK(!r.simple());
  CHECK(gang({.cpu = 1}, 5).part_count() == 5);
}

TEST_CASE("every obstacle has a name") {
  for (int k = 0; k <= static_cast<int>(obstacle::level); ++k) CHECK(to_string(static_cast<obstacle>(k)) != "unknown");
}
