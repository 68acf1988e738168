// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_DETAIL_BOOKING_HPP
#define SCHED_TIMELINE_DETAIL_BOOKING_HPP

/// \file
/// Checked bookings, written once for every timeline.

#include <algorithm>

#include <sched/core/config.hpp>
#include <sched/timeline/timeline.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// `reserve`, `release`, `resize` and `take` on top of the two primitives of a timeline: `first_below` and
/// `add_capacity`. Base of every model (curiously recurring).
template <class Timeline>
class bookable {
public:
  /// Takes n ≥ 0 units over i when every instant of i (from the origin on) has them; otherwise changes nothing and
  /// names the first instant that has too few. Strong guarantee. Costs one `first_below` and one `take`.
  reserve_result reserve(interval i, amount n) {
    SCHED_ASSERT(n >= 0);
    const instant conflict = self().first_below(i, n);
    if (conflict != instant::infinity()) return {false, {}, conflict};
    self().add_capacity(i, -n);
    return {true, {i, n}, instant::infinity()};
  }

  /// The same without the check: the caller has just learned from a query that n units fit over i.
  void take(interval i, amount n) { self().add_capacity(i, -n); }

  /// Gives a booking back, the part from the origin on. Precondition: b is booked.
  void release(const reservation& b) { self().add_capacity(b.when, b.units); }

  /// Moves the end of b to `finish` (not before its start): gives units back, or takes more when they are there. The
  /// answer holds the booking as it is afterwards; on failure b stays as it was. Precondition: b is booked.
  reserve_result resize(const reservation& b, instant finish) {
    const instant old_finish = std::max(b.when.start, b.when.finish);
    finish = std::max(b.when.start, finish);
    if (finish > old_finish) {
      const reserve_result more = reserve({old_finish, finish}, b.units);
      if (!more) return {false, b, more.first_conflict};
    } else {
      self().add_capacity({finish, old_finish}, b.units);
    }
    return {true, {{b.when.start, finish}, b.units}, instant::infinity()};
  }

protected:
  bookable() = default;

private:
  [[nodiscard]] Timeline& self() noexcept { return static_cast<Timeline&>(*this); }
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
