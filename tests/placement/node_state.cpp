// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/node_state.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

cluster one_node(const node_spec& n, std::uint32_t max_tasks = 0) {
  cluster_builder b({}, {}, max_tasks);
  b.add_node(n);
  return b.build();
}

node_spec eight(bool joined) {
  node_spec n{.name = "n", .cpu = 64'000, .memory = 1000};
  for (std::uint16_t d = 0; d < 8; ++d)
    n.devices.push_back({d < 6 ? "A" : "B", 100, static_cast<std::uint16_t>(joined && d >= 4 ? 1 : 0)});
  if (joined) n.links = {{0, 3, link_class::bridge}, {5, 6, link_class::pcie_switch}};
  return n;
}

/// Uses parts of devices.
void use(cluster_state& s, const std::vector<amount>& used) {
  for (std::uint16_t d = 0; d < used.size(); ++d) {
    if (used[d] == 0) continue;
    allocation a;
    a.node = node_id(0);
    a.share = used[d];
    a.devices = {d};
    s.apply(a);
  }
}

std::vector<std::uint16_t> chosen(const cluster_state& s, const part& q) {
  const gang_context alone{};
  const node_state n(s, node_id(0), alone);
  device_choice d;
  if (!n.has_room(q) || !choose_devices(q, n, d)) return {};
  return {d.devices.begin(), d.devices.end()};
}
using devices = std::vector<std::uint16_t>;

}  // namespace

TEST_CASE("a share goes to the tightest device that fits, of equals to the lowest") {
  const cluster c = one_node(eight(false));
  cluster_state s(c);
  CHECK(chosen(s, {.devices = 1, .share = 300}) == devices{0});
  use(s, {0, 500, 700, 700, 0, 0, 0, 0});
  CHECK(chosen(s, {.devices = 1, .share = 300}) == devices{2});
  CHECK(chosen(s, {.devices = 1, .share = 400}) == devices{1});
  CHECK(chosen(s, {.devices = 1, .share = 600}) == devices{0});
  CHECK(chosen(s, {.devices = 2, .share = 300}) == devices{2, 3});
  CHECK(chosen(s, {.devices = 3, .share = 300}) == devices{1, 2, 3});
}

TEST_CASE("whole devices without links are the lowest that nobody uses, of an allowed model") {
  const cluster c = one_node(eight(false));
  cluster_state s(c);
  use(s, {1, 0, 0, 0, 0, 0, 0, 0});
  CHECK(chosen(s, {.devices = 2}) == devices{1, 2});
  CHECK(chosen(s, {.devices = 2, .models = c.model_bit("B")}) == devices{6, 7});
  CHECK(chosen(s, {.devices = 3, .models = c.model_bit("B")}).empty());
  CHECK(chosen(s, {.devices = 8}).empty());
}

