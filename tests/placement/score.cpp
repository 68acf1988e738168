// SPDX-License-Identifier: BSL-1.0
#include <sched/placement/score.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

cluster machine() {
  cluster_builder b;
  b.add_node({.name = "a", .cpu = 128'000, .memory = 1000, .devices = std::vector<device_spec>(8, {"A", 0, 0})});
  b.add_node({.name = "b", .cpu = 64'000, .memory = 1000, .devices = std::vector<device_spec>(2, {"A", 0, 0})});
  return b.build();
}

allocation use(std::size_t node, amount cpu, amount share, device_list devices) {
  allocation a;
  a.node = node_id(node);
  a.cpu = cpu;
  a.share = share;
  a.devices = std::move(devices);
  return a;
}

struct fixture {
  cluster c = machine();
  cluster_state s{c};
  gang_context alone{};
  template <class S>
  auto operator()(const S& score, const part& q, std::size_t node) const {
    const node_state n(s, node_id(node), alone);
    device_choice d;
    REQUIRE(choose_devices(q, n, d));
    return score(q, n, d);
  }
};

}  // namespace

TEST_CASE("best fit: cpu left + 16 times thousandths left; worst fit the opposite") {
  const fixture f;
  const part q{.cpu = 4000, .devices = 1, .share = 500};
  CHECK(f(score::best_fit{}, q, 0) == 124'000 + 16 * 7500);
  CHECK(f(score::best_fit{}, q, 1) == 60'000 + 16 * 1500);
  CHECK(f(score::worst_fit{}, q, 1) == -f(score::best_fit{}, q, 1));
  CHECK(f(score::first_fit{}, q, 1) == 0);
}

TEST_CASE("dot product: 100 less the mean of free times request, as shares of the largest node, rounded down") {
  const fixture f;
  CHECK(f(score::dot_product{}, {.cpu = 128'000, .devices = 8}, 0) == 0);
  CHECK(f(score::dot_product{}, {.cpu = 64'000, .devices = 4}, 0) == -50);
  CHECK(f(score::dot_product{}, {.cpu = 64'000, .devices = 2}, 1) == -84);  // (1/4 + 1/16) / 2 = 15.6 %
  CHECK(f(score::dot_product{}, {.cpu = 0, .devices = 0}, 1) == -100);
}

TEST_CASE("packing: shared devices before idle ones before idle nodes") {
  fixture f;
  f.s.apply(use(0, 0, 400, {3}));
  f.s.apply(use(0, 0, 700, {5}));
  CHECK(f(score::packing{}, {.devices = 1, .share = 300}, 0) == -(100 - 3));  // device 5 has 300
  CHECK(f(score::packing{}, {.devices = 1, .share = 500}, 0) == -(100 - 6));
  CHECK(f(score::packing{}, {.devices = 2}, 0) == -(50 - 2));
  CHECK(f(score::packing{}, {.devices = 1}, 1) == -(33 - 2));
  CHECK(f(score::packing{}, {.cpu = 1}, 1) == 1000);
}

TEST_CASE("clustering: 75 with its own kind, 50 with others, too, 25 on an empty node, and how full it is") {
  fixture f;
  const part share{.devices = 1, .share = 500};
  CHECK(f(score::clustering{}, share, 0) == -25);
  CHECK(f(score::clustering{}, share, 1) == -(25 + 18));
  f.s.apply(use(0, 0, 500, {0}));
  CHECK(f(score::clustering{}, share, 0) == -(75 + 1));
  f.s.apply(use(0, 0, 1000, {1}));
  CHECK(f(score::clustering{}, share, 0) == -(50 + 4));
  CHECK(f(score::clustering{}, {.devices = 2}, 0) == -4);
  CHECK(f(score::clustering{}, {.cpu = 1}, 0) == 0);
}

TEST_CASE("random: by seed, state and node; shares by any device that fits") {
  fixture f;
  const part q{.devices = 1, .share = 100};
  CHECK(f(score::random(1), q, 0) == f(score::random(1), q, 0));
  CHECK(f(score::random(1), q, 0) != f(score::random(2), q, 0));
  CHECK(f(score::random(1), q, 0) != f(score::random(1), q, 1));
  std::uint32_t seen = 0;
  for (std::uint64_t k = 0; k < 200; ++k) {
    const gang_context decision{.decision = k};
    const node_state n(f.s, node_id(0), decision);
    device_choice d;
    REQUIRE(choose_devices(q, n, d));
    score::random{}(q, n, d);
    REQUIRE(d.devices.size() == 1);
    seen |= 1U << d.devices[0];
  }
  CHECK(seen == 0xff);
}

TEST_CASE("balanced: the fullest of cpu, memory and devices afterwards") {
  const fixture f;
  CHECK(f(score::balanced{}, {.cpu = 32'000, .devices = 4}, 0) == 500'000);
  CHECK(f(score::balanced{}, {.cpu = 32'000, .devices = 1}, 1) == 500'000);
  CHECK(f(score::balanced{}, {.memory = 900, .devices = 1}, 1) == 900'000);
}

TEST_CASE("least nodes: how many such tasks a node holds") {
  const fixture f;
  const node_state n(f.s, node_id(0), f.alone);
  CHECK(score::least_nodes::slots({.cpu = 20'000, .devices = 1}, n) == 6);
  CHECK(score::least_nodes::slots({.devices = 3}, n) == 2);
  CHECK(score::least_nodes::slots({.devices = 1, .share = 300}, n) == 24);
  CHECK(score::least_nodes::slots({.memory = 600}, n) == 1);
}

TEST_CASE("combinators: one score after another, weighted, or a callable") {
  const fixture f;
  const part q{.cpu = 4000, .devices = 1};
  const auto by_name = [](const part&, const node_state& n, device_choice&) -> amount {
    return -static_cast<amount>(n.node().index());
  };
  static_assert(node_score<std::remove_const_t<decltype(by_name)>>);
  const score::lexicographic both{score::first_fit{}, by_name};
  CHECK(f(both, q, 1) < f(both, q, 0));
  const score::weighted_sum sum{score::best_fit{}, 2, by_name, 10};
  CHECK(f(sum, q, 1) == 2 * f(score::best_fit{}, q, 1) - 10);
  CHECK(f(score::weighted_sum{score::best_fit{}, amount{1} << 62, score::best_fit{}, amount{1} << 62}, q, 1) ==
        std::numeric_limits<amount>::max());
}
