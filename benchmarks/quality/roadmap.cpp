// SPDX-License-Identifier: BSL-1.0
// How good are the plans? Mean makespan, Σ priority·tardiness, Σ priority·completion and late tasks of every method on
// the published generated problems (n = 60 and 120, seeds 0 … 29) and on 30 of n = 300; and the gate: under each time
// convention no rollout is worse than parallel SGS with the same strategy.
//
//   quality_roadmap [SIZE…]       default 60 120 300
#include <sched/generate.hpp>
#include <sched/roadmap.hpp>
#include <sched/validate.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

using namespace sched;

namespace {

struct method {
  std::string name;
  roadmap_options options;
  std::size_t base = 0;  ///< the parallel SGS that it must not be worse than; itself: none
};

struct mean {
  double makespan = 0, tardiness = 0, completion = 0, late = 0, seconds = 0;
};

std::vector<method> methods() {
  std::vector<method> all;
  const auto time = [](roadmap_options& o, int tail) {
    o.tail = tail;
    if (tail == 1) o.backward_pass = roadmap_backward_pass::simple, o.joint_work = false;
  };
  for (const int tail : {1, 0}) {
    const std::string label = tail == 1 ? "τ = 1, simple pass: " : "native: ";
    for (const auto strategy : {roadmap_strategy::weighted, roadmap_strategy::priority_first,
                                roadmap_strategy::cr_first, roadmap_strategy::atc}) {
      const std::size_t base = all.size();
      const auto add = [&](const std::string& name, const std::function<void(roadmap_options&)>& change) {
        roadmap_options o;
        o.strategy = strategy;
        time(o, tail);
        change(o);
        all.push_back({label + name + ", " + std::string(to_string(strategy)), o, base});
      };
      using width = lookahead_settings::width;
      using guard = lookahead_settings::guard_by;
      const auto rollout = [](width w, guard g) {
        return [w, g](roadmap_options& o) {
          o.algorithm = roadmap_algorithm::bounded_rollout;
          o.lookahead.ahead = w;
          o.lookahead.guard = g;
        };
      };
      add("parallel SGS", [](roadmap_options&) {});
      if (strategy != roadmap_strategy::weighted) {
        add("rollout urgent, pareto", rollout(width::urgent, guard::pareto));
        continue;
      }
      add("rollout urgent, no guard", rollout(width::urgent, guard::none));
      add("rollout urgent, pareto", rollout(width::urgent, guard::pareto));
      add("rollout urgent, objective", rollout(width::urgent, guard::objective));
      add("rollout full, no guard", rollout(width::full, guard::none));
      add("rollout full, pareto", rollout(width::full, guard::pareto));
      add("rollout full, objective", rollout(width::full, guard::objective));
      const auto critical = [](bool ahead, guard g) {
        return [ahead, g](roadmap_options& o) {
          o.algorithm = roadmap_algorithm::critical_path;
          o.attractiveness.rollout_enabled = ahead;
          o.lookahead.guard = g;
        };
      };
      add("critical path, plain", critical(false, guard::none));
      add("critical path, look-ahead, no guard", critical(true, guard::none));
      add("critical path, look-ahead, pareto", critical(true, guard::pareto));
    }
  }
  roadmap_options compatible;
  compatible.mode = roadmap_mode::compatible_ceil;
  all.push_back({"compatible: parallel SGS, weighted", compatible, all.size()});
  compatible.algorithm = roadmap_algorithm::bounded_rollout;
  all.push_back({"compatible: rollout (ceil), weighted", compatible, all.size()});
  compatible.algorithm = roadmap_algorithm::critical_path;
  all.push_back({"compatible: critical path", compatible, all.size()});
  return all;
}

bool print(std::size_t tasks) {
  constexpr std::uint64_t problems = 30;
  const std::vector<method> all = methods();
  std::vector<mean> means(all.size());
  std::vector<std::vector<roadmap_metrics>> single(all.size());
  bool good = true;
  for (std::uint64_t seed = 0; seed < problems; ++seed) {
    const roadmap map = random_roadmap({.tasks = tasks, .seed = seed});
    for (std::size_t k = 0; k < all.size(); ++k) {
      const auto begin = std::chrono::steady_clock::now();
      const roadmap_result r = plan_roadmap(map, all[k].options);
      means[k].seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      const roadmap_report report = validate(map, all[k].options, r);
      if (!report.ok() || !r.failed.empty()) {
        std::printf("%s, seed %d: %s%zu not placed\n", all[k].name.c_str(), static_cast<int>(seed),
                    report.text(map, r).c_str(), r.failed.size());
        good = false;
      }
      const roadmap_metrics m = measure(map, all[k].options, r);
      single[k].push_back(m);
      means[k].makespan += static_cast<double>(m.makespan.count());
      means[k].tardiness += static_cast<double>(m.weighted_tardiness);
      means[k].completion += static_cast<double>(m.weighted_completion);
      means[k].late += static_cast<double>(m.late);
    }
  }
  std::printf(
      "\n| n = %zu, mean of %d | makespan | Σp·tardiness | Σp·completion | late | ms | tardiness against SGS |\n",
      tasks, static_cast<int>(problems));
  std::printf("|---|---|---|---|---|---|---|\n");
  for (std::size_t k = 0; k < all.size(); ++k) {
    const mean& m = means[k];
    std::printf("| %s | %.1f | %.0f | %.0f | %.2f | %.2f | %+.1f %% |\n", all[k].name.c_str(), m.makespan / problems,
                m.tardiness / problems, m.completion / problems, m.late / problems, 1000 * m.seconds / problems,
                100 * (m.tardiness / means[all[k].base].tardiness - 1));
  }
  for (std::size_t k = 0; k < all.size(); ++k) {
    const method& x = all[k];
    if (x.options.algorithm != roadmap_algorithm::bounded_rollout || x.options.mode != roadmap_mode::native) continue;
    const mean& m = means[k];
    const mean& b = means[x.base];
    const bool kept = m.makespan <= b.makespan && m.tardiness <= b.tardiness && m.completion <= b.completion;
    std::size_t objective = 0;
    for (std::size_t i = 0; i < problems; ++i) objective += single[k][i].objective() <= single[x.base][i].objective();
    std::printf("gate %s: %s (100·ΣpT + ΣpC no worse in %zu of %d problems)\n", x.name.c_str(),
                kept ? "kept" : "missed", objective, static_cast<int>(problems));
    if (x.options.lookahead.guard == lookahead_settings::guard_by::pareto) good = good && kept;
  }
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::size_t> sizes;
  for (int k = 1; k < argc; ++k) sizes.push_back(std::strtoul(argv[k], nullptr, 10));
  if (sizes.empty()) sizes = {60, 120, 300};
  bool good = true;
  for (const std::size_t n : sizes) good = print(n) && good;
  std::printf("\n%s\n", good ? "every guarded gate is kept, every plan valid and complete" : "FAILED");
  return good ? 0 : 1;
}
