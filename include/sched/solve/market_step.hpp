// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MARKET_STEP_HPP
#define SCHED_SOLVE_MARKET_STEP_HPP

/// \file
/// One step of a market game for reinforcement learning: actions to offers, clearing, rewards, in one call.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>

#include <sched/core/workspace.hpp>
#include <sched/model/clearing.hpp>
#include <sched/solve/clear.hpp>
#include <sched/solve/clear_batch.hpp>
#include <sched/solve/detail/step_passes.hpp>

namespace sched {
inline namespace v0 {

/// The units of a market game; one entry per unit, kept by the caller.
struct market_units {
  std::span<const double> capacity;  ///< largest volume, ≥ 0
  std::span<const double> cost;      ///< per unit of volume
};

/// What one market of a step looks like after clearing.
struct step_outcome {
  std::span<const double> cost;
  std::span<const double> bids;
  std::span<const double> accepted;
  double price = 0;
  double unserved = 0;  ///< demand − accepted, at least 0
  clear_kernel kernel = clear_kernel::automatic;
};

/// HOW an action becomes an offer: `m(actions, units, volumes, prices, kernel)` writes a volume in [0, capacity] and a
/// price for every unit. Pure; no allocation. `values` actions belong to each unit, side by side.
template <class M>
concept action_map =
    std::copy_constructible<M> && requires(const M m, std::span<const double> actions, const market_units& units,
                                           std::span<double> volumes, std::span<double> prices, clear_kernel k) {
      { M::values } -> std::convertible_to<std::size_t>;
      { m(actions, units, volumes, prices, k) } -> std::same_as<void>;
    };

/// HOW GOOD an outcome is for each unit: `r(outcome, rewards)`. Pure; no allocation.
template <class R>
concept reward_rule = std::copy_constructible<R> && requires(const R r, const step_outcome& o, std::span<double> out) {
  { r(o, out) } -> std::same_as<void>;
};

namespace action {

/// Two values per unit: the share withheld, in [0, 1], and the markup x: volume = (1 − share) · capacity, price =
/// cost + tanh(x) · max_bid_delta. Source: the environment of easy_marl.
struct withhold_and_markup {
  static constexpr std::size_t values = 2;
  double max_bid_delta = 50;

  void operator()(std::span<const double> actions, const market_units& units, std::span<double> volumes,
                  std::span<double> prices, clear_kernel k = clear_kernel::automatic) const noexcept {
    detail::clear::step_kernels(k).offers(actions.data(), units.capacity.data(), units.cost.data(), volumes.size(),
                                          max_bid_delta, volumes.data(), prices.data());
  }
};

}  // namespace action

namespace reward {

/// ((price − cost) · accepted − bid_penalty · (bid − cost)² − lost_load · unserved) · 20 /
/// (demand_scale · cost_scale · max(1, horizon)). Source: the environment of easy_marl.
struct scaled_profit {
  double bid_penalty = 0.01;
  double lost_load = 1;
  double demand_scale = 1;  ///< largest demand; what is not positive counts as 1
  double cost_scale = 1;    ///< largest cost; what is not positive counts as 1
  double horizon = 1;       ///< steps of an episode

  void operator()(const step_outcome& o, std::span<double> out) const noexcept {
    const double scale =
        (demand_scale > 0 ? demand_scale : 1.0) * (cost_scale > 0 ? cost_scale : 1.0) * (horizon > 1 ? horizon : 1.0);
    detail::clear::step_kernels(o.kernel).rewards(o.cost.data(), o.bids.data(), o.accepted.data(), out.size(), o.price,
                                                  bid_penalty, lost_load * o.unserved, 20 / scale, out.data());
  }
};

}  // namespace reward

/// Where a step writes; all of a length of one entry per unit and market. `bids` and `volumes` may be empty.
struct step_buffers {
  std::span<double> accepted;
  std::span<double> rewards;
  std::span<double> bids{};
  std::span<double> volumes{};
};

namespace detail::clear {

/// Bids and volumes that nobody asked for.
inline std::span<double> own_or(std::span<double> wanted, std::span<double> stack, std::size_t n, workspace& ws) {
  if (!wanted.empty()) return wanted;
  return n <= stack.size() ? stack.first(n) : ws.take<double>(n);
}

template <class Action, class Reward, class Rules>
[[nodiscard]] inline market_input_fault step(const market_units& units, double demand, std::span<const double> actions,
                                             const step_buffers& to, const Action& act, const Reward& reward,
                                             const Rules& rules, clear_kernel kernel, clearing<double>& out) {
  const std::size_t n = units.capacity.size();
  double bid_memory[small_limit], volume_memory[small_limit];
  thread_local workspace own;
  if (n > small_limit) own.reset();
  const std::span<double> bids = own_or(to.bids, bid_memory, n, own);
  const std::span<double> volumes = own_or(to.volumes, volume_memory, n, own);
  act(actions, units, volumes, bids, kernel);
  const clear_options options{.kernel = kernel};
  const job<double, double, Rules> j{bids, volumes, demand, to.accepted, rules, options};
  if (const market_input_fault f = j.run(out)) return f;
  double unserved = 0;
  if (out.status != clearing_status::cleared) unserved = out.unserved > 0 ? out.unserved : 0;
  reward(step_outcome{units.cost, bids, to.accepted, out.price, unserved, kernel}, to.rewards);
  return {};
}

[[nodiscard]] inline market_input_fault step_shapes(const market_units& units, std::size_t markets, bool shared,
                                                    std::size_t actions, std::size_t values,
                                                    const step_buffers& to) noexcept {
  const std::size_t n = units.capacity.size(), all = shared ? n * markets : n;
  if (units.cost.size() != n) return {market_fault::length_mismatch, std::min(n, units.cost.size())};
  if (actions != all * values) return {market_fault::length_mismatch, std::min(actions, all * values)};
  if (to.accepted.size() != all || to.rewards.size() != all || (!to.bids.empty() && to.bids.size() != all) ||
      (!to.volumes.empty() && to.volumes.size() != all))
    return {market_fault::bad_output};
  return {};
}

}  // namespace detail::clear

/// One step of one market: `actions` of all units become offers, the market clears against `demand`, and every unit
/// gets its accepted volume and its reward. Returns what `clear` returns; a price that does not exist is NaN in the
/// rewards too. O(units); no allocation up to 64 units, and none above once the thread's scratch has grown. Throws
/// `market_error` for malformed input: lengths, actions that give no finite offer or a negative volume.
template <action_map Action = action::withhold_and_markup, reward_rule Reward = reward::scaled_profit,
          class Rules = clearing_rules<>>
  requires clearing_rules_for<Rules, double, double>
inline clearing<double> market_step(const market_units& units, double demand, std::span<const double> actions,
                                    const step_buffers& to, const Action& act = {}, const Reward& reward = {},
                                    const Rules& rules = {}, clear_kernel kernel = clear_kernel::automatic) {
  if (const market_input_fault f = detail::clear::step_shapes(units, 1, true, actions.size(), Action::values, to))
      [[unlikely]]
    throw market_error(f);
  clearing<double> out;
  if (const market_input_fault f = detail::clear::step(units, demand, actions, to, act, reward, rules, kernel, out))
      [[unlikely]]
    throw market_error(f);
  return out;
}

/// The same for `demand.size()` independent markets, rows of units one after another. `units` has the units of one
/// market, shared by all, or of all markets (`own_units`). Every market is what `market_step` makes of it, with any
/// number of threads. The index of a fault is that of the element in the whole array, or of the market.
template <action_map Action = action::withhold_and_markup, reward_rule Reward = reward::scaled_profit,
          class Rules = clearing_rules<>>
  requires clearing_rules_for<Rules, double, double>
inline void market_step_batch(const market_units& units, std::span<const double> demand,
                              std::span<const double> actions, std::span<double> price_out, const step_buffers& to,
                              const Action& act = {}, const Reward& reward = {}, const Rules& rules = {},
                              unsigned threads = 1, bool own_units = false,
                              clear_kernel kernel = clear_kernel::automatic) {
  const std::size_t markets = demand.size();
  if (price_out.size() != markets) throw market_error({market_fault::bad_output});
  if (const market_input_fault f =
          detail::clear::step_shapes(units, markets, !own_units, actions.size(), Action::values, to))
    throw market_error(f);
  if (markets == 0) return;
  if (own_units && units.capacity.size() % markets != 0)
    throw market_error({market_fault::length_mismatch, units.capacity.size()});
  const std::size_t n = own_units ? units.capacity.size() / markets : units.capacity.size();
  const auto part = [n](std::span<double> all, std::size_t m) { return all.empty() ? all : all.subspan(m * n, n); };
  const market_input_fault fault =
      detail::clear::in_parts(markets, threads, [&](std::size_t first, std::size_t last) -> market_input_fault {
        for (std::size_t m = first; m < last; ++m) {
          const market_units mine =
              own_units ? market_units{units.capacity.subspan(m * n, n), units.cost.subspan(m * n, n)} : units;
          const step_buffers buffers{part(to.accepted, m), part(to.rewards, m), part(to.bids, m), part(to.volumes, m)};
          clearing<double> out;
          if (const market_input_fault f =
                  detail::clear::step(mine, demand[m], actions.subspan(m * n * Action::values, n * Action::values),
                                      buffers, act, reward, rules, kernel, out))
            return {f.code, f.index == market_input_fault::nowhere ? m : m * n + f.index};
          price_out[m] = out.price;
        }
        return {};
      });
  if (fault) throw market_error(fault);
}

namespace observation {

/// For every unit: demand / scale, its own capacity, then cost and capacity of each of the others in order; `width` is
/// that of all units.
struct demand_and_rivals {
  double demand_scale = 1;
  [[nodiscard]] static constexpr std::size_t width(std::size_t units) noexcept { return 2 * units * units; }
  void operator()(const market_units& units, double demand, std::int64_t, std::span<double> out) const noexcept {
    const std::size_t n = units.capacity.size();
    for (std::size_t i = 0, to = 0; i < n; ++i) {
      out[to++] = demand / demand_scale;
      out[to++] = units.capacity[i];
      for (std::size_t k = 0; k < n; ++k) {
        if (k == i) continue;
        out[to++] = units.cost[k];
        out[to++] = units.capacity[k];
      }
    }
  }
};

/// For every unit: demand, its capacity, its cost, hour of the day / 24 and, when asked for, day of the week / 7; hours
/// count from midnight of day 0. `width` is that of all units.
struct demand_and_hour {
  bool weekday = false;
  [[nodiscard]] constexpr std::size_t width(std::size_t units) const noexcept { return (weekday ? 5U : 4U) * units; }
  void operator()(const market_units& units, double demand, std::int64_t hour, std::span<double> out) const noexcept {
    const double of_day = static_cast<double>(((hour % 24) + 24) % 24) / 24;
    const std::int64_t day = ((hour % 168) + 168) % 168 / 24;
    for (std::size_t i = 0, to = 0; i < units.capacity.size(); ++i) {
      out[to++] = demand;
      out[to++] = units.capacity[i];
      out[to++] = units.cost[i];
      out[to++] = of_day;
      if (weekday) out[to++] = static_cast<double>(day) / 7;
    }
  }
};

}  // namespace observation
}  // namespace v0
}  // namespace sched

#endif
