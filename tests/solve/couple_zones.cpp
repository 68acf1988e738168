// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/couple_zones.hpp>

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_market.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

zone_order sell(std::uint32_t zone, double q, double p) { return {zone, curve_segment(market_side::sell, p, p, q)}; }
zone_order buy(std::uint32_t zone, double q, double p) { return {zone, curve_segment(market_side::buy, p, p, q)}; }
zone_order load(std::uint32_t zone, double q) {
  zone_order o = buy(zone, q, 0);
  o.order.price_taking = true;
  return o;
}

void prove(const zonal_market& m, const zonal_result& r) {
  for (const market_violation& v : validate_market(m, r)) FAIL_CHECK(describe(v));
}

void same(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) {
    INFO(k);
    CHECK(found[k] == Approx(expected[k]).margin(1e-9));
  }
}

zonal_market pair_of_zones(double capacity) {
  return {2,
          {sell(0, 100, 10), buy(0, 40, 90), sell(1, 100, 50), buy(1, 60, 90)},
          {{.from = 0, .to = 1, .capacity = capacity, .reverse = capacity}},
          {},
          {},
          {},
          {}};
}

}  // namespace

TEST_CASE("zones with a wide link have one price, a narrow link splits it, an outside sets it") {
  zonal_market m = pair_of_zones(1000);
  zonal_result r = couple_zones(m, tie::index{}, pricing::last_accepted_offer{});
  prove(m, r);
  CHECK(r.status == clearing_status::cleared);
  same(r.price, {10, 10});
  same(r.lo, {10, 10});
  same(r.hi, {50, 50});
  same(r.accepted, {100, 40, 0, 60});
  same(r.flow, {60});
  CHECK(r.area == std::vector<std::uint32_t>{0, 0});
  CHECK(couple_zones(m).price[0] == 30);

  m = pair_of_zones(20);
  r = couple_zones(m);
  prove(m, r);
  same(r.price, {10, 50});
  same(r.accepted, {60, 40, 40, 60});
  same(r.flow, {20});
  CHECK(r.congestion_rent == Approx(800));
  CHECK(r.area == std::vector<std::uint32_t>{0, 1});

  m = pair_of_zones(1000);
  m.boundaries.push_back({.zone = 1, .price = 30, .import_capacity = 500, .export_capacity = 500});
  r = couple_zones(m);
  prove(m, r);
  same(r.price, {30, 30});
  same(r.boundary_import, {0});
}

TEST_CASE("a tie over an open link is shared by the rule, as far as the link carries") {
  zonal_market m{2,
                 {sell(0, 100, 10), buy(0, 40, 4000), sell(1, 300, 10), buy(1, 60, 4000)},
                 {{.from = 0, .to = 1, .capacity = 500, .reverse = 500}},
                 {},
                 {},
                 {},
                 {}};
  zonal_result r = couple_zones(m, tie::pro_rata{});
  prove(m, r);
  same(r.accepted, {25, 40, 75, 60});
  same(r.flow, {-15});
  same(couple_zones(m).accepted, {100, 40, 0, 60});
  m.links[0].reverse = 5;
  r = couple_zones(m, tie::pro_rata{});
  prove(m, r);
  same(r.price, {10, 10});
  same(r.accepted, {35, 40, 65, 60});
  same(r.flow, {-5});
}

