// SPDX-License-Identifier: BSL-1.0
// Any bytes as a project in JSON: an error with file and line, or a sound project that survives writing and reading.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sched/io/json_project.hpp>

#include "support/fuzz_project.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = [](std::string_view text) { return sched::io::read_json_project(text, "f.x"); };
  fuzz_reader({reinterpret_cast<const char*>(data), size}, read, [&](const sched::project& p) {
    std::string text = sched::io::write_json_project(p);
    fuzz_require(sched::io::write_json_project(read(text)) == text, "writes the same text again");
    return text;
  });
  return 0;
}
