// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SGS_HPP
#define SCHED_SGS_HPP

/// \file
/// Front door: build a project and generate schedules for it.

#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/any_rule.hpp>
#include <sched/priority/combine.hpp>
#include <sched/priority/decision_rules.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/rule.hpp>
#include <sched/priority/sampling.hpp>
#include <sched/priority/task_rules.hpp>
#include <sched/solve/justify.hpp>
#include <sched/solve/sampling.hpp>
#include <sched/solve/sgs.hpp>
#include <sched/solve/sgs_options.hpp>

#endif
