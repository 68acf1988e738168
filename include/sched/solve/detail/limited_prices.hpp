// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_LIMITED_PRICES_HPP
#define SCHED_SOLVE_DETAIL_LIMITED_PRICES_HPP

/// \file
/// Prices in a region with limits: whether any keep further conditions, and which are nearest to wanted ones.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sched/solve/detail/boxed_lp.hpp>
#include <sched/solve/detail/nearest_by_corners.hpp>
#include <sched/solve/detail/price_region.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Linear problems over prices and what they are made of. Every question builds one: O(conditions · columns) and its
/// pivots. Allocates.
class limited_prices {
public:
  /// `asked`: what prices must keep besides the region.
  limited_prices(std::vector<price_condition> asked, const price_region& region, std::span<const double> wanted)
      : all_(std::move(asked)), region_(region), wanted_(wanted.begin(), wanted.end()) {
    for (const auto& [a, b] : region.order) all_.push_back({{{b, 1.0}, {a, -1.0}}, 0, 1, no_block});
    all_.insert(all_.end(), region.limit.begin(), region.limit.end());
    for (price_condition& c : all_)
      for (auto& t : c.terms)
        if (t.column < region.same.size()) t.column = region.same[t.column];
    wanted_.resize(wanted.size() + region.inner.size(), 0.0);
  }

  /// Prices that miss no condition by more than `slack` of its size: with the least Σ |distance| to the wanted ones,
  /// or, `nearest`, the least Σ distance² (columns with the same price count once). Empty: there are none.
  [[nodiscard]] std::optional<std::vector<double>> find(double slack, bool nearest) {
    const std::size_t n = region_.lo.size();
    boxed_lp lp;
    for (std::size_t k = 0; k < n; ++k) {
      lp.add_column(-1, 0, std::max(0.0, region_.hi[k] - wanted_[k]));
      lp.add_column(-1, 0, std::max(0.0, wanted_[k] - region_.lo[k]));
    }
    for (const auto& [least, most] : region_.inner) lp.add_column(0, least, most);
    std::vector<boxed_lp::term> terms;
    for (const price_condition& c : all_) {
      terms.clear();
      for (const auto& t : c.terms) {
        if (t.factor == 0) continue;
        if (t.column >= n) {
          terms.push_back({n + t.column, -t.factor / c.size});
          continue;
        }
        terms.push_back({2 * t.column, -t.factor / c.size});
        terms.push_back({2 * t.column + 1, t.factor / c.size});
      }
      lp.add_row(terms, c.slack(wanted_) / c.size + slack);  // what is behind the prices stands at zero in `wanted_`
    }
    if (lp.solve() != boxed_lp::outcome::optimal) return std::nullopt;
    std::vector<double> x(wanted_.size());
    for (std::size_t k = 0; k < n; ++k)
      x[k] = std::clamp(wanted_[k] + lp.value(2 * k) - lp.value(2 * k + 1), region_.lo[k], region_.hi[k]);
    for (std::size_t k = n; k < x.size(); ++k) x[k] = lp.value(n + k);
    if (nearest) x = squares(std::move(x), slack);
    for (std::size_t k = 0; k < n; ++k) x[k] = x[region_.same[k]];
    if (!keeps(x, 10 * slack + 1e-7)) return std::nullopt;
    x.resize(n);
    return x;
  }

private:
  [[nodiscard]] bool keeps(std::span<const double> x, double slack) const {
    return std::all_of(all_.begin(), all_.end(),
                       [&](const price_condition& c) { return c.slack(x) >= -slack * c.size; });
  }

  /// No corner farther away than the start is of use: the box is cut there.
  [[nodiscard]] std::vector<double> squares(std::vector<double> start, double slack) const {
    const std::size_t n = region_.lo.size();
    double far = 0, size = 1;
    std::vector<std::size_t> single;  // columns that count
    std::vector<double> aim;
    for (std::size_t k = 0; k < n; ++k) {
      if (region_.same[k] != k) continue;
      single.push_back(k);
      aim.push_back(wanted_[k]);
      far += (start[k] - wanted_[k]) * (start[k] - wanted_[k]);
      size = std::max({size, std::abs(wanted_[k]), std::abs(start[k])});
    }
    if (!(far > 0)) return start;
    far = std::sqrt(far) * (1 + 1e-9);
    const auto best = [&](std::span<const double> weight) {
      std::vector<double> cost(start.size(), 0.0);
      for (std::size_t i = 0; i < single.size(); ++i) cost[single[i]] = weight[i];
      boxed_lp lp;
      for (std::size_t k = 0; k < n; ++k) {
        const double least = std::min(start[k], std::max(region_.lo[k], wanted_[k] - far));
        const double most = std::max(start[k], std::min(region_.hi[k], wanted_[k] + far));
        lp.add_column(cost[k], least, most);
      }
      for (const auto& [least, most] : region_.inner) lp.add_column(0, least, most);
      std::vector<boxed_lp::term> terms;
      for (const price_condition& c : all_) {
        terms = c.terms;
        for (auto& t : terms) t.factor = -t.factor / c.size;
        lp.add_row(terms, -c.least / c.size + slack);
      }
      if (lp.solve() != boxed_lp::outcome::optimal) return start;
      std::vector<double> x(start.size());
      for (std::size_t k = 0; k < x.size(); ++k) x[k] = lp.value(k);
      return x;
    };
    return nearest_by_corners(
        start, aim, size, [&](std::size_t i, const std::vector<double>& x) { return x[single[i]]; }, best);
  }

  std::vector<price_condition> all_;
  const price_region& region_;
  std::vector<double> wanted_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
