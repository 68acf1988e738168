// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_PERIODS_HPP
#define SCHED_PYTHON_PERIODS_HPP

// couple_periods(orders, periods, ...), clear_uniform_purchase(zones, orders, purchases, ...) and
// procure_reserves(cost, most, requirements).

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "zones.hpp"

#include <sched/solve/reserves.hpp>

namespace sched_python {

/// Ramps as a sequence of dicts.
[[nodiscard]] inline std::vector<sched::zonal_ramp> read_ramps(column_store& store, PyObject* o, std::size_t zones) {
  std::vector<sched::zonal_ramp> out;
  if (o == Py_None) return out;
  const owned all = checked(PySequence_Fast(o, "ramps: a sequence of dicts wanted"));
  for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(all.get()); ++k) {
    const std::string name = "ramps[" + std::to_string(k) + "]";
    const column_mapping m(store, PySequence_Fast_GET_ITEM(all.get(), k), name, {"links", "zone", "up", "down"});
    sched::zonal_ramp r;
    const auto number = [&](const char* key, double& to) {
      PyObject* const x = m.find(key);
      if (x == nullptr) return;
      to = PyFloat_AsDouble(x);
      if (to == -1 && PyErr_Occurred() != nullptr) throw python_error();
    };
    number("up", r.up);
    number("down", r.down);
    PyObject* const links = m.find("links");
    PyObject* const zone = m.find("zone");
    if ((links == nullptr) == (zone == nullptr)) refuse(PyExc_ValueError, name + ": either links or a zone wanted");
    if (zone != nullptr) {
      const long long z = PyLong_AsLongLong(zone);
      if (z == -1 && PyErr_Occurred() != nullptr) throw python_error();
      r.zone = number_of(z, zones);
    } else {
      for (const std::int64_t l : store.integers(links, name + ": links"))
        r.links.push_back(number_of(l, std::numeric_limits<std::uint32_t>::max()));
    }
    out.push_back(std::move(r));
  }
  return out;
}

inline PyObject* couple_periods_function(PyObject* module, PyObject* args, PyObject* keywords) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  PyObject *orders = nullptr, *links = Py_None, *ramps = Py_None, *injection = Py_None;
  Py_ssize_t periods = 0, zones = 1;
  sched::price_bounds<> bounds;
  static const char* const names[] = {"orders",    "periods",   "zones",       "links", "ramps",
                                      "injection", "price_cap", "price_floor", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "Onn|O$OOdd", const_cast<char**>(names), &orders, &periods, &zones,
                                   &links, &ramps, &injection, &bounds.cap, &bounds.floor))
    return nullptr;
  return answered(state, [&]() -> PyObject* {
    if (periods < 0 || periods > 100'000) refuse(PyExc_ValueError, "periods: 0 to 100,000 wanted");
    if (zones < 0 || zones > 100'000) refuse(PyExc_ValueError, "zones: 0 to 100,000 wanted");
    const auto n = static_cast<std::size_t>(zones);
    std::vector<sched::zonal_market> markets(static_cast<std::size_t>(periods));
    for (sched::zonal_market& m : markets) {
      m.zones = n;
      m.bounds = bounds;
    }
    column_store store;
    const auto place = read_period_orders(state, store, orders, markets);
    read_links(state, store, links, markets, 6);
    if (injection != Py_None) {
      const auto put_in = store.reals(injection, "injection", 2);
      if (put_in.size() != markets.size() * n) refuse(PyExc_ValueError, "injection: [period, zone] wanted");
      for (std::size_t t = 0; t < markets.size(); ++t) {
        const auto row = put_in.subspan(t * n, n);
        markets[t].injection.assign(row.begin(), row.end());
      }
    }
    const auto limits = read_ramps(store, ramps, n);
    sched::zonal_periods_result r;
    {
      const without_gil others(true);
      r = sched::couple_periods(markets, limits);
    }
    std::vector<double> price, position, flow, accepted;
    for (const sched::zonal_result& p : r.periods) {
      price.insert(price.end(), p.price.begin(), p.price.end());
      position.insert(position.end(), p.net_position.begin(), p.net_position.end());
      flow.insert(flow.end(), p.flow.begin(), p.flow.end());
    }
    accepted.reserve(place.size());
    for (const auto& [t, i] : place) accepted.push_back(r.periods[t].accepted[i]);
    answer out;
    out.put("status", to_string(r.status)).put("welfare", r.welfare);
    out.put("price", new_reals(price, markets.size(), n)).put("net_position", new_reals(position, markets.size(), n));
    out.put("flow", new_reals(flow, markets.size(), markets.empty() ? 0 : markets[0].links.size()));
    out.put("accepted", new_reals(accepted));
    out.put("ramp_price", new_reals(r.ramp_price, markets.empty() ? 0 : markets.size() - 1, limits.size()));
    return out.release();
  });
}

inline PyObject* clear_uniform_purchase_function(PyObject* module, PyObject* args, PyObject* keywords) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  Py_ssize_t zones = 0;
  PyObject *orders = nullptr, *purchases = nullptr, *links = Py_None, *boundaries = Py_None, *injection = Py_None;
  const char *pricing = "k_price", *tie = "index";
  sched::rule_numbers numbers;
  sched::zonal_market m;
  unsigned long long seed = 1;
  static const char* const names[] = {"zones",     "orders",          "purchases", "links",     "boundaries",
                                      "injection", "pricing",         "tie",       "price_cap", "price_floor",
                                      "k",         "reference_price", "seed",      nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "nOO|O$OOssddddK", const_cast<char**>(names), &zones, &orders,
                                   &purchases, &links, &boundaries, &injection, &pricing, &tie, &m.bounds.cap,
                                   &m.bounds.floor, &numbers.k, &numbers.reference, &seed))
    return nullptr;
  return answered(state, [&]() -> PyObject* {
    if (zones < 0 || zones > 1'000'000) refuse(PyExc_ValueError, "zones: 0 to 1,000,000 wanted");
    numbers.seed = seed;
    const uniform_rule rule = named_uniform(pricing, numbers);
    const auto ties = named_rule<sched::any_tie>(tie, "tie", numbers);
    m.zones = static_cast<std::size_t>(zones);
    column_store store;
    read_zonal_market(state, store, orders, links, boundaries, injection, m);
    column_tuple table(state, store, purchases, "purchases", 3, 4);
    const auto zone = table.integers(0, "zone");
    const auto price = table.reals(1, "price"), volume = table.reals(2, "volume");
    const auto merit = table.integers(3, "merit");
    std::vector<sched::purchase_order> list;
    for (std::size_t i = 0; i < zone.size(); ++i)
      list.push_back({number_of(zone[i], m.zones), price[i], volume[i], merit.empty() ? 0 : merit[i]});
    sched::uniform_purchase_result r;
    {
      const without_gil others(true);
      r = sched::clear_uniform_purchase(m, list, ties, rule);
    }
    answer out;
    out.put("status", to_string(r.market.status)).put("average_price", r.price).put("volume", r.volume);
    out.put("curtailed", r.curtailed).put("purchased", new_reals(r.accepted));
    out.put("price", new_reals(r.market.price)).put("accepted", new_reals(r.market.accepted));
    out.put("net_position", new_reals(r.market.net_position)).put("flow", new_reals(r.market.flow));
    out.put("boundary_import", new_reals(r.market.boundary_import));
    out.put("congestion_rent", r.market.congestion_rent).put("welfare", r.market.welfare);
    out.put("clearings", PyLong_FromSize_t(r.clearings));
    return out.release();
  });
}

