// SPDX-License-Identifier: BSL-1.0
// An opening auction, then continuous trading.
#include <sched/order_book.hpp>

#include <cstdio>

int main() {
  using sched::market_side;
  sched::order_book book;
  const auto print = [](sched::order_book::events events) {
    for (const sched::book_event& e : events) {
      if (e.kind == sched::book_event_kind::trade)
        std::printf("  %llu takes %lld from %llu at %lld\n", static_cast<unsigned long long>(e.taker),
                    static_cast<long long>(e.volume), static_cast<unsigned long long>(e.maker),
                    static_cast<long long>(e.price));
      if (e.kind == sched::book_event_kind::cancelled)
        std::printf("  %llu: %lld cancelled\n", static_cast<unsigned long long>(e.taker),
                    static_cast<long long>(e.volume));
      if (e.kind == sched::book_event_kind::triggered)
        std::printf("  %llu triggered\n", static_cast<unsigned long long>(e.taker));
    }
  };

  std::puts("opening auction");
  book.begin_auction();
  book.limit(1, market_side::buy, 300, 200);
  book.limit(2, market_side::buy, 200, 198);
  book.limit(3, market_side::sell, 250, 197);
  book.limit(4, market_side::sell, 300, 199);
  print(book.uncross());

  std::puts("an iceberg of 100 that shows 20, and a stop");
  book.limit(5, market_side::sell, 100, 199, 20);
  book.stop(6, market_side::buy, 30, 201);
  book.limit(7, market_side::sell, 50, 201);
  for (const sched::book_level& l : book.snapshot(market_side::sell))
    std::printf("  offered at %lld: %lld, orders %zu\n", static_cast<long long>(l.price),
                static_cast<long long>(l.volume), l.orders);

  std::puts("fill or kill 500, then immediate or cancel 360");
  print(book.fok(8, market_side::buy, 500, 201));
  print(book.ioc(9, market_side::buy, 360, 201));
  return 0;
}
