// SPDX-License-Identifier: BSL-1.0
// The extension module sched._books: books with two sides, zones, block orders, continuous trading. Apart from _market,
// whose calls are short: this one brings Boost.Graph.

#include "order_book_type.hpp"
#include "periods.hpp"
#include "two_sided.hpp"
#include "zones.hpp"

namespace sched_python {
namespace {

template <class F>
PyCFunction entry(F* f) noexcept {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(f));
}

PyMethodDef functions[] = {
    {"clear_two_sided", entry(clear_two_sided_function), METH_VARARGS | METH_KEYWORDS,
     "clear_two_sided(side, price, volume, *, price_end=None, time=None, merit=None, user=None, net_export=0.0,\n"
     "                pricing='k_price', tie='index', shortage='marginal_demand', price_cap=inf, price_floor=-inf,\n"
     "                k=0.5, reference_price=0.0, adder_slope=0.0, seed=1)\n--\n\n"
     "Clears a book of offers (side 1) and bids (side -1) at one price.\n\n"
     "side: whole numbers; price, volume: real numbers, one per order. A bid at inf or an offer at -inf has no limit "
     "and\n"
     "stands at price_cap or price_floor, which must then be finite. With price_end the marginal price of an order "
     "runs\n"
     "from price to price_end as acceptance grows. net_export leaves the book before anything else. time, merit: "
     "ranks\n"
     "for the rules of those names; user: owners, for pricing='vickrey'.\n\n"
     "Returns a dict: status, price (NaN: there is none), sell_price, buy_price, lo and hi (admissible prices), "
     "volume,\n"
     "sold, bought, accepted (per order), order_prices (for rules with a price per order, else None), unserved, "
     "unsold,\n"
     "welfare, consumer_surplus, producer_surplus, auctioneer_surplus.\n\n"
     "O(n) expected. Raises MarketError for malformed input; lets other threads run from 10,000 orders on."},
    {"couple_zones", entry(couple_zones_function), METH_VARARGS | METH_KEYWORDS,
     "couple_zones(zones, orders, links=None, *, boundaries=None, constraints=None, injection=None, time=None,\n"
     "             merit=None, pricing='k_price', tie='index', price_cap=inf, price_floor=-inf, k=0.5,\n"
     "             reference_price=0.0, seed=1, intuitive=False)\n--\n\n"
     "Clears zones that trade with each other as far as links carry: largest welfare, equal prices over free links.\n\n"
     "Tables are tuples of columns. orders: (zone, side, price, volume[, price_end]), as in clear_two_sided(). links:\n"
     "(from, to, capacity, reverse[, tariff[, loss]]). boundaries: (zone, price, import, export), price takers "
     "outside.\n"
     "constraints: (ptdf [constraint, zone], ram [constraint]); links are then not used. injection: volume put into "
     "each\n"
     "zone. intuitive: no exchange from a higher to a lower price, for constraints; adds exchange [from, to] and\n"
     "patched [constraint] to the result.\n\n"
     "Returns a dict: status, price, lo, hi, net_position and area per zone, accepted per order, flow per link,\n"
     "boundary_import, shadow_price, congestion_rent, tariffs, welfare, unserved.\n\n"
     "At most 2 zones - 1 maximum flows. Raises MarketError (index: orders, then links, boundaries, constraints,\n"
     "injection). Lets other threads run from 256 orders on."},
    {"clear_blocks", entry(clear_blocks_function), METH_VARARGS | METH_KEYWORDS,
     "clear_blocks(orders, periods, *, zones=1, links=None, blocks=None, flexible=None, complex=None, nodes=100000,\n"
     "             seconds=inf, gap=0.0, heuristic=False, pricing='k_price', tie='index', price_cap=inf,\n"
     "             price_floor=-inf, k=0.5, reference_price=0.0, seed=1, tick=0.0, method='clear_blocks',\n"
     "             constraints=None)\n--\n\n"
     "Clears periods with orders that are taken or left as a whole: largest welfare such that nobody accepted "
     "loses.\n\n"
     "orders: (period, zone, side, price, volume[, price_end]); periods count from 0. links: (from, to, capacity,\n"
     "reverse[, tariff[, loss]]), capacities [link] for all periods or [period, link]; losses are refused. "
     "constraints,\n"
     "for all periods: as in couple_zones(). With tariffs or constraints orders are steps. blocks: a dict of columns "
     "side, price, volume\n"
     "[block, period], and optionally min_ratio (1), parent, group, loop (-1: none) and zone (0). flexible: a dict of\n"
     "columns side, price, volume, and optionally first, last, most (periods, 1), zone. complex: dicts with side, kind "
     "('minimum_income',\n"
     "'scalable'), steps [step, (period, volume, price)], and optionally survives [step] (stays at\n"
     "a scheduled stop), fixed_term, variable_term, ramp_up, "
     "ramp_down,\n"
     "min_power [period], zone.\n\n"
     "Ends when the welfare is proved to be the largest, or at the budget: nodes, seconds (the result then depends on\n"
     "the clock), a relative gap; heuristic: the first good solution. method 'mic_loop': minimum income by "
     "withdrawing\n"
     "one order after another, not always the best. tick: prices are rounded to multiples of it.\n\n"
     "Returns a dict: status, proven, ties_settled, welfare, bound, gap, nodes, price and injection [period, zone], "
     "ratio per "
     "block,\n"
     "period per flexible order (its first; -1: rejected), periods (all of them, a list of arrays), complex_on, "
     "complex_accepted, paradoxically_rejected,\n"
     "paradoxically_rejected_flexible, accepted per order, flow [period, link], net_position\n"
     "[period, zone], shadow_price [period, constraint].\n\n"
     "Exponential in the worst case. Raises MarketError; lets other threads run."},
    {"couple_periods", entry(couple_periods_function), METH_VARARGS | METH_KEYWORDS,
     "couple_periods(orders, periods, zones, links=None, *, ramps=None, injection=None, price_cap=inf, "
     "price_floor=-inf)\n--\n\n"
     "Clears zones over periods together, where flows and net positions may change only so fast.\n\n"
     "orders: (period, zone, side, price, volume), steps. links: (from, to, capacity, reverse[, tariff[, loss]]), "
     "capacities\n"
     "[link] or [period, link]. ramps: dicts with links (whose flows are summed) or a zone (its net position), up and "
     "down:\n"
     "most by which that changes from a period to the next. injection [period, zone].\n\n"
     "Returns a dict: status, welfare, price and net_position [period, zone], flow [period, link], accepted per "
     "order,\n"
     "ramp_price [period - 1, ramp]: positive where up binds, negative where down does.\n\n"
     "One dense linear problem. Raises MarketError (index: the period, or the ramp); lets other threads run."},
    {"clear_uniform_purchase", entry(clear_uniform_purchase_function), METH_VARARGS | METH_KEYWORDS,
     "clear_uniform_purchase(zones, orders, purchases, links=None, *, boundaries=None, injection=None,\n"
     "                       pricing='k_price', tie='index', price_cap=inf, price_floor=-inf, k=0.5,\n"
     "                       reference_price=0.0, seed=1)\n--\n\n"
     "Clears zones with purchases that all pay one price: the average of the zone prices, weighted with what they "
     "buy.\n\n"
     "orders, links, boundaries, injection: as in couple_zones(), without tariffs and losses. purchases: (zone, "
     "price,\n"
     "volume[, merit]), limits on the average price; at equal limits the smaller merit first.\n\n"
     "Returns a dict: status, average_price (NaN: nothing is bought), volume, curtailed, purchased (per purchase), "
     "price "
     "and\n"
     "net_position per zone, accepted per order, flow, boundary_import, congestion_rent, welfare, clearings.\n\n"
     "Some 40 clearings of the zones. Raises MarketError; lets other threads run."},
    {"procure_reserves", entry(procure_reserves_function), METH_VARARGS | METH_KEYWORDS,
     "procure_reserves(cost, most, requirements)\n--\n\n"
     "The cheapest reserves that keep requirements: cost and most per unit, requirements (units, amount), units by "
     "index;\n"
     "they may nest or overlap.\n\n"
     "Returns a dict: status ('shortage': missing says where), cost, accepted and price per unit, shadow_price and "
     "missing\n"
     "per requirement.\n\n"
     "Raises MarketError; lets other threads run from 256 units on."},
    {nullptr, nullptr, 0, nullptr}};

int initialise(PyObject* module) {
  import_array1(-1);
  auto& state = *static_cast<module_state*>(PyModule_GetState(module));
  const owned market(PyImport_ImportModule("sched._market"));
  if (!market) return -1;
  state.error = PyObject_GetAttrString(market.get(), "MarketError");
  state.order_book_type = reinterpret_cast<PyTypeObject*>(PyType_FromModuleAndSpec(module, &order_book_spec, nullptr));
  if (state.error == nullptr || state.order_book_type == nullptr) return -1;
  return PyModule_AddType(module, state.order_book_type);
}

int traverse(PyObject* module, visitproc visit, void* arg) {
  const auto& state = *static_cast<module_state*>(PyModule_GetState(module));
  Py_VISIT(state.error);
  Py_VISIT(state.order_book_type);
  return 0;
}
int release(PyObject* module) {
  auto& state = *static_cast<module_state*>(PyModule_GetState(module));
  Py_CLEAR(state.error);
  Py_CLEAR(state.order_book_type);
  return 0;
}

PyModuleDef_Slot slots[] = {{Py_mod_exec, reinterpret_cast<void*>(initialise)},
#ifdef Py_mod_gil
                            {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
                            {0, nullptr}};

PyModuleDef definition{PyModuleDef_HEAD_INIT,
                       "_books",
                       "Books with two sides, coupled zones, block orders and continuous trading.",
                       sizeof(module_state),
                       functions,
                       slots,
                       traverse,
                       release,
                       nullptr};

}  // namespace
}  // namespace sched_python

PyMODINIT_FUNC PyInit__books() { return PyModuleDef_Init(&sched_python::definition); }
