// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_ROADMAP_RUN_HPP
#define SCHED_EXAMPLES_SCHED_ROADMAP_RUN_HPP

/// \file
/// Planning one roadmap as the command line asks for it; shared by `roadmap` and `demo`.

#include <optional>
#include <string>
#include <vector>

#include <sched/io/roadmap_document.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

#include "program.hpp"

namespace program {

struct roadmap_answer {
  std::string status;  ///< of the result, or `unknown-strategy`
  sched::roadmap_options options;
  sched::roadmap_result result;
  double seconds = 0;        ///< of the solving call alone
  std::string violations{};  ///< what the validator found; empty = nothing

  [[nodiscard]] bool solved() const { return status == "complete" && violations.empty(); }
};

/// Throws `sched::error` with file and line for a roadmap that is malformed.
roadmap_answer plan(const sched::io::roadmap_document& d, const sched::roadmap_options& options, bool validate);
const std::vector<std::string>& roadmap_columns();
std::vector<cell> roadmap_row(const sched::io::roadmap_document& d, const roadmap_answer& a);
/// One line of JSON: what scripts read.
std::string roadmap_line(const sched::io::roadmap_document& d, const roadmap_answer& a);
/// A document of one of the kinds csv, json, svg, html.
std::string roadmap_text(const std::string& extension, const sched::io::roadmap_document& d, const roadmap_answer& a);

}  // namespace program

#endif
