// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_COMBINE_HPP
#define SCHED_CALENDAR_COMBINE_HPP

/// \file
/// Two calendars of any type combined by walking along both.

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <sched/calendar/views.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// When a combination of calendars is open.
enum class combine_rule : std::uint8_t {
  all,  ///< when every one is: intersection
  any   ///< when one of them is: union
};

/// The intersection or union of any two calendars: nothing is prepared, queries walk along the change points of both.
///
/// `is_open` and the searches for the state that one calendar alone decides cost one query of each; the other searches,
/// `add_work`, `sub_work` and `work_between` cost O(changes between argument and answer) queries, O(changes of the
/// transient part and of one common period) at most when both calendars tell their `repeats()` and the common period is
/// below 2^61 ticks. Every search ends: with a known repetition exactly; otherwise the calendars are taken to agree
/// nowhere after 2^20 alternations in a row without a common tick (the answer is then ±∞), and tails where both
/// calendars change for ever count as open infinitely often. `intersect` and `unite` choose exact logarithmic types
/// where there are any.
template <combine_rule Rule, resource_calendar A, resource_calendar B>
class combination {
public:
  combination(A a, B b)
      : a_(std::move(a)), b_(std::move(b)), repetition_(detail::common(calendar::repeats(a_), calendar::repeats(b_))) {}

  [[nodiscard]] const A& first() const noexcept { return a_; }
  [[nodiscard]] const B& second() const noexcept { return b_; }

  [[nodiscard]] bool is_open(instant t) const {
    return Rule == combine_rule::all ? a_.is_open(t) && b_.is_open(t) : a_.is_open(t) || b_.is_open(t);
  }
  [[nodiscard]] instant next_open(instant t) const { return next<true>(t, instant::infinity()); }
  [[nodiscard]] instant next_closed(instant t) const { return next<false>(t, instant::infinity()); }
  [[nodiscard]] instant prev_open(instant t) const { return -reversed().next_open(-t); }
  [[nodiscard]] instant prev_closed(instant t) const { return -reversed().next_closed(-t); }

  [[nodiscard]] instant add_work(instant t, duration w) const {
    SCHED_ASSERT(w >= duration(0));
    if (w <= duration(0)) return t;
    t = next_open(t);
    if (!t.is_finite()) return t;
    if (!w.is_finite()) return w;
    if (repetition_) {
      // In each tail one period is walked; whole periods of work are then skipped by division.
      const duration period = repetition_->period;
      if (repetition_->before - t > period) {
        const duration wanted = w;
        if (const auto f = consume(t, w, t + period)) return *f;
        skip(t, w, wanted - w, (repetition_->before - t).count() / period.count());
      }
      if (const auto f = consume(t, w, repetition_->after)) return *f;
      const duration wanted = w;
      if (const auto f = consume(t, w, t + period)) return *f;
      if (wanted == w) return instant::infinity();
      skip(t, w, wanted - w, ticks::max().count());
    }
    return consume(t, w, instant::infinity()).value_or(instant::infinity());
  }
  [[nodiscard]] instant sub_work(instant t, duration w) const { return -reversed().add_work(-t, w); }

  [[nodiscard]] duration work_between(interval i) const {
    // An end at infinity moves to the last open tick, unless there are infinitely many.
    if (i.start == instant::minus_infinity()) i.start = next_open(i.start);
    if (i.finish == instant::infinity()) i.finish = prev_open(i.finish);
    if (i.empty()) return 0;
    if (!i.start.is_finite() || !i.finish.is_finite()) return duration::infinity();
    if (!repetition_) return walk(i);
    const instant before = std::clamp(repetition_->before, i.start, i.finish);
    const instant after = std::clamp(repetition_->after, i.start, i.finish);
    duration total = walk({before, after});
    for (const interval tail : {interval{i.start, before}, interval{after, i.finish}}) {
      const std::uint64_t length = tail.empty() ? 0 : detail::distance(tail.start, tail.finish);
      const auto period = static_cast<std::uint64_t>(repetition_->period.count());
      const std::uint64_t cycles = length / period;
      const instant rest = detail::advance(tail.start, length % period);
      total += walk({tail.start, rest});
      if (cycles != 0)
        total += detail::saturate(int128{walk({rest, rest + repetition_->period}).count()} * int128{cycles});
    }
    return total;
  }
  [[nodiscard]] std::optional<repetition> repeats() const { return repetition_; }

private:
  static constexpr std::int64_t patience_ = 1 << 20;

  [[nodiscard]] auto reversed() const {
    using ra = detail::reversed<A>;
    using rb = detail::reversed<B>;
    return combination<Rule, ra, rb>(detail::reverse(a_), detail::reverse(b_));
  }

  template <bool Open, class C>
  static instant next_of(const C& c, instant t) {
    return Open ? c.next_open(t) : c.next_closed(t);
  }

  /// Least s ≥ t in the wanted state if that is before stop; otherwise any value ≥ stop.
  template <bool Open>
  [[nodiscard]] instant next(instant t, instant stop) const {
    if constexpr (Open == (Rule == combine_rule::any)) {
      return std::min(next_of<Open>(a_, t), next_of<Open>(b_, t));
    } else {
      if (!repetition_) return alternate<Open>(t, stop, patience_);
      const auto [before, after, period] = *repetition_;
      if (t == instant::minus_infinity()) {  // the left tail is like its last period
        const instant s = next<Open>(before - period, stop);
        return s < before ? t : s;
      }
      if (before - t > period) {  // nothing within one period: nothing before the left tail ends
        const instant s = alternate<Open>(t, std::min(stop, t + period));
        if (s < t + period || stop <= t + period) return s;
        t = before;
      }
      const instant bound = std::max(t, after) + period;  // nothing before that: nothing ever
      const instant s = alternate<Open>(t, std::min(stop, bound));
      return s < bound ? s : instant::infinity();
    }
  }
  /// The same by turns; +∞ when patience ends.
  template <bool Open>
  [[nodiscard]] instant alternate(instant t, instant stop, std::int64_t patience = ticks::max().count()) const {
    for (; t < stop; --patience) {
      const instant s = next_of<Open>(a_, t);
      if (s >= stop) return s;
      t = next_of<Open>(b_, s);
      if (t == s) return s;
      if (patience == 0) return instant::infinity();
    }
    return t;
  }
  /// Walks from t until w ticks are open (the answer) or `until` is reached (t and w say what is left).
  [[nodiscard]] std::optional<instant> consume(instant& t, duration& w, instant until) const {
    while (t < until) {
      const instant s = next<true>(t, until);
      if (s >= until) break;
      const instant e = std::min(next<false>(s, until), until);
      if (e - s >= w) return s + w;
      w -= e - s;
      t = e;
    }
    t = std::max(t, until);
    return std::nullopt;
  }
  /// Moves t on by whole periods, each with `work` open ticks, but leaves work to do.
  void skip(instant& t, duration& w, duration work, std::int64_t most) const {
    const std::int64_t cycles = work == duration(0) ? most : std::min(most, (w.count() - 1) / work.count());
    t = detail::saturate(int128{t.count()} + int128{cycles} * repetition_->period.count());
    w -= cycles * work;
  }
  /// Open ticks in a finite interval, change by change.
  [[nodiscard]] duration walk(interval i) const {
    duration total = 0;
    while (i.start < i.finish) {
      const instant s = next<true>(i.start, i.finish);
      if (s >= i.finish) break;
      const instant e = std::min(next<false>(s, i.finish), i.finish);
      total += e - s;
      i.start = e;
    }
    return total;
  }

  A a_;
  B b_;
  std::optional<repetition> repetition_;
};

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
