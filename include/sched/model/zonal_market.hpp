// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_ZONAL_MARKET_HPP
#define SCHED_MODEL_ZONAL_MARKET_HPP

/// \file
/// Zones with a book each, what may flow between them, and what a clearing of them says.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/model/clearing.hpp>
#include <sched/model/orders.hpp>

namespace sched {
inline namespace v0 {

/// An order in its zone.
struct zone_order {
  std::uint32_t zone = 0;
  curve_segment order{};
};

/// What may flow from one zone to another in one period (ATC). A flow f is the amount that the sender puts in, positive
/// from → to; −reverse ≤ f ≤ capacity. Either limit may be negative, which forces a flow the other way.
struct capacity_link {
  std::uint32_t from = 0, to = 0;
  double capacity = 0;
  double reverse = 0;
  double tariff = 0;  ///< money per unit sent, either way; ≥ 0
  double loss = 0;    ///< share of what is sent that does not arrive, in [0, 1)
};

/// A price-taking outside of a zone: sells up to `import_capacity` to it and buys up to `export_capacity`, at its
/// price.
struct zone_boundary {
  std::uint32_t zone = 0;
  double price = 0;
  double import_capacity = 0;
  double export_capacity = 0;
};

/// Flow-based: Σ ptdf[z]·(net position of z) ≤ ram.
struct flow_constraint {
  std::vector<double> ptdf{};  ///< one per zone
  double ram = 0;
};

/// A volume that one zone exports and another imports; flow-based.
struct zone_exchange {
  std::uint32_t from = 0, to = 0;
  double volume = 0;
};

/// One period of coupled zones. With `constraints` the exchange is flow-based: net positions sum to zero and keep the
/// constraints; links are then not used. `injection`: volume put into each zone from outside the books (negative: taken
/// out); empty: none. `intuitive`: see `couple_zones`; for flow-based exchange only.
struct zonal_market {
  std::size_t zones = 0;
  std::vector<zone_order> orders{};
  std::vector<capacity_link> links{};
  std::vector<zone_boundary> boundaries{};
  std::vector<flow_constraint> constraints{};
  std::vector<double> injection{};
  price_bounds<double> bounds{};
  bool intuitive = false;  ///< no exchange from a higher to a lower price
};

/// A clearing of coupled zones. Prices money per unit; volumes and flows in the unit of the books.
struct zonal_result {
  clearing_status status = clearing_status::empty;
  std::vector<double> price{};            ///< per zone; NaN: the zone is empty and stands alone
  std::vector<double> lo{}, hi{};         ///< per zone: the prices that some admissible price vector has there
  std::vector<double> accepted{};         ///< per order
  std::vector<double> net_position{};     ///< per zone: what leaves it over links (flow-based: what it exports)
  std::vector<double> flow{};             ///< per link
  std::vector<double> boundary_import{};  ///< per boundary, positive: into the zone
  std::vector<double> shadow_price{};     ///< per constraint, ≥ 0
  std::vector<std::uint32_t> area{};      ///< per zone: its price area, numbered by first zone
  double congestion_rent = 0;  ///< value of what arrives less value of what is sent; flow-based: Σ shadow price · ram
  double tariffs = 0;          ///< paid on flows
  double welfare = 0;          ///< Σ bids − Σ offers at their own prices, boundaries included, − tariffs
  double unserved = 0;         ///< price-taking demand that is curtailed
  std::vector<zone_exchange> exchange{};  ///< intuitive markets: what net positions are made of, by zones
  std::vector<std::uint8_t> patched{};    ///< intuitive markets, per constraint: exchanges that relieve it do not count
};

/// The first fault of a market, or none. The index counts the orders, then links, boundaries, constraints, injections.
/// O(size).
[[nodiscard]] inline market_input_fault check_zonal_market(const zonal_market& m) {
  const auto finite = [](double x) { return detail::finite_number(x); };
  std::size_t at = 0;
  for (const zone_order& o : m.orders) {
    if (o.zone >= m.zones) return {market_fault::unknown_zone, at};
    if (const market_input_fault f = check_orders(std::span<const curve_segment>(&o.order, 1), m.bounds))
      return {f.code, at};
    ++at;
  }
  for (const capacity_link& l : m.links) {
    if (l.from >= m.zones || l.to >= m.zones || l.from == l.to) return {market_fault::unknown_zone, at};
    if (!finite(l.tariff) || l.capacity != l.capacity || l.reverse != l.reverse) return {market_fault::not_finite, at};
    if (!(l.loss >= 0 && l.loss < 1)) return {market_fault::bad_ratio, at};
    if (l.capacity + l.reverse < 0 || l.tariff < 0) return {market_fault::negative_volume, at};
    ++at;
  }
  for (const zone_boundary& b : m.boundaries) {
    if (b.zone >= m.zones) return {market_fault::unknown_zone, at};
    if (!finite(b.price) || !finite(b.import_capacity) || !finite(b.export_capacity))
      return {market_fault::not_finite, at};
    if (b.import_capacity < 0 || b.export_capacity < 0) return {market_fault::negative_volume, at};
    ++at;
  }
  for (const flow_constraint& c : m.constraints) {
    if (c.ptdf.size() != m.zones) return {market_fault::length_mismatch, at};
    for (const double x : c.ptdf)
      if (!finite(x)) return {market_fault::not_finite, at};
    if (!finite(c.ram)) return {market_fault::not_finite, at};
    ++at;
  }
  if (!m.injection.empty() && m.injection.size() != m.zones) return {market_fault::length_mismatch, m.injection.size()};
  for (const double x : m.injection) {
    if (!finite(x)) return {market_fault::not_finite, at};
    ++at;
  }
  return {};
}

}  // namespace v0
}  // namespace sched

#endif
