// SPDX-License-Identifier: BSL-1.0
#include <sched/model/zonal_market.hpp>

#include <limits>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("a zonal market names its first fault by code and place") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto good = [] {
    zonal_market m;
    m.zones = 2;
    m.orders = {{0, curve_segment(market_side::sell, 1, 1, 5)}, {1, curve_segment(market_side::buy, 2, 2, 5)}};
    m.links = {{.from = 0, .to = 1, .capacity = 3, .reverse = 1}};
    m.boundaries = {{.zone = 1, .price = 4, .import_capacity = 2, .export_capacity = 0}};
    m.constraints = {{{1, 0}, 4}};
    m.injection = {0, 1};
    return m;
  };
  CHECK_FALSE(check_zonal_market(good()));
  const auto fault = [&](auto change) {
    zonal_market m = good();
    change(m);
    return check_zonal_market(m);
  };
  using f = market_input_fault;
  CHECK(fault([](auto& m) { m.orders[1].zone = 2; }) == f{market_fault::unknown_zone, 1});
  CHECK(fault([&](auto& m) { m.orders[0].order.price = nan; }) == f{market_fault::not_finite, 0});
  CHECK(fault([](auto& m) { m.orders[1].order.volume = -1; }) == f{market_fault::negative_volume, 1});
  CHECK(fault([](auto& m) { m.orders[0].order.price_end = 0; }) == f{market_fault::bad_curve, 0});
  CHECK(fault([](auto& m) { m.orders[1].order.price_taking = true; }) == f{market_fault::not_finite, 1});
  CHECK(fault([](auto& m) { m.links[0].to = 0; }) == f{market_fault::unknown_zone, 2});
  CHECK(fault([](auto& m) { m.links[0].loss = 1; }) == f{market_fault::bad_ratio, 2});
  CHECK(fault([](auto& m) { m.links[0].reverse = -4; }) == f{market_fault::negative_volume, 2});
  CHECK(fault([](auto& m) { m.links[0].tariff = -4; }) == f{market_fault::negative_volume, 2});
  CHECK(fault([&](auto& m) { m.links[0].capacity = nan; }) == f{market_fault::not_finite, 2});
  CHECK(fault([](auto& m) { m.boundaries[0].zone = 9; }) == f{market_fault::unknown_zone, 3});
  CHECK(fault([](auto& m) { m.boundaries[0].export_capacity = -1; }) == f{market_fault::negative_volume, 3});
  CHECK(fault([](auto& m) { m.constraints[0].ptdf.pop_back(); }) == f{market_fault::length_mismatch, 4});
  CHECK(fault([&](auto& m) { m.constraints[0].ram = nan; }) == f{market_fault::not_finite, 4});
  CHECK(fault([](auto& m) { m.injection.pop_back(); }) == f{market_fault::length_mismatch, 1});
  CHECK(fault([&](auto& m) { m.injection[1] = nan; }) == f{market_fault::not_finite, 6});
}
