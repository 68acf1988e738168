// expect: resource_id|id<sched::(v0::)?resource_tag>
// SPDX-License-Identifier: BSL-1.0
// A task is not a resource, although both are numbers.

#include <sched/core/id.hpp>

void reserve(sched::resource_id);

void wrong(sched::task_id task, sched::resource_id resource) {
#ifdef SCHED_COMPILE_FAIL_FIXED
  static_cast<void>(task);
#else
  reserve(task);
#endif
  reserve(resource);
}
