// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/coupled_market.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_blocks.hpp>
#include <sched/solve/clear_blocks.hpp>
#include <sched/solve/detail/boxed_lp.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto S = market_side::sell, B = market_side::buy;
zone_order order(std::uint32_t zone, market_side s, double q, double p) { return {zone, curve_segment(s, p, p, q)}; }

/// Zones of one period with a few steps each and links between neighbours and some others.
zonal_market random_zones(random_generator& draw, std::size_t zones, bool segments) {
  zonal_market m;
  m.zones = zones;
  m.bounds = {-20, 60};
  for (std::uint32_t z = 0; z < zones; ++z) {
    for (int k = 0; k < draw.between(1, 4); ++k)
      m.orders.push_back(order(z, draw.chance(0.5) ? S : B, static_cast<double>(draw.between(1, 9)),
                               static_cast<double>(draw.between(0, 20))));
    if (segments && draw.chance(0.4))
      m.orders.push_back({z, curve_segment(S, 2, 18, static_cast<double>(draw.between(2, 12)))});
  }
  for (std::uint32_t a = 0; a < zones; ++a)
    for (std::uint32_t b = a + 1; b < zones; ++b)
      if (draw.chance(b == a + 1 ? 0.85 : 0.4))
        m.links.push_back({.from = a,
                           .to = b,
                           .capacity = static_cast<double>(draw.between(0, 8)),
                           .reverse = static_cast<double>(draw.between(0, 8))});
  return m;
}

/// Volumes of orders and flows with the most welfare for a fixed injection, by a linear problem; infinite: impossible.
double best_welfare(const zonal_market& m, std::span<const double> injection) {
  detail::boxed_lp lp;
  std::vector<std::vector<detail::boxed_lp::term>> zone(m.zones);
  for (const auto& [z, o] : m.orders) {
    const auto c = lp.add_column(o.side == B ? o.price : -o.price, 0, o.volume);
    zone[z].push_back({c, o.side == S ? 1.0 : -1.0});
  }
  for (const capacity_link& l : m.links) {
    const auto c = lp.add_column(0, -l.reverse, l.capacity);
    zone[l.from].push_back({c, -1.0});
    zone[l.to].push_back({c, 1.0});
  }
  for (std::size_t z = 0; z < m.zones; ++z) lp.add_row(zone[z], -injection[z], true);
  return lp.solve() == detail::boxed_lp::outcome::optimal ? lp.bound() : -INFINITY;
}

/// Whether prices exist for fixed volumes at which no order, link or accepted block would do anything else, by duality:
/// the prices whose dual value is the welfare. Columns: a price per period and zone.
bool prices_exist(const std::vector<zonal_market>& all, const std::vector<double>& e,
                  const std::vector<double>& welfare, const block_book& book, std::size_t mask) {
  detail::boxed_lp lp;
  const std::size_t zones = all[0].zones;
  for (std::size_t k = 0; k < all.size() * zones; ++k) lp.add_column(0, -20, 60);
  // Σ what orders and links earn at prices + Σ p·injection ≤ welfare: only optimal duals reach it.
  std::vector<std::vector<detail::boxed_lp::term>> values(all.size());
  struct row {
    std::vector<detail::boxed_lp::term> terms;
    double most;
  };
  std::vector<row> rows;
  for (std::size_t t = 0; t < all.size(); ++t) {
    for (const auto& [z, o] : all[t].orders) {
      const auto gain = lp.add_column(0, 0, 1e4);  // ≥ earned per unit
      const double sign = o.side == S ? 1 : -1;
      rows.push_back({{{t * zones + z, sign}, {gain, -1.0}}, sign * o.price});
      values[t].push_back({gain, o.volume});
    }
    for (const capacity_link& l : all[t].links)
      for (const bool up : {true, false}) {
        const auto gain = lp.add_column(0, 0, 1e4);
        rows.push_back({{{t * zones + l.to, up ? 1.0 : -1.0}, {t * zones + l.from, up ? -1.0 : 1.0}, {gain, -1.0}}, 0});
        values[t].push_back({gain, up ? l.capacity : l.reverse});
      }
  }
  for (const row& r : rows) lp.add_row(r.terms, r.most);
  std::vector<detail::boxed_lp::term> terms;
  for (std::size_t t = 0; t < all.size(); ++t) {
    auto& value = values[t];
    const double most = welfare[t] + 1e-7;
    for (std::size_t z = 0; z < zones; ++z) value.push_back({t * zones + z, e[t * zones + z]});
    lp.add_row(value, most);
  }
  for (std::size_t k = 0; k < book.blocks.size(); ++k) {
    if ((mask >> k & 1) == 0) continue;
    terms.clear();
    double least = 0;
    for (std::size_t j = 0; j < book.blocks.size(); ++j) {
      bool below = false;
      for (std::size_t a = j; a != no_block; a = book.blocks[a].parent) below = below || a == k;
      if (!below || (mask >> j & 1) == 0) continue;
      const block_order& o = book.blocks[j];
      for (std::size_t t = 0; t < all.size(); ++t) {
        const double v = o.side == S ? o.volume[t] : -o.volume[t];
        terms.push_back({t * zones + o.zone, -v});
        least -= v * o.price;
      }
    }
    lp.add_row(terms, least + 1e-7);
  }
  return lp.solve() == detail::boxed_lp::outcome::optimal;
}

