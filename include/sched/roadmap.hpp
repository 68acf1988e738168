// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_ROADMAP_HPP
#define SCHED_ROADMAP_HPP

/// \file
/// Front door: roadmaps with people, calendars and deadlines.

#include <sched/model/resource_spec.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_problem.hpp>
#include <sched/model/roadmap_result.hpp>
#include <sched/priority/attractiveness.hpp>
#include <sched/priority/urgency_rules.hpp>
#include <sched/solve/roadmap.hpp>
#include <sched/solve/roadmap_due_dates.hpp>

#endif
