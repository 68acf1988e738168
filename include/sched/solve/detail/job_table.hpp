// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_TABLE_HPP
#define SCHED_SOLVE_DETAIL_JOB_TABLE_HPP

/// \file
/// The jobs of a batch scheduler: their lives, their dependencies, their shapes, the queue and what runs.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/detail/job_plan.hpp>
#include <sched/solve/detail/job_queue.hpp>
#include <sched/solve/detail/running_jobs.hpp>
#include <sched/solve/estimate.hpp>

namespace sched {
inline namespace v0 {

/// A job as a scheduler numbers it: 0, 1, 2 … in the order of submission.
using job_handle = std::uint32_t;

/// A promise that slipped, because the machine shrank or a job ran over its plan. +∞: nobody can say when.
struct broken_promise {
  job_handle job = 0;
  instant was{}, is{};
};

enum class job_phase : std::uint8_t {
  later,      ///< not eligible yet: it waits for a date or for other jobs
  waiting,    ///< in the queue
  running,    ///< started and not reported as ended
  ended,      ///< ended or cancelled
  impossible  ///< a dependency can never be met
};

/// Why a job does not run.
enum class wait_reason : std::uint8_t {
  none,            ///< it does, or did
  begins_later,    ///< not before a date
  dependency,      ///< another job first
  never,           ///< a dependency can never be met
  held,            ///< by `hold`
  resources_down,  ///< the machine is smaller than the job at present
  capacity,        ///< too little is free now
  reservation,     ///< would fit, but delays what is reserved for others (or may not overtake)
};

struct backfill_options {
  std::size_t max_tested = 0;  ///< jobs looked at in a pass, 0: all; the others wait for another pass
  duration overrun_step = 60;  ///< how far the plan of an overrunning job is extended first; doubled at each repeat
};

namespace detail {

/// What every scheduler of jobs keeps, whatever it promises to whom.
template <job_order Order, estimate_policy Estimate, job_order Walk>
class job_table {
public:
  [[nodiscard]] amount capacity() const noexcept { return capacity_; }
  /// Processors that the plan has free now; negative when the machine shrank below what runs.
  [[nodiscard]] amount available() const noexcept { return capacity_ - running_.busy(); }
  [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size(); }
  [[nodiscard]] std::size_t running() const noexcept { return running_.size(); }
  [[nodiscard]] job_phase phase(job_handle h) const noexcept { return jobs_[h].phase; }
  [[nodiscard]] const job& job_of(job_handle h) const noexcept { return sources_[h]; }
  [[nodiscard]] std::uint32_t shape_of(job_handle h) const noexcept { return jobs_[h].shape; }
  [[nodiscard]] instant start_of(job_handle h) const noexcept { return jobs_[h].start; }
  [[nodiscard]] instant planned_end_of(job_handle h) const noexcept { return jobs_[h].planned_end; }
  [[nodiscard]] wait_reason why(job_handle h) const noexcept {
    const entry& e = jobs_[h];
    switch (e.phase) {
      case job_phase::running:
      case job_phase::ended: return wait_reason::none;
      case job_phase::impossible: return wait_reason::never;
      case job_phase::later: return e.unmet > 0 ? wait_reason::dependency : wait_reason::begins_later;
      case job_phase::waiting: break;
    }
    if (e.held) return wait_reason::held;
    if (e.least > capacity_) return wait_reason::resources_down;
    return e.least > available() ? wait_reason::capacity : wait_reason::reservation;
  }
  /// First instant at which a job that is not in the queue becomes eligible by date.
  [[nodiscard]] instant next_eligible() const noexcept {
    instant next = instant::infinity();
    for (const job_handle h : later_)
      if (jobs_[h].unmet == 0) next = std::min(next, jobs_[h].eligible);
    return next;
  }

protected:
  static constexpr bool same_walk = std::same_as<Order, Walk>;

  job_table(amount processors, Order order, Estimate predictor, Walk walk)
      : size_(processors),
        capacity_(processors),
        estimate_(std::move(predictor)),
        queue_(std::move(order)),
        walk_(std::move(walk)) {
    if (processors < 0) throw error("a machine has at least 0 processors");
  }

  struct waiter {
    job_handle job = 0;
    job_dependency on{};
  };
  /// What decisions look at, apart from what only arrivals and ends need.
  struct entry {
    amount demand = 0;     ///< of the shape
    duration planned = 1;  ///< planning estimate of the shape
    amount least = 0;      ///< demand of the smallest shape
    instant eligible{}, start = instant::infinity(), planned_end = instant::infinity();
    job_booking booking{};
    std::uint32_t shape = 0;
    job_phase phase = job_phase::later;
    bool booked = false, held = false, ended_well = false;
    bool rigid = true;
    std::uint32_t unmet = 0;  ///< dependencies
    std::uint32_t overruns = 0;
  };

  void check(const job& j) const {
    const std::string name = "job " + std::to_string(j.id);
    if (j.shapes.empty()) throw error(name + " has no shape", {std::to_string(j.id)});
    amount least = j.shapes[0].demand;
    for (const job_shape& s : j.shapes) {
      if (s.demand < 1 || s.estimate < 1)
        throw error(name + " asks for nothing or for no time", {std::to_string(j.id)});
      least = std::min(least, s.demand);
    }
    if (least > size_)
      throw error(name + " asks for " + std::to_string(least) + " of " + std::to_string(size_) + " processors",
                  {std::to_string(j.id)});
    for (const job_dependency& d : j.after)
      if (d.job == j.id) throw error(name + " waits for itself", {std::to_string(j.id)});
    if (numbered_ && numbers_.contains(j.id)) throw error(name + " is submitted twice", {std::to_string(j.id)});
  }
  /// A new job, not yet in the queue.
  job_handle add(const job& j, instant now) {
    const auto h = static_cast<job_handle>(jobs_.size());
    entry e;
    e.eligible = std::max(now, j.not_before);
    e.rigid = j.rigid();
    e.least = j.shapes[0].demand;
    for (const job_shape& s : j.shapes) e.least = std::min(e.least, s.demand);
    jobs_.push_back(e);
    sources_.push_back(j);
    take_shape(h, 0);
    if (!j.after.empty() || numbered_) remember_number(h);
    for (const job_dependency& d : j.after) wait_for(h, d, now);
    if (jobs_[h].phase == job_phase::impossible) return h;
    if (jobs_[h].unmet > 0 || jobs_[h].eligible > now) later_.push_back(h);
    else arrive(h);
    return h;
  }
  /// Time moves on: planned ends pass, jobs become eligible. True when time moved.
  bool advance(instant now) {
    SCHED_ASSERT(now >= now_);
    const bool later = now > now_;
    if (later) {
      now_ = now;
      if (running_.advance(now)) released_ = true;
    }
    for (std::size_t k = 0; k < later_.size();) {
      const job_handle h = later_[k];
      if (jobs_[h].unmet > 0 || jobs_[h].eligible > now) {
        ++k;
        continue;
      }
      later_.erase(later_.begin() + static_cast<std::ptrdiff_t>(k));
      arrive(h);
    }
    return later;
  }
  [[nodiscard]] waiting_job view(job_handle h) const noexcept {
    const entry& e = jobs_[h];
    return {.demand = e.demand,
            .estimate = e.planned,
            .eligible = e.eligible,
            .deadline = sources_[h].deadline,
            .priority = sources_[h].priority,
            .band = sources_[h].band,
            .user = sources_[h].user,
            .group = sources_[h].group,
            .queue = sources_[h].queue};
  }
  void arrive(job_handle h) {
    jobs_[h].phase = job_phase::waiting;
    queue_.insert(h, view(h), now_);
    if constexpr (!same_walk) walk_.insert(h, view(h), now_);
    fresh_.push_back(h);
  }
  void leave_queue(job_handle h) {
    queue_.remove(h);
    if constexpr (!same_walk) walk_.remove(h);
  }
  void start(job_handle h) {
    entry& e = jobs_[h];
    leave_queue(h);
    e.phase = job_phase::running;
    e.start = now_;
    e.planned_end = now_ + e.planned;
    running_.insert(h, e.planned_end, e.demand, now_);
    starts_->push_back(h);
    if (numbered_) settle_dependents(h, now_, false, false);
  }

  // --- dependencies ---
  void remember_number(job_handle h) {
    numbered_ = true;
    numbers_.emplace(sources_[h].id, h);
  }
  void wait_for(job_handle h, const job_dependency& d, instant now) {
    const auto at = numbers_.find(d.job);
    if (at == numbers_.end()) {
      jobs_[h].phase = job_phase::impossible;
      return;
    }
    entry& first = jobs_[at->second];
    using enum job_dependency::kind;
    const bool over = first.phase == job_phase::ended;
    if (first.phase == job_phase::impossible ||
        (over && ((d.on == ok && !first.ended_well) || (d.on == not_ok && first.ended_well)))) {
      jobs_[h].phase = job_phase::impossible;
    } else if (over || (d.on == start && first.phase == job_phase::running)) {
      jobs_[h].eligible = std::max(jobs_[h].eligible, now + d.delay);
    } else {
      ++jobs_[h].unmet;
      waiters_[at->second].push_back({h, d});
    }
  }
  /// Job h can never start, nor can those who wait for it.
  void give_up(job_handle h) {
    jobs_[h].phase = job_phase::impossible;
    std::erase(later_, h);
    const auto list = waiters_.find(h);
    if (list == waiters_.end()) return;
    for (const waiter& w : std::exchange(list->second, {}))
      if (jobs_[w.job].phase == job_phase::later) give_up(w.job);
  }
  /// Tells those who wait for h that it started, or ended.
  void settle_dependents(job_handle h, instant now, bool ended, bool well) {
    jobs_[h].ended_well = ended && well;
    const auto list = waiters_.find(h);
    if (list == waiters_.end()) return;
    std::vector<waiter> kept;
    for (const waiter& w : std::exchange(list->second, {})) {
      using enum job_dependency::kind;
      entry& e = jobs_[w.job];
      if (e.phase != job_phase::later) continue;
      if (!ended && w.on.on != start) {
        kept.push_back(w);
      } else if (ended && ((w.on.on == job_dependency::kind::ok && !well) || (w.on.on == not_ok && well))) {
        give_up(w.job);
      } else {
        e.eligible = std::max(e.eligible, now + w.on.delay);
        --e.unmet;
      }
    }
    if (kept.empty()) waiters_.erase(h);
    else waiters_[h] = std::move(kept);
  }

  // --- shapes ---
  void take_shape(job_handle h, std::uint32_t k) {
    entry& e = jobs_[h];
    e.shape = k;
    e.demand = sources_[h].shapes[k].demand;
    e.planned = std::max<duration>(estimate_.predict(sources_[h], sources_[h].shapes[k]), 1);
  }
  /// Takes the shape that ends first, of equals the one with the least area, among those that `at(demand, planned)` has
  /// a start for; returns the start.
  template <class F>
  instant best_shape(job_handle h, F at) {
    entry& e = jobs_[h];
    if (e.rigid) return at(e.demand, e.planned);
    instant best_start = instant::infinity();
    instant best_end = instant::infinity();
    amount best_area = 0;
    std::uint32_t best = e.shape;
    for (std::uint32_t k = 0; k < sources_[h].shapes.size(); ++k) {
      take_shape(h, k);
      const instant start = at(e.demand, e.planned);
      const amount area = saturating_mul(e.demand, e.planned.count());
      if (start == instant::infinity() || start + e.planned > best_end ||
          (start + e.planned == best_end && area >= best_area))
        continue;
      best_start = start;
      best_end = start + e.planned;
      best_area = area;
      best = k;
    }
    take_shape(h, best);
    return best_start;
  }
  /// Not looked at now, without losing its place.
  [[nodiscard]] bool passed_by(job_handle h) const noexcept { return jobs_[h].held || jobs_[h].least > capacity_; }

  amount size_, capacity_;  ///< ever, and at present
  Estimate estimate_;
  std::vector<entry> jobs_;
  std::vector<job> sources_;
  std::unordered_map<job_handle, std::vector<waiter>> waiters_;  ///< who waits for a job
  job_queue<Order> queue_;
  job_queue<Walk> walk_;
  running_jobs running_;
  instant now_ = instant::minus_infinity();
  std::vector<job_handle> later_, fresh_;  // not eligible yet; arrived since the last decision
  std::vector<job_handle>* starts_ = nullptr;
  std::unordered_map<job_number, job_handle> numbers_;
  bool numbered_ = false;
  bool released_ = false;  ///< something came free since the last decision
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
