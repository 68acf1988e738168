// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_ROADMAP_DOCUMENT_HPP
#define SCHED_IO_ROADMAP_DOCUMENT_HPP

/// \file
/// What a file says about one roadmap: the roadmap, how to schedule it, and where in the file everything stands.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/io/text_reader.hpp>
#include <sched/model/random_roadmap.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// A roadmap as read. `map.name` is what the document calls itself, or else the name of its file.
struct roadmap_document {
  roadmap map{};
  roadmap_options options{};  ///< the document's settings; defaults elsewhere
  /// A strategy that does not exist: the document can be read but not scheduled, unless the caller chooses another.
  std::optional<std::string> unknown_strategy{};
  std::string theme{};
  std::optional<random_roadmap_options> generator{};  ///< the parameters that rebuild it
  std::vector<std::string> warnings{};                ///< one line each, with file and line

  std::string file{};
  std::size_t line = 0;                   ///< where the document begins
  std::vector<std::size_t> task_lines{};  ///< by position in `map.tasks`

  /// The same complaint with file and line: those of the last task that it names first, else of the document. For what
  /// a solver finds wrong with `map`. O(tasks).
  [[nodiscard]] error locate(const error& e) const {
    if (e.line() != 0) return e;
    std::size_t at = line;
    for (std::size_t k = 0; !e.ids().empty() && k < map.tasks.size() && k < task_lines.size(); ++k)
      if (map.tasks[k].id == e.ids().front()) at = task_lines[k];
    return {file, at, printable(e.reason()), e.ids()};
  }
};

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
