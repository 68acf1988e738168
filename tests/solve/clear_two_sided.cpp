// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/clear_two_sided.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto sell = market_side::sell;
constexpr auto buy = market_side::buy;
using lots = std::vector<lot_order>;

lots random_book(random_generator& g, std::size_t n, std::int64_t prices = 3, std::int64_t volume = 3) {
  lots out;
  for (std::size_t i = 0; i < n; ++i) {
    out.push_back({g.chance(0.5) ? sell : buy, g.between(0, prices), g.between(0, volume)});
    out.back().time = g.between(0, 2);
    out.back().merit = static_cast<std::int64_t>(n - i);
    out.back().user = static_cast<std::uint32_t>(g.below(3));
  }
  return out;
}

/// Interval and volume from their definitions, over all whole prices of the range.
struct brute {
  std::int64_t lo = 100, hi = -100, volume = -1;

  brute(const lots& book, std::int64_t floor, std::int64_t cap, std::int64_t x) {
    for (std::int64_t p = floor; p <= cap; ++p) {
      std::int64_t below = 0, at = 0, above = 0, from = 0;
      for (const lot_order& o : book) {
        if (o.side == sell) {
          below += o.price < p ? o.volume : 0;
          at += o.price <= p ? o.volume : 0;
        } else {
          above += o.price > p ? o.volume : 0;
          from += o.price >= p ? o.volume : 0;
        }
      }
      if (below - from > x || x > at - above) continue;
      lo = std::min(lo, p);
      hi = std::max(hi, p);
      volume = std::max(volume, std::min(at, from + x));
    }
  }
};

double welfare_of(const lots& book, const std::vector<std::int64_t>& a) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < book.size(); ++i) sum += (book[i].side == buy ? 1 : -1) * book[i].price * a[i];
  return static_cast<double>(sum);
}

/// The conditions every clearing keeps.
template <class R>
void check_result(const lots& book, const R& r, std::int64_t x) {
  std::int64_t sold = 0, bought = 0;
  for (std::size_t i = 0; i < book.size(); ++i) {
    CHECK(r.accepted[i] >= 0);
    CHECK(r.accepted[i] <= book[i].volume);
    (book[i].side == sell ? sold : bought) += r.accepted[i];
    const bool in = book[i].side == sell ? book[i].price < r.lo : book[i].price > r.hi;
    const bool out = book[i].side == sell ? book[i].price > r.hi : book[i].price < r.lo;
    if (in) CHECK(r.accepted[i] == book[i].volume);
    if (out) CHECK(r.accepted[i] == 0);
  }
  CHECK(sold == r.sold);
  CHECK(bought == r.bought);
  CHECK(sold - bought == x);
  CHECK(r.welfare == welfare_of(book, r.accepted));
}

}  // namespace

TEST_CASE("interval, volume and acceptance are those of their definitions, with every tie rule") {
  random_generator g(11);
  two_sided_clearing<lot_order> clear;
  for (int round = 0; round < 3000; ++round) {
    const lots book = random_book(g, 1 + g.below(8));
    std::int64_t supply = 0, demand = 0;
    for (const lot_order& o : book) (o.side == sell ? supply : demand) += o.volume;
    const std::int64_t x = g.chance(0.5) ? 0 : g.between(-demand, supply);
    const book_clearing_options<std::int64_t> options{.bounds = {-1, 5}, .net_export = x};
    const brute want(book, -1, 5, x);
    const bool dead = (supply == 0 && x >= 0) || (demand == 0 && x <= 0);
    const auto check = [&](const auto& tie) {
      const auto& r =
          clear(std::span<const lot_order>(book), pricing::k_price{}, tie, shortage::marginal_demand{}, options);
      if (dead) {
        CHECK(r.status == clearing_status::no_trade);
        CHECK_FALSE(r.priced);
        return;
      }
      CHECK(r.lo == want.lo);
      CHECK(r.hi == want.hi);
      CHECK(r.sold == want.volume);
      check_result(book, r, x);
      if (r.priced) CHECK((r.price >= r.lo && r.price <= r.hi));
    };
    check(tie::index{});
    check(tie::time{});
    check(tie::merit_number{});
    check(tie::largest_first{});
    check(tie::smallest_first{});
    check(tie::pro_rata{});
    check(tie::equal_split{});
    check(tie::random{.seed = 7});
  }
}

