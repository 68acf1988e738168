// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_MARKET_ZONES_HPP
#define SCHED_EXAMPLES_SCHED_MARKET_ZONES_HPP

/// \file
/// Runs the market cases of coupled zones. Shared by `sched market` and the conformance test.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <sched/market_coupling.hpp>

#include "market_blocks.hpp"

namespace program {

/// One period (from 1) of a case of mechanism `zonal` or `blocks`, as the library wants it. Orders, links and
/// boundaries with a period belong to that one only, those without to the first (orders) or to all.
struct zonal_case {
  sched::zonal_market market{};
  std::vector<std::string> zones{}, constraints{};
  std::vector<std::size_t> order{};  ///< of the case, per order of the market

  explicit zonal_case(const sched::io::market_case& c, std::int64_t period = 1, std::int64_t periods = 1) {
    using namespace sched;
    const auto now = [&](const io::json_value& v, bool always) {
      const auto t = v.find("period");
      return t ? t->integer(1, periods) == period : always || period == 1;
    };
    const io::json_value in = c.input;
    market.bounds = c.bounds;
    std::map<std::string, std::uint32_t, std::less<>> index;
    for (const auto v : in.at("zones").array()) {
      zones.emplace_back(v.string());
      if (!index.emplace(zones.back(), static_cast<std::uint32_t>(zones.size() - 1)).second) v.fail("given twice");
    }
    market.zones = zones.size();
    const auto zone = [&](const io::json_value& v) {
      const auto it = index.find(v.string());
      // A zone that does not exist is malformed input of the market, not of the file.
      return it == index.end() ? static_cast<std::uint32_t>(zones.size()) : it->second;
    };
    const auto optional = [](const io::json_value& v, const char* key, double otherwise) {
      const auto x = v.find(key);
      return x ? io::real_of(*x) : otherwise;
    };
    std::size_t number = 0;
    for (const auto v : in.at("orders").array()) {
      if (now(v, false)) {
        market.orders.push_back({zone(v.at("zone")), io::segment_of(v)});
        order.push_back(number);
      }
      ++number;
    }
    if (const auto links = in.find("links"))
      for (const auto v : links->array()) {
        v.allow({"from", "to", "capacity", "reverse", "tariff", "loss", "period"});
        if (now(v, true))
          market.links.push_back({zone(v.at("from")), zone(v.at("to")), io::real_of(v.at("capacity")),
                                  optional(v, "reverse", 0), optional(v, "tariff", 0), optional(v, "loss", 0)});
      }
    if (const auto all = in.find("boundaries"))
      for (const auto v : all->array()) {
        v.allow({"zone", "price", "import", "export", "period"});
        if (now(v, true))
          market.boundaries.push_back(
              {zone(v.at("zone")), io::real_of(v.at("price")), optional(v, "import", 0), optional(v, "export", 0)});
      }
    if (const auto all = in.find("constraints"))
      for (const auto v : all->array()) {
        v.allow({"id", "ptdf", "ram"});
        flow_constraint f;
        f.ptdf.assign(zones.size(), 0);
        for (const auto x : v.at("ptdf").object()) {
          const auto it = index.find(x.key());
          if (it == index.end()) throw market_error({market_fault::unknown_zone}, x.key());
          f.ptdf[it->second] = io::real_of(x);
        }
        f.ram = io::real_of(v.at("ram"));
        market.constraints.push_back(std::move(f));
        const auto id = v.find("id");
        constraints.emplace_back(id ? std::string(id->string()) : std::to_string(constraints.size()));
      }
    if (const auto no = in.find("intuitive")) market.intuitive = no->boolean();
  }

  [[nodiscard]] std::vector<sched::purchase_order> purchases(const sched::io::json_value& list) const {
    using namespace sched;
    std::vector<purchase_order> out;
    for (const auto v : list.array()) {
      const auto at = std::find(zones.begin(), zones.end(), v.at("zone").string()) - zones.begin();
      const auto merit = v.find("merit");
      constexpr std::int64_t far = std::int64_t{1} << 62;
      out.push_back({static_cast<std::uint32_t>(at), io::real_of(v.at("price")), io::real_of(v.at("volume")),
                     merit ? merit->integer(-far, far) : 0});
    }
    return out;
  }

