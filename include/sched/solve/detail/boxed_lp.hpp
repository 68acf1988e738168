// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_BOXED_LP_HPP
#define SCHED_SOLVE_DETAIL_BOXED_LP_HPP

/// \file
/// Linear problems whose columns all have two finite bounds: dual simplex that is warm after every change.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Maximises c·x subject to rows a·x ≤ b (or = b) and lo ≤ x ≤ hi, all bounds finite. Since every column can stand at
/// the bound that its reduced cost asks for, any basis is dual feasible: bounds may be moved and rows added between
/// solves, and the dual simplex goes on from where it stood. A ratio test that flips bounds on its way (Maros) walks
/// long curves in one pivot. Dense tableau: a pivot costs O(rows · columns). Deterministic.
class boxed_lp {
public:
  struct term {
    std::size_t column;
    double factor;
  };

  /// All columns before the first row.
  std::size_t add_column(double cost, double lo, double hi) {
    SCHED_ASSERT(rows_ == 0 && lo <= hi);
    cost_.push_back(cost);
    lo_.push_back(lo);
    hi_.push_back(hi);
    position_.push_back(nonbasic_.size());
    basic_in_.push_back(npos);
    nonbasic_.push_back(lo_.size() - 1);
    reduced_.push_back(cost);
    value_.push_back(cost > 0 ? hi : lo);
    columns_ = lo_.size();
    return columns_ - 1;
  }

  /// Returns the row's handle.
  std::size_t add_row(std::span<const term> terms, double rhs, bool equality = false) {
    const std::size_t slack = lo_.size();
    lo_.push_back(0);
    hi_.push_back(equality ? 0 : std::numeric_limits<double>::infinity());
    cost_.push_back(0);
    position_.push_back(npos);
    basic_in_.push_back(rows_);
    original_.push_back({std::vector<term>(terms.begin(), terms.end()), rhs, true});
    enter_row(slack);
    return slack - columns_;
  }

  void set_bounds(std::size_t column, double lo, double hi) {
    if (lo_[column] == lo && hi_[column] == hi) return;
    lo_[column] = lo;
    hi_[column] = hi;
    if (position_[column] != npos) rest(position_[column]);
  }
  [[nodiscard]] double lower(std::size_t column) const { return lo_[column]; }
  [[nodiscard]] double upper(std::size_t column) const { return hi_[column]; }

  /// Takes out rows that are not tight (their slack is basic) and for which `loose(handle)` holds.
  template <class F>
  void drop_rows(F loose) {
    std::size_t to = 0;
    for (std::size_t r = 0; r < rows_; ++r) {
      const std::size_t b = basic_[r];
      if (b >= columns_ && hi_[b] > 0 && loose(b - columns_)) {
        original_[b - columns_] = {{}, 0, false};
        basic_in_[b] = npos;
        continue;
      }
      if (to != r) {
        std::copy_n(row(r), width(), row(to));
        basic_[to] = b;
        basic_in_[b] = to;
      }
      ++to;
    }
    rows_ = to;
    table_.resize(rows_ * width());
    basic_.resize(rows_);
  }
  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  /// False after `drop_rows` took it.
  [[nodiscard]] bool has_row(std::size_t handle) const { return original_[handle].alive; }

  enum class outcome : std::uint8_t { optimal, infeasible, stuck };

  outcome solve() {
    for (int attempt = 0; attempt < 3; ++attempt) {
      const outcome o = iterate();
      if (o == outcome::optimal && sound(1e-9)) return o;
      if (o == outcome::infeasible && pivots_since_rebuild_ < 50) return o;
      // First with the same basis; if that is no dual feasible one any more, and then always, with that of all slacks.
      if (attempt > 0 || !rebuild(true)) static_cast<void>(rebuild(false));
    }
    const outcome o = iterate();
    if (o == outcome::infeasible || (o == outcome::optimal && sound(1e-6))) return o;
    static_cast<void>(rebuild(false));  // what comes next starts from something sound
    return outcome::stuck;
  }

