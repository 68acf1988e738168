// SPDX-License-Identifier: BSL-1.0
// A GPU cluster scheduler from parts: bands, fair share, reservations, placement, preemption, and a store to restart
// from.
#include <sched/cluster.hpp>

#include <iostream>
#include <string>

namespace {

using namespace sched;

cluster_job training(job_number id, std::uint32_t user, std::uint32_t gpus, std::int64_t minutes,
                     std::int32_t band = band_normal) {
  cluster_job j;
  j.id = id;
  j.user = user;
  j.wants = single({.cpu = 8000, .devices = gpus});
  j.estimate = minutes;
  j.band = band;
  return j;
}

template <class Scheduler>
void decide(Scheduler& s, std::int64_t now) {
  const cluster_decision d = s.decide(now);
  std::cout << now << ":";
  for (const job_number id : d.starts) {
    const allocation& a = s.place_of(id).front();
    std::cout << "  start " << id << " on node " << a.node.index() << " (" << a.devices.size() << " GPUs)";
  }
  for (const preemption_order& p : d.preempts)
    std::cout << "  preempt " << p.victim << " for " << p.preemptor << " by " << p.deadline;
  std::cout << '\n';
}

}  // namespace

int main() {
  cluster_builder builder;
  for (int k = 0; k < 2; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000};
    for (int d = 0; d < 4; ++d) n.devices.push_back({.model = "A100"});
    builder.add_node(n);
  }
  const cluster machine = builder.build();

  const auto make = [&](const memory_store& store) {
    return cluster_scheduler(machine, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fair_share<>{},
                             victims::minimal{}, store, {.grace = 5});
  };
  auto s = make(memory_store());
  s.submit(training(1, 7, 4, 60), 0);
  s.submit(training(2, 7, 2, 30), 0);
  s.submit(training(3, 7, 4, 60), 1);  // has to wait for a whole node
  s.submit(training(4, 8, 1, 20), 2);  // another user, and back before 3 can start
  decide(s, 2);
  std::cout << "   3 waits: " << (s.why(3).what == wait_answer::kind::capacity ? "no place" : "other") << '\n';

  // Something urgent: the fewest victims that make room get five minutes to save their work.
  s.submit(training(5, 9, 4, 10, band_urgent), 10);
  decide(s, 10);
  for (const job_number id : {job_number{1}, job_number{2}, job_number{4}})
    if (s.state(id) == job_state::preempting) s.checkpointed(id, {.ok = true, .progress = 8}, 12);
  decide(s, 12);

  // The scheduler is restarted: its successor goes on where the store says.
  auto t = make(s.store());
  std::cout << t.restore(13) << " jobs restored, " << t.running() << " running, " << t.waiting() << " waiting\n";
  t.finish(5, 20);
  decide(t, 20);
}
