// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/market_response.hpp>

#include <cstddef>
#include <span>
#include <vector>

#include <sched/solve/clear_blocks.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Two zones whose prices sum to 20, each within [0, 20], with welfare min Σ price·(injection − wanted): with exactly
/// one unit put into zone 1 all of them are admissible. The sum is a limit on prices, or prices are made of one number.
struct seesaw {
  bool made_of_one = false;
  double sum = 20;

  [[nodiscard]] std::size_t periods() const { return 1; }
  [[nodiscard]] std::size_t zones() const { return 2; }
  void solve(std::size_t, std::span<const double> e, market_response& r) const {
    r = {};
    const double more = e[1] - 1 - e[0];  // what a unit of price in zone 1 instead of zone 0 is worth
    r.lo = {0, 0};
    r.hi = {sum, sum};
    if (more > 0) r.lo[0] = r.hi[0] = sum, r.lo[1] = r.hi[1] = 0;
    if (more < 0) r.lo[0] = r.hi[0] = 0, r.lo[1] = r.hi[1] = sum;
    r.price = {(r.lo[0] + r.hi[0]) / 2, (r.lo[1] + r.hi[1]) / 2};
    r.welfare = r.price[0] * e[0] + r.price[1] * (e[1] - 1);
    if (made_of_one) {
      r.inner = {{0, sum}};
      r.limit = {{{{0, 1}, {2, -1}}, 0, true}, {{{1, 1}, {2, 1}}, sum, true}};
    } else {
      r.limit = {{{{0, 1}, {1, 1}}, sum, true}};
    }
  }
};
static_assert(convex_market<seesaw>);

}  // namespace

TEST_CASE("a plain answer limits nothing") {
  const market_response r;
  CHECK(r.limit.empty());
  CHECK(r.inner.empty());
  CHECK(r.order.empty());
  CHECK(r.same.empty());
}

TEST_CASE("limits of a market bind the prices of its blocks, also through what prices are made of") {
  for (const bool made_of_one : {false, true}) {
    const seesaw m{made_of_one};
    const auto clear = [&](std::vector<double> limit) {
      block_book book;
      for (const double p : limit)
        book.blocks.push_back({.price = p, .volume = {1.0 / static_cast<double>(limit.size())}, .zone = 1});
      return clear_blocks(m, book);
    };
    block_result r = clear({8});  // the market's own choice is enough
    CHECK(r.proven);
    CHECK(r.ratio == std::vector<double>{1});
    CHECK(r.price == std::vector<double>{10, 10});
    r = clear({15});
    CHECK(r.ratio == std::vector<double>{1});
    CHECK(r.price[0] == Approx(5).margin(1e-5));
    CHECK(r.price[1] == Approx(15).margin(1e-5));
    CHECK(r.welfare == Approx(-15));
    r = clear({25});  // beyond the sum
    CHECK(r.ratio == std::vector<double>{0});
    CHECK(r.welfare == Approx(-20));
    r = clear({5, 14});
    CHECK(r.ratio == std::vector<double>{1, 1});
    CHECK(r.price[1] == Approx(14).margin(1e-5));
  }
}
