// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_COUPLE_PERIODS_HPP
#define SCHED_SOLVE_COUPLE_PERIODS_HPP

/// \file
/// Coupled zones over several periods, between which flows and net positions may change only so fast.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/model/zonal_ramps.hpp>
#include <sched/solve/detail/area_prices.hpp>
#include <sched/solve/detail/boxed_lp.hpp>
#include <sched/solve/detail/one_way.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// All periods as one linear problem: a row per zone and period, two per ramp and change.
class period_program {
public:
  period_program(std::span<const zonal_market> periods, std::span<const zonal_ramp> ramps)
      : periods_(periods), ramps_(ramps) {
    for (const zonal_market& m : periods) add_columns(m);
    for (std::size_t t = 0; t < periods.size(); ++t) {
      add_balances(t);
      for (std::size_t k = 0; k < periods[t].links.size(); ++k)
        if (periods[t].links[k].loss > 0) lossy_.push_back({flow_column(t, k), flow_column(t, k) + 1});
      total_ += volume_scale(periods[t]);
    }
    for (std::size_t t = 1; t < periods.size(); ++t)
      for (const zonal_ramp& r : ramps) add_change(t, r);
  }

  zonal_periods_result run() {
    zonal_periods_result out;
    const bool solved = solve_one_way(lp_, lossy_, 1e-9 * total_) == boxed_lp::outcome::optimal;
    bool any = false;
    for (std::size_t t = 0; t < periods_.size(); ++t) {
      zonal_result& r = out.periods.emplace_back();
      r.net_position.assign(periods_[t].zones, 0.0);
      if (solved) read(t, r);
      settle_totals(periods_[t], solved, r);
      out.welfare += r.welfare;
      any = any || r.status == clearing_status::cleared;
      if (r.status == clearing_status::shortage) out.status = clearing_status::shortage;
    }
    if (!solved) out.status = clearing_status::infeasible;
    else if (out.status != clearing_status::shortage && !periods_.empty())
      out.status = any ? clearing_status::cleared : clearing_status::no_trade;
    for (const auto& [up, down] : changes_) {
      const double rises = up == none ? 0.0 : std::max(0.0, lp_.dual(up));
      const double falls = down == none ? 0.0 : std::max(0.0, lp_.dual(down));
      out.ramp_price.push_back(solved ? rises - falls : 0.0);
    }
    return out;
  }

private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  struct change_rows {
    std::size_t up, down;
  };

  void add_columns(const zonal_market& m) {
    first_.push_back(columns_);
    const double total = volume_scale(m);
    for (std::size_t k = 0; k < m.orders.size(); ++k) {
      const curve_segment& o = m.orders[k].order;
      const double p = first_price(o, m.bounds);
      if (last_price(o, m.bounds) != p)
        throw market_error({market_fault::bad_curve, k}, "a linear segment among ramps");
      lp_.add_column(o.side == market_side::buy ? p : -p, 0, o.volume);
    }
    for (const zone_boundary& b : m.boundaries) {
      lp_.add_column(-b.price, 0, b.import_capacity);
      lp_.add_column(b.price, 0, b.export_capacity);
    }
    for (const capacity_link& l : m.links) {
      // A limit below zero forces flow the other way.
      const double most = std::min(l.capacity, total), back = std::min(l.reverse, total);
      lp_.add_column(-l.tariff, std::max(0.0, -back), std::max(most, 0.0));
      lp_.add_column(-l.tariff, std::max(0.0, -most), std::max(back, 0.0));
    }
    columns_ += m.orders.size() + 2 * m.boundaries.size() + 2 * m.links.size();
  }
  [[nodiscard]] std::size_t flow_column(std::size_t t, std::size_t link) const {
    return first_[t] + periods_[t].orders.size() + 2 * periods_[t].boundaries.size() + 2 * link;
  }

