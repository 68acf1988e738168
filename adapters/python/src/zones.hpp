// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_ZONES_HPP
#define SCHED_PYTHON_ZONES_HPP

// couple_zones(zones, orders, links, ...) and clear_blocks(orders, periods, ...).

#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "columns.hpp"

#include <sched/market_coupling.hpp>

namespace sched_python {

/// A number of something that is counted from 0; beyond it: `most`, which the library's own check refuses.
[[nodiscard]] inline std::uint32_t number_of(std::int64_t x, std::size_t most) noexcept {
  return static_cast<std::uint32_t>(x >= 0 && static_cast<std::size_t>(x) < most ? static_cast<std::size_t>(x) : most);
}

/// Orders (..., zone, side, price, volume[, price_end]) from column `at` on, each handed to f(row, order).
template <class F>
void read_zone_orders(column_tuple& table, Py_ssize_t at, std::size_t zones, const F& f) {
  const auto zone = table.integers(at, "zone"), side = table.integers(at + 1, "side");
  const auto price = table.reals(at + 2, "price"), volume = table.reals(at + 3, "volume");
  const auto end = table.has(at + 4) ? table.reals(at + 4, "price_end") : price;
  for (std::size_t i = 0; i < zone.size(); ++i)
    f(i, sched::zone_order{number_of(zone[i], zones), segment_of(side_of(side[i]), price[i], end[i], volume[i])});
}

/// Orders, links, boundaries and injections of one period; zones and bounds are set.
inline void read_zonal_market(const module_state& state, column_store& store, PyObject* orders, PyObject* links,
                              PyObject* boundaries, PyObject* injection, sched::zonal_market& m) {
  column_tuple table(state, store, orders, "orders", 4, 5);
  read_zone_orders(table, 0, m.zones, [&](std::size_t, const sched::zone_order& o) { m.orders.push_back(o); });
  column_tuple wires(state, store, links, "links", 4, 6);
  const auto from = wires.integers(0, "from"), to = wires.integers(1, "to");
  const auto most = wires.reals(2, "capacity"), back = wires.reals(3, "reverse"), tariff = wires.reals(4, "tariff"),
             loss = wires.reals(5, "loss");
  for (std::size_t k = 0; k < from.size(); ++k)
    m.links.push_back({number_of(from[k], m.zones), number_of(to[k], m.zones), most[k], back[k],
                       tariff.empty() ? 0 : tariff[k], loss.empty() ? 0 : loss[k]});
  column_tuple outside(state, store, boundaries, "boundaries", 4, 4);
  const auto where = outside.integers(0, "zone");
  const auto price = outside.reals(1, "price"), in = outside.reals(2, "import"), out_of = outside.reals(3, "export");
  for (std::size_t k = 0; k < where.size(); ++k)
    m.boundaries.push_back({number_of(where[k], m.zones), price[k], in[k], out_of[k]});
  if (injection != Py_None) {
    const auto put_in = store.reals(injection, "injection");
    m.injection.assign(put_in.begin(), put_in.end());
  }
}

/// Flow-based constraints: ptdf [constraint, zone], ram [constraint].
[[nodiscard]] inline std::vector<sched::flow_constraint> read_constraints(const module_state& state,
                                                                          column_store& store, PyObject* constraints,
                                                                          std::size_t zones) {
  std::vector<sched::flow_constraint> out;
  if (constraints == Py_None) return out;
  column_tuple rows(state, store, constraints, "constraints", 2, 2);
  const auto factor = store.reals(rows.part(0), "constraints: ptdf", 2);
  const auto ram = rows.reals(1, "ram");
  if (factor.size() != ram.size() * zones)
    refuse(PyExc_ValueError, "constraints: ptdf [constraint, zone] and ram [constraint] wanted");
  for (std::size_t k = 0; k < ram.size(); ++k) {
    const auto row = factor.subspan(k * zones, zones);
    out.push_back({{row.begin(), row.end()}, ram[k]});
  }
  return out;
}

inline PyObject* couple_zones_function(PyObject* module, PyObject* args, PyObject* keywords) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  Py_ssize_t zones = 0;
  PyObject *orders = nullptr, *links = Py_None, *boundaries = Py_None, *constraints = Py_None, *injection = Py_None,
           *time = Py_None, *merit = Py_None;
  const char *pricing = "k_price", *tie = "index";
  int intuitive = 0;
  sched::rule_numbers numbers;
  sched::zonal_market m;
  unsigned long long seed = 1;
  static const char* const names[] = {"zones", "orders",          "links",   "boundaries", "constraints", "injection",
                                      "time",  "merit",           "pricing", "tie",        "price_cap",   "price_floor",
                                      "k",     "reference_price", "seed",    "intuitive",  nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "nO|O$OOOOOssddddKp", const_cast<char**>(names), &zones, &orders,
                                   &links, &boundaries, &constraints, &injection, &time, &merit, &pricing, &tie,
                                   &m.bounds.cap, &m.bounds.floor, &numbers.k, &numbers.reference, &seed, &intuitive))
    return nullptr;
  m.intuitive = intuitive != 0;
  return answered(state, [&]() -> PyObject* {
    if (zones < 0 || zones > 1'000'000) refuse(PyExc_ValueError, "zones: 0 to 1,000,000 wanted");
    numbers.seed = seed;
    const uniform_rule rule = named_uniform(pricing, numbers);
    const auto ties = named_rule<sched::any_tie>(tie, "tie", numbers);
    m.zones = static_cast<std::size_t>(zones);
    column_store store;
    read_zonal_market(state, store, orders, links, boundaries, injection, m);
    const auto extra = [&](PyObject* o, const char* name, auto set) {
      if (o == Py_None) return;
      const auto column = store.integers(o, name);
      if (column.size() != m.orders.size())
        refuse(PyExc_ValueError, std::string(name) + ": one number per order wanted");
      for (std::size_t i = 0; i < column.size(); ++i) set(m.orders[i].order, column[i]);
    };
    extra(time, "time", [](sched::curve_segment& o, std::int64_t x) { o.time = x; });
    extra(merit, "merit", [](sched::curve_segment& o, std::int64_t x) { o.merit = x; });
    for (const auto& c : read_constraints(state, store, constraints, m.zones)) m.constraints.push_back(c);
    sched::zonal_result r;
    {
      const without_gil others(m.orders.size() >= 256);  // some ten microseconds
      r = sched::couple_zones(m, ties, rule);
    }
    answer out;
    out.put("status", to_string(r.status)).put("price", new_reals(r.price)).put("lo", new_reals(r.lo));
    out.put("hi", new_reals(r.hi))
        .put("accepted", new_reals(r.accepted))
        .put("net_position", new_reals(r.net_position));
    out.put("flow", new_reals(r.flow)).put("boundary_import", new_reals(r.boundary_import));
    out.put("shadow_price", new_reals(r.shadow_price)).put("area", new_integers(r.area));
    out.put("congestion_rent", r.congestion_rent).put("tariffs", r.tariffs).put("welfare", r.welfare);
    out.put("unserved", r.unserved);
    std::vector<double> exchange(m.zones * (m.intuitive ? m.zones : 0), 0.0);
    if (m.intuitive)
      for (const sched::zone_exchange& e : r.exchange) exchange[e.from * m.zones + e.to] += e.volume;
    if (m.intuitive) out.put("exchange", new_reals(exchange, m.zones, m.zones)).put("patched", new_integers(r.patched));
    return out.release();
  });
}