TEST_CASE("fixed load, three zones in a triangle, and curtailment in one ratio") {
  zonal_market m{3,
                 {sell(0, 3000, 0), sell(0, 35000, 30), sell(0, 8000, 60), sell(0, 2000, 80), sell(1, 1200, 0),
                  sell(2, 600, 0), load(0, 42000), load(1, 650), load(2, 250)},
                 {{.from = 1, .to = 0, .capacity = 500, .reverse = 500},
                  {.from = 2, .to = 0, .capacity = 250, .reverse = 250},
                  {.from = 1, .to = 2, .capacity = 100, .reverse = 100}},
                 {},
                 {},
                 {},
                 {-500, 4000}};
  zonal_result r = couple_zones(m);
  prove(m, r);
  same(r.price, {60, 0, 0});
  CHECK(r.accepted[2] == Approx(3250));
  CHECK(r.flow[0] == Approx(500));
  CHECK(r.flow[1] == Approx(250));

  zonal_market s{2,
                 {load(0, 100), load(1, 300), sell(0, 150, 20), sell(1, 50, 30)},
                 {{.from = 0, .to = 1, .capacity = 1000, .reverse = 1000}},
                 {},
                 {},
                 {},
                 {-500, 4000}};
  r = couple_zones(s);
  prove(s, r);
  CHECK(r.status == clearing_status::shortage);
  CHECK(r.unserved == Approx(200));
  same(r.price, {4000, 4000});
  same(r.accepted, {100, 100, 150, 50});  // the first zone has enough itself
  s.orders[2].order.volume = 60;
  r = couple_zones(s);
  prove(s, r);
  same(r.accepted, {60, 50, 60, 50});  // 100 for 400 would be a quarter
  s.orders[2].order.volume = 5;
  s.orders[3].order.volume = 115;
  r = couple_zones(s);
  prove(s, r);
  same(r.accepted, {5, 115, 5, 115});
}

TEST_CASE("curtailment: first from the own zone, then no zone can give another one what it lacks more") {
  random_generator draw(23);
  std::size_t curtailed = 0, shared = 0, surplus = 0;
  for (int round = 0; round < 1500; ++round) {
    const bool floor = draw.chance(0.3);  // the same with supply that nobody wants
    zonal_market m;
    m.zones = static_cast<std::size_t>(draw.between(2, 5));
    m.bounds = {-10, 20};
    std::vector<double> taking(m.zones, 0.0), own(m.zones, 0.0);
    for (std::uint32_t z = 0; z < m.zones; ++z) {
      for (int k = 0; k < draw.between(1, 2); ++k) {
        zone_order o = floor ? sell(z, static_cast<double>(draw.between(1, 9)), 0)
                             : load(z, static_cast<double>(draw.between(1, 9)));
        o.order.price_taking = true;
        taking[z] += o.order.volume;
        m.orders.push_back(o);
      }
      for (int k = 0; k < draw.between(0, 2); ++k) {
        const auto q = static_cast<double>(draw.between(1, 5)), p = static_cast<double>(draw.between(-2, 9));
        own[z] += q;
        m.orders.push_back(floor ? buy(z, q, p) : sell(z, q, p));
      }
    }
    for (std::uint32_t a = 0; a < m.zones; ++a)
      for (std::uint32_t b = 0; b < a; ++b)
        if (draw.chance(0.6))
          m.links.push_back({.from = a,
                             .to = b,
                             .capacity = static_cast<double>(draw.between(0, 5)),
                             .reverse = static_cast<double>(draw.between(0, 5))});
    const zonal_result r = couple_zones(m);
    INFO(round);
    prove(m, r);
    std::vector<double> served(m.zones, 0.0);
    for (std::size_t k = 0; k < m.orders.size(); ++k)
      if (m.orders[k].order.price_taking) served[m.orders[k].zone] += r.accepted[k];
    for (std::size_t k = 0; k < m.orders.size(); ++k)
      if (m.orders[k].order.price_taking)
        CHECK(r.accepted[k] / m.orders[k].order.volume ==
              Approx(served[m.orders[k].zone] / taking[m.orders[k].zone]).margin(1e-9));
    for (std::size_t b = 0; b < m.zones; ++b) {
      const double local = std::min(own[b], taking[b]);
      CHECK(served[b] >= local - 1e-7);
      curtailed += served[b] < taking[b] - 1e-7 ? 1U : 0U;
      surplus += floor && served[b] < taking[b] - 1e-7 ? 1U : 0U;
      if (served[b] <= local + 1e-7) continue;
      // Who has more than its own share may have no way to one that is worse off.
      std::vector<bool> reach(m.zones, false);
      reach[b] = true;
      for (std::size_t step = 0; step < m.zones; ++step)
        for (std::size_t k = 0; k < m.links.size(); ++k) {
          const capacity_link& l = m.links[k];
          const double f = floor ? -r.flow[k] : r.flow[k], up = floor ? l.reverse : l.capacity,
                       down = floor ? l.capacity : l.reverse;
          if (reach[l.from] && f < up - 1e-7) reach[l.to] = true;
          if (reach[l.to] && f > -down + 1e-7) reach[l.from] = true;
        }
      for (std::size_t a = 0; a < m.zones; ++a) {
        if (a == b || !reach[a]) continue;
        CHECK(served[a] / taking[a] >= served[b] / taking[b] - 1e-7);
        shared += served[a] < taking[a] - 1e-7 ? 1U : 0U;
      }
    }
  }
  CHECK(curtailed > 500);
  CHECK(shared > 100);
  CHECK(surplus > 100);
}

