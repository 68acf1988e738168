// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_BENCHMARKS_SUPPORT_JOB_WORKLOADS_HPP
#define SCHED_BENCHMARKS_SUPPORT_JOB_WORKLOADS_HPP

/// \file
/// Workloads of batch jobs: generated traces, and a live scheduler under a queue of constant length.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <utility>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>
#include <sched/model/job.hpp>

namespace sched_bench {

/// Most jobs that wait at one time in a run.
[[nodiscard]] inline std::size_t longest_queue(std::span<const sched::job> jobs,
                                               std::span<const sched::job_record> records) {
  std::vector<std::pair<sched::instant, int>> events;
  for (std::size_t k = 0; k < jobs.size(); ++k) {
    events.emplace_back(jobs[k].submit, 1);
    events.emplace_back(records[k].start, -1);
  }
  std::ranges::sort(events);  // of one instant starts first
  std::int64_t now = 0;
  std::int64_t most = 0;
  for (const auto& [at, change] : events) most = std::max(most, now += change);
  return static_cast<std::size_t>(most);
}

/// Demand 2^u, u uniform in 0 … 5; estimate 60 … 86,399; run time uniform in 1 … estimate, or exact.
[[nodiscard]] inline sched::job deep_job(sched::random_generator& random, sched::job_number id, bool exact = false) {
  const std::int64_t demand = std::int64_t{1} << random.below(6);
  const std::int64_t estimate = random.between(60, 86399);
  const std::int64_t runtime = random.between(1, estimate);
  return sched::rigid_job(id, 0, demand, estimate, exact ? estimate : runtime);
}

/// A live scheduler that always has `depth` jobs waiting: whenever jobs start, as many are submitted. Every `step` is
/// one event — an end, a submission, or an instant at which the scheduler wanted to be asked — and the decision after
/// it.
template <class Scheduler>
class constant_queue {
public:
  enum class event : std::uint8_t { finish, submit, wake };
  struct cost {
    event what{};
    double nanoseconds = 0;  ///< by the wall clock
  };

  constant_queue(Scheduler scheduler, std::size_t depth, bool exact, std::uint64_t seed)
      : scheduler_(std::move(scheduler)), random_(seed), depth_(depth), exact_(exact) {
    for (std::size_t k = 0; k < depth_; ++k) submit();
    decide();
    while (scheduler_.waiting() < depth_) static_cast<void>(step());
  }

  cost step() {
    using clock = std::chrono::steady_clock;
    cost c;
    if (scheduler_.waiting() < depth_) {
      const sched::job j = deep_job(random_, ++number_, exact_);
      const auto start = clock::now();
      static_cast<void>(scheduler_.submit(j, now_));
      scheduler_.decide(now_, decision_);
      c = {event::submit, since(start)};
    } else {
      const sched::instant wake = scheduler_.next_wakeup();
      const bool ends = !ends_.empty() && ends_.front().first <= wake;
      now_ = ends ? ends_.front().first : wake;
      ended_.clear();  // whatever ends at one instant is reported before the decision
      while (!ends_.empty() && ends_.front().first == now_) {
        ended_.push_back(ends_.front().second);
        std::ranges::pop_heap(ends_, std::greater<>());
        ends_.pop_back();
      }
      const auto start = clock::now();
      for (const auto h : ended_) scheduler_.finish(h, now_);
      scheduler_.decide(now_, decision_);
      c = {ends ? event::finish : event::wake, since(start)};
    }
    note_starts();
    return c;
  }
  [[nodiscard]] const Scheduler& scheduler() const { return scheduler_; }

private:
  [[nodiscard]] static double since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
  }
  void submit() { static_cast<void>(scheduler_.submit(deep_job(random_, ++number_, exact_), now_)); }
  void decide() {
    scheduler_.decide(now_, decision_);
    note_starts();
  }
  void note_starts() {
    for (const auto h : decision_.starts) {
      ends_.emplace_back(now_ + scheduler_.job_of(h).shapes[scheduler_.shape_of(h)].runtime, h);
      std::ranges::push_heap(ends_, std::greater<>());
    }
  }

  Scheduler scheduler_;
  typename Scheduler::decision decision_;
  sched::random_generator random_;
  std::size_t depth_;
  bool exact_;
  sched::instant now_ = 0;
  sched::job_number number_ = 0;
  std::vector<std::pair<sched::instant, sched::job_handle>> ends_;
  std::vector<sched::job_handle> ended_;
};

}  // namespace sched_bench

#endif
