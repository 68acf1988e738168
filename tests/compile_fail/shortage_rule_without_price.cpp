// expect: shortage_rule
// SPDX-License-Identifier: BSL-1.0
// A shortage rule returns a price.
#include <sched/market.hpp>

struct silent {
#ifdef SCHED_COMPILE_FAIL_FIXED
  double operator()(const sched::margin_record<>&, double) const { return 1; }
#else
  void operator()(const sched::margin_record<>&, double) const {}
#endif
};

double price(const std::vector<double>& prices, const std::vector<double>& volumes, std::vector<double>& accepted) {
  return sched::clear(prices, volumes, 1.0, accepted, sched::clearing_rules<>{}.with_shortage(silent{})).price;
}