/// Columns of a mapping by name.
class column_mapping {
public:
  column_mapping(column_store& store, PyObject* o, std::string name, std::initializer_list<const char*> known)
      : store_(store), map_(o), name_(std::move(name)) {
    if (!PyDict_Check(o)) refuse(PyExc_TypeError, name_ + ": a dict of columns wanted");
    PyObject *key = nullptr, *value = nullptr;
    for (Py_ssize_t at = 0; PyDict_Next(o, &at, &key, &value) != 0;) {
      bool found = false;
      for (const char* k : known)
        found = found || (PyUnicode_Check(key) && PyUnicode_CompareWithASCIIString(key, k) == 0);
      if (!found) refuse(PyExc_ValueError, name_ + ": unknown column " + repr(key));
    }
  }
  [[nodiscard]] PyObject* find(const char* column) const { return PyDict_GetItemString(map_, column); }
  [[nodiscard]] PyObject* needed(const char* column) const {
    PyObject* const o = find(column);
    if (o == nullptr) refuse(PyExc_ValueError, name_ + ": column '" + column + "' is missing");
    return o;
  }
  [[nodiscard]] std::span<const double> reals(const char* column, std::size_t rows, bool must = false) const {
    PyObject* const o = must ? needed(column) : find(column);
    if (o == nullptr || o == Py_None) return {};
    return sized(store_.reals(o, name_ + ": " + column), column, rows);
  }
  [[nodiscard]] std::span<const std::int64_t> integers(const char* column, std::size_t rows, bool must = false) const {
    PyObject* const o = must ? needed(column) : find(column);
    if (o == nullptr || o == Py_None) return {};
    return sized(store_.integers(o, name_ + ": " + column), column, rows);
  }

private:
  [[nodiscard]] static std::string repr(PyObject* o) {
    const owned text = checked(PyObject_Repr(o));
    const char* const bytes = PyUnicode_AsUTF8(text.get());
    if (bytes == nullptr) throw python_error();
    return bytes;
  }
  template <class T>
  [[nodiscard]] std::span<const T> sized(std::span<const T> c, const char* column, std::size_t rows) const {
    if (c.size() != rows)
      refuse(PyExc_ValueError,
             name_ + ": " + column + ": " + std::to_string(rows) + " numbers wanted, not " + std::to_string(c.size()));
    return c;
  }
  column_store& store_;
  PyObject* map_;
  std::string name_;
};

