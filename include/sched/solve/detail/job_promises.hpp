// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_PROMISES_HPP
#define SCHED_SOLVE_DETAIL_JOB_PROMISES_HPP

/// \file
/// The plan that is kept: every waiting job has a booking, and bookings only ever move earlier, unless the machine
/// shrinks or a job overruns.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/solve/detail/job_desk.hpp>
#include <sched/solve/reservation.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

template <job_order Order, estimate_policy Estimate, job_order Walk, machine_identity Ids>
class job_promises : public job_desk<Order, Estimate, Walk, Ids> {
  using desk = job_desk<Order, Estimate, Walk, Ids>;

protected:
  using desk::desk;
  using desk::jobs_, desk::queue_, desk::fresh_, desk::plan_now_, desk::passed_by, desk::plan_, desk::plan_for,
      desk::released_, desk::take_shape, desk::sources_;
  using typename desk::entry;
  using typename desk::windows;

  /// What was promised: the booking, or a later limit.
  [[nodiscard]] instant limit_of(job_handle h) const noexcept {
    return h < limits_.size() ? limits_[h] : jobs_[h].booking.start;
  }
  void book(job_handle h) {
    const instant at = desk::earliest(h);
    entry& e = jobs_[h];
    e.booked = at != instant::infinity();
    if (!e.booked) return;
    e.booking = desk::reserve(h, at);
    if (at > plan_now_) due_push({at, false, h, h});
  }
  /// Books those who have arrived; after(job) for each.
  template <class F>
  void book_fresh(F after) {
    for (const job_handle h : fresh_) {
      if (jobs_[h].phase != job_phase::waiting || jobs_[h].booked || passed_by(h)) continue;
      book(h);
      after(h);
      if (jobs_[h].booked && jobs_[h].booking.start == plan_now_) desk::launch(h);
    }
    fresh_.clear();
    released_ = false;
  }
  void drop_booking(job_handle h) {
    if (!jobs_[h].booked) return;
    plan_for(h).release(h, jobs_[h].booking);
    jobs_[h].booked = false;
    given_back();
  }
  /// Something came free earlier than planned.
  void given_back() noexcept { released_early_ = ended_ = true; }

  /// Everybody who is booked later than now may move to the earliest slot, in the order of arrival: a sweep, owed after
  /// every end. Skipped while the last one moved nobody and nothing was given back since: new bookings open no room.
  /// Looks at `most` jobs; the rest of the sweep, and the one that ends have asked for since it began, stays owed.
  void compress(reserve::conservative::compression how, std::size_t most, bool ended) {
    using enum reserve::conservative::compression;
    if (how == none) return;
    owed_ = owed_ || ended;
    while (true) {
      if (!queue_.marked()) {
        if (!std::exchange(owed_, false) || (still_ && !released_early_ && !Ids::planned)) return;
        released_early_ = swept_ = false;
        queue_.mark_front();
      }
      queue_.each_from_mark([&](job_handle h) {
        if (most == 0) return false;
        --most;
        swept_ = try_earlier(h) || swept_;
        return true;
      });
      if (queue_.marked()) return;
      still_ = !swept_;
      owed_ = owed_ || (how == fixpoint && swept_);
    }
  }
  /// Whether a sweep was broken off.
  [[nodiscard]] bool sweeping() const noexcept { return queue_.marked(); }
  /// Books everybody anew in the order of the queue, since the machine or the plan of a running job changed:
  /// broken(promise) for each that slips, first(job) for those that had none.
  template <class F, class G>
  void plan_anew(F broken, G first) {
    desk::clear_plan();
    queue_.each([&](job_handle h) {
      entry& e = jobs_[h];
      const instant was = e.booked ? limit_of(h) : instant::infinity();
      e.booked = false;
      if (!passed_by(h)) book(h);
      const instant is = e.booked ? e.booking.start : instant::infinity();
      if (is > was) {
        broken(broken_promise{h, was, is});
        if (h < limits_.size()) limits_[h] = is;
      }
      if (was == instant::infinity()) first(h);
      if (e.booked && is == plan_now_) due_push({is, true, ++stamp_, h});
      return true;
    });
    still_ = true;
    released_early_ = owed_ = false;
    queue_.unmark();
  }
  /// Whether all who wait keep their promises if h started now and they were booked anew in the order of the queue. If
  /// so, they are, and h starts; otherwise the plan stays as it is.
  bool start_if_all_keep(job_handle h) {
    kept_.clear();
    queue_.each([&](job_handle g) {
      if (jobs_[g].booked) {
        kept_.push_back({g, jobs_[g].shape, jobs_[g].window, jobs_[g].booking, plan_for(g).lot_of(g)});
        plan_for(g).release(g, jobs_[g].booking);
      }
      return true;
    });
    bool possible = desk::earliest(h) == plan_now_;
    placed_.clear();
    const auto place = [&](job_handle g, instant at) {
      jobs_[g].booking = desk::reserve(g, at);
      placed_.push_back(g);
    };
    if (possible) place(h, plan_now_);
    for (const kept& k : kept_) {
      if (!possible) break;
      if (k.job == h) continue;
      const instant at = desk::earliest(k.job);
      possible = at <= limit_of(k.job);
      if (possible) place(k.job, at);
    }
    if (!possible) {
      for (const job_handle g : placed_) plan_for(g).release(g, jobs_[g].booking);
      for (const kept& k : kept_) {
        entry& e = jobs_[k.job];
        take_shape(k.job, k.shape);
        e.window = k.window;
        e.booking = k.booking;
        plan_for(k.job).restore(k.job, k.booking, k.lot);
      }
      return false;
    }
    desk::launch(h);
    for (const kept& k : kept_)
      if (k.job != h && jobs_[k.job].booking.start != k.booking.start)
        due_push({jobs_[k.job].booking.start, jobs_[k.job].booking.start == plan_now_, ++stamp_, k.job});
    return true;
  }

