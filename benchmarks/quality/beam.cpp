// SPDX-License-Identifier: BSL-1.0
// Beam search on the classic instance sets beside rollout and the search, in one run and one counting of schedules.
//   quality_beam [FOLDER [EVERY [SET…]]]   (default: the instance data of the build, every 8th instance, j30 j60)
// J30 is measured from the optimum, the larger sets from the critical path. Every schedule is validated; ends with
// status 1 when one is wrong, worse than the base, or beyond its budget.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <sched/io/file.hpp>
#include <sched/io/psplib.hpp>
#include <sched/priority/catalogue.hpp>
#include <sched/rollout.hpp>
#include <sched/search.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#ifndef SCHED_DATA_DIR
#define SCHED_DATA_DIR ""
#endif

namespace {

using namespace sched;

struct instance {
  project problem;
  double reference;
};

std::vector<instance> load(const std::string& folder, const std::string& set, std::size_t every) {
  std::map<std::string, double> optimum;
  if (set == "j30") {
    const std::string table = io::read_file(folder + "/j30_bks.csv");
    for (std::size_t at = 0; at < table.size();) {
      const std::size_t end = std::min(table.find('\n', at), table.size());
      const std::string line = table.substr(at, end - at);
      const std::size_t comma = line.find(',');
      const std::string last = line.substr(line.find(',', comma + 1) + 1);
      if (comma != std::string::npos && !last.empty() && last[0] >= '0' && last[0] <= '9')
        optimum[line.substr(0, comma)] = std::stod(last);
      at = end + 1;
    }
  }
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/" + set))
    if (entry.path().extension() == ".sm") files.push_back(entry.path().string());
  std::ranges::sort(files);
  std::vector<instance> all;
  for (std::size_t k = 0; k < files.size(); k += every) {
    project p = io::read_psplib(io::read_file(files[k]), files[k]);
    const double reference = set == "j30" ? optimum.at(std::filesystem::path(files[k]).stem().string())
                                          : static_cast<double>(find_critical_path(p).length.count());
    all.push_back({std::move(p), reference});
  }
  return all;
}

struct measured {
  bool good = true;

  /// `solve(p)` on all instances: one row. `budget` 0: none.
  template <class Solve>
  void row(const std::string& set, const std::string& what, const std::vector<instance>& all, std::uint64_t budget,
           bool parallel, Solve solve) {
    double deviation = 0, seconds = 0;
    std::uint64_t schedules = 0;
    std::size_t wrong = 0;
    for (const instance& i : all) {
      const auto begin = std::chrono::steady_clock::now();
      const schedule_result r = solve(i.problem);
      seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      schedules += r.schedules;
      const priority::latest_finish rule;
      const schedule_result base = parallel ? parallel_sgs(i.problem, rule) : serial_sgs(i.problem, rule);
      const bool fine = r.solved() && validate(i.problem, r.schedule).ok() && r.makespan() <= base.makespan() &&
                        (budget == 0 || r.schedules <= budget);
      wrong += fine ? 0U : 1U;
      deviation += 100 * (static_cast<double>(r.makespan().count()) / i.reference - 1);
    }
    const auto n = static_cast<double>(all.size());
    std::printf("| %s | %llu | %s | %.2f | %.0f | %.2f |\n", set.c_str(), static_cast<unsigned long long>(budget),
                what.c_str(), deviation / n, static_cast<double>(schedules) / n, 1000 * seconds / n);
    std::fflush(stdout);
    good = good && wrong == 0;
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : std::string(SCHED_DATA_DIR) + "/psplib";
  const std::size_t every = argc > 2 ? std::max<std::size_t>(1, std::stoul(argv[2])) : 8;
  std::vector<std::string> sets(argv + std::min(argc, 3), argv + argc);
  if (sets.empty()) sets = {"j30", "j60"};
  if (!std::filesystem::is_directory(folder)) {
    std::cerr << "no instances in " << folder << '\n';
    return 2;
  }
  std::puts("| set | budget | variant | deviation % | schedules | ms |");
  std::puts("|---|---|---|---|---|---|");
  measured m;
  const priority::latest_finish rule;
  for (const std::string& set : sets) {
    const std::vector<instance> all = load(folder, set, every);
    for (const std::uint64_t budget : {std::uint64_t{1000}, std::uint64_t{5000}}) {
      for (const bool parallel : {false, true})
        for (const bool justify : {false, true}) {
          const generation_scheme scheme = parallel ? generation_scheme::parallel : generation_scheme::serial;
          const std::string label = std::string(parallel ? "parallel" : "serial") + (justify ? ", justified" : "");
          const std::size_t width = 4;
          m.row(set, label + ", rollout", all, budget, parallel, [&](const project& p) {
            return rollout_sgs(p, rule, {.scheme = scheme, .width = width, .justify = justify, .schedules = budget});
          });
          for (const std::size_t beam : {4U, 16U, 64U})
            m.row(set, label + ", beam " + std::to_string(beam), all, budget, parallel, [&](const project& p) {
              return beam_sgs(
                  p, rule, {.scheme = scheme, .beam = beam, .width = width, .justify = justify, .schedules = budget});
            });
        }
      m.row(set, "search (genetic default)", all, budget, false,
            [&](const project& p) { return search(p, {.schedules = budget}); });
    }
  }
  return m.good ? 0 : 1;
}
