// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/market_step.hpp>

#include <cmath>
#include <cstddef>
#include <cstring>
#include <limits>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;

namespace {

using column = std::vector<double>;
constexpr clear_kernel all_kernels[] = {clear_kernel::portable, clear_kernel::avx2, clear_kernel::avx512};

struct game {
  column capacity{}, cost{}, actions{};
  double supply = 0;
  game(random_generator& draw, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
      capacity.push_back(10 + 30 * draw.real());
      cost.push_back(40 * draw.real());
      actions.push_back(draw.real());
      actions.push_back(draw.normal());
      supply += capacity.back();
    }
  }
  [[nodiscard]] market_units units() const { return {capacity, cost}; }
};

}  // namespace

TEST_CASE("a step of three units: offers, price, rewards") {
  const column capacity{40, 20, 20}, cost{0, 10, 20}, actions{0.5, 0, 0.25, 0.2, 0, -0.1};
  for (const clear_kernel k : all_kernels) {
    if (!runs_here(k)) continue;
    column accepted(3), rewards(3), bids(3), volumes(3);
    const reward::scaled_profit profit{.demand_scale = 60, .cost_scale = 20, .horizon = 24};
    const auto r = market_step({capacity, cost}, 38, actions, {accepted, rewards, bids, volumes},
                               action::withhold_and_markup{}, profit, clearing_rules<>{}, k);
    CHECK(volumes == column{20, 15, 20});
    CHECK(bids[0] == 0);
    CHECK(bids[1] == Approx(19.8687660112452).epsilon(1e-14));
    CHECK(bids[2] == Approx(15.01660026875221).epsilon(1e-14));
    CHECK(r.price == bids[2]);
    CHECK(accepted == column{20, 0, 18});
    CHECK(rewards[0] == Approx(0.2085638926215585).epsilon(1e-13));
    CHECK(rewards[1] == Approx(-0.0006763371012826978).epsilon(1e-11));
    CHECK(rewards[2] == Approx(-0.06246495686894043).epsilon(1e-12));
  }
}

TEST_CASE("the markup is tanh to the last bits, and the bits are the same on every instruction set") {
  random_generator draw(3);
  for (const std::size_t n : {1U, 2U, 3U, 4U, 5U, 7U, 8U, 9U, 17U, 63U}) {
    const game g(draw, n);
    column actions = g.actions;
    actions[1] = n % 2 == 0 ? 1e9 : -1e-9;
    column first_bids(n), first_volumes(n);
    detail::clear::step_kernels(clear_kernel::portable)
        .offers(actions.data(), g.capacity.data(), g.cost.data(), n, 50, first_volumes.data(), first_bids.data());
    for (std::size_t i = 0; i < n; ++i) {
      CHECK(std::abs(first_bids[i] - (g.cost[i] + std::tanh(actions[2 * i + 1]) * 50)) <= 3e-14);
      CHECK(first_volumes[i] == (1 - actions[2 * i]) * g.capacity[i]);
    }
    for (const clear_kernel k : all_kernels) {
      if (!runs_here(k)) continue;
      column bids(n + 1, 7), volumes(n + 1, 7);
      detail::clear::step_kernels(k).offers(actions.data(), g.capacity.data(), g.cost.data(), n, 50, volumes.data(),
                                            bids.data());
      CHECK(std::memcmp(bids.data(), first_bids.data(), n * sizeof(double)) == 0);
      CHECK(std::memcmp(volumes.data(), first_volumes.data(), n * sizeof(double)) == 0);
      CHECK((bids[n] == 7 && volumes[n] == 7));
    }
  }
}

TEST_CASE("unserved demand costs everybody, and a batch is a loop of steps") {
  random_generator draw(5);
  for (const std::size_t n : {1U, 5U, 20U, 80U}) {
    const std::size_t markets = 150;
    const game shared(draw, n);
    game all(draw, n * markets);
    column demand(markets);
    for (double& d : demand) d = shared.supply * draw.real() * 0.8;
    for (const bool own : {false, true}) {
      column price(markets), accepted(n * markets), rewards(n * markets);
      const market_units units = own ? all.units() : shared.units();
      column one_accepted(n), one_rewards(n);
      const reward::scaled_profit profit{.demand_scale = 100, .cost_scale = 40};
      for (const unsigned threads : {1U, 2U}) {
        market_step_batch(units, demand, all.actions, price, {accepted, rewards}, action::withhold_and_markup{}, profit,
                          clearing_rules<>{}, threads, own);
        for (std::size_t m = 0; m < markets; ++m) {
          const market_units mine{own ? units.capacity.subspan(m * n, n) : units.capacity,
                                  own ? units.cost.subspan(m * n, n) : units.cost};
          column bids(n);
          const auto r = market_step(mine, demand[m], std::span<const double>(all.actions).subspan(2 * m * n, 2 * n),
                                     {one_accepted, one_rewards, bids}, action::withhold_and_markup{}, profit);
          REQUIRE(r.price == price[m]);
          REQUIRE(std::memcmp(one_rewards.data(), rewards.data() + m * n, n * sizeof(double)) == 0);
          REQUIRE(std::memcmp(one_accepted.data(), accepted.data() + m * n, n * sizeof(double)) == 0);
          const double scale = 20.0 / 4000.0;
          for (std::size_t i = 0; i < n; ++i)
            REQUIRE(one_rewards[i] == Approx(((r.price - mine.cost[i]) * one_accepted[i] -
                                              0.01 * (bids[i] - mine.cost[i]) * (bids[i] - mine.cost[i]) - r.unserved) *
                                             scale));
        }
      }
    }
  }
}

TEST_CASE("actions that give no offer are refused, as are wrong lengths") {
  const column capacity{1, 1}, cost{0, 0};
  column actions{0, 0, 2, 0}, accepted(2), rewards(2);  // more than all is withheld
  const auto run = [&] { market_step({capacity, cost}, 1, actions, {accepted, rewards}); };
  CHECK_THROWS_AS(run(), market_error);
  actions[2] = 0;
  CHECK_NOTHROW(run());
  actions[3] = std::numeric_limits<double>::quiet_NaN();
  CHECK_THROWS_AS(run(), market_error);
  actions.pop_back();
  CHECK_THROWS_AS(run(), market_error);
  actions.push_back(0);
  rewards.pop_back();
  CHECK_THROWS_AS(run(), market_error);
}

TEST_CASE("observations lie side by side for every unit") {
  const column capacity{1, 2, 3}, cost{10, 20, 30};
  column out(observation::demand_and_rivals::width(3));
  observation::demand_and_rivals{100}({capacity, cost}, 50, 0, out);
  CHECK(out == column{0.5, 1, 20, 2, 30, 3, 0.5, 2, 10, 1, 30, 3, 0.5, 3, 10, 1, 20, 2});
  const observation::demand_and_hour hours{.weekday = true};
  out.assign(hours.width(3), 0);
  hours({capacity, cost}, 50, 54, out);
  CHECK(out[3] == 6.0 / 24);
  CHECK(out[4] == 2.0 / 7);
  CHECK(out[6] == 2);
}

TEST_CASE("a step allocates nothing") {
  random_generator draw(9);
  const game g(draw, 60);
  column accepted(60), rewards(60);
  const sched_test::allocation_count count;
  for (int k = 1; k < 5; ++k) market_step(g.units(), 100.0 * k, g.actions, {accepted, rewards});
  CHECK(count.since() == 0);
}
