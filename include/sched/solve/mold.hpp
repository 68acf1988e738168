// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MOLD_HPP
#define SCHED_SOLVE_MOLD_HPP

/// \file
/// Which shape a moldable job takes.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// A shape of a moldable job that has a place.
struct mold_option {
  std::uint32_t shape = 0;  ///< its index in `job::shapes`
  amount demand = 0;
  duration planned{};  ///< planning estimate
  instant start{};     ///< earliest start
};

/// Which of the options a moldable job takes: an index into them, or their number for none. `now` is the instant of the
/// decision. Asked whenever a moldable job is tested; empty: `mold::earliest_finish`.
using mold_policy = std::function<std::size_t(std::span<const mold_option>, instant now)>;

namespace mold {

/// The one that ends first, of equals the smallest area, then the first.
[[nodiscard]] inline std::size_t earliest_finish(std::span<const mold_option> options, instant) {
  std::size_t best = 0;
  const auto area = [](const mold_option& o) { return saturating_mul(o.demand, o.planned.count()); };
  for (std::size_t k = 1; k < options.size(); ++k) {
    const mold_option &a = options[k], &b = options[best];
    if (a.start + a.planned != b.start + b.planned ? a.start + a.planned < b.start + b.planned : area(a) < area(b))
      best = k;
  }
  return best;
}
/// The one with most processors that can start now; if none can, the one that ends first.
[[nodiscard]] inline std::size_t widest_now(std::span<const mold_option> options, instant now) {
  std::size_t best = options.size();
  for (std::size_t k = 0; k < options.size(); ++k)
    if (options[k].start <= now && (best == options.size() || options[k].demand > options[best].demand)) best = k;
  return best == options.size() ? earliest_finish(options, now) : best;
}
/// Always shape i.
[[nodiscard]] inline mold_policy fixed(std::uint32_t i) {
  return [i](std::span<const mold_option> options, instant) {
    std::size_t k = 0;
    while (k < options.size() && options[k].shape != i) ++k;
    return k;
  };
}

}  // namespace mold
}  // namespace v0
}  // namespace sched

#endif
