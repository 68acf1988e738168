// SPDX-License-Identifier: BSL-1.0
// `sched backfill`: read a workload trace, run a batch scheduler over it, prove the run, measure and show it.
#include <charconv>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <system_error>
#include <unordered_map>
#include <utility>

#include <sched/backfill.hpp>
#include <sched/gantt.hpp>
#include <sched/io.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/validate.hpp>

#include "backfill_run.hpp"

namespace program {
namespace {

using namespace sched;

/// Orders that are chosen at run time: one type for those whose keys stay, one for the others, so that schedulers are
/// compiled twice and not once per order.
template <bool Static>
struct named_order {
  enum class kind : std::uint8_t { sjf, ljf, saf, smallest, largest, lxf, wfp3, unicep, f1, priority } which{};
  static constexpr bool static_keys = Static;

  void keys(std::span<const waiting_job> jobs, instant now, std::span<double> out) const {
    switch (which) {
      case kind::sjf: return order::sjf{}.keys(jobs, now, out);
      case kind::ljf: return order::ljf{}.keys(jobs, now, out);
      case kind::saf: return order::saf{}.keys(jobs, now, out);
      case kind::smallest: return order::smallest{}.keys(jobs, now, out);
      case kind::largest: return order::largest{}.keys(jobs, now, out);
      case kind::lxf: return order::lxf{}.keys(jobs, now, out);
      case kind::wfp3: return order::wfp3{}.keys(jobs, now, out);
      case kind::unicep: return order::unicep{}.keys(jobs, now, out);
      case kind::f1: return order::f1{}.keys(jobs, now, out);
      case kind::priority: return order::by_priority{}.keys(jobs, now, out);
    }
  }
};

/// Estimates that do not change while a job waits.
struct named_estimate {
  enum class kind : std::uint8_t { user, perfect, twice } which{};
  static constexpr bool changes = false;
  [[nodiscard]] duration predict(const job& j, const job_shape& s) const {
    switch (which) {
      case kind::perfect: return estimate::perfect{}.predict(j, s);
      case kind::twice: return estimate::scaled{2}.predict(j, s);
      default: return estimate::user{}.predict(j, s);
    }
  }
  void observe(const job&, duration) const {}
};

template <class Order, class Reserve, class Estimate, class Walk>
job_run run_with(std::span<const job> jobs, amount processors, const simulation_options& o, Order order,
                 Reserve reserve, Estimate estimate, Walk walk) {
  return simulate_jobs(jobs, backfill<Order, Reserve, Estimate, Walk>(processors, order, reserve, estimate, walk), o);
}

template <class Estimate, class Reserve>
job_run with_order(std::span<const job> jobs, amount processors, const backfill_request& r, const simulation_options& o,
                   Estimate estimate, Reserve reserve) {
  using still = named_order<true>;
  using moving = named_order<false>;
  static const std::map<std::string, still::kind> still_names{
      {"sjf", still::kind::sjf},           {"ljf", still::kind::ljf},         {"saf", still::kind::saf},
      {"smallest", still::kind::smallest}, {"largest", still::kind::largest}, {"f1", still::kind::f1},
      {"priority", still::kind::priority}};
  static const std::map<std::string, moving::kind> moving_names{
      {"lxf", moving::kind::lxf}, {"wfp3", moving::kind::wfp3}, {"unicep", moving::kind::unicep}};
  if (r.order == "fcfs") return run_with(jobs, processors, o, order::fcfs{}, reserve, estimate, order::fcfs{});
  if (r.order == "sjbf") return run_with(jobs, processors, o, order::fcfs{}, reserve, estimate, order::sjf{});
  if (const auto at = still_names.find(r.order); at != still_names.end())
    return run_with(jobs, processors, o, still{at->second}, reserve, estimate, still{at->second});
  if constexpr (std::same_as<Reserve, reserve::conservative>) {
    throw usage_error(
        "--reserve conservative keeps promises and needs an order that does not change with time; "
        "--reserve all plans anew");
  } else {
    const moving at{moving_names.at(r.order)};
    return run_with(jobs, processors, o, at, reserve, estimate, at);
  }
}

/// The depth that a name means, if it is one.
std::optional<std::size_t> depth_of(const std::string& name) {
  if (name == "easy") return 1;
  if (name == "all") return reserve::depth::all;
  std::size_t k = 0;
  const auto [end, code] = std::from_chars(name.data(), name.data() + name.size(), k);
  if (code != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return k;
}

template <class Estimate>
job_run with_reserve(std::span<const job> jobs, amount processors, const backfill_request& r,
                     const simulation_options& o, Estimate estimate) {
  if (r.reserve == "none") return with_order(jobs, processors, r, o, std::move(estimate), reserve::none{});
  if (r.reserve == "conservative") {
    reserve::conservative c;
    if (!r.compress) c.compress = reserve::conservative::compression::none;
    return with_order(jobs, processors, r, o, std::move(estimate), c);
  }
  return with_order(jobs, processors, r, o, std::move(estimate), reserve::depth{*depth_of(r.reserve)});
}

}  // namespace

job_run run_backfill(std::span<const job> jobs, amount processors, const backfill_request& r, const control& watch) {
  const simulation_options o{.events = r.events == "batch" ? event_convention::batch : event_convention::sequential,
                             .watch = watch};
  if (r.estimate == "predict") {
    // The predictor keeps a table by user: numbered here, since traces use any ids and one for "unknown".
    std::vector<job> copy(jobs.begin(), jobs.end());
    std::unordered_map<std::uint32_t, std::uint32_t> users;
    for (job& j : copy) j.user = users.try_emplace(j.user, static_cast<std::uint32_t>(users.size())).first->second;
    return with_reserve(copy, processors, r, o, estimate::last_two{});
  }
  using kind = named_estimate::kind;
  return with_reserve(jobs, processors, r, o,
                      named_estimate{r.estimate == "perfect"  ? kind::perfect
                                     : r.estimate == "double" ? kind::twice
                                                              : kind::user});
}

backfill_trace load_trace(const std::string& path, const backfill_request& r) {
  backfill_trace t;
  io::swf_options o{.processors = r.processors};
  if (r.bad_lines == "skip") o.bad_lines = io::swf_bad_lines::skip;
  if (r.oversized == "clip") o.oversized = io::swf_oversized::clip;
  if (r.oversized == "drop") o.oversized = io::swf_oversized::drop;
  const io::swf_log log = io::read_swf(io::read_gzip_file(path), path, o);
  t.warnings = log.warnings;
  if (!log.skipped.empty())
    t.warnings.push_back(std::to_string(log.skipped.size()) + " lines left out, the first one on line " +
                         std::to_string(log.skipped.front().line) + ": " + log.skipped.front().reason);
  const auto size = r.processors > 0 ? std::optional(r.processors) : io::machine_size(log);
  if (!size) throw sched::error(path, 1, "the header does not say how many processors there are: use --procs");
  t.processors = *size;
  if (const auto start = log.find("UnixStartTime"))
    std::from_chars(start->data(), start->data() + start->size(), t.unix_start);
  try {
    if (r.prepare == "replay") {
      t.jobs = io::prepare::replay(log, t.processors).jobs;
    } else {
      io::swf_jobs clean = io::prepare::clean(log, t.processors, {.oversized = o.oversized});
      if (!clean.dependencies.empty())
        t.warnings.push_back(std::to_string(clean.dependencies.size()) + " dependencies are not replayed");
      t.jobs = std::move(clean.jobs);
    }
  } catch (const sched::error& e) {
    throw sched::error(path, 1, e.reason(), e.ids());
  }
  return t;
}

namespace {

std::string write_run_csv(std::span<const job> jobs, std::span<const job_record> run) {
  std::string out = "job,submit,start,end,procs,wait,bounded_slowdown\n";
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const job& j = jobs[i];
    const job_shape& s = j.shapes[run[i].shape];
    out += std::to_string(j.id) + ',' + to_string(j.submit) + ',';
    if (run[i].start.is_finite()) {
      const duration wait = wait_of(j, run[i]);
      out += to_string(run[i].start) + ',' + to_string(run[i].end) + ',' + std::to_string(s.demand) + ',' +
             to_string(wait) + ',' + shortest(bounded_slowdown(wait, run[i].end - run[i].start)) + '\n';
    } else {
      out += ",," + std::to_string(s.demand) + ",,\n";
    }
  }
  return out;
}

struct backfill_command {
  common_options common;
  backfill_request request;
  std::vector<std::string> inputs;

