// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_TIMELINE_TIMELINE_HPP
#define SCHED_TIMELINE_TIMELINE_HPP

/// \file
/// What a resource timeline promises: how much of a resource is left over time.

#include <concepts>
#include <cstdint>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// A booking: `units` taken over `when`. The handle that `reserve` returns; a plain value.
struct reservation {
  interval when{};
  amount units = 0;
  bool operator==(const reservation&) const noexcept = default;
};

/// What `reserve` and `resize` answer: the booking, or the first instant at which too little is left (the timeline is
/// then unchanged).
struct reserve_result {
  bool ok = false;
  reservation booking{};
  instant first_conflict = instant::infinity();
  [[nodiscard]] explicit operator bool() const noexcept { return ok; }
};

/// One step of a timeline: `available` units from `start` to the start of the next step (the last one lasts for ever).
struct timeline_step {
  instant start{};
  amount available = 0;
  bool operator==(const timeline_step&) const noexcept = default;
};

/// WHEN is a resource free, and how much of it? A step function available(t) on `[origin, +∞)`.
///
/// * `capacity()` — what an unused timeline offers. `origin()` — nothing is known before it.
/// * `available(t)`; `min_available(i)` — least value over i, the capacity for an empty interval.
/// * `earliest_fit(t, d, n)` — least s ≥ max(t, origin) with `min_available([s, s + d)) ≥ n`; +∞ if none. It is t or an
///   instant at which availability rises; d = 0 returns t; monotone in t, d and n.
/// * `latest_fit(t, d, n)` — greatest s with s + d ≤ t, s ≥ origin and `min_available([s, s + d)) ≥ n`; −∞ if none.
/// * `reserve(i, n)` — takes n ≥ 0 units over i (strong guarantee: all or nothing).
/// * `release(b)` — the exact inverse: the timeline equals what it was before. Precondition: b is booked.
/// * `resize(b, finish)` — moves the end of a booking, earlier or later.
/// * `add_capacity(i, n)` — nodes up (n > 0) or down (n < 0, availability may become negative) over i.
/// * `advance(t)` — forgets what lies before t; origin becomes t.
/// * `next_change(t)` — least s > t where the value differs from the one just before; +∞ if none.
/// * `steps(f)` — calls `f(timeline_step)` for every maximal step, in order.
///
/// Equal neighbouring steps are one: `a == b` is equality as functions. Copying is O(n). Const calls may run
/// concurrently unless a model says otherwise. Rejected: timelines that book what does not fit.
template <class T>
concept resource_timeline =
    std::copyable<T> && std::equality_comparable<T> &&
    requires(T t, const T c, instant x, duration d, interval i, amount n, reservation b, void (*f)(timeline_step)) {
      { c.capacity() } -> std::same_as<amount>;
      { c.origin() } -> std::same_as<instant>;
      { c.available(x) } -> std::same_as<amount>;
      { c.min_available(i) } -> std::same_as<amount>;
      { c.earliest_fit(x, d, n) } -> std::same_as<instant>;
      { c.latest_fit(x, d, n) } -> std::same_as<instant>;
      { t.reserve(i, n) } -> std::same_as<reserve_result>;
      { t.release(b) };
      { t.resize(b, x) } -> std::same_as<reserve_result>;
      { t.add_capacity(i, n) };
      { t.advance(x) };
      { c.next_change(x) } -> std::same_as<instant>;
      { c.steps(f) };
    };

/// A timeline that solvers can keep between runs: `T()` makes one, `reset(n, t)` empties it to capacity n from origin t
/// on and keeps its memory. Every timeline of the library is one.
template <class T>
concept reusable_timeline =
    resource_timeline<T> && std::default_initializable<T> && requires(T t, amount n, instant x) {
      { t.reset(n, x) };
    };

}  // namespace v0
}  // namespace sched

#endif
