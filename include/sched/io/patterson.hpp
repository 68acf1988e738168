// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_PATTERSON_HPP
#define SCHED_IO_PATTERSON_HPP

/// \file
/// Reader for the Patterson format (`.rcp`): single-mode projects as a plain stream of numbers.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/io/project_lines.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/project.hpp>
#include <sched/model/project_builder.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Reads `n K`, K capacities, then for each of n activities `duration demand1 … demandK #successors successors …`.
/// Line breaks mean nothing (RG300 wraps an activity over many lines); activities are numbered from 1 and keep their
/// places, dummies included. Resources are called R1 … RK. The project is named after the file.
///
/// Errors: `sched::error` with file and line for a missing, garbled or out-of-range number, an unknown successor, a
/// demand above the capacity, a cycle, leftover text. O(length of the text + what `project_builder::build` costs).
/// Reference: Patterson, Management Science 30 (1984); files of PSPLIB and OR&S (RG30, RG300, CV, DC).
[[nodiscard]] inline project read_patterson(std::string_view text, const std::string& file = {}) {
  text_reader in(text, file);
  constexpr std::int64_t most = project_builder::limit;
  const std::int64_t n = in.stream_integer("number of activities", 1, max_tasks);
  const std::int64_t resources = in.stream_integer("number of resources", 0, max_resources);
  project_builder builder;
  builder.name(file_stem(file));
  for (std::int64_t k = 1; k <= resources; ++k) {
    in.context("resource", k);
    builder.add_renewable(in.stream_integer("capacity", 0, most), "R" + std::to_string(k));
  }
  project_lines lines;
  lines.capacities = in.line();
  for (std::int64_t i = 0; i < n; ++i) {
    in.context("activity", i + 1);
    task_spec task;
    task.work = in.stream_integer("duration", 0, most);
    lines.work.push_back(in.line());
    for (std::int64_t k = 0; k < resources; ++k)
      if (const amount units = in.stream_integer("demand", 0, most); units > 0)
        task.needs.push_back({resource_id(k), units});
    builder.add_task(std::move(task));
    const std::int64_t successors = in.stream_integer("number of successors", 0, n);
    lines.successors.push_back(in.line());
    for (std::int64_t s = 0; s < successors; ++s)
      builder.add_precedence(task_id(i), task_id(in.stream_integer("successor", 1, n) - 1));
  }
  in.end_of_text();
  return build_project(builder, file, lines);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
