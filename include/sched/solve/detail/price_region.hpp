// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_PRICE_REGION_HPP
#define SCHED_SOLVE_DETAIL_PRICE_REGION_HPP

/// \file
/// The prices of all periods that the divisible part of a market admits, and conditions on them.

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/block_orders.hpp>
#include <sched/solve/detail/boxed_lp.hpp>
#include <sched/solve/market_response.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Σ factor·price ≥ least; `owner` is the ratio that loses when it does not hold.
struct price_condition {
  std::vector<boxed_lp::term> terms{};
  double least = 0;
  double size = 1;  ///< money that the tolerance is relative to
  std::size_t owner = no_block;

  [[nodiscard]] double slack(std::span<const double> price) const {
    double s = -least;
    for (const auto& t : terms) s += t.factor * price[t.column];
    return s;
  }
};

/// A box, pairs (a, b) with price a ≤ price b, for every column the one that always has its price, and limits. Columns
/// are prices [period · zones + zone]; those of limits go on behind them with `inner`.
struct price_region {
  std::vector<double> lo{}, hi{};
  std::vector<std::pair<std::size_t, std::size_t>> order{};
  std::vector<std::size_t> same{};
  std::vector<price_condition> limit{};
  std::vector<std::pair<double, double>> inner{};

  /// From the answer of every period. O(size of the answers).
  void gather(std::span<const market_response> periods, std::size_t zones) {
    lo.clear();
    hi.clear();
    order.clear();
    same.clear();
    limit.clear();
    inner.clear();
    for (std::size_t t = 0; t < periods.size(); ++t) {
      const market_response& r = periods[t];
      lo.insert(lo.end(), r.lo.begin(), r.lo.end());
      hi.insert(hi.end(), r.hi.begin(), r.hi.end());
      for (const auto& [a, b] : r.order) order.emplace_back(t * zones + a, t * zones + b);
      for (std::size_t z = 0; z < zones; ++z) same.push_back(t * zones + (r.same.empty() ? z : r.same[z]));
      const std::size_t behind = periods.size() * zones + inner.size();
      for (const price_limit& l : r.limit) {
        price_condition c;
        for (const auto& [column, factor] : l.terms)
          c.terms.push_back({column < zones ? t * zones + column : behind + (column - zones), -factor});
        c.least = -l.most;
        limit.push_back(c);
        if (!l.equal) continue;
        for (auto& e : c.terms) e.factor = -e.factor;
        c.least = l.most;
        limit.push_back(std::move(c));
      }
      inner.insert(inner.end(), r.inner.begin(), r.inner.end());
    }
  }
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
