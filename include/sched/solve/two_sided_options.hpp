// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_TWO_SIDED_OPTIONS_HPP
#define SCHED_SOLVE_TWO_SIDED_OPTIONS_HPP

/// \file
/// Settings of a two-sided search, and how they follow from size and budget.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include <sched/core/config.hpp>

namespace sched {
inline namespace v0 {

namespace detail {

/// How many of a population are left after so many schedules of a budget: falls to `last_share`. 0: no budget.
[[nodiscard]] inline std::size_t population_left(std::size_t population, double last_share, std::uint64_t budget,
                                                 std::uint64_t spent) noexcept {
  if (budget == 0 || last_share >= 1) return population;
  // Close to last_share^gone, and the same on every platform.
  const double gone = std::min(1.0, static_cast<double>(spent) / static_cast<double>(budget));
  const double root = 1.0 - gone * (1.0 - std::sqrt(std::max(last_share, 0.0)));
  return std::clamp<std::size_t>(static_cast<std::size_t>(root * root * static_cast<double>(population)), 4,
                                 std::max<std::size_t>(population, 4));
}

}  // namespace detail

/// How children take their places.
enum class replacement : std::uint8_t {
  pool,  ///< the best of old and new, none twice: quick gains
  slot   ///< a child that is not worse replaces one parent's counterpart: keeps more variety
};

/// Settings of a two-sided search; `tuned` chooses them by size and budget.
struct two_sided_options {
  std::size_t population = 50;   ///< schedules of each side at first …
  double last_share = 0.15;      ///< … and the share of it that is left when the budget ends
  std::uint64_t budget = 0;      ///< schedules over which the population shrinks; 0: it does not
  std::size_t window_least = 6;  ///< tasks that a child copies from its father, at least …
  std::size_t window_most = 36;  ///< … and at most (never more than three quarters)
  std::size_t windows = 16;    ///< of so many random windows the one that is denser than the mother's by most is copied
  double second_father = 0.5;  ///< share of the children with a window of one more father
  std::size_t tournament = 3;  ///< schedules of which the best becomes the father
  double swaps = 3.0;          ///< of neighbours in a child's list, on average
  double noise = 1.5;          ///< of the first schedules, in critical paths
  double serial = 0.5;         ///< share of the first schedules by the serial scheme, the others by the parallel one
  double samples = 1.5;        ///< first schedules to take the best from, in populations
  std::size_t choices = 10;    ///< a child's decoding compares 2 to so many tasks (`choice`); 1: its list rules
  double choice_cost = 0.13;   ///< of a place in the list, in mean durations
  bool abandon = true;         ///< children that nobody would keep are not decoded to the end; the result is the same
  unsigned threads = 1;        ///< children of a generation are made on; the result does not depend on it
  replacement keep = replacement::pool;
  std::uint64_t seed = 1;

  /// A population for n tasks and so many schedules: what matters is how often each task can be looked at.
  [[nodiscard]] static std::size_t population_for(std::size_t n, std::uint64_t schedules) {
    const double looks = static_cast<double>(schedules) / static_cast<double>(std::max<std::size_t>(n, 1));
    // 10.5 · looks^(9/16), by roots because these are the same on every platform.
    const double root = std::sqrt(std::max(looks, 1.0));
    const double grown = 10.5 * root * std::sqrt(std::sqrt(std::sqrt(root)));
    return static_cast<std::size_t>(std::clamp(grown, 12.0, 20'000.0));
  }

  /// From so many schedules on variety lasts longest when each has a place of its own and none is taken away.
  static constexpr std::uint64_t long_budget = 100'000;

  /// For n tasks and so many schedules.
  [[nodiscard]] static two_sided_options tuned(std::size_t n, std::uint64_t schedules, std::uint64_t seed) {
    two_sided_options o;
    o.seed = seed;
    o.budget = schedules;
    o.population = population_for(n, schedules);
    const std::size_t large = std::max<std::size_t>(2 * n / 5, 8);
    if (schedules >= long_budget) {
      o.keep = replacement::slot;
      o.last_share = 1;
      o.population /= 2;
      o.window_most = large;  // what is good spreads through places slowly, with small windows hardly in 300 tasks
    } else {
      o.window_most = std::max(std::min<std::size_t>(large, 36), n / 4);
      // From 83 looks on 4.6 · looks^(3/4): few tasks converge long before the budget ends.
      const double root = std::sqrt(static_cast<double>(schedules) / static_cast<double>(std::max<std::size_t>(n, 1)));
      const double grown = 4.6 * root * std::sqrt(root);
      o.population = std::max(o.population, static_cast<std::size_t>(std::min(grown, 20'000.0)));
    }
    o.window_least = o.window_most / 6 + 1;
    return o;
  }
};

}  // namespace v0
}  // namespace sched

#endif
