// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_OCCUPANCY_HPP
#define SCHED_MODEL_OCCUPANCY_HPP

/// \file
/// Who had which place of a cluster, and when: what a run leaves behind for pictures and measures.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/cluster.hpp>
#include <sched/model/cluster_state.hpp>
#include <sched/model/job.hpp>
#include <sched/model/lifecycle.hpp>
#include <sched/model/request.hpp>

namespace sched {
inline namespace v0 {

/// A job had a place in `[start, end)`; with `end` +∞ it has it still. A job that was preempted and started again is
/// there several times.
struct occupancy {
  static constexpr std::uint32_t by_size = std::numeric_limits<std::uint32_t>::max();

  std::string job{};
  std::uint32_t kind = by_size;  ///< a class of jobs, a user, a band …: whatever is to be told apart
  std::uint32_t attempt = 1;     ///< counted from 1
  instant start{};
  instant end = instant::infinity();
  end_reason reason = end_reason::none;
  std::vector<allocation> place{};
};

/// A node took nothing new (`draining`), or was lost, in `[from, to)`.
struct node_outage {
  node_id node{};
  instant from{};
  instant to = instant::infinity();
  node_status status = node_status::down;
};

/// Collects occupancies and outages while a scheduler runs. Of `cluster_scheduler` s: `log.update(id, s.history(id),
/// s.place_of(id))` for every job that was started, before its place changes again, and for every job whose attempt
/// has ended, at any time later; `log.resized(id, s.place_of(id), now)` for elastic ones whenever a decision names them
/// in `resizes`, or they gave something back. Allocates; calls are O(tasks of the job).
class occupancy_log {
public:
  /// Takes over what the history says of the attempts known so far, and a new attempt that holds `place` now.
  void update(job_number id, const job_history& life, std::span<const allocation> place,
              std::uint32_t kind = occupancy::by_size, std::string name = {}) {
    seen& s = seen_[id];
    if (s.attempts > 0 && s.attempts <= life.attempt_count()) {
      const job_attempt& a = life.attempt(s.attempts - 1);
      occupancy& o = stays_[s.at];
      o.end = a.ended;
      o.reason = a.reason;
    }
    if (life.attempt_count() <= s.attempts || !holds_resources(life.state())) return;
    s.attempts = life.attempt_count();
    s.at = stays_.size();
    if (name.empty()) name = std::to_string(id);
    stays_.push_back({.job = std::move(name),
                      .kind = kind,
                      .attempt = static_cast<std::uint32_t>(s.attempts),
                      .start = life.attempt(s.attempts - 1).scheduled,
                      .place = {place.begin(), place.end()}});
  }
  /// An elastic job that was noted has another place from now on, in the same attempt: it is there twice.
  void resized(job_number id, std::span<const allocation> place, instant now) {
    const auto known = seen_.find(id);
    if (known == seen_.end() || stays_[known->second.at].end <= now) return;
    const std::size_t before = std::exchange(known->second.at, stays_.size());
    if (stays_[before].start == now) {
      known->second.at = before;
      stays_[before].place.assign(place.begin(), place.end());
      return;
    }
    occupancy next = stays_[before];
    stays_[before].end = next.start = now;
    next.place.assign(place.begin(), place.end());
    stays_.push_back(std::move(next));
  }
  /// A node changes its status; `up` ends an outage.
  void set_status(node_id n, node_status status, instant now) {
    for (node_outage& o : outages_)
      if (o.node == n && o.to == instant::infinity()) o.to = now;
    std::erase_if(outages_, [](const node_outage& o) { return o.to <= o.from; });
    if (status != node_status::up) outages_.push_back({n, now, instant::infinity(), status});
  }

  /// In the order in which they were noted.
  [[nodiscard]] const std::vector<occupancy>& stays() const noexcept { return stays_; }
  [[nodiscard]] const std::vector<node_outage>& outages() const noexcept { return outages_; }

private:
  struct seen {
    std::size_t attempts = 0, at = 0;
  };
  std::vector<occupancy> stays_{};
  std::vector<node_outage> outages_{};
  std::unordered_map<job_number, seen> seen_{};
};

}  // namespace v0
}  // namespace sched

#endif
