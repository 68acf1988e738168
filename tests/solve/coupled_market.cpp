// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/coupled_market.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_blocks.hpp>
#include <sched/solve/clear_blocks.hpp>
#include <sched/solve/couple_zones.hpp>
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

/// Three zones without bounds of price: links with tariffs, or flow-based constraints that nothing at all keeps.
zonal_market random_linear(random_generator& draw, bool flow_based) {
  zonal_market m = random_zones(draw, 3, false);
  m.bounds = {};
  if (!flow_based) {
    for (capacity_link& l : m.links) l.tariff = static_cast<double>(draw.between(0, 4));
    return m;
  }
  m.links.clear();
  const auto rows = draw.between(1, 3);
  for (int k = 0; k < rows; ++k) {
    flow_constraint c;
    for (int z = 0; z < 3; ++z) c.ptdf.push_back(0.25 * static_cast<double>(draw.between(-4, 4)));
    c.ram = static_cast<double>(draw.between(0, 8));
    m.constraints.push_back(c);
  }
  return m;
}

/// Volumes of orders and flows with the most welfare for a fixed injection, by a linear problem; infinite: impossible.
/// With `least`, the most that is bought with that welfare.
double best_welfare(const zonal_market& m, std::span<const double> injection, const double* least = nullptr) {
  detail::boxed_lp lp;
  std::vector<std::vector<detail::boxed_lp::term>> zone(m.zones);
  std::vector<detail::boxed_lp::term> worth, all;
  const auto column = [&](double value, double lo, double hi, double bought) {
    const auto c = lp.add_column(least != nullptr ? bought : value, lo, hi);
    worth.push_back({c, -value});
    return c;
  };
  for (const auto& [z, o] : m.orders) {
    const auto c = column(o.side == B ? o.price : -o.price, 0, o.volume, o.side == B ? 1 : 0);
    zone[z].push_back({c, o.side == S ? 1.0 : -1.0});
  }
  for (const capacity_link& l : m.links)
    for (const bool back : {false, true}) {
      const auto c = column(-l.tariff, 0, back ? l.reverse : l.capacity, 0);
      zone[back ? l.to : l.from].push_back({c, -1.0});
      zone[back ? l.from : l.to].push_back({c, 1.0});
    }
  if (m.constraints.empty())
    for (std::size_t z = 0; z < m.zones; ++z) lp.add_row(zone[z], -injection[z], true);
  double sum = 0;
  for (std::size_t z = 0; z < m.zones; ++z) {
    sum += injection[z];
    all.insert(all.end(), zone[z].begin(), zone[z].end());
  }
  if (!m.constraints.empty()) lp.add_row(all, -sum, true);
  for (const flow_constraint& c : m.constraints) {
    all.clear();
    double room = c.ram;
    for (std::size_t z = 0; z < m.zones; ++z) {
      room -= c.ptdf[z] * injection[z];
      for (const auto& t : zone[z]) all.push_back({t.column, t.factor * c.ptdf[z]});
    }
    lp.add_row(all, room);
  }
  if (least != nullptr) lp.add_row(worth, 1e-9 - *least);
  return lp.solve() == detail::boxed_lp::outcome::optimal ? lp.bound() : -INFINITY;
}

