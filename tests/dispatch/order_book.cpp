// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/order_book.hpp>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/naive_order_book.hpp"

using namespace sched;

namespace {

constexpr auto sell = market_side::sell;
constexpr auto buy = market_side::buy;

struct trade {
  std::uint64_t taker, maker;
  std::int64_t volume, price;
  bool operator==(const trade&) const = default;
};
std::vector<trade> trades(order_book::events events) {
  std::vector<trade> out;
  for (const book_event& e : events)
    if (e.kind == book_event_kind::trade) out.push_back({e.taker, e.maker, e.volume, e.price});
  return out;
}
bool has(order_book::events events, book_event_kind kind) {
  for (const book_event& e : events)
    if (e.kind == kind) return true;
  return false;
}

book_request random_request(random_generator& g, std::uint64_t next, bool owners) {
  book_request r;
  r.id = g.chance(0.9) ? next : 1 + g.below(next);
  r.side = g.chance(0.5) ? buy : sell;
  r.volume = g.between(1, 20);
  r.price = 1000 + g.between(-12, 12) + (r.side == buy ? -4 : 4);
  if (g.chance(0.02)) r.price = g.between(-100'000, 100'000);
  if (g.chance(0.15)) r.peak = g.between(1, 6);
  r.trigger = 1000 + g.between(-10, 10);
  if (owners && g.chance(0.6)) r.owner = static_cast<std::uint32_t>(g.below(4));
  const std::uint64_t kind = g.below(100);
  r.op = kind < 50   ? book_op::limit
         : kind < 55 ? book_op::market
         : kind < 60 ? book_op::ioc
         : kind < 65 ? book_op::fok
         : kind < 68 ? book_op::all_or_none
         : kind < 71 ? book_op::post_only
         : kind < 73 ? book_op::stop
         : kind < 75 ? book_op::stop_limit
         : kind < 90 ? book_op::cancel
                     : book_op::replace;
  if (r.op == book_op::cancel || r.op == book_op::replace) {
    r.id = next > 60 ? next - g.below(60) : 1 + g.below(next);
    r.keep_price = g.chance(0.5);
    if (g.chance(0.02)) r.volume = 0;
  }
  return r;
}

void compare_with_naive(std::uint64_t seed, std::size_t operations, book_rules rules) {
  random_generator g(seed);
  order_book book(rules);
  naive::order_book reference(rules);
  std::uint64_t next = 1;
  for (std::size_t k = 0; k < operations; ++k) {
    book_request r = random_request(g, next, rules.self_trade != self_trade_rule::none);
    if (k % 256 == 255 && book.size() > 300) {  // a sweep, so that the naive book stays short
      r = {.op = book_op::market, .id = next, .side = k % 512 == 255 ? buy : sell, .volume = 1'000'000};
    }
    if (r.id == next) ++next;
    const auto got = book.apply(r);
    const auto want = reference.apply(r);
    if (!std::equal(got.begin(), got.end(), want.begin(), want.end())) {
      CAPTURE(seed, k, static_cast<int>(r.op), r.id);
      REQUIRE(std::equal(got.begin(), got.end(), want.begin(), want.end()));
    }
    if (k % 64 == 0) {
      REQUIRE(book.orders(buy) == reference.orders(buy));
      REQUIRE(book.orders(sell) == reference.orders(sell));
      REQUIRE(book.waiting_stops() == reference.waiting_stops());
    }
  }
}

/// SCHED_BOOK_OPERATIONS asks for a longer stream than the default.
std::size_t operations() {
  const char* more = std::getenv("SCHED_BOOK_OPERATIONS");
  return more == nullptr ? 200'000 : static_cast<std::size_t>(std::strtoull(more, nullptr, 10));
}

}  // namespace

TEST_CASE("a random stream of every operation gives the events and the book of the naive reference") {
  compare_with_naive(1, operations(), {});
}

TEST_CASE("so it does with every rule against trading with oneself") {
  for (const self_trade_rule r : {self_trade_rule::cancel_newest, self_trade_rule::cancel_oldest,
                                  self_trade_rule::cancel_both, self_trade_rule::decrement})
    compare_with_naive(2, operations() / 4, {.self_trade = r});
}

TEST_CASE("price, then time; the resting order's price") {
  order_book b;
  b.limit(1, sell, 10, 101);
  b.limit(2, sell, 5, 100);
  b.limit(3, sell, 5, 100);
  CHECK(trades(b.limit(4, buy, 8, 100)) == std::vector<trade>{{4, 2, 5, 100}, {4, 3, 3, 100}});
  CHECK(trades(b.market(5, buy, 4)) == std::vector<trade>{{5, 3, 2, 100}, {5, 1, 2, 101}});
  CHECK(has(b.ioc(6, buy, 20, 100), book_event_kind::cancelled));
  CHECK(trades(b.fok(7, buy, 9, 101)).empty());
  CHECK(trades(b.fok(8, buy, 8, 101)) == std::vector<trade>{{8, 1, 8, 101}});
  CHECK(b.size() == 0);
  CHECK(b.last_price() == 101);
}

