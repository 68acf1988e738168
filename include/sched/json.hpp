// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_JSON_HPP
#define SCHED_JSON_HPP

/// \file
/// Front door: projects, calendars and schedules, roadmaps and locks in JSON; `io::read_project_any` for every kind of
/// project file. Needs nlohmann_json.

#include <sched/io/json_calendar.hpp>
#include <sched/io/json_document.hpp>
#include <sched/io/json_lines.hpp>
#include <sched/io/json_project.hpp>
#include <sched/io/json_roadmap.hpp>
#include <sched/io/json_roadmap_lock.hpp>
#include <sched/io/json_schedule.hpp>

#endif
