// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MARKET_COUPLING_HPP
#define SCHED_MARKET_COUPLING_HPP

/// \file
/// Front door: zones that trade over links, block orders over them, and the proof of their clearing. Brings
/// Boost.Graph's maximum flow.

#include <sched/evaluate/validate_blocks.hpp>
#include <sched/evaluate/validate_market.hpp>
#include <sched/evaluate/validate_periods.hpp>
#include <sched/evaluate/validate_uniform_purchase.hpp>
#include <sched/model/zonal_market.hpp>
#include <sched/pricing/pricing.hpp>
#include <sched/pricing/tie.hpp>
#include <sched/solve/clear_blocks.hpp>
#include <sched/solve/clear_uniform_purchase.hpp>
#include <sched/solve/couple_periods.hpp>
#include <sched/solve/couple_zones.hpp>
#include <sched/solve/coupled_market.hpp>
#include <sched/solve/mic_loop.hpp>

#endif
