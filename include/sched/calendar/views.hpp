// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_VIEWS_HPP
#define SCHED_CALENDAR_VIEWS_HPP

/// \file
/// Calendars seen reversed in time, moved in time, and with open and closed exchanged.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <sched/calendar/any_calendar.hpp>
#include <sched/calendar/recurring.hpp>
#include <sched/calendar/with_exceptions.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// Time reversed: tick t of the mirror is tick H − 1 − t of the calendar, so instant t is instant H − t. Backward
/// planning is forward planning on mirrored calendars. Each query is one query of the calendar. H must be finite.
/// Answers saturate where H − t does (and never lie on the wrong side of t).
template <resource_calendar C>
class mirrored_view {
public:
  mirrored_view(C calendar, instant mirror) : calendar_(std::move(calendar)), mirror_(mirror) {
    SCHED_ASSERT(mirror.is_finite());
  }
  [[nodiscard]] const C& base() const noexcept { return calendar_; }

  [[nodiscard]] bool is_open(instant t) const { return calendar_.is_open(mirror_ - t - 1); }
  [[nodiscard]] instant next_open(instant t) const { return std::max(t, mirror_ - calendar_.prev_open(mirror_ - t)); }
  [[nodiscard]] instant next_closed(instant t) const {
    return std::max(t, mirror_ - calendar_.prev_closed(mirror_ - t));
  }
  [[nodiscard]] instant prev_open(instant t) const { return std::min(t, mirror_ - calendar_.next_open(mirror_ - t)); }
  [[nodiscard]] instant prev_closed(instant t) const {
    return std::min(t, mirror_ - calendar_.next_closed(mirror_ - t));
  }
  [[nodiscard]] instant add_work(instant t, duration w) const {
    return std::max(t, mirror_ - calendar_.sub_work(mirror_ - t, w));
  }
  [[nodiscard]] instant sub_work(instant t, duration w) const {
    return std::min(t, mirror_ - calendar_.add_work(mirror_ - t, w));
  }
  [[nodiscard]] duration work_between(interval i) const {
    return i.empty() ? duration(0) : calendar_.work_between({mirror_ - i.finish, mirror_ - i.start});
  }
  [[nodiscard]] std::optional<repetition> repeats() const {
    std::optional<repetition> r = calendar::repeats(calendar_);
    if (r) r = repetition{mirror_ - r->after, mirror_ - r->before, r->period};
    return r && r->before.is_finite() && r->after.is_finite() ? r : std::nullopt;
  }

private:
  C calendar_;
  instant mirror_;
};

/// Moved: tick t of the view is tick t − offset of the calendar. Each query is one query of the calendar. The offset
/// must be finite. Answers saturate where t − offset does (and never lie on the wrong side of t).
template <resource_calendar C>
class shifted_view {
public:
  shifted_view(C calendar, duration offset) : calendar_(std::move(calendar)), offset_(offset) {
    SCHED_ASSERT(offset.is_finite());
  }
  [[nodiscard]] const C& base() const noexcept { return calendar_; }

  [[nodiscard]] bool is_open(instant t) const { return calendar_.is_open(t - offset_); }
  [[nodiscard]] instant next_open(instant t) const { return std::max(t, calendar_.next_open(t - offset_) + offset_); }
  [[nodiscard]] instant next_closed(instant t) const {
    return std::max(t, calendar_.next_closed(t - offset_) + offset_);
  }
  [[nodiscard]] instant prev_open(instant t) const { return std::min(t, calendar_.prev_open(t - offset_) + offset_); }
  [[nodiscard]] instant prev_closed(instant t) const {
    return std::min(t, calendar_.prev_closed(t - offset_) + offset_);
  }
  [[nodiscard]] instant add_work(instant t, duration w) const {
    return std::max(t, calendar_.add_work(t - offset_, w) + offset_);
  }
  [[nodiscard]] instant sub_work(instant t, duration w) const {
    return std::min(t, calendar_.sub_work(t - offset_, w) + offset_);
  }
  [[nodiscard]] duration work_between(interval i) const {
    return i.empty() ? duration(0) : calendar_.work_between({i.start - offset_, i.finish - offset_});
  }
  [[nodiscard]] std::optional<repetition> repeats() const {
    std::optional<repetition> r = calendar::repeats(calendar_);
    if (r) r = repetition{r->before + offset_, r->after + offset_, r->period};
    return r && r->before.is_finite() && r->after.is_finite() ? r : std::nullopt;
  }

private:
  C calendar_;
  duration offset_;
};

