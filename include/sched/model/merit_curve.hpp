// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_MERIT_CURVE_HPP
#define SCHED_MODEL_MERIT_CURVE_HPP

/// \file
/// A book prepared once: what it sells and buys at a price, and the prices at which it exports an amount.

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

/// Volumes of a book at one price. An order strictly better than the price counts in all, one that stands exactly at it
/// only in the larger of the two numbers of its side.
template <class Price = double, class Volume = Price>
struct curve_level {
  Price price{};
  Volume sell_below{};  ///< S⁻: offers strictly below
  Volume sell{};        ///< S⁺: offers at or below
  Volume buy{};         ///< D⁺: bids at or above
  Volume buy_above{};   ///< D⁻: bids strictly above

  [[nodiscard]] constexpr Volume least_export() const noexcept { return static_cast<Volume>(sell_below - buy); }
  [[nodiscard]] constexpr Volume most_export() const noexcept { return static_cast<Volume>(sell - buy_above); }
  bool operator==(const curve_level&) const = default;
};

/// The prices at which a book can export an amount: the closed interval [lo, hi].
template <class Price = double>
struct admissible_prices {
  Price lo{};
  Price hi{};
  bool too_much = false;    ///< more than the book can export at any price: lo = hi = cap
  bool too_little = false;  ///< less than it can (it must import more than it buys): lo = hi = floor
  bool operator==(const admissible_prices&) const = default;
};

namespace detail {

/// Neumaier's compensated sum; plain for whole numbers, where it watches the range.
template <class V>
class careful_sum {
public:
  constexpr void add(V x) noexcept {
    if constexpr (std::is_floating_point_v<V>) {
      const V t = sum_ + x;
      rest_ += (sum_ < V{0} ? -sum_ : sum_) >= (x < V{0} ? -x : x) ? (sum_ - t) + x : (x - t) + sum_;
      sum_ = t;
    } else {
      // A quarter of the range: differences of two sums and of a net export stay inside it.
      constexpr V most = std::numeric_limits<V>::max() / 4;
      saturated_ = saturated_ || x > most - sum_;
      sum_ = saturated_ ? most : static_cast<V>(sum_ + x);
    }
  }
  [[nodiscard]] constexpr V value() const noexcept { return static_cast<V>(sum_ + rest_); }
  [[nodiscard]] constexpr bool saturated() const noexcept { return saturated_; }

private:
  V sum_{}, rest_{};
  bool saturated_ = false;
};

}  // namespace detail

/// Supply and demand of a book over the price, as break points with linear pieces between them (steps: constant ones).
///
/// Built in O(n log n), asked in O(log n) without allocation, merged in O(n + m). Sums are compensated, so each volume
/// is exact to the last bits of its type; for lots exact, and a total beyond a quarter of the type sets `saturated()`.
template <class Price = double, class Volume = Price>
class basic_merit_curve {
public:
  using price_type = Price;
  using volume_type = Volume;
  using level = curve_level<Price, Volume>;
  using bounds_type = price_bounds<Price>;

  basic_merit_curve() = default;

  /// Throws `market_error` (see `check_orders`).
  template <curve_element O>
    requires(std::is_same_v<typename O::price_type, Price> && std::is_same_v<typename O::volume_type, Volume>)
  explicit basic_merit_curve(std::span<const O> orders, const bounds_type& bounds = {}) : bounds_(bounds) {
    if (const market_input_fault f = check_orders(orders, bounds)) throw market_error(f);
    build(orders);
  }
  template <curve_element O>
  explicit basic_merit_curve(const std::vector<O>& orders, const bounds_type& bounds = {})
      : basic_merit_curve(std::span<const O>(orders), bounds) {}

  /// Break points by ascending price.
  [[nodiscard]] std::span<const level> levels() const noexcept { return levels_; }
  [[nodiscard]] const bounds_type& bounds() const noexcept { return bounds_; }
  [[nodiscard]] Volume total_sell() const noexcept { return levels_.empty() ? Volume{} : levels_.back().sell; }
  [[nodiscard]] Volume total_buy() const noexcept { return levels_.empty() ? Volume{} : levels_.front().buy; }
  /// A sum of lots left the range; the curve is of no use.
  [[nodiscard]] bool saturated() const noexcept { return saturated_; }

  /// All volumes at a price. O(log n).
  [[nodiscard]] level at(Price p) const noexcept {
    const auto it =
        std::lower_bound(levels_.begin(), levels_.end(), p, [](const level& l, Price x) { return l.price < x; });
    if (it != levels_.end() && it->price == p) return *it;
    if (it == levels_.begin()) return {p, Volume{}, Volume{}, total_buy(), total_buy()};
    if (it == levels_.end()) return {p, total_sell(), total_sell(), Volume{}, Volume{}};
    return between(*std::prev(it), *it, p);
  }
  /// Offered volume at or below a price.
  [[nodiscard]] Volume supply(Price p) const noexcept { return at(p).sell; }
  /// Demanded volume at or above a price.
  [[nodiscard]] Volume demand(Price p) const noexcept { return at(p).buy; }

