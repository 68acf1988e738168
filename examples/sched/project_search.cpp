// SPDX-License-Identifier: BSL-1.0
// `sched project --solver search`.
#include <utility>

#include <sched/search.hpp>

#include "named_modes.hpp"
#include "project_run.hpp"

namespace program {

project_answer search_project(const sched::project& p, const project_request& r, const sched::control& watch) {
  search_options options{.seed = r.seed, .islands = r.islands, .threads = r.threads, .watch = watch};
  options.schedules = r.schedules != 0 ? r.schedules : r.timed ? 0 : 5000;
  const named_modes modes(r.modes);
  search_result found = r.objective == "makespan" ? search(p, options, evaluate::makespan{}, modes)
                                                  : search(p, options, evaluator_of(r.objective), modes);
  project_answer answer;
  if (r.bound) answer.lower_bound = found.lower_bound;
  answer.result = std::move(found);
  return answer;
}

}  // namespace program
