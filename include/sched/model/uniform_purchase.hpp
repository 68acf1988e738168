// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_UNIFORM_PURCHASE_HPP
#define SCHED_MODEL_UNIFORM_PURCHASE_HPP

/// \file
/// Purchases that pay one average price in all zones, and what a clearing of them says.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>

namespace sched {
inline namespace v0 {

/// A purchase in a zone whose limit is compared with the average price of all such purchases, not with its zone's.
struct purchase_order {
  std::uint32_t zone = 0;
  double price = 0;
  double volume = 0;
  std::int64_t merit = 0;  ///< at equal prices smaller first, then the smaller index
};

struct uniform_purchase_result {
  zonal_result market{};                                    ///< of the zones, with the purchases taken out of them
  double price = std::numeric_limits<double>::quiet_NaN();  ///< Σ zone price · purchases / Σ purchases; NaN: none
  double volume = 0;                                        ///< Σ accepted
  double curtailed = 0;            ///< volume above the average that found nothing to buy, at a zone price of the cap
  std::vector<double> accepted{};  ///< per purchase
  std::size_t clearings = 0;       ///< of zones, that it took
};

/// The first fault of a list of purchases, or none. O(n).
[[nodiscard]] inline market_input_fault check_purchases(std::span<const purchase_order> orders, std::size_t zones) {
  for (std::size_t k = 0; k < orders.size(); ++k) {
    if (orders[k].zone >= zones) return {market_fault::unknown_zone, k};
    if (!detail::finite_number(orders[k].price) || !detail::finite_number(orders[k].volume))
      return {market_fault::not_finite, k};
    if (orders[k].volume < 0) return {market_fault::negative_volume, k};
  }
  return {};
}

}  // namespace v0
}  // namespace sched

#endif