TEST_CASE("no assignment of volumes has more welfare") {
  random_generator g(12);
  for (int round = 0; round < 300; ++round) {
    const lots book = random_book(g, 1 + g.below(5), 3, 2);
    const auto r = clear_two_sided(book);
    double best = 0;
    std::vector<std::int64_t> a(book.size(), 0);
    for (;;) {
      std::int64_t net = 0;
      for (std::size_t i = 0; i < book.size(); ++i) net += book[i].side == sell ? a[i] : -a[i];
      if (net == 0) best = std::max(best, welfare_of(book, a));
      std::size_t i = 0;
      while (i < a.size() && a[i] == book[i].volume) a[i++] = 0;
      if (i == a.size()) break;
      ++a[i];
    }
    CHECK(r.welfare == best);
  }
}

TEST_CASE("a book in doubles, in lots and in segments of no width clears the same") {
  random_generator g(13);
  for (int round = 0; round < 500; ++round) {
    const lots book = random_book(g, 1 + g.below(30), 9, 9);
    std::vector<curve_order> doubles;
    std::vector<curve_segment> segments;
    for (const lot_order& o : book) {
      doubles.push_back(
          {o.side, static_cast<double>(o.price) / 8, static_cast<double>(o.volume) * 0.5, o.time, o.merit, o.user});
      segments.emplace_back(doubles.back());
    }
    const auto a = clear_two_sided(book);
    const auto b = clear_two_sided(doubles, pricing::k_price{});
    const auto c = clear_two_sided(segments);
    CHECK(a.status == b.status);
    CHECK(b.status == c.status);
    if (a.status == clearing_status::no_trade) continue;
    CHECK(static_cast<double>(a.lo) / 8 == b.lo);
    CHECK(static_cast<double>(a.hi) / 8 == b.hi);
    CHECK(b.price == c.price);
    CHECK(b.accepted == c.accepted);
    for (std::size_t i = 0; i < book.size(); ++i) CHECK(static_cast<double>(a.accepted[i]) * 0.5 == b.accepted[i]);
  }
}

TEST_CASE("segments trade up to the price and fill in parts") {
  random_generator g(14);
  for (int round = 0; round < 300; ++round) {
    std::vector<curve_segment> book;
    for (std::size_t k = 1 + g.below(8); k-- > 0;) {
      const market_side s = g.chance(0.5) ? sell : buy;
      const double a = g.real() * 10, b = g.chance(0.3) ? a : g.real() * 10;
      book.emplace_back(s, s == sell ? std::min(a, b) : std::max(a, b), s == sell ? std::max(a, b) : std::min(a, b),
                        g.real() * 5);
    }
    const auto r = clear_two_sided(book);
    double sold = 0, bought = 0;
    for (std::size_t i = 0; i < book.size(); ++i) {
      const double a = r.accepted[i], q = book[i].volume;
      CHECK((a >= 0 && a <= q));
      (book[i].side == sell ? sold : bought) += a;
      if (r.status != clearing_status::cleared) continue;
      const double first = book[i].price, last = book[i].price_end, sign = book[i].side == sell ? 1 : -1;
      if (a < q - 1e-9 && a > 1e-9) CHECK(std::abs(first + (last - first) * a / q - r.price) < 1e-7);
      if (a <= 1e-9) CHECK(sign * (r.price - first) < 1e-7);
      if (a >= q - 1e-9 && q > 1e-6) CHECK(sign * (r.price - last) > -1e-5);
    }
    CHECK(sold == Approx(bought).margin(1e-9));
    if (r.priced) CHECK(r.consumer_surplus + r.producer_surplus == Approx(r.welfare).margin(1e-9));
  }
}

