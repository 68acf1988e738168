// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MARKET_RESPONSE_HPP
#define SCHED_SOLVE_MARKET_RESPONSE_HPP

/// \file
/// What the divisible part of a market says to block orders: its welfare and all admissible prices of a period.

#include <cstdint>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {

/// Σ factor·column ≤ most, or = most. Columns are the prices of a period's zones, and behind them what prices are made
/// of
/// (`market_response::inner`).
struct price_limit {
  struct term {
    std::uint32_t column;
    double factor;
  };
  std::vector<term> terms{};
  double most = 0;
  bool equal = false;
};

/// One period of the divisible part of a market, with an injection into every zone.
struct market_response {
  double welfare = 0;
  double volume = 0;               ///< bought in the books, as much as this welfare allows; 0 where nobody counts it
  double unabsorbed = 0;           ///< volume that no order takes up; it is paid for at a price beyond all limits
  std::vector<double> price{};     ///< per zone: the rule's choice, a supergradient of the welfare
  std::vector<double> lo{}, hi{};  ///< per zone: admissible prices
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order{};  ///< zones (a, b) with price a ≤ price b
  std::vector<std::uint32_t> same{};  ///< per zone: the first zone that always has its price; empty: each stands alone
  std::vector<price_limit> limit{};   ///< further conditions on admissible prices
  std::vector<std::pair<double, double>> inner{};  ///< ends of what prices are made of: a level, shadow prices
};

}  // namespace v0
}  // namespace sched

#endif
