// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_DURABLE_FILE_HPP
#define SCHED_IO_DURABLE_FILE_HPP

/// \file
/// A file that replaces another one as a whole, and is on the disk when it says so.

#if defined(__unix__) || defined(__APPLE__)
#include <fcntl.h>
#include <unistd.h>
#else
#include <io.h>
#endif

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sched/io/file.hpp>

namespace sched {
inline namespace v0 {
namespace io {
namespace detail {

/// The disk has what was written. errno otherwise.
inline int sync_file(std::FILE* f) noexcept {
  if (std::fflush(f) != 0) return errno;
#if defined(__APPLE__)
  return fcntl(fileno(f), F_FULLFSYNC) == 0 || fsync(fileno(f)) == 0 ? 0 : errno;
#elif defined(__unix__)
  return fsync(fileno(f)) == 0 ? 0 : errno;
#else
  return _commit(_fileno(f)) == 0 ? 0 : errno;
#endif
}
/// The disk has the names in the folder, where folders can be asked for that.
inline int sync_folder([[maybe_unused]] const std::string& of) noexcept {
#if defined(__unix__) || defined(__APPLE__)
  const int folder = open(of.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return errno;
  const int code = fsync(folder) == 0 || errno == EINVAL ? 0 : errno;
  close(folder);
  return code;
#else
  return 0;
#endif
}

}  // namespace detail

/// Written piece by piece into a new file `PATH.tmp` (`.tmp1` … if that exists) beside it; `commit()` brings it to the
/// disk, gives it its name, and brings the name to the disk. Whoever reads, also after a loss of power, finds the old
/// content or the new one. Without `commit`, and after a failure before the name has changed, the temporary file goes
/// and the old one stays. Throws `std::system_error`. Movable.
class durable_file {
public:
  explicit durable_file(std::string path) : path_(std::move(path)) {
    for (int attempt = 0; !file_; ++attempt) {
      temporary_ = path_ + ".tmp" + (attempt == 0 ? std::string() : std::to_string(attempt));
      errno = 0;
      file_.reset(std::fopen(temporary_.c_str(), "wbx"));  // x: must not exist
      if (!file_ && (errno != EEXIST || attempt == 99)) detail::fail_on(path_, "cannot create", errno);
    }
  }
  durable_file(durable_file&&) noexcept = default;
  durable_file& operator=(durable_file&& o) noexcept {
    if (this == &o) return *this;
    drop();
    path_ = std::move(o.path_);
    temporary_ = std::move(o.temporary_);
    file_ = std::move(o.file_);
    return *this;
  }
  ~durable_file() { drop(); }

  /// Precondition: not committed.
  void write(std::string_view bytes) {
    errno = 0;
    if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size())
      detail::fail_on(path_, "cannot write", errno);
  }
  void commit() {
    errno = 0;
    if (const int code = detail::sync_file(file_.get()); code != 0) detail::fail_on(path_, "cannot write", code);
    errno = 0;
    if (std::fclose(file_.release()) != 0) {
      const int code = errno;
      std::remove(temporary_.c_str());
      detail::fail_on(path_, "cannot write", code);
    }
    std::error_code renamed;
    std::filesystem::rename(temporary_, path_, renamed);
    if (renamed) {
      std::remove(temporary_.c_str());
      throw std::system_error(renamed, path_ + ": cannot write");
    }
    const std::string folder = std::filesystem::path(path_).parent_path().string();
    if (const int code = detail::sync_folder(folder.empty() ? "." : folder); code != 0)
      detail::fail_on(path_, "cannot make its name last", code);
  }

private:
  void drop() noexcept {
    if (!file_) return;
    file_.reset();
    std::remove(temporary_.c_str());
  }
  std::string path_, temporary_;
  detail::file_handle file_;
};

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
