// expect: share_policy
// SPDX-License-Identifier: BSL-1.0
// A type that gives no factors is no share policy, and the concept says so.
#include <sched/fair_share.hpp>

struct half_a_policy {
  void check() const {}
#ifdef SCHED_COMPILE_FAIL_FIXED
  void factors(const sched::share_tree&, std::span<const double>, std::span<double>) const {}
#endif
};

sched::order::fair_share<half_a_policy> by_share;
