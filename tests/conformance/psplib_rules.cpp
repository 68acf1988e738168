// SPDX-License-Identifier: BSL-1.0
// Published single-pass results of the priority rules on the classic instance sets, and valid schedules on every set.
#include <sched/sgs.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <sched/io/gzip_file.hpp>
#include <sched/io/patterson.hpp>
#include <sched/io/psplib.hpp>
#include <sched/priority/catalogue.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/instances.hpp"

using namespace sched;

namespace {

struct instance {
  std::string name;
  project problem;
  double reference;  // what deviations are measured from
};

/// J30 from the optimum, the larger ones from the critical path.
std::vector<instance> load(const std::string& folder, const std::string& set) {
  std::vector<instance> all;
  const auto best = table_column(folder + set + "_bks.csv", "ub");
  for (const auto& [path, text] : files_in(folder + set, ".sm")) {
    const std::string name = path.substr(path.rfind('/') + 1, path.rfind('.') - path.rfind('/') - 1);
    project p = io::read_psplib(text, name);
    const double reference =
        set == "j30" ? std::stod(best.at(name)) : static_cast<double>(find_critical_path(p).length.count());
    all.push_back({name, std::move(p), reference});
  }
  return all;
}

/// Mean deviation in percent of the schedules that `solve` gives; every one is validated.
template <class F>
double deviation(const std::vector<instance>& set, F solve) {
  double sum = 0;
  for (const instance& i : set) {
    const schedule_result r = solve(i.problem);
    INFO(i.name << ": " << r.reason);
    if (!r.solved() || !validate(i.problem, r.schedule).ok()) FAIL("no valid schedule of " << i.name);
    sum += 100.0 * (static_cast<double>(r.makespan().count()) - i.reference) / i.reference;
  }
  return sum / static_cast<double>(set.size());
}

constexpr double none = -1;
/// A row: serial and parallel on J30, J60, J120.
struct row {
  const char* rule;
  double serial[3], parallel[3];
};
constexpr row forward_rows[] = {
    {"lft", {5.58, 18.13, 48.11}, {4.39, 17.46, 43.86}},
    {"lst", {4.92, 17.45, 46.74}, {4.53, 17.12, 44.04}},
    {"mts", {6.56, 18.99, 50.32}, {5.00, 17.98, 46.03}},
    {"mis", {9.59, 23.99, 59.14}, {6.85, 20.49, 52.12}},
    {"grpw", {10.31, 26.02, 65.28}, {7.85, 22.32, 57.87}},
    {"grpw*", {5.28, 18.16, 47.77}, {4.65, 17.55, 44.86}},
    {"mslk", {9.49, 23.28, 58.95}, {6.72, 20.23, 53.21}},
    {"mslk-dynamic", {9.95, 23.80, 60.92}, {4.53, 17.12, 44.04}},
    {"mslk-resource", {8.68, 22.81, 61.30}, {none, none, none}},
    {"est", {8.99, 23.82, 60.55}, {7.86, 21.68, 55.78}},
    {"eft", {11.58, 26.59, 64.38}, {8.42, 22.46, 55.77}},
    {"spt", {17.10, 33.99, 77.94}, {9.82, 23.77, 60.33}},
    {"lpt", {12.34, 27.51, 67.04}, {10.20, 24.42, 62.30}},
    {"grd", {11.93, 27.98, 69.05}, {9.09, 24.06, 60.75}},
    {"wrup", {11.73, 27.48, 66.50}, {7.33, 20.92, 54.25}},
    {"fcfs", {9.45, 23.31, 57.79}, {7.00, 20.38, 51.57}},
    {"wcs", {none, none, none}, {3.88, 16.87, 43.57}},
    {"acs", {none, none, none}, {4.10, 16.85, 43.69}},
    {"irsm", {none, none, none}, {4.43, 17.76, 46.06}},
    {"rsm", {none, none, none}, {5.08, 18.53, 47.72}},
    {"atc", {none, none, none}, {6.90, 20.28, 54.07}},
};
constexpr row backward_rows[] = {
    {"lft", {5.51, 18.18, 48.17}, {5.41, 17.47, 44.15}},
    {"lst", {5.05, 17.37, 46.71}, {5.49, 17.68, 44.30}},
    {"mts", {6.53, 19.28, 49.96}, {5.93, 18.52, 45.91}},
};
constexpr row justified_rows[] = {
    {"lft", {3.92, 16.08, 43.30}, {2.46, 14.41, 39.09}}, {"lst", {3.91, 15.93, 43.44}, {2.92, 14.51, 39.72}},
    {"mts", {4.25, 16.23, 43.74}, {2.73, 14.64, 39.56}}, {"index", {4.78, 16.75, 44.48}, {3.41, 15.29, 41.07}},
    {"wcs", {none, none, none}, {2.38, 14.33, 39.36}},
};
/// Here the two columns are the merged and the alternating variant.
constexpr row bidirectional_rows[] = {
    {"lft", {5.17, 17.78, 47.90}, {5.04, 17.62, 47.70}},
    {"lst", {5.37, 17.84, 47.70}, {5.37, 17.88, 47.46}},
    {"mts", {5.72, 17.88, 47.94}, {5.73, 17.77, 47.52}},
    {"grpw*", {5.35, 18.00, 47.62}, {5.27, 18.02, 47.24}},
};

constexpr double tolerance = 0.02;

void compare(double measured, double published, const std::string& what) {
  INFO(what << ": " << measured << ", published " << published);
  CHECK(std::abs(measured - published) < tolerance + 0.005);  // the published figures are rounded
}

/// Serial and parallel schedules of a file set that is packed; returns how many instances there were.
std::size_t all_valid(const std::string& archive, const std::string& prefix) {
  const file_texts files = files_of_tar(io::read_gzip_file(archive), prefix);
  std::size_t count = 0;
  for (const auto& [name, text] : files) {
    if (!name.ends_with(".rcp")) continue;
    const project p = io::read_patterson(text, name);
    for (const schedule_result& r :
         {serial_sgs(p, priority::latest_finish{}), parallel_sgs(p, priority::latest_finish{})}) {
      INFO(name << ": " << r.reason);
      REQUIRE(r.solved());
      REQUIRE(validate(p, r.schedule).ok());
    }
    ++count;
  }
  return count;
}

}  // namespace

