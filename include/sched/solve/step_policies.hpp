// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_STEP_POLICIES_HPP
#define SCHED_SOLVE_STEP_POLICIES_HPP

/// \file
/// Policies around those of a market game's step: what units may offer after the step before, and what changes cost.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>

#include <sched/core/config.hpp>
#include <sched/solve/market_step.hpp>

namespace sched {
inline namespace v0 {
namespace action {

/// Ramps between steps: what `inner` offers, raised to what a unit delivered before less `down` and cut at that plus
/// `up`, inside its capacity. Columns have an entry per unit and belong to the caller, who copies the accepted volumes
/// to `previous` after a step; in a batch all markets see the same ones. Unit by unit, so lengths must be those of the
/// units (asserted). O(units), no allocation.
template <action_map Inner = withhold_and_markup>
struct ramp_limits {
  static constexpr std::size_t values = Inner::values;
  std::span<const double> previous{}, up{}, down{};
  Inner inner{};

  void operator()(std::span<const double> actions, const market_units& units, std::span<double> volumes,
                  std::span<double> prices, clear_kernel k = clear_kernel::automatic) const {
    inner(actions, units, volumes, prices, k);
    SCHED_ASSERT(previous.size() == volumes.size() && up.size() == volumes.size() && down.size() == volumes.size());
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      const double least = std::clamp(previous[i] - down[i], 0.0, units.capacity[i]);
      const double most = std::clamp(previous[i] + up[i], least, std::max(least, units.capacity[i]));
      volumes[i] = std::clamp(volumes[i], least, most);
    }
  }
};

/// Limits on energy, such as a largest load factor: no unit offers more than `left`, what it may still deliver in its
/// episode (factor · capacity · steps, less what was accepted; kept by the caller). O(units), no allocation.
template <action_map Inner = withhold_and_markup>
struct energy_limits {
  static constexpr std::size_t values = Inner::values;
  std::span<const double> left{};
  Inner inner{};

  void operator()(std::span<const double> actions, const market_units& units, std::span<double> volumes,
                  std::span<double> prices, clear_kernel k = clear_kernel::automatic) const {
    inner(actions, units, volumes, prices, k);
    SCHED_ASSERT(left.size() == volumes.size());
    for (std::size_t i = 0; i < volumes.size(); ++i) volumes[i] = std::min(volumes[i], std::max(0.0, left[i]));
  }
};

}  // namespace action

namespace reward {

/// What `inner` gives less `cost` for every unit of volume by which output differs from the step before. Columns as in
/// `action::ramp_limits`.
template <reward_rule Inner = scaled_profit>
struct ramp_cost {
  std::span<const double> previous{};
  double cost = 0;
  Inner inner{};

  void operator()(const step_outcome& o, std::span<double> out) const {
    inner(o, out);
    SCHED_ASSERT(previous.size() == out.size());
    for (std::size_t i = 0; i < out.size(); ++i) out[i] -= cost * std::abs(o.accepted[i] - previous[i]);
  }
};

/// Several blocks per owner, each an entry of the units with its own offer: every block gets the sum of what `inner`
/// gives to the blocks of its owner. Blocks of one owner lie side by side. O(units).
template <reward_rule Inner = scaled_profit>
struct by_owner {
  std::span<const std::uint32_t> owner{};
  Inner inner{};

  void operator()(const step_outcome& o, std::span<double> out) const {
    inner(o, out);
    SCHED_ASSERT(owner.size() == out.size());
    for (std::size_t first = 0, last = 0; first < out.size(); first = last) {
      double sum = 0;
      for (last = first; last < out.size() && owner[last] == owner[first]; ++last) sum += out[last];
      std::fill(out.begin() + static_cast<std::ptrdiff_t>(first), out.begin() + static_cast<std::ptrdiff_t>(last), sum);
    }
  }
};

}  // namespace reward
}  // namespace v0
}  // namespace sched

#endif
