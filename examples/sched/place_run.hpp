// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EXAMPLES_SCHED_PLACE_RUN_HPP
#define SCHED_EXAMPLES_SCHED_PLACE_RUN_HPP

/// \file
/// Placing a list of pods as the command line asks for it; shared by `place` and `bench`.

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io/openb.hpp>
#include <sched/placement.hpp>
#include <sched/slurm.hpp>

#include "program.hpp"

namespace program {

struct place_request {
  std::string policy = "best-fit", order = "file";
  double fraction = 0;  ///< of the GPU capacity, after which nothing more is asked for; 0: the whole list
  bool fill = false;    ///< draw pods again until the fraction is reached
  int typical = 95;     ///< per cent of the pods that the typical types of FGD cover
  std::uint64_t seed = 1;
};

/// A list of pods, or of jobs from scripts, and what they ask for.
struct place_workload {
  std::vector<sched::io::openb_pod> pods{};  ///< jobs have a name only
  std::vector<sched::part> parts{};          ///< by pod; of a job its largest
  std::vector<sched::request> asked{};       ///< by pod
  std::vector<sched::cluster_job> jobs{};    ///< by job, when they come from scripts
  std::vector<std::int64_t> indices{};       ///< by job: in its array
  /// By job: whether it waits for something else than room, and so asks for none. Empty: nobody does.
  std::vector<sched::wait_answer::kind> waits{};

  [[nodiscard]] bool asks(std::size_t k) const { return waits.empty() || waits[k] == sched::wait_answer::kind::none; }
  /// A pod of a list that is several, and fewer at first.
  [[nodiscard]] bool elastic(std::size_t k) const { return pods[k].least != 0 && pods[k].least < pods[k].count; }
  /// What a list of pods asks for in this cluster. Throws `sched::error`.
  void ask(const sched::cluster& c);
};

/// What came of a list, in the order in which pods were asked for.
struct place_answer {
  std::vector<std::uint32_t> pods{};
  std::vector<sched::placement_result> results{};
  sched::amount milli_requested = 0, milli_placed = 0;
  std::size_t placed = 0;
  double fragmented = 0;  ///< share of the idle thousandths that typical pods cannot use
  double seconds = 0;     ///< of the decisions alone
  bool stopped = false;
};

using place_policy =
    std::function<sched::placement_result(const sched::request&, sched::cluster_view, sched::placement_workspace&)>;

/// A policy as `sched list` shows it.
struct place_name {
  std::string_view name, long_name, what;
};
const std::vector<place_name>& place_policies();

/// The policy of a name of `place_policies`, which may look at the workload.
place_policy make_place_policy(const std::string& name, const sched::cluster& c, std::span<const sched::part> workload,
                               const place_request& r);

/// The pods in the order in which they are asked for.
std::vector<std::uint32_t> place_order(const sched::cluster& c, const place_workload& w, const place_request& r);

/// Stops early, with what was done until then, when asked to; `step(done, all)` is called now and then.
place_answer run_place(const sched::cluster& c, const place_workload& w, const place_request& r,
                       std::stop_token stop = {}, const std::function<void(std::size_t, std::size_t)>& step = {});

/// Whether an input is an sbatch script, by its extension.
bool is_script(const std::string& path);

/// Reads scripts as if they were submitted one after another, the first with number 1. What is wrong or passed over
/// becomes a message, and worsens the outcome where it is wrong; the other scripts go on.
place_workload read_scripts(std::span<const std::string> paths, sched::io::sbatch_site& site,
                            std::vector<std::string>& messages, outcome& worst);

/// `pod,node,gpus` in the order in which pods were asked for; several nodes, and the GPUs of each, joined by `;`.
std::string place_csv(const sched::cluster& c, const place_workload& w, const place_answer& a);

/// The jobs, in the order in which they were asked for, as `squeue` shows them; `format` as there, or `reference`.
std::string place_squeue(const sched::io::sbatch_site& site, const place_workload& w, const place_answer& a,
                         const std::string& format);

/// The answer as a document: csv (pod, node, GPUs), html or svg (who has which GPUs; time is the order of asking).
std::string place_document(const std::string& kind, const std::string& name, const sched::cluster& c,
                           const place_workload& w, const place_request& r, const place_answer& a);

/// The command `generate cluster`.
runner add_generate_cluster(CLI::App& command);

}  // namespace program

#endif