TEST_CASE("single passes of every rule give the published mean deviations") {
  const std::string folder = instance_folder();
  if (folder.empty()) {
    WARN("published deviations skipped: no data");
    return;
  }
  const char* const names[] = {"j30", "j60", "j120"};
  for (std::size_t k = 0; k < 3; ++k) {
    const std::vector<instance> set = load(folder, names[k]);
    REQUIRE(set.size() == (k == 2 ? 600 : 480));
    const auto label = [&](const row& r, const char* how) { return std::string(names[k]) + ' ' + how + ' ' + r.rule; };
    for (const row& r : forward_rows) {
      const auto* rule = priority::find_rule(r.rule);
      if (r.serial[k] != none)
        compare(deviation(set, [&](const project& p) { return serial_sgs(p, rule->make()); }), r.serial[k],
                label(r, "serial"));
      if (r.parallel[k] != none)
        compare(deviation(set, [&](const project& p) { return parallel_sgs(p, rule->make()); }), r.parallel[k],
                label(r, "parallel"));
    }
    for (const row& r : backward_rows) {
      const auto* rule = priority::find_rule(r.rule);
      const sgs_options how{.direction = planning::backward};
      compare(deviation(set, [&](const project& p) { return serial_sgs(p, rule->make(), how); }), r.serial[k],
              label(r, "backward serial"));
      compare(deviation(set, [&](const project& p) { return parallel_sgs(p, rule->make(), how); }), r.parallel[k],
              label(r, "backward parallel"));
    }
    for (const row& r : justified_rows) {
      const auto* rule = priority::find_rule(r.rule);
      const auto justified = [](const project& p, schedule_result base) {
        justifier<step_timeline>(p).double_justify(base.schedule);
        return base;
      };
      if (r.serial[k] != none)
        compare(deviation(set, [&](const project& p) { return justified(p, serial_sgs(p, rule->make())); }),
                r.serial[k], label(r, "justified serial"));
      compare(deviation(set, [&](const project& p) { return justified(p, parallel_sgs(p, rule->make())); }),
              r.parallel[k], label(r, "justified parallel"));
    }
    for (const row& r : bidirectional_rows) {
      const auto* rule = priority::find_rule(r.rule);
      const auto both = [&](turns turn) {
        return deviation(set, [&](const project& p) {
          return serial_sgs(p, rule->make(), {.direction = planning::bidirectional, .turn = turn});
        });
      };
      compare(both(turns::merged), r.serial[k], label(r, "merged"));
      compare(both(turns::alternating), r.parallel[k], label(r, "alternating"));
    }
  }
}

