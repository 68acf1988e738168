// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/step_policies.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;

namespace {

using column = std::vector<double>;

/// The reward is the income: easy to check.
struct income {
  void operator()(const step_outcome& o, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = o.price * o.accepted[i];
  }
};

static_assert(action_map<action::ramp_limits<>> && action_map<action::energy_limits<action::ramp_limits<>>>);
static_assert(reward_rule<reward::ramp_cost<>> && reward_rule<reward::by_owner<reward::ramp_cost<income>>>);

}  // namespace

TEST_CASE("ramps hold what is offered between what was delivered less and plus the ramp, inside the capacity") {
  const column capacity{40, 40, 40, 40}, cost{1, 2, 3, 4}, actions{0, 0, 1, 0, 0, 0, 0.5, 0};
  const column previous{10, 30, 38, 20}, up{5, 5, 5, 5}, down{5, 10, 5, 5};
  column accepted(4), rewards(4), volumes(4);
  const action::ramp_limits<> ramps{previous, up, down};
  market_step({capacity, cost}, 1000, actions, {accepted, rewards, {}, volumes}, ramps);
  CHECK(volumes == column{15, 20, 40, 20});
  CHECK(accepted == volumes);
}

TEST_CASE("an episode under ramps and a load factor never breaks them") {
  random_generator draw(3);
  const std::size_t n = 5;
  const double factor = 0.4, steps = 50;
  column capacity, cost, previous(n, 0.0), up, down, left, accepted(n), rewards(n), actions(2 * n), total(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    capacity.push_back(10 + 20 * draw.real());
    cost.push_back(30 * draw.real());
    up.push_back(2 + 3 * draw.real());
    down.push_back(1e9);  // the energy limit may cut a unit off at once
    left.push_back(factor * capacity[i] * steps);
  }
  std::size_t ramped = 0, spent = 0;
  const action::energy_limits<action::ramp_limits<>> act{left, {previous, up, down}};
  for (int t = 0; t < static_cast<int>(steps); ++t) {
    for (double& a : actions) a = draw.real() * 0.2;
    market_step({capacity, cost}, 60, actions, {accepted, rewards}, act, income{});
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(accepted[i] <= previous[i] + up[i] + 1e-12);
      ramped += accepted[i] > previous[i] + up[i] - 1e-9 ? 1U : 0U;
      total[i] += accepted[i];
      left[i] -= accepted[i];
      previous[i] = accepted[i];
      spent += left[i] < 1e-9 ? 1U : 0U;
    }
  }
  for (std::size_t i = 0; i < n; ++i) CHECK(total[i] <= factor * capacity[i] * steps + 1e-9);
  CHECK(ramped > 5);
  CHECK(spent > 5);
}

TEST_CASE("changes cost their owner, and blocks of one owner share their reward") {
  const column capacity{10, 10, 10}, cost{5, 6, 7}, actions(6, 0.0), previous{0, 10, 4};
  const std::vector<std::uint32_t> owner{0, 0, 1};
  column accepted(3), rewards(3);
  market_step({capacity, cost}, 25, actions, {accepted, rewards}, {}, reward::ramp_cost<income>{previous, 2});
  CHECK(accepted == column{10, 10, 5});
  CHECK(rewards == column{70 - 20, 70, 35 - 2});
  const reward::by_owner<reward::ramp_cost<income>> shared{owner, {previous, 2}};
  market_step({capacity, cost}, 25, actions, {accepted, rewards}, {}, shared);
  CHECK(rewards == column{120, 120, 33});
  const sched_test::allocation_count count;
  market_step({capacity, cost}, 25, actions, {accepted, rewards}, {}, shared);
  CHECK(count.since() == 0);
}
