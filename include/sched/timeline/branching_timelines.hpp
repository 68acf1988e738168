// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_BRANCHING_TIMELINES_HPP
#define SCHED_TIMELINE_BRANCHING_TIMELINES_HPP

/// \file
/// What many resources have left over time, for schedulers that move forward and branch: work that pauses where a
/// resource is taken, and bookings that a trail takes back.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <sched/calendar/any_calendar.hpp>
#include <sched/core/config.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/core/trail.hpp>

namespace sched {
inline namespace v0 {

/// One resource of a joint question: which, and how many units of it.
struct resource_units {
  std::uint32_t resource = 0;
  amount units = 1;
};

/// Free units of many resources, each a linked list of steps from −∞ on. Work of `units` proceeds in every tick in
/// which a resource has them (and its calendar is open), and pauses elsewhere. A booking takes its units in every tick
/// of an interval in which they are there.
///
/// Made for a scheduler whose clock only moves forward: `forget(t)` lets questions begin at t instead of at −∞. After
/// that a question costs O(steps between the clock and its answer), which for dated closures and work in progress is a
/// handful. A booking writes O(steps inside it) through a trail, so a branch is taken back exactly; it allocates
/// nothing as long as `reserve` has foreseen it. Copies are independent.
class branching_timelines {
public:
  /// Adds a resource with `capacity` units and, if given, working times. The calendar is kept by reference.
  std::uint32_t add(amount capacity, const calendar::any_calendar* open = nullptr) {
    heads_.push_back(static_cast<std::uint32_t>(used_));
    capacities_.push_back(capacity);
    open_.push_back(open);
    steps_.resize(std::max(steps_.size(), used_ + 1));
    steps_[used_++] = {instant::minus_infinity(), capacity, none_};
    return static_cast<std::uint32_t>(heads_.size() - 1);
  }
  /// Room for so many bookings more: two steps each.
  void reserve(std::size_t bookings) { steps_.resize(used_ + 2 * bookings); }

  [[nodiscard]] std::size_t size() const noexcept { return heads_.size(); }
  [[nodiscard]] amount capacity(std::uint32_t r) const noexcept { return capacities_[r]; }
  [[nodiscard]] const calendar::any_calendar* open_hours(std::uint32_t r) const noexcept { return open_[r]; }

  /// Questions before t will not be asked any more. Call it outside of branches.
  void forget(instant t) noexcept { clock_ = t; }

  /// Least s ≥ t at which resource r can work with so many units; +∞ if there is none.
  [[nodiscard]] instant next_workable(std::uint32_t r, instant t, amount units) const noexcept {
    std::uint32_t k = find(r, t);
    for (;;) {
      while (steps_[k].free < units) {
        k = steps_[k].next;
        if (k == none_) return instant::infinity();
        t = steps_[k].start;
      }
      if (open_[r] == nullptr) return t;
      t = open_[r]->next_open(t);
      if (t == instant::infinity()) return t;
      k = find_from(k, t);
      if (steps_[k].free >= units) return t;
    }
  }
  /// Least s ≥ t at which it cannot.
  [[nodiscard]] instant next_blocked(std::uint32_t r, instant t, amount units) const noexcept {
    const std::uint32_t k = find(r, t);
    if (steps_[k].free < units) return t;
    const instant end = run_end(k, units);
    return open_[r] == nullptr ? end : std::min(end, open_[r]->next_closed(t));
  }

  /// Where `work` > 0 ticks that begin at or after t end: least c such that [t, c) holds so many workable ticks.
  [[nodiscard]] instant finish(std::uint32_t r, instant t, duration work, amount units) const noexcept {
    std::uint32_t k = find(r, t);
    for (;;) {
      while (steps_[k].free < units) {
        k = steps_[k].next;
        if (k == none_) return instant::infinity();
        t = steps_[k].start;
      }
      std::uint32_t next = steps_[k].next;
      while (next != none_ && steps_[next].free >= units) next = steps_[next].next;
      const instant end = next == none_ ? instant::infinity() : steps_[next].start;
      if (open_[r] == nullptr) {
        if (end - t >= work) return t + work;
        work -= end - t;
      } else {
        const instant c = open_[r]->add_work(t, work);
        if (c <= end) return c;
        work -= open_[r]->work_between({t, end});
      }
      if (next == none_) return instant::infinity();
      k = next;
      t = end;
    }
  }

  /// The same for several resources that work only when all can. Precondition: `needs` is not empty.
  [[nodiscard]] instant next_workable(std::span<const resource_units> needs, instant t) const noexcept {
    for (std::size_t agreed = 0, i = 0; agreed < needs.size(); i = (i + 1) % needs.size()) {
      const instant s = next_workable(needs[i].resource, t, needs[i].units);
      agreed = s == t ? agreed + 1 : 1;
      t = s;
      if (t == instant::infinity()) break;
    }
    return t;
  }
  [[nodiscard]] instant next_blocked(std::span<const resource_units> needs, instant t) const noexcept {
    instant end = instant::infinity();
    for (const resource_units& q : needs) end = std::min(end, next_blocked(q.resource, t, q.units));
    return end;
  }
  [[nodiscard]] instant finish(std::span<const resource_units> needs, instant t, duration work) const noexcept {
    if (needs.size() == 1) return finish(needs[0].resource, t, work, needs[0].units);
    for (;;) {
      t = next_workable(needs, t);
      if (t == instant::infinity()) return t;
      const instant end = next_blocked(needs, t);
      if (end - t >= work) return t + work;
      work -= end - t;
      t = end;
    }
  }

  /// Takes `units` of r in every tick of `when` that has them.
  void take(std::uint32_t r, interval when, amount units, trail& log) {
    if (when.empty()) return;
    std::uint32_t before = none_;
    std::uint32_t k = find(r, when.start);
    if (steps_[k].free >= units && steps_[k].start < when.start) {
      before = k;
      k = split(k, when.start, log);
    }
    while (k != none_ && steps_[k].start < when.finish) {
      if (steps_[k].free < units) {
        before = k;
        k = steps_[k].next;
        continue;
      }
      if (end_of(k) > when.finish) split(k, when.finish, log);
      const amount left = steps_[k].free - units;
      const std::uint32_t next = steps_[k].next;
      if (before != none_ && steps_[before].free == left) {
        log.set(steps_[before].next, next);  // joins the step before it
      } else {
        log.set(steps_[k].free, left);
        before = k;
      }
      k = next;
    }
    if (k != none_ && before != none_ && steps_[k].free == steps_[before].free)
      log.set(steps_[before].next, steps_[k].next);
    if (log.depth() == 0) move_head(r);
  }

  /// Least start > t of a step of r that follows one with no unit left: a resource that comes free.
  [[nodiscard]] instant next_release(std::uint32_t r, instant t) const noexcept {
    std::uint32_t k = find(r, t);
    for (std::uint32_t next = steps_[k].next; next != none_; k = next, next = steps_[k].next)
      if (steps_[k].free <= 0 && steps_[next].free > 0) return steps_[next].start;
    return instant::infinity();
  }

  /// Calls f(start, free) for every step of r, the first at −∞ (or where the past was forgotten).
  template <class F>
  void each_step(std::uint32_t r, F f) const {
    for (std::uint32_t k = heads_[r]; k != none_; k = steps_[k].next) f(steps_[k].start, steps_[k].free);
  }

private:
  static constexpr std::uint32_t none_ = 0xffffffffU;
  struct step {
    instant start{};
    amount free = 0;
    std::uint32_t next = none_;
  };

  [[nodiscard]] instant end_of(std::uint32_t k) const noexcept {
    return steps_[k].next == none_ ? instant::infinity() : steps_[steps_[k].next].start;
  }
  /// First instant behind step k at which fewer units are free. Precondition: step k has them.
  [[nodiscard]] instant run_end(std::uint32_t k, amount units) const noexcept {
    do k = steps_[k].next;
    while (k != none_ && steps_[k].free >= units);
    return k == none_ ? instant::infinity() : steps_[k].start;
  }
  [[nodiscard]] std::uint32_t find(std::uint32_t r, instant t) const noexcept { return find_from(heads_[r], t); }
  [[nodiscard]] std::uint32_t find_from(std::uint32_t k, instant t) const noexcept {
    while (steps_[k].next != none_ && steps_[steps_[k].next].start <= t) k = steps_[k].next;
    return k;
  }
  void move_head(std::uint32_t r) noexcept { heads_[r] = find(r, clock_); }
  /// Cuts step k at t; the part from t on is a new step, which is returned.
  std::uint32_t split(std::uint32_t k, instant t, trail& log) {
    if (used_ == steps_.size()) {
      SCHED_ASSERT(log.depth() == 0);  // a branch keeps addresses
      steps_.resize(2 * steps_.size() + 2);
    }
    const auto fresh = static_cast<std::uint32_t>(used_);
    log.set(used_, used_ + 1);
    steps_[fresh] = {t, steps_[k].free, steps_[k].next};
    log.set(steps_[k].next, fresh);
    return fresh;
  }

  std::vector<step> steps_;
  std::size_t used_ = 0;
  std::vector<std::uint32_t> heads_;
  std::vector<amount> capacities_;
  std::vector<const calendar::any_calendar*> open_;
  instant clock_ = instant::minus_infinity();
};

}  // namespace v0
}  // namespace sched

#endif