  outcome run();
  [[nodiscard]] std::string document(const std::string& extension, const std::string& name, const backfill_trace& t,
                                     const job_run& run) const {
    if (extension == "csv") return write_run_csv(t.jobs, run.jobs);
    job_gantt_options o{.title = name, .unix_start = t.unix_start};
    o.facts.push_back({"Processors", std::to_string(t.processors), {}});
    o.facts.push_back({"Order", request.order, {}});
    o.facts.push_back({"Reserve", request.reserve, {}});
    const chart c = gantt_of(t.jobs, run.jobs, t.processors, o);
    return extension == "svg" ? chart_svg(c) : chart_html(c);
  }
};

struct input_report {
  outcome worst = outcome::done;
  std::vector<cell> row;
  std::vector<std::string> messages;
  std::string best = "none";
};

outcome backfill_command::run() {
  if (!common.out.empty() && inputs.size() > 1) throw usage_error("--out takes one input; use --out-dir for several");
  const auto check_kind = [](const std::string& kind) {
    if (kind != "csv" && kind != "html" && kind != "svg")
      throw usage_error("cannot write documents of kind '" + kind + "' (csv, html, svg)");
  };
  for (const std::string& path : common.out) check_kind(extension_of(path));
  if (!common.out_format.empty() && common.out_dir.empty()) throw usage_error("--out-format needs --out-dir");
  if (common.out_format.empty()) common.out_format = "csv";
  check_kind(common.out_format);
  std::vector<std::vector<std::string>> documents(inputs.size(), common.out);
  if (!common.out_dir.empty()) {
    std::map<std::string, std::string> writer;
    for (std::size_t k = 0; k < inputs.size(); ++k) {
      documents[k].push_back(
          (std::filesystem::path(common.out_dir) / (stem_of(inputs[k]) + "." + common.out_format)).string());
      const auto [other, fresh] = writer.emplace(documents[k].back(), inputs[k]);
      if (!fresh) throw usage_error(other->second + " and " + inputs[k] + " would both be written to " + other->first);
    }
  }
  const bool moving = request.order == "lxf" || request.order == "wfp3" || request.order == "unicep";
  if (request.reserve == "conservative" && moving)
    throw usage_error("--reserve conservative keeps promises in the order of arrival: --order " + request.order +
                      " changes with time; --reserve all plans anew at every event");

  time_limit limit(common.time_limit);
  progress_line line(inputs.size(), common.progress);
  table out({"trace", "order", "reserve", "jobs", "avg_wait", "avg_bounded_slowdown", "max_wait", "utilization",
             "makespan", "decisions", "seconds"},
            common.format);
  std::vector<input_report> reports(inputs.size());
  outcome worst = outcome::done;
  const auto job = [&](std::size_t k) {
    input_report& report = reports[k];
    const std::string& path = inputs[k];
    try {
      const backfill_trace t = load_trace(path, request);
      for (const std::string& w : t.warnings) report.messages.push_back("sched: " + path + ": warning: " + w);
      if (t.jobs.empty()) report.messages.push_back("sched: " + path + ": empty: no jobs");
      const auto begin = std::chrono::steady_clock::now();
      const job_run run =
          run_backfill(t.jobs, t.processors, request,
                       {.stop = limit.token(), .observer = [&](const progress& p) { line.step(k, p); }});
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      const job_metrics m = measure_jobs(t.jobs, run.jobs, t.processors);
      report.best = shortest(m.avg_wait);
      report.row = {stem_of(path),
                    request.order,
                    request.reserve,
                    static_cast<std::int64_t>(t.jobs.size()),
                    m.avg_wait,
                    m.avg_bounded_slowdown,
                    m.max_wait.count(),
                    m.utilisation,
                    m.makespan.count(),
                    static_cast<std::int64_t>(run.decisions),
                    seconds};
      if (m.unstarted != 0) {
        report.messages.push_back("sched: " + path + (run.cancelled ? ": stopped: " : ": ") +
                                  std::to_string(m.unstarted) + " jobs have not started");
        worsen(report.worst, outcome::unsolved);
      }
      bool sound = true;
      if (common.validate) {
        const job_validation_report proof =
            validate(t.jobs, run.jobs, t.processors,
                     {.in_order = request.reserve == "none" && request.order == "fcfs", .allow_unstarted = true});
        sound = proof.ok();
        if (!sound) {
          report.messages.push_back("sched: " + path + ": the run breaks rules:\n" + proof.text());
          worsen(report.worst, outcome::unsolved);
        }
      }
      for (const std::string& file : documents[k]) {
        if (!sound && extension_of(file) != "csv") {
          report.messages.push_back("sched: " + file + ": not written: the run breaks rules");
          continue;
        }
        save_document(file, document(extension_of(file), stem_of(path), t, run));
      }
    } catch (const sched::error& e) {
      const std::string what = e.what();
      report.messages.push_back("sched: " + (e.file().empty() ? path + ": " : std::string()) + what);
      worsen(report.worst, outcome::malformed);
    } catch (const std::system_error& e) {
      report.messages.push_back(std::string("sched: ") + e.what());
      worsen(report.worst, outcome::io_failed);
    } catch (const std::exception& e) {  // out of memory, say; the other inputs go on
      report.messages.push_back("sched: " + path + ": " + e.what());
      worsen(report.worst, outcome::unsolved);
    }
  };
  in_order(inputs.size(), common.threads, job, [&](std::size_t k) {
    input_report& report = reports[k];
    line.aside([&] {
      if (!report.row.empty()) out.row(std::move(report.row));
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
  c.add_option("--order", r.order, "Who goes first, see `sched list`; sjbf: fcfs, the rest by estimate (default fcfs)")
      ->check(one_of({"fcfs", "sjf", "ljf", "sjbf", "saf", "smallest", "largest", "lxf", "wfp3", "unicep", "f1"},
                     {"multifactor", "fairshare"}));
  c.add_option("--reserve", r.reserve,
               "Jobs that are promised a start: none (no backfilling), easy, conservative, all, or the first K "
               "(default easy)")
      ->check(CLI::Validator(
          [](std::string& value) -> std::string {
            if (value == "none" || value == "conservative" || depth_of(value)) return {};
            return '\'' + value + "' is unknown; available: none, easy, conservative, all, or a whole number";
          },
          ""));
  c.add_option("--estimate", r.estimate, "Planned run time: user, perfect, double or predict (default user)")
      ->check(one_of({"user", "perfect", "double", "predict"}));
  c.add_flag("--compress,!--no-compress", r.compress, "Conservative: move promises earlier at every end (default: on)");
  c.add_option("--events", r.events,
               "Decide after every event, or once per instant: sequential or batch (default "
               "sequential)")
      ->check(one_of({"sequential", "batch"}));
  c.add_option("--prepare", r.prepare,
               "replay: every record as published replays do it; clean: only jobs that ran (default replay)")
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
  add_backfill_options(*c, self->request);
  self->common.add_format(*c);
  self->common.add_documents(*c, ".csv .html .svg");
  self->common.add_run(*c);
  return [self] { return self->run(); };
}

}  // namespace program