TEST_CASE("linear segments over links") {
  zonal_market m{2,
                 {{0, curve_segment(market_side::sell, 0, 100, 100)}, {1, curve_segment(market_side::buy, 100, 0, 50)}},
                 {{.from = 0, .to = 1, .capacity = 20, .reverse = 0}},
                 {},
                 {},
                 {},
                 {}};
  zonal_result r = couple_zones(m);
  prove(m, r);
  same(r.price, {20, 60});
  same(r.flow, {20});
  m.links[0].capacity = 100;
  r = couple_zones(m);
  prove(m, r);
  CHECK(r.price[0] == Approx(100.0 / 3));
  CHECK(r.price[1] == Approx(100.0 / 3));
}

TEST_CASE("flow-based: one critical line, three prices") {
  const zonal_market m{
      3, {sell(0, 300, 10), sell(1, 300, 40), buy(2, 150, 500)}, {}, {}, {{{2. / 3, 1. / 3, 0}, 80}}, {}, {}};
  const zonal_result r = couple_zones(m);
  prove(m, r);
  same(r.price, {10, 40, 70});
  same(r.accepted, {90, 60, 150});
  same(r.net_position, {90, 60, -150});
  same(r.shadow_price, {90});
  CHECK(r.congestion_rent == Approx(7200));
}

TEST_CASE("flow-based and intuitive: no exchange from a higher to a lower price") {
  // Zone 1 would export against its price, because that relieves the line that keeps zone 0 cheap.
  zonal_market m{3,
                 {sell(0, 300, 10), sell(1, 100, 60), buy(1, 10, 500), sell(2, 300, 50), buy(2, 150, 500)},
                 {},
                 {},
                 {{{0.6, -0.3, 0}, 30}},
                 {},
                 {}};
  zonal_result r = couple_zones(m);
  prove(m, r);
  CHECK(r.exchange.empty());
  CHECK(r.net_position[1] > 0);
  CHECK(r.price[1] > r.price[2]);
  const double free = r.welfare;
  m.intuitive = true;
  r = couple_zones(m);
  prove(m, r);
  CHECK(r.patched == std::vector<std::uint8_t>{1});
  CHECK(r.welfare < free);
  same(r.net_position, {50, 0, -50});
  same(r.price, {10, 60, 50});
  CHECK(r.congestion_rent == Approx(50 * 40));
  REQUIRE(r.exchange.size() == 1);
  CHECK(r.exchange[0].volume == Approx(50));
  // The plain outcome is no answer to the intuitive market, whatever exchanges it names.
  zonal_market plain = m;
  plain.intuitive = false;
  zonal_result claimed = couple_zones(plain);
  claimed.patched = {0};
  for (std::uint32_t z = 0; z < 2; ++z)
    if (claimed.net_position[z] > 0) claimed.exchange.push_back({z, 2, claimed.net_position[z]});
  bool found = false;
  for (const market_violation& v : validate_market(m, claimed))
    found = found || v.kind == market_violation_kind::against_price;
  CHECK(found);
  m.constraints[0].ram = -10;
  CHECK(couple_zones(m).status == clearing_status::infeasible);
}

