// SPDX-License-Identifier: BSL-1.0
// Rollout on the classic instance sets: all of J30, every tenth of J60 and J120. Valid, never worse than the base, and
// as good as measured.
#include <sched/rollout.hpp>

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <sched/io/psplib.hpp>
#include <sched/sgs.hpp>
#include <sched/validate.hpp>

#include "support/catch.hpp"
#include "support/instances.hpp"

using namespace sched;

namespace {

std::vector<std::pair<std::string, project>> load(const std::string& folder, const std::string& set,
                                                  std::size_t every) {
  std::vector<std::pair<std::string, project>> all;
  const file_texts files = files_in(folder + set, ".sm");
  for (std::size_t k = 0; k < files.size(); k += every)
    all.emplace_back(files[k].first, io::read_psplib(files[k].second, files[k].first));
  return all;
}

double deviation(const project& p, instant makespan) {
  const auto length = static_cast<double>(find_critical_path(p).length.count());
  return 100 * (static_cast<double>(makespan.count()) / length - 1);
}

struct variant {
  const char* name;
  project_rollout_options how;
  double expected[3];  // mean deviation from the critical path: J30, J60 and J120 of the subset
};
constexpr auto parallel = generation_scheme::parallel;

}  // namespace

TEST_CASE("rollouts of the classic sets are valid, never worse than their base, and as good as measured") {
  const std::string folder = instance_folder();
  if (folder.empty()) {
    WARN("rollouts of the classic sets skipped: no data");
    return;
  }
  const variant variants[] = {
      {"serial, width 4", {.width = 4}, {16.54, 13.83, 40.66}},
      {"serial, width 8, horizon 15", {.width = 8, .horizon = 15}, {16.27, 14.21, 41.83}},
      {"serial, width 4, justified", {.width = 4, .justify = true}, {15.79, 13.12, 38.68}},
      {"parallel, width 8", {.scheme = parallel, .width = 8}, {16.11, 12.87, 36.76}},
      {"parallel, width 8, horizon 5, waiting",
       {.scheme = parallel, .width = 8, .horizon = 5, .idle = true},
       {17.45, 14.89, 42.05}},
      {"parallel, width 8, waiting, justified",
       {.scheme = parallel, .width = 8, .idle = true, .justify = true},
       {14.72, 11.66, 34.24}},
  };
  const char* const sets[] = {"j30", "j60", "j120"};
  for (std::size_t k = 0; k < 3; ++k) {
    const auto all = load(folder, sets[k], k == 0 ? 1 : 10);
    REQUIRE(all.size() == (k == 0 ? 480 : k == 1 ? 48 : 60));
    for (const variant& v : variants) {
      double sum = 0, base_sum = 0;
      for (const auto& [name, p] : all) {
        INFO(name << ", " << v.name);
        schedule_result base = v.how.scheme == parallel ? parallel_sgs(p, priority::latest_start{})
                                                        : serial_sgs(p, priority::latest_start{});
        if (v.how.justify) justifier<step_timeline>(p).double_justify(base.schedule);
        const project_rollout_result r = rollout_sgs(p, priority::latest_start{}, v.how);
        REQUIRE(r.solved());
        REQUIRE(validate(p, r.schedule).ok());
        REQUIRE(r.makespan() <= base.makespan());
        sum += deviation(p, r.makespan());
        base_sum += deviation(p, base.makespan());
      }
      const double mean = sum / static_cast<double>(all.size()), before = base_sum / static_cast<double>(all.size());
      INFO(sets[k] << ", " << v.name << ": " << mean << ", base " << before << ", expected " << v.expected[k]);
      CHECK(mean < before);
      CHECK(std::abs(mean - v.expected[k]) < 0.006);
    }
  }
}
