// SPDX-License-Identifier: BSL-1.0
// Any bytes as roadmaps in JSON, of either form, read strictly and leniently: an error with file and line, or roadmaps
// that survive writing and reading.

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io/json_roadmap.hpp>

#include "support/fuzz_project.hpp"
#include "support/same_roadmap.hpp"

namespace {

using sched::io::roadmap_document;

void check(const roadmap_document& d, std::string_view text) {
  fuzz_require(d.map.tasks.size() <= text.size(), "not more tasks than bytes");
  fuzz_require(d.task_lines.size() == d.map.tasks.size(), "a line per task");
  for (const sched::roadmap_task& t : d.map.tasks) {
    fuzz_require(std::isfinite(t.duration) && t.duration >= 0, "a duration");
    fuzz_require(t.allocations.empty() || t.allocations.size() == t.resources.size(), "allocations of the resources");
    fuzz_require(t.demands.empty() || t.spec || t.demands.size() == t.resources.size(), "demands of the resources");
  }
  for (const std::string& w : d.warnings) fuzz_require(w.find('\n') == std::string::npos, "warnings of one line");
  std::string written;
  try {
    written = sched::io::write_json_roadmap(d);
  } catch (const sched::error&) {
    return;  // a calendar that cannot be described
  }
  try {
    const roadmap_document again = sched::io::read_json_roadmap(written, "f.x");
    fuzz_require(again.warnings.empty(), "nothing unknown is written");
    sched::roadmap named = again.map;
    if (d.map.name.empty()) named.name.clear();  // without one it gets that of its file
    fuzz_require(first_difference(d.map, named).empty(), "reads back: " + first_difference(d.map, named));
    roadmap_document same = again;
    same.map.name = d.map.name;
    fuzz_require(sched::io::write_json_roadmap(same) == written, "writes the same text again");
  } catch (const sched::error& e) {
    fuzz_require(false, std::string("reads what was written: ") + e.what());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto rules : {sched::io::text_rules::strict, sched::io::text_rules::lenient}) {
    try {
      for (const roadmap_document& d : sched::io::read_json_roadmaps(text, "f.x", rules)) check(d, text);
    } catch (const sched::error& e) {
      fuzz_check_error(e, text);
    }
  }
  return 0;
}
