// SPDX-License-Identifier: BSL-1.0
#include <sched/model/random_blocks.hpp>

#include <cstddef>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("a random day of blocks has the asked size, is well formed and the same for a seed") {
  random_blocks_options o;
  o.blocks = 120;
  o.periods = 24;
  o.supply_steps = 30;
  o.demand_steps = 20;
  const random_block_day a = make_random_blocks(o, 3), b = make_random_blocks(o, 3), c = make_random_blocks(o, 4);
  REQUIRE(a.books.size() == 24);
  REQUIRE(a.orders.blocks.size() == 120);
  CHECK(a.books == b.books);
  CHECK(a.books != c.books);
  CHECK_FALSE(check_block_book(a.orders, 24, 1));
  std::size_t linked = 0, grouped = 0, curtailable = 0;
  for (std::size_t k = 0; k < 120; ++k) {
    CHECK(a.orders.blocks[k].price == b.orders.blocks[k].price);
    CHECK(a.orders.blocks[k].volume == b.orders.blocks[k].volume);
    linked += a.orders.blocks[k].parent != no_block ? 1U : 0U;
    grouped += a.orders.blocks[k].group != no_block ? 1U : 0U;
    curtailable += a.orders.blocks[k].min_ratio < 1 ? 1U : 0U;
  }
  CHECK(linked > 0);
  CHECK(grouped > 0);
  CHECK(curtailable > 0);
  o.periods = 2;
  CHECK(make_random_blocks(o, 1).books.size() == 2);
}
