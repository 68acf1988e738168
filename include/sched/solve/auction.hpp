// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_AUCTION_HPP
#define SCHED_SOLVE_AUCTION_HPP

/// \file
/// Double auctions that make truth pay (McAfee, Huang, MUDA, posted price), and sales of several equal items.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/clear_two_sided.hpp>

namespace sched {
inline namespace v0 {

/// What a double auction decides. Fees are paid on top of the prices, per order.
struct double_auction_result {
  clearing_status status = clearing_status::no_trade;
  double price_buy = std::numeric_limits<double>::quiet_NaN();
  double price_sell = std::numeric_limits<double>::quiet_NaN();
  double volume = 0;
  std::vector<double> accepted{};
  std::vector<double> fees{};  ///< empty, or one per order
  double welfare = 0;
  double revenue = 0;  ///< what the auctioneer keeps, fees included
};

namespace detail {

/// Orders of one side from best to worst, equal ones in input order.
[[nodiscard]] inline std::vector<std::size_t> by_merit(std::span<const curve_order> orders, market_side s) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < orders.size(); ++i)
    if (orders[i].side == s && orders[i].volume > 0) out.push_back(i);
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    return s == market_side::sell ? orders[a].price < orders[b].price : orders[a].price > orders[b].price;
  });
  return out;
}

inline void finish(std::span<const curve_order> orders, double_auction_result& r) {
  double bought = 0, sold = 0;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const bool sells = orders[i].side == market_side::sell;
    (sells ? sold : bought) += r.accepted[i];
    r.welfare += (sells ? -1 : 1) * orders[i].price * r.accepted[i];
  }
  r.volume = std::max(bought, sold);
  if (r.volume > 0) {
    r.status = clearing_status::cleared;
    r.revenue = r.price_buy * bought - r.price_sell * sold;
  }
  for (const double f : r.fees) r.revenue += f;
}

inline void require_limits(std::span<const curve_order> orders) {
  if (const market_input_fault f = check_orders(orders)) throw market_error(f);
}

}  // namespace detail

/// McAfee's auction for single units. With k efficient pairs and p = (b_{k+1} + s_{k+1})/2: if s_k ≤ p ≤ b_k all k
/// pairs trade at p, else k − 1 pairs trade, buyers pay b_k, sellers get s_k. Every volume must be 1 (`bad_ratio`),
/// every order have a limit. Truthful, individually rational, no deficit. O(n log n). Throws `market_error`. Reference:
/// McAfee 1992.
[[nodiscard]] inline double_auction_result mcafee(std::span<const curve_order> orders) {
  detail::require_limits(orders);
  for (std::size_t i = 0; i < orders.size(); ++i)
    if (orders[i].volume != 1) throw market_error({market_fault::bad_ratio, i}, "McAfee's auction sells single units");
  double_auction_result r;
  r.accepted.assign(orders.size(), 0);
  const auto bids = detail::by_merit(orders, market_side::buy), offers = detail::by_merit(orders, market_side::sell);
  std::size_t k = 0;
  while (k < bids.size() && k < offers.size() && orders[bids[k]].price >= orders[offers[k]].price) ++k;
  if (k == 0) return r;
  const double bid = orders[bids[k - 1]].price, offer = orders[offers[k - 1]].price;
  std::size_t traded = k - 1;
  r.price_buy = bid;
  r.price_sell = offer;
  if (k < bids.size() && k < offers.size()) {
    const double p = (orders[bids[k]].price + orders[offers[k]].price) / 2;
    if (offer <= p && p <= bid) {
      traded = k;
      r.price_buy = r.price_sell = p;
    }
  }
  for (std::size_t i = 0; i < traded; ++i) r.accepted[bids[i]] = r.accepted[offers[i]] = 1;
  if (traded == 0) r.price_buy = r.price_sell = std::numeric_limits<double>::quiet_NaN();
  detail::finish(orders, r);
  return r;
}

