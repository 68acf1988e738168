// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CLEAR_UNIFORM_PURCHASE_HPP
#define SCHED_SOLVE_CLEAR_UNIFORM_PURCHASE_HPP

/// \file
/// Coupled zones with purchases that pay one average price everywhere (a national single price).

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/uniform_purchase.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/couple_zones.hpp>
#include <sched/solve/detail/area_prices.hpp>
#include <sched/solve/detail/split_area.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Searches the accepted volume at which the average price meets the limit of the marginal purchase.
template <class Tie, class Pricing>
class purchase_search {
public:
  purchase_search(const zonal_market& m, std::span<const purchase_order> orders, const Tie& tie, const Pricing& rule)
      : market_(m), orders_(orders), tie_(tie), rule_(rule), base_(m.injection) {
    base_.resize(m.zones, 0.0);
    bought_before_.assign(m.zones, 0.0);
    scarce_.assign(m.zones, 0);
    for (std::size_t k = 0; k < orders.size(); ++k)
      if (orders[k].volume > 0) rank_.push_back(k);
    std::stable_sort(rank_.begin(), rank_.end(), [&](std::size_t a, std::size_t b) {
      return orders[a].price != orders[b].price ? orders[a].price > orders[b].price : orders[a].merit < orders[b].merit;
    });
    out_.accepted.assign(orders.size(), 0.0);
  }

  uniform_purchase_result run() {
    std::size_t from = 0;
    for (;;) {
      // Whole orders first: [from, good) can be taken, [from, bad) cannot. Then the part of order `good`.
      std::size_t good = from, bad = rank_.size() + 1;
      while (bad - good > 1) {
        const std::size_t middle = good + (bad - good) / 2;
        (affordable(from, middle, 0) ? good : bad) = middle;
      }
      double part = 0;
      if (good < rank_.size()) {
        const double whole = orders_[rank_[good]].volume;
        double most = whole;
        for (int step = 0; step < 64 && most - part > 1e-13 * std::max(1.0, whole); ++step) {
          const double middle = part + (most - part) / 2;
          (affordable(from, good, middle) ? part : most) = middle;
        }
        if (part < 1e-10 * std::max(1.0, whole)) part = 0;
      }
      clear(from, good, part);
      for (std::size_t k = from; k < good; ++k) out_.accepted[rank_[k]] = orders_[rank_[k]].volume;
      if (part > 0) out_.accepted[rank_[good]] = part;
      // There is nothing that the next order could buy, and it would pay even the highest prices.
      if (good < rank_.size() && exists(market_.bounds.cap) && blocked_ &&
          average(std::numeric_limits<double>::infinity()) < orders_[rank_[good]].price * (1 - 1e-12) - 1e-9) {
        out_.curtailed += orders_[rank_[good]].volume - part;
        scarce_[orders_[rank_[good]].zone] = 1;
        if (part > 0) bought_before_[orders_[rank_[good]].zone] += part;
        for (std::size_t k = from; k < good; ++k) bought_before_[orders_[rank_[k]].zone] += orders_[rank_[k]].volume;
        from = good + 1;
        continue;
      }
      finish(good, part);
      return std::move(out_);
    }
  }

private:
  /// Clears the zones with what was settled before, the purchases [from, count) and `part` of the next one. A link that
  /// is full up to rounding is full.
  void clear(std::size_t from, std::size_t count, double part) {
    bought_ = bought_before_;
    for (std::size_t k = from; k < count; ++k) bought_[orders_[rank_[k]].zone] += orders_[rank_[k]].volume;
    if (part > 0) bought_[orders_[rank_[count]].zone] += part;
    out_.volume = 0;
    market_.injection = base_;
    for (std::size_t z = 0; z < market_.zones; ++z) {
      market_.injection[z] -= bought_[z];
      out_.volume += bought_[z];
    }
    zonal_result& r = out_.market = {};
    r.net_position.assign(market_.zones, 0.0);
    area_splitting<Tie> areas(market_, tie_, r);
    solved_ = areas.run();
    ++out_.clearings;
    if (solved_) {
      const link_lots& l = areas.links();
      std::vector<std::int64_t> flow = l.flow;
      const std::int64_t slack = std::max<std::int64_t>(2, l.lots(1e-11 * movable_volume(market_)));
      for (std::size_t k = 0; k < flow.size(); ++k) {
        if (l.most[k] - flow[k] <= slack) flow[k] = l.most[k];
        else if (flow[k] - l.least[k] <= slack) flow[k] = l.least[k];
      }
      const auto order = price_areas(market_, flow, l.least, l.most, zone_margins(market_, r), rule_, r);
      raise_scarce(order);
    }
    settle_totals(market_, solved_, r);
  }
  /// Where purchases could not be served the price is the cap, and it is in all that lies behind full links.
  void raise_scarce(const std::vector<std::pair<std::size_t, std::size_t>>& order) {
    zonal_result& r = out_.market;
    std::vector<std::uint8_t> capped(market_.zones, 0);  // per area
    for (std::size_t z = 0; z < market_.zones; ++z)
      if (scarce_[z] != 0) capped[r.area[z]] = 1;
    for (bool again = true; again;) {
      again = false;
      for (const auto& [below, above] : order)
        if (capped[below] != 0 && capped[above] == 0) {
          capped[above] = 1;
          again = true;
        }
    }
    for (std::size_t z = 0; z < market_.zones; ++z)
      if (capped[r.area[z]] != 0) r.price[z] = r.lo[z] = r.hi[z];
  }
  /// The average at prices as near to `level` as they may be.
  [[nodiscard]] double average(double level) const {
    double sum = 0;
    for (std::size_t z = 0; z < market_.zones; ++z)
      if (bought_[z] > 0) sum += bought_[z] * std::clamp(level, out_.market.lo[z], out_.market.hi[z]);
    return out_.volume > 0 ? sum / out_.volume : -std::numeric_limits<double>::infinity();
  }
  /// Whether the last purchase would pay the lowest average that is admissible, and can be served.
  [[nodiscard]] bool affordable(std::size_t from, std::size_t count, double part) {
    if (count == from && part == 0) return true;
    const purchase_order& last = orders_[rank_[part > 0 ? count : count - 1]];
    clear(from, count, part);
    const bool served = solved_ && !(out_.market.unserved > 0);
    if (served &&
        average(-std::numeric_limits<double>::infinity()) <= last.price + 1e-12 * std::max(1.0, std::abs(last.price)))
      return true;
    blocked_ = !served;  // why the least purchase that failed did
    return false;
  }