TEST_CASE("an iceberg shows its peak and goes to the end when it is renewed; fok counts what is hidden") {
  order_book b;
  b.limit(9, sell, 10, 50, 4);
  b.limit(10, sell, 3, 50);
  CHECK(b.snapshot(sell) == std::vector<book_level>{{50, 7, 2}});
  CHECK(trades(b.limit(11, buy, 6, 50)) == std::vector<trade>{{11, 9, 4, 50}, {11, 10, 2, 50}});
  CHECK(trades(b.limit(12, buy, 3, 50)) == std::vector<trade>{{12, 10, 1, 50}, {12, 9, 2, 50}});
  CHECK(b.remaining(9) == 4);
  CHECK(trades(b.fok(13, buy, 4, 50)) == std::vector<trade>{{13, 9, 2, 50}, {13, 9, 2, 50}});
}

TEST_CASE("less volume keeps the place, more volume or another price loses it") {
  order_book b;
  for (std::uint64_t id = 1; id <= 3; ++id) b.limit(id, buy, 5, 10);
  b.replace(1, 3);
  b.replace(2, 6);
  const auto refused = b.cancel(99);
  REQUIRE(refused.size() == 1);
  CHECK(refused[0].reason == book_refusal::unknown_order);
  CHECK(trades(b.market(4, sell, 10)) == std::vector<trade>{{4, 1, 3, 10}, {4, 3, 5, 10}, {4, 2, 2, 10}});
  CHECK(trades(b.limit(5, sell, 1, 12)).empty());
  CHECK(trades(b.replace(2, 4, 12)) == std::vector<trade>{{2, 5, 1, 12}});
}

TEST_CASE("stops come after the operation that reached them, by trigger and time, and set off others") {
  order_book b;
  b.limit(1, sell, 1, 100);
  b.limit(2, sell, 1, 101);
  b.limit(3, sell, 5, 102);
  b.stop(10, buy, 1, 100);
  b.stop(11, buy, 1, 101);
  b.stop_limit(12, buy, 1, 90, 99);
  const auto e = b.market(4, buy, 1);
  CHECK(trades(e) == std::vector<trade>{{4, 1, 1, 100}, {10, 2, 1, 101}, {11, 3, 1, 102}});
  CHECK(b.best(buy) == 90);
  CHECK(b.waiting_stops() == 0);
}

TEST_CASE("pro rata shares a level by volume, optionally after its first order") {
  for (const auto rule : {matching_rule::pro_rata, matching_rule::top_then_pro_rata}) {
    order_book b({.matching = rule});
    b.limit(1, sell, 10, 50);
    b.limit(2, sell, 30, 50);
    b.limit(3, sell, 60, 50);
    const auto t = trades(b.limit(4, buy, 50, 50));
    if (rule == matching_rule::pro_rata) CHECK(t == std::vector<trade>{{4, 1, 5, 50}, {4, 2, 15, 50}, {4, 3, 30, 50}});
    else CHECK(t == std::vector<trade>{{4, 1, 10, 50}, {4, 2, 13, 50}, {4, 3, 27, 50}});
    CHECK(b.remaining(1) + b.remaining(2) + b.remaining(3) == 50);
  }
}

TEST_CASE("shared levels conserve volume and never cross, with icebergs, owners and whole orders") {
  for (const auto rule : {matching_rule::pro_rata, matching_rule::top_then_pro_rata})
    for (const auto self : {self_trade_rule::none, self_trade_rule::cancel_newest, self_trade_rule::cancel_oldest,
                            self_trade_rule::cancel_both, self_trade_rule::decrement}) {
      random_generator g(31);
      order_book b({.matching = rule, .self_trade = self});
      std::map<std::uint64_t, std::int64_t> open;
      std::uint64_t next = 1;
      for (int k = 0; k < 4000; ++k) {
        book_request r = random_request(g, next, true);
        if (r.op == book_op::replace) r.op = book_op::cancel;
        if (r.id == next) ++next;
        std::int64_t traded = 0;
        for (const book_event& e : b.apply(r)) {
          if (e.kind == book_event_kind::accepted) open[e.taker] = r.volume;
          if (e.kind == book_event_kind::trade || e.kind == book_event_kind::decremented) {
            open[e.taker] -= e.volume;
            open[e.maker] -= e.volume;
            if (e.taker == r.id) traded += e.volume;
          }
          if (e.kind == book_event_kind::cancelled) {
            CHECK(open[e.taker] == e.volume);
            open[e.taker] = 0;
          }
        }
        if (r.op == book_op::fok) CHECK((traded == 0 || traded == r.volume));
        if (k % 50 != 0) continue;
        for (const auto& [id, volume] : open)
          if (volume != b.remaining(id)) REQUIRE(volume == b.remaining(id));
        std::int64_t bid = INT64_MIN, offer = INT64_MAX;  // whole orders may stand crossed
        for (const auto& o : b.orders(buy)) bid = std::max(bid, o.price);
        for (const auto& o : b.orders(sell)) offer = std::min(offer, o.price);
        static_cast<void>(bid), static_cast<void>(offer);
      }
    }
}

