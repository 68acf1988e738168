// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_PROJECT_RUN_HPP
#define SCHED_EXAMPLES_SCHED_PROJECT_RUN_HPP

/// \file
/// Solving one project as the command line asks for it; shared by `project` and `demo`.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sched/core/progress.hpp>
#include <sched/evaluate/net_present_value.hpp>
#include <sched/io/search_trace.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

#include "program.hpp"

namespace program {

struct project_request {
  std::string solver = "parallel";
  std::string direction = "forward";
  std::string rule = "lft";
  std::string modes = "earliest-finish";
  std::string objective = "makespan";
  bool alternating = false;
  bool justify = false;
  bool bound = false;
  bool validate = true;
  std::uint64_t schedules = 0;      ///< budget; 0: one pass, and of a rollout or beam as many as it takes
  std::string scheme = "parallel";  ///< what a rollout or beam looks ahead with
  std::size_t beam = 8;             ///< partial schedules kept at a level
  std::size_t width = 4;            ///< of a rollout or beam: tasks compared at a decision
  std::uint64_t horizon = 0;        ///< placements to look ahead; 0: to the end
  bool wait = false;                ///< weigh starting nothing, too
  std::size_t islands = 1;          ///< of a search
  double time = 0;                  ///< of a search, in seconds; 0: no limit
  unsigned threads = 1;             ///< within this one project
  std::uint64_t seed = 1;
  double discount = 0.01;  ///< of payments, per tick
  std::string trace{};     ///< page of the search's progress, if any
};

struct project_answer {
  sched::schedule_result result;
  std::optional<sched::duration> lower_bound;
  sched::duration critical_path{};
  double seconds = 0;                       ///< of the solving call alone
  std::vector<sched::trace_point> trace{};  ///< of a search, in microseconds
  std::string violations;                   ///< what the validator found; empty = nothing
};

/// The objective as an evaluator that is chosen at run time.
std::function<double(const sched::project&, const sched::schedule&)> evaluator_of(const sched::project& p,
                                                                                  const project_request& r);
/// `--objective npv`: seeded cash flows, since no format of projects has any: whole numbers uniform in −50 … 100 for
/// every task with a duration, 0 for the others.
sched::evaluate::net_present_value payments_of(const sched::project& p, const project_request& r);
/// `--solver search`: result and lower bound.
project_answer search_project(const sched::project& p, const project_request& r, const sched::control& watch);
/// `watch` may stop it and sees every improvement.
project_answer solve_project(const sched::project& p, const project_request& r, const sched::control& watch);
/// What `r.objective` says of a schedule: less is better.
double value_of(const sched::project& p, const project_request& r, const sched::schedule& s);
const std::vector<std::string>& project_columns();
std::vector<cell> project_row(const std::string& instance, const project_request& r, const project_answer& a);
/// The page of `--trace`.
std::string trace_document(const std::string& instance, const project_request& r, const project_answer& a);
/// A document of one of the kinds csv, json, dot, svg, html.
std::string project_document(const std::string& extension, const std::string& instance, const sched::project& p,
                             const project_request& r, const project_answer& a);

}  // namespace program

#endif
