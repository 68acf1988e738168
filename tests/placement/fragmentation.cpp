// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/fragmentation.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/random_cluster.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("typical types: most frequent first, until the per cent are covered, with the one that crosses") {
  std::vector<part> tasks;
  const auto add = [&](const part& p, int n) { tasks.insert(tasks.end(), static_cast<std::size_t>(n), p); };
  add({.cpu = 2, .devices = 1}, 5);
  add({.cpu = 1, .devices = 1}, 5);
  add({.cpu = 9, .memory = 1}, 7);
  add({.cpu = 9, .memory = 2, .share = 5}, 1);  // without devices shares mean nothing, memory never does
  add({.cpu = 3}, 2);
  const auto types = typical_types(tasks, 90);
  REQUIRE(types.size() == 3);
  CHECK(types[0] == task_type{9, 0, 0, 0, 8});
  CHECK(types[1] == task_type{1, 1, 1000, 0, 5});
  CHECK(types[2] == task_type{2, 1, 1000, 0, 5});
  CHECK(typical_types(tasks, 91).size() == 4);
  CHECK(typical_types({}, 95).empty());
}

TEST_CASE("what a type cannot use: everything if it cannot run, else devices with too little") {
  const std::vector<std::uint8_t> models(3, 1);
  const node_shape s(models, std::vector<std::uint16_t>(3, 0), {}, {});
  const std::vector<std::int32_t> free{1000, 400, 0};
  CHECK(fragment_of({1, 0, 0, 0, 1}, s, 10, free) == 1400);
  CHECK(fragment_of({11, 1, 100, 0, 1}, s, 10, free) == 1400);
  CHECK(fragment_of({1, 1, 100, 0, 1}, s, 10, free) == 0);
  CHECK(fragment_of({1, 1, 401, 0, 1}, s, 10, free) == 400);
  CHECK(fragment_of({1, 1, 1000, 0, 1}, s, 10, free) == 400);
  CHECK(fragment_of({1, 2, 1000, 0, 1}, s, 10, free) == 1400);
  CHECK(fragment_of({1, 1, 100, 0b01, 1}, s, 10, free) == 1400);
  CHECK(fragment_of({1, 1, 100, 0b10, 1}, s, 10, free) == 0);
}

TEST_CASE("tables say the same as the definition, on any node and for any types") {
  random_generator rng(11);
  for (int round = 0; round < 40; ++round) {
    const random_cluster_options o{.nodes = 6, .kinds = 3, .multiple = 0.3, .choosy = 0.4};
    cluster_builder b;
    for (node_spec n : random_nodes(o, rng)) {
      if (rng.chance(0.2) && !n.devices.empty()) n.devices.back().model = "other";
      b.add_node(n);
    }
    const cluster c = b.build();
    std::vector<task_type> types = typical_types(random_tasks(c, o, rng));
    if (round % 5 == 0) types.push_back({1000, 2, 300, 0, 4});  // several shares: no tables
    types.push_back({1000, 1, 300, 0, 0});                      // counts for nothing
    const fragment_table table(types, c);
    for (std::size_t i = 0; i < c.node_count(); ++i) {
      const node_shape& s = c.shape(node_id(i));
      std::vector<std::int32_t> free(s.size());
      for (std::int32_t& r : free) r = rng.chance(0.4) ? 1000 : static_cast<std::int32_t>(rng.between(0, 1000));
      const amount cpu = rng.between(0, c.cpu(node_id(i)));
      amount all = 0, weighted = 0;
      for (const std::int32_t r : free) all += r;
      for (const task_type& t : types) weighted += t.count * fragment_of(t, s, cpu, free);
      CHECK(table.weight() * all - table.usable(s, cpu, free) == weighted);
    }
  }
}

TEST_CASE("an idle cluster is fragmented by what typical tasks cannot use of it") {
  cluster_builder b;
  b.add_node({.name = "n", .cpu = 4000, .devices = std::vector<device_spec>(2, {"A", 0, 0})});
  const cluster c = b.build();
  const cluster_state s(c);
  const std::vector<task_type> types{{1000, 1, 1000, 0, 3}, {5000, 1, 1000, 0, 1}};
  const fragmentation f = measure_fragmentation(fragment_table(types, c), s);
  CHECK(f.weighted == 2000);
  CHECK(f.of(f.free) == 0.25);
  CHECK(fragmentation{}.of(0) == 0.0);
}
