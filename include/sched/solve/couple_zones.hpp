// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_COUPLE_ZONES_HPP
#define SCHED_SOLVE_COUPLE_ZONES_HPP

/// \file
/// Clearing of coupled zones: books that trade with each other as far as links carry.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/model/clearing.hpp>
#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/detail/area_prices.hpp>
#include <sched/solve/detail/balance_flows.hpp>
#include <sched/solve/detail/intuitive_exchange.hpp>
#include <sched/solve/detail/linear_prices.hpp>
#include <sched/solve/detail/split_area.hpp>
#include <sched/solve/detail/zone_linear.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The splitting algorithm. An area of zones is cleared as one book; if links cannot carry the net positions that the
/// tie rule asks for, the minimum cut is filled and both of its sides are cleared on their own. Net positions that
/// links can carry form the base polytope of a submodular function and cost is separable, so this is exact (Fujishige's
/// decomposition).
template <class Tie>
class area_splitting {
public:
  area_splitting(const zonal_market& m, const Tie& tie, zonal_result& out)
      : m_(m),
        tie_(tie),
        out_(out),
        total_(movable_volume(m)),
        // A power of two near 2^-54 of all volume.
        links_(m.links, m.zones, std::exp2(54 - std::ceil(std::log2(total_))), total_) {
    book_.resize(m.zones);
    for (std::size_t k = 0; k < m.orders.size(); ++k) book_[m.orders[k].zone].push_back({m.orders[k].order, k});
    for (std::size_t k = 0; k < m.boundaries.size(); ++k) {
      const zone_boundary& b = m.boundaries[k];
      const std::size_t id = m.orders.size() + 2 * k;
      book_[b.zone].push_back({curve_segment(market_side::sell, b.price, b.price, b.import_capacity), id});
      book_[b.zone].push_back({curve_segment(market_side::buy, b.price, b.price, b.export_capacity), id + 1});
    }
    std::vector<curve_segment> plain;
    for (const auto& book : book_) {
      plain.clear();
      for (const entry& e : book) plain.push_back(e.order);
      curve_.emplace_back(std::span<const curve_segment>(plain), m.bounds);
    }
    accepted_.assign(m.orders.size() + 2 * m.boundaries.size(), 0.0);
  }

  /// False: fixed flows and injections that the books cannot take up.
  bool run() {
    // Areas without a link between them are never one.
    bool solved = true;
    for (const auto& area : connected_zones(m_.zones, m_.links)) solved = solved && clear(area);
    balance_flows(m_, links_.least, links_.most, links_.flow);
    out_.accepted.assign(accepted_.begin(), accepted_.begin() + static_cast<std::ptrdiff_t>(m_.orders.size()));
    for (std::size_t k = 0; k < m_.boundaries.size(); ++k)
      out_.boundary_import.push_back(accepted_[m_.orders.size() + 2 * k] - accepted_[m_.orders.size() + 2 * k + 1]);
    for (std::size_t k = 0; k < m_.links.size(); ++k) {
      const double f = links_.volume(links_.flow[k]);
      out_.flow.push_back(f);
      out_.net_position[m_.links[k].from] += f;
      out_.net_position[m_.links[k].to] -= f;
    }
    return solved;
  }

  [[nodiscard]] const link_lots& links() const { return links_; }

private:
  struct entry {
    curve_segment order;
    std::size_t id;
  };

  /// Clears one area whose links to the outside are settled.
  bool clear(const std::vector<std::size_t>& area) {
    std::int64_t exports = 0;
    double x = 0;
    std::vector<merit_curve> curves;
    curves.reserve(area.size());
    for (const std::size_t z : area) {
      exports += links_.outflow[z];
      x -= m_.injection.empty() ? 0.0 : m_.injection[z];
      curves.push_back(curve_[z]);
    }
    x += links_.volume(exports);
    const merit_curve all = merit_curve::merged(curves);
    const double tolerance = all.rounding(x) + static_cast<double>(area.size() + 1) / links_.scale;
    const auto prices = all.prices(x, tolerance);
    if (prices.too_much || prices.too_little) {
      if (all.levels().empty() && std::abs(x) <= tolerance) return settle(area, 0, exports, x, tolerance);
      return false;
    }
    const double p = exists(prices.lo) ? prices.lo : exists(prices.hi) ? prices.hi : 0.0;
    return settle(area, p, exports, x, tolerance);
  }