/// Whether prices exist for fixed volumes at which no order, link or accepted block would do anything else, by duality:
/// the prices whose dual value is the welfare. Columns: a price per period and zone, a level and shadow prices.
bool prices_exist(const std::vector<zonal_market>& all, const std::vector<double>& e,
                  const std::vector<double>& welfare, const block_book& book, std::size_t mask) {
  detail::boxed_lp lp;
  const std::size_t zones = all[0].zones;
  for (const zonal_market& m : all)
    for (std::size_t z = 0; z < zones; ++z)
      lp.add_column(0, std::max(m.bounds.floor, -1e5), std::min(m.bounds.cap, 1e5));
  // Σ what orders, links and constraints earn at prices + Σ p·injection ≤ welfare: only optimal duals reach it.
  std::vector<std::vector<detail::boxed_lp::term>> values(all.size());
  struct row {
    std::vector<detail::boxed_lp::term> terms;
    double most;
    bool equal = false;
  };
  std::vector<row> rows;
  for (std::size_t t = 0; t < all.size(); ++t) {
    for (const auto& [z, o] : all[t].orders) {
      const auto gain = lp.add_column(0, 0, 2e5);  // ≥ earned per unit
      const double sign = o.side == S ? 1 : -1;
      rows.push_back({{{t * zones + z, sign}, {gain, -1.0}}, sign * o.price});
      values[t].push_back({gain, o.volume});
    }
    for (const capacity_link& l : all[t].links)
      for (const bool up : {true, false}) {
        const auto gain = lp.add_column(0, 0, 2e5);
        rows.push_back(
            {{{t * zones + l.to, up ? 1.0 : -1.0}, {t * zones + l.from, up ? -1.0 : 1.0}, {gain, -1.0}}, l.tariff});
        values[t].push_back({gain, up ? l.capacity : l.reverse});
      }
    if (all[t].constraints.empty()) continue;
    const auto level = lp.add_column(0, -1e6, 1e6);
    for (std::size_t z = 0; z < zones; ++z) rows.push_back({{{t * zones + z, 1.0}, {level, -1.0}}, 0, true});
    for (const flow_constraint& c : all[t].constraints) {
      const auto shadow = lp.add_column(0, 0, 1e6);
      for (std::size_t z = 0; z < zones; ++z)
        (rows.end() - static_cast<std::ptrdiff_t>(zones - z))->terms.push_back({shadow, c.ptdf[z]});
      values[t].push_back({shadow, c.ram});
    }
  }
  for (const row& r : rows) lp.add_row(r.terms, r.most, r.equal);
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
      for (std::size_t j = 0; j < k; ++j)
        fine = fine && ((mask >> j & 1) == 0 || o.group == no_block || book.blocks[j].group != o.group);
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

namespace {

/// Up to `most` blocks over two periods, some with a parent, some of an exclusive group, some with a minimum ratio.
block_book random_blocks(random_generator& draw, std::size_t zones, std::int64_t most) {
  block_book book;
  const auto n = static_cast<std::size_t>(draw.between(1, most));
  const bool group = draw.chance(0.4);
  for (std::size_t k = 0; k < n; ++k) {
    block_order o;
    o.side = draw.chance(0.6) ? S : B;
    o.price = static_cast<double>(draw.between(0, 20));
    for (int t = 0; t < 2; ++t) o.volume.push_back(static_cast<double>(draw.between(0, 5)));
    o.zone = static_cast<std::uint32_t>(draw.below(zones));
    if (k > 0 && draw.chance(0.25)) o.parent = static_cast<std::size_t>(draw.below(k));
    else if (group && draw.chance(0.5)) o.group = 1;
    book.blocks.push_back(o);
  }
  return book;
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

TEST_CASE("zones with tariffs or flow-based constraints answer an injection as couple_zones clears it") {
  std::size_t absorbed = 0;
  for (int round = 0; round < 400; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 50);
    const bool flow_based = round % 2 == 0;
    zonal_market m = random_linear(draw, flow_based);
    const coupled_market<> market({m});
    CHECK(market.monotone() == m.constraints.empty());
    std::vector<double> e(3);
    for (double& x : e) x = static_cast<double>(draw.between(-4, 4));
    market_response r;
    market.solve(0, e, r);
    const double expected = best_welfare(m, e);
    const zonal_market plain = m;
    m.injection = e;
    const zonal_result c = couple_zones(m);
    INFO("round " << round);
    CHECK((c.status == clearing_status::infeasible) == (r.unabsorbed > 0));
    CHECK(std::isfinite(expected) == !(r.unabsorbed > 0));
    if (r.unabsorbed > 0) continue;
    ++absorbed;
    CHECK(r.welfare == Approx(expected).margin(1e-6));
    CHECK(r.price == c.price);
    const bool linear =
        flow_based || std::any_of(m.links.begin(), m.links.end(), [](const auto& l) { return l.tariff > 0; });
    if (linear) CHECK(r.volume == Approx(best_welfare(plain, e, &expected)).margin(1e-5));
    for (std::size_t z = 0; z < 3; ++z) {
      CHECK(r.lo[z] <= r.price[z]);
      CHECK(r.price[z] <= r.hi[z]);
    }
  }
  CHECK(absorbed > 150);
}

TEST_CASE("with tariffs or flow-based constraints welfare is concave and prices are its supergradient") {
  for (int round = 0; round < 400; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 5000);
    const bool flow_based = round % 2 == 0;
    const zonal_market m = random_linear(draw, flow_based);
    const coupled_market<> market({m});
    std::vector<double> a(3), b(3), up(3);
    for (std::size_t z = 0; z < 3; ++z) {
      a[z] = static_cast<double>(draw.between(-9, 9));
      b[z] = static_cast<double>(draw.between(-9, 9));
      up[z] = a[z] + static_cast<double>(draw.between(0, 4));
    }
    market_response ra, rb, ru;
    market.solve(0, a, ra);
    market.solve(0, b, rb);
    market.solve(0, up, ru);
    INFO("round " << round);
    double linear = ra.welfare;
    for (std::size_t z = 0; z < 3; ++z) linear += ra.price[z] * (b[z] - a[z]);
    CHECK(rb.welfare <= linear + 1e-7 * (1 + std::abs(linear)));
    if (flow_based || ra.unabsorbed > 0 || ru.unabsorbed > 0) continue;
    for (std::size_t z = 0; z < 3; ++z) {
      CHECK(ru.hi[z] <= ra.hi[z] + 1e-7);
      CHECK(ru.lo[z] <= ra.lo[z] + 1e-7);
    }
  }
}

TEST_CASE("flow-based: a block moves prices along a constraint, or stays off because it would move them too far") {
  const zonal_market m{.zones = 3,
                       .orders = {order(0, S, 300, 10), order(1, S, 300, 40), order(2, B, 150, 500)},
                       .constraints = {{{2.0 / 3, 1.0 / 3, 0}, 80}}};
  const coupled_market<> market({m});
  const auto check = [&](const block_book& book, const block_result& r, const std::vector<double>& price,
                         double shadow) {
    CHECK(r.proven);
    for (std::size_t z = 0; z < 3; ++z) CHECK(r.price[z] == Approx(price[z]).margin(1e-5));
    const std::vector<zonal_result> cleared{market.settle(0, r)};
    CHECK(cleared[0].shadow_price[0] == Approx(shadow).margin(1e-5));
    CHECK(cleared[0].congestion_rent == Approx(80 * shadow).margin(1e-3));
    for (const auto& v : validate_block_zones(std::vector{m}, cleared, book, r)) FAIL_CHECK(describe(v));
    std::vector<zonal_result> wrong = cleared;
    wrong[0].shadow_price[0] += 1;
    CHECK_FALSE(validate_block_zones(std::vector{m}, wrong, book, r).empty());
    block_result moved = r;
    moved.price[1] += 1;  // off what the shadow price says
    wrong = cleared;
    wrong[0].price[1] += 1;
    CHECK_FALSE(validate_block_zones(std::vector{m}, wrong, book, moved).empty());
  };
  const auto block = [](double price, double volume) {
    return block_book{{{.side = S, .price = price, .volume = {volume}, .zone = 2}}, {}, {}};
  };
  // 20 from the block and 130 over the line: both cheap zones still sell a part.
  block_book book = block(60, 20);
  block_result r = clear_blocks(market, book);
  CHECK(r.ratio == std::vector<double>{1});
  check(book, r, {10, 40, 70}, 90);
  // 120 over the line, all of it from the cheapest zone: shadow prices of 0 to 90 are admissible, the block asks 75.
  book = block(60, 30);
  r = clear_blocks(market, book);
  CHECK(r.ratio == std::vector<double>{1});
  check(book, r, {10, 35, 60}, 75);
  // It asks less than the rule's choice.
  book = block(20, 30);
  r = clear_blocks(market, book);
  CHECK(r.ratio == std::vector<double>{1});
  check(book, r, {10, 25, 40}, 45);
  // 90 over the line leave it free: 10 everywhere, and the block would lose.
  book = block(60, 60);
  r = clear_blocks(market, book);
  CHECK(r.ratio == std::vector<double>{0});
  CHECK(r.paradoxically_rejected == std::vector<std::size_t>{0});
  check(book, r, {10, 40, 70}, 90);
  book = block(5, 60);
  r = clear_blocks(market, book);
  CHECK(r.ratio == std::vector<double>{1});
  check(book, r, {10, 10, 10}, 0);
}

TEST_CASE("a tariff stands between the prices of a link in use, and a block is judged behind it") {
  const zonal_market m{.zones = 2,
                       .orders = {order(0, S, 100, 20), order(1, S, 100, 50), order(1, B, 60, 90)},
                       .links = {{.from = 0, .to = 1, .capacity = 40, .reverse = 40, .tariff = 10}}};
  const coupled_market<> market({m});
  const auto clear = [&](double price, double volume, double ratio, double south, double flow) {
    const block_book book{{{.side = S, .price = price, .volume = {volume}, .zone = 1}}, {}, {}};
    const block_result r = clear_blocks(market, book);
    INFO("block of " << volume << " at " << price);
    CHECK(r.proven);
    CHECK(r.ratio == std::vector<double>{ratio});
    CHECK(r.price[0] == Approx(20).margin(1e-6));
    CHECK(r.price[1] == Approx(south).margin(1e-6));
    const std::vector<zonal_result> cleared{market.settle(0, r)};
    CHECK(cleared[0].flow[0] == Approx(flow).margin(1e-9));
    CHECK(cleared[0].tariffs == Approx(10 * flow).margin(1e-8));
    for (const auto& v : validate_block_zones(std::vector{m}, cleared, book, r)) FAIL_CHECK(describe(v));
  };
  clear(95, 20, 0, 50, 40);  // dearer than all
  clear(35, 20, 1, 40, 40);  // the link is just full: 30 to 50
  clear(45, 20, 1, 45, 40);  // the rule's choice is moved
  clear(35, 30, 0, 50, 40);  // the link has room: 30, at a loss
  clear(25, 30, 1, 30, 30);
}

TEST_CASE("blocks over tariffs or flow-based constraints: the welfare of enumeration, each result proved") {
  std::size_t cleared_rounds = 0, rejected = 0, congested = 0;
  for (int round = 0; round < 300; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 70);
    std::vector<zonal_market> all;  // three kinds: tariffs, flow-based, one period of each
    for (int t = 0; t < 2; ++t) all.push_back(random_linear(draw, round % 3 == 1 || (round % 3 == 2 && t == 1)));
    const block_book book = random_blocks(draw, 3, 5);
    const coupled_market<> market(all);
    const block_result r = clear_blocks(market, book);
    INFO("round " << round);
    const double expected = enumerate(all, book);
    if (!std::isfinite(expected)) {
      CHECK(r.status == clearing_status::infeasible);
      continue;
    }
    ++cleared_rounds;
    rejected += r.paradoxically_rejected.size();
    CHECK(r.proven);
    CHECK(r.welfare == Approx(expected).margin(1e-5));
    const std::vector<zonal_result> cleared{market.settle(0, r), market.settle(1, r)};
    for (const zonal_result& z : cleared) congested += z.congestion_rent > 1e-6 ? 1 : 0;
    for (const auto& v : validate_block_zones(all, cleared, book, r)) FAIL_CHECK(describe(v));
    const block_result t = clear_blocks(market, book, {.tick = 0.7});
    CHECK(t.tick == 0.7);
    block_tolerance allowed;
    allowed.tick = 0.7;
    const std::vector<zonal_result> rounded{market.settle(0, t), market.settle(1, t)};
    for (const auto& v : validate_block_zones(all, rounded, book, t, allowed)) FAIL_CHECK(describe(v));
  }
  CHECK(cleared_rounds == 300);
  CHECK(rejected > 10);
  CHECK(congested > 50);
}

