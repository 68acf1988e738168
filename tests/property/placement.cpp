// SPDX-License-Identifier: BSL-1.0
// Whatever is asked of whatever cluster: answers are proved, what is tried is taken back, indexes change nothing.
#include <sched/placement.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_placement.hpp>
#include <sched/model/random_cluster.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

request random_request(const cluster& c, const random_cluster_options& o, random_generator& rng) {
  random_cluster_options one = o;
  one.max_tasks = 1;
  request r;
  const std::size_t groups = 1 + (rng.chance(0.3) ? rng.below(2) + 1 : 0);
  for (std::size_t g = 0; g < groups; ++g) {
    part_group group{random_tasks(c, one, rng).front(), 1, 0};
    if (rng.chance(0.6)) group.count = static_cast<std::uint32_t>(1 + rng.below(8));
    if (group.count > 1 && rng.chance(0.2)) group.least = static_cast<std::uint32_t>(1 + rng.below(group.count));
    if (rng.chance(0.3)) group.each.numa = static_cast<numa_policy>(rng.below(4));
    if (rng.chance(0.1)) group.each.max_link_cost = static_cast<std::uint16_t>(1 + rng.below(4));
    r.groups.push_back(group);
  }
  r.share_device = rng.chance(0.3);
  if (rng.chance(0.2)) r.within = static_cast<std::size_t>(rng.below(c.depth() + 1));
  if (rng.chance(0.1)) r.exclusive = true;
  if (rng.chance(0.2))
    r.spread.push_back(
        {static_cast<std::size_t>(rng.below(c.depth() + 1)), static_cast<std::uint32_t>(1 + rng.below(4))});
  if (groups == 1 && r.groups[0].least == 0 && rng.chance(0.15)) {
    r.per_node = static_cast<std::uint32_t>(1 + rng.below(3));
    r.groups[0].count = r.per_node * static_cast<std::uint32_t>(1 + rng.below(3));
  } else if (groups == 1 && rng.chance(0.15)) {
    r.slice = static_cast<std::uint32_t>(2 + rng.below(2));
    r.slice_level = static_cast<std::size_t>(1 + rng.below(c.depth()));
  }
  return r;
}

template <placement_policy P>
void holds(const P& policy, std::uint64_t seed) {
  random_generator rng(seed);
  const random_cluster_options o{.nodes = 24, .kinds = 4, .nodes_per_rack = 4, .numa = true, .without_devices = 0.1};
  const cluster c = random_cluster(o, rng);
  cluster_state s(c);
  const cluster_state empty = s;
  placement_workspace ws;
  std::vector<request> asked;
  std::vector<placement_result> given;
  asked.reserve(200);
  for (int k = 0; k < 90; ++k) {
    asked.push_back(random_request(c, o, rng));
    check_request(asked.back(), c);
    placement_workspace fresh;
    placement_result r = policy(asked.back(), s, ws);
    const placement_result again = policy(asked.back(), s, fresh);
    REQUIRE(r.placed == again.placed);
    REQUIRE(r.parts == again.parts);  // what the workspace remembers changes nothing
    REQUIRE(ws.scratch(s).same_free(s));
    if (!r) {
      REQUIRE(r.parts.empty());
      REQUIRE(r.why.first != obstacle::none);
      asked.pop_back();
    } else {
      REQUIRE(s.try_apply(r.allocations()));
      REQUIRE(r.cost == measure_communication(c, r.allocations()));
      given.push_back(std::move(r));
    }
    if (!given.empty() && rng.chance(0.25)) {
      const auto at = static_cast<std::size_t>(rng.below(given.size()));
      s.undo(given[at]);
      given.erase(given.begin() + static_cast<std::ptrdiff_t>(at));
      asked.erase(asked.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
  std::vector<placed_request> all;
  for (std::size_t k = 0; k < given.size(); ++k) all.push_back({&asked[k], given[k].allocations()});
  const auto wrong = validate_placement(c, all);
  for (const placement_violation& v : wrong) UNSCOPED_INFO(describe(v, c));
  REQUIRE(wrong.empty());
  for (const placement_result& r : given) s.undo(r);
  REQUIRE(s.same_free(empty));
}

}  // namespace

TEST_CASE("every policy: proved answers, nothing left behind, nothing remembered that matters") {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    holds(placement::best_fit{}, seed);
    holds(placement::worst_fit{}, seed);
    holds(placement::least_nodes{}, seed);
    holds(placement::packing{}, seed);
    holds(placement::random_node{score::random(seed)}, seed);
  }
}

TEST_CASE("with the index or without it: the same answers") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    random_generator rng(seed);
    const random_cluster_options o{.nodes = 40, .kinds = 5, .numa = seed % 2 == 0, .load = 2};
    const cluster c = random_cluster(o, rng);
    cluster_state s(c);
    placement_workspace ws;
    std::vector<placement_result> given;
    for (part& q : random_tasks(c, o, rng)) {
      if (rng.chance(0.2)) q.numa = static_cast<numa_policy>(rng.below(4));
      const request r = single(q);
      const auto same = [&](const auto& with, const auto& without) {
        placement_result a = with(r, s, ws);
        const placement_result b = without(r, s, ws);
        REQUIRE(a.placed == b.placed);
        REQUIRE(a.parts == b.parts);
        REQUIRE(a.score == b.score);
        REQUIRE(a.why == b.why);
        return a;
      };
      const auto first = same(placement::first_fit{}, placement::by_score<score::first_fit, false>{});
      const auto worst = same(placement::worst_fit{}, placement::by_score<score::worst_fit, false>{});
      const auto best = same(placement::best_fit{}, placement::by_score<score::best_fit, false>{});
      REQUIRE(first.placed == best.placed);
      REQUIRE(worst.placed == best.placed);
      if (best) {
        given.push_back(rng.chance(0.6) ? best : worst);
        s.apply(given.back());
      }
      if (!given.empty() && rng.chance(0.2)) {
        s.undo(given.back());
        given.pop_back();
      }
    }
  }
}

