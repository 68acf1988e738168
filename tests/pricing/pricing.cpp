// SPDX-License-Identifier: BSL-1.0
#include <sched/pricing/pricing.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

margin_record<> example() {
  margin_record<> m;
  m.last_accepted_offer = 20;
  m.first_rejected_offer = 45;
  m.last_accepted_bid = 50;
  m.first_rejected_bid = 40;
  m.lo = 40;
  m.hi = 45;
  return m;
}

}  // namespace

TEST_CASE("every rule reads the margin as it says") {
  const auto m = example();
  CHECK(pricing::last_accepted_offer{}(m) == 20);
  CHECK(pricing::first_rejected_offer{}(m) == 45);
  CHECK(pricing::last_accepted_bid{}(m) == 50);
  CHECK(pricing::first_rejected_bid{}(m) == 40);
  CHECK(pricing::k_price{0}(m) == 40);
  CHECK(pricing::k_price{}(m) == 42.5);
  CHECK(pricing::k_price{1}(m) == 45);
  CHECK(pricing::k_accepted{}(m) == 35);
  CHECK(pricing::split_difference{}(m) == 35);
  CHECK(pricing::lao_seller_lab_buyer{}(m) == side_prices<>{20, 50});
  CHECK(pricing::reference{10}(m) == 40);
  CHECK(pricing::reference{42}(m) == 42);
  CHECK(pricing::reference{99}(m) == 45);
  CHECK(pricing::marginal{}(m) == 20);
}

TEST_CASE("second price depends on who is cut") {
  auto m = example();
  CHECK(pricing::second_price{}(m) == 40);
  m.cut = cut_side::offer;
  m.cut_price = 20;
  CHECK(pricing::second_price{}(m) == 45);
  CHECK(pricing::marginal{}(m) == 20);
  m.cut = cut_side::bid;
  CHECK(pricing::second_price{}(m) == 40);
}

TEST_CASE("rejected orders that do not exist fall back to accepted ones, missing ends to the other end") {
  margin_record<> m;
  m.last_accepted_offer = 20;
  m.last_accepted_bid = 50;
  m.lo = 20;
  CHECK(pricing::first_rejected_offer{}(m) == 20);
  CHECK(pricing::first_rejected_bid{}(m) == 50);
  CHECK(pricing::k_price{0.5}(m) == 20);
  CHECK(pricing::reference{70}(m) == 70);
}

TEST_CASE("without trade accepted orders are replaced by the interval's ends") {
  margin_record<> m;
  m.first_rejected_offer = m.hi = 60;
  m.first_rejected_bid = m.lo = 50;
  CHECK(pricing::last_accepted_offer{}(m) == 50);
  CHECK(pricing::last_accepted_bid{}(m) == 60);
  CHECK(pricing::k_accepted{}(m) == 55);
  CHECK(pricing::second_price{}(m) == 50);
}

TEST_CASE("prices in ticks are whole, rounded down") {
  margin_record<std::int64_t> m;
  m.lo = -3;
  m.hi = 2;
  CHECK(pricing::k_price{0.5}(m) == -1);
  CHECK(pricing::k_price{0}(m) == -3);
  CHECK(pricing::k_price{1}(m) == 2);
  m.lo = 2;
  m.hi = -3;
  CHECK(detail::blend<std::int64_t>(2, -3, 0.5) == -1);
}

TEST_CASE("kinds of rules are told apart") {
  STATIC_REQUIRE(uniform_pricing<pricing::k_price>);
  STATIC_REQUIRE_FALSE(side_pricing<pricing::k_price>);
  STATIC_REQUIRE(side_pricing<pricing::lao_seller_lab_buyer>);
  STATIC_REQUIRE_FALSE(uniform_pricing<pricing::lao_seller_lab_buyer>);
  STATIC_REQUIRE(pricing_rule<pricing::lao_seller_lab_buyer, std::int64_t>);
  STATIC_REQUIRE_FALSE(pricing_rule<int>);
}
