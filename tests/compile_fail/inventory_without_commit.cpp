// expect: inventory
// SPDX-License-Identifier: BSL-1.0
// What holds devices and never commits is no inventory.
#include <sched/cluster.hpp>

struct half_an_inventory {
  sched::lease_answer hold(sched::job_number, std::uint32_t, std::span<const sched::allocation>, sched::instant,
                           sched::instant) {
    return {};
  }
  void release(sched::lease_number) {}
#ifdef SCHED_COMPILE_FAIL_FIXED
  bool commit(sched::lease_number, sched::instant) { return true; }
#endif
};

half_an_inventory devices;
sched::recording_inventory<half_an_inventory> recording(devices);
