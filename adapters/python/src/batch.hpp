// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_BATCH_HPP
#define SCHED_PYTHON_BATCH_HPP

// clear_batch, market_step and market_step_batch.

#include <algorithm>
#include <cstring>

#include <sched/solve/elastic_step.hpp>

#include "arrays.hpp"
#include "policies.hpp"

namespace sched_python {

template <class T>
[[nodiscard]] inline PyObject* clear_batch_of(const module_state& state, PyObject* prices, PyObject* volumes,
                                              PyObject* demand, PyObject* out, PyObject* price_out, bool columns,
                                              unsigned threads) {
  const npy_intp* const shape = PyArray_DIMS(as_array(prices));
  const npy_intp markets = PyArray_SIZE(as_array(demand));
  if (shape[columns ? 1 : 0] != markets || !PyArray_SAMESHAPE(as_array(prices), as_array(volumes)))
    return raise_fault(
        state, {sched::market_fault::length_mismatch, static_cast<std::size_t>(markets)},
        columns ? "[offer, market] arrays and a demand per market" : "[market, offer] arrays and a demand per market");
  owned accepted, price;
  if (out == nullptr) {
    accepted = owned(PyArray_SimpleNew(2, const_cast<npy_intp*>(shape), type_number<T>));
  } else {
    if (!check_output<T>(out, "out", items<T>(prices).size(), 2)) return nullptr;
    if (!PyArray_SAMESHAPE(as_array(out), as_array(prices))) {
      PyErr_SetString(PyExc_ValueError, "out: wrong shape");
      return nullptr;
    }
    accepted = owned(Py_NewRef(out));
  }
  if (price_out == nullptr) {
    npy_intp size = markets;
    price = owned(PyArray_SimpleNew(1, &size, type_number<T>));
  } else {
    if (!check_output<T>(price_out, "price_out", static_cast<std::size_t>(markets), 1)) return nullptr;
    price = owned(Py_NewRef(price_out));
  }
  if (!accepted || !price) return nullptr;
  PyObject* const written[] = {accepted.get(), price.get()};
  for (PyObject* w : written)
    for (PyObject* r : {prices, volumes, demand})
      if (overlaps(w, r)) {
        PyErr_SetString(PyExc_ValueError, "out, price_out: overlap the input");
        return nullptr;
      }
  if (overlaps(accepted.get(), price.get())) {
    PyErr_SetString(PyExc_ValueError, "out, price_out: overlap each other");
    return nullptr;
  }
  sched::market_input_fault fault;
  {
    const without_gil others(true);
    fault = sched::try_clear_batch(
        items<T>(prices), items<T>(volumes), items<T>(demand), items<T>(price.get()), items<T>(accepted.get()),
        sched::clearing_rules<>{},
        {.threads = threads, .layout = columns ? sched::batch_layout::columns : sched::batch_layout::rows});
  }
  if (fault) return raise_fault(state, fault);
  return Py_BuildValue("NN", price.release(), accepted.release());
}

inline PyObject* clear_batch_function(PyObject* module, PyObject* args, PyObject* keywords) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  PyObject *prices = nullptr, *volumes = nullptr, *demand = nullptr, *out = Py_None, *price_out = Py_None;
  const char* layout = "rows";
  unsigned threads = 1;
  static const char* const names[] = {"prices", "volumes", "demand", "out", "price_out", "layout", "threads", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOO|$OOsI", const_cast<char**>(names), &prices, &volumes, &demand,
                                   &out, &price_out, &layout, &threads))
    return nullptr;
  const bool columns = std::strcmp(layout, "columns") == 0;
  if (!columns && std::strcmp(layout, "rows") != 0) {
    PyErr_Format(PyExc_ValueError, "layout: '%s' is not one of rows, columns", layout);
    return nullptr;
  }
  if (out == Py_None) out = nullptr;
  if (price_out == Py_None) price_out = nullptr;
  return guarded(state, [&]() -> PyObject* {
    if (is_plain<float>(prices, 2) && is_plain<float>(volumes, 2) && is_plain<float>(demand, 1))
      return clear_batch_of<float>(state, prices, volumes, demand, out, price_out, columns, threads);
    const owned b = to_double(prices, 2, "prices");
    if (!b) return nullptr;
    const owned q = to_double(volumes, 2, "volumes");
    if (!q) return nullptr;
    const owned d = to_double(demand, 1, "demand");
    if (!d) return nullptr;
    return clear_batch_of<double>(state, b.get(), q.get(), d.get(), out, price_out, columns, threads);
  });
}

