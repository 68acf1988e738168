// SPDX-License-Identifier: BSL-1.0
// Any bytes as a lock file: an error with file and line, or locks that survive writing and reading and can be applied.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io/json_roadmap_lock.hpp>

#include "support/fuzz_project.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<sched::io::roadmap_lock> locks;
  try {
    (void)sched::io::read_json_locks(text, "f.x", sched::io::text_rules::lenient);
  } catch (const sched::error& e) {
    fuzz_check_error(e, text);
  }
  try {
    locks = sched::io::read_json_locks(text, "f.x");
  } catch (const sched::error& e) {
    fuzz_check_error(e, text);
    return 0;
  }
  try {
    const auto again = sched::io::read_json_locks(sched::io::write_json_locks(locks), "f.x");
    fuzz_require(again == locks, "reads back what was written");
  } catch (const sched::error& e) {
    fuzz_require(false, std::string("writes and reads: ") + e.what());
  }
  sched::roadmap map;
  for (const auto& lock : locks)
    if (map.tasks.size() < 3) map.tasks.push_back({.id = lock.id, .spec = "*", .end_on = 5});
  const std::size_t known = map.tasks.size();
  fuzz_require(sched::io::apply_locks(map, locks).size() == locks.size() - known, "one line per unknown id");
  for (std::size_t k = 0; k < known; ++k) {
    const sched::roadmap_task& t = map.tasks[k];
    fuzz_require(t.start_on == locks[k].start && !t.spec && t.resources == locks[k].resources, "applied");
    fuzz_require(!t.end_on || *t.end_on >= *t.start_on, "in order");
  }
  return 0;
}
