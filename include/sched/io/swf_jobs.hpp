// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_IO_SWF_JOBS_HPP
#define SCHED_IO_SWF_JOBS_HPP

/// \file
/// From the records of a trace to jobs that can be scheduled: the named preparations, with counts of all they changed.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/io/swf.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {
namespace io {

/// User, group or queue of a job whose trace does not say: an id of its own, so that it equals no known one.
inline constexpr std::uint32_t swf_unknown_id = std::numeric_limits<std::uint32_t>::max();

/// What a preparation changed, in jobs.
struct swf_changes {
  std::size_t dummies = 0;               ///< unusable: became one second on at least one processor
  std::size_t dropped = 0;               ///< unusable: left out
  std::size_t too_large = 0;             ///< left out because of their demand
  std::size_t estimates_missing = 0;     ///< the run time serves as estimate
  std::size_t estimates_raised = 0;      ///< estimate raised to the run time or to one second
  std::size_t runtimes_clipped = 0;      ///< run time cut to the estimate
  std::size_t demands_clipped = 0;       ///< demand cut to the machine
  std::size_t submits_moved = 0;         ///< submit time of a dummy raised to 1
  std::size_t reordered = 0;             ///< places at which the order of submission had to be restored
  std::size_t dependencies_ignored = 0;  ///< the preceding job is unknown, later or was left out
  bool operator==(const swf_changes&) const = default;
};

/// A job may be submitted no earlier than `delay` after the end of another; both are positions in `swf_jobs::jobs`.
struct swf_dependency {
  std::size_t job = 0;
  std::size_t after = 0;
  duration delay{};
  bool operator==(const swf_dependency&) const = default;
};

/// Rigid jobs, ascending in submit time, jobs of one instant in the order of the trace.
struct swf_jobs {
  std::vector<job> jobs{};
  std::vector<std::size_t> record{};           ///< of each job, its position in the trace
  std::vector<swf_dependency> dependencies{};  ///< by job; empty unless the preparation reads them
  swf_changes changes{};
};

namespace detail {

[[nodiscard]] inline std::uint32_t swf_id(const swf_record& r, std::int64_t value, const char* what) {
  if (value < 0) return swf_unknown_id;
  if (value >= swf_unknown_id)
    throw error("job " + std::to_string(r.job) + ": " + what + " " + std::to_string(value) + " is too large",
                {std::to_string(r.job)});
  return static_cast<std::uint32_t>(value);
}

[[nodiscard]] inline job job_of_swf(const swf_record& r, instant submit, amount demand, duration estimate,
                                    duration runtime) {
  job j = rigid_job(r.job, submit, demand, estimate, runtime);
  j.user = swf_id(r, r.user, "user");
  j.group = swf_id(r, r.group, "group");
  j.queue = swf_id(r, r.queue, "queue");
  return j;
}

/// Restores the order of submission, which dummies and unsorted logs may have left.
inline void sort_by_submit(swf_jobs& out) {
  for (std::size_t i = 1; i < out.jobs.size(); ++i)
    out.changes.reordered += out.jobs[i].submit < out.jobs[i - 1].submit ? 1U : 0U;
  if (out.changes.reordered == 0) return;
  std::vector<std::size_t> order(out.jobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return out.jobs[i].submit; });
  swf_jobs sorted;
  sorted.changes = out.changes;
  for (const std::size_t i : order) {
    sorted.jobs.push_back(std::move(out.jobs[i]));
    sorted.record.push_back(out.record[i]);
  }
  out = std::move(sorted);
}

inline void require_machine(amount processors) {
  if (processors <= 0) throw error("a machine of " + std::to_string(processors) + " processors");
}

}  // namespace detail

