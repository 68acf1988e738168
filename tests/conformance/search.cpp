// SPDX-License-Identifier: BSL-1.0
// Search and bounds on the classic sets: no bound above a best known makespan, no makespan below a proved bound, and
// mean deviations within what one default configuration reaches with 1,000 schedules.
#include <sched/search.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include <sched/io/psplib.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/instances.hpp"

using namespace sched;

namespace {

struct means {
  double deviation = 0, gap = 0;
};

/// Over all instances of a set: deviation of a search from the reference (the optimum, or the critical path), and how
/// far the bound stays below the best known makespan; per cent.
means run(const std::string& set, bool from_optimum) {
  const std::string folder = instance_folder();
  const auto best = table_column(folder + set + "_bks.csv", "ub");
  const auto proved = table_column(folder + set + "_bks.csv", "lb");
  const auto path = table_column(folder + set + "_bks.csv", from_optimum ? "ub" : "cpm_lb");
  means sum;
  std::size_t count = 0;
  for (const auto& [file, text] : files_in(folder + set, ".sm")) {
    const std::string name = std::filesystem::path(file).stem().string();
    const project p = io::read_psplib(text, file);
    const search_result r = search(p, {.schedules = 1000});
    INFO(name);
    REQUIRE(validate(p, r.schedule).ok());
    REQUIRE(r.schedules <= 1000);
    const auto makespan = static_cast<double>(r.makespan().count());
    const auto bound = static_cast<double>(r.lower_bound.count());
    const double ub = std::stod(best.at(name)), reference = std::stod(path.at(name));
    REQUIRE(bound <= ub);
    REQUIRE(makespan >= std::stod(proved.at(name)));
    sum.deviation += 100 * (makespan - reference) / reference;
    sum.gap += 100 * (ub - bound) / ub;
    ++count;
  }
  return {sum.deviation / static_cast<double>(count), sum.gap / static_cast<double>(count)};
}

}  // namespace

TEST_CASE("1,000 schedules and the bound on J30, J60 and J120") {
  if (instance_folder().empty()) {
    WARN("skipped: no psplib below " SCHED_DATA_DIR);
    return;
  }
  const means j30 = run("j30", true), j60 = run("j60", false), j120 = run("j120", false);
  CHECK(j30.deviation < 0.20);
  CHECK(j60.deviation < 11.55);
  CHECK(j120.deviation < 34.4);
  CHECK(j30.gap < 3.0);
  CHECK(j60.gap < 2.5);
  CHECK(j120.gap < 4.25);
}
