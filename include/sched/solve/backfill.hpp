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
#include <functional>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/job.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/detail/job_plan.hpp>
#include <sched/solve/detail/job_queue.hpp>
#include <sched/solve/detail/job_table.hpp>
#include <sched/solve/estimate.hpp>
#include <sched/solve/reservation.hpp>

namespace sched {
inline namespace v0 {

/// Backfilling batch scheduler for jobs on counted processors, live or under a simulator.
///
/// Tell it what happens — `submit`, `finish`, `cancel`, `launch_failed`, `hold`, `set_capacity` — and ask `decide(now)`
/// what to start. Events of one instant may come in any number before one `decide`; `now` never goes back. A started
/// job counts as running until it is reported as ended, whatever was planned. In `decide`, a job that has reached its
/// planned end is planned on: to `overrun_step` later, at least now + 1, twice as far at each repeat.
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
          estimate_policy Estimate = estimate::user, job_order Walk = Order>
class backfill : public detail::job_table<Order, Estimate, Walk> {
  using table = detail::job_table<Order, Estimate, Walk>;

public:
  using table::available, table::next_eligible;

  struct decision {
    std::vector<job_handle> starts{};
    std::vector<broken_promise> broken{};
    instant next_wakeup = instant::infinity();  ///< ask again then, unless something happens before
  };

  /// Throws `sched::error` when the machine has less than nothing.
  explicit backfill(amount processors, Order order = {}, Reserve policy = {}, Estimate predictor = {},
                    const backfill_options& options = {})
      : backfill(processors, order, std::move(policy), std::move(predictor), Walk(order), options) {}
  backfill(amount processors, Order order, Reserve policy, Estimate predictor, Walk walk,
           const backfill_options& options = {})
      : table(processors, std::move(order), std::move(predictor), std::move(walk)),
        policy_(policy),
        options_(options),
        plan_(processors) {}

  // --- what happens -----------------------------------------------------------------------------------------------
  /// A job arrives. Throws `sched::error` when it asks for nothing, for no time, in every shape for more than the
  /// machine ever had, when its number is in use, or when it waits for itself.
  job_handle submit(const job& j, instant now) {
    check(j);
    tick(now);
    return table::add(j, now);
  }
  /// Jobs that others may depend on must be known by number from the start: call before the first submission of a run
  /// in which dependencies can occur (it costs a table of numbers).
  void expect_dependencies() { numbered_ = true; }
  /// A running job has ended, well or not.
  void finish(job_handle h, instant now, bool ok = true) {
    SCHED_ASSERT(jobs_[h].phase == job_phase::running);
    estimate_.observe(sources_[h], now - jobs_[h].start);
    end_running(h, now);
    settle_dependents(h, now, true, ok);
  }
  /// A waiting job is withdrawn, or a running one is killed: it ends, and not well.
  void cancel(job_handle h, instant now) {
    if (jobs_[h].phase == job_phase::ended) return;
    if (jobs_[h].phase == job_phase::running) {
      end_running(h, now);
    } else {
      tick(now);
      if (jobs_[h].phase == job_phase::waiting) {
        leave_queue(h);
        drop_booking(h);
      }
      std::erase(later_, h);
      std::erase(fresh_, h);
      jobs_[h].phase = job_phase::ended;
      released_ = true;
    }
    settle_dependents(h, now, true, false);
  }
  /// A job that `decide` has started could not be launched: it goes back to its place in the queue.
  void launch_failed(job_handle h, instant now) {
    SCHED_ASSERT(jobs_[h].phase == job_phase::running);
    end_running(h, now);
    jobs_[h].phase = job_phase::waiting;
    jobs_[h].start = jobs_[h].planned_end = instant::infinity();
    queue_.restore(h);
    if constexpr (!same_walk) walk_.restore(h);
    fresh_.push_back(h);
  }
  /// A waiting job is passed by until `unhold`; it keeps its place.
  void hold(job_handle h, instant now) {
    tick(now);
    jobs_[h].held = true;
    if (jobs_[h].phase == job_phase::waiting) drop_booking(h);
    released_ = true;
  }
  void unhold(job_handle h, instant now) {
    tick(now);
    jobs_[h].held = false;
    released_ = true;
    if (jobs_[h].phase == job_phase::waiting) fresh_.push_back(h);
  }
  /// Nodes go down or come up: so many processors are there from now on. Running jobs stay.
  void set_capacity(amount processors, instant now) {
    tick(now);
    if (processors < 0) throw error("a machine has at least 0 processors");
    capacity_ = processors;
    size_ = std::max(size_, processors);
    released_ = true;
    replan_ = true;
  }

  // --- what to do -------------------------------------------------------------------------------------------------
  /// Which jobs start now. Idempotent: without an event in between a second call starts nothing.
  [[nodiscard]] decision decide(instant now) {
    decision out;
    decide(now, out);
    return out;
  }
  void decide(instant now, decision& out) {
    tick(now);
    out.starts.clear();
    out.broken.clear();
    plan_overruns();
    starts_ = &out.starts;
    if constexpr (keeps_promises) {
      if (plan_due() < now_) replan_ = true;  // asked too late: what should have started starts now
      if (std::exchange(replan_, false)) plan_anew(out.broken);
      if (std::exchange(ended_, false)) compress();
      book_fresh();
      start_due();
    } else {
      pass();
    }
    starts_ = nullptr;
    out.next_wakeup = next_wakeup();
  }

  // --- event by event, for simulators --------------------------------------------------------------------------------
  /// The pass after one submission or one end; booked starts of this instant come later, by `start_booked`. A running
  /// job whose planned end has passed holds nothing in the plan any more.
  void react(instant now, std::vector<job_handle>& starts) {
    tick(now);
    starts_ = &starts;
    if constexpr (keeps_promises) {
      replan_if_needed();
      if (std::exchange(ended_, false)) compress();
      book_fresh();
    } else {
      pass();
    }
    starts_ = nullptr;
  }
  void start_booked(instant now, std::vector<job_handle>& starts) {
    tick(now);
    starts_ = &starts;
    if constexpr (keeps_promises) {
      replan_if_needed();
      start_due();
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
  /// The promise of a waiting job: its booking under conservative reservations; +∞ without one.
  [[nodiscard]] instant promise(job_handle h) const noexcept {
    return jobs_[h].booked ? jobs_[h].booking.start : instant::infinity();
  }
  /// Expected start of every waiting job, in the order of the queue: its promise, or where it would go if all were
  /// booked one after another now; +∞ for those that are held or too large at present. O(waiting · fit); allocates.
  [[nodiscard]] std::vector<std::pair<job_handle, instant>> forecast() const {
    std::vector<std::pair<job_handle, instant>> out;
    backfill copy(*this);
    copy.make_plan();
    copy.queue_.each([&](job_handle h) {
      instant at = instant::infinity();
      if (jobs_[h].booked) at = jobs_[h].booking.start;
      else if (!copy.passed_by(h)) at = copy.choose_place(h);
      if (at != instant::infinity()) {
        const entry& e = copy.jobs_[h];
        copy.plan_.reserve({at, at + e.planned}, e.demand);
      }
      out.emplace_back(h, at);
      return true;
    });
    return out;
  }
  [[nodiscard]] instant next_wakeup() const noexcept {
    instant next = next_eligible();
    if constexpr (keeps_promises) next = std::min(next, plan_due());
    return std::min(next, running_.next_end());
  }
  /// First instant at which a booked job starts; +∞ without promises.
  [[nodiscard]] instant next_booked() const noexcept {
    if constexpr (keeps_promises) return plan_due();
    else return instant::infinity();
  }
  /// How often a job was tested for a place, and how often a promise moved earlier.
  [[nodiscard]] std::uint64_t tests() const noexcept { return tests_; }
  [[nodiscard]] std::uint64_t moves() const noexcept { return moves_; }
  /// Promises that `react` could not keep (`decide` names them).
  [[nodiscard]] std::uint64_t broken() const noexcept { return broken_; }

private:
  static constexpr bool keeps_promises = std::same_as<Reserve, reserve::conservative>;
  static_assert(
      !keeps_promises || Order::static_keys,
      "conservative promises are made in the order of arrival: an order that changes with time has no meaning");
  using table::check, table::view, table::arrive, table::leave_queue, table::start, table::remember_number,
      table::wait_for, table::settle_dependents, table::take_shape, table::best_shape, table::passed_by;
  using table::same_walk;
  using table::size_, table::capacity_, table::estimate_, table::jobs_, table::sources_, table::queue_, table::walk_,
      table::running_, table::now_, table::later_, table::fresh_, table::starts_, table::numbered_, table::released_;
  using typename table::entry;

  void tick(instant now) {
    const bool later = table::advance(now);
    if constexpr (keeps_promises)
      if (later) plan_.forget(now);
  }

  void end_running(job_handle h, instant now) {
    tick(now);
    entry& e = jobs_[h];
    e.phase = job_phase::ended;
    running_.remove(h, e.planned_end);
    if constexpr (keeps_promises) {
      if (now < e.planned_end) released_early_ = true;
      plan_.release_from(now, e.planned_end, e.demand);
      e.booked = false;
    }
    released_ = true;
    ended_ = true;
  }
  void drop_booking(job_handle h) {
    if constexpr (keeps_promises) {
      if (!jobs_[h].booked) return;
      plan_.release(jobs_[h].booking);
      jobs_[h].booked = false;
      released_early_ = true;
      ended_ = true;
    }
  }
  void extend(job_handle h, instant until) {
    entry& e = jobs_[h];
    running_.remove(h, e.planned_end);
    running_.insert(h, until, e.demand, now_);
    e.planned_end = until;
    settled_valid_ = false;
    released_ = true;
    if constexpr (keeps_promises) replan_ = true;
  }
  void plan_overruns() {
    overdue_.clear();
    running_.each_overdue([&](job_handle h) { overdue_.push_back(h); });
    for (const job_handle h : overdue_) {
      entry& e = jobs_[h];
      const std::uint32_t doublings = std::min<std::uint32_t>(e.overruns++, 40);
      extend(h, std::max(e.planned_end + options_.overrun_step * (std::int64_t{1} << doublings), now_ + 1));
    }
  }

  [[nodiscard]] bool enough_tested(std::uint64_t before) const noexcept {
    return options_.max_tested != 0 && tests_ - before >= options_.max_tested;
  }

  // --- plans made anew at every decision ----------------------------------------------------------------------------
  void pass() {
    if constexpr (Estimate::changes) {
      queue_.each([&](job_handle h) {
        take_shape(h, jobs_[h].shape);
        return true;
      });
      if constexpr (!std::same_as<Order, order::fcfs>) rank(queue_);
      if constexpr (!same_walk && !std::same_as<Walk, order::fcfs>) rank(walk_);
      released_ = true;
    } else {
      if constexpr (!Order::static_keys) rank(queue_);
      if constexpr (!same_walk && !Walk::static_keys) rank(walk_);
    }
    pass_start_ = tests_;
    if constexpr (std::same_as<Reserve, reserve::none>) static_cast<void>(start_heads());
    else if constexpr (std::same_as<Reserve, reserve::depth>) pass_depth();
    else if constexpr (std::same_as<Reserve, reserve::selective>) pass_selective();
    else if constexpr (std::same_as<Reserve, reserve::relaxed>) pass_relaxed();
    else if constexpr (std::same_as<Reserve, reserve::look_ahead>) pass_look_ahead();
    fresh_.clear();
    released_ = false;
  }
  template <class Queue>
  void rank(Queue& q) {
    q.rank([&](job_handle h) { return view(h); }, now_);
  }
  /// Whether h can start now by count; takes the shape with which it ends first.
  [[nodiscard]] bool fits(job_handle h) {
    ++tests_;
    return best_shape(h, [&](amount demand, duration) { return demand <= available() ? now_ : instant::infinity(); }) ==
           now_;
  }
  /// Starts heads while they fit; the first that does not is returned.
  job_handle start_heads() {
    job_handle head = detail::no_job;
    queue_.each([&](job_handle h) {
      if (passed_by(h)) return true;
      if (fits(h)) {
        start(h);
        return true;
      }
      head = h;
      return false;
    });
    return head;
  }

  /// When the head can start at the earliest, and what it then leaves over.
  struct shadow {
    instant at = instant::infinity();
    amount extra = 0;
  };
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
  void try_behind(job_handle h, shadow& s) {
    if (passed_by(h)) return;
    ++tests_;
    const instant at = best_shape(h, [&](amount demand, duration planned) {
      const bool possible = demand <= available() && (now_ + planned <= s.at || demand <= s.extra);
      return possible ? now_ : instant::infinity();
    });
    if (at != now_) return;
    if (now_ + jobs_[h].planned > s.at) s.extra -= jobs_[h].demand;
    start(h);
  }
  template <class F>
  void walk_rest(F f) {
    const auto limited = [&](job_handle h) { return f(h) && !enough_tested(pass_start_); };
    if constexpr (same_walk) queue_.each(limited);
    else walk_.each(limited);
  }
  void pass_depth() {
    if (policy_.k == 1) {
      pass_easy();
      return;
    }
    if (policy_.k == 0) {
      walk_rest([&](job_handle h) {
        if (!passed_by(h) && fits(h)) start(h);
        return available() > 0;
      });
      return;
    }
    make_plan();
    reserved_.clear();
    queue_.each([&](job_handle h) {
      if (reserved_.size() >= policy_.k || enough_tested(pass_start_)) return false;
      if (!passed_by(h)) reserve_or_start(h);
      return true;
    });
    if (reserved_.size() >= policy_.k) start_what_fits_in_plan();
  }
  /// A plan of the running jobs alone.
  void make_plan() {
    if constexpr (keeps_promises) return;  // it is kept
    plan_.reset(capacity_, now_);
    running_.each([&](job_handle, instant end, amount demand) { plan_.occupy({now_, end}, demand); });
  }
  /// Earliest place of h in the plan, in the shape that ends first.
  [[nodiscard]] instant choose_place(job_handle h) {
    ++tests_;
    return best_shape(h, [&](amount demand, duration planned) { return plan_.earliest(now_, planned, demand); });
  }
  /// In a plan of running jobs and reservations: starts h if it fits now, otherwise reserves its earliest start.
  void reserve_or_start(job_handle h) {
    const instant at = choose_place(h);
    plan_.reserve({at, at + jobs_[h].planned}, jobs_[h].demand);
    if (at == now_) start(h);
    else reserved_.push_back(h);
  }
  void start_what_fits_in_plan() {
    std::ranges::sort(reserved_);
    walk_rest([&](job_handle h) {
      if (std::ranges::binary_search(reserved_, h) || passed_by(h)) return true;
      ++tests_;
      const instant at = best_shape(h, [&](amount demand, duration planned) {
        const bool possible = demand <= available() && plan_.least({now_, now_ + planned}) >= demand;
        return possible ? now_ : instant::infinity();
      });
      if (at != now_) return true;
      plan_.reserve({now_, now_ + jobs_[h].planned}, jobs_[h].demand);
      start(h);
      return available() > 0;
    });
  }
  /// EASY by shadow time. After submissions only, with the head blocked as before, only the new jobs are looked at.
  void pass_easy() {
    constexpr bool in_order = same_walk && std::same_as<Order, order::fcfs>;
    if (settled_valid_ && !released_ && Order::static_keys && Walk::static_keys && queue_.front() == blocked_ &&
        (in_order || fresh_.size() <= 1)) {
      for (const job_handle h : fresh_)
        if (jobs_[h].phase == job_phase::waiting && h != blocked_) try_behind(h, settled_);
      return;
    }
    settled_valid_ = false;
    const job_handle head = start_heads();
    if (head == detail::no_job) return;
    settled_ = shadow_of_head(head);
    if (available() > 0)
      walk_rest([&](job_handle h) {
        if (h != head) try_behind(h, settled_);
        return available() > 0;
      });
    blocked_ = head;
    settled_valid_ = !Estimate::changes && options_.max_tested == 0;
  }
  void pass_selective() {
    make_plan();
    queue_.each([&](job_handle h) {
      if (passed_by(h)) return true;
      const instant at = choose_place(h);
      const entry& e = jobs_[h];
      const auto q = static_cast<double>(e.planned.count());
      const auto waited = static_cast<double>((now_ - e.eligible).count());
      const interval stay{at, at + e.planned};
      if (at == now_) {
        plan_.reserve(stay, e.demand);
        start(h);
      } else if (waited + q >= policy_.threshold * q) {
        plan_.reserve(stay, e.demand);
      }
      return !enough_tested(pass_start_);
    });
  }
  void pass_relaxed() {
    const job_handle head = start_heads();
    if (head == detail::no_job) return;
    if (head != blocked_) {
      blocked_ = head;
      latest_ = instant::infinity();
    }
    const shadow first = shadow_of_head(head);
    const auto wait = static_cast<double>((first.at - jobs_[head].eligible).count());
    latest_ = std::min(latest_, first.at + static_cast<std::int64_t>(std::floor(policy_.patience * wait)));
    const instant limit = std::max(latest_, first.at);
    walk_rest([&](job_handle h) {
      if (h == head || passed_by(h) || !fits(h)) return true;
      if (head_start_beside(jobs_[head].demand, jobs_[h].demand, now_ + jobs_[h].planned) <= limit) start(h);
      return available() > 0;
    });
  }
  /// Earliest start of a job that needs `need` if another one took `taken` until `until`.
  [[nodiscard]] instant head_start_beside(amount need, amount taken, instant until) const {
    amount free = available() - taken;
    instant at = instant::infinity();
    bool given = false;
    const auto give_back = [&] {
      given = true;
      free += taken;
      if (free >= need) at = until;
      return free >= need;
    };
    running_.each_end([&](instant end, amount freed) {
      if (!given && until <= end) {
        if (until == end) free += freed;
        if (give_back()) return false;
        if (until == end) return true;
      }
      free += freed;
      if (free < need) return true;
      at = end;
      return false;
    });
    if (at == instant::infinity() && !given) static_cast<void>(give_back());
    return at;
  }
  void pass_look_ahead() {
    const job_handle head = start_heads();
    if (head == detail::no_job) return;
    const shadow s = shadow_of_head(head);
    const amount free = available();
    if (free <= 0) return;
    window_.clear();
    queue_.each([&](job_handle h) {
      if (h != head && !passed_by(h)) window_.push_back(h);
      return window_.size() < policy_.window;
    });
    const amount extra = std::min(s.extra, free);
    // best[k][f][x]: most processors used by the jobs from k on, with f free and x to spare at the shadow.
    const auto columns = static_cast<std::size_t>(extra) + 1;
    const std::size_t layer = (static_cast<std::size_t>(free) + 1) * columns;
    best_.assign((window_.size() + 1) * layer, 0);
    const auto at = [&](std::size_t k, amount f, amount x) -> amount& {
      return best_[k * layer + static_cast<std::size_t>(f) * columns + static_cast<std::size_t>(x)];
    };
    const auto after = [&](std::size_t k, amount f, amount x, bool& possible) -> amount {
      const entry& e = jobs_[window_[k]];
      const amount spare = now_ + e.planned > s.at ? e.demand : 0;
      possible = e.demand <= f && spare <= x;
      return possible ? e.demand + at(k + 1, f - e.demand, x - spare) : 0;
    };
    for (std::size_t k = window_.size(); k-- > 0;)
      for (amount f = 0; f <= free; ++f)
        for (amount x = 0; x <= extra; ++x) {
          bool possible = false;
          at(k, f, x) = std::max(at(k + 1, f, x), after(k, f, x, possible));
        }
    amount f = free;
    amount x = extra;
    for (std::size_t k = 0; k < window_.size(); ++k) {
      bool possible = false;
      ++tests_;
      const amount taken = after(k, f, x, possible);
      if (!possible || taken < at(k, f, x)) continue;
      const entry& e = jobs_[window_[k]];
      if (now_ + e.planned > s.at) x -= e.demand;
      f -= e.demand;
      start(window_[k]);
    }
  }

  // --- promises ------------------------------------------------------------------------------------------------------
  void book(job_handle h) {
    const instant at = choose_place(h);
    entry& e = jobs_[h];
    e.booked = at != instant::infinity();
    if (!e.booked) return;
    e.booking = plan_.book(at, e.planned, e.demand);
    if (at > now_) due_push({at, false, h, h});
  }
  void book_fresh() {
    for (const job_handle h : fresh_) {
      if (jobs_[h].phase != job_phase::waiting || jobs_[h].booked || passed_by(h)) continue;
      book(h);
      if (jobs_[h].booked && jobs_[h].booking.start == now_) start(h);
    }
    fresh_.clear();
    released_ = false;
  }
  /// Everybody who is booked later than now may move to the earliest slot, in the order of arrival. Skipped while the
  /// last sweep moved nobody and nothing was given back since: new bookings open no room.
  void compress() {
    if (policy_.compress == reserve::conservative::compression::none) return;
    if (still_ && !released_early_) return;
    bool moved = true;
    while (moved) {
      moved = false;
      queue_.each([&](job_handle h) {
        entry& e = jobs_[h];
        if (!e.booked || e.booking.start <= now_) return true;
        const detail::job_booking old = e.booking;
        const std::uint32_t shape = e.shape;
        plan_.release(old);
        const instant at = choose_place(h);
        if (at + e.planned >= old.start + old.planned) {
          take_shape(h, shape);
          plan_.reserve({old.start, old.start + old.planned}, old.demand);
          return true;
        }
        e.booking = plan_.book(at, e.planned, e.demand);
        due_push({at, at == now_, ++stamp_, h});
        ++moves_;
        moved = true;
        return true;
      });
      if (policy_.compress == reserve::conservative::compression::once) break;
    }
    still_ = !moved;
    released_early_ = false;
  }
  void replan_if_needed() {
    if (!std::exchange(replan_, false)) return;
    slipped_.clear();
    plan_anew(slipped_);
    broken_ += slipped_.size();
  }
  /// The machine or the plan of a running job changed: everybody is booked anew in the order of arrival.
  void plan_anew(std::vector<broken_promise>& broken) {
    plan_.reset(capacity_, now_);
    running_.each([&](job_handle, instant end, amount demand) { plan_.occupy({now_, end}, demand); });
    queue_.each([&](job_handle h) {
      entry& e = jobs_[h];
      const instant was = e.booked ? e.booking.start : instant::infinity();
      e.booked = false;
      if (!passed_by(h)) book(h);
      const instant is = promise(h);
      if (is > was) broken.push_back({h, was, is});
      if (e.booked && is == now_) due_push({is, true, ++stamp_, h});
      return true;
    });
    still_ = true;
    released_early_ = false;
  }
  struct due {
    instant at{};
    bool moved_today = false;  ///< behind those who were booked for this instant before it came
    std::uint64_t rank = 0;
    job_handle job = 0;
    [[nodiscard]] bool operator>(const due& o) const noexcept {
      if (at != o.at) return at > o.at;
      if (moved_today != o.moved_today) return moved_today;
      return rank > o.rank;
    }
  };
  void due_push(const due& d) {
    due_.push_back(d);
    std::ranges::push_heap(due_, std::greater<>());
  }
  [[nodiscard]] bool stale(const due& d) const noexcept {
    const entry& e = jobs_[d.job];
    return e.phase != job_phase::waiting || !e.booked || e.booking.start != d.at;
  }
  [[nodiscard]] instant plan_due() const noexcept {
    while (!due_.empty() && stale(due_.front())) {
      std::ranges::pop_heap(due_, std::greater<>());
      due_.pop_back();
    }
    return due_.empty() ? instant::infinity() : due_.front().at;
  }
  void start_due() {
    while (plan_due() <= now_) {
      const job_handle h = due_.front().job;
      std::ranges::pop_heap(due_, std::greater<>());
      due_.pop_back();
      start(h);
    }
  }

  Reserve policy_;
  backfill_options options_;
  detail::job_plan plan_;
  std::vector<job_handle> reserved_, window_, overdue_;
  std::vector<broken_promise> slipped_;
  bool ended_ = false, replan_ = false;
  // EASY: what the last pass left, for submissions behind a blocked head.
  bool settled_valid_ = false;
  shadow settled_{};
  job_handle blocked_ = detail::no_job;
  instant latest_ = instant::infinity();
  std::vector<amount> best_;
  // Conservative.
  bool still_ = true, released_early_ = false;  // the last sweep moved nobody; something was given back since
  std::uint64_t stamp_ = 0;
  mutable std::vector<due> due_;
  std::uint64_t tests_ = 0, moves_ = 0, broken_ = 0, pass_start_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
