// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_CLEAR_HPP
#define SCHED_PYTHON_CLEAR_HPP

// clear(prices, volumes, demand, *, out=None): the calls whose overhead counts.

#include "arrays.hpp"
#include "policies.hpp"

namespace sched_python {

/// Clears two plain arrays of T. Returns the price, or (price, accepted) when `out` is null.
template <class T, class Rules>
[[nodiscard]] inline PyObject* clear_plain(const module_state& state, PyObject* prices, PyObject* volumes,
                                           double demand, PyObject* out, const Rules& rules,
                                           const sched::clear_options& options, sched::clearing<T>& book) {
  const std::span<T> b = items<T>(prices), q = items<T>(volumes);
  owned made;
  if (out == nullptr) {
    npy_intp size = static_cast<npy_intp>(b.size());
    made = owned(PyArray_SimpleNew(1, &size, type_number<T>));
    if (!made) return nullptr;
    out = made.get();
  } else {
    if (!check_output<T>(out, "out", b.size(), 1)) return nullptr;
    if (overlaps(out, prices) || overlaps(out, volumes)) {
      PyErr_SetString(PyExc_ValueError, "out: overlaps the input");
      return nullptr;
    }
  }
  sched::market_input_fault fault;
  {
    const without_gil others(b.size() >= long_call);
    const sched::detail::clear::job<T, T, Rules> j{
        std::span<const T>(b), std::span<const T>(q), static_cast<T>(demand), items<T>(out), rules, options};
    fault = j.run(book);
  }
  if (fault) [[unlikely]]
    return raise_fault(state, fault);
  PyObject* const price = PyFloat_FromDouble(static_cast<double>(book.price));
  if (!made || price == nullptr) return price;
  PyObject* const pair = PyTuple_New(2);
  if (pair == nullptr) {
    Py_DECREF(price);
    return nullptr;
  }
  PyTuple_SET_ITEM(pair, 0, price);
  PyTuple_SET_ITEM(pair, 1, made.release());
  return pair;
}

/// float64 and float32 as they are, all else as float64.
template <class F>
[[nodiscard]] inline PyObject* with_arrays(PyObject* prices, PyObject* volumes, const F& f) {
  if (is_plain<double>(prices, 1) && is_plain<double>(volumes, 1)) [[likely]]
    return f(prices, volumes, double{});
  if (is_plain<float>(prices, 1) && is_plain<float>(volumes, 1)) return f(prices, volumes, float{});
  const owned b = to_double(prices, 1, "prices");
  if (!b) return nullptr;
  const owned q = to_double(volumes, 1, "volumes");
  if (!q) return nullptr;
  return f(b.get(), q.get(), double{});
}

struct call_arguments {
  PyObject* prices = nullptr;
  PyObject* volumes = nullptr;
  PyObject* demand = nullptr;
  PyObject* out = nullptr;  // null: none wanted
  PyObject* time = nullptr;
  PyObject* merit = nullptr;
};

/// (prices, volumes, demand, *, out=None[, time=None, merit=None]); false with TypeError set.
[[nodiscard]] inline bool read_arguments(const module_state& state, PyObject* const* args, Py_ssize_t count,
                                         PyObject* names, bool columns, call_arguments& a) {
  if (count > 3) {
    PyErr_SetString(PyExc_TypeError, "prices, volumes and demand are positional; the rest are keywords");
    return false;
  }
  PyObject** const places[] = {&a.prices, &a.volumes, &a.demand};
  for (Py_ssize_t i = 0; i < count; ++i) *places[i] = args[i];
  const Py_ssize_t keywords = names == nullptr ? 0 : PyTuple_GET_SIZE(names);
  for (Py_ssize_t i = 0; i < keywords; ++i) {
    PyObject* const name = PyTuple_GET_ITEM(names, i);
    PyObject* const value = args[count + i];
    const auto is = [name](const char* text) { return PyUnicode_CompareWithASCIIString(name, text) == 0; };
    PyObject** place = nullptr;
    if (name == state.out_name || is("out")) place = &a.out;
    else if (is("prices")) place = &a.prices;
    else if (is("volumes")) place = &a.volumes;
    else if (is("demand")) place = &a.demand;
    else if (columns && is("time")) place = &a.time;
    else if (columns && is("merit")) place = &a.merit;
    if (place == nullptr) {
      PyErr_Format(PyExc_TypeError, "unexpected keyword argument '%U'", name);
      return false;
    }
    if (*place != nullptr) {
      PyErr_Format(PyExc_TypeError, "two values for argument '%U'", name);
      return false;
    }
    *place = value;
  }
  if (a.prices == nullptr || a.volumes == nullptr || a.demand == nullptr) {
    PyErr_SetString(PyExc_TypeError, "prices, volumes and demand are needed");
    return false;
  }
  for (PyObject** p : {&a.out, &a.time, &a.merit})
    if (*p == Py_None) *p = nullptr;
  return true;
}

inline constexpr sched::clearing_rules<> default_rules{};
inline const sched::clear_options default_options{};

inline PyObject* clear_function(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  const auto& state = *static_cast<const module_state*>(PyModule_GetState(module));
  call_arguments a;
  if (!read_arguments(state, args, count, names, false, a)) return nullptr;
  const double demand = to_number(a.demand);
  if (demand == -1 && PyErr_Occurred() != nullptr) return nullptr;
  return with_arrays(a.prices, a.volumes, [&](PyObject* b, PyObject* q, auto type) {
    using T = decltype(type);
    sched::clearing<T> book;
    return clear_plain<T>(state, b, q, demand, a.out, default_rules, default_options, book);
  });
}

}  // namespace sched_python

#endif
