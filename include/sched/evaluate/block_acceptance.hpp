// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_BLOCK_ACCEPTANCE_HPP
#define SCHED_EVALUATE_BLOCK_ACCEPTANCE_HPP

/// \file
/// Which block and complex orders a price taker would see accepted at given prices.

#include <algorithm>
#include <cstddef>
#include <map>
#include <span>
#include <vector>

#include <sched/model/block_orders.hpp>
#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

/// Surplus of a block in full: Σ volume · (price − limit) for a sale, negated for a purchase. `prices` per period.
[[nodiscard]] inline double block_surplus(const block_order& b, std::span<const double> prices) noexcept {
  double sum = 0;
  for (std::size_t t = 0; t < b.volume.size() && t < prices.size(); ++t) sum += b.volume[t] * (prices[t] - b.price);
  return b.side == market_side::sell ? sum : -sum;
}

/// The ratio of every block at these prices, 1 or 0: in the money at its volume-weighted average price; a parent
/// together with those of its children that gain; loops together; of an exclusive group the block that gains most,
/// among equals the first. Nothing at the money is taken. One zone. Throws `market_error` (see `check_block_book`).
/// O(n²) worst case.
[[nodiscard]] inline std::vector<double> accept_blocks(std::span<const block_order> blocks,
                                                       std::span<const double> prices) {
  block_book book;
  book.blocks.assign(blocks.begin(), blocks.end());
  if (const market_input_fault f = check_block_book(book, prices.size(), 1)) throw market_error(f);
  const std::size_t n = blocks.size();
  std::vector<double> surplus(n), value(n), ratio(n, 0);
  std::vector<std::size_t> depth(n, 0), order(n);
  std::map<std::size_t, double> loops, best;
  for (std::size_t k = 0; k < n; ++k) {
    surplus[k] = block_surplus(blocks[k], prices);
    if (blocks[k].loop != no_block) loops[blocks[k].loop] += surplus[k];
    for (std::size_t j = blocks[k].parent; j != no_block; j = blocks[j].parent) ++depth[k];
    order[k] = k;
  }
  // Children before parents: what a subtree gains when its root is on.
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return depth[a] > depth[b]; });
  for (std::size_t k = 0; k < n; ++k) value[k] = blocks[k].loop != no_block ? loops[blocks[k].loop] : surplus[k];
  for (const std::size_t k : order)
    if (blocks[k].parent != no_block && value[k] > 0) value[blocks[k].parent] += value[k];
  for (std::size_t k = 0; k < n; ++k)
    if (blocks[k].group != no_block && value[k] > 0) {
      const auto [it, fresh] = best.emplace(blocks[k].group, value[k]);
      if (!fresh) it->second = std::max(it->second, value[k]);
    }
  std::map<std::size_t, bool> taken;
  std::reverse(order.begin(), order.end());
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return depth[a] != depth[b] ? depth[a] < depth[b] : a < b; });
  for (const std::size_t k : order) {
    const block_order& b = blocks[k];
    if (!(value[k] > 0) || (b.parent != no_block && ratio[b.parent] == 0)) continue;
    if (b.group != no_block && (value[k] < best[b.group] || taken[b.group])) continue;
    if (b.group != no_block) taken[b.group] = true;
    ratio[k] = 1;
  }
  return ratio;
}

/// The volume of every step of a complex order at these prices; all 0 when its condition fails. Steps in the money in
/// full, those out of it only as far as minimum power asks, the cheapest (for purchases: the dearest) first. Gradients
/// are not looked at. One zone; throws `market_error`. O(steps log steps).
[[nodiscard]] inline std::vector<double> accept_complex(const complex_order& o, std::span<const double> prices) {
  block_book book;
  book.complex.push_back(o);
  if (const market_input_fault f = check_block_book(book, prices.size(), 1)) throw market_error(f);
  const bool sells = o.side == market_side::sell;
  std::vector<double> accepted(o.steps.size(), 0), power(prices.size(), 0);
  std::vector<std::size_t> order(o.steps.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return sells ? o.steps[a].price < o.steps[b].price : o.steps[a].price > o.steps[b].price;
  });
  double income = 0, volume = 0, own = 0;
  for (const std::size_t k : order) {
    const complex_step& s = o.steps[k];
    const bool in = sells ? prices[s.period] > s.price : prices[s.period] < s.price;
    const double least = s.period < o.min_power.size() ? o.min_power[s.period] - power[s.period] : 0;
    accepted[k] = in ? s.volume : std::clamp(least, 0.0, s.volume);
    power[s.period] += accepted[k];
    income += accepted[k] * prices[s.period];
    volume += accepted[k];
    own += accepted[k] * s.price;
  }
  const bool scalable = o.kind == complex_kind::scalable;
  bool holds = true;
  for (std::size_t t = 0; t < o.min_power.size(); ++t) holds = holds && power[t] >= o.min_power[t];
  const double asked = o.fixed_term + (scalable ? own : o.variable_term * volume);
  holds = holds && (sells ? income >= asked : income <= asked);
  if (!holds) std::fill(accepted.begin(), accepted.end(), 0.0);
  return accepted;
}

}  // namespace v0
}  // namespace sched

#endif