  bool settle(const std::vector<std::size_t>& area, double p, std::int64_t exports, double x, double tolerance) {
    accept(area, p, x);
    // What every zone sends away inside the area, in lots that add up.
    std::vector<std::int64_t> send(area.size());
    std::int64_t rest = exports;
    std::size_t roomiest = 0;
    double room = -1;
    for (std::size_t i = 0; i < area.size(); ++i) {
      double position = m_.injection.empty() ? 0.0 : m_.injection[area[i]], open = 0;
      for (const entry& e : book_[area[i]]) {
        position += e.order.side == market_side::sell ? accepted_[e.id] : -accepted_[e.id];
        if (accepted_[e.id] > 0 && accepted_[e.id] < e.order.volume) open = std::max(open, e.order.volume);
      }
      send[i] = links_.lots(position);
      rest -= send[i];
      send[i] -= links_.outflow[area[i]];
      if (open > room) {
        room = open;
        roomiest = i;
      }
    }
    SCHED_ASSERT(std::abs(links_.volume(rest)) <= 4 * tolerance + 1e-9 * total_);
    static_cast<void>(tolerance);
    send[roomiest] += rest;
    if (area.size() == 1) return true;

    const link_lots::halves split = links_.settle(m_.links, area, send);
    if (split.whole) return true;
    if (split.inside.empty() || split.outside.empty()) return false;
    return clear(split.inside) && clear(split.outside);
  }

  /// What every order of an area gets at a price so that x leaves it.
  void accept(const std::vector<std::size_t>& area, double p, double x) {
    tied_[0].clear();
    tied_[1].clear();
    careful_sum<double> base;
    for (const std::size_t z : area)
      for (const entry& e : book_[z]) {
        const curve_segment& o = e.order;
        const double from = first_price(o, m_.bounds), to = last_price(o, m_.bounds);
        const double sign = o.side == market_side::sell ? 1 : -1;
        double a = 0;
        if (from == p && to == p) {
          if (o.volume > 0) tied_[o.side == market_side::buy ? 1 : 0].push_back(&e);
        } else if (sign * (p - to) >= 0) {
          a = o.volume;
        } else if (sign * (p - from) > 0) {
          a = o.volume * ((p - from) / (to - from));
        }
        accepted_[e.id] = a;
        base.add(sign * a);
      }
    double volume[2] = {0, 0};
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}})
      for (const entry* e : tied_[side]) volume[side] += e->order.volume;
    const double need = x - base.value();  // tied offers less tied bids
    const double sold = std::clamp(need + volume[1], 0.0, volume[0]);
    // Who is served in full goes first: the others may have to know what their zone has for them.
    const double bought = std::clamp(sold - need, 0.0, volume[1]);
    const bool scarce = sold >= volume[0];
    share(tied_[scarce ? 0 : 1], scarce ? sold : bought);
    share(tied_[scarce ? 1 : 0], scarce ? bought : sold);
  }

  /// Orders without limit are curtailed last.
  void share(const std::vector<const entry*>& all, double amount) {
    std::vector<const entry*> first, second;
    double taking = 0;
    for (const entry* e : all) {
      (e->order.price_taking ? first : second).push_back(e);
      if (e->order.price_taking) taking += e->order.volume;
    }
    const double served = std::min(amount, taking);
    if (served < taking) curtail(first, served);
    else
      for (const entry* e : first) accepted_[e->id] = e->order.volume;
    share_by(tie_, second, amount - served);
  }

  /// Orders without limit get what their own zone has for them; beyond that all zones are served in one ratio, and the
  /// orders of a zone in one ratio.
  void curtail(const std::vector<const entry*>& orders, double amount) {
    struct need {
      double volume = 0, local = 0, served = 0;
      bool settled = false;
    };
    std::vector<need> zone(m_.zones);
    const market_side side = orders.front()->order.side;
    for (const entry* e : orders) zone[zone_of(*e)].volume += e->order.volume;
    double left = amount, open = 0, all = 0;
    for (std::size_t z = 0; z < m_.zones; ++z) {
      need& n = zone[z];
      if (!(n.volume > 0)) continue;
      const double put_in = m_.injection.empty() ? 0.0 : m_.injection[z];
      double own = side == market_side::buy ? put_in : -put_in;
      for (const entry& e : book_[z]) {
        const bool tied = e.order.side == side && e.order.price_taking;
        if (!tied) own += e.order.side == side ? -accepted_[e.id] : accepted_[e.id];
      }
      n.local = std::clamp(own, 0.0, n.volume);
      all += n.local;
      open += n.volume;
    }
    if (all > amount) {  // forced flows take some of it away
      for (need& n : zone) n.served = n.local * (amount / all);
    } else {
      for (bool again = true; again && open > 0;) {
        again = false;
        const double ratio = left / open;
        for (need& n : zone)
          if (!n.settled && n.volume > 0 && n.local > ratio * n.volume) {
            n.served = n.local;
            n.settled = again = true;
            left -= n.local;
            open -= n.volume;
          }
      }
      for (need& n : zone)
        if (!n.settled && n.volume > 0) n.served = open > 0 ? std::clamp(n.volume * (left / open), 0.0, n.volume) : 0;
    }
    for (const entry* e : orders) {
      const need& n = zone[zone_of(*e)];
      accepted_[e->id] = n.volume > 0 ? e->order.volume * (n.served / n.volume) : 0.0;
    }
  }
  [[nodiscard]] std::size_t zone_of(const entry& e) const { return m_.orders[e.id].zone; }

  template <class Rule>
  void share_by(const Rule& rule, std::vector<const entry*>& orders, double amount) {
    if (orders.empty()) return;
    std::ranges::sort(orders, {}, [](const entry* e) { return e->id; });
    std::vector<double> volumes, given(orders.size());
    std::vector<std::uint32_t> index, scratch(orders.size());
    std::vector<std::int64_t> time, merit;
    volumes.reserve(orders.size());
    index.reserve(orders.size());
    time.reserve(orders.size());
    merit.reserve(orders.size());
    double sum = 0;
    for (const entry* e : orders) {
      volumes.push_back(e->order.volume);
      index.push_back(static_cast<std::uint32_t>(e->id));
      time.push_back(e->order.time);
      merit.push_back(e->order.merit);
      sum += e->order.volume;
    }
    rule(tied_orders<double>{volumes, index, time, merit, scratch}, std::clamp(amount, 0.0, sum),
         std::span<double>(given));
    for (std::size_t k = 0; k < orders.size(); ++k) accepted_[orders[k]->id] = given[k];
  }

  const zonal_market& m_;
  const Tie& tie_;
  zonal_result& out_;
  double total_;
  link_lots links_;
  std::vector<std::vector<entry>> book_;
  std::vector<merit_curve> curve_;
  std::vector<double> accepted_;
  std::vector<const entry*> tied_[2];
};

}  // namespace detail

