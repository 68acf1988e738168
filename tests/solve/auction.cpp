// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/auction.hpp>

#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto sell = market_side::sell;
constexpr auto buy = market_side::buy;

std::vector<curve_order> random_book(random_generator& g, bool units) {
  std::vector<curve_order> out;
  for (std::size_t k = 2 + g.below(9); k-- > 0;)
    out.push_back({g.chance(0.5) ? sell : buy, static_cast<double>(g.between(1, 20)),
                   units ? 1.0 : static_cast<double>(g.between(1, 4))});
  return out;
}

double gain(const std::vector<curve_order>& truth, const double_auction_result& r, std::size_t i) {
  if (r.accepted[i] == 0) return r.fees.empty() ? 0 : -r.fees[i];
  const double each = truth[i].side == buy ? truth[i].price - r.price_buy : r.price_sell - truth[i].price;
  return each * r.accepted[i] - (r.fees.empty() ? 0 : r.fees[i]);
}

/// Nobody loses, the auctioneer has no deficit, and a random lie does not pay.
template <class Auction>
void check_truthful(const Auction& auction, bool units, std::uint64_t seed) {
  random_generator g(seed);
  for (int round = 0; round < 1500; ++round) {
    const auto book = random_book(g, units);
    const auto honest = auction(book);
    CHECK(honest.revenue >= -1e-9);
    for (std::size_t i = 0; i < book.size(); ++i)
      if (gain(book, honest, i) < -1e-9) CHECK(gain(book, honest, i) >= -1e-9);
    const std::size_t who = g.below(book.size());
    auto lie = book;
    lie[who].price = static_cast<double>(g.between(0, 22));
    const double before = gain(book, honest, who), after = gain(book, auction(lie), who);
    if (after > before + 1e-9) {
      CAPTURE(round, who, lie[who].price);
      CHECK(after <= before + 1e-9);
    }
  }
}

}  // namespace

TEST_CASE("McAfee's auction makes truth pay") {
  check_truthful([](const std::vector<curve_order>& b) { return mcafee(b); }, true, 41);
}

TEST_CASE("a posted price makes truth pay") {
  check_truthful([](const std::vector<curve_order>& b) { return posted_price(b, 10.5); }, false, 42);
}

TEST_CASE("Huang's auction has no deficit and nobody loses") {
  random_generator g(43);
  for (int round = 0; round < 1000; ++round) {
    const auto book = random_book(g, false);
    const auto r = huang(book);
    CHECK(r.revenue >= -1e-9);
    double sold = 0, bought = 0;
    for (std::size_t i = 0; i < book.size(); ++i) {
      CHECK(r.accepted[i] <= book[i].volume);
      CHECK(gain(book, r, i) >= -1e-9);
      (book[i].side == sell ? sold : bought) += r.accepted[i];
    }
    CHECK(sold == Approx(bought).margin(1e-9));
  }
}

TEST_CASE("in MUDA no order moves the price it trades at") {
  random_generator g(44);
  for (int round = 0; round < 500; ++round) {
    const auto book = random_book(g, false);
    std::vector<std::size_t> left;
    for (std::size_t i = 0; i < book.size(); ++i)
      if (g.chance(0.5)) left.push_back(i);
    const auto utility = [&](const muda_result& r, std::size_t i) {
      const bool is_left = std::find(left.begin(), left.end(), i) != left.end();
      const double p = is_left ? r.price_right : r.price_left;
      if (r.accepted[i] == 0) return -r.fees[i];
      return (book[i].side == buy ? book[i].price - p : p - book[i].price) * r.accepted[i] - r.fees[i];
    };
    const auto honest = muda(book, left);
    const std::size_t who = g.below(book.size());
    auto lie = book;
    lie[who].price = static_cast<double>(g.between(0, 22));
    CHECK(utility(honest, who) >= -1e-9);
    CHECK(utility(muda(lie, left), who) <= utility(honest, who) + 1e-9);
  }
  const auto book = random_book(g, false);
  CHECK(muda(book, std::uint64_t{3}).accepted == muda(book, std::uint64_t{3}).accepted);
}

TEST_CASE("Vickrey's sale of units makes truth pay, and the three prices differ as they should") {
  const std::vector<std::vector<double>> bids{{4, 3, 2}, {1, 0.9, 0}, {1.5, 1.1, 1}};
  CHECK(sell_units(bids, 3, multi_unit_pricing::pay_as_bid).payments[0] == 9.0);
  CHECK(sell_units(bids, 3, multi_unit_pricing::uniform_first_rejected).payments[0] == 4.5);
  CHECK(sell_units(bids, 3, multi_unit_pricing::vickrey).payments[0] == Approx(3.6));
  random_generator g(45);
  for (int round = 0; round < 1000; ++round) {
    std::vector<std::vector<double>> values(2 + g.below(3));
    for (auto& row : values) {
      for (int k = 0; k < 3; ++k) row.push_back(static_cast<double>(g.between(0, 9)));
      std::sort(row.rbegin(), row.rend());
    }
    const std::size_t who = g.below(values.size()), items = 1 + g.below(5);
    const auto utility = [&](const multi_unit_result& r) {
      double u = -r.payments[who];
      for (std::size_t k = 0; k < r.allocation[who]; ++k) u += values[who][k];
      return u;
    };
    const double honest = utility(sell_units(values, items, multi_unit_pricing::vickrey));
    CHECK(honest >= -1e-12);
    auto lie = values;
    for (double& v : lie[who]) v = static_cast<double>(g.between(0, 9));
    std::sort(lie[who].rbegin(), lie[who].rend());
    CHECK(utility(sell_units(lie, items, multi_unit_pricing::vickrey)) <= honest + 1e-12);
  }
}

TEST_CASE("what the auctions cannot sell is refused") {
  CHECK_THROWS_AS(mcafee(std::vector<curve_order>{{buy, 1.0, 2.0}}), market_error);
  const std::vector<std::size_t> far{5};
  CHECK_THROWS_AS(muda(std::vector<curve_order>{{buy, 1.0, 2.0}}, far), market_error);
  const std::vector<std::vector<double>> rising{{1, 2}};
  CHECK_THROWS_AS(sell_units(rising, 1, multi_unit_pricing::vickrey), market_error);
  CHECK(mcafee(std::vector<curve_order>{}).status == clearing_status::no_trade);
}
