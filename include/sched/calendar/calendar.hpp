// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_CALENDAR_HPP
#define SCHED_CALENDAR_CALENDAR_HPP

/// \file
/// What a calendar promises, and the three meanings of a break.

#include <concepts>
#include <cstdint>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>

namespace sched {
inline namespace v0 {

/// The eight queries of `resource_calendar`, without what they promise. (Apart from it because `any_calendar` may not
/// ask whether a type is copyable while that very question is being answered for a type that holds one.)
template <class C>
concept calendar_queries = requires(const C& c, instant t, duration w, interval i) {
  { c.is_open(t) } -> std::same_as<bool>;
  { c.next_open(t) } -> std::same_as<instant>;
  { c.next_closed(t) } -> std::same_as<instant>;
  { c.prev_open(t) } -> std::same_as<instant>;
  { c.prev_closed(t) } -> std::same_as<instant>;
  { c.add_work(t, w) } -> std::same_as<instant>;
  { c.sub_work(t, w) } -> std::same_as<instant>;
  { c.work_between(i) } -> std::same_as<duration>;
};

/// WHEN is a resource open? A calendar splits the whole time axis into open and closed ticks; tick t is `[t, t + 1)`.
///
/// Semantics, for every instant t and work w ≥ 0 (the five right-hand mirrors serve backward planning):
/// * `is_open(t)` — tick t is open.
/// * `next_open(t)` — least s ≥ t with tick s open; +∞ if none. `next_closed(t)` likewise for closed ticks.
/// * `prev_open(t)` — greatest s ≤ t with tick s − 1 open; −∞ if none. `prev_closed(t)` likewise for closed ticks.
/// * `add_work(t, w)` — least f ≥ t such that `[t, f)` holds w open ticks; +∞ if there are not so many. `add_work(t, 0)
/// == t`.
/// * `sub_work(t, w)` — greatest s ≤ t such that `[s, t)` holds w open ticks; −∞ if there are not so many.
/// * `work_between(i)` — number of open ticks in i; 0 for an empty interval, +∞ when there are infinitely many.
///
/// +∞ and −∞ are legal arguments and come back unchanged where they are the only possible answer. Queries are const,
/// allocate nothing, cost O(log n) in the size of the calendar's description (never in the horizon) and may run
/// concurrently. Rejected: calendars whose answers change between calls.
template <class C>
concept resource_calendar = calendar_queries<C> && std::copyable<C>;

/// What a break in a calendar means for work that meets it. (The third meaning users ask for, *shrinking* — the break
/// leaves some capacity — is a property of the resource: see `shrinking` in model/project.hpp.)
enum class break_rule : std::uint8_t {
  closed,     ///< work may not cross a break: the whole of [start, finish) is open
  stretching  ///< work pauses over a break and resumes: finish = add_work(start, duration), start is an open tick
};

}  // namespace v0
}  // namespace sched

#endif
