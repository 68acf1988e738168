// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_DESK_HPP
#define SCHED_SOLVE_DETAIL_JOB_DESK_HPP

/// \file
/// What reservation policies work with: the queue, the machine, the plan, and the right to start jobs.

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/interval_set.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/advance_reservation.hpp>
#include <sched/solve/detail/job_id_plan.hpp>
#include <sched/solve/detail/job_plan.hpp>
#include <sched/solve/detail/job_table.hpp>
#include <sched/solve/detail/job_windows.hpp>
#include <sched/solve/machine_ids.hpp>

namespace sched {
inline namespace v0 {

/// What a decision has to say about itself.
enum class decision_status : std::uint8_t {
  ok,
  budget_exhausted,   ///< the time budget ended the pass; the next one goes on from there
  policy_infeasible,  ///< a reservation policy started a job that does not fit: it was not started
  clock_backwards     ///< `now` lies before an earlier one: nothing was done
};

namespace detail {

template <class Ids>
struct plan_of {
  using type = job_plan;
  static type make(amount processors, const Ids&) { return type(processors); }
};
template <class Ids>
  requires Ids::planned
struct plan_of<Ids> {
  using type = job_id_plan<decltype(Ids::place)>;
  static type make(amount processors, const Ids& m) { return type(processors, m.place); }
};

template <job_order Order, estimate_policy Estimate, job_order Walk, machine_identity Ids>
class job_desk : protected job_table<Order, Estimate, Walk> {
  using table = job_table<Order, Estimate, Walk>;

public:
  using table::capacity, table::waiting, table::running, table::phase, table::job_of, table::shape_of, table::start_of,
      table::planned_end_of, table::next_eligible, table::static_keys, table::in_order;

  // --- what a reservation policy may ask ---------------------------------------------------------------------------
  /// The instant of the decision, on the grid of the plan.
  [[nodiscard]] instant now() const noexcept { return plan_now_; }
  /// Processors that are free now for everybody; negative when the machine shrank below what runs.
  [[nodiscard]] amount available() const noexcept {
    return table::available() - (windows_.empty() ? 0 : windows_.set_aside(now_));
  }
  [[nodiscard]] amount demand_of(job_handle h) const noexcept { return jobs_[h].demand; }
  [[nodiscard]] duration planned_of(job_handle h) const noexcept { return jobs_[h].planned; }
  [[nodiscard]] instant eligible_of(job_handle h) const noexcept { return jobs_[h].eligible; }
  [[nodiscard]] waiting_job view(job_handle h) const noexcept { return table::view(h); }
  /// Whether counting decides what fits: no advance reservations, no ids in the plan. Otherwise ask the plan.
  [[nodiscard]] bool by_count() const noexcept { return !Ids::planned && windows_.empty(); }
  /// First of the queue; jobs that arrived since the last decision; whether anything came free since.
  [[nodiscard]] job_handle front() const noexcept { return queue_.front(); }
  [[nodiscard]] std::span<const job_handle> fresh() const noexcept { return fresh_; }
  [[nodiscard]] bool released() const noexcept { return released_; }
  /// Whether no limit cut this pass short.
  [[nodiscard]] bool complete() const noexcept { return complete_ && options_.max_tested == 0; }

  /// Calls f(job) for the waiting jobs in the order of the queue, or of the walk, while f is true and no limit is
  /// reached. f may start the job.
  template <class F>
  void each_in_order(F f) {
    queue_.each([&](job_handle h) { return passed_by(h) || (may_look_at() && f(h)); });
  }
  template <class F>
  void each_in_walk(F f) {
    const auto look = [&](job_handle h) {
      if (passed_by(h)) return true;
      const next_step what = may_try(h);
      return what == next_step::look ? f(h) : what == next_step::pass_by;
    };
    if constexpr (same_walk) queue_.each(look);
    else walk_.each(look);
  }
  /// Whether h can start now; takes the shape for that.
  [[nodiscard]] bool fits(job_handle h) {
    ++tests_;
    const instant at = best_shape(h, [&](amount demand, duration planned) {
      return room_now(h, demand, planned) ? plan_now_ : instant::infinity();
    });
    if (!windows_.empty()) jobs_[h].window = window_for(h, at);
    return at == plan_now_;
  }
  /// Starts h in the shape that it has. False, and nothing is done, if it does not fit.
  bool start(job_handle h) {
    entry& e = jobs_[h];
    e.window = windows_.empty() ? windows::outside : window_for(h, plan_now_);
    if (e.window == windows::outside && !room_outside(e.demand, e.planned)) {
      status_ = decision_status::policy_infeasible;
      return false;
    }
    if (plan_made_) plan_for(h).book(h, plan_now_, e.planned, e.demand);
    launch(h);
    return true;
  }
  /// Starts all but the head that have a place in an advance reservation now: they take nothing from others.
  void start_members(job_handle head) {
    if (windows_.empty()) return;
    each_in_walk([&](job_handle h) {
      if (h == head || sources_[h].allow.empty()) return true;
      ++tests_;
      const instant at = best_shape(h, [&](amount demand, duration planned) { return inside(h, planned, demand); });
      if (at == plan_now_) start(h);
      return true;
    });
  }
  /// Starts heads while they fit; the first that does not is returned.
  job_handle start_heads() {
    job_handle head = no_job;
    each_in_order([&](job_handle h) {
      if (fits(h)) return start(h);
      head = h;
      return false;
    });
    return head;
  }

  /// A plan of what runs and of the advance reservations; policies add reservations.
  void clear_plan() {
    plan_.reset(capacity_, plan_now_);
    running_.each([&](job_handle h, instant end, amount units) {
      if (jobs_[h].window == windows::outside) plan_.occupy(h, {plan_now_, end}, units);
    });
    for (const auto& w : windows_.list()) plan_.close_again(w.what.when, w.lot);
    windows_.clear_plans(plan_now_, [&](plan& inside, job_handle h) {
      inside.occupy(h, {plan_now_, jobs_[h].planned_end}, jobs_[h].demand);
    });
    plan_made_ = true;
    reserved_ = 0;
  }
  /// Earliest place of h in the plan; takes the shape for that. +∞: none.
  [[nodiscard]] instant earliest(job_handle h) {
    ++tests_;
    const instant at = best_shape(h, [&](amount demand, duration planned) {
      return std::min(outside(planned, demand), inside(h, planned, demand));
    });
    jobs_[h].window = windows_.empty() ? windows::outside : window_for(h, at);
    return at;
  }
  /// Keeps that place for h in the plan.
  job_booking reserve(job_handle h, instant at) {
    const entry& e = jobs_[h];
    ++reserved_;
    if (at == instant::infinity()) return {};
    return plan_for(h).book(h, at, e.planned, e.demand);
  }
  void release(job_handle h, const job_booking& b) {
    if (b.start != instant::infinity()) plan_for(h).release(h, b);
  }
  /// Whether no more reservations may be made in this pass.
  [[nodiscard]] bool enough_reserved() const noexcept {
    return options_.max_reservations != 0 && reserved_ >= options_.max_reservations;
  }

  /// Processors that the plan has left all the time.
  [[nodiscard]] amount least(interval when) const { return plan_.least(when); }
  /// Whether h waits, and is not held or larger than the machine.
  [[nodiscard]] bool may_start(job_handle h) const noexcept {
    return jobs_[h].phase == job_phase::waiting && !passed_by(h);
  }

  // --- by count: when a job can start at the earliest, and what it leaves over then ---
  [[nodiscard]] shadow shadow_of(amount need) const {
    shadow out;
    amount free = available();
    running_.each_end([&](instant end, amount freed) {
      free += freed;
      if (free < need) return true;
      out.at = end;
      return false;
    });
    out.extra = free - need;
    return out;
  }
  [[nodiscard]] shadow shadow_of_head(job_handle head) {
    static_cast<void>(best_shape(head, [&](amount demand, duration) { return shadow_of(demand).at; }));
    return shadow_of(jobs_[head].demand);
  }
  /// Starts h if it ends before the shadow or needs only what the head leaves over.
  void start_behind(job_handle h, shadow& s) {
    ++tests_;
    const instant at = best_shape(h, [&](amount demand, duration planned) {
      const bool possible = room_outside(demand, planned) && (plan_now_ + planned <= s.at || demand <= s.extra);
      return possible ? plan_now_ : instant::infinity();
    });
    if (at != plan_now_) return;
    if (plan_now_ + jobs_[h].planned > s.at) s.extra -= jobs_[h].demand;
    start(h);
  }
  /// Starts all jobs of the walk that do not delay the head.
  void start_all_behind(job_handle head, shadow& s) {
    if constexpr (table::indexable)
      if (waiting() > options_.index_from && unlimited()) return start_found_behind(head, s);
    each_in_walk([&](job_handle h) {
      if (h != head) start_behind(h, s);
      return available() > 0;
    });
  }
  /// Calls f(planned end, units) for every planned end to come, jobs that end together as one, while f is true.
  template <class F>
  void each_end(F f) const {
    running_.each_end(f);
  }

protected:
  using plan = typename plan_of<Ids>::type;
  using windows = job_windows<plan>;
  using table::same_walk, table::options_, table::capacity_, table::jobs_, table::sources_, table::queue_, table::walk_,
      table::running_, table::now_, table::plan_now_, table::fresh_, table::released_, table::starts_, table::passed_by,
      table::best_shape, table::take_shape, table::size_, table::run, table::stop_running, table::change_running;
  using typename table::entry;

  job_desk(amount processors, Order order, Estimate predictor, Walk walk, Ids machine, const backfill_options& options)
      : table(processors, std::move(order), std::move(predictor), std::move(walk), options),
        plan_(plan_of<Ids>::make(processors, machine)),
        ids_(std::move(machine)) {
    if constexpr (Ids::named) {
      if (processors > 0xfffffffe) throw error("processors beyond 4,294,967,294 have no ids");
      machine_ids_ = free_ids_ = interval_set::first_ids(static_cast<std::uint32_t>(processors));
    }
  }

  /// The same without a look at jobs that are too large or too long.
  void start_found_behind(job_handle head, shadow& s) {
    table::keep_index();
    const queue_position last{std::numeric_limits<double>::infinity(), 0};
    queue_position from{-std::numeric_limits<double>::infinity(), 0};
    for (amount free = available(); free > 0; free = available()) {
      const duration window = s.at - plan_now_;
      const amount extra = std::min(s.extra, free);
      job_reach reach;
      reach.add(free, window);
      reach.add(extra, duration::max());
      const auto* const found = table::index_.first_from(
          from, last, reach, instant::minus_infinity(), [&](const typename table::index_entry& e) {
            return e.demand <= free && (e.length <= window || e.demand <= extra) && e.job != head && !passed_by(e.job);
          });
      if (found == nullptr) return;
      from = found->at.next();
      start_behind(found->job, s);
    }
  }

  // --- limits of a pass ---
  [[nodiscard]] bool unlimited() const noexcept {
    return options_.max_tested == 0 && options_.max_per_user == 0 && options_.time_budget.count() == 0;
  }
  void begin_pass() {
    begin_limits();
    plan_made_ = false;
    if (!by_count()) clear_plan();
  }
  void begin_limits() {
    status_ = decision_status::ok;
    pass_start_ = tests_;
    reserved_ = 0;
    complete_ = true;
    if (options_.max_per_user != 0) tried_.clear();
    if (options_.time_budget.count() > 0) deadline_ = std::chrono::steady_clock::now() + options_.time_budget;
  }
  /// The plan is kept: it shows everything at any time.
  void begin_promises() {
    begin_limits();
    plan_made_ = true;
  }
  [[nodiscard]] bool may_look_at() {
    if (options_.max_tested != 0 && tests_ - pass_start_ >= options_.max_tested) {
      complete_ = false;
    } else if (options_.time_budget.count() > 0 && (tests_ - pass_start_) % 64 == 63 &&
               std::chrono::steady_clock::now() >= deadline_) {
      complete_ = false;
      status_ = decision_status::budget_exhausted;
    } else {
      return true;
    }
    return false;
  }
  enum class next_step : std::uint8_t { look, pass_by, stop };
  [[nodiscard]] next_step may_try(job_handle h) {
    if (resume_ != no_job) {  // the time was over: go on where the last pass stopped
      if (resume_ == h || jobs_[resume_].phase != job_phase::waiting) resume_ = no_job;
      else return next_step::pass_by;
    }
    if (!may_look_at()) {
      if (status_ == decision_status::budget_exhausted) resume_ = h;
      return next_step::stop;
    }
    if (options_.max_per_user != 0 && ++tried_[sources_[h].user] > options_.max_per_user) {
      complete_ = false;
      return next_step::pass_by;
    }
    return next_step::look;
  }

  // --- places ---
  [[nodiscard]] bool room_outside(amount demand, duration planned) {
    if (demand > available()) return false;
    if (plan_made_ && !plan_.has({plan_now_, plan_now_ + planned}, demand)) return false;
    return has_ids(demand);
  }
  [[nodiscard]] bool room_now(job_handle h, amount demand, duration planned) {
    return room_outside(demand, planned) || inside(h, planned, demand) == plan_now_;
  }
  [[nodiscard]] instant outside(duration planned, amount demand) {
    const instant at = plan_.earliest(plan_now_, planned, demand);
    if (at == plan_now_ && !has_ids(demand)) return plan_.earliest(plan_now_ + 1, planned, demand);
    return at;
  }
  [[nodiscard]] instant inside(job_handle h, duration planned, amount demand) const {
    if (windows_.empty() || sources_[h].allow.empty()) return instant::infinity();
    return windows_.earliest(sources_[h].allow, plan_now_, planned, demand).at;
  }
  /// The reservation in which h, in its shape, has a place at that instant; outside if none has.
  [[nodiscard]] std::int32_t window_for(job_handle h, instant at) const {
    if (sources_[h].allow.empty() || at == instant::infinity()) return windows::outside;
    const auto p = windows_.earliest(sources_[h].allow, at, jobs_[h].planned, jobs_[h].demand);
    return p.at == at ? p.key : windows::outside;
  }
  [[nodiscard]] plan& plan_for(job_handle h) {
    const std::int32_t key = jobs_[h].window;
    return key == windows::outside ? plan_ : windows_.find(key)->inside;
  }

  // --- starting and ending ---
  /// h, which is booked or has room in its window or outside, starts.
  void launch(job_handle h) {
    const entry& e = jobs_[h];
    if (e.window != windows::outside) windows_.find(e.window)->members.push_back(h);
    if constexpr (Ids::named && !Ids::planned) take_ids(h);
    run(h, e.window == windows::outside ? e.demand : 0);
  }
  /// h does not run any more; gives back what it holds in a plan that is kept.
  void land(job_handle h, bool plan_is_kept) {
    const entry& e = jobs_[h];
    stop_running(h);
    if (auto* w = e.window == windows::outside ? nullptr : windows_.find(e.window)) {
      w->inside.release_from(h, now_, e.planned_end, e.demand);
      std::erase(w->members, h);
    } else if (plan_is_kept) {
      plan_.release_from(h, now_, e.planned_end, e.units);
    }
    jobs_[h].planned_end = now_;
    if constexpr (Ids::named && !Ids::planned) {
      free_ids_ |= job_ids_[h] & machine_ids_;
      job_ids_[h] = {};
    }
  }
  /// The plan of a running job reaches further.
  void extend_run(job_handle h, instant until) {
    const entry& e = jobs_[h];
    if (e.window != windows::outside)
      windows_.find(e.window)->inside.occupy(h, {std::max(e.planned_end, now_), until}, e.demand);
    change_running(h, until, e.units);
  }
  /// Time moves on. True when it did; `edge_` when an advance reservation began or ended.
  bool tick(instant now) {
    const bool later = table::advance(now);
    if (later && !windows_.empty()) {
      const bool changed = windows_.advance(plan_now_, [&](auto& w) {
        for (const job_handle h : w.members) {  // still there: they use the machine of everybody now
          if constexpr (Ids::planned) plan_.adopt(h, w.inside.ids_of(h));
          change_running(h, jobs_[h].planned_end, jobs_[h].demand);
          jobs_[h].window = windows::outside;
        }
      });
      if (changed) edge_ = released_ = true;
    }
    return later;
  }

  // --- ids ---
  [[nodiscard]] bool has_ids(amount demand) {
    if constexpr (Ids::named && !Ids::planned) {
      if constexpr (!decltype(ids_.place)::refuses) return true;
      else {
        const interval_set free = usable_ids();
        return static_cast<amount>(free.size()) >= demand && !ids_.place.pick(free, demand).empty();
      }
    } else {
      return true;
    }
  }
  /// Free ones, and those of jobs that the plan sees as ended.
  [[nodiscard]] interval_set usable_ids() const {
    interval_set free = free_ids_;
    running_.each_overdue([&](job_handle h) { free |= job_ids_[h] & machine_ids_; });
    return free;
  }
  void take_ids(job_handle h) {
    if (job_ids_.size() <= h) job_ids_.resize(jobs_.size());
    interval_set free = static_cast<amount>(free_ids_.size()) >= jobs_[h].demand ? free_ids_ : usable_ids();
    if constexpr (decltype(ids_.place)::refuses) free = usable_ids();
    const interval_set mine = ids_.place.pick(free, jobs_[h].demand);
    running_.each_overdue([&](job_handle g) {
      if (job_ids_[g].intersects(mine)) job_ids_[g] -= mine;
    });
    free_ids_ -= mine;
    job_ids_[h] = mine;
  }
  [[nodiscard]] const interval_set& ids_held(job_handle h) const {
    if constexpr (Ids::planned) return jobs_[h].window == windows::outside ? plan_.ids_of(h) : window_ids(h);
    else return job_ids_[h];
  }
  [[nodiscard]] const interval_set& window_ids(job_handle h) const {
    const auto list = windows_.list();
    return std::ranges::find(list, jobs_[h].window, &windows::window::key)->inside.ids_of(h);
  }
  /// These ids are, or are not, part of the machine from now on; running jobs keep theirs.
  void change_machine(const interval_set& to) {
    for (job_handle h = 0; h < jobs_.size(); ++h) {
      if (jobs_[h].phase != job_phase::running || jobs_[h].window != windows::outside) continue;
      const auto units = static_cast<amount>((ids_held(h) & to).size());
      if (units != jobs_[h].units) change_running(h, jobs_[h].planned_end, units);
    }
    if constexpr (Ids::planned) plan_.set_machine(to);
    else {
      free_ids_ = to;
      running_.each_all([&](job_handle h) { free_ids_ -= job_ids_[h]; });
    }
    machine_ids_ = to;
    capacity_ = static_cast<amount>(to.size());
  }

  plan plan_;
  windows windows_{};
  Ids ids_;
  interval_set machine_ids_{}, free_ids_{};
  std::vector<interval_set> job_ids_;  ///< of running jobs
  bool edge_ = false;
  decision_status status_ = decision_status::ok;
  std::uint64_t tests_ = 0;

private:
  std::uint64_t pass_start_ = 0;
  std::size_t reserved_ = 0;
  bool complete_ = true;
  bool plan_made_ = false;  ///< the plan of this pass shows what runs: starts go into it, too
  job_handle resume_ = no_job;
  std::chrono::steady_clock::time_point deadline_{};
  std::unordered_map<std::uint32_t, std::size_t> tried_;  ///< jobs of a user in this pass
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
