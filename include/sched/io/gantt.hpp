// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_GANTT_HPP
#define SCHED_IO_GANTT_HPP

/// \file
/// The chart of a project schedule: one row per task, the critical chain, resource usage under it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/status.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/chart.hpp>
#include <sched/io/critical_chain.hpp>
#include <sched/io/resource_usage.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {

enum class gantt_order : std::uint8_t {
  start,  ///< rows by start, then finish, then number: a waterfall
  number  ///< rows in the order of the project
};

/// What a Gantt chart says beside the schedule. Empty texts are left out.
struct gantt_options {
  std::string title{};  ///< default: the project's name, or else "Schedule"
  std::string instance{};
  std::string solver{};
  std::string rule{};
  std::optional<sched::status> status{};
  std::optional<duration> lower_bound{};
  chart_axis axis{};
  gantt_order order = gantt_order::start;
  critical_marking critical = critical_marking::chain;  ///< what is marked; with `none` slacks are not told either
  bool resources = true;                                ///< panels of resource usage
  std::vector<std::string> reasons{};                   ///< by task, lines for the tooltip; empty or one per task
  std::vector<chart_fact> facts{};                      ///< more facts for the header
};

namespace detail {

inline std::string lag_text(const adjacency& l) {
  static constexpr const char* names[] = {"FS", "SS", "SF", "FF"};
  if (l.kind == lag_kind::finish_start && l.lag == 0) return {};
  std::string text = names[static_cast<std::size_t>(l.kind)];
  if (l.lag != 0) text += (l.lag > 0 ? "+" : "\u2212") + std::to_string(l.lag > 0 ? l.lag.count() : (-l.lag).count());
  return text;
}

inline void check_for_chart(const project& p, const schedule& s, const gantt_options& o) {
  const std::size_t n = p.task_count();
  if (s.size() != 0 && (s.size() != n || s.finish.size() != n || s.mode.size() != n))
    throw error("chart: the schedule is not of this project: " + std::to_string(s.size()) + " tasks instead of " +
                std::to_string(n));
  if (!o.reasons.empty() && o.reasons.size() != n) throw error("chart: reasons must have one entry per task");
  for (std::size_t i = 0; i < s.size(); ++i) {
    const task_id t(i);
    if (!placed(s, t)) continue;
    if (s.finish[i] < s.start[i]) throw error("chart: task " + p.label(t) + " finishes before it starts", {p.label(t)});
    if (s.mode[i] >= p.mode_count(t)) throw error("chart: task " + p.label(t) + " has no such mode", {p.label(t)});
  }
}

/// Points of a curve, ending at 0 use or the window's end.
inline std::vector<chart_point> curve_points(const std::vector<usage_step>& steps) {
  std::vector<chart_point> points;
  points.reserve(steps.size());
  for (const usage_step& s : steps) points.push_back({s.time, static_cast<double>(s.level)});
  return points;
}

inline void add_task_columns(chart& c, const project& p, const schedule& s, const gantt_options& o,
                             const std::vector<task_id>& rows, const schedule_slack& chain) {
  using style = chart_column::style;
  const auto texts = [&](std::string name, auto&& of) {
    chart_column column{.name = std::move(name), .shown_as = style::text};
    for (task_id t : rows) column.texts.push_back(of(t));
    if (std::any_of(column.texts.begin(), column.texts.end(), [](const std::string& x) { return !x.empty(); }))
      c.columns.push_back(std::move(column));
  };
  const auto numbers = [&](std::string name, style shown_as, auto&& of) {
    chart_column column{.name = std::move(name), .shown_as = shown_as};
    for (task_id t : rows) column.numbers.push_back(of(t));
    if (std::any_of(column.numbers.begin(), column.numbers.end(),
                    [](std::int64_t x) { return x != chart_column::none; }))
      c.columns.push_back(std::move(column));
  };
  const bool named = std::any_of(rows.begin(), rows.end(), [&](task_id t) { return !p.task_name(t).empty(); });
  if (named) numbers("Number", style::number, [&](task_id t) { return static_cast<std::int64_t>(p.task_number(t)); });
  if (p.multi_mode())
    texts("Mode", [&](task_id t) {
      return std::to_string(p.mode_number(t, s.mode[t.index()])) + " of " + std::to_string(p.mode_count(t));
    });
  numbers("Work", style::span, [&](task_id t) { return p.work(t, s.mode[t.index()]).count(); });
  texts("Demands", [&](task_id t) {
    std::string text;
    for (const requirement& q : p.requirements(t, s.mode[t.index()]))
      text += (text.empty() ? "" : " \u00b7 ") + p.label(q.resource) + ": " + std::to_string(q.units);
    return text;
  });
  if (o.critical != critical_marking::none)
    numbers("Slack", style::span, [&](task_id t) { return chain.slack[t.index()].count(); });
  numbers("Release", style::when, [&](task_id t) {
    return p.release(t).is_finite() && p.release(t) > 0 ? p.release(t).count() : chart_column::none;
  });
  texts("Fixed", [&](task_id t) { return std::string(p.is_fixed(t) ? "starts at a fixed time" : ""); });
  if (!o.reasons.empty()) texts("Why", [&](task_id t) { return o.reasons[t.index()]; });
}

inline void add_resource_panels(chart& c, const project& p, const schedule& s, interval window) {
  for (std::size_t i = 0; i < p.resource_count(); ++i) {
    const resource_id id(i);
    const resource& r = p.resource_of(id);
    const bool renewable = r.kind == resource_kind::renewable;
    chart_panel panel{.title = p.label(id), .unit = renewable ? "" : "spent"};
    panel.curves.push_back({renewable ? "used" : "spent", chart_curve::style::area, curve_points(usage_of(p, s, id))});
    panel.curves.push_back({"capacity", chart_curve::style::limit, curve_points(capacity_of(r, window))});
    if (renewable) panel.shaded = breaks_of(r.breaks, window);
    c.panels.push_back(std::move(panel));
  }
}

}  // namespace detail

