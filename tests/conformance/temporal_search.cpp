// SPDX-License-Identifier: BSL-1.0
// Projects with maximal lags on all shared instances: whoever has a schedule gets one, proved; whoever has none is
// proved to have none; no makespan below a proved bound, no bound above a known makespan.
#include <sched/solve/temporal_search.hpp>

#include <cctype>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include <sched/io/gzip_file.hpp>
#include <sched/io/rcpsp_max.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/instances.hpp"

using namespace sched;

namespace {

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}
/// The names of the table are written otherwise than those of the files.
std::map<std::string, std::string> lower_keys(const std::map<std::string, std::string>& table) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : table) out[lower(key)] = value;
  return out;
}

}  // namespace

TEST_CASE(
    "feasibility of every shared project with maximal lags is decided, makespans and bounds agree with the known") {
  const std::string folder = instance_folder();
  if (folder.empty()) {
    WARN("skipped: no psplib below " SCHED_DATA_DIR);
    return;
  }
  const auto best = lower_keys(table_column(folder + "rcpspmax_bks.csv", "ub"));
  const auto proved = lower_keys(table_column(folder + "rcpspmax_bks.csv", "lb"));
  std::size_t feasible = 0, infeasible = 0;
  double deviation = 0;
  for (const auto& [name, text] : files_of_tar(io::read_gzip_file(folder + "rcpspmax.tar.gz"))) {
    const std::filesystem::path path(name);
    if (lower(path.extension().string()) != ".sch") continue;
    const std::string key = lower(path.parent_path().filename().string() + "/" + path.stem().string());
    INFO(key);
    REQUIRE(best.contains(key));
    const project p = io::read_rcpsp_max(text, name);
    const temporal_result r = temporal_search(p, {.nodes = 3000}).run();
    if (best.at(key) == "infeasible") {
      REQUIRE(r.status == status::infeasible);
      ++infeasible;
      continue;
    }
    REQUIRE(r.solved());
    REQUIRE(validate(p, r.schedule).ok());
    const double ub = std::stod(best.at(key));
    const auto makespan = static_cast<double>(r.makespan().count());
    REQUIRE(makespan >= std::stod(proved.at(key)));
    REQUIRE(static_cast<double>(r.lower_bound.count()) <= ub);
    deviation += 100 * (makespan - ub) / ub;
    ++feasible;
  }
  CHECK(feasible == 850);
  CHECK(infeasible == 320);
  CHECK(deviation / static_cast<double>(feasible) < 2.0);
}
