// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_NEAREST_POINT_HPP
#define SCHED_SOLVE_DETAIL_NEAREST_POINT_HPP

/// \file
/// The point of a polyhedron nearest to another: least squares with a few inequalities.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {
namespace detail {

/// { x : low ≤ x ≤ high, rows·x ≥ least }, small and dense. Projections are found on the dual problem, a non-negative
/// least-squares problem, by the active-set method of Lawson & Hanson: finitely many steps, O(active³) each.
class nearest_point {
public:
  nearest_point(const std::vector<double>& low, const std::vector<double>& high) : n_(low.size()) {
    for (std::size_t i = 0; i < n_; ++i) {
      scale_ = std::max({scale_, std::abs(low[i]), std::abs(high[i])});
      std::vector<double> row(n_, 0);
      row[i] = 1;
      require(row, low[i]);
      row[i] = -1;
      require(row, -high[i]);
    }
  }

  void require(std::vector<double> row, double least) {
    rows_.push_back(std::move(row));
    least_.push_back(least);
  }

  /// Among the points of least Σx the one nearest to `reference`: the projection of a point far away against (1, …, 1).
  [[nodiscard]] std::vector<double> least_sum_nearest(const std::vector<double>& reference) const {
    std::vector<double> from = reference;
    const double away = 64.0 * static_cast<double>(n_ + 1) * scale_;
    for (double& x : from) x -= away;
    return project(from);
  }

  [[nodiscard]] std::vector<double> project(const std::vector<double>& from) const {
    const std::size_t m = rows_.size();
    std::vector<double> weight(m, 0), x = from;
    std::vector<std::size_t> active;
    const auto value = [&](std::size_t r) {
      double s = 0;
      for (std::size_t i = 0; i < n_; ++i) s += rows_[r][i] * x[i];
      return s;
    };
    for (std::size_t round = 0; round < 20 * (m + 1); ++round) {
      // The constraint that is missed most.
      std::size_t worst = m;
      double miss = 1e-12 * scale_;
      for (std::size_t r = 0; r < m; ++r) {
        if (std::find(active.begin(), active.end(), r) != active.end()) continue;
        const double d = least_[r] - value(r);
        if (d > miss) {
          miss = d;
          worst = r;
        }
      }
      if (worst == m) break;
      active.push_back(worst);
      for (;;) {
        std::vector<double> wanted;
        if (!solve(active, from, wanted)) {  // depends on the others: the one with the least weight leaves
          std::size_t drop = 0;
          for (std::size_t k = 1; k + 1 < active.size(); ++k)
            if (weight[active[k]] < weight[active[drop]]) drop = k;
          weight[active[drop]] = 0;
          active.erase(active.begin() + static_cast<std::ptrdiff_t>(drop));
          continue;
        }
        double step = 1;
        std::size_t leaves = active.size();
        for (std::size_t k = 0; k < active.size(); ++k) {
          if (wanted[k] > 0) continue;
          const double w = weight[active[k]], t = w / std::max(w - wanted[k], std::numeric_limits<double>::min());
          if (t < step || leaves == active.size()) {
            step = std::min(step, t);
            leaves = k;
          }
        }
        for (std::size_t k = 0; k < active.size(); ++k) weight[active[k]] += step * (wanted[k] - weight[active[k]]);
        if (leaves == active.size()) break;
        weight[active[leaves]] = 0;
        active.erase(active.begin() + static_cast<std::ptrdiff_t>(leaves));
      }
      x = from;
      for (const std::size_t r : active)
        for (std::size_t i = 0; i < n_; ++i) x[i] += weight[r] * rows_[r][i];
    }
    return x;
  }

private:
  /// Weights with which all active constraints hold with equality: (A Aᵀ) w = least − A from. False: dependent rows.
  [[nodiscard]] bool solve(std::span<const std::size_t> active, const std::vector<double>& from,
                           std::vector<double>& w) const {
    const std::size_t k = active.size();
    std::vector<std::vector<double>> g(k, std::vector<double>(k + 1, 0));
    for (std::size_t a = 0; a < k; ++a) {
      for (std::size_t b = 0; b < k; ++b)
        for (std::size_t i = 0; i < n_; ++i) g[a][b] += rows_[active[a]][i] * rows_[active[b]][i];
      g[a][k] = least_[active[a]];
      for (std::size_t i = 0; i < n_; ++i) g[a][k] -= rows_[active[a]][i] * from[i];
    }
    for (std::size_t c = 0; c < k; ++c) {
      std::size_t pivot = c;
      for (std::size_t r = c + 1; r < k; ++r)
        if (std::abs(g[r][c]) > std::abs(g[pivot][c])) pivot = r;
      if (std::abs(g[pivot][c]) < 1e-9) return false;
      std::swap(g[c], g[pivot]);
      for (std::size_t r = 0; r < k; ++r) {
        if (r == c) continue;
        const double f = g[r][c] / g[c][c];
        if (f == 0) continue;
        for (std::size_t j = c; j <= k; ++j) g[r][j] -= f * g[c][j];
      }
    }
    w.assign(k, 0);
    for (std::size_t c = 0; c < k; ++c) w[c] = g[c][k] / g[c][c];
    return true;
  }

  std::size_t n_;
  double scale_ = 1;
  std::vector<std::vector<double>> rows_;
  std::vector<double> least_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