double enumerate(const std::vector<zonal_market>& all, const block_book& book) {
  const std::size_t zones = all[0].zones, n = book.blocks.size();
  double best = -INFINITY;
  for (std::size_t mask = 0; mask < (std::size_t{1} << n); ++mask) {
    bool fine = true;
    std::vector<double> e(all.size() * zones, 0.0), welfare;
    double sum = 0;
    for (std::size_t k = 0; k < n; ++k) {
      if ((mask >> k & 1) == 0) continue;
      const block_order& o = book.blocks[k];
      fine = fine && (o.parent == no_block || (mask >> o.parent & 1) != 0);
      for (std::size_t t = 0; t < all.size(); ++t) {
        const double v = o.side == S ? o.volume[t] : -o.volume[t];
        e[t * zones + o.zone] += v;
        sum -= v * o.price;
      }
    }
    for (std::size_t t = 0; t < all.size() && fine; ++t) {
      welfare.push_back(best_welfare(all[t], std::span<const double>(e).subspan(t * zones, zones)));
      sum += welfare.back();
      fine = std::isfinite(sum);
    }
    if (fine && sum > best && prices_exist(all, e, welfare, book, mask)) best = sum;
  }
  return best;
}

}  // namespace

TEST_CASE("a market of zones answers an injection as couple_zones clears it") {
  for (int round = 0; round < 400; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round));
    zonal_market m = random_zones(draw, static_cast<std::size_t>(draw.between(1, 5)), true);
    const coupled_market<> market({m});
    std::vector<double> e(m.zones);
    for (double& x : e) x = static_cast<double>(draw.between(-3, 3));
    market_response r;
    market.solve(0, e, r);
    m.injection = e;
    const zonal_result c = couple_zones(m);
    INFO("round " << round);
    CHECK((c.status == clearing_status::infeasible) == (r.unabsorbed > 0));
    if (r.unabsorbed > 0) continue;
    CHECK(r.welfare == Approx(c.welfare).margin(1e-9));
    for (std::size_t z = 0; z < m.zones; ++z) {
      CHECK(r.lo[z] == Approx(c.lo[z]).margin(1e-9));
      CHECK(r.hi[z] == Approx(c.hi[z]).margin(1e-9));
      CHECK(r.price[z] == Approx(c.price[z]).margin(1e-9));
      CHECK(r.price[r.same[z]] == r.price[z]);
    }
    for (const auto& [below, above] : r.order) CHECK(r.price[below] <= r.price[above]);
  }
}

TEST_CASE("welfare is concave in the injections, prices are its supergradient, and fall everywhere") {
  for (int round = 0; round < 300; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 1000);
    const zonal_market m = random_zones(draw, 4, true);
    const coupled_market<> market({m});
    std::vector<double> a(4), b(4), up(4);
    for (std::size_t z = 0; z < 4; ++z) {
      a[z] = static_cast<double>(draw.between(-12, 12));
      b[z] = static_cast<double>(draw.between(-12, 12));
      up[z] = a[z] + static_cast<double>(draw.between(0, 4));
    }
    market_response ra, rb, ru;
    market.solve(0, a, ra);
    market.solve(0, b, rb);
    market.solve(0, up, ru);
    INFO("round " << round);
    double linear = ra.welfare;
    for (std::size_t z = 0; z < 4; ++z) linear += ra.price[z] * (b[z] - a[z]);
    CHECK(rb.welfare <= linear + 1e-9 * (1 + std::abs(linear)));
    if (ra.unabsorbed > 0 || ru.unabsorbed > 0) continue;
    for (std::size_t z = 0; z < 4; ++z) {
      CHECK(ru.hi[z] <= ra.hi[z] + 1e-9);
      CHECK(ru.lo[z] <= ra.lo[z] + 1e-9);
    }
  }
}

