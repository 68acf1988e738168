// SPDX-License-Identifier: BSL-1.0
#include <sched/model/block_orders.hpp>

#include <limits>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("a book of blocks names its first fault by code and place") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto good = [] {
    block_book b;
    b.blocks = {{.price = 1, .volume = {1, 2}}, {.price = 2, .volume = {0, 2}, .parent = 0}};
    b.flexible = {{.price = 3, .volume = 4}};
    b.complex = {{.steps = {{1, 5, 6}}, .min_power = {1, 1}}};
    return b;
  };
  CHECK_FALSE(check_block_book(good(), 2, 1));
  const auto fault = [&](auto change) {
    block_book b = good();
    change(b);
    return check_block_book(b, 2, 1);
  };
  using f = market_input_fault;
  CHECK(fault([](auto& b) { b.blocks[1].volume.pop_back(); }) == f{market_fault::length_mismatch, 1});
  CHECK(fault([&](auto& b) { b.blocks[0].price = nan; }) == f{market_fault::not_finite, 0});
  CHECK(fault([](auto& b) { b.blocks[0].volume[1] = -1; }) == f{market_fault::negative_volume, 0});
  CHECK(fault([](auto& b) { b.blocks[0].min_ratio = 1.5; }) == f{market_fault::bad_ratio, 0});
  CHECK(fault([](auto& b) { b.blocks[1].parent = 2; }) == f{market_fault::unknown_order, 1});
  CHECK(fault([](auto& b) { b.blocks[0].parent = 1; }).code == market_fault::cyclic_parents);
  CHECK(fault([](auto& b) { b.blocks[0].parent = 0; }).code == market_fault::cyclic_parents);
  CHECK(fault([](auto& b) { b.blocks[0].zone = 1; }) == f{market_fault::unknown_zone, 0});
  CHECK(fault([](auto& b) { b.flexible[0].first = 2; }) == f{market_fault::unknown_order, 2});
  CHECK(fault([](auto& b) { b.flexible[0].volume = -1; }) == f{market_fault::negative_volume, 2});
  CHECK(fault([](auto& b) { b.flexible[0].zone = 3; }) == f{market_fault::unknown_zone, 2});
  CHECK(fault([](auto& b) { b.complex[0].steps[0].period = 2; }) == f{market_fault::unknown_order, 3});
  CHECK(fault([](auto& b) { b.complex[0].min_power = {1}; }) == f{market_fault::length_mismatch, 3});
  CHECK(fault([&](auto& b) { b.complex[0].fixed_term = nan; }) == f{market_fault::not_finite, 3});
  CHECK(fault([](auto& b) { b.complex[0].ramp_up = -1; }) == f{market_fault::negative_volume, 3});
}
