// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SEARCH_HPP
#define SCHED_SEARCH_HPP

/// \file
/// Front door: search for good schedules, and bounds that say how good they are.

#include <sched/evaluate/destructive_bound.hpp>
#include <sched/evaluate/net_present_value.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/solve/key_search.hpp>
#include <sched/solve/list_walk.hpp>
#include <sched/solve/mode_search.hpp>
#include <sched/solve/search.hpp>
#include <sched/solve/two_sided_search.hpp>

#endif