[[nodiscard]] inline std::size_t reference_of(std::int64_t x) noexcept {
  return x < 0 ? sched::no_block : static_cast<std::size_t>(x);
}

inline void read_blocks(column_store& store, PyObject* o, std::size_t periods, std::size_t zones,
                        sched::block_book& book) {
  if (o == Py_None) return;
  const column_mapping m(store, o, "blocks",
                         {"side", "price", "volume", "min_ratio", "parent", "group", "loop", "zone"});
  const auto price = store.reals(m.needed("price"), "blocks: price");
  const std::size_t n = price.size();
  const auto volume = store.reals(m.needed("volume"), "blocks: volume", 2);
  if (volume.size() != n * periods) refuse(PyExc_ValueError, "blocks: volume [block, period] wanted");
  const auto side = m.integers("side", n, true);
  const auto least = m.reals("min_ratio", n);
  const auto parent = m.integers("parent", n), group = m.integers("group", n), loop = m.integers("loop", n),
             zone = m.integers("zone", n);
  for (std::size_t k = 0; k < n; ++k) {
    sched::block_order b;
    b.side = side_of(side[k]);
    b.price = price[k];
    const auto profile = volume.subspan(k * periods, periods);
    b.volume.assign(profile.begin(), profile.end());
    if (!least.empty()) b.min_ratio = least[k];
    if (!parent.empty()) b.parent = reference_of(parent[k]);
    if (!group.empty()) b.group = reference_of(group[k]);
    if (!loop.empty()) b.loop = reference_of(loop[k]);
    if (!zone.empty()) b.zone = number_of(zone[k], zones);
    book.blocks.push_back(std::move(b));
  }
}

