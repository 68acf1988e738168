// SPDX-License-Identifier: BSL-1.0
// What survives: jobs in an SQLite file, checkpoints in files. The first scheduler goes away in the middle of its work;
// the second goes on.
#include <sched/adapters/sqlite_store.hpp>
#include <sched/cluster.hpp>

#include <filesystem>
#include <iostream>
#include <string>

namespace {

using namespace sched;

cluster_job training(job_number id, std::uint32_t gpus, std::int32_t band = band_normal) {
  cluster_job j;
  j.id = id;
  j.wants = single({.cpu = 1000, .devices = gpus});
  j.estimate = 600;
  j.band = band;
  return j;
}

}  // namespace

int main() {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "sched-cluster-restart";
  std::filesystem::remove_all(folder);

  cluster_builder builder;
  node_spec node{.name = "n0", .cpu = 64'000};
  for (int d = 0; d < 4; ++d) node.devices.push_back({.model = "A100"});
  builder.add_node(node);
  const cluster machine = builder.build();

  io::checkpoint_files checkpoints((folder / "checkpoints").string(), std::uint64_t{1} << 30);  // at most a GiB each
  const std::string file = (folder / "jobs.db").string();
  const auto make = [&] {
    return cluster_scheduler(machine, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{},
                             victims::minimal{}, sqlite_store(file), {.grace = 5});
  };

  std::cout << "a checkpoint every " << daly_interval(20, 24 * 3600) << " seconds\n";
  {
    auto s = make();
    s.submit(training(1, 4), 0);
    std::cout << "started: " << s.decide(0).starts.size() << '\n';
    write_checkpoint(checkpoints, {.job = 1, .progress = 250, .step = 4}, "weights");
    s.checkpointed(1, {.progress = checkpoints.find(1)->progress}, 255);
    s.submit(training(2, 1, band_urgent), 300);
    std::cout << "preempted: " << s.decide(300).preempts.size() << '\n';
  }  // a crash

  auto t = make();
  std::cout << "restored: " << t.restore(310) << '\n';
  std::cout << "started: " << t.decide(310).starts.front() << '\n';
  t.finish(2, 320);
  std::cout << "started: " << t.decide(320).starts.front() << ", " << t.record(1).saved << " seconds of it are done\n";
  std::cout << "from: " << read_checkpoint(checkpoints, 1)->bytes << '\n';
  std::filesystem::remove_all(folder);
}
