// SPDX-License-Identifier: BSL-1.0
// Any bytes as a project with lags: an error with file and line, or a sound project.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sched/core/error.hpp>
#include <sched/io/rcpsp_max.hpp>

#include "support/fuzz_project.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_reader(
      {reinterpret_cast<const char*>(data), size},
      [](std::string_view text) { return sched::io::read_rcpsp_max(text, "f.x"); },
      [](const sched::project&) -> std::string { throw sched::error("has no writer"); });
  return 0;
}
