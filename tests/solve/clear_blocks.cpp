// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/clear_blocks.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_blocks.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto S = market_side::sell, B = market_side::buy;
using books = std::vector<std::vector<curve_segment>>;
curve_segment step(market_side s, double q, double p) { return curve_segment(s, p, p, q); }

void same(const std::vector<double>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  for (std::size_t k = 0; k < found.size(); ++k) {
    INFO(k);
    CHECK(found[k] == Approx(expected[k]).margin(1e-9));
  }
}

block_order block(market_side s, double p, std::vector<double> v, double least = 1) {
  return {.side = s, .price = p, .volume = std::move(v), .min_ratio = least};
}

}  // namespace

TEST_CASE("a block is judged at the average price") {
  const auto at = [](double first, double price, std::vector<double> v = {100, 100}) {
    const books b{{step(B, 1000, 3000), step(S, 1000, 100), step(S, 1000, first)},
                  {step(B, 1000, 3000), step(S, 1000, 100), step(S, 1000, 50)}};
    const curve_market m(b, {}, pricing::last_accepted_offer{});
    const block_result r = clear_blocks(m, {{block(S, price, v)}, {}, {}});
    CHECK(r.proven);
    CHECK(r.price[1] == 50);
    CHECK(r.price[0] == first);
    return r.ratio[0];
  };
  CHECK(at(50, 75) == 0);
  CHECK(at(50, 45) == 1);
  CHECK(at(41, 45) == 1);
  CHECK(at(39, 45) == 0);
  CHECK(at(40, 45, {100, 900}) == 1);
}

TEST_CASE("linked blocks: children save their parents, leaves must not lose") {
  const books b{{step(B, 999, 3000), step(S, 1000, 100)}, {step(B, 999, 3000), step(S, 1000, 100)}};
  const curve_market m(b, {}, pricing::last_accepted_offer{});
  const auto run = [&](std::vector<double> prices) {
    block_book book;
    for (std::size_t k = 0; k < prices.size(); ++k) {
      book.blocks.push_back(block(S, prices[k], {100, 100}));
      if (k > 0) book.blocks.back().parent = k - 1;
    }
    const block_result r = clear_blocks(m, book);
    CHECK(r.proven);
    same(r.price, {100, 100});
    return r.ratio;
  };
  same(run({75, 75}), {1, 1});
  same(run({120, 75}), {1, 1});
  same(run({130, 75}), {0, 0});
  same(run({90, 120}), {1, 0});
  same(run({90, 120, 50}), {1, 1, 1});
}

TEST_CASE("minimum ratios: divisible, paradoxically rejected, partial at the money") {
  const curve_market divisible(books{{step(B, 10, 300), step(B, 14, 10), step(S, 1, 40), step(S, 13, 100)}}, {},
                               pricing::last_accepted_offer{});
  block_result r = clear_blocks(divisible, {{block(S, 40, {11}, 0)}, {}, {}});
  CHECK(r.price[0] == Approx(40));
  const curve_market indivisible(books{{step(B, 10, 300), step(B, 14, 10), step(S, 13, 100)}}, {},
                                 pricing::last_accepted_offer{});
  r = clear_blocks(indivisible, {{block(S, 40, {12}, 11. / 12)}, {}, {}});
  same(r.price, {100});
  same(r.ratio, {0});
  CHECK(r.paradoxically_rejected == std::vector<std::size_t>{0});
  same(indivisible.accepted(0, r.injection[0]), {10, 0, 10});

  const curve_market m(books{{step(B, 50, 100), step(S, 60, 60)}});
  r = clear_blocks(m, {{block(S, 40, {80}, 0.5)}, {}, {}});
  same(r.price, {40});
  same(r.ratio, {0.625});
  CHECK(r.welfare == Approx(3000));
  r = clear_blocks(m, {{block(S, 40, {80}, 0.7)}, {}, {}});
  same(r.price, {60});
  same(r.ratio, {0});
  CHECK(r.welfare == Approx(2000));
  CHECK(r.paradoxically_rejected.size() == 1);
}

