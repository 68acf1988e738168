// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_ZONAL_RAMPS_HPP
#define SCHED_MODEL_ZONAL_RAMPS_HPP

/// \file
/// Limits on how fast flows and net positions change from period to period, and what a clearing under them says.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/zonal_market.hpp>

namespace sched {
inline namespace v0 {

inline constexpr std::uint32_t no_zone = static_cast<std::uint32_t>(-1);

/// Most by which a quantity grows (`up`) or shrinks (`down`) from one period to the next: the sum of the flows of
/// `links`, each positive from → to, or, with a zone, its net position over links. Infinite: no limit.
struct zonal_ramp {
  std::vector<std::uint32_t> links{};
  std::uint32_t zone = no_zone;
  double up = std::numeric_limits<double>::infinity();
  double down = std::numeric_limits<double>::infinity();
};

struct zonal_periods_result {
  clearing_status status = clearing_status::empty;
  std::vector<zonal_result> periods{};
  /// `[(period − 1) · ramps + ramp]` for the change into each period but the first: what a unit more of `up` is worth
  /// (positive), or of `down` (negative).
  std::vector<double> ramp_price{};
  double welfare = 0;  ///< of all periods
};

/// The first fault of periods and ramps, or none: a fault of a period (its index), another number of zones or other
/// ends of links than in the first (`length_mismatch`, the period), a ramp that names no link or zone (`unknown_order`,
/// `unknown_zone`, the ramp) or has a limit below zero (`negative_volume`). O(size).
[[nodiscard]] inline market_input_fault check_zonal_periods(std::span<const zonal_market> periods,
                                                            std::span<const zonal_ramp> ramps) {
  for (std::size_t t = 0; t < periods.size(); ++t) {
    if (const market_input_fault f = check_zonal_market(periods[t])) return {f.code, t};
    if (periods[t].zones != periods[0].zones || periods[t].links.size() != periods[0].links.size())
      return {market_fault::length_mismatch, t};
    for (std::size_t k = 0; k < periods[t].links.size(); ++k)
      if (periods[t].links[k].from != periods[0].links[k].from || periods[t].links[k].to != periods[0].links[k].to)
        return {market_fault::length_mismatch, t};
  }
  for (std::size_t r = 0; r < ramps.size() && !periods.empty(); ++r) {
    if (!(ramps[r].up >= 0) || !(ramps[r].down >= 0)) return {market_fault::negative_volume, r};
    if (ramps[r].zone != no_zone && ramps[r].zone >= periods[0].zones) return {market_fault::unknown_zone, r};
    for (const std::uint32_t k : ramps[r].links)
      if (k >= periods[0].links.size()) return {market_fault::unknown_order, r};
  }
  return {};
}

}  // namespace v0
}  // namespace sched

#endif