TEST_CASE("random flow-based markets: intuitive outcomes proved, the same as without where those are intuitive") {
  random_generator draw(8);
  std::size_t patched = 0, plain = 0, several = 0;
  for (int round = 0; round < 800; ++round) {
    zonal_market m;
    m.zones = 2 + draw.below(4);
    m.bounds = {-50, 100};
    for (std::uint32_t z = 0; z < m.zones; ++z)
      for (int k = 0; k < draw.between(1, 4); ++k) {
        const auto q = static_cast<double>(draw.between(1, 20)), p = static_cast<double>(draw.between(-5, 40));
        m.orders.push_back(draw.chance(0.5) ? sell(z, q, p) : buy(z, q, p));
      }
    for (int k = 0; k < draw.between(1, 5); ++k) {
      flow_constraint c;
      for (std::size_t z = 0; z < m.zones; ++z) c.ptdf.push_back(0.05 * static_cast<double>(draw.between(-10, 10)));
      c.ram = static_cast<double>(draw.between(0, 6));
      m.constraints.push_back(c);
    }
    if (draw.chance(0.2))
      m.boundaries.push_back(
          {.zone = 0, .price = static_cast<double>(draw.between(0, 30)), .import_capacity = 3, .export_capacity = 2});
    INFO(round);
    const zonal_result free = couple_zones(m);
    prove(m, free);
    m.intuitive = true;
    const zonal_result r = couple_zones(m);
    REQUIRE(r.status != clearing_status::infeasible);
    prove(m, r);
    CHECK(r.welfare <= free.welfare + 1e-7);
    // Zones up to any price do not import together.
    bool rising = true;
    for (std::size_t z = 0; z < m.zones; ++z) {
      double sum = 0, before = 0;
      for (std::size_t y = 0; y < m.zones; ++y) {
        if (r.price[y] <= r.price[z] + 1e-6) sum += r.net_position[y];
        if (free.price[y] <= free.price[z] + 1e-6) before += free.net_position[y];
      }
      CHECK(sum > -1e-6);
      rising = rising && before > -1e-6;
    }
    std::size_t count = 0;
    for (const std::uint8_t x : r.patched) count += x;
    if (rising) CHECK(count == 0);
    if (count == 0) {
      CHECK(r.welfare == Approx(free.welfare).margin(1e-7));
      ++plain;
    } else {
      ++patched;
      several += count > 1 ? 1U : 0U;
    }
  }
  CHECK(patched > 100);
  CHECK(plain > 150);
  CHECK(several > 20);
}

TEST_CASE("a link with losses carries one way: volume is not burnt on it below zero") {
  zonal_market m{2,
                 {sell(0, 50, -500), buy(1, 5, 10)},
                 {{.from = 0, .to = 1, .capacity = 100, .reverse = 100, .loss = 0.1}},
                 {},
                 {},
                 {},
                 {}};
  m.bounds = {-500, 4000};
  m.orders[0].order.price_taking = true;
  zonal_result r = couple_zones(m);
  prove(m, r);
  CHECK(r.flow[0] == Approx(5 / 0.9));
  same(r.price, {-500, -500 / 0.9});
  m.orders[1].order.volume = 60;  // enough to buy all that arrives: prices stay above zero
  r = couple_zones(m);
  prove(m, r);
  CHECK(r.flow[0] == Approx(50));
  CHECK(r.price[0] == Approx(9));
}

