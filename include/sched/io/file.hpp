// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_FILE_HPP
#define SCHED_IO_FILE_HPP

/// \file
/// Whole files in, whole files out.
///
/// These functions throw `std::system_error` (what the operating system answered, with the path) and never
/// `sched::error`: a file that cannot be opened says nothing about its content, and callers tell the two apart.

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

struct close_file {
  void operator()(std::FILE* f) const noexcept { std::fclose(f); }
};
using file_handle = std::unique_ptr<std::FILE, close_file>;

[[noreturn]] inline void fail_on(const std::string& path, const char* what, int code) {
  throw std::system_error(code != 0 ? code : EIO, std::generic_category(), path + ": " + what);
}

}  // namespace detail

/// The content of a file, byte for byte. Throws `std::system_error`.
[[nodiscard]] inline std::string read_file(const std::string& path) {
  errno = 0;
  const detail::file_handle file(std::fopen(path.c_str(), "rb"));
  if (!file) detail::fail_on(path, "cannot open", errno);
  std::string text;
  constexpr std::size_t block = std::size_t{1} << 16;
  for (std::size_t got = block; got == block;) {
    const std::size_t old = text.size();
    text.resize(old + block);
    errno = 0;
    got = std::fread(text.data() + old, 1, block, file.get());
    text.resize(old + got);
    if (std::ferror(file.get()) != 0) detail::fail_on(path, "cannot read", errno);
  }
  return text;
}

/// Writes a file as a whole or not at all: the text goes to a new file `PATH.tmp` (`.tmp1` … if that exists) beside it,
/// which then takes its name. Readers see the old or the new content, never a part. Throws `std::system_error`; then
/// `path` is untouched and the temporary file is gone.
inline void write_file_atomically(const std::string& path, std::string_view text) {
  std::string temporary;
  detail::file_handle file;
  for (int attempt = 0; !file; ++attempt) {
    temporary = path + ".tmp" + (attempt == 0 ? std::string() : std::to_string(attempt));
    errno = 0;
    file.reset(std::fopen(temporary.c_str(), "wbx"));  // x: must not exist
    if (!file && (errno != EEXIST || attempt == 99)) detail::fail_on(path, "cannot create", errno);
  }
  errno = 0;
  const bool written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  int code = errno;
  errno = 0;
  const bool closed = std::fclose(file.release()) == 0;
  if (written && closed) {
    std::error_code renamed;
    std::filesystem::rename(temporary, path, renamed);
    if (!renamed) return;
    std::remove(temporary.c_str());
    throw std::system_error(renamed, path + ": cannot write");
  }
  if (written) code = errno;
  std::remove(temporary.c_str());
  detail::fail_on(path, "cannot write", code);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
