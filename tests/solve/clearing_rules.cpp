// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/clearing_rules.hpp>

#include <type_traits>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("replacing one rule keeps the others and their values") {
  const auto r = clearing_rules{}
                     .with_shortage(shortage::cap{500})
                     .with_tie(tie::random{7})
                     .with_pricing(pricing::k_price{0.25})
                     .with_zero_demand(zero_demand::zero{})
                     .with_slack(3)
                     .with_summation(summation::exact_order{})
                     .with_input(input::trusted{});
  CHECK(r.shortage.value == 500);
  CHECK(r.tie.seed == 7);
  CHECK(r.pricing.k == 0.25);
  CHECK(r.slack == 3);
  using type = std::remove_const_t<decltype(r)>;
  STATIC_REQUIRE(std::is_same_v<type::summation_type, summation::exact_order>);
  STATIC_REQUIRE(std::is_same_v<type::input_type, input::trusted>);
  STATIC_REQUIRE(std::is_same_v<type::zero_demand_type, zero_demand::zero>);
}

TEST_CASE("the compatible sets have no slack and refuse no demand") {
  CHECK(compat::numba.slack == 0);
  CHECK(compat::numba_exact.slack == 0);
  STATIC_REQUIRE(decltype(compat::numba)::input_type::lenient);
  STATIC_REQUIRE(std::is_same_v<decltype(compat::numba_exact)::summation_type, summation::exact_order>);
}
