// SPDX-License-Identifier: BSL-1.0
// Rollout on the classic instance sets beside its base, in one run: mean deviation, schedules, seconds, bytes logged.
//   quality_rollout [FOLDER [SET…]]   (default: the instance data of the build, j30 j60 j120)
// J30 is measured from the optimum, the larger sets from the critical path. Every schedule is validated; ends with
// status 1 when one is wrong or worse than its base.
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

std::vector<instance> load(const std::string& folder, const std::string& set) {
  std::map<std::string, double> optimum;
  if (set == "j30") {
    const std::string table = io::read_file(folder + "/j30_bks.csv");
    for (std::size_t at = 0; at < table.size();) {
      const std::size_t end = std::min(table.find('\n', at), table.size());
      const std::string line = table.substr(at, end - at);
      const std::size_t comma = line.find(',');
      // instance,lower bound,upper bound: equal here
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
  for (const std::string& file : files) {
    project p = io::read_psplib(io::read_file(file), file);
    const double reference = set == "j30" ? optimum.at(std::filesystem::path(file).stem().string())
                                          : static_cast<double>(find_critical_path(p).length.count());
    all.push_back({std::move(p), reference});
  }
  return all;
}

struct tally {
  double deviation = 0, seconds = 0;
  std::uint64_t schedules = 0, scenarios = 0, bytes = 0, most_bytes = 0;
  std::size_t better = 0, worse = 0, wrong = 0;
};

double elapsed(std::chrono::steady_clock::time_point since) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - since).count();
}

/// The base scheme as it is, justified if asked for.
tally base_of(const std::vector<instance>& set, const priority::any_rule& rule, bool parallel, bool justify,
              std::vector<instant>& makespans) {
  tally t;
  makespans.clear();
  for (const instance& i : set) {
    const auto begin = std::chrono::steady_clock::now();
    schedule_result r = parallel ? parallel_sgs(i.problem, rule) : serial_sgs(i.problem, rule);
    if (justify) r.schedules += justifier<step_timeline>(i.problem).double_justify(r.schedule);
    t.seconds += elapsed(begin);
    t.schedules += r.schedules;
    t.wrong += validate(i.problem, r.schedule).ok() ? 0U : 1U;
    t.deviation += 100 * (static_cast<double>(r.makespan().count()) / i.reference - 1);
    makespans.push_back(r.makespan());
  }
  return t;
}

tally rollout_of(const std::vector<instance>& set, const priority::any_rule& rule, const project_rollout_options& how,
                 const std::vector<instant>& base) {
  tally t;
  for (std::size_t k = 0; k < set.size(); ++k) {
    const auto begin = std::chrono::steady_clock::now();
    const project_rollout_result r = rollout_sgs(set[k].problem, rule, how);
    t.seconds += elapsed(begin);
    t.schedules += r.schedules;
    t.scenarios += r.report.scenarios;
    t.bytes += r.report.bytes;
    t.most_bytes = std::max(t.most_bytes, r.report.most_bytes);
    t.wrong += r.solved() && validate(set[k].problem, r.schedule).ok() ? 0U : 1U;
    t.better += r.makespan() < base[k] ? 1U : 0U;
    t.worse += r.makespan() > base[k] ? 1U : 0U;
    t.deviation += 100 * (static_cast<double>(r.makespan().count()) / set[k].reference - 1);
  }
  return t;
}

bool print(const std::string& set, const std::string& what, std::size_t n, const tally& t) {
  const double count = static_cast<double>(n);
  const double scenarios = static_cast<double>(std::max<std::uint64_t>(1, t.scenarios));
  std::printf("| %s | %s | %.2f | %.0f | %.2f | %.0f | %llu | %zu | %zu |\n", set.c_str(), what.c_str(),
              t.deviation / count, static_cast<double>(t.schedules) / count, 1000 * t.seconds / count,
              static_cast<double>(t.bytes) / scenarios, static_cast<unsigned long long>(t.most_bytes), t.better,
              t.worse);
  std::fflush(stdout);
  return t.worse == 0 && t.wrong == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string folder = argc > 1 ? argv[1] : std::string(SCHED_DATA_DIR) + "/psplib";
  std::vector<std::string> sets(argv + std::min(argc, 2), argv + argc);
  if (sets.empty()) sets = {"j30", "j60", "j120"};
  if (!std::filesystem::is_directory(folder)) {
    std::cerr << "no instances in " << folder << '\n';
    return 2;
  }
  std::puts("| set | variant | deviation % | schedules | ms | bytes a scenario | most | better | worse |");
  std::puts("|---|---|---|---|---|---|---|---|---|");
  bool good = true;
  for (const std::string& set : sets) {
    const std::vector<instance> all = load(folder, set);
    for (const bool parallel : {false, true})
      for (const char* name : {"lst", "lft"}) {
        const priority::any_rule rule = priority::find_rule(name)->make();
        const std::string label = std::string(name) + (parallel ? " parallel" : " serial");
        std::vector<instant> makespans;
        project_rollout_options how{.scheme = parallel ? generation_scheme::parallel : generation_scheme::serial};
        good &= print(set, label, all.size(), base_of(all, rule, parallel, false, makespans));
        for (const std::size_t width : {2U, 4U, 8U})
          for (const std::size_t horizon : {std::size_t{5}, std::size_t{15}, std::size_t{30}, how.to_the_end}) {
            how.width = width;
            how.horizon = horizon;
            const std::string h = horizon == how.to_the_end ? "full" : "h = " + std::to_string(horizon);
            good &= print(set, label + ", K = " + std::to_string(width) + ", " + h, all.size(),
                          rollout_of(all, rule, how, makespans));
          }
        if (parallel) {
          how.idle = true;
          good &= print(set, label + ", K = 8, full, waiting", all.size(), rollout_of(all, rule, how, makespans));
          how.idle = false;
        }
        good &= print(set, label + ", justified", all.size(), base_of(all, rule, parallel, true, makespans));
        how.justify = true;
        for (const std::size_t width : {4U, 8U}) {
          how.width = width;
          good &= print(set, label + ", K = " + std::to_string(width) + ", full, justified", all.size(),
                        rollout_of(all, rule, how, makespans));
        }
        if (parallel) {
          how.idle = true;
          good &= print(set, label + ", K = 8, full, waiting, justified", all.size(),
                        rollout_of(all, rule, how, makespans));
        }
      }
  }
  return good ? 0 : 1;
}