inline void read_flexible(column_store& store, PyObject* o, std::size_t zones, sched::block_book& book) {
  if (o == Py_None) return;
  const column_mapping m(store, o, "flexible", {"side", "price", "volume", "first", "last", "most", "zone"});
  const auto price = store.reals(m.needed("price"), "flexible: price");
  const std::size_t n = price.size();
  const auto side = m.integers("side", n, true);
  const auto volume = m.reals("volume", n, true);
  const auto first = m.integers("first", n), last = m.integers("last", n), zone = m.integers("zone", n);
  const auto most = m.integers("most", n);
  for (std::size_t k = 0; k < n; ++k) {
    sched::flexible_order f;
    f.side = side_of(side[k]);
    f.price = price[k];
    f.volume = volume[k];
    if (!first.empty()) f.first = reference_of(first[k]);
    if (!last.empty()) f.last = reference_of(last[k]);
    if (!most.empty()) f.most = most[k] > 0 ? static_cast<std::size_t>(most[k]) : 0;  // 0 is refused
    if (!zone.empty()) f.zone = number_of(zone[k], zones);
    book.flexible.push_back(f);
  }
}

inline void read_complex(column_store& store, PyObject* o, std::size_t periods, std::size_t zones,
                         sched::block_book& book) {
  if (o == Py_None) return;
  const owned all = checked(PySequence_Fast(o, "complex: a sequence of dicts wanted"));
  for (Py_ssize_t k = 0; k < PySequence_Fast_GET_SIZE(all.get()); ++k) {
    const std::string name = "complex[" + std::to_string(k) + "]";
    const column_mapping m(store, PySequence_Fast_GET_ITEM(all.get(), k), name,
                           {"side", "kind", "fixed_term", "variable_term", "steps", "survives", "ramp_up", "ramp_down",
                            "min_power", "zone"});
    const auto number = [&](const char* key, double otherwise) {
      PyObject* const x = m.find(key);
      if (x == nullptr) return otherwise;
      const double out = PyFloat_AsDouble(x);
      if (out == -1 && PyErr_Occurred() != nullptr) throw python_error();
      return out;
    };
    sched::complex_order c;
    c.side = side_of(static_cast<std::int64_t>(number("side", 1)));
    if (PyObject* const kind = m.find("kind"); kind != nullptr) {
      const char* const text = PyUnicode_AsUTF8(kind);
      if (text == nullptr) throw python_error();
      if (std::strcmp(text, "scalable") == 0) c.kind = sched::complex_kind::scalable;
      else if (std::strcmp(text, "minimum_income") != 0)
        refuse(PyExc_ValueError, name + ": kind: '" + text + "' is not one of minimum_income, scalable");
    }
    c.fixed_term = number("fixed_term", 0);
    c.variable_term = number("variable_term", 0);
    c.ramp_up = number("ramp_up", std::numeric_limits<double>::infinity());
    c.ramp_down = number("ramp_down", std::numeric_limits<double>::infinity());
    c.zone = number_of(static_cast<std::int64_t>(number("zone", 0)), zones);
    const auto steps = store.reals(m.needed("steps"), name + ": steps", 2);
    if (steps.size() % 3 != 0) refuse(PyExc_ValueError, name + ": steps [step, (period, volume, price)] wanted");
    const auto survives = m.integers("survives", steps.size() / 3);
    for (std::size_t i = 0; i < steps.size(); i += 3) {
      if (!(steps[i] >= 0 && steps[i] < static_cast<double>(periods) && steps[i] == std::floor(steps[i])))
        refuse(PyExc_ValueError, name + ": steps: no such period");
      c.steps.push_back(
          {static_cast<std::size_t>(steps[i]), steps[i + 1], steps[i + 2], !survives.empty() && survives[i / 3] != 0});
    }
    const auto power = m.reals("min_power", periods);
    c.min_power.assign(power.begin(), power.end());
    book.complex.push_back(std::move(c));
  }
}

/// Orders (period, zone, side, price, volume[, price_end]) into their periods; where each of them went.
[[nodiscard]] inline std::vector<std::pair<std::size_t, std::size_t>> read_period_orders(
    const module_state& state, column_store& store, PyObject* orders, std::vector<sched::zonal_market>& markets) {
  column_tuple table(state, store, orders, "orders", 5, 6);
  const auto when = table.integers(0, "period");
  std::vector<std::pair<std::size_t, std::size_t>> place(when.size());  // period, index in it
  read_zone_orders(table, 1, markets.empty() ? 0 : markets[0].zones, [&](std::size_t i, const sched::zone_order& o) {
    if (when[i] < 0 || static_cast<std::size_t>(when[i]) >= markets.size())
      refuse(PyExc_ValueError, "orders: period: order " + std::to_string(i) + " is in none");
    auto& m = markets[static_cast<std::size_t>(when[i])];
    place[i] = {static_cast<std::size_t>(when[i]), m.orders.size()};
    m.orders.push_back(o);
  });
  return place;
}

