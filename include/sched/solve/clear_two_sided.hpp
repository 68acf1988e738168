// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CLEAR_TWO_SIDED_HPP
#define SCHED_SOLVE_CLEAR_TWO_SIDED_HPP

/// \file
/// Uniform clearing of a book of offers and bids: admissible prices, largest volume, who gets it, at what price.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/model/clearing.hpp>
#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/order_prices.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/shortage.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/detail/book_margin.hpp>
#include <sched/solve/detail/crossing.hpp>

namespace sched {
inline namespace v0 {

template <class Price = double, class Volume = Price>
struct book_clearing_options {
  price_bounds<Price> bounds{};  ///< where orders without limit stand; the published price stays inside
  Volume net_export{};           ///< taken out of the book (negative: brought in) before anything else
  double slack = 16 * std::numeric_limits<double>::epsilon();  ///< rounding allowed in sums, relative; not for lots
};

/// What a cleared book says. Volumes in the book's unit, prices money per unit, welfare and surpluses money.
template <class Price = double, class Volume = Price>
struct book_clearing_result {
  clearing_status status = clearing_status::empty;
  bool priced = false;  ///< false: there is no price, and the three below are NaN (ticks: 0)
  Price price{};        ///< of sellers, where the two differ
  Price sell_price{}, buy_price{};
  Price lo{}, hi{};                   ///< admissible prices; `exists` says whether an end is bounded
  Volume volume{};                    ///< traded: the larger of what is sold and what is bought
  Volume sold{}, bought{};            ///< sold − bought is the net export
  Volume unserved{};                  ///< price-taking demand (or export) without supply
  Volume unsold{};                    ///< price-taking supply (or import) without demand
  std::vector<Volume> accepted{};     ///< in the order of the book
  std::vector<Price> order_prices{};  ///< for rules that give every order its own; else empty
  double welfare = 0;                 ///< Σ bids − Σ offers, each at its own price
  double consumer_surplus = 0, producer_surplus = 0;
  double auctioneer_surplus = 0;  ///< payments − receipts
  margin_record<Price, Volume> margin{};
};

/// Clears one book after another without allocating again, once it has seen the largest; see `clear_two_sided`.
template <curve_element Order>
class two_sided_clearing {
public:
  using price_type = typename Order::price_type;
  using volume_type = typename Order::volume_type;
  using options_type = book_clearing_options<price_type, volume_type>;
  using result_type = book_clearing_result<price_type, volume_type>;

  /// The result is this object's and is overwritten by the next call. Throws `market_error` (see `check_orders`).
  template <class Pricing = pricing::k_price, class Tie = tie::index, class Shortage = shortage::marginal_demand>
    requires(pricing_rule<Pricing, price_type, volume_type> && tie_rule<Tie, volume_type> &&
             shortage_rule<Shortage, price_type, volume_type>)
  const result_type& operator()(std::span<const Order> orders, const Pricing& rule = {}, const Tie& tie = {},
                                const Shortage& missing = {}, const options_type& options = {}) {
    if (const market_input_fault f = check_orders(orders, options.bounds)) throw market_error(f);
    if (!detail::finite_number(options.net_export)) throw market_error({market_fault::not_finite}, "net export");
    orders_ = orders;
    options_ = &options;
    start();
    if (!settle_interval()) return out_;
    fill(tie);
    judge();
    price(rule, missing);
    return out_;
  }

private:
  using P = price_type;
  using V = volume_type;

  void start() {
    auto accepted = std::move(out_.accepted);
    auto prices = std::move(out_.order_prices);
    out_ = {};
    accepted.assign(orders_.size(), V{});
    prices.clear();
    out_.accepted = std::move(accepted);
    out_.order_prices = std::move(prices);
    no_price();
  }

  void no_price() {
    out_.priced = false;
    out_.price = out_.sell_price = out_.buy_price =
        std::numeric_limits<P>::has_quiet_NaN ? std::numeric_limits<P>::quiet_NaN() : P{};
  }

  /// Admissible prices and the volumes at the lowest of them. False: the book is settled already.
  bool settle_interval() {
    out_.lo = out_.margin.least;
    out_.hi = out_.margin.most;
    if (orders_.empty()) return false;
    const auto found =
        detail::find_crossing(orders_, options_->bounds, options_->net_export, options_->slack, scratch_);
    if (found.saturated) {
      out_.status = clearing_status::infeasible;
      return false;
    }
    out_.lo = out_.margin.lo = found.prices.lo;
    out_.hi = out_.margin.hi = found.prices.hi;
    tolerance_ = found.tolerance;
    at_ = found.at;
    const V x = options_->net_export;
    const bool supplied = found.total_sell > V{} || x<V{}, wanted = found.total_buy> V{} || x > V{};
    if (!supplied || !wanted) {
      out_.status = clearing_status::no_trade;
      out_.unserved = static_cast<V>(taken(market_side::buy) + (x > V{} ? x : V{}));
      out_.unsold = static_cast<V>(taken(market_side::sell) - (x < V{} ? x : V{}));
      return false;
    }
    // With the net export served: the short side of the larger two numbers.
    out_.sold = std::max(V{}, std::min(at_.sell, static_cast<V>(at_.buy + x)));
    out_.bought = std::clamp(static_cast<V>(out_.sold - x), V{}, at_.buy);
    excess_ = found.prices.too_much;
    if (found.prices.too_much) out_.unserved = static_cast<V>(x - found.total_sell);
    if (found.prices.too_little) out_.unsold = static_cast<V>(-x - found.total_buy);
    return true;
  }

  [[nodiscard]] V taken(market_side s) const {
    V sum{};
    for (const Order& o : orders_)
      if (o.side == s && o.price_taking) sum = static_cast<V>(sum + o.volume);
    return sum;
  }

  /// Better orders in full, worse ones not at all, those at the price by the tie rule.
  template <class Tie>
  void fill(const Tie& tie) {
    const P p = at_.price;
    for (const market_side s : {market_side::sell, market_side::buy}) {
      tied_.clear();
      V whole{};
      for (std::size_t i = 0; i < orders_.size(); ++i) {
        const Order& o = orders_[i];
        if (o.side != s || !(o.volume > V{})) continue;
        const P first = first_price(o, options_->bounds), last = last_price(o, options_->bounds);
        const bool sells = s == market_side::sell;
        if (sells ? last < p : last > p) {
          out_.accepted[i] = o.volume;
        } else if (first == p && last == p) {
          tied_.push_back(static_cast<std::uint32_t>(i));
          whole = static_cast<V>(whole + o.volume);
        } else if constexpr (std::is_same_v<Order, curve_segment>) {
          if (sells ? first < p : first > p)
            out_.accepted[i] = last == p ? o.volume : o.volume * ((p - first) / (last - first));
        }
      }
      const V reached = s == market_side::sell ? at_.sell_below : at_.buy_above;
      share(tie, static_cast<V>((s == market_side::sell ? out_.sold : out_.bought) - reached), whole);
    }
  }

  /// The tied orders of one side; amounts within the tolerance of nothing or of everything are that.
  template <class Tie>
  void share(const Tie& tie, V given, V whole) {
    if (tied_.empty() || !(given > tolerance_)) return;
    const bool all = !(given < static_cast<V>(whole - tolerance_));
    if (!all)
      cut_ =
          orders_[tied_.front()].side == market_side::sell || cut_ == cut_side::offer ? cut_side::offer : cut_side::bid;
    if (all) {
      for (const std::uint32_t i : tied_) out_.accepted[i] = orders_[i].volume;
      return;
    }
    const std::size_t n = tied_.size();
    volumes_.resize(n);
    shares_.assign(n, V{});
    order_.resize(n);
    times_.resize(detail::tie_needs_time<Tie>() ? n : 0);
    merits_.resize(detail::tie_needs_merit<Tie>() ? n : 0);
    for (std::size_t k = 0; k < n; ++k) {
      const Order& o = orders_[tied_[k]];
      volumes_[k] = o.volume;
      if (!times_.empty()) times_[k] = o.time;
      if (!merits_.empty()) merits_[k] = o.merit;
    }
    tie(tied_orders<V>{volumes_, tied_, times_, merits_, order_}, given, std::span<V>(shares_));
    for (std::size_t k = 0; k < n; ++k) out_.accepted[tied_[k]] = shares_[k];
  }

  /// Status, margin, and what price takers miss.
  void judge() {
    out_.margin = detail::margin_of(orders_, std::span<const V>(out_.accepted), options_->bounds, out_.lo, out_.hi);
    if (cut_ != cut_side::none) {
      out_.margin.cut = cut_;
      out_.margin.cut_price = at_.price;
    }
    cut_ = cut_side::none;
    if (excess_) out_.margin.curtailed_bid = options_->bounds.cap;  // the net export itself is curtailed
    out_.volume = out_.margin.volume = std::max(out_.sold, out_.bought);
    V short_of = out_.unserved, left = out_.unsold;
    for (std::size_t i = 0; i < orders_.size(); ++i) {
      const Order& o = orders_[i];
      if (!o.price_taking) continue;
      V& sum = o.side == market_side::buy ? short_of : left;
      sum = static_cast<V>(sum + (o.volume - out_.accepted[i]));
    }
    out_.unserved = short_of > tolerance_ ? short_of : V{};
    out_.unsold = left > tolerance_ ? left : V{};
    out_.status = out_.unserved > V{}                    ? clearing_status::shortage
                  : out_.unsold > V{}                    ? clearing_status::surplus
                  : out_.sold > V{} || out_.bought > V{} ? clearing_status::cleared
                                                         : clearing_status::no_trade;
  }

  template <class Pricing, class Shortage>
  void price(const Pricing& rule, const Shortage& missing) {
    const margin_record<P, V>& m = out_.margin;
    constexpr bool by_order = order_pricing<Pricing, P, V>;
    constexpr bool by_margin = side_pricing<Pricing, P, V> || uniform_pricing<Pricing, P, V>;
    bool each = by_order;
    if constexpr (by_order && by_margin) each = rule.per_order();
    if constexpr (by_order) {
      if (each) price_orders(rule);
    }
    side_prices<P> found{m.least, m.least};
    if (out_.status == clearing_status::shortage) {
      found.sell = found.buy = static_cast<P>(missing(m, out_.unserved));
      if (!exists(found.sell)) found.sell = found.buy = m.dearest_offer;  // no cap to name
    } else if (each) {
      found.sell = found.buy = pricing::k_price{}(m);
    } else if constexpr (side_pricing<Pricing, P, V>) {
      found = rule(m);
    } else if constexpr (uniform_pricing<Pricing, P, V>) {
      found.sell = found.buy = static_cast<P>(rule(m));
    }
    if (exists(found.sell) && exists(found.buy)) {
      out_.priced = true;
      out_.sell_price = std::clamp(found.sell, options_->bounds.floor, options_->bounds.cap);
      out_.buy_price = std::clamp(found.buy, options_->bounds.floor, options_->bounds.cap);
      out_.price = out_.sell_price;
    }
    account();
  }

  template <class Pricing>
  void price_orders(const Pricing& rule) {
    plain_.clear();
    plain_.reserve(orders_.size());
    for (std::size_t i = 0; i < orders_.size(); ++i) {
      const Order& o = orders_[i];
      plain_.push_back({o.side, detail::mean_price(o, out_.accepted[i], options_->bounds), o.volume, o.time, o.merit,
                        o.user, o.price_taking});
    }
    out_.order_prices.resize(orders_.size());
    rule(out_.margin, priced_book<P, V>{plain_, out_.accepted, options_->bounds}, std::span<P>(out_.order_prices));
  }

  /// Welfare and who has it.
  void account() {
    detail::careful_sum<double> bids, offers, paid, received;
    for (std::size_t i = 0; i < orders_.size(); ++i) {
      const V a = out_.accepted[i];
      if (!(a > V{})) continue;
      const bool sells = orders_[i].side == market_side::sell;
      const auto volume = static_cast<double>(a);
      (sells ? offers : bids).add(static_cast<double>(detail::mean_price(orders_[i], a, options_->bounds)) * volume);
      const P each = !out_.order_prices.empty() ? out_.order_prices[i] : sells ? out_.sell_price : out_.buy_price;
      (sells ? received : paid).add(static_cast<double>(each) * volume);
    }
    out_.welfare = bids.value() - offers.value();
    if (!out_.priced && out_.order_prices.empty()) return;
    out_.consumer_surplus = bids.value() - paid.value();
    out_.producer_surplus = received.value() - offers.value();
    out_.auctioneer_surplus = paid.value() - received.value();
  }

  std::span<const Order> orders_;
  const options_type* options_ = nullptr;
  result_type out_;
  curve_level<P, V> at_{};
  V tolerance_{};
  cut_side cut_ = cut_side::none;
  bool excess_ = false;
  detail::crossing_scratch<P, V> scratch_;
  std::vector<std::uint32_t> tied_, order_;
  std::vector<V> volumes_, shares_;
  std::vector<std::int64_t> times_, merits_;
  std::vector<basic_curve_order<P, V>> plain_;
};

/// Clears a book of offers and bids.
///
/// Admissible prices: those at which offers strictly below and bids at or above leave no more than the net export, and
/// offers at or below and bids strictly above no less. The volume is the largest that such a price supports, matches
/// without surplus included. Orders better than the interval are filled, worse ones get nothing, those at the margin
/// share by the tie rule. Nothing crosses: `no_trade` with the price by the rule on [best bid, best offer]; a side
/// without volume: no price. Price-taking demand unserved: `shortage`, priced by the shortage rule (default: the price
/// of the curtailed bid, which is the cap); price-taking supply left: `surplus`. Sums of lots beyond the type:
/// `infeasible`.
///
/// Steps: the crossing is found by selection, expected O(n), worst case O(n log n). Segments: O(n log n). Floating sums
/// are compensated and compared with the tolerance of the options; lots are exact. Throws `market_error`.
template <curve_element Order, class Pricing = pricing::k_price, class Tie = tie::index,
          class Shortage = shortage::marginal_demand>
  requires(pricing_rule<Pricing, typename Order::price_type, typename Order::volume_type> &&
           tie_rule<Tie, typename Order::volume_type> &&
           shortage_rule<Shortage, typename Order::price_type, typename Order::volume_type>)
[[nodiscard]] book_clearing_result<typename Order::price_type, typename Order::volume_type> clear_two_sided(
    std::span<const Order> orders, const Pricing& rule = {}, const Tie& tie = {}, const Shortage& missing = {},
    const book_clearing_options<typename Order::price_type, typename Order::volume_type>& options = {}) {
  two_sided_clearing<Order> clearing;
  return clearing(orders, rule, tie, missing, options);
}

template <curve_element Order, class Pricing = pricing::k_price, class Tie = tie::index,
          class Shortage = shortage::marginal_demand>
[[nodiscard]] auto clear_two_sided(
    const std::vector<Order>& orders, const Pricing& rule = {}, const Tie& tie = {}, const Shortage& missing = {},
    const book_clearing_options<typename Order::price_type, typename Order::volume_type>& options = {}) {
  return clear_two_sided(std::span<const Order>(orders), rule, tie, missing, options);
}

}  // namespace v0
}  // namespace sched

#endif
