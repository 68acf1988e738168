// expect: pricing_rule
// SPDX-License-Identifier: BSL-1.0
// A pricing rule answers with a price and does not change when it is asked.
#include <sched/market.hpp>

struct forgetful {
#ifdef SCHED_COMPILE_FAIL_FIXED
  double operator()(const sched::margin_record<>& m) const { return m.lo; }
#else
  double operator()(const sched::margin_record<>& m) { return m.lo; }
#endif
};

template <sched::pricing_rule R>
void ask(R) {}
template void ask<forgetful>(forgetful);
