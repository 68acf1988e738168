// SPDX-License-Identifier: BSL-1.0
//
// What Slurm's scripts and tables cost: a script of usual size read, made a job of a cluster, written; a header of many
// options; squeue's table of 10,000 jobs.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <sched/core/random.hpp>
#include <sched/slurm.hpp>

namespace {

using namespace sched;

/// 47 lines, 11 directives, as people's templates are.
const std::string& usual() {
  static const std::string text = [] {
    std::string t =
        "#!/bin/bash -l\n"
        "# Trains the model on two nodes. Adapt the lines below.\n"
        "#SBATCH --job-name=train_resnet\n"
        "#SBATCH --account=vision-lab\n"
        "#SBATCH --partition=gpu,gpu-long\n"
        "#SBATCH --nodes=2\n"
        "#SBATCH --ntasks-per-node=4\n"
        "#SBATCH --cpus-per-task=8\n"
        "#SBATCH --gres=gpu:a100:4\n"
        "#SBATCH --mem=256G\n"
        "#SBATCH --time=1-12:00:00    # a day and a half\n"
        "#SBATCH --output=logs/%x-%j.out\n"
        "#SBATCH --error=logs/%x-%j.err\n"
        "\n"
        "set -euo pipefail\n"
        "module purge\n"
        "module load cuda/12.2 openmpi/4.1\n"
        "source \"$HOME/venv/bin/activate\"\n";
    for (int k = 0; k < 28; ++k) t += "export OPTION_" + std::to_string(k) + "=\"${OPTION:-value of the option}\"\n";
    return t + "srun python train.py --epochs 90 --batch 256\n";
  }();
  return text;
}
constexpr const char* command =
    "sbatch -N 2 -n 8 -c 8 --gres=gpu:a100:4 --mem=256G -t 1-12 -d afterok:17:18 'a job.sh' x y";

const cluster& machine() {
  static const cluster c = [] {
    cluster_builder b;
    for (int k = 0; k < 1200; ++k) {
      node_spec n{.name = "node" + std::to_string(1000 + k), .cpu = 128'000, .memory = amount{1} << 40};
      n.devices.assign(8, {.model = "A100"});
      b.add_node(n);
    }
    return b.build();
  }();
  return c;
}

void read_script(benchmark::State& state) {
  const std::string& text = usual();
  for (auto _ : state) benchmark::DoNotOptimize(io::read_sbatch(text, "train.sh"));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(read_script);

void read_command(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(io::read_sbatch_command(command));
}
BENCHMARK(read_command);

void make_job(benchmark::State& state) {
  const io::sbatch_script script = io::read_sbatch(usual(), "train.sh");
  io::sbatch_site site(machine());
  for (auto _ : state) benchmark::DoNotOptimize(io::make_cluster_jobs(script, site, 0));
}
BENCHMARK(make_job);

void write_header(benchmark::State& state) {
  const io::sbatch_script script = io::read_sbatch(usual(), "train.sh");
  for (auto _ : state) benchmark::DoNotOptimize(io::write_sbatch_header(script.components));
}
BENCHMARK(write_header);

/// A thousand running jobs of one to eight nodes, the others wait.
const std::vector<stored_job>& queue() {
  static const std::vector<stored_job> all = [] {
    random_generator g(1);
    std::vector<stored_job> out;
    io::sbatch_site site(machine());
    const io::sbatch_script script = io::read_sbatch(usual(), "train.sh");
    for (std::size_t k = 0; k < 10'000; ++k) {
      stored_job r{.job = io::make_cluster_jobs(script, site, 0).jobs.front(), .life = job_history(0)};
      if (k < 1000) {
        static_cast<void>(r.life.move(job_state::scheduled, 10));
        static_cast<void>(r.life.move(job_state::running, 10));
        const std::uint64_t nodes = 1 + g.below(8), first = g.below(1190);
        for (std::uint64_t n = 0; n < nodes; ++n)
          r.place.push_back(
              {.node = node_id(first + n), .cpu = 32'000, .share = whole_device, .devices = {0, 1, 2, 3}});
      }
      out.push_back(std::move(r));
    }
    return out;
  }();
  return all;
}

void squeue_rows(benchmark::State& state) {
  const io::sbatch_site site(machine());
  for (auto _ : state)
    for (const stored_job& r : queue())
      benchmark::DoNotOptimize(io::make_squeue_row(r, {wait_answer::kind::order, {}, {}}, site, 86'400));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(queue().size()));
}
BENCHMARK(squeue_rows)->Unit(benchmark::kMillisecond);

void squeue_text(benchmark::State& state) {
  const io::sbatch_site site(machine());
  std::vector<io::squeue_row> rows;
  for (const stored_job& r : queue())
    rows.push_back(io::make_squeue_row(r, {wait_answer::kind::order, {}, {}}, site, 86'400));
  for (auto _ : state) benchmark::DoNotOptimize(io::format_squeue(rows));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(rows.size()));
}
BENCHMARK(squeue_text)->Unit(benchmark::kMillisecond);

}  // namespace
