// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_CURVE_SPLITTING_HPP
#define SCHED_SOLVE_DETAIL_CURVE_SPLITTING_HPP

/// \file
/// The splitting algorithm on prepared curves: flows of coupled zones for any injection, without looking at orders.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/solve/detail/prepared_curve.hpp>
#include <sched/solve/detail/split_area.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// One period of coupled zones, prepared: a curve per zone, zones that links connect.
struct prepared_zones {
  std::vector<prepared_curve> curve{};
  std::vector<std::vector<std::size_t>> components{};
  double total = 1;  ///< all volume of books, boundaries and forced flows

  explicit prepared_zones(const zonal_market& m)
      : components(connected_zones(m.zones, m.links)), total(movable_volume(m)) {
    std::vector<std::vector<curve_segment>> book(m.zones);
    for (const zone_order& o : m.orders) book[o.zone].push_back(o.order);
    for (const zone_boundary& b : m.boundaries) {
      book[b.zone].emplace_back(market_side::sell, b.price, b.price, b.import_capacity);
      book[b.zone].emplace_back(market_side::buy, b.price, b.price, b.export_capacity);
    }
    curve.reserve(m.zones);
    for (const auto& b : book) curve.emplace_back(std::span<const curve_segment>(b), m.bounds);
  }
};

/// The splitting algorithm of `couple_zones` on prepared curves: flows only, and injections that nobody takes up are
/// absorbed at a price beyond all orders.
class curve_splitting {
public:
  curve_splitting(const zonal_market& m, const prepared_zones& p, std::span<const double> injection, double beyond)
      : m_(m),
        p_(p),
        beyond_(beyond),
        put_in_(injection.begin(), injection.end()),
        total_(total_of(p, injection)),
        links_(m.links, m.zones, std::exp2(53 - std::ceil(std::log2(total_))), total_) {
    for (std::size_t z = 0; z < m.injection.size(); ++z) put_in_[z] += m.injection[z];
    for (const auto& area : p.components) clear(area);
    // What the books must export, by the flows alone.
    exports.assign(m.zones, 0.0);
    std::vector<std::int64_t> net(m.zones, 0);
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      net[m.links[k].from] += links_.flow[k];
      net[m.links[k].to] -= links_.flow[k];
    }
    for (std::size_t z = 0; z < m.zones; ++z) exports[z] = links_.volume(net[z]) - put_in_[z];
    // A link that is full up to rounding is full.
    const std::int64_t slack = std::max<std::int64_t>(2, links_.lots(1e-10 * total_));
    for (std::size_t k = 0; k < m.links.size(); ++k) {
      if (links_.most[k] - links_.flow[k] <= slack) links_.flow[k] = links_.most[k];
      else if (links_.flow[k] - links_.least[k] <= slack) links_.flow[k] = links_.least[k];
    }
  }

  [[nodiscard]] const link_lots& links() const { return links_; }
  std::vector<double> exports{};  ///< per zone: what leaves its book

private:
  [[nodiscard]] static double total_of(const prepared_zones& p, std::span<const double> injection) {
    double total = p.total;
    for (const double x : injection) total += std::abs(x);
    return total;
  }
  struct range {
    double least = 0, most = 0;
  };
  [[nodiscard]] range positions(const std::vector<std::size_t>& area, double p) const {
    range r;
    for (const std::size_t z : area) {
      const auto l = p_.curve[z].curve().at(p);
      r.least += l.least_export();
      r.most += l.most_export();
    }
    return r;
  }

  /// The price at which an area exports x, or ±beyond.
  [[nodiscard]] double crossing(const std::vector<std::size_t>& area, double x, double tolerance) const {
    double sell = 0, buy = 0;
    for (const std::size_t z : area) {
      sell += p_.curve[z].total_sell();
      buy += p_.curve[z].total_buy();
    }
    if (x > sell + tolerance) return beyond_;
    if (x < -buy - tolerance) return -beyond_;
    x = std::clamp(x, -buy, sell);
    // The first break point that exports enough, and the last one before it.
    double first = std::numeric_limits<double>::infinity(), before = -first;
    for (const std::size_t z : area) {
      const auto levels = p_.curve[z].curve().levels();
      const auto it = std::partition_point(levels.begin(), levels.end(), [&](const curve_level<double>& l) {
        return positions(area, l.price).most < x - tolerance;
      });
      if (it != levels.end()) first = std::min(first, it->price);
      if (it != levels.begin()) before = std::max(before, std::prev(it)->price);
    }
    if (!exists(first)) return exists(before) ? before : 0;
    if (!exists(before)) return first;
    const double from = positions(area, before).most, to = positions(area, first).least;
    if (x >= to || !(to > from)) return first;
    return before + (first - before) * std::clamp((x - from) / (to - from), 0.0, 1.0);
  }

  void clear(const std::vector<std::size_t>& area) {
    std::int64_t away = 0;
    double x = 0, rounding = 0;
    for (const std::size_t z : area) {
      away += links_.outflow[z];
      x -= put_in_[z];
    }
    if (area.size() == 1) return;
    x += links_.volume(away);
    for (const std::size_t z : area) rounding += p_.curve[z].curve().rounding(x) + 1 / links_.scale;
    const double p = crossing(area, x, rounding);
    // What every zone sends away inside the area, in lots that add up: its least and a share of what is free.
    std::vector<std::int64_t> send(area.size());
    std::vector<range> own(area.size());
    range all;
    for (std::size_t i = 0; i < area.size(); ++i) {
      const auto l = p_.curve[area[i]].curve().at(p);
      own[i] = {l.least_export(), l.most_export()};
      all.least += own[i].least;
      all.most += own[i].most;
    }
    if (p == beyond_) own[0].most = own[0].least + std::max(0.0, x - all.least);
    if (p == -beyond_) own[0].least = own[0].most - std::max(0.0, all.most - x);
    all = {};
    for (const range& r : own) all = {all.least + r.least, all.most + r.most};
    const double free = all.most - all.least, share = free > 0 ? std::clamp((x - all.least) / free, 0.0, 1.0) : 0.0;
    std::int64_t rest = away;
    std::size_t roomiest = 0;
    for (std::size_t i = 0; i < area.size(); ++i) {
      send[i] = links_.lots(own[i].least + share * (own[i].most - own[i].least) + put_in_[area[i]]);
      rest -= send[i];
      send[i] -= links_.outflow[area[i]];
      if (own[i].most - own[i].least > own[roomiest].most - own[roomiest].least) roomiest = i;
    }
    send[roomiest] += rest;

    const link_lots::halves split = links_.settle(m_.links, area, send);
    if (split.whole) return;
    clear(split.inside);
    clear(split.outside);
  }

  const zonal_market& m_;
  const prepared_zones& p_;
  double beyond_;
  std::vector<double> put_in_;
  double total_;
  link_lots links_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
