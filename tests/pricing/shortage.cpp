// SPDX-License-Identifier: BSL-1.0
#include <sched/pricing/shortage.hpp>

#include <cmath>
#include <cstdint>

#include "support/catch.hpp"

using namespace sched;

static_assert(shortage_rule<shortage::last_offer> && shortage_rule<shortage::highest_offer, float> &&
              shortage_rule<shortage::cap, double, std::int64_t> && shortage_rule<shortage::adder> &&
              shortage_rule<shortage::marginal_demand>);
static_assert(zero_demand_rule<zero_demand::lowest_offer> && zero_demand_rule<zero_demand::lowest_of_all, float> &&
              zero_demand_rule<zero_demand::zero, double, std::int64_t> && zero_demand_rule<zero_demand::none>);

TEST_CASE("each shortage rule gives its price") {
  margin_record<double> m;
  m.dearest_offer = 2;
  m.highest_offer = 3;
  m.curtailed_bid = 70;
  CHECK(shortage::last_offer{}(m, 0.5) == 2);
  CHECK(shortage::highest_offer{}(m, 0.5) == 3);
  CHECK(shortage::cap{500}(m, 0.5) == 500);
  CHECK(shortage::adder{40, 500}(m, 0.5) == 22);
  CHECK(shortage::adder{40, 10}(m, 0.5) == 10);
  CHECK(shortage::marginal_demand{}(m, 0.5) == 70);
}

TEST_CASE("each zero-demand rule gives its price") {
  margin_record<double> m;
  m.cheapest_offer = 7;
  m.lowest_offer = 5;
  CHECK(zero_demand::lowest_offer{}(m) == 7);
  CHECK(zero_demand::lowest_of_all{}(m) == 5);
  CHECK(zero_demand::zero{}(m) == 0);
  CHECK(std::isnan(zero_demand::none{}(m)));
}