  /// Prices: the rule's, moved within what is admissible so that every purchase wants what it gets.
  void finish(std::size_t count, double part) {
    zonal_result& r = out_.market;
    if (!(out_.volume > 0) || !solved_) return;
    double most = std::numeric_limits<double>::infinity(), least = -most;
    if (part > 0) least = most = orders_[rank_[count]].price;
    else if (count > 0) most = orders_[rank_[count - 1]].price;
    if (part == 0 && count < rank_.size()) least = orders_[rank_[count]].price;
    const auto mean = [&] {
      double sum = 0;
      for (std::size_t z = 0; z < market_.zones; ++z)
        if (bought_[z] > 0) sum += bought_[z] * r.price[z];
      return sum / out_.volume;
    };
    const double now = mean();
    if (now > most || now < least) {
      // Cut at a level, prices stay in order along links: between the lowest vector and the highest.
      const double wanted = std::clamp(now, least, most);
      double from = wanted, to = wanted;
      for (std::size_t z = 0; z < market_.zones; ++z) {
        if (exists(r.lo[z])) from = std::min(from, r.lo[z]), to = std::max(to, r.lo[z]);
        if (exists(r.hi[z])) from = std::min(from, r.hi[z]), to = std::max(to, r.hi[z]);
      }
      to = std::max(to, wanted + std::max(1.0, std::abs(wanted)) * out_.volume);
      from = std::min(from, wanted - std::max(1.0, std::abs(wanted)) * out_.volume);
      for (int step = 0; step < 200 && from < to; ++step) {
        const double level = from + (to - from) / 2;
        if (level == from || level == to) break;
        (average(level) < wanted ? from : to) = level;
      }
      const double level = std::abs(average(from) - wanted) < std::abs(average(to) - wanted) ? from : to;
      for (std::size_t z = 0; z < market_.zones; ++z)
        if (r.price[z] == r.price[z] || exists(r.lo[z]) || exists(r.hi[z]))
          r.price[z] = std::clamp(level, r.lo[z], r.hi[z]);
      r.congestion_rent = 0;
      for (std::size_t k = 0; k < r.flow.size(); ++k)
        if (r.flow[k] != 0)
          r.congestion_rent += r.flow[k] * (r.price[market_.links[k].to] - r.price[market_.links[k].from]);
    }
    out_.price = mean();
  }

  zonal_market market_;
  std::span<const purchase_order> orders_;
  const Tie& tie_;
  const Pricing& rule_;
  std::vector<double> base_, bought_, bought_before_;
  std::vector<std::uint8_t> scarce_;  ///< per zone: a purchase there found nothing to buy
  bool solved_ = false, blocked_ = false;
  std::vector<std::size_t> rank_;
  uniform_purchase_result out_;
};

}  // namespace detail

/// Clears coupled zones together with purchases that all pay π = Σ (zone price · purchases of the zone) / Σ purchases:
/// those with a limit above π are taken in full, those below it not at all, at π at most one in part, by merit. What
/// they take leaves the zones whatever the zone's price is.
///
/// π rises with the purchases as long as flows do not change their regime, so the accepted volume is bisected, orders
/// first and then the marginal one, with a clearing of the zones each time: O(log n + 40) clearings (`couple_zones`).
/// A volume found that way is always an equilibrium (the average is continuous from below and above in the set of
/// admissible prices); where regimes make more than one, it is one of them. Where the book leaves a range of prices,
/// the rule's are kept if they agree with every purchase, else moved least. `market.status` is that of the zones;
/// infeasible: they cannot be balanced even without purchases. `validate_uniform_purchase` proves a result. Throws
/// `market_error` (see `check_zonal_market` and `check_purchases`), `bad_curve` for tariffs, losses and flow-based
/// constraints. Allocates.
template <class Tie = tie::index, class Pricing = pricing::k_price>
  requires(tie_rule<Tie, double> && uniform_pricing<Pricing, double, double>)
[[nodiscard]] uniform_purchase_result clear_uniform_purchase(const zonal_market& m,
                                                             std::span<const purchase_order> purchases,
                                                             const Tie& tie = {}, const Pricing& rule = {}) {
  if (const market_input_fault f = check_zonal_market(m)) throw market_error(f);
  if (const market_input_fault f = check_purchases(purchases, m.zones)) throw market_error(f, "purchase");
  bool linear = !m.constraints.empty();
  for (const capacity_link& l : m.links) linear = linear || l.tariff != 0 || l.loss != 0;
  if (linear)
    throw market_error({market_fault::bad_curve}, "an average price over tariffs, losses or flow-based constraints");
  return detail::purchase_search<Tie, Pricing>(m, purchases, tie, rule).run();
}

}  // namespace v0
}  // namespace sched

#endif