TEST_CASE("exclusive, flexible and loop orders") {
  const curve_market flat(books{{step(B, 100, 200), step(S, 200, 50)}, {step(B, 100, 200), step(S, 200, 50)}});
  block_book book{{block(S, 30, {50, 50}), block(S, 40, {80, 80})}, {}, {}};
  book.blocks[0].group = book.blocks[1].group = 7;
  block_result r = clear_blocks(flat, book);
  same(r.ratio, {1, 0});
  same(r.price, {50, 50});
  CHECK(r.welfare == Approx(32000));
  CHECK(r.paradoxically_rejected.empty());

  const curve_market two(books{{step(B, 60, 200), step(S, 100, 50)}, {step(B, 60, 200), step(S, 100, 80)}});
  r = clear_blocks(two, {{}, {{.side = S, .price = 30, .volume = 40}}, {}});
  CHECK(r.period[0] == 1);
  same(r.price, {50, 80});
  CHECK(r.welfare == Approx(18200));

  const curve_market storage(books{{step(B, 50, 200), step(S, 100, 20)}, {step(B, 50, 200), step(S, 100, 70)}});
  book = {{block(B, 10, {30, 0}), block(S, 50, {0, 30})}, {}, {}};
  book.blocks[0].loop = book.blocks[1].loop = 0;
  r = clear_blocks(storage, book);
  same(r.ratio, {1, 1});
  same(r.price, {20, 70});
  CHECK(r.welfare == Approx(15800));
}

TEST_CASE("minimum income withdraws an order, a scalable order pays its fixed term") {
  const curve_market m(books{{step(S, 95, 30), step(B, 132, 100)}});
  const auto peaker = [&](double fixed, double variable) {
    block_book b;
    b.complex.push_back({.side = S,
                         .kind = complex_kind::minimum_income,
                         .fixed_term = fixed,
                         .variable_term = variable,
                         .steps = {{0, 95, 60}}});
    return clear_blocks(m, b);
  };
  block_result r = peaker(0, 0);
  same(r.price, {60});
  same(r.complex_accepted[0], {37});
  r = peaker(3000, 0);
  same(r.price, {100});
  CHECK(r.complex_on[0] == 0);
  r = peaker(1000, 20);
  same(r.price, {60});
  CHECK(r.complex_on[0] == 1);
}

namespace {

/// A point of the plane that keeps every a·p ≥ b, by corners; one dimension is two with a line.
bool point_exists(const std::vector<std::array<double, 3>>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j) {
      const double det = all[i][0] * all[j][1] - all[i][1] * all[j][0];
      if (std::abs(det) < 1e-9) continue;
      const double x = (all[i][2] * all[j][1] - all[i][1] * all[j][2]) / det;
      const double y = (all[i][0] * all[j][2] - all[i][2] * all[j][0]) / det;
      bool fine = true;
      for (const auto& c : all) fine = fine && c[0] * x + c[1] * y >= c[2] - 1e-6;
      if (fine) return true;
    }
  return false;
}

