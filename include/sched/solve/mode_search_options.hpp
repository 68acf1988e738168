// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MODE_SEARCH_OPTIONS_HPP
#define SCHED_SOLVE_MODE_SEARCH_OPTIONS_HPP

/// \file
/// Settings of a search over modes, and how they follow from size and budget.

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <sched/core/config.hpp>
#include <sched/solve/two_sided_options.hpp>

namespace sched {
inline namespace v0 {

/// Settings of a search over modes; `tuned` chooses them by size and budget. Those that `two_sided_options` has, too,
/// mean the same.
struct mode_search_options {
  std::size_t population = 50;   ///< schedules of each side at first …
  double last_share = 0.15;      ///< … and the share of it that is left when the budget ends
  std::uint64_t budget = 0;      ///< schedules over which the population shrinks; 0: it does not
  std::size_t window_least = 6;  ///< tasks whose places and modes a child copies from its father, at least …
  std::size_t window_most = 36;  ///< … and at most (never more than three quarters)
  std::size_t windows = 16;      ///< of so many random windows the one that is denser than the mother's by most
  double second_father = 0.5;    ///< share of the children with a window of one more father
  std::size_t tournament = 3;    ///< schedules of which the best becomes the father
  double swaps = 3.0;            ///< of neighbours in a child's list, on average
  double changes = 1.0;          ///< of modes of a child, on average
  double noise = 1.0;            ///< of the first schedules, in critical paths
  double samples = 1.5;          ///< first schedules to take the best from, in populations
  std::size_t choices = 10;      ///< a decoding compares 2 to so many tasks; 1: its list rules
  double choice_cost = 0.09;     ///< of a place in the list, in mean lengths of modes
  double hurry = 0.4;            ///< a child aims at being up to so many mean lengths shorter than its mother
  double thrift = 1.0;           ///< most that a mode's non-renewable cost weighs, relative to its length, up to 2 …
  double work = 1.0;             ///< … and its renewable work
  unsigned threads = 1;          ///< children of a generation are made on; the result does not depend on it
  std::uint64_t seed = 1;

  /// For n tasks and so many schedules.
  [[nodiscard]] static mode_search_options tuned(std::size_t n, std::uint64_t schedules, std::uint64_t seed) {
    const two_sided_options like = two_sided_options::tuned(n, schedules, seed);
    mode_search_options o;
    o.population = std::max<std::size_t>(two_sided_options::population_for(n, schedules) * 3 / 5, 12);
    o.budget = schedules;
    o.window_least = like.window_least;
    o.window_most = like.window_most;
    o.seed = seed;
    return o;
  }
};

}  // namespace v0
}  // namespace sched

#endif
