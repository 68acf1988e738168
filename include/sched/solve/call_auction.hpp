// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CALL_AUCTION_HPP
#define SCHED_SOLVE_CALL_AUCTION_HPP

/// \file
/// The call auction of an exchange: one price from the limits in the book, by volume, surplus and reference price.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/tie.hpp>

namespace sched {
inline namespace v0 {

template <class Price = double>
struct call_auction_options {
  /// Decides among limits that serve equally well (none: their middle), and alone when there are no limits.
  std::optional<Price> reference{};
  /// An entry per order, or empty: an order marked with 1 trades in full or not at all.
  std::span<const std::uint8_t> all_or_none{};
};

template <class Price = double, class Volume = Price>
struct call_auction_result {
  clearing_status status = clearing_status::empty;
  bool priced = false;
  Price price{};     ///< NaN (ticks: 0) without one
  Volume volume{};   ///< executable at the price
  Volume surplus{};  ///< bids minus offers at the price
  std::vector<Volume> accepted{};
};

namespace detail {

/// A limit price and what the book would trade there.
template <class P, class V>
struct call_candidate {
  P price{};
  V sell{}, buy{};
  [[nodiscard]] V volume() const { return std::min(sell, buy); }
  [[nodiscard]] V surplus() const { return static_cast<V>(buy - sell); }
};

/// The price by the rules of the auction; `out` gets status, price, volume and surplus.
template <class P, class V>
void call_price(std::span<const basic_curve_order<P, V>> orders, std::span<const std::uint8_t> off,
                const std::optional<P>& reference, call_auction_result<P, V>& out) {
  using order = basic_curve_order<P, V>;
  std::vector<order> limits;
  limits.reserve(orders.size());
  careful_sum<V> market_sell, market_buy;
  std::vector<call_candidate<P, V>> all;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const order& o = orders[i];
    if (o.price_taking) {
      if (off[i] == 0) (o.side == market_side::sell ? market_sell : market_buy).add(o.volume);
      continue;
    }
    all.push_back({o.price, V{}, V{}});
    if (off[i] == 0) limits.push_back(o);
  }
  const basic_merit_curve<P, V> book{std::span<const order>(limits)};
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.price < b.price; });
  all.erase(std::unique(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.price == b.price; }),
            all.end());
  if (all.empty() && reference) all.push_back({*reference, V{}, V{}});
  const V tolerance = static_cast<V>(book.rounding(static_cast<V>(market_sell.value() + market_buy.value())));
  V most{};
  for (auto& c : all) {
    const auto level = book.at(c.price);
    c.sell = static_cast<V>(level.sell + market_sell.value());
    c.buy = static_cast<V>(level.buy + market_buy.value());
    most = std::max(most, c.volume());
  }
  out.status = clearing_status::no_trade;
  if (!(most > V{})) return;
  const auto keep = [&all](const auto& good) {
    all.erase(std::remove_if(all.begin(), all.end(), [&](const auto& c) { return !good(c); }), all.end());
  };
  keep([&](const auto& c) { return c.volume() >= static_cast<V>(most - tolerance); });
  const auto size = [](V x) { return x < V{} ? static_cast<V>(-x) : x; };
  V least = size(all.front().surplus());
  for (const auto& c : all) least = std::min(least, size(c.surplus()));
  keep([&](const auto& c) { return size(c.surplus()) <= static_cast<V>(least + tolerance); });
  bool buys = true, sells = true;
  for (const auto& c : all) {
    buys = buys && c.surplus() > tolerance;
    sells = sells && c.surplus() < static_cast<V>(-tolerance);
  }
  const P low = all.front().price, high = all.back().price;
  if (buys) out.price = high;
  else if (sells) out.price = low;
  else if (reference) out.price = std::clamp(*reference, low, high);
  else out.price = low + (high - low) / 2;
  out.priced = true;
  out.status = clearing_status::cleared;
  const auto level = book.at(out.price);
  const call_candidate<P, V> at{out.price, static_cast<V>(level.sell + market_sell.value()),
                                static_cast<V>(level.buy + market_buy.value())};
  out.volume = at.volume();
  out.surplus = at.surplus();
}