TEST_CASE("links with losses: the best of all directions, by enumeration") {
  random_generator draw(19);
  std::size_t turned = 0, below = 0;
  for (int round = 0; round < 600; ++round) {
    zonal_market m;
    m.zones = 2 + draw.below(3);
    m.bounds = {-50, 50};
    for (std::uint32_t z = 0; z < m.zones; ++z)
      for (int k = 0; k < draw.between(1, 4); ++k) {
        const auto q = static_cast<double>(draw.between(1, 9)), p = static_cast<double>(draw.between(-30, 12));
        m.orders.push_back(draw.chance(0.6) ? sell(z, q, p) : buy(z, q, p));
      }
    for (std::uint32_t a = 0; a < m.zones; ++a)
      for (std::uint32_t b = 0; b < a; ++b)
        if (draw.chance(0.7))
          m.links.push_back({.from = a,
                             .to = b,
                             .capacity = static_cast<double>(draw.between(0, 9)),
                             .reverse = static_cast<double>(draw.between(0, 9)),
                             .tariff = draw.chance(0.3) ? 1.0 : 0.0,
                             .loss = draw.chance(0.8) ? 0.1 * static_cast<double>(draw.between(1, 3)) : 0.0});
    INFO(round);
    const zonal_result r = couple_zones(m);
    CHECK(r.status != clearing_status::infeasible);
    prove(m, r);
    double best = -1e300;
    for (std::size_t mask = 0; mask < (std::size_t{1} << m.links.size()); ++mask) {
      zonal_market one = m;
      for (std::size_t k = 0; k < one.links.size(); ++k)
        (mask >> k & 1 ? one.links[k].capacity : one.links[k].reverse) = 0;
      best = std::max(best, couple_zones(one).welfare);
    }
    CHECK(r.welfare == Approx(best).margin(1e-7));
    // What the linear problem says that may burn.
    zonal_market burning = m;
    for (const capacity_link& l : m.links) {
      burning.links.push_back(l);
      burning.links.back().capacity = 0;
      burning.links[static_cast<std::size_t>(&l - m.links.data())].reverse = 0;
    }
    turned += couple_zones(burning).welfare > best + 1e-7 ? 1U : 0U;
    for (const double p : r.price) below += p < 0 ? 1U : 0U;
  }
  CHECK(turned > 100);
  CHECK(below > 300);
}

TEST_CASE("tariffs keep prices apart, losses thin the flow") {
  zonal_market m = pair_of_zones(1000);
  m.links[0].tariff = 15;
  zonal_result r = couple_zones(m);
  prove(m, r);
  same(r.flow, {60});
  m.links[0].tariff = 41;
  r = couple_zones(m);
  prove(m, r);
  same(r.flow, {0});
  m.links[0].tariff = 1;
  m.links[0].loss = 0.1;
  r = couple_zones(m);
  prove(m, r);
  CHECK(r.flow[0] == Approx(60));
  CHECK(r.accepted[2] == Approx(6));
}

TEST_CASE("tariffs, losses and constraints: the rule chooses among all admissible prices") {
  zonal_market m{2,
                 {sell(0, 60, 10), sell(0, 40, 30), buy(1, 60, 90), sell(1, 100, 50), buy(1, 10, 20)},
                 {{.from = 0, .to = 1, .capacity = 100, .reverse = 100, .tariff = 5}},
                 {},
                 {},
                 {},
                 {}};
  const auto prices = [&](const auto& rule) {
    const zonal_result r = couple_zones(m, tie::index{}, rule);
    prove(m, r);
    return r.price;
  };
  zonal_result r = couple_zones(m);
  prove(m, r);
  same(r.flow, {60});
  same(r.lo, {15, 20});  // the sender's offer admits 10, the receiver's rejected bid at 20 does not
  same(r.hi, {30, 35});
  same(r.price, {22.5, 27.5});
  CHECK(r.area == std::vector<std::uint32_t>{0, 1});
  same(prices(pricing::last_accepted_offer{}), {15, 20});
  same(prices(pricing::first_rejected_offer{}), {30, 35});
  same(prices(pricing::k_price{0.2}), {18, 23});

  m.links[0] = {.from = 0, .to = 1, .capacity = 100, .reverse = 100, .loss = 0.2};
  m.orders[2].order.volume = 48;
  r = couple_zones(m);
  prove(m, r);
  same(r.flow, {60});
  same(r.lo, {16, 20});  // 0.8 of the receiver's price
  same(r.hi, {30, 37.5});
  same(r.price, {23, 28.75});

  m.links.clear();
  m.constraints = {{{1, 0}, 60}};
  m.orders[2].order.volume = 60;
  r = couple_zones(m);
  prove(m, r);
  same(r.lo, {10, 20});  // full, or not: the constraint may be worth anything from nothing
  same(r.hi, {30, 50});
  same(r.price, {20, 35});
  same(r.shadow_price, {15});
  CHECK(r.congestion_rent == Approx(900));
  same(prices(pricing::first_rejected_bid{}), {25, 25});  // 30 and 20 were wanted: not against the flow
  m.constraints[0].ram = 50;
  m.orders[2].order.volume = 50;
  r = couple_zones(m);
  prove(m, r);
  same(r.price, {10, 35});
  same(r.lo, {10, 20});
  same(r.hi, {10, 50});
}

