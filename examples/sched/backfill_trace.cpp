// SPDX-License-Identifier: BSL-1.0
// Traces of `sched backfill`: read, prepared, with what was changed on the way.
#include <charconv>
#include <optional>
#include <utility>

#include <sched/core/error.hpp>
#include <sched/io.hpp>
#include <sched/io/gzip_file.hpp>

#include "backfill_run.hpp"

namespace program {

backfill_trace load_trace(const std::string& path, const backfill_request& r) {
  using namespace sched;
  backfill_trace t;
  io::swf_options o{.processors = r.processors};
  if (r.bad_lines == "skip") o.bad_lines = io::swf_bad_lines::skip;
  if (r.oversized == "clip") o.oversized = io::swf_oversized::clip;
  if (r.oversized == "drop") o.oversized = io::swf_oversized::drop;
  const io::swf_log log = io::read_swf(io::read_gzip_file(path), path, o);
  t.warnings = log.warnings;
  if (!log.skipped.empty())
    t.warnings.push_back(std::to_string(log.skipped.size()) + " lines left out, the first one on line " +
                         std::to_string(log.skipped.front().line) + ": " + log.skipped.front().reason);
  const auto size = r.processors > 0 ? std::optional(r.processors) : io::machine_size(log);
  if (!size) throw error(path, 1, "the header does not say how many processors there are: use --procs");
  t.processors = *size;
  if (const auto start = log.find("UnixStartTime"))
    std::from_chars(start->data(), start->data() + start->size(), t.unix_start);
  try {
    if (r.prepare == "replay") {
      t.jobs = io::prepare::replay(log, t.processors).jobs;
    } else {
      io::swf_jobs clean = io::prepare::clean(log, t.processors, {.oversized = o.oversized});
      for (const io::swf_dependency& d : clean.dependencies)
        clean.jobs[d.job].after.push_back({job_dependency::kind::any, clean.jobs[d.after].id, d.delay});
      if (clean.changes.dependencies_ignored > 0)
        t.warnings.push_back(std::to_string(clean.changes.dependencies_ignored) +
                             " dependencies on unknown or later jobs are not replayed");
      t.jobs = std::move(clean.jobs);
    }
  } catch (const error& e) {
    throw error(path, 1, e.reason(), e.ids());
  }
  return t;
}

}  // namespace program
