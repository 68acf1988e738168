// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RESERVES_HPP
#define SCHED_MODEL_RESERVES_HPP

/// \file
/// Offers of reserve, zones that need it, and what a procurement says.

#include <cstddef>
#include <vector>

#include <sched/model/clearing.hpp>

namespace sched {
inline namespace v0 {

/// A unit's offer: `most` is the smaller of what it offers and its headroom.
struct reserve_unit {
  double cost = 0;
  double most = 0;
};

/// The units of a zone together hold at least an amount.
struct reserve_requirement {
  std::vector<std::size_t> units{};
  double amount = 0;
};

struct reserve_plan {
  clearing_status status = clearing_status::cleared;  ///< `shortage`: `missing` says where
  std::vector<double> accepted{};
  std::vector<double> price{};    ///< per unit: the sum of the shadow prices of the zones it belongs to
  std::vector<double> shadow{};   ///< per requirement, ≥ 0: what a unit more of it costs
  std::vector<double> missing{};  ///< per requirement
  double cost = 0;
};

}  // namespace v0
}  // namespace sched

#endif
