// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_TRACES_HPP
#define SCHED_TESTS_SUPPORT_TRACES_HPP

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sched/io/gzip_file.hpp>
#include <sched/model/job.hpp>

#ifndef SCHED_DATA_DIR
#define SCHED_DATA_DIR ""
#endif

/// A workload trace that the tests know, when the data are there.
struct known_trace {
  const char* file;
  std::size_t records;
  sched::amount processors;
  std::size_t dummies, clipped, estimates_missing;
};

inline constexpr known_trace known_traces[] = {
    {"KTH-SP2", 27954, 100, 0, 0, 0},        {"SDSC-SP2-first5000", 4961, 128, 355, 309, 0},
    {"lublin_256", 10000, 256, 0, 0, 10000}, {"NASA-iPSC-1993-3.1-cln", 18239, 128, 173, 0, 18239 - 173},
    {"HPC2N-subset", 3170, 240, 25, 320, 0}, {"Curie-500", 496, 77248, 0, 8, 0},
    {"AccaSim-test", 25, 64, 0, 0, 0},
};

/// The content of a packed file below the data folder, or nothing.
inline std::optional<std::string> data_text(const std::string& name) {
  const std::string path = std::string(SCHED_DATA_DIR) + "/" + name;
  if (!std::filesystem::exists(path)) return std::nullopt;
  return sched::io::read_gzip_file(path);
}

inline std::optional<std::string> trace_text(const std::string& name) { return data_text("swf/" + name + ".swf.gz"); }

/// Start times as published: the columns job_id, submit, procs, estimate, runtime, start, wait.
using oracle_row = std::vector<std::int64_t>;
inline std::vector<oracle_row> whole_rows(std::string_view text) {
  std::vector<oracle_row> rows;
  for (std::size_t at = std::min(text.find('\n'), text.size() - 1) + 1; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    oracle_row row;
    for (const char* p = text.data() + at; p < text.data() + end;) {
      std::int64_t value = 0;
      p = std::from_chars(p, text.data() + end, value).ptr + 1;
      row.push_back(value);
    }
    rows.push_back(std::move(row));
    at = end + 1;
  }
  return rows;
}

#endif
