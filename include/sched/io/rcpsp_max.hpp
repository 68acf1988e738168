// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_RCPSP_MAX_HPP
#define SCHED_IO_RCPSP_MAX_HPP

/// \file
/// Reader for projects with minimal and maximal lags (RCPSP/max, ProGen/max, `.sch`).

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/io/project_lines.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/network.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

/// An arc of the file: S_to ≥ S_from + lag.
struct start_arc {
  std::size_t from, to;
  std::int64_t lag;
};

/// For every activity, the number of the strongly connected component of the non-negative arcs that it lies in.
/// Kosaraju's two passes without recursion. O(n + m).
[[nodiscard]] inline std::vector<std::size_t> components(std::size_t n, const std::vector<start_arc>& arcs) {
  std::vector<precedence> plain;
  for (const start_arc& a : arcs)
    if (a.lag >= 0) plain.push_back({task_id(a.from), task_id(a.to)});
  const network graph(n, plain);
  std::vector<std::size_t> next(n, 0), component(n, n), order, path;
  std::vector<char> seen(n, 0);
  for (std::size_t root = 0; root < n; ++root) {
    if (seen[root]) continue;
    seen[root] = 1;
    path.push_back(root);
    while (!path.empty()) {
      const std::size_t i = path.back();
      const auto row = graph.successors(task_id(i));
      if (next[i] == row.size()) {
        order.push_back(i);
        path.pop_back();
      } else if (const std::size_t j = row[next[i]++].task.index(); !seen[j]) {
        seen[j] = 1;
        path.push_back(j);
      }
    }
  }
  for (std::size_t k = n; k-- > 0;) {
    if (component[order[k]] != n) continue;
    component[order[k]] = k;
    path.push_back(order[k]);
    while (!path.empty()) {
      const std::size_t i = path.back();
      path.pop_back();
      for (const adjacency& l : graph.predecessors(task_id(i)))
        if (component[l.task.index()] == n) {
          component[l.task.index()] = k;
          path.push_back(l.task.index());
        }
    }
  }
  return component;
}

}  // namespace detail

/// Reads `n K 0 0`; for i = 0 … n + 1 a row `i 1 #successors successors … [lag] …`; for the same i a row
/// `i 1 duration demand1 … demandK`; a row of K capacities.
///
/// * An arc (i, j, d) says S_j ≥ S_i + d. d ≥ 0 becomes a minimal start–start lag d from i to j; d < 0 a maximal
///   start–start lag |d| from j to i (S_i ≤ S_j + |d|), so that the minimal lags are acyclic.
/// * Non-negative arcs can still run in a circle, all of length 0 if the instance is feasible at all: those activities
///   start together. Of such a circle the arcs to a lower number are recorded as maximal lags too (S_i ≤ S_j − d),
///   which says the same.
/// * Activities are numbered from 0 and the two dummies stay ordinary tasks. Resources are called R1 … RK.
///   The project is named after the file. Activities that demand more than a capacity are kept, see
///   `project::oversized()`.
///
/// Blanks, tabs, CR LF and blank lines may stand anywhere between rows; each row is one line. Errors: `sched::error`
/// with file and line for missing rows or numbers, contradictory counts, numbers out of range, unknown or own
/// successors, more than one mode, non-renewable or doubly constrained resources, leftover text. O(length of the text +
/// what `project_builder::build` costs). Reference: Schwindt (ProGen/max); Kolisch, Schwindt & Sprecher 1999.
[[nodiscard]] inline project read_rcpsp_max(std::string_view text, const std::string& file = {}) {
  text_reader in(text, file);
  constexpr std::int64_t most = project_builder::limit;
  const auto next = [&](const std::string& wanted) {
    in.no_context();
    if (!in.next_line()) in.fail("the text ends before " + wanted);
  };
  next("the first row");
  const std::int64_t inner = in.integer("number of activities", 0, max_tasks);
  const std::int64_t resources = in.integer("number of resources", 0, max_resources);
  if (in.integer("number of non-renewable resources", 0, max_resources) != 0)
    in.fail("non-renewable resources are not supported");
  if (in.integer("number of doubly constrained resources", 0, max_resources) != 0)
    in.fail("doubly constrained resources are not supported");
  in.end_of_line();

  const std::int64_t sink = inner + 1;
  const auto start_row = [&](const char* what, std::int64_t i) {
    next(std::string("the ") + what + " of activity " + std::to_string(i));
    if (const auto found = in.integer("activity number", 0, most); found != i)
      in.fail(std::string("expected the ") + what + " of activity " + std::to_string(i) + ", found activity " +
              std::to_string(found));
    in.context("activity", i);
    if (in.integer("number of modes", 1, max_tasks) != 1) in.fail("more than one mode is not supported");
  };

  project_lines lines{.first_number = 0};
  std::vector<detail::start_arc> arcs;
  for (std::int64_t i = 0; i <= sink; ++i) {
    start_row("successors", i);
    const std::int64_t count = in.integer("number of successors", 0, sink + 1);
    const std::size_t first = arcs.size();
    for (std::int64_t s = 0; s < count; ++s) {
      const std::int64_t successor = in.integer("successor", 0, sink);
      if (successor == i) in.fail("is its own successor");
      arcs.push_back({static_cast<std::size_t>(i), static_cast<std::size_t>(successor), 0});
    }
    for (std::size_t a = first; a < arcs.size(); ++a) {
      std::string_view token = in.token();
      if (token.empty()) in.fail(std::to_string(count) + " lags expected, " + std::to_string(a - first) + " found");
      if (token.size() < 2 || token.front() != '[' || token.back() != ']')
        in.fail("expected a lag in brackets, found " + in_quotes(token));
      token = token.substr(1, token.size() - 2);
      arcs[a].lag = in.parse(token, "lag", -most, most);
    }
    in.end_of_line();
    lines.successors.push_back(in.line());
  }

  project_builder builder;
  builder.name(file_stem(file)).first_number(0).on_excess_demand(excess_demand::keep);
  for (std::int64_t i = 0; i <= sink; ++i) {
    start_row("duration and demands", i);
    task_spec task;
    task.work = in.integer("duration", 0, most);
    for (std::int64_t k = 0; k < resources; ++k)
      if (const amount units = in.integer("demand", 0, most); units > 0) task.needs.push_back({resource_id(k), units});
    in.end_of_line();
    builder.add_task(std::move(task));
    lines.work.push_back(in.line());
  }
  if (resources > 0) {
    next("the capacities");
    for (std::int64_t k = 1; k <= resources; ++k) {
      in.context("resource", k);
      builder.add_renewable(in.integer("capacity", 0, most), "R" + std::to_string(k));
    }
    in.no_context();
    in.end_of_line();
    lines.capacities = in.line();
  }
  in.end_of_text();

  const std::vector<std::size_t> component = detail::components(static_cast<std::size_t>(sink) + 1, arcs);
  for (const detail::start_arc& a : arcs) {
    const bool maximal = a.lag < 0 || (component[a.from] == component[a.to] && a.to < a.from);
    if (maximal)
      builder.add_precedence(task_id(a.to), task_id(a.from),
                             {.kind = lag_kind::start_start, .lag = -a.lag, .maximal = true});
    else builder.add_precedence(task_id(a.from), task_id(a.to), {.kind = lag_kind::start_start, .lag = a.lag});
  }
  return build_project(builder, file, lines);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
