// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRICING_PRICING_HPP
#define SCHED_PRICING_PRICING_HPP

/// \file
/// AT WHAT PRICE: the contract of pricing rules, and those that read the margin alone.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <span>
#include <type_traits>

#include <sched/model/orders.hpp>
#include <sched/pricing/margin.hpp>

namespace sched {
inline namespace v0 {

/// One price for all that sell and one for all that buy.
template <class Price = double>
struct side_prices {
  Price sell{};
  Price buy{};
  bool operator==(const side_prices&) const = default;
};

/// A cleared book, for rules that give every order its own price. `accepted` belongs to `orders`.
template <class Price = double, class Volume = Price>
struct priced_book {
  std::span<const basic_curve_order<Price, Volume>> orders;
  std::span<const Volume> accepted;
  price_bounds<Price> bounds{};
};

/// One price for everybody: `r(margin)`.
template <class R, class Price = double, class Volume = Price>
concept uniform_pricing = std::copy_constructible<R> && requires(const R r, const margin_record<Price, Volume>& m) {
  { r(m) } -> std::convertible_to<Price>;
};

/// One price for each side: `r(margin)`; the auctioneer keeps the difference.
template <class R, class Price = double, class Volume = Price>
concept side_pricing = std::copy_constructible<R> && requires(const R r, const margin_record<Price, Volume>& m) {
  { r(m) } -> std::same_as<side_prices<Price>>;
};

/// A price for every order: `r(margin, book, prices)` writes one for each of `book.orders`.
template <class R, class Price = double, class Volume = Price>
concept order_pricing =
    std::copy_constructible<R> && requires(const R r, const margin_record<Price, Volume>& m,
                                           const priced_book<Price, Volume>& b, std::span<Price> prices) {
      { r(m, b, prices) } -> std::same_as<void>;
    };

/// AT WHAT PRICE trade takes place in a book whose volumes are settled. Pure: the same margin (and book) gives the same
/// prices. Called once for a book. `static constexpr unsigned needs` (see `margin_part`) says what it reads of the
/// margin; without it everything is computed. A rule that changes when it is asked is rejected. A rule that is both of
/// a side and of an order (chosen at run time) says by `per_order()` how it wants to be asked.
template <class R, class Price = double, class Volume = Price>
concept pricing_rule =
    uniform_pricing<R, Price, Volume> || side_pricing<R, Price, Volume> || order_pricing<R, Price, Volume>;

namespace detail {

/// (1 − k)·a + k·b; between whole ticks the lower one.
template <class P>
[[nodiscard]] constexpr P blend(P a, P b, double k) noexcept {
  if (a == b) return a;
  if constexpr (std::is_floating_point_v<P>) {
    return static_cast<P>((1.0 - k) * static_cast<double>(a) + k * static_cast<double>(b));
  } else {
    const double width = static_cast<double>(b) - static_cast<double>(a);
    const double step = k * width;
    const P whole = static_cast<P>(step);
    return static_cast<P>(a + whole - (static_cast<double>(whole) > step ? 1 : 0));
  }
}

// An accepted order that does not exist (no trade) is replaced by the end of the interval next to where it would be.
template <class P, class V>
[[nodiscard]] constexpr P lao_of(const margin_record<P, V>& m) noexcept {
  return exists(m.last_accepted_offer) ? m.last_accepted_offer : m.lo;
}
template <class P, class V>
[[nodiscard]] constexpr P lab_of(const margin_record<P, V>& m) noexcept {
  return exists(m.last_accepted_bid) ? m.last_accepted_bid : m.hi;
}

}  // namespace detail

/// Rules; LAO, FRO, LAB, FRB are the parts of `margin_record`. All O(1). Prices of ticks are whole.
namespace pricing {

/// LAO.
struct last_accepted_offer {
  static constexpr unsigned needs = margin_part::last_accepted_offer;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return detail::lao_of(m);
  }
};

/// FRO; LAO when no offer is rejected.
struct first_rejected_offer {
  static constexpr unsigned needs = margin_part::first_rejected_offer | margin_part::last_accepted_offer;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return exists(m.first_rejected_offer) ? m.first_rejected_offer : detail::lao_of(m);
  }
};

/// LAB.
struct last_accepted_bid {
  static constexpr unsigned needs = margin_part::last_accepted_bid;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return detail::lab_of(m);
  }
};

/// FRB; LAB when no bid is rejected.
struct first_rejected_bid {
  static constexpr unsigned needs = margin_part::first_rejected_bid | margin_part::last_accepted_bid;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return exists(m.first_rejected_bid) ? m.first_rejected_bid : detail::lab_of(m);
  }
};

/// (1 − k)·lo + k·hi on the admissible interval; an end without bound is replaced by the other.
struct k_price {
  static constexpr unsigned needs = margin_part::interval;
  double k = 0.5;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return detail::blend(exists(m.lo) ? m.lo : m.hi, exists(m.hi) ? m.hi : m.lo, k);
  }
};

/// (1 − k)·LAO + k·LAB: may lie beyond a rejected order.
struct k_accepted {
  static constexpr unsigned needs = margin_part::last_accepted_offer | margin_part::last_accepted_bid;
  double k = 0.5;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    const P lao = detail::lao_of(m), lab = detail::lab_of(m);
    return detail::blend(exists(lao) ? lao : lab, exists(lab) ? lab : lao, k);
  }
};

/// An offer is cut: min(FRO, LAB). Else: max(FRB, LAO).
struct second_price {
  static constexpr unsigned needs = margin_part::last_accepted_offer | margin_part::first_rejected_offer |
                                    margin_part::last_accepted_bid | margin_part::first_rejected_bid | margin_part::cut;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    if (m.cut == cut_side::offer) {
      const P p = std::min(m.first_rejected_offer, m.last_accepted_bid);
      return exists(p) ? p : detail::lao_of(m);
    }
    const P p = std::max(m.first_rejected_bid, m.last_accepted_offer);
    return exists(p) ? p : detail::lab_of(m);
  }
};

/// (LAO + LAB)/2.
struct split_difference {
  static constexpr unsigned needs = k_accepted::needs;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return k_accepted{0.5}(m);
  }
};

/// Sellers get LAO, buyers pay LAB.
struct lao_seller_lab_buyer {
  static constexpr unsigned needs = k_accepted::needs;
  template <class P, class V>
  [[nodiscard]] constexpr side_prices<P> operator()(const margin_record<P, V>& m) const noexcept {
    const P lao = detail::lao_of(m), lab = detail::lab_of(m);
    return {exists(lao) ? lao : lab, exists(lab) ? lab : lao};
  }
};

/// A reference price, moved into the admissible interval.
struct reference {
  static constexpr unsigned needs = margin_part::interval;
  double value = 0;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return std::clamp(static_cast<P>(value), m.lo, m.hi);
  }
};

/// The price of the order that is cut; none is cut: LAO.
struct marginal {
  static constexpr unsigned needs = margin_part::cut | margin_part::last_accepted_offer;
  template <class P, class V>
  [[nodiscard]] constexpr P operator()(const margin_record<P, V>& m) const noexcept {
    return exists(m.cut_price) ? m.cut_price : detail::lao_of(m);
  }
};

}  // namespace pricing
}  // namespace v0
}  // namespace sched

#endif
