// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CLEARING_RULES_HPP
#define SCHED_SOLVE_CLEARING_RULES_HPP

/// \file
/// The questions that clearing asks, each answered by a policy, and sets of answers.

#include <utility>

#include <sched/pricing/pricing.hpp>
#include <sched/pricing/shortage.hpp>
#include <sched/pricing/tie.hpp>

namespace sched {
inline namespace v0 {

/// How floating volumes are added. Lots are exact either way.
namespace summation {
/// In an order that is the same on every processor but is not the merit order.
struct fast {};
/// One after another in merit order, in the type of the volumes; sorts: O(n log n).
struct exact_order {};
}  // namespace summation

/// What is done about input that is no market.
namespace input {
/// Faults are found and refused.
struct checked {
  static constexpr bool checks = true;
  static constexpr bool lenient = false;
};
/// The caller vouches for the input: only assertions.
struct trusted {
  static constexpr bool checks = false;
  static constexpr bool lenient = false;
};
/// Checked, but a demand of NaN or +∞ is a shortage, and so is any demand when nobody has volume.
struct unbounded_demand {
  static constexpr bool checks = true;
  static constexpr bool lenient = true;
};
}  // namespace input

/// A policy for each question of one-sided clearing. `clearing_rules{}.with_tie(tie::pro_rata{})` replaces one.
template <class Tie = tie::index, class Pricing = pricing::last_accepted_offer, class Shortage = shortage::last_offer,
          class ZeroDemand = zero_demand::lowest_offer, class Summation = summation::fast, class Input = input::checked>
struct clearing_rules {
  [[no_unique_address]] Tie tie{};
  [[no_unique_address]] Pricing pricing{};
  [[no_unique_address]] Shortage shortage{};
  [[no_unique_address]] ZeroDemand zero_demand{};
  /// Demand may exceed the sum of the volumes by this many epsilons of it and still be met: callers often add the same
  /// numbers in another order. Lots: none.
  double slack = 16;

  using tie_type = Tie;
  using pricing_type = Pricing;
  using shortage_type = Shortage;
  using zero_demand_type = ZeroDemand;
  using summation_type = Summation;
  using input_type = Input;

  template <class T>
  [[nodiscard]] constexpr auto with_tie(T t) const {
    return clearing_rules<T, Pricing, Shortage, ZeroDemand, Summation, Input>{std::move(t), pricing, shortage,
                                                                              zero_demand, slack};
  }
  template <class P>
  [[nodiscard]] constexpr auto with_pricing(P p) const {
    return clearing_rules<Tie, P, Shortage, ZeroDemand, Summation, Input>{tie, std::move(p), shortage, zero_demand,
                                                                          slack};
  }
  template <class S>
  [[nodiscard]] constexpr auto with_shortage(S s) const {
    return clearing_rules<Tie, Pricing, S, ZeroDemand, Summation, Input>{tie, pricing, std::move(s), zero_demand,
                                                                         slack};
  }
  template <class Z>
  [[nodiscard]] constexpr auto with_zero_demand(Z z) const {
    return clearing_rules<Tie, Pricing, Shortage, Z, Summation, Input>{tie, pricing, shortage, std::move(z), slack};
  }
  template <class S>
  [[nodiscard]] constexpr auto with_summation(S) const {
    return clearing_rules<Tie, Pricing, Shortage, ZeroDemand, S, Input>{tie, pricing, shortage, zero_demand, slack};
  }
  template <class I>
  [[nodiscard]] constexpr auto with_input(I) const {
    return clearing_rules<Tie, Pricing, Shortage, ZeroDemand, Summation, I>{tie, pricing, shortage, zero_demand, slack};
  }
  [[nodiscard]] constexpr clearing_rules with_slack(double epsilons) const {
    clearing_rules copy = *this;
    copy.slack = epsilons;
    return copy;
  }
};

/// Sets of rules that reproduce other programs.
namespace compat {

/// The market of easy_marl, compiled by numba: no slack, a shortage is priced at the dearest offer of all, no demand at
/// the cheapest of all. Prices and statuses are the same, volumes up to the order of additions.
inline constexpr clearing_rules<tie::index, pricing::last_accepted_offer, shortage::highest_offer,
                                zero_demand::lowest_of_all, summation::fast, input::unbounded_demand>
    numba{.slack = 0};

/// The same, and volumes bit for bit.
inline constexpr auto numba_exact = numba.with_summation(summation::exact_order{});

}  // namespace compat
}  // namespace v0
}  // namespace sched

#endif