TEST_CASE("volumes on a grid of tenths are exact in their meaning") {
  // 0.1 + 0.2 against 0.3: nobody is cut by rounding.
  const std::vector<curve_order> book{{sell, 10.0, 0.1}, {sell, 20.0, 0.2}, {buy, 50.0, 0.3}, {buy, 15.0, 1.0}};
  const auto r = clear_two_sided(book);
  CHECK(r.lo == 20.0);
  CHECK(r.hi == 50.0);
  CHECK(r.accepted == std::vector<double>{0.1, 0.2, 0.3, 0.0});
  CHECK(r.margin.cut == cut_side::none);
}

TEST_CASE("price takers left over are a shortage at the cap, or a surplus at the floor") {
  const book_clearing_options<> options{.bounds = {-500, 4000}};
  curve_order taker{buy, 0.0, 15.0};
  taker.price_taking = true;
  const std::vector<curve_order> wanting{{sell, 20.0, 10.0}, taker};
  const auto a = clear_two_sided(wanting, pricing::k_price{}, tie::index{}, shortage::marginal_demand{}, options);
  CHECK(a.status == clearing_status::shortage);
  CHECK(a.price == 4000.0);
  CHECK(a.unserved == 5.0);
  CHECK(clear_two_sided(wanting, pricing::k_price{}, tie::index{}, shortage::last_offer{}, options).price == 20.0);
  taker.side = sell;
  const auto b = clear_two_sided(std::vector<curve_order>{taker, {buy, 20.0, 10.0}}, pricing::k_price{}, tie::index{},
                                 shortage::marginal_demand{}, options);
  CHECK(b.status == clearing_status::surplus);
  CHECK(b.price == -500.0);
  CHECK(b.unsold == 5.0);
}

TEST_CASE("a step beyond the bounds stands at the bound, where it can be cut: what is sold is bought") {
  book_clearing_options<> options;
  options.bounds = {-1000, 5000};
  const auto low = clear_two_sided(
      std::vector{curve_order{market_side::sell, -50010, 100}, curve_order{market_side::buy, 4000, 0.5}},
      pricing::k_price{}, tie::pro_rata{}, shortage::marginal_demand{}, options);
  CHECK((low.accepted[0] == 0.5 && low.accepted[1] == 0.5 && low.price == -1000));
  const auto high =
      clear_two_sided(std::vector{curve_order{market_side::sell, 10, 2}, curve_order{market_side::buy, 1e6, 8}},
                      pricing::k_price{}, tie::pro_rata{}, shortage::marginal_demand{}, options);
  CHECK((high.accepted[0] == 2 && high.accepted[1] == 2 && high.price == 5000));
  const auto never =
      clear_two_sided(std::vector{curve_order{market_side::sell, 6000, 2}, curve_order{market_side::buy, 4000, 8}},
                      pricing::k_price{}, tie::pro_rata{}, shortage::marginal_demand{}, options);
  CHECK((never.accepted[0] == 0 && never.accepted[1] == 0));
}

TEST_CASE("a net export beyond the book is a shortage, an import beyond it a surplus") {
  const std::vector<curve_order> book{{sell, 20.0, 10.0}, {buy, 30.0, 4.0}};
  const book_clearing_options<> out{.bounds = {-500, 4000}, .net_export = 12},
      in{.bounds = {-500, 4000}, .net_export = -6};
  const auto a = clear_two_sided(book, pricing::k_price{}, tie::index{}, shortage::marginal_demand{}, out);
  CHECK(a.status == clearing_status::shortage);
  CHECK(a.price == 4000.0);
  CHECK(a.unserved == 2.0);
  CHECK(a.accepted == std::vector<double>{10, 0});
  const auto b = clear_two_sided(book, pricing::k_price{}, tie::index{}, shortage::marginal_demand{}, in);
  CHECK(b.status == clearing_status::surplus);
  CHECK(b.unsold == 2.0);
  CHECK(b.accepted == std::vector<double>{0, 4});
}

