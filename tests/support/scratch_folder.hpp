// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TESTS_SUPPORT_SCRATCH_FOLDER_HPP
#define SCHED_TESTS_SUPPORT_SCRATCH_FOLDER_HPP

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <random>
#include <string>

/// A new empty folder that goes away with the object.
class scratch_folder {
public:
  scratch_folder() {
    std::random_device random;
    do {
      root_ = std::filesystem::temp_directory_path() / ("sched-test-" + std::to_string(random()));
    } while (!std::filesystem::create_directory(root_));
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const { return (root_ / name).string(); }
  /// Files and folders below.
  [[nodiscard]] std::size_t files() const {
    const std::filesystem::recursive_directory_iterator begin(root_);
    return static_cast<std::size_t>(std::distance(begin, std::filesystem::recursive_directory_iterator()));
  }

private:
  std::filesystem::path root_;
};

#endif
