// SPDX-License-Identifier: BSL-1.0
// Results that are right pass; every kind of change to one is caught and named.
#include <sched/evaluate/validate_market.hpp>

#include <algorithm>
#include <limits>
#include <vector>

#include "support/catch.hpp"

using namespace sched;
using kind = market_violation_kind;

namespace {

curve_segment step(market_side s, double q, double p) { return curve_segment(s, p, p, q); }

/// Two zones, a full link, a boundary, a segment; right by hand.
zonal_market split() {
  zonal_market m;
  m.zones = 2;
  m.bounds = {-500, 4000};
  m.orders = {{0, step(market_side::sell, 100, 10)},
              {0, step(market_side::buy, 40, 90)},
              {1, step(market_side::sell, 100, 50)},
              {1, step(market_side::buy, 60, 90)},
              {1, curve_segment(market_side::sell, 40, 60, 20)},
              {1, step(market_side::buy, 7, 20)}};
  m.links = {{.from = 0, .to = 1, .capacity = 20, .reverse = 20}};
  m.boundaries = {{.zone = 1, .price = 45, .import_capacity = 5, .export_capacity = 5}};
  return m;
}
zonal_result split_result() {
  zonal_result r;
  r.status = clearing_status::cleared;
  r.price = {10, 50};
  r.lo = {10, 50};
  r.hi = {10, 50};
  r.accepted = {60, 40, 25, 60, 10, 0};
  r.net_position = {20, -20};
  r.flow = {20};
  r.boundary_import = {5};
  r.area = {0, 1};
  r.congestion_rent = 800;
  r.welfare = 90. * 100 - 10. * 60 - 50. * 25 - 45. * 10 - 5. * 45;
  return r;
}

template <class M, class R, class F>
bool caught(const M& m, R r, kind k, F change) {
  change(r);
  const auto all = validate_market(m, r);
  return std::any_of(all.begin(), all.end(), [&](const market_violation& v) { return v.kind == k; });
}

}  // namespace

TEST_CASE("a right clearing of zones passes, and every mutation of it is caught") {
  const zonal_market m = split();
  const zonal_result r = split_result();
  for (const market_violation& v : validate_market(m, r)) FAIL_CHECK(describe(v));
  const auto is = [&](kind k, auto change) { return caught(m, r, k, change); };

  CHECK(is(kind::malformed, [](auto& x) { x.accepted.pop_back(); }));
  CHECK(is(kind::malformed, [](auto& x) { x.flow.clear(); }));
  CHECK(is(kind::malformed, [](auto& x) { x.lo[0] = std::numeric_limits<double>::quiet_NaN(); }));
  CHECK(is(kind::outside_volume, [](auto& x) { x.accepted[1] = 41; }));
  CHECK(is(kind::outside_volume, [](auto& x) { x.accepted[5] = -1; }));
  CHECK(is(kind::in_the_money, [](auto& x) { x.accepted[3] = 59; }));
  CHECK(is(kind::in_the_money, [](auto& x) { x.accepted[4] = 9; }));
  CHECK(is(kind::out_of_the_money, [](auto& x) { x.accepted[4] = 11; }));
  CHECK(is(kind::out_of_the_money, [](auto& x) { x.accepted[5] = 1; }));
  CHECK(is(kind::unbalanced, [](auto& x) { x.accepted[2] = 26; }));
  CHECK(is(kind::unbalanced, [](auto& x) { x.net_position[0] = 19; }));
  CHECK(is(kind::outside_capacity, [](auto& x) { x.flow[0] = 21; }));
  CHECK(is(kind::outside_capacity, [](auto& x) { x.boundary_import[0] = 6; }));
  CHECK(is(kind::wrong_flow, [](auto& x) { x.flow[0] = 19; }));
  CHECK(is(kind::wrong_flow, [](auto& x) { x.boundary_import[0] = 4; }));
  CHECK(is(kind::wrong_flow, [](auto& x) { x.price = {50, 10}; }));
  CHECK(is(kind::wrong_price, [](auto& x) { x.price[1] = x.lo[1] - 1; }));
  CHECK(is(kind::wrong_price, [](auto& x) { x.price[0] = x.hi[0] = 5000; }));
  CHECK(is(kind::out_of_the_money, [](auto& x) { x.price[0] = 9; }));
  CHECK(is(kind::wrong_sum, [](auto& x) { x.welfare += 1; }));
  CHECK(is(kind::wrong_sum, [](auto& x) { x.congestion_rent += 1; }));
  CHECK(is(kind::wrong_sum, [](auto& x) { x.tariffs += 1; }));
  CHECK(is(kind::wrong_sum, [](auto& x) { x.unserved += 1; }));
  CHECK(is(kind::wrong_status, [](auto& x) { x.status = clearing_status::shortage; }));
}