namespace prepare {

/// Every record becomes a job, as published replays of the logs do it. A record with a run time or allocation that is
/// not positive, or with a negative submit time, becomes a dummy: one second (estimate and run time) on max(1, field 5)
/// processors, submitted at max(1, field 2). Of the others, with e₀ = field 9, or the run time r where that is not
/// positive: estimate max(e₀, r, 1), run time max(1, min(e₀, r)), demand min(field 5, machine); dummies are cut to the
/// machine, too. Nothing waits for a preceding job.
///
/// Errors: `sched::error` for a machine without processors and for ids of users, groups or queues beyond 32 bits.
/// O(n log n), allocates the result.
[[nodiscard]] inline swf_jobs replay(const swf_log& log, amount processors) {
  detail::require_machine(processors);
  swf_jobs out;
  out.jobs.reserve(log.records.size());
  out.record.resize(log.records.size());
  std::iota(out.record.begin(), out.record.end(), std::size_t{0});
  swf_changes& changes = out.changes;
  for (const swf_record& r : log.records) {
    const amount demand = std::min(std::max<amount>(1, r.processors), processors);
    changes.demands_clipped += r.processors > processors ? 1 : 0;
    if (r.runtime <= 0 || r.processors <= 0 || r.submit < 0) {
      ++changes.dummies;
      changes.submits_moved += r.submit < 1 ? 1 : 0;
      out.jobs.push_back(detail::job_of_swf(r, std::max<std::int64_t>(r.submit, 1), demand, 1, 1));
      continue;
    }
    const std::int64_t wished = r.requested_time > 0 ? r.requested_time : r.runtime;
    changes.estimates_missing += r.requested_time > 0 ? 0 : 1;
    changes.estimates_raised += r.runtime > wished ? 1 : 0;
    changes.runtimes_clipped += r.runtime > wished ? 1 : 0;
    out.jobs.push_back(
        detail::job_of_swf(r, r.submit, demand, std::max(wished, r.runtime), std::min(wished, r.runtime)));
  }
  detail::sort_by_submit(out);
  return out;
}

struct clean_options {
  swf_oversized oversized = swf_oversized::refuse;  ///< demand above the machine; `keep` leaves it to the scheduler
};

/// The jobs that really ran, as their users asked for them. Records without run time (negative) or without processors
/// (fields 8 and 5) are dropped. Demand is field 8 if positive, else field 5; the estimate field 9, or the run time if
/// that is not positive, at least 1; the run time is cut to the estimate. Field 17 becomes a dependency on the end of
/// an earlier job, field 18, if positive, its delay.
///
/// Errors: `sched::error` for demands above the machine (all ids), unless the options say otherwise, and as `replay`.
/// O(n log n), allocates the result.
[[nodiscard]] inline swf_jobs clean(const swf_log& log, amount processors, const clean_options& o = {}) {
  detail::require_machine(processors);
  swf_jobs out;
  swf_changes& changes = out.changes;
  std::vector<std::string> refused;
  for (std::size_t k = 0; k < log.records.size(); ++k) {
    const swf_record& r = log.records[k];
    amount demand = r.requested_processors > 0 ? r.requested_processors : r.processors;
    if (r.runtime < 0 || demand <= 0) {
      ++changes.dropped;
      continue;
    }
    if (demand > processors) switch (o.oversized) {
        case swf_oversized::refuse: refused.push_back(std::to_string(r.job)); continue;
        case swf_oversized::drop: ++changes.too_large; continue;
        case swf_oversized::clip:
          ++changes.demands_clipped;
          demand = processors;
          break;
        case swf_oversized::keep: break;
      }
    const std::int64_t wished = r.requested_time > 0 ? r.requested_time : std::max<std::int64_t>(r.runtime, 1);
    changes.estimates_missing += r.requested_time > 0 ? 0 : 1;
    changes.runtimes_clipped += r.runtime > wished ? 1 : 0;
    out.jobs.push_back(detail::job_of_swf(r, r.submit, demand, wished, std::min(wished, r.runtime)));
    out.record.push_back(k);
  }
  if (!refused.empty()) {
    std::string list;
    for (std::size_t i = 0; i < std::min<std::size_t>(refused.size(), 10); ++i)
      list += (list.empty() ? "" : ", ") + refused[i];
    if (refused.size() > 10) list += " and " + std::to_string(refused.size() - 10) + " more";
    throw error("demand above the " + std::to_string(processors) + " processors of the machine: job " + list,
                std::move(refused));
  }
  detail::sort_by_submit(out);

  std::vector<std::size_t> order(out.jobs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto number = [&](std::size_t i) { return out.jobs[i].id; };
  std::ranges::stable_sort(order, {}, number);
  for (std::size_t i = 0; i < out.jobs.size(); ++i) {
    const swf_record& r = log.records[out.record[i]];
    if (r.preceding_job <= 0) continue;
    const auto at = std::ranges::lower_bound(order, r.preceding_job, {}, number);
    if (at == order.end() || number(*at) != r.preceding_job || *at >= i) ++changes.dependencies_ignored;
    else out.dependencies.push_back({i, *at, std::max<std::int64_t>(r.think_time, 0)});
  }
  return out;
}

}  // namespace prepare
}  // namespace io
}  // namespace v0
}  // namespace sched

#endif
