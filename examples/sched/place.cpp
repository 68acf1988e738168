// SPDX-License-Identifier: BSL-1.0
// `sched place`: read nodes and lists of pods, place the pods one after another, prove the placements, measure them.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <sched/core/stop_after.hpp>
#include <sched/evaluate/validate_placement.hpp>
#include <sched/io/gzip_file.hpp>

#include "place_run.hpp"
#include "program.hpp"

namespace program {
namespace {

using namespace sched;

struct place_command {
  common_options common;
  place_request request;
  std::string nodes;
  std::vector<std::string> inputs;
  std::vector<std::string> policies{"best-fit"};
  std::string squeue, now = "1970-01-01";

  outcome run();
};

struct input_report {
  outcome worst = outcome::done;
  std::vector<std::vector<cell>> rows;
  std::vector<std::string> messages;
  std::string best = "none";
  std::string listing;
};

/// What is placed on an idle cluster: a list of pods, or all scripts.
struct place_input {
  std::string name;
  std::vector<std::string> scripts{};
};
std::vector<place_input> group_inputs(const std::vector<std::string>& paths) {
  std::vector<place_input> out;
  std::size_t scripts = paths.size();
  for (const std::string& path : paths) {
    if (!is_script(path)) {
      out.push_back({path});
      continue;
    }
    if (scripts == paths.size()) {
      scripts = out.size();
      out.push_back({path});
    } else {
      out[scripts].name = "scripts.sh";
    }
    out[scripts].scripts.push_back(path);
  }
  return out;
}

/// Messages of what is wrong with the placements; none: proved.
void prove(const cluster& c, const place_workload& w, const place_answer& a, const std::string& path,
           input_report& report) {
  std::vector<placed_request> all;
  for (std::size_t k = 0; k < a.results.size(); ++k) all.push_back({&w.asked[a.pods[k]], a.results[k].allocations()});
  const auto wrong = validate_placement(c, all);
  if (wrong.empty()) return;
  std::string text = "sched: " + path + ": the placement breaks rules:";
  for (std::size_t k = 0; k < wrong.size() && k < 10; ++k) text += "\n  " + describe(wrong[k], c);
  report.messages.push_back(std::move(text));
  worsen(report.worst, outcome::unsolved);
}

outcome place_command::run() {
  const std::vector<place_input> groups = group_inputs(inputs);
  std::vector<std::string> group_names;
  for (const place_input& g : groups) group_names.push_back(g.name);
  const auto documents = common.documents_for(group_names, {"csv", "html", "svg"});
  if (policies.size() > 1 && !documents.empty() && !documents[0].empty())
    throw usage_error("documents are of one policy; --policy names " + std::to_string(policies.size()));
  if (policies.size() > 1 && !squeue.empty())
    throw usage_error("--squeue is of one policy; --policy names " + std::to_string(policies.size()));
  const auto clock = io::parse_slurm_when(now);
  if (!clock || clock->is != io::slurm_when::kind::date)
    throw usage_error("--now: no date YYYY-MM-DD[THH:MM[:SS]]: " + now);
  try {
    if (squeue == "default") squeue = io::squeue_format;
    else if (!squeue.empty() && squeue != "reference") static_cast<void>(io::format_squeue({}, squeue));
  } catch (const sched::error& e) {
    throw usage_error("--squeue: " + e.reason());
  }
  if (request.fill && request.fraction <= 0) throw usage_error("--fill needs --fraction");
  request.seed = common.seed;
  std::vector<node_spec> machines;
  try {
    machines = io::read_openb_nodes(io::read_gzip_file(nodes), nodes);
  } catch (const sched::error& e) {
    std::cerr << "sched: " << e.what() << '\n';
    return outcome::malformed;
  }
  const stop_after limit(std::chrono::duration<double>(common.time_limit));
  progress_line line(groups.size(), common.progress);
  std::optional<table> out;  // it prints its header at once
  if (squeue.empty())
    out.emplace(std::vector<std::string>{"workload", "policy", "order", "requested", "placed", "gpu_allocated",
                                         "gpu_total", "allocation_ratio", "fragmentation_ratio", "seconds"},
                common.format);
  std::vector<input_report> reports(groups.size());
  outcome worst = outcome::done;
  const auto job = [&](std::size_t k) {
    input_report& report = reports[k];
    const std::string& path = groups[k].name;
    guarded(path, report.messages, report.worst, [&] {
      const bool scripts = !groups[k].scripts.empty();
      place_workload w;
      if (!scripts) w.pods = io::read_openb_pods(io::read_gzip_file(path), path);
      const cluster c = io::make_openb_cluster(machines, w.pods);
      io::sbatch_site site(c);
      site.unix_start = clock->seconds;
      if (scripts) w = read_scripts(groups[k].scripts, site, report.messages, report.worst);
      else w.ask(c);
      if (scripts && w.pods.empty()) return;
      if (w.pods.empty()) report.messages.push_back("sched: " + path + ": empty: no pods");
      for (const std::string& policy : policies) {
        place_request r = request;
        r.policy = policy;
        const place_answer a = run_place(c, w, r, limit.token(), [&](std::size_t done, std::size_t all) {
          line.step(k, {.done = done, .total = all});
        });
        if (a.stopped) {
          report.messages.push_back("sched: " + path + ": stopped: only " + std::to_string(a.pods.size()) +
                                    " pods were asked for");
          worsen(report.worst, outcome::unsolved);
        }
        if (common.validate) prove(c, w, a, path, report);
        const auto total = static_cast<double>(c.total_milli());
        const double ratio = total > 0 ? static_cast<double>(a.milli_placed) / total : 0.0;
        report.best = shortest(ratio);
        report.rows.push_back({stem_of(path), policy,
                               policy == "bfd" && r.order == "file" ? std::string("decreasing") : r.order,
                               static_cast<std::int64_t>(a.pods.size()), static_cast<std::int64_t>(a.placed),
                               a.milli_placed, c.total_milli(), ratio, a.fragmented, a.seconds});
        if (!squeue.empty()) report.listing = place_squeue(site, w, a, squeue);
        for (const std::string& file : documents[k])
          save_document(file, place_document(extension_of(file), stem_of(path), c, w, r, a));
      }
    });
  };
  in_order(groups.size(), common.threads, job, [&](std::size_t k) {
    input_report& report = reports[k];
    line.aside([&] {
      if (out)
        for (auto& row : report.rows) out->row(std::move(row));
      else std::cout << report.listing;
      for (const std::string& message : report.messages) std::cerr << message << '\n';
    });
    worsen(worst, report.worst);
    line.finish(k, report.best);
    report = {};
  });
  if (out) line.aside([&] { out->finish(); });
  return worst;
}

}  // namespace

runner add_place(CLI::App& app) {
  const auto self = std::make_shared<place_command>();
  CLI::App* c = app.add_subcommand("place",
                                   "Placement of pods (.csv) or jobs (sbatch scripts: .sh, .sbatch, .slurm) on the "
                                   "nodes of a GPU cluster; also .gz");
  c->add_option("INPUT", self->inputs,
                "Lists of pods, each placed by itself, and scripts, all placed together; processed in this order")
      ->required();
  c->add_option("--nodes", self->nodes, "The nodes: sn,cpu_milli,memory_mib,gpu,model (default: none, it is needed)")
      ->required();
  std::vector<std::string> names;
  std::string all;
  for (const place_name& p : place_policies()) {
    names.emplace_back(p.name);
    all += (all.empty() ? "" : ", ") + names.back();
  }
  c->add_option("--policy", self->policies, "Where pods go, one or a list with commas: " + all + " (default best-fit)")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(one_of(names));
  c->add_option("--order", self->request.order,
                "Who is asked for first: file, decreasing (GPUs, cpu, memory) or shuffle, by --seed (default file)")
      ->check(one_of({"file", "decreasing", "shuffle"}));
  c->add_option("--fraction", self->request.fraction,
                "Stop with the pod that brings the requests to this share of all GPUs (default 0: the whole list)")
      ->check(CLI::Range(0.0, 1000.0));
  c->add_flag("--fill", self->request.fill,
              "Draw pods from the list again until --fraction is reached; shuffled lists are then shuffled once more "
              "(default: off)");
  c->add_option("--typical", self->request.typical,
                "Per cent of the pods that the typical ones cover, for FGD and the fragmentation (default 95)")
      ->check(CLI::Range(1, 100));
  c->add_flag("--squeue{default}", self->squeue,
              "Instead of the table the jobs as squeue shows them; --squeue=FORMAT with its letters, or "
              "--squeue=reference (default: off)");
  c->add_option("--now", self->now,
                "When scripts are submitted, for --begin and --deadline: a date, UTC (default "
                "1970-01-01)");
  self->common.add_format(*c);
  self->common.add_documents(*c, ".csv .html .svg");
  self->common.add_run(*c);
  return [self] { return self->run(); };
}

}  // namespace program