/// Huang's auction for any volumes: the price levels at the margin of both sides sit out and set the two prices; the
/// long side is cut evenly. Truthful, individually rational, no deficit. O(n log n). Throws `market_error`.
/// Reference: Huang, Scheller-Wolf & Sycara 2002.
[[nodiscard]] inline double_auction_result huang(std::span<const curve_order> orders) {
  detail::require_limits(orders);
  double_auction_result r;
  r.accepted.assign(orders.size(), 0);
  const auto bids = detail::by_merit(orders, market_side::buy), offers = detail::by_merit(orders, market_side::sell);
  // Walk to the last pair that trades.
  std::size_t i = 0, j = 0, last_bid = bids.size(), last_offer = offers.size();
  double bid_left = bids.empty() ? 0 : orders[bids[0]].volume,
         offer_left = offers.empty() ? 0 : orders[offers[0]].volume;
  while (i < bids.size() && j < offers.size() && orders[bids[i]].price >= orders[offers[j]].price) {
    last_bid = i;
    last_offer = j;
    const double q = std::min(bid_left, offer_left);
    bid_left -= q;
    offer_left -= q;
    if (!(bid_left > 0) && ++i < bids.size()) bid_left = orders[bids[i]].volume;
    if (!(offer_left > 0) && ++j < offers.size()) offer_left = orders[offers[j]].volume;
  }
  if (last_bid == bids.size()) return r;
  r.price_buy = orders[bids[last_bid]].price;
  r.price_sell = orders[offers[last_offer]].price;
  const auto better = [&](const std::vector<std::size_t>& side, double price) {
    std::vector<std::size_t> out;
    for (const std::size_t k : side)
      if (orders[k].price != price && (orders[k].price > price) == (orders[k].side == market_side::buy))
        out.push_back(k);
    return out;
  };
  const auto buyers = better(bids, r.price_buy), sellers = better(offers, r.price_sell);
  double wanted = 0, offered = 0;
  for (const std::size_t k : buyers) wanted += orders[k].volume;
  for (const std::size_t k : sellers) offered += orders[k].volume;
  const double volume = std::min(wanted, offered);
  for (const auto* side : {&buyers, &sellers}) {
    std::vector<double> q, share(side->size());
    std::vector<std::uint32_t> index, scratch(side->size());
    for (const std::size_t k : *side) {
      q.push_back(orders[k].volume);
      index.push_back(static_cast<std::uint32_t>(k));
    }
    tie::equal_split{}(tied_orders<double>{q, index, {}, {}, scratch}, volume, std::span<double>(share));
    for (std::size_t k = 0; k < side->size(); ++k) r.accepted[(*side)[k]] = share[k];
  }
  detail::finish(orders, r);
  return r;
}

namespace detail {

/// One side at a posted price: in the money orders from the most valuable on.
struct posted_side {
  std::vector<std::size_t> order{};
  double volume = 0;
};

inline posted_side willing(std::span<const curve_order> orders, market_side s, double price) {
  posted_side out;
  for (const std::size_t i : by_merit(orders, s))
    if (s == market_side::buy ? orders[i].price >= price : orders[i].price <= price) {
      out.order.push_back(i);
      out.volume += orders[i].volume;
    }
  return out;
}

/// Gains of the users of a side when `volume` is shared from the most valuable on, one user left out.
inline std::vector<double> share_out(std::span<const curve_order> orders, const posted_side& side, double volume,
                                     std::pair<bool, std::uint64_t> without,
                                     const std::vector<std::pair<bool, std::uint64_t>>& owner) {
  std::vector<double> accepted(orders.size(), 0);
  for (const std::size_t i : side.order) {
    if (owner[i] == without) continue;
    accepted[i] = std::min(volume, orders[i].volume);
    volume -= accepted[i];
  }
  return accepted;
}

}  // namespace detail

