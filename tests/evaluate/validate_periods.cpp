// SPDX-License-Identifier: BSL-1.0
// A right clearing under a ramp passes; every kind of change to it is caught.
#include <sched/evaluate/validate_periods.hpp>

#include <algorithm>
#include <vector>

#include "support/catch.hpp"

using namespace sched;
using kind = market_violation_kind;

namespace {

/// North at 20 may send 20 more to the south from period to period; the rest of the south's demand is met at 50.
struct ramped {
  std::vector<zonal_market> periods{};
  std::vector<zonal_ramp> ramps{{.links = {0}, .up = 20, .down = 20}};
  zonal_periods_result r{};
  ramped() {
    zonal_market m;
    m.zones = 2;
    m.orders = {{0, curve_segment(market_side::sell, 20, 20, 100)},
                {1, curve_segment(market_side::sell, 50, 50, 100)},
                {1, curve_segment(market_side::buy, 90, 90, 10)}};
    m.links = {{.from = 0, .to = 1, .capacity = 100, .reverse = 100}};
    periods = {m, m};
    periods[1].orders[2].order.volume = 60;
    zonal_result first, second;
    first.status = second.status = clearing_status::cleared;
    // A unit more now would allow one more later, worth 30: the south's price is 20 + (0 − 30) of the toll.
    first.price = first.lo = first.hi = {20, -10};
    first.accepted = {10, 0, 10};
    first.flow = {10};
    first.net_position = {10, -10};
    first.congestion_rent = -300;
    first.welfare = 10 * 90 - 10 * 20;
    second.price = second.lo = second.hi = {20, 50};
    second.accepted = {30, 30, 60};
    second.flow = {30};
    second.net_position = {30, -30};
    second.congestion_rent = 900;
    second.welfare = 60 * 90 - 30 * 20 - 30 * 50;
    r.status = clearing_status::cleared;
    r.periods = {first, second};
    r.ramp_price = {30};
    r.welfare = first.welfare + second.welfare;
  }
};

bool caught(kind k, market_item item, std::size_t period, void (*change)(ramped&)) {
  ramped c;
  change(c);
  const auto all = validate_periods(c.periods, c.ramps, c.r);
  return std::any_of(all.begin(), all.end(),
                     [&](const market_violation& v) { return v.kind == k && v.item == item && v.period == period; });
}

}  // namespace

TEST_CASE("a right clearing under a ramp passes, and every mutation is caught") {
  using item = market_item;
  const ramped right;
  for (const market_violation& v : validate_periods(right.periods, right.ramps, right.r)) FAIL_CHECK(describe(v));

  CHECK(caught(kind::malformed, item::book, 0, [](ramped& p) { p.r.ramp_price.clear(); }));
  CHECK(caught(kind::malformed, item::link, 1, [](ramped& p) { p.r.periods[1].flow.clear(); }));
  CHECK(caught(kind::beyond_gradient, item::constraint, 1, [](ramped& p) { p.ramps[0].up = 19; }));
  CHECK(caught(kind::wrong_shadow, item::constraint, 1, [](ramped& p) { p.ramps[0].up = 21; }));
  CHECK(caught(kind::wrong_shadow, item::constraint, 1, [](ramped& p) { p.r.ramp_price[0] = -30; }));
  CHECK(caught(kind::wrong_flow, item::link, 1, [](ramped& p) { p.r.ramp_price[0] = 0; }));
  CHECK(caught(kind::wrong_flow, item::link, 0, [](ramped& p) { p.r.ramp_price[0] = 29; }));
  CHECK(caught(kind::unbalanced, item::zone, 1, [](ramped& p) { p.r.periods[1].accepted[0] = 31; }));
  CHECK(caught(kind::wrong_sum, item::book, 0, [](ramped& p) { p.r.welfare += 100; }));
}
