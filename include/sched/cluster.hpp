// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CLUSTER_HPP
#define SCHED_CLUSTER_HPP

/// \file
/// Front door: the cluster scheduler and its parts: life cycle, quotas, preemption, checkpoints, inventories, stores.

#include <sched/dispatch/checkpoint.hpp>
#include <sched/dispatch/checkpoint_interval.hpp>
#include <sched/dispatch/cluster_options.hpp>
#include <sched/dispatch/cluster_scheduler.hpp>
#include <sched/dispatch/inventory.hpp>
#include <sched/dispatch/job_store.hpp>
#include <sched/dispatch/quota.hpp>
#include <sched/dispatch/retrying_inventory.hpp>
#include <sched/dispatch/victims.hpp>
#include <sched/fair_share.hpp>
#include <sched/io/checkpoint_files.hpp>
#include <sched/model/cluster_job.hpp>
#include <sched/model/lifecycle.hpp>
#include <sched/placement.hpp>

#endif
