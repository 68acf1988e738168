// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_GANTT_HPP
#define SCHED_GANTT_HPP

/// \file
/// Front door: pictures of schedules. `gantt_html` and `gantt_svg` for projects; `roadmap_html` for roadmaps;
/// `gantt_of` for runs of batch jobs, and for places in a cluster; `chart`, `chart_html` and `chart_svg` for anything
/// else with bars on a time axis.

#include <sched/io/chart.hpp>
#include <sched/io/chart_html.hpp>
#include <sched/io/chart_svg.hpp>
#include <sched/io/cluster_gantt.hpp>
#include <sched/io/gantt.hpp>
#include <sched/io/gantt_html.hpp>
#include <sched/io/gantt_svg.hpp>
#include <sched/io/job_gantt.hpp>
#include <sched/io/roadmap_gantt.hpp>

#endif
