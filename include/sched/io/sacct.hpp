// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SACCT_HPP
#define SCHED_IO_SACCT_HPP

/// \file
/// The attempts of jobs as a table in the form of Slurm's.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/dispatch/job_store.hpp>
#include <sched/io/sbatch_cluster.hpp>
#include <sched/io/slurm_table.hpp>
#include <sched/io/slurm_time.hpp>
#include <sched/io/squeue.hpp>
#include <sched/model/lifecycle.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// An attempt of a job: a row of `sacct`.
struct sacct_row {
  squeue_row job{};
  std::size_t attempt = 0;
  std::string state{}, reason{}, start{}, end{}, elapsed{};
};
/// A row for every attempt; one for a job without. O(attempts).
[[nodiscard]] inline std::vector<sacct_row> make_sacct_rows(const stored_job& r, const sbatch_site& site, instant now,
                                                            std::int64_t index = sbatch_dependency::none) {
  std::vector<sacct_row> out;
  const squeue_row job = make_squeue_row(r, {}, site, now, index);
  const std::size_t n = r.life.attempt_count();
  for (std::size_t k = 0; k < std::max<std::size_t>(n, 1); ++k) {
    const job_attempt a = k < n ? r.life.attempt(k) : job_attempt();
    const bool last = k + 1 >= n;
    const job_state state = !last && a.reason == end_reason::launch_failed ? job_state::failed
                            : !last                                        ? job_state::preempted
                                                                           : r.life.state();
    out.push_back({job, k + 1, std::string(long_state(compact_state(state, a.reason))),
                   std::string(to_string(a.reason)), detail::date_text(a.started, site.unix_start, "Unknown"),
                   detail::date_text(a.ended, site.unix_start, "Unknown"),
                   format_slurm_duration(a.started.is_finite() ? std::min(a.ended, now) - a.started : duration(0))});
  }
  return out;
}
[[nodiscard]] inline std::span<const text_field<sacct_row>> sacct_fields() {
  using row = sacct_row;
  static constexpr text_field<row> all[] = {
      {"JobID", "JobID", [](const row& r) { return r.job.id; }},
      {"JobName", "JobName", [](const row& r) { return r.job.name; }},
      {"Partition", "Partition", [](const row& r) { return r.job.partition; }},
      {"Account", "Account", [](const row& r) { return r.job.account; }},
      {"User", "User", [](const row& r) { return r.job.user; }},
      {"Attempt", "Attempt", [](const row& r) { return std::to_string(r.attempt); }},
      {"AllocCPUS", "AllocCPUS", [](const row& r) { return std::to_string(r.job.cpus); }},
      {"ReqMem", "ReqMem", [](const row& r) { return detail::memory_text(r.job.memory); }},
      {"GPUs", "GPUs", [](const row& r) { return std::to_string(r.job.gpus); }},
      {"NNodes", "NNodes", [](const row& r) { return std::to_string(r.job.node_count); }},
      {"Submit", "Submit", [](const row& r) { return r.job.submitted; }},
      {"Start", "Start", [](const row& r) { return r.start; }},
      {"End", "End", [](const row& r) { return r.end; }},
      {"Elapsed", "Elapsed", [](const row& r) { return r.elapsed; }},
      {"Timelimit", "Timelimit", [](const row& r) { return r.job.limit; }},
      {"State", "State", [](const row& r) { return r.state; }},
      {"Reason", "Reason", [](const row& r) { return r.reason; }}};
  return all;
}
inline constexpr std::string_view sacct_format = "JobID%-12,JobName,Partition,User,Attempt%7,State,Elapsed,Reason";

/// The table of `sacct --format`, an attempt a row. Throws `sched::error` for a bad format.
[[nodiscard]] inline std::string format_sacct(std::span<const sacct_row> rows, std::string_view format = sacct_format) {
  const auto columns = parse_named_format<sacct_row>(format, sacct_fields());
  return format_table<sacct_row>(columns, rows, true, true);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
