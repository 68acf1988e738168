// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/couple_periods.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_periods.hpp>
#include <sched/solve/couple_zones.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto S = market_side::sell, B = market_side::buy;
zone_order order(std::uint32_t zone, market_side s, double q, double p) { return {zone, curve_segment(s, p, p, q)}; }

/// North sells at 20; south buys at 90 and has offers at 50, and wants more in the second period.
std::vector<zonal_market> two_periods() {
  zonal_market m;
  m.zones = 2;
  m.orders = {order(0, S, 100, 20), order(1, S, 100, 50), order(1, B, 10, 90)};
  m.links = {{.from = 0, .to = 1, .capacity = 100, .reverse = 100}};
  zonal_market later = m;
  later.orders[2].order.volume = 60;
  return {m, later};
}

std::string proof(const std::vector<zonal_market>& p, const std::vector<zonal_ramp>& ramps,
                  const zonal_periods_result& r) {
  const auto wrong = validate_periods(p, ramps, r);
  return wrong.empty() ? std::string() : describe(wrong.front());
}

}  // namespace

TEST_CASE("a ramp holds the flow back, and prices differ over a link with room") {
  const auto p = two_periods();
  const std::vector<zonal_ramp> ramps{{.links = {0}, .up = 20, .down = 20}};
  const auto r = couple_periods(p, ramps);
  CHECK(r.status == clearing_status::cleared);
  CHECK(r.periods[0].flow[0] == Approx(10));
  CHECK(r.periods[1].flow[0] == Approx(30));
  CHECK(r.periods[1].price[0] == Approx(20));
  CHECK(r.periods[1].price[1] == Approx(50));
  CHECK(r.ramp_price[0] == Approx(30));
  CHECK(proof(p, ramps, r) == "");
  // The same as a limit on what the north exports.
  const std::vector<zonal_ramp> position{{.zone = 0, .up = 20}};
  const auto q = couple_periods(p, position);
  CHECK(q.periods[1].flow[0] == Approx(30));
  CHECK(q.welfare == Approx(r.welfare));
  CHECK(proof(p, position, q) == "");
}

TEST_CASE("random periods: without ramps as period by period, with ramps proved and never better") {
  random_generator draw(31);
  std::size_t binding = 0;
  for (int round = 0; round < 300; ++round) {
    const std::size_t zones = 2 + draw.below(2), periods = 2 + draw.below(3);
    std::vector<zonal_market> all(periods);
    for (std::size_t t = 0; t < periods; ++t) {
      zonal_market& m = all[t];
      m.zones = zones;
      m.bounds = {-20, 60};
      for (std::uint32_t z = 0; z < zones; ++z)
        for (int k = 0; k < draw.between(2, 4); ++k)
          m.orders.push_back(order(z, draw.chance(0.5) ? S : B, static_cast<double>(draw.between(1, 9)),
                                   static_cast<double>(draw.between(0, 20))));
      for (std::uint32_t z = 0; z + 1 < zones; ++z) {
        m.links.push_back({.from = z,
                           .to = z + 1,
                           .capacity = static_cast<double>(draw.between(1, 9)),
                           .reverse = static_cast<double>(draw.between(1, 9))});
        if (round % 2 == 1) m.links.back().tariff = static_cast<double>(draw.between(0, 3));
      }
    }
    INFO(round);
    const auto free = couple_periods(all, {});
    double apart = 0;
    for (const zonal_market& m : all) apart += couple_zones(m).welfare;
    CHECK(free.welfare == Approx(apart).margin(1e-6));
    std::vector<zonal_ramp> ramps{
        {.links = {0}, .up = static_cast<double>(draw.between(0, 4)), .down = static_cast<double>(draw.between(0, 4))}};
    if (draw.chance(0.5)) ramps.push_back({.zone = 1, .up = static_cast<double>(draw.between(0, 5))});
    if (zones == 3 && draw.chance(0.5))
      ramps.push_back({.links = {0, 1}, .down = static_cast<double>(draw.between(0, 5))});
    const auto r = couple_periods(all, ramps);
    CHECK(proof(all, ramps, r) == "");
    CHECK(r.welfare <= free.welfare + 1e-6);
    binding += r.welfare < free.welfare - 1e-6 ? 1 : 0;
  }
  CHECK(binding > 100);
}

