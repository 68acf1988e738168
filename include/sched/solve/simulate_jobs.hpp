// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_SIMULATE_JOBS_HPP
#define SCHED_SOLVE_SIMULATE_JOBS_HPP

/// \file
/// Trace-driven simulation of a batch scheduler.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/interval_set.hpp>
#include <sched/core/progress.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>
#include <sched/solve/backfill.hpp>

namespace sched {
inline namespace v0 {

/// What happens at one instant, in which order, and how often the scheduler is asked.
enum class event_convention : std::uint8_t {
  /// Submissions in the order of the trace, then ends in the order in which the jobs were started, then booked starts;
  /// a decision after every single one.
  sequential,
  /// All ends, all submissions, then one decision: what a live scheduler does.
  batch
};

struct simulation_options {
  event_convention events = event_convention::sequential;
  control watch{};  ///< observer after every 1,024 events
};

struct job_run {
  std::vector<job_record> jobs{};   ///< in the order of the input
  std::vector<interval_set> ids{};  ///< processors of each job, of machines with names
  std::uint64_t decisions = 0;      ///< how often the scheduler was asked
  std::uint64_t tests = 0;          ///< how often a job was tested for a place
  std::uint64_t moves = 0;          ///< promises that moved earlier
  std::uint64_t broken = 0;         ///< promises that could not be kept
  bool cancelled = false;
};

/// Runs a trace through a scheduler that has seen nothing yet. Jobs must be rigid and sorted by submission; each runs
/// for `runtime` ticks from its start. O(events · cost of a decision). Throws `sched::error` for jobs that the
/// scheduler refuses.
template <class Scheduler>
[[nodiscard]] job_run simulate_jobs(std::span<const job> jobs, Scheduler scheduler, const simulation_options& o = {}) {
  struct end_event {
    instant at{};
    std::uint64_t order = 0;  ///< of the start
    job_handle job = 0;
    bool expiry = false;  ///< the planned end passes, the job runs on
    [[nodiscard]] bool operator>(const end_event& e) const noexcept { return at != e.at ? at > e.at : order > e.order; }
  };
  constexpr bool named = requires { scheduler.ids_of(job_handle{}); };
  job_run out;
  out.jobs.resize(jobs.size());
  if constexpr (named) out.ids.resize(jobs.size());
  std::vector<end_event> ends, expiries;
  std::vector<job_handle> starts;
  starts.reserve(64);
  typename Scheduler::decision decision;
  std::uint64_t started = 0;
  std::uint64_t events = 0;
  const auto run = [&](std::span<const job_handle> list, instant now) {
    for (const job_handle h : list) {
      job_record& r = out.jobs[h];
      r.start = now;
      r.shape = scheduler.shape_of(h);
      r.end = now + jobs[h].shapes[r.shape].runtime;
      if constexpr (named) out.ids[h] = scheduler.ids_of(h);
      ends.push_back({r.end, ++started, h, false});
      std::ranges::push_heap(ends, std::greater<>());
      if (const instant planned = scheduler.planned_end_of(h); planned < r.end) {
        expiries.push_back({planned, started, h, true});
        std::ranges::push_heap(expiries, std::greater<>());
      }
    }
  };
  const auto pop = [](std::vector<end_event>& heap) {
    const end_event e = heap.front();
    std::ranges::pop_heap(heap, std::greater<>());
    heap.pop_back();
    return e;
  };
  if constexpr (requires { scheduler.lend(jobs); }) scheduler.lend(jobs);
  std::size_t next = 0;
  for (;;) {
    instant now = next < jobs.size() ? jobs[next].submit : instant::infinity();
    if (!ends.empty()) now = std::min(now, ends.front().at);
    if (!expiries.empty()) now = std::min(now, expiries.front().at);
    now = std::min({now, scheduler.next_booked(), scheduler.next_eligible(), scheduler.next_edge()});
    if (now == instant::infinity()) break;
    if (o.watch.stopped()) {
      out.cancelled = true;
      break;
    }
    while (!expiries.empty() && expiries.front().at <= now) {
      const end_event e = pop(expiries);
      if (scheduler.phase(e.job) == job_phase::running) scheduler.extend_to_estimate(e.job, now);
    }
    const auto react = [&] {
      starts.clear();
      scheduler.react(now, starts);
      run(starts, now);
      ++out.decisions;
    };
    const bool dated = scheduler.next_eligible() <= now || scheduler.next_edge() <= now;
    if (o.events == event_convention::sequential) {
      if (dated) react();  // jobs whose date has come stand before those that arrive now; so do edges of reservations
      for (; next < jobs.size() && jobs[next].submit <= now; ++next) {
        static_cast<void>(scheduler.submit(jobs[next], now));
        ++events;
        react();
      }
      while (!ends.empty() && ends.front().at <= now) {
        scheduler.finish(pop(ends).job, now);
        ++events;
        react();
      }
      starts.clear();
      scheduler.start_booked(now, starts);
      run(starts, now);
    } else {
      while (!ends.empty() && ends.front().at <= now) {
        scheduler.finish(pop(ends).job, now);
        ++events;
      }
      for (; next < jobs.size() && jobs[next].submit <= now; ++next) {
        static_cast<void>(scheduler.submit(jobs[next], now));
        ++events;
      }
      scheduler.decide(now, decision);
      run(decision.starts, now);
      out.broken += decision.broken.size();
      ++out.decisions;
    }
    if (events % 1024 < 2 && o.watch.observer) o.watch.report({.done = next, .total = jobs.size()});
  }
  out.tests = scheduler.tests();
  out.moves = scheduler.moves();
  out.broken += scheduler.broken();
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