TEST_CASE("cpu, memory, memory of devices, their number of tasks") {
  const cluster c = one_node(eight(false), 2);
  cluster_state s(c);
  CHECK(chosen(s, {.cpu = 64'001, .devices = 1}).empty());
  CHECK(chosen(s, {.memory = 1001, .devices = 1}).empty());
  CHECK(chosen(s, {.devices = 1, .device_memory = 101}).empty());
  CHECK(chosen(s, {.devices = 1, .min_device_memory = 100}) == devices{0});
  CHECK(chosen(s, {.devices = 1, .min_device_memory = 101}).empty());
  use(s, {100});
  use(s, {100});
  CHECK(chosen(s, {.devices = 1, .share = 100}) == devices{1});  // device 0 has two tasks
  s.set_status(node_id(0), node_status::down);
  CHECK(chosen(s, {.devices = 1}).empty());
}

TEST_CASE("pairs on one bridge, one switch, one domain") {
  const cluster c = one_node(eight(true));
  cluster_state s(c);
  CHECK(chosen(s, {.devices = 2}) == devices{0, 3});
  CHECK(chosen(s, {.devices = 2, .max_link_cost = 1}) == devices{0, 3});
  use(s, {1});
  CHECK(chosen(s, {.devices = 2}) == devices{5, 6});
  CHECK(chosen(s, {.devices = 2, .max_link_cost = 1}).empty());
  CHECK(chosen(s, {.devices = 4}) == devices{4, 5, 6, 7});
  CHECK(chosen(s, {.devices = 4, .numa = numa_policy::single}) == devices{4, 5, 6, 7});
  CHECK(chosen(s, {.devices = 5, .numa = numa_policy::single}).empty());
  CHECK(chosen(s, {.devices = 5, .numa = numa_policy::restricted}).size() == 5);
  use(s, {0, 0, 0, 0, 1});
  CHECK(chosen(s, {.devices = 4, .numa = numa_policy::restricted}).empty());  // 3 + 3 are free
  CHECK(chosen(s, {.devices = 4, .numa = numa_policy::best_effort}).size() == 4);
}

TEST_CASE("the choice is the least of all sets, by links, domains and numbers, or by domains first") {
  random_generator rng(8);
  for (int round = 0; round < 150; ++round) {
    node_spec n{.name = "n", .cpu = 1000};
    const std::size_t k = 2 + static_cast<std::size_t>(rng.below(8));
    for (std::size_t d = 0; d < k; ++d) n.devices.push_back({"A", 0, static_cast<std::uint16_t>(rng.below(3))});
    for (std::uint16_t a = 0; a < k; ++a)
      for (std::uint16_t b = static_cast<std::uint16_t>(a + 1); b < k; ++b)
        if (rng.chance(0.2)) n.links.push_back({a, b, rng.chance(0.5) ? link_class::bridge : link_class::pcie_switch});
    const cluster c = one_node(n);
    cluster_state s(c);
    std::vector<amount> used(k);
    for (amount& u : used) u = rng.chance(0.2) ? 1 : 0;
    use(s, used);
    const node_shape& shape = c.shape(node_id(0));
    if (!shape.joined()) continue;
    for (const bool domains_first : {false, true}) {
      part q{.devices = static_cast<std::uint32_t>(2 + rng.below(k - 1))};
      if (domains_first) q.numa = numa_policy::best_effort;
      std::optional<std::tuple<amount, amount, devices>> best;
      for (std::uint32_t set = 0; set < 1U << k; ++set) {
        devices all;
        bool free = true;
        for (std::uint16_t d = 0; d < k; ++d)
          if ((set >> d & 1) != 0) {
            all.push_back(d);
            free = free && used[d] == 0;
          }
        if (!free || all.size() != q.devices) continue;
        amount cost = 0;
        std::vector<std::size_t> domains;
        for (std::size_t i = 0; i < all.size(); ++i) {
          for (std::size_t j = 0; j < i; ++j) cost += shape.cost(all[i], all[j]);
          if (std::find(domains.begin(), domains.end(), shape.numa(all[i])) == domains.end())
            domains.push_back(shape.numa(all[i]));
        }
        const auto count = static_cast<amount>(domains.size());
        auto key = domains_first ? std::tuple(count, cost, all) : std::tuple(cost, count, all);
        if (!best || key < *best) best = std::move(key);
      }
      CHECK(chosen(s, q) == (best ? std::get<2>(*best) : devices{}));
    }
  }
}

TEST_CASE("more than sixteen joined devices are chosen greedily, and that is reported") {
  node_spec n{.name = "n", .cpu = 1000};
  for (std::uint16_t d = 0; d < 24; ++d) n.devices.push_back({"A", 0, static_cast<std::uint16_t>(d / 8)});
  const cluster c = one_node(n);
  cluster_state s(c);
  use(s, {1, 1});
  const gang_context alone{};
  const node_state node(s, node_id(0), alone);
  device_choice d;
  REQUIRE(choose_devices({.devices = 8, .numa = numa_policy::single}, node, d));
  CHECK(!d.exact);
  CHECK(d.domains == 1);
  CHECK(d.devices.front() == 8);
  CHECK(d.link_cost == 28 * 3);
}