/// The best welfare over all patterns of fill-or-kill blocks for which prices exist; two periods.
template <class Market>
double enumerate(const Market& m, const block_book& b) {
  double best = -1e300;
  const std::size_t n = b.blocks.size();
  for (std::size_t mask = 0; mask < (std::size_t{1} << n); ++mask) {
    const auto on = [&](std::size_t k) { return (mask >> k & 1) != 0; };
    bool fine = true;
    double w = 0, e[2] = {0, 0};
    for (std::size_t k = 0; k < n; ++k) {
      const block_order& o = b.blocks[k];
      if (on(k) && o.parent != no_block && !on(o.parent)) fine = false;
      for (std::size_t j = 0; j < k; ++j) {
        if (o.group != no_block && o.group == b.blocks[j].group && on(j) && on(k)) fine = false;
        if (o.loop != no_block && o.loop == b.blocks[j].loop && on(j) != on(k)) fine = false;
      }
      if (!on(k)) continue;
      for (std::size_t t = 0; t < 2; ++t) {
        const double v = o.side == market_side::sell ? o.volume[t] : -o.volume[t];
        e[t] += v;
        w -= v * o.price;
      }
    }
    if (!fine) continue;
    std::vector<std::array<double, 3>> all;
    for (std::size_t t = 0; t < 2 && fine; ++t) {
      market_response r;
      m.solve(t, std::span<const double>(&e[t], 1), r);
      if (r.unabsorbed > 0) fine = false;
      w += r.welfare;
      all.push_back({t == 0 ? 1.0 : 0.0, t == 1 ? 1.0 : 0.0, r.lo[0]});
      all.push_back({t == 0 ? -1.0 : 0.0, t == 1 ? -1.0 : 0.0, -r.hi[0]});
    }
    if (!fine) continue;
    const auto add = [&](std::array<double, 3>& c, std::size_t k) {
      for (std::size_t t = 0; t < 2; ++t) {
        const double v = b.blocks[k].side == market_side::sell ? b.blocks[k].volume[t] : -b.blocks[k].volume[t];
        c[t] += v;
        c[2] += v * b.blocks[k].price;
      }
    };
    for (std::size_t k = 0; k < n; ++k) {
      if (!on(k)) continue;
      std::array<double, 3> c{0, 0, 0};
      for (std::size_t j = 0; j < n; ++j) {
        bool below = b.blocks[k].loop != no_block && b.blocks[j].loop == b.blocks[k].loop;
        for (std::size_t a = j; a != no_block; a = b.blocks[a].parent) below = below || a == k;
        if (below && on(j)) add(c, j);
      }
      all.push_back(c);
    }
    if (point_exists(all)) best = std::max(best, w);
  }
  return best;
}

}  // namespace

TEST_CASE("random books of blocks: the welfare of enumeration, each result proved, on a grid of prices too") {
  std::size_t strict = 0, loose = 0;
  for (int round = 0; round < 800; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round));
    books b(2);
    for (auto& book : b) {
      for (int k = 0; k < draw.between(1, 6); ++k) {
        const auto side = draw.chance(0.5) ? S : B;
        const auto volume = static_cast<double>(draw.between(1, 9));
        book.push_back(step(side, volume, static_cast<double>(draw.between(0, 20))));
      }
      if (draw.chance(0.3)) book.push_back(curve_segment(S, 2, 18, static_cast<double>(draw.between(2, 12))));
    }
    const curve_market m(b, {-20, 50});
    block_book book;
    const auto n = static_cast<std::size_t>(draw.between(1, 8));
    for (std::size_t k = 0; k < n; ++k) {
      const auto side = draw.chance(0.6) ? S : B;
      const auto limit = static_cast<double>(draw.between(0, 20)), first = static_cast<double>(draw.between(0, 6));
      block_order o = block(side, limit, {first, static_cast<double>(draw.between(0, 6))});
      if (k > 0 && draw.chance(0.25)) o.parent = static_cast<std::size_t>(draw.below(k));
      else if (draw.chance(0.2)) o.group = static_cast<std::size_t>(draw.below(2));
      else if (draw.chance(0.2)) o.loop = 0;
      book.blocks.push_back(o);
    }
    // A loop of parents and children is no order that exists.
    for (auto& o : book.blocks)
      if (o.parent != no_block && book.blocks[o.parent].loop != no_block) o.parent = no_block;
    const block_result r = clear_blocks(m, book);
    INFO("round " << round);
    const double expected = enumerate(m, book);
    if (expected == -1e300) {
      CHECK(r.status == clearing_status::infeasible);
      continue;
    }
    CHECK(r.proven);
    CHECK(r.welfare == Approx(expected).margin(1e-5));
    const std::vector<std::vector<double>> accepted{m.accepted(0, r.injection[0]), m.accepted(1, r.injection[1])};
    for (const auto& v : validate_block_books(b, accepted, book, r, m.bounds())) FAIL_CHECK(describe(v));
    const double tick = round % 2 == 0 ? 0.7 : 3;
    const block_result t = clear_blocks(m, book, {.tick = tick});
    CHECK(t.tick == tick);
    CHECK(t.ratio == r.ratio);
    block_tolerance allowed;
    allowed.tick = tick;
    for (const auto& v : validate_block_books(b, accepted, book, t, m.bounds(), allowed)) FAIL_CHECK(describe(v));
    for (std::size_t k = 0; k < 2; ++k) CHECK(std::abs(t.price[k] - r.price[k]) <= tick);
    if (validate_block_books(b, accepted, book, t, m.bounds()).empty()) ++strict;
    else ++loose;
    block_options quick;
    quick.heuristic = true;
    const block_result h = clear_blocks(m, book, quick);
    CHECK(h.welfare <= expected + 1e-5);
    CHECK(h.bound >= expected - 1e-5);
  }
  CHECK(strict > 100);  // a price on the grid that costs nobody anything
  CHECK(loose > 100);
}

