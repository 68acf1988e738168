// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_MARKET_HPP
#define SCHED_EVALUATE_VALIDATE_MARKET_HPP

/// \file
/// The proof for cleared markets. It shares nothing with the solvers: it asks every order, link and constraint whether
/// it would do anything else at these prices. Together those answers are the conditions of optimality.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>
#include <sched/model/zonal_market.hpp>

namespace sched {
inline namespace v0 {

enum class market_violation_kind : std::uint8_t {
  malformed,         ///< a column of another length, or a value that is no number
  outside_volume,    ///< accepted below nothing or above the order
  out_of_the_money,  ///< accepted although the price is worse than its limit
  in_the_money,      ///< not accepted in full although the price is better than its limit
  unbalanced,        ///< sold, bought and exchanged volumes do not add up
  outside_capacity,  ///< a flow beyond its limits
  wrong_flow,        ///< a flow that earns by changing: prices differ where it is free, or it runs against them
  above_ram,         ///< a flow-based constraint is broken
  wrong_shadow,      ///< a shadow price below zero, or on a constraint that does not bind
  wrong_price,       ///< zone prices that do not follow from shadow prices, or leave the bounds or the interval
  wrong_sum,         ///< welfare, rent or another total is not what the volumes say
  wrong_status,      ///< the status contradicts the volumes
  outside_ratio,     ///< a block ratio that is neither 0 nor in [minimum, 1]
  above_parent,      ///< a child accepted more than its parent
  group_overfull,    ///< ratios of an exclusive group above 1
  loop_apart,        ///< one of a loop without the other
  paradoxical,       ///< accepted at a loss
  partial_not_at_the_money,
  income_missing,   ///< a complex order that does not earn what it asks
  below_minimum,    ///< a complex order below its minimum power
  beyond_gradient,  ///< a complex order that changes faster than it may
  wrong_list,       ///< paradoxically rejected orders that are not (all) listed
  against_price     ///< an exchange from a higher to a lower price, though that is forbidden
};

[[nodiscard]] constexpr std::string_view to_string(market_violation_kind k) noexcept {
  constexpr std::string_view names[] = {"malformed result",
                                        "accepted volume outside the order",
                                        "accepted out of the money",
                                        "in the money and not accepted in full",
                                        "volumes are not balanced",
                                        "flow outside its capacity",
                                        "flow and prices disagree",
                                        "flow-based constraint broken",
                                        "shadow price wrong",
                                        "price wrong",
                                        "total wrong",
                                        "status wrong",
                                        "ratio outside its range",
                                        "child above its parent",
                                        "exclusive group overfull",
                                        "loop torn apart",
                                        "paradoxically accepted",
                                        "partial and not at the money",
                                        "income missing",
                                        "below minimum power",
                                        "beyond the load gradient",
                                        "list of paradoxical rejections wrong",
                                        "exchange against the prices"};
  return names[static_cast<std::size_t>(k)];
}

/// What `market_violation::index` counts.
enum class market_item : std::uint8_t { book, order, zone, link, boundary, constraint, block, complex, exchange };

[[nodiscard]] constexpr std::string_view to_string(market_item i) noexcept {
  constexpr std::string_view names[] = {"book",       "order", "zone",          "link",    "boundary",
                                        "constraint", "block", "complex order", "exchange"};
  return names[static_cast<std::size_t>(i)];
}

struct market_violation {
  market_violation_kind kind{};
  market_item item{};
  std::size_t index = 0;
  double found = 0, limit = 0;  ///< what is, and what should be (or bounds it)
  std::size_t period = 0;
  bool operator==(const market_violation&) const = default;
};

/// Text for people.
[[nodiscard]] inline std::string describe(const market_violation& v) {
  std::string out(to_string(v.item));
  if (v.item != market_item::book) out += ' ' + std::to_string(v.index);
  out += ", period " + std::to_string(v.period) + ": ";
  out += to_string(v.kind);
  return out + ": " + std::to_string(v.found) + " against " + std::to_string(v.limit);
}

/// What is taken as equal. `volume` and `money` grow with the size of the book: they are multiplied by the larger of 1
/// and the total volume (money: the sum of |price · volume|).
struct market_tolerance {
  double price = 1e-5;      ///< absolute, and relative to the price
  double volume = 1e-9;     ///< relative
  double money = 1e-6;      ///< relative
  double fixed_volume = 0;  ///< absolute: rounding of published volumes
  double tick = 0;          ///< absolute: rounding of published prices
};

namespace detail {

/// Asks single orders.
class order_proof {
public:
  order_proof(const price_bounds<double>& bounds, const market_tolerance& t) : bounds_(bounds), t_(t) {}

  void add_scale(const curve_segment& o) {
    const double p = first(o);
    volume_ += o.volume;
    if (std::isfinite(p)) money_ += std::abs(p) * o.volume;
  }
  void add_volume(double v) { volume_ += std::isfinite(v) ? std::abs(v) : 0; }
  void add_money(double v) { money_ += std::abs(v); }

  [[nodiscard]] double volume() const { return t_.fixed_volume + t_.volume * std::max(1.0, volume_); }
  [[nodiscard]] double money() const { return t_.money * std::max(1.0, money_); }
  [[nodiscard]] double price(double p) const { return t_.tick + t_.price * std::max(1.0, std::abs(p)); }

  /// The marginal price of an order at an accepted share, without bounds on the share.
  [[nodiscard]] double marginal(const curve_segment& o, double share) const {
    return o.price_taking || o.price == o.price_end ? first(o)
                                                    : o.price + (o.price_end - o.price) * std::clamp(share, 0.0, 1.0);
  }
  [[nodiscard]] double first(const curve_segment& o) const {
    const bool buys = o.side == market_side::buy;
    if (o.price_taking) return buys ? bounds_.cap : bounds_.floor;
    if (o.price != o.price_end) return o.price;
    return buys ? std::min(o.price, bounds_.cap) : std::max(o.price, bounds_.floor);  // a step beyond the bounds
  }
  /// Value of what is accepted, at the order's own prices; positive for purchases.
  [[nodiscard]] double value(const curve_segment& o, double a) const {
    if (o.volume <= 0 || a == 0) return 0;
    const double mean = (first(o) + marginal(o, a / o.volume)) / 2;
    return o.side == market_side::buy ? mean * a : -mean * a;
  }

  void ask(std::vector<market_violation>& out, const curve_segment& o, double a, double p, std::size_t index,
           std::size_t period = 0) const {
    const double v = volume();
    if (!(a >= -v && a <= o.volume + v)) {
      out.push_back({market_violation_kind::outside_volume, market_item::order, index, a, o.volume, period});
      return;
    }
    if (o.volume <= v || std::isnan(p)) {
      if (std::isnan(p) && a > v)
        out.push_back({market_violation_kind::wrong_price, market_item::order, index, p, o.price, period});
      return;
    }
    // The marginal prices a hair to either side of what is accepted: rounding of the volume moves them along a slope.
    const double low = marginal(o, (a - v) / o.volume), high = marginal(o, (a + v) / o.volume);
    const double sign = o.side == market_side::sell ? 1 : -1;
    if (a > v && sign * (low - p) > price(p))
      out.push_back({market_violation_kind::out_of_the_money, market_item::order, index, p, low, period});
    if (a < o.volume - v && sign * (p - high) > price(p))
      out.push_back({market_violation_kind::in_the_money, market_item::order, index, p, high, period});
  }

private:
  price_bounds<double> bounds_;
  market_tolerance t_;
  double volume_ = 0, money_ = 0;
};

class zonal_proof {
public:
  /// `toll`: what a unit sent along each link costs beside its tariff, forward and backward; empty: nothing.
  zonal_proof(const zonal_market& m, const zonal_result& r, const market_tolerance& t,
              std::span<const std::pair<double, double>> toll = {})
      : m_(m), r_(r), t_(t), toll_(toll), orders_(m.bounds, t) {}

  std::vector<market_violation> run() {
    if (!well_formed()) return std::move(out_);
    for (const zone_order& o : m_.orders) orders_.add_scale(o.order);
    for (const zone_boundary& b : m_.boundaries) {
      orders_.add_volume(std::min(b.import_capacity + b.export_capacity, 1e6));
      orders_.add_money(std::abs(b.price) * std::min(b.import_capacity + b.export_capacity, 1e6));
    }
    for (const double x : m_.injection) orders_.add_volume(x);
    left_.assign(m_.zones, 0.0);
    lossy_.assign(m_.zones, false);
    double paid = 0;  // on the longest way
    for (const capacity_link& l : m_.links) {
      if (l.loss > 0) lossy_[l.from] = lossy_[l.to] = true;
      paid += l.tariff;
    }
    for (std::size_t z = 0; z < m_.injection.size(); ++z) left_[z] = m_.injection[z];
    ask_orders();
    ask_boundaries();
    m_.constraints.empty() ? ask_links() : ask_constraints();
    for (std::size_t z = 0; z < m_.zones; ++z) {
      if (std::abs(left_[z] - r_.net_position[z]) > orders_.volume())
        report(market_violation_kind::unbalanced, market_item::zone, z, left_[z], r_.net_position[z]);
      const double p = r_.price[z], slack = orders_.price(p);
      // What is lost or paid on the way, or a factor of a constraint, lifts a price beyond the bounds of all orders.
      const bool beyond = m_.constraints.empty() && !lossy_[z] &&
                          (p < m_.bounds.floor - slack - paid || p > m_.bounds.cap + slack + paid);
      if (beyond || p < r_.lo[z] - slack || p > r_.hi[z] + slack)
        report(market_violation_kind::wrong_price, market_item::zone, z, p, p < r_.lo[z] ? r_.lo[z] : r_.hi[z]);
    }
    if (r_.status != clearing_status::infeasible) ask_ends();
    ask_totals();
    return std::move(out_);
  }

private:
  void report(market_violation_kind k, market_item i, std::size_t at, double found, double limit) {
    out_.push_back({k, i, at, found, limit, 0});
  }
  bool column(const std::vector<double>& c, std::size_t size, market_item i, bool nan_allowed = false) {
    if (c.size() != size) {
      report(market_violation_kind::malformed, i, c.size(), static_cast<double>(c.size()), static_cast<double>(size));
      return false;
    }
    for (std::size_t k = 0; k < size; ++k)
      if (std::isnan(c[k]) && !nan_allowed) {
        report(market_violation_kind::malformed, i, k, c[k], 0);
        return false;
      }
    return true;
  }
  bool well_formed() {
    const bool flows = m_.constraints.empty();
    return column(r_.accepted, m_.orders.size(), market_item::order) &&
           column(r_.price, m_.zones, market_item::zone, true) && column(r_.lo, m_.zones, market_item::zone) &&
           column(r_.hi, m_.zones, market_item::zone) && column(r_.net_position, m_.zones, market_item::zone) &&
           column(r_.flow, flows ? m_.links.size() : 0, market_item::link) &&
           column(r_.boundary_import, m_.boundaries.size(), market_item::boundary) &&
           column(r_.shadow_price, m_.constraints.size(), market_item::constraint);
  }

  void ask_orders() {
    for (std::size_t k = 0; k < m_.orders.size(); ++k) {
      const auto& [zone, o] = m_.orders[k];
      const double a = r_.accepted[k];
      orders_.ask(out_, o, a, r_.price[zone], k);
      left_[zone] += o.side == market_side::sell ? a : -a;
      welfare_ += orders_.value(o, a);
      if (o.price_taking && o.side == market_side::buy) unserved_ += o.volume - a;
    }
  }

  void ask_boundaries() {
    for (std::size_t k = 0; k < m_.boundaries.size(); ++k) {
      const zone_boundary& b = m_.boundaries[k];
      const double in = r_.boundary_import[k], p = r_.price[b.zone], v = orders_.volume(), slack = orders_.price(p);
      left_[b.zone] += in;
      welfare_ -= in * b.price;
      if (in > b.import_capacity + v || in < -b.export_capacity - v)
        report(market_violation_kind::outside_capacity, market_item::boundary, k, in,
               in > 0 ? b.import_capacity : -b.export_capacity);
      if ((p > b.price + slack && in < b.import_capacity - v) || (p < b.price - slack && in > -b.export_capacity + v))
        report(market_violation_kind::wrong_flow, market_item::boundary, k, p, b.price);
    }
  }

  /// Money a unit more of flow earns (`up`), or a unit less.
  [[nodiscard]] double gain(std::size_t k, double f, bool up, std::span<const double> price) const {
    const capacity_link& l = m_.links[k];
    const double from = price[l.from], to = price[l.to];
    const auto [there, back] = toll_.empty() ? std::pair(0.0, 0.0) : toll_[k];
    const double forward = to * (1 - l.loss) - from - l.tariff - there,
                 backward = from * (1 - l.loss) - to - l.tariff - back;
    if (up) return f >= 0 ? forward : -backward;
    return f > 0 ? -forward : backward;
  }

  /// Whether a flow would earn by changing at these prices.
  void ask_flow(std::size_t k, std::span<const double> price) {
    const capacity_link& l = m_.links[k];
    const double v = orders_.volume();
    const double f = std::abs(r_.flow[k]) <= v ? 0.0 : r_.flow[k];
    const double slack = orders_.price(std::max(std::abs(price[l.from]), std::abs(price[l.to])));
    const double more = gain(k, f, true, price), less = gain(k, f, false, price);
    const bool up = f < l.capacity - v && more > slack, down = f > -l.reverse + v && less > slack;
    // Below zero it would pay to send both ways at once and lose it on the way. A link carries one way: if it carries
    // nothing, one of its directions has nothing to earn.
    if (f == 0 && l.loss > 0 && l.capacity > v && l.reverse > v && more + less > 0 && up != down) return;
    if (up) report(market_violation_kind::wrong_flow, market_item::link, k, more, 0);
    if (down) report(market_violation_kind::wrong_flow, market_item::link, k, less, 0);
  }

  /// The ends of admissible prices: no order of the zone would do anything else there, and over links the least prices
  /// are admissible together, as are the largest.
  void ask_ends() {
    for (const auto* end : {&r_.lo, &r_.hi}) {
      for (std::size_t k = 0; k < m_.orders.size(); ++k) {
        const std::uint32_t z = m_.orders[k].zone;  // an end that is none asks like a very large price
        if (!std::isnan(r_.price[z]) && (*end)[z] != r_.price[z])
          orders_.ask(out_, m_.orders[k].order, r_.accepted[k], std::clamp((*end)[z], -1e300, 1e300), k);
      }
      for (std::size_t k = 0; k < r_.flow.size(); ++k) {
        const capacity_link& l = m_.links[k];
        const bool idle = l.loss > 0 && std::abs(r_.flow[k]) <= orders_.volume();
        if (!idle && std::isfinite((*end)[l.from]) && std::isfinite((*end)[l.to])) ask_flow(k, *end);
      }
    }
  }

  void ask_links() {
    const double v = orders_.volume();
    std::vector<double> out(m_.zones, 0.0);
    for (std::size_t k = 0; k < m_.links.size(); ++k) {
      const capacity_link& l = m_.links[k];
      const double f = r_.flow[k];
      if (f > l.capacity + v || f < -l.reverse - v)
        report(market_violation_kind::outside_capacity, market_item::link, k, f, f > 0 ? l.capacity : -l.reverse);
      const double sent = std::max(f, 0.0), back = std::max(-f, 0.0);
      out[l.from] += sent - back * (1 - l.loss);
      out[l.to] += back - sent * (1 - l.loss);
      rent_ += sent * (r_.price[l.to] * (1 - l.loss) - r_.price[l.from]) +
               back * (r_.price[l.from] * (1 - l.loss) - r_.price[l.to]);
      tariffs_ += std::abs(f) * l.tariff;
      ask_flow(k, r_.price);
    }
    for (std::size_t z = 0; z < m_.zones; ++z)
      if (std::abs(out[z] - left_[z]) > v)
        report(market_violation_kind::unbalanced, market_item::zone, z, left_[z], out[z]);
    welfare_ -= tariffs_;
  }

  /// What a unit exchanged from one zone to another takes of a constraint.
  [[nodiscard]] double counts(std::size_t k, std::size_t from, std::size_t to) const {
    const double d = m_.constraints[k].ptdf[from] - m_.constraints[k].ptdf[to];
    return r_.patched[k] != 0 ? std::max(0.0, d) : d;
  }

  /// Exchanges make up the net positions, none runs against the prices, none would earn by changing.
  bool ask_exchanges() {
    bool fine = r_.patched.size() == m_.constraints.size();
    for (const zone_exchange& e : r_.exchange)
      fine = fine && e.from < m_.zones && e.to < m_.zones && e.from != e.to && std::isfinite(e.volume);
    if (!fine) {
      report(market_violation_kind::malformed, market_item::exchange, r_.exchange.size(), 0, 0);
      return false;
    }
    const double v = orders_.volume();
    std::vector<double> net(m_.zones, 0.0), between(m_.zones * m_.zones, 0.0);
    for (std::size_t k = 0; k < r_.exchange.size(); ++k) {
      const zone_exchange& e = r_.exchange[k];
      net[e.from] += e.volume;
      net[e.to] -= e.volume;
      between[e.from * m_.zones + e.to] += e.volume;
      if (e.volume < -v) report(market_violation_kind::outside_volume, market_item::exchange, k, e.volume, 0);
      const double from = r_.price[e.from], to = r_.price[e.to];
      if (e.volume > v && from - to > orders_.price(from))
        report(market_violation_kind::against_price, market_item::exchange, k, from, to);
    }
    for (std::size_t z = 0; z < m_.zones; ++z)
      if (std::abs(net[z] - left_[z]) > v)
        report(market_violation_kind::unbalanced, market_item::zone, z, left_[z], net[z]);
    for (std::size_t a = 0; a < m_.zones; ++a)
      for (std::size_t b = 0; b < m_.zones; ++b) {
        if (a == b || std::isnan(r_.price[a]) || std::isnan(r_.price[b])) continue;
        double cost = 0;
        for (std::size_t k = 0; k < m_.constraints.size(); ++k) cost += r_.shadow_price[k] * counts(k, a, b);
        const double earned = r_.price[b] - r_.price[a] - cost;
        const double slack = orders_.price(std::max({std::abs(r_.price[a]), std::abs(r_.price[b]), std::abs(cost)}));
        if (earned > slack || (between[a * m_.zones + b] > v && earned < -slack))
          report(market_violation_kind::wrong_price, market_item::zone, b, r_.price[b], r_.price[a] + cost);
      }
    return true;
  }

  void ask_constraints() {
    double sum = 0;
    for (const double x : left_) sum += x;
    const double v = orders_.volume();
    if (std::abs(sum) > v) report(market_violation_kind::unbalanced, market_item::book, 0, sum, 0);
    if (m_.intuitive && !ask_exchanges()) return;
    std::vector<double> level(m_.zones, 0.0);
    for (std::size_t k = 0; k < m_.constraints.size(); ++k) {
      const flow_constraint& c = m_.constraints[k];
      double load = 0;
      if (m_.intuitive)
        for (const zone_exchange& e : r_.exchange) load += counts(k, e.from, e.to) * e.volume;
      else
        for (std::size_t z = 0; z < m_.zones; ++z) load += c.ptdf[z] * left_[z];
      const double mu = r_.shadow_price[k];
      if (load > c.ram + v) report(market_violation_kind::above_ram, market_item::constraint, k, load, c.ram);
      if (mu < -t_.price || (mu > t_.price && load < c.ram - v))
        report(market_violation_kind::wrong_shadow, market_item::constraint, k, mu, load - c.ram);
      for (std::size_t z = 0; z < m_.zones; ++z) level[z] += mu * c.ptdf[z];
      rent_ += mu * c.ram;
    }
    if (m_.intuitive) return;  // asked by pairs
    // p + Σ μ·ptdf is the same everywhere.
    double lambda = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t z = 0; z < m_.zones; ++z) {
      if (std::isnan(r_.price[z])) continue;
      const double here = r_.price[z] + level[z];
      if (std::isnan(lambda)) lambda = here;
      if (std::abs(here - lambda) > orders_.price(lambda))
        report(market_violation_kind::wrong_price, market_item::zone, z, here, lambda);
    }
  }

  void ask_totals() {
    const auto total = [this](double found, double expected) {
      if (std::isnan(expected)) return;  // prices that do not exist were reported, or touch no volume
      if (!(std::abs(found - expected) <= orders_.money()))
        report(market_violation_kind::wrong_sum, market_item::book, 0, found, expected);
    };
    total(r_.welfare, welfare_);
    total(r_.congestion_rent, rent_);
    total(r_.tariffs, tariffs_);
    const double v = orders_.volume();
    if (std::abs(r_.unserved - unserved_) > v)
      report(market_violation_kind::wrong_sum, market_item::book, 0, r_.unserved, unserved_);
    const bool short_of = r_.status == clearing_status::shortage;
    if (r_.status != clearing_status::infeasible && short_of != (unserved_ > v))
      report(market_violation_kind::wrong_status, market_item::book, 0, unserved_, 0);
  }

  const zonal_market& m_;
  const zonal_result& r_;
  market_tolerance t_;
  std::span<const std::pair<double, double>> toll_;
  order_proof orders_;
  std::vector<double> left_;  ///< what each zone has to give away
  std::vector<bool> lossy_;   ///< zones with a link that loses
  double welfare_ = 0, rent_ = 0, tariffs_ = 0, unserved_ = 0;
  std::vector<market_violation> out_;
};

}  // namespace detail

/// Everything that is wrong with a clearing of coupled zones. Empty: proved optimal: volumes inside the orders, no
/// order that would do anything else at its zone's price, every zone balanced, flows inside their limits, prices equal
/// over free links and rising along full ones (with tariffs and losses: no flow that would earn by changing),
/// flow-based constraints kept and complementary to their shadow prices, totals right. Links with losses are asked in
/// the direction in which they carry: that no other directions would be better is not asked. `lo` and `hi`: no order of
/// the zone objects to them, and over links all `lo` hold together, as do all `hi`; that they reach as far as they
/// could is not asked. `intuitive`: exchanges make up the net positions, do not run against prices, and keep the
/// constraints, patched ones by what loads them. Precondition: the market has no fault (`check_zonal_market`). O(size +
/// zones² · constraints of intuitive markets); allocates.
[[nodiscard]] inline std::vector<market_violation> validate_market(const zonal_market& m, const zonal_result& r,
                                                                   const market_tolerance& t = {}) {
  return detail::zonal_proof(m, r, t).run();
}

/// The same for one book at one price: `accepted` belongs to `orders`, `net_export` leaves the book. Where price-taking
/// orders are cut, the price may be anything that the shortage rule says: it is then not compared with them.
template <curve_element Order>
[[nodiscard]] std::vector<market_violation> validate_book(std::span<const Order> orders,
                                                          std::span<const typename Order::volume_type> accepted,
                                                          double price, double net_export = 0,
                                                          const price_bounds<typename Order::price_type>& bounds = {},
                                                          const market_tolerance& t = {}) {
  std::vector<market_violation> out;
  if (accepted.size() != orders.size()) {
    out.push_back({market_violation_kind::malformed, market_item::book, 0, static_cast<double>(accepted.size()),
                   static_cast<double>(orders.size()), 0});
    return out;
  }
  const auto plain = [](const Order& o) {
    if constexpr (std::is_same_v<Order, curve_segment>) {
      return o;
    } else {
      curve_segment s(o.side, static_cast<double>(o.price), static_cast<double>(o.price),
                      static_cast<double>(o.volume));
      s.price_taking = o.price_taking;
      return s;
    }
  };
  detail::order_proof proof({static_cast<double>(bounds.floor), static_cast<double>(bounds.cap)}, t);
  for (const Order& o : orders) proof.add_scale(plain(o));
  proof.add_volume(net_export);
  double left = -net_export;
  for (std::size_t k = 0; k < orders.size(); ++k) {
    const auto a = static_cast<double>(accepted[k]);
    left += orders[k].side == market_side::sell ? a : -a;
    const curve_segment o = plain(orders[k]);
    const bool cut = o.price_taking && a < o.volume - proof.volume();
    proof.ask(out, o, a, cut && a >= -proof.volume() ? proof.first(o) : price, k);
  }
  if (!(std::abs(left) <= proof.volume()))
    out.push_back({market_violation_kind::unbalanced, market_item::book, 0, left, 0, 0});
  return out;
}

/// The same for offers against a fixed demand: all of it is served from the cheapest offers, or all offers are taken.
template <class Price>
[[nodiscard]] std::vector<market_violation> validate_offers(std::span<const Price> prices,
                                                            std::span<const Price> volumes, double demand,
                                                            std::span<const Price> accepted,
                                                            const market_tolerance& t = {}) {
  std::vector<market_violation> out;
  const std::size_t n = prices.size();
  if (volumes.size() != n || accepted.size() != n) {
    out.push_back({market_violation_kind::malformed, market_item::book, 0, static_cast<double>(accepted.size()),
                   static_cast<double>(n), 0});
    return out;
  }
  double total = 0, sum = 0;
  for (std::size_t i = 0; i < n; ++i) {
    total += static_cast<double>(volumes[i]);
    sum += static_cast<double>(accepted[i]);
  }
  const double v = t.fixed_volume + t.volume * std::max(1.0, total);
  double cheapest = std::numeric_limits<double>::infinity();  // that is not accepted in full
  for (std::size_t i = 0; i < n; ++i) {
    const auto a = static_cast<double>(accepted[i]), q = static_cast<double>(volumes[i]);
    const auto p = static_cast<double>(prices[i]);
    if (!(a >= -v && a <= q + v))
      out.push_back({market_violation_kind::outside_volume, market_item::order, i, a, q, 0});
    if (a < q - v) cheapest = std::min(cheapest, p);
  }
  for (std::size_t i = 0; i < n; ++i)
    if (static_cast<double>(accepted[i]) > v && static_cast<double>(prices[i]) > cheapest)
      out.push_back({market_violation_kind::out_of_the_money, market_item::order, i, static_cast<double>(prices[i]),
                     cheapest, 0});
  if (!(std::abs(sum - std::min(demand, total)) <= v))
    out.push_back({market_violation_kind::unbalanced, market_item::book, 0, sum, std::min(demand, total), 0});
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
