// SPDX-License-Identifier: BSL-1.0
// `sched place`: read nodes and lists of pods, place the pods one after another, prove the placements, measure them.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <system_error>
#include <utility>

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

  outcome run();
};

struct input_report {
  outcome worst = outcome::done;
  std::vector<std::vector<cell>> rows;
  std::vector<std::string> messages;
  std::string best = "none";
};

std::string placement_document(const cluster& c, const place_workload& w, const place_answer& a) {
  std::vector<io::openb_place> places(a.results.size());
  for (std::size_t k = 0; k < places.size(); ++k) {
    places[k].pod = w.pods[a.pods[k]].name;
    if (!a.results[k]) continue;
    places[k].node = c.name(a.results[k].parts.front().node);
    places[k].gpus = a.results[k].parts.front().devices;
  }
  return io::write_placement_csv(places);
}

/// Messages of what is wrong with the placements; none: proved.
void prove(const cluster& c, const place_workload& w, const place_answer& a, const std::string& path,
           input_report& report) {
  std::vector<request> asked;
  asked.reserve(a.results.size());
  for (std::size_t k = 0; k < a.results.size(); ++k) asked.push_back(single(w.parts[a.pods[k]]));
  std::vector<placed_request> all;
  for (std::size_t k = 0; k < a.results.size(); ++k) all.push_back({&asked[k], a.results[k].allocations()});
  const auto wrong = validate_placement(c, all);
  if (wrong.empty()) return;
  std::string text = "sched: " + path + ": the placement breaks rules:";
  for (std::size_t k = 0; k < wrong.size() && k < 10; ++k) text += "\n  " + describe(wrong[k], c);
  report.messages.push_back(std::move(text));
  worsen(report.worst, outcome::unsolved);
}

outcome place_command::run() {
  const auto documents = common.documents_for(inputs, {"csv"});
  if (policies.size() > 1 && !documents.empty() && !documents[0].empty())
    throw usage_error("documents are of one policy; --policy names " + std::to_string(policies.size()));
  if (request.fill && request.fraction <= 0) throw usage_error("--fill needs --fraction");
  request.seed = common.seed;
  std::vector<node_spec> machines;
  try {
    machines = io::read_openb_nodes(io::read_gzip_file(nodes), nodes);
  } catch (const sched::error& e) {
    std::cerr << "sched: " << e.what() << '\n';
    return outcome::malformed;
  }
  time_limit limit(common.time_limit);
  progress_line line(inputs.size(), common.progress);
  table out({"workload", "policy", "order", "requested", "placed", "gpu_allocated", "gpu_total", "allocation_ratio",
             "fragmentation_ratio", "seconds"},
            common.format);
  std::vector<input_report> reports(inputs.size());
  outcome worst = outcome::done;
  const auto job = [&](std::size_t k) {
    input_report& report = reports[k];
    const std::string& path = inputs[k];
    guarded(path, report.messages, report.worst, [&] {
      place_workload w;
      w.pods = io::read_openb_pods(io::read_gzip_file(path), path);
      const cluster c = io::make_openb_cluster(machines, w.pods);
      for (const io::openb_pod& p : w.pods) w.parts.push_back(io::part_of(p, c));
      if (w.pods.empty()) report.messages.push_back("sched: " + path + ": empty: no pods");
      for (const std::string& policy : policies) {
        place_request r = request;
        r.policy = policy;
        const place_answer a = run_place(c, w.parts, r, limit.token(), [&](std::size_t done, std::size_t all) {
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
        for (const std::string& file : documents[k]) save_document(file, placement_document(c, w, a));
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

runner add_place(CLI::App& app) {
  const auto self = std::make_shared<place_command>();
  CLI::App* c = app.add_subcommand("place", "Placement of pods on the nodes of a GPU cluster: .csv (also .gz)");
  c->add_option("INPUT", self->inputs, "Lists of pods; processed in this order")->required();
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
  self->common.add_format(*c);
  self->common.add_documents(*c, ".csv");
  self->common.add_run(*c);
  return [self] { return self->run(); };
}

}  // namespace program
