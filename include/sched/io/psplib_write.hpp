// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_PSPLIB_WRITE_HPP
#define SCHED_IO_PSPLIB_WRITE_HPP

/// \file
/// Writer for PSPLIB projects (`.sm`, `.mm`).

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include <sched/core/error.hpp>
#include <sched/io/plain_project.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

/// PSPLIB knows one release date, that of the project: 0, or what all tasks share.
[[nodiscard]] inline ticks project_release(const project& p) {
  const ticks first = p.release(task_id(0));
  for (std::size_t i = 1; i < p.task_count(); ++i)
    if (p.release(task_id(i)) != first) throw error("a PSPLIB file cannot express different release dates");
  if (first.is_finite() && first <= 0) throw error("a PSPLIB file cannot express a release date of 0 or less");
  return first.is_finite() ? first : ticks(0);
}

}  // namespace detail

/// A project as PSPLIB text, single-mode or multi-mode as it is; `read_psplib` reads the same project back (its name is
/// the file's). The first and the last task must be the dummies of the format: no duration, no demand. Printed horizon:
/// the sum of the longest durations; printed due date and MPM-time: the critical path; tardiness cost 0. Throws
/// `sched::error` when the project has something that the format cannot express: what `require_plain` lists, different
/// release dates, no dummies. O(size of the text).
[[nodiscard]] inline std::string write_psplib(const project& p) {
  require_plain(p, "PSPLIB");
  const std::size_t n = p.task_count();
  for (const task_id t : {task_id(0), task_id(n - 1)})
    if (n < 2 || p.mode_count(t) != 1 || p.work(t) != 0 || !p.requirements(t).empty())
      throw error("a PSPLIB file needs a first and a last task without duration and demands");
  const ticks release = detail::project_release(p);

  static constexpr std::string_view stars =
      "************************************************************************\n";
  std::size_t renewable = 0;
  for (const resource& r : p.resources()) renewable += r.kind == resource_kind::renewable ? 1U : 0U;
  const std::size_t nonrenewable = p.resource_count() - renewable;
  ticks horizon = 0;
  for (std::size_t i = 0; i < n; ++i) {
    ticks longest = 0;
    for (std::size_t m = 0; m < p.mode_count(task_id(i)); ++m) longest = std::max(longest, p.work(task_id(i), m));
    horizon += longest;
  }
  const ticks length = find_critical_path(p).length;

  std::string out;
  const auto field = [&](std::string_view label, std::size_t value, std::string_view unit) {
    append_number(out += label, value, 3);
    out += unit;
    out += '\n';
  };
  out += stars;
  out += "file with basedata            : ";
  for (char c : p.name().empty() ? std::string("none") : p.name()) out += c == '\n' || c == '\r' ? ' ' : c;
  out += "\ninitial value random generator: 0\n";
  out += stars;
  out += "projects                      :  1\n";
  field("jobs (incl. supersource/sink ): ", n, "");
  field("horizon                       : ", static_cast<std::size_t>(horizon.count()), "");
  out += "RESOURCES\n";
  field("  - renewable                 : ", renewable, "   R");
  field("  - nonrenewable              : ", nonrenewable, "   N");
  field("  - doubly constrained        : ", 0, "   D");
  out += stars;
  out += "PROJECT INFORMATION:\npronr.  #jobs rel.date duedate tardcost  MPM-Time\n    1";
  append_number(out, n - 2, 7);
  append_number(out += ' ', release.count(), 6);
  append_number(out += ' ', length.count(), 8);
  out += "        0";
  append_number(out += ' ', length.count(), 8);
  out += '\n';
  out += stars;
  out += "PRECEDENCE RELATIONS:\njobnr.    #modes  #successors   successors\n";
  for (std::size_t i = 0; i < n; ++i) {
    const task_id t(i);
    append_number(out, i + 1, 4);
    append_number(out, p.mode_count(t), 9);
    append_number(out, p.successors(t).size(), 11);
    out += "        ";
    for (const adjacency& l : p.successors(t)) append_number(out += ' ', p.task_number(l.task), 3);
    out += '\n';
  }
  out += stars;
  out += "REQUESTS/DURATIONS:\njobnr. mode duration";
  const auto resource_titles = [&](std::string_view gap) {
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      out += gap;
      out += r < renewable ? 'R' : 'N';
      append_number(out, r < renewable ? r + 1 : r - renewable + 1, 2);
    }
    out += '\n';
  };
  resource_titles("  ");
  out += "------------------------------------------------------------------------\n";
  for (std::size_t i = 0; i < n; ++i) {
    const task_id t(i);
    for (std::size_t m = 0; m < p.mode_count(t); ++m) {
      if (m == 0) append_number(out, i + 1, 3);
      else out += "   ";
      append_number(out, m + 1, 7);
      append_number(out += ' ', p.work(t, m).count(), 5);
      out += "   ";
      for (std::size_t r = 0; r < p.resource_count(); ++r) append_number(out += ' ', p.demand(t, resource_id(r), m), 4);
      out += '\n';
    }
  }
  out += stars;
  out += "RESOURCEAVAILABILITIES:\n";
  if (p.resource_count() > 0) {
    resource_titles("  ");
    for (const resource& r : p.resources()) append_number(out += ' ', r.capacity, 4);
    out += '\n';
  }
  out += stars;
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
