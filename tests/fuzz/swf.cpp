// SPDX-License-Identifier: BSL-1.0
// Any bytes as a trace: an error with file and line, or a log that survives writing and reading, and sound jobs.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <sched/io/swf.hpp>
#include <sched/io/swf_jobs.hpp>
#include <sched/io/swf_write.hpp>

#include "support/fuzz_project.hpp"

namespace {

void check_jobs(const sched::io::swf_jobs& p, sched::amount processors) {
  sched::instant last = sched::instant::minus_infinity();
  for (const sched::job& j : p.jobs) {
    fuzz_require(j.rigid() && j.submit.is_finite() && last <= j.submit, "rigid jobs by submit time");
    const sched::job_shape& s = j.shapes[0];
    fuzz_require(s.demand >= 1 && s.demand <= processors, "a demand of the machine");
    fuzz_require(s.estimate >= 1 && s.runtime >= 0 && s.runtime <= s.estimate, "0 ≤ run time ≤ estimate");
    last = j.submit;
  }
  for (const sched::io::swf_dependency& d : p.dependencies) fuzz_require(d.after < d.job, "depends on an earlier job");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sched::io;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  swf_options options;  // the first byte chooses
  if ((data[0] & 1) != 0) options.bad_lines = swf_bad_lines::skip;
  if ((data[0] & 2) != 0) options.decimals = swf_decimals::floor;
  if ((data[0] & 4) != 0) options.duplicates = swf_duplicates::keep_first;
  if ((data[0] & 8) != 0) options.oversized = swf_oversized::clip;
  if ((data[0] & 16) != 0) options.shift_to_zero = true;
  swf_log log;
  try {
    log = read_swf(text, "f.x", options);
  } catch (const sched::error& e) {
    fuzz_check_error(e, text);
    return 0;
  }
  const std::string written = write_swf(log);
  const swf_log again = read_swf(written, "g.x", {.oversized = swf_oversized::keep});
  fuzz_require(write_swf(again) == written, "written twice, the same text");
  fuzz_require(again.records.size() == log.records.size(), "no record is lost");
  fuzz_require(again.header == log.header, "the header is kept");
  const sched::amount processors = machine_size(log).value_or(16);
  try {
    const swf_jobs all = prepare::replay(log, processors);
    check_jobs(all, processors);
    fuzz_require(all.jobs.size() == log.records.size(), "a job per record");
    check_jobs(prepare::clean(log, processors, {.oversized = swf_oversized::clip}), processors);
  } catch (const sched::error& e) {
    fuzz_require(e.ids().size() == 1, "an id beyond 32 bits");
  }
  return 0;
}
