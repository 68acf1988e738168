// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_CLEARING_TYPE_HPP
#define SCHED_PYTHON_CLEARING_TYPE_HPP

// Clearing(...): rules by name, called like clear().

#include <cstddef>

#include <structmember.h>

#include "clear.hpp"

namespace sched_python {

struct clearing_object {
  PyObject_HEAD vectorcallfunc call;
  named_rules rules;
  double price_cap;
  double price_floor;
};

template <std::size_t N>
[[nodiscard]] inline bool find_name(const std::array<const char*, N>& names, const char* wanted, const char* question,
                                    int& which) {
  for (std::size_t i = 0; i < N; ++i)
    if (std::strcmp(names[i], wanted) == 0) {
      which = static_cast<int>(i);
      return true;
    }
  std::string all;
  for (const char* n : names) all.append(all.empty() ? "" : ", ").append(n);
  PyErr_Format(PyExc_ValueError, "%s: '%s' is not one of %s", question, wanted, all.c_str());
  return false;
}

[[nodiscard]] inline const module_state* state_of(PyObject* self) noexcept {
  return static_cast<const module_state*>(PyType_GetModuleState(Py_TYPE(self)));
}

/// An int64 column of the offers' length.
[[nodiscard]] inline bool read_column(PyObject* o, const char* name, std::size_t size, owned& kept,
                                      std::span<const std::int64_t>& column) {
  if (o == nullptr) {
    PyErr_Format(PyExc_ValueError, "tie: needs the column `%s`", name);
    return false;
  }
  kept = owned(PyArray_FROMANY(o, NPY_INT64, 1, 1, NPY_ARRAY_CARRAY_RO));
  if (!kept) return false;
  column = items<const std::int64_t>(kept.get());
  if (column.size() == size) return true;
  PyErr_Format(PyExc_ValueError, "%s: one number per offer wanted", name);
  return false;
}

/// The call, and for `detail` the whole answer as a dictionary.
[[nodiscard]] inline PyObject* run_clearing(clearing_object& self, const call_arguments& a, bool detail) {
  const module_state& state = *state_of(reinterpret_cast<PyObject*>(&self));
  const double demand = to_number(a.demand);
  if (demand == -1 && PyErr_Occurred() != nullptr) return nullptr;
  return guarded(state, [&] {
    return with_arrays(a.prices, a.volumes, [&](PyObject* b, PyObject* q, auto type) -> PyObject* {
      using T = decltype(type);
      named_rules rules = self.rules;
      owned kept_time, kept_merit;
      const std::size_t n = items<T>(b).size();
      if (rules.tie.which == 1 && !read_column(a.time, "time", n, kept_time, rules.tie.time)) return nullptr;
      if (rules.tie.which == 2 && !read_column(a.merit, "merit", n, kept_merit, rules.tie.merit)) return nullptr;
      sched::clearing<T> book;
      const sched::clear_options options{
          .price_cap = self.price_cap, .price_floor = self.price_floor, .margin = detail};
      PyObject* const out =
          rules.visit([&](const auto& r) { return clear_plain<T>(state, b, q, demand, a.out, r, options, book); });
      if (!detail || out == nullptr) return out;
      const owned result(out);
      PyObject* const accepted = a.out != nullptr ? a.out : PyTuple_GET_ITEM(out, 1);
      const std::string status(to_string(book.status));
      const owned marginal(book.marginal == sched::clearing<T>::nobody ? Py_NewRef(Py_None)
                                                                       : PyLong_FromSize_t(book.marginal));
      if (!marginal) return nullptr;
      return Py_BuildValue("{s:d,s:O,s:s,s:d,s:d,s:d,s:O}", "price", static_cast<double>(book.price), "accepted",
                           accepted, "status", status.c_str(), "unserved", static_cast<double>(book.unserved),
                           "last_accepted_offer", static_cast<double>(book.last_accepted_offer), "first_rejected_offer",
                           static_cast<double>(book.first_rejected_offer), "marginal", marginal.get());
    });
  });
}

inline PyObject* clearing_call(PyObject* self, PyObject* const* args, std::size_t flags, PyObject* names) {
  call_arguments a;
  if (!read_arguments(*state_of(self), args, PyVectorcall_NARGS(flags), names, true, a)) return nullptr;
  return run_clearing(*reinterpret_cast<clearing_object*>(self), a, false);
}

inline PyObject* clearing_detail(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  call_arguments a;
  if (!read_arguments(*state_of(self), args, count, names, true, a)) return nullptr;
  return run_clearing(*reinterpret_cast<clearing_object*>(self), a, true);
}

inline PyObject* clearing_new(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  const char *tie = "index", *pricing = "last_accepted_offer", *shortage = "last_offer", *zero = "lowest_offer",
             *summation = "fast", *compat = nullptr;
  double k = 0.5, reference = 0, cap = std::numeric_limits<double>::infinity(), floor = -cap, slope = 0, slack = 16;
  unsigned long long seed = 1;
  static const char* const names[] = {"tie",         "pricing",   "shortage",        "zero_demand", "price_cap",
                                      "price_floor", "k",         "reference_price", "adder_slope", "seed",
                                      "slack",       "summation", "compat",          nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$ssssdddddKdsz", const_cast<char**>(names), &tie, &pricing,
                                   &shortage, &zero, &cap, &floor, &k, &reference, &slope, &seed, &slack, &summation,
                                   &compat))
    return nullptr;
  named_rules rules;
  if (compat != nullptr) {
    if (std::strcmp(compat, "numba") != 0 && std::strcmp(compat, "numba_exact") != 0) {
      PyErr_Format(PyExc_ValueError, "compat: '%s' is not one of numba, numba_exact", compat);
      return nullptr;
    }
    rules.lenient = true;
    rules.exact_order = std::strcmp(compat, "numba_exact") == 0;
    rules.shortage.which = 1;
    rules.zero_demand.which = 1;
    rules.slack = 0;
  } else {
    if (!find_name(tie_names, tie, "tie", rules.tie.which) ||
        !find_name(pricing_names, pricing, "pricing", rules.pricing.which) ||
        !find_name(shortage_names, shortage, "shortage", rules.shortage.which) ||
        !find_name(zero_demand_names, zero, "zero_demand", rules.zero_demand.which))
      return nullptr;
    if (std::strcmp(summation, "fast") != 0 && std::strcmp(summation, "exact_order") != 0) {
      PyErr_Format(PyExc_ValueError, "summation: '%s' is not one of fast, exact_order", summation);
      return nullptr;
    }
    rules.exact_order = std::strcmp(summation, "exact_order") == 0;
    rules.slack = slack;
  }
  if (!(cap >= floor) || !(slack >= 0) || !(k >= 0 && k <= 1)) {
    PyErr_SetString(PyExc_ValueError, "price_floor ≤ price_cap, slack ≥ 0 and 0 ≤ k ≤ 1 are needed");
    return nullptr;
  }
  if (compat == nullptr && rules.shortage.which == 2 && !(cap < std::numeric_limits<double>::infinity())) {
    PyErr_SetString(PyExc_ValueError, "shortage: 'cap' needs a finite price_cap");
    return nullptr;
  }
  rules.tie.seed = seed;
  rules.pricing.k = k;
  rules.pricing.reference = reference;
  rules.shortage.cap = cap;
  rules.shortage.slope = slope;
  PyObject* const self = type->tp_alloc(type, 0);
  if (self == nullptr) return nullptr;
  auto& object = *reinterpret_cast<clearing_object*>(self);
  object.call = clearing_call;
  object.rules = rules;
  object.price_cap = cap;
  object.price_floor = floor;
  return self;
}

