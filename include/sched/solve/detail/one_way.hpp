// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_ONE_WAY_HPP
#define SCHED_SOLVE_DETAIL_ONE_WAY_HPP

/// \file
/// Linear problems with pairs of columns of which only one may be used: the two directions of links with losses.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/solve/detail/boxed_lp.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The two directions of a link.
struct opposite_columns {
  std::size_t there, back;
};

/// The best solution in which no pair has both columns above `nothing`. Branch and bound: where the linear problem uses
/// both, one is closed; depth first, the smaller of the two first. Pairs that never want both cost one solve; worst
/// case 2^pairs. Leaves the problem at that solution with the columns that had to be closed at zero, so duals are those
/// of the problem with these directions. Lower bounds of a pair that may be used both ways must be zero.
inline boxed_lp::outcome solve_one_way(boxed_lp& lp, std::span<const opposite_columns> pairs, double nothing) {
  boxed_lp::outcome first = lp.solve();
  if (first != boxed_lp::outcome::optimal) return first;
  const auto torn = [&]() {  // the pair that loses most
    std::size_t worst = pairs.size();
    double most = nothing;
    for (std::size_t k = 0; k < pairs.size(); ++k) {
      const double both = std::min(lp.value(pairs[k].there), lp.value(pairs[k].back));
      if (both > most) {
        most = both;
        worst = k;
      }
    }
    return worst;
  };
  if (torn() == pairs.size()) return first;

  std::vector<double> open;  // upper bounds
  open.reserve(2 * pairs.size());
  for (const opposite_columns& p : pairs) {
    open.push_back(lp.upper(p.there));
    open.push_back(lp.upper(p.back));
  }
  const auto close = [&](const std::vector<std::size_t>& closed) {  // 2 · pair, and one more for `back`
    for (std::size_t k = 0; k < 2 * pairs.size(); ++k) {
      const std::size_t c = k % 2 == 0 ? pairs[k / 2].there : pairs[k / 2].back;
      const bool shut = std::find(closed.begin(), closed.end(), k) != closed.end();
      lp.set_bounds(c, lp.lower(c), shut ? 0.0 : open[k]);
    }
  };
  std::vector<std::vector<std::size_t>> left{{}};
  boxed_lp best;
  double most = -std::numeric_limits<double>::infinity();
  boxed_lp::outcome outcome = boxed_lp::outcome::infeasible;
  while (!left.empty()) {
    const std::vector<std::size_t> here = std::move(left.back());
    left.pop_back();
    close(here);
    const boxed_lp::outcome o = lp.solve();
    if (o == boxed_lp::outcome::stuck) outcome = o;
    if (o != boxed_lp::outcome::optimal) continue;
    const double z = lp.objective();
    if (z <= most + 1e-12 * (1 + std::abs(most))) continue;
    const std::size_t pair = torn();
    if (pair == pairs.size()) {
      most = z;
      best = lp;  // solved again, it might end in another solution of the same worth that uses both
      continue;
    }
    const bool forth = lp.value(pairs[pair].there) >= lp.value(pairs[pair].back);
    std::vector<std::size_t> less = here, more = here;
    less.push_back(2 * pair + (forth ? 1 : 0));
    more.push_back(2 * pair + (forth ? 0 : 1));
    left.push_back(std::move(more));
    left.push_back(std::move(less));
  }
  if (!std::isfinite(most)) return outcome;
  lp = std::move(best);
  return boxed_lp::outcome::optimal;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