  /// The prices at which the book can export x (negative: import): least_export ≤ x ≤ most_export. `tolerance` takes
  /// up rounding of the sums. O(log n).
  [[nodiscard]] admissible_prices<Price> prices(Volume x, Volume tolerance = {}) const noexcept {
    admissible_prices<Price> out{bounds_.floor, bounds_.cap, false, false};
    const auto low = static_cast<Volume>(x - tolerance), high = static_cast<Volume>(x + tolerance);
    // lo: the first price that exports enough.
    const auto lo =
        std::partition_point(levels_.begin(), levels_.end(), [low](const level& l) { return l.most_export() < low; });
    // hi: the last one that does not export too much.
    const auto hi = std::partition_point(levels_.begin(), levels_.end(),
                                         [high](const level& l) { return l.least_export() <= high; });
    if (lo == levels_.end() && (!levels_.empty() || low > Volume{})) {
      out.lo = out.hi = bounds_.cap;
      out.too_much = true;
      return out;
    }
    if (hi == levels_.begin() && (!levels_.empty() || high < Volume{})) {
      out.lo = out.hi = bounds_.floor;
      out.too_little = true;
      return out;
    }
    if (levels_.empty()) return out;
    if (lo != levels_.begin()) out.lo = crossing(*std::prev(lo), *lo, x, tolerance, lo->price);
    else if (static_cast<Volume>(Volume{} - total_buy()) < low) out.lo = lo->price;
    if (hi != levels_.end()) out.hi = crossing(*std::prev(hi), *hi, x, tolerance, std::prev(hi)->price);
    else if (total_sell() > high) out.hi = std::prev(hi)->price;
    out.lo = std::clamp(out.lo, bounds_.floor, bounds_.cap);
    out.hi = std::clamp(out.hi, out.lo, bounds_.cap);
    return out;
  }

  /// Rounding of the sums of this curve and of x, for `prices`: zero for lots.
  [[nodiscard]] Volume rounding(Volume x, double slack = 16 * std::numeric_limits<double>::epsilon()) const noexcept {
    if constexpr (std::is_floating_point_v<Volume>)
      return static_cast<Volume>(slack) * (total_sell() + total_buy() + (x < Volume{} ? -x : x));
    else return Volume{};
  }

  /// The sum of two books. O(n + m).
  [[nodiscard]] friend basic_merit_curve merge(const basic_merit_curve& a, const basic_merit_curve& b) {
    basic_merit_curve out;
    out.bounds_ = {std::min(a.bounds_.floor, b.bounds_.floor), std::max(a.bounds_.cap, b.bounds_.cap)};
    out.saturated_ = a.saturated_ || b.saturated_;
    if constexpr (!std::is_floating_point_v<Volume>) {
      constexpr Volume most = std::numeric_limits<Volume>::max() / 4;
      out.saturated_ = out.saturated_ || a.total_sell() > most - b.total_sell() || a.total_buy() > most - b.total_buy();
      if (out.saturated_) return out;
    }
    out.levels_.reserve(a.levels_.size() + b.levels_.size());
    std::size_t i = 0, j = 0;
    while (i < a.levels_.size() || j < b.levels_.size()) {
      const bool first = j == b.levels_.size() || (i < a.levels_.size() && a.levels_[i].price <= b.levels_[j].price);
      const Price p = first ? a.levels_[i].price : b.levels_[j].price;
      const level x = a.here(i, p), y = b.here(j, p);
      out.levels_.push_back({p, static_cast<Volume>(x.sell_below + y.sell_below), static_cast<Volume>(x.sell + y.sell),
                             static_cast<Volume>(x.buy + y.buy), static_cast<Volume>(x.buy_above + y.buy_above)});
    }
    return out;
  }

  /// The sum of many books, pairwise. O(n log k).
  [[nodiscard]] static basic_merit_curve merged(std::span<const basic_merit_curve> curves) {
    if (curves.empty()) return {};
    if (curves.size() == 1) return curves.front();
    const std::size_t half = curves.size() / 2;
    return merge(merged(curves.first(half)), merged(curves.subspan(half)));
  }

private:
  /// The volumes at p, where level k is the first at or above p; steps over that level when it stands at p.
  [[nodiscard]] level here(std::size_t& k, Price p) const noexcept {
    if (k == levels_.size()) return {p, total_sell(), total_sell(), Volume{}, Volume{}};
    if (levels_[k].price == p) return levels_[k++];
    if (k == 0) return {p, Volume{}, Volume{}, total_buy(), total_buy()};
    return between(levels_[k - 1], levels_[k], p);
  }

  [[nodiscard]] static level between(const level& a, const level& b, Price p) noexcept {
    if constexpr (std::is_floating_point_v<Price> && std::is_floating_point_v<Volume>) {
      const Price t = (p - a.price) / (b.price - a.price);
      const Volume s = a.sell == b.sell_below ? a.sell : a.sell + (b.sell_below - a.sell) * t;
      const Volume d = a.buy_above == b.buy ? a.buy_above : a.buy_above + (b.buy - a.buy_above) * t;
      return {p, s, s, d, d};
    } else {
      return {p, a.sell, a.sell, a.buy_above, a.buy_above};
    }
  }

