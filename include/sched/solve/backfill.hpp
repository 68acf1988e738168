// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_BACKFILL_HPP
#define SCHED_SOLVE_BACKFILL_HPP

/// \file
/// The batch scheduler: a queue, a machine, and policies that say who starts now and who is promised what.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
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
#include <sched/solve/reservation.hpp>

namespace sched {
inline namespace v0 {

/// A job as a scheduler numbers it: 0, 1, 2 … in the order of submission.
using job_handle = std::uint32_t;

/// A promise that could not be kept.
struct broken_promise {
  job_handle job = 0;
  instant was{}, is{};
};

/// Backfilling batch scheduler for jobs on counted processors, live or under a simulator.
///
/// Tell it what happens — `submit`, `finish`, `cancel`, `set_capacity` — and ask `decide(now)` what to start. All calls
/// of one instant may come in any number before one `decide`; `now` never goes back. A started job counts as running
/// until it is reported as finished, whatever was planned; a job that reaches its planned end is planned on for
/// `overrun_step`, doubled at each repeat.
///
/// Order: who goes first. Walk: in which order the others are tried behind the reserved ones (EASY-SJBF: FCFS, walk
/// SJF). Reservation policy and planning estimate: see `reserve::` and `estimate::`.
///
/// Cost of an event and its decision: EASY O(running + jobs looked at) and O(log running) for a submission behind a
/// blocked head; conservative O(jobs moved · fit). Copyable: a copy decides as the original does. Allocates only when a
/// table outgrows what it ever held.
template <job_order Order = order::fcfs, reservation_policy Reserve = reserve::depth,
          estimate_policy Estimate = estimate::user, job_order Walk = Order>
class backfill {
public:
  struct decision {
    std::vector<job_handle> starts{};
    std::vector<broken_promise> broken{};
    instant next_wakeup = instant::infinity();  ///< ask again then, unless something happens before
  };

  /// Throws `sched::error` when capacity is negative, or conservative reservations meet an order that changes with time
  /// (promises are made in the order of arrival).
  explicit backfill(amount capacity, Order order = {}, Reserve policy = {}, Estimate predictor = {})
      : backfill(capacity, order, std::move(policy), std::move(predictor), Walk(order)) {}
  backfill(amount capacity, Order order, Reserve policy, Estimate predictor, Walk walk)
      : capacity_(capacity),
        policy_(policy),
        estimate_(std::move(predictor)),
        queue_(std::move(order)),
        walk_(std::move(walk)),
        plan_(capacity) {
    if (capacity < 0) throw error("a machine has at least 0 processors");
  }

  // --- what happens -----------------------------------------------------------------------------------------------
  /// A job arrives. Returns its handle. Throws `sched::error` when it asks for nothing, for no time, or for more than
  /// the machine has.
  job_handle submit(const job& j, instant now) {
    check(j);
    tick(now);
    const auto h = static_cast<job_handle>(jobs_.size());
    entry e;
    e.source = j;
    e.demand = j.shapes[0].demand;
    e.planned = estimate_.predict(j, j.shapes[0]);
    e.eligible = std::max(now, j.not_before);
    jobs_.push_back(std::move(e));
    if (jobs_[h].eligible > now) later_.push_back(h);
    else arrive(h);
    return h;
  }
  /// A running job has ended.
  void finish(job_handle h, instant now) {
    tick(now);
    entry& e = jobs_[h];
    SCHED_ASSERT(e.state == phase::running);
    e.state = phase::ended;
    running_.remove(h, e.planned_end);
    if constexpr (keeps_promises) {
      if (now < e.booking.start + e.planned) released_early_ = true;
      plan_.end_early(e.booking, now);
    }
    estimate_.observe(e.source, now - e.start);
    released_ = true;
    ended_ = true;
  }
  /// A waiting job is withdrawn, or a running one killed.
  void cancel(job_handle h, instant now) {
    tick(now);
    entry& e = jobs_[h];
    if (e.state == phase::running) {
      finish(h, now);
    } else if (e.state == phase::waiting || e.state == phase::later) {
      if (e.state == phase::later) std::erase(later_, h);
      else leave_queue(h);
      std::erase(fresh_, h);
      if constexpr (keeps_promises) {
        if (e.booked) plan_.release(e.booking);
        e.booked = false;
        released_early_ = true;
      }
      released_ = true;
      ended_ = true;  // what it held may let others move
    }
    e.state = phase::ended;
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
    starts_ = &out.starts;
    if constexpr (keeps_promises) {
      if (std::exchange(ended_, false)) compress();
      book_fresh();
      start_due();
    } else {
      pass();
    }
    starts_ = nullptr;
    out.next_wakeup = next_wakeup();
  }

  // --- sequential events, for simulators ----------------------------------------------------------------------------
  /// The pass after one submission or one end; booked starts of this instant come later, by `start_booked`.
  void react(instant now, std::vector<job_handle>& starts) {
    tick(now);
    starts_ = &starts;
    if constexpr (keeps_promises) {
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
    if constexpr (keeps_promises) start_due();
    starts_ = nullptr;
  }
  /// The planned end of a running job passes although it runs on: the plan is extended to the user's estimate.
  void extend_to_estimate(job_handle h, instant now) {
    tick(now);
    entry& e = jobs_[h];
    SCHED_ASSERT(e.state == phase::running);
    const instant until = std::max(e.planned_end + 1, e.start + e.source.shapes[0].estimate);
    running_.remove(h, e.planned_end);
    running_.insert(h, until, e.demand, now_);
    e.planned_end = until;
    settled_valid_ = false;
  }

  // --- queries ----------------------------------------------------------------------------------------------------
  [[nodiscard]] amount capacity() const noexcept { return capacity_; }
  /// Processors that the plan has free now.
  [[nodiscard]] amount available() const noexcept { return capacity_ - running_.busy(); }
  [[nodiscard]] std::size_t waiting() const noexcept { return queue_.size(); }
  [[nodiscard]] std::size_t running() const noexcept { return running_.size(); }
  [[nodiscard]] bool is_waiting(job_handle h) const noexcept { return jobs_[h].state == phase::waiting; }
  [[nodiscard]] bool is_running(job_handle h) const noexcept { return jobs_[h].state == phase::running; }
  [[nodiscard]] instant start_of(job_handle h) const noexcept { return jobs_[h].start; }
  [[nodiscard]] instant planned_end_of(job_handle h) const noexcept { return jobs_[h].planned_end; }
  /// The promise of a waiting job: its booking under conservative reservations; +∞ without one.
  [[nodiscard]] instant promise(job_handle h) const noexcept {
    return jobs_[h].booked ? jobs_[h].booking.start : instant::infinity();
  }
  [[nodiscard]] instant next_wakeup() const noexcept {
    instant next = instant::infinity();
    for (const job_handle h : later_) next = std::min(next, jobs_[h].source.not_before);
    if constexpr (keeps_promises) next = std::min(next, plan_due());
    else next = std::min(next, running_.next_end(now_));
    return next;
  }
  /// First instant at which a booked job starts; +∞ without promises.
  [[nodiscard]] instant next_booked() const noexcept {
    if constexpr (keeps_promises) return plan_due();
    else return instant::infinity();
  }
  /// Decisions looked at: how often a job was tested.
  [[nodiscard]] std::uint64_t tests() const noexcept { return tests_; }
  [[nodiscard]] std::uint64_t moves() const noexcept { return moves_; }

private:
  static constexpr bool keeps_promises = std::same_as<Reserve, reserve::conservative>;
  static constexpr bool same_walk = std::same_as<Order, Walk>;
  static_assert(
      !keeps_promises || Order::static_keys,
      "conservative promises are made in the order of arrival: an order that changes with time has no meaning");

  enum class phase : std::uint8_t { later, waiting, running, ended };
  struct entry {
    job source{};
    amount demand = 0;
    duration planned = 1;  ///< planning estimate
    instant eligible{}, start = instant::infinity(), planned_end = instant::infinity();
    detail::job_booking booking{};
    bool booked = false;
    phase state = phase::later;
  };

  void check(const job& j) const {
    if (j.shapes.empty()) throw error("job " + std::to_string(j.id) + " has no shape", {std::to_string(j.id)});
    for (const job_shape& s : j.shapes) {
      if (s.demand < 1 || s.estimate < 1)
        throw error("job " + std::to_string(j.id) + " asks for nothing or for no time", {std::to_string(j.id)});
      if (s.demand > capacity_)
        throw error("job " + std::to_string(j.id) + " asks for " + std::to_string(s.demand) + " of " +
                        std::to_string(capacity_) + " processors",
                    {std::to_string(j.id)});
    }
  }
  /// Time moves on: planned ends pass, jobs become eligible.
  void tick(instant now) {
    SCHED_ASSERT(now >= now_);
    if (now > now_) {
      now_ = now;
      if (running_.advance(now)) released_ = true;
      if constexpr (keeps_promises) plan_.forget(now);
    }
    for (std::size_t k = 0; k < later_.size();) {
      const job_handle h = later_[k];
      if (jobs_[h].eligible > now) {
        ++k;
        continue;
      }
      later_.erase(later_.begin() + static_cast<std::ptrdiff_t>(k));
      arrive(h);
    }
  }
  [[nodiscard]] waiting_job view(job_handle h) const noexcept {
    const entry& e = jobs_[h];
    return {e.demand, e.planned, e.eligible, e.source.priority, e.source.user, e.source.group, e.source.queue};
  }
  void arrive(job_handle h) {
    jobs_[h].state = phase::waiting;
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
    e.state = phase::running;
    e.start = now_;
    e.planned_end = now_ + e.planned;
    running_.insert(h, e.planned_end, e.demand, now_);
    starts_->push_back(h);
  }

  // --- plans made anew at every decision ----------------------------------------------------------------------------
  void pass() {
    if constexpr (Estimate::changes) {
      queue_.each([&](job_handle h) {
        entry& e = jobs_[h];
        e.planned = estimate_.predict(e.source, e.source.shapes[0]);
        return true;
      });
      requeue();
      released_ = true;
    }
    if constexpr (!Order::static_keys) queue_.rank([&](job_handle h) { return view(h); }, now_);
    if constexpr (!same_walk && !Walk::static_keys) walk_.rank([&](job_handle h) { return view(h); }, now_);
    if constexpr (std::same_as<Reserve, reserve::none>) pass_none();
    else if constexpr (std::same_as<Reserve, reserve::depth>) pass_depth();
    else if constexpr (std::same_as<Reserve, reserve::selective>) pass_selective();
    else if constexpr (std::same_as<Reserve, reserve::relaxed>) pass_relaxed();
    else if constexpr (std::same_as<Reserve, reserve::look_ahead>) pass_look_ahead();
    fresh_.clear();
    released_ = false;
  }
  /// Keys depend on estimates that have changed.
  void requeue() {
    if constexpr (!std::same_as<Order, order::fcfs>) queue_.rank([&](job_handle h) { return view(h); }, now_);
    if constexpr (!same_walk && !std::same_as<Walk, order::fcfs>)
      walk_.rank([&](job_handle h) { return view(h); }, now_);
  }
  [[nodiscard]] bool fits(job_handle h) {
    ++tests_;
    return jobs_[h].demand <= available();
  }
  /// Starts heads while they fit; the first that does not is returned.
  job_handle start_heads() {
    for (;;) {
      const job_handle h = queue_.front();
      if (h == detail::no_job || !fits(h)) return h;
      start(h);
    }
  }
  void pass_none() { static_cast<void>(start_heads()); }

  /// When the head can start at the earliest, and what it then leaves over.
  struct shadow {
    instant at = instant::infinity();
    amount extra = 0;
  };
  [[nodiscard]] shadow shadow_of(job_handle head) const {
    shadow out;
    amount free = available();
    const amount need = jobs_[head].demand;
    running_.each_end([&](instant end, amount freed) {
      free += freed;
      if (free < need) return true;
      out.at = end;
      return false;
    });
    out.extra = free - need;
    return out;
  }
  /// Starts h if it ends before the shadow or needs only what the head leaves over.
  bool try_behind(job_handle h, shadow& s) {
    const entry& e = jobs_[h];
    ++tests_;
    if (e.demand > available()) return false;
    const bool long_job = now_ + e.planned > s.at;
    if (long_job && e.demand > s.extra) return false;
    if (long_job) s.extra -= e.demand;
    start(h);
    return true;
  }
  template <class F>
  void walk_rest(F f) {
    if constexpr (same_walk) queue_.each(f);
    else walk_.each(f);
  }
  void pass_depth() {
    if (policy_.k == 1) {
      pass_easy();
      return;
    }
    if (policy_.k == 0) {
      queue_.each([&](job_handle h) {
        if (fits(h)) start(h);
        return available() > 0;
      });
      return;
    }
    plan_.reset(capacity_, now_);
    running_.each([&](job_handle, instant end, amount demand) { plan_.reserve({now_, end}, demand); });
    reserved_.clear();
    queue_.each([&](job_handle h) {
      if (reserved_.size() >= policy_.k) return false;
      reserve_or_start(h);
      return true;
    });
    if (reserved_.size() >= policy_.k) start_what_fits_in_plan();
  }
  /// In a plan of running jobs and reservations: starts h if it fits now, otherwise reserves its earliest start.
  void reserve_or_start(job_handle h) {
    const entry& e = jobs_[h];
    ++tests_;
    const instant at = plan_.earliest(now_, e.planned, e.demand);
    plan_.reserve({at, at + e.planned}, e.demand);
    if (at == now_) start(h);
    else reserved_.push_back(h);
  }
  void start_what_fits_in_plan() {
    std::ranges::sort(reserved_);
    walk_rest([&](job_handle h) {
      if (std::ranges::binary_search(reserved_, h)) return true;
      const entry& e = jobs_[h];
      ++tests_;
      if (e.demand > available()) return true;
      if (plan_.least({now_, now_ + e.planned}) < e.demand) return true;
      plan_.reserve({now_, now_ + e.planned}, e.demand);
      start(h);
      return available() > 0;
    });
  }
  /// EASY by shadow time. After a submission only, with the head blocked as before, only the new jobs are looked at.
  void pass_easy() {
    constexpr bool in_order = same_walk && std::same_as<Order, order::fcfs>;
    if (settled_valid_ && !released_ && Order::static_keys && Walk::static_keys && queue_.front() == blocked_ &&
        (in_order || fresh_.size() <= 1)) {
      for (const job_handle h : fresh_)
        if (jobs_[h].state == phase::waiting && h != blocked_) static_cast<void>(try_behind(h, settled_));
      return;
    }
    settled_valid_ = false;
    const job_handle head = start_heads();
    if (head == detail::no_job) return;
    settled_ = shadow_of(head);
    if (available() > 0)
      walk_rest([&](job_handle h) {
        if (h != head) static_cast<void>(try_behind(h, settled_));
        return available() > 0;
      });
    blocked_ = head;
    settled_valid_ = !Estimate::changes;
  }
  void pass_selective() {
    plan_.reset(capacity_, now_);
    running_.each([&](job_handle, instant end, amount demand) { plan_.reserve({now_, end}, demand); });
    queue_.each([&](job_handle h) {
      const entry& e = jobs_[h];
      ++tests_;
      const instant at = plan_.earliest(now_, e.planned, e.demand);
      const double q = static_cast<double>(e.planned.count());
      const double waited = static_cast<double>((now_ - e.eligible).count());
      if (at == now_) {
        plan_.reserve({at, at + e.planned}, e.demand);
        start(h);
      } else if (waited + q >= policy_.threshold * q) {
        plan_.reserve({at, at + e.planned}, e.demand);
      }
      return true;
    });
  }
  void pass_relaxed() {
    const job_handle head = start_heads();
    if (head == detail::no_job) return;
    if (head != blocked_) {
      blocked_ = head;
      latest_ = instant::infinity();
    }
    const shadow first = shadow_of(head);
    const auto wait = static_cast<double>((first.at - jobs_[head].eligible).count());
    latest_ = std::min(latest_, first.at + static_cast<std::int64_t>(std::floor(policy_.patience * wait)));
    const instant limit = std::max(latest_, first.at);
    walk_rest([&](job_handle h) {
      if (h == head || !fits(h)) return true;
      // What if it ran?
      const entry& e = jobs_[h];
      amount free = available() - e.demand;
      instant at = instant::infinity();
      const amount need = jobs_[head].demand;
      bool given = false;
      const instant own = now_ + e.planned;
      running_.each_end([&](instant end, amount freed) {
        if (!given && own < end) {
          given = true;
          free += e.demand;
          if (free >= need) {
            at = own;
            return false;
          }
        }
        free += freed + (!given && own == end ? e.demand : 0);
        given = given || own == end;
        if (free < need) return true;
        at = end;
        return false;
      });
      if (at == instant::infinity() && !given && free + e.demand >= need) at = own;
      if (at <= limit) start(h);
      return available() > 0;
    });
  }
  void pass_look_ahead() {
    const job_handle head = start_heads();
    if (head == detail::no_job) return;
    const shadow s = shadow_of(head);
    const amount free = available();
    if (free == 0) return;
    window_.clear();
    queue_.each([&](job_handle h) {
      if (h != head) window_.push_back(h);
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
    entry& e = jobs_[h];
    const instant at = plan_.earliest(now_, e.planned, e.demand);
    e.booking = plan_.book(at, e.planned, e.demand);
    e.booked = true;
    ++tests_;
    if (at > now_) due_push({at, false, h, h});
  }
  void book_fresh() {
    for (const job_handle h : fresh_) {
      if (jobs_[h].state != phase::waiting) continue;
      book(h);
      if (jobs_[h].booking.start == now_) start(h);
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
        ++tests_;
        const instant at = plan_.earlier(e.booking, now_);
        if (at >= e.booking.start) return true;
        plan_.release(e.booking);
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
    return e.state != phase::waiting || !e.booked || e.booking.start != d.at;
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

  amount capacity_;
  Reserve policy_;
  Estimate estimate_;
  std::vector<entry> jobs_;
  detail::job_queue<Order> queue_;
  detail::job_queue<Walk> walk_;
  detail::running_jobs running_;
  detail::job_plan plan_;
  instant now_ = instant::minus_infinity();
  std::vector<job_handle> later_, fresh_, reserved_, window_;
  std::vector<job_handle>* starts_ = nullptr;
  bool released_ = false, ended_ = false;
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
  std::uint64_t tests_ = 0, moves_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
