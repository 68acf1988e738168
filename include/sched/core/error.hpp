// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CORE_ERROR_HPP
#define SCHED_CORE_ERROR_HPP

/// \file
/// The one exception type: malformed input at the boundary.

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sched {
inline namespace v0 {

/// Thrown by readers and builders when their input is malformed; by nothing else.
///
/// `what()` is `FILE:LINE: reason` for readers (a missing file name or line is left out) and the plain reason for
/// builders. `ids()` lists the offending items by the names or numbers that the input uses for them.
class error : public std::runtime_error {
public:
  explicit error(std::string reason, std::vector<std::string> ids = {})
      : std::runtime_error(reason), reason_(std::move(reason)), ids_(std::move(ids)) {}

  error(std::string file, std::size_t line, std::string reason, std::vector<std::string> ids = {})
      : std::runtime_error(compose(file, line, reason)),
        file_(std::move(file)),
        line_(line),
        reason_(std::move(reason)),
        ids_(std::move(ids)) {}

  [[nodiscard]] const std::string& file() const noexcept { return file_; }
  /// Line counted from 1; 0 = not tied to a line.
  [[nodiscard]] std::size_t line() const noexcept { return line_; }
  [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
  [[nodiscard]] const std::vector<std::string>& ids() const noexcept { return ids_; }

private:
  static std::string compose(const std::string& file, std::size_t line, const std::string& reason) {
    std::string text = file;
    if (line != 0) text += (text.empty() ? "line " : ":") + std::to_string(line);
    return text.empty() ? reason : text + ": " + reason;
  }

  std::string file_;
  std::size_t line_ = 0;
  std::string reason_;
  std::vector<std::string> ids_;
};

}  // namespace v0
}  // namespace sched

#endif
