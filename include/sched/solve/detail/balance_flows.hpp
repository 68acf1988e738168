// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_BALANCE_FLOWS_HPP
#define SCHED_SOLVE_DETAIL_BALANCE_FLOWS_HPP

/// \file
/// Among flows with the same net positions: least Σ |flow|, then least Σ flow²/capacity.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/model/zonal_market.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Sends flow around cycles while that makes it smaller. First along cycles of negative cost with cost |flow| (as long
/// as a step is a lot, so it ends), then, where every step keeps the first sum least, along cycles of negative marginal
/// flow/capacity, at most 64 · links rounds. Cycles by Bellman and Ford: O(rounds · zones · links). Networks without
/// cycles are left as they are.
inline void balance_flows(const zonal_market& m, const std::vector<std::int64_t>& least,
                          const std::vector<std::int64_t>& most, std::vector<std::int64_t>& flow) {
  const std::size_t n = m.zones, arcs = 2 * m.links.size();
  if (m.links.size() < 2) return;
  // Arc 2k goes along link k, arc 2k + 1 against it.
  const auto from = [&](std::size_t a) { return a % 2 == 0 ? m.links[a / 2].from : m.links[a / 2].to; };
  const auto to = [&](std::size_t a) { return a % 2 == 0 ? m.links[a / 2].to : m.links[a / 2].from; };
  const auto room = [&](std::size_t a) { return a % 2 == 0 ? most[a / 2] - flow[a / 2] : flow[a / 2] - least[a / 2]; };
  const auto toward = [&](std::size_t a) { return a % 2 == 0 ? flow[a / 2] : -flow[a / 2]; };  // flow along the arc
  const auto first = [&](std::size_t a) { return toward(a) >= 0 ? 1.0 : -1.0; };
  // Links that may carry more bear more; measured against the smallest, so that costs are at most 1.
  double smallest = std::numeric_limits<double>::infinity();
  for (const capacity_link& l : m.links)
    if (std::max(l.capacity, l.reverse) > 0) smallest = std::min(smallest, std::max(l.capacity, l.reverse));
  const auto weight = [&](std::size_t k) {
    const double most_of = std::max(m.links[k].capacity, m.links[k].reverse);
    return most_of > 0 && std::isfinite(smallest) ? smallest / most_of : 1.0;
  };
  std::int64_t unit = 1;
  for (const std::int64_t f : flow) unit = std::max(unit, f < 0 ? -f : f);

  std::vector<double> distance(n);
  std::vector<std::size_t> by(n);
  const auto cycle = [&](auto cost, auto usable, double eps) {
    std::fill(distance.begin(), distance.end(), 0.0);
    std::fill(by.begin(), by.end(), arcs);
    std::size_t last = n;
    for (std::size_t round = 0; round <= n; ++round) {
      last = n;
      for (std::size_t a = 0; a < arcs; ++a) {
        if (!usable(a)) continue;
        const double d = distance[from(a)] + cost(a);
        if (d < distance[to(a)] - eps) {
          distance[to(a)] = d;
          by[to(a)] = a;
          last = to(a);
        }
      }
      if (last == n) return std::vector<std::size_t>{};
    }
    for (std::size_t k = 0; k < n; ++k) last = from(by[last]);
    std::vector<std::size_t> out;
    for (std::size_t z = last;;) {
      out.push_back(by[z]);
      z = from(by[z]);
      if (z == last) return out;
    }
  };
  const auto send = [&](const std::vector<std::size_t>& c, std::int64_t amount) {
    for (const std::size_t a : c) flow[a / 2] += a % 2 == 0 ? amount : -amount;
  };
  /// How far an arc can go until its cost changes.
  const auto until_turn = [&](std::size_t a) { return toward(a) < 0 ? std::min(room(a), -toward(a)) : room(a); };

  const auto open = [&](std::size_t a) { return room(a) > 0; };
  for (;;) {
    const auto c = cycle(first, open, 1e-6);
    if (c.empty()) break;
    std::int64_t step = room(c.front());
    for (const std::size_t a : c) step = std::min(step, until_turn(a));
    send(c, step);
  }
  // Potentials of the first sum: an arc with positive reduced cost would raise it on any cycle.
  (void)cycle(first, open, 1e-6);
  const std::vector<double> potential = distance;
  const auto keeps = [&](std::size_t a) {
    return room(a) > 0 && first(a) + potential[from(a)] - potential[to(a)] < 1e-6;
  };
  const auto second = [&](std::size_t a) {
    return static_cast<double>(toward(a)) / static_cast<double>(unit) * weight(a / 2);
  };
  for (std::size_t round = 0; round < 64 * m.links.size(); ++round) {
    const auto c = cycle(second, keeps, 1e-9);
    if (c.empty()) return;
    double slope = 0, curve = 0;
    std::int64_t most_step = room(c.front());
    for (const std::size_t a : c) {
      slope += second(a);
      curve += weight(a / 2);
      most_step = std::min(most_step, until_turn(a));
    }
    const auto step = std::min(
        most_step, curve > 0 ? static_cast<std::int64_t>(std::min(-slope / curve * static_cast<double>(unit), 9e18))
                             : std::int64_t{0});
    if (step <= 0) return;
    send(c, step);
  }
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