/// Clears coupled zones: welfare is the largest that links (or flow-based constraints) allow, prices are equal over
/// free links and rise along full ones.
///
/// Zones with links are cleared by splitting areas at minimum cuts (Boost.Graph's push-relabel): exact, at most
/// 2·zones − 1 maximum flows, O(zones · orders) besides. Orders may be segments. Tied orders of a connected area are
/// served by the tie rule, orders without limit at a bound of price first: each zone's from what the zone itself has,
/// beyond that all of them in one ratio as far as links carry. Among flows that carry
/// the result: least Σ |flow|, then least Σ flow²/capacity.
///
/// Tariffs, losses and flow-based constraints are solved as one linear problem (bounded dual simplex): orders must be
/// steps there (`bad_curve`). Tied orders of one zone share by the tie rule, those without limit in one ratio; between
/// zones the optimal basis decides. Prices that go with the volumes are a polyhedron; `lo` and `hi` are its ends in
/// each zone, the rule is asked zone by zone between them, and the admissible prices nearest to its answers (least
/// squares) are taken. `intuitive` keeps the volumes and prices of the basis (lo = hi = price): neither rule is asked.
///
/// A link with losses carries one way at a time: below zero it would pay to send volume to and fro and burn it. Where
/// the linear problem wants that, both directions are tried (branch and bound, the best of all directions; 2^links in
/// the worst case), and prices are those with the directions chosen.
///
/// Flow-based with `intuitive`: net positions are exchanges between pairs of zones (`exchange`) none of which goes from
/// a higher to a lower price. As long as they are not, the constraints that bind are patched: exchanges that relieve
/// them no longer count, Σ max(0, ptdf[from] − ptdf[to]) · exchange ≤ ram, and the market is cleared again, at most
/// constraints + 1 times with zones² more columns. Then price[to] − price[from] ≤ Σ shadow price · (max(0, ·) where
/// patched, else ptdf[from] − ptdf[to]) for every pair, equal where there is exchange. This is the patch of the public
/// descriptions of flow-based coupling, not the largest welfare of all intuitive outcomes. A constraint with ram below
/// zero cannot be patched: infeasible.
///
/// Prices: inside the admissible set by the rule, area by area (`k_price`: between the ends of the set's projection on
/// the area); where the rule's price contradicts the order of prices along full links, it is raised to the price behind
/// them. Status: cleared; shortage (price-taking demand curtailed); no_trade; empty; infeasible (fixed flows or
/// injections that the books cannot take up). Throws `market_error` (see `check_zonal_market`). Allocates.
template <class Tie = tie::index, class Pricing = pricing::k_price>
  requires(tie_rule<Tie, double> && uniform_pricing<Pricing, double, double>)
[[nodiscard]] zonal_result couple_zones(const zonal_market& m, const Tie& tie = {}, const Pricing& rule = {}) {
  if (const market_input_fault f = check_zonal_market(m)) throw market_error(f);
  zonal_result out;
  out.net_position.assign(m.zones, 0.0);
  bool linear = !m.constraints.empty();
  for (const capacity_link& l : m.links) linear = linear || l.tariff != 0 || l.loss != 0;
  bool solved = false;
  if (linear) {
    solved = m.intuitive && !m.constraints.empty() ? detail::solve_intuitive_zones(m, out)
                                                   : detail::solve_linear_zones(m, out);
    if (solved && out.patched.empty()) {
      detail::share_zone_ties(m, tie, out);
      detail::price_linear_zones(m, rule, out);
    }
  } else {
    detail::area_splitting<Tie> areas(m, tie, out);
    solved = areas.run();
    if (solved)
      detail::price_areas(m, areas.links().flow, areas.links().least, areas.links().most, detail::zone_margins(m, out),
                          rule, out);
  }
  detail::settle_totals(m, solved, out);
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
