// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PYTHON_ORDER_BOOK_TYPE_HPP
#define SCHED_PYTHON_ORDER_BOOK_TYPE_HPP

// OrderBook: what sched/books.py makes a class with a method per operation of.

#include <array>
#include <cstring>
#include <optional>
#include <vector>

#include "columns.hpp"

#include <sched/order_book.hpp>

namespace sched_python {

inline constexpr std::array matching_names{"price_time", "pro_rata", "top_then_pro_rata"};
inline constexpr std::array self_trade_names{"none", "cancel_newest", "cancel_oldest", "cancel_both", "decrement"};
inline constexpr std::array op_names{"limit",     "market", "ioc",        "fok",    "all_or_none",
                                     "post_only", "stop",   "stop_limit", "cancel", "replace"};
inline constexpr std::array event_names{"accepted",  "trade",       "cancelled", "replaced",
                                        "triggered", "decremented", "refused"};

template <std::size_t N>
[[nodiscard]] inline std::size_t index_of(const std::array<const char*, N>& names, const char* wanted,
                                          const char* question) {
  std::string all;
  for (std::size_t i = 0; i < N; ++i) {
    if (std::strcmp(names[i], wanted) == 0) return i;
    all.append(all.empty() ? "" : ", ").append(names[i]);
  }
  refuse(PyExc_ValueError, std::string(question) + ": '" + wanted + "' is not one of " + all);
}

struct order_book_object {
  PyObject_HEAD sched::order_book* book;
};
[[nodiscard]] inline sched::order_book& book_of(PyObject* self) noexcept {
  return *reinterpret_cast<order_book_object*>(self)->book;
}
inline const module_state no_state{};

inline PyObject* order_book_new(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  const char *matching = "price_time", *self_trade = "none";
  static const char* const names[] = {"matching", "self_trade", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "|$ss", const_cast<char**>(names), &matching, &self_trade))
    return nullptr;
  return answered(no_state, [&] {
    const sched::book_rules rules{
        static_cast<sched::matching_rule>(index_of(matching_names, matching, "matching")),
        static_cast<sched::self_trade_rule>(index_of(self_trade_names, self_trade, "self_trade"))};
    owned self = checked(type->tp_alloc(type, 0));
    reinterpret_cast<order_book_object*>(self.get())->book = new sched::order_book(rules);
    return self.release();
  });
}
inline void order_book_free(PyObject* self) {
  delete reinterpret_cast<order_book_object*>(self)->book;
  PyTypeObject* const type = Py_TYPE(self);
  type->tp_free(self);
  Py_DECREF(type);
}

[[nodiscard]] inline owned optional_id(bool is, std::uint64_t id) {
  return checked(is ? PyLong_FromUnsignedLongLong(id) : Py_NewRef(Py_None));
}

/// (kind, reason, taker, maker, volume, price) each.
[[nodiscard]] inline PyObject* event_list(sched::order_book::events events) {
  owned out = checked(PyList_New(static_cast<Py_ssize_t>(events.size())));
  for (std::size_t i = 0; i < events.size(); ++i) {
    const sched::book_event& e = events[i];
    const bool refused = e.kind == sched::book_event_kind::refused;
    const bool pair = e.kind == sched::book_event_kind::trade || e.kind == sched::book_event_kind::decremented;
    owned maker = optional_id(pair, e.maker);
    owned reason =
        checked(refused ? PyUnicode_FromString(std::string(to_string(e.reason)).c_str()) : Py_NewRef(Py_None));
    PyList_SET_ITEM(out.get(), static_cast<Py_ssize_t>(i),
                    checked(Py_BuildValue("(sNKNLL)", event_names[static_cast<std::size_t>(e.kind)], reason.release(),
                                          static_cast<unsigned long long>(e.taker), maker.release(),
                                          static_cast<long long>(e.volume), static_cast<long long>(e.price)))
                        .release());
  }
  return out.release();
}

/// submit(op, id, side, volume, price, peak, trigger, owner, keep_price)
inline PyObject* order_book_submit(PyObject* self, PyObject* args) {
  const char* op = "";
  unsigned long long id = 0;
  int side = -1, keep = 0;
  long long volume = 0, price = 0, peak = 0, trigger = 0, owner = -1;
  if (!PyArg_ParseTuple(args, "sKiLLLLLp", &op, &id, &side, &volume, &price, &peak, &trigger, &owner, &keep))
    return nullptr;
  return answered(no_state, [&] {
    sched::book_request r;
    r.op = static_cast<sched::book_op>(index_of(op_names, op, "op"));
    r.id = id;
    r.side = side_of(side);
    r.volume = volume;
    r.price = price;
    r.peak = peak;
    r.trigger = trigger;
    if (owner >= 0) r.owner = static_cast<std::uint32_t>(owner);
    r.keep_price = keep != 0;
    return event_list(book_of(self).apply(r));
  });
}

