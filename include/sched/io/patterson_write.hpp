// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_PATTERSON_WRITE_HPP
#define SCHED_IO_PATTERSON_WRITE_HPP

/// \file
/// Writer for the Patterson format (`.rcp`).

#include <cstddef>
#include <string>

#include <sched/core/error.hpp>
#include <sched/io/plain_project.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// A single-mode project as Patterson text, one line per activity; `read_patterson` reads the same project back (its
/// name is the file's). Throws `sched::error` when the project has something that the format cannot express: what
/// `require_plain` lists, release dates, several modes, non-renewable resources. O(size of the text).
[[nodiscard]] inline std::string write_patterson(const project& p) {
  require_plain(p, ".rcp");
  if (p.has_releases()) throw error("a .rcp file cannot express release dates");
  if (p.multi_mode()) throw error("a .rcp file cannot express several modes");
  if (p.has_nonrenewable()) throw error("a .rcp file cannot express non-renewable resources");
  std::string out;
  append_number(out, p.task_count(), 5);
  append_number(out, p.resource_count(), 5);
  out += '\n';
  if (p.resource_count() > 0) {
    for (const resource& r : p.resources()) append_number(out += ' ', r.capacity, 4);
    out += '\n';
  }
  out += '\n';
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    append_number(out, p.work(t).count(), 5);
    for (std::size_t r = 0; r < p.resource_count(); ++r) append_number(out += ' ', p.demand(t, resource_id(r)), 4);
    append_number(out += ' ', p.successors(t).size(), 4);
    for (const adjacency& l : p.successors(t)) append_number(out += ' ', p.task_number(l.task), 4);
    out += '\n';
  }
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
