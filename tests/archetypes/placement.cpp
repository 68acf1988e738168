// SPDX-License-Identifier: BSL-1.0
// The least score and the least policy do everything that scores and policies do.
#include <sched/placement.hpp>

#include <compare>
#include <span>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// A key that is ordered and nothing more.
struct least_key {
  explicit least_key(int v) : value(v) {}
  int value;
  auto operator<=>(const least_key&) const = default;
};
/// Neither default-constructible nor assignable.
struct least_score {
  explicit least_score(int) {}
  least_score(const least_score&) = default;
  least_score& operator=(const least_score&) = delete;
  ~least_score() = default;
  least_key operator()(const part&, const node_state& n, device_choice&) const {
    return least_key(-static_cast<int>(n.node().index()));
  }
};
static_assert(node_score<least_score>);
static_assert(!leftover_score<least_score>);

struct least_policy {
  explicit least_policy(int) {}
  placement_result operator()(const request&, cluster_view, placement_workspace&) const { return {}; }
};
static_assert(placement_policy<least_policy> && !node_placement_policy<least_policy>);
struct least_node_policy : least_policy {
  using least_policy::least_policy;
  placement_result among(const request&, cluster_view, std::span<const node_id>) const { return {}; }
};
static_assert(node_placement_policy<least_node_policy>);
static_assert(node_placement_policy<placement::best_fit> && !node_placement_policy<placement::fgd>);
static_assert(placement_policy<placement::first_fit> && placement_policy<placement::best_fit> &&
              placement_policy<placement::worst_fit> && placement_policy<placement::dot_product> &&
              placement_policy<placement::packing> && placement_policy<placement::clustering> &&
              placement_policy<placement::least_nodes> && placement_policy<placement::balanced> &&
              placement_policy<placement::random_node> && placement_policy<placement::fgd> &&
              placement_policy<placement::fgd_exact> && placement_policy<placement::reference>);

}  // namespace

TEST_CASE("the least score places tasks and gangs, alone and combined") {
  cluster_builder b({"rack"});
  for (int k = 0; k < 4; ++k)
    b.add_node({.name = "n" + std::to_string(k), .cpu = 1000, .devices = {{"A", 0, 0}, {"A", 0, 1}}, .path = {"r"}});
  const cluster c = b.build();
  const cluster_state s(c);
  placement_workspace ws;
  const placement::by_score policy{least_score(1)};
  const auto one = policy(single({.cpu = 1, .devices = 1}), s, ws);
  REQUIRE(one);
  CHECK(one.parts[0].node == node_id(3));
  CHECK(one.score == 0);
  request apart = gang({.cpu = 1, .devices = 2, .numa = numa_policy::best_effort}, 3);
  apart.per_node = 1;
  CHECK(policy(apart, s, ws).parts.size() == 3);
  const placement::by_score both{score::lexicographic{score::first_fit{}, least_score(1)}};
  CHECK(both(single({.cpu = 1}), s, ws).parts[0].node == node_id(3));
  const placement::by_score near{score::nearest<least_score>{least_score(1)}};
  CHECK(near(single({.cpu = 1, .devices = 2}), s, ws).parts[0].node == node_id(3));
  CHECK(rank_nodes(least_score(1), {.cpu = 1}, s).front().node == node_id(3));
}