  /// The price of x on the linear piece from a to b, or `other` when x is not inside it.
  [[nodiscard]] static Price crossing(const level& a, const level& b, Volume x, Volume tolerance,
                                      Price other) noexcept {
    if constexpr (std::is_floating_point_v<Price> && std::is_floating_point_v<Volume>) {
      const Volume from = a.most_export(), to = b.least_export();
      if (to - from > tolerance && x > from && x < to)
        return a.price + (b.price - a.price) * ((x - from) / (to - from));
    }
    return other;
  }

  /// One limit of one order; ramps have two events.
  struct event {
    Price price;
    std::size_t order;
  };

  template <class O>
  void build(std::span<const O> orders) {
    std::vector<event> events;
    events.reserve(orders.size());
    for (std::size_t i = 0; i < orders.size(); ++i) {
      if (!(orders[i].volume > Volume{})) continue;
      events.push_back({first_price(orders[i], bounds_), i});
      if (last_price(orders[i], bounds_) != first_price(orders[i], bounds_))
        events.push_back({last_price(orders[i], bounds_), i});
    }
    std::sort(events.begin(), events.end(), [](const event& a, const event& b) {
      return a.price != b.price ? a.price < b.price : a.order < b.order;
    });
    supply_up(orders, events);
    demand_down(orders, events);
  }

  /// Upward over the offers: sums of what is complete, and the ramps that are under way.
  template <class O>
  void supply_up(std::span<const O> orders, const std::vector<event>& events) {
    detail::careful_sum<Volume> done;
    ramps<O> open;
    for (std::size_t k = 0; k < events.size();) {
      const Price p = events[k].price;
      level l;
      l.price = p;
      l.sell_below = static_cast<Volume>(done.value() + open.at(p));
      for (; k < events.size() && events[k].price == p; ++k) {
        const O& o = orders[events[k].order];
        if (o.side != market_side::sell) continue;
        if (last_price(o, bounds_) != p) {
          open.start(o.volume, first_price(o, bounds_), last_price(o, bounds_));
          continue;
        }
        if (first_price(o, bounds_) != p) open.end(o.volume, first_price(o, bounds_), last_price(o, bounds_));
        done.add(o.volume);
      }
      l.sell = static_cast<Volume>(done.value() + open.at(p));
      levels_.push_back(l);
    }
    saturated_ = saturated_ || done.saturated();
  }

  /// Downward over the bids.
  template <class O>
  void demand_down(std::span<const O> orders, const std::vector<event>& events) {
    detail::careful_sum<Volume> done;
    ramps<O> open;
    std::size_t at = levels_.size();
    for (std::size_t k = events.size(); k > 0;) {
      const Price p = events[k - 1].price;
      level& l = levels_[--at];
      l.buy_above = static_cast<Volume>(done.value() + open.at(p));
      for (; k > 0 && events[k - 1].price == p; --k) {
        const O& o = orders[events[k - 1].order];
        if (o.side != market_side::buy) continue;
        if (last_price(o, bounds_) != p) {
          open.start(o.volume, first_price(o, bounds_), last_price(o, bounds_));
          continue;
        }
        if (first_price(o, bounds_) != p) open.end(o.volume, first_price(o, bounds_), last_price(o, bounds_));
        done.add(o.volume);
      }
      l.buy = static_cast<Volume>(done.value() + open.at(p));
    }
    saturated_ = saturated_ || done.saturated();
  }

  /// The sum of ramps under way at a price: Σ volume·(p − first)/(last − first), kept from one break point to the next.
  template <class O>
  class ramps {
  public:
    [[nodiscard]] Volume at(Price p) noexcept {
      if constexpr (std::is_same_v<O, curve_segment>) {
        if (count_ == 0) return Volume{};
        sum_.add(slope_.value() * (p - price_));
        price_ = p;
        return sum_.value();
      } else {
        static_cast<void>(p);
        return Volume{};
      }
    }
    void start([[maybe_unused]] Volume q, [[maybe_unused]] Price from, [[maybe_unused]] Price to) noexcept {
      if constexpr (std::is_same_v<O, curve_segment>) {
        if (count_++ == 0) {
          sum_ = {};
          slope_ = {};
          price_ = from;
        }
        slope_.add(q / (to - from));
      }
    }
    void end([[maybe_unused]] Volume q, [[maybe_unused]] Price from, [[maybe_unused]] Price to) noexcept {
      if constexpr (std::is_same_v<O, curve_segment>) {
        slope_.add(-(q / (to - from)));
        sum_.add(-q);
        --count_;
      }
    }

  private:
    detail::careful_sum<Volume> sum_, slope_;
    Price price_{};
    std::size_t count_ = 0;
  };

  std::vector<level> levels_;
  bounds_type bounds_{};
  bool saturated_ = false;
};

using merit_curve = basic_merit_curve<double>;
using lot_curve = basic_merit_curve<std::int64_t>;

}  // namespace v0
}  // namespace sched

#endif
