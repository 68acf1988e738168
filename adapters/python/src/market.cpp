// SPDX-License-Identifier: BSL-1.0
// The extension module sched._market: hand-written entry points, because a binding generator costs more per call than
// clearing does.

#include "batch.hpp"
#include "clear.hpp"
#include "clearing_type.hpp"
#include "merit_order_type.hpp"

namespace sched_python {
namespace {

template <class F>
PyCFunction entry(F* f) noexcept {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}

PyMethodDef functions[] = {
    {"clear", entry(clear_function), METH_FASTCALL | METH_KEYWORDS,
     "clear(prices, volumes, demand, *, out=None)\n--\n\n"
     "Clears offers against a fixed demand at one price: that of the cheapest offer up to which they hold the "
     "demand.\n\n"
     "prices, volumes: 1-D float64 or float32 (both the same; the result has that type); anything else is copied to\n"
     "float64. Volumes are >= 0, ties go by index, a shortage accepts everything at the price of the dearest offer.\n"
     "Returns (price, accepted). With `out` (writable, C-contiguous, of the right type and size, no overlap) the\n"
     "accepted volumes go there and the price alone is returned; nothing is allocated.\n\n"
     "Raises MarketError (a ValueError with `code` and `index`) for malformed input. Lets other threads run from\n"
     "10,000 offers on."},
    {"clear_batch", entry(clear_batch_function), METH_VARARGS | METH_KEYWORDS,
     "clear_batch(prices, volumes, demand, *, out=None, price_out=None, layout='rows', threads=1)\n--\n\n"
     "Clears many markets: [market, offer] arrays ('rows') or [offer, market] ('columns', fastest up to 10 offers) "
     "and\n"
     "a demand per market. Returns (prices, accepted). Each market is what clear() makes of it, bit for bit, with any\n"
     "number of threads. Lets other threads run."},
    {"market_step", entry(market_step_function), METH_FASTCALL | METH_KEYWORDS,
     "market_step(capacity, cost, demand, actions, accepted, rewards, /, *, bids=None, volumes=None, "
     "max_bid_delta=50.0,\n"
     "            bid_penalty=0.01, lost_load=1.0, demand_scale=1.0, cost_scale=1.0, horizon=1.0,\n"
     "            demand_prices=None, demand_volumes=None, served=None)\n--\n\n"
     "One step of a market game: actions [unit, 2] (share withheld, markup) to offers, clearing, rewards. Writes\n"
     "accepted and rewards (and bids and volumes where given); returns the price. Arrays are C-contiguous float64.\n\n"
     "demand_prices, demand_volumes: bids with a limit each, besides the fixed demand; those worth their price are\n"
     "served, the one that is cut sets it, and served gets what each of them takes."},
    {"market_step_batch", entry(market_step_batch_function), METH_FASTCALL | METH_KEYWORDS,
     "market_step_batch(capacity, cost, demand, actions, accepted, rewards, price_out, /, *, bids=None, volumes=None,\n"
     "                  max_bid_delta=50.0, bid_penalty=0.01, lost_load=1.0, demand_scale=1.0, cost_scale=1.0,\n"
     "                  horizon=1.0, threads=1, demand_prices=None, demand_volumes=None, served=None)\n--\n\n"
     "market_step() for len(demand) markets: actions [market, unit, 2], outputs [market, unit]; capacity and cost "
     "[unit]\n"
     "for all, or [market, unit]; demand_prices and demand_volumes [bid] for all, or [market, bid]; served [market, "
     "bid].\n"
     "Lets other threads run."},
    {nullptr, nullptr, 0, nullptr}};

int initialise(PyObject* module) {
  import_array1(-1);
  auto& state = *static_cast<module_state*>(PyModule_GetState(module));
  state.error = PyErr_NewExceptionWithDoc(
      "sched.MarketError",
      "Malformed input of a market: `code` names the fault, `index` the first element that has it (None: none has).",
      PyExc_ValueError, nullptr);
  state.out_name = PyUnicode_InternFromString("out");
  state.clearing_type = reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &clearing_spec, nullptr));
  state.merit_order_type =
      reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &merit_order_spec, nullptr));
  if (state.error == nullptr || state.out_name == nullptr || state.clearing_type == nullptr ||
      state.merit_order_type == nullptr)
    return -1;
  if (PyModule_AddObjectRef(module, "MarketError", state.error) < 0 ||
      PyModule_AddType(module, state.clearing_type) < 0 || PyModule_AddType(module, state.merit_order_type) < 0 ||
      PyModule_AddStringConstant(module, "kernel", to_string(sched::detail::clear::best_kernel).data()) < 0)
    return -1;
  return 0;
}

int traverse(PyObject* module, visitproc visit, void* arg) {
  const auto& state = *static_cast<module_state*>(PyModule_GetState(module));
  Py_VISIT(state.error);
  Py_VISIT(state.clearing_type);
  Py_VISIT(state.merit_order_type);
  return 0;
}
int release(PyObject* module) {
  auto& state = *static_cast<module_state*>(PyModule_GetState(module));
  Py_CLEAR(state.error);
  Py_CLEAR(state.out_name);
  Py_CLEAR(state.clearing_type);
  Py_CLEAR(state.merit_order_type);
  return 0;
}

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(initialise)},
#ifdef Py_mod_gil
                            {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
                            {0, nullptr}};

PyModuleDef definition{PyModuleDef_HEAD_INIT,
                       "_market",
                       "Market clearing of sched.",
                       sizeof(module_state),
                       functions,
                       slots,
                       traverse,
                       release,
                       nullptr};

}  // namespace
}  // namespace sched_python

PyMODINIT_FUNC PyInit__market() { return PyModuleDef_Init(&sched_python::definition); }