TEST_CASE("what does not cross is priced between best bid and best offer") {
  const auto r = clear_two_sided(std::vector<curve_order>{{sell, 60.0, 1.0}, {buy, 50.0, 1.0}, {buy, 40.0, 2.0}});
  CHECK(r.status == clearing_status::no_trade);
  CHECK(r.price == 55.0);
  CHECK(r.volume == 0.0);
  CHECK(clear_two_sided(std::vector<curve_order>{}).status == clearing_status::empty);
  CHECK_FALSE(clear_two_sided(std::vector<curve_order>{{sell, 1.0, 1.0}}).priced);
}

TEST_CASE("an order out of the money changes nothing, and powers of two scale exactly") {
  random_generator g(15);
  for (int round = 0; round < 200; ++round) {
    std::vector<curve_order> book, scaled;
    for (std::size_t k = 2 + g.below(20); k-- > 0;) {
      book.push_back({g.chance(0.5) ? sell : buy, g.real() * 100, g.real() * 10});
      scaled.push_back({book.back().side, book.back().price * 4, book.back().volume * 0.5});
    }
    const auto r = clear_two_sided(book), s = clear_two_sided(scaled);
    if (r.status != clearing_status::cleared) continue;
    CHECK(s.price == r.price * 4);
    CHECK(s.welfare == r.welfare * 2);
    book.push_back({sell, r.hi + 1, 3.0});
    const auto t = clear_two_sided(book);
    CHECK(t.price == r.price);
    CHECK(t.accepted.back() == 0.0);
    CHECK(t.welfare == r.welfare);
  }
}

TEST_CASE("pay-as-bid leaves the welfare to the auctioneer") {
  const std::vector<curve_order> book{{sell, 20.0, 10.0}, {sell, 30.0, 5.0}, {buy, 50.0, 12.0}};
  const auto r = clear_two_sided(book, pricing::pay_as_bid{});
  CHECK(r.order_prices == std::vector<double>{20, 30, 50});
  CHECK(r.auctioneer_surplus == 340.0);
  CHECK(r.welfare == 340.0);
  CHECK(r.consumer_surplus == 0.0);
  const auto two = clear_two_sided(book, pricing::lao_seller_lab_buyer{});
  CHECK(two.sell_price == 30.0);
  CHECK(two.buy_price == 50.0);
  CHECK(two.auctioneer_surplus == 240.0);
}

TEST_CASE("lots whose sum leaves the type are infeasible, not wrapped") {
  const std::int64_t big = std::numeric_limits<std::int64_t>::max() / 5;
  CHECK(clear_two_sided(lots{{sell, 1, big}, {sell, 2, big}, {buy, 3, 1}}).status == clearing_status::infeasible);
}

TEST_CASE("faults of the book are thrown with their index") {
  try {
    static_cast<void>(clear_two_sided(std::vector<curve_order>{{sell, 1.0, 1.0}, {buy, 1.0, -1.0}}));
    FAIL("no error");
  } catch (const market_error& e) {
    CHECK(e.code() == market_fault::negative_volume);
    CHECK(e.index() == 1);
  }
}

TEST_CASE("selection survives books that are sorted, reversed, or all at one price") {
  for (int shape = 0; shape < 3; ++shape) {
    lots book;
    for (std::int64_t i = 0; i < 5000; ++i) {
      const std::int64_t p = shape == 0 ? i : shape == 1 ? 5000 - i : 7;
      book.push_back({i % 2 == 0 ? sell : buy, p, 1 + i % 3});
    }
    const auto r = clear_two_sided(book);
    const auto c = lot_curve(book).prices(0);
    CHECK(r.lo == c.lo);
    CHECK(r.hi == c.hi);
    check_result(book, r, 0);
  }
}
