// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SWF_WRITE_HPP
#define SCHED_IO_SWF_WRITE_HPP

/// \file
/// Writer for workload traces in the Standard Workload Format (`.swf`).

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/swf.hpp>
#include <sched/io/swf_jobs.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// Puts the entries that a reader of the format expects in front of the header: `Version` 2.2, `Computer`, `MaxJobs`,
/// `MaxRecords`, `MaxProcs` (if positive) and `UnixStartTime`. Entries that exist are kept, but the two counts are set
/// to the number of records. O(header).
inline void complete_swf_header(swf_log& log, std::string computer, amount processors, std::int64_t unix_start = 0) {
  const std::string count = std::to_string(log.records.size());
  std::vector<std::pair<std::string, std::string>> missing;
  const auto want = [&](const char* key, std::string value, bool exact) {
    for (auto& entry : log.header)
      if (entry.first == key) {
        if (exact) entry.second = value;
        return;
      }
    missing.emplace_back(key, std::move(value));
  };
  want("Version", "2.2", false);
  want("Computer", std::move(computer), false);
  want("MaxJobs", count, true);
  want("MaxRecords", count, true);
  if (processors > 0) want("MaxProcs", std::to_string(processors), false);
  want("UnixStartTime", std::to_string(unix_start), false);
  for (swf_comment& c : log.comments) c.after += missing.size();
  log.header.insert(log.header.begin(), missing.begin(), missing.end());
}

/// A finished run as a trace: wait from the job's eligible time and status 1 (done) for jobs that ran, both unknown for
/// jobs that did not; run time and processors of the shape that ran. Ids that are `swf_unknown_id` become −1. No
/// header: see `complete_swf_header`. Precondition: one record per job, known shapes. O(n).
[[nodiscard]] inline swf_log swf_of_run(std::span<const job> jobs, std::span<const job_record> run) {
  SCHED_ASSERT(jobs.size() == run.size());
  const auto id = [](std::uint32_t x) { return x == swf_unknown_id ? std::int64_t{-1} : std::int64_t{x}; };
  swf_log log;
  log.records.reserve(jobs.size());
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const job& j = jobs[i];
    const job_shape& shape = j.shapes[run[i].shape];
    swf_record r;
    r.job = j.id;
    r.submit = j.submit.count();
    r.runtime = shape.runtime.count();
    r.processors = r.requested_processors = shape.demand;
    r.requested_time = shape.estimate.count();
    r.user = id(j.user);
    r.group = id(j.group);
    r.queue = id(j.queue);
    if (run[i].start.is_finite()) {
      r.wait = (run[i].start - std::max(j.submit, j.not_before)).count();
      r.status = 1;
    }
    log.records.push_back(std::move(r));
  }
  return log;
}

namespace detail {

inline void append_swf_real(std::string& out, double value, int decimals) {
  char digits[400];
  const auto end = decimals == 0
                       ? std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed).ptr
                       : std::to_chars(digits, digits + sizeof digits, value, std::chars_format::fixed, decimals).ptr;
  out.append(digits, end);
}

}  // namespace detail

/// Writes a trace: the header with its comments between the entries where they were read, then the records by (submit,
/// job), 18 fields separated by one blank, then the extra columns. Reading it back gives equal records, and what was
/// read from a sorted text is written as that text up to blanks. Lines end in LF. Errors: `sched::error` for line
/// breaks in texts, keys that are no word, a CPU time that is not finite. O(n log n), allocates the text.
[[nodiscard]] inline std::string write_swf(const swf_log& log) {
  std::string out;
  const auto one_line = [](std::string_view text, std::string_view what) {
    if (text.find('\n') != std::string_view::npos) throw error("a line break in " + std::string(what));
    return text;
  };
  std::size_t next = 0;
  for (std::size_t h = 0; h <= log.header.size(); ++h) {
    for (; next < log.comments.size() && (log.comments[next].after <= h || h == log.header.size()); ++next) {
      out += ';';
      out += one_line(log.comments[next].text, "a comment of the trace");
      out += '\n';
    }
    if (h == log.header.size()) break;
    const auto& [key, value] = log.header[h];
    if (key.empty() || key.find_first_of(" \t\r\n:") != std::string::npos)
      throw error("a header key of the trace is no word: " + in_quotes(key));
    out += "; " + key + ":";
    if (!value.empty()) out += ' ';
    out += one_line(value, "the header entry " + key);
    out += '\n';
  }
  std::vector<std::size_t> order(log.records.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::size_t i) { return std::tuple(log.records[i].submit, log.records[i].job); });
  const auto append = [&out](std::initializer_list<std::int64_t> fields) {
    char digits[24];
    for (const std::int64_t x : fields) {
      out.append(digits, std::to_chars(digits, digits + sizeof digits, x).ptr);
      out += ' ';
    }
  };
  for (const std::size_t i : order) {
    const swf_record& r = log.records[i];
    if (!std::isfinite(r.cpu_time)) throw error("job " + std::to_string(r.job) + ": CPU time is not finite");
    append({r.job, r.submit, r.wait, r.runtime, r.processors});
    detail::append_swf_real(out, r.cpu_time, r.cpu_decimals);
    out += ' ';
    append({r.memory, r.requested_processors, r.requested_time, r.requested_memory, r.status, r.user, r.group,
            r.executable, r.queue, r.partition, r.preceding_job, r.think_time});
    out += one_line(r.extra, "the extra columns of job " + std::to_string(r.job));
    if (out.back() == ' ') out.pop_back();
    out += '\n';
  }
  return out;
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