TEST_CASE("flexible orders take at most so many periods of their window") {
  const books b{{step(B, 60, 200), step(S, 100, 50)},
                {step(B, 60, 200), step(S, 100, 80)},
                {step(B, 60, 200), step(S, 100, 70)},
                {step(B, 60, 200), step(S, 100, 90)}};
  const curve_market m(b);
  const auto run = [&](std::size_t most, std::size_t first = 0, std::size_t last = no_block, double price = 30) {
    const block_book book{
        {}, {{.side = S, .price = price, .volume = 40, .first = first, .last = last, .most = most}}, {}};
    const block_result r = clear_blocks(m, book);
    for (const auto& v : validate_blocks(book, r, 4, 1)) FAIL_CHECK(describe(v));
    CHECK(r.proven);
    CHECK(r.period[0] == (r.periods[0].empty() ? no_block : r.periods[0].front()));
    return r.periods[0];
  };
  using list = std::vector<std::size_t>;
  CHECK(run(1) == list{3});
  CHECK(run(2) == list{1, 3});
  CHECK(run(3) == list{1, 2, 3});
  CHECK(run(9) == list{0, 1, 2, 3});
  CHECK(run(2, 0, 2) == list{1, 2});
  CHECK(run(2, 2, 2) == list{2});
  CHECK(run(3, 0, no_block, 75) == list{1, 3});  // each period is judged by itself
  CHECK(run(3, 0, no_block, 95) == list{});
  CHECK_THROWS_AS(run(0), market_error);
}

TEST_CASE("random flexible orders with windows and counts: the welfare of enumeration, each result proved") {
  std::size_t several = 0, lost = 0;
  for (int round = 0; round < 300; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 77);
    constexpr std::size_t periods = 3;
    books b(periods);
    for (auto& one : b)
      for (int k = 0; k < draw.between(2, 6); ++k)
        one.push_back(step(draw.chance(0.5) ? S : B, static_cast<double>(draw.between(1, 9)),
                           static_cast<double>(draw.between(0, 20))));
    const curve_market m(b, {-20, 50});
    block_book book;
    for (int k = 0; k < draw.between(1, 3); ++k) {
      flexible_order o{.side = draw.chance(0.6) ? S : B,
                       .price = static_cast<double>(draw.between(0, 20)),
                       .volume = static_cast<double>(draw.between(1, 6))};
      o.first = static_cast<std::size_t>(draw.below(2));
      if (draw.chance(0.4)) o.last = o.first + 1;
      o.most = static_cast<std::size_t>(draw.between(1, 3));
      book.flexible.push_back(o);
    }
    double best = -1e300;
    const std::size_t n = book.flexible.size() * periods;
    for (std::size_t mask = 0; mask < (std::size_t{1} << n); ++mask) {
      double w = 0, e[periods] = {}, low[periods] = {-1e9, -1e9, -1e9}, high[periods] = {1e9, 1e9, 1e9};
      bool fine = true;
      for (std::size_t k = 0; k < book.flexible.size(); ++k) {
        const flexible_order& o = book.flexible[k];
        std::size_t count = 0;
        for (std::size_t t = 0; t < periods; ++t) {
          if ((mask >> (k * periods + t) & 1) == 0) continue;
          fine = fine && ++count <= o.most && t >= o.first && t <= o.last;
          const double v = o.side == S ? o.volume : -o.volume;
          e[t] += v;
          w -= v * o.price;
          if (o.side == S) low[t] = std::max(low[t], o.price);
          else high[t] = std::min(high[t], o.price);
        }
      }
      for (std::size_t t = 0; t < periods && fine; ++t) {
        market_response r;
        m.solve(t, std::span<const double>(&e[t], 1), r);
        fine = r.unabsorbed <= 0 && std::max(low[t], r.lo[0]) <= std::min(high[t], r.hi[0]) + 1e-6;
        w += r.welfare;
      }
      if (fine) best = std::max(best, w);
    }
    INFO("round " << round);
    const block_result r = clear_blocks(m, book);
    REQUIRE(best > -1e299);
    CHECK(r.proven);
    CHECK(r.welfare == Approx(best).margin(1e-5));
    std::vector<std::vector<double>> accepted;
    for (std::size_t t = 0; t < periods; ++t) accepted.push_back(m.accepted(t, r.injection[t]));
    for (const auto& v : validate_block_books(b, accepted, book, r, m.bounds())) FAIL_CHECK(describe(v));
    for (const auto& all : r.periods) several += all.size() > 1;
    lost += !r.paradoxically_rejected_flexible.empty();
    const block_result h = clear_blocks(m, book, {.heuristic = true});
    CHECK(h.welfare <= best + 1e-5);
    CHECK(h.bound >= best - 1e-5);
  }
  CHECK(several > 50);
  CHECK(lost > 10);
}