inline PyObject* procure_reserves_function(PyObject* module, PyObject* args, PyObject* keywords) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  PyObject *cost = nullptr, *most = nullptr, *requirements = nullptr;
  static const char* const names[] = {"cost", "most", "requirements", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO", const_cast<char**>(names), &cost, &most, &requirements))
    return nullptr;
  return answered(state, [&]() -> PyObject* {
    column_store store;
    const auto costs = store.reals(cost, "cost"), limits = store.reals(most, "most");
    if (limits.size() != costs.size()) refuse(PyExc_ValueError, "most: one number per cost wanted");
    std::vector<sched::reserve_unit> units;
    for (std::size_t i = 0; i < costs.size(); ++i) units.push_back({costs[i], limits[i]});
    std::vector<sched::reserve_requirement> zones;
    const owned all = checked(PySequence_Fast(requirements, "requirements: a sequence of (units, amount) wanted"));
    for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(all.get()); ++k) {
      const std::string name = "requirements[" + std::to_string(k) + "]";
      const owned pair =
          checked(PySequence_Fast(PySequence_Fast_GET_ITEM(all.get(), k), (name + ": (units, amount) wanted").c_str()));
      if (PySequence_Fast_GET_SIZE(pair.get()) != 2) refuse(PyExc_ValueError, name + ": (units, amount) wanted");
      sched::reserve_requirement r;
      for (const std::int64_t u : store.integers(PySequence_Fast_GET_ITEM(pair.get(), 0), name + ": units"))
        r.units.push_back(u < 0 ? units.size() : static_cast<std::size_t>(u));
      r.amount = PyFloat_AsDouble(PySequence_Fast_GET_ITEM(pair.get(), 1));
      if (r.amount == -1 && PyErr_Occurred() != nullptr) throw python_error();
      zones.push_back(std::move(r));
    }
    sched::reserve_plan r;
    {
      const without_gil others(units.size() >= 256);
      r = sched::procure_reserves(units, zones);
    }
    answer out;
    out.put("status", to_string(r.status)).put("cost", r.cost).put("accepted", new_reals(r.accepted));
    out.put("price", new_reals(r.price)).put("shadow_price", new_reals(r.shadow)).put("missing", new_reals(r.missing));
    return out.release();
  });
}

}  // namespace sched_python

#endif
