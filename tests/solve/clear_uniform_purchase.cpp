// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/clear_uniform_purchase.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_uniform_purchase.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto S = market_side::sell, B = market_side::buy;
zone_order order(std::uint32_t zone, market_side s, double q, double p) { return {zone, curve_segment(s, p, p, q)}; }

/// North sells at 20, south at 50 and 60, a link of 10 between them.
zonal_market two_zones() {
  zonal_market m;
  m.zones = 2;
  m.orders = {order(0, S, 100, 20), order(1, S, 10, 50), order(1, S, 100, 60)};
  m.links = {{.from = 0, .to = 1, .capacity = 10, .reverse = 10}};
  return m;
}

std::string proof(const zonal_market& m, const std::vector<purchase_order>& p, const uniform_purchase_result& r) {
  const auto wrong = validate_uniform_purchase(m, p, r);
  return wrong.empty() ? std::string() : describe(wrong.front());
}

}  // namespace

TEST_CASE("all purchases pay the average of zone prices, weighted with what they buy there") {
  const zonal_market m = two_zones();
  const std::vector<purchase_order> p{{0, 500, 30}, {1, 500, 15}};
  const auto r = clear_uniform_purchase(m, p);
  CHECK(r.market.price == std::vector<double>{20, 50});
  CHECK(r.price == Approx((30 * 20 + 15 * 50) / 45.0));
  CHECK(r.accepted == std::vector<double>{30, 15});
  CHECK(r.market.flow[0] == Approx(10));
  CHECK(proof(m, p, r) == "");
}

TEST_CASE("a limit is compared with the average, not with the price of the zone") {
  const zonal_market m = two_zones();
  // The south's price is 50; 40 is enough where the average is less, and 25 in the cheap north is not.
  const std::vector<purchase_order> p{{0, 500, 30}, {1, 40, 15}, {0, 25, 5}};
  const auto r = clear_uniform_purchase(m, p);
  CHECK(r.accepted == std::vector<double>{30, 15, 0});
  CHECK(r.price == Approx(30));
  CHECK(proof(m, p, r) == "");
}

TEST_CASE("the marginal purchase is cut where the average is its limit; by merit, at most one") {
  const zonal_market m = two_zones();
  // 10 over the link at 20, then 10 of the south at 50: π = (30·20 + a·50)/(30 + a) with 28 reached at a ≈ 10.909.
  const std::vector<purchase_order> p{{0, 500, 30}, {1, 28, 10, 2}, {1, 28, 10, 1}};
  const auto r = clear_uniform_purchase(m, p);
  CHECK(r.accepted[2] == 10);
  CHECK(r.accepted[1] == Approx(240.0 / 22 - 10));
  CHECK(r.price == Approx(28));
  CHECK(proof(m, p, r) == "");
  // A single zone: the price stands between two steps, where the bid is cut.
  zonal_market one;
  one.zones = 1;
  one.orders = {order(0, S, 10, 10), order(0, S, 10, 30)};
  const std::vector<purchase_order> q{{0, 20, 15}};
  const auto s = clear_uniform_purchase(one, q);
  CHECK(s.accepted[0] == Approx(10));
  CHECK(s.price == Approx(20));
  CHECK(proof(one, q, s) == "");
}

TEST_CASE("random zones: every result is proved an equilibrium") {
  random_generator draw(11);
  std::size_t partial = 0, split = 0, none = 0, curtailed = 0;
  for (int round = 0; round < 600; ++round) {
    zonal_market m;
    m.zones = 1 + draw.below(3);
    m.bounds = {-20, 100};
    for (std::uint32_t z = 0; z < m.zones; ++z)
      for (int k = 0; k < draw.between(1, 4); ++k)
        m.orders.push_back(order(z, draw.chance(0.75) ? S : B, static_cast<double>(draw.between(1, 9)),
                                 static_cast<double>(draw.between(0, 30))));
    for (std::uint32_t a = 0; a < m.zones; ++a)
      for (std::uint32_t b = a + 1; b < m.zones; ++b)
        if (draw.chance(0.8))
          m.links.push_back({.from = a,
                             .to = b,
                             .capacity = static_cast<double>(draw.between(0, 8)),
                             .reverse = static_cast<double>(draw.between(0, 8))});
    std::vector<purchase_order> p;
    for (int k = 0; k < draw.between(1, 6); ++k)
      p.push_back({static_cast<std::uint32_t>(draw.below(m.zones)), static_cast<double>(draw.between(0, 40)),
                   static_cast<double>(draw.between(0, 6)), draw.between(0, 3)});
    const auto r = clear_uniform_purchase(m, p);
    INFO(round);
    CHECK(proof(m, p, r) == "");
    for (std::size_t k = 0; k < p.size(); ++k) partial += r.accepted[k] > 0 && r.accepted[k] < p[k].volume ? 1U : 0U;
    for (std::size_t z = 1; z < m.zones; ++z) split += r.market.price[z] != r.market.price[0] ? 1U : 0U;
    curtailed += r.curtailed > 0 ? 1 : 0;
    none += std::isnan(r.price) ? 1U : 0U;
  }
  CHECK(partial > 60);
  CHECK(split > 60);
  CHECK(none > 10);
  CHECK(curtailed > 5);
}

TEST_CASE("malformed purchases are refused with their index") {
  const zonal_market m = two_zones();
  const auto fault = [&](purchase_order o) {
    const std::vector<purchase_order> p{{0, 1, 1}, o};
    try {
      (void)clear_uniform_purchase(m, p);
    } catch (const market_error& e) {
      return std::pair(e.fault().code, e.fault().index);
    }
    return std::pair(market_fault::none, std::size_t{0});
  };
  CHECK(fault({2, 1, 1}) == std::pair(market_fault::unknown_zone, std::size_t{1}));
  CHECK(fault({0, NAN, 1}) == std::pair(market_fault::not_finite, std::size_t{1}));
  CHECK(fault({0, 1, -1}) == std::pair(market_fault::negative_volume, std::size_t{1}));
  zonal_market taxed = m;
  taxed.links[0].tariff = 1;
  CHECK_THROWS_AS(clear_uniform_purchase(taxed, std::vector<purchase_order>{{0, 1, 1}}), market_error);
  CHECK(std::isnan(clear_uniform_purchase(m, {}).price));
}