TEST_CASE("a book without orders leaves the market as it is") {
  const books b{{step(S, 10, 20), step(B, 6, 30)}};
  const block_result r = clear_blocks(curve_market(b), {});
  CHECK(r.status == clearing_status::cleared);
  CHECK(r.proven);
  same(r.price, {20});
  CHECK(r.welfare == Approx(60));
}

TEST_CASE("prices are rounded to the tick last: decisions stay, and the validator allows a tick and no more") {
  // Half of the block is taken: the price is its limit, 40.004.
  const books half{{step(B, 50, 100), step(S, 60, 60)}};
  const curve_market m(half);
  const block_book book{{block(S, 40.004, {80}, 0.5)}, {}, {}};
  const block_result exact = clear_blocks(m, book), cents = clear_blocks(m, book, {.tick = 0.01});
  same(exact.price, {40.004});
  CHECK(exact.tick == 0);
  CHECK(cents.price == std::vector<double>{40.0});
  CHECK(cents.tick == 0.01);
  CHECK(cents.ratio == exact.ratio);
  CHECK(cents.welfare == exact.welfare);
  const auto wrong = [&](const block_result& r, double tick) {
    block_tolerance t;
    t.tick = tick;
    const std::vector<std::vector<double>> accepted{m.accepted(0, r.injection[0])};
    const auto all = validate_block_books(half, accepted, book, r, {}, t);
    return all.empty() ? std::string() : describe(all.front());
  };
  CHECK(wrong(exact, 0) == "");
  CHECK(wrong(cents, 0.01) == "");
  CHECK_THAT(wrong(exact, 0.01), sched_test::contains("price wrong"));
  CHECK_THAT(wrong(cents, 0), sched_test::contains("paradoxically accepted"));
  CHECK_THAT(wrong(cents, 0.003), sched_test::contains("price wrong"));
  block_result moved = cents;
  moved.price = {39.99};  // loses 0.014 a unit
  CHECK_THAT(wrong(moved, 0.01), sched_test::contains("paradoxically accepted"));
  moved.price = {40.02};  // earns 0.016 a unit, and is not taken in full
  CHECK_THAT(wrong(moved, 0.01), sched_test::contains("partial and not at the money"));
  // Where the interval has a tick, the price does not leave it: 10.004 is the lowest that serves everybody.
  const books gap{{step(S, 10, 10.004), step(B, 10, 12)}};
  CHECK(clear_blocks(curve_market(gap, {}, pricing::k_price{0}), {}, {.tick = 0.01}).price ==
        std::vector<double>{10.01});
  for (const double tick : {-0.01, std::nan(""), std::numeric_limits<double>::infinity()})
    CHECK_THROWS_AS(clear_blocks(m, book, {.tick = tick}), market_error);
}