inline void free_object(PyObject* self) {
  PyTypeObject* const type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

inline PyMethodDef clearing_methods[] = {
    {"detail", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(clearing_detail)),
     METH_FASTCALL | METH_KEYWORDS,
     "detail($self, prices, volumes, demand, *, out=None, time=None, merit=None)\n--\n\n"
     "The whole answer: price, accepted, status, unserved, last_accepted_offer, first_rejected_offer, marginal."},
    {nullptr, nullptr, 0, nullptr}};

inline PyMemberDef clearing_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(clearing_object, call), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr}};

inline PyType_Slot clearing_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(clearing_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(free_object)},
    {Py_tp_call, reinterpret_cast<void*>(PyVectorcall_Call)},
    {Py_tp_methods, clearing_methods},
    {Py_tp_members, clearing_members},
    {Py_tp_doc,
     const_cast<char*>(
         "Clearing(*, tie='index', pricing='last_accepted_offer', shortage='last_offer', zero_demand='lowest_offer', "
         "price_cap=inf, price_floor=-inf, k=0.5, reference_price=0.0, adder_slope=0.0, seed=1, slack=16.0, "
         "summation='fast', compat=None)\n--\n\n"
         "Rules of one-sided clearing, named as on the command line; call it like clear().\n\n"
         "tie: index, time, merit_number, largest_first, smallest_first, pro_rata, equal_split, random (seed).\n"
         "pricing: last_accepted_offer, first_rejected_offer, last_accepted_bid, k_price (k), second_price,\n"
         "    reference (reference_price), marginal.\n"
         "shortage: last_offer, highest_offer, cap (price_cap), adder (adder_slope, price_cap), marginal_demand.\n"
         "zero_demand: lowest_offer, lowest_of_all, zero, none.\n"
         "compat: 'numba' or 'numba_exact' replaces all of them by the rules of easy_marl's market.\n"
         "Calls with tie='time' or 'merit_number' take the column as time= or merit=.")},
    {0, nullptr}};
inline PyType_Spec clearing_spec{"sched.Clearing", sizeof(clearing_object), 0,
                                 Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL, clearing_slots};

}  // namespace sched_python

#endif