/// Trade at a given price. The short side trades in full, the long side from the most valuable order on; a user of the
/// long side pays as a fee what the others gain less because of it (at this price). Orders without user are users of
/// their own. The fee of a user stands at its first accepted order. Truthful for orders of a user with one limit each.
/// O(users · n). Throws `market_error`. Reference: posted-price mechanism with externality payments (Segal-Halevi).
[[nodiscard]] inline double_auction_result posted_price(std::span<const curve_order> orders, double price) {
  detail::require_limits(orders);
  if (!detail::finite_number(price)) throw market_error({market_fault::not_finite}, "price");
  double_auction_result r;
  r.price_buy = r.price_sell = price;
  r.accepted.assign(orders.size(), 0);
  r.fees.assign(orders.size(), 0);
  std::vector<std::pair<bool, std::uint64_t>> owner(orders.size());
  for (std::size_t i = 0; i < orders.size(); ++i)
    owner[i] = orders[i].user == no_user ? std::pair<bool, std::uint64_t>{true, i}
                                         : std::pair<bool, std::uint64_t>{false, orders[i].user};
  const auto buyers = detail::willing(orders, market_side::buy, price);
  const auto sellers = detail::willing(orders, market_side::sell, price);
  const double volume = std::min(buyers.volume, sellers.volume);
  const std::pair<bool, std::uint64_t> nobody{true, std::numeric_limits<std::uint64_t>::max()};
  for (const auto* side : {&buyers, &sellers}) {
    const auto accepted = detail::share_out(orders, *side, volume, nobody, owner);
    for (const std::size_t i : side->order) r.accepted[i] = accepted[i];
    if (!(side->volume > volume)) continue;
    std::map<std::pair<bool, std::uint64_t>, std::size_t> users;  // first accepted order of each
    for (const std::size_t i : side->order)
      if (accepted[i] > 0) users.emplace(owner[i], i);
    for (const auto& [user, first] : users) {
      const auto alone = detail::share_out(orders, *side, volume, user, owner);
      double loss = 0;
      for (const std::size_t i : side->order)
        if (owner[i] != user) loss += (alone[i] - accepted[i]) * std::abs(orders[i].price - price);
      r.fees[first] = std::max(0.0, loss);
    }
  }
  detail::finish(orders, r);
  return r;
}

struct muda_result : double_auction_result {
  double price_left = std::numeric_limits<double>::quiet_NaN();   ///< found in the left half, used in the right one
  double price_right = std::numeric_limits<double>::quiet_NaN();  ///< found in the right half, used in the left one
};

/// MUDA with a given split: the price found in each half by `k_accepted` is posted in the other half. Truthful, because
/// nobody's orders set the price it trades at; the halves must not share users. `left`: indices of the left half.
/// Throws `market_error` (`unknown_order`). Reference: Segal-Halevi, Hassidim & Aumann 2018.
[[nodiscard]] inline muda_result muda(std::span<const curve_order> orders, std::span<const std::size_t> left,
                                      double k = 0.5) {
  detail::require_limits(orders);
  muda_result r;
  r.accepted.assign(orders.size(), 0);
  r.fees.assign(orders.size(), 0);
  std::vector<std::uint8_t> is_left(orders.size(), 0);
  for (const std::size_t i : left) {
    if (i >= orders.size()) throw market_error({market_fault::unknown_order, i}, "left half");
    is_left[i] = 1;
  }
  std::vector<std::size_t> index[2];
  std::vector<curve_order> half[2];
  for (std::size_t i = 0; i < orders.size(); ++i) {
    index[is_left[i]].push_back(i);
    half[is_left[i]].push_back(orders[i]);
  }
  double price[2];
  for (const int h : {0, 1}) {
    const auto cleared = clear_two_sided(half[h], pricing::k_accepted{k});
    price[h] = cleared.status == clearing_status::cleared ? cleared.price : std::numeric_limits<double>::quiet_NaN();
  }
  r.price_left = price[1];
  r.price_right = price[0];
  for (const int h : {0, 1}) {
    const double p = price[1 - h];
    if (!detail::finite_number(p)) continue;  // the other half found no price: no trade here
    const auto traded = posted_price(half[h], p);
    for (std::size_t i = 0; i < index[h].size(); ++i) {
      r.accepted[index[h][i]] = traded.accepted[i];
      r.fees[index[h][i]] = traded.fees[i];
    }
    r.volume += traded.volume;
    r.welfare += traded.welfare;
    r.revenue += traded.revenue;
  }
  if (r.volume > 0) r.status = clearing_status::cleared;
  return r;
}

