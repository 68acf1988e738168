// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_MERIT_ORDER_TYPE_HPP
#define SCHED_PYTHON_MERIT_ORDER_TYPE_HPP

// MeritOrder(prices, volumes): offers sorted once.

#include <new>

#include "clearing_type.hpp"

namespace sched_python {

struct merit_order_object {
  PyObject_HEAD sched::merit_order<>* order;
};

[[nodiscard]] inline sched::merit_order<>& order_of(PyObject* self) noexcept {
  return *reinterpret_cast<merit_order_object*>(self)->order;
}

inline PyObject* merit_order_new(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  PyObject *prices = nullptr, *volumes = nullptr;
  static const char* const names[] = {"prices", "volumes", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OO", const_cast<char**>(names), &prices, &volumes)) return nullptr;
  const owned b = to_double(prices, 1, "prices");
  if (!b) return nullptr;
  const owned q = to_double(volumes, 1, "volumes");
  if (!q) return nullptr;
  owned self(type->tp_alloc(type, 0));
  if (!self) return nullptr;
  return guarded(*state_of(self.get()), [&] {
    reinterpret_cast<merit_order_object*>(self.get())->order =
        new sched::merit_order<>(items<const double>(b.get()), items<const double>(q.get()));
    return self.release();
  });
}

inline void merit_order_free(PyObject* self) {
  delete reinterpret_cast<merit_order_object*>(self)->order;
  free_object(self);
}

inline PyObject* merit_order_price(PyObject* self, PyObject* demand) {
  const double d = to_number(demand);
  if (d == -1 && PyErr_Occurred() != nullptr) return nullptr;
  return guarded(*state_of(self), [&] { return PyFloat_FromDouble(order_of(self).price(d)); });
}

inline PyObject* merit_order_supply(PyObject* self, PyObject* price) {
  const double p = to_number(price);
  if (p == -1 && PyErr_Occurred() != nullptr) return nullptr;
  return PyFloat_FromDouble(order_of(self).supply(p));
}

inline PyObject* merit_order_accepted(PyObject* self, PyObject* args, PyObject* keywords) {
  PyObject *demand = nullptr, *out = Py_None;
  static const char* const names[] = {"demand", "out", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|$O", const_cast<char**>(names), &demand, &out)) return nullptr;
  const double d = to_number(demand);
  if (d == -1 && PyErr_Occurred() != nullptr) return nullptr;
  const sched::merit_order<>& m = order_of(self);
  owned made;
  if (out == Py_None) {
    npy_intp size = static_cast<npy_intp>(m.size());
    made = owned(PyArray_SimpleNew(1, &size, NPY_DOUBLE));
    if (!made) return nullptr;
    out = made.get();
  } else if (!check_output<double>(out, "out", m.size(), 1)) {
    return nullptr;
  }
  return guarded(*state_of(self), [&]() -> PyObject* {
    const sched::clearing<double> r = m.accepted(d, items<double>(out));
    if (!made) return PyFloat_FromDouble(r.price);
    return Py_BuildValue("dN", r.price, made.release());
  });
}

inline PyObject* merit_order_update(PyObject* self, PyObject* args, PyObject* keywords) {
  Py_ssize_t offer = 0;
  double price = 0, volume = 0;
  static const char* const names[] = {"offer", "price", "volume", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "ndd", const_cast<char**>(names), &offer, &price, &volume))
    return nullptr;
  return guarded(*state_of(self), [&] {
    order_of(self).update(static_cast<std::size_t>(offer), price, volume);
    return Py_NewRef(Py_None);
  });
}

inline Py_ssize_t merit_order_length(PyObject* self) { return static_cast<Py_ssize_t>(order_of(self).size()); }

inline PyMethodDef merit_order_methods[] = {
    {"price", merit_order_price, METH_O,
     "price($self, demand, /)\n--\n\nThe marginal price of a demand, O(log n); NaN when nobody has volume."},
    {"supply", merit_order_supply, METH_O,
     "supply($self, price, /)\n--\n\nVolume offered at or below a price, O(log n)."},
    {"accepted", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(merit_order_accepted)),
     METH_VARARGS | METH_KEYWORDS,
     "accepted($self, demand, *, out=None)\n--\n\n(price, accepted volumes), or the price alone when they go to `out`. "
     "O(n)."},
    {"update", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(merit_order_update)),
     METH_VARARGS | METH_KEYWORDS,
     "update($self, offer, price, volume)\n--\n\nGives an offer a new price and volume, O(n) moves."},
    {nullptr, nullptr, 0, nullptr}};

inline PyType_Slot merit_order_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(merit_order_new)},
    {Py_tp_dealloc, reinterpret_cast<void*>(merit_order_free)},
    {Py_tp_methods, merit_order_methods},
    {Py_sq_length, reinterpret_cast<void*>(merit_order_length)},
    {Py_tp_doc,
     const_cast<char*>(
         "MeritOrder(prices, volumes)\n--\n\nOffers sorted once and cleared against many demands; sums in merit "
         "order.\nNot for changes and queries by several threads at once.")},
    {0, nullptr}};
inline PyType_Spec merit_order_spec{"sched.MeritOrder", sizeof(merit_order_object), 0, Py_TPFLAGS_DEFAULT,
                                    merit_order_slots};

}  // namespace sched_python

#endif