TEST_CASE("another node never makes a single request infeasible") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    random_generator rng(seed);
    const random_cluster_options o{.nodes = 12, .load = 2};
    const auto specs = random_nodes(o, rng);
    cluster_builder small, large;
    for (std::size_t n = 0; n < specs.size(); ++n) {
      large.add_node(specs[n]);
      if (n + 1 < specs.size()) small.add_node(specs[n]);
    }
    const cluster a = small.build(), b = large.build();
    cluster_state x(a), y(b);
    placement_workspace ws;
    random_cluster_options plain = o;
    plain.choosy = 0;
    for (const part& q : random_tasks(a, plain, rng)) {
      const auto r = placement::best_fit{}(single(q), x, ws);
      if (!r) continue;
      REQUIRE(placement::best_fit{}(single(q), y, ws));
      REQUIRE(placement::first_fit{}(single(q), y, ws));
      x.apply(r);
      y.apply(r);
    }
  }
}

TEST_CASE("equal parts: a gang has a place exactly when the nodes have room for so many") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    random_generator rng(seed);
    const random_cluster_options o{.nodes = 10, .kinds = 3, .nodes_per_rack = 3};
    const cluster c = random_cluster(o, rng);
    cluster_state s(c);
    placement_workspace ws;
    for (const part& q : random_tasks(c, o, rng)) {  // a mess
      if (rng.chance(0.5)) continue;
      if (const auto r = placement::random_node{score::random(seed)}(single(q), s, ws)) s.apply(r);
    }
    const part q{.cpu = 1000 * rng.between(1, 8), .devices = static_cast<std::uint32_t>(1 + rng.below(3))};
    std::uint32_t room = 0;
    for (std::size_t n = 0; n < c.node_count(); ++n)
      room += static_cast<std::uint32_t>(
          std::min<amount>(s.free(node_id(n)).cpu / q.cpu, s.free(node_id(n)).whole / q.devices));
    if (room == 0) continue;
    CHECK(placement::best_fit{}(gang(q, room), s, ws));
    CHECK(placement::packing{}(gang(q, room), s, ws));
    const auto no = placement::best_fit{}(gang(q, room + 1), s, ws);
    CHECK(!no);
    CHECK(no.why.proved);
    CHECK(placement::best_fit{}(gang(q, room + 50, 1), s, ws).parts.size() == room);
  }
}
