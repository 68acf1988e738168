// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_BLOCK_PRICES_HPP
#define SCHED_SOLVE_DETAIL_BLOCK_PRICES_HPP

/// \file
/// Prices under which nothing is accepted at a loss: whether there are any, and which are nearest to the wanted ones.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/block_orders.hpp>
#include <sched/solve/detail/block_program.hpp>
#include <sched/solve/detail/boxed_lp.hpp>
#include <sched/solve/detail/limited_prices.hpp>
#include <sched/solve/detail/price_region.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

class block_prices {
public:
  block_prices(const block_book& book, const block_program& p, double tolerance)
      : book_(book), p_(p), tolerance_(tolerance) {}

  /// What prices must do at these ratios.
  void conditions(std::span<const double> u, std::vector<price_condition>& out) {
    out.clear();
    for (std::size_t j = 0; j < p_.ratios.size(); ++j) {
      const block_ratio& r = p_.ratios[j];
      if (r.source == block_ratio::source_kind::step) {
        ask_step(j, u, out);
        continue;
      }
      if (u[j] <= 1e-9) continue;
      if (r.source == block_ratio::source_kind::complex) {
        ask_income(j, u, out);
        continue;
      }
      if (p_.loop_of[j] != no_block) {
        const auto& all = p_.loops[p_.loop_of[j]];
        if (all.front() == j) add(all, u, j, out);
        continue;
      }
      p_.subtree(j, tree_);
      add(tree_, u, j, out);
      const bool carried = std::any_of(tree_.begin() + 1, tree_.end(), [u](std::size_t k) { return u[k] > 1e-9; });
      const bool held = r.parent != no_block || carried || group_full(r.group, u);
      if (u[j] < 1 - 1e-9 && !held) {  // at the money: not above it either
        out.push_back(out.back());
        price_condition& c = out.back();
        for (auto& t : c.terms) t.factor = -t.factor;
        c.least = -c.least;
      }
    }
  }

  [[nodiscard]] bool group_full(std::size_t group, std::span<const double> u) const {
    if (group == no_block) return false;
    double sum = 0;
    for (const std::size_t j : p_.members[group]) sum += u[j];
    return sum >= static_cast<double>(p_.group_most[group]) - 1e-9;
  }

  [[nodiscard]] bool holds(const price_condition& c, std::span<const double> price) const {
    return c.slack(price) >= -tolerance_ * c.size;
  }

  /// Admissible prices that keep all conditions; with `nearest`, those with the least squared distance to `wanted`
  /// (columns with the same price count once; Hildreth, in regions with limits by their corners), else any. Empty:
  /// there are none.
  std::optional<std::vector<double>> find(std::vector<price_condition> all, const price_region& region,
                                          std::span<const double> wanted, bool nearest) {
    const auto& [lo, hi, order, same, limit, inner] = region;
    std::vector<double> price(wanted.begin(), wanted.end());
    if (keeps(all, price)) return price;
    bool free = false;
    for (std::size_t k = 0; k < lo.size(); ++k) free = free || hi[k] > lo[k];
    if (!free) return std::nullopt;
    if (!limit.empty()) {
      // Without room for rounding first: prices are then as exact as they can be.
      limited_prices limited(all, region, wanted);
      for (const double room : {1e-9, tolerance_ / 2})
        if (auto found = limited.find(room, nearest); found && keeps(all, *found)) return found;
      return std::nullopt;
    }
    for (const auto& [a, b] : order) all.push_back({{{b, 1.0}, {a, -1.0}}, 0, 1, no_block});
    for (price_condition& c : all)
      for (auto& t : c.terms) t.column = same[t.column];
    const auto spread = [&same = same](std::vector<double>& p) {
      for (std::size_t k = 0; k < p.size(); ++k) p[k] = p[same[k]];
    };
    // Distances up and down from the wanted price, each as little as possible.
    boxed_lp lp;
    for (std::size_t k = 0; k < lo.size(); ++k) {
      lp.add_column(-1, 0, std::max(0.0, hi[k] - wanted[k]));
      lp.add_column(-1, 0, std::max(0.0, wanted[k] - lo[k]));
    }
    std::vector<boxed_lp::term> terms;
    for (const price_condition& c : all) {
      terms.clear();
      for (const auto& t : c.terms) {
        if (t.factor == 0) continue;
        terms.push_back({2 * t.column, -t.factor / c.size});
        terms.push_back({2 * t.column + 1, t.factor / c.size});
      }
      lp.add_row(terms, (c.slack(wanted) + tolerance_ / 2 * c.size) / c.size);
    }
    if (lp.solve() != boxed_lp::outcome::optimal) return std::nullopt;
    for (std::size_t k = 0; k < lo.size(); ++k)
      price[k] = std::clamp(wanted[k] + lp.value(2 * k) - lp.value(2 * k + 1), lo[k], hi[k]);
    spread(price);
    if (!keeps(all, price)) return std::nullopt;
    if (nearest) {
      std::vector<double> q = project(all, lo, hi, wanted);
      spread(q);
      if (keeps(all, q)) return q;
    }
    return price;
  }

  [[nodiscard]] bool keeps(const std::vector<price_condition>& all, std::span<const double> price) const {
    return std::all_of(all.begin(), all.end(), [&](const price_condition& c) { return holds(c, price); });
  }

