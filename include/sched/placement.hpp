// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PLACEMENT_HPP
#define SCHED_PLACEMENT_HPP

/// \file
/// Front door: clusters, what is free in them, and where jobs go.

#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/node_shape.hpp>
#include <sched/model/request.hpp>
#include <sched/placement/explain.hpp>
#include <sched/placement/fgd.hpp>
#include <sched/placement/fragmentation.hpp>
#include <sched/placement/node_state.hpp>
#include <sched/placement/one_more.hpp>
#include <sched/placement/policy.hpp>
#include <sched/placement/reference.hpp>
#include <sched/placement/score.hpp>
#include <sched/placement/tiers.hpp>
#include <sched/placement/workspace.hpp>

#endif