/// replay(op, id, side, volume, price, *, peak=None, trigger=None, owner=None, keep_price=None): columns in and out.
inline PyObject* order_book_replay(PyObject* self, PyObject* args, PyObject* keywords) {
  PyObject *op = nullptr, *id = nullptr, *side = nullptr, *volume = nullptr, *price = nullptr, *peak = Py_None,
           *trigger = Py_None, *owner = Py_None, *keep = Py_None;
  static const char* const names[] = {"op",   "id",      "side",  "volume",     "price",
                                      "peak", "trigger", "owner", "keep_price", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "OOOOO|$OOOO", const_cast<char**>(names), &op, &id, &side, &volume,
                                   &price, &peak, &trigger, &owner, &keep))
    return nullptr;
  return answered(no_state, [&] {
    column_store store;
    const auto ops = store.integers(op, "op");
    const auto column = [&](PyObject* o, const char* name) {
      std::span<const std::int64_t> out;
      if (o == Py_None) return out;
      out = store.integers(o, name);
      if (out.size() != ops.size()) refuse(PyExc_ValueError, std::string(name) + ": one number per operation wanted");
      return out;
    };
    const auto ids = column(id, "id"), sides = column(side, "side"), volumes = column(volume, "volume"),
               prices = column(price, "price"), peaks = column(peak, "peak"), triggers = column(trigger, "trigger"),
               owners = column(owner, "owner"), keeps = column(keep, "keep_price");
    std::vector<sched::book_request> log(ops.size());
    for (std::size_t i = 0; i < log.size(); ++i) {
      if (ops[i] < 0 || static_cast<std::size_t>(ops[i]) >= op_names.size())
        refuse(PyExc_ValueError, "op: no such operation: " + std::to_string(ops[i]));
      sched::book_request& r = log[i];
      r.op = static_cast<sched::book_op>(ops[i]);
      r.id = static_cast<std::uint64_t>(ids[i]);
      const bool sided = r.op != sched::book_op::cancel && r.op != sched::book_op::replace;
      r.side = sided ? side_of(sides[i]) : sched::market_side::buy;
      r.volume = volumes[i];
      r.price = prices[i];
      if (!peaks.empty()) r.peak = peaks[i];
      if (!triggers.empty()) r.trigger = triggers[i];
      if (!owners.empty() && owners[i] >= 0) r.owner = static_cast<std::uint32_t>(owners[i]);
      r.keep_price = !keeps.empty() && keeps[i] != 0;
    }
    std::vector<std::int64_t> request, kind, reason, taker, maker, lots, ticks;
    {
      const without_gil others(true);
      for (std::size_t i = 0; i < log.size(); ++i)
        for (const sched::book_event& e : book_of(self).apply(log[i])) {
          request.push_back(static_cast<std::int64_t>(i));
          kind.push_back(static_cast<std::int64_t>(e.kind));
          reason.push_back(static_cast<std::int64_t>(e.reason));
          taker.push_back(static_cast<std::int64_t>(e.taker));
          maker.push_back(static_cast<std::int64_t>(e.maker));
          lots.push_back(e.volume);
          ticks.push_back(e.price);
        }
    }
    answer out;
    out.put("request", new_integers(request)).put("kind", new_integers(kind)).put("reason", new_integers(reason));
    out.put("taker", new_integers(taker)).put("maker", new_integers(maker)).put("volume", new_integers(lots));
    out.put("price", new_integers(ticks));
    return out.release();
  });
}

