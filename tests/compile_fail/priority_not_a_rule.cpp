// expect: priority_rule
// SPDX-License-Identifier: BSL-1.0
// A type without keys or picks is no rule, and the concept says so.
#include <sched/sgs.hpp>

struct half_a_rule {
#ifdef SCHED_COMPILE_FAIL_FIXED
  void keys(const sched::rule_view&, std::span<double>) const {}
#else
  int keys(const sched::rule_view&, std::span<double>) const { return 0; }
#endif
};

auto solve(const sched::project& p) { return sched::serial_sgs(p, half_a_rule{}); }
