// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_BACKFILL_HPP
#define SCHED_SOLVE_BACKFILL_HPP

/// \file
/// The batch scheduler: a queue, a machine, and policies that say who starts now and who is promised what.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/interval_set.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/advance_reservation.hpp>
#include <sched/model/job.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/detail/job_desk.hpp>
#include <sched/solve/detail/job_promises.hpp>
#include <sched/solve/detail/job_table.hpp>
#include <sched/solve/estimate.hpp>
#include <sched/solve/machine_ids.hpp>
#include <sched/solve/reservation.hpp>

namespace sched {
inline namespace v0 {

/// Backfilling batch scheduler for jobs on counted processors, live or under a simulator.
///
/// Tell it what happens — `submit`, `finish`, `cancel`, `launch_failed`, `hold`, `set_capacity` — and ask `decide(now)`
/// what to start. Events of one instant may come in any number before one `decide`; `now` never goes back. A started
/// job counts as running until it is reported as ended, whatever was planned. In `decide`, a job that has reached its
/// planned end is planned on: to `overrun_step` later, at least now + 1, twice as far at each repeat (see
/// `overrun_policy` for others).
///
/// Order: who goes first. Walk: in which order the others are tried behind the reserved ones (EASY-SJBF: FCFS, walk
/// SJF). Reservation policy and planning estimate: see `reserve::` and `estimate::`. A moldable job takes the shape
/// that ends first, of equals the smallest, in every question that is asked about it. Jobs larger than what the machine
/// has at present, and held ones, keep their place and are passed by.
///
/// Cost of an event and its decision: EASY O(running + jobs looked at), and O(log running) for a submission behind a
/// blocked head; conservative O(jobs moved · fit); overruns and capacity changes plan everybody anew. A copy decides as
/// the original does, so a snapshot is a copy. Allocates only when a table outgrows what it ever held.
/// References: Lifka 1995; Mu'alem & Feitelson 2001; Tsafrir, Etsion & Feitelson 2007.
template <job_order Order = order::fcfs, reservation_policy Reserve = reserve::depth,
          estimate_policy Estimate = estimate::user, job_order Walk = Order, machine_identity Ids = ids::counted>
class backfill : detail::job_promises<Order, Estimate, Walk, Ids> {
  using promises = detail::job_promises<Order, Estimate, Walk, Ids>;
  using desk = detail::job_desk<Order, Estimate, Walk, Ids>;
  using table = detail::job_table<Order, Estimate, Walk>;

public:
  using desk::available, desk::capacity, desk::waiting, desk::running, desk::phase, desk::job_of, desk::shape_of,
      desk::start_of, desk::planned_end_of, desk::next_eligible;

  struct decision {
    std::vector<job_handle> starts{};
    std::vector<broken_promise> broken{};
    std::vector<job_handle> kills{};  ///< running jobs that have reached their estimate, under `overrun_policy::kill`
    instant next_wakeup = instant::infinity();  ///< ask again then, unless something happens before
    decision_status status = decision_status::ok;
  };

  /// Throws `sched::error` when the machine has less than nothing, or more processors than there are ids.
  explicit backfill(amount processors, Order order = {}, Reserve policy = {}, Estimate predictor = {},
                    const backfill_options& options = {})
      : backfill(processors, order, std::move(policy), std::move(predictor), Walk(order), options) {}
  backfill(amount processors, Order order, Reserve policy, Estimate predictor, Walk walk,
           const backfill_options& options = {})
      : backfill(processors, std::move(order), std::move(policy), std::move(predictor), std::move(walk), Ids{},
                 options) {}
  backfill(amount processors, Order order, Reserve policy, Estimate predictor, Walk walk, Ids machine,
           const backfill_options& options = {})
      : promises(processors, std::move(order), std::move(predictor), std::move(walk), std::move(machine), options),
        policy_(std::move(policy)) {}

  // --- what happens -----------------------------------------------------------------------------------------------
  /// A job arrives. Throws `sched::error` when it asks for nothing, for no time, in every shape for more than the
  /// machine ever had, when its number is in use, or when it waits for itself.
  job_handle submit(const job& j, instant now) {
    table::check(j);
    tick(now);
    return table::add(j, now);
  }
  /// Jobs that others may depend on must be known by number from the start: call before the first submission of a run
  /// in which dependencies can occur (it costs a table of numbers).
  void expect_dependencies() { table::numbered_ = true; }
  /// Before the first submission: the jobs of this array, which outlives the scheduler and its copies, will be
  /// submitted one after another; they are then not copied.
  void lend(std::span<const job> all) {
    SCHED_ASSERT(jobs_.empty());
    sources_.lend(all);
    jobs_.reserve(all.size());
  }
  /// A running job has ended, well or not.
  void finish(job_handle h, instant now, bool ok = true) {
    SCHED_ASSERT(jobs_[h].phase == job_phase::running);
    const duration runtime = now - jobs_[h].start;
    table::estimate_.observe(sources_[h], runtime);
    if constexpr (requires { policy_.observe(runtime, runtime, memory_); })
      policy_.observe(jobs_[h].start - jobs_[h].eligible, runtime, memory_);
    end_running(h, now);
    table::settle_dependents(h, now, true, ok);
  }
  /// A waiting job is withdrawn, or a running one is killed: it ends, and not well.
  void cancel(job_handle h, instant now) {
    if (jobs_[h].phase == job_phase::ended) return;
    if (jobs_[h].phase == job_phase::running) {
      end_running(h, now);
    } else {
      tick(now);
      if (jobs_[h].phase == job_phase::waiting) {
        table::leave_queue(h);
        if constexpr (keeps_promises) promises::drop_booking(h);
      }
      std::erase(table::later_, h);
      std::erase(fresh_, h);
      jobs_[h].phase = job_phase::ended;
      jobs_[h].planned_end = now;
      released_ = true;
    }
    table::settle_dependents(h, now, true, false);
  }
  /// A job that `decide` has started could not be launched: it goes back to its place in the queue.
  void launch_failed(job_handle h, instant now) {
    SCHED_ASSERT(jobs_[h].phase == job_phase::running);
    end_running(h, now);
    entry& e = jobs_[h];
    e.phase = job_phase::waiting;
    e.start = e.planned_end = instant::infinity();
    e.overruns = 0;
    table::restore_to_queue(h);
    fresh_.push_back(h);
  }
  /// A waiting job is passed by until `unhold`; it keeps its place.
  void hold(job_handle h, instant now) {
    tick(now);
    jobs_[h].held = true;
    if constexpr (keeps_promises)
      if (jobs_[h].phase == job_phase::waiting) promises::drop_booking(h);
    released_ = true;
  }
  void unhold(job_handle h, instant now) {
    tick(now);
    jobs_[h].held = false;
    released_ = true;
    if (jobs_[h].phase == job_phase::waiting) fresh_.push_back(h);
  }
  /// A waiting job becomes more or less urgent; among equals it keeps its place. Promises stay. O(queue).
  void set_priority(job_handle h, std::int64_t priority, instant now) {
    tick(now);
    sources_.mine(h).priority = priority;
    if (jobs_[h].phase != job_phase::waiting) return;
    table::change_in_queue(h);
    released_ = true;
  }
  /// Nodes go down or come up: so many processors are there from now on, of a machine with names the first ones.
  /// Running jobs stay.
  void set_capacity(amount processors, instant now) {
    if (processors < 0) throw error("a machine has at least 0 processors");
    if constexpr (Ids::named) {
      if (processors > 0xfffffffe) throw error("processors beyond 4,294,967,294 have no ids");
      set_machine(interval_set::first_ids(static_cast<std::uint32_t>(processors)), now);
    } else {
      tick(now);
      capacity_ = processors;
      machine_changed();
    }
  }
  /// These processors are taken out of service: what runs on them stays until it ends.
  void drain(const interval_set& which, instant now)
    requires(Ids::named)
  {
    set_machine(machine_ids_ - which, now);
  }
  /// These processors are in service (again).
  void restore(const interval_set& which, instant now)
    requires(Ids::named)
  {
    set_machine(machine_ids_ | which, now);
  }
  /// What became of a wish to reserve.
  struct reservation_answer {
    bool accepted = false;
    amount demand = 0;                    ///< what was set aside: less than asked for only when forced
    std::vector<job_handle> conflicts{};  ///< running jobs that are planned into it
  };
  /// Processors are set aside. Promises of waiting jobs give way, and `decide` names those that are broken. Throws
  /// `sched::error` when it is over, asks for nothing or for more than the machine has, or its id is in use.
  reservation_answer add_reservation(const advance_reservation& wish, instant now) {
    tick(now);
    const std::string name = "reservation " + std::to_string(wish.id);
    if (wish.when.empty() || wish.when.finish <= now) throw error(name + " is over", {std::to_string(wish.id)});
    if (wish.demand < 1 || wish.demand > capacity_)
      throw error(
          name + " asks for " + std::to_string(wish.demand) + " of " + std::to_string(capacity_) + " processors",
          {std::to_string(wish.id)});
    if (windows_.knows(wish.id)) throw error(name + " is there already", {std::to_string(wish.id)});
    desk::clear_plan();
    if constexpr (keeps_promises) replan_ = true;
    advance_reservation grant = wish;
    grant.when.start = std::max(grant.when.start, now);
    grant.demand = std::min(wish.demand, plan_.least(grant.when));
    reservation_answer out{true, grant.demand, {}};
    if (grant.demand < wish.demand) {
      running_.each([&](job_handle h, instant end, amount units) {
        if (end > grant.when.start && units > 0) out.conflicts.push_back(h);
      });
      if (!wish.force || grant.demand < 1) return {false, 0, std::move(out.conflicts)};
    }
    auto lot = plan_.close(grant.when, grant.demand);
    windows_.add(grant, std::move(lot), detail::plan_of<Ids>::make(0, desk::ids_), plan_now_);
    released_ = true;
    return out;
  }

  // --- what to do -------------------------------------------------------------------------------------------------
  /// Which jobs start now. Idempotent: without an event in between a second call starts nothing.
  [[nodiscard]] decision decide(instant now) {
    decision out;
    decide(now, out);
    return out;
  }
  void decide(instant now, decision& out) {
    out.starts.clear();
    out.broken.clear();
    out.kills.clear();
    out.status = decision_status::clock_backwards;
    if (now < now_) return;
    tick(now);
    plan_overruns(out.kills);
    starts_ = &out.starts;
    if constexpr (keeps_promises) {
      if (promises::next_due() < plan_now_) replan_ = true;  // asked too late: what should have started starts now
      replan_if_needed([&](const broken_promise& b) { out.broken.push_back(b); });
      keep_promises();
      promises::start_due();
    } else {
      pass();
    }
    starts_ = nullptr;
    out.next_wakeup = next_wakeup();
    out.status = desk::status_;
  }

  // --- event by event, for simulators --------------------------------------------------------------------------------
  /// The pass after one submission or one end; booked starts of this instant come later, by `start_booked`. A running
  /// job whose planned end has passed holds nothing in the plan any more.
  void react(instant now, std::vector<job_handle>& starts) {
    tick(now);
    starts_ = &starts;
    if constexpr (keeps_promises) {
      replan_if_needed([&](const broken_promise&) { ++broken_; });
      keep_promises();
    } else {
      pass();
    }
    starts_ = nullptr;
  }
  void start_booked(instant now, std::vector<job_handle>& starts) {
    tick(now);
    starts_ = &starts;
    if constexpr (keeps_promises) {
      replan_if_needed([&](const broken_promise&) { ++broken_; });
      promises::start_due();
    }
    starts_ = nullptr;
  }
  /// The planned end of a running job passes although it runs on: the plan is extended to the user's estimate.
  void extend_to_estimate(job_handle h, instant now) {
    tick(now);
    const entry& e = jobs_[h];
    SCHED_ASSERT(e.phase == job_phase::running);
    extend(h, std::max(e.planned_end + 1, e.start + sources_[h].shapes[e.shape].estimate));
  }

  // --- queries ----------------------------------------------------------------------------------------------------
  /// Why a job does not run.
  [[nodiscard]] wait_reason why(job_handle h) const noexcept { return table::why_with(h, available()); }
  /// The promise of a waiting job: its booking under conservative reservations, the latest start under slack; +∞
  /// without one.
  [[nodiscard]] instant promise(job_handle h) const noexcept {
    return jobs_[h].booked ? promises::limit_of(h) : instant::infinity();
  }
  /// The processors of a running job; of one that waits and is booked, under `ids::in_plan`, those it will get.
  [[nodiscard]] const interval_set& ids_of(job_handle h) const
    requires(Ids::named)
  {
    return desk::ids_held(h);
  }
  /// Running jobs that use one of these processors. O(running).
  [[nodiscard]] std::vector<job_handle> jobs_on(const interval_set& which) const
    requires(Ids::named)
  {
    std::vector<job_handle> out;
    running_.each_all([&](job_handle h) {
      if (ids_of(h).intersects(which)) out.push_back(h);
    });
    return out;
  }
  /// Expected start of every waiting job, in the order of the queue: its booking, or where it would go if all were
  /// booked one after another now; +∞ for those that are held or too large at present, and beyond `max_tested`.
  /// O(waiting · fit); allocates.
  [[nodiscard]] std::vector<std::pair<job_handle, instant>> forecast() const {
    std::vector<std::pair<job_handle, instant>> out;
    backfill copy(*this);
    if constexpr (!keeps_promises) copy.clear_plan();
    std::size_t tested = 0;
    copy.queue_.each([&](job_handle h) {
      instant at = instant::infinity();
      const bool more = table::options_.max_tested == 0 || tested < table::options_.max_tested;
      if (jobs_[h].booked) {
        at = jobs_[h].booking.start;
      } else if (!copy.passed_by(h) && more) {
        at = copy.earliest(h);
        static_cast<void>(copy.reserve(h, at));
        ++tested;
      }
      out.emplace_back(h, at);
      return true;
    });
    return out;
  }
  /// Earliest start of a job that is not there: `demand` processors for so long, behind everything that runs and is
  /// booked. +∞: never.
  [[nodiscard]] instant earliest_start(amount demand, duration length) const {
    return plan_of_now([&](auto& p) { return p.earliest(plan_now_, length, demand); });
  }
  /// Processors of the largest job that could start now and run for so long without delaying what is booked.
  [[nodiscard]] amount largest_now(duration length) const {
    return plan_of_now([&](auto& p) { return std::max<amount>(0, p.least({plan_now_, plan_now_ + length})); });
  }
  /// Free processors over time: (from, how many) for every step of the plan, the last one for ever.
  [[nodiscard]] std::vector<std::pair<instant, amount>> free_over_time() const {
    std::vector<std::pair<instant, amount>> out;
    return plan_of_now([&](auto& p) {
      p.steps([&](instant from, amount free) { out.emplace_back(from, free); });
      return std::move(out);
    });
  }
  [[nodiscard]] instant next_wakeup() const noexcept {
    instant next = std::min(next_eligible(), next_edge());
    if constexpr (keeps_promises) {
      next = std::min(next, promises::next_due());
      if (promises::sweeping()) next = std::min(next, now_ + 1);
    }
    return std::min(next, running_.next_end());
  }
  /// First instant at which a booked job starts; +∞ without promises.
  [[nodiscard]] instant next_booked() const noexcept {
    if constexpr (keeps_promises) return promises::next_due();
    else return instant::infinity();
  }
  /// First instant at which an advance reservation begins, ends or is given up.
  [[nodiscard]] instant next_edge() const noexcept { return windows_.next_edge(); }
  /// How often a job was tested for a place, and how often a promise moved earlier.
  [[nodiscard]] std::uint64_t tests() const noexcept { return desk::tests_; }
  [[nodiscard]] std::uint64_t moves() const noexcept { return promises::moves_; }
  /// Promises that `react` could not keep (`decide` names them).
  [[nodiscard]] std::uint64_t broken() const noexcept { return broken_; }

private:
  static constexpr bool keeps_promises = promising_reservation<Reserve>;
  static constexpr bool leaves_slack = std::same_as<Reserve, reserve::slack>;
  static_assert(
      !keeps_promises || Order::static_keys,
      "conservative promises are made in the order of arrival: an order that changes with time has no meaning");
  static_assert(!keeps_promises || std::same_as<Reserve, reserve::conservative> || leaves_slack,
                "reserve::conservative and reserve::slack keep promises; policies of your own make plans anew");
  static constexpr bool may_lack_place() {
    if constexpr (Ids::named) return decltype(Ids::place)::refuses;
    else return false;
  }
  static_assert(!keeps_promises || !may_lack_place(),
                "promises by count cannot be kept under a placement policy that refuses");
  using desk::same_walk, desk::jobs_, desk::sources_, desk::queue_, desk::walk_, desk::running_, desk::now_,
      desk::plan_now_, desk::fresh_, desk::starts_, desk::released_, desk::capacity_, desk::plan_, desk::windows_,
      desk::machine_ids_;
  using typename desk::entry;

  void tick(instant now) {
    const bool later = desk::tick(now);
    if constexpr (keeps_promises) {
      if (later && plan_now_ != instant::minus_infinity()) plan_.forget(plan_now_);
      if (std::exchange(desk::edge_, false)) replan_ = true;
    }
  }
  void end_running(job_handle h, instant now) {
    tick(now);
    if (now < jobs_[h].planned_end) promises::released_early_ = true;
    desk::land(h, keeps_promises);
    jobs_[h].booked = false;
    released_ = true;
    promises::ended_ = true;
  }
  void extend(job_handle h, instant until) {
    desk::extend_run(h, until);
    released_ = true;
    if constexpr (keeps_promises) replan_ = true;
  }
  void plan_overruns(std::vector<job_handle>& kills) {
    overdue_.clear();
    running_.each_overdue([&](job_handle h) { overdue_.push_back(h); });
    for (const job_handle h : overdue_) {
      entry& e = jobs_[h];
      if (table::options_.overrun != overrun_policy::extend) {
        const instant asked = e.start + sources_[h].shapes[e.shape].estimate;
        if (asked > now_) {
          extend(h, asked);
          continue;
        }
        if (table::options_.overrun == overrun_policy::kill) kills.push_back(h);
      }
      const std::uint32_t doublings = std::min<std::uint32_t>(e.overruns++, 40);
      extend(h, std::max(e.planned_end + table::options_.overrun_step * (std::int64_t{1} << doublings), now_ + 1));
    }
  }
  void set_machine(const interval_set& to, instant now) {
    tick(now);
    desk::change_machine(to);
    machine_changed();
  }
  void machine_changed() {
    table::size_ = std::max(table::size_, capacity_);
    released_ = true;
    if constexpr (keeps_promises) replan_ = true;
  }

  // --- plans made anew ---
  void pass() {
    if constexpr (Estimate::changes) {
      queue_.each([&](job_handle h) {
        table::take_shape(h, jobs_[h].shape);
        return true;
      });
      if constexpr (!std::same_as<Order, order::fcfs>) rank(queue_);
      if constexpr (!same_walk && !std::same_as<Walk, order::fcfs>) rank(walk_);
      released_ = true;
    } else {
      if constexpr (!Order::static_keys) rank(queue_);
      if constexpr (!same_walk && !Walk::static_keys) rank(walk_);
    }
    desk::begin_pass();
    policy_.pass(static_cast<desk&>(*this), memory_);
    fresh_.clear();
    released_ = false;
  }
  template <class Queue>
  void rank(Queue& q) {
    q.rank([&](job_handle h) { return table::view(h); }, now_);
  }

  // --- plans that are kept ---
  template <class F>
  void replan_if_needed(F broken) {
    if (std::exchange(replan_, false)) promises::plan_anew(broken, [&](job_handle h) { promise_first(h); });
  }
  void keep_promises() {
    using enum reserve::conservative::compression;
    desk::begin_promises();
    const bool ended = std::exchange(promises::ended_, false);
    const bool later = std::exchange(tried_at_, now_) != now_;
    const bool news = later || released_ || !fresh_.empty();
    if constexpr (leaves_slack) {
      if (ended) promises::compress(once, std::numeric_limits<std::size_t>::max(), true);
      promises::book_fresh([&](job_handle h) { promise_first(h); });
      if (!news) return;
      desk::each_in_walk([&](job_handle h) {
        if (jobs_[h].booked && jobs_[h].booking.start > plan_now_ && jobs_[h].demand <= available())
          static_cast<void>(promises::start_if_all_keep(h));
        return available() > 0;
      });
    } else {
      if (ended || news) promises::compress(policy_.compress, policy_.most_looks, ended);
      promises::book_fresh([](job_handle) {});
    }
  }
  /// h has its first booking: that, or some time later, is its promise.
  void promise_first(job_handle h) {
    if constexpr (leaves_slack) promise_with_slack(h);
  }
  void promise_with_slack(job_handle h) {
    std::vector<instant>& limits = promises::limits_;
    if (limits.size() <= h) limits.resize(jobs_.size(), instant::infinity());
    if (!jobs_[h].booked) return;
    limits[h] = jobs_[h].booking.start;
    const double urgency = 1.0 + static_cast<double>(std::max<std::int64_t>(0, sources_[h].priority));
    const double more = std::floor(policy_.share * table::mean_wait() / urgency);
    limits[h] += more < 9e18 ? duration(static_cast<std::int64_t>(more)) : duration::infinity();
  }

  /// f(plan) with a plan of what runs and is booked.
  template <class F>
  auto plan_of_now(F f) const {
    if constexpr (keeps_promises) {
      if (!replan_) return f(plan_);
    }
    backfill copy(*this);
    copy.clear_plan();
    if constexpr (keeps_promises) copy.plan_anew([](const broken_promise&) {}, [](job_handle) {});
    return f(copy.plan_);
  }

  struct no_memory {};
  template <class R>
  struct memory_of {
    using type = no_memory;
  };
  template <planning_reservation R>
  struct memory_of<R> {
    using type = typename R::memory;
  };

  Reserve policy_;
  typename memory_of<Reserve>::type memory_{};
  std::vector<job_handle> overdue_;
  bool replan_ = false;
  instant tried_at_ = instant::minus_infinity();  ///< slack: when it was last seen who may start before his time
  std::uint64_t broken_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
