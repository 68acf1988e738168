// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/call_auction.hpp>

#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

constexpr auto sell = market_side::sell;
constexpr auto buy = market_side::buy;
using lots = std::vector<lot_order>;

lot_order market(market_side s, std::int64_t q) {
  lot_order o{s, 0, q};
  o.price_taking = true;
  return o;
}

/// The price by reading the rules aloud.
struct spelled {
  bool traded = false;
  std::int64_t price = 0, volume = 0, surplus = 0;

  spelled(const lots& book, std::int64_t reference) {
    const auto at = [&](std::int64_t p, std::int64_t& s, std::int64_t& d) {
      s = d = 0;
      for (const lot_order& o : book) {
        if (o.side == sell && (o.price_taking || o.price <= p)) s += o.volume;
        if (o.side == buy && (o.price_taking || o.price >= p)) d += o.volume;
      }
    };
    std::vector<std::int64_t> left;
    for (std::int64_t p = -1; p < 12; ++p)
      for (const lot_order& o : book)
        if (!o.price_taking && o.price == p && (left.empty() || left.back() != p)) left.push_back(p);
    if (left.empty()) left.push_back(reference);
    std::int64_t s = 0, d = 0, most = 0, least = 1000;
    const auto filter = [&](auto good) {
      lots dummy;
      std::vector<std::int64_t> next;
      for (const std::int64_t p : left) {
        at(p, s, d);
        if (good()) next.push_back(p);
      }
      left = next;
    };
    for (const std::int64_t p : left) {
      at(p, s, d);
      most = std::max(most, std::min(s, d));
    }
    if (most == 0) return;
    traded = true;
    filter([&] { return std::min(s, d) == most; });
    for (const std::int64_t p : left) {
      at(p, s, d);
      least = std::min(least, std::abs(s - d));
    }
    filter([&] { return std::abs(s - d) == least; });
    bool buys = true, sells = true;
    for (const std::int64_t p : left) {
      at(p, s, d);
      buys = buys && d > s;
      sells = sells && s > d;
    }
    price = buys ? left.back() : sells ? left.front() : std::clamp(reference, left.front(), left.back());
    at(price, s, d);
    volume = std::min(s, d);
    surplus = d - s;
  }
};

}  // namespace

TEST_CASE("the price is the one that the rules spell out") {
  random_generator g(21);
  for (int round = 0; round < 3000; ++round) {
    lots book;
    for (std::size_t k = 1 + g.below(9); k-- > 0;) {
      if (g.chance(0.15)) book.push_back(market(g.chance(0.5) ? sell : buy, g.between(1, 5)));
      else book.push_back({g.chance(0.5) ? sell : buy, g.between(0, 9), g.between(0, 5)});
      book.back().time = static_cast<std::int64_t>(k);
    }
    const std::int64_t reference = g.between(-1, 11);
    const spelled want(book, reference);
    const auto r = call_auction(book, {.reference = reference});
    REQUIRE((r.status == clearing_status::cleared) == want.traded);
    if (!want.traded) {
      CHECK_FALSE(r.priced);
      continue;
    }
    CHECK(r.price == want.price);
    CHECK(r.volume == want.volume);
    CHECK(r.surplus == want.surplus);
    std::int64_t sold = 0, bought = 0;
    for (std::size_t i = 0; i < book.size(); ++i) {
      (book[i].side == sell ? sold : bought) += r.accepted[i];
      if (r.accepted[i] == book[i].volume || book[i].price_taking) continue;
      // Nobody who is worse trades while this one misses something.
      for (std::size_t j = 0; j < book.size(); ++j)
        if (book[j].side == book[i].side && !book[j].price_taking &&
            (book[i].side == sell ? book[j].price > book[i].price : book[j].price < book[i].price))
          CHECK(r.accepted[j] == 0);
    }
    CHECK(sold == want.volume);
    CHECK(bought == want.volume);
  }
}

TEST_CASE("market orders come first, then price, then time") {
  lots book{{sell, 10, 5}, {buy, 10, 3}, {buy, 10, 3}, {buy, 11, 1}, market(buy, 2)};
  book[1].time = 2;
  book[2].time = 1;
  const auto r = call_auction(book);
  CHECK(r.price == 10);
  CHECK(r.accepted == std::vector<std::int64_t>{5, 0, 2, 1, 2});
  CHECK(call_auction(book, {}, tie::pro_rata{}).accepted == std::vector<std::int64_t>{5, 1, 1, 1, 2});
}

TEST_CASE("market orders alone trade at the reference price or not at all") {
  const lots book{market(buy, 3), market(sell, 2)};
  CHECK(call_auction(book).status == clearing_status::no_trade);
  const auto r = call_auction(book, {.reference = 77});
  CHECK(r.price == 77);
  CHECK(r.volume == 2);
  CHECK(r.surplus == 1);
}

TEST_CASE("all-or-none orders trade in full or not at all, the last to come gives way") {
  lots book{{sell, 10, 4}, {buy, 12, 3}, {buy, 11, 3}};
  book[2].time = 1;
  const std::vector<std::uint8_t> marks{0, 0, 1};
  CHECK(call_auction(book).accepted == std::vector<std::int64_t>{4, 3, 1});
  CHECK(call_auction(book, {.all_or_none = marks}).accepted == std::vector<std::int64_t>{3, 3, 0});
  const std::vector<std::uint8_t> short_marks{1};
  CHECK_THROWS_AS(call_auction(book, {.all_or_none = short_marks}), market_error);
}

TEST_CASE("without a reference the middle of the limits that serve equally well") {
  const std::vector<curve_order> book{{buy, 202.0, 3.0}, {sell, 199.0, 3.0}};
  CHECK(call_auction(book).price == 200.5);
  CHECK(call_auction(book, {.reference = 300.0}).price == 202.0);
  CHECK(call_auction(std::vector<curve_order>{}).status == clearing_status::empty);
}