  /// Prices on the grid of a tick: the nearest ones, kept inside the box where it has any, if all conditions hold
  /// there; else, and always in regions with limits, plainly the nearest, which move a price by half a tick. Empty:
  /// somebody loses more than a tick on every unit.
  [[nodiscard]] std::optional<std::vector<double>> round(const std::vector<price_condition>& all,
                                                         const price_region& region, std::span<const double> price,
                                                         double tick) const {
    const auto& [lo, hi, order, same, limit, inner] = region;
    const double parts = std::floor(1 / tick + 0.5);
    const bool decimal =
        std::abs(parts * tick - 1) < 1e-9;  // 0.01: dividing by 100 gives the double that is written so
    const auto at = [&](double n) { return decimal ? n / parts : n * tick; };
    std::vector<double> low(lo.begin(), lo.end()), high(hi.begin(), hi.end()), inside(price.size()),
        plain(price.size());
    for (std::size_t k = 0; k < price.size(); ++k) {
      low[same[k]] = std::max(low[same[k]], lo[k]);
      high[same[k]] = std::min(high[same[k]], hi[k]);
    }
    for (std::size_t k = 0; k < price.size(); ++k) {
      const double n = std::floor(price[same[k]] / tick + 0.5);
      const double least = std::ceil(low[same[k]] / tick - 1e-7), most = std::floor(high[same[k]] / tick + 1e-7);
      plain[k] = at(n);
      inside[k] = least <= most ? at(std::clamp(n, least, most)) : plain[k];
    }
    if (limit.empty() && keeps(all, inside) &&
        std::all_of(order.begin(), order.end(), [&](const auto& o) { return inside[o.first] <= inside[o.second]; }))
      return inside;
    for (const price_condition& c : all) {
      double units = 0;
      for (const auto& t : c.terms) units += std::abs(t.factor);
      if (c.slack(plain) < -tolerance_ * c.size - tick * units) return std::nullopt;
    }
    return plain;
  }

private:
  void add(std::span<const std::size_t> which, std::span<const double> u, std::size_t owner,
           std::vector<price_condition>& out) const {
    price_condition c;
    c.owner = owner;
    for (const std::size_t k : which) {
      if (u[k] <= 1e-9) continue;
      c.least -= u[k] * p_.ratios[k].value;
      c.size = std::max(c.size, std::abs(p_.ratios[k].value));
      for (const auto& l : p_.ratios[k].profile) c.terms.push_back({l.at, u[k] * l.volume});
    }
    out.push_back(std::move(c));
  }

  void ask_step(std::size_t j, std::span<const double> u, std::vector<price_condition>& out) const {
    const block_ratio& r = p_.ratios[j];
    const std::size_t on = p_.complex_at[r.order];
    const bool survives = r.parent == no_block;
    if ((u[on] <= 0.5 && !survives) || p_.complex_bound[r.order] != 0 || r.profile.empty()) return;
    price_condition c;
    if (!survives) c.owner = on;  // nobody to reject for a step that stays
    c.size = r.size();
    for (const auto& l : r.profile) c.terms.push_back({l.at, l.volume});
    c.least = -r.value;
    if (u[j] > 1e-9) out.push_back(c);
    if (u[j] < 1 - 1e-9) {
      for (auto& t : c.terms) t.factor = -t.factor;
      c.least = -c.least;
      out.push_back(std::move(c));
    }
  }

  void ask_income(std::size_t j, std::span<const double> u, std::vector<price_condition>& out) {
    const complex_order& o = book_.complex[p_.ratios[j].order];
    // With the steps that would survive: they earn too. An order's steps follow it.
    tree_.clear();
    for (std::size_t k = j; k <= j + o.steps.size(); ++k) tree_.push_back(k);
    add(tree_, u, j, out);
    if (o.kind == complex_kind::scalable) return;
    price_condition& c = out.back();
    const double sign = o.side == market_side::sell ? 1 : -1;
    c.least = sign * o.fixed_term;
    c.size = std::max(c.size, std::abs(o.fixed_term));
    for (const std::size_t k : tree_)
      if (p_.ratios[k].source == block_ratio::source_kind::step)
        c.least += sign * o.variable_term * u[k] * o.steps[p_.ratios[k].part].volume;
  }

  /// Cyclic projection with memory (Hildreth 1957): converges to the nearest point of the polyhedron.
  [[nodiscard]] static std::vector<double> project(const std::vector<price_condition>& all, std::span<const double> lo,
                                                   std::span<const double> hi, std::span<const double> wanted) {
    const std::size_t n = wanted.size();
    std::vector<double> x(wanted.begin(), wanted.end()), row(all.size(), 0.0), low(n, 0.0), high(n, 0.0),
        norm(all.size(), 0.0);
    std::vector<double> weight(n, 0.0);
    for (std::size_t r = 0; r < all.size(); ++r) {
      for (const auto& t : all[r].terms) weight[t.column] += t.factor;  // a column may stand there twice
      for (const auto& t : all[r].terms) {
        norm[r] += weight[t.column] * weight[t.column];
        weight[t.column] = 0;
      }
    }
    for (int round = 0; round < 20000; ++round) {
      double moved = 0;
      for (std::size_t r = 0; r < all.size(); ++r) {
        if (!(norm[r] > 0)) continue;
        const double by = std::max(-all[r].slack(x) / norm[r], -row[r]);
        if (by == 0) continue;
        row[r] += by;
        for (const auto& t : all[r].terms) {
          x[t.column] += by * t.factor;
          moved = std::max(moved, std::abs(by * t.factor));
        }
      }
      for (std::size_t k = 0; k < n; ++k) {
        const double up = std::max(lo[k] - x[k], -low[k]);
        low[k] += up;
        x[k] += up;
        const double down = std::max(x[k] - hi[k], -high[k]);
        high[k] += down;
        x[k] -= down;
        moved = std::max({moved, std::abs(up), std::abs(down)});
      }
      if (moved < 1e-12) break;
    }
    for (std::size_t k = 0; k < n; ++k) x[k] = std::clamp(x[k], lo[k], hi[k]);
    return x;
  }

  const block_book& book_;
  const block_program& p_;
  double tolerance_;
  std::vector<std::size_t> tree_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
