// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_HPP
#define SCHED_CALENDAR_HPP

/// \file
/// Front door: when a resource works.
///
/// ```
/// using namespace sched::calendar;
/// auto week = shifts(60).open(weekday::monday, weekday::friday, {8}, {12}).open(weekday::monday, weekday::friday,
/// {13}, {17}).build(); auto year = yearly({holiday::on(1, 1), holiday::on(12, 25, 2)}, 24 * 60); any_calendar plant =
/// intersect(week, year, closed_periods({{0, 300}}));
/// ```
/// What a break means for the work that meets it is three different things:
/// *closed* (`break_rule::closed`: work may not cross a break), *stretching* (`break_rule::stretching`: work pauses and
/// resumes, finish = add_work(start, duration)), and *shrinking* (capacity drops but is not zero), which is no calendar
/// at all: it is the resource's capacity that follows the calendar (`shrinking` in model/project.hpp).

#include <sched/calendar/algebra.hpp>
#include <sched/calendar/always.hpp>
#include <sched/calendar/any_calendar.hpp>
#include <sched/calendar/calendar.hpp>
#include <sched/calendar/civil.hpp>
#include <sched/calendar/combine.hpp>
#include <sched/calendar/periods.hpp>
#include <sched/calendar/recurring.hpp>
#include <sched/calendar/views.hpp>
#include <sched/calendar/weekly.hpp>
#include <sched/calendar/with_exceptions.hpp>
#include <sched/calendar/yearly.hpp>

#endif