TEST_CASE("whatever is in the books, clearings over tariffs and flow-based constraints are proved") {
  const auto period = [](random_generator& draw, std::size_t zones) {
    zonal_market m = random_zones(draw, zones, false);
    if (draw.chance(0.5)) m.bounds = {-500, 3000};
    for (std::uint32_t z = 0; z < zones; ++z) {
      if (!draw.chance(0.3)) continue;
      const auto volume = static_cast<double>(draw.between(1, 6));
      curve_segment o(draw.chance(0.7) ? B : S, 0, 0, volume);
      o.price_taking = true;
      m.orders.push_back({z, o});
    }
    if (draw.chance(0.3)) {
      const auto price = static_cast<double>(draw.between(0, 20));
      m.boundaries.push_back({.zone = 0, .price = price, .import_capacity = 5, .export_capacity = 4});
    }
    if (draw.chance(0.4)) {
      for (capacity_link& l : m.links) l.tariff = 0.25 * static_cast<double>(draw.between(1, 14));
      if (!m.links.empty() && draw.chance(0.2)) {  // a forced flow
        m.links[0].capacity = 4;
        m.links[0].reverse = -2;
      }
      return m;
    }
    m.links.clear();
    const auto rows = draw.between(1, 6);
    for (int k = 0; k < rows; ++k) {
      flow_constraint c;
      const bool whole = draw.chance(0.5);
      for (std::size_t z = 0; z < zones; ++z)
        c.ptdf.push_back(whole ? 0.25 * static_cast<double>(draw.between(-4, 4)) : 2 * draw.real() - 1);
      c.ram = static_cast<double>(draw.between(0, 8));
      m.constraints.push_back(c);
      if (draw.chance(0.2)) m.constraints.push_back(c);  // twice the same
    }
    return m;
  };
  std::size_t cleared_rounds = 0;
  for (int round = 0; round < 200; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 20000);
    const auto zones = static_cast<std::size_t>(draw.between(2, 5));
    std::vector<zonal_market> all;
    for (int t = 0; t < 2; ++t) all.push_back(period(draw, zones));
    block_book book = random_blocks(draw, zones, 8);
    for (block_order& o : book.blocks) o.min_ratio = draw.chance(0.3) ? 0.4 : 1;
    if (draw.chance(0.3)) book.flexible.push_back({.price = 9, .volume = 3});
    if (draw.chance(0.5)) {
      complex_order c;
      c.kind = draw.chance(0.5) ? complex_kind::scalable : complex_kind::minimum_income;
      c.fixed_term = static_cast<double>(draw.between(0, 40));
      for (std::size_t t = 0; t < 2; ++t) {
        const auto price = static_cast<double>(draw.between(0, 10));
        c.steps.push_back({.period = t, .volume = 4, .price = price});
      }
      book.complex.push_back(c);
    }
    const coupled_market<> market(all);
    const block_result r = clear_blocks(market, book);
    INFO("round " << round);
    if (r.status == clearing_status::infeasible) continue;
    ++cleared_rounds;
    CHECK(r.proven);
    const std::vector<zonal_result> cleared{market.settle(0, r), market.settle(1, r)};
    for (const auto& v : validate_block_zones(all, cleared, book, r)) FAIL_CHECK(describe(v));
  }
  CHECK(cleared_rounds > 150);
}

