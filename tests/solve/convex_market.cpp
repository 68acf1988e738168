// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/convex_market.hpp>

#include <span>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("the welfare of a book is that of its clearing, concave, with prices as its slope") {
  random_generator draw(9);
  for (int round = 0; round < 200; ++round) {
    std::vector<curve_segment> book;
    for (int k = 0; k < draw.between(1, 8); ++k) {
      const auto side = draw.chance(0.5) ? market_side::sell : market_side::buy;
      const auto p = static_cast<double>(draw.between(0, 20));
      const double q =
          draw.chance(0.4) ? p : p + (side == market_side::sell ? 1 : -1) * static_cast<double>(draw.between(0, 5));
      book.emplace_back(side, p, q, static_cast<double>(draw.between(0, 9)));
    }
    const price_bounds<> bounds{-50, 60};
    const curve_market m(std::vector<std::vector<curve_segment>>{book}, bounds);
    double total = 0;
    for (const curve_segment& o : book) total += o.volume;
    for (int k = 0; k < 12; ++k) {
      const double e = (2 * draw.real() - 1) * total, f = (2 * draw.real() - 1) * total;
      market_response a, b;
      m.solve(0, std::span<const double>(&e, 1), a);
      m.solve(0, std::span<const double>(&f, 1), b);
      CHECK(b.welfare <= a.welfare + a.price[0] * (f - e) + 1e-6 * (1 + std::abs(a.welfare)));
      CHECK(a.lo[0] <= a.price[0]);
      CHECK(a.price[0] <= a.hi[0]);
      if (a.unabsorbed > 0) continue;
      double welfare = 0;
      const std::vector<double> given = m.accepted(0, e);
      for (std::size_t i = 0; i < book.size(); ++i) {
        if (book[i].volume <= 0) continue;
        const double mean = book[i].price + (book[i].price_end - book[i].price) * given[i] / book[i].volume / 2;
        welfare += (book[i].side == market_side::buy ? 1 : -1) * mean * given[i];
      }
      CHECK(a.welfare == Approx(welfare).margin(1e-6));
    }
  }
}

TEST_CASE("the market's rule chooses the price, and what nobody takes up is dearer than any order") {
  const std::vector<curve_segment> book{curve_segment(market_side::sell, 10, 10, 5),
                                        curve_segment(market_side::sell, 30, 30, 5),
                                        curve_segment(market_side::buy, 50, 50, 5)};
  const std::vector<std::vector<curve_segment>> books{book};
  market_response r;
  const double none = 0, much = -20, little = 20;
  const auto price = [&](auto rule) {
    curve_market(books, {}, rule).solve(0, std::span<const double>(&none, 1), r);
    return r.price[0];
  };
  CHECK(price(pricing::k_price{}) == 20);
  CHECK(price(pricing::last_accepted_offer{}) == 10);
  CHECK(price(pricing::first_rejected_offer{}) == 30);
  CHECK(price(pricing::last_accepted_bid{}) == 30);  // moved into the admissible prices
  const curve_market m(books);
  m.solve(0, std::span<const double>(&much, 1), r);
  CHECK(r.unabsorbed == 10);
  CHECK(r.price[0] > 1000);
  m.solve(0, std::span<const double>(&little, 1), r);
  CHECK(r.unabsorbed == 15);
  CHECK(r.price[0] < -1000);
}
