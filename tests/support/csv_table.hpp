// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_CSV_TABLE_HPP
#define SCHED_TESTS_SUPPORT_CSV_TABLE_HPP

/// \file
/// The shared data files, by column names. Shares nothing with the library's own readers but the decompression.

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <sched/io/gzip_file.hpp>

namespace sched_test {

/// The folder of the market data, or nothing where there is none.
inline std::string market_folder() {
  const char* other = std::getenv("SCHED_DATA_DIR");
  const std::string at = std::string(other == nullptr ? SCHED_DATA_DIR : other) + "/market/";
  return std::filesystem::is_directory(at) ? at : std::string();
}

/// A CSV file by column names.
struct csv_table {
  std::vector<std::map<std::string, std::string>> rows;
  explicit csv_table(const std::string& path) {
    const std::string text = sched::io::read_gzip_file(path);
    std::vector<std::string> names;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      std::vector<std::string> fields;
      for (std::size_t k = at; k <= end; ++k) {
        const std::size_t comma = std::min({text.find(',', k), end});
        fields.push_back(text.substr(k, comma - k));
        k = comma;
      }
      at = end + 1;
      if (names.empty()) names = fields;
      else {
        auto& row = rows.emplace_back();
        for (std::size_t k = 0; k < names.size() && k < fields.size(); ++k) row[names[k]] = fields[k];
      }
    }
  }
};

inline double real(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

}  // namespace sched_test

#endif
