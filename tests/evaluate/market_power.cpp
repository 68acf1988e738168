// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/market_power.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {
constexpr auto sell = market_side::sell;
constexpr auto buy = market_side::buy;

/// Every way to pair whole units.
int best_pairs(const std::vector<curve_order>& book) {
  std::vector<double> offers, bids;
  for (const curve_order& o : book)
    for (int k = 0; k < static_cast<int>(o.volume); ++k) (o.side == sell ? offers : bids).push_back(o.price);
  const auto rec = [&](auto self, std::size_t i, unsigned used) -> int {
    if (i == offers.size()) return 0;
    int best = self(self, i + 1, used);
    for (std::size_t j = 0; j < bids.size(); ++j)
      if ((used >> j & 1U) == 0 && bids[j] >= offers[i]) best = std::max(best, 1 + self(self, i + 1, used | 1U << j));
    return best;
  };
  return rec(rec, 0, 0);
}

}  // namespace

TEST_CASE("residual demand is what the others leave") {
  const std::vector<curve_order> book{
      {sell, 10.0, 5.0, 0, 0, 1}, {sell, 20.0, 4.0, 0, 0, 2}, {buy, 30.0, 8.0}, {buy, 15.0, 3.0, 0, 0, 1}};
  const residual_demand r(book, 1);
  CHECK(r(5) == 11.0);
  CHECK(r(15) == 11.0);
  CHECK(r(16) == 8.0);
  CHECK(r(20) == 4.0);
  CHECK(r(31) == -4.0);
  CHECK(r.points().size() == 3);
  CHECK(r.elasticity(18, 3) == Approx((4.0 - 11.0) / 6 * 18 / 8));
  CHECK(std::isnan(r.elasticity(0, 1)));
}

TEST_CASE("indices of market power") {
  CHECK(residual_supply_index(100, 40, 80) == 0.75);
  CHECK(is_pivotal(100, 40, 80));
  CHECK_FALSE(is_pivotal(100, 10, 80));
  CHECK(std::isinf(residual_supply_index(1, 1, 0)));
  CHECK(concentration(std::vector<double>{1, 1, 1, 1}) == 0.25);
  CHECK(concentration(std::vector<double>{}) == 0.0);
  CHECK(lerner_index(50, 40) == Approx(0.2));
}

TEST_CASE("a price taker accepts what is in the money") {
  CHECK(accepted_at(curve_order{sell, 10.0, 4.0}, 11) == 4.0);
  CHECK(accepted_at(curve_order{sell, 10.0, 4.0}, 9) == 0.0);
  CHECK(accepted_at(curve_order{buy, 10.0, 4.0}, 9) == 4.0);
  CHECK(accepted_at(curve_order{buy, 10.0, 4.0}, 10, {}, 0.5) == 2.0);
  CHECK(accepted_at(curve_segment{buy, 20, 10, 4}, 15) == 2.0);
  CHECK(accepted_at(curve_segment{sell, 10, 20, 4}, 30) == 4.0);
}

TEST_CASE("the largest matchable volume is the best pairing") {
  random_generator g(5);
  for (int round = 0; round < 300; ++round) {
    std::vector<curve_order> book;
    for (std::size_t k = 1 + g.below(5); k-- > 0;)
      book.push_back(
          {g.chance(0.5) ? sell : buy, static_cast<double>(g.between(0, 4)), static_cast<double>(g.between(0, 2))});
    CHECK(largest_matchable_volume(book) == best_pairs(book));
  }
}