/// The arguments of a step that are no arrays.
struct step_numbers {
  double max_bid_delta = 50;
  sched::reward::scaled_profit reward{};
};

/// A read-only float64 column: plain, or an error. Steps write to the caller's memory and read it as it is.
[[nodiscard]] inline bool plain_column(PyObject* o, const char* name, std::span<const double>& column) {
  if (PyArray_Check(o) && PyArray_TYPE(as_array(o)) == NPY_DOUBLE && PyArray_ISCARRAY_RO(as_array(o))) {
    column = items<const double>(o);
    return true;
  }
  PyErr_Format(PyExc_ValueError, "%s: a C-contiguous float64 array wanted", name);
  return false;
}

[[nodiscard]] inline bool written_column(PyObject* o, const char* name, std::size_t size, std::span<double>& column) {
  if (o == nullptr || o == Py_None) return true;
  if (!check_output<double>(o, name, size)) return false;
  column = items<double>(o);
  return true;
}

/// Rows of a batch: one for all markets, or one per market.
[[nodiscard]] inline bool rows_fit(PyObject* o, const char* name, std::size_t markets) {
  if (PyArray_NDIM(as_array(o)) < 2) return true;
  if (PyArray_NDIM(as_array(o)) == 2 && static_cast<std::size_t>(PyArray_DIM(as_array(o), 0)) == markets) return true;
  PyErr_Format(PyExc_ValueError, "%s: one row, or a row for each of %zu markets wanted", name, markets);
  return false;
}