TEST_CASE("cuts that are nearly parallel do not mislead the bound") {
  const books b{{step(S, 6, 9), step(S, 8, 12), step(S, 4, 20), step(B, 9, 2)},
                {step(B, 5, 12), curve_segment(S, 2, 18, 3)}};
  const curve_market m(b, {-20, 50});
  block_book book{{block(B, 15, {6, 0}), block(S, 14, {4, 6}), block(S, 4, {4, 0}), block(S, 8, {4, 6}),
                   block(S, 17, {2, 1}), block(B, 14, {2, 3}), block(B, 1, {4, 3})},
                  {},
                  {}};
  book.blocks[4].parent = 0;
  book.blocks[5].parent = 1;
  const block_result r = clear_blocks(m, book);
  CHECK(r.proven);
  CHECK(r.welfare == Approx(65.375));
  same(r.ratio, {1, 0, 1, 0, 0, 0, 0});
}

TEST_CASE("a block without volume is rejected paradoxically with its loop") {
  const books b{{step(B, 9, 30)}, {step(B, 9, 30)}};
  const curve_market m(b, {-20, 50});
  block_book book{{block(S, 7, {10, 5}), block(S, 12, {0, 0})}, {}, {}};
  book.blocks[0].loop = book.blocks[1].loop = 0;
  const block_result r = clear_blocks(m, book);
  same(r.ratio, {0, 0});
  CHECK(r.paradoxically_rejected == std::vector<std::size_t>{0, 1});
}

TEST_CASE("steps of a scheduled stop stay when the order is off, and earn for it when it is on") {
  using sched_test_steps = std::vector<complex_step>;
  const std::vector<std::vector<curve_segment>> books{
      {curve_segment(market_side::buy, 100, 100, 10), curve_segment(market_side::sell, 60, 60, 20)},
      {curve_segment(market_side::buy, 100, 100, 10), curve_segment(market_side::sell, 60, 60, 20)}};
  const curve_market market(books, {}, pricing::last_accepted_offer{});
  const auto run = [&](double fixed, bool survives) {
    block_book b;
    b.complex = {{.fixed_term = fixed, .steps = sched_test_steps{{0, 4, 20, survives}, {1, 4, 20, false}}}};
    return clear_blocks(market, b);
  };
  CHECK(run(480, true).complex_on[0] == 1);  // 4 · 60 in both hours, the surviving step among them
  CHECK(run(481, true).complex_on[0] == 0);
  CHECK(run(481, true).complex_accepted[0] == std::vector<double>{4, 0});
  CHECK(run(481, false).complex_accepted[0] == std::vector<double>{0, 0});

  // An order that never gets its income leaves what a book with its surviving steps as ordinary offers would have.
  random_generator draw(41);
  std::size_t survived = 0;
  for (int round = 0; round < 150; ++round) {
    std::vector<std::vector<curve_segment>> plain(3), with(3);
    for (std::size_t t = 0; t < 3; ++t) {
      for (int k = 0; k < 6; ++k) {
        const double p = static_cast<double>(draw.between(0, 40));
        plain[t].emplace_back(k % 2 == 0 ? market_side::buy : market_side::sell, p, p,
                              static_cast<double>(draw.between(1, 9)));
      }
      with[t] = plain[t];
    }
    block_book b;
    complex_order c;
    c.fixed_term = 1e6;
    for (int k = 0; k < 4; ++k) {
      complex_step s{draw.below(3), static_cast<double>(draw.between(1, 5)), static_cast<double>(draw.between(0, 40)),
                     draw.chance(0.6)};
      if (s.survives) with[s.period].emplace_back(market_side::sell, s.price, s.price, s.volume);
      c.steps.push_back(s);
    }
    b.complex.push_back(c);
    b.blocks = {{.price = static_cast<double>(draw.between(0, 40)), .volume = {2, 2, 2}}};
    const curve_market one(plain), other(with);
    const block_result r = clear_blocks(one, b);
    b.complex.clear();
    const block_result q = clear_blocks(other, b);
    CHECK(r.complex_on[0] == 0);
    CHECK(r.welfare == Approx(q.welfare).margin(1e-6));
    std::vector<std::vector<double>> accepted;
    for (std::size_t t = 0; t < 3; ++t) accepted.push_back(one.accepted(t, r.injection[t]));
    b.complex = {c};
    const auto wrong = validate_block_books(plain, accepted, b, r);
    CHECK((wrong.empty() ? std::string() : describe(wrong.front())) == "");
    for (const double a : r.complex_accepted[0]) survived += a > 0 ? 1 : 0;
  }
  CHECK(survived > 50);
}

