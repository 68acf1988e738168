// SPDX-License-Identifier: BSL-1.0
// `sched project --solver search`.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>
#include <utility>

#include <sched/core/random.hpp>
#include <sched/io/chart_html.hpp>
#include <sched/search.hpp>

#include "named_modes.hpp"
#include "project_run.hpp"

namespace program {

sched::evaluate::net_present_value payments_of(const sched::project& p, const project_request& r) {
  sched::evaluate::net_present_value value{.rate = r.discount};
  sched::random_generator random(r.seed);
  for (std::size_t i = 0; i < p.task_count(); ++i)
    value.cash.push_back(p.work(sched::task_id(i)) > 0 ? static_cast<double>(random.between(-50, 100)) : 0.0);
  return value;
}

project_answer search_project(const sched::project& p, const project_request& r, const sched::control& watch) {
  project_answer answer;
  const auto begin = std::chrono::steady_clock::now();
  const auto note = [&](const sched::progress& at) {
    const auto gone = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
    answer.trace.push_back({sched::duration(gone.count()), at.done, at.best,
                            r.objective == "makespan" ? at.bound : std::numeric_limits<double>::quiet_NaN()});
  };
  sched::search_options options{
      .seed = r.seed, .islands = r.islands, .threads = r.threads, .watch = {.stop = watch.stop}};
  options.watch.observer = [&](const sched::progress& at) {
    note(at);
    watch.report(at);
  };
  options.schedules = r.schedules != 0 ? r.schedules : r.time > 0 ? 0 : 5000;
  options.time = std::chrono::nanoseconds(static_cast<std::int64_t>(1e9 * std::min(r.time, 1e8)));
  const named_modes modes(r.modes);
  // Without a policy of the caller's, a search chooses modes itself.
  const bool free = modes.which == named_modes::kind::earliest_finish;
  sched::search_result found = r.objective == "npv"        ? search(p, options, payments_of(p, r), modes)
                               : r.objective != "makespan" ? search(p, options, evaluator_of(p, r), modes)
                               : free                      ? search(p, options)
                                                           : search(p, options, sched::evaluate::makespan{}, modes);
  note({.done = found.schedules, .best = found.value, .bound = static_cast<double>(found.lower_bound.count())});
  if (r.bound) answer.lower_bound = found.lower_bound;
  answer.result = std::move(found);
  return answer;
}

std::string trace_document(const std::string& instance, const project_request& r, const project_answer& a) {
  std::vector<sched::trace_point> points = a.trace;
  const bool brief = points.empty() || points.back().elapsed < 1'000'000;
  if (!brief)
    for (sched::trace_point& p : points) p.elapsed = sched::duration(p.elapsed.count() / 1000);
  const std::string value = r.objective == "makespan" ? "Makespan"
                            : r.objective == "npv"    ? "Net present value, sign turned"
                                                      : "Objective: " + r.objective;
  return sched::chart_html(sched::search_trace(
      points, {.title = instance + ": search", .value_name = value, .unit = brief ? "\u00b5s" : "ms"}));
}

}  // namespace program
