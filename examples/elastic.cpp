// SPDX-License-Identifier: BSL-1.0
// A job that grows while nobody waits, shrinks for others, and is repaired when a node is lost.
#include <sched/cluster.hpp>
#include <sched/evaluate/validate_gangs.hpp>

#include <iostream>
#include <string>

using namespace sched;

namespace {

std::string name_of(resize_order::kind k) {
  return k == resize_order::kind::grown      ? "grows by"
         : k == resize_order::kind::repaired ? "is repaired by"
         : k == resize_order::kind::shrunk   ? "gives back"
                                             : "loses";
}
template <class Scheduler>
void decide(Scheduler& s, std::int64_t now) {
  const cluster_decision d = s.decide(now);
  std::cout << now << ':';
  for (const resize_order& r : d.resizes) {
    std::cout << "  job " << r.job << ' ' << name_of(r.what) << ' ' << r.parts.size();
    if (r.what == resize_order::kind::shrunk) std::cout << " for " << r.preemptor << " by " << r.deadline;
  }
  for (const job_number id : d.starts) std::cout << "  start " << id;
  std::cout << "  (job 1 has";
  for (const allocation& a : s.place_of(1)) std::cout << " n" << a.node.index();
  std::cout << ")\n";
}

}  // namespace

int main() {
  cluster_builder builder({"rack"});
  for (int k = 0; k < 4; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000, .path = {"rack " + std::to_string(k / 2)}};
    for (int d = 0; d < 2; ++d) n.devices.push_back({.model = "A100"});
    builder.add_node(n);
  }
  const cluster machine = builder.build();
  cluster_scheduler s(machine, order::fcfs{}, reserve::depth{}, placement::best_fit{}, order::fcfs{}, victims::never{},
                      no_store{}, {.grace = 5, .repair_time = 30});

  cluster_job training{.id = 1, .wants = gang({.cpu = 4000, .devices = 1}, 8, 3), .estimate = 500};
  training.elastic = true;  // 3 tasks at least, up to 8
  s.submit(training, 0);
  decide(s, 0);

  cluster_job other{.id = 2, .wants = gang({.cpu = 4000, .devices = 2}, 1), .estimate = 20};
  s.submit(other, 10);
  decide(s, 10);
  s.shrunk(1, 12);  // before the deadline
  decide(s, 12);

  s.set_status(node_id(0), node_status::down, 15);
  s.set_status(node_id(1), node_status::down, 15);
  decide(s, 15);
  s.finish(2, 32);
  decide(s, 32);
  std::cout << "GPU thousandths * seconds until 40: " << s.used(1, 40).device_time << '\n';
}
