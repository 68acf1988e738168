// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_READ_PROJECT_HPP
#define SCHED_IO_READ_PROJECT_HPP

/// \file
/// One reader for all text formats of projects: the extension of the file decides.

#include <string>
#include <string_view>

#include <sched/core/error.hpp>
#include <sched/io/file.hpp>
#include <sched/io/patterson.hpp>
#include <sched/io/psplib.hpp>
#include <sched/io/rcpsp_max.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Reads a project by the extension of `file`, in any case and with or without `.gz` behind it (the text itself must be
/// unpacked): `.sm` and `.mm` PSPLIB, `.rcp` Patterson, `.sch` RCPSP/max. For `.json` see `read_project_any` in
/// sched/json.hpp. Errors: those of the format's reader, and `sched::error` for any other extension.
[[nodiscard]] inline project read_project(std::string_view text, const std::string& file) {
  const std::string extension = file_extension(file);
  if (extension == ".sm" || extension == ".mm") return read_psplib(text, file);
  if (extension == ".rcp") return read_patterson(text, file);
  if (extension == ".sch") return read_rcpsp_max(text, file);
  throw error(file, 0, "unknown kind of project file " + in_quotes(extension) + ", expected .sm .mm .rcp .sch");
}

/// `read_project` of the content of a file (not packed). Also throws `std::system_error` when it cannot be read.
[[nodiscard]] inline project load_project(const std::string& path) { return read_project(read_file(path), path); }

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
