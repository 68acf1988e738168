// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_ELASTIC_STEP_HPP
#define SCHED_SOLVE_ELASTIC_STEP_HPP

/// \file
/// The step of a market game against a demand that gives way to the price.

#include <algorithm>
#include <cstddef>
#include <span>

#include <sched/core/workspace.hpp>
#include <sched/model/clearing.hpp>
#include <sched/solve/clear.hpp>
#include <sched/solve/clear_batch.hpp>
#include <sched/solve/market_step.hpp>

namespace sched {
inline namespace v0 {

/// A demand of a step: what is bought at any price, and bids with a limit each, in any order; kept by the caller.
struct elastic_demand {
  double fixed = 0;
  std::span<const double> price{};   ///< per bid
  std::span<const double> volume{};  ///< per bid, ≥ 0
};

/// Where a step with elastic demand writes: `step_buffers`, and what each bid gets (may be empty).
struct elastic_buffers {
  step_buffers units;
  std::span<double> served{};
};

namespace detail::clear {

[[nodiscard]] inline market_input_fault elastic_shapes(std::size_t prices, std::size_t volumes, std::size_t served,
                                                       std::size_t all) noexcept {
  if (volumes != prices) return {market_fault::length_mismatch, std::min(prices, volumes)};
  if (served != 0 && served != all) return {market_fault::bad_output};
  return {};
}

/// A bid that is not served saves as much as an offer at its limit would cost: all bids are demand, and each stands
/// among the offers, behind the units.
template <class Action, class Reward, class Rules>
[[nodiscard]] inline market_input_fault elastic_step(const market_units& units, const elastic_demand& demand,
                                                     std::span<const double> actions, const elastic_buffers& to,
                                                     const Action& act, const Reward& reward, const Rules& rules,
                                                     clear_kernel kernel, clearing<double>& out) {
  if (demand.fixed < 0) return {market_fault::negative_demand};
  const std::size_t n = units.capacity.size(), bids = demand.price.size(), all = n + bids;
  double memory[3 * small_limit];
  thread_local workspace own;
  std::span<double> room(memory);
  if (all > small_limit) {
    own.reset();
    room = own.take<double>(3 * all);
  }
  const std::span<double> price = room.first(all), volume = room.subspan(all, all), taken = room.subspan(2 * all, all);
  act(actions, units, volume.first(n), price.first(n), kernel);
  std::copy(demand.price.begin(), demand.price.end(), price.begin() + static_cast<std::ptrdiff_t>(n));
  std::copy(demand.volume.begin(), demand.volume.end(), volume.begin() + static_cast<std::ptrdiff_t>(n));
  double total = demand.fixed;
  for (const double v : demand.volume) total += v > 0 ? v : 0;  // what is malformed is found by the clearing
  const clear_options options{.kernel = kernel};
  const job<double, double, Rules> j{price, volume, total, taken, rules, options};
  if (const market_input_fault f = j.run(out)) return f;
  std::copy_n(taken.begin(), n, to.units.accepted.begin());
  if (!to.units.bids.empty()) std::copy_n(price.begin(), n, to.units.bids.begin());
  if (!to.units.volumes.empty()) std::copy_n(volume.begin(), n, to.units.volumes.begin());
  if (!to.served.empty())
    for (std::size_t k = 0; k < bids; ++k) to.served[k] = volume[n + k] - taken[n + k];
  const double unserved = out.status != clearing_status::cleared && out.unserved > 0 ? out.unserved : 0;
  if (out.status == clearing_status::cleared &&
      std::all_of(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(n), [](double a) { return a == 0; }))
    out.status = clearing_status::no_trade;
  reward(step_outcome{units.cost, price.first(n), to.units.accepted, out.price, unserved, kernel}, to.units.rewards);
  return {};
}

}  // namespace detail::clear

/// `market_step` with elastic demand: units offer by their actions, bids that are worth their price are served, and the
/// price is what the rules make of the offers and the limits of the bids together; by the default rule the dearest of
/// the offers that are taken and the bids that are not served in full: where demand is cut, its limit. An offer and a
/// bid at the same price trade (rules for ties other than `tie::index` share the cut between them instead). `unserved`
/// of the result and of rewards is fixed demand; rules for shortage see the limits of the bids as offers. Status as
/// `clear`, and `no_trade` when no unit sells. Without bids it is `market_step(units, fixed, …)`, bit for bit.
///
/// O(units + bids) expected; no allocation up to 64 units and bids, and none above once the thread's scratch has grown.
/// Throws `market_error` as `market_step`: the index counts units, then bids.
template <action_map Action = action::withhold_and_markup, reward_rule Reward = reward::scaled_profit,
          class Rules = clearing_rules<>>
  requires clearing_rules_for<Rules, double, double>
inline clearing<double> market_step(const market_units& units, const elastic_demand& demand,
                                    std::span<const double> actions, const elastic_buffers& to, const Action& act = {},
                                    const Reward& reward = {}, const Rules& rules = {},
                                    clear_kernel kernel = clear_kernel::automatic) {
  if (const market_input_fault f = detail::clear::step_shapes(units, 1, true, actions.size(), Action::values, to.units))
    throw market_error(f);
  const std::size_t bids = demand.price.size();
  if (const market_input_fault f = detail::clear::elastic_shapes(bids, demand.volume.size(), to.served.size(), bids))
    throw market_error(f);
  clearing<double> out;
  if (const market_input_fault f =
          detail::clear::elastic_step(units, demand, actions, to, act, reward, rules, kernel, out))
    throw market_error(f);
  return out;
}

/// The same for `fixed.size()` independent markets, as `market_step_batch`: `bids.price` and `bids.volume` are those of
/// one market, shared by all, or of all markets, row by row (`own_bids`); `bids.fixed` is added to every market's.
/// Every market is what `market_step` makes of it, bit for bit, with any number of threads. The index of a fault is
/// that of the market.
template <action_map Action = action::withhold_and_markup, reward_rule Reward = reward::scaled_profit,
          class Rules = clearing_rules<>>
  requires clearing_rules_for<Rules, double, double>
inline void market_step_batch(const market_units& units, std::span<const double> fixed, const elastic_demand& bids,
                              std::span<const double> actions, std::span<double> price_out, const elastic_buffers& to,
                              const Action& act = {}, const Reward& reward = {}, const Rules& rules = {},
                              unsigned threads = 1, bool own_units = false, bool own_bids = false,
                              clear_kernel kernel = clear_kernel::automatic) {
  const std::size_t markets = fixed.size();
  if (price_out.size() != markets) throw market_error({market_fault::bad_output});
  if (const market_input_fault f =
          detail::clear::step_shapes(units, markets, !own_units, actions.size(), Action::values, to.units))
    throw market_error(f);
  const std::size_t all_bids = own_bids ? bids.price.size() : bids.price.size() * markets;
  if (const market_input_fault f =
          detail::clear::elastic_shapes(bids.price.size(), bids.volume.size(), to.served.size(), all_bids))
    throw market_error(f);
  if (markets == 0) return;
  if (own_units && units.capacity.size() % markets != 0)
    throw market_error({market_fault::length_mismatch, units.capacity.size()});
  if (own_bids && bids.price.size() % markets != 0)
    throw market_error({market_fault::length_mismatch, bids.price.size()});
  const std::size_t n = own_units ? units.capacity.size() / markets : units.capacity.size(), b = all_bids / markets;
  const auto part = [](auto all, std::size_t m, std::size_t size) {
    return all.empty() ? all : all.subspan(m * size, size);
  };
  const market_input_fault fault =
      detail::clear::in_parts(markets, threads, [&](std::size_t first, std::size_t last) -> market_input_fault {
        for (std::size_t m = first; m < last; ++m) {
          const market_units mine =
              own_units ? market_units{part(units.capacity, m, n), part(units.cost, m, n)} : units;
          const elastic_demand demand{bids.fixed + fixed[m], own_bids ? part(bids.price, m, b) : bids.price,
                                      own_bids ? part(bids.volume, m, b) : bids.volume};
          const elastic_buffers buffers{{part(to.units.accepted, m, n), part(to.units.rewards, m, n),
                                         part(to.units.bids, m, n), part(to.units.volumes, m, n)},
                                        part(to.served, m, b)};
          clearing<double> out;
          if (const market_input_fault f = detail::clear::elastic_step(
                  mine, demand, part(actions, m, n * Action::values), buffers, act, reward, rules, kernel, out))
            return {f.code, m};
          price_out[m] = out.price;
        }
        return {};
      });
  if (fault) throw market_error(fault);
}

}  // namespace v0
}  // namespace sched

#endif
