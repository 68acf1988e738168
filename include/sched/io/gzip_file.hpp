// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_GZIP_FILE_HPP
#define SCHED_IO_GZIP_FILE_HPP

/// \file
/// Files that may be packed with gzip. Needs zlib (link ZLIB::ZLIB); no other header includes this one.

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>

#include <zlib.h>

#include <sched/core/error.hpp>
#include <sched/io/file.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// The unpacked content of a gzip file, or the content of any other file as it is (the first bytes decide, not the
/// name). Throws `std::system_error` when the file cannot be opened or read, `sched::error` when packed data are
/// damaged or cut off, or unpack to more than `limit` bytes.
[[nodiscard]] inline std::string read_gzip_file(const std::string& path, std::size_t limit = std::size_t{1} << 32) {
  errno = 0;
  struct close {
    void operator()(gzFile f) const noexcept { gzclose_r(f); }
  };
  const std::unique_ptr<std::remove_pointer_t<gzFile>, close> file(gzopen(path.c_str(), "rb"));
  if (!file) detail::fail_on(path, "cannot open", errno);
  std::string text;
  constexpr unsigned block = 1U << 16;
  for (;;) {
    const std::size_t old = text.size();
    text.resize(old + block);
    errno = 0;
    const int got = gzread(file.get(), text.data() + old, block);
    int code = Z_OK;
    gzerror(file.get(), &code);
    if (code == Z_ERRNO) detail::fail_on(path, "cannot read", errno);
    if (got < 0 || code != Z_OK) throw error(path, 0, "the gzip data are damaged or cut off");
    text.resize(old + static_cast<std::size_t>(got));
    if (text.size() > limit) throw error(path, 0, "unpacks to more than " + std::to_string(limit) + " bytes");
    if (got == 0) return text;
  }
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
