// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MIC_LOOP_HPP
#define SCHED_SOLVE_MIC_LOOP_HPP

/// \file
/// Minimum income the simple way: clear with everybody, withdraw who earns too little, clear again.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/block_orders.hpp>
#include <sched/model/clearing.hpp>
#include <sched/solve/clear_blocks.hpp>
#include <sched/solve/convex_market.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

template <convex_market Market>
class income_loop {
public:
  income_loop(const Market& m, const block_book& book, const block_options& options)
      : market_(m), book_(book), options_(options), off_(book.complex.size(), 0) {}

  block_result run() {
    block_result best = clear();
    const double all_on = convex() && best.proven ? best.welfare : std::numeric_limits<double>::infinity();
    std::vector<std::size_t> withdrawn;
    while (best.status != clearing_status::infeasible) {
      const std::size_t worst = worst_income(best);
      if (worst == no_block) break;
      for (std::size_t k = worst; k < off_.size(); ++k)  // out of time: all who earn too little at once
        if (k == worst || (over() && off_[k] == 0 && income(k, best) < 0)) {
          off_[k] = 1;
          withdrawn.push_back(k);
        }
      best = clear();
    }
    for (bool again = true; again && best.status != clearing_status::infeasible;) {
      again = false;
      for (std::size_t j = withdrawn.size(); j-- > 0 && !over();) {
        off_[withdrawn[j]] = 0;
        block_result with = clear();
        const double more = 1e-9 * std::max(1.0, std::abs(best.welfare));
        if (with.status != clearing_status::infeasible && worst_income(with) == no_block &&
            with.welfare > best.welfare + more) {
          best = std::move(with);
          withdrawn.erase(withdrawn.begin() + static_cast<std::ptrdiff_t>(j));
          again = true;
        } else {
          off_[withdrawn[j]] = 1;
        }
      }
    }
    best.nodes = nodes_;
    best.ties_settled = false;
    best.bound = std::max(all_on, best.welfare);
    best.proven = best.status == clearing_status::cleared && best.gap() <= 1e-9;
    return best;
  }

private:
  [[nodiscard]] double seconds_left() const {
    return options_.seconds - std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }
  [[nodiscard]] bool over() const {
    return options_.watch.stopped() || (std::isfinite(options_.seconds) && seconds_left() <= 0);
  }
  /// Whether the welfare with all on and no condition is that of a concave problem, which no solution surpasses.
  [[nodiscard]] bool convex() const {
    return book_.blocks.empty() && book_.flexible.empty() &&
           std::all_of(book_.complex.begin(), book_.complex.end(), [](const complex_order& o) {
             return o.kind == complex_kind::minimum_income && o.min_power.empty();
           });
  }

  /// Without minimum income: orders that take part are in merit order, of the others only what survives.
  block_result clear() {
    block_book now = book_;
    for (std::size_t k = 0; k < now.complex.size(); ++k) {
      complex_order& o = now.complex[k];
      if (o.kind != complex_kind::minimum_income) continue;
      o.kind = complex_kind::scalable;  // of no fixed term: income covers the steps' own prices, as in merit order
      o.fixed_term = 0;
      if (off_[k] == 0) continue;
      o.min_power.clear();
      for (complex_step& s : o.steps)
        if (!s.survives) s.volume = 0;
    }
    block_options options = options_;
    if (std::isfinite(options.seconds)) options.seconds = std::max(0.0, seconds_left());
    block_result r = clear_blocks(market_, now, options);
    nodes_ += r.nodes;
    for (std::size_t k = 0; k < book_.complex.size() && r.status != clearing_status::infeasible; ++k) {
      const complex_order& o = book_.complex[k];
      if (o.kind != complex_kind::minimum_income) continue;
      r.complex_on[k] = 0;  // on: something is accepted that would not be there without it
      for (std::size_t s = 0; s < o.steps.size(); ++s)
        if (!o.steps[s].survives && r.complex_accepted[k][s] > 1e-9 * std::max(1.0, o.steps[s].volume))
          r.complex_on[k] = 1;
    }
    return r;
  }

  /// What an order earns beyond what it asks, relative to that; not below 0: it has its income.
  [[nodiscard]] double income(std::size_t k, const block_result& r) const {
    const complex_order& o = book_.complex[k];
    if (o.kind != complex_kind::minimum_income || r.complex_on[k] == 0) return 0;
    double earned = 0, volume = 0;
    for (std::size_t s = 0; s < o.steps.size(); ++s) {
      earned += r.complex_accepted[k][s] * r.price[o.steps[s].period * market_.zones() + o.zone];
      volume += r.complex_accepted[k][s];
    }
    const double asked = o.fixed_term + o.variable_term * volume;
    const double beyond = o.side == market_side::sell ? earned - asked : asked - earned;
    const double size = std::max({1.0, std::abs(o.fixed_term), std::abs(asked)});
    if (beyond >= -options_.tolerance * size - r.tick * volume) return 0;
    return asked == 0 ? -std::numeric_limits<double>::infinity() : beyond / std::abs(asked);
  }
  [[nodiscard]] std::size_t worst_income(const block_result& r) const {
    std::size_t worst = no_block;
    double least = 0;
    for (std::size_t k = 0; k < off_.size(); ++k)
      if (const double x = off_[k] == 0 ? income(k, r) : 0; x < least) {
        least = x;
        worst = k;
      }
    return worst;
  }

  const Market& market_;
  const block_book& book_;
  const block_options& options_;
  std::vector<std::uint8_t> off_;
  std::uint64_t nodes_ = 0;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

}  // namespace detail

/// `clear_blocks` with a simple treatment of minimum income, as some markets publish it: clears as if nobody had such a
/// condition, withdraws the order with the worst income ratio (income over what it asks, then the lower index), clears
/// again, until all have theirs; then puts withdrawn orders back, the last first, where all still have their income and
/// welfare rises. Blocks, flexible and scalable orders are decided by `clear_blocks` in every clearing; prices are not
/// moved so that an income fits. A solution in the sense of `validate_blocks`, not always the best: `bound` is the
/// welfare with all on where the book has minimum income only (`proven` when nothing is lost against it), else
/// infinite.
///
/// n orders with minimum income: at most n + 1 clearings and n for every order that is put back. `nodes` are those of
/// all, budgets of nodes those of each; when time is over, all who earn too little are withdrawn at once. Status and
/// errors as `clear_blocks`. Allocates. Source: the withdrawal rule of wapp-dam-simulator, whose published numbers are
/// tests.
template <convex_market Market>
[[nodiscard]] block_result mic_loop(const Market& m, const block_book& book, const block_options& options = {}) {
  if (const market_input_fault f = check_block_book(book, m.periods(), m.zones())) throw market_error(f);
  return detail::income_loop<Market>(m, book, options).run();
}

}  // namespace v0
}  // namespace sched

#endif
