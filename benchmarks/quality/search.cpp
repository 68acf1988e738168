// SPDX-License-Identifier: BSL-1.0
// The search on folders of instances with known makespans, by schedules or by the clock: deviations, counts, seconds.
//   quality_search FOLDER TABLE [--schedules N] [--seconds S] [--islands K] [--threads T] [--seeds S] [--sample N]
//                  [--open] [--keep FOLDER] [--rows]
// FOLDER holds .sm, .mm or .rcp files, TABLE their best known makespans (instance,lb,ub,…: the tables of the instance
// data). Every schedule is validated; status 1 when one is wrong or shorter than a proved bound. A schedule that is
// shorter than the best known one is printed, and kept in a file `<instance>_<makespan>.starts` if asked for.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <sched/core/random.hpp>
#include <sched/io/file.hpp>
#include <sched/io/read_project.hpp>
#include <sched/search.hpp>
#include <sched/validate.hpp>

namespace {

using namespace sched;

struct known_makespan {
  double least = 0, best = 0;
};

std::map<std::string, known_makespan> read_table(const std::string& path) {
  std::map<std::string, known_makespan> all;
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);
  while (std::getline(in, line)) {
    const std::size_t a = line.find(','), b = line.find(',', a + 1);
    if (a == std::string::npos || b == std::string::npos || b == a + 1 || line.size() == b + 1 || line[b + 1] == ',')
      continue;
    all[line.substr(0, a)] = {std::stod(line.substr(a + 1)), std::stod(line.substr(b + 1))};
  }
  return all;
}

struct settings {
  std::string folder, table, keep;
  std::uint64_t schedules = 0;
  double seconds = 0;
  std::size_t islands = 1, sample = 0;
  unsigned threads = 1, seeds = 1;
  bool open = false, rows = false;
};

struct tally {
  double from_known = 0, from_path = 0, gap = 0, seconds = 0;
  std::uint64_t schedules = 0;
  std::size_t runs = 0, met = 0, better = 0, proved = 0, wrong = 0;
};

void keep(const settings& s, const std::string& name, const schedule& best) {
  std::printf("new: %s %lld:", name.c_str(), static_cast<long long>(best.makespan().count()));
  for (const instant t : best.start) std::printf(" %lld", static_cast<long long>(t.count()));
  std::puts("");
  if (s.keep.empty()) return;
  std::filesystem::create_directories(s.keep);
  std::ofstream out(s.keep + "/" + name + "_" + std::to_string(best.makespan().count()) + ".starts");
  for (const instant t : best.start) out << t.count() << '\n';
}

void run(const settings& s, const std::string& name, const project& p, const known_makespan& known, tally& t) {
  for (unsigned seed = 1; seed <= s.seeds; ++seed) {
    const auto begin = std::chrono::steady_clock::now();
    const search_result r = search(
        p, {.schedules = s.schedules,
            .time = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(s.seconds)),
            .seed = seed,
            .islands = s.islands,
            .threads = s.threads});
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    ++t.runs;
    t.seconds += seconds;
    t.schedules += r.schedules;
    const double c = r.solved() ? static_cast<double>(r.makespan().count()) : 0;
    if (!r.solved() || !validate(p, r.schedule).ok() || c < known.least ||
        static_cast<double>(r.lower_bound.count()) > known.best) {
      ++t.wrong;
      std::printf("wrong: %s\n", name.c_str());
      continue;
    }
    const auto path = static_cast<double>(find_critical_path(p).length.count());
    t.from_known += 100 * (c / known.best - 1);
    t.from_path += 100 * (c / path - 1);
    t.gap += 100 * r.gap();
    t.met += c <= known.best ? 1U : 0U;
    t.proved += r.status == status::optimal ? 1U : 0U;
    if (c < known.best) {
      ++t.better;
      keep(s, name, r.schedule);
    }
    if (s.rows)
      std::printf("%s %.0f, known %.0f, bound %lld, %.2f %%, %llu schedules, %.1f s\n", name.c_str(), c, known.best,
                  static_cast<long long>(r.lower_bound.count()), 100 * (c / known.best - 1),
                  static_cast<unsigned long long>(r.schedules), seconds);
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  settings s;
  CLI::App app("The search on a folder of instances");
  app.add_option("folder", s.folder)->required()->check(CLI::ExistingDirectory);
  app.add_option("table", s.table)->required()->check(CLI::ExistingFile);
  app.add_option("--schedules", s.schedules, "budget of a run; 0: until the clock stops it");
  app.add_option("--seconds", s.seconds, "by the clock");
  app.add_option("--islands", s.islands);
  app.add_option("--threads", s.threads);
  app.add_option("--seeds", s.seeds, "runs of each instance");
  app.add_option("--sample", s.sample, "so many instances, drawn with seed 1; 0: all");
  app.add_flag("--open", s.open, "without instances whose critical path is the best known makespan");
  app.add_flag("--rows", s.rows, "a row for every run");
  app.add_option("--keep", s.keep, "folder for schedules that beat the best known");
  CLI11_PARSE(app, argc, argv);
  if (s.schedules == 0 && s.seconds <= 0) s.schedules = 5000;

  const auto known = read_table(s.table);
  std::vector<std::string> files;
  for (const auto& e : std::filesystem::directory_iterator(s.folder))
    if (e.is_regular_file() && known.contains(e.path().stem().string())) files.push_back(e.path().string());
  std::ranges::sort(files);
  if (s.sample != 0 && s.sample < files.size()) {
    random_generator random(1);
    for (std::size_t k = 0; k < s.sample; ++k) std::swap(files[k], files[k + random.below(files.size() - k)]);
    files.resize(s.sample);
    std::ranges::sort(files);
  }
  tally t;
  const std::clock_t cpu = std::clock();
  for (const std::string& file : files) {
    const std::string name = std::filesystem::path(file).stem().string();
    const project p = io::load_project(file);
    if (s.open && static_cast<double>(find_critical_path(p).length.count()) >= known.at(name).best) continue;
    run(s, name, p, known.at(name), t);
  }
  const double n = static_cast<double>(std::max<std::size_t>(t.runs, 1));
  std::puts(
      "| runs | from best known % | from critical path % | best known met | better | proved | gap % | schedules | "
      "seconds | of a processor |");
  std::puts("|---|---|---|---|---|---|---|---|---|---|");
  std::printf("| %zu | %.3f | %.3f | %zu | %zu | %zu | %.2f | %.0f | %.3f | %.3f |\n", t.runs, t.from_known / n,
              t.from_path / n, t.met, t.better, t.proved, t.gap / n, static_cast<double>(t.schedules) / n,
              t.seconds / n, static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / n);
  return t.wrong == 0 ? 0 : 1;
}