  /// No solution has more, whatever rounding did to the table: the worth of the right-hand sides at the present duals
  /// and what the bounds of the columns add (Neumaier & Shcherbina 2004). O(entries).
  [[nodiscard]] double bound() const {
    rest_.assign(cost_.begin(), cost_.begin() + static_cast<std::ptrdiff_t>(columns_));
    double z = 0;
    for (std::size_t k = 0; k < original_.size(); ++k) {
      const stored_row& o = original_[k];
      if (!o.alive) continue;
      double y = dual(k);
      if (std::isinf(hi_[columns_ + k])) y = std::max(y, 0.0);
      if (y == 0) continue;
      z += y * o.rhs;
      for (const term& e : o.terms) rest_[e.column] -= y * e.factor;
    }
    for (std::size_t j = 0; j < columns_; ++j) z += rest_[j] * (rest_[j] > 0 ? hi_[j] : lo_[j]);
    return z;
  }
  [[nodiscard]] double value(std::size_t column) const { return value_[column]; }
  [[nodiscard]] double objective() const {
    double z = 0;
    for (std::size_t j = 0; j < columns_; ++j) z += cost_[j] * value_[j];
    return z;
  }
  /// Worth of a unit more on the right-hand side; ≥ 0 for inequalities.
  [[nodiscard]] double dual(std::size_t handle) const {
    const std::size_t slack = columns_ + handle;
    return slack < lo_.size() && position_[slack] != npos ? -reduced_[position_[slack]] : 0.0;
  }
  /// What a unit more of a column is worth; 0 for basic ones.
  [[nodiscard]] double reduced_cost(std::size_t column) const {
    return position_[column] != npos ? reduced_[position_[column]] : 0.0;
  }
  [[nodiscard]] std::uint64_t pivots() const noexcept { return pivots_; }

private:
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  static constexpr double feasible = 1e-9;  ///< of values, relative to their size
  struct stored_row {
    std::vector<term> terms;
    double rhs = 0;
    bool alive = false;
  };

  [[nodiscard]] std::size_t width() const noexcept { return columns_; }
  [[nodiscard]] double* row(std::size_t r) { return table_.data() + r * width(); }
  [[nodiscard]] double range(std::size_t v) const { return hi_[v] - lo_[v]; }
  [[nodiscard]] static double slack_of(double bound) { return feasible * std::max(1.0, std::abs(bound)); }

  /// Appends the row of a slack to the table, in terms of what is not basic now.
  void enter_row(std::size_t slack) {
    const stored_row& o = original_[slack - columns_];
    table_.resize((rows_ + 1) * width(), 0.0);
    double* t = row(rows_);
    double v = o.rhs;
    for (const term& e : o.terms) {
      v -= e.factor * value_[e.column];
      if (position_[e.column] != npos) {
        t[position_[e.column]] += e.factor;
      } else {  // x = rhs − Σ T x_N: its row, with the factor, is taken off
        const double* other = row(basic_in_[e.column]);
        for (std::size_t j = 0; j < width(); ++j) t[j] -= e.factor * other[j];
      }
    }
    if (value_.size() <= slack) value_.resize(slack + 1, 0.0);
    value_[slack] = v;
    basic_.push_back(slack);
    basic_in_[slack] = rows_++;
  }

  /// Moves a column that is not basic to the bound that its reduced cost asks for.
  void rest(std::size_t j) {
    const std::size_t v = nonbasic_[j];
    double to = value_[v];
    if (reduced_[j] > 0 && std::isfinite(hi_[v])) to = hi_[v];
    else if (reduced_[j] < 0) to = lo_[v];
    else to = std::abs(to - hi_[v]) < std::abs(to - lo_[v]) ? hi_[v] : lo_[v];
    shift(j, to - value_[v]);
    value_[v] = to;
  }
  void shift(std::size_t j, double by) {
    if (by == 0) return;
    for (std::size_t r = 0; r < rows_; ++r) {
      const double t = table_[r * width() + j];
      if (t != 0) value_[basic_[r]] -= t * by;
    }
  }

  outcome iterate() {
    const std::uint64_t limit = pivots_ + 50 * (rows_ + 100) + columns_ * 4;
    for (;;) {
      // The row that is worst off.
      std::size_t r = npos;
      double worst = 0;
      for (std::size_t i = 0; i < rows_; ++i) {
        const std::size_t b = basic_[i];
        const double v = value_[b];
        double off = 0;
        if (v < lo_[b] - slack_of(lo_[b])) off = lo_[b] - v;
        else if (v > hi_[b] && v > hi_[b] + slack_of(hi_[b])) off = v - hi_[b];
        if (off > worst) {
          worst = off;
          r = i;
        }
      }
      if (r == npos) return outcome::optimal;
      if (pivots_ >= limit) return outcome::stuck;
      const std::size_t q = entering(r);
      if (q == npos) return outcome::infeasible;
      const std::size_t b = basic_[r];
      const double target = value_[b] < lo_[b] ? lo_[b] : hi_[b];
      pivot(r, q, target);
    }
  }