namespace {

/// One zone and period, fill-or-kill blocks without families: everything that decides between equal welfares.
struct one_hour {
  double welfare = -1e300, volume = 0;
  std::size_t rejected = 0;
  std::vector<std::size_t> accepted;
};

/// Asked order by order: what is bought at best when the blocks put e in, and its welfare; prices that allow it.
struct hour_outcome {
  bool possible = false;
  double welfare = 0, bought = 0, lo = 0, hi = 0;
};
hour_outcome clear_hour(const std::vector<curve_segment>& book, double e, double floor, double cap) {
  hour_outcome best;
  std::vector<double> levels{floor, cap};
  for (const curve_segment& o : book) levels.push_back(o.price);
  for (const double p : levels) {  // an integer price at which supply and demand can meet
    double sure = e, maybe = e, sold = 0, sold_most = 0, value = 0;
    for (const curve_segment& o : book) {
      const double q = o.side == S ? o.volume : -o.volume;
      const bool in = o.side == S ? o.price < p : o.price > p, tied = o.price == p;
      if (in) {
        sure += q;
        maybe += q;
        value -= q * o.price;
        if (o.side == S) sold += o.volume, sold_most += o.volume;
      } else if (tied) {
        (o.side == S ? maybe : sure) += q;  // least and most that is left over
        if (o.side == S) sold_most += o.volume;
      }
    }
    if (sure > 0 || maybe < 0) continue;
    double bids = 0, tied_bids = 0;
    for (const curve_segment& o : book)
      if (o.side == B && o.price > p) bids += o.volume;
      else if (o.side == B && o.price == p) tied_bids += o.volume;
    const double bought = std::min(bids + tied_bids, sold_most + e);
    // Tied offers less tied bids close the gap at p.
    const double w = value - p * (bids - e - sold);
    if (!best.possible) best = {true, w, bought, p, p};
    best.bought = std::max(best.bought, bought);
    best.lo = std::min(best.lo, p);
    best.hi = std::max(best.hi, p);
  }
  return best;
}

one_hour first_of_all(const std::vector<curve_segment>& book, const block_book& b, double floor, double cap) {
  one_hour best;
  for (std::size_t mask = 0; mask < (std::size_t{1} << b.blocks.size()); ++mask) {
    one_hour here;
    double e = 0, w = 0, low = -1e300, high = 1e300, bought = 0;
    for (std::size_t k = 0; k < b.blocks.size(); ++k) {
      if ((mask >> k & 1) == 0) continue;
      const block_order& o = b.blocks[k];
      here.accepted.push_back(k);
      const double v = o.side == S ? o.volume[0] : -o.volume[0];
      e += v;
      w -= v * o.price;
      if (o.side == B) bought += o.volume[0];
      if (o.volume[0] > 0) o.side == S ? low = std::max(low, o.price) : high = std::min(high, o.price);
    }
    const hour_outcome hour = clear_hour(book, e, floor, cap);
    if (!hour.possible || std::max(low, hour.lo) > std::min(high, hour.hi)) continue;
    const double p = std::clamp((hour.lo + hour.hi) / 2, std::max(low, hour.lo), std::min(high, hour.hi));
    here.welfare = w + hour.welfare;
    here.volume = bought + hour.bought;
    for (std::size_t k = 0; k < b.blocks.size(); ++k) {
      const block_order& o = b.blocks[k];
      if ((mask >> k & 1) == 0 && o.volume[0] > 0 && (o.side == S ? p - o.price : o.price - p) > 1e-5) ++here.rejected;
    }
    bool better = here.welfare > best.welfare + 1e-6;
    if (!better && here.welfare > best.welfare - 1e-6) {
      if (std::abs(here.volume - best.volume) > 1e-6) better = here.volume > best.volume;
      else if (here.rejected != best.rejected) better = here.rejected < best.rejected;
      else better = here.accepted < best.accepted;
    }
    if (better) best = here;
  }
  return best;
}

}  // namespace

