// SPDX-License-Identifier: BSL-1.0
//
// What the timelines cost as they grow, next to a plain std::map of steps.
// Usage: timeline [repeats, default 9]. Medians; subjects take turns within each repeat.

#include <cstdio>
#include <cstdlib>
#include <initializer_list>
#include <vector>

#include <sched/timeline/step_timeline.hpp>
#include <sched/timeline/tree_timeline.hpp>

#include "../peers/naive_map_timeline.hpp"
#include "../support/timeline_workloads.hpp"

using namespace sched_bench;
using naive = sched_peers::naive_map_timeline;
using step = over<sched::step_timeline>;
using tree = over<sched::tree_timeline>;

namespace {

struct series {
  std::vector<double> query, update;
  void add(cost c) {
    query.push_back(c.query);
    update.push_back(c.update);
  }
};

void deep(std::size_t jobs, int repeats) {
  series map_series, step_series, tree_series;
  std::size_t wrong = 0;
  const std::size_t passes = jobs < 1000 ? 10000 / jobs : 1;  // short builds are averaged over several queues
  for (int r = 0; r < repeats; ++r) {
    cost of_map{}, of_step{}, of_tree{};
    const auto add = [passes](cost& sum, cost c) {
      sum.query += c.query / static_cast<double>(passes);
      sum.update += c.update / static_cast<double>(passes);
    };
    for (std::size_t p = 0; p < passes; ++p) {
      auto queue = deep_queue(jobs, static_cast<std::uint64_t>(r) * 100000 + p);
      add(of_tree, deep_build<tree>(queue));
      const auto expected = queue;
      if (jobs <= 30000) {
        add(of_step, deep_build<step>(queue));
        for (std::size_t i = 0; i < jobs; ++i) wrong += queue[i].start != expected[i].start ? 1U : 0U;
      }
      if (jobs <= 3000) add(of_map, deep_build<naive>(queue));
      else if (r < 3) add(of_map, deep_sample<naive>(expected, jobs / 300, wrong));
    }
    tree_series.add(of_tree);
    if (jobs <= 30000) step_series.add(of_step);
    if (jobs <= 3000 || r < 3) map_series.add(of_map);
  }
  const auto print = [](const series& s) {
    if (s.query.empty()) std::printf("  %10s %8s", "-", "-");
    else std::printf("  %10.3f %8.3f", median(s.query) / 1000, median(s.update) / 1000);
  };
  std::printf("%8zu", jobs);
  print(map_series);
  print(step_series);
  print(tree_series);
  std::printf("  %8.1fx%s\n", median(map_series.query) / median(tree_series.query),
              wrong == 0 ? "" : "  ANSWERS DIFFER");
}

template <class Subject>
void grow(const char* name, std::size_t n, std::size_t rounds, int repeats) {
  std::vector<double> wall, plateau, local, full;
  for (int r = 0; r < repeats; ++r) {
    const growth g = growth_costs<Subject>(n, rounds, static_cast<std::uint64_t>(r));
    wall.push_back(g.wall);
    plateau.push_back(g.plateau);
    local.push_back(g.local);
    full.push_back(g.full);
  }
  std::printf("%8zu  %-10s %10.3f %10.3f %10.3f %10.3f\n", n, name, median(wall) / 1000, median(plateau) / 1000,
              median(local) / 1000, median(full) / 1000);
}

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::max(1, std::atoi(argv[1])) : 9;
  std::printf("deep build, mean us per query / update (naive map: sampled queries from 10,000 jobs on)\n");
  std::printf("%8s  %19s  %19s  %19s  %9s\n", "jobs", "naive std::map", "step_timeline", "tree_timeline", "map/tree");
  for (const std::size_t jobs : std::initializer_list<std::size_t>{16, 100, 1000, 3000, 10000, 30000, 100000})
    deep(jobs, repeats);
  std::printf("\ngrowth, us\n%8s  %-10s %10s %10s %10s %10s\n", "steps", "model", "wall", "plateau", "local", "long");
  for (const std::size_t n : std::initializer_list<std::size_t>{1000, 10000, 100000}) {
    grow<naive>("std::map", n, n <= 10000 ? 1000 : 100, std::min(repeats, 3));
    if (n <= 10000) grow<step>("step", n, 1000, repeats);
    grow<tree>("tree", n, 2000, repeats);
  }
}
