// SPDX-License-Identifier: BSL-1.0
#include <sched/pricing/order_prices.hpp>

#include <cmath>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto sell = market_side::sell;
constexpr auto buy = market_side::buy;

curve_order offer(double price, double volume, std::uint32_t user = no_user) {
  return {sell, price, volume, 0, 0, user, false};
}

std::vector<double> prices_of(const std::vector<curve_order>& orders, const std::vector<double>& accepted,
                              price_bounds<> bounds = {}) {
  std::vector<double> out(orders.size());
  pricing::vickrey{}(margin_record<>{}, priced_book<>{orders, accepted, bounds}, std::span<double>(out));
  return out;
}

}  // namespace

TEST_CASE("a seller is paid the next units of the others") {
  // 10 are bought: 6 from a, 4 of b's 5; the next are 1 of b, 3 of c, 4 of d.
  const std::vector<curve_order> orders{offer(10, 6), offer(20, 5), offer(30, 3), offer(40, 4)};
  const auto p = prices_of(orders, {6, 4, 0, 0});
  CHECK(p[0] == Approx((20.0 * 1 + 30 * 3 + 40 * 2) / 6));
  CHECK(p[1] == Approx((30.0 * 3 + 40 * 1) / 4));
  CHECK(std::isnan(p[2]));
}

TEST_CASE("an owner's own orders do not replace it, and what is missing counts at the cap") {
  const std::vector<curve_order> orders{offer(10, 6, 1), offer(20, 5, 2), offer(25, 2, 1), offer(30, 3, 2)};
  const auto p = prices_of(orders, {6, 2, 0, 0}, {0, 100});
  CHECK(p[0] == Approx((20.0 * 3 + 30 * 3) / 6));
  CHECK(p[1] == Approx((25.0 * 2) / 2));
  const auto alone = prices_of({offer(10, 6, 1), offer(20, 5, 1)}, {6, 2}, {0, 100});
  CHECK(alone[0] == 100.0);
  CHECK(alone[1] == 100.0);
}

TEST_CASE("a buyer pays the next units that others wanted") {
  const std::vector<curve_order> orders{{buy, 50.0, 4.0}, {buy, 40.0, 4.0}, {buy, 30.0, 2.0}};
  const auto p = prices_of(orders, {4, 1, 0}, {5, 1000});
  CHECK(p[0] == Approx((40.0 * 3 + 30 * 1) / 4));
  CHECK(p[1] == Approx(30.0));
}

TEST_CASE("in a procurement no deviation beats the truth") {
  random_generator g(9);
  const auto clear = [](const std::vector<curve_order>& orders, double demand) {
    std::vector<std::size_t> by(orders.size());
    for (std::size_t i = 0; i < by.size(); ++i) by[i] = i;
    std::stable_sort(by.begin(), by.end(), [&](auto a, auto b) { return orders[a].price < orders[b].price; });
    std::vector<double> a(orders.size());
    for (const std::size_t i : by) {
      a[i] = std::min(orders[i].volume, demand);
      demand -= a[i];
    }
    return a;
  };
  for (int round = 0; round < 2000; ++round) {
    std::vector<curve_order> orders;
    for (std::size_t k = 2 + g.below(5); k-- > 0;)
      orders.push_back(offer(static_cast<double>(g.between(1, 20)), static_cast<double>(g.between(1, 5))));
    double total = 0;
    for (const auto& o : orders) total += o.volume;
    const double demand = std::floor(g.real() * total);
    const std::size_t who = g.below(orders.size());
    const double cost = orders[who].price;
    const auto utility = [&](const std::vector<curve_order>& book) {
      const auto a = clear(book, demand);
      return a[who] > 0 ? a[who] * (prices_of(book, a, {0, 100})[who] - cost) : 0.0;
    };
    const double honest = utility(orders);
    CHECK(honest >= -1e-9);
    auto lie = orders;
    lie[who].price = static_cast<double>(g.between(0, 40));
    CHECK(utility(lie) <= honest + 1e-9);
  }
}

TEST_CASE("pay-as-bid is the limit of the order, cap or floor without one") {
  std::vector<curve_order> orders{offer(10, 6), {buy, 0.0, 3.0}};
  orders[1].price_taking = true;
  std::vector<double> accepted{3, 3}, out(2);
  pricing::pay_as_bid{}(margin_record<>{}, priced_book<>{orders, accepted, {0, 77}}, std::span<double>(out));
  CHECK(out == std::vector<double>{10, 77});
}
