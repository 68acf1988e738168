// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/block_acceptance.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

block_order sale(double price, std::vector<double> volume) {
  block_order b;
  b.price = price;
  b.volume = std::move(volume);
  return b;
}

}  // namespace

TEST_CASE("a block is judged at its volume-weighted average price") {
  const std::vector<double> high{35, 36, 37}, low{30, 31, 35};
  const std::vector<block_order> one{sale(34, {100, 110, 120})};
  CHECK(accept_blocks(one, high) == std::vector<double>{1});
  CHECK(accept_blocks(one, low) == std::vector<double>{0});
  auto buyer = one;
  buyer[0].side = market_side::buy;
  CHECK(accept_blocks(buyer, low) == std::vector<double>{1});
  CHECK(block_surplus(one[0], high) == Approx(100 + 220 + 360));
}

TEST_CASE("children save their parent, a losing child is dropped") {
  const std::vector<double> prices{100};
  std::vector<block_order> family{sale(120, {100}), sale(75, {100}), sale(110, {10})};
  family[1].parent = family[2].parent = 0;
  CHECK(accept_blocks(family, prices) == std::vector<double>{1, 1, 0});
  family[0].price = 130;
  CHECK(accept_blocks(family, prices) == std::vector<double>{0, 0, 0});
}

TEST_CASE("of a group the best, of a loop both or none") {
  const std::vector<double> prices{35, 40};
  std::vector<block_order> group{sale(34, {100, 110}), sale(30, {0, 80}), sale(30, {0, 80})};
  for (auto& b : group) b.group = 7;
  CHECK(accept_blocks(group, prices) == std::vector<double>{0, 1, 0});
  std::vector<block_order> loop{sale(50, {0, 30}), sale(10, {30, 0})};
  loop[0].loop = loop[1].loop = 1;
  CHECK(accept_blocks(loop, prices) == std::vector<double>{1, 1});
  loop[1].price = 30;
  CHECK(accept_blocks(loop, prices) == std::vector<double>{0, 0});
}

TEST_CASE("a complex order keeps its minimum power and its income, or is off") {
  complex_order c;
  c.kind = complex_kind::scalable;
  c.fixed_term = 1000;
  c.steps = {{0, 100, 35}, {1, 110, 35}, {2, 120, 35}};
  c.min_power = {50, 50, 50};
  CHECK(accept_complex(c, std::vector<double>{40, 41, 42}) == std::vector<double>{100, 110, 120});
  CHECK(accept_complex(c, std::vector<double>{40, 41, 30}) == std::vector<double>{0, 0, 0});
  c.fixed_term = 800;
  CHECK(accept_complex(c, std::vector<double>{40, 41, 30}) == std::vector<double>{100, 110, 50});
  c.kind = complex_kind::minimum_income;
  c.min_power.clear();
  c.fixed_term = 0;
  c.variable_term = 41;
  CHECK(accept_complex(c, std::vector<double>{40, 41, 30}) == std::vector<double>{0, 0, 0});
}

TEST_CASE("faults of the book are refused") {
  std::vector<block_order> circle{sale(1, {1}), sale(1, {1})};
  circle[0].parent = 1;
  circle[1].parent = 0;
  CHECK_THROWS_AS(accept_blocks(circle, std::vector<double>{1}), market_error);
  CHECK_THROWS_AS(accept_blocks(circle, std::vector<double>{1, 2}), market_error);
}