/// Links of all periods; capacities [link] for all, or [period, link].
inline void read_links(const module_state& state, column_store& store, PyObject* o,
                       std::vector<sched::zonal_market>& markets, Py_ssize_t columns = 4) {
  column_tuple wires(state, store, o, "links", 4, columns);
  const auto from = wires.integers(0, "from"), to = wires.integers(1, "to");
  if (from.empty()) return;
  const auto limits = [&](Py_ssize_t k, const char* name) {
    const owned any = checked(PyArray_FROM_O(wires.part(k)));
    const int dimensions = PyArray_NDIM(as_array(any.get()));
    const auto out = store.reals(any.get(), name, dimensions == 2 ? 2 : 1);
    if (out.size() != from.size() * (dimensions == 2 ? markets.size() : 1))
      refuse(PyExc_ValueError, std::string(name) + ": [link] or [period, link] wanted");
    return out;
  };
  const auto most = limits(2, "links: capacity"), back = limits(3, "links: reverse");
  const auto tariff = wires.reals(4, "tariff"), loss = wires.reals(5, "loss");
  for (std::size_t t = 0; t < markets.size(); ++t)
    for (std::size_t k = 0; k < from.size(); ++k) {
      sched::capacity_link l;
      l.from = number_of(from[k], markets[t].zones);
      l.to = number_of(to[k], markets[t].zones);
      l.capacity = most[most.size() == from.size() ? k : t * from.size() + k];
      l.reverse = back[back.size() == from.size() ? k : t * from.size() + k];
      if (!tariff.empty()) l.tariff = tariff[k];
      if (!loss.empty()) l.loss = loss[k];
      markets[t].links.push_back(l);
    }
}

