// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_DISPATCH_ORDER_BOOK_HPP
#define SCHED_DISPATCH_ORDER_BOOK_HPP

/// \file
/// A continuous double auction: orders rest in a book by price and time and trade against those that come.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/dispatch/detail/price_ladder.hpp>
#include <sched/dispatch/order_event.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/priority/detail/paged_ids.hpp>
#include <sched/solve/call_auction.hpp>

namespace sched {
inline namespace v0 {

/// A book of one product. Prices are whole ticks, volumes whole lots, ids the caller's; an id is free again when its
/// order is gone. Every operation returns what it did, in order; the span lives until the next operation. What a book
/// does depends on its operations alone: the same ones give the same book.
///
/// Price-time priority, or another matching rule inside a level; a trade takes place at the resting order's price.
/// Insert, cancel and a trade are O(1) while prices stay within some thousand ticks of the touch, O(log levels) beyond;
/// nothing is allocated once the book has been as large as it gets. Not thread-safe. Refusals are events, never
/// exceptions.
class order_book {
public:
  using events = std::span<const book_event>;

  explicit order_book(book_rules rules = {}) : rules_(rules) {}

  /// Trades what it can at the limit or better, rests with the remainder. `peak`: iceberg, of which so much is shown at
  /// a time; hidden volume is renewed at the end of its level.
  events limit(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t price, std::int64_t peak = 0,
               std::uint32_t owner = no_user) {
    return apply(
        {.op = book_op::limit, .id = id, .side = s, .volume = volume, .price = price, .peak = peak, .owner = owner});
  }
  /// Trades what it can at any price; the remainder is cancelled. In an auction phase it waits for the auction.
  events market(std::uint64_t id, market_side s, std::int64_t volume, std::uint32_t owner = no_user) {
    return apply({.op = book_op::market, .id = id, .side = s, .volume = volume, .owner = owner});
  }
  /// Immediate or cancel: what does not trade at once is cancelled.
  events ioc(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t price, std::uint32_t owner = no_user) {
    return apply({.op = book_op::ioc, .id = id, .side = s, .volume = volume, .price = price, .owner = owner});
  }
  /// Fill or kill: trades in full at once (hidden volume counts) or is cancelled.
  events fok(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t price, std::uint32_t owner = no_user) {
    return apply({.op = book_op::fok, .id = id, .side = s, .volume = volume, .price = price, .owner = owner});
  }
  /// Trades in full at once or rests; resting it trades only with an order that takes all of it.
  events all_or_none(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t price,
                     std::uint32_t owner = no_user) {
    return apply({.op = book_op::all_or_none, .id = id, .side = s, .volume = volume, .price = price, .owner = owner});
  }
  /// Rests; refused when it would trade.
  events post_only(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t price, std::int64_t peak = 0,
                   std::uint32_t owner = no_user) {
    return apply({.op = book_op::post_only,
                  .id = id,
                  .side = s,
                  .volume = volume,
                  .price = price,
                  .peak = peak,
                  .owner = owner});
  }
  /// A market order once the last trade price is at or beyond `trigger` (up for bids, down for offers).
  events stop(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t trigger,
              std::uint32_t owner = no_user) {
    return apply({.op = book_op::stop, .id = id, .side = s, .volume = volume, .trigger = trigger, .owner = owner});
  }
  /// A limit order once the last trade price is at or beyond `trigger`.
  events stop_limit(std::uint64_t id, market_side s, std::int64_t volume, std::int64_t price, std::int64_t trigger,
                    std::int64_t peak = 0, std::uint32_t owner = no_user) {
    return apply({.op = book_op::stop_limit,
                  .id = id,
                  .side = s,
                  .volume = volume,
                  .price = price,
                  .peak = peak,
                  .trigger = trigger,
                  .owner = owner});
  }
  events cancel(std::uint64_t id) { return apply({.op = book_op::cancel, .id = id}); }
  /// New remaining volume, and a new price if one is given. Less volume at the same price keeps the place; anything
  /// else is a new order with the old id, and may trade.
  events replace(std::uint64_t id, std::int64_t volume, std::optional<std::int64_t> price = std::nullopt) {
    return apply(
        {.op = book_op::replace, .id = id, .volume = volume, .price = price.value_or(0), .keep_price = !price});
  }

  /// One operation as a value. A log of these, applied to an empty book, gives the same book again.
  events apply(const book_request& r) {
    events_.clear();
    switch (r.op) {
      case book_op::cancel: do_cancel(r.id); break;
      case book_op::replace: do_replace(r); break;
      default: enter(r); break;
    }
    run_stops();
    return events_;
  }

  /// Orders are collected and do not trade until `uncross`. Immediate orders and post-only orders are refused
  /// meanwhile.
  void begin_auction() noexcept { auction_ = true; }
  [[nodiscard]] bool in_auction() const noexcept { return auction_; }

  /// Ends an auction phase: one price for all by the rules of `call_auction` (all-or-none orders included), trades in
  /// the order of priority (`taker` is the bid, `maker` the offer), then market orders that are left are cancelled and
  /// trading goes on continuously. O(n log n); allocates.
  events uncross(std::optional<std::int64_t> reference = std::nullopt);

  /// Price of the last trade, none before the first.
  [[nodiscard]] std::optional<std::int64_t> last_price() const noexcept { return last_; }
  /// Best price of a side.
  [[nodiscard]] std::optional<std::int64_t> best(market_side s) const noexcept {
    const std::int64_t key = side(s).ladder.least();
    if (key == detail::price_ladder::no_key) return std::nullopt;
    return price_of(s, key);
  }
  /// Orders that rest (stops that wait are not among them).
  [[nodiscard]] std::size_t size() const noexcept { return resting_; }
  /// Stops that wait.
  [[nodiscard]] std::size_t waiting_stops() const noexcept { return stops_[0].size() + stops_[1].size(); }
  /// Remaining volume of an order, hidden part included; 0 for an unknown id.
  [[nodiscard]] std::int64_t remaining(std::uint64_t id) const noexcept {
    const std::uint32_t k = ids_.find(id);
    return k == none ? 0 : whole(slab_[k]);
  }

  /// The best `depth` levels of a side (0: all), best first: shown volume and number of orders.
  [[nodiscard]] std::vector<book_level> snapshot(market_side s, std::size_t depth = 0) const {
    std::vector<book_level> out;
    const half& h = side(s);
    for (std::int64_t key = h.ladder.least(); key != detail::price_ladder::no_key; key = h.ladder.next(key)) {
      if (depth != 0 && out.size() == depth) break;
      book_level& l = out.emplace_back();
      l.price = price_of(s, key);
      for (std::uint32_t k = levels_[h.ladder.find(key)].head; k != none; k = slab_[k].next) {
        l.volume += slab_[k].visible;
        ++l.orders;
      }
    }
    return out;
  }
  /// All resting orders of a side in priority order; `volume` includes the hidden part.
  [[nodiscard]] std::vector<resting_order> orders(market_side s) const {
    std::vector<resting_order> out;
    const half& h = side(s);
    for (std::int64_t key = h.ladder.least(); key != detail::price_ladder::no_key; key = h.ladder.next(key))
      for (std::uint32_t k = levels_[h.ladder.find(key)].head; k != none; k = slab_[k].next)
        out.push_back({slab_[k].id, whole(slab_[k]), price_of(s, key), slab_[k].visible, slab_[k].owner});
    return out;
  }

private:
  static constexpr std::uint32_t none = 0xffffffffU;
  static constexpr std::int64_t most_volume = std::int64_t{1} << 60;  // of a side: sums stay far inside the type
  static constexpr std::int64_t most_price = std::int64_t{1} << 60;

  /// What every operation touches; 48 bytes.
  struct order {
    std::uint64_t id = 0;
    std::int64_t visible = 0;
    std::int64_t price = 0;
    std::uint32_t prev = none, next = none, level = none;
    std::uint32_t owner = no_user;
    std::uint32_t extra = none;  // icebergs and stops: in extras_
    market_side side = market_side::sell;
    book_op op = book_op::limit;
  };
  struct extra {
    std::int64_t hidden = 0, peak = 0, trigger = 0;
    std::uint64_t sequence = 0;
    std::uint32_t next = none;
  };
  struct level {
    std::uint32_t head = none, tail = none;
    std::int64_t volume = 0;  // hidden part included
    std::uint32_t whole = 0;  // all-or-none orders in it
  };
  struct half {
    detail::price_ladder ladder;  // key: ticks for offers, minus ticks for bids
    std::int64_t volume = 0;
  };

  [[nodiscard]] half& side(market_side s) noexcept { return halves_[static_cast<std::size_t>(s)]; }
  [[nodiscard]] const half& side(market_side s) const noexcept { return halves_[static_cast<std::size_t>(s)]; }
  /// Ticks to keys and back: offers by rising, bids by falling price.
  [[nodiscard]] static std::int64_t price_of(market_side s, std::int64_t x) noexcept {
    return s == market_side::sell ? x : -x;
  }

  [[nodiscard]] std::int64_t hidden(const order& o) const noexcept {
    return o.extra == none ? 0 : extras_[o.extra].hidden;
  }
  [[nodiscard]] std::int64_t whole(const order& o) const noexcept { return o.visible + hidden(o); }
  /// Takes volume from an order, from what is hidden first.
  void lessen(order& o, std::int64_t by) noexcept {
    const std::int64_t from_hidden = std::min(by, hidden(o));
    if (from_hidden > 0) extras_[o.extra].hidden -= from_hidden;
    o.visible -= by - from_hidden;
  }

  void emit(const book_event& e) { events_.push_back(e); }
  void refuse(std::uint64_t id, book_refusal why) {
    emit({.kind = book_event_kind::refused, .reason = why, .taker = id});
  }

  void give_slot(std::uint32_t k) noexcept {
    if (slab_[k].extra != none) {
      extras_[slab_[k].extra].next = free_extra_;
      free_extra_ = slab_[k].extra;
    }
    slab_[k].next = free_;
    free_ = k;
  }

  std::uint32_t take_extra(const extra& e) {
    if (free_extra_ == none) {
      extras_.push_back(e);
      return static_cast<std::uint32_t>(extras_.size() - 1);
    }
    const std::uint32_t k = free_extra_;
    free_extra_ = extras_[k].next;
    extras_[k] = e;
    return k;
  }

  void append(std::uint32_t k) {
    order& o = slab_[k];
    half& h = side(o.side);
    const std::int64_t key = price_of(o.side, o.price);
    std::uint32_t at = h.ladder.find(key);
    if (at == none) {
      if (free_level_ != none) {
        at = free_level_;
        free_level_ = levels_[at].head;
        levels_[at] = level{};
      } else {
        at = static_cast<std::uint32_t>(levels_.size());
        levels_.emplace_back();
      }
      h.ladder.insert(key, at);
    }
    level& l = levels_[at];
    o.level = at;
    l.volume += whole(o);
    h.volume += whole(o);
    l.whole += o.op == book_op::all_or_none ? 1U : 0U;
    push_back(l, k);
    ++resting_;
  }
  void push_back(level& l, std::uint32_t k) noexcept {
    slab_[k].prev = l.tail;
    slab_[k].next = none;
    if (l.tail == none) l.head = k;
    else slab_[l.tail].next = k;
    l.tail = k;
  }
  void unlink(level& l, std::uint32_t k) noexcept {
    const order& o = slab_[k];
    if (o.prev == none) l.head = o.next;
    else slab_[o.prev].next = o.next;
    if (o.next == none) l.tail = o.prev;
    else slab_[o.next].prev = o.prev;
  }
  /// Takes a resting order out of its level and forgets it.
  void remove(std::uint32_t k) {
    order& o = slab_[k];
    level& l = levels_[o.level];
    half& h = side(o.side);
    l.volume -= whole(o);
    h.volume -= whole(o);
    l.whole -= o.op == book_op::all_or_none ? 1U : 0U;
    unlink(l, k);
    if (l.head == none) {
      h.ladder.erase(price_of(o.side, o.price));
      l.head = free_level_;
      free_level_ = o.level;
    }
    --resting_;
    ids_.erase(o.id);
    give_slot(k);
  }
  /// Less volume of a resting order; what is shown is renewed at the end of the level, what is used up is removed.
  void reduce(std::uint32_t k, std::int64_t by) {
    order& o = slab_[k];
    level& l = levels_[o.level];
    l.volume -= by;
    side(o.side).volume -= by;
    o.visible -= by;
    if (o.visible > 0) return;
    if (hidden(o) == 0) {
      remove(k);
      return;
    }
    extra& e = extras_[o.extra];
    o.visible = std::min(e.peak, e.hidden);
    e.hidden -= o.visible;
    unlink(l, k);
    push_back(l, k);
  }

  [[nodiscard]] static bool immediate(book_op op) noexcept {
    return op == book_op::ioc || op == book_op::fok || op == book_op::post_only;
  }
  [[nodiscard]] static bool has_price(book_op op) noexcept { return op != book_op::market && op != book_op::stop; }

  void enter(const book_request& r) {
    if (r.volume <= 0 || r.volume > most_volume || r.peak < 0) return refuse(r.id, book_refusal::bad_volume);
    if (has_price(r.op) && (r.price > most_price || r.price < -most_price))
      return refuse(r.id, book_refusal::bad_price);
    if (side(r.side).volume > most_volume - r.volume) return refuse(r.id, book_refusal::bad_volume);
    if (ids_.find(r.id) != none) return refuse(r.id, book_refusal::duplicate_id);
    if (auction_ && immediate(r.op)) return refuse(r.id, book_refusal::auction_phase);
    if (r.op == book_op::post_only && side(opposite(r.side)).ladder.least() <= price_of(opposite(r.side), r.price))
      return refuse(r.id, book_refusal::would_trade);
    order o;
    o.id = r.id;
    o.visible = r.volume;
    o.price = has_price(r.op) ? r.price : 0;
    o.owner = r.owner;
    o.side = r.side;
    o.op = r.op;
    const bool may_hide = r.op == book_op::limit || r.op == book_op::post_only || r.op == book_op::stop_limit;
    const std::int64_t peak = may_hide && r.peak < r.volume ? r.peak : 0;
    if (r.op == book_op::stop || r.op == book_op::stop_limit) {
      if (r.trigger > most_price || r.trigger < -most_price) return refuse(r.id, book_refusal::bad_price);
      emit({.kind = book_event_kind::accepted, .taker = r.id, .volume = r.volume, .price = r.trigger});
      o.extra = take_extra({0, peak, r.trigger, ++sequence_, none});
      stops_[static_cast<std::size_t>(o.side)].emplace(std::pair(r.trigger, sequence_), keep(o));
      side(o.side).volume += o.visible;
      return;
    }
    emit(
        {.kind = book_event_kind::accepted, .taker = r.id, .volume = r.volume, .price = has_price(r.op) ? r.price : 0});
    work(o, peak);
  }

  /// A slot and an id for an order.
  std::uint32_t keep(const order& o) {
    std::uint32_t k = free_;
    if (k != none) {
      free_ = slab_[k].next;
      slab_[k] = o;
    } else {
      k = static_cast<std::uint32_t>(slab_.size());
      slab_.push_back(o);
    }
    ids_.insert(o.id, k);
    return k;
  }
  std::uint32_t keep(order& o, std::int64_t peak) {
    if (peak > 0) {
      const std::int64_t shown = std::min(peak, o.visible);
      o.extra = take_extra({o.visible - shown, peak, 0, 0, none});
      o.visible = shown;
    }
    return keep(o);
  }

  /// An order that has been accepted: trades, then rests, waits for the auction, or is cancelled.
  void work(order& o, std::int64_t peak) {
    if (auction_) {
      const std::uint32_t k = keep(o, peak);
      if (o.op != book_op::market) return append(k);
      waiting_.push_back(k);
      side(o.side).volume += o.visible;
      return;
    }
    const bool any_price = o.op == book_op::market;
    const std::int64_t worst = any_price ? detail::price_ladder::no_key - 1 : price_of(opposite(o.side), o.price);
    if (side(opposite(o.side)).ladder.least() <= worst) {
      if ((o.op != book_op::fok && o.op != book_op::all_or_none) || executable(o, worst)) match(o, worst);
      if (o.visible == 0) return;
    }
    if (any_price || o.op == book_op::ioc || o.op == book_op::fok || gone_) {
      gone_ = false;
      return cancel_rest(o);
    }
    append(keep(o, peak));
  }
  void cancel_rest(const order& o) {
    emit({.kind = book_event_kind::cancelled, .taker = o.id, .volume = whole(o), .price = o.price});
  }

  [[nodiscard]] bool own(const order& a, const order& b) const noexcept {
    return rules_.self_trade != self_trade_rule::none && a.owner != no_user && a.owner == b.owner;
  }

  /// Whether an order can trade in full up to a key. Levels with all-or-none orders, or orders of the same owner, are
  /// played through; others count by their volume.
  [[nodiscard]] bool executable(const order& o, std::int64_t worst) {
    const half& h = side(opposite(o.side));
    std::int64_t left = o.visible;
    const bool guarded = rules_.self_trade != self_trade_rule::none && o.owner != no_user;
    for (std::int64_t key = h.ladder.least(); key <= worst && left > 0; key = h.ladder.next(key)) {
      const level& l = levels_[h.ladder.find(key)];
      if (l.whole == 0 && !guarded) {
        left -= l.volume;
        continue;
      }
      played_.clear();
      for (std::uint32_t k = l.head; k != none; k = slab_[k].next) {
        const order& m = slab_[k];
        const bool mine = own(o, m);
        if (mine && rules_.self_trade == self_trade_rule::cancel_oldest) continue;
        const extra more = m.extra == none ? extra{} : extras_[m.extra];
        played_.push_back({m.visible, more.hidden, more.peak, m.op == book_op::all_or_none, mine});
      }
      if (rules_.matching != matching_rule::price_time)
        for (const auto& m : played_)
          if (m.own) return false;  // sharing a level asks about all of it
      for (std::size_t i = 0; i < played_.size() && left > 0; ++i) {
        auto m = played_[i];
        if (m.whole && m.visible > left) continue;
        if (m.own) return false;
        const std::int64_t q = std::min(m.visible, left);
        left -= q;
        if (q < m.visible || m.hidden == 0) continue;
        m.visible = std::min(m.peak, m.hidden);
        m.hidden -= m.visible;
        played_.push_back(m);
      }
    }
    return left <= 0;
  }

  /// Trades an incoming order against the other side up to a key. Reduces `o.visible`; sets `gone_` when it is
  /// cancelled by the rule against trading with oneself.
  void match(order& o, std::int64_t worst) {
    half& h = side(opposite(o.side));
    std::int64_t key = h.ladder.least();
    while (key <= worst && o.visible > 0 && !gone_) {
      const std::uint32_t at = h.ladder.find(key);
      const bool shared = rules_.matching != matching_rule::price_time && o.visible < visible_volume(levels_[at]);
      if (shared) match_shared(o, at, key);
      else match_in_time(o, at, key);
      if (o.visible == 0 || gone_) break;
      key = h.ladder.next(key);
    }
  }

  /// From the head of the level on. All-or-none orders that would be cut are passed over.
  void match_in_time(order& o, std::uint32_t at, std::int64_t key) {
    const market_side s = opposite(o.side);
    std::uint32_t k = levels_[at].head;
    while (k != none && o.visible > 0) {
      order& m = slab_[k];
      const std::uint32_t after = m.next;
      if (m.op == book_op::all_or_none && m.visible > o.visible) {
        k = after;
        continue;
      }
      if (own(o, m)) {
        if (!avoid_own(o, k)) return;
        k = after;
        continue;
      }
      const std::int64_t q = std::min(m.visible, o.visible);
      const bool last = after == none, renewed = q == m.visible && hidden(m) > 0;
      trade(o, k, q, price_of(s, key));
      // A renewed iceberg stands at the end: alone in the level it comes again.
      k = last && renewed ? levels_[at].tail : after;
    }
  }

  void trade(order& o, std::uint32_t k, std::int64_t q, std::int64_t price) {
    emit({.kind = book_event_kind::trade, .taker = o.id, .maker = slab_[k].id, .volume = q, .price = price});
    last_ = price;
    o.visible -= q;
    reduce(k, q);
  }

  /// An order of the same owner: by the rule, one of the two goes, both, or both lose volume. False: the incoming order
  /// is done for.
  bool avoid_own(order& o, std::uint32_t k) {
    switch (rules_.self_trade) {
      case self_trade_rule::cancel_newest: gone_ = true; return false;
      case self_trade_rule::cancel_oldest:
        cancel_rest(slab_[k]);
        remove(k);
        return true;
      case self_trade_rule::cancel_both:
        cancel_rest(slab_[k]);
        remove(k);
        gone_ = true;
        return false;
      case self_trade_rule::decrement: {
        const std::int64_t q = std::min(o.visible, whole(slab_[k]));
        emit({.kind = book_event_kind::decremented, .taker = o.id, .maker = slab_[k].id, .volume = q});
        o.visible -= q;
        if (q == whole(slab_[k])) {
          remove(k);
        } else {
          order& m = slab_[k];
          lessen(m, q);
          levels_[m.level].volume -= q;
          side(m.side).volume -= q;
        }
        return o.visible > 0;
      }
      case self_trade_rule::none: break;
    }
    return true;
  }

  [[nodiscard]] std::int64_t visible_volume(const level& l) const noexcept {
    std::int64_t sum = 0;
    for (std::uint32_t k = l.head; k != none; k = slab_[k].next) sum += slab_[k].visible;
    return sum;
  }

  /// Less than the level shows: shared by volume, after the first order if the rule says so. All-or-none orders stand
  /// aside.
  void match_shared(order& o, std::uint32_t at, std::int64_t key) {
    const market_side s = opposite(o.side);
    for (std::uint32_t k = levels_[at].head; k != none && o.visible > 0;) {
      const std::uint32_t after = slab_[k].next;
      if (own(o, slab_[k]) && !avoid_own(o, k)) return;
      k = after;
    }
    if (o.visible == 0 || side(s).ladder.find(key) == none) return;
    shared_.clear();
    volumes_.clear();
    std::int64_t sum = 0;
    for (std::uint32_t k = levels_[at].head; k != none; k = slab_[k].next) {
      if (slab_[k].op == book_op::all_or_none || own(o, slab_[k])) continue;
      shared_.push_back(k);
      volumes_.push_back(slab_[k].visible);
      sum += slab_[k].visible;
    }
    if (shared_.empty()) return;
    if (o.visible >= sum) return match_in_time(o, at, key);  // orders that stand aside made the difference
    shares_.assign(shared_.size(), 0);
    scratch_.resize(shared_.size());
    std::int64_t left = o.visible;
    std::size_t from = 0;
    if (rules_.matching == matching_rule::top_then_pro_rata) {
      shares_[0] = std::min(left, volumes_[0]);
      left -= shares_[0];
      from = 1;
    }
    if (left > 0)
      tie::pro_rata{}(
          tied_orders<std::int64_t>{
              std::span(volumes_).subspan(from), std::span(shared_).subspan(from), {}, {}, scratch_},
          left, std::span(shares_).subspan(from));
    for (std::size_t i = 0; i < shared_.size(); ++i)
      if (shares_[i] > 0) trade(o, shared_[i], shares_[i], price_of(s, key));
  }

  void do_cancel(std::uint64_t id) {
    const std::uint32_t k = ids_.find(id);
    if (k == none) return refuse(id, book_refusal::unknown_order);
    cancel_rest(slab_[k]);
    drop(k);
  }
  /// Removes an order wherever it is: resting, waiting as a stop, waiting for the auction.
  void drop(std::uint32_t k) {
    const order& o = slab_[k];
    if (o.level != none) return remove(k);
    side(o.side).volume -= o.visible;
    if (o.op == book_op::stop || o.op == book_op::stop_limit) {
      stops_[static_cast<std::size_t>(o.side)].erase(std::pair(extras_[o.extra].trigger, extras_[o.extra].sequence));
    } else {
      std::erase(waiting_, k);
    }
    ids_.erase(o.id);
    give_slot(k);
  }

  void do_replace(const book_request& r) {
    const std::uint32_t k = ids_.find(r.id);
    if (k == none) return refuse(r.id, book_refusal::unknown_order);
    order o = slab_[k];
    const std::int64_t now = whole(o), price = r.keep_price ? o.price : r.price;
    if (r.volume <= 0 || r.volume > most_volume || side(o.side).volume - now > most_volume - r.volume)
      return refuse(r.id, book_refusal::bad_volume);
    if (price > most_price || price < -most_price) return refuse(r.id, book_refusal::bad_price);
    if (o.op == book_op::post_only && o.level != none && !auction_ && price != o.price &&
        side(opposite(o.side)).ladder.least() <= price_of(opposite(o.side), price))
      return refuse(r.id, book_refusal::would_trade);
    emit({.kind = book_event_kind::replaced, .taker = r.id, .volume = r.volume, .price = price});
    if (price == o.price && r.volume <= now) {
      order& m = slab_[k];
      const std::int64_t less = now - r.volume;
      lessen(m, less);
      if (m.level != none) levels_[m.level].volume -= less;
      side(m.side).volume -= less;
      return;
    }
    if (o.level == none) {  // a stop, or a market order before an auction: it has no place to lose
      slab_[k].visible = r.volume;
      slab_[k].price = price;
      side(o.side).volume += r.volume - now;
      return;
    }
    const std::int64_t peak = o.extra == none ? 0 : extras_[o.extra].peak;
    remove(k);
    o.visible = r.volume;
    o.price = price;
    o.level = o.prev = o.next = o.extra = none;
    work(o, peak);
  }

  /// Stops that the last trade has reached, by trigger price and time; those they set off come after them.
  void run_stops() {
    if (auction_ || !last_ || (stops_[0].empty() && stops_[1].empty())) return;
    for (;;) {
      collect_stops();
      if (triggered_.empty()) return;
      const std::uint32_t k = triggered_.front();
      triggered_.pop_front();
      order o = slab_[k];
      const extra e = extras_[o.extra];
      side(o.side).volume -= o.visible;
      ids_.erase(o.id);
      give_slot(k);
      emit({.kind = book_event_kind::triggered, .taker = o.id, .volume = o.visible, .price = e.trigger});
      o.op = o.op == book_op::stop ? book_op::market : book_op::limit;
      o.extra = none;
      work(o, e.peak);
    }
  }
  void collect_stops() {
    const std::int64_t last = *last_;
    auto& buys = stops_[static_cast<std::size_t>(market_side::buy)];
    auto& sells = stops_[static_cast<std::size_t>(market_side::sell)];
    const auto reached = buys.upper_bound(std::pair(last, std::numeric_limits<std::uint64_t>::max()));
    const auto from = sells.lower_bound(std::pair(last, std::uint64_t{0}));
    if (buys.begin() == reached && from == sells.end()) return;
    found_.clear();
    for (auto it = buys.begin(); it != reached; ++it) found_.emplace_back(it->first, it->second);
    for (auto it = from; it != sells.end(); ++it) found_.emplace_back(it->first, it->second);
    buys.erase(buys.begin(), reached);
    sells.erase(from, sells.end());
    std::sort(found_.begin(), found_.end());
    for (const auto& [key, k] : found_) triggered_.push_back(k);
  }

  book_rules rules_;
  std::vector<order> slab_;
  std::vector<extra> extras_;
  std::vector<level> levels_;
  std::array<half, 2> halves_;
  detail::paged_ids ids_;
  std::array<std::map<std::pair<std::int64_t, std::uint64_t>, std::uint32_t>, 2> stops_;
  std::deque<std::uint32_t> triggered_;
  std::vector<std::pair<std::pair<std::int64_t, std::uint64_t>, std::uint32_t>> found_;
  std::vector<std::uint32_t> waiting_;  // market orders of an auction phase
  std::vector<book_event> events_;
  struct played {
    std::int64_t visible, hidden, peak;
    bool whole, own;
  };
  std::vector<played> played_;
  std::vector<std::uint32_t> shared_, scratch_;
  std::vector<std::int64_t> volumes_, shares_;
  std::optional<std::int64_t> last_;
  std::uint64_t sequence_ = 0;
  std::size_t resting_ = 0;
  std::uint32_t free_ = none, free_level_ = none, free_extra_ = none;
  bool auction_ = false;
  bool gone_ = false;
};

inline order_book::events order_book::uncross(std::optional<std::int64_t> reference) {
  events_.clear();
  auction_ = false;
  std::vector<lot_order> book;
  std::vector<std::uint32_t> slots;
  std::vector<std::uint8_t> undivided;
  const auto add = [&](std::uint32_t k, bool market) {
    const order& o = slab_[k];
    book.push_back({o.side, o.price, whole(o), static_cast<std::int64_t>(book.size()), 0, o.owner, market});
    slots.push_back(k);
    undivided.push_back(o.op == book_op::all_or_none ? 1 : 0);
  };
  for (const std::uint32_t k : waiting_) add(k, true);
  for (const market_side s : {market_side::sell, market_side::buy})
    for (std::int64_t key = side(s).ladder.least(); key != detail::price_ladder::no_key; key = side(s).ladder.next(key))
      for (std::uint32_t k = levels_[side(s).ladder.find(key)].head; k != none; k = slab_[k].next) add(k, false);
  const auto result = call_auction(book, {.reference = reference, .all_or_none = undivided});
  // Both sides in priority order; the fronts trade with each other.
  std::array<std::vector<std::size_t>, 2> queue;
  for (std::size_t i = 0; i < book.size(); ++i)
    if (result.accepted[i] > 0) queue[static_cast<std::size_t>(book[i].side)].push_back(i);
  for (std::size_t s = 0; s < 2; ++s)
    std::sort(queue[s].begin(), queue[s].end(), [&](std::size_t a, std::size_t b) {
      if (book[a].price_taking != book[b].price_taking) return book[a].price_taking;
      if (!book[a].price_taking && book[a].price != book[b].price) return (book[a].price < book[b].price) == (s == 0);
      return a < b;
    });
  std::vector<std::int64_t> left(result.accepted);
  for (std::size_t i = 0, j = 0; i < queue[1].size() && j < queue[0].size();) {
    const std::size_t bid = queue[1][i], offer = queue[0][j];
    const std::int64_t q = std::min(left[bid], left[offer]);
    emit({.kind = book_event_kind::trade,
          .taker = slab_[slots[bid]].id,
          .maker = slab_[slots[offer]].id,
          .volume = q,
          .price = result.price});
    last_ = result.price;
    left[bid] -= q;
    left[offer] -= q;
    if (left[bid] == 0) ++i;
    if (left[offer] == 0) ++j;
  }
  for (std::size_t i = 0; i < book.size(); ++i) {
    const std::uint32_t k = slots[i];
    if (book[i].price_taking) {
      order& o = slab_[k];
      side(o.side).volume -= o.visible;
      o.visible -= result.accepted[i];
      if (o.visible > 0) cancel_rest(o);
      ids_.erase(o.id);
      give_slot(k);
      continue;
    }
    for (std::int64_t rest = result.accepted[i]; rest > 0;) {
      const std::int64_t q = std::min(rest, slab_[k].visible);
      rest -= q;
      reduce(k, q);
    }
  }
  waiting_.clear();
  run_stops();
  return events_;
}

}  // namespace v0
}  // namespace sched

#endif
