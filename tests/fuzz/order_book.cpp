// SPDX-License-Identifier: BSL-1.0
// Any bytes as a stream of order-book operations: volume is conserved, the book does not cross, orders of a level keep
// their time, and the same operations give the same book again.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include <sched/order_book.hpp>

#include "support/fuzz_project.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sched;
  if (size < 2) return 0;
  const book_rules rules{static_cast<matching_rule>(data[0] % 3), static_cast<self_trade_rule>(data[1] % 5)};
  order_book book(rules), again(rules);
  std::map<std::uint64_t, std::int64_t> open;
  bool whole = false;
  for (std::size_t at = 2; at + 6 <= size; at += 6) {
    const std::uint8_t* b = data + at;
    if (b[0] == 250) {
      book.begin_auction();
      again.begin_auction();
      continue;
    }
    order_book::events events, others;
    book_request r;
    if (b[0] == 251) {
      const std::int64_t reference = b[1];
      events = book.uncross(reference);
      others = again.uncross(reference);
    } else {
      r.op = static_cast<book_op>(b[0] % 10);
      r.side = (b[0] / 10) % 2 == 0 ? market_side::buy : market_side::sell;
      r.id = b[1];
      r.volume = b[2];
      r.price = b[3] == 255 ? std::numeric_limits<std::int64_t>::max() : b[3] == 254 ? 1'000'000 : b[3] % 16;
      r.peak = b[4] % 8;
      r.trigger = b[4] % 16;
      r.owner = b[5] % 4 == 0 ? no_user : static_cast<std::uint32_t>(b[5] % 4);
      r.keep_price = b[5] >= 128;
      whole = whole || r.op == book_op::all_or_none;
      events = book.apply(r);
      others = again.apply(r);
    }
    fuzz_require(std::equal(events.begin(), events.end(), others.begin(), others.end()), "the same book again");
    for (const book_event& e : events) {
      if (e.kind == book_event_kind::accepted || e.kind == book_event_kind::replaced) open[e.taker] = r.volume;
      if (e.kind == book_event_kind::trade || e.kind == book_event_kind::decremented) {
        fuzz_require(e.volume > 0, "trades have volume");
        open[e.taker] -= e.volume;
        open[e.maker] -= e.volume;
        fuzz_require(open[e.taker] >= 0 && open[e.maker] >= 0, "nobody trades more than it wants");
      }
      if (e.kind == book_event_kind::cancelled) {
        fuzz_require(open[e.taker] == e.volume, "what is cancelled was left");
        open[e.taker] = 0;
      }
    }
    for (const auto& [id, volume] : open) fuzz_require(book.remaining(id) == volume, "volume is conserved");
    const auto bid = book.best(market_side::buy), offer = book.best(market_side::sell);
    if (!whole && !book.in_auction() && bid && offer) fuzz_require(*bid < *offer, "the book does not cross");
  }
  return 0;
}
