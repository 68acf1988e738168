// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_SLURM_SCENE_HPP
#define SCHED_TESTS_SUPPORT_SLURM_SCENE_HPP

#include <string>
#include <utility>
#include <vector>

#include <sched/dispatch/cluster_scheduler.hpp>
#include <sched/io/sbatch.hpp>
#include <sched/io/squeue.hpp>

namespace sched_test {

using namespace sched;

inline cluster slurm_machine() {
  cluster_builder b;
  for (int k = 1; k <= 4; ++k) {
    node_spec n{.name = "n00" + std::to_string(k), .cpu = 16'000, .memory = amount{64} << 30};
    if (k <= 2)
      for (int d = 0; d < 4; ++d) n.devices.push_back({.model = "A100"});
    b.add_node(n);
  }
  return b.build();
}

/// Two jobs run, an array waits in part; an hour has passed.
struct slurm_scene {
  cluster c = slurm_machine();
  io::sbatch_site site{c};
  cluster_scheduler<> s{c};
  std::vector<std::pair<job_number, std::int64_t>> ids;

  slurm_scene() {
    site.unix_start = 1'772'582'400;
    submit("#SBATCH -J training_of_a_model -N2 --gres=gpu:4 -p gpu -t 2:00:00 -A lab\n");
    submit("#SBATCH -J cpu -n 3 -c 16 -p cpu -t 1-0\n");
    submit("#SBATCH -J sweep -a 1-2 -c 8 --gres=gpu:1 -p gpu -t 30 -d afterany:1\n");
    static_cast<void>(s.decide(0));
    static_cast<void>(s.decide(3661));
  }
  void submit(const std::string& text) {
    const auto sub = io::make_cluster_jobs(io::read_sbatch(text), site, 0);
    for (std::size_t k = 0; k < sub.jobs.size(); ++k) {
      s.submit(sub.jobs[k], 0);
      ids.emplace_back(sub.jobs[k].id, sub.indices[k]);
    }
  }
  [[nodiscard]] std::vector<io::squeue_row> rows() {
    std::vector<io::squeue_row> out;
    for (const auto& [id, index] : ids) out.push_back(io::make_squeue_row(s.record(id), s.why(id), site, 3661, index));
    return out;
  }
};

}  // namespace sched_test

#endif
