// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_CSV_HPP
#define SCHED_IO_CSV_HPP

/// \file
/// Comma-separated values: fields, and the schedule document.

#include <cstddef>
#include <string>
#include <string_view>

#include <sched/core/config.hpp>
#include <sched/io/plain_project.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Appends one field by RFC 4180: quoted when it holds a comma, a quote, a line break or blanks at an end.
inline void append_csv(std::string& out, std::string_view field) {
  const bool plain = field.find_first_of(",\"\r\n") == std::string_view::npos &&
                     (field.empty() || (field.front() != ' ' && field.back() != ' '));
  if (plain) {
    out += field;
    return;
  }
  out += '"';
  for (char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

/// The schedule of a project: a header line, then one line per task in the order of their numbers, dummies included.
/// Columns: `task` (its number), `mode` (its number in the input), `start`, `finish`, then one column per renewable
/// resource, headed by its label: the units that the task holds. Start and finish of tasks that are not placed stay
/// empty. Lines end in LF. Precondition: the schedule belongs to the project. O(size of the text).
[[nodiscard]] inline std::string write_schedule_csv(const project& p, const schedule& s) {
  SCHED_ASSERT(s.size() == p.task_count());
  std::string out = "task,mode,start,finish";
  for (std::size_t r = 0; r < p.resource_count(); ++r)
    if (p.resources()[r].kind == resource_kind::renewable) append_csv(out += ',', p.label(resource_id(r)));
  out += '\n';
  const auto append_time = [&](instant t) {
    out += ',';
    if (t.is_finite()) append_number(out, t.count());
  };
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    append_number(out, p.task_number(t));
    append_number(out += ',', p.mode_number(t, s.mode[i]));
    append_time(s.start[i]);
    append_time(s.finish[i]);
    auto need = p.requirements(t, s.mode[i]).begin();
    const auto end = p.requirements(t, s.mode[i]).end();
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      const amount units = need != end && need->resource == resource_id(r) ? (need++)->units : 0;
      if (p.resources()[r].kind == resource_kind::renewable) append_number(out += ',', units);
    }
    out += '\n';
  }
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
