// SPDX-License-Identifier: BSL-1.0
// Where jobs go in a cluster: racks, nodes, GPUs and parts of GPUs; gangs; why something has no place.
#include <sched/placement.hpp>
#include <sched/validate.hpp>

#include <cstdint>
#include <iostream>
#include <string>
#include <vector>

int main() {
  using namespace sched;

  // Two racks of two nodes; a node has 64 cpus, 512 GiB, and 8 GPUs in two NUMA domains.
  cluster_builder builder({"rack"});
  for (int k = 0; k < 4; ++k) {
    node_spec n{.name = "n" + std::to_string(k), .cpu = 64'000, .memory = 512 * 1024 * mebibyte};
    for (int d = 0; d < 8; ++d) n.devices.push_back({k < 3 ? "A100" : "H100", 0, static_cast<std::uint16_t>(d / 4)});
    n.path = {k < 2 ? "r0" : "r1"};
    builder.add_node(n);
  }
  const cluster c = builder.build();
  cluster_state free(c);
  placement_workspace ws;

  std::vector<request> asked;
  std::vector<placement_result> placed;
  const auto place = [&](const std::string& what, const request& r, const auto& policy) {
    check_request(r, c);
    const placement_result p = policy(r, free, ws);
    std::cout << what << ":";
    if (!p) {
      std::cout << " no place, short of " << to_string(p.why.first) << '\n';
      return;
    }
    free.apply(p);
    for (const allocation& a : p.parts) {
      std::cout << " " << c.name(a.node) << "[";
      for (const auto d : a.devices) std::cout << (d == a.devices.front() ? "" : ",") << d;
      std::cout << "]";
    }
    std::cout << '\n';
    asked.push_back(r);
    placed.push_back(p);
  };

  const placement::best_fit best;
  place("half a GPU", single({.cpu = 4000, .devices = 1, .share = 500}), best);
  place("another half", single({.cpu = 4000, .devices = 1, .share = 500}), best);
  place("4 GPUs of one domain", single({.cpu = 8000, .devices = 4, .numa = numa_policy::single}), best);
  place("an H100, spread", single({.devices = 1, .models = c.model_bit("H100")}), placement::worst_fit{});
  place("a gang of 3 x 4 GPUs", gang({.cpu = 8000, .devices = 4}, 3), best);
  place("8 H100s", single({.devices = 8, .models = c.model_bit("H100")}), best);

  // Least growth of what typical tasks cannot use (fragmentation gradient descent).
  const std::vector<part> usual{{.cpu = 4000, .devices = 1, .share = 500}, {.cpu = 8000, .devices = 8}};
  place("by fragmentation", single({.cpu = 1000, .devices = 1, .share = 300}), placement::fgd(typical_types(usual), c));

  // A score of one's own: the node with the fewest cpus left.
  struct least_cpu {
    amount operator()(const part& q, const node_state& n, const device_choice&) const { return n.free().cpu - q.cpu; }
  };
  place("by a score of one's own", single({.cpu = 1000, .devices = 1}), placement::by_score<least_cpu>{});

  std::vector<placed_request> all;
  for (std::size_t k = 0; k < asked.size(); ++k) all.push_back({&asked[k], placed[k].allocations()});
  std::cout << "violations: " << validate_placement(c, all).size() << '\n';
}
