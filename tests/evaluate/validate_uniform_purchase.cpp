// SPDX-License-Identifier: BSL-1.0
// A right clearing of purchases passes; every kind of change to it is caught.
#include <sched/evaluate/validate_uniform_purchase.hpp>

#include <algorithm>
#include <vector>

#include "support/catch.hpp"

using namespace sched;
using kind = market_violation_kind;

namespace {

/// North at 20 sends 10 to the south at 50; 30 are bought in the north, 15 in the south, the average is 30.
struct purchased {
  zonal_market m{};
  std::vector<purchase_order> orders{{0, 500, 30}, {1, 40, 15}, {0, 25, 5}};
  uniform_purchase_result r{};
  purchased() {
    const auto offer = [](std::uint32_t z, double q, double p) {
      return zone_order{z, curve_segment(market_side::sell, p, p, q)};
    };
    m.zones = 2;
    m.orders = {offer(0, 100, 20), offer(1, 10, 50)};
    m.links = {{.from = 0, .to = 1, .capacity = 10, .reverse = 10}};
    r.accepted = {30, 15, 0};
    r.price = 30;
    r.volume = 45;
    r.market.status = clearing_status::cleared;
    r.market.price = r.market.lo = r.market.hi = {20, 50};
    r.market.accepted = {40, 5};
    r.market.flow = {10};
    r.market.net_position = {10, -10};
    r.market.congestion_rent = 300;
    r.market.welfare = -40 * 20 - 5 * 50;
  }
};

bool caught(kind k, market_item item, std::size_t index, void (*change)(purchased&)) {
  purchased c;
  change(c);
  const auto all = validate_uniform_purchase(c.m, c.orders, c.r);
  return std::any_of(all.begin(), all.end(),
                     [&](const market_violation& v) { return v.kind == k && v.item == item && v.index == index; });
}

}  // namespace

TEST_CASE("a right clearing of purchases passes, and every mutation is caught") {
  using item = market_item;
  const purchased right;
  for (const market_violation& v : validate_uniform_purchase(right.m, right.orders, right.r)) FAIL_CHECK(describe(v));

  CHECK(caught(kind::malformed, item::book, 0, [](purchased& p) { p.r.accepted.pop_back(); }));
  CHECK(caught(kind::outside_volume, item::block, 0, [](purchased& p) { p.r.accepted[0] = 31; }));
  CHECK(caught(kind::partial_not_at_the_money, item::book, 0, [](purchased& p) { p.r.accepted = {20, 10, 0}; }));
  CHECK(caught(kind::unbalanced, item::zone, 0, [](purchased& p) { p.r.accepted[0] = 29; }));
  CHECK(caught(kind::wrong_sum, item::book, 0, [](purchased& p) { p.r.volume = 44; }));
  CHECK(caught(kind::wrong_price, item::book, 0, [](purchased& p) { p.r.price = 31; }));
  CHECK(caught(kind::out_of_the_money, item::block, 1, [](purchased& p) { p.orders[1].price = 29; }));
  CHECK(caught(kind::in_the_money, item::block, 2, [](purchased& p) { p.orders[2].price = 31; }));
  CHECK(caught(kind::wrong_flow, item::link, 0, [](purchased& p) { p.m.links[0].capacity = 12; }));
  CHECK(caught(kind::wrong_list, item::block, 2, [](purchased& p) {
    p.orders[1].price = p.orders[2].price = 30;
    p.orders[2].merit = -1;
  }));
}
