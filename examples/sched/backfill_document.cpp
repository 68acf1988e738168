// SPDX-License-Identifier: BSL-1.0
// Documents of `sched backfill`: tables of jobs, everything as JSON, pages and figures.
#include <utility>

#include <nlohmann/json.hpp>

#include <sched/gantt.hpp>
#include <sched/io.hpp>
#include <sched/io/job_figures.hpp>

#include "backfill_run.hpp"

namespace program {
namespace {

using namespace sched;

/// One row a job; several policies one after another, named in two more columns.
std::string as_csv(const backfill_trace& t, const backfill_answer& a) {
  const bool several = a.policies.size() > 1;
  std::string out = std::string(several ? "order,reserve," : "") + "job,submit,start,end,procs,wait,bounded_slowdown\n";
  for (std::size_t k = 0; k < a.policies.size(); ++k) {
    const std::vector<job_record>& run = a.whole.runs[k].jobs;
    const std::vector<instant> since = eligible_times(t.jobs, run);
    const std::string who = several ? a.policies[k].order + ',' + a.policies[k].reserve + ',' : "";
    for (std::size_t i = 0; i < t.jobs.size(); ++i) {
      const job& j = t.jobs[i];
      const std::string demand = std::to_string(j.shapes[run[i].shape].demand);
      out += who + std::to_string(j.id) + ',' + to_string(j.submit) + ',';
      if (run[i].start.is_finite()) {
        const duration wait = run[i].start - since[i];
        out += to_string(run[i].start) + ',' + to_string(run[i].end) + ',' + demand + ',' + to_string(wait) + ',' +
               shortest(bounded_slowdown(wait, run[i].end - run[i].start)) + '\n';
      } else {
        out += ",," + demand + ",,\n";
      }
    }
  }
  return out;
}

using json = nlohmann::ordered_json;

json real_or_null(double x) { return x > 1e300 || x < -1e300 ? json() : json(x); }
json group(const job_group_metrics& g) {
  return {{"jobs", g.jobs},
          {"avg_wait", g.avg_wait},
          {"wait_p50", g.wait_p50.count()},
          {"wait_p90", g.wait_p90.count()},
          {"wait_p99", g.wait_p99.count()},
          {"max_wait", g.max_wait.count()},
          {"avg_bounded_slowdown", g.avg_bounded_slowdown}};
}
json summaries(const job_comparison& c, std::size_t policy) {
  json out;
  for (std::size_t m = 0; m < c.measures.size(); ++m) {
    const paired_summary& s = c.of(m, policy);
    out[std::string(c.measures[m].name)] = {{"mean", s.mean},
                                            {"low", real_or_null(s.interval.low)},
                                            {"high", real_or_null(s.interval.high)},
                                            {"difference", s.difference},
                                            {"difference_low", real_or_null(s.apart.low)},
                                            {"difference_high", real_or_null(s.apart.high)},
                                            {"rank", s.rank}};
  }
  return out;
}

std::string as_json(const std::string& name, const backfill_trace& t, const backfill_answer& a) {
  const backfill_request& first = a.policies.front();
  json out{{"format", "sched-backfill"},
           {"version", 1},
           {"trace",
            {{"name", name},
             {"processors", t.processors},
             {"jobs", t.jobs.size()},
             {"unix_start", t.unix_start},
             {"prepare", first.prepare},
             {"warnings", t.warnings}}},
           {"estimate", first.estimate},
           {"events", first.events},
           {"compress", first.compress}};
  if (first.looks > 0) out["looks"] = first.looks;
  if (!a.windows.observations.empty()) {
    json begins = json::array();
    for (const job_observation& w : a.windows.observations) begins.push_back(w.first);
    out["windows"] = {{"jobs", a.window_jobs},  {"complete", a.windows.complete},
                      {"seed", a.seed},         {"confidence", a.confidence},
                      {"interval", a.interval}, {"first_jobs", std::move(begins)}};
  }
  json runs = json::array();
  const job_size_classes classes(t.processors);
  for (std::size_t k = 0; k < a.policies.size(); ++k) {
    const job_run& run = a.whole.runs[k];
    const job_metrics& m = a.whole.metrics[k];
    json metrics;
    for (const job_measure& measure : job_measures()) metrics[std::string(measure.name)] = measure(m);
    json sizes = json::array();
    for (const job_group_metrics& g :
         measure_groups(t.jobs, run.jobs, [&](const job& j) { return classes.of(j.shapes[0].demand); })) {
      json one{{"size", classes.name(static_cast<std::uint32_t>(g.key))}};
      one.update(group(g));
      sizes.push_back(std::move(one));
    }
    const std::vector<instant> since = eligible_times(t.jobs, run.jobs);
    json jobs = json::array();
    for (std::size_t i = 0; i < t.jobs.size(); ++i) {
      const job_record& r = run.jobs[i];
      const job& j = t.jobs[i];
      const bool ran = r.start.is_finite();
      jobs.push_back({j.id, j.submit.count(), since[i].is_finite() ? json(since[i].count()) : json(),
                      ran ? json(r.start.count()) : json(), ran ? json(r.end.count()) : json(),
                      j.shapes[r.shape].demand, j.shapes[r.shape].estimate.count(),
                      ran ? json((r.start - since[i]).count()) : json(),
                      ran ? json(bounded_slowdown(r.start - since[i], r.end - r.start)) : json(),
                      j.user == io::swf_unknown_id ? json() : json(j.user)});
    }
    json one{{"order", a.policies[k].order}, {"reserve", a.policies[k].reserve}, {"cancelled", run.cancelled},
             {"unstarted", m.unstarted},     {"decisions", run.decisions},       {"tests", run.tests},
             {"promises_moved", run.moves},  {"promises_broken", run.broken},    {"metrics", std::move(metrics)},
             {"sizes", std::move(sizes)}};
    if (!a.windows.observations.empty()) one["windows"] = summaries(a.windows, k);
    one["columns"] = {"job",      "submit", "eligible",         "start", "end", "procs",
                      "estimate", "wait",   "bounded_slowdown", "user"};
    one["jobs"] = std::move(jobs);
    runs.push_back(std::move(one));
  }
  out["runs"] = std::move(runs);
  return out.dump() + '\n';
}

}  // namespace

std::string backfill_document(const std::string& extension, const std::string& name, const backfill_trace& t,
                              const backfill_answer& a) {
  if (extension == "csv") return as_csv(t, a);
  if (extension == "json") return as_json(name, t, a);
  const backfill_request& first = a.policies.front();
  job_gantt_options o{.title = name, .unix_start = t.unix_start};
  o.facts.push_back({"Processors", std::to_string(t.processors), {}});
  o.facts.push_back({"Order", first.order, "who goes first"});
  o.facts.push_back({"Reserve", first.reserve, "who is promised a start"});
  chart c = gantt_of(t.jobs, a.whole.runs.front().jobs, t.processors, o);
  if (a.policies.size() > 1 || a.windows.complete > 0) {
    c.figures_noun = "Waits, policies";
    c.figures.insert(c.figures.begin(), comparison_figure(a.whole, &a.windows, a.confidence));
  }
  return extension == "svg" ? chart_svg(c) : chart_html(c);
}

}  // namespace program
