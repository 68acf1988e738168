// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_CLUSTER_JOB_HPP
#define SCHED_MODEL_CLUSTER_JOB_HPP

/// \file
/// A job of a cluster: what it asks for, for how long, for whom, and what may be done to it.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/job.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// Bands of `cluster_job::band`; other numbers are bands too.
inline constexpr std::int32_t band_low = 0, band_normal = 1, band_high = 2, band_urgent = 3;

struct cluster_job {
  job_number id = 0;
  std::string name{};
  std::uint32_t user = 0, account = 0, queue = 0;
  request wants{};
  duration estimate = duration::infinity();        ///< how long it may run; +∞: unknown
  instant not_before = instant::minus_infinity();  ///< earliest start that the user wishes
  instant deadline = instant::infinity();          ///< it fails when it has not started by then
  std::int32_t band = band_normal;                 ///< strictly before lower ones
  std::int64_t priority = 0;
  std::int32_t nice = 0;
  std::vector<job_dependency> after{};  ///< all must be met
  bool held = false;                    ///< waits until it is released
  bool requeue = true;                  ///< queued again when preempted, or when its node is lost
  bool preemptible = true;
  duration min_run = 0;           ///< not preempted before it has run for so long
  std::uint32_t quota = 0;        ///< node of the quotas that it counts against
  job_number array = 0;           ///< the array that it is a task of; 0: none
  std::uint32_t array_limit = 0;  ///< so many tasks of the array run at a time; 0: any number
  /// The number of its tasks changes while it runs: it starts with the least count of every group, and has up to the
  /// whole count of what nobody waits for. Tasks beyond the least are lent: whoever is not less important gets them.
  bool elastic = false;
  bool operator==(const cluster_job&) const = default;
};

/// Throws `sched::error` unless the job makes sense in this cluster. O(groups).
inline void check_cluster_job(const cluster_job& j, const cluster& c) {
  const auto refuse = [&](const char* why) {
    throw error("job " + std::to_string(j.id) + why, {std::to_string(j.id)});
  };
  check_request(j.wants, c);
  if (j.estimate < 1) refuse(" asks for no time");
  if (j.min_run < 0) refuse(" has a negative minimum run time");
  if (j.elastic) {
    if (std::ranges::none_of(j.wants.groups, [](const part_group& g) { return g.least != 0 && g.least < g.count; }))
      refuse(" is elastic, but none of its groups has a least count below its count");
    if (j.wants.per_node > 1 || j.wants.slice > 1) refuse(" is elastic, and wants its tasks in bundles");
  }
  for (const job_dependency& d : j.after)
    if (d.on != job_dependency::kind::singleton && d.job == j.id) refuse(" waits for itself");
}

}  // namespace v0
}  // namespace sched

#endif