inline PyObject* step_function(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* names, bool batch) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  // capacity, cost, demand, actions, accepted, rewards[, price_out]
  const Py_ssize_t wanted = batch ? 7 : 6;
  if (count != wanted) {
    PyErr_Format(PyExc_TypeError, "%zd positional arguments wanted, not %zd", wanted, count);
    return nullptr;
  }
  step_numbers numbers;
  PyObject *bids = nullptr, *volumes = nullptr, *demand_prices = nullptr, *demand_volumes = nullptr, *served = nullptr;
  double threads = 1;
  const Py_ssize_t keywords = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; i < keywords; ++i) {
    PyObject* const name = PyTuple_GET_ITEM(names, i);
    PyObject* const value = args[count + i];
    const auto is = [name](const char* text) { return PyUnicode_CompareWithASCIIString(name, text) == 0; };
    if (is("bids")) bids = value;
    else if (is("volumes")) volumes = value;
    else if (is("demand_prices")) demand_prices = value;
    else if (is("demand_volumes")) demand_volumes = value;
    else if (is("served")) served = value;
    else {
      double* number = nullptr;
      if (is("max_bid_delta")) number = &numbers.max_bid_delta;
      else if (is("bid_penalty")) number = &numbers.reward.bid_penalty;
      else if (is("lost_load")) number = &numbers.reward.lost_load;
      else if (is("demand_scale")) number = &numbers.reward.demand_scale;
      else if (is("cost_scale")) number = &numbers.reward.cost_scale;
      else if (is("horizon")) number = &numbers.reward.horizon;
      else if (batch && is("threads")) number = &threads;
      if (number == nullptr) {
        PyErr_Format(PyExc_TypeError, "unexpected keyword argument '%U'", name);
        return nullptr;
      }
      *number = PyFloat_AsDouble(value);
      if (*number == -1 && PyErr_Occurred() != nullptr) return nullptr;
    }
  }
  std::span<const double> capacity, cost, demand, actions;
  if (!plain_column(args[0], "capacity", capacity) || !plain_column(args[1], "cost", cost) ||
      !plain_column(args[3], "actions", actions))
    return nullptr;
  double single = 0;
  if (batch) {
    if (!plain_column(args[2], "demand", demand)) return nullptr;
  } else {
    single = to_number(args[2]);
    if (single == -1 && PyErr_Occurred() != nullptr) return nullptr;
  }
  sched::elastic_demand elastic{.fixed = single};
  const bool bending = demand_prices != nullptr && demand_prices != Py_None;
  if (bending != (demand_volumes != nullptr && demand_volumes != Py_None)) {
    PyErr_SetString(PyExc_ValueError, "demand_prices, demand_volumes: both or none wanted");
    return nullptr;
  }
  if (bending && (!plain_column(demand_prices, "demand_prices", elastic.price) ||
                  !plain_column(demand_volumes, "demand_volumes", elastic.volume)))
    return nullptr;
  if (batch && (!rows_fit(args[0], "capacity", demand.size()) ||
                (bending && !rows_fit(demand_prices, "demand_prices", demand.size()))))
    return nullptr;
  if (bending && !PyArray_SAMESHAPE(as_array(demand_prices), as_array(demand_volumes)))
    return raise_fault(state,
                       {sched::market_fault::length_mismatch, std::min(elastic.price.size(), elastic.volume.size())},
                       "demand_prices and demand_volumes of one shape");
  const bool own = batch && PyArray_NDIM(as_array(args[0])) == 2;
  const bool own_bids = batch && bending && PyArray_NDIM(as_array(demand_prices)) == 2;
  const std::size_t all = batch && !own ? capacity.size() * demand.size() : capacity.size();
  sched::step_buffers to;
  std::span<double> price, taken;
  if (!check_output<double>(args[4], "accepted", all) || !check_output<double>(args[5], "rewards", all)) return nullptr;
  to.accepted = items<double>(args[4]);
  to.rewards = items<double>(args[5]);
  if (!written_column(bids, "bids", all, to.bids) || !written_column(volumes, "volumes", all, to.volumes) ||
      !written_column(served, "served",
                      batch && !own_bids ? elastic.price.size() * demand.size() : elastic.price.size(), taken))
    return nullptr;
  if (batch) {
    if (!check_output<double>(args[6], "price_out", demand.size())) return nullptr;
    price = items<double>(args[6]);
  }
  const std::span<const std::byte> inputs[] = {std::as_bytes(capacity),      std::as_bytes(cost),
                                               std::as_bytes(actions),       std::as_bytes(demand),
                                               std::as_bytes(elastic.price), std::as_bytes(elastic.volume)};
  const std::span<const std::byte> outputs[] = {std::as_bytes(to.accepted), std::as_bytes(to.rewards),
                                                std::as_bytes(to.bids),     std::as_bytes(to.volumes),
                                                std::as_bytes(price),       std::as_bytes(taken)};
  for (std::size_t i = 0; i < std::size(outputs); ++i) {
    for (const auto& in : inputs)
      if (overlap(outputs[i], in)) {
        PyErr_SetString(PyExc_ValueError, "outputs overlap the input");
        return nullptr;
      }
    for (std::size_t k = 0; k < i; ++k)
      if (overlap(outputs[i], outputs[k])) {
        PyErr_SetString(PyExc_ValueError, "outputs overlap each other");
        return nullptr;
      }
  }
  const sched::market_units units{capacity, cost};
  const sched::action::withhold_and_markup act{numbers.max_bid_delta};
  double price_found = 0;
  return guarded(state, [&]() -> PyObject* {
    if (!batch) {
      const without_gil others(capacity.size() + elastic.price.size() >= long_call);
      price_found = bending ? sched::market_step(units, elastic, actions, {to, taken}, act, numbers.reward).price
                            : sched::market_step(units, single, actions, to, act, numbers.reward).price;
    } else {
      const without_gil others(true);
      const unsigned many = threads >= 1 && threads < 1e6 ? static_cast<unsigned>(threads) : 1;
      if (bending)
        sched::market_step_batch(units, demand, elastic, actions, price, {to, taken}, act, numbers.reward,
                                 sched::clearing_rules<>{}, many, own, own_bids);
      else
        sched::market_step_batch(units, demand, actions, price, to, act, numbers.reward, sched::clearing_rules<>{},
                                 many, own);
    }
    if (!batch) return PyFloat_FromDouble(price_found);
    return Py_NewRef(Py_None);
  });
}

inline PyObject* market_step_function(PyObject* m, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  return step_function(m, args, count, names, false);
}
inline PyObject* market_step_batch_function(PyObject* m, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  return step_function(m, args, count, names, true);
}

}  // namespace sched_python

#endif
