// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DOT_HPP
#define SCHED_IO_DOT_HPP

/// \file
/// The precedence network as Graphviz DOT, with the critical path marked.

#include <cstddef>
#include <string>
#include <string_view>

#include <sched/io/plain_project.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Appends a quoted DOT string: quotes and backslashes escaped, line breaks as `\n`, other control characters left out.
inline void append_dot(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else if (static_cast<unsigned char>(c) >= 0x20) out += c;
  }
  out += '"';
}

/// The network of a project as a DOT digraph, left to right. A node is named by the task's number and labelled with the
/// task's label and its shortest duration; critical ones (no slack) are filled. An arc is labelled with its kind and
/// lag unless it is a plain finish–start relation; critical ones (between critical tasks, and tight at the earliest
/// times) are bold and red; maximal lags are dashed and do not shape the layout. O(n + m).
[[nodiscard]] inline std::string write_dot(const project& p) {
  const critical_path c = find_critical_path(p);
  std::string out = "digraph ";
  append_dot(out, p.name().empty() ? std::string_view("project") : std::string_view(p.name()));
  out += " {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n";
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    append_number(out += "  ", p.task_number(t));
    std::string label = p.label(t) + "\n";
    append_number(label, shortest_work(p, t).count());
    append_dot(out += " [label=", label);
    if (c.critical(t)) out += ", style=\"rounded,filled\", color=\"#b3261e\", fillcolor=\"#f9dedc\"";
    out += "];\n";
  }
  const auto arc = [&](task_id from, task_id to) {
    append_number(out += "  ", p.task_number(from));
    append_number(out += " -> ", p.task_number(to));
  };
  // Label text in the planner's short hand: FS+2, SS-1.
  const auto lag_label = [](lag_kind kind, duration lag) {
    std::string text = {from_start(kind) ? 'S' : 'F', to_start(kind) ? 'S' : 'F'};
    if (lag >= 0) text += '+';
    append_number(text, lag.count());
    return text;
  };
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    for (const adjacency& l : p.successors(t)) {
      const instant from = from_start(l.kind) ? c.earliest_start[i] : c.earliest_finish[i];
      const instant to = to_start(l.kind) ? c.earliest_start[l.task.index()] : c.earliest_finish[l.task.index()];
      const bool critical = c.critical(t) && c.critical(l.task) && from + l.lag == to;
      const bool plain = l.kind == lag_kind::finish_start && l.lag == 0;
      arc(t, l.task);
      if (!plain) append_dot(out += " [label=", lag_label(l.kind, l.lag));
      if (critical) out += plain ? " [" : ", ";
      if (critical) out += "color=\"#b3261e\", penwidth=2";
      if (critical || !plain) out += ']';
      out += ";\n";
    }
  }
  for (const precedence& m : p.maximal_lags()) {
    arc(m.from, m.to);
    append_dot(out += " [style=dashed, constraint=false, label=", "max " + lag_label(m.kind, m.lag));
    out += "];\n";
  }
  return out + "}\n";
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