inline PyObject* clear_blocks_function(PyObject* module, PyObject* args, PyObject* keywords) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  PyObject *orders = nullptr, *links = Py_None, *blocks = Py_None, *flexible = Py_None, *complex = Py_None,
           *constraints = Py_None;
  Py_ssize_t periods = 0, zones = 1;
  const char *pricing = "k_price", *tie = "index", *method = "clear_blocks";
  int heuristic = 0;
  unsigned long long nodes = 100'000, seed = 1;
  sched::rule_numbers numbers;
  sched::price_bounds<> bounds;
  sched::block_options options;
  static const char* const names[] = {"orders",  "periods",   "zones",       "links", "blocks",          "flexible",
                                      "complex", "nodes",     "seconds",     "gap",   "heuristic",       "pricing",
                                      "tie",     "price_cap", "price_floor", "k",     "reference_price", "seed",
                                      "tick",    "method",    "constraints", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "On|$nOOOOKddpssddddKdsO", const_cast<char**>(names), &orders,
                                   &periods, &zones, &links, &blocks, &flexible, &complex, &nodes, &options.seconds,
                                   &options.gap, &heuristic, &pricing, &tie, &bounds.cap, &bounds.floor, &numbers.k,
                                   &numbers.reference, &seed, &options.tick, &method, &constraints))
    return nullptr;
  return answered(state, [&]() -> PyObject* {
    const bool loop = std::strcmp(method, "mic_loop") == 0;
    if (!loop && std::strcmp(method, "clear_blocks") != 0)
      refuse(PyExc_ValueError, std::string("method: '") + method + "' is not one of clear_blocks, mic_loop");
    if (periods < 0 || periods > 100'000) refuse(PyExc_ValueError, "periods: 0 to 100,000 wanted");
    if (zones < 1 || zones > 100'000) refuse(PyExc_ValueError, "zones: 1 to 100,000 wanted");
    numbers.seed = seed;
    options.nodes = nodes;
    options.heuristic = heuristic != 0;
    const uniform_rule rule = named_uniform(pricing, numbers);
    const auto ties = named_rule<sched::any_tie>(tie, "tie", numbers);
    std::vector<sched::zonal_market> markets(static_cast<std::size_t>(periods));
    for (sched::zonal_market& m : markets) {
      m.zones = static_cast<std::size_t>(zones);
      m.bounds = bounds;
    }
    column_store store;
    const auto place = read_period_orders(state, store, orders, markets);
    read_links(state, store, links, markets, 6);
    const auto rows = read_constraints(state, store, constraints, static_cast<std::size_t>(zones));
    for (sched::zonal_market& m : markets) m.constraints = rows;
    sched::block_book book;
    read_blocks(store, blocks, markets.size(), static_cast<std::size_t>(zones), book);
    read_flexible(store, flexible, static_cast<std::size_t>(zones), book);
    read_complex(store, complex, markets.size(), static_cast<std::size_t>(zones), book);

    sched::block_result r;
    std::vector<sched::zonal_result> settled;
    {
      const without_gil others(true);
      const sched::coupled_market<uniform_rule> market(markets, rule);
      r = loop ? sched::mic_loop(market, book, options) : sched::clear_blocks(market, book, options);
      for (std::size_t t = 0; t < markets.size(); ++t) settled.push_back(market.settle(t, r, ties));
    }
    std::vector<double> accepted, flow, position, shadow;
    accepted.reserve(place.size());
    for (const auto& [t, i] : place) accepted.push_back(settled[t].accepted[i]);
    for (const auto& z : settled) {
      flow.insert(flow.end(), z.flow.begin(), z.flow.end());
      position.insert(position.end(), z.net_position.begin(), z.net_position.end());
      shadow.insert(shadow.end(), z.shadow_price.begin(), z.shadow_price.end());
    }
    const std::size_t wires = markets.empty() || !rows.empty() ? 0 : markets[0].links.size();
    std::vector<std::int64_t> period;
    for (const std::size_t t : r.period) period.push_back(t == sched::no_block ? -1 : static_cast<std::int64_t>(t));
    const owned steps = checked(PyList_New(0)), taken = checked(PyList_New(0));
    for (const auto& all : r.periods) {
      const owned one = checked(new_integers(all));
      if (PyList_Append(taken.get(), one.get()) < 0) throw python_error();
    }
    for (const auto& a : r.complex_accepted) {
      const owned one = checked(new_reals(a));
      if (PyList_Append(steps.get(), one.get()) < 0) throw python_error();
    }
    answer out;
    out.put("status", to_string(r.status)).put("proven", r.proven).put("welfare", r.welfare).put("bound", r.bound);
    out.put("gap", r.gap()).put("nodes", PyLong_FromUnsignedLongLong(r.nodes)).put("ties_settled", r.ties_settled);
    if (r.price.size() == markets.size() * static_cast<std::size_t>(zones)) {
      out.put("price", new_reals(r.price, markets.size(), static_cast<std::size_t>(zones)));
      out.put("injection", new_reals(r.injection, markets.size(), static_cast<std::size_t>(zones)));
    } else {
      out.put("price", Py_NewRef(Py_None)).put("injection", Py_NewRef(Py_None));
    }
    out.put("ratio", new_reals(r.ratio)).put("period", new_integers(period));
    out.put("periods", Py_NewRef(taken.get()));
    out.put("complex_on", new_integers(r.complex_on)).put("complex_accepted", Py_NewRef(steps.get()));
    out.put("paradoxically_rejected", new_integers(r.paradoxically_rejected));
    out.put("paradoxically_rejected_flexible", new_integers(r.paradoxically_rejected_flexible));
    out.put("accepted", new_reals(accepted)).put("flow", new_reals(flow, markets.size(), wires));
    out.put("net_position", new_reals(position, markets.size(), static_cast<std::size_t>(zones)));
    out.put("shadow_price", new_reals(shadow, markets.size(), rows.size()));
    return out.release();
  });
}

}  // namespace sched_python

#endif
