// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/detail/key_lists.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/random_project.hpp>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("key_lists: of the tasks whose predecessors are listed, always the one with the least key") {
  random_generator random(5);
  detail::key_lists lists;
  for (int round = 0; round < 20; ++round) {
    const project p = sched::random_project({.tasks = 2 + random.below(40)}, random);
    const std::size_t n = p.task_count();
    const detail::decode::arcs successors(p, false);
    std::vector<double> keys(n);
    for (double& k : keys) k = static_cast<double>(random.below(10));
    std::vector<std::uint16_t> list(n);
    lists.list(successors, std::span<const double>(keys), std::span(list));
    std::vector<char> listed(n, 0);
    for (const std::uint16_t next : list) {
      std::size_t least = n;
      for (std::size_t i = 0; i < n; ++i) {
        const auto before = p.predecessors(task_id(i));
        if (listed[i] != 0 ||
            !std::ranges::all_of(before, [&](const adjacency& a) { return listed[a.task.index()] != 0; }))
          continue;
        if (least == n || keys[i] < keys[least]) least = i;
      }
      REQUIRE(next == least);
      listed[next] = 1;
    }
  }
}
