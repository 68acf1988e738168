// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SQUEUE_HPP
#define SCHED_IO_SQUEUE_HPP

/// \file
/// The queue of a cluster scheduler as a table in the form of Slurm's.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/dispatch/cluster_options.hpp>
#include <sched/dispatch/job_store.hpp>
#include <sched/io/node_list.hpp>
#include <sched/io/sbatch_cluster.hpp>
#include <sched/io/slurm_table.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/lifecycle.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// `PD`, `R`, `CG` …: queued, scheduled and held are pending for Slurm, or configuring once they have a place.
[[nodiscard]] constexpr std::string_view compact_state(job_state s, end_reason why = end_reason::none) noexcept {
  switch (s) {
    case job_state::queued:
    case job_state::held: return "PD";
    case job_state::scheduled: return "CF";
    case job_state::running: return "R";
    case job_state::preempting: return "CG";
    case job_state::preempted: return why == end_reason::node_lost ? "NF" : "PR";
    case job_state::completed: return "CD";
    case job_state::cancelled: return "CA";
    case job_state::failed: break;
  }
  switch (why) {
    case end_reason::timeout: return "TO";
    case end_reason::node_lost: return "NF";
    case end_reason::out_of_memory: return "OOM";
    case end_reason::deadline: return "DL";
    case end_reason::launch_failed: return "BF";
    default: return "F";
  }
}
/// The same in full.
[[nodiscard]] constexpr std::string_view long_state(std::string_view compact) noexcept {
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"PD", "PENDING"},   {"CF", "CONFIGURING"}, {"R", "RUNNING"},    {"CG", "COMPLETING"}, {"NF", "NODE_FAIL"},
      {"PR", "PREEMPTED"}, {"CD", "COMPLETED"},   {"CA", "CANCELLED"}, {"TO", "TIMEOUT"},    {"OOM", "OUT_OF_MEMORY"},
      {"DL", "DEADLINE"},  {"BF", "BOOT_FAIL"},   {"F", "FAILED"},     {"S", "SUSPENDED"}};
  for (const auto& [a, b] : names)
    if (a == compact) return b;
  return "UNKNOWN";
}
/// Why a job waits, in Slurm's words; `None` for one that does not.
[[nodiscard]] inline std::string wait_reason(const wait_answer& w) {
  using enum wait_answer::kind;
  switch (w.what) {
    case none: return "None";
    case held: return "JobHeldUser";
    case begins_later: return "BeginTime";
    case dependency: return "Dependency";
    case quota: return "AssocGrpLimit";
    case array: return "JobArrayTaskLimit";
    case capacity: return w.first == obstacle::down ? "ReqNodeNotAvail" : "Resources";
    case order: return "Priority";
    case inventory: return "Reservation";
  }
  return "None";
}

/// A row of the queue: all that columns can show, as text.
struct squeue_row {
  std::string id{}, number{}, array_job{}, array_task{}, name{}, user{}, account{}, partition{}, state{}, reason{},
      nodes{};
  std::string used{}, limit{}, left{}, start{}, end{}, submitted{}, dependency{};
  std::uint64_t node_count = 0, cpus = 0, gpus = 0;
  amount memory = 0;
  std::int64_t priority = 0, nice = 0;
};

namespace detail {

[[nodiscard]] inline std::string date_text(instant t, std::int64_t unix_start, const char* none) {
  return t.is_finite() ? format_slurm_instant(unix_start + t.count()) : std::string(none);
}
/// In the largest unit that says it exactly.
[[nodiscard]] inline std::string memory_text(amount bytes) {
  constexpr std::string_view units = "BKMGT";
  std::size_t u = 0;
  while (bytes != 0 && bytes % 1024 == 0 && u + 1 < units.size()) bytes /= 1024, ++u;
  return std::to_string(bytes) + (u == 0 ? "" : std::string(1, units[u]));
}

}  // namespace detail

