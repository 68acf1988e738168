// SPDX-License-Identifier: BSL-1.0
// `sched generate cluster`: nodes and pods for `sched place`.
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <sched/generate.hpp>

#include "place_run.hpp"
#include "program.hpp"

namespace program {

using namespace sched;

runner add_generate_cluster(CLI::App& command) {
  struct state {
    random_cluster_options options;
    std::uint64_t seed = 1;
    std::string out, pods;
  };
  const auto self = std::make_shared<state>();
  random_cluster_options& o = self->options;
  CLI::App* c = command.add_subcommand("cluster", "Nodes with GPUs, and pods for them, as CSV for `sched place`");
  c->add_option("--nodes", o.nodes, "Nodes (default 100)")->check(CLI::Range(1, 10'000'000));
  c->add_option("--kinds", o.kinds, "Different kinds of nodes (default 4)")->check(CLI::Range(1, 1000));
  c->add_option("--models", o.models, "GPU models (default 3)")->check(CLI::Range(1, 64));
  c->add_option("--without-gpus", o.without_devices, "Share of kinds of nodes without GPUs, 0 to 1 (default 0)")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--pods", self->pods, "File for the pods (default: none)");
  c->add_option("--load", o.load, "GPUs that the pods ask for / those there are (default 1)")
      ->check(CLI::Range(0.0, 1000.0));
  c->add_option("--cpu-only", o.cpu_only, "Share of pods without GPUs, 0 to 1 (default 0.13)")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--fractional", o.fractional, "Share of pods with a part of one GPU, 0 to 1 (default 0.35)")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--multiple", o.multiple, "Share of pods with 2, 4 or 8 GPUs, 0 to 1 (default 0.05)")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--choosy", o.choosy, "Share of pods with GPUs that name models, 0 to 1 (default 0.1)")
      ->check(CLI::Range(0.0, 1.0));
  c->add_option("--seed", self->seed, "Seed (default 1)")->check(whole_number());
  c->add_option("--out", self->out, "File for the nodes with extension .csv (default: standard output)");
  return [self]() -> outcome {
    for (const std::string& file : {self->out, self->pods})
      if (!file.empty() && extension_of(file) != "csv")
        throw usage_error("cannot write clusters of kind '" + extension_of(file) + "' (csv)");
    const random_cluster_options& options = self->options;
    if (options.cpu_only + options.fractional + options.multiple > 1)
      throw usage_error("--cpu-only, --fractional and --multiple are together more than 1");
    random_generator random(self->seed);
    const std::vector<node_spec> nodes = random_nodes(options, random);
    const std::string text = io::write_openb_nodes(nodes);
    outcome worst = outcome::done;
    if (!self->pods.empty()) {
      const cluster machine = io::make_openb_cluster(nodes);
      const std::vector<part> tasks = random_tasks(machine, options, random);
      const std::size_t digits = std::to_string(tasks.size() - 1).size();
      std::vector<io::openb_pod> pods;
      for (const part& t : tasks) {
        std::string number = std::to_string(pods.size());
        number.insert(0, digits - number.size(), '0');
        io::openb_pod p{"pod-" + number, t.cpu, t.memory, t.devices, t.devices == 0 ? 0 : t.share, {}};
        for (std::size_t m = 0; m < machine.model_count(); ++m)
          if ((t.models >> m & 1) != 0) p.models += (p.models.empty() ? "" : "|") + machine.model(m);
        pods.push_back(std::move(p));
      }
      worsen(worst, write_document(self->pods, io::write_openb_pods(pods)));
    }
    if (!self->out.empty()) worsen(worst, write_document(self->out, text));
    else std::cout << text;
    return worst;
  };
}

}  // namespace program
