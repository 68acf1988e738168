// SPDX-License-Identifier: BSL-1.0
// Any bytes as roadmaps in JSON, planned by every algorithm in every mode: malformed, or a plan that is proved and can
// be written in every form.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io.hpp>
#include <sched/io/json_roadmap.hpp>
#include <sched/roadmap.hpp>
#include <sched/validate.hpp>

#include "support/fuzz_project.hpp"

namespace {

using namespace sched;

/// Small enough for some thousand plans a second.
bool suitable(const roadmap& map) {
  std::vector<std::string_view> ids;
  for (const roadmap_task& t : map.tasks) {
    if (t.duration > 1000 || std::abs(t.priority.value_or(0)) > 1'000'000) return false;
    ids.push_back(t.id);
  }
  std::ranges::sort(ids);
  return map.tasks.size() <= 12 && std::ranges::adjacent_find(ids) == ids.end();
}

void check(const roadmap& map, const roadmap_options& o) {
  roadmap_result r;
  try {
    r = plan_roadmap(map, o);
  } catch (const error&) {
    return;
  }
  const roadmap_report report = validate(map, o, r);
  fuzz_require(report.ok(), std::string(to_string(o.mode)) + ' ' + std::string(to_string(o.algorithm)) + ":\n" +
                                report.text(map, r) + io::write_json_roadmap(map, o));
  (void)io::write_json_roadmap_result(map, o, r);
  (void)io::write_roadmap_csv(map, o, r);
  (void)io::write_roadmap_effort_csv(map, o, r, map.now, map.now + 30);
  (void)io::lock_roadmap(map, o, r);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<io::roadmap_document> all;
  try {
    all = io::read_json_roadmaps({reinterpret_cast<const char*>(data), size}, "f.x");
  } catch (const error&) {
    return 0;
  }
  for (const io::roadmap_document& d : all) {
    if (!suitable(d.map)) continue;
    roadmap_options o = d.options;
    for (const auto& [mode, called] : io::setting_names<roadmap_mode>)
      for (const auto& [algorithm, name] : io::setting_names<roadmap_algorithm>) {
        o.mode = mode;
        o.algorithm = algorithm;
        check(d.map, o);
      }
  }
  return 0;
}
