// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JOB_GANTT_HPP
#define SCHED_IO_JOB_GANTT_HPP

/// \file
/// A run of batch jobs as a chart: a row per processor, queue length and utilisation below.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <queue>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/civil.hpp>
#include <sched/core/config.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/job_metrics.hpp>
#include <sched/io/chart.hpp>
#include <sched/io/detail/free_rows.hpp>
#include <sched/io/job_figures.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {

struct job_gantt_options {
  std::string title = "Jobs";
  std::int64_t seconds_per_tick = 1;  ///< 0: integers on the axis instead of dates
  std::int64_t unix_start = 0;        ///< tick 0 in seconds since 1970-01-01
  std::vector<chart_fact> facts{};    ///< before those that are always there
};

namespace detail {

[[nodiscard]] inline std::string epoch_text(std::int64_t unix_seconds) {
  constexpr std::int64_t day = 86400;
  const std::int64_t days = unix_seconds / day - (unix_seconds % day < 0 ? 1 : 0);
  const auto date = calendar::civil_from_days(days);
  const auto rest = static_cast<int>(unix_seconds - days * day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", static_cast<int>(date.year),
                static_cast<int>(date.month), static_cast<int>(date.day), rest / 3600, rest / 60 % 60, rest % 60);
  return text;
}

/// A curve of a count that goes up and down at instants; sorts the changes.
[[nodiscard]] inline std::vector<chart_point> count_curve(std::vector<std::pair<instant, amount>> changes) {
  std::ranges::sort(changes, {}, [](const auto& c) { return c.first; });
  std::vector<chart_point> points;
  amount level = 0;
  for (std::size_t k = 0; k < changes.size();) {
    const instant now = changes[k].first;
    for (; k < changes.size() && changes[k].first == now; ++k) level += changes[k].second;
    const auto value = static_cast<double>(level);
    if (points.empty() || points.back().value != value) points.push_back({now, value});
  }
  return points;
}

}  // namespace detail

