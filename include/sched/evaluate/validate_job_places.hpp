// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_JOB_PLACES_HPP
#define SCHED_EVALUATE_VALIDATE_JOB_PLACES_HPP

/// \file
/// The proof for batch jobs on machines with names and with advance reservations.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/core/interval_set.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/advance_reservation.hpp>
#include <sched/model/job.hpp>

namespace sched {
inline namespace v0 {

enum class place_violation_kind : std::uint8_t {
  wrong_count,  ///< a job has another number of processors than its shape asks for
  unknown_ids,  ///< it has processors that the machine does not have
  shared_ids,   ///< it has processors that another job, which runs at the same time, has too
  intrusion     ///< jobs that may not use an advance reservation leave it too few processors
};

struct place_violation {
  place_violation_kind kind{};
  job_number job = 0;    ///< of an intrusion: the id of the reservation
  job_number other = 0;  ///< the other one that has the processors
  instant at{};          ///< first instant
  bool operator==(const place_violation&) const = default;
};

/// Every job has as many processors as it asks for, all of a machine of `processors`, and nobody else has them
/// meanwhile. `ids[i]` belongs to `jobs[i]`. O(n log n + n · processors); allocates.
[[nodiscard]] inline std::vector<place_violation> validate_ids(std::span<const job> jobs,
                                                               std::span<const job_record> run,
                                                               std::span<const interval_set> ids, amount processors) {
  std::vector<place_violation> out;
  struct event {
    instant at{};
    bool start = false;
    std::size_t job = 0;
    bool operator<(const event& o) const noexcept { return std::tie(at, start, job) < std::tie(o.at, o.start, o.job); }
  };
  std::vector<event> events;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (run[i].start == instant::infinity()) continue;
    if (static_cast<amount>(ids[i].size()) != jobs[i].shapes[run[i].shape].demand)
      out.push_back({place_violation_kind::wrong_count, jobs[i].id, jobs[i].id, run[i].start});
    if (!ids[i].empty() && static_cast<amount>(ids[i].runs().back().last) > processors)
      out.push_back({place_violation_kind::unknown_ids, jobs[i].id, jobs[i].id, run[i].start});
    if (run[i].end > run[i].start) {
      events.push_back({run[i].start, true, i});
      events.push_back({run[i].end, false, i});
    }
  }
  std::ranges::sort(events, std::less<>());
  std::vector<std::size_t> running;
  for (const event& e : events) {
    if (!e.start) {
      std::erase(running, e.job);
      continue;
    }
    for (const std::size_t k : running)
      if (ids[k].intersects(ids[e.job]))
        out.push_back({place_violation_kind::shared_ids, jobs[e.job].id, jobs[k].id, e.at});
    running.push_back(e.job);
  }
  return out;
}

/// Jobs that do not name a reservation leave it its processors while it lasts. (Reservations that were given up unused
/// must not be listed.) O(reservations · n log n); allocates.
[[nodiscard]] inline std::vector<place_violation> validate_reservations(
    std::span<const job> jobs, std::span<const job_record> run, std::span<const advance_reservation> reservations,
    amount processors) {
  std::vector<place_violation> out;
  for (const advance_reservation& w : reservations) {
    std::vector<std::pair<instant, amount>> changes;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      const bool allowed = std::ranges::find(jobs[i].allow, w.id) != jobs[i].allow.end();
      const instant from = std::max(run[i].start, w.when.start), to = std::min(run[i].end, w.when.finish);
      if (allowed || from >= to) continue;
      const amount demand = jobs[i].shapes[run[i].shape].demand;
      changes.emplace_back(from, demand);
      changes.emplace_back(to, -demand);
    }
    std::ranges::sort(changes);
    amount used = 0;
    for (const auto& [at, change] : changes) {
      used = saturating_add(used, change);
      if (used <= processors - w.demand) continue;
      out.push_back({place_violation_kind::intrusion, w.id, w.id, at});
      break;
    }
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