  /// Ramps by indices of the links of a period, or by the name of a zone.
  [[nodiscard]] std::vector<sched::zonal_ramp> ramps(const sched::io::json_value& list) const {
    using namespace sched;
    std::vector<zonal_ramp> out;
    for (const auto v : list.array()) {
      v.allow({"links", "zone", "up", "down"});
      zonal_ramp r;
      const auto links = v.find("links"), zone = v.find("zone"), up = v.find("up"), down = v.find("down");
      if (links.has_value() == zone.has_value()) v.fail("either 'links' or 'zone' is wanted");
      if (!up && !down) v.fail("neither 'up' nor 'down': no ramp");
      if (links)
        for (const std::size_t k : io::indices_of(*links, market.links.size()))
          r.links.push_back(static_cast<std::uint32_t>(k));
      else r.zone = static_cast<std::uint32_t>(std::find(zones.begin(), zones.end(), zone->string()) - zones.begin());
      if (up) r.up = io::real_of(*up);
      if (down) r.down = io::real_of(*down);
      out.push_back(std::move(r));
    }
    return out;
  }
};

/// Zones over periods, with ramps between these or without: what has a zone or link is a list over the periods.
inline market_answer run_zonal_periods(const sched::io::market_case& c, bool validate) {
  using namespace sched;
  market_answer out;
  const std::int64_t periods = c.input.at("periods").integer(1, 100'000);
  if (const auto other = c.input.find("purchases")) other->fail("purchases at one average price are for one period");
  std::vector<zonal_case> cases;
  std::vector<zonal_market> markets;
  for (std::int64_t t = 1; t <= periods; ++t) {
    cases.emplace_back(c, t, periods);
    markets.push_back(cases.back().market);
  }
  const case_rules rules(c, "k_price", "marginal_demand");
  const auto list = c.input.find("ramps");
  const std::vector<zonal_ramp> ramps = list ? cases[0].ramps(*list) : std::vector<zonal_ramp>{};
  const auto start = std::chrono::steady_clock::now();
  zonal_periods_result r;
  if (!ramps.empty()) {
    r = couple_periods(markets, ramps);
  } else {
    for (const zonal_market& m : markets) {
      r.periods.push_back(couple_zones(m, rules.tie, one_price{rules.pricing}));
      r.welfare += r.periods.back().welfare;
    }
    // The whole is as good as its worst period; of empty ones nothing is said.
    for (const clearing_status s : {clearing_status::infeasible, clearing_status::shortage, clearing_status::surplus,
                                    clearing_status::cleared, clearing_status::no_trade})
      if (r.status == clearing_status::empty &&
          std::any_of(r.periods.begin(), r.periods.end(), [s](const zonal_result& x) { return x.status == s; }))
        r.status = s;
  }
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  out.values["status"] = std::string(to_string(r.status));
  answer price = answer::object(), position = answer::object(), flows = answer::array(), imports = answer::array();
  std::vector<double> accepted(c.input.at("orders").size(), 0), volume;
  double rent = 0, unserved = 0;
  for (const std::string& z : cases[0].zones) price[z] = position[z] = answer::array();
  for (std::size_t t = 0; t < cases.size(); ++t) {
    const zonal_result& one = r.periods[t];
    for (std::size_t z = 0; z < cases[t].zones.size(); ++z) {
      price[cases[t].zones[z]].push_back(z < one.price.size() ? number_or_null(one.price[z]) : answer(nullptr));
      position[cases[t].zones[z]].push_back(number_or_null(one.net_position[z]));
    }
    flows.push_back(numbers(one.flow));
    imports.push_back(numbers(one.boundary_import));
    double bought = 0;
    for (std::size_t k = 0; k < markets[t].orders.size() && k < one.accepted.size(); ++k) {
      accepted[cases[t].order[k]] = one.accepted[k];
      if (markets[t].orders[k].order.side == market_side::buy) bought += one.accepted[k];
    }
    volume.push_back(bought);
    rent += one.congestion_rent;
    unserved += one.unserved;
  }
  out.values["price"] = std::move(price);
  out.values["volume"] = numbers(volume);
  out.values["accepted"] = numbers(accepted);
  out.values["flows"] = std::move(flows);
  out.values["net_position"] = std::move(position);
  out.values["boundary_net_import"] = std::move(imports);
  if (!ramps.empty()) {
    answer prices = answer::array();
    for (std::size_t t = 0; t + 1 < cases.size(); ++t) {
      const auto from = r.ramp_price.begin() + static_cast<std::ptrdiff_t>(t * ramps.size());
      prices.push_back(numbers(std::vector<double>(from, from + static_cast<std::ptrdiff_t>(ramps.size()))));
    }
    out.values["ramp_price"] = std::move(prices);
  }
  out.values["congestion_rent"] = rent;
  out.values["welfare"] = r.welfare;
  out.values["unserved"] = unserved;
  if (!validate || r.status == clearing_status::infeasible) return out;
  if (!ramps.empty()) {
    for (const market_violation& v : validate_periods(markets, ramps, r)) out.wrong.push_back(describe(v));
    return out;
  }
  for (std::size_t t = 0; t < markets.size(); ++t) {
    const clearing_status s = r.periods[t].status;
    if (s != clearing_status::cleared && s != clearing_status::shortage) continue;
    for (market_violation& v : validate_market(markets[t], r.periods[t])) {
      v.period = t;
      out.wrong.push_back(describe(v));
    }
  }
  return out;
}

inline market_answer run_zonal(const sched::io::market_case& c, bool validate = true) {
  using namespace sched;
  market_answer out;
  try {
    for (const char* key : {"blocks", "flexible", "complex"})
      if (const auto v = c.input.find(key)) v->fail("orders over several periods are for the mechanism 'blocks'");
    if (c.input.find("periods") || c.input.find("ramps")) return run_zonal_periods(c, validate);
    const zonal_case z(c);
    const auto by_zone = [&](const std::vector<double>& values) {
      answer o = answer::object();
      for (std::size_t k = 0; k < z.zones.size() && k < values.size(); ++k) o[z.zones[k]] = number_or_null(values[k]);
      return o;
    };
    const case_rules rules(c, "k_price", "marginal_demand");
    const auto start = std::chrono::steady_clock::now();
    const auto list = c.input.find("purchases");
    const std::vector<purchase_order> purchases = list ? z.purchases(*list) : std::vector<purchase_order>{};
    uniform_purchase_result bought_at_one;
    if (list) bought_at_one = clear_uniform_purchase(z.market, purchases, rules.tie, one_price{rules.pricing});
    const zonal_result r = list ? bought_at_one.market : couple_zones(z.market, rules.tie, one_price{rules.pricing});
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    out.values["status"] = std::string(to_string(r.status));
    if (list) {
      out.values["average_price"] = number_or_null(bought_at_one.price);
      out.values["purchased"] = numbers(bought_at_one.accepted);
    }
    out.values["price"] = by_zone(r.price);
    out.values["accepted"] = numbers(r.accepted);
    out.values["flows"] = numbers(r.flow);
    out.values["net_position"] = by_zone(r.net_position);
    answer shadow = answer::object();
    for (std::size_t k = 0; k < z.constraints.size() && k < r.shadow_price.size(); ++k)
      shadow[z.constraints[k]] = number_or_null(r.shadow_price[k]);
    out.values["shadow_price"] = std::move(shadow);
    if (z.market.intuitive) {
      answer exchanges = answer::array(), patched = answer::array();
      for (const zone_exchange& e : r.exchange)
        exchanges.push_back({{"from", z.zones[e.from]}, {"to", z.zones[e.to]}, {"volume", e.volume}});
      for (std::size_t k = 0; k < r.patched.size(); ++k)
        if (r.patched[k] != 0) patched.push_back(z.constraints[k]);
      out.values["exchanges"] = std::move(exchanges);
      out.values["patched"] = std::move(patched);
    }
    out.values["congestion_rent"] = r.congestion_rent;
    out.values["boundary_net_import"] = numbers(r.boundary_import);
    out.values["welfare"] = r.welfare;
    out.values["unserved"] = r.unserved;
    double bought = 0;
    for (std::size_t i = 0; i < z.market.orders.size(); ++i)
      if (z.market.orders[i].order.side == market_side::buy) bought += r.accepted[i];
    out.values["volume"] = bought;
    if (validate && (r.status == clearing_status::cleared || r.status == clearing_status::shortage))
      for (const market_violation& v :
           list ? validate_uniform_purchase(z.market, purchases, bought_at_one) : validate_market(z.market, r))
        out.wrong.push_back(describe(v));
  } catch (const market_error& e) {
    out.values = answer::object();
    out.values["error"] = std::string(to_string(e.code()));
    out.values["reason"] = e.reason();
  }
  return out;
}

/// Block orders over coupled zones: a price per zone and period, flows per period and link.
inline market_answer run_block_zones(const sched::io::market_case& c, bool validate = true) {
  using namespace sched;
  market_answer out;
  try {
    for (const char* key : {"ramps", "purchases"})
      if (const auto v = c.input.find(key)) v->fail("not over block orders: for the mechanism 'zonal'");
    const std::int64_t periods = c.input.at("periods").integer(1, 100'000);
    std::vector<zonal_case> cases;
    std::vector<zonal_market> markets;
    for (std::int64_t t = 1; t <= periods; ++t) {
      cases.emplace_back(c, t, periods);
      markets.push_back(cases.back().market);
    }
    const block_case b(c.input, cases.size(), cases[0].zones);
    const case_rules rules(c, "k_price", "marginal_demand");
    const coupled_market<one_price> market(markets, one_price{rules.pricing});
    const block_clearing clear(c.input);
    const auto start = std::chrono::steady_clock::now();
    const block_result r = clear(market, b.book);
    std::vector<zonal_result> cleared;
    for (std::size_t t = 0; t < cases.size(); ++t) cleared.push_back(market.settle(t, r, rules.tie));
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    out.values["status"] = std::string(to_string(r.status));
    answer price = answer::object(), flows = answer::array(), position = answer::object(), shadow = answer::object();
    const std::size_t zones = cases[0].zones.size();
    for (std::size_t z = 0; z < zones; ++z) {
      answer column = answer::array();
      for (std::size_t t = 0; t < cases.size() && !r.price.empty(); ++t) column.push_back(r.price[t * zones + z]);
      price[cases[0].zones[z]] = std::move(column);
    }
    std::vector<double> volume(cases.size(), 0), accepted(c.input.at("orders").size(), 0);
    double rent = 0;
    for (std::size_t t = 0; t < cases.size(); ++t) {
      double sold = 0, bought = 0;
      for (std::size_t k = 0; k < markets[t].orders.size(); ++k) {
        const double a = cleared[t].accepted[k];
        accepted[cases[t].order[k]] = a;
        (markets[t].orders[k].order.side == market_side::sell ? sold : bought) += a;
      }
      for (const double in : cleared[t].boundary_import) (in > 0 ? sold : bought) += std::abs(in);
      add_block_volume(b.book, r, t, sold, bought);
      volume[t] = std::max(sold, bought);
      rent += cleared[t].congestion_rent;
      flows.push_back(numbers(cleared[t].flow));
      for (std::size_t z = 0; z < zones; ++z)
        position[cases[t].zones[z]].push_back(number_or_null(cleared[t].net_position[z]));
      for (std::size_t k = 0; k < cases[t].constraints.size(); ++k)
        shadow[cases[t].constraints[k]].push_back(number_or_null(cleared[t].shadow_price[k]));
    }
    out.values["price"] = std::move(price);
    out.values["volume"] = numbers(volume);
    out.values["accepted"] = numbers(accepted);
    out.values["flows"] = std::move(flows);
    out.values["net_position"] = std::move(position);
    out.values["shadow_price"] = std::move(shadow);
    out.values["congestion_rent"] = rent;
    add_block_values(b, r, out.values);
    if (validate && r.status == clearing_status::cleared)
      for (const market_violation& v : validate_block_zones(markets, cleared, b.book, r, clear.tolerance))
        out.wrong.push_back(describe(v));
  } catch (const market_error& e) {
    out.values = answer::object();
    out.values["error"] = std::string(to_string(e.code()));
    out.values["reason"] = e.reason();
  }
  return out;
}

}  // namespace program

#endif
