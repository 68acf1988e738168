// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_VALIDATE_HPP
#define SCHED_VALIDATE_HPP

/// \file
/// Front door: prove that a schedule or a roadmap keeps every rule, and say how good it is.

#include <sched/evaluate/objective.hpp>
#include <sched/evaluate/validate_project.hpp>
#include <sched/evaluate/validate_roadmap.hpp>

#endif
