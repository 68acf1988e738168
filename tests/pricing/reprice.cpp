// SPDX-License-Identifier: BSL-1.0
#include <sched/pricing/reprice.hpp>

#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto sell = market_side::sell;
constexpr auto buy = market_side::buy;

std::vector<nodal_participant> example() {
  return {{sell, 50, {{12, 20, 12}, {24, 50, 23.32}, {24, 60, 0}}},
          {sell, 52.9848, {{12, 20, 12}, {24, 48, 24}, {24, 60, 0}}},
          {buy, 54.0312, {{10, 100, 10}, {10, 50, 0}, {10, 20, 0}}},
          {buy, 55.6225, {{10, 100, 10}, {10, 60, 10}, {10, 50, 0}}}};
}

}  // namespace

TEST_CASE("ratios at the margin are those of the orders that set them") {
  const auto m = exchange_ratios(example());
  CHECK(m.last_accepted_offer == Approx(1.0));
  CHECK(m.first_rejected_offer == Approx(1.1324).epsilon(1e-4));
  CHECK(m.last_accepted_bid == Approx(1.0787).epsilon(1e-4));
  CHECK(m.first_rejected_bid == Approx(0.9254).epsilon(1e-4));
  CHECK(m.cut == cut_side::offer);
}

TEST_CASE("sellers are raised to their dearest accepted offer, buyers lowered to their cheapest accepted bid") {
  const auto fro = reprice(example(), pricing::first_rejected_offer{});
  CHECK(fro[1] == Approx(60.0));
  CHECK(fro[3] == 60.0);
  CHECK(reprice(example(), pricing::first_rejected_bid{})[0] == 50.0);
  CHECK(reprice(example(), pricing::first_rejected_bid{}, {.keep_whole = false})[0] < 50.0);
  const auto two = reprice(example(), pricing::lao_seller_lab_buyer{});
  CHECK(two[0] == Approx(50.0));
  CHECK(two[2] == Approx(58.2835).epsilon(1e-4));
}

TEST_CASE("limits of cleared prices, and withheld orders") {
  CHECK(reprice(example(), pricing::first_rejected_offer{}, {.max_cleared_offer = 55})[0] == 55.0);
  const auto m = exchange_ratios(example(), {.max_offer = 55});
  CHECK_FALSE(exists(m.first_rejected_offer));
  CHECK_FALSE(exists(exchange_ratios(example(), {.min_bid = 200}).last_accepted_bid));
}

TEST_CASE("a unit held at its minimum does not set the price; negative nodal prices switch the ratios off") {
  auto all = example();
  all[0].blocks[1] = {24, 70, 5};  // dearer than its nodal price: forced
  CHECK(exchange_ratios(all).last_accepted_offer < 1);
  all[2].nodal_price = -1;
  CHECK(exchange_ratios(all).last_accepted_bid == 1.0);
  all = {{sell, 0.0001, {{1, 5, 1}}}};
  CHECK(reprice(all, pricing::marginal{})[0] == 5.0);
}

TEST_CASE("pay-as-bid prices blocks") {
  const auto rows = reprice(example(), pricing::pay_as_bid{}, {.max_cleared_offer = 49});
  CHECK(rows[0] == std::vector<double>{20, 49, 49});
  CHECK(rows[3] == std::vector<double>{100, 60, 50});
}