/// The chart of a project's schedule: a row for every placed task, in the order that the options name; milestones for
/// tasks without duration; pauses over breaks; due dates and deadlines; links; the critical chain and slacks
/// (`find_critical_chain`); one panel per resource with its usage, its capacity (lowered by shrinkings) and its breaks;
/// facts for the header; tasks that are not placed as a note. An empty schedule is one with no task placed.
/// Throws `sched::error` when the schedule is not one of this project (sizes, modes, a finish before its start).
/// O((n + m) log n) plus the number of breaks that are drawn; allocates the chart.
[[nodiscard]] inline chart gantt_of(const project& p, const schedule& s, const gantt_options& o = {}) {
  detail::check_for_chart(p, s, o);
  chart c;
  c.title = !o.title.empty() ? o.title : !p.name().empty() ? p.name() : !o.instance.empty() ? o.instance : "Schedule";
  c.axis = o.axis;
  c.critical_name = o.critical == critical_marking::all ? "critical" : "critical chain";
  c.critical_hint =
      "Tasks in an unbroken chain of waits, for predecessors or for units of a resource, that ends at the makespan.";
  c.panels_noun = "Resources";
  c.classes = {{"task"}};

  std::vector<task_id> rows;
  chart_note missing{.title = "Not placed"};
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    if (placed(s, t)) rows.push_back(t);
    else missing.items.push_back(p.label(t));
  }
  if (o.order == gantt_order::start)
    std::stable_sort(rows.begin(), rows.end(), [&](task_id a, task_id b) { return s.when(a) < s.when(b); });

  const schedule_slack chain = o.critical != critical_marking::none
                                   ? find_critical_chain(p, s, o.critical)
                                   : schedule_slack{std::vector<char>(p.task_count(), 0), {}};
  std::vector<std::uint32_t> bar_of(p.task_count(), 0xffffffffU);
  std::size_t late = 0;
  instant makespan = 0;
  for (task_id t : rows) {
    const std::size_t i = t.index();
    bar_of[i] = static_cast<std::uint32_t>(c.bars.size());
    chart_bar b{.row = static_cast<std::uint32_t>(c.bars.size()),
                .start = s.start[i],
                .finish = s.finish[i],
                .label = p.label(t)};
    b.critical = chain.critical[i] != 0;
    b.due = p.due(t);
    b.deadline = p.deadline(t);
    b.late = s.finish[i] > std::min(b.due, b.deadline);
    b.pauses = pauses_of(p, s, t);
    late += b.late ? 1 : 0;
    makespan = std::max(makespan, b.finish);
    c.bars.push_back(std::move(b));
  }
  c.lanes = {{.title = "Tasks", .rows = static_cast<std::uint32_t>(rows.size()), .named_by_bars = true}};
  for (task_id t : rows) {
    const auto row = p.predecessors(t);
    auto same = row.begin();  // the relations with one task stand together: one given twice is drawn once
    for (auto l = row.begin(); l != row.end(); ++l) {
      if (l->task != same->task) same = l;
      if (bar_of[l->task.index()] != 0xffffffffU && std::find(same, l, *l) == l)
        c.links.push_back({bar_of[l->task.index()], bar_of[t.index()], detail::lag_text(*l), from_start(l->kind),
                           !to_start(l->kind)});
    }
  }
  detail::add_task_columns(c, p, s, o, rows, chain);
  if (o.resources) {
    const interval window = c.extent();
    detail::add_resource_panels(c, p, s, {std::min<instant>(window.start, 0), window.finish});
  }

  const auto fact = [&](std::string name, std::string value, std::string hint = {}) {
    if (!value.empty()) c.facts.push_back({std::move(name), std::move(value), std::move(hint)});
  };
  const std::string unit = o.axis.unit.empty() ? "" : ' ' + o.axis.unit;
  if (o.instance != c.title) fact("Instance", o.instance);
  fact("Solver", o.solver);
  fact("Rule", o.rule);
  if (o.status) fact("Status", std::string(to_string(*o.status)));
  if (!rows.empty()) {
    fact("Makespan", std::to_string(makespan.count()) + unit);
    c.markers.push_back({makespan, "makespan"});
  }
  if (o.lower_bound && o.lower_bound->is_finite()) {
    fact("Lower bound", std::to_string(o.lower_bound->count()) + unit);
    if (*o.lower_bound != makespan) c.markers.push_back({*o.lower_bound, "lower bound"});
  }
  fact("Tasks", std::to_string(p.task_count()));
  fact("Resources", std::to_string(p.resource_count()));
  if (late != 0) fact("Late", std::to_string(late), "Tasks that finish after their due date or deadline.");
  if (!missing.items.empty()) fact("Not placed", std::to_string(missing.items.size()));
  c.facts.insert(c.facts.end(), o.facts.begin(), o.facts.end());
  if (!missing.items.empty()) c.notes.push_back(std::move(missing));
  return c;
}

}  // namespace v0
}  // namespace sched

#endif
