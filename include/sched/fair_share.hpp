// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_FAIR_SHARE_HPP
#define SCHED_FAIR_SHARE_HPP

/// \file
/// Front door: fair shares, decaying use, multifactor priorities, and orders made of orders.

#include <sched/priority/any_order.hpp>
#include <sched/priority/band_queue.hpp>
#include <sched/priority/dominant_share.hpp>
#include <sched/priority/fair_share.hpp>
#include <sched/priority/multifactor.hpp>
#include <sched/priority/order.hpp>
#include <sched/priority/order_combinators.hpp>
#include <sched/priority/share_tree.hpp>
#include <sched/priority/usage.hpp>
#include <sched/priority/wfq.hpp>

#endif
