// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/merit_order.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <vector>

#include "support/brute_market.hpp"
#include "support/catch.hpp"

using namespace sched;

namespace {

using column = std::vector<double>;

void check(const merit_order<>& m, const column& prices, const column& volumes, double demand) {
  column direct(prices.size()), prepared(prices.size());
  const auto rules = clearing_rules<>{}.with_summation(summation::exact_order{});
  const auto a = clear(prices, volumes, demand, direct, rules, {.margin = true});
  const auto b = m.accepted(demand, prepared);
  REQUIRE(a.status == b.status);
  REQUIRE((a.price == b.price || (std::isnan(a.price) && std::isnan(b.price))));
  REQUIRE(a.unserved == b.unserved);
  REQUIRE((prices.empty() || std::memcmp(direct.data(), prepared.data(), prices.size() * sizeof(double)) == 0));
  if (a.status == clearing_status::cleared || a.status == clearing_status::shortage)
    REQUIRE(m.price(demand) == a.price);
}

}  // namespace

TEST_CASE("a prepared merit order answers as clear does, also after offers have changed") {
  random_generator draw(3);
  for (int trial = 0; trial < 200; ++trial) {
    whole_market w(draw, draw.below(40));
    if (trial % 2 == 0)
      for (double& q : w.volumes) q *= 0.1;
    merit_order<> m(w.prices, w.volumes);
    for (int change = 0; change < 10; ++change) {
      const double supply = m.supply();
      for (const double d : {0.0, supply, supply * draw.real(), supply * draw.real(), supply * 1.5})
        check(m, w.prices, w.volumes, d);
      const auto p = static_cast<double>(draw.between(-5, 25));
      double sum = 0;
      for (const std::uint32_t i : m.order()) sum += w.prices[i] <= p ? w.volumes[i] : 0;
      REQUIRE(m.supply(p) == sum);
      if (w.prices.empty()) break;
      const std::size_t i = draw.below(w.prices.size());
      w.prices[i] = static_cast<double>(draw.between(-5, 25));
      w.volumes[i] = static_cast<double>(draw.between(0, 9)) * 0.1;
      m.update(i, w.prices[i], w.volumes[i]);
    }
  }
}

TEST_CASE("lots, refused input and changes that are refused leave the order as it was") {
  const column prices{3, 1};
  const std::vector<std::int64_t> lots{5, 7};
  merit_order<double, std::int64_t> m(prices, lots);
  std::vector<std::int64_t> out(2);
  CHECK(m.accepted(8, out).price == 3);
  CHECK(out == std::vector<std::int64_t>{1, 7});
  CHECK_THROWS_AS(m.update(2, 1, 1), market_error);
  CHECK_THROWS_AS(m.update(0, 1, -1), market_error);
  CHECK_THROWS_AS(m.update(0, 1, std::numeric_limits<std::int64_t>::max()), market_error);
  CHECK(m.supply() == 12);
  CHECK_THROWS_AS(m.price(-1), market_error);
  const column bad{1, std::numeric_limits<double>::quiet_NaN()};
  CHECK_THROWS_AS(merit_order<>(bad, bad), market_error);
  CHECK_THROWS_AS(merit_order<>(bad, column{1}), market_error);
}
