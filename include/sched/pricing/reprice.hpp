// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRICING_REPRICE_HPP
#define SCHED_PRICING_REPRICE_HPP

/// \file
/// Auction prices in a network: each participant has a nodal price of its own, and a rule moves all of them by one
/// ratio.

#include <algorithm>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/order_prices.hpp>
#include <sched/pricing/pricing.hpp>

namespace sched {
inline namespace v0 {

/// A block of an offer or bid and what was cleared of it.
struct cleared_block {
  double volume = 0;
  double price = 0;
  double cleared = 0;
};

/// Somebody with a nodal price (money per unit) and blocks of one side.
struct nodal_participant {
  market_side side = market_side::sell;
  double nodal_price = 0;
  std::vector<cleared_block> blocks{};
};

struct reprice_options {
  bool keep_whole = true;  ///< sellers get at least their dearest accepted offer, buyers pay at most their cheapest bid
  double max_offer = std::numeric_limits<double>::infinity();          ///< dearer offers count as withheld
  double min_bid = -std::numeric_limits<double>::infinity();           ///< cheaper bids count as withheld
  double max_cleared_offer = std::numeric_limits<double>::infinity();  ///< sellers' prices at most
  double min_cleared_bid = -std::numeric_limits<double>::infinity();   ///< buyers' prices at least
};

/// The ratios own price / nodal price at the margin: X_LAO over accepted offers with a ratio up to 1 (a unit held at
/// its technical minimum must not set the price), X_FRO over rejected offers, X_LAB over accepted bids with a ratio
/// from 1, X_FRB over rejected bids. Blocks without volume and nodal prices below 0.001 do not count; is a nodal price
/// negative, all four are 1. `cut` is `offer` when X_LAO is 1. O(blocks).
[[nodiscard]] inline margin_record<> exchange_ratios(std::span<const nodal_participant> all,
                                                     const reprice_options& o = {}) {
  constexpr double near = 1e-5;
  margin_record<> m;
  for (const nodal_participant& p : all) {
    if (p.nodal_price < 0) {
      m.last_accepted_offer = m.first_rejected_offer = m.last_accepted_bid = m.first_rejected_bid = 1;
      m.cut = cut_side::offer;
      m.cut_price = 1;
      return m;
    }
    if (p.nodal_price < 1e-3) continue;
    for (const cleared_block& b : p.blocks) {
      if (!(b.volume > 0)) continue;
      const double x = b.price / p.nodal_price;
      if (p.side == market_side::sell) {
        if (b.price > o.max_offer) continue;
        if (b.cleared > 0) {
          if (x <= 1 + near) m.last_accepted_offer = std::max(m.last_accepted_offer, x);
        } else {
          m.first_rejected_offer = std::min(m.first_rejected_offer, x);
        }
      } else {
        if (b.price < o.min_bid) continue;
        if (b.cleared > 0) {
          if (x >= 1 - near) m.last_accepted_bid = std::min(m.last_accepted_bid, x);
        } else {
          m.first_rejected_bid = std::max(m.first_rejected_bid, x);
        }
      }
    }
  }
  const bool offer = m.last_accepted_offer > 1 - near && m.last_accepted_offer < 1 + near;
  m.cut = offer ? cut_side::offer : cut_side::bid;
  m.cut_price = 1;  // the nodal price is the price of the marginal order
  return m;
}

/// A price per participant: nodal price times the ratio that the rule chooses, then at least the dearest accepted offer
/// of a seller and at most the cheapest accepted bid of a buyer, then within the limits. `ratio` is a uniform or
/// two-sided rule on `exchange_ratios`. O(blocks). Source: the smart market of MATPOWER.
template <class Rule>
  requires(uniform_pricing<Rule> || side_pricing<Rule>)
[[nodiscard]] std::vector<double> reprice(std::span<const nodal_participant> all, const Rule& ratio,
                                          const reprice_options& o = {}) {
  const margin_record<> m = exchange_ratios(all, o);
  side_prices<> x;
  if constexpr (side_pricing<Rule>) x = ratio(m);
  else x.sell = x.buy = static_cast<double>(ratio(m));
  // Nothing at the margin that could set a ratio: nodal prices stay as they are.
  if (!exists(x.sell)) x.sell = 1;
  if (!exists(x.buy)) x.buy = 1;
  std::vector<double> out;
  out.reserve(all.size());
  for (const nodal_participant& p : all) {
    const bool sells = p.side == market_side::sell;
    double price = p.nodal_price * (sells ? x.sell : x.buy);
    if (o.keep_whole) {
      for (const cleared_block& b : p.blocks) {
        if (!(b.cleared > 0)) continue;
        price = sells ? std::max(price, b.price) : std::min(price, b.price);
      }
    }
    out.push_back(sells ? std::min(price, o.max_cleared_offer) : std::max(price, o.min_cleared_bid));
  }
  return out;
}

/// Pay-as-bid has prices per block: its own, within the limits; one row per participant.
[[nodiscard]] inline std::vector<std::vector<double>> reprice(std::span<const nodal_participant> all,
                                                              pricing::pay_as_bid, const reprice_options& o = {}) {
  std::vector<std::vector<double>> out;
  out.reserve(all.size());
  for (const nodal_participant& p : all) {
    std::vector<double>& row = out.emplace_back();
    row.reserve(p.blocks.size());
    for (const cleared_block& b : p.blocks)
      row.push_back(p.side == market_side::sell ? std::min(b.price, o.max_cleared_offer)
                                                : std::max(b.price, o.min_cleared_bid));
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