TEST_CASE("a right flow-based clearing passes, and its mutations are caught") {
  zonal_market m;
  m.zones = 3;
  m.orders = {{0, step(market_side::sell, 300, 10)},
              {1, step(market_side::sell, 300, 40)},
              {2, step(market_side::buy, 150, 500)}};
  m.constraints = {{{2. / 3, 1. / 3, 0}, 80}, {{0, 0, -1}, 1000}};
  zonal_result r;
  r.status = clearing_status::cleared;
  r.price = r.lo = r.hi = {10, 40, 70};
  r.accepted = {90, 60, 150};
  r.net_position = {90, 60, -150};
  r.shadow_price = {90, 0};
  r.congestion_rent = 7200;
  r.welfare = 150 * 500 - 900 - 2400;
  for (const market_violation& v : validate_market(m, r)) FAIL_CHECK(describe(v));
  const auto is = [&](kind k, auto change) { return caught(m, r, k, change); };
  CHECK(is(kind::above_ram, [](auto& x) {
    x.accepted = {100, 50, 150};
    x.net_position = {100, 50, -150};
  }));
  CHECK(is(kind::wrong_shadow, [](auto& x) { x.shadow_price[1] = 1; }));
  CHECK(is(kind::wrong_shadow, [](auto& x) { x.shadow_price[0] = -90; }));
  CHECK(is(kind::wrong_price, [](auto& x) { x.shadow_price[0] = 80; }));
  CHECK(is(kind::wrong_price, [](auto& x) { x.price[2] = x.lo[2] = x.hi[2] = 71; }));
  CHECK(is(kind::unbalanced, [](auto& x) { x.accepted[1] = 59; }));
  CHECK(is(kind::out_of_the_money, [](auto& x) { x.lo[1] = 39; }));  // ends that an order would object to
  CHECK(is(kind::in_the_money, [](auto& x) { x.hi[1] = 41; }));
  CHECK(is(kind::in_the_money, [](auto& x) { x.hi[0] = std::numeric_limits<double>::infinity(); }));
  CHECK(is(kind::out_of_the_money, [](auto& x) { x.hi[2] = 501; }));
}

TEST_CASE("losses and tariffs are part of what a flow earns") {
  zonal_market m;
  m.zones = 2;
  m.orders = {{0, step(market_side::sell, 100, 10)}, {1, step(market_side::buy, 45, 90)}};
  m.links = {{.from = 0, .to = 1, .capacity = 60, .reverse = 0, .tariff = 2, .loss = 0.1}};
  zonal_result r;
  r.status = clearing_status::cleared;
  r.price = r.lo = r.hi = {10, 12 / 0.9};
  r.accepted = {50, 45};
  r.net_position = {50, -45};
  r.flow = {50};
  r.congestion_rent = 100;
  r.tariffs = 100;
  r.welfare = 45. * 90 - 500 - 100;
  for (const market_violation& v : validate_market(m, r)) FAIL_CHECK(describe(v));
  CHECK(caught(m, r, kind::wrong_flow, [](auto& x) { x.price[1] = x.lo[1] = x.hi[1] = 13; }));
  CHECK(caught(m, r, kind::wrong_flow, [](auto& x) { x.price[1] = x.lo[1] = x.hi[1] = 14; }));
  CHECK(caught(m, r, kind::wrong_flow, [](auto& x) { x.hi[1] = 14; }));  // ends that the link would object to
  CHECK(caught(m, r, kind::wrong_flow, [](auto& x) { x.lo[1] = 13; }));
  CHECK(caught(m, r, kind::unbalanced, [](auto& x) { x.accepted[0] = 45; }));
}

TEST_CASE("a price may leave the bounds by what is paid on the way, and by no more") {
  zonal_market m;
  m.zones = 2;
  m.bounds = {-10, 90};
  m.orders = {{0, step(market_side::sell, 5, -10)}, {1, step(market_side::buy, 9, -10)}};
  m.injection = {3, 0};
  m.links = {{.from = 0, .to = 1, .capacity = 60, .reverse = 0, .tariff = 2}};
  zonal_result r;
  r.status = clearing_status::cleared;
  r.price = r.lo = r.hi = {-12, -10};
  r.accepted = {0, 3};
  r.net_position = {3, -3};
  r.flow = {3};
  r.congestion_rent = r.tariffs = 6;
  r.welfare = -3. * 10 - 6;
  for (const market_violation& v : validate_market(m, r)) FAIL_CHECK(describe(v));
  m.bounds.floor = -9;
  CHECK_FALSE(validate_market(m, r).empty());
}

TEST_CASE("a link with losses that carries nothing earns nothing in one of its directions") {
  zonal_market m;
  m.zones = 2;
  m.bounds = {-100, 100};
  m.orders = {{0, step(market_side::sell, 10, -80)},
              {0, step(market_side::buy, 10, -50)},
              {1, step(market_side::sell, 10, -80)},
              {1, step(market_side::buy, 10, -50)}};
  m.links = {{.from = 0, .to = 1, .capacity = 5, .reverse = 5, .loss = 0.1}};
  zonal_result r;
  r.status = clearing_status::cleared;
  r.lo = {-80, -80};
  r.hi = {-50, -50};
  r.price = {-60, -80};  // back it would earn 80 − 54
  r.accepted = {10, 10, 10, 10};
  r.net_position = {0, 0};
  r.flow = {0};
  r.welfare = 600;
  for (const market_violation& v : validate_market(m, r)) FAIL_CHECK(describe(v));
  CHECK(caught(m, r, kind::wrong_flow, [](auto& x) { x.price = {-60, -60}; }));  // either way earns 6
  m.links[0].reverse = 0;
  for (const market_violation& v : validate_market(m, r)) FAIL_CHECK(describe(v));
  m.links[0] = {.from = 0, .to = 1, .capacity = 5, .reverse = 5, .loss = 0};
  CHECK(caught(m, r, kind::wrong_flow, [](auto&) {}));
}