TEST_CASE("tariffs, losses and constraints: what is tied in a zone is shared by the rule") {
  zonal_market m{2,
                 {sell(0, 60, 10), sell(0, 20, 10), sell(0, 40, 10), buy(1, 60, 90)},
                 {{.from = 0, .to = 1, .capacity = 100, .reverse = 100, .tariff = 5}},
                 {},
                 {},
                 {},
                 {}};
  zonal_result r = couple_zones(m);
  prove(m, r);
  same(r.accepted, {60, 0, 0, 60});
  r = couple_zones(m, tie::pro_rata{});
  prove(m, r);
  same(r.accepted, {30, 10, 20, 60});
  m.links.clear();
  m.constraints = {{{1, 0}, 30}};
  r = couple_zones(m, tie::smallest_first{});
  prove(m, r);
  same(r.accepted, {0, 20, 10, 30});

  m.orders = {sell(0, 60, 10), load(1, 40), load(1, 80)};
  m.bounds = {0, 500};
  r = couple_zones(m);
  prove(m, r);
  CHECK(r.status == clearing_status::shortage);
  same(r.accepted, {30, 10, 20});
}

TEST_CASE("random linear markets: ends of prices are admissible, and no other choice is nearer to the middle") {
  std::size_t open = 0, several = 0;
  for (int round = 0; round < 600; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 4711);
    zonal_market m;
    m.zones = static_cast<std::size_t>(draw.between(2, 4));
    m.bounds = {-100, 100};
    const auto zone = [&] { return static_cast<std::uint32_t>(draw.below(m.zones)); };
    for (std::uint32_t z = 0; z < m.zones; ++z)
      for (int k = 0; k < draw.between(1, 4); ++k)
        m.orders.push_back((draw.chance(0.5) ? sell : buy)(z, 5.0 * static_cast<double>(draw.between(1, 4)),
                                                           static_cast<double>(draw.between(-5, 30))));
    if (draw.chance(0.5)) {
      for (int k = 0; k < draw.between(1, 3); ++k) {
        flow_constraint c;
        for (std::size_t z = 0; z < m.zones; ++z) c.ptdf.push_back(0.25 * static_cast<double>(draw.between(-4, 4)));
        c.ram = 5.0 * static_cast<double>(draw.between(0, 3));
        m.constraints.push_back(std::move(c));
      }
    } else {
      for (int k = 0; k < draw.between(1, 4); ++k) {
        const std::uint32_t a = zone(), b = zone();
        if (a != b)
          m.links.push_back({.from = a,
                             .to = b,
                             .capacity = 5.0 * static_cast<double>(draw.between(0, 4)),
                             .reverse = 5.0 * static_cast<double>(draw.between(0, 4)),
                             .tariff = static_cast<double>(draw.between(0, 2)),
                             .loss = draw.chance(0.3) ? 0.1 : 0.0});
      }
      if (m.links.empty()) continue;
      m.links[0].tariff = 1;
    }
    INFO("round " << round);
    const zonal_result r = couple_zones(m);
    REQUIRE(r.status != clearing_status::infeasible);
    prove(m, r);
    const auto distance = [&](const std::vector<double>& p) {
      double d = 0;
      for (std::size_t z = 0; z < m.zones; ++z) d += std::pow(p[z] - (r.lo[z] + r.hi[z]) / 2, 2);
      return d;
    };
    std::size_t wide = 0;
    for (std::size_t z = 0; z < m.zones; ++z) wide += r.hi[z] > r.lo[z] + 1e-6;
    open += wide > 0;
    several += wide > 1;
    const detail::price_face face(m, detail::zone_margins(m, r), r);
    std::vector<double> weight(m.zones, 0.0);
    for (std::size_t z = 0; z < m.zones; ++z)
      for (const double sign : {-1.0, 1.0}) {
        weight[z] = sign;
        const auto x = face.best(weight);
        weight[z] = 0;
        zonal_result end = r;
        for (std::size_t y = 0; y < m.zones; ++y) end.price[y] = face.price(y, x);
        face.shadows(x, end.shadow_price);
        end.congestion_rent = end.tariffs = 0;
        detail::settle_totals(m, true, end);
        prove(m, end);
        CHECK(end.price[z] == Approx(sign > 0 ? r.hi[z] : r.lo[z]).margin(1e-6));
        CHECK(distance(end.price) >= distance(r.price) - 1e-6);
      }
    for (const double k : {0.0, 0.3, 0.8, 1.0}) {
      const zonal_result other = couple_zones(m, tie::index{}, pricing::k_price{k});
      prove(m, other);
      same(other.accepted, r.accepted);
      same(other.lo, r.lo);
      same(other.hi, r.hi);
      CHECK(distance(other.price) >= distance(r.price) - 1e-6);
    }
  }
  CHECK(open > 100);
  CHECK(several > 50);
}

