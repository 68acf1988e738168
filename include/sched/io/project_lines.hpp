// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_PROJECT_LINES_HPP
#define SCHED_IO_PROJECT_LINES_HPP

/// \file
/// Where the parts of a project stand in its file, so that what the builder finds wrong is reported with a line.

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/model/project_builder.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Limits of all text formats: more tasks or resources than this is taken for a garbled number. (No reader allocates in
/// proportion to a number before it has seen as many tokens.)
inline constexpr std::int64_t max_tasks = 10'000'000;
inline constexpr std::int64_t max_resources = 1'000'000;

/// Line numbers of the rows of a project file, by task number − `first_number`. 0: unknown.
struct project_lines {
  std::size_t first_number = 1;
  std::vector<std::size_t> work{};        ///< row with durations and demands
  std::vector<std::size_t> successors{};  ///< row with the precedence relations
  std::size_t capacities = 0;

  /// The line that an error of the builder is about: what concerns the project as a whole is found at its last row.
  [[nodiscard]] std::size_t of(const error& e) const {
    if (e.ids().empty()) return work.empty() ? 0 : work.back();
    const std::string& id = e.ids().front();
    std::size_t number = 0;
    const auto [end, code] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (code != std::errc() || end != id.data() + id.size()) return capacities;
    const bool relation = e.reason().starts_with("cycle") || e.reason().starts_with("precedence");
    const std::vector<std::size_t>& rows = relation ? successors : work;
    return number >= first_number && number - first_number < rows.size() ? rows[number - first_number] : 0;
  }
};

/// `builder.build()`; what it throws gets the file and the line of the offending row. For projects with unnamed tasks.
[[nodiscard]] inline project build_project(const project_builder& builder, const std::string& file,
                                           const project_lines& lines) {
  try {
    return builder.build();
  } catch (const error& e) {
    throw error(file, lines.of(e), e.reason(), e.ids());
  }
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