/// The row of a job: `wait` is the scheduler's `why(id)`, `index` its place in an array. O(parts of the job).
[[nodiscard]] inline squeue_row make_squeue_row(const stored_job& r, const wait_answer& wait, const sbatch_site& site,
                                                instant now, std::int64_t index = sbatch_dependency::none) {
  const cluster_job& j = r.job;
  squeue_row q;
  q.number = std::to_string(j.id);
  q.array_job = std::to_string(j.array == 0 ? j.id : j.array);
  q.array_task = index == sbatch_dependency::none ? "N/A" : std::to_string(index);
  q.id = index == sbatch_dependency::none ? q.number : q.array_job + "_" + q.array_task;
  q.name = j.name;
  q.user = site.users.name(j.user);
  q.account = site.accounts.name(j.account);
  q.partition = site.partitions.name(j.queue);
  const bool any = r.life.attempt_count() > 0;
  const job_attempt last = any ? r.life.attempt(r.life.attempt_count() - 1) : job_attempt();
  q.state = compact_state(r.life.state(), last.reason);
  q.reason = wait_reason(wait);
  const bool placed = holds_resources(r.life.state()) || is_terminal(r.life.state());
  const duration used = placed && last.started.is_finite() ? std::min(last.ended, now) - last.started : duration(0);
  q.used = format_slurm_duration(used);
  q.limit = format_slurm_duration(j.estimate);
  q.left = j.estimate == duration::infinity() ? "UNLIMITED" : format_slurm_duration(j.estimate - used);
  q.start = detail::date_text(placed ? last.started : j.not_before, site.unix_start, "N/A");
  const instant end =
      last.ended.is_finite() || j.estimate == duration::infinity() ? last.ended : last.started + j.estimate;
  q.end = detail::date_text(placed ? end : instant::infinity(), site.unix_start, "N/A");
  q.submitted = detail::date_text(r.life.created(), site.unix_start, "N/A");
  q.priority = j.priority;
  q.nice = j.nice;
  for (const job_dependency& d : j.after) {
    using kind = job_dependency::kind;
    const char* names[] = {"after", "afterany", "afterok", "afternotok", "singleton"};
    if (!q.dependency.empty()) q.dependency += ',';
    q.dependency += names[static_cast<std::size_t>(d.on)];
    if (d.on != kind::singleton) q.dependency += ':' + std::to_string(d.job);
  }
  if (!r.place.empty()) {
    std::vector<std::string> names;
    for (const allocation& a : r.place) {
      names.push_back(site.machine->name(a.node));
      q.cpus += static_cast<std::uint64_t>(a.cpu);
      q.memory += a.memory;
      q.gpus += a.devices.size();
    }
    q.cpus = (q.cpus + 999) / 1000;
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    q.node_count = names.size();
    q.nodes = compress_node_list(names);
  } else {
    amount cpu = 0;
    for (const part_group& g : j.wants.groups) {
      cpu = saturating_add(cpu, saturating_mul(g.each.cpu, static_cast<amount>(g.count)));
      q.memory = saturating_add(q.memory, saturating_mul(g.each.memory, static_cast<amount>(g.count)));
      q.gpus += std::uint64_t{g.each.devices} * g.count;
    }
    q.cpus = static_cast<std::uint64_t>(cpu / 1000 + (cpu % 1000 != 0 ? 1 : 0));
    q.node_count = j.wants.per_node == 0 ? 1 : j.wants.part_count() / j.wants.per_node;
  }
  return q;
}

/// Letters of `squeue --format`. `%b` is GPUs; of a task of an array `%i` is its index in it, `%A` its own number.
[[nodiscard]] inline std::span<const text_field<squeue_row>> squeue_fields() {
  using row = squeue_row;
  static constexpr text_field<row> all[] = {
      {"i", "JOBID", [](const row& r) { return r.id; }},
      {"A", "JOBID", [](const row& r) { return r.number; }},
      {"F", "ARRAY_JOB_ID", [](const row& r) { return r.array_job; }},
      {"K", "ARRAY_TASK_ID", [](const row& r) { return r.array_task; }},
      {"j", "NAME", [](const row& r) { return r.name; }},
      {"u", "USER", [](const row& r) { return r.user; }},
      {"a", "ACCOUNT", [](const row& r) { return r.account; }},
      {"P", "PARTITION", [](const row& r) { return r.partition; }},
      {"t", "ST", [](const row& r) { return r.state; }},
      {"T", "STATE", [](const row& r) { return std::string(long_state(r.state)); }},
      {"M", "TIME", [](const row& r) { return r.used; }},
      {"l", "TIME_LIMIT", [](const row& r) { return r.limit; }},
      {"L", "TIME_LEFT", [](const row& r) { return r.left; }},
      {"S", "START_TIME", [](const row& r) { return r.start; }},
      {"e", "END_TIME", [](const row& r) { return r.end; }},
      {"V", "SUBMIT_TIME", [](const row& r) { return r.submitted; }},
      {"D", "NODES", [](const row& r) { return std::to_string(r.node_count); }},
      {"C", "CPUS", [](const row& r) { return std::to_string(r.cpus); }},
      {"m", "MIN_MEMORY", [](const row& r) { return detail::memory_text(r.memory); }},
      {"b", "TRES_PER_NODE", [](const row& r) { return r.gpus == 0 ? "N/A" : "gres/gpu:" + std::to_string(r.gpus); }},
      {"N", "NODELIST", [](const row& r) { return r.nodes; }},
      {"R", "NODELIST(REASON)", [](const row& r) { return r.nodes.empty() ? '(' + r.reason + ')' : r.nodes; }},
      {"r", "REASON", [](const row& r) { return r.reason; }},
      {"E", "DEPENDENCY", [](const row& r) { return r.dependency.empty() ? "(null)" : r.dependency; }},
      {"Q", "PRIORITY", [](const row& r) { return std::to_string(r.priority); }},
      {"y", "NICE", [](const row& r) { return std::to_string(r.nice); }}};
  return all;
}
inline constexpr std::string_view squeue_format = "%.18i %.9P %.8j %.8u %.2t %.10M %.6D %R";

/// The table of `squeue`. Throws `sched::error` for a bad format.
[[nodiscard]] inline std::string format_squeue(std::span<const squeue_row> rows,
                                               std::string_view format = squeue_format, bool header = true) {
  const auto columns = parse_text_format<squeue_row>(format, squeue_fields());
  return format_table<squeue_row>(columns, rows, header);
}
/// The layout of the Horizon scheduler: id (8 characters of it), user and state in columns of 10, GPUs; one table of
/// columns for header and rows.
[[nodiscard]] inline std::string format_reference_squeue(std::span<const squeue_row> rows) {
  using row = squeue_row;
  const text_column<row> columns[] = {
      {"", "JOBID", 10, false, [](const row& r) { return r.id.substr(0, 8); }},
      {" ", "USER", 10, false, [](const row& r) { return r.user; }},
      {" ", "STATE", 10, false, [](const row& r) { return std::string(long_state(r.state)); }},
      {" ", "GPUS", 0, false, [](const row& r) { return std::to_string(r.gpus); }}};
  return format_table<row>(columns, rows);
}

}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
