// expect: partial_inventory
// SPDX-License-Identifier: BSL-1.0
// What takes whole leases back only does not take back parts of them.
#include <sched/cluster.hpp>

struct whole_leases {
  sched::lease_answer hold(sched::job_number, std::uint32_t, std::span<const sched::allocation>, sched::instant,
                           sched::instant) {
    return {};
  }
  bool commit(sched::lease_number, sched::instant) { return true; }
  void release(sched::lease_number) {}
#ifdef SCHED_COMPILE_FAIL_FIXED
  void release(sched::lease_number, std::span<const sched::allocation>) {}
#endif
};

static_assert(sched::inventory<whole_leases>);
static_assert(sched::partial_inventory<whole_leases>);
