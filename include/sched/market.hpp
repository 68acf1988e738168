// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MARKET_HPP
#define SCHED_MARKET_HPP

/// \file
/// Front door: who gets how much of a divisible good, and at what price.

#include <sched/evaluate/market_power.hpp>
#include <sched/model/block_orders.hpp>
#include <sched/model/clearing.hpp>
#include <sched/model/merit_curve.hpp>
#include <sched/model/orders.hpp>
#include <sched/pricing/any_rules.hpp>
#include <sched/pricing/margin.hpp>
#include <sched/pricing/order_prices.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/reprice.hpp>
#include <sched/pricing/shortage.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/allocate.hpp>
#include <sched/solve/auction.hpp>
#include <sched/solve/call_auction.hpp>
#include <sched/solve/clear.hpp>
#include <sched/solve/clear_batch.hpp>
#include <sched/solve/clear_blocks.hpp>
#include <sched/solve/clear_two_sided.hpp>
#include <sched/solve/clearing_rules.hpp>
#include <sched/solve/combinatorial_auction.hpp>
#include <sched/solve/convex_market.hpp>
#include <sched/solve/elastic_step.hpp>
#include <sched/solve/market_step.hpp>
#include <sched/solve/merit_order.hpp>
#include <sched/solve/mic_loop.hpp>
#include <sched/solve/reserves.hpp>
#include <sched/solve/step_policies.hpp>

#endif