/// Market orders, then better limits, then those at the price: within each group by the tie rule, groups by price.
template <class P, class V, class Tie>
void call_fill(std::span<const basic_curve_order<P, V>> orders, std::span<const std::uint8_t> off, const Tie& tie,
               call_auction_result<P, V>& out) {
  for (const market_side s : {market_side::sell, market_side::buy}) {
    std::vector<std::uint32_t> order;
    for (std::size_t i = 0; i < orders.size(); ++i) {
      const auto& o = orders[i];
      if (o.side != s || off[i] != 0 || !(o.volume > V{})) continue;
      if (!o.price_taking && (s == market_side::sell ? o.price > out.price : o.price < out.price)) continue;
      order.push_back(static_cast<std::uint32_t>(i));
    }
    const auto before = [&](std::uint32_t a, std::uint32_t b) {
      const auto &x = orders[a], &y = orders[b];
      if (x.price_taking != y.price_taking) return x.price_taking;
      if (x.price_taking || x.price == y.price) return false;
      return s == market_side::sell ? x.price < y.price : x.price > y.price;
    };
    std::stable_sort(order.begin(), order.end(), before);
    V left = out.volume;
    for (std::size_t from = 0; from < order.size();) {
      std::size_t to = from;
      std::vector<V> volumes, shares;
      std::vector<std::int64_t> times, merits;
      V whole{};
      for (; to < order.size() && !before(order[from], order[to]); ++to) {
        const auto& o = orders[order[to]];
        volumes.push_back(o.volume);
        times.push_back(o.time);
        merits.push_back(o.merit);
        whole = static_cast<V>(whole + o.volume);
      }
      shares.assign(volumes.size(), V{});
      std::vector<std::uint32_t> scratch(volumes.size());
      const std::span<const std::uint32_t> index(order.data() + from, volumes.size());
      const V given = std::min(left, whole);
      if (given == whole) shares = volumes;
      else tie(tied_orders<V>{volumes, index, times, merits, scratch}, given, std::span<V>(shares));
      for (std::size_t k = 0; k < shares.size(); ++k) out.accepted[index[k]] = shares[k];
      left = static_cast<V>(left - given);
      from = to;
    }
  }
}

}  // namespace detail

/// Holds a call auction.
///
/// Candidates are the limit prices in the book, those of orders without volume too (quotes); `price_taking` orders are
/// market orders and take part at every price. (1) Largest executable volume; (2) then smallest surplus; (3) if all
/// that remain have a surplus of bids, the highest of them, of offers, the lowest; (4) else the reference price, moved
/// between the lowest and the highest that remain, without a reference their middle (ticks: rounded towards the lower).
/// Market orders alone trade at the reference price; without one `no_trade`. Fills market orders first, then by price,
/// then by the tie rule (default: time). An all-or-none order that would trade in part is taken out and the auction
/// held again, the one that came last first. Icebergs count in full: give their whole volume.
///
/// O(n log n), times the number of all-or-none orders taken out. Throws `market_error`. Source: the Xetra market model.
template <class Price, class Volume, class Tie = tie::time>
  requires tie_rule<Tie, Volume>
[[nodiscard]] call_auction_result<Price, Volume> call_auction(std::span<const basic_curve_order<Price, Volume>> orders,
                                                              const call_auction_options<Price>& options = {},
                                                              const Tie& tie = {}) {
  if (const market_input_fault f = check_orders(orders, price_bounds<Price>{Price{0}, Price{0}})) throw market_error(f);
  if (options.reference && !detail::finite_number(*options.reference))
    throw market_error({market_fault::not_finite}, "reference price");
  if (!options.all_or_none.empty() && options.all_or_none.size() != orders.size())
    throw market_error({market_fault::length_mismatch, std::min(options.all_or_none.size(), orders.size())});
  std::vector<std::uint8_t> off(orders.size(), 0);
  for (;;) {
    call_auction_result<Price, Volume> out;
    if constexpr (std::numeric_limits<Price>::has_quiet_NaN) out.price = std::numeric_limits<Price>::quiet_NaN();
    out.accepted.assign(orders.size(), Volume{});
    if (orders.empty()) return out;
    detail::call_price(orders, off, options.reference, out);
    if (out.status == clearing_status::cleared) detail::call_fill(orders, off, tie, out);
    std::size_t worst = orders.size();
    for (std::size_t i = 0; i < options.all_or_none.size(); ++i) {
      const bool part = options.all_or_none[i] != 0 && out.accepted[i] > Volume{} && out.accepted[i] < orders[i].volume;
      if (part && (worst == orders.size() || orders[i].time >= orders[worst].time)) worst = i;
    }
    if (worst == orders.size()) return out;
    off[worst] = 1;
  }
}

template <class Price, class Volume, class Tie = tie::time>
[[nodiscard]] call_auction_result<Price, Volume> call_auction(
    const std::vector<basic_curve_order<Price, Volume>>& orders, const call_auction_options<Price>& options = {},
    const Tie& tie = {}) {
  return call_auction(std::span<const basic_curve_order<Price, Volume>>(orders), options, tie);
}

}  // namespace v0
}  // namespace sched

#endif
