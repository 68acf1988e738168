// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_GANTT_HTML_HPP
#define SCHED_IO_GANTT_HTML_HPP

/// \file
/// A project schedule as one self-contained HTML page.

#include <string>

#include <sched/io/chart_html.hpp>
#include <sched/io/gantt.hpp>

namespace sched {
inline namespace v0 {

/// `chart_html` of `gantt_of`: see there for contents, errors and cost.
[[nodiscard]] inline std::string gantt_html(const project& p, const schedule& s, const gantt_options& o = {}) {
  return chart_html(gantt_of(p, s, o));
}

}  // namespace v0
}  // namespace sched

#endif