TEST_CASE("ties in welfare: more volume, then fewer paradoxical rejections, then the first set, by enumeration") {
  std::size_t by_volume = 0, by_rejected = 0, by_set = 0, cleared = 0;
  for (int round = 0; round < 1500; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 5000);
    std::vector<curve_segment> book;
    for (int k = 0; k < draw.between(1, 5); ++k) {
      const auto side = draw.chance(0.5) ? S : B;
      const auto volume = static_cast<double>(draw.between(1, 3));
      book.push_back(step(side, volume, 10 * static_cast<double>(draw.between(1, 3))));
    }
    block_book b;
    const auto n = static_cast<std::size_t>(draw.between(2, 6));
    for (std::size_t k = 0; k < n; ++k) {
      const auto side = draw.chance(0.6) ? S : B;
      const double limit = 10 * static_cast<double>(draw.between(1, 3));
      b.blocks.push_back(block(side, limit, {static_cast<double>(draw.between(1, 3))}));
    }
    const curve_market m(books{book}, {-20, 60});
    const block_result r = clear_blocks(m, b);
    const one_hour expected = first_of_all(book, b, -20, 60);
    INFO(round);
    if (expected.welfare == -1e300) continue;
    ++cleared;
    REQUIRE(r.proven);
    CHECK(r.ties_settled);
    CHECK(r.welfare == Approx(expected.welfare).margin(1e-6));
    std::vector<std::size_t> accepted;
    double bought = 0;
    for (std::size_t k = 0; k < n; ++k) {
      if (r.ratio[k] == 0) continue;
      accepted.push_back(k);
      if (b.blocks[k].side == B) bought += b.blocks[k].volume[0];
    }
    const auto given = m.accepted(0, r.injection[0]);
    for (std::size_t k = 0; k < book.size(); ++k)
      if (book[k].side == B) bought += given[k];
    CHECK(bought == Approx(expected.volume));
    CHECK(r.paradoxically_rejected.size() == expected.rejected);
    CHECK(accepted == expected.accepted);
    block_options any;
    any.tie_nodes = 0;
    const block_result q = clear_blocks(m, b, any);
    CHECK(!q.ties_settled);
    CHECK(q.welfare == Approx(r.welfare).margin(1e-6));
    if (q.ratio != r.ratio) {
      if (q.paradoxically_rejected.size() != expected.rejected) ++by_rejected;
      else ++by_set;
    }
    by_volume += expected.volume > 0 ? 1U : 0U;
  }
  CHECK(cleared > 1000);
  CHECK(by_volume > 500);
  CHECK(by_set > 20);
  CHECK(by_rejected > 20);
}

TEST_CASE("a block in part is at the money also when what hangs on it is off") {
  const std::vector<curve_segment> book{curve_segment(market_side::buy, 60, 60, 4),
                                        curve_segment(market_side::buy, 10, 10, 6)};
  const curve_market m(std::vector<std::vector<curve_segment>>{book});
  block_book blocks{{{.price = 20, .volume = {10}, .min_ratio = 0.2}}, {}, {}};
  for (const bool child : {false, true}) {
    if (child) blocks.blocks.push_back({.price = 100, .volume = {1}, .parent = 0});
    const block_result r = clear_blocks(m, blocks);
    CHECK(r.proven);
    CHECK(r.ratio[0] == Approx(0.4));
    CHECK(r.price[0] == Approx(20).margin(1e-5));
    for (const auto& v : validate_blocks(blocks, r, 1, 1)) FAIL_CHECK(describe(v));
  }
}
