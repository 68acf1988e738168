// expect: job_order
// SPDX-License-Identifier: BSL-1.0
// A type that ranks nothing is no order of jobs, and the concept says so.
#include <sched/backfill.hpp>

struct half_an_order {
  static constexpr bool static_keys = true;
#ifdef SCHED_COMPILE_FAIL_FIXED
  void keys(std::span<const sched::waiting_job>, sched::instant, std::span<double>) const {}
#endif
};

sched::backfill<half_an_order> scheduler(8, half_an_order{});
