// SPDX-License-Identifier: BSL-1.0
// `sched generate`: seeded random instances.
#include <algorithm>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sched/generate.hpp>
#include <sched/io.hpp>
#include <sched/json.hpp>

#include "market_run.hpp"
#include "place_run.hpp"
#include "program.hpp"

namespace program {
namespace {

using namespace sched;

std::string text_of(const project& p, const std::string& kind) {
  if (kind == "rcp") return io::write_patterson(p);
  if (kind == "sm" || kind == "mm") return io::write_psplib(p);
  if (kind == "json") return io::write_json_project(p);
  throw usage_error("cannot write projects of kind '" + kind + "' (sm, mm, rcp, json)");
}

runner add_trace(CLI::App& command) {
  struct state {
    random_jobs_options options;
    std::uint64_t seed = 1;
    std::string mix = "undivided", out;
  };
  const auto self = std::make_shared<state>();
  random_jobs_options& o = self->options;
  CLI::App* c = command.add_subcommand("trace", "A workload of batch jobs (Lublin and Feitelson 2003), as SWF");
  c->add_option("--jobs", o.jobs, "Jobs (default 1000)")->check(CLI::Range(0, 100'000'000));
  c->add_option("--processors", o.processors, "Processors of the machine (default 128)")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40));
  c->add_option("--mix", self->mix, "undivided, batch, interactive or both (default undivided)")
      ->check(one_of({"undivided", "batch", "interactive", "both"}));
  c->add_option(
      "--load", o.load,
      "Spread the submissions so that work / (processors * time) is this; above 1 the queue grows without end "
      "(default: as the model has it)");
  c->add_option("--estimate-factor", o.estimate_factor,
                "Estimates are uniform between the run time and (1 + factor) times it (default 0: exact)");
  c->add_option("--users", o.users, "Users, equally likely (default 1)")
      ->check(CLI::Range(std::uint32_t{1}, std::uint32_t{1'000'000'000}));
  c->add_option("--seed", self->seed, "Seed (default 1)")->check(whole_number());
  c->add_option("--out", self->out, "File with extension .swf (default: standard output)");
  return [self]() -> outcome {
    if (!self->out.empty() && extension_of(self->out) != "swf")
      throw usage_error("cannot write traces of kind '" + extension_of(self->out) + "' (swf)");
    random_jobs_options& options = self->options;
    options.mix = self->mix == "batch"         ? job_mix::batch
                  : self->mix == "interactive" ? job_mix::interactive
                  : self->mix == "both"        ? job_mix::both
                                               : job_mix::undivided;
    random_generator random(self->seed);
    const std::vector<job> jobs = random_jobs(options, random);
    io::swf_log log = io::swf_of_run(jobs, std::vector<job_record>(jobs.size()));
    io::complete_swf_header(log, "model of Lublin and Feitelson", options.processors);
    log.comments.push_back({" seed " + std::to_string(self->seed) + ", mix " + self->mix, log.header.size()});
    const std::string text = io::write_swf(log);
    if (!self->out.empty()) return write_document(self->out, text);
    std::cout << text;
    return outcome::done;
  };
}

}  // namespace

runner add_generate(CLI::App& app) {
  CLI::App* command =
      app.add_subcommand("generate", "Seeded random instances; the same seed gives the same file everywhere");
  command->require_subcommand(1);
  struct state {
    random_project_options options;
    std::uint64_t seed = 1;
    std::string out, kind;
    random_roadmap_options map;
    std::size_t cases = 0, first = 0;
    std::string map_out, map_name;
  };
  const auto self = std::make_shared<state>();
  random_project_options& o = self->options;
  o.dummies = true;
  CLI::App* c = command->add_subcommand("project", "A resource-constrained project (after ProGen)");
  c->add_option("--tasks", o.tasks, "Tasks without the two dummies (default 30)")->check(CLI::Range(1, 10'000'000));
  c->add_flag("--dummies,!--no-dummies", o.dummies,
              "A first and a last task of duration 0 (default: on; .sm and .mm need them)");
  c->add_flag("--shuffled", o.shuffled, "Number the tasks at random (default: numbers are a topological order)");
  c->add_option("--sources", o.sources, "Tasks without predecessors, dummies aside (default 3)")->check(whole_number());
  c->add_option("--sinks", o.sinks, "Tasks without successors, dummies aside (default 3)")->check(whole_number());
  c->add_option("--complexity", o.network_complexity, "Arcs per task, dummies included (default 1.5)");
  c->add_option("--max-predecessors", o.max_predecessors, "Most predecessors of a task (default 3)")
      ->check(whole_number());
  c->add_option("--max-successors", o.max_successors, "Most successors of a task (default 3)")->check(whole_number());
  c->add_option("--min-duration", o.min_duration, "Shortest duration, ticks (default 1)");
  c->add_option("--max-duration", o.max_duration, "Longest duration, ticks (default 10)");
  c->add_option("--min-modes", o.min_modes, "Fewest modes of a task (default 1)")->check(whole_number());
  c->add_option("--max-modes", o.max_modes, "Most modes of a task (default 1)")->check(whole_number());
  c->add_option("--renewables", o.renewables, "Renewable resources (default 4)")->check(whole_number());
  c->add_option("--nonrenewables", o.nonrenewables, "Non-renewable resources (default 0)")->check(whole_number());
  c->add_option("--min-demand", o.min_demand, "Least demand, units (default 1)");
  c->add_option("--max-demand", o.max_demand, "Greatest demand, units (default 10)");
  c->add_option("--resource-factor", o.resource_factor,
                "Mean share of the resources that a task needs, 0 to 1 (default 0.5)");
  c->add_option("--resource-strength", o.resource_strength,
                "0: capacity = greatest demand; 1: the earliest start schedule fits (default 0.5)");
  c->add_option("--nonrenewable-strength", o.nonrenewable_strength,
                "0: only the cheapest modes are affordable; 1: all (default 0.5)");
  c->add_option("--lags", o.lag_probability, "Share of arcs with a minimal lag of a random kind, 0 to 1 (default 0)");
  c->add_option("--min-lag", o.min_lag, "Shortest lag, ticks (default 0)");
  c->add_option("--max-lag", o.max_lag, "Longest lag, ticks (default 5)");
  c->add_option("--maximal-lags", o.maximal_lag_probability, "Share of arcs with a maximal lag, 0 to 1 (default 0)");
  c->add_option("--releases", o.release_probability, "Share of tasks with a release date, 0 to 1 (default 0)");
  c->add_option("--due-dates", o.due_probability, "Share of tasks with a due date, 0 to 1 (default 0)");
  c->add_option("--deadlines", o.deadline_probability,
                "Share of tasks with a deadline that can be kept, 0 to 1 (default 0)");
  c->add_option("--fixed", o.fixed_probability, "Share of tasks with a fixed start, 0 to 1 (default 0)");
  c->add_option("--closed", o.closed_probability,
                "Share of resources with breaks that work may not cross, 0 to 1 (default 0)");
  c->add_option("--stretching", o.stretching_probability,
                "Share of resources with breaks over which work pauses, 0 to 1 (default 0)");
  c->add_option("--shrinking", o.shrinking_probability,
                "Share of resources whose capacity drops at times, 0 to 1 (default 0)");
  c->add_option("--max-weight", o.max_weight, "Weights are drawn from 1 to this (default 1)");
  c->add_option("--seed", self->seed, "Seed (default 1)")->check(whole_number());
  c->add_option("--out", self->out, "File, kind by extension: .sm .mm .rcp .json (default: standard output, --kind)");
  c->add_option("--kind", self->kind, "Kind on standard output: sm, mm, rcp or json (default sm)")
      ->check(one_of({"sm", "mm", "rcp", "json"}));
  const runner run_trace = add_trace(*command);
  const CLI::App* trace = command->get_subcommand("trace");
  const runner run_cluster = add_generate_cluster(*command);
  const CLI::App* cluster = command->get_subcommand("cluster");
  const runner run_market = add_generate_market(*command);
  const CLI::App* market = command->get_subcommand("market");
  CLI::App* r = command->add_subcommand("roadmap", "Roadmaps with people, groups, holidays and due dates, in JSON");
  r->add_option("--tasks", self->map.tasks, "Tasks (default 60)")->check(CLI::Range(0, 10'000'000));
  r->add_option("--seed", self->map.seed, "Seed (default 1); further cases take the next ones")->check(whole_number());
  r->add_flag("--fractional", self->map.fractional, "Durations in tenths of a day (default: whole days)");
  r->add_option("--cases", self->cases, "JSON Lines with so many (default 1)")->check(CLI::Range(1, 1'000'000));
  const auto* published =
      r->add_option("--published", self->first,
                    "From the published case R_k, or F_k with --fractional, on: sets tasks, seeds and names (default: "
                    "by --tasks and --seed)")
          ->check(whole_number())
          ->excludes("--tasks", "--seed");
  r->add_option("--name", self->map_name,
                "Name of the case; of several, what stands before their number (default: by size and seed)");
  r->add_option("--out", self->map_out, "File (default: standard output)");
  return [self, r, published, trace, run_trace, cluster, run_cluster, market, run_market]() -> outcome {
    if (trace->parsed()) return run_trace();
    if (cluster->parsed()) return run_cluster();
    if (market->parsed()) return run_market();
    if (r->parsed()) {
      std::string text;
      for (std::size_t k = 0; k < std::max<std::size_t>(1, self->cases); ++k) {
        random_roadmap_options m = self->map;
        m.seed += k;
        std::string number = std::to_string(self->first + k);
        number.insert(0, number.size() < 3 ? 3 - number.size() : 0, '0');
        std::string name = self->map_name;
        if (published->count() != 0) {
          m = random_roadmap_case(self->first + k, self->map.fractional);
          name = (name.empty() ? std::string(m.fractional ? "F" : "R") : name) + number;
        } else if (self->cases > 1) {
          name = (name.empty() ? "case-" : name) + number;
        } else if (name.empty()) {
          name = "random-" + std::to_string(m.tasks) + '-' + std::to_string(m.seed);
        }
        roadmap map = random_roadmap(m);
        map.name = std::move(name);
        text += io::write_json_roadmap(map, {}, m);
      }
      if (!self->map_out.empty()) return write_document(self->map_out, text);
      std::cout << text;
      return outcome::done;
    }
    random_generator random(self->seed);
    const project p = random_project(self->options, random);
    std::string kind = self->kind;
    if (!self->out.empty()) {
      if (!kind.empty())
        throw usage_error("--kind is for standard output; the extension of --out says what it will be");
      kind = extension_of(self->out);
    } else if (kind.empty()) {
      kind = "sm";
    }
    const std::string text = text_of(p, kind);
    if (!self->out.empty()) return write_document(self->out, text);
    std::cout << text;
    return outcome::done;
  };
}

}  // namespace program
