// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/elastic_step.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_market.hpp>
#include <sched/solve/clear_two_sided.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"

using namespace sched;

namespace {

using column = std::vector<double>;

struct game {
  column capacity, cost, actions, price, volume;
  double fixed = 0;

  game(random_generator& draw, std::size_t units, std::size_t bids) {
    for (std::size_t i = 0; i < units; ++i) {
      capacity.push_back(static_cast<double>(draw.between(1, 9)));
      cost.push_back(static_cast<double>(draw.between(0, 12)));
      actions.push_back(draw.chance(0.5) ? 0.0 : 0.5);
      actions.push_back(0);
    }
    for (std::size_t k = 0; k < bids; ++k) {
      price.push_back(static_cast<double>(draw.between(0, 12)));
      volume.push_back(static_cast<double>(draw.between(0, 6)));
    }
    if (draw.chance(0.6)) fixed = static_cast<double>(draw.between(0, 12));
  }
  [[nodiscard]] market_units units() const { return {capacity, cost}; }
  [[nodiscard]] elastic_demand demand() const { return {fixed, price, volume}; }
};

}  // namespace

TEST_CASE("bids are served that are worth the price, and the one that is cut sets it") {
  const column capacity{10, 10}, cost{5, 20}, actions(4, 0.0), price{30, 12}, volume{6, 8};
  column accepted(2), rewards(2), served(2);
  const auto r = market_step({capacity, cost}, {2, price, volume}, actions, {{accepted, rewards}, served});
  CHECK(r.status == clearing_status::cleared);
  CHECK(accepted == column{10, 0});
  CHECK(served == column{6, 2});
  CHECK(r.price == 12);
  CHECK(r.unserved == 0);
  // Fixed demand beyond all units is unserved, and no bid gets anything.
  const auto s = market_step({capacity, cost}, {25, price, volume}, actions, {{accepted, rewards}, served});
  CHECK(s.status == clearing_status::shortage);
  CHECK(s.unserved == 5);
  CHECK(served == column{0, 0});
  const column low{3, 4};
  const auto none = market_step({capacity, cost}, {0, low, volume}, actions, {{accepted, rewards}, served});
  CHECK(none.status == clearing_status::no_trade);
  CHECK(none.price == 4);
  CHECK(served == column{0, 0});
}

TEST_CASE("random games: the volume and welfare of the two-sided book, proved, at its lowest price") {
  random_generator draw(11);
  std::size_t cut = 0, cleared = 0;
  for (int round = 0; round < 3000; ++round) {
    const game g(draw, 1 + draw.below(round % 10 == 0 ? 60 : 6), draw.below(round % 10 == 0 ? 40 : 6));
    const std::size_t n = g.capacity.size(), b = g.price.size();
    column accepted(n), rewards(n), served(b), bids(n), volumes(n);
    const auto r = market_step(g.units(), g.demand(), g.actions, {{accepted, rewards, bids, volumes}, served});
    INFO(round);
    std::vector<curve_order> book;
    for (std::size_t i = 0; i < n; ++i)
      book.push_back({.side = market_side::sell, .price = bids[i], .volume = volumes[i]});
    for (std::size_t k = 0; k < b; ++k)
      book.push_back({.side = market_side::buy, .price = g.price[k], .volume = g.volume[k]});
    curve_order load{.side = market_side::buy, .volume = g.fixed};
    load.price_taking = true;
    book.push_back(load);
    column all(accepted);
    all.insert(all.end(), served.begin(), served.end());
    all.push_back(g.fixed - r.unserved);
    if (r.status == clearing_status::cleared || r.status == clearing_status::shortage) {
      for (const auto& v :
           validate_book(std::span<const curve_order>(book), std::span<const double>(all), r.price, 0, {-100, 1000}))
        FAIL_CHECK(describe(v));
      book_clearing_options<> o;
      o.bounds = {-100, 1000};
      const auto two = clear_two_sided(std::span<const curve_order>(book), pricing::k_price{0}, tie::index{},
                                       shortage::marginal_demand{}, o);
      double sold = 0;
      for (const double a : accepted) sold += a;
      CHECK(sold == Approx(two.volume));
      if (r.status == clearing_status::cleared) CHECK(r.price == Approx(two.lo));
      ++cleared;
    }
    for (std::size_t k = 0; k < b; ++k) cut += served[k] > 0 && served[k] < g.volume[k] ? 1U : 0U;
  }
  CHECK(cleared > 2000);
  CHECK(cut > 300);
}

