// SPDX-License-Identifier: BSL-1.0
// This library's half of roadmap_mouc.py: plans generated roadmaps and tells the seconds of the call alone.
//
//   peers_roadmap_mouc            reads lines "TASKS SEED ALGORITHM MODE LOOKAHEAD(0|1)", answers each with
//                                 "SECONDS PLACED id=day,day,resource…;…" (first and last day as compatible modes
//                                 report)
//   peers_roadmap_mouc --growth   prints the growth table, 10^2 … 10^5 tasks
#include <sched/generate.hpp>
#include <sched/roadmap.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

using namespace sched;

namespace {

template <class E>
bool parse(const std::string& text, std::initializer_list<E> all, E& to) {
  for (const E e : all)
    if (to_string(e) == text) {
      to = e;
      return true;
    }
  return false;
}

double seconds_of(const roadmap& map, const roadmap_options& o, roadmap_result& r) {
  const auto begin = std::chrono::steady_clock::now();
  r = plan_roadmap(map, o);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

int serve() {
  std::string algorithm, mode;
  std::size_t tasks = 0;
  std::uint64_t seed = 0;
  int lookahead = 0;
  roadmap map;
  std::pair<std::size_t, std::uint64_t> known{0, 0};
  while (std::cin >> tasks >> seed >> algorithm >> mode >> lookahead) {
    roadmap_options o;
    if (!parse(algorithm,
               {roadmap_algorithm::greedy, roadmap_algorithm::bounded_rollout, roadmap_algorithm::critical_path},
               o.algorithm) ||
        !parse(mode, {roadmap_mode::native, roadmap_mode::compatible_floor, roadmap_mode::compatible_ceil}, o.mode)) {
      std::cerr << "no such algorithm or mode: " << algorithm << ' ' << mode << '\n';
      return 2;
    }
    o.attractiveness.rollout_enabled = lookahead != 0;
    if (known != std::pair(tasks, seed)) {
      map = random_roadmap({.tasks = tasks, .seed = seed});
      known = {tasks, seed};
    }
    roadmap_result r;
    const double seconds = seconds_of(map, o, r);
    std::string out = std::to_string(seconds) + ' ' + std::to_string(r.placed.size()) + ' ';
    for (const roadmap_assignment& a : r.placed) {
      out += map.tasks[a.task].id + '=' + to_string(a.start - map.now) + ',' + to_string(a.end - map.now);
      for (const roadmap_index k : a.resources) out += ',' + r.resources[k];
      out += ';';
    }
    std::cout << out << std::endl;
  }
  return 0;
}

int growth() {
  struct row {
    const char* name;
    roadmap_options options;
    std::size_t most;
  };
  std::vector<row> rows;
  const auto add = [&](const char* name, std::size_t most, auto change) {
    roadmap_options o;
    change(o);
    rows.push_back({name, o, most});
  };
  add("parallel SGS, native", 100'000, [](auto&) {});
  add("parallel SGS, compatible", 100'000, [](auto& o) { o.mode = roadmap_mode::compatible_ceil; });
  add("rollout urgent, native", 30'000, [](auto& o) { o.algorithm = roadmap_algorithm::bounded_rollout; });
  add("rollout, compatible", 10'000, [](auto& o) {
    o.algorithm = roadmap_algorithm::bounded_rollout;
    o.mode = roadmap_mode::compatible_ceil;
  });
  add("critical path plain, native", 10'000, [](auto& o) {
    o.algorithm = roadmap_algorithm::critical_path;
    o.attractiveness.rollout_enabled = false;
  });
  add("critical path plain, compatible", 3'000, [](auto& o) {
    o.algorithm = roadmap_algorithm::critical_path;
    o.mode = roadmap_mode::compatible_ceil;
    o.attractiveness.rollout_enabled = false;
  });
  add("critical path with look-ahead, native", 3'000, [](auto& o) { o.algorithm = roadmap_algorithm::critical_path; });
  add("critical path with look-ahead, compatible", 300, [](auto& o) {
    o.algorithm = roadmap_algorithm::critical_path;
    o.mode = roadmap_mode::compatible_ceil;
  });
  const std::vector<std::size_t> sizes{100, 300, 1000, 3000, 10'000, 30'000, 100'000};
  std::printf("| milliseconds, median of up to 9 |");
  for (const std::size_t n : sizes) std::printf(" %zu |", n);
  std::printf("\n|---|");
  for (std::size_t k = 0; k < sizes.size(); ++k) std::printf("---|");
  std::printf("\n");
  for (const row& x : rows) {
    std::printf("| %s |", x.name);
    for (const std::size_t n : sizes) {
      if (n > x.most) {
        std::printf(" – |");
        continue;
      }
      const roadmap map = random_roadmap({.tasks = n, .seed = 1});
      std::vector<double> times;
      roadmap_result r;
      double total = 0;
      for (int k = 0; k < 9 && (k == 0 || total < 10); ++k) total += times.emplace_back(seconds_of(map, x.options, r));
      std::ranges::sort(times);
      std::printf(" %.4g |", 1000 * times[times.size() / 2]);
      std::fflush(stdout);
    }
    std::printf("\n");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--growth") return growth();
  if (argc == 1) return serve();
  std::cerr << "usage: peers_roadmap_mouc [--growth]\n";
  return 2;
}
