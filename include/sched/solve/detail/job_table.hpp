// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_TABLE_HPP
#define SCHED_SOLVE_DETAIL_JOB_TABLE_HPP

/// \file
/// The jobs of a batch scheduler: their lives, their dependencies, their shapes, the queue and what runs.

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/detail/job_index.hpp>
#include <sched/solve/detail/job_plan.hpp>
#include <sched/solve/detail/job_queue.hpp>
#include <sched/solve/detail/job_sources.hpp>
#include <sched/solve/detail/running_jobs.hpp>
#include <sched/solve/estimate.hpp>
#include <sched/solve/mold.hpp>

namespace sched {
inline namespace v0 {

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

/// What is planned for a job that reaches its planned end and runs on. It keeps its processors until it is reported as
/// ended, whatever is planned.
enum class overrun_policy : std::uint8_t {
  extend,       ///< some more time, twice as much at each repeat
  to_estimate,  ///< first up to the user's estimate, then as `extend`
  kill          ///< as `to_estimate`; from the estimate on the decision asks for its end
};

/// Limits change results; 0 means none. Held jobs, and those larger than the machine at present, do not count.
struct backfill_options {
  std::size_t max_tested = 0;        ///< jobs tested for a place in a pass; the others wait for another pass
  std::size_t max_per_user = 0;      ///< of them, jobs of one user
  std::size_t max_reservations = 0;  ///< reservations made in a pass
  /// Of a pass, looked at after every 64 jobs: what is decided until then is returned, the next pass goes on from
  /// there. Results then depend on the clock.
  std::chrono::nanoseconds time_budget{0};
  /// Above 1: plans are made on multiples of so many ticks, estimates are rounded up and `now` down.
  duration resolution = 1;
  overrun_policy overrun = overrun_policy::extend;
  duration overrun_step = 60;  ///< how far the plan of an overrunning job is extended first; doubled at each repeat
  mold_policy mold{};          ///< of moldable jobs; empty: `mold::earliest_finish`
  /// EASY finds who fits by an index once more than so many jobs have waited. Decisions do not depend on it.
  std::size_t index_from = 64;
};

namespace detail {

/// What every scheduler of jobs keeps, whatever it promises to whom.
template <job_order Order, estimate_policy Estimate, job_order Walk>
class job_table {
public:
  static constexpr bool static_keys = Order::static_keys && Walk::static_keys;
  static constexpr bool in_order = std::same_as<Order, Walk> && std::same_as<Order, order::fcfs>;

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
  /// Why a job does not run, with so many processors free for everybody.
  [[nodiscard]] wait_reason why_with(job_handle h, amount free) const noexcept {
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
    return e.least > free ? wait_reason::capacity : wait_reason::reservation;
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

  job_table(amount processors, Order order, Estimate predictor, Walk walk, const backfill_options& options)
      : options_(options),
        size_(processors),
        capacity_(processors),
        estimate_(std::move(predictor)),
        queue_(std::move(order)),
        walk_(std::move(walk)) {
    if (processors < 0) throw error("a machine has at least 0 processors");
    if (options.resolution < 1) throw error("plans are made on multiples of at least 1 tick");
  }

  struct waiter {
    job_handle job = 0;
    job_dependency on{};
  };
  /// What decisions look at, apart from what only arrivals and ends need.
  struct entry {
    amount demand = 0;     ///< of the shape
    amount units = 0;      ///< of the machine while it runs: 0 inside an advance reservation, fewer on drained nodes
    duration planned = 1;  ///< planning estimate of the shape
    amount least = 0;      ///< demand of the smallest shape
    instant eligible{}, start = instant::infinity();
    instant planned_end = instant::infinity();  ///< of one that is over: its end
    job_booking booking{};
    std::uint32_t shape = 0;
    std::int32_t window = -1;  ///< advance reservation that it runs or is booked in
    job_phase phase = job_phase::later;
    bool booked = false, held = false, ended_well = false;
    bool rigid = true;
    std::uint32_t unmet = 0;  ///< dependencies
    std::uint32_t overruns = 0;
  };

  void check(const job& j) const {
    const auto refuse = [&](const std::string& why) {
      throw error("job " + std::to_string(j.id) + why, {std::to_string(j.id)});
    };
    if (j.shapes.empty()) refuse(" has no shape");
    amount least = j.shapes[0].demand;
    for (const job_shape& s : j.shapes) {
      if (s.demand < 1 || s.estimate < 1) refuse(" asks for nothing or for no time");
      least = std::min(least, s.demand);
    }
    if (least > size_) refuse(" asks for " + std::to_string(least) + " of " + std::to_string(size_) + " processors");
    for (const job_dependency& d : j.after)
      if (d.on != job_dependency::kind::singleton && d.job == j.id) refuse(" waits for itself");
    if (numbered_ && numbers_.contains(j.id)) refuse(" is submitted twice");
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
    for (const job_dependency& d : j.after) wait_for(h, d);
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
      plan_now_ = rounded_down(now);
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
    if (indexed_) put_into_index(h);
    fresh_.push_back(h);
  }
  void leave_queue(job_handle h) {
    if (indexed_) index_.erase(walk().position_of(h));
    queue_.remove(h);
    if constexpr (!same_walk) walk_.remove(h);
  }
  /// h comes back to its place.
  void restore_to_queue(job_handle h) {
    queue_.restore(h);
    if constexpr (!same_walk) walk_.restore(h);
    if (indexed_) put_into_index(h);
  }
  /// The keys of h changed.
  void change_in_queue(job_handle h) {
    if (indexed_) index_.erase(walk().position_of(h));
    queue_.change(h, view(h), now_);
    if constexpr (!same_walk) walk_.change(h, view(h), now_);
    if (indexed_) put_into_index(h);
  }
  [[nodiscard]] auto& walk() noexcept {
    if constexpr (same_walk) return queue_;
    else return walk_;
  }
  /// Whether the jobs of the walk can be found by size and length: they keep their positions, sizes and estimates.
  static constexpr bool indexable = Order::static_keys && Walk::static_keys && !Estimate::changes;
  /// From the first time that the queue is deep, an index of the walk is kept.
  void keep_index() {
    if (std::exchange(indexed_, true)) return;
    walk().each([&](job_handle h) {
      put_into_index(h);
      return true;
    });
  }
  using index_entry = job_index<queue_position>::entry;
  void put_into_index(job_handle h) {
    const entry& e = jobs_[h];
    duration shortest = e.planned;
    if (!e.rigid)
      for (const job_shape& s : sources_[h].shapes) shortest = std::min(shortest, planned_for(h, s));
    index_.insert({walk().position_of(h), h, e.least, shortest, {}});
  }
  [[nodiscard]] duration planned_for(job_handle h, const job_shape& s) {
    return rounded_up(std::max<duration>(estimate_.predict(sources_[h], s), 1));
  }
  /// h runs from now on and takes so many units of the machine.
  void run(job_handle h, amount units) {
    entry& e = jobs_[h];
    leave_queue(h);
    e.phase = job_phase::running;
    e.start = now_;
    e.planned_end = plan_now_ + e.planned;
    e.units = units;
    wait_sum_ += static_cast<double>((now_ - e.eligible).count());
    ++started_;
    running_.insert(h, e.planned_end, units, now_);
    starts_->push_back(h);
    tell_orders([&](auto& order) {
      if constexpr (requires { order.started(waiting_job{}, instant{}); }) order.started(view(h), now_);
    });
    if (numbered_) settle_dependents(h, now_, false, false);
  }
  /// Of the jobs that started.
  [[nodiscard]] double mean_wait() const noexcept {
    return started_ == 0 ? 0.0 : wait_sum_ / static_cast<double>(started_);
  }
  /// Changes what a running job takes of the machine, or until when it is planned.
  void change_running(job_handle h, instant planned_end, amount units) {
    entry& e = jobs_[h];
    running_.remove(h, e.planned_end);
    running_.insert(h, planned_end, units, now_);
    e.planned_end = planned_end;
    e.units = units;
  }
  /// h does not run any more.
  void stop_running(job_handle h) {
    jobs_[h].phase = job_phase::ended;
    running_.remove(h, jobs_[h].planned_end);
    tell_orders([&](auto& order) {
      if constexpr (requires { order.ended(waiting_job{}, instant{}); }) order.ended(view(h), now_);
    });
  }
  /// Orders that follow what users use have `started(job, now)` and `ended(job, now)`.
  template <class F>
  void tell_orders(F f) {
    f(queue_.policy());
    if constexpr (!same_walk) f(walk_.policy());
  }
  [[nodiscard]] instant rounded_down(instant t) const noexcept {
    if (options_.resolution <= 1 || t == instant::infinity() || t == instant::minus_infinity()) return t;
    const std::int64_t r = options_.resolution.count();
    return t - ((t.count() % r) + r) % r;
  }
  [[nodiscard]] duration rounded_up(duration d) const noexcept {
    if (options_.resolution <= 1 || d >= duration::max() - options_.resolution) return d;
    const std::int64_t r = options_.resolution.count();
    return (d.count() + r - 1) / r * r;
  }

  // --- dependencies ---
  void remember_number(job_handle h) {
    numbered_ = true;
    numbers_.emplace(sources_[h].id, h);
    namesakes_[name_of(h)].push_back(h);
  }
  [[nodiscard]] std::uint64_t name_of(job_handle h) const noexcept {
    return std::uint64_t{sources_[h].user} << 32 | sources_[h].name;
  }
  void wait_for_namesakes(job_handle h, const job_dependency& d) {
    std::vector<job_handle>& list = namesakes_[name_of(h)];
    std::erase_if(list, [&](job_handle g) {
      return jobs_[g].phase == job_phase::ended || jobs_[g].phase == job_phase::impossible;
    });
    for (const job_handle g : list) {
      if (g == h) continue;
      ++jobs_[h].unmet;
      waiters_[g].push_back({h, d});
    }
  }
  void wait_for(job_handle h, const job_dependency& d) {
    if (d.on == job_dependency::kind::singleton) {
      wait_for_namesakes(h, d);
      return;
    }
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
      const bool since_start = d.on == start && first.start != instant::infinity();
      jobs_[h].eligible = std::max(jobs_[h].eligible, (since_start ? first.start : first.planned_end) + d.delay);
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
    for (const waiter& w : std::exchange(list->second, {})) {
      if (jobs_[w.job].phase != job_phase::later) continue;
      if (w.on.on == job_dependency::kind::singleton) --jobs_[w.job].unmet;
      else give_up(w.job);
    }
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
    e.planned = planned_for(h, sources_[h].shapes[k]);
  }
  /// Takes the shape that the mold policy prefers (the one that ends first, of equals the one with the least area)
  /// among those that `at(demand, planned)` has a start for; returns the start.
  template <class F>
  instant best_shape(job_handle h, F at) {
    entry& e = jobs_[h];
    if (e.rigid) return at(e.demand, e.planned);
    const std::uint32_t before = e.shape;
    boost::container::small_vector<mold_option, 8> options;
    for (std::uint32_t k = 0; k < sources_[h].shapes.size(); ++k) {
      take_shape(h, k);
      const instant start = at(e.demand, e.planned);
      if (start != instant::infinity()) options.push_back({k, e.demand, e.planned, start});
    }
    const std::span<const mold_option> all(options.data(), options.size());
    std::size_t best = options.size();
    if (!options.empty()) best = options_.mold ? options_.mold(all, plan_now_) : mold::earliest_finish(all, plan_now_);
    const bool none = best >= options.size();
    take_shape(h, none ? before : options[best].shape);
    return none ? instant::infinity() : options[best].start;
  }
  /// Not looked at now, without losing its place.
  [[nodiscard]] bool passed_by(job_handle h) const noexcept { return jobs_[h].held || jobs_[h].least > capacity_; }

  backfill_options options_;
  amount size_, capacity_;  ///< ever, and at present
  Estimate estimate_;
  std::vector<entry> jobs_;
  job_sources sources_;
  std::unordered_map<job_handle, std::vector<waiter>> waiters_;  ///< who waits for a job
  job_queue<Order> queue_;
  job_queue<Walk> walk_;
  job_index<queue_position> index_;  ///< of the walk, once the queue was deep
  bool indexed_ = false;
  running_jobs running_;
  instant now_ = instant::minus_infinity();
  instant plan_now_ = instant::minus_infinity();  ///< the same on the grid of the plan
  std::vector<job_handle> later_, fresh_;         // not eligible yet; arrived since the last decision
  std::vector<job_handle>* starts_ = nullptr;
  std::unordered_map<job_number, job_handle> numbers_;
  std::unordered_map<std::uint64_t, std::vector<job_handle>> namesakes_;
  bool numbered_ = false;
  double wait_sum_ = 0;
  std::uint64_t started_ = 0;
  bool released_ = false;  ///< something came free since the last decision
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
