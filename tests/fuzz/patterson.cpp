// SPDX-License-Identifier: BSL-1.0
// Any bytes as a project file: an error with file and line, or a sound project that survives writing and reading.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include <sched/io/patterson.hpp>
#include <sched/io/patterson_write.hpp>

#include "support/fuzz_project.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_reader(
      {reinterpret_cast<const char*>(data), size},
      [](std::string_view text) { return sched::io::read_patterson(text, "f.x"); },
      [](const sched::project& p) { return sched::io::write_patterson(p); });
  return 0;
}
