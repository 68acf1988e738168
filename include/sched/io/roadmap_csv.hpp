// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_ROADMAP_CSV_HPP
#define SCHED_IO_ROADMAP_CSV_HPP

/// \file
/// Scheduled roadmaps as comma-separated values: a schedule, several scenarios beside each other, the effort that falls
/// into a range of days.
///
/// Dates are `YYYY-MM-DD`. Ends are those of the result: the last occupied day in compatible modes, exclusive in native
/// mode. Numbers are in their shortest round-trip form, lines end in LF.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/io/csv.hpp>
#include <sched/io/plain_project.hpp>
#include <sched/io/roadmap_text.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// One planned roadmap among several: what is compared.
struct roadmap_scenario {
  std::string_view name{};
  const roadmap* map = nullptr;
  const roadmap_options* options = nullptr;
  const roadmap_result* result = nullptr;
};

namespace detail {

[[nodiscard]] inline std::int64_t ticks_per_day_of(const roadmap_options& o) {
  return o.mode == roadmap_mode::native ? std::max<std::int64_t>(1, o.ticks_per_day) : 1;
}
[[nodiscard]] inline std::vector<const roadmap_assignment*> places_of(const roadmap& map, const roadmap_result& r) {
  std::vector<const roadmap_assignment*> place(map.tasks.size(), nullptr);
  for (const roadmap_assignment& a : r.placed) place[a.task] = &a;
  return place;
}
inline void append_decimal(std::string& out, double value) {
  std::string text = decimal_text(value);
  if (text.ends_with(".0")) text.resize(text.size() - 2);
  out += text;
}

}  // namespace detail

/// Columns: `task_id`, `task_name`, `priority` (own, or the default), `deadline` (own due date, inclusive; may be
/// empty), `completion_date` (empty where the task is not placed). One line per task in the order of the roadmap;
/// earlier definitions of an id and completed tasks, which are neither placed nor failed, are left out. O(tasks +
/// placed).
[[nodiscard]] inline std::string write_roadmap_csv(const roadmap& map, const roadmap_options& options,
                                                   const roadmap_result& result) {
  const auto place = detail::places_of(map, result);
  std::vector<char> failed(map.tasks.size(), result.status == roadmap_status::cycle ? 1 : 0);
  for (const roadmap_failure& f : result.failed) failed[f.task] = 1;
  const std::int64_t ticks = detail::ticks_per_day_of(options);
  std::string out = "task_id,task_name,priority,deadline,completion_date\n";
  for (std::size_t i = 0; i < map.tasks.size(); ++i) {
    if (place[i] == nullptr && failed[i] == 0) continue;
    const roadmap_task& t = map.tasks[i];
    append_csv(out, t.id);
    append_csv(out += ',', t.name);
    append_number(out += ',', t.priority.value_or(options.default_priority));
    (out += ',') += t.end_before ? date_text(*t.end_before) : "";
    (out += ',') += place[i] != nullptr ? tick_text(place[i]->end, ticks) : "";
    out += '\n';
  }
  return out;
}

/// Columns: `task_id`, `task_name`, then per scenario `NAME` (completion date) and, from the second one on,
/// `NAME_delta_days`: how much later than in the first one (`+3`), earlier (`-2`) or the same (`0`). One line per id of
/// any scenario, in the order of first appearance; what a scenario has not placed stays empty. O(scenarios · tasks).
[[nodiscard]] inline std::string write_roadmap_comparison_csv(std::span<const roadmap_scenario> scenarios) {
  std::string out = "task_id,task_name";
  std::vector<std::string_view> ids, names;
  std::unordered_map<std::string_view, std::size_t> rows;
  std::vector<std::vector<const roadmap_assignment*>> ends(scenarios.size());
  for (std::size_t s = 0; s < scenarios.size(); ++s) {
    append_csv(out += ',', scenarios[s].name);
    if (s > 0) append_csv(out += ',', std::string(scenarios[s].name) + "_delta_days");
    const auto place = detail::places_of(*scenarios[s].map, *scenarios[s].result);
    for (std::size_t i = 0; i < place.size(); ++i) {
      const roadmap_task& t = scenarios[s].map->tasks[i];
      const auto [at, fresh] = rows.emplace(t.id, ids.size());
      if (fresh) {
        ids.push_back(t.id);
        names.push_back(t.name);
      }
      if (place[i] == nullptr) continue;
      ends[s].resize(std::max(ends[s].size(), at->second + 1), nullptr);
      ends[s][at->second] = place[i];
    }
  }
  out += '\n';
  for (std::size_t row = 0; row < ids.size(); ++row) {
    append_csv(out, ids[row]);
    append_csv(out += ',', names[row]);
    std::optional<double> base;  // in days: scenarios may differ in ticks
    for (std::size_t s = 0; s < scenarios.size(); ++s) {
      const roadmap_assignment* a = row < ends[s].size() ? ends[s][row] : nullptr;
      const std::int64_t ticks = detail::ticks_per_day_of(*scenarios[s].options);
      (out += ',') += a != nullptr ? tick_text(a->end, ticks) : "";
      const double day = a != nullptr ? static_cast<double>(a->end.count()) / static_cast<double>(ticks) : 0;
      if (s == 0) {
        if (a != nullptr) base = day;
        continue;
      }
      out += ',';
      if (a == nullptr || !base) continue;
      if (day > *base) out += '+';
      detail::append_decimal(out, day - *base);
    }
    out += '\n';
  }
  return out;
}

/// Effort that falls into the days [from, to). Columns: `task_id`, `task_name`, `start`, `finish` (exclusive: when the
/// work is over and its resources are free), `effort_days` (duration · sum of the allocations, 1 where somebody was
/// chosen), `share` of [start, finish) inside the range, `effort_in_range` (their product). One line per placed task
/// that has a share, in the order of the roadmap. O(tasks + placed).
[[nodiscard]] inline std::string write_roadmap_effort_csv(const roadmap& map, const roadmap_options& options,
                                                          const roadmap_result& result, day_number from,
                                                          day_number to) {
  const auto place = detail::places_of(map, result);
  const std::int64_t ticks = detail::ticks_per_day_of(options);
  const instant first = duration(from) * ticks, last = duration(to) * ticks;
  std::string out = "task_id,task_name,start,finish,effort_days,share,effort_in_range\n";
  for (std::size_t i = 0; i < place.size(); ++i) {
    if (place[i] == nullptr) continue;
    const instant start = std::max(place[i]->start, first), finish = std::min(place[i]->finish, last);
    if (finish <= start) continue;
    const roadmap_task& t = map.tasks[i];
    double total = 0;
    for (const double share : t.allocations) total += share;
    if (t.allocations.empty()) total = static_cast<double>(t.resources.size());
    if (place[i]->automatic || total == 0) total = 1;
    const double effort = t.duration * total;
    const double share = static_cast<double>((finish - start).count()) /
                         static_cast<double>((place[i]->finish - place[i]->start).count());
    append_csv(out, t.id);
    append_csv(out += ',', t.name);
    (out += ',') += tick_text(place[i]->start, ticks);
    (out += ',') += tick_text(place[i]->finish, ticks);
    detail::append_decimal(out += ',', effort);
    detail::append_decimal(out += ',', share);
    detail::append_decimal(out += ',', share * effort);
    out += '\n';
  }
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
