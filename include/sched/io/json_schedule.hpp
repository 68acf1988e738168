// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_JSON_SCHEDULE_HPP
#define SCHED_IO_JSON_SCHEDULE_HPP

/// \file
/// Schedules of a project in JSON. Needs nlohmann_json.
///
///     {
///       "format": "sched-schedule", "version": 1,
///       "project": "house",                                            optional
///       "makespan": 9,                                                 optional; checked when there
///       "tasks": [
///         {"task": 1, "name": "dig", "mode": 1, "start": 0, "finish": 3}     name and mode optional; a task that is
///       ]                                                                   not placed has neither start nor finish
///     }
///
/// Tasks may come in any order, each exactly once, by their number in the project; `mode` is the number of the mode in
/// the input (default: the task's first).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/json_document.hpp>
#include <sched/io/plain_project.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Writes a schedule, one task a line in the order of their numbers. Throws `sched::error` when a name is not UTF-8.
/// Precondition: the schedule belongs to the project. O(size of the text).
[[nodiscard]] inline std::string write_json_schedule(const project& p, const schedule& s) {
  SCHED_ASSERT(s.size() == p.task_count());
  std::string out = "{\n\"format\":\"sched-schedule\",\"version\":1";
  if (!p.name().empty()) append_json(out += ",\n\"project\":", p.name());
  if (s.makespan().is_finite()) append_number(out += ",\n\"makespan\":", s.makespan().count());
  out += ",\n\"tasks\":[";
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    append_number(out += i == 0 ? "\n{\"task\":" : ",\n{\"task\":", p.task_number(t));
    if (!p.task_name(t).empty()) append_json(out += ",\"name\":", p.task_name(t));
    append_number(out += ",\"mode\":", p.mode_number(t, s.mode[i]));
    if (s.start[i].is_finite()) append_number(out += ",\"start\":", s.start[i].count());
    if (s.finish[i].is_finite()) append_number(out += ",\"finish\":", s.finish[i].count());
    out += '}';
  }
  return out + "]\n}\n";
}

/// Reads a schedule of the given project. Only its form is checked here: whether it keeps the rules of the project is
/// the validator's question. Throws `sched::error` with file, line and JSON pointer for a task that is unknown,
/// missing, given twice or under another name, an unknown mode, a finish before its start, a start without finish, and
/// a makespan that is not the latest finish. O(length of the text).
[[nodiscard]] inline schedule read_json_schedule(std::string_view text, const project& p,
                                                 const std::string& file = {}) {
  constexpr std::int64_t most = project_builder::limit;
  const json_document document(text, file);
  const json_value root = document.root();
  root.allow({"format", "version", "project", "makespan", "tasks"});
  if (root.at("format").string() != "sched-schedule") root.at("format").fail("expected \"sched-schedule\"");
  if (root.at("version").integer(0, most) != 1) root.at("version").fail("only version 1 can be read");
  if (const auto name = root.find("project")) (void)name->string();
  const std::size_t n = p.task_count();
  schedule s = schedule::unplaced(n);
  std::vector<char> seen(n, 0);
  for (const json_value v : root.at("tasks").array()) {
    v.allow({"task", "name", "mode", "start", "finish"});
    const json_value task = v.at("task");
    const auto number = static_cast<std::size_t>(task.integer(0, most));
    if (number < p.first_number() || number - p.first_number() >= n)
      task.fail("unknown task " + std::to_string(number));
    const std::size_t i = number - p.first_number();
    const task_id t(i);
    if (seen[i]) task.fail("task " + p.label(t) + " is given twice", {p.label(t)});
    seen[i] = 1;
    if (const auto name = v.find("name"); name && name->string() != p.task_name(t))
      name->fail("task " + std::to_string(number) + " has another name in the project", {p.label(t)});
    if (const auto mode = v.find("mode")) {
      const std::int64_t wanted = mode->integer(0, most);
      while (s.mode[i] < p.mode_count(t) && p.mode_number(t, s.mode[i]) != wanted) ++s.mode[i];
      if (s.mode[i] == p.mode_count(t)) mode->fail("task " + p.label(t) + " has no such mode", {p.label(t)});
    }
    const auto start = v.find("start"), finish = v.find("finish");
    if (start.has_value() != finish.has_value()) v.fail("start and finish go together", {p.label(t)});
    if (!start) continue;
    s.start[i] = start->integer(-most, 2 * most);
    s.finish[i] = finish->integer(-most, 2 * most);
    if (s.finish[i] < s.start[i]) v.fail("finishes before it starts", {p.label(t)});
  }
  for (std::size_t i = 0; i < n; ++i)
    if (!seen[i]) root.at("tasks").fail("task " + p.label(task_id(i)) + " is missing", {p.label(task_id(i))});
  if (const auto makespan = root.find("makespan"))
    if (const auto given = makespan->integer(-most, 2 * most); s.makespan() != given)
      makespan->fail("is not the latest finish");
  return s;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
