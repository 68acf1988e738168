// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_MARKET_ZONES_HPP
#define SCHED_EXAMPLES_SCHED_MARKET_ZONES_HPP

/// \file
/// Runs the market cases of coupled zones. Shared by `sched market` and the conformance test.

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <sched/market_coupling.hpp>

#include "market_cases.hpp"

namespace program {

/// A case of mechanism `zonal` as the library wants it.
struct zonal_case {
  sched::zonal_market market{};
  std::vector<std::string> zones{}, constraints{};

  explicit zonal_case(const sched::io::market_case& c) {
    using namespace sched;
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
    for (const auto v : in.at("orders").array()) market.orders.push_back({zone(v.at("zone")), io::segment_of(v)});
    if (const auto links = in.find("links"))
      for (const auto v : links->array())
        market.links.push_back({zone(v.at("from")), zone(v.at("to")), io::real_of(v.at("capacity")),
                                optional(v, "reverse", 0), optional(v, "tariff", 0), optional(v, "loss", 0)});
    if (const auto all = in.find("boundaries"))
      for (const auto v : all->array())
        market.boundaries.push_back(
            {zone(v.at("zone")), io::real_of(v.at("price")), optional(v, "import", 0), optional(v, "export", 0)});
    if (const auto all = in.find("constraints"))
      for (const auto v : all->array()) {
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
  }
};

inline market_answer run_zonal(const sched::io::market_case& c, bool validate = true) {
  using namespace sched;
  market_answer out;
  try {
    const zonal_case z(c);
    const case_rules rules(c, "k_price", "marginal_demand");
    const auto start = std::chrono::steady_clock::now();
    const zonal_result r = couple_zones(z.market, rules.tie, one_price{rules.pricing});
    out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    out.values["status"] = std::string(to_string(r.status));
    const auto by_zone = [&](const std::vector<double>& values) {
      answer o = answer::object();
      for (std::size_t k = 0; k < z.zones.size() && k < values.size(); ++k) o[z.zones[k]] = number_or_null(values[k]);
      return o;
    };
    out.values["price"] = by_zone(r.price);
    out.values["accepted"] = numbers(r.accepted);
    out.values["flows"] = numbers(r.flow);
    out.values["net_position"] = by_zone(r.net_position);
    answer shadow = answer::object();
    for (std::size_t k = 0; k < z.constraints.size() && k < r.shadow_price.size(); ++k)
      shadow[z.constraints[k]] = number_or_null(r.shadow_price[k]);
    out.values["shadow_price"] = std::move(shadow);
    out.values["congestion_rent"] = r.congestion_rent;
    out.values["boundary_net_import"] = numbers(r.boundary_import);
    out.values["welfare"] = r.welfare;
    out.values["unserved"] = r.unserved;
    double bought = 0;
    for (std::size_t i = 0; i < z.market.orders.size(); ++i)
      if (z.market.orders[i].order.side == market_side::buy) bought += r.accepted[i];
    out.values["volume"] = bought;
    if (validate && (r.status == clearing_status::cleared || r.status == clearing_status::shortage))
      for (const market_violation& v : validate_market(z.market, r)) out.wrong.push_back(describe(v));
  } catch (const market_error& e) {
    out.values = answer::object();
    out.values["error"] = std::string(to_string(e.code()));
    out.values["reason"] = e.reason();
  }
  return out;
}

}  // namespace program

#endif