/// A run as a chart. Every started job is a bar over the processors that it holds: at its start it takes the lowest
/// free ids (starts of one instant in the order of `jobs`, after the ends of that instant), so a bar may be scattered.
/// Jobs of length zero are milestones. Colours show size classes, tooltips the job's numbers, a note lists jobs without
/// a start. Panels: processors in use against the machine, waiting jobs. Facts: jobs, mean wait, mean bounded slowdown,
/// utilisation, makespan. Figure: waits by size. Preconditions: one record per job, the run is feasible (see
/// `validate`), processors below 2^32. O(n log n + blocks of processors), allocates the chart.
[[nodiscard]] inline chart gantt_of(std::span<const job> jobs, std::span<const job_record> run, amount processors,
                                    const job_gantt_options& o = {}) {
  SCHED_ASSERT(jobs.size() == run.size() && processors > 0 && processors < amount{0xffffffff});
  const job_metrics m = measure_jobs(jobs, run, processors);
  const std::vector<instant> since = eligible_times(jobs, run);
  chart c;
  c.title = o.title;
  c.bar_noun = "job";
  c.panels_noun = "Load";
  c.axis = {.unit = {}, .epoch = {}, .seconds_per_tick = o.seconds_per_tick};
  if (o.seconds_per_tick > 0) c.axis.epoch = detail::epoch_text(o.unix_start);
  const auto real = [](double x, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, x);
    return std::string(text);
  };
  c.facts = o.facts;
  c.facts.push_back({"Jobs", std::to_string(m.jobs), {}});
  c.facts.push_back({"Mean wait", real(m.avg_wait, 1), "ticks from eligible to start"});
  c.facts.push_back({"Mean bounded slowdown", real(m.avg_bounded_slowdown, 4), "jobs below 10 ticks count as 10 long"});
  c.facts.push_back({"Longest queue", std::to_string(m.max_queue), "waiting jobs"});
  c.facts.push_back({"Utilisation", real(100 * m.utilisation, 2) + " %", "work done / (processors · makespan)"});
  c.facts.push_back({"Makespan", to_string(m.makespan), "last end − first submission"});

  const job_size_classes classes(processors);
  for (std::uint32_t k = 0; k < classes.count(); ++k) c.classes.push_back({classes.name(k)});
  c.lanes = {{.title = "Processors", .rows = static_cast<std::uint32_t>(processors)}};
  for (amount p = 0; p < processors; ++p) c.lanes[0].row_labels.push_back(std::to_string(p));

  std::vector<std::size_t> order;
  chart_note missing{.title = "Not started"};
  for (std::size_t i = 0; i < jobs.size(); ++i)
    if (run[i].start.is_finite() && run[i].end.is_finite()) order.push_back(i);
    else missing.items.push_back(std::to_string(jobs[i].id));
  if (!missing.items.empty()) c.notes.push_back(std::move(missing));
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return run[i].start; });

  using end_event = std::pair<instant, std::size_t>;  // of a bar
  std::priority_queue<end_event, std::vector<end_event>, std::greater<>> ends;
  detail::free_rows ids(static_cast<std::uint32_t>(processors));
  std::vector<std::pair<instant, amount>> busy, queue;
  std::vector<chart_rows> blocks;
  c.bars.reserve(order.size());
  for (const std::size_t i : order) {
    const job& j = jobs[i];
    const amount demand = j.shapes[run[i].shape].demand;
    for (; !ends.empty() && ends.top().first <= run[i].start; ends.pop()) {
      const chart_bar& b = c.bars[ends.top().second];
      ids.give_back({b.row, b.rows});
      for (const chart_rows& more : b.also) ids.give_back(more);
    }
    chart_bar bar{.row = ids.lowest(),
                  .kind = classes.of(demand),
                  .start = run[i].start,
                  .finish = run[i].end,
                  .label = std::to_string(j.id)};
    if (run[i].start < run[i].end) {
      blocks.clear();
      ids.take(demand, blocks);
      SCHED_ASSERT(!blocks.empty());
      bar.row = blocks.front().row;
      bar.rows = blocks.front().rows;
      bar.also.assign(blocks.begin() + 1, blocks.end());
      ends.emplace(run[i].end, c.bars.size());
      busy.emplace_back(run[i].start, demand);
      busy.emplace_back(run[i].end, -demand);
    }
    c.bars.push_back(std::move(bar));
  }
  using style = chart_column::style;
  const auto column = [&](std::string name, style shown_as, auto&& of) {
    chart_column values{.name = std::move(name), .shown_as = shown_as};
    for (const std::size_t i : order) values.numbers.push_back(of(i));
    c.columns.push_back(std::move(values));
  };
  column("Submitted", style::when, [&](std::size_t i) { return jobs[i].submit.count(); });
  column("Wait", style::span, [&](std::size_t i) { return (run[i].start - since[i]).count(); });
  column("Estimate", style::span, [&](std::size_t i) { return jobs[i].shapes[run[i].shape].estimate.count(); });
  column("Processors", style::number, [&](std::size_t i) { return jobs[i].shapes[run[i].shape].demand; });
  column("User", style::number, [&](std::size_t i) {
    return jobs[i].user == 0xffffffffU ? chart_column::none : std::int64_t{jobs[i].user};  // what traces do not say
  });

  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (since[i] == instant::infinity()) continue;  // what it depends on never came
    queue.emplace_back(since[i], 1);
    if (run[i].start.is_finite()) queue.emplace_back(run[i].start, -1);
  }
  const interval all = c.extent();
  chart_panel load{.title = "Processors in use"};
  load.curves.push_back({"in use", chart_curve::style::area, detail::count_curve(std::move(busy))});
  load.curves.push_back({"machine", chart_curve::style::limit, {{all.start, static_cast<double>(processors)}}});
  chart_panel waiting{.title = "Waiting jobs"};
  waiting.curves.push_back({"waiting", chart_curve::style::area, detail::count_curve(std::move(queue))});
  c.panels.push_back(std::move(load));
  c.panels.push_back(std::move(waiting));
  c.figures_noun = "Waits";
  if (!order.empty()) c.figures.push_back(wait_figure(jobs, run, processors));
  return c;
}

}  // namespace v0
}  // namespace sched

#endif
