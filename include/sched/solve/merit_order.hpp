// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MERIT_ORDER_HPP
#define SCHED_SOLVE_MERIT_ORDER_HPP

/// \file
/// Offers sorted once, cleared against many demands.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/model/clearing.hpp>
#include <sched/solve/clear.hpp>

namespace sched {
inline namespace v0 {

/// Offers by price, then index, with the sums of their volumes in that order. Answers are those of `clear` with
/// `summation::exact_order`, bit for bit, and slack 16. Copyable; queries are const and need no scratch.
template <class Price = double, class Volume = Price>
  requires clearable_numbers<Price, Volume>
class merit_order {
public:
  /// O(n log n). Throws `market_error` as `clear` does; lots that add up beyond their type: not_finite.
  merit_order(std::span<const Price> prices, std::span<const Volume> volumes)
      : prices_(prices.begin(), prices.end()), volumes_(volumes.begin(), volumes.end()) {
    if (prices.size() != volumes.size())
      throw market_error({market_fault::length_mismatch, std::min(prices.size(), volumes.size())});
    if (const market_input_fault f = detail::clear::find_fault(prices, volumes)) throw market_error(f);
    check_range();
    order_.resize(prices.size());
    std::iota(order_.begin(), order_.end(), 0U);
    std::sort(order_.begin(), order_.end(), [this](std::uint32_t a, std::uint32_t b) { return before(a, b); });
    sums_.resize(order_.size());
    place_.resize(order_.size());
    renew(0, order_.size());
  }

  [[nodiscard]] std::size_t size() const noexcept { return order_.size(); }
  /// Indices of the offers, cheapest first.
  [[nodiscard]] std::span<const std::uint32_t> order() const noexcept { return order_; }
  /// All volume.
  [[nodiscard]] Volume supply() const noexcept { return sums_.empty() ? Volume{0} : sums_.back(); }

  /// Volume offered at or below a price. O(log n).
  [[nodiscard]] Volume supply(Price p) const noexcept {
    const auto end =
        std::upper_bound(order_.begin(), order_.end(), p, [this](Price x, std::uint32_t i) { return x < prices_[i]; });
    return end == order_.begin() ? Volume{0} : sums_[static_cast<std::size_t>(end - order_.begin()) - 1];
  }

  /// The marginal price of a demand: the cheapest offer with volume for none, the dearest in a shortage, NaN when
  /// nobody has volume. O(log n).
  [[nodiscard]] Price price(Volume demand) const {
    check(demand);
    if (!(supply() > Volume{0})) return std::numeric_limits<Price>::quiet_NaN();
    return prices_[order_[marginal(demand)]] + Price{0};
  }

  /// Clears; writes every offer's accepted volume. O(n); no allocation. Throws `market_error` for a demand that is
  /// negative or not finite, or an output of the wrong size.
  clearing<Price, Volume> accepted(Volume demand, std::span<Volume> out) const {
    check(demand);
    if (out.size() != size()) throw market_error({market_fault::bad_output});
    clearing<Price, Volume> r;
    std::ranges::fill(out, Volume{0});
    r.unserved = demand;
    if (size() == 0) return r;
    const bool anything = supply() > Volume{0};
    if (demand == Volume{0}) {
      r.status = clearing_status::no_demand;
      if (anything) r.price = price(demand);
      return r;
    }
    if (!anything) {
      r.status = clearing_status::no_trade;
      return r;
    }
    const std::size_t last = marginal(demand);
    r.price = prices_[order_[last]] + Price{0};
    r.last_accepted_offer = r.price;
    r.marginal = order_[last];
    for (std::size_t k = 0; k < last; ++k) out[order_[k]] = volumes_[order_[k]];
    if (short_of(demand)) {
      r.status = clearing_status::shortage;
      r.unserved = static_cast<Volume>(demand - supply());
      out[order_[last]] = volumes_[order_[last]];
      return r;
    }
    r.status = clearing_status::cleared;
    r.unserved = Volume{0};
    const Volume rest = last == 0 ? demand : static_cast<Volume>(demand - sums_[last - 1]);
    out[order_[last]] = demand > supply() ? volumes_[order_[last]] : rest;
    for (std::size_t k = last + 1; k < size(); ++k)
      if (volumes_[order_[k]] > Volume{0}) {
        r.first_rejected_offer = prices_[order_[k]];
        break;
      }
    return r;
  }

  /// Gives an offer a new price and volume. O(n) moves. Throws `market_error` as the constructor does, or
  /// unknown_order.
  void update(std::size_t offer, Price price, Volume volume) {
    if (offer >= size()) throw market_error({market_fault::unknown_order, offer});
    if (const market_input_fault f =
            detail::clear::find_fault(std::span<const Price>(&price, 1), std::span<const Volume>(&volume, 1)))
      throw market_error({f.code, offer});
    const Volume old_volume = std::exchange(volumes_[offer], volume);
    try {
      check_range();
    } catch (...) {
      volumes_[offer] = old_volume;
      throw;
    }
    prices_[offer] = price;
    const auto i = static_cast<std::uint32_t>(offer);
    const std::size_t from = place_[offer];
    std::size_t to = from;
    while (to > 0 && before(i, order_[to - 1])) {
      order_[to] = order_[to - 1];
      --to;
    }
    while (to + 1 < size() && before(order_[to + 1], i)) {
      order_[to] = order_[to + 1];
      ++to;
    }
    order_[to] = i;
    renew(std::min(from, to), std::max(from, to) + 1);
  }

private:
  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const noexcept {
    return prices_[a] != prices_[b] ? prices_[a] < prices_[b] : a < b;
  }
  void check_range() const {
    if (detail::clear::add_all(std::span<const Volume>(volumes_)).overflow)
      throw market_error({market_fault::not_finite}, "the lots add up beyond their type");
  }
  static void check(Volume demand) {
    if (demand < Volume{0}) throw market_error({market_fault::negative_demand});
    if (!(demand * Volume{0} == Volume{0})) throw market_error({market_fault::not_finite});
  }
  [[nodiscard]] bool short_of(Volume demand) const noexcept {
    if constexpr (std::floating_point<Volume>)
      return !(demand - supply() <= Volume{16} * std::numeric_limits<Volume>::epsilon() * supply());
    else return demand > supply();
  }
  /// The place of the offer in which the demand ends; of the last with volume when that is none.
  [[nodiscard]] std::size_t marginal(Volume demand) const noexcept {
    const Volume wanted = std::min(demand, supply());
    auto met = wanted > Volume{0} ? std::lower_bound(sums_.begin(), sums_.end(), wanted)
                                  : std::upper_bound(sums_.begin(), sums_.end(), Volume{0});
    return static_cast<std::size_t>(met - sums_.begin());
  }
  /// Places of [first, last), and the sums from there on.
  void renew(std::size_t first, std::size_t last) noexcept {
    Volume sum = first == 0 ? Volume{0} : sums_[first - 1];
    for (std::size_t k = first; k < size(); ++k) {
      if (k < last) place_[order_[k]] = static_cast<std::uint32_t>(k);
      sum = static_cast<Volume>(sum + volumes_[order_[k]]);
      sums_[k] = sum;
    }
  }

  std::vector<Price> prices_;
  std::vector<Volume> volumes_;
  std::vector<std::uint32_t> order_;
  std::vector<Volume> sums_;
  std::vector<std::uint32_t> place_;
};

}  // namespace v0
}  // namespace sched

#endif
