// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_INSTANCES_HPP
#define SCHED_TESTS_SUPPORT_INSTANCES_HPP

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/io/file.hpp>

#ifndef SCHED_DATA_DIR
#define SCHED_DATA_DIR ""
#endif

/// The folder of the project instances, or nothing when there are no data on this machine.
inline std::string instance_folder() {
  const std::string folder = std::string(SCHED_DATA_DIR) + "/psplib/";
  return std::filesystem::is_directory(folder) ? folder : std::string();
}

/// (name, content) pairs, by name.
using file_texts = std::vector<std::pair<std::string, std::string>>;

inline file_texts files_in(const std::string& folder, const std::string& extension) {
  file_texts found;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == extension)
      found.emplace_back(entry.path().string(), sched::io::read_file(entry.path().string()));
  std::ranges::sort(found);
  return found;
}

/// The files of an unpacked tar archive whose names start with `prefix`.
inline file_texts files_of_tar(std::string_view tar, std::string_view prefix = {}) {
  constexpr std::size_t block = 512;
  file_texts found;
  for (std::size_t at = 0; at + block <= tar.size() && tar[at] != '\0';) {
    const std::string_view header = tar.substr(at, block);
    const auto field = [&](std::size_t from, std::size_t size) {
      const std::string_view text = header.substr(from, size);
      return std::string(text.substr(0, std::min(text.find('\0'), text.size())));
    };
    const std::size_t size = std::stoul(field(124, 12), nullptr, 8);
    std::string name = field(0, 100);
    if (header.substr(257, 5) == "ustar" && header[345] != '\0') name = field(345, 155) + "/" + name;
    if ((header[156] == '0' || header[156] == '\0') && name.starts_with(prefix))
      found.emplace_back(name, std::string(tar.substr(at + block, size)));
    at += block + (size + block - 1) / block * block;
  }
  std::ranges::sort(found);
  return found;
}

/// One column of a comma-separated table by its first column.
inline std::map<std::string, std::string> table_column(const std::string& path, const std::string& column) {
  const std::string text = sched::io::read_file(path);
  std::map<std::string, std::string> found;
  std::size_t wanted = 0;
  for (std::size_t at = 0, row = 0; at < text.size(); ++row) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::vector<std::string> cells(1);
    for (char c : text.substr(at, end - at))
      if (c == ',') cells.emplace_back();
      else if (c != '\r') cells.back() += c;
    if (row == 0) wanted = static_cast<std::size_t>(std::ranges::find(cells, column) - cells.begin());
    else if (wanted < cells.size()) found[cells.front()] = cells[wanted];
    at = end + 1;
  }
  return found;
}

#endif
