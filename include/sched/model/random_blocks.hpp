// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RANDOM_BLOCKS_HPP
#define SCHED_MODEL_RANDOM_BLOCKS_HPP

/// \file
/// A day of one zone with block orders, of the size and shape of real auctions.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/block_orders.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

struct random_blocks_options {
  std::size_t periods = 24;
  std::size_t blocks = 700;
  std::size_t supply_steps = 1500, demand_steps = 1000;  ///< per period
  double volume = 20'000;                                ///< demand of a period near the price, MWh
  double share = 0.6;                                    ///< of that volume, offered by all blocks together in a period
  double linked = 0.15;                                  ///< share of blocks that have a parent
  double exclusive = 0.15;                               ///< share of blocks in groups of 2 … 8
  double loops = 0.02;                                   ///< share of blocks in loops (pairs of purchase and sale)
  double curtailable = 0.2;                              ///< share of blocks with a minimum ratio below 1
};

struct random_block_day {
  std::vector<std::vector<curve_segment>> books{};  ///< per period
  block_book orders{};
  price_bounds<> bounds{-500, 4000};
};

/// Demand with two peaks, a supply curve that is flat and then steep, and blocks of 3 … 24 hours at prices around what
/// their hours cost. The same seed gives the same day everywhere. Prices in cents, volumes in tenths. O(size).
[[nodiscard]] inline random_block_day make_random_blocks(const random_blocks_options& o, std::uint64_t seed) {
  random_generator draw(seed);
  random_block_day day;
  const auto cents = [](double x) { return std::floor(x * 100 + 0.5) / 100; };
  const auto tenths = [](double x) { return std::max(0.1, std::floor(x * 10 + 0.5) / 10); };
  std::vector<double> level;  // about the price of each period
  for (std::size_t t = 0; t < o.periods; ++t) {
    const double hour = 24.0 * static_cast<double>(t) / static_cast<double>(o.periods);
    const auto hump = [hour](double at, double width) {
      const double d = (hour - at) / width;
      return 1 / (1 + d * d * d * d);
    };
    const double load = 0.75 + 0.2 * hump(9, 3) + 0.3 * hump(19, 2.5) - 0.1 * hump(3, 2.5) + 0.04 * (draw.real() - 0.5);
    level.push_back(30 + 90 * load * load);
    std::vector<curve_segment> book;
    const double demand = o.volume * load;
    for (std::size_t k = 0; k < o.supply_steps; ++k) {
      const double x = (static_cast<double>(k) + draw.real()) / static_cast<double>(o.supply_steps);
      const double p = x < 0.25 ? 4 * x : x < 0.9 ? 20 + 150 * (x - 0.25) : 120 + 8000 * (x - 0.9) * (x - 0.9) * 10;
      const double q = tenths(1.5 * o.volume / static_cast<double>(o.supply_steps) * (0.3 + 1.4 * draw.real()));
      book.emplace_back(market_side::sell, cents(p), cents(p), q);
    }
    for (std::size_t k = 0; k < o.demand_steps; ++k) {
      const double x = (static_cast<double>(k) + draw.real()) / static_cast<double>(o.demand_steps);
      const double p = x < 0.1 ? 3000 : 220 * (1.05 - x);
      const double q = x < 0.1 ? 8 * demand / static_cast<double>(o.demand_steps)
                               : 0.35 * demand / static_cast<double>(o.demand_steps) * (0.3 + 1.4 * draw.real());
      book.emplace_back(market_side::buy, cents(p), cents(p), tenths(q));
    }
    day.books.push_back(std::move(book));
  }
  const auto periods = static_cast<std::int64_t>(o.periods);
  const double each = 2.5 * o.share * o.volume / static_cast<double>(std::max<std::size_t>(o.blocks, 1));
  const auto one = [&](market_side side) {
    block_order b;
    b.side = side;
    b.volume.assign(o.periods, 0.0);
    const std::int64_t length =
        draw.chance(0.15) ? periods
                          : draw.between(std::min<std::int64_t>(3, periods), std::max<std::int64_t>(3, periods / 2));
    const std::int64_t first = draw.between(0, std::max<std::int64_t>(0, periods - length));
    const double q = each * (0.2 + 1.6 * draw.real() * draw.real() + 0.6 * draw.real());
    const bool flat = draw.chance(0.7);
    double weight = 0, money = 0;
    for (std::int64_t t = first; t < std::min(periods, first + length); ++t) {
      const auto at = static_cast<std::size_t>(t);
      b.volume[at] = tenths(flat ? q : q * (0.6 + 0.8 * draw.real()));
      weight += b.volume[at];
      money += b.volume[at] * level[at];
    }
    b.price = cents(money / weight * (1 + 0.08 * draw.normal()));
    b.min_ratio = draw.chance(o.curtailable) ? 0.1 * static_cast<double>(draw.between(2, 9)) : 1;
    return b;
  };
  auto& blocks = day.orders.blocks;
  std::size_t groups = 0, loops = 0;
  while (blocks.size() < o.blocks) {
    const std::size_t left = o.blocks - blocks.size();
    if (left >= 2 && draw.chance(o.exclusive / 4.5)) {
      const auto size = std::min<std::size_t>(left, static_cast<std::size_t>(draw.between(2, 8)));
      for (std::size_t k = 0; k < size; ++k) {
        blocks.push_back(one(market_side::sell));
        blocks.back().group = groups;
      }
      ++groups;
    } else if (left >= 2 && draw.chance(o.loops / 2)) {
      blocks.push_back(one(market_side::buy));
      blocks.push_back(one(market_side::sell));
      for (std::size_t k = blocks.size() - 2; k < blocks.size(); ++k) {
        blocks[k].loop = loops;
        blocks[k].min_ratio = 1;
      }
      ++loops;
    } else {
      block_order b = one(draw.chance(0.65) ? market_side::sell : market_side::buy);
      if (!blocks.empty() && draw.chance(o.linked * 1.3)) {
        const auto parent =
            blocks.size() - 1 - static_cast<std::size_t>(draw.below(std::min<std::size_t>(blocks.size(), 10)));
        if (blocks[parent].loop == no_block && blocks[parent].group == no_block) b.parent = parent;
      }
      blocks.push_back(std::move(b));
    }
  }
  return day;
}

}  // namespace v0
}  // namespace sched

#endif
