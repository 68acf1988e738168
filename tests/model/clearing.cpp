// SPDX-License-Identifier: BSL-1.0
#include <sched/model/clearing.hpp>

#include <string>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("statuses and faults of a clearing have their names") {
  CHECK(to_string(clearing_status::cleared) == "cleared");
  CHECK(to_string(clearing_status::budget_exhausted) == "budget_exhausted");
  CHECK(to_string(market_fault::length_mismatch) == "length_mismatch");
  CHECK(to_string(market_fault::bad_output) == "bad_output");
  CHECK_FALSE(market_input_fault{});
  CHECK(market_input_fault{market_fault::bad_ratio, 3});
}

TEST_CASE("an error of a market is the library's error with a code and an index") {
  try {
    throw market_error({market_fault::negative_volume, 7}, "volume of an offer");
  } catch (const error& e) {
    CHECK(std::string(e.what()) == "negative_volume: volume of an offer (at 7)");
    REQUIRE(e.ids().size() == 1);
    CHECK(e.ids()[0] == "7");
    const auto* m = dynamic_cast<const market_error*>(&e);
    REQUIRE(m != nullptr);
    CHECK(m->code() == market_fault::negative_volume);
    CHECK(m->index() == 7);
  }
  CHECK(market_error({market_fault::negative_demand}).ids().empty());
  CHECK(market_error({market_fault::negative_demand}).reason() == "negative_demand");
}
