// expect: tie_rule
// SPDX-License-Identifier: BSL-1.0
// A tie rule shares an amount.
#include <sched/market.hpp>

struct generous {
#ifdef SCHED_COMPILE_FAIL_FIXED
  void operator()(const sched::tied_orders<double>&, double, std::span<double>) const {}
#else
  void operator()(const sched::tied_orders<double>&, std::span<double>) const {}
#endif
};

double price(const std::vector<double>& prices, const std::vector<double>& volumes, std::vector<double>& accepted) {
  return sched::clear(prices, volumes, 1.0, accepted, sched::clearing_rules<>{}.with_tie(generous{})).price;
}
