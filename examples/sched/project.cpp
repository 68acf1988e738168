// SPDX-License-Identifier: BSL-1.0
// `sched project`: read project instances, generate schedules, prove them, show them.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

#include <sched/core/stop_after.hpp>
#include <sched/evaluate/destructive_bound.hpp>
#include <sched/gantt.hpp>
#include <sched/io.hpp>
#include <sched/io/gzip_file.hpp>
#include <sched/json.hpp>
#include <sched/priority/catalogue.hpp>
#include <sched/rollout.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "named_modes.hpp"
#include "project_run.hpp"

namespace program {
namespace {

using namespace sched;

planning direction_of(const std::string& name) {
  return name == "forward" ? planning::forward : name == "backward" ? planning::backward : planning::bidirectional;
}

/// True for the solvers around a scheme that try decisions before they make them.
bool looks_ahead(const project_request& r) { return r.solver == "rollout" || r.solver == "beam"; }

/// True when the solver builds its schedules by the parallel scheme: then it takes every rule.
bool builds_in_parallel(const project_request& r) {
  return r.solver == "parallel" || (looks_ahead(r) && r.scheme == "parallel");
}

schedule_result roll_out(const project& p, const project_request& r, const priority::any_rule& rule,
                         const control& watch) {
  project_rollout_options options{
      .scheme = builds_in_parallel(r) ? generation_scheme::parallel : generation_scheme::serial,
      .width = r.width,
      .idle = r.wait,
      .justify = r.justify,
      .threads = r.threads,
      .seed = r.seed,
      .watch = watch};
  if (r.horizon != 0) options.horizon = r.horizon;
  if (r.schedules != 0) options.schedules = r.schedules;
  const named_modes modes(r.modes);
  if (r.objective == "makespan") return rollout_sgs(p, rule, options, evaluate::makespan{}, modes);
  return rollout_sgs(p, rule, options, evaluator_of(p, r), modes);
}

schedule_result search_beam(const project& p, const project_request& r, const priority::any_rule& rule,
                            const control& watch) {
  project_beam_options options{
      .scheme = builds_in_parallel(r) ? generation_scheme::parallel : generation_scheme::serial,
      .beam = r.beam,
      .width = r.width,
      .idle = r.wait,
      .justify = r.justify,
      .seed = r.seed,
      .watch = watch};
  if (r.horizon != 0) options.horizon = r.horizon;
  if (r.schedules != 0) options.schedules = r.schedules;
  const named_modes modes(r.modes);
  if (r.objective == "makespan") return beam_sgs(p, rule, options, evaluate::makespan{}, modes);
  return beam_sgs(p, rule, options, evaluator_of(p, r), modes);
}

schedule_result solve_with(const project& p, const project_request& r, const priority::any_rule& rule,
                           const control& watch) {
  if (r.solver == "rollout") return roll_out(p, r, rule, watch);
  if (r.solver == "beam") return search_beam(p, r, rule, watch);
  const named_modes modes(r.modes);
  const bool serial = r.solver == "serial";
  if (serial && rule.is_parallel_only()) {
    schedule_result refused;
    refused.status = status::unsupported;
    refused.reason = "rule " + r.rule + " exists for the parallel scheme only";
    return refused;
  }
  if (r.schedules > 1) {
    const sampling_options options{.schedules = r.schedules,
                                   .seed = r.seed,
                                   .scheme = serial ? generation_scheme::serial : generation_scheme::parallel,
                                   .justify = r.justify,
                                   .watch = watch};
    const priority::regret_biased biased(rule);
    if (r.objective == "makespan") return sample(p, biased, options, evaluate::makespan{}, modes);
    return sample(p, biased, options, evaluator_of(p, r), modes);
  }
  const sgs_options options{.direction = direction_of(r.direction),
                            .turn = r.alternating ? turns::alternating : turns::merged,
                            .seed = r.seed,
                            .watch = watch};
  schedule_result out = serial ? serial_sgs(p, rule, options, modes) : parallel_sgs(p, rule, options, modes);
  if (r.justify && out.solved()) {
    const auto value = evaluator_of(p, r);
    justifier<step_timeline> improve(p);
    schedule better = out.schedule;
    out.schedules += improve.double_justify(better);
    if (value(p, better) <= value(p, out.schedule)) out.schedule = std::move(better);
  }
  return out;
}

}  // namespace

std::function<double(const project&, const schedule&)> evaluator_of(const project& p, const project_request& r) {
  const std::string& name = r.objective;
  if (name == "npv") return payments_of(p, r);
  if (name == "tardiness") return evaluate::weighted_tardiness{};
  if (name == "tardy-count") return evaluate::tardy_count{};
  if (name == "levelling") return evaluate::levelling{};
  return evaluate::makespan{};
}

double value_of(const project& p, const project_request& r, const schedule& s) { return evaluator_of(p, r)(p, s); }

project_answer solve_project(const project& p, const project_request& r, const control& watch) {
  project_answer answer;
  const priority::any_rule rule = priority::find_rule(r.rule)->make();
  const auto begin = std::chrono::steady_clock::now();
  if (r.solver == "search") {
    answer = search_project(p, r, watch);
  } else {
    answer.result = solve_with(p, r, rule, watch);
  }
  if (r.objective == "npv" && answer.result.solved()) payments_of(p, r).refine(p, answer.result.schedule);
  answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  answer.critical_path = find_critical_path(p).length;
  if (r.bound && !answer.lower_bound) answer.lower_bound = destructive_bound(p, {.stop = watch.stop});
  schedule_result& s = answer.result;
  if (r.bound && r.objective == "makespan" && s.status == status::feasible && s.makespan() == *answer.lower_bound)
    s.status = status::optimal;
  if (r.validate && s.solved()) {
    const validation_report report = validate(p, s.schedule);
    if (!report.ok()) answer.violations = report.text(p);
  }
  return answer;
}

std::vector<cell> project_row(const std::string& instance, const project_request& r, const project_answer& a) {
  const bool placed = a.result.schedule.size() != 0 && a.result.schedule.makespan().is_finite();
  return {instance,
          r.solver,
          std::string(priority::find_rule(r.rule)->abbreviation),
          std::string(to_string(a.result.status)),
          placed ? cell(a.result.makespan().count()) : cell(),
          a.lower_bound ? cell(a.lower_bound->count()) : cell(),
          cell(a.critical_path.count()),
          cell(static_cast<std::int64_t>(a.result.schedules)),
          a.seconds};
}

std::string project_document(const std::string& extension, const std::string& instance, const project& p,
                             const project_request& r, const project_answer& a) {
  const schedule& s = a.result.schedule;
  if (extension == "csv") return io::write_schedule_csv(p, s);
  if (extension == "json") return io::write_json_schedule(p, s);
  if (extension == "dot") return io::write_dot(p);
  gantt_options options;
  options.instance = instance;
  options.title = instance;
  options.solver = r.solver + " " + r.direction + (r.justify ? ", justified" : "");
  options.rule = std::string(priority::find_rule(r.rule)->abbreviation);
  options.status = a.result.status;
  options.lower_bound = a.lower_bound ? *a.lower_bound : a.critical_path;
  return extension == "svg" ? gantt_svg(p, s, options) : gantt_html(p, s, options);
}

const std::vector<std::string>& project_columns() {
  static const std::vector<std::string> columns{"instance",    "solver",        "rule",      "status", "makespan",
                                                "lower_bound", "critical_path", "schedules", "seconds"};
  return columns;
}

namespace {

std::string rule_names() {
  std::string names;
  for (const auto& e : priority::catalogue()) names.append(names.empty() ? "" : ", ").append(e.abbreviation);
  return names;
}

struct project_command {
  common_options common;
  project_request request;
  std::vector<std::string> inputs;