TEST_CASE("links with losses and ramps: proved, and no other directions are better") {
  random_generator draw(37);
  std::size_t turned = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<zonal_market> all(2);
    for (zonal_market& m : all) {
      m.zones = 3;
      m.bounds = {-60, 60};
      for (std::uint32_t z = 0; z < 3; ++z)
        for (int k = 0; k < draw.between(2, 4); ++k)
          m.orders.push_back(order(z, draw.chance(0.6) ? S : B, static_cast<double>(draw.between(1, 9)),
                                   static_cast<double>(draw.between(-30, 12))));
      for (std::uint32_t z = 0; z < 2; ++z)
        m.links.push_back({.from = z,
                           .to = z + 1,
                           .capacity = static_cast<double>(draw.between(1, 9)),
                           .reverse = static_cast<double>(draw.between(1, 9)),
                           .loss = 0.1});
    }
    const std::vector<zonal_ramp> ramps{{.links = {0}, .up = static_cast<double>(draw.between(0, 4))},
                                        {.zone = 1, .down = static_cast<double>(draw.between(0, 5))}};
    INFO(round);
    const auto r = couple_periods(all, ramps);
    CHECK(proof(all, ramps, r) == "");
    double best = -1e300;
    for (std::size_t mask = 0; mask < 16; ++mask) {
      auto one = all;
      for (std::size_t k = 0; k < 4; ++k) {
        capacity_link& l = one[k / 2].links[k % 2];
        (mask >> k & 1 ? l.capacity : l.reverse) = 0;
      }
      const auto fixed = couple_periods(one, ramps);
      if (fixed.status != clearing_status::infeasible) best = std::max(best, fixed.welfare);
    }
    CHECK(r.welfare == Approx(best).margin(1e-6));
    double apart = 0;
    for (const zonal_market& m : all) apart += couple_zones(m).welfare;
    CHECK(r.welfare <= apart + 1e-6);
    for (const auto& p : r.periods)
      for (const double x : p.price) turned += x < 0 ? 1U : 0U;
  }
  CHECK(turned > 100);
}

TEST_CASE("what contradicts itself is infeasible, what is malformed is refused") {
  auto p = two_periods();
  p[0].links[0] = {.from = 0, .to = 1, .capacity = 10, .reverse = -10};  // 10 are forced, then 60
  p[1].links[0] = {.from = 0, .to = 1, .capacity = 60, .reverse = -60};
  CHECK(couple_periods(p, std::vector<zonal_ramp>{{.links = {0}, .up = 20}}).status == clearing_status::infeasible);
  const auto refused = [](const std::vector<zonal_market>& m, const std::vector<zonal_ramp>& r) {
    try {
      (void)couple_periods(m, r);
    } catch (const market_error& e) {
      return e.fault().code;
    }
    return market_fault::none;
  };
  CHECK(refused(two_periods(), {{.links = {1}}}) == market_fault::unknown_order);
  CHECK(refused(two_periods(), {{.zone = 2}}) == market_fault::unknown_zone);
  CHECK(refused(two_periods(), {{.up = -1}}) == market_fault::negative_volume);
  p = two_periods();
  p[1].links.clear();
  CHECK(refused(p, {}) == market_fault::length_mismatch);
  p = two_periods();
  p[1].orders[0].order.price_end = 30;
  CHECK(refused(p, {}) == market_fault::bad_curve);
  p = two_periods();
  p[1].constraints = {{{1.0, 0.0}, 5}};
  CHECK(refused(p, {}) == market_fault::bad_curve);
  CHECK(couple_periods({}, {}).status == clearing_status::empty);
}
