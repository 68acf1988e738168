// SPDX-License-Identifier: BSL-1.0
// What users of Slurm know: sbatch scripts in, tables as squeue, sinfo and sacct print them out. A cluster scheduler
// decides in between.
#include <sched/cluster.hpp>
#include <sched/slurm.hpp>

#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace sched;

cluster machine() {
  cluster_builder b;
  for (int k = 1; k <= 4; ++k) {
    node_spec n{.name = "n00" + std::to_string(k), .cpu = 32'000, .memory = amount{256} << 30};
    if (k <= 2)
      for (int d = 0; d < 4; ++d) n.devices.push_back({.model = "A100"});
    b.add_node(n);
  }
  return b.build();
}

constexpr const char* training = R"(#!/bin/bash
#SBATCH --job-name=train
#SBATCH --account=vision --partition=gpu
#SBATCH -N 2 --gres=gpu:a100:4
#SBATCH -c 8 --mem=64G
#SBATCH -t 2:00:00         # at most
#SBATCH --mail-type=END
srun python train.py
)";
constexpr const char* sweep = R"(#!/bin/bash
#SBATCH -J sweep -p gpu -t 30
#SBATCH --array=0-4:2%2 --gpus=1 -c 4
#SBATCH --dependency=afterok:1
srun ./one $SLURM_ARRAY_TASK_ID
)";
constexpr const char* wrong = R"(#!/bin/bash
#SBATCH -J wrong
#SBATCH --mem=64Q --nodes=4-2
srun ./wrong
)";

/// A scheduler with the names that scripts use, and the jobs that came from them.
struct desk {
  cluster c = machine();
  io::sbatch_site site{c};
  cluster_scheduler<> scheduler{c};
  std::vector<std::pair<job_number, std::int64_t>> jobs{};  // number, index in an array

  void submit(const std::string& file, const std::string& text, instant now) {
    const io::sbatch_script script = io::read_sbatch(text, file);
    for (const io::sbatch_problem& p : script.problems) std::cout << io::describe(p, file) << '\n';
    for (const io::sbatch_problem& p : script.unrecognised)
      std::cout << file << ':' << p.line << ": " << p.text << " is not known here\n";
    if (!script.ok()) return;
    const io::sbatch_submission s = io::make_cluster_jobs(script, site, now, file);
    std::cout << "Submitted batch job " << s.id << '\n';
    for (std::size_t k = 0; k < s.jobs.size(); ++k) {
      scheduler.submit(s.jobs[k], now);
      jobs.emplace_back(s.jobs[k].id, s.indices[k]);
    }
  }
  [[nodiscard]] std::vector<io::squeue_row> queue(instant now) {
    std::vector<io::squeue_row> out;
    for (const auto& [id, index] : jobs)
      out.push_back(io::make_squeue_row(scheduler.record(id), scheduler.why(id), site, now, index));
    return out;
  }
};

}  // namespace

int main() {
  desk d;
  d.site.unix_start = 1'772'582'400;  // 2026-03-04; ticks are seconds since then
  d.submit("train.sh", training, 0);
  d.submit("sweep.sh", sweep, 0);
  d.submit("wrong.sh", wrong, 0);
  static_cast<void>(d.scheduler.decide(0));

  std::cout << '\n' << io::format_squeue(d.queue(3661));
  std::cout << '\n' << io::format_squeue(d.queue(3661), "%.5i %8j %.10T %.10L %E");

  const std::vector<io::sinfo_partition> partitions{{.name = "gpu", .nodes = "n[001-002]", .limit = 86'400},
                                                    {.name = "all", .is_default = true}};
  std::cout << '\n' << io::format_sinfo(io::make_sinfo_rows(d.c, d.scheduler.free(), partitions));

  // A node is lost and comes back: the job starts again, and both attempts are in the books.
  d.scheduler.set_status(node_id(0), node_status::down, 4000);
  d.scheduler.set_status(node_id(0), node_status::up, 4600);
  static_cast<void>(d.scheduler.decide(4600));
  d.scheduler.finish(1, 9000);
  static_cast<void>(d.scheduler.decide(9000));
  const auto attempts = io::make_sacct_rows(d.scheduler.record(1), d.site, 9000);
  std::cout << '\n' << io::format_sacct(attempts, "JobID%-6,JobName%-8,Attempt%7,State%10,Start%19,Elapsed,Reason");
  std::cout << '\n' << io::format_squeue(d.queue(9000), "%.5i %.2t %.19S %R");

  // A header from a job: what it says is read as the same job again.
  io::sbatch_job job = io::read_sbatch(sweep, "sweep.sh").job();
  job.comment = "night's work";
  std::cout << '\n' << io::write_sbatch_header(job);
}
