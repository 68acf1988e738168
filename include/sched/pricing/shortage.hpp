// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRICING_SHORTAGE_HPP
#define SCHED_PRICING_SHORTAGE_HPP

/// \file
/// The price when demand stays unserved, and the price when there is none.

#include <cmath>
#include <concepts>
#include <limits>

#include <sched/pricing/margin.hpp>

namespace sched {
inline namespace v0 {

/// AT WHAT PRICE when demand stays unserved: `r(margin, missing)`. Pure: the same record gives the same price. Asked
/// once for a book, and only in a shortage; O(1).
template <class R, class Price = double, class Volume = Price>
concept shortage_rule =
    std::copy_constructible<R> && requires(const R r, const margin_record<Price, Volume>& m, Volume missing) {
      { r(m, missing) } -> std::convertible_to<Price>;
    };

/// AT WHAT PRICE when nothing is demanded: `r(margin)`. Pure; asked once for a book; O(1).
template <class R, class Price = double, class Volume = Price>
concept zero_demand_rule = std::copy_constructible<R> && requires(const R r, const margin_record<Price, Volume>& m) {
  { r(m) } -> std::convertible_to<Price>;
};

namespace shortage {

/// The dearest offer that has volume.
struct last_offer {
  static constexpr unsigned needs = margin_part::dearest_offer;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m, V) const noexcept {
    return m.dearest_offer;
  }
};

/// The dearest offer of all, even one without volume.
struct highest_offer {
  static constexpr unsigned needs = margin_part::highest_offer;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m, V) const noexcept {
    return m.highest_offer;
  }
};

/// A fixed price: the value of lost load.
struct cap {
  static constexpr unsigned needs = 0;
  double value = 0;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>&, V) const noexcept {
    return static_cast<P>(value);
  }
};

/// The last offer and `slope` for every unit that is missing, at most `cap`.
struct adder {
  static constexpr unsigned needs = margin_part::dearest_offer;
  double slope = 0;  ///< price per missing unit
  double cap = std::numeric_limits<double>::infinity();
  template <class P, class V>
  [[nodiscard]] P operator()(const margin_record<P, V>& m, V missing) const noexcept {
    const auto last = static_cast<double>(m.dearest_offer);
    // Fused by name, so that no compiler rounds otherwise; nothing is added to an infinite shortage of no slope.
    const double wanted = slope == 0 ? last : std::fma(slope, static_cast<double>(missing), last);
    return static_cast<P>(wanted < cap ? wanted : cap);
  }
};

/// The price of the bid that is curtailed; in a book of offers alone, the price cap.
struct marginal_demand {
  static constexpr unsigned needs = margin_part::curtailed_bid;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m, V) const noexcept {
    return m.curtailed_bid;
  }
};

}  // namespace shortage

namespace zero_demand {

/// The cheapest offer that has volume.
struct lowest_offer {
  static constexpr unsigned needs = margin_part::cheapest_offer;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return m.cheapest_offer;
  }
};

/// The cheapest offer of all, even one without volume.
struct lowest_of_all {
  static constexpr unsigned needs = margin_part::lowest_offer;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return m.lowest_offer;
  }
};

struct zero {
  static constexpr unsigned needs = 0;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>&) const noexcept {
    return P{0};
  }
};

/// No price: NaN.
struct none {
  static constexpr unsigned needs = 0;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>&) const noexcept {
    return std::numeric_limits<P>::quiet_NaN();
  }
};

}  // namespace zero_demand
}  // namespace v0
}  // namespace sched

#endif