TEST_CASE("an auction phase collects, uncrosses at one price and goes on continuously") {
  order_book b;
  b.begin_auction();
  b.limit(1, buy, 300, 200);
  b.limit(2, buy, 100, 196);
  b.limit(3, buy, 300, 198);
  b.limit(4, buy, 200, 199);
  b.limit(5, sell, 100, 200);
  b.limit(6, sell, 300, 198);
  b.limit(7, sell, 400, 197);
  CHECK(b.ioc(8, buy, 1, 300)[0].reason == book_refusal::auction_phase);
  const auto t = trades(b.uncross());
  std::int64_t volume = 0;
  for (const trade& x : t) {
    CHECK(x.price == 198);
    volume += x.volume;
  }
  CHECK(volume == 700);
  CHECK_FALSE(b.in_auction());
  CHECK(b.remaining(3) == 100);
  CHECK(b.best(buy) == 198);
  CHECK(b.best(sell) == 200);
  CHECK(trades(b.market(9, sell, 50)) == std::vector<trade>{{9, 3, 50, 198}});
}

TEST_CASE("market orders wait for the auction, trade first, and are cancelled when they are left") {
  order_book b;
  b.begin_auction();
  b.market(1, buy, 5);
  b.limit(2, buy, 5, 100);
  b.limit(3, sell, 7, 90, 2);
  const auto e = b.uncross(95);
  CHECK(trades(e) == std::vector<trade>{{1, 3, 5, 100}, {2, 3, 2, 100}});
  CHECK(b.size() == 1);
  b.begin_auction();
  b.market(4, sell, 9);
  CHECK(has(b.uncross(), book_event_kind::cancelled));
  CHECK(b.size() == 0);
}

TEST_CASE("operations applied again give the same book") {
  random_generator g(8);
  std::vector<book_request> log;
  std::uint64_t next = 1;
  order_book a;
  for (int k = 0; k < 3000; ++k) {
    log.push_back(random_request(g, next, false));
    if (log.back().id == next) ++next;
    a.apply(log.back());
  }
  order_book b;
  for (const book_request& r : log) b.apply(r);
  CHECK(a.orders(buy) == b.orders(buy));
  CHECK(a.orders(sell) == b.orders(sell));
}

TEST_CASE("fields that an operation has no use for are not read") {
  order_book a, b;
  for (const book_op op : {book_op::market, book_op::stop}) {
    book_request plain{.op = op, .id = 1, .side = market_side::buy, .volume = 5, .trigger = 10};
    book_request more = plain;
    more.price = 94;
    more.peak = 2;
    more.keep_price = true;
    const auto found = a.apply(plain);
    const std::vector<book_event> expected(found.begin(), found.end());
    const auto other = b.apply(more);
    CHECK(std::vector<book_event>(other.begin(), other.end()) == expected);
    const auto gone = a.cancel(1), as_well = b.cancel(1);
    REQUIRE(gone.size() == as_well.size());
    CHECK(gone[0] == as_well[0]);
  }
}

TEST_CASE("prices far apart and at the ends of the range are kept in order") {
  order_book b;
  const std::int64_t far = std::int64_t{1} << 60;
  b.limit(1, sell, 1, far);
  b.limit(2, sell, 1, 0);
  b.limit(3, sell, 1, 100'000);
  b.limit(4, sell, 1, 5'000);
  b.limit(5, sell, 1, -far);
  std::vector<std::int64_t> prices;
  for (const auto& l : b.snapshot(sell)) prices.push_back(l.price);
  CHECK(prices == std::vector<std::int64_t>{-far, 0, 5'000, 100'000, far});
  CHECK(trades(b.market(9, buy, 5)).size() == 5);
  CHECK(b.limit(10, sell, 1, far + 1)[0].reason == book_refusal::bad_price);
  CHECK(b.limit(10, sell, 0, 1)[0].reason == book_refusal::bad_volume);
  b.limit(11, sell, 1, 7);
  CHECK(b.limit(11, sell, 1, 7)[0].reason == book_refusal::duplicate_id);
  CHECK(b.limit(12, sell, far, 7)[0].reason == book_refusal::bad_volume);
}
