// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/mic_loop.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stop_token>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_blocks.hpp>
#include <sched/solve/clear_two_sided.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto S = market_side::sell, B = market_side::buy;
using books = std::vector<std::vector<curve_segment>>;
curve_segment step(market_side s, double q, double p) { return curve_segment(s, p, p, q); }

void prove(const books& b, const curve_market<>& m, const block_book& book, const block_result& r) {
  std::vector<std::vector<double>> accepted;
  for (std::size_t t = 0; t < b.size(); ++t) accepted.push_back(m.accepted(t, r.injection[t]));
  for (const auto& v : validate_block_books(b, accepted, book, r, m.bounds())) FAIL_CHECK(describe(v));
}

/// The loop over plain books: steps of orders that take part are orders like others.
struct naive_loop {
  const books& b;
  const block_book& book;
  std::vector<std::uint8_t> off;
  double welfare = 0;
  std::vector<double> price{}, ratio{};
  std::size_t returned = 0;

  void clear() {
    welfare = 0;
    price.clear();
    std::vector<std::vector<double>> taken;
    for (std::size_t t = 0; t < b.size(); ++t) {
      std::vector<curve_segment> all = b[t];
      for (std::size_t k = 0; k < book.complex.size(); ++k)
        for (const complex_step& s : book.complex[k].steps)
          if (s.period == t && off[k] == 0) all.push_back(step(book.complex[k].side, s.volume, s.price));
      const auto merged = clear_two_sided(all);
      double injected = 0;
      for (std::size_t k = b[t].size(); k < all.size(); ++k)
        injected += all[k].side == S ? merged.accepted[k] : -merged.accepted[k];
      // The price that the book alone would have, as near as orders in merit order let it be.
      book_clearing_options<> o;
      o.net_export = -injected;
      const auto alone = clear_two_sided(b[t], pricing::k_price{}, tie::index{}, shortage::marginal_demand{}, o);
      price.push_back(std::clamp((alone.lo + alone.hi) / 2, merged.lo, merged.hi));
      welfare += merged.welfare;
      taken.emplace_back(merged.accepted.begin() + static_cast<std::ptrdiff_t>(b[t].size()), merged.accepted.end());
    }
    ratio.assign(book.complex.size(), 1);
    std::vector<std::size_t> next(b.size(), 0);
    std::vector<double> earned(ratio.size(), 0), volume(ratio.size(), 0);
    for (std::size_t t = 0; t < b.size(); ++t)
      for (std::size_t k = 0; k < book.complex.size(); ++k)
        for (const complex_step& s : book.complex[k].steps)
          if (s.period == t && off[k] == 0) {
            const double a = taken[t][next[t]++];
            earned[k] += a * price[t];
            volume[k] += a;
          }
    for (std::size_t k = 0; k < ratio.size(); ++k) {
      const double asked = book.complex[k].fixed_term + book.complex[k].variable_term * volume[k];
      if (volume[k] > 1e-9) ratio[k] = earned[k] / asked;
    }
  }
  [[nodiscard]] std::size_t worst() const {
    std::size_t w = no_block;
    for (std::size_t k = 0; k < ratio.size(); ++k)
      if (ratio[k] < 1 - 1e-9 && (w == no_block || ratio[k] < ratio[w])) w = k;
    return w;
  }
  void run() {
    std::vector<std::size_t> gone;
    for (clear(); worst() != no_block; clear()) {
      gone.push_back(worst());
      off[gone.back()] = 1;
    }
    for (bool again = true; again;) {
      again = false;
      for (std::size_t j = gone.size(); j-- > 0;) {
        naive_loop with = *this;
        with.off[gone[j]] = 0;
        with.clear();
        if (with.worst() != no_block || with.welfare <= welfare + 1e-6) continue;
        off = with.off;
        clear();
        gone.erase(gone.begin() + static_cast<std::ptrdiff_t>(j));
        again = true;
        ++returned;
      }
    }
  }
};

}  // namespace

