// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_NAIVE_ORDER_BOOK_HPP
#define SCHED_TESTS_SUPPORT_NAIVE_ORDER_BOOK_HPP

// An order book that reads like its rules: one sorted list a side, everything found by walking. Price-time matching.

#include <algorithm>
#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include <sched/dispatch/order_event.hpp>

namespace naive {

using namespace sched;

class order_book {
public:
  explicit order_book(book_rules rules = {}) : rules_(rules) {}

  std::vector<book_event> apply(const book_request& r) {
    out_.clear();
    if (r.op == book_op::cancel) cancel(r.id);
    else if (r.op == book_op::replace) replace(r);
    else enter(r);
    stops();
    return out_;
  }

  std::vector<resting_order> orders(market_side s) const {
    std::vector<resting_order> out;
    for (const order& o : book(s)) out.push_back({o.r.id, o.visible + o.hidden, o.r.price, o.visible, o.r.owner});
    return out;
  }
  std::size_t waiting_stops() const { return stops_.size(); }

private:
  struct order {
    book_request r;
    std::int64_t visible = 0, hidden = 0;
  };
  using side_list = std::list<order>;

  side_list& book(market_side s) { return s == market_side::buy ? buys_ : sells_; }
  const side_list& book(market_side s) const { return s == market_side::buy ? buys_ : sells_; }
  static bool better(market_side s, std::int64_t a, std::int64_t b) { return s == market_side::buy ? a > b : a < b; }
  bool within(const order& o, std::int64_t price) const {
    if (o.r.op == book_op::market) return true;
    return o.r.side == market_side::buy ? price <= o.r.price : price >= o.r.price;
  }
  void say(book_event e) { out_.push_back(e); }

  bool known(std::uint64_t id) const {
    for (const side_list* l : {&buys_, &sells_, &stops_})
      for (const order& o : *l)
        if (o.r.id == id) return true;
    return false;
  }

  void enter(book_request r) {
    const auto refuse = [&](book_refusal why) {
      say({.kind = book_event_kind::refused, .reason = why, .taker = r.id});
    };
    if (r.volume <= 0 || r.peak < 0) return refuse(book_refusal::bad_volume);
    if (known(r.id)) return refuse(book_refusal::duplicate_id);
    const bool may_hide = r.op == book_op::limit || r.op == book_op::post_only || r.op == book_op::stop_limit;
    if (!may_hide || r.peak >= r.volume) r.peak = 0;                    // no iceberg
    if (r.op == book_op::market || r.op == book_op::stop) r.price = 0;  // they have none
    order o{r, r.volume, 0};
    const auto& other = book(opposite(r.side));
    if (r.op == book_op::post_only && !other.empty() && within(o, other.front().r.price))
      return refuse(book_refusal::would_trade);
    const bool stop = r.op == book_op::stop || r.op == book_op::stop_limit;
    say({.kind = book_event_kind::accepted,
         .taker = r.id,
         .volume = r.volume,
         .price = stop                      ? r.trigger
                  : r.op == book_op::market ? 0
                                            : r.price});
    if (stop) stops_.push_back(o);
    else work(o);
  }

  bool own(const order& a, const order& b) const {
    return rules_.self_trade != self_trade_rule::none && a.r.owner != no_user && a.r.owner == b.r.owner;
  }

  /// Trades; true when the order was cancelled on the way.
  bool match(order& o, side_list& other, std::vector<book_event>& said, std::optional<std::int64_t>& last) {
    for (auto it = other.begin(); it != other.end() && o.visible > 0;) {
      if (!within(o, it->r.price)) break;
      if (it->r.op == book_op::all_or_none && it->visible > o.visible) {
        ++it;
        continue;
      }
      if (own(o, *it)) {
        const auto drop = [&] {
          said.push_back({.kind = book_event_kind::cancelled,
                          .taker = it->r.id,
                          .volume = it->visible + it->hidden,
                          .price = it->r.price});
          it = other.erase(it);
        };
        if (rules_.self_trade == self_trade_rule::cancel_newest) return true;
        if (rules_.self_trade == self_trade_rule::cancel_oldest) {
          drop();
          continue;
        }
        if (rules_.self_trade == self_trade_rule::cancel_both) {
          drop();
          return true;
        }
        const std::int64_t q = std::min(o.visible, it->visible + it->hidden);
        said.push_back({.kind = book_event_kind::decremented, .taker = o.r.id, .maker = it->r.id, .volume = q});
        o.visible -= q;
        const std::int64_t h = std::min(q, it->hidden);
        it->hidden -= h;
        it->visible -= q - h;
        if (it->visible == 0) it = other.erase(it);
        continue;
      }
      const std::int64_t q = std::min(o.visible, it->visible);
      said.push_back(
          {.kind = book_event_kind::trade, .taker = o.r.id, .maker = it->r.id, .volume = q, .price = it->r.price});
      last = it->r.price;
      o.visible -= q;
      it->visible -= q;
      if (it->visible > 0) continue;
      if (it->hidden == 0) {
        it = other.erase(it);
        continue;
      }
      it->visible = std::min(it->r.peak, it->hidden);
      it->hidden -= it->visible;
      auto end = std::next(it);
      while (end != other.end() && end->r.price == it->r.price) ++end;
      const auto next = std::next(it);
      other.splice(end, other, it);
      if (next != end) it = next;
    }
    return false;
  }

