// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/fgd.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/random_cluster.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Straight from the definition: every node, every candidate device, every type.
template <class Value>
placement_result by_definition(const std::vector<task_type>& types, const Value& value, const part& q,
                               const cluster_state& s) {
  placement_result out;
  const gang_context alone{};
  auto best = Value::infeasible;
  for (std::size_t i = 0; i < s.machine().node_count(); ++i) {
    const node_state n(s, node_id(i), alone);
    if (!n.has_room(q)) continue;
    std::vector<device_list> candidates;
    device_choice d;
    REQUIRE(choose_devices(q, n, d));
    if (q.devices == 1 && q.share < whole_device) {
      for (std::uint16_t k = 0; k < n.shape().size(); ++k)
        if (n.usable(q, k)) candidates.push_back({k});
    } else {
      candidates.push_back(d.devices);
    }
    for (const device_list& devices : candidates) {
      std::vector<std::int32_t> after(n.device_milli().begin(), n.device_milli().end());
      for (const std::uint16_t k : devices) after[k] -= static_cast<std::int32_t>(q.share);
      amount gained = 0;
      for (const task_type& t : types)
        gained += t.count * (fragment_of(t, n.shape(), n.free().cpu, n.device_milli()) -
                             fragment_of(t, n.shape(), n.free().cpu - q.cpu, after));
      const auto v = value(gained);
      if (v <= best) continue;
      best = v;
      out.placed = true;
      out.parts.resize(1);
      out.parts[0].node = node_id(i);
      out.parts[0].devices = devices;
    }
  }
  return out;
}

template <class Value>
void agrees(std::uint64_t seed) {
  random_generator rng(seed);
  const random_cluster_options o{.nodes = 25, .kinds = 5, .load = 1.5, .multiple = 0.1, .choosy = 0.3};
  cluster_builder b;
  for (node_spec n : random_nodes(o, rng)) {
    if (rng.chance(0.1)) n.devices.back().model = "other";
    b.add_node(n);
  }
  const cluster c = b.build();
  const auto tasks = random_tasks(c, o, rng);
  const auto types = typical_types(tasks);
  const placement::basic_fgd<Value> policy(types, c);
  const placement::by_score<score::gradient<Value>> scan{score::gradient<Value>(types, c)};
  const Value value(policy.table().weight());
  cluster_state s(c);
  placement_workspace ws, fresh;
  std::vector<placement_result> placed;
  for (const part& q : tasks) {
    const placement_result r = policy(single(q), s, ws);
    const placement_result definition = by_definition(types, value, q, s);
    REQUIRE(r.placed == definition.placed);
    const placement_result slow = scan(single(q), s, fresh);
    REQUIRE(slow.placed == r.placed);
    if (r) {
      REQUIRE(r.parts[0].node == definition.parts[0].node);
      REQUIRE(r.parts[0].devices == definition.parts[0].devices);
      REQUIRE(slow.parts == r.parts);
      REQUIRE(slow.score == r.score);
      s.apply(r);
      placed.push_back(r);
    }
    if (!placed.empty() && rng.chance(0.2)) {
      s.undo(placed.back());
      placed.pop_back();
    }
    if (rng.chance(0.03)) s.set_status(node_id(rng.below(c.node_count())), static_cast<node_status>(rng.below(2)));
  }
}

}  // namespace

TEST_CASE("cached, scanned and by definition: the same node and device") {
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    agrees<score::truncated>(seed);
    agrees<score::exact>(seed);
  }
}

TEST_CASE("the truncated value: 50 at 0, whole per cent of the logistic function else") {
  const score::truncated v(7);
  CHECK(v(0) == 50);
  CHECK(v(-1) == 49);
  CHECK(v(7000) == 73);   // sigma(1) = 0.7310…
  CHECK(v(-7000) == 26);  // 0.2689…
  CHECK(v(14000) == 88);  // 0.8807…
  CHECK(v(-700'000) == 0);
  CHECK(v(7'000'000) == 100);
  for (amount d = -40'000; d < 40'000; d += 7) REQUIRE(v(d) <= v(d + 7));
  CHECK(score::exact()(-5) == -5);
}

TEST_CASE("gangs, domains and counted kinds are placed, too") {
  cluster_builder b({"rack"});
  for (int k = 0; k < 4; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 8000, .counted = {{"licence", k == 3 ? 1 : 0}}};
    for (int d = 0; d < 4; ++d) n.devices.push_back({"A", 0, static_cast<std::uint16_t>(d / 2)});
    n.path = {k < 2 ? "r0" : "r1"};
    b.add_node(n);
  }
  const cluster c = b.build();
  const cluster_state s(c);
  placement_workspace ws;
  const placement::fgd policy(std::vector<task_type>{{1000, 1, 500, 0, 3}, {1000, 1, 1000, 0, 1}}, c);
  const auto r = policy(gang({.cpu = 1000, .devices = 4}, 2), s, ws);
  REQUIRE(r);
  CHECK(r.cost.levels == 1);
  part q{.cpu = 1000, .devices = 1};
  q.counted.push_back({0, 1});
  const auto one = policy(single(q), s, ws);
  REQUIRE(one);
  CHECK(one.parts[0].node == node_id(3));
  const auto domains = policy(single({.cpu = 1, .devices = 2, .numa = numa_policy::single}), s, ws);
  REQUIRE(domains);
  CHECK(domains.cost.extra_domains == 0);
  CHECK(!policy(single({.cpu = 1, .devices = 5}), s, ws));
}

TEST_CASE("more specifications than are remembered") {
  random_generator rng(9);
  const cluster c = random_cluster({.nodes = 5}, rng);
  cluster_state s(c);
  placement_workspace ws, fresh;
  const std::vector<task_type> types{{1000, 1, 500, 0, 1}};
  const placement::fgd policy(types, c);
  for (amount k = 0; k < 2500; ++k) {
    const request r = single({.cpu = 1 + k % 1300, .devices = 1, .share = 1 + k % 999});
    const auto a = policy(r, s, ws);
    placement_workspace once;
    REQUIRE(a.parts == policy(r, s, k % 100 == 0 ? once : ws).parts);
    if (a && k % 50 == 0) s.apply(a);
  }
}