  /// The ratio test; flips what it passes. npos: the row cannot be satisfied.
  std::size_t entering(std::size_t r) {
    const std::size_t b = basic_[r];
    const bool below = value_[b] < lo_[b];
    double left = below ? lo_[b] - value_[b] : value_[b] - hi_[b];
    const double* t = row(r);
    candidates_.clear();
    for (std::size_t j = 0; j < width(); ++j) {
      const double a = below ? -t[j] : t[j];  // > 0: raising x_j helps
      if (std::abs(a) < 1e-9) continue;
      const std::size_t v = nonbasic_[j];
      if (range(v) <= 0) continue;
      const bool at_low = value_[v] <= lo_[v];
      if (at_low ? a < 0 : a > 0) continue;
      candidates_.push_back({std::abs(reduced_[j] / a), std::abs(a), j});
    }
    const auto before = [](const candidate& x, const candidate& y) {
      return x.ratio != y.ratio ? x.ratio > y.ratio : x.size != y.size ? x.size < y.size : x.j > y.j;
    };
    std::make_heap(candidates_.begin(), candidates_.end(), before);
    flips_.clear();
    std::size_t chosen = npos;
    while (!candidates_.empty()) {
      std::pop_heap(candidates_.begin(), candidates_.end(), before);
      const candidate c = candidates_.back();
      candidates_.pop_back();
      chosen = c.j;
      left -= c.size * range(nonbasic_[c.j]);
      if (left <= 0) {
        // Among nearly equal ratios, the safest pivot.
        double size = c.size;
        while (!candidates_.empty() && size < 1e-3 && candidates_.front().ratio <= c.ratio + 1e-12) {
          std::pop_heap(candidates_.begin(), candidates_.end(), before);
          if (candidates_.back().size > size) {
            size = candidates_.back().size;
            chosen = candidates_.back().j;
          }
          candidates_.pop_back();
        }
        break;
      }
      flips_.push_back(c.j);
      chosen = npos;
    }
    if (chosen == npos && !flips_.empty() && left <= slack_of(below ? lo_[b] : hi_[b])) {
      chosen = flips_.back();  // short by rounding only
      flips_.pop_back();
    }
    if (chosen == npos) return npos;
    for (const std::size_t j : flips_) {
      const std::size_t v = nonbasic_[j];
      const double to = value_[v] <= lo_[v] ? hi_[v] : lo_[v];
      shift(j, to - value_[v]);
      value_[v] = to;
    }
    return chosen;
  }

  void pivot(std::size_t r, std::size_t q, double target) {
    const std::size_t out = basic_[r], in = nonbasic_[q];
    double* t = row(r);
    const double p = t[q];
    const double by = (value_[out] - target) / p;
    for (std::size_t i = 0; i < rows_; ++i) {
      const double f = table_[i * width() + q];
      if (f != 0) value_[basic_[i]] -= f * by;
    }
    value_[out] = target;
    value_[in] += by;
    eliminate(r, q);
  }

  void eliminate(std::size_t r, std::size_t q) {
    const std::size_t out = basic_[r], in = nonbasic_[q];
    double* t = row(r);
    const double p = 1 / t[q];
    touched_.clear();
    for (std::size_t j = 0; j < width(); ++j) {
      if (t[j] == 0) continue;
      t[j] *= p;
      if (std::abs(t[j]) < 1e-13) t[j] = 0;
      else if (j != q) touched_.push_back(j);
    }
    t[q] = p;
    const bool sparse = touched_.size() * 4 < width();
    for (std::size_t i = 0; i < rows_; ++i) {
      if (i == r) continue;
      double* u = row(i);
      const double f = u[q];
      if (f == 0) continue;
      u[q] = 0;
      if (sparse) {
        for (const std::size_t j : touched_) u[j] -= f * t[j];
      } else {
        for (std::size_t j = 0; j < width(); ++j) u[j] -= f * t[j];
      }
      u[q] = -f * p;
    }
    const double d = reduced_[q];
    if (d != 0) {
      for (const std::size_t j : touched_) reduced_[j] -= d * t[j];
      reduced_[q] = -d * p;
    }
    basic_[r] = in;
    nonbasic_[q] = out;
    basic_in_[in] = r;
    position_[in] = npos;
    position_[out] = q;
    basic_in_[out] = npos;
    ++pivots_;
    ++pivots_since_rebuild_;
  }