TEST_CASE("without bids it is the plain step, bit for bit") {
  random_generator draw(12);
  for (int round = 0; round < 300; ++round) {
    game g(draw, 1 + draw.below(100), 0);
    g.fixed = 30 * draw.real();
    for (double& a : g.actions) a = draw.real();
    const std::size_t n = g.capacity.size();
    column a(n), b(n), x(n), y(n);
    const auto r = market_step(g.units(), g.demand(), g.actions, {{a, x}});
    const auto s = market_step(g.units(), g.fixed, g.actions, {b, y});
    if (r.status != clearing_status::no_trade) CHECK(r.status == s.status);
    CHECK(r.price == s.price);
    CHECK(a == b);
    CHECK(x == y);
  }
}

TEST_CASE("a batch with elastic demand is the loop of steps, for any number of threads, and allocates nothing") {
  random_generator draw(13);
  for (const std::size_t n : {std::size_t{3}, std::size_t{40}}) {
    for (const bool own : {false, true}) {
      const std::size_t markets = 37, b = 30;
      column fixed, actions, capacity, cost, price, volume;
      for (std::size_t m = 0; m < markets; ++m) {
        const game g(draw, n, b);
        fixed.push_back(g.fixed);
        actions.insert(actions.end(), g.actions.begin(), g.actions.end());
        if (own || m == 0) {
          capacity.insert(capacity.end(), g.capacity.begin(), g.capacity.end());
          cost.insert(cost.end(), g.cost.begin(), g.cost.end());
          price.insert(price.end(), g.price.begin(), g.price.end());
          volume.insert(volume.end(), g.volume.begin(), g.volume.end());
        }
      }
      column expected_price, expected_accepted, expected_rewards, expected_served;
      for (std::size_t m = 0; m < markets; ++m) {
        const auto of = [&](const column& all, std::size_t size) {
          return std::span<const double>(all).subspan(own ? m * size : 0, size);
        };
        column accepted(n), rewards(n), served(b);
        const auto r =
            market_step({of(capacity, n), of(cost, n)}, {fixed[m], of(price, b), of(volume, b)},
                        std::span<const double>(actions).subspan(2 * m * n, 2 * n), {{accepted, rewards}, served});
        expected_price.push_back(r.price);
        expected_accepted.insert(expected_accepted.end(), accepted.begin(), accepted.end());
        expected_rewards.insert(expected_rewards.end(), rewards.begin(), rewards.end());
        expected_served.insert(expected_served.end(), served.begin(), served.end());
      }
      for (const unsigned threads : {1U, 3U}) {
        column prices(markets), accepted(markets * n), rewards(markets * n), served(markets * b);
        const auto run = [&] {
          market_step_batch({capacity, cost}, fixed, {0, price, volume}, actions, prices, {{accepted, rewards}, served},
                            action::withhold_and_markup{}, reward::scaled_profit{}, clearing_rules<>{}, threads, own,
                            own);
        };
        run();
        CHECK(prices == expected_price);
        CHECK(accepted == expected_accepted);
        CHECK(rewards == expected_rewards);
        CHECK(served == expected_served);
        if (threads == 1) {
          const sched_test::allocation_count count;
          run();
          CHECK(count.since() == 0);
        }
      }
    }
  }
}

TEST_CASE("what is malformed is refused with its place") {
  const column capacity{10, 10}, cost{5, 20}, actions(4, 0.0), price{30, 12}, volume{6, -8}, shorter{1};
  column accepted(2), rewards(2), served(1);
  const auto fault = [&](const elastic_demand& d, std::span<double> to) {
    try {
      market_step({capacity, cost}, d, actions, {{accepted, rewards}, to});
    } catch (const market_error& e) {
      return e.fault();
    }
    return market_input_fault{};
  };
  CHECK(fault({1, price, volume}, {}).code == market_fault::negative_volume);
  CHECK(fault({1, price, volume}, {}).index == 3);
  CHECK(fault({1, price, shorter}, {}).code == market_fault::length_mismatch);
  CHECK(fault({-1, price, price}, {}).code == market_fault::negative_demand);
  CHECK(fault({std::nan(""), price, price}, {}).code == market_fault::not_finite);
  CHECK(fault({1, price, price}, served).code == market_fault::bad_output);
}
