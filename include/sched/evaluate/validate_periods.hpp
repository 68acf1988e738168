// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_PERIODS_HPP
#define SCHED_EVALUATE_VALIDATE_PERIODS_HPP

/// \file
/// The proof for zones whose flows and net positions may change only so fast. It shares nothing with the solver.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include <sched/evaluate/validate_market.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/model/zonal_ramps.hpp>

namespace sched {
inline namespace v0 {

/// Everything that is wrong with a clearing of periods under ramps: every period by the questions of `validate_market`,
/// where a link also pays (or earns) what its flow does to the ramps before and after it; changes within the ramps;
/// ramp prices only where a ramp binds, in its direction; welfare. Together these are the conditions of optimality.
/// Indices of `constraint` are ramps, in the period into which the change leads. Precondition: no fault
/// (`check_zonal_periods`) and no flow-based constraints. O(size + periods · ramps · links); allocates.
[[nodiscard]] inline std::vector<market_violation> validate_periods(std::span<const zonal_market> periods,
                                                                    std::span<const zonal_ramp> ramps,
                                                                    const zonal_periods_result& r,
                                                                    const market_tolerance& t = {}) {
  using kind = market_violation_kind;
  std::vector<market_violation> out;
  const std::size_t n = periods.size(), changes = n == 0 ? 0 : (n - 1) * ramps.size();
  if (r.periods.size() != n || r.ramp_price.size() != changes) {
    out.push_back(
        {kind::malformed, market_item::book, 0, static_cast<double>(r.periods.size()), static_cast<double>(n)});
    return out;
  }
  double welfare = 0, size = 1;
  for (std::size_t at = 0; at < n; ++at) {
    const zonal_market& m = periods[at];
    std::vector<std::pair<double, double>> toll(m.links.size(), {0.0, 0.0});
    for (std::size_t k = 0; k < ramps.size(); ++k) {
      // One unit more here makes the change into this period larger and the next one smaller.
      const double cost = (at > 0 ? r.ramp_price[(at - 1) * ramps.size() + k] : 0.0) -
                          (at + 1 < n ? r.ramp_price[at * ramps.size() + k] : 0.0);
      if (ramps[k].zone == no_zone) {
        for (const std::uint32_t l : ramps[k].links) {
          toll[l].first += cost;
          toll[l].second -= cost;
        }
        continue;
      }
      for (std::size_t l = 0; l < m.links.size(); ++l) {
        const double arrives = 1 - m.links[l].loss;
        if (m.links[l].from == ramps[k].zone) {
          toll[l].first += cost;
          toll[l].second -= cost * arrives;
        } else if (m.links[l].to == ramps[k].zone) {
          toll[l].first -= cost * arrives;
          toll[l].second += cost;
        }
      }
    }
    auto found = detail::zonal_proof(m, r.periods[at], t, toll).run();
    for (market_violation& v : found) v.period = at;
    out.insert(out.end(), found.begin(), found.end());
    welfare += r.periods[at].welfare;
    size += std::abs(r.periods[at].welfare);
    if (r.periods[at].flow.size() != m.links.size() || r.periods[at].net_position.size() != m.zones) return out;
  }
  const auto quantity = [&](std::size_t at, const zonal_ramp& k) {
    if (k.zone != no_zone) return r.periods[at].net_position[k.zone];
    double sum = 0;
    for (const std::uint32_t l : k.links) sum += r.periods[at].flow[l];
    return sum;
  };
  for (std::size_t at = 1; at < n; ++at)
    for (std::size_t k = 0; k < ramps.size(); ++k) {
      const double now = quantity(at, ramps[k]), before = quantity(at - 1, ramps[k]), change = now - before;
      const double v = t.fixed_volume + t.volume * std::max(1.0, std::abs(now) + std::abs(before)) * 10;
      const double price = r.ramp_price[(at - 1) * ramps.size() + k], slack = t.price;
      if (change > ramps[k].up + v || change < -ramps[k].down - v)
        out.push_back(
            {kind::beyond_gradient, market_item::constraint, k, change, change > 0 ? ramps[k].up : -ramps[k].down, at});
      if ((price > slack && change < ramps[k].up - v) || (price < -slack && change > -ramps[k].down + v))
        out.push_back({kind::wrong_shadow, market_item::constraint, k, price, change, at});
    }
  if (!(std::abs(welfare - r.welfare) <= t.money * size))
    out.push_back({kind::wrong_sum, market_item::book, 0, r.welfare, welfare, 0});
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