TEST_CASE("who earns too little is withdrawn and the market cleared again: 60, then 100") {
  const books b{{step(S, 95, 30), step(B, 132, 100)}};
  const curve_market m(b);
  const auto run = [&](double fixed, double variable) {
    const block_book book{
        {}, {}, {{.side = S, .fixed_term = fixed, .variable_term = variable, .steps = {{0, 95, 60}}}}};
    const block_result r = mic_loop(m, book);
    prove(b, m, book, r);
    CHECK(r.status == clearing_status::cleared);
    return r;
  };
  const block_result free = run(0, 0), cut = run(3000, 0), paid = run(1000, 20);
  CHECK(free.price == std::vector<double>{60});
  CHECK(free.complex_on[0] == 1);
  CHECK(free.proven);
  CHECK(cut.price == std::vector<double>{100});
  CHECK(cut.complex_on[0] == 0);
  CHECK(cut.complex_accepted[0][0] == 0);
  CHECK_FALSE(cut.proven);
  CHECK(cut.bound == Approx(free.welfare));
  CHECK(cut.welfare == Approx(95 * 70));
  CHECK(paid.price == std::vector<double>{60});  // 2220 covers 1000 + 37 · 20
  CHECK(paid.complex_on[0] == 1);
}

TEST_CASE("an order that was withdrawn comes back where another's withdrawal lets it earn") {
  // Both on: the price is 20, 120 of 310 and 80 of 450 are earned: the second goes. Then 6 at 50 are too little for the
  // first, too. With that gone the second would sell 10 at 50, which is enough.
  const books b{{step(B, 10, 90), step(S, 4, 50)}};
  const curve_market m(b, {}, pricing::k_price{0});
  block_book book;
  book.complex = {{.side = S, .fixed_term = 310, .steps = {{0, 6, 10}}},
                  {.side = S, .fixed_term = 450, .steps = {{0, 10, 20}}}};
  const block_result r = mic_loop(m, book);
  CHECK(r.status == clearing_status::cleared);
  CHECK(r.complex_on == std::vector<std::uint8_t>{0, 1});
  CHECK(r.price == std::vector<double>{50});
  CHECK(r.welfare == Approx(700));
  book.complex[0].fixed_term = 290;
  const block_result s = mic_loop(m, book);
  CHECK(s.complex_on == std::vector<std::uint8_t>{1, 0});
  CHECK(s.price == std::vector<double>{50});
}

TEST_CASE("random books: the loop over plain books, each result proved and never better than the best") {
  std::size_t withdrawn = 0, worse = 0, proven = 0, returned = 0;
  for (int round = 0; round < 1000; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 11);
    // No two limits are equal: ties would be shared one way or another.
    std::vector<double> limits;
    for (int k = 0; k < 80; ++k) limits.push_back(k + 0.25);
    const auto limit = [&] {
      const auto at = static_cast<std::size_t>(draw.below(limits.size()));
      const double x = limits[at];
      limits.erase(limits.begin() + static_cast<std::ptrdiff_t>(at));
      return x;
    };
    const auto periods = static_cast<std::size_t>(draw.between(1, 3));
    books b(periods);
    for (auto& one : b) {
      const double most = static_cast<double>(draw.between(8, 20)) + 0.5;
      one.push_back(step(B, most, 90 + limit() / 100));
      for (int k = 0; k < draw.between(1, 4); ++k) {  // drawn one by one: arguments have no order
        const market_side side = draw.chance(0.6) ? S : B;
        const auto volume = static_cast<double>(draw.between(1, 6));
        one.push_back(step(side, volume, limit()));
      }
      one.push_back(step(S, 30, 85 + limit() / 100));
    }
    const curve_market m(b);
    block_book book;
    for (int k = 0; k < draw.between(1, 5); ++k) {
      complex_order o{.side = S, .variable_term = static_cast<double>(draw.between(0, 40))};
      o.fixed_term = static_cast<double>(draw.between(0, 200));
      for (std::size_t t = 0; t < periods; ++t)
        if (t == 0 || draw.chance(0.7)) o.steps.push_back({t, static_cast<double>(draw.between(1, 6)), limit()});
      book.complex.push_back(o);
    }
    INFO("round " << round);
    const block_result r = mic_loop(m, book);
    CHECK(r.status == clearing_status::cleared);
    prove(b, m, book, r);
    naive_loop expected{b, book, std::vector<std::uint8_t>(book.complex.size(), 0)};
    expected.run();
    CHECK(r.welfare == Approx(expected.welfare).margin(1e-6));
    for (std::size_t t = 0; t < periods; ++t) CHECK(r.price[t] == Approx(expected.price[t]).margin(1e-6));
    for (const std::uint8_t off : expected.off) withdrawn += off;
    const block_result best = clear_blocks(m, book);
    REQUIRE(best.proven);
    CHECK(r.welfare <= best.welfare + 1e-6);
    CHECK(r.bound >= best.welfare - 1e-6);
    worse += r.welfare < best.welfare - 1e-6;
    if (r.proven) {
      ++proven;
      CHECK(r.welfare == Approx(best.welfare).margin(1e-6));
    }
    returned += expected.returned;
    CHECK(r.gap() < 1);
  }
  CHECK(withdrawn > 300);
  CHECK(worse > 20);
  CHECK(worse < 400);
  CHECK(proven > 150);
  CHECK(returned > 1);
}

