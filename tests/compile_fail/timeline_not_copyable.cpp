// expect: resource_timeline
// SPDX-License-Identifier: BSL-1.0
// What-if passes copy timelines: one that cannot be copied is refused, by the concept's name.
#include <span>

#include <sched/timeline.hpp>

class pinned_timeline : public sched::step_timeline {
public:
  using step_timeline::step_timeline;
#ifndef SCHED_COMPILE_FAIL_FIXED
  pinned_timeline(const pinned_timeline&) = delete;
#endif
};

sched::instant fit(std::span<const pinned_timeline> all, std::span<const sched::amount> demands) {
  return sched::latest_fit(all, demands, 9, 5);
}
