// SPDX-License-Identifier: BSL-1.0
// `sched backfill`: read a workload trace, run batch schedulers over it, prove the runs, measure, compare and show
// them.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <limits>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include <sched/core/error.hpp>
#include <sched/core/stop_after.hpp>
#include <sched/evaluate/validate_jobs.hpp>

#include "backfill_run.hpp"

namespace program {
namespace {

using namespace sched;

struct backfill_command {
  common_options common;
  backfill_request request;
  std::string order = "fcfs", reserve = "easy";  ///< lists
  std::size_t windows = 0, window_jobs = 1000;
  double confidence = 0.95;
  std::string interval = "student";
  bool skip_bad = false;
  std::vector<std::string> inputs;

  outcome run();
  [[nodiscard]] std::vector<backfill_request> policies() const;
  [[nodiscard]] std::vector<std::string> columns() const;
};

std::vector<std::string> listed(const std::string& text, const std::vector<std::string>& all) {
  if (text == "all") return all;
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    out.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

/// Every order with every kind of reservations. What has no meaning is left out where everything is asked for, and an
/// error where it is asked for by name.
std::vector<backfill_request> backfill_command::policies() const {
  std::vector<backfill_request> out;
  const bool everything = order == "all" || reserve == "all";
  for (const std::string& o : listed(order, every_order()))
    for (const std::string& r : listed(reserve, every_reservation())) {
      backfill_request one = request;
      one.order = o;
      one.reserve = r;
      if (everything && senseless(one)) continue;
      if (const std::string problem = check_backfill(one); !problem.empty()) throw usage_error(problem);
      out.push_back(std::move(one));
    }
  if (out.empty()) throw usage_error("--reserve " + reserve + " and --order " + order + " leave nothing to run");
  return out;
}

constexpr const char* windowed[] = {"avg_wait", "avg_bounded_slowdown"};

std::vector<std::string> backfill_command::columns() const {
  std::vector<std::string> out{"trace",    "order",       "reserve",  "jobs",      "avg_wait", "avg_bounded_slowdown",
                               "max_wait", "utilization", "makespan", "decisions", "seconds"};
  if (windows > 0)
    for (const char* measure : windowed)
      for (const char* what : {"_mean", "_low", "_high", "_difference", "_difference_low", "_difference_high"})
        out.push_back(std::string(measure) + what);
  return out;
}

struct input_report {
  outcome worst = outcome::done;
  std::vector<std::vector<cell>> rows;
  std::vector<std::string> messages;
  std::string best = "none";
};

/// Everything that is done for one input.
class input_runner {
public:
  input_runner(const backfill_command& command, const std::vector<backfill_request>& policies, const std::string& path,
               unsigned threads, const control& watch, input_report& report)
      : command_(command), policies_(policies), path_(path), threads_(threads), watch_(watch), report_(report) {}

  void run(const std::vector<std::string>& documents) {
    trace_ = load_trace(path_, command_.request);
    for (const std::string& w : trace_.warnings) say("warning: " + w);
    if (trace_.jobs.empty()) say("empty: no jobs");
    else if (command_.windows > 0 && trace_.jobs.size() <= command_.window_jobs)
      throw error(path_, 1,
                  std::to_string(trace_.jobs.size()) + " jobs leave no choice of windows of " +
                      std::to_string(command_.window_jobs) + " jobs: use --window-jobs");
    run_whole();
    if (command_.windows > 0 && !trace_.jobs.empty()) run_windows();
    bool sound = true;
    for (std::size_t k = 0; k < answer_.policies.size(); ++k) {
      sound = prove(k) && sound;
      report_.rows.push_back(row(k));
    }
    for (const std::string& file : documents) {
      if (answer_.policies.empty() || (!sound && extension_of(file) != "csv")) {
        say_plainly(file + ": not written: " + (sound ? "no run" : "the run breaks rules"));
        continue;
      }
      save_document(file, backfill_document(extension_of(file), stem_of(path_), trace_, answer_));
    }
  }

private:
  void say_plainly(const std::string& text) { report_.messages.push_back("sched: " + text); }
  void say(const std::string& text) { say_plainly(path_ + ": " + text); }
  [[nodiscard]] std::string name_of(const backfill_request& r) const {
    return policies_.size() == 1 ? std::string() : r.order + ", " + r.reserve + ": ";
  }
  [[nodiscard]] job_comparison_options options(std::uint64_t before, std::uint64_t all) const {
    job_comparison_options o{.threads = threads_};
    o.events = command_.request.events == "batch" ? event_convention::batch : event_convention::sequential;
    o.watch.stop = watch_.stop;
    o.watch.observer = [this, before, all](const progress& p) {
      watch_.report({.done = before + p.done, .total = all});
    };
    return o;
  }
  [[nodiscard]] std::uint64_t work_of_windows() const {
    return trace_.jobs.empty() ? 0 : command_.windows * command_.window_jobs * policies_.size();
  }

  /// Every policy on the whole trace. One that fails is told and left out; the others go on.
  void run_whole() {
    const std::uint64_t work = trace_.jobs.size() * policies_.size();
    std::vector<std::string> failures(policies_.size());
    std::vector<double> seconds(policies_.size());
    std::vector<job_policy> all;
    for (std::size_t k = 0; k < policies_.size(); ++k)
      all.push_back({policies_[k].order + " " + policies_[k].reserve,
                     [&, k](std::span<const job> jobs, amount processors, const simulation_options& o) {
                       job_run out;
                       const auto begin = std::chrono::steady_clock::now();
                       try {
                         out = run_backfill(jobs, processors, policies_[k], o.watch);
                       } catch (const std::exception& e) {  // out of memory, say
                         failures[k] = e.what();
                         out.jobs.resize(jobs.size());
                       }
                       seconds[k] = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
                       return out;
                     }});
    const std::vector<job_trace> traces{{stem_of(path_), trace_.jobs, trace_.processors}};
    job_comparison_options o = options(0, work + work_of_windows());
    o.keep_runs = true;
    job_comparison c = compare_jobs(traces, all, o);
    answer_.whole = c;
    answer_.whole.policies.clear();
    answer_.whole.runs.clear();
    answer_.whole.metrics.clear();
    for (std::size_t k = 0; k < policies_.size(); ++k) {
      if (!failures[k].empty()) {
        say(name_of(policies_[k]) + failures[k]);
        worsen(report_.worst, outcome::unsolved);
        continue;
      }
      if (c.runs[k].jobs.size() != trace_.jobs.size()) continue;  // stopped before it began
      answer_.policies.push_back(policies_[k]);
      answer_.whole.policies.push_back(c.policies[k]);
      answer_.whole.runs.push_back(std::move(c.runs[k]));
      answer_.whole.metrics.push_back(c.metrics[k]);
      seconds_.push_back(seconds[k]);
    }
    if (answer_.policies.size() < policies_.size() && c.cancelled && report_.worst == outcome::done) {
      say("stopped: " + std::to_string(policies_.size() - answer_.policies.size()) + " policies have not run");
      worsen(report_.worst, outcome::unsolved);
    }
  }

  void run_windows() {
    const std::uint64_t work = trace_.jobs.size() * policies_.size();
    std::vector<job_policy> all;
    for (const backfill_request& r : answer_.policies)
      all.push_back(
          {r.order + " " + r.reserve, [&r](std::span<const job> jobs, amount processors, const simulation_options& o) {
             return run_backfill(jobs, processors, r, o.watch);
           }});
    job_comparison_options o = options(work, work + work_of_windows());
    o.windows = command_.windows;
    o.window_jobs = command_.window_jobs;
    o.seed = o.interval.seed = command_.common.seed;
    o.interval.confidence = command_.confidence;
    if (command_.interval == "bootstrap") o.interval.method = interval_method::bootstrap;
    const std::vector<job_trace> traces{{stem_of(path_), trace_.jobs, trace_.processors}};
    answer_.windows = compare_jobs(traces, all, o);
    answer_.window_jobs = command_.window_jobs;
    answer_.confidence = command_.confidence;
    answer_.interval = command_.interval;
    answer_.seed = command_.common.seed;
    if (answer_.windows.cancelled) {
      say("stopped: " + std::to_string(answer_.windows.complete) + " of " + std::to_string(command_.windows) +
          " windows were run");
      worsen(report_.worst, outcome::unsolved);
    }
  }

  bool prove(std::size_t k) {
    const backfill_request& r = answer_.policies[k];
    const job_run& run = answer_.whole.runs[k];
    const job_metrics& m = answer_.whole.metrics[k];
    if (m.unstarted != 0) {
      say(name_of(r) + (run.cancelled ? "stopped: " : "") + std::to_string(m.unstarted) + " jobs have not started");
      worsen(report_.worst, outcome::unsolved);
    }
    if (!command_.common.validate) return true;
    const bool linked = std::ranges::any_of(trace_.jobs, [](const job& j) { return !j.after.empty(); });
    const job_validation_report proof =
        validate(trace_.jobs, run.jobs, trace_.processors,
                 {.in_order = r.reserve == "none" && r.order == "fcfs" && !linked, .allow_unstarted = true});
    if (proof.ok()) return true;
    say(name_of(r) + "the run breaks rules:\n" + proof.text());
    worsen(report_.worst, outcome::unsolved);
    return false;
  }

  std::vector<cell> row(std::size_t k) {
    const job_metrics& m = answer_.whole.metrics[k];
    if (report_.best == "none" || m.avg_wait < best_) {
      best_ = m.avg_wait;
      report_.best = shortest(best_);
    }
    std::vector<cell> out{stem_of(path_),
                          answer_.policies[k].order,
                          answer_.policies[k].reserve,
                          static_cast<std::int64_t>(trace_.jobs.size()),
                          m.avg_wait,
                          m.avg_bounded_slowdown,
                          m.max_wait.count(),
                          m.utilisation,
                          m.makespan.count(),
                          static_cast<std::int64_t>(answer_.whole.runs[k].decisions),
                          seconds_[k]};
    const auto finite = [](double x) { return x < -1e300 || x > 1e300 ? cell() : cell(x); };  // of one window
    if (command_.windows > 0)
      for (const char* measure : windowed) {
        if (answer_.windows.complete == 0) {
          out.resize(out.size() + 6);
          continue;
        }
        const paired_summary& s = answer_.windows.of(answer_.windows.place_of(measure), k);
        for (const double x : {s.mean, s.interval.low, s.interval.high, s.difference, s.apart.low, s.apart.high})
          out.push_back(finite(x));
      }
    return out;
  }

  const backfill_command& command_;
  const std::vector<backfill_request>& policies_;
  const std::string& path_;
  unsigned threads_;
  const control& watch_;
  input_report& report_;
  backfill_trace trace_;
  backfill_answer answer_;
  std::vector<double> seconds_;
  double best_ = 0;
};

outcome backfill_command::run() {
  if (skip_bad) request.bad_lines = "skip";
  const auto documents = common.documents_for(inputs, {"csv", "json", "html", "svg"});
  const std::vector<backfill_request> all = policies();
  if (!(confidence > 0 && confidence < 1)) throw usage_error("--confidence lies between 0 and 1");
  // Several inputs share the threads, what is left over goes to the policies and windows of each.
  const auto side_by_side = static_cast<unsigned>(std::min<std::size_t>(common.threads, inputs.size()));
  const unsigned each = std::max(1U, common.threads / std::max(1U, side_by_side));

  const stop_after limit(std::chrono::duration<double>(common.time_limit));
  progress_line line(inputs.size(), common.progress);
  table out(columns(), common.format);
  std::vector<input_report> reports(inputs.size());
  outcome worst = outcome::done;
  const auto job = [&](std::size_t k) {
    input_report& report = reports[k];
    const std::string& path = inputs[k];
    guarded(path, report.messages, report.worst, [&] {
      const control watch{.stop = limit.token(), .observer = [&line, k](const progress& p) { line.step(k, p); }};
      input_runner(*this, all, path, each, watch, report).run(documents[k]);
    });
  };
  in_order(inputs.size(), side_by_side, job, [&](std::size_t k) {
    input_report& report = reports[k];
    line.aside([&] {
      for (auto& row : report.rows) out.row(std::move(row));
      for (const std::string& message : report.messages) std::cerr << message << '\n';
    });
    worsen(worst, report.worst);
    line.finish(k, report.best);
    report = {};
  });
  line.aside([&] { out.finish(); });
  return worst;
}

}  // namespace

void add_backfill_options(CLI::App& c, backfill_request& r) {
  c.add_option("--procs", r.processors, "Processors of the machine (default: MaxProcs or MaxNodes of the header)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  c.add_option("--estimate", r.estimate, "Planned run time: user, perfect, double or predict (default user)")
      ->check(one_of({"user", "perfect", "double", "predict"}));
  c.add_flag("--compress,!--no-compress", r.compress, "Conservative: move promises earlier at every end (default: on)");
  c.add_option("--looks", r.looks,
               "Conservative: promises looked at after one event, the others after the next (default 0: all)")
      ->check(whole_number());
  c.add_option("--events", r.events,
               "Decide after every event, or once per instant: sequential or batch (default "
               "sequential)")
      ->check(one_of({"sequential", "batch"}));
  c.add_option(
       "--prepare", r.prepare,
       "replay: every record as published replays do it; clean: only jobs that ran, and jobs wait for those that "
       "fields 17 and 18 name (default replay)")
      ->check(one_of({"replay", "clean"}));
  c.add_option("--oversized", r.oversized, "Jobs above the machine: error, clip or drop (default error)")
      ->check(one_of({"error", "clip", "drop"}));
  c.add_option("--bad-lines", r.bad_lines, "Lines that are no records: stop or skip (default stop)")
      ->check(one_of({"stop", "skip"}));
}

runner add_backfill(CLI::App& app) {
  const auto self = std::make_shared<backfill_command>();
  CLI::App* c = app.add_subcommand("backfill", "Batch scheduling of workload traces: .swf (also .gz)");
  c->add_option("INPUT", self->inputs, "Traces; processed in this order")->required();
  const auto names = [](const std::vector<std::string>& all) {
    std::string out;
    for (const std::string& n : all) out += (out.empty() ? "" : ", ") + n;
    return out;
  };
  c->add_option("--order", self->order,
                "Who goes first, one or a list with commas: " + names(every_order()) +
                    "; or all; see `sched list` (default fcfs)");
  c->add_option("--reserve", self->reserve,
                "Who is promised a start, one or a list with commas: " + names(every_reservation()) +
                    ", or the first K; slack:X, selective:X, relaxed:X, look-ahead:N; or all (default easy)");
  add_backfill_options(*c, self->request);
  c->add_flag("--skip-bad", self->skip_bad, "The same as --bad-lines skip (default: off)");
  c->add_option("--windows", self->windows,
                "Also run so many random windows of the trace: confidence intervals of mean wait and mean bounded "
                "slowdown, and of their differences to the first row (default 0: none)")
      ->check(whole_number());
  c->add_option("--window-jobs", self->window_jobs, "Consecutive jobs of a window (default 1000)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  c->add_option("--confidence", self->confidence, "Confidence of the intervals, between 0 and 1 (default 0.95)");
  c->add_option("--interval", self->interval,
                "Kind of the intervals: student, or bootstrap for percentiles of 10,000 samples (default student)")
      ->check(one_of({"student", "bootstrap"}));
  self->common.add_format(*c);
  self->common.add_documents(*c, ".csv .json .html .svg");
  self->common.add_run(*c);
  return [self] { return self->run(); };
}

}  // namespace program