  outcome run();
};

/// What became of one input: rows and messages, printed later in input order.
struct input_report {
  outcome worst = outcome::done;
  std::vector<std::vector<cell>> rows;
  std::vector<std::string> messages;
  std::string best = "none";
};

outcome project_command::run() {
  const auto documents = common.documents_for(inputs, {"csv", "json", "html", "svg", "dot"});
  if (request.direction != "forward" && request.schedules > 1 && request.solver != "search")
    throw usage_error("--schedules samples forward only");
  if (request.direction != "forward" && (looks_ahead(request) || request.solver == "search"))
    throw usage_error("--solver " + request.solver + " plans forward only");
  if (looks_ahead(request) && request.horizon != 0 && request.objective != "makespan")
    throw usage_error("--horizon knows --objective makespan only");
  if (request.direction == "bidirectional" && request.solver != "serial")
    throw usage_error("--direction bidirectional needs --solver serial");
  std::vector<std::string> rules;
  if (request.rule == "all" && request.solver == "search") throw usage_error("--solver search takes no rule");
  if (request.rule == "all") {
    for (const auto& e : priority::catalogue())
      if (builds_in_parallel(request) || !e.make().is_parallel_only()) rules.emplace_back(e.abbreviation);
  } else {
    const auto* entry = priority::find_rule(request.rule);
    if (entry == nullptr)
      throw usage_error("unknown rule '" + request.rule + "'; available: " + rule_names() +
                        " (what they mean: sched list)");
    if (!builds_in_parallel(request) && entry->make().is_parallel_only())
      throw usage_error("rule " + request.rule + " needs --solver parallel, or rollout or beam with --scheme parallel");
    rules.push_back(request.rule);
  }
  if (!request.trace.empty() && (request.solver != "search" || inputs.size() != 1))
    throw usage_error("--trace shows --solver search on one input");
  if (!request.trace.empty() && extension_of(request.trace) != "html")
    throw usage_error("--trace writes a page: FILE.html");
  request.seed = common.seed;
  request.validate = common.validate;
  request.threads = inputs.size() == 1 ? common.threads : 1;  // several inputs share the threads among them

  const stop_after limit(std::chrono::duration<double>(common.time_limit));
  const auto begin = std::chrono::steady_clock::now();
  // A search plans for its time: an input's share of what the inputs before it left.
  const auto share_of = [&](std::size_t k) {
    if (!(common.time_limit > 0)) return 0.0;
    const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - begin;
    const std::size_t team = std::max(1U, common.threads);
    const auto rounds = static_cast<double>((inputs.size() - k + team - 1) / team);
    return std::max(common.time_limit - gone.count(), 1e-3) / rounds;
  };
  progress_line line(inputs.size(), common.progress);
  table out(project_columns(), common.format);
  std::vector<input_report> reports(inputs.size());
  outcome worst = outcome::done;

  const auto job = [&](std::size_t k) {
    input_report& report = reports[k];
    const std::string& path = inputs[k];
    guarded(path, report.messages, report.worst, [&] {
      const project p = io::read_project_any(io::read_gzip_file(path), path);
      std::optional<project_answer> best;
      std::string best_rule;
      bool best_proper = false;
      double best_value = 0;
      for (const std::string& rule : rules) {
        project_request one = request;
        one.rule = rule;
        if (one.schedules == 0) one.time = share_of(k);
        project_answer answer =
            solve_project(p, one, {.stop = limit.token(), .observer = [&](const progress& at) { line.step(k, at); }});
        report.rows.push_back(project_row(stem_of(path), one, answer));
        if (!answer.violations.empty())
          report.messages.push_back("sched: " + path + ": schedule of rule " + rule + " breaks rules:\n" +
                                    answer.violations);
        if (!answer.result.solved()) {
          const std::string& reason = answer.result.reason;
          report.messages.push_back("sched: " + path + ": " + std::string(to_string(answer.result.status)) +
                                    (reason.empty() ? "" : ": ") + reason);
        }
        if (!answer.result.solved() || !answer.violations.empty()) worsen(report.worst, outcome::unsolved);
        const bool complete = answer.result.schedule.size() != 0 && answer.result.schedule.makespan().is_finite();
        if (!complete) continue;
        const bool proper = answer.result.solved() && answer.violations.empty();
        const double value = value_of(p, one, answer.result.schedule);
        if (best && (best_proper != proper ? best_proper : best_value <= value)) continue;
        best = std::move(answer);
        best_rule = rule;
        best_proper = proper;
        best_value = value;
      }
      if (best) report.best = shortest(best_value);
      if (best && request.objective == "npv")
        report.messages.push_back(
            "sched: " + path + ": net present value " + shortest(-best_value) + " at " + shortest(request.discount) +
            " a tick; the file has no cash flows: generated, -50 to 100 a task, seed " + std::to_string(request.seed));
      if (best && !request.trace.empty()) try {
          save_document(request.trace, trace_document(stem_of(path), request, *best));
        } catch (const std::system_error& e) {
          report.messages.push_back(std::string("sched: ") + e.what());
          worsen(report.worst, outcome::io_failed);
        }
      for (const std::string& document : documents[k]) {
        if (!best) {
          report.messages.push_back("sched: " + document + ": not written: no schedule");
          continue;
        }
        project_request one = request;
        one.rule = best_rule;
        try {
          save_document(document, project_document(extension_of(document), stem_of(path), p, one, *best));
        } catch (const std::system_error& e) {
          report.messages.push_back(std::string("sched: ") + e.what());
          worsen(report.worst, outcome::io_failed);
        }
      }
    });
  };
  in_order(inputs.size(), common.threads, job, [&](std::size_t k) {
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

runner add_project(CLI::App& app) {
  const auto self = std::make_shared<project_command>();
  CLI::App* c =
      app.add_subcommand("project", "Resource-constrained projects: .sm .mm .rcp .sch .json (also .gz) to schedules");
  c->add_option("INPUT", self->inputs, "Project files; processed in this order")->required();
  project_request& r = self->request;
  c->add_option("--solver", r.solver,
                "serial or parallel schedule generation; rollout: one that looks ahead; beam: one that keeps several "
                "ways open; search: the best that a budget buys, rules aside (default parallel)")
      ->check(one_of({"serial", "parallel", "rollout", "beam", "search"}));
  c->add_option("--scheme", r.scheme,
                "Rollout, beam: looks ahead with serial or parallel generation (default parallel)")
      ->check(one_of({"serial", "parallel"}));
  c->add_option("--beam", r.beam, "Beam: partial schedules kept at a level (default 8)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  c->add_option("--width", r.width, "Rollout, beam: tasks compared at a decision, the best by the rule (default 4)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  c->add_option("--horizon", r.horizon, "Rollout, beam: tasks placed ahead before a choice is valued (default: all)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  c->add_flag("--wait", r.wait,
              "Rollout, beam, parallel: weigh starting nothing until the next event, too (default: off)");
  c->add_option("--direction", r.direction, "forward, backward or bidirectional (default forward)")
      ->check(one_of({"forward", "backward", "bidirectional"}));
  c->add_flag("--alternating", r.alternating,
              "Bidirectional: take turns instead of the smallest key of both ends (default: off)");
  c->add_option(
      "--rule", r.rule,
      "Priority rule, see `sched list`; `all` for every one that the solver can use, a row each (default lft)");
  c->add_option("--modes", r.modes, "Multi-mode: earliest-finish, shortest or least-work (default earliest-finish)")
      ->check(one_of({"earliest-finish", "shortest", "least-work"}));
  c->add_flag("--justify", r.justify, "Double justification of every schedule (counts 2 more; default: off)");
  c->add_option("--schedules", r.schedules,
                "Budget of schedules: more than 1 samples around the rule, regret-biased (default 1); of a rollout or "
                "beam (default: as many as it takes); of a search (default 5000; with --time-limit until then)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  c->add_flag(
      "--bound", r.bound,
      "Compute a lower bound: the first makespan that is not refuted, by windows, pairs and energy (default: off)");
  c->add_option("--islands", r.islands, "Search: searches of their own that share budget and best schedule (default 1)")
      ->check(CLI::PositiveNumber)
      ->check(whole_number());
  c->add_option(
       "--objective", r.objective,
       "What sampling, rollout, beam, search and justification keep the best of: makespan, tardiness, tardy-count, "
       "levelling or npv, the net present value of generated cash flows (default makespan)")
      ->check(one_of({"makespan", "tardiness", "tardy-count", "levelling", "npv"}));
  c->add_option("--discount", r.discount, "npv: what payments lose per tick (default 0.01)")
      ->check(CLI::NonNegativeNumber);
  c->add_option("--trace", r.trace,
                "Search: writes best value and bound over time as a page, FILE.html (default: none)");
  self->common.add_format(*c);
  self->common.add_documents(*c, ".csv .json .html .svg .dot");
  self->common.add_run(*c);
  return [self] { return self->run(); };
}

}  // namespace program
