// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_TWO_SIDED_HPP
#define SCHED_PYTHON_TWO_SIDED_HPP

// clear_two_sided(side, price, volume, ...).

#include <limits>
#include <vector>

#include "columns.hpp"

#include <sched/market.hpp>

namespace sched_python {

inline PyObject* clear_two_sided_function(PyObject* module, PyObject* args, PyObject* keywords) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  PyObject *side = nullptr, *price = nullptr, *volume = nullptr, *end = Py_None, *time = Py_None, *merit = Py_None,
           *user = Py_None;
  const char *pricing = "k_price", *tie = "index", *shortage = "marginal_demand";
  sched::rule_numbers numbers;
  sched::book_clearing_options<> options;
  unsigned long long seed = 1;
  static const char* const names[] = {
      "side", "price",    "volume",    "price_end",   "time", "merit",           "user",        "net_export", "pricing",
      "tie",  "shortage", "price_cap", "price_floor", "k",    "reference_price", "adder_slope", "seed",       nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO|$OOOOdsssdddddK", const_cast<char**>(names), &side, &price,
                                   &volume, &end, &time, &merit, &user, &options.net_export, &pricing, &tie, &shortage,
                                   &options.bounds.cap, &options.bounds.floor, &numbers.k, &numbers.reference,
                                   &numbers.adder_slope, &seed))
    return nullptr;
  return answered(state, [&]() -> PyObject* {
    numbers.seed = seed;
    numbers.price_cap = options.bounds.cap;
    const auto rule = named_rule<sched::any_pricing>(pricing, "pricing", numbers);
    const auto ties = named_rule<sched::any_tie>(tie, "tie", numbers);
    const auto missing = named_rule<sched::any_shortage>(shortage, "shortage", numbers);
    const owned table = checked(PyTuple_Pack(3, side, price, volume));
    column_store store;
    column_tuple columns(state, store, table.get(), "orders", 3, 3);
    const auto sides = columns.integers(0, "side");
    const auto prices = columns.reals(1, "price"), volumes = columns.reals(2, "volume");
    const std::size_t n = columns.rows();
    const auto extra = [&](PyObject* o, const char* name) {
      std::span<const std::int64_t> out;
      if (o == Py_None) return out;
      out = store.integers(o, name);
      if (out.size() != n) refuse(PyExc_ValueError, std::string(name) + ": one number per order wanted");
      return out;
    };
    const auto times = extra(time, "time"), merits = extra(merit, "merit"), users = extra(user, "user");
    std::span<const double> ends;
    if (end != Py_None) {
      ends = store.reals(end, "price_end");
      if (ends.size() != n) refuse(PyExc_ValueError, "price_end: one number per order wanted");
    }
    const auto run = [&](auto order_of) -> PyObject* {
      using order = decltype(order_of(std::size_t{}));
      std::vector<order> book;
      book.reserve(n);
      for (std::size_t i = 0; i < n; ++i) {
        order& o = book.emplace_back(order_of(i));
        if (!times.empty()) o.time = times[i];
        if (!merits.empty()) o.merit = merits[i];
        if (!users.empty() && users[i] >= 0) o.user = static_cast<std::uint32_t>(users[i]);
      }
      sched::two_sided_clearing<order> clearing;
      const auto& r = [&]() -> const auto& {
        const without_gil others(n >= long_call);
        return clearing(std::span<const order>(book), rule, ties, missing, options);
      }();
      answer out;
      out.put("status", to_string(r.status)).put("price", r.price).put("sell_price", r.sell_price);
      out.put("buy_price", r.buy_price).put("lo", r.lo).put("hi", r.hi).put("volume", r.volume).put("sold", r.sold);
      out.put("bought", r.bought).put("unserved", r.unserved).put("unsold", r.unsold).put("welfare", r.welfare);
      out.put("consumer_surplus", r.consumer_surplus).put("producer_surplus", r.producer_surplus);
      out.put("auctioneer_surplus", r.auctioneer_surplus).put("accepted", new_reals(r.accepted));
      out.put("order_prices", r.order_prices.empty() ? Py_NewRef(Py_None) : new_reals(r.order_prices));
      return out.release();
    };
    if (end != Py_None)
      return run([&](std::size_t i) { return segment_of(side_of(sides[i]), prices[i], ends[i], volumes[i]); });
    return run([&](std::size_t i) {
      sched::curve_order o{side_of(sides[i]), prices[i], volumes[i]};
      o.price_taking = without_limit(o.side, o.price);
      return o;
    });
  });
}

}  // namespace sched_python

#endif