/// MUDA with a split drawn by seed: a user's orders stay together.
[[nodiscard]] inline muda_result muda(std::span<const curve_order> orders, std::uint64_t seed, double k = 0.5) {
  random_generator g(seed);
  std::map<std::uint32_t, bool> side;
  std::vector<std::size_t> left;
  for (std::size_t i = 0; i < orders.size(); ++i) {
    bool goes_left = g.chance(0.5);
    if (orders[i].user != no_user) goes_left = side.emplace(orders[i].user, goes_left).first->second;
    if (goes_left) left.push_back(i);
  }
  return muda(orders, std::span<const std::size_t>(left), k);
}

/// How winners of equal items pay.
enum class multi_unit_pricing : std::uint8_t {
  pay_as_bid,
  uniform_first_rejected,  ///< every item at the highest losing bid, 0 when none loses
  vickrey                  ///< a bidder with k items: the k highest losing bids of the others
};

struct multi_unit_result {
  std::vector<std::size_t> allocation{};  ///< items per bidder
  std::vector<double> payments{};
  double revenue = 0;
  double welfare = 0;
};

/// Sells equal items to bidders with decreasing values, `bids[bidder][unit]`: the highest bids win, equal ones by
/// bidder, then unit. Bids of 0 do not win. Values that rise within a bidder are refused (`bad_curve`), as are negative
/// and non-finite ones. Vickrey is truthful. O(B log B) for B bids, Vickrey O(B · bidders).
[[nodiscard]] inline multi_unit_result sell_units(std::span<const std::vector<double>> bids, std::size_t items,
                                                  multi_unit_pricing rule) {
  struct bid {
    double value;
    std::size_t bidder, unit;
  };
  std::vector<bid> all;
  for (std::size_t b = 0; b < bids.size(); ++b)
    for (std::size_t u = 0; u < bids[b].size(); ++u) {
      const double v = bids[b][u];
      if (!detail::finite_number(v)) throw market_error({market_fault::not_finite, b});
      if (v < 0) throw market_error({market_fault::negative_volume, b}, "a bid");
      if (u > 0 && v > bids[b][u - 1]) throw market_error({market_fault::bad_curve, b}, "values rise");
      all.push_back({v, b, u});
    }
  std::sort(all.begin(), all.end(), [](const bid& x, const bid& y) {
    if (x.value != y.value) return x.value > y.value;
    return x.bidder != y.bidder ? x.bidder < y.bidder : x.unit < y.unit;
  });
  multi_unit_result r;
  r.allocation.assign(bids.size(), 0);
  r.payments.assign(bids.size(), 0);
  std::size_t won = 0;
  while (won < all.size() && won < items && all[won].value > 0) {
    ++r.allocation[all[won].bidder];
    r.welfare += all[won].value;
    if (rule == multi_unit_pricing::pay_as_bid) r.payments[all[won].bidder] += all[won].value;
    ++won;
  }
  const std::span<const bid> lost = std::span<const bid>(all).subspan(won);
  for (std::size_t b = 0; b < bids.size(); ++b) {
    if (rule == multi_unit_pricing::uniform_first_rejected)
      r.payments[b] = lost.empty() ? 0 : lost.front().value * static_cast<double>(r.allocation[b]);
    if (rule == multi_unit_pricing::vickrey) {
      std::size_t left = r.allocation[b];
      for (std::size_t k = 0; k < lost.size() && left > 0; ++k) {
        if (lost[k].bidder == b) continue;
        r.payments[b] += lost[k].value;
        --left;
      }
    }
    r.revenue += r.payments[b];
  }
  return r;
}

}  // namespace v0
}  // namespace sched

#endif
