// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_GANTT_SVG_HPP
#define SCHED_IO_GANTT_SVG_HPP

/// \file
/// A project schedule as a standalone SVG figure.

#include <string>

#include <sched/io/chart_svg.hpp>
#include <sched/io/gantt.hpp>

namespace sched {
inline namespace v0 {

/// `chart_svg` of `gantt_of`: see there for contents, errors and cost.
[[nodiscard]] inline std::string gantt_svg(const project& p, const schedule& s, const gantt_options& o = {},
                                           const svg_options& figure = {}) {
  return chart_svg(gantt_of(p, s, o), figure);
}

}  // namespace v0
}  // namespace sched

#endif
