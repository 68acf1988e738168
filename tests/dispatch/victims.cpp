// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/victims.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Nodes with free units; the preemptor needs `need` on each of `nodes` different nodes.
struct plain_bench {
  std::vector<victim_candidate> candidates{};
  std::vector<std::size_t> node{};
  std::vector<amount> units{}, free{};
  amount need = 1;
  std::size_t nodes = 1;
  std::vector<char> removed{};
  std::vector<std::size_t> where{};

  [[nodiscard]] std::size_t size() const { return candidates.size(); }
  [[nodiscard]] const victim_candidate& candidate(std::size_t k) const { return candidates[k]; }
  void remove(std::size_t k) {
    if (removed[k] != 0) return;
    removed[k] = 1;
    free[node[k]] += units[k];
  }
  void put_back(std::size_t k) {
    if (removed[k] == 0) return;
    removed[k] = 0;
    free[node[k]] -= units[k];
  }
  [[nodiscard]] bool fits() {
    std::vector<std::size_t> found;
    for (std::size_t n = 0; n < free.size() && found.size() < nodes; ++n)
      if (free[n] >= need) found.push_back(n);
    if (found.size() < nodes) return false;
    where = found;
    return true;
  }
  [[nodiscard]] bool touches(std::size_t k) const { return std::ranges::find(where, node[k]) != where.end(); }
  void only(std::uint32_t set) {
    for (std::size_t k = 0; k < size(); ++k) {
      if ((set >> k & 1U) != 0) remove(k);
      else put_back(k);
    }
  }
};

plain_bench random_bench(random_generator& rng) {
  plain_bench b;
  b.free.resize(1 + rng.below(4));
  for (amount& f : b.free) f = rng.between(0, 2);
  b.need = rng.between(1, 6);
  b.nodes = 1 + rng.below(b.free.size());
  const std::size_t n = rng.below(9);
  for (std::size_t k = 0; k < n; ++k)
    b.candidates.push_back(
        {static_cast<job_number>(k), static_cast<std::int32_t>(rng.below(3)), rng.between(0, 5), rng.between(0, 9)});
  std::ranges::sort(b.candidates, rather_victim);
  for (std::size_t k = 0; k < n; ++k) {
    b.node.push_back(rng.below(b.free.size()));
    b.units.push_back(rng.between(1, 3));
  }
  b.removed.assign(n, 0);
  return b;
}
std::uint32_t set_of(const std::vector<std::size_t>& v) {
  std::uint32_t s = 0;
  for (const std::size_t k : v) s |= 1U << k;
  return s;
}

}  // namespace

TEST_CASE("victims suffice, none of them is spared in vain, and none is named when all would not suffice") {
  random_generator rng(3);
  for (int round = 0; round < 3000; ++round) {
    plain_bench b = random_bench(rng);
    plain_bench all = b;
    all.only(0xffffffffU);
    const bool possible = all.fits();
    std::vector<std::size_t> out;
    plain_bench minimal = b;
    if (minimal.fits()) continue;
    victims::minimal{}.choose(minimal, out);
    REQUIRE(out.empty() == !possible);
    if (!possible) continue;
    const std::uint32_t chosen = set_of(out);
    minimal.only(chosen);
    REQUIRE(minimal.fits());
    for (const std::size_t k : out) {
      minimal.only(chosen & ~(1U << k));
      REQUIRE_FALSE(minimal.fits());
    }
    // Least cost, by trying every set.
    const auto cost = [&](std::uint32_t set) {
      std::int32_t band = -1;
      amount lost = 0, count = 0;
      for (std::size_t k = 0; k < b.size(); ++k)
        if ((set >> k & 1U) != 0) {
          band = std::max(band, b.candidates[k].band);
          lost += b.candidates[k].lost_work;
          ++count;
        }
      return std::tuple(band, lost, count);
    };
    auto best = std::tuple<std::int32_t, amount, amount>(99, 0, 0);
    plain_bench trial = b;
    for (std::uint32_t set = 1; set < 1U << b.size(); ++set) {
      trial.only(set);
      if (trial.fits()) best = std::min(best, cost(set));
    }
    plain_bench least = b;
    std::vector<std::size_t> exact;
    victims::least_cost{}.choose(least, exact);
    least.only(set_of(exact));
    REQUIRE(least.fits());
    REQUIRE(cost(set_of(exact)) == best);
    std::vector<std::size_t> lower;
    plain_bench everybody = b;
    victims::all_lower{}.choose(everybody, lower);
    REQUIRE(lower.size() == b.size());
  }
}

TEST_CASE("candidates: the least important first, then least lost work, then the latest start") {
  std::vector<victim_candidate> v{{1, 1, 0, 5}, {2, 0, 9, 1}, {3, 0, 2, 1}, {4, 0, 2, 7}, {5, 0, 2, 7}};
  std::ranges::sort(v, rather_victim);
  std::vector<job_number> order;
  for (const auto& c : v) order.push_back(c.id);
  CHECK(order == std::vector<job_number>{4, 5, 3, 2, 1});
}