  /// First instant at which a booked job starts; +∞ without one.
  [[nodiscard]] instant next_due() const noexcept {
    while (!due_.empty() && stale(due_.front())) {
      std::ranges::pop_heap(due_, std::greater<>());
      due_.pop_back();
    }
    return due_.empty() ? instant::infinity() : due_.front().at;
  }
  void start_due() {
    while (next_due() <= plan_now_) {
      const job_handle h = due_.front().job;
      std::ranges::pop_heap(due_, std::greater<>());
      due_.pop_back();
      desk::launch(h);
    }
  }

  std::uint64_t moves_ = 0;
  bool ended_ = false;           ///< something ended since the last decision
  std::vector<instant> limits_;  ///< promises that leave slack
  bool released_early_ = false;  ///< something was given back since the last sweep

private:
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
  struct kept {
    job_handle job = 0;
    std::uint32_t shape = 0;
    std::int32_t window = windows::outside;
    job_booking booking{};
    typename desk::plan::lot lot{};
  };
  bool try_earlier(job_handle h) {
    entry& e = jobs_[h];
    if (!e.booked || e.booking.start <= plan_now_) return false;
    if constexpr (!Ids::named) {
      // What h holds is room for h: it may move to where its own room begins, or into a slot in front of that. Neither
      // needs the booking to be given back, and mostly there is neither.
      if (e.rigid && this->windows_.empty() && sources_[h].allow.empty()) {
        ++this->tests_;
        const instant room = plan_.room_before(e.booking.start, plan_now_, e.demand);
        const instant at = std::min(room, plan_.earliest_before(room, plan_now_, e.planned, e.demand));
        if (at == e.booking.start) return false;
        plan_.release(h, e.booking);
        e.booking = desk::reserve(h, at);
        moved_to(h, at);
        return true;
      }
    }
    const kept old{h, e.shape, e.window, e.booking, {}};
    plan_for(h).release(h, old.booking);
    const instant at = desk::earliest(h);
    const bool sooner = at + e.planned < old.booking.start + old.booking.planned;
    if (!sooner && !Ids::planned) {
      take_shape(h, old.shape);
      e.window = old.window;
      plan_for(h).restore(h, old.booking, {});
      return false;
    }
    e.booking = desk::reserve(h, at);  // with ids in the plan, perhaps other ones at the same time
    if (!sooner) return false;
    moved_to(h, at);
    return true;
  }
  void moved_to(job_handle h, instant at) {
    due_push({at, at == plan_now_, ++stamp_, h});
    ++moves_;
  }
  void due_push(const due& d) {
    due_.push_back(d);
    std::ranges::push_heap(due_, std::greater<>());
  }
  [[nodiscard]] bool stale(const due& d) const noexcept {
    const entry& e = jobs_[d.job];
    return e.phase != job_phase::waiting || !e.booked || e.booking.start != d.at;
  }

  bool still_ = true;   ///< the last sweep moved nobody
  bool swept_ = false;  ///< the sweep that goes on has moved somebody
  bool owed_ = false;   ///< something ended since the last sweep began
  std::uint64_t stamp_ = 0;
  mutable std::vector<due> due_;
  std::vector<kept> kept_;
  std::vector<job_handle> placed_;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
