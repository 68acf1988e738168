// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_BENCHMARKS_PEERS_NAIVE_BACKFILL_HPP
#define SCHED_BENCHMARKS_PEERS_NAIVE_BACKFILL_HPP

/// \file
/// Textbook EASY and conservative backfilling over standard containers: what one writes in an afternoon without the
/// library. Sequential events: submissions in the order of the trace, then ends in the order of the starts, then booked
/// starts; a pass after each submission and each end.

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "naive_map_timeline.hpp"

namespace sched_peers {

struct naive_job {
  std::int64_t submit, demand, estimate, runtime;
};

/// Planned ends in a `std::multimap`, the queue in a `std::list`.
class naive_easy {
public:
  naive_easy(const std::vector<naive_job>& jobs, std::int64_t processors) : jobs_(jobs), processors_(processors) {}

  [[nodiscard]] std::vector<std::int64_t> run() {
    starts_.assign(jobs_.size(), -1);
    std::size_t next = 0;
    while (next < jobs_.size() || !ends_.empty()) {
      std::int64_t now = naive_map_timeline::forever;
      if (next < jobs_.size()) now = jobs_[next].submit;
      if (!ends_.empty()) now = std::min(now, std::get<0>(*ends_.begin()));
      for (; next < jobs_.size() && jobs_[next].submit == now; ++next) {
        queue_.push_back(next);
        pass(now);
      }
      while (!ends_.empty() && std::get<0>(*ends_.begin()) == now) {
        const std::size_t j = std::get<2>(*ends_.begin());
        ends_.erase(ends_.begin());
        const auto [first, last] = planned_.equal_range(starts_[j] + jobs_[j].estimate);
        for (auto at = first; at != last; ++at)
          if (at->second == j) {
            planned_.erase(at);
            break;
          }
        pass(now);
      }
    }
    return std::move(starts_);
  }

private:
  void start(std::size_t j, std::int64_t now) {
    starts_[j] = now;
    planned_.emplace(now + jobs_[j].estimate, j);
    ends_.emplace(now + jobs_[j].runtime, ++sequence_, j);
  }
  void pass(std::int64_t now) {
    std::int64_t free = processors_;
    for (auto at = planned_.upper_bound(now); at != planned_.end(); ++at) free -= jobs_[at->second].demand;
    while (!queue_.empty() && jobs_[queue_.front()].demand <= free) {
      free -= jobs_[queue_.front()].demand;
      start(queue_.front(), now);
      queue_.pop_front();
    }
    if (queue_.empty()) return;
    const std::int64_t need = jobs_[queue_.front()].demand;
    std::int64_t shadow = now;
    std::int64_t later = free;
    for (auto at = planned_.upper_bound(now); at != planned_.end() && later < need;) {
      shadow = at->first;
      for (; at != planned_.end() && at->first == shadow; ++at) later += jobs_[at->second].demand;
    }
    std::int64_t extra = later - need;
    for (auto at = std::next(queue_.begin()); at != queue_.end();) {
      const naive_job& j = jobs_[*at];
      const bool ends_before = now + j.estimate <= shadow;
      if (j.demand <= free && (ends_before || j.demand <= extra)) {
        free -= j.demand;
        if (!ends_before) extra -= j.demand;
        start(*at, now);
        at = queue_.erase(at);
      } else {
        ++at;
      }
    }
  }

  const std::vector<naive_job>& jobs_;
  std::int64_t processors_;
  std::vector<std::int64_t> starts_;
  std::list<std::size_t> queue_;
  std::multimap<std::int64_t, std::size_t> planned_;
  std::set<std::tuple<std::int64_t, std::uint64_t, std::size_t>> ends_;
  std::uint64_t sequence_ = 0;
};

/// The whole plan in a `std::map` of steps; after every end each booked job is taken out and booked again.
class naive_conservative {
public:
  naive_conservative(const std::vector<naive_job>& jobs, std::int64_t processors) : jobs_(jobs), plan_(processors) {}

  [[nodiscard]] std::vector<std::int64_t> run() {
    starts_.assign(jobs_.size(), -1);
    order_.assign(jobs_.size(), 0);
    std::size_t next = 0;
    for (;;) {
      std::int64_t now = naive_map_timeline::forever;
      if (next < jobs_.size()) now = jobs_[next].submit;
      if (!ends_.empty()) now = std::min(now, std::get<0>(*ends_.begin()));
      if (!due_.empty()) now = std::min(now, std::get<0>(*due_.begin()));
      if (now == naive_map_timeline::forever) break;
      for (; next < jobs_.size() && jobs_[next].submit == now; ++next) {
        queue_.push_back(next);
        book(next, now);
        if (starts_[next] == now) start(next, now);
      }
      while (!ends_.empty() && std::get<0>(*ends_.begin()) == now) {
        const std::size_t j = std::get<2>(*ends_.begin());
        ends_.erase(ends_.begin());
        const std::int64_t planned = starts_[j] + jobs_[j].estimate;
        if (now < planned) plan_.take(now, planned, -jobs_[j].demand);
        for (const std::size_t w : queue_) {
          if (starts_[w] <= now) continue;
          due_.erase({starts_[w], order_[w], w});
          plan_.take(starts_[w], starts_[w] + jobs_[w].estimate, -jobs_[w].demand);
          book(w, now);
        }
      }
      while (!due_.empty() && std::get<0>(*due_.begin()) == now) start(std::get<2>(*due_.begin()), now);
    }
    return std::move(starts_);
  }

private:
  void book(std::size_t j, std::int64_t now) {
    const naive_job& job = jobs_[j];
    starts_[j] = plan_.earliest_fit(now, job.estimate, job.demand);
    plan_.take(starts_[j], starts_[j] + job.estimate, job.demand);
    order_[j] = ++bookings_;
    due_.emplace(starts_[j], order_[j], j);
  }
  void start(std::size_t j, std::int64_t now) {
    due_.erase({starts_[j], order_[j], j});
    queue_.remove(j);
    ends_.emplace(now + jobs_[j].runtime, ++sequence_, j);
  }

  const std::vector<naive_job>& jobs_;
  naive_map_timeline plan_;
  std::vector<std::int64_t> starts_;
  std::vector<std::uint64_t> order_;  ///< of the last booking
  std::list<std::size_t> queue_;
  std::set<std::tuple<std::int64_t, std::uint64_t, std::size_t>> due_, ends_;
  std::uint64_t bookings_ = 0, sequence_ = 0;
};

}  // namespace sched_peers

#endif