TEST_CASE("a block behind a full link is judged at its own zone's price") {
  const auto hour = [](double capacity) {
    return zonal_market{2,
                        {order(0, S, 200, 20), order(0, B, 60, 90), order(1, S, 200, 55), order(1, B, 80, 90)},
                        {{.from = 0, .to = 1, .capacity = capacity, .reverse = capacity}},
                        {},
                        {},
                        {},
                        {}};
  };
  const coupled_market narrow({hour(50), hour(50)}, pricing::last_accepted_offer{});
  block_book book{{{.side = S, .price = 40, .volume = {20, 20}, .zone = 0},
                   {.side = S, .price = 40, .volume = {20, 20}, .zone = 1}},
                  {},
                  {}};
  block_result r = clear_blocks(narrow, book);
  CHECK(r.proven);
  CHECK(r.ratio == std::vector<double>{0, 1});
  CHECK(r.price == std::vector<double>{20, 55, 20, 55});
  const coupled_market wide({hour(500), hour(500)}, pricing::last_accepted_offer{});
  r = clear_blocks(wide, book);
  CHECK(r.ratio == std::vector<double>{0, 0});
  CHECK(r.price == std::vector<double>{20, 20, 20, 20});
}

TEST_CASE("blocks over coupled zones: the welfare of enumeration, each result proved") {
  for (int round = 0; round < 250; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 7);
    const auto zones = static_cast<std::size_t>(draw.between(2, 4));
    const std::vector<zonal_market> all{random_zones(draw, zones, false), random_zones(draw, zones, false)};
    block_book book;
    const auto n = static_cast<std::size_t>(draw.between(1, 6));
    for (std::size_t k = 0; k < n; ++k) {
      block_order o{.side = draw.chance(0.6) ? S : B,
                    .price = static_cast<double>(draw.between(0, 20)),
                    .volume = {static_cast<double>(draw.between(0, 5)), static_cast<double>(draw.between(0, 5))}};
      o.zone = static_cast<std::uint32_t>(draw.below(zones));
      if (k > 0 && draw.chance(0.25)) o.parent = static_cast<std::size_t>(draw.below(k));
      book.blocks.push_back(o);
    }
    const coupled_market<> market(all);
    const block_result r = clear_blocks(market, book);
    INFO("round " << round);
    const double expected = enumerate(all, book);
    if (!std::isfinite(expected)) {
      CHECK(r.status == clearing_status::infeasible);
      continue;
    }
    CHECK(r.proven);
    CHECK(r.welfare == Approx(expected).margin(1e-5));
    const std::vector<zonal_result> cleared{market.settle(0, r), market.settle(1, r)};
    for (const auto& v : validate_block_zones(all, cleared, book, r)) FAIL_CHECK(describe(v));
    const block_result t = clear_blocks(market, book, {.tick = 0.7});
    CHECK(t.tick == 0.7);
    block_tolerance allowed;
    allowed.tick = 0.7;
    const std::vector<zonal_result> rounded{market.settle(0, t), market.settle(1, t)};
    for (const auto& v : validate_block_zones(all, rounded, book, t, allowed)) FAIL_CHECK(describe(v));
  }
}

TEST_CASE("tariffs, losses and flow-based constraints are refused") {
  zonal_market m{2, {order(0, S, 1, 1)}, {{.from = 0, .to = 1, .capacity = 1, .tariff = 1}}, {}, {}, {}, {}};
  CHECK_THROWS_AS(coupled_market<>({m}), market_error);
  m.links[0].tariff = 0;
  CHECK_NOTHROW(coupled_market<>({m}));
  m.constraints.push_back({{1, 0}, 5});
  CHECK_THROWS_AS(coupled_market<>({m}), market_error);
}
