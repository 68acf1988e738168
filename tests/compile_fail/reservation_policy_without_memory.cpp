// expect: reservation_policy
// SPDX-License-Identifier: BSL-1.0
// A reservation policy says what it remembers between decisions, even if that is nothing.
#include <sched/backfill.hpp>

struct forgetful {
#ifdef SCHED_COMPILE_FAIL_FIXED
  struct memory {};
#else
  struct nothing {};
  using memory = void;
#endif
  template <class Desk, class Memory>
  void pass(Desk& desk, Memory&) const {
    static_cast<void>(desk.start_heads());
  }
};

sched::backfill<sched::order::fcfs, forgetful> scheduler(8);
