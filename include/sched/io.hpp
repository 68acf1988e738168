// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_HPP
#define SCHED_IO_HPP

/// \file
/// Front door: projects and schedules in text formats. PSPLIB, Patterson and RCPSP/max in (`io::read_project`), PSPLIB,
/// Patterson, CSV and Graphviz DOT out. Of scheduled roadmaps CSV tables, JSON and locks. Workload traces (SWF) in
/// and out. JSON in: sched/json.hpp; pictures: sched/gantt.hpp; packed files: sched/io/gzip_file.hpp.

#include <sched/io/csv.hpp>
#include <sched/io/dot.hpp>
#include <sched/io/file.hpp>
#include <sched/io/json_roadmap_result.hpp>
#include <sched/io/lock_roadmap.hpp>
#include <sched/io/patterson.hpp>
#include <sched/io/patterson_write.hpp>
#include <sched/io/psplib.hpp>
#include <sched/io/psplib_write.hpp>
#include <sched/io/rcpsp_max.hpp>
#include <sched/io/read_project.hpp>
#include <sched/io/roadmap_csv.hpp>
#include <sched/io/roadmap_text.hpp>
#include <sched/io/swf.hpp>
#include <sched/io/swf_jobs.hpp>
#include <sched/io/swf_write.hpp>

#endif