  void add_balances(std::size_t t) {
    const zonal_market& m = periods_[t];
    std::vector<std::vector<boxed_lp::term>> zone(m.zones);
    for (std::size_t k = 0; k < m.orders.size(); ++k)
      zone[m.orders[k].zone].push_back({first_[t] + k, m.orders[k].order.side == market_side::sell ? 1.0 : -1.0});
    for (std::size_t k = 0; k < m.boundaries.size(); ++k) {
      const std::size_t c = first_[t] + m.orders.size() + 2 * k;
      zone[m.boundaries[k].zone].push_back({c, 1.0});
      zone[m.boundaries[k].zone].push_back({c + 1, -1.0});
    }
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      const capacity_link& l = m.links[k];
      const std::size_t c = flow_column(t, k);
      zone[l.from].push_back({c, -1.0});
      zone[l.to].push_back({c, 1 - l.loss});
      zone[l.to].push_back({c + 1, -1.0});
      zone[l.from].push_back({c + 1, 1 - l.loss});
    }
    for (std::size_t z = 0; z < m.zones; ++z)
      balance_.push_back(lp_.add_row(zone[z], m.injection.empty() ? 0.0 : -m.injection[z], true));
  }

  /// What a ramp limits, as columns of a period.
  void quantity(std::size_t t, const zonal_ramp& r, double sign, std::vector<boxed_lp::term>& to) const {
    const zonal_market& m = periods_[t];
    if (r.zone == no_zone) {
      for (const std::uint32_t k : r.links) {
        to.push_back({flow_column(t, k), sign});
        to.push_back({flow_column(t, k) + 1, -sign});
      }
      return;
    }
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      const capacity_link& l = m.links[k];
      const std::size_t c = flow_column(t, k);
      if (l.from == r.zone) {
        to.push_back({c, sign});
        to.push_back({c + 1, -sign * (1 - l.loss)});
      } else if (l.to == r.zone) {
        to.push_back({c, -sign * (1 - l.loss)});
        to.push_back({c + 1, sign});
      }
    }
  }
  void add_change(std::size_t t, const zonal_ramp& r) {
    const auto row = [&](double sign, double most) {
      if (!exists(most)) return none;
      std::vector<boxed_lp::term> terms;
      quantity(t, r, sign, terms);
      quantity(t - 1, r, -sign, terms);
      return lp_.add_row(terms, most);
    };
    changes_.push_back({row(1, r.up), row(-1, r.down)});
  }

  void read(std::size_t t, zonal_result& r) const {
    const zonal_market& m = periods_[t];
    for (std::size_t k = 0; k < m.orders.size(); ++k)
      r.accepted.push_back(std::clamp(lp_.value(first_[t] + k), 0.0, m.orders[k].order.volume));
    for (std::size_t k = 0; k < m.boundaries.size(); ++k) {
      const std::size_t c = first_[t] + m.orders.size() + 2 * k;
      r.boundary_import.push_back(lp_.value(c) - lp_.value(c + 1));
    }
    for (std::size_t z = 0; z < m.zones; ++z) r.price.push_back(-lp_.dual(balance_[t * m.zones + z]));
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      const capacity_link& l = m.links[k];
      const double f = lp_.value(flow_column(t, k)), b = lp_.value(flow_column(t, k) + 1);
      r.flow.push_back(f - b);
      r.net_position[l.from] += f - b * (1 - l.loss);
      r.net_position[l.to] += b - f * (1 - l.loss);
    }
    r.lo = r.hi = r.price;
    std::vector<std::size_t> root(m.zones);
    for (std::size_t z = 0; z < m.zones; ++z) root[z] = z;
    for (std::size_t z = 0; z < m.zones; ++z)
      for (std::size_t y = 0; y < z && root[z] == z; ++y)
        if (std::abs(r.price[y] - r.price[z]) <= 1e-9 * std::max(1.0, std::abs(r.price[z]))) root[z] = y;
    r.area = numbered(std::move(root));
  }

  std::span<const zonal_market> periods_;
  std::span<const zonal_ramp> ramps_;
  boxed_lp lp_;
  std::size_t columns_ = 0;
  std::vector<std::size_t> first_, balance_;
  std::vector<opposite_columns> lossy_;
  double total_ = 0;
  std::vector<change_rows> changes_;
};

}  // namespace detail

/// Clears zones over consecutive periods together: the largest welfare of all of them with links (tariffs, losses too)
/// inside their limits in every period and every ramp kept between periods. A ramp that binds is paid for: prices
/// of a period then differ over a link that is not full, by the ramp prices.
///
/// One linear problem (bounded dual simplex, dense): orders must be steps; prices are those of the optimal basis, lo =
/// hi = price. A pivot costs O(rows · columns) with periods · zones + 2 · ramps · periods rows and a column per order,
/// boundary and link of every period: for some ten zones and a day of short books; without ramps use `couple_zones`
/// period by period. Status: infeasible when fixed flows, injections and ramps contradict each other. Throws
/// `market_error` (see `check_zonal_periods`; `bad_curve` for segments and flow-based constraints). Links with losses
/// carry one way at a time, as in `couple_zones`. Allocates. `validate_periods` proves a result.
[[nodiscard]] inline zonal_periods_result couple_periods(std::span<const zonal_market> periods,
                                                         std::span<const zonal_ramp> ramps) {
  if (const market_input_fault f = check_zonal_periods(periods, ramps)) throw market_error(f);
  for (std::size_t t = 0; t < periods.size(); ++t) {
    if (!periods[t].constraints.empty())
      throw market_error({market_fault::bad_curve, t}, "ramps over flow-based constraints");
  }
  return detail::period_program(periods, ramps).run();
}

}  // namespace v0
}  // namespace sched

#endif
