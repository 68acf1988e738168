// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_ORDER_EVENT_HPP
#define SCHED_DISPATCH_ORDER_EVENT_HPP

/// \file
/// What is asked of an order book, what it answers, and the rules it matches by.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

/// How an incoming order meets a level that holds more than it wants. `pro_rata`: by shown volume, whole lots, then
/// largest remainder, equal ones by time; `top_then_pro_rata`: the first order of the level in full, then by volume.
enum class matching_rule : std::uint8_t { price_time, pro_rata, top_then_pro_rata };

/// What happens when an order meets one of the same owner (orders without owner are never the same): the incoming one
/// is cancelled, the resting one, both, or both lose the smaller volume without a trade.
enum class self_trade_rule : std::uint8_t { none, cancel_newest, cancel_oldest, cancel_both, decrement };

struct book_rules {
  matching_rule matching = matching_rule::price_time;
  self_trade_rule self_trade = self_trade_rule::none;
};

enum class book_op : std::uint8_t {
  limit,
  market,
  ioc,
  fok,
  all_or_none,
  post_only,
  stop,
  stop_limit,
  cancel,
  replace
};

/// One operation. Fields that it has no use for are not read.
struct book_request {
  book_op op = book_op::limit;
  std::uint64_t id = 0;
  market_side side = market_side::buy;
  std::int64_t volume = 0;  ///< lots
  std::int64_t price = 0;   ///< ticks
  std::int64_t peak = 0;    ///< iceberg (limit, post_only, stop_limit): lots shown at a time; 0: all
  std::int64_t trigger = 0;
  std::uint32_t owner = no_user;
  bool keep_price = false;  ///< replace: the price stays
  bool operator==(const book_request&) const = default;
};

enum class book_event_kind : std::uint8_t {
  accepted,     ///< taker: volume, price (stops: the trigger)
  trade,        ///< taker, maker, volume, price
  cancelled,    ///< taker: volume that was left
  replaced,     ///< taker: new volume and price
  triggered,    ///< taker: a stop becomes an order
  decremented,  ///< taker, maker: both lose the volume
  refused       ///< taker, reason; nothing has changed
};

enum class book_refusal : std::uint8_t {
  none,
  unknown_order,
  duplicate_id,
  bad_volume,    ///< not positive, or the side would hold more than 2^60 lots
  bad_price,     ///< beyond ±2^60 ticks
  would_trade,   ///< post-only
  auction_phase  ///< immediate orders wait for nobody
};

[[nodiscard]] constexpr std::string_view to_string(book_refusal r) noexcept {
  switch (r) {
    case book_refusal::none: return "none";
    case book_refusal::unknown_order: return "unknown_order";
    case book_refusal::duplicate_id: return "duplicate_id";
    case book_refusal::bad_volume: return "bad_volume";
    case book_refusal::bad_price: return "bad_price";
    case book_refusal::would_trade: return "would_trade";
    case book_refusal::auction_phase: return "auction_phase";
  }
  return "unknown";
}

struct book_event {
  book_event_kind kind = book_event_kind::accepted;
  book_refusal reason = book_refusal::none;
  std::uint64_t taker = 0;  ///< the order that came, or the one that is spoken of
  std::uint64_t maker = 0;  ///< the resting order of a trade
  std::int64_t volume = 0;
  std::int64_t price = 0;
  bool operator==(const book_event&) const = default;
};

/// A level as it is shown.
struct book_level {
  std::int64_t price = 0;
  std::int64_t volume = 0;
  std::size_t orders = 0;
  bool operator==(const book_level&) const = default;
};

struct resting_order {
  std::uint64_t id = 0;
  std::int64_t volume = 0;  ///< hidden part included
  std::int64_t price = 0;
  std::int64_t visible = 0;
  std::uint32_t owner = no_user;
  bool operator==(const resting_order&) const = default;
};

}  // namespace v0
}  // namespace sched

#endif
