// SPDX-License-Identifier: BSL-1.0
#include <sched/model/orders.hpp>

#include <limits>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {
constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double no_number = std::numeric_limits<double>::quiet_NaN();

market_input_fault fault_of(std::vector<curve_order> orders, price_bounds<> b = {}) {
  return check_orders(std::span<const curve_order>(orders), b);
}
}  // namespace

TEST_CASE("the first fault of a book is named with its index") {
  const curve_order good{market_side::sell, 1.0, 2.0};
  CHECK_FALSE(fault_of({good, {market_side::buy, -5.0, 0.0}}));
  CHECK(fault_of({good, {market_side::sell, no_number, 1.0}}) == market_input_fault{market_fault::not_finite, 1});
  CHECK(fault_of({{market_side::sell, inf, 1.0}}) == market_input_fault{market_fault::not_finite, 0});
  CHECK(fault_of({good, good, {market_side::buy, 1.0, -1.0}}) == market_input_fault{market_fault::negative_volume, 2});
  CHECK(fault_of({{market_side::buy, 1.0, no_number}}) == market_input_fault{market_fault::not_finite, 0});
}

TEST_CASE("an order without a limit needs a finite bound on its side, and nothing of its price") {
  curve_order taker{market_side::buy, no_number, 2.0};
  taker.price_taking = true;
  CHECK(fault_of({taker}).code == market_fault::not_finite);
  CHECK_FALSE(fault_of({taker}, {-inf, 4000.0}));
  CHECK(first_price(taker, {-500.0, 4000.0}) == 4000.0);
  taker.side = market_side::sell;
  CHECK(fault_of({taker}, {-inf, 4000.0}).code == market_fault::not_finite);
  CHECK(last_price(taker, {-500.0, 4000.0}) == -500.0);
}

TEST_CASE("segments rise for offers and fall for bids") {
  const auto fault = [](curve_segment s) { return check_orders(std::span<const curve_segment>(&s, 1)).code; };
  CHECK(fault({market_side::sell, 0, 10, 5}) == market_fault::none);
  CHECK(fault({market_side::sell, 10, 0, 5}) == market_fault::bad_curve);
  CHECK(fault({market_side::buy, 10, 0, 5}) == market_fault::none);
  CHECK(fault({market_side::buy, 0, 10, 5}) == market_fault::bad_curve);
  CHECK(fault({market_side::sell, 0, no_number, 5}) == market_fault::not_finite);
  CHECK(curve_segment(curve_order{market_side::buy, 3.0, 4.0}).price_end == 3.0);
}

TEST_CASE("a position curve becomes bids above zero and offers below") {
  const std::vector<curve_point> points{{-500, 50}, {50, 50}, {51, -10}, {60, -10}, {4000, -30}};
  const auto parts = segments_of(points);
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].side == market_side::buy);
  CHECK(parts[0].price_end == 50.0);
  CHECK(parts[0].volume == 50.0);
  CHECK(parts[1].side == market_side::sell);
  CHECK(parts[1].price == parts[0].price);
  CHECK(parts[1].price_end == 51.0);
  CHECK(parts[2].volume == 20.0);
}

TEST_CASE("what a position curve keeps at its ends has no limit") {
  const std::vector<curve_point> buys{{0, 7}, {10, 5}}, sells{{0, -1}, {10, -4}};
  CHECK(segments_of(buys).back().price_taking);
  CHECK(segments_of(buys).back().volume == 5.0);
  CHECK(segments_of(sells).front().price_taking);
  CHECK(segments_of(sells).front().volume == 1.0);
  CHECK(segments_of({}).empty());
}

TEST_CASE("points that rise, or share a price unasked, are refused with their index") {
  const auto index = [](std::vector<curve_point> points, curve_kind k) {
    try {
      static_cast<void>(segments_of(points, k));
    } catch (const market_error& e) {
      CHECK(e.code() == market_fault::bad_curve);
      return e.index();
    }
    return market_input_fault::nowhere;
  };
  CHECK(index({{0, 1}, {1, 2}}, curve_kind::with_steps) == 1);
  CHECK(index({{0, 1}, {1, 1}, {0, 0}}, curve_kind::with_steps) == 2);
  CHECK(index({{0, 1}, {0, 0}}, curve_kind::piecewise_linear) == 1);
  CHECK(index({{0, 1}, {0, 0}}, curve_kind::with_steps) == market_input_fault::nowhere);
  const std::vector<curve_point> bad{{no_number, 1}};
  CHECK_THROWS_AS(segments_of(bad), market_error);
}