  void work(order o) {
    side_list& other = book(opposite(o.r.side));
    const bool whole = o.r.op == book_op::fok || o.r.op == book_op::all_or_none;
    bool gone = false, trade = true;
    if (whole) {  // on a copy first; an order that meets its owner's does not trade in full
      side_list copy = other;
      order trial = o;
      std::vector<book_event> said;
      auto last = last_;
      gone = match(trial, copy, said, last);
      bool cut = gone || trial.visible > 0;
      for (const book_event& e : said) cut = cut || e.kind == book_event_kind::decremented;
      trade = !cut;
      gone = false;
    }
    if (trade) gone = match(o, other, out_, last_);
    if (o.visible == 0) return;
    const bool rests = o.r.op != book_op::market && o.r.op != book_op::ioc && o.r.op != book_op::fok && !gone;
    if (!rests) {
      say({.kind = book_event_kind::cancelled, .taker = o.r.id, .volume = o.visible, .price = o.r.price});
      return;
    }
    if (o.r.peak > 0 && o.visible > o.r.peak) {
      o.hidden = o.visible - o.r.peak;
      o.visible = o.r.peak;
    }
    side_list& mine = book(o.r.side);
    auto at = mine.begin();
    while (at != mine.end() && !better(o.r.side, o.r.price, at->r.price)) ++at;
    mine.insert(at, o);
  }

  void cancel(std::uint64_t id) {
    for (side_list* l : {&buys_, &sells_, &stops_})
      for (auto it = l->begin(); it != l->end(); ++it)
        if (it->r.id == id) {
          say({.kind = book_event_kind::cancelled,
               .taker = id,
               .volume = it->visible + it->hidden,
               .price = it->r.price});
          l->erase(it);
          return;
        }
    say({.kind = book_event_kind::refused, .reason = book_refusal::unknown_order, .taker = id});
  }

  void replace(const book_request& r) {
    for (side_list* l : {&buys_, &sells_, &stops_})
      for (auto it = l->begin(); it != l->end(); ++it) {
        if (it->r.id != r.id) continue;
        const std::int64_t price = r.keep_price ? it->r.price : r.price, now = it->visible + it->hidden;
        if (r.volume <= 0)
          return say({.kind = book_event_kind::refused, .reason = book_refusal::bad_volume, .taker = r.id});
        if (it->r.op == book_op::post_only && price != it->r.price) {
          const auto& other = book(opposite(it->r.side));
          order moved = *it;
          moved.r.price = price;
          if (!other.empty() && within(moved, other.front().r.price))
            return say({.kind = book_event_kind::refused, .reason = book_refusal::would_trade, .taker = r.id});
        }
        say({.kind = book_event_kind::replaced, .taker = r.id, .volume = r.volume, .price = price});
        if (price == it->r.price && r.volume <= now) {
          const std::int64_t less = now - r.volume, h = std::min(less, it->hidden);
          it->hidden -= h;
          it->visible -= less - h;
          return;
        }
        if (l == &stops_) {
          it->visible = r.volume;
          it->r.price = price;
          return;
        }
        order o = *it;
        l->erase(it);
        o.visible = o.r.volume = r.volume;
        o.hidden = 0;
        o.r.price = price;
        work(o);
        return;
      }
    say({.kind = book_event_kind::refused, .reason = book_refusal::unknown_order, .taker = r.id});
  }

  void stops() {
    std::list<order> ready;
    for (;;) {
      if (!last_) return;
      std::list<order> found;
      for (auto it = stops_.begin(); it != stops_.end();) {
        const bool hit = it->r.side == market_side::buy ? it->r.trigger <= *last_ : it->r.trigger >= *last_;
        const auto next = std::next(it);
        if (hit) found.splice(found.end(), stops_, it);
        it = next;
      }
      found.sort([](const order& a, const order& b) { return a.r.trigger < b.r.trigger; });  // stable: by time
      ready.splice(ready.end(), found);
      if (ready.empty()) return;
      order o = ready.front();
      ready.pop_front();
      say({.kind = book_event_kind::triggered, .taker = o.r.id, .volume = o.visible, .price = o.r.trigger});
      o.r.op = o.r.op == book_op::stop ? book_op::market : book_op::limit;
      work(o);
    }
  }

  book_rules rules_;
  side_list buys_, sells_, stops_;
  std::optional<std::int64_t> last_;
  std::vector<book_event> out_;
};

}  // namespace naive

#endif
