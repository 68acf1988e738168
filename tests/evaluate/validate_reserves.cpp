// SPDX-License-Identifier: BSL-1.0
// A right plan passes; every kind of change to it is caught.
#include <sched/evaluate/validate_reserves.hpp>

#include <algorithm>
#include <vector>

#include "support/catch.hpp"

using namespace sched;
using kind = market_violation_kind;

namespace {

/// Three units, two zones that share the middle one; right by hand: 6 + 6 are needed, the middle one has 4.
struct procured {
  std::vector<reserve_unit> units{{3, 10}, {5, 4}, {4, 10}};
  std::vector<reserve_requirement> zones{{{0, 1}, 6}, {{1, 2}, 6}};
  reserve_plan plan{};
  procured() {
    plan.accepted = {2, 4, 2};
    plan.shadow = {3, 4};
    plan.price = {3, 7, 4};
    plan.missing = {0, 0};
    plan.cost = 6 + 20 + 8;
  }
};

bool caught(kind k, market_item item, std::size_t index, void (*change)(procured&)) {
  procured c;
  change(c);
  const auto all = validate_reserves(c.units, c.zones, c.plan);
  return std::any_of(all.begin(), all.end(),
                     [&](const market_violation& v) { return v.kind == k && v.item == item && v.index == index; });
}

}  // namespace

TEST_CASE("a right plan of reserves passes, and every mutation is caught") {
  using item = market_item;
  const procured right;
  for (const market_violation& v : validate_reserves(right.units, right.zones, right.plan)) FAIL_CHECK(describe(v));

  CHECK(caught(kind::malformed, item::book, 0, [](procured& p) { p.plan.shadow.pop_back(); }));
  CHECK(caught(kind::outside_volume, item::order, 1, [](procured& p) { p.plan.accepted[1] = 5; }));
  CHECK(caught(kind::unbalanced, item::constraint, 0, [](procured& p) { p.plan.accepted[0] = 1; }));
  CHECK(caught(kind::unbalanced, item::constraint, 1, [](procured& p) { p.zones[1].amount = 7; }));
  CHECK(caught(kind::wrong_shadow, item::constraint, 0, [](procured& p) { p.plan.accepted[0] = 3; }));
  CHECK(caught(kind::wrong_shadow, item::constraint, 1, [](procured& p) { p.plan.shadow[1] = -1; }));
  CHECK(caught(kind::wrong_price, item::order, 1, [](procured& p) { p.plan.price[1] = 5; }));
  CHECK(caught(kind::out_of_the_money, item::order, 2, [](procured& p) { p.units[2].cost = 4.5; }));
  CHECK(caught(kind::in_the_money, item::order, 0, [](procured& p) { p.units[0].cost = 2; }));
  CHECK(caught(kind::wrong_sum, item::book, 0, [](procured& p) { p.plan.cost = 30; }));
  CHECK(caught(kind::wrong_status, item::book, 0, [](procured& p) { p.plan.status = clearing_status::shortage; }));
  // Called missing although there is a unit that could help.
  CHECK(caught(kind::in_the_money, item::order, 0, [](procured& p) {
    p.plan.accepted[0] = 1;
    p.plan.missing[0] = 1;
    p.plan.status = clearing_status::shortage;
  }));
}
