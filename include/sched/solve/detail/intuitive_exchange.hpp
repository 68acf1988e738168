// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_INTUITIVE_EXCHANGE_HPP
#define SCHED_SOLVE_DETAIL_INTUITIVE_EXCHANGE_HPP

/// \file
/// Flow-based clearing without exchanges from a higher to a lower price.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/solve/detail/area_prices.hpp>
#include <sched/solve/detail/boxed_lp.hpp>
#include <sched/solve/detail/zone_linear.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Net positions as exchanges that never go down in price, the cheapest exports first; false: there are no such (some
/// zones that are cheapest together import). Prices nearer than 1e-7 are equal. O(zones log zones).
inline bool rising_exchanges(std::span<const double> price, std::span<const double> position, double nothing,
                             std::vector<zone_exchange>& out) {
  out.clear();
  std::vector<std::size_t> by_price(price.size());
  for (std::size_t z = 0; z < price.size(); ++z) by_price[z] = z;
  std::stable_sort(by_price.begin(), by_price.end(), [&](std::size_t a, std::size_t b) { return price[a] < price[b]; });
  std::vector<std::pair<std::size_t, double>> pool;  // exported and not taken yet
  std::size_t next = 0;
  for (std::size_t first = 0, last = 0; first < by_price.size(); first = last) {
    for (last = first; last < by_price.size(); ++last) {
      const double a = price[by_price[first]], b = price[by_price[last]];
      if (b - a > 1e-7 * std::max(1.0, std::abs(a))) break;
      if (position[by_price[last]] > 0) pool.emplace_back(by_price[last], position[by_price[last]]);
    }
    for (std::size_t k = first; k < last; ++k) {
      double want = -position[by_price[k]];
      while (want > 0 && next < pool.size()) {
        const double volume = std::min(want, pool[next].second);
        if (volume > 0)
          out.push_back(
              {static_cast<std::uint32_t>(pool[next].first), static_cast<std::uint32_t>(by_price[k]), volume});
        want -= volume;
        pool[next].second -= volume;
        if (!(pool[next].second > 0)) ++next;
      }
      if (want > nothing) return false;
    }
  }
  return true;
}

/// The linear problem with an exchange for every ordered pair of zones: a row per zone, patched constraints count only
/// exchanges that load them; constraints without patch join one by one as they are broken.
inline bool solve_patched_zones(const zonal_market& m, const std::vector<std::uint8_t>& patched, zonal_result& out) {
  boxed_lp lp;
  const double total = volume_scale(m);
  zone_rows books(m, lp);
  const std::size_t first = lp_columns(m), n = m.zones;
  for (std::size_t k = 0; k < n * n; ++k) lp.add_column(0, 0, k / n == k % n ? 0.0 : total);
  const auto exchange = [&](std::size_t from, std::size_t to) { return first + from * n + to; };
  std::vector<std::size_t> balance;
  for (std::size_t z = 0; z < n; ++z) {
    std::vector<boxed_lp::term> row = books.zone[z];
    for (std::size_t y = 0; y < n; ++y) {
      if (y == z) continue;
      row.push_back({exchange(z, y), -1.0});
      row.push_back({exchange(y, z), 1.0});
    }
    balance.push_back(lp.add_row(row, -books.outside[z], true));
  }
  const auto counts = [&](std::size_t k, std::size_t from, std::size_t to) {
    const double d = m.constraints[k].ptdf[from] - m.constraints[k].ptdf[to];
    return patched[k] != 0 ? std::max(0.0, d) : d;
  };
  std::vector<std::size_t> limit(m.constraints.size(), static_cast<std::size_t>(-1));
  const auto enter = [&](std::size_t k) {
    std::vector<boxed_lp::term> row;
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b)
        if (const double f = counts(k, a, b); f != 0) row.push_back({exchange(a, b), f});
    limit[k] = lp.add_row(row, m.constraints[k].ram);
  };
  for (std::size_t k = 0; k < patched.size(); ++k)
    if (patched[k] != 0) enter(k);
  for (;;) {
    if (lp.solve() != boxed_lp::outcome::optimal) return false;
    std::size_t worst = m.constraints.size();
    double most = 1e-9 * total;
    for (std::size_t k = 0; k < m.constraints.size(); ++k) {
      if (limit[k] != static_cast<std::size_t>(-1)) continue;
      double load = -m.constraints[k].ram;
      for (std::size_t z = 0; z < n; ++z) load += m.constraints[k].ptdf[z] * books.position(z);
      if (load > most) {
        most = load;
        worst = k;
      }
    }
    if (worst == m.constraints.size()) break;
    enter(worst);
  }
  books.read(out);
  out.price.resize(n);
  out.shadow_price.assign(m.constraints.size(), 0.0);
  for (std::size_t k = 0; k < m.constraints.size(); ++k)
    if (limit[k] != static_cast<std::size_t>(-1)) out.shadow_price[k] = std::max(0.0, lp.dual(limit[k]));
  out.exchange.clear();
  for (std::size_t z = 0; z < n; ++z) {
    out.price[z] = -lp.dual(balance[z]);
    out.net_position[z] = books.position(z);
    for (std::size_t y = 0; y < n; ++y) {
      // What goes both ways goes nowhere.
      const double net = y == z ? 0.0 : lp.value(exchange(z, y)) - lp.value(exchange(y, z));
      if (net > 1e-12 * total)
        out.exchange.push_back({static_cast<std::uint32_t>(z), static_cast<std::uint32_t>(y), net});
    }
  }
  price_levels(out);
  return true;
}

/// Clears, and as long as net positions are no exchanges that rise in price (once patched: those that keep the patch),
/// patches the constraints that bind and clears again: at most constraints + 1 times, for with all of them patched an
/// exchange pays Σ shadow price · max(0, ptdf[from] − ptdf[to]) ≥ 0.
inline bool solve_intuitive_zones(const zonal_market& m, zonal_result& out) {
  const double nothing = 1e-8 * volume_scale(m);
  std::vector<std::uint8_t> patched(m.constraints.size(), 0);
  if (!solve_linear_zones(m, out)) return false;
  bool intuitive = rising_exchanges(out.price, out.net_position, nothing, out.exchange);
  while (!intuitive) {
    bool more = false;
    for (std::size_t k = 0; k < patched.size(); ++k)
      if (patched[k] == 0 && out.shadow_price[k] > 1e-9) {
        patched[k] = 1;
        more = true;
      }
    if (!more) break;  // only rounding is against it
    zonal_result again;
    again.net_position.assign(m.zones, 0.0);
    if (!solve_patched_zones(m, patched, again)) return false;
    out = std::move(again);
    intuitive = std::none_of(out.exchange.begin(), out.exchange.end(), [&](const zone_exchange& e) {
      const double from = out.price[e.from];
      return e.volume > nothing && from - out.price[e.to] > 1e-7 * std::max(1.0, std::abs(from));
    });
  }
  out.patched = std::move(patched);
  return true;
}

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
