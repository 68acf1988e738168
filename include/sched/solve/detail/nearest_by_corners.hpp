// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_NEAREST_BY_CORNERS_HPP
#define SCHED_SOLVE_DETAIL_NEAREST_BY_CORNERS_HPP

/// \file
/// The point of a polyhedron whose image is nearest to a wanted one, for polyhedra that only answer which of their
/// corners is best.

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace sched {
inline namespace v0 {
namespace detail {

/// The point x whose values `price(z, x)` (linear in x) have the least squared distance to `wanted`. `best(weight)` is
/// a point with the largest Σ weight·price, `start` any point, `size` that of the values, which the precision is
/// relative to. Steps towards the best corner of the gradient or away from the worst one in use (Guélat & Marcotte
/// 1986): every step stays inside, and of few values few are needed; at most 200, each a call of `best` and O(corners ·
/// size of a point). Allocates.
template <class Price, class Best>
[[nodiscard]] std::vector<double> nearest_by_corners(const std::vector<double>& start, std::span<const double> wanted,
                                                     double size, const Price& price, const Best& best) {
  using point = std::vector<double>;
  struct corner {
    point x;
    double weight;
  };
  const std::size_t n = wanted.size();
  std::vector<corner> used{{start, 1.0}};
  point x = start;
  std::vector<double> pull(n), by(n);
  for (int round = 0; round < 200; ++round) {
    for (std::size_t z = 0; z < n; ++z) pull[z] = wanted[z] - price(z, x);
    const auto along = [&](const point& y) {
      double s = 0;
      for (std::size_t z = 0; z < n; ++z) s += pull[z] * price(z, y);
      return s;
    };
    const point to = best(pull);
    std::size_t worst = 0;
    for (std::size_t k = 1; k < used.size(); ++k)
      if (along(used[k].x) < along(used[worst].x)) worst = k;
    const double here = along(x), gain = along(to) - here, away = here - along(used[worst].x);
    if (!(gain > 1e-18 * size * size)) break;
    const bool towards = gain >= away || used.size() == 1;
    double length = 0;
    for (std::size_t z = 0; z < n; ++z) {
      by[z] = towards ? price(z, to) - price(z, x) : price(z, x) - price(z, used[worst].x);
      length += by[z] * by[z];
    }
    if (!(length > 0)) break;
    const double share = used[worst].weight, most = towards ? 1.0 : share / (1 - share);
    const double step = std::min(most, (towards ? gain : away) / length);
    for (corner& c : used) c.weight *= towards ? 1 - step : 1 + step;
    if (towards) {
      const auto same = std::find_if(used.begin(), used.end(), [&](const corner& c) { return c.x == to; });
      if (same != used.end()) same->weight += step;
      else used.push_back({to, step});
    } else {
      used[worst].weight -= step;
    }
    std::erase_if(used, [](const corner& c) { return !(c.weight > 1e-15); });
    std::fill(x.begin(), x.end(), 0.0);
    double sum = 0;
    for (const corner& c : used) sum += c.weight;
    for (const corner& c : used)
      for (std::size_t k = 0; k < x.size(); ++k) x[k] += c.weight / sum * c.x[k];
  }
  return x;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
