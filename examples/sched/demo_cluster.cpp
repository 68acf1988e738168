// SPDX-License-Identifier: BSL-1.0
// `sched demo`: a day of a cluster.
#include "demo_cluster.hpp"

#include <chrono>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/validate_jobs.hpp>
#include <sched/io.hpp>
#include <sched/model/random_jobs.hpp>

#include "backfill_run.hpp"

namespace program {
namespace {

using namespace sched;

/// What is submitted within a day to a busy machine.
backfill_trace a_day() {
  constexpr std::int64_t day = 86400;
  random_generator random(1);
  backfill_trace t;
  t.processors = 64;
  t.unix_start = 1'772'409'600;  // 2026-03-02
  const auto all = random_jobs(
      {.jobs = 1200, .processors = t.processors, .mix = job_mix::both, .load = 0.95, .estimate_factor = 3, .users = 9},
      random);
  const instant first = all.front().submit;
  for (const job& j : all) {
    if (j.submit >= first + day) break;
    t.jobs.push_back(j);
    t.jobs.back().submit = instant((j.submit - first).count());
  }
  return t;
}

}  // namespace

std::string demo_cluster(const std::string& folder, const std::string& format, outcome& worst) {
  const backfill_trace t = a_day();
  std::cout << "\nA day of a cluster: " << t.jobs.size() << " jobs on " << t.processors
            << " processors, after the model of Lublin and Feitelson.\n\n";
  const std::pair<backfill_request, const char*> choices[] = {
      {{.order = "fcfs", .reserve = "easy"}, "EASY backfilling"},
      {{.order = "fcfs", .reserve = "none"}, "first come, first served"},
      {{.order = "sjbf", .reserve = "easy"}, "EASY, shortest jobs into the gaps"},
      {{.order = "wfp3", .reserve = "easy"}, "EASY, most patient jobs first"},
      {{.order = "fcfs", .reserve = "conservative"}, "everybody is promised a start"},
      {{.order = "fcfs", .reserve = "look-ahead:50"}, "EASY, gaps packed by dynamic programming"}};
  backfill_answer a;
  std::vector<job_policy> policies;
  std::vector<double> milliseconds(std::size(choices));
  for (std::size_t k = 0; k < std::size(choices); ++k) {
    a.policies.push_back(choices[k].first);
    policies.push_back({choices[k].second, [&, k](std::span<const job> jobs, amount p, const simulation_options& o) {
                          const auto begin = std::chrono::steady_clock::now();
                          job_run run = run_backfill(jobs, p, choices[k].first, o.watch);
                          const std::chrono::duration<double, std::milli> spent =
                              std::chrono::steady_clock::now() - begin;
                          milliseconds[k] = std::round(spent.count() * 100) / 100;
                          return run;
                        }});
  }
  const std::vector<job_trace> traces{{"day", t.jobs, t.processors}};
  a.whole = compare_jobs(traces, policies, {.keep_runs = true});

  table out({"what", "mean_wait", "bounded_slowdown", "longest_wait", "utilisation", "milliseconds"},
            format.empty() ? "table" : format);
  std::string rows;
  for (std::size_t k = 0; k < a.policies.size(); ++k) {
    if (!validate(t.jobs, a.whole.runs[k].jobs, t.processors).ok()) worsen(worst, outcome::unsolved);
    const job_metrics& m = a.whole.metrics[k];
    const auto rounded = [](double x, double unit) { return std::round(x * unit) / unit; };
    const double slowdown = rounded(m.avg_bounded_slowdown, 100), used = rounded(m.utilisation, 1000);
    const auto wait = static_cast<std::int64_t>(std::llround(m.avg_wait));
    out.row({a.whole.policies[k], wait, slowdown, m.max_wait.count(), used, milliseconds[k]});
    rows += "<tr><td>" + a.whole.policies[k] + "</td><td>" + a.policies[k].order + ", " + a.policies[k].reserve +
            "</td><td>" + std::to_string(wait) + "</td><td>" + shortest(slowdown) + "</td><td>" +
            to_string(m.max_wait) + "</td><td>" + shortest(used) + "</td><td>" + shortest(milliseconds[k]) +
            "</td></tr>\n";
  }
  out.finish();

  const std::filesystem::path to(folder);
  std::string links;
  for (const auto& [kind, label] :
       {std::pair{"html", "Page: every processor, queue, waits, policies"}, std::pair{"svg", "The same as SVG"},
        std::pair{"csv", "Every job as CSV"}, std::pair{"json", "Everything as JSON"}}) {
    const std::string name = std::string("cluster.") + kind;
    worsen(worst, write_document((to / name).string(), backfill_document(kind, "A day of a cluster", t, a)));
    links += "<a href=\"" + name + "\">" + label + "</a>\n";
  }
  io::swf_log log = io::swf_of_run(t.jobs, std::vector<job_record>(t.jobs.size()));
  io::complete_swf_header(log, "model of Lublin and Feitelson", t.processors, t.unix_start);
  worsen(worst, write_document((to / "day.swf").string(), io::write_swf(log)));
  links += "<a href=\"day.swf\">The jobs themselves (SWF)</a>\n";
  return "<h2>A day of a cluster: batch jobs and backfilling</h2>\n<p>" + std::to_string(t.jobs.size()) + " jobs on " +
         std::to_string(t.processors) +
         " processors. Waits are in seconds; the slowdown says how many times longer a job took than it ran.</p>\n"
         "<table><thead><tr><th>What</th><th>Order, reservations</th><th>Mean wait</th><th>Bounded slowdown</th>"
         "<th>Longest wait</th><th>Utilisation</th><th>Milliseconds</th></tr></thead><tbody>\n" +
         rows + "</tbody></table>\n<p></p>\n<div class=\"pictures\">\n" + links +
         "</div>\n<p></p>\n<a href=\"cluster.html\"><img src=\"cluster.svg\" alt=\"Processors over the day\"></a>\n";
}

}  // namespace program