TEST_CASE("among flows of one result the shortest and then the most even are taken") {
  zonal_market m{4,
                 {sell(0, 90, 10), buy(3, 90, 50)},
                 {{.from = 0, .to = 1, .capacity = 100, .reverse = 100},
                  {.from = 1, .to = 3, .capacity = 100, .reverse = 100},
                  {.from = 0, .to = 2, .capacity = 200, .reverse = 200},
                  {.from = 2, .to = 3, .capacity = 200, .reverse = 200},
                  {.from = 1, .to = 2, .capacity = 100, .reverse = 100}},
                 {},
                 {},
                 {},
                 {}};
  const zonal_result r = couple_zones(m);
  prove(m, r);
  same(r.flow, {30, 30, 60, 60, 0});
}

TEST_CASE("injections and forced flows enter the balance, or are infeasible") {
  zonal_market m = pair_of_zones(20);
  m.injection = {0, 30};
  zonal_result r = couple_zones(m);
  prove(m, r);
  same(r.accepted, {60, 40, 10, 60});
  m.injection = {0, -500};
  CHECK(couple_zones(m).status == clearing_status::infeasible);
  m.injection.clear();
  m.links[0] = {.from = 0, .to = 1, .capacity = -5, .reverse = 20};
  r = couple_zones(m);
  prove(m, r);
  same(r.flow, {-5});
  m.links[0].from = 7;
  CHECK_THROWS_AS(couple_zones(m), market_error);
}

TEST_CASE("random meshes: proved, and the same welfare as the linear problem") {
  random_generator draw(77);
  for (int round = 0; round < 1500; ++round) {
    zonal_market m;
    m.zones = static_cast<std::size_t>(draw.between(1, 5));
    m.bounds = {-10, 20};
    for (int k = 0; k < draw.between(0, 14); ++k) {
      const auto z = static_cast<std::uint32_t>(draw.below(m.zones));
      const auto q = static_cast<double>(draw.between(0, 8));
      const auto p = static_cast<double>(draw.between(-3, 9));
      m.orders.push_back(draw.chance(0.1) ? load(z, q) : draw.chance(0.5) ? sell(z, q, p) : buy(z, q, p));
    }
    for (std::uint32_t a = 0; a < m.zones; ++a)
      for (std::uint32_t b = 0; b < a; ++b)
        if (draw.chance(0.6))
          m.links.push_back({.from = a,
                             .to = b,
                             .capacity = static_cast<double>(draw.between(0, 6)),
                             .reverse = static_cast<double>(draw.between(0, 6))});
    if (draw.chance(0.3))
      m.boundaries.push_back(
          {.zone = 0, .price = static_cast<double>(draw.between(-3, 9)), .import_capacity = 3, .export_capacity = 2});
    const zonal_result r = draw.chance(0.5) ? couple_zones(m) : couple_zones(m, tie::pro_rata{});
    INFO(round);
    prove(m, r);
    zonal_result other;
    other.net_position.assign(m.zones, 0.0);
    REQUIRE(detail::solve_linear_zones(m, other));
    detail::settle_totals(m, true, other);
    prove(m, other);
    CHECK(r.welfare == Approx(other.welfare).margin(1e-9));
  }
}