TEST_CASE("a period of plain links beside one with tariffs is cleared as it would be alone") {
  for (int round = 0; round < 60; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 900);
    zonal_market plain = random_zones(draw, 3, true);
    const zonal_market other = random_linear(draw, round % 2 == 0);
    block_book book = random_blocks(draw, 3, 4);
    for (block_order& o : book.blocks) o.volume[1] = 0;  // nothing ties the periods together
    const block_result both = clear_blocks(coupled_market<>({plain, other}), book);
    for (block_order& o : book.blocks) o.volume.resize(1);
    const block_result alone = clear_blocks(coupled_market<>({plain}), book);
    INFO("round " << round);
    if (both.status != clearing_status::cleared || alone.status != clearing_status::cleared) continue;
    CHECK(both.welfare - couple_zones(other).welfare == Approx(alone.welfare).margin(1e-6));
    CHECK(both.ratio == alone.ratio);
    for (std::size_t z = 0; z < 3; ++z) CHECK(both.price[z] == Approx(alone.price[z]).margin(1e-5));
  }
}

TEST_CASE("losses, intuitive exchange and segments in a linear problem are refused, with their period") {
  const zonal_market fine{2, {order(0, S, 1, 1)}, {{.from = 0, .to = 1, .capacity = 1, .tariff = 1}}, {}, {}, {}, {}};
  CHECK_NOTHROW(coupled_market<>({fine, fine}));
  const auto refused = [&](const zonal_market& m) {
    try {
      const coupled_market<> market({fine, m});
      FAIL_CHECK("accepted");
    } catch (const market_error& e) {
      CHECK(e.code() == market_fault::bad_curve);
      CHECK(e.index() == 1);
    }
  };
  zonal_market m = fine;
  m.links[0].loss = 0.1;
  refused(m);
  m.links[0].tariff = 0;
  refused(m);
  m.constraints.push_back({{1, 0}, 5});  // links are not used
  CHECK_NOTHROW(coupled_market<>({fine, m}));
  m.intuitive = true;
  refused(m);
  m.intuitive = false;
  m.orders.push_back({0, curve_segment(S, 1, 2, 3)});
  refused(m);
  m = fine;
  m.orders.push_back({0, curve_segment(S, 1, 2, 3)});
  refused(m);
  m.links[0].tariff = 0;
  CHECK_NOTHROW(coupled_market<>({fine, m}));
}
