// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_FUZZ_PROJECT_HPP
#define SCHED_TESTS_SUPPORT_FUZZ_PROJECT_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include <sched/core/error.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>

#include "support/same_project.hpp"

inline void fuzz_require(bool holds, const std::string& what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what.c_str());
  std::abort();
}

/// An error of a reader is one printable line `FILE:LINE: reason` (or `FILE: reason`) about a line of the text.
inline void fuzz_check_error(const sched::error& e, std::string_view text) {
  const std::string what = e.what();
  fuzz_require(what.starts_with("f.x:"), "names the file: " + what);
  fuzz_require(!e.reason().empty() && what.find('\n') == std::string::npos, "one line: " + what);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
  fuzz_require(e.line() <= lines, "a line of the text: " + what);
}

/// What every project promises, whatever it was read from.
inline void fuzz_check_project(const sched::project& p, std::string_view text) {
  fuzz_require(p.task_count() <= text.size(), "not more tasks than bytes");
  fuzz_require(p.topological_order().size() == p.task_count(), "acyclic");
  const sched::critical_path c = find_critical_path(p);
  fuzz_require(c.length.is_finite() && c.length <= p.horizon(), "a finite critical path below the horizon");
}

/// Reads; then, if `write` can express the project, reads back what it writes and compares.
template <class Read, class Write>
void fuzz_reader(std::string_view text, Read read, Write write) {
  std::string written;
  sched::project p;
  try {
    p = read(text);
  } catch (const sched::error& e) {
    return fuzz_check_error(e, text);
  }
  fuzz_check_project(p, text);
  try {
    written = write(p);
  } catch (const sched::error&) {
    return;
  }
  try {
    fuzz_require(first_difference(p, read(written)).empty(),
                 "reads back what was written: " + first_difference(p, read(written)));
  } catch (const sched::error& e) {
    fuzz_require(false, std::string("reads what was written: ") + e.what());
  }
}

#endif