TEST_CASE("both schemes give valid schedules on every packed single-mode set") {
  const std::string folder = instance_folder();
  if (folder.empty()) {
    WARN("packed sets skipped: no data");
    return;
  }
  CHECK(all_valid(folder + "patterson.tar.gz", "patterson/") == 110);
  CHECK(all_valid(folder + "cv.tar.gz", "cv/") == 623);
  CHECK(all_valid(folder + "rg300_part1.tar.gz", "rg300/") == 120);
}

TEST_CASE("every multi-mode instance that is known to be feasible is solved by the default policies") {
  const std::string folder = instance_folder();
  if (folder.empty()) {
    WARN("multi-mode sets skipped: no data");
    return;
  }
  const struct {
    const char *archive, *prefix, *table;
    std::size_t instances;
  } sets[] = {{"mm_psplib.tar.gz", "mm_psplib/j10/", "mm_psplib_bks.csv", 536},
              {"mm_psplib.tar.gz", "mm_psplib/j20/", "mm_psplib_bks.csv", 554},
              {"mm_psplib.tar.gz", "mm_psplib/j30/", "mm_psplib_bks.csv", 640},
              {"mmlib50.tar.gz", "mmlib50/", "mmlib50_bks.csv", 540}};
  for (const auto& set : sets) {
    const auto best = table_column(folder + set.table, "ub");
    std::size_t count = 0, feasible = 0, solved = 0, found = 0;
    for (const auto& [name, text] : files_of_tar(io::read_gzip_file(folder + set.archive), set.prefix)) {
      if (!name.ends_with(".mm")) continue;
      ++count;
      const std::string stem = name.substr(name.rfind('/') + 1, name.rfind('.') - name.rfind('/') - 1);
      const std::string known = best.at(stem);
      const bool has_solution = !known.empty() && known != "infeasible";
      feasible += has_solution ? 1U : 0U;
      const project p = io::read_psplib(text, name);
      bool all = true;
      for (const schedule_result& r :
           {serial_sgs(p, priority::latest_finish{}), parallel_sgs(p, priority::latest_finish{})}) {
        INFO(name << ": " << to_string(r.status) << ' ' << r.reason);
        all = all && r.solved();
        if (r.solved()) {
          REQUIRE(known != "infeasible");
          REQUIRE(validate(p, r.schedule).ok());
          if (has_solution) REQUIRE(r.makespan() >= std::stoll(known));
        } else {
          REQUIRE((r.status != status::infeasible || !has_solution));
        }
      }
      (has_solution ? solved : found) += all ? 1U : 0U;
    }
    WARN(set.prefix << ": " << solved << " of " << feasible << " feasible instances solved, " << found
                    << " of the others");
    CHECK(count == set.instances);
    CHECK(solved == feasible);
  }
}