namespace detail {
/// A calendar seen through a pointer: for views that live during one query.
template <class C>
class reference {
public:
  explicit reference(const C& calendar) noexcept : calendar_(&calendar) {}
  [[nodiscard]] bool is_open(instant t) const { return calendar_->is_open(t); }
  [[nodiscard]] instant next_open(instant t) const { return calendar_->next_open(t); }
  [[nodiscard]] instant next_closed(instant t) const { return calendar_->next_closed(t); }
  [[nodiscard]] instant prev_open(instant t) const { return calendar_->prev_open(t); }
  [[nodiscard]] instant prev_closed(instant t) const { return calendar_->prev_closed(t); }
  [[nodiscard]] instant add_work(instant t, duration w) const { return calendar_->add_work(t, w); }
  [[nodiscard]] instant sub_work(instant t, duration w) const { return calendar_->sub_work(t, w); }
  [[nodiscard]] duration work_between(interval i) const { return calendar_->work_between(i); }
  [[nodiscard]] std::optional<repetition> repeats() const { return calendar::repeats(*calendar_); }

private:
  const C* calendar_;
};
template <class C>
using reversed = mirrored_view<reference<C>>;
template <class C>
[[nodiscard]] reversed<C> reverse(const C& c) {
  return {reference<C>(c), 0};
}
}  // namespace detail

/// Open where the calendar is closed. Searches and `work_between` are one or two queries of the calendar; `add_work`
/// and `sub_work` bisect `work_between`: O(log d) queries for an answer d ticks away (at most 128), however many breaks
/// lie between. (The overloads of `complement` avoid that for the library's own calendars.)
template <resource_calendar C>
class complement_view {
public:
  explicit complement_view(C calendar) : calendar_(std::move(calendar)) {}
  [[nodiscard]] const C& base() const noexcept { return calendar_; }

  [[nodiscard]] bool is_open(instant t) const { return !calendar_.is_open(t); }
  [[nodiscard]] instant next_open(instant t) const { return calendar_.next_closed(t); }
  [[nodiscard]] instant next_closed(instant t) const { return calendar_.next_open(t); }
  [[nodiscard]] instant prev_open(instant t) const { return calendar_.prev_closed(t); }
  [[nodiscard]] instant prev_closed(instant t) const { return calendar_.prev_open(t); }

  [[nodiscard]] instant add_work(instant t, duration w) const {
    SCHED_ASSERT(w >= duration(0));
    if (w <= duration(0)) return t;
    t = next_open(t);
    if (!t.is_finite()) return t;
    if (!w.is_finite()) return w;
    // Least f with f − t − work(t, f) ≥ w: double the step until enough is closed, then halve.
    const auto wanted = static_cast<std::uint64_t>(w.count());
    const auto enough = [&](std::uint64_t step) {
      const std::uint64_t open = detail::exact_work(calendar_, t, detail::advance(t, step));
      return open <= step && step - open >= wanted;  // more than step: an infinity, from a view that saturates
    };
    const std::uint64_t farthest = detail::distance(t, instant::max());
    std::uint64_t high = wanted;
    std::uint64_t low = wanted - 1;  // too little
    while (high < farthest && !enough(high)) {
      low = high;
      high = high > farthest / 2 ? farthest : 2 * high;
    }
    if (high >= farthest && (wanted > farthest || !enough(farthest))) return instant::infinity();
    high = std::min(high, farthest);
    while (high - low > 1) {
      const std::uint64_t middle = low + (high - low) / 2;
      (enough(middle) ? high : low) = middle;
    }
    return detail::advance(t, high);
  }
  [[nodiscard]] instant sub_work(instant t, duration w) const {
    return -complement_view<detail::reversed<C>>(detail::reverse(calendar_)).add_work(-t, w);
  }
  [[nodiscard]] duration work_between(interval i) const {
    if (i.start == instant::minus_infinity()) i.start = next_open(i.start);
    if (i.finish == instant::infinity()) i.finish = prev_open(i.finish);
    if (i.empty()) return 0;
    if (!i.start.is_finite() || !i.finish.is_finite()) return duration::infinity();
    return detail::saturate(detail::distance(i.start, i.finish) - detail::exact_work(calendar_, i.start, i.finish));
  }
  [[nodiscard]] std::optional<repetition> repeats() const { return calendar::repeats(calendar_); }

private:
  C calendar_;
};