TEST_CASE("blocks, scalable orders and purchases are decided in every clearing; without a bound the gap is 1") {
  for (int round = 0; round < 150; ++round) {
    random_generator draw(static_cast<std::uint64_t>(round) + 3);
    books b(2);
    for (auto& one : b) {
      one = {step(B, static_cast<double>(draw.between(5, 12)), 60), step(S, 20, 55)};
      for (int k = 0; k < 3; ++k)
        one.push_back(step(draw.chance(0.6) ? S : B, static_cast<double>(draw.between(1, 6)),
                           static_cast<double>(draw.between(1, 50))));
    }
    const curve_market m(b);
    block_book book;
    book.blocks = {{.side = S,
                    .price = static_cast<double>(draw.between(5, 50)),
                    .volume = {static_cast<double>(draw.between(1, 5)), static_cast<double>(draw.between(0, 5))}}};
    for (int k = 0; k < 3; ++k) {
      const bool buys = draw.chance(0.3);
      complex_order o{.side = buys ? B : S};
      o.kind = draw.chance(0.7) ? complex_kind::minimum_income : complex_kind::scalable;
      o.fixed_term = static_cast<double>(draw.between(0, 100));
      if (buys && o.kind == complex_kind::scalable) o.fixed_term = -o.fixed_term;
      o.variable_term = static_cast<double>(draw.between(0, 30));
      for (std::size_t t = 0; t < 2; ++t)
        o.steps.push_back(
            {t, static_cast<double>(draw.between(1, 5)), static_cast<double>(draw.between(1, 50)), draw.chance(0.2)});
      if (draw.chance(0.2)) o.ramp_up = o.ramp_down = 2;
      book.complex.push_back(o);
    }
    INFO("round " << round);
    const block_result r = mic_loop(m, book);
    const block_result best = clear_blocks(m, book);
    REQUIRE((r.status == clearing_status::infeasible) == (best.status == clearing_status::infeasible));
    if (r.status == clearing_status::infeasible) continue;
    CHECK(r.status == clearing_status::cleared);
    prove(b, m, book, r);
    CHECK(r.welfare <= best.welfare + 1e-6);
    CHECK_FALSE(r.proven);
    CHECK(std::isinf(r.bound));
    CHECK(r.gap() == 1);
  }
}

TEST_CASE("a stopped loop withdraws all who earn too little, and says so") {
  const books b{{step(S, 95, 30), step(B, 132, 100)}};
  const curve_market m(b);
  block_book book;
  for (int k = 0; k < 3; ++k)
    book.complex.push_back({.side = S, .fixed_term = 3000 + 100.0 * k, .steps = {{0, 20, 50 + 1.0 * k}}});
  std::stop_source stop;
  stop.request_stop();
  block_options o;
  o.watch.stop = stop.get_token();
  const block_result r = mic_loop(m, book, o);
  CHECK(r.status == clearing_status::budget_exhausted);
  CHECK_FALSE(r.proven);
  prove(b, m, book, r);
  book.complex[0].steps[0].period = 1;
  CHECK_THROWS_AS(mic_loop(m, book), market_error);
}
