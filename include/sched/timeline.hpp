// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_HPP
#define SCHED_TIMELINE_HPP

/// \file
/// Front door of the timelines: what is left of a resource over time.

#include <sched/timeline/adaptive_timeline.hpp>
#include <sched/timeline/calendar_fit.hpp>
#include <sched/timeline/dense_timeline.hpp>
#include <sched/timeline/step_timeline.hpp>
#include <sched/timeline/timeline.hpp>
#include <sched/timeline/tree_timeline.hpp>
#include <sched/timeline/vector_fit.hpp>

#endif
