// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_BRUTE_MARKET_HPP
#define SCHED_TESTS_SUPPORT_BRUTE_MARKET_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/clearing.hpp>

/// One-sided clearing in words. Whole numbers, so that every sum is exact.
struct brute_clearing {
  sched::clearing_status status = sched::clearing_status::empty;
  double price = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> accepted{};  // ties by index
  double rest = 0;                 // for the offers at the price
  double unserved = 0;
};

inline brute_clearing clear_brute(const std::vector<double>& prices, const std::vector<double>& volumes,
                                  double demand) {
  using sched::clearing_status;
  brute_clearing out;
  out.accepted.assign(prices.size(), 0.0);
  out.unserved = demand;
  if (prices.empty()) return out;
  const double supply = std::accumulate(volumes.begin(), volumes.end(), 0.0);
  const auto price_where = [&](auto better, double from, auto counts) {
    double p = from;
    for (std::size_t i = 0; i < prices.size(); ++i)
      if (counts(i) && better(prices[i], p)) p = prices[i];
    return p;
  };
  const auto has_volume = [&](std::size_t i) { return volumes[i] > 0; };
  constexpr double infinite = std::numeric_limits<double>::infinity();
  if (demand == 0) {
    out.status = clearing_status::no_demand;
    out.unserved = 0;
    const double p = price_where(std::less<>(), infinite, has_volume);
    if (p < infinite) out.price = p;
    return out;
  }
  if (supply == 0) {
    out.status = clearing_status::no_trade;
    return out;
  }
  if (demand > supply) {
    out.status = clearing_status::shortage;
    out.accepted = volumes;
    out.unserved = demand - supply;
    out.price = price_where(std::greater<>(), -infinite, has_volume);
    return out;
  }
  out.status = clearing_status::cleared;
  out.unserved = 0;
  std::vector<std::size_t> order(prices.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return prices[a] < prices[b]; });
  double up_to = 0;
  for (const std::size_t i : order) {
    up_to += volumes[i];
    out.price = prices[i];
    if (up_to >= demand) break;
  }
  out.rest = demand;
  for (std::size_t i = 0; i < prices.size(); ++i)
    if (prices[i] < out.price) {
      out.accepted[i] = volumes[i];
      out.rest -= volumes[i];
    }
  double left = out.rest;
  for (std::size_t i = 0; i < prices.size(); ++i)
    if (prices[i] == out.price) {
      out.accepted[i] = std::min(left, volumes[i]);
      left -= out.accepted[i];
    }
  return out;
}

/// Offers of whole prices and volumes, with ties, zero volumes and some negative prices.
struct whole_market {
  std::vector<double> prices{};
  std::vector<double> volumes{};
  double supply = 0;

  whole_market(sched::random_generator& draw, std::size_t n) {
    const std::int64_t levels = draw.chance(0.3) ? 3 : draw.chance(0.5) ? 20 : 1'000'000;
    const std::int64_t most = draw.chance(0.3) ? 3 : 1000;
    const double empty = draw.chance(0.3) ? 0.5 : 0.05;
    const int shape = static_cast<int>(draw.below(6));
    for (std::size_t i = 0; i < n; ++i) {
      prices.push_back(static_cast<double>(draw.between(-levels / 4, levels)));
      volumes.push_back(draw.chance(empty) ? 0.0 : static_cast<double>(draw.between(1, most)));
      if (shape == 0) volumes.back() = draw.chance(0.02) ? 100'000.0 : 1.0;  // few hold nearly all
    }
    if (shape == 1) std::sort(prices.begin(), prices.end());
    if (shape == 2) std::sort(prices.begin(), prices.end(), std::greater<>());
    supply = std::accumulate(volumes.begin(), volumes.end(), 0.0);
  }
};

#endif
