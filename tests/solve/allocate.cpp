// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/allocate.hpp>

#include <cmath>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

using rows = std::vector<std::vector<double>>;

TEST_CASE("shares are proportional to bids") {
  CHECK(proportional_shares(std::vector<double>{1, 3}) == std::vector<double>{0.25, 0.75});
  CHECK(proportional_shares(std::vector<double>{0, 0}) == std::vector<double>{0, 0});
  CHECK_THROWS_AS(proportional_shares(std::vector<double>{-1}), market_error);
}

TEST_CASE("no other bids serve better than the best response") {
  random_generator g(61);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> w, y;
    for (std::size_t k = 1 + g.below(5); k-- > 0;) {
      w.push_back(g.chance(0.1) ? 0 : g.real() * 10);
      y.push_back(0.1 + g.real() * 5);
    }
    const double budget = g.real() * 4;
    const auto r = best_response(w, y, budget);
    double spent = 0;
    for (const double b : r.bids) spent += b;
    CHECK(spent <= budget + 1e-9);
    for (int trial = 0; trial < 20; ++trial) {
      std::vector<double> x(w.size());
      double sum = 0;
      for (double& v : x) sum += v = g.real();
      double utility = 0;
      for (std::size_t j = 0; j < x.size(); ++j) {
        const double b = x[j] / sum * budget;
        utility += w[j] * b / (b + y[j]);
      }
      CHECK(utility <= r.utility + 1e-9);
    }
  }
  CHECK_THROWS_AS(best_response(std::vector<double>{1}, std::vector<double>{0}, 1), market_error);
}

TEST_CASE("iterated best responses settle where nobody wants to change") {
  const rows weights{{3, 1, 1}, {1, 2, 1}, {1, 1, 4}};
  const std::vector<double> budgets{1, 2, 1.5};
  const auto r = settle_shares(weights, budgets);
  REQUIRE(r.status == clearing_status::cleared);
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<double> y(3, 0);
    for (std::size_t k = 0; k < 3; ++k)
      if (k != i)
        for (std::size_t j = 0; j < 3; ++j) y[j] += r.bids[k][j];
    const auto best = best_response(weights[i], y, budgets[i]);
    for (std::size_t j = 0; j < 3; ++j) CHECK(best.bids[j] == Approx(r.bids[i][j]).margin(1e-6));
  }
  CHECK(settle_shares(weights, budgets, {.rounds = 2}).status == clearing_status::budget_exhausted);
  const auto taxed = settle_shares(weights, budgets, {.savings_tax = 0.25});
  CHECK(taxed.bids[0][0] + taxed.bids[0][1] + taxed.bids[0][2] == Approx(0.75));
}

TEST_CASE("in a Fisher market buyers buy the best value for money and all is sold") {
  random_generator g(62);
  for (int round = 0; round < 40; ++round) {
    const std::size_t buyers = 1 + g.below(4), goods = 1 + g.below(4);
    rows values(buyers, std::vector<double>(goods));
    std::vector<double> budgets;
    for (auto& row : values) {
      for (double& v : row) v = static_cast<double>(g.between(1, 9));
      budgets.push_back(1 + g.real() * 4);
    }
    const auto r = fisher_market(values, budgets, {.tolerance = 1e-6});
    REQUIRE(r.status == clearing_status::cleared);
    double money = 0, paid = 0;
    for (const double b : budgets) money += b;
    for (const double p : r.prices) paid += p;
    CHECK(paid == Approx(money));
    for (std::size_t j = 0; j < goods; ++j) {
      double sold = 0;
      for (std::size_t i = 0; i < buyers; ++i) sold += r.allocation[i][j];
      CHECK(sold == Approx(1));
    }
  }
  const auto r = fisher_market(rows{{3, 2, 1}, {1, 2, 3}}, std::vector<double>{5, 5});
  CHECK(r.prices[0] == Approx(3.75));
  CHECK(r.allocation[0][1] == Approx(0.5));
  CHECK_THROWS_AS(fisher_market(rows{{0, 0}}, std::vector<double>{1}), market_error);
}

TEST_CASE("dominant resource fairness: the textbook, weights, whole tasks") {
  const std::vector<double> capacity{9, 18}, weights{2, 1};
  const rows demands{{1, 4}, {3, 1}};
  const auto r = dominant_resource_fairness(capacity, demands);
  CHECK(r.tasks[0] == Approx(3));
  CHECK(r.tasks[1] == Approx(2));
  CHECK(r.dominant_share[0] == Approx(2.0 / 3));
  const auto weighted = dominant_resource_fairness(capacity, demands, weights);
  CHECK(weighted.dominant_share[0] == Approx(2 * weighted.dominant_share[1]));
  CHECK(dominant_resource_fairness(capacity, demands, {}, {.whole_tasks = true}).tasks == std::vector<double>{3, 2});
  CHECK(dominant_resource_fairness(capacity, rows{{0, 0}, {0, 1}}).tasks == std::vector<double>{0, 18});
}

TEST_CASE("dominant shares are fair: nobody envies, nothing is left that somebody could use") {
  random_generator g(63);
  for (int round = 0; round < 300; ++round) {
    std::vector<double> capacity;
    for (std::size_t j = 1 + g.below(3); j-- > 0;) capacity.push_back(static_cast<double>(g.between(1, 20)));
    rows demands(1 + g.below(5), std::vector<double>(capacity.size()));
    for (auto& row : demands)
      for (double& d : row) d = static_cast<double>(g.between(0, 4));
    const auto r = dominant_resource_fairness(capacity, demands);
    std::vector<double> left = capacity;
    for (std::size_t i = 0; i < demands.size(); ++i)
      for (std::size_t j = 0; j < capacity.size(); ++j) left[j] -= r.tasks[i] * demands[i][j];
    for (const double l : left) CHECK(l >= -1e-9);
    for (std::size_t i = 0; i < demands.size(); ++i) {
      double dominant = 0, more = 1e9;
      for (std::size_t j = 0; j < capacity.size(); ++j) {
        dominant = std::max(dominant, demands[i][j] / capacity[j]);
        if (demands[i][j] > 0) more = std::min(more, left[j] / demands[i][j]);
      }
      if (dominant == 0) continue;
      CHECK(more < 1e-9);
      for (std::size_t k = 0; k < demands.size(); ++k) {  // with k's bundle i could not do more
        double tasks = 1e9;
        for (std::size_t j = 0; j < capacity.size(); ++j)
          if (demands[i][j] > 0) tasks = std::min(tasks, r.tasks[k] * demands[k][j] / demands[i][j]);
        CHECK(tasks <= r.tasks[i] + 1e-9);
      }
    }
  }
}

TEST_CASE("partial allocation cuts more from those who cost others more, and a lie does not pay") {
  const rows values{{4, 1}, {1, 1}, {2, 5}};
  const auto r = partial_allocation(values, {.tolerance = 1e-7});
  for (const double c : r.kept) {
    CHECK(c > 0.3);
    CHECK(c <= 1.0);
  }
  const auto utility = [&](const partial_allocation_result& x) {
    return values[0][0] * x.allocation[0][0] + values[0][1] * x.allocation[0][1];
  };
  for (const rows& lie : {rows{{1, 1}, {1, 1}, {2, 5}}, rows{{9, 1}, {1, 1}, {2, 5}}, rows{{1, 4}, {1, 1}, {2, 5}}})
    CHECK(utility(partial_allocation(lie, {.tolerance = 1e-7})) <= utility(r) + 1e-4);
}