inline PyObject* order_book_begin_auction(PyObject* self, PyObject*) {
  book_of(self).begin_auction();
  return Py_NewRef(Py_None);
}
inline PyObject* order_book_uncross(PyObject* self, PyObject* reference) {
  std::optional<std::int64_t> price;
  if (reference != Py_None) {
    const long long p = PyLong_AsLongLong(reference);
    if (p == -1 && PyErr_Occurred() != nullptr) return nullptr;
    price = p;
  }
  return answered(no_state, [&] { return event_list(book_of(self).uncross(price)); });
}
[[nodiscard]] inline PyObject* optional_price(std::optional<std::int64_t> p) {
  return p ? PyLong_FromLongLong(*p) : Py_NewRef(Py_None);
}
inline PyObject* order_book_best(PyObject* self, PyObject* side) {
  const long sign = PyLong_AsLong(side);
  if (sign == -1 && PyErr_Occurred() != nullptr) return nullptr;
  return answered(no_state, [&] { return optional_price(book_of(self).best(side_of(sign))); });
}
inline PyObject* order_book_remaining(PyObject* self, PyObject* id) {
  const unsigned long long k = PyLong_AsUnsignedLongLong(id);
  if (PyErr_Occurred() != nullptr) return nullptr;
  return PyLong_FromLongLong(book_of(self).remaining(k));
}
inline PyObject* order_book_snapshot(PyObject* self, PyObject* args, PyObject* keywords) {
  int side = 0;
  Py_ssize_t depth = 0;
  static const char* const names[] = {"side", "depth", nullptr};
  if (!PyArg_ParseTupleAndKeywords(args, keywords, "i|n", const_cast<char**>(names), &side, &depth)) return nullptr;
  return answered(no_state, [&] {
    if (depth < 0) refuse(PyExc_ValueError, "depth: 0 (all) or more wanted");
    std::vector<std::int64_t> price, volume;
    std::vector<std::size_t> orders;
    for (const sched::book_level& l : book_of(self).snapshot(side_of(side), static_cast<std::size_t>(depth))) {
      price.push_back(l.price);
      volume.push_back(l.volume);
      orders.push_back(l.orders);
    }
    answer out;
    out.put("price", new_integers(price)).put("volume", new_integers(volume)).put("orders", new_integers(orders));
    return out.release();
  });
}
inline PyObject* order_book_orders(PyObject* self, PyObject* side) {
  const long sign = PyLong_AsLong(side);
  if (sign == -1 && PyErr_Occurred() != nullptr) return nullptr;
  return answered(no_state, [&] {
    std::vector<std::int64_t> id, volume, price, visible;
    for (const sched::resting_order& o : book_of(self).orders(side_of(sign))) {
      id.push_back(static_cast<std::int64_t>(o.id));
      volume.push_back(o.volume);
      price.push_back(o.price);
      visible.push_back(o.visible);
    }
    answer out;
    out.put("id", new_integers(id)).put("volume", new_integers(volume)).put("price", new_integers(price));
    out.put("visible", new_integers(visible));
    return out.release();
  });
}
inline PyObject* order_book_last_price(PyObject* self, void*) { return optional_price(book_of(self).last_price()); }
inline PyObject* order_book_in_auction(PyObject* self, void*) {
  return PyBool_FromLong(book_of(self).in_auction() ? 1 : 0);
}
inline PyObject* order_book_waiting_stops(PyObject* self, void*) {
  return PyLong_FromSize_t(book_of(self).waiting_stops());
}
inline Py_ssize_t order_book_length(PyObject* self) { return static_cast<Py_ssize_t>(book_of(self).size()); }

template <class F>
inline PyCFunction book_method(F* f) noexcept {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}
inline PyMethodDef order_book_methods[] = {
    {"_submit", order_book_submit, METH_VARARGS, "One operation; see the methods of OrderBook."},
    {"replay", book_method(order_book_replay), METH_VARARGS | METH_KEYWORDS,
     "replay($self, op, id, side, volume, price, *, peak=None, trigger=None, owner=None, keep_price=None)\n--\n\n"
     "Applies a log of operations: columns of whole numbers, `op` indexes `sched.books.OPS`. Returns the events as a\n"
     "dict of int64 columns: request (the operation's index), kind (indexes EVENTS), reason (indexes REFUSALS), "
     "taker,\n"
     "maker, volume, price. Lets other threads run; they must not touch this book meanwhile."},
    {"begin_auction", order_book_begin_auction, METH_NOARGS,
     "begin_auction($self)\n--\n\nOrders are collected and do not trade until uncross()."},
    {"_uncross", order_book_uncross, METH_O, "Ends an auction phase at one price."},
    {"best", order_book_best, METH_O, "best($self, side, /)\n--\n\nBest price of a side, None when it is empty."},
    {"remaining", order_book_remaining, METH_O,
     "remaining($self, id, /)\n--\n\nRemaining volume of an order, hidden part included; 0 for an unknown id."},
    {"snapshot", book_method(order_book_snapshot), METH_VARARGS | METH_KEYWORDS,
     "snapshot($self, side, depth=0)\n--\n\nThe best levels of a side (0: all), best first: a dict of the int64 "
     "columns\n"
     "price, volume (shown) and orders."},
    {"orders", order_book_orders, METH_O,
     "orders($self, side, /)\n--\n\nAll resting orders of a side in priority order: a dict of the int64 columns id,\n"
     "volume (hidden part included), price and visible."},
    {nullptr, nullptr, 0, nullptr}};
inline PyGetSetDef order_book_fields[] = {
    {"last_price", order_book_last_price, nullptr, "Price of the last trade, None before the first.", nullptr},
    {"in_auction", order_book_in_auction, nullptr, "Whether orders are collected for an auction.", nullptr},
    {"waiting_stops", order_book_waiting_stops, nullptr, "Stops that wait.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr}};
inline PyType_Slot order_book_slots[] = {{Py_tp_new, reinterpret_cast<void*>(order_book_new)},
                                         {Py_tp_dealloc, reinterpret_cast<void*>(order_book_free)},
                                         {Py_tp_methods, order_book_methods},
                                         {Py_tp_getset, order_book_fields},
                                         {Py_sq_length, reinterpret_cast<void*>(order_book_length)},
                                         {Py_tp_doc, const_cast<char*>("The book behind sched.OrderBook.")},
                                         {0, nullptr}};
inline PyType_Spec order_book_spec{"sched._books.OrderBook", sizeof(order_book_object), 0,
                                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, order_book_slots};

}  // namespace sched_python

#endif
