// SPDX-License-Identifier: BSL-1.0
#include <sched/model/random_network.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

using matrix = std::vector<std::vector<char>>;

/// Which nodes reach which, through at least one arc.
matrix closure(std::size_t n, const std::vector<node_arc>& arcs) {
  matrix reach(n, std::vector<char>(n, 0));
  for (auto [i, j] : arcs) reach[i][j] = 1;
  for (std::size_t k = 0; k < n; ++k)
    for (std::size_t i = 0; i < n; ++i)
      if (reach[i][k])
        for (std::size_t j = 0; j < n; ++j) reach[i][j] = static_cast<char>(reach[i][j] | reach[k][j]);
  return reach;
}

}  // namespace

TEST_CASE("networks are acyclic, without redundant arcs, and connected as asked") {
  random_generator rng(1);
  for (int round = 0; round < 400; ++round) {
    random_network_options o;
    o.nodes = 2 + static_cast<std::size_t>(rng.below(60));
    o.sources = 1 + static_cast<std::size_t>(rng.below(std::min<std::size_t>(5, o.nodes / 2)));
    o.sinks = 1 + static_cast<std::size_t>(rng.below(std::min<std::size_t>(5, o.nodes / 2)));
    o.arcs = static_cast<std::size_t>(rng.below(3 * o.nodes));
    o.max_predecessors = 1 + static_cast<std::size_t>(rng.below(4));
    o.max_successors = 1 + static_cast<std::size_t>(rng.below(4));
    if (rng.chance(0.5)) o.window = std::max(o.sources, o.sinks) + 1 + static_cast<std::size_t>(rng.below(70));
    const std::vector<node_arc> arcs = random_network(o, rng);
    INFO("round " << round << ", " << o.nodes << " nodes");
    const matrix reach = closure(o.nodes, arcs);
    std::vector<std::size_t> in(o.nodes, 0), out(o.nodes, 0);
    REQUIRE(std::ranges::is_sorted(arcs, {}, [](const node_arc& a) { return std::pair(a.second, a.first); }));
    for (auto [i, j] : arcs) {
      REQUIRE(i < j);
      REQUIRE(j < o.nodes);
      if (o.window != 0) REQUIRE(j - i <= o.window);
      ++in[j];
      ++out[i];
      for (std::size_t k = 0; k < o.nodes; ++k) REQUIRE_FALSE((reach[i][k] && reach[k][j]));
    }
    REQUIRE(std::adjacent_find(arcs.begin(), arcs.end()) == arcs.end());
    for (std::size_t k = 0; k < o.nodes; ++k) {
      REQUIRE((in[k] == 0) == (k < o.sources));
      REQUIRE((out[k] == 0) == (k >= o.nodes - o.sinks));
    }
  }
}

TEST_CASE("the number of arcs comes near what is asked, and the limits are kept") {
  for (const std::size_t n : {30U, 60U, 120U, 1000U})
    for (const double complexity : {1.5, 1.8, 2.1}) {
      double sum = 0;
      for (std::uint64_t seed = 0; seed < 20; ++seed) {
        random_generator rng(seed);
        const auto wanted = static_cast<std::size_t>(complexity * static_cast<double>(n));
        const auto arcs = random_network({.nodes = n, .arcs = wanted}, rng);
        sum += static_cast<double>(arcs.size()) / static_cast<double>(n);
      }
      INFO(n << " nodes, complexity " << complexity);
      CHECK(sum / 20 == Approx(complexity).epsilon(0.06));
    }
}

TEST_CASE("a large network has as many arcs as asked, all within the window") {
  random_generator rng(4);
  const auto arcs = random_network({.nodes = 50'000, .arcs = 90'000}, rng);
  CHECK(arcs.size() > 89'000);
  CHECK(arcs.size() < 91'000);
  CHECK(std::ranges::all_of(arcs, [](const node_arc& a) { return a.second - a.first <= 256; }));
}

TEST_CASE("options out of range are refused") {
  random_generator rng(1);
  const auto refused = [&](const random_network_options& o, const std::string& reason) {
    CHECK_THROWS_WITH(random_network(o, rng), "random network: " + reason);
  };
  refused({.sources = 0}, "at least one source and one sink");
  refused({.sinks = 0}, "at least one source and one sink");
  refused({.nodes = 5, .sources = 3, .sinks = 3}, "sources and sinks together exceed the nodes");
  refused({.nodes = 0}, "sources and sinks together exceed the nodes");
  refused({.max_predecessors = 0}, "limits of predecessors and successors must be at least 1");
  refused({.max_successors = 0}, "limits of predecessors and successors must be at least 1");
  refused({.arcs = 30 * 64 + 1}, "at most 64 arcs per node");
  refused({.window = 5000}, "window above 4096");
  refused({.window = 3}, "window must exceed the number of sources and of sinks");
  refused({.nodes = 200'000'000}, "at most 100,000,000 nodes");
}
