// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_SPLIT_AREA_HPP
#define SCHED_SOLVE_DETAIL_SPLIT_AREA_HPP

/// \file
/// One step of the splitting algorithm for coupled zones: links of an area carry what its zones send, or the area falls
/// into two along its minimum cut.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/zonal_market.hpp>
#include <sched/solve/detail/zone_flow.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// All volume that can move: books, boundaries, injections and forced flows, and 1. O(size).
[[nodiscard]] inline double movable_volume(const zonal_market& m) {
  double total = 1;
  for (const zone_order& o : m.orders) total += o.order.volume;
  for (const zone_boundary& b : m.boundaries) total += b.import_capacity + b.export_capacity;
  for (const double x : m.injection) total += std::abs(x);
  for (const capacity_link& l : m.links) total += std::max(0.0, -l.capacity) + std::max(0.0, -l.reverse);
  return total;
}

/// The zones that links connect, each set ascending, in the order of their first zones. O(zones · links).
[[nodiscard]] inline std::vector<std::vector<std::size_t>> connected_zones(std::size_t zones,
                                                                           std::span<const capacity_link> links) {
  std::vector<std::vector<std::size_t>> out;
  std::vector<bool> seen(zones, false);
  for (std::size_t z = 0; z < zones; ++z) {
    if (seen[z]) continue;
    std::vector<std::size_t> area{z};
    seen[z] = true;
    for (std::size_t k = 0; k < area.size(); ++k)
      for (const capacity_link& l : links)
        for (const auto& [a, b] : {std::pair(l.from, l.to), std::pair(l.to, l.from)})
          if (a == area[k] && !seen[b]) {
            seen[b] = true;
            area.push_back(b);
          }
    std::sort(area.begin(), area.end());
    out.push_back(std::move(area));
  }
  return out;
}

/// Limits and flows of links in whole lots, so that a full link is exactly full.
struct link_lots {
  double scale = 1;                           ///< lots per unit of volume
  std::vector<std::int64_t> least{}, most{};  ///< per link: least ≤ flow ≤ most, positive from → to
  std::vector<std::int64_t> flow{};           ///< per link: what is settled
  std::vector<std::int64_t> outflow{};        ///< per zone: what leaves it over links between areas

  /// No flow can be beyond `total`: limits are cut there.
  link_lots(std::span<const capacity_link> links, std::size_t zones, double lots_per_unit, double total)
      : scale(lots_per_unit), flow(links.size(), 0), outflow(zones, 0), place_(zones, zones) {
    least.reserve(links.size());
    most.reserve(links.size());
    for (const capacity_link& l : links) {
      least.push_back(lots(-std::min(l.reverse, total)));
      most.push_back(lots(std::min(l.capacity, total)));
    }
  }
  [[nodiscard]] std::int64_t lots(double x) const { return std::llround(x * scale); }
  [[nodiscard]] double volume(std::int64_t n) const { return static_cast<double>(n) / scale; }

  /// The two sides of an area that links cannot serve as one.
  struct halves {
    bool whole = false;  ///< links carry it: `flow` is settled inside the area
    std::vector<std::size_t> inside{}, outside{};
  };

  /// Settles the links inside an area whose zones send `send` to each other (Σ send = 0): flows that carry it, or the
  /// links of the minimum cut filled and counted in `outflow`, and the zones on its sides. One maximum flow.
  [[nodiscard]] halves settle(std::span<const capacity_link> links, const std::vector<std::size_t>& area,
                              const std::vector<std::int64_t>& send) {
    std::fill(place_.begin(), place_.end(), place_.size());
    for (std::size_t i = 0; i < area.size(); ++i) place_[area[i]] = i;
    std::vector<area_link> own;
    std::vector<std::size_t> which;
    for (std::size_t k = 0; k < links.size(); ++k) {
      const std::size_t from = place_[links[k].from], to = place_[links[k].to];
      if (from == place_.size() || to == place_.size()) continue;
      own.push_back({from, to, least[k], most[k]});
      which.push_back(k);
    }
    halves out;
    const area_flow carried = carry(own, send);
    out.whole = carried.feasible;
    if (out.whole) {
      for (std::size_t k = 0; k < which.size(); ++k) flow[which[k]] = carried.flow[k];
      return out;
    }
    for (std::size_t i = 0; i < area.size(); ++i) (carried.inside[i] ? out.inside : out.outside).push_back(area[i]);
    for (std::size_t k = 0; k < which.size(); ++k) {
      const bool from = carried.inside[own[k].from], to = carried.inside[own[k].to];
      if (from == to) continue;
      const std::int64_t full = from ? own[k].most : own[k].least;
      flow[which[k]] = full;
      outflow[links[which[k]].from] += full;
      outflow[links[which[k]].to] -= full;
    }
    return out;
  }

private:
  std::vector<std::size_t> place_;  ///< per zone: its place in the area
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