  /// The values keep the rows, and their objective is the bound.
  [[nodiscard]] bool sound(double tolerance) const {
    const double z = objective();
    return residual() < tolerance && bound() - z <= 1e3 * tolerance * (1 + std::abs(z));
  }
  /// The largest violation of an original row by the current values, relative.
  [[nodiscard]] double residual() const {
    double worst = 0;
    for (std::size_t k = 0; k < original_.size(); ++k) {
      const stored_row& o = original_[k];
      if (!o.alive) continue;
      double v = o.rhs - value_[columns_ + k], size = std::max(1.0, std::abs(o.rhs));
      for (const term& e : o.terms) {
        v -= e.factor * value_[e.column];
        size = std::max(size, std::abs(e.factor * value_[e.column]));
      }
      worst = std::max(worst, std::abs(v) / size);
    }
    return worst;
  }

  /// The table again from the original rows, with the same basis, or with that of all slacks. False: rounding has made
  /// the same basis dual infeasible, the table is of no use.
  bool rebuild(bool same_basis) {
    std::vector<std::size_t> in;
    for (std::size_t r = 0; r < rows_ && same_basis; ++r)
      if (basic_[r] < columns_) in.push_back(basic_[r]);
    nonbasic_.resize(columns_);
    for (std::size_t j = 0; j < columns_; ++j) {
      nonbasic_[j] = j;
      position_[j] = j;
      basic_in_[j] = npos;
    }
    reduced_.assign(cost_.begin(), cost_.begin() + static_cast<std::ptrdiff_t>(columns_));
    rows_ = 0;
    table_.clear();
    basic_.clear();
    for (std::size_t k = 0; k < original_.size(); ++k) {
      position_[columns_ + k] = npos;
      if (original_[k].alive) enter_row(columns_ + k);
    }
    for (const std::size_t v : in) {
      // The largest entry among rows whose slack is still basic.
      const std::size_t q = position_[v];
      std::size_t r = npos;
      double best = 1e-9;
      for (std::size_t i = 0; i < rows_; ++i)
        if (basic_[i] >= columns_ && std::abs(row(i)[q]) > best) {
          best = std::abs(row(i)[q]);
          r = i;
        }
      if (r != npos) eliminate(r, q);
    }
    for (std::size_t j = 0; j < columns_; ++j) {
      const std::size_t v = nonbasic_[j];
      if (reduced_[j] > 0 && !std::isfinite(hi_[v])) return false;
      value_[v] = reduced_[j] > 0 ? hi_[v] : lo_[v];
    }
    for (std::size_t r = 0; r < rows_; ++r) value_[basic_[r]] = 0;
    // Values of basic columns: one row at a time, from the right-hand sides carried through the pivots.
    settle_values();
    pivots_since_rebuild_ = 0;
    return true;
  }

  /// Basic values from the values at rest: the table holds x_B + T x_N = B⁻¹ b, and B⁻¹ stands in the slack columns.
  void settle_values() {
    for (std::size_t r = 0; r < rows_; ++r) {
      double v = 0;
      const std::size_t b = basic_[r];
      if (b >= columns_) v += original_[b - columns_].rhs;
      const double* t = row(r);
      for (std::size_t j = 0; j < width(); ++j) {
        if (t[j] == 0) continue;
        const std::size_t n = nonbasic_[j];
        if (n >= columns_) v += t[j] * original_[n - columns_].rhs;
        v -= t[j] * value_[n];
      }
      value_[b] = v;
    }
    // A slack that stayed basic has coefficient 1 only in its own row; other basic slacks do not appear.
  }

  struct candidate {
    double ratio, size;
    std::size_t j;
  };

  std::size_t columns_ = 0, rows_ = 0;
  std::vector<double> cost_, lo_, hi_, value_, reduced_, table_;
  std::vector<std::size_t> nonbasic_, position_, basic_, basic_in_;
  std::vector<stored_row> original_;
  std::vector<candidate> candidates_;
  std::vector<std::size_t> flips_, touched_;
  mutable std::vector<double> rest_;
  std::uint64_t pivots_ = 0, pivots_since_rebuild_ = 0;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