// --- complement, mirrored, shifted -------------------------------------------------------------------------------

/// Open where c is closed. The library's own calendars give an exact calendar of their own kind (O(n) once, queries as
/// before); any other calendar a `complement_view`.
template <resource_calendar C>
[[nodiscard]] complement_view<C> complement(const C& c) {
  return complement_view<C>(c);
}
template <resource_calendar C>
[[nodiscard]] C complement(const complement_view<C>& c) {
  return c.base();
}
[[nodiscard]] inline never_open complement(always_open) { return {}; }
[[nodiscard]] inline always_open complement(never_open) { return {}; }
[[nodiscard]] inline periods complement(const periods& c) { return periods(gaps(c.open())); }
template <resource_calendar C>
[[nodiscard]] auto complement(const recurring<C>& c) {
  auto pattern = complement(c.pattern());
  return recurring<decltype(pattern)>(std::move(pattern), c.period(), c.origin());
}
template <resource_calendar C>
[[nodiscard]] auto complement(const with_exceptions<C>& c) {
  return c.exchanged(complement(c.base()));
}
[[nodiscard]] inline any_calendar complement(const any_calendar& c) {
  if (c.always_open()) return never_open{};
  return complement_view<any_calendar>(c);
}

/// c reversed in time: tick t of the result is tick H − 1 − t of c. H must be finite. O(1) and a `mirrored_view`,
/// except that lists and periodic calendars stay what they are (O(n)) and an always open `any_calendar` stays always
/// open.
template <resource_calendar C>
[[nodiscard]] mirrored_view<C> mirrored(const C& c, instant mirror) {
  return {c, mirror};
}
[[nodiscard]] inline periods mirrored(const periods& c, instant mirror) {
  std::vector<interval> list;
  list.reserve(c.open().size());
  for (const interval& i : c.open()) list.push_back({mirror - i.finish, mirror - i.start});
  return periods(std::move(list));
}
[[nodiscard]] inline periodic_calendar mirrored(const periodic_calendar& c, instant mirror) {
  // The mirrored pattern begins where a period of c ends; both reduced by the period first, so nothing saturates.
  const std::int64_t m = detail::floor_divide(mirror.count(), c.period().count()).remainder;
  return {mirrored(c.pattern(), c.period()), c.period(), instant(m) - c.origin()};
}
[[nodiscard]] inline any_calendar mirrored(const any_calendar& c, instant mirror) {
  if (c.always_open()) return c;
  return mirrored_view<any_calendar>(c, mirror);
}

/// c moved by `offset` (finite): tick t of the result is tick t − offset of c. O(1) and a `shifted_view`, except that
/// lists and periodic calendars stay what they are (O(n)) and an always open `any_calendar` stays always open.
template <resource_calendar C>
[[nodiscard]] shifted_view<C> shifted(const C& c, duration offset) {
  return {c, offset};
}
[[nodiscard]] inline periods shifted(const periods& c, duration offset) {
  std::vector<interval> list;
  list.reserve(c.open().size());
  for (const interval& i : c.open()) list.push_back({i.start + offset, i.finish + offset});
  return periods(std::move(list));
}
template <resource_calendar C>
[[nodiscard]] recurring<C> shifted(const recurring<C>& c, duration offset) {
  const instant o = detail::floor_divide(offset.count(), c.period().count()).remainder;
  return {c.pattern(), c.period(), o - (c.period() - c.origin())};  // the origin is reduced by the period
}
[[nodiscard]] inline any_calendar shifted(const any_calendar& c, duration offset) {
  if (c.always_open()) return c;
  return shifted_view<any_calendar>(c, offset);
}

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
