// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_RESERVATION_HPP
#define SCHED_SOLVE_RESERVATION_HPP

/// \file
/// Which waiting jobs are promised a start, and what may run before them.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/priority/order.hpp>
#include <sched/solve/detail/job_booking.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The least that a policy may rely on; see `job_desk`.
struct desk_archetype {
  static constexpr bool static_keys = true, in_order = true;
  [[nodiscard]] instant now() const;
  [[nodiscard]] amount available() const, capacity() const;
  [[nodiscard]] std::size_t waiting() const;
  [[nodiscard]] amount demand_of(job_handle) const;
  [[nodiscard]] duration planned_of(job_handle) const;
  [[nodiscard]] instant eligible_of(job_handle) const;
  [[nodiscard]] waiting_job view(job_handle) const;
  template <class F>
  void each_in_order(F);
  template <class F>
  void each_in_walk(F);
  [[nodiscard]] bool fits(job_handle);
  bool start(job_handle);
  job_handle start_heads();
  void clear_plan();
  [[nodiscard]] instant earliest(job_handle);
  job_booking reserve(job_handle, instant);
  void release(job_handle, const job_booking&);
};

}  // namespace detail

/// A policy that makes its plan anew at every decision: `pass(desk, memory)` starts jobs. `memory` is what it remembers
/// between decisions; the scheduler keeps it, so that a copy of the scheduler is a snapshot.
///
/// The desk: `each_in_order(f)` and `each_in_walk(f)` go through the waiting jobs within the limits, while f(job) is
/// true; `fits(job)`; `start(job)`; `start_heads()` starts heads while they fit and returns the first that does not;
/// `clear_plan()`, then `earliest(job)`, `reserve(job, at)` and `release(job, booking)` work with a plan of what runs.
/// What does not fit is not started, and the decision says `policy_infeasible`. Rejected: policies without memory type.
template <class R>
concept planning_reservation =
    std::copyable<R> && requires { typename R::memory; } && std::default_initializable<typename R::memory> &&
    std::copyable<typename R::memory> && requires(const R r, detail::desk_archetype& desk, typename R::memory& m) {
      { r.pass(desk, m) } -> std::same_as<void>;
    };

/// Policies that keep a plan: every waiting job has a booking from its arrival on.
template <class R>
concept promising_reservation = std::copyable<R> && requires {
  { R::keeps_promises } -> std::convertible_to<bool>;
} && bool(R::keeps_promises);

/// Who is promised a start. Models: everything in `reserve`, and types of your own that make plans anew. Rejected:
/// everything else.
template <class R>
concept reservation_policy = promising_reservation<R> || planning_reservation<R>;

/// Reservation policies of `backfill`.
namespace reserve {

/// No backfilling: stop at the first job that does not fit.
struct none {
  struct memory {};
  template <class Desk>
  void pass(Desk& desk, memory&) const {
    static_cast<void>(desk.start_heads());
  }
};

/// The first k jobs that do not fit are reserved their earliest start, all others may run where they disturb none;
/// planned anew at every decision. 1 is EASY (Lifka 1995), 0 fills without any guarantee.
struct depth {
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  std::size_t k = 1;

  /// What the last pass left, for submissions behind a blocked head.
  struct memory {
    bool settled = false;
    job_handle head = detail::no_job;
    shadow at{};
    std::vector<job_handle> reserved{};
  };
  template <class Desk>
  void pass(Desk& desk, memory& m) const {
    if (k == 0) fill(desk);
    else if (k == 1 && desk.by_count()) easy(desk, m);
    else plan(desk, m);
  }

private:
  template <class Desk>
  static void fill(Desk& desk) {
    desk.each_in_walk([&](job_handle h) {
      if (desk.fits(h)) desk.start(h);
      return desk.available() > 0;
    });
  }
  /// By shadow time. After submissions only, with the head blocked as before, only the new jobs are looked at.
  template <class Desk>
  static void easy(Desk& desk, memory& m) {
    if (m.settled && !desk.released() && desk.front() == m.head && (Desk::in_order || desk.fresh().size() <= 1)) {
      for (const job_handle h : desk.fresh())
        if (h != m.head && desk.may_start(h)) desk.start_behind(h, m.at);
      return;
    }
    m.settled = false;
    m.head = desk.start_heads();
    if (m.head == detail::no_job) return;
    m.at = desk.shadow_of_head(m.head);
    if (desk.available() > 0) desk.start_all_behind(m.head, m.at);
    m.settled = Desk::static_keys && desk.complete();
  }
  template <class Desk>
  void plan(Desk& desk, memory& m) const {
    desk.clear_plan();
    m.settled = false;
    m.reserved.clear();
    desk.each_in_order([&](job_handle h) {
      const instant at = desk.earliest(h);
      if (at == desk.now()) return desk.start(h);
      static_cast<void>(desk.reserve(h, at));
      m.reserved.push_back(h);
      return m.reserved.size() < k && !desk.enough_reserved();
    });
    if (m.reserved.size() < k && !desk.enough_reserved()) return;
    std::ranges::sort(m.reserved);
    desk.each_in_walk([&](job_handle h) {
      if (!std::ranges::binary_search(m.reserved, h) && desk.fits(h)) desk.start(h);
      return desk.available() > 0 || !desk.by_count();
    });
  }
};
[[nodiscard]] constexpr depth easy() noexcept { return {1}; }

/// Every job is promised a start when it arrives; promises are kept, and only ever move earlier (Mu'alem & Feitelson
/// 2001).
struct conservative {
  static constexpr bool keeps_promises = true;
  enum class compression : std::uint8_t {
    none,     ///< promises never move
    once,     ///< after every end, one sweep in the order of arrival
    fixpoint  ///< sweeps until nothing moves
  } compress = compression::once;
  /// Promises that a sweep looks at in one decision. A longer sweep goes on where it stopped, at the next decision, for
  /// which `next_wakeup` asks one tick later: a bound on the time of a decision, at the price that a job may start some
  /// decisions after it could. No promise is broken by that.
  std::size_t most_looks = std::numeric_limits<std::size_t>::max();
};

/// Every job is promised a start with some slack when it arrives: its conservative start plus share · (mean wait so
/// far), divided by 1 + priority for positive priorities. A job may start at once whenever all others, booked anew in
/// the order of the queue, still keep their promises (after Talby & Feitelson 1999). A test of a job books the whole
/// queue: O(queue · fit); limit it by `max_tested`.
struct slack {
  static constexpr bool keeps_promises = true;
  double share = 0.5;
};

static_assert(promising_reservation<conservative> && promising_reservation<slack> && planning_reservation<none> &&
              planning_reservation<depth>);

}  // namespace reserve
}  // namespace v0
}  // namespace sched

#endif
