// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_PLAIN_PROJECT_HPP
#define SCHED_IO_PLAIN_PROJECT_HPP

/// \file
/// What the classic text formats cannot say, and numbers as text: shared by their writers.

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include <sched/core/error.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Appends a whole number, padded with blanks on the left to `width` characters.
inline void append_number(std::string& out, std::integral auto value, std::size_t width = 0) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  const auto length = static_cast<std::size_t>(end - digits);
  if (length < width) out.append(width - length, ' ');
  out.append(digits, end);
}

/// Throws `sched::error` naming the first thing that neither `.sm`/`.mm` nor `.rcp` can say about a project: task or
/// resource names of its own (R1 … and N1 … are the names that the formats imply), numbering from elsewhere than 1,
/// lags, calendars, due dates, deadlines, fixed starts, weights, dropped modes. A writer never leaves something out
/// silently.
inline void require_plain(const project& p, std::string_view format) {
  const auto refuse = [&](const std::string& what) {
    throw error("a " + std::string(format) + " file cannot express " + what);
  };
  if (p.task_count() == 0) refuse("a project without tasks");
  if (p.first_number() != 1) refuse("tasks numbered from " + std::to_string(p.first_number()));
  if (p.has_calendars()) refuse("calendars");
  if (p.has_lags() || !p.maximal_lags().empty()) refuse("lags");
  if (!p.dropped_modes().empty()) refuse("modes that were dropped");
  std::size_t renewable = 0, nonrenewable = 0;
  for (const resource& r : p.resources()) {
    const bool back = r.kind == resource_kind::renewable;
    const std::string implied = back ? "R" + std::to_string(++renewable) : "N" + std::to_string(++nonrenewable);
    if (!r.name.empty() && r.name != implied) refuse("the resource name " + r.name);
    if (back && nonrenewable > 0) refuse("a renewable resource behind a non-renewable one");
  }
  for (std::size_t i = 0; i < p.task_count(); ++i) {
    const task_id t(i);
    const std::string who = " of task " + p.label(t);
    if (!p.task_name(t).empty()) refuse("the name" + who);
    if (p.due(t).is_finite()) refuse("the due date" + who);
    if (p.deadline(t).is_finite()) refuse("the deadline" + who);
    if (p.is_fixed(t)) refuse("the fixed start" + who);
    if (p.weight(t) != 1.0) refuse("the weight" + who);
    for (std::size_t m = 0; m < p.mode_count(t); ++m)
      if (p.mode_number(t, m) != m + 1) refuse("the mode numbers" + who);
  }
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
