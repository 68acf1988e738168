// SPDX-License-Identifier: BSL-1.0
// The fast path for searches: activity lists to schedules, nothing allocated per schedule.
#include <cstdint>
#include <iostream>
#include <span>
#include <utility>
#include <vector>

#include <sched/generate.hpp>
#include <sched/solve/list_decoder.hpp>

int main() {
  sched::random_generator random(11);
  const sched::project p = sched::random_project({.tasks = 40, .resource_strength = 0.2}, random);
  std::cout << "takes this project: " << sched::list_decoder::accepts(p) << '\n';

  // A list names every task once, predecessors first. The topological order is one.
  std::vector<std::uint16_t> list;
  for (const sched::task_id t : p.topological_order()) list.push_back(static_cast<std::uint16_t>(t.index()));
  std::vector<std::int32_t> starts(p.task_count());

  sched::list_decoder decoder(p);
  std::int32_t best = decoder.decode(std::span<const std::uint16_t>(list), std::span(starts));
  std::cout << "topological order:  " << best << '\n';

  // Swap neighbours that no arc ties, keep what is not worse.
  for (int round = 0; round < 2000; ++round) {
    const std::size_t k = random.below(list.size() - 1);
    bool tied = false;
    for (const auto& l : p.successors(sched::task_id(list[k]))) tied = tied || l.task.index() == list[k + 1];
    if (tied) continue;
    std::swap(list[k], list[k + 1]);
    const std::int32_t now = decoder.decode(std::span<const std::uint16_t>(list), std::span(starts));
    if (now <= best) best = now;
    else std::swap(list[k], list[k + 1]);
  }  // end of search
  std::cout << "after 2,000 swaps:  " << best << '\n';

  decoder.decode(std::span<const std::uint16_t>(list), std::span(starts));
  std::cout << "justified:          " << decoder.double_justify(starts) << '\n';
}
