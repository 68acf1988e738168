// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_GENERATE_HPP
#define SCHED_GENERATE_HPP

/// \file
/// Front door: random instances with documented parameters, the same for the same seed on every platform.

#include <sched/model/random_cluster.hpp>
#include <sched/model/random_jobs.hpp>
#include <sched/model/random_network.hpp>
#include <sched/model/random_project.hpp>
#include <sched/model/random_roadmap.hpp>

#endif
