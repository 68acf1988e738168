// expect: usage_decay
// SPDX-License-Identifier: BSL-1.0
// A decay that cannot bring an account forward is none, and the concept says so.
#include <sched/fair_share.hpp>

struct half_a_decay {
  void check() const {}
#ifdef SCHED_COMPILE_FAIL_FIXED
  sched::account_usage advanced(const sched::account_usage& a, sched::instant) const { return a; }
#endif
};

sched::usage_ledger<half_a_decay> ledger;
