// SPDX-License-Identifier: BSL-1.0
#include <sched/pricing/any_rules.hpp>

#include <cmath>
#include <vector>

#include <sched/solve/clear_two_sided.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("every name has its rule, in the order of the alternatives, and no other name has one") {
  for (std::size_t i = 0; i < any_pricing::names.size(); ++i) {
    const auto r = any_pricing::named(any_pricing::names[i]);
    REQUIRE(r);
    CHECK(r->rule().index() == i);
  }
  for (std::size_t i = 0; i < any_tie::names.size(); ++i) CHECK(any_tie::named(any_tie::names[i])->rule().index() == i);
  for (std::size_t i = 0; i < any_shortage::names.size(); ++i)
    CHECK(any_shortage::named(any_shortage::names[i])->rule().index() == i);
  for (std::size_t i = 0; i < any_zero_demand::names.size(); ++i)
    CHECK(any_zero_demand::named(any_zero_demand::names[i])->rule().index() == i);
  CHECK_FALSE(any_pricing::named("uniform"));
  CHECK_FALSE(any_tie::named(""));
  CHECK_FALSE(any_shortage::named("index"));
  CHECK_FALSE(any_zero_demand::named("NONE"));
}

TEST_CASE("a rule chosen at run time clears like the rule itself") {
  const std::vector<curve_order> book{{market_side::sell, 20.0, 10.0},
                                      {market_side::sell, 45.0, 5.0},
                                      {market_side::buy, 50.0, 10.0},
                                      {market_side::buy, 50.0, 4.0},
                                      {market_side::buy, 40.0, 5.0}};
  const auto any = [&](std::string_view pricing, std::string_view tie) {
    return clear_two_sided(book, *any_pricing::named(pricing, {.k = 0.25}), *any_tie::named(tie), any_shortage{});
  };
  CHECK(any("k_price", "index").price == clear_two_sided(book, pricing::k_price{0.25}).price);
  CHECK(any("pay_as_bid", "index").order_prices == clear_two_sided(book, pricing::pay_as_bid{}).order_prices);
  CHECK(any("k_price", "index").order_prices.empty());
  CHECK(any("lao_seller_lab_buyer", "index").buy_price ==
        clear_two_sided(book, pricing::lao_seller_lab_buyer{}).buy_price);
  CHECK(any("k_price", "pro_rata").accepted == clear_two_sided(book, pricing::k_price{}, tie::pro_rata{}).accepted);
}

TEST_CASE("numbers reach the rules that take them") {
  margin_record<> m;
  m.lo = 10;
  m.hi = 20;
  m.dearest_offer = 30;
  m.cheapest_offer = 5;
  const rule_numbers n{.k = 0.25, .reference = 12, .price_cap = 1000, .adder_slope = 7};
  CHECK((*any_pricing::named("k_price", n))(m).sell == 12.5);
  CHECK((*any_pricing::named("reference", n))(m).buy == 12);
  CHECK((*any_shortage::named("cap", n))(m, 2.0) == 1000);
  CHECK((*any_shortage::named("adder", n))(m, 2.0) == 44);
  CHECK((*any_zero_demand::named("lowest_offer"))(m) == 5);
  CHECK(std::isnan((*any_zero_demand::named("none"))(m)));
}
