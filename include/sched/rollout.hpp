// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_ROLLOUT_HPP
#define SCHED_ROLLOUT_HPP

/// \file
/// Front door: look ahead before deciding, on projects (`rollout_sgs`) or on a state of your own (`rollout`).

#include <sched/core/trail.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/any_rule.hpp>
#include <sched/priority/decision_rules.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/rule.hpp>
#include <sched/priority/task_rules.hpp>
#include <sched/solve/beam_search.hpp>
#include <sched/solve/list_branch.hpp>
#include <sched/solve/project_beam.hpp>
#include <sched/solve/project_branch.hpp>
#include <sched/solve/project_rollout.hpp>
#include <sched/solve/rollout.hpp>
#include <sched/solve/sgs_options.hpp>

#endif
