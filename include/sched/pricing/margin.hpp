// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRICING_MARGIN_HPP
#define SCHED_PRICING_MARGIN_HPP

/// \file
/// What is known at the margin of a cleared book: all that a price can depend on.

#include <cstdint>
#include <limits>
#include <type_traits>

namespace sched {
inline namespace v0 {

/// The side of the order that is accepted in part.
enum class cut_side : std::uint8_t { none, offer, bid };

/// Parts of a `margin_record`; a rule says by `static constexpr unsigned needs` which it reads, and only those are
/// computed.
namespace margin_part {
inline constexpr unsigned last_accepted_offer = 1U << 0;
inline constexpr unsigned first_rejected_offer = 1U << 1;
inline constexpr unsigned last_accepted_bid = 1U << 2;
inline constexpr unsigned first_rejected_bid = 1U << 3;
inline constexpr unsigned interval = 1U << 4;        ///< lo, hi
inline constexpr unsigned cut = 1U << 5;             ///< cut, cut_price
inline constexpr unsigned volume = 1U << 6;          ///< traded volume
inline constexpr unsigned dearest_offer = 1U << 7;   ///< among those with volume
inline constexpr unsigned highest_offer = 1U << 8;   ///< among all
inline constexpr unsigned cheapest_offer = 1U << 9;  ///< among those with volume
inline constexpr unsigned lowest_offer = 1U << 10;   ///< among all
inline constexpr unsigned curtailed_bid = 1U << 11;  ///< dearest bid that is not served in full
inline constexpr unsigned all = (1U << 12) - 1;
}  // namespace margin_part

/// The margin of a book. Prices in the book's currency per unit. What does not exist is −∞ where the largest is asked
/// for and +∞ where the smallest is, so that it never wins; a part that a rule did not ask for has that value too.
template <class Price = double, class Volume = Price>
struct margin_record {
  static constexpr Price most = std::numeric_limits<Price>::has_infinity ? std::numeric_limits<Price>::infinity()
                                                                         : std::numeric_limits<Price>::max();
  static constexpr Price least = std::numeric_limits<Price>::has_infinity ? -std::numeric_limits<Price>::infinity()
                                                                          : std::numeric_limits<Price>::lowest();

  Price last_accepted_offer = least;  ///< LAO: highest price of an offer with accepted volume
  Price first_rejected_offer = most;  ///< FRO: lowest price of an offer with volume and nothing accepted
  Price last_accepted_bid = most;     ///< LAB: lowest price of a bid with accepted volume
  Price first_rejected_bid = least;   ///< FRB: highest price of a bid with volume and nothing accepted
  Price lo = least;                   ///< admissible prices: [lo, hi]
  Price hi = most;
  Price cut_price = least;  ///< price of the order that is cut
  cut_side cut = cut_side::none;
  Volume volume{};  ///< traded
  Price dearest_offer = least;
  Price highest_offer = least;
  Price cheapest_offer = most;
  Price lowest_offer = most;
  Price curtailed_bid = least;
};

/// True for a price that exists.
template <class Price>
[[nodiscard]] constexpr bool exists(Price p) noexcept {
  return p > margin_record<Price>::least && p < margin_record<Price>::most;
}

/// What a rule reads of the record: its `needs`, or everything.
template <class Rule>
[[nodiscard]] constexpr unsigned margin_needs() noexcept {
  if constexpr (requires { Rule::needs; }) return Rule::needs;
  else return margin_part::all;
}

}  // namespace v0
}  // namespace sched

#endif
