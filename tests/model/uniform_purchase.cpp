// SPDX-License-Identifier: BSL-1.0
#include <sched/model/uniform_purchase.hpp>

#include <cmath>
#include <limits>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("the first malformed purchase is named") {
  std::vector<purchase_order> p{{0, 10, 1}, {1, -10, 0}};
  CHECK(!check_purchases(p, 2));
  p.push_back({1, std::numeric_limits<double>::infinity(), 1});
  CHECK(check_purchases(p, 2).code == market_fault::not_finite);
  CHECK(check_purchases(p, 2).index == 2);
  CHECK(check_purchases(p, 1).code == market_fault::unknown_zone);
  CHECK(check_purchases(p, 1).index == 1);
  p[0].volume = -1;
  CHECK(check_purchases(p, 1).code == market_fault::negative_volume);
  CHECK(std::isnan(uniform_purchase_result{}.price));
}