TEST_CASE("an intuitive market is asked by its exchanges") {
  zonal_market m;
  m.zones = 3;
  m.orders = {{0, step(market_side::sell, 300, 10)},
              {1, step(market_side::sell, 100, 60)},
              {1, step(market_side::buy, 10, 500)},
              {2, step(market_side::sell, 300, 50)},
              {2, step(market_side::buy, 150, 500)}};
  m.constraints = {{{0.6, -0.3, 0}, 30}};
  m.intuitive = true;
  zonal_result r;
  r.status = clearing_status::cleared;
  r.price = r.lo = r.hi = {10, 60, 50};
  r.accepted = {50, 10, 10, 100, 150};
  r.net_position = {50, 0, -50};
  r.shadow_price = {40 / 0.6};
  r.exchange = {{0, 2, 50}};
  r.patched = {1};
  r.congestion_rent = 2000;
  r.welfare = 160 * 500. - 500 - 600 - 5000;
  for (const market_violation& v : validate_market(m, r)) FAIL_CHECK(describe(v));
  const auto is = [&](kind k, auto change) { return caught(m, r, k, change); };
  CHECK(is(kind::malformed, [](auto& x) { x.patched.clear(); }));
  CHECK(is(kind::malformed, [](auto& x) { x.exchange[0].to = 0; }));
  CHECK(is(kind::unbalanced, [](auto& x) { x.exchange[0].volume = 49; }));
  CHECK(is(kind::unbalanced, [](auto& x) { x.exchange[0].to = 1; }));
  CHECK(is(kind::outside_volume, [](auto& x) { x.exchange = {{0, 2, 60}, {0, 2, -10}}; }));
  CHECK(is(kind::against_price, [](auto& x) { x.exchange = {{0, 2, 50}, {1, 2, 1}, {2, 1, 1}}; }));
  CHECK(is(kind::wrong_price, [](auto& x) { x.patched = {0}; }));
  CHECK(is(kind::wrong_price, [](auto& x) { x.shadow_price[0] = 60; }));
  m.constraints[0].ram = 25;
  CHECK(is(kind::above_ram, [](auto&) {}));
  m.constraints[0].ram = 35;
  CHECK(is(kind::wrong_shadow, [](auto&) {}));
}

TEST_CASE("single books and offers against a demand") {
  const std::vector<curve_order> book{{.side = market_side::sell, .price = 10, .volume = 50},
                                      {.side = market_side::sell, .price = 30, .volume = 50},
                                      {.side = market_side::buy, .price = 40, .volume = 60}};
  const std::span<const curve_order> orders(book);
  const auto book_fault = [&](std::vector<double> a, double p, double x = 0) {
    const auto all = validate_book(orders, std::span<const double>(a), p, x);
    return all.empty() ? -1 : static_cast<int>(all.front().kind);
  };
  CHECK(book_fault({50, 10, 60}, 30) == -1);
  CHECK(book_fault({50, 15, 60}, 30, 5) == -1);
  CHECK(book_fault({50, 10, 60}, 31) == static_cast<int>(kind::in_the_money));
  CHECK(book_fault({50, 10, 60}, 29) == static_cast<int>(kind::out_of_the_money));
  CHECK(book_fault({40, 20, 60}, 30) == static_cast<int>(kind::in_the_money));
  CHECK(book_fault({50, 11, 60}, 30) == static_cast<int>(kind::unbalanced));
  CHECK(book_fault({51, 9, 60}, 30) == static_cast<int>(kind::outside_volume));
  CHECK(book_fault({50, 10}, 30) == static_cast<int>(kind::malformed));

  const std::vector<double> p{10, 20, 20, 30}, q{5, 5, 5, 5};
  const auto offer_fault = [&](double d, std::vector<double> a) {
    const auto all =
        validate_offers(std::span<const double>(p), std::span<const double>(q), d, std::span<const double>(a));
    return all.empty() ? -1 : static_cast<int>(all.front().kind);
  };
  CHECK(offer_fault(12, {5, 2, 5, 0}) == -1);
  CHECK(offer_fault(100, {5, 5, 5, 5}) == -1);
  CHECK(offer_fault(12, {4, 3, 5, 0}) == static_cast<int>(kind::out_of_the_money));
  CHECK(offer_fault(12, {5, 2, 4, 0}) == static_cast<int>(kind::unbalanced));
  CHECK(offer_fault(12, {5, 6, 1, 0}) == static_cast<int>(kind::outside_volume));
  CHECK(offer_fault(12, {5, 7}) == static_cast<int>(kind::malformed));
}
