// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_BLOCK_ORDERS_HPP
#define SCHED_MODEL_BLOCK_ORDERS_HPP

/// \file
/// Orders that are taken or left as a whole, over several periods, and what a clearing says of them.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

/// No parent, group, loop or period.
inline constexpr std::size_t no_block = static_cast<std::size_t>(-1);

/// A profile at one limit price: accepted in one ratio in all periods, 0 or at least `min_ratio` (1: fill or kill).
/// One period and a minimum ratio: an hourly order with a minimum.
struct block_order {
  market_side side = market_side::sell;
  double price = 0;
  std::vector<double> volume{};   ///< per period, ≥ 0
  double min_ratio = 1;           ///< in [0, 1]
  std::size_t parent = no_block;  ///< index of a block: this one's ratio is at most its parent's
  std::size_t group = no_block;   ///< any number: ratios of one exclusive group sum to at most 1
  std::size_t loop = no_block;    ///< any number: blocks of one loop are accepted or rejected together
  std::uint32_t zone = 0;
};

/// One period's volume whose period is free within a window: taken in at most `most` periods, once in each, each
/// judged by itself. With `most` 1 the periods are an exclusive group of blocks, with as many as the window has they
/// are blocks of their own. (So many periods or none is an exclusive group of blocks, one for every choice.)
struct flexible_order {
  market_side side = market_side::sell;
  double price = 0;
  double volume = 0;
  std::size_t first = 0, last = no_block;  ///< periods that it may take; `last` is cut at the end
  std::uint32_t zone = 0;
  std::size_t most = 1;  ///< periods that it takes at most, ≥ 1
};

enum class complex_kind : std::uint8_t {
  minimum_income,  ///< all steps are off unless income ≥ fixed term + variable term · volume; the terms are no cost
  scalable         ///< the fixed term is a cost, income ≥ it + the steps' own prices; minimum power while on
};

struct complex_step {
  std::size_t period = 0;
  double volume = 0;
  double price = 0;
  bool survives = false;  ///< scheduled stop: when the order is off, this step stays in merit order, without income
};

/// Hourly steps that share a condition. For purchases, income is read as payment, and ≥ as ≤.
struct complex_order {
  market_side side = market_side::sell;
  complex_kind kind = complex_kind::minimum_income;
  double fixed_term = 0;
  double variable_term = 0;
  std::vector<complex_step> steps{};
  double ramp_up = std::numeric_limits<double>::infinity();    ///< most by which volume grows from period to period
  double ramp_down = std::numeric_limits<double>::infinity();  ///< most by which it shrinks
  std::vector<double> min_power{};                             ///< per period while on (scalable); empty: none
  std::uint32_t zone = 0;
};

struct block_book {
  std::vector<block_order> blocks{};
  std::vector<flexible_order> flexible{};
  std::vector<complex_order> complex{};
};

/// A clearing with blocks. Columns over periods and zones are `[period · zones + zone]`.
struct block_result {
  clearing_status status = clearing_status::empty;
  bool proven = false;                ///< no other solution has more welfare
  bool ties_settled = false;          ///< none of the same welfare comes before this one
  std::vector<double> price{};        ///< per period and zone
  double tick = 0;                    ///< of the grid on which the prices are; 0: of none
  std::vector<double> injection{};    ///< sold less bought by the orders of this book, per period and zone
  std::vector<double> ratio{};        ///< per block
  std::vector<std::size_t> period{};  ///< per flexible order: its (first) period, or `no_block`
  std::vector<std::vector<std::size_t>> periods{};      ///< per flexible order: all its periods, rising
  std::vector<std::uint8_t> complex_on{};               ///< per complex order
  std::vector<std::vector<double>> complex_accepted{};  ///< per complex order and step
  std::vector<std::size_t> paradoxically_rejected{};    ///< blocks that are in the money and off, by index
  std::vector<std::size_t> paradoxically_rejected_flexible{};
  double welfare = 0;
  double bound = 0;  ///< no solution has more; infinite: nothing is known
  std::uint64_t nodes = 0;

  /// (bound − welfare) / |bound|, in [0, 1] as long as both have one sign; 1 without a bound.
  [[nodiscard]] double gap() const noexcept {
    if (bound > std::numeric_limits<double>::max()) return 1;
    const double size = bound < 0 ? -bound : bound;
    return bound <= welfare ? 0 : (bound - welfare) / (size > 1 ? size : 1);
  }
};

/// The first fault of a book, or none. The index counts blocks, then flexible, then complex orders. O(size).
[[nodiscard]] inline market_input_fault check_block_book(const block_book& b, std::size_t periods, std::size_t zones) {
  const auto finite = [](double x) { return detail::finite_number(x); };
  std::size_t at = 0;
  for (const block_order& o : b.blocks) {
    if (o.volume.size() != periods) return {market_fault::length_mismatch, at};
    if (!finite(o.price)) return {market_fault::not_finite, at};
    for (const double v : o.volume) {
      if (!finite(v)) return {market_fault::not_finite, at};
      if (v < 0) return {market_fault::negative_volume, at};
    }
    if (!(o.min_ratio >= 0 && o.min_ratio <= 1)) return {market_fault::bad_ratio, at};
    if (o.parent != no_block && o.parent >= b.blocks.size()) return {market_fault::unknown_order, at};
    if (o.zone >= zones) return {market_fault::unknown_zone, at};
    ++at;
  }
  // A chain of parents is no longer than the book, or it is a circle.
  std::vector<std::uint8_t> known(b.blocks.size(), 0);  // 1: on the way, 2: done
  for (std::size_t k = 0; k < b.blocks.size(); ++k) {
    std::size_t j = k;
    while (j != no_block && known[j] == 0) {
      known[j] = 1;
      j = b.blocks[j].parent;
    }
    if (j != no_block && known[j] == 1) return {market_fault::cyclic_parents, j};
    for (j = k; j != no_block && known[j] == 1; j = b.blocks[j].parent) known[j] = 2;
  }
  for (const flexible_order& o : b.flexible) {
    if (!finite(o.price) || !finite(o.volume)) return {market_fault::not_finite, at};
    if (o.volume < 0) return {market_fault::negative_volume, at};
    if (o.first >= periods || o.last < o.first) return {market_fault::unknown_order, at};
    if (o.most == 0) return {market_fault::bad_ratio, at};
    if (o.zone >= zones) return {market_fault::unknown_zone, at};
    ++at;
  }
  for (const complex_order& o : b.complex) {
    if (!finite(o.fixed_term) || !finite(o.variable_term)) return {market_fault::not_finite, at};
    if (!o.min_power.empty() && o.min_power.size() != periods) return {market_fault::length_mismatch, at};
    if (!(o.ramp_up >= 0) || !(o.ramp_down >= 0)) return {market_fault::negative_volume, at};
    for (const double v : o.min_power)
      if (!(v >= 0)) return {market_fault::negative_volume, at};
    for (const complex_step& s : o.steps) {
      if (!finite(s.volume) || !finite(s.price)) return {market_fault::not_finite, at};
      if (s.volume < 0) return {market_fault::negative_volume, at};
      if (s.period >= periods) return {market_fault::unknown_order, at};
    }
    if (o.zone >= zones) return {market_fault::unknown_zone, at};
    ++at;
  }
  return {};
}

}  // namespace v0
}  // namespace sched

#endif
