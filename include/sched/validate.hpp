// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_VALIDATE_HPP
#define SCHED_VALIDATE_HPP

/// \file
/// Front door: prove that a schedule, a roadmap or a run of batch jobs keeps every rule, and say how good it is; why a
/// roadmap is as it is.

#include <sched/evaluate/explain_roadmap.hpp>
#include <sched/evaluate/job_metrics.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/evaluate/roadmap_objective.hpp>
#include <sched/evaluate/roadmap_reason.hpp>
#include <sched/evaluate/validate_gangs.hpp>
#include <sched/evaluate/validate_jobs.hpp>
#include <sched/evaluate/validate_placement.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/evaluate/validate_roadmap.hpp>

#endif
