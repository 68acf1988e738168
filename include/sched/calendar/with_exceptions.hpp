// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_WITH_EXCEPTIONS_HPP
#define SCHED_CALENDAR_WITH_EXCEPTIONS_HPP

/// \file
/// A calendar with exceptions: holidays, closures, extra shifts.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sched/calendar/periods.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// An interval in which a calendar is wholly open or wholly closed, whatever it says otherwise.
struct exception {
  interval when{};
  bool open = false;
  bool operator==(const exception&) const noexcept = default;
};

/// A base calendar (weekly shifts, say) overridden in a finite list of intervals (holidays closed, extra shifts open).
///
/// The work before every exception is summed at construction (n queries of the base), so a query is at most two binary
/// searches and three queries of the base: O(log n + base), never a walk over exceptions. 32 bytes per exception.
/// Exact on the whole range when the base is, except that an open tick at the very last finite instant may be
/// answered as +∞.
template <resource_calendar Base>
class with_exceptions {
public:
  /// Closed in `closed`, open in `open`, like the base elsewhere; where the two lists overlap, closed wins. Any order,
  /// overlaps merge, unbounded intervals allowed. O(n log n + n · base). Throws `sched::error` when one finishes before
  /// it starts.
  with_exceptions(Base base, std::vector<interval> closed, std::vector<interval> open = {})
      : with_exceptions(sorted{}, std::move(base),
                        overlay(list(std::move(open), true), list(std::move(closed), false))) {}

  [[nodiscard]] const Base& base() const noexcept { return base_; }
  /// The exceptions: sorted, disjoint; those that touch differ in `open`.
  [[nodiscard]] std::span<const exception> exceptions() const noexcept { return list_; }

  /// The same base with further exceptions, which win over those already there. O(n log n + n · base).
  [[nodiscard]] with_exceptions overridden(std::vector<interval> when, bool open) const {
    return with_exceptions(sorted{}, base_, overlay(list_, list(std::move(when), open)));
  }
  /// The same exceptions with open and closed exchanged, over another base. O(n · base).
  template <resource_calendar Other>
  [[nodiscard]] with_exceptions<Other> exchanged(Other base) const {
    std::vector<exception> flipped(list_);
    for (exception& e : flipped) e.open = !e.open;
    return with_exceptions<Other>({}, std::move(base), std::move(flipped));
  }

  [[nodiscard]] bool is_open(instant t) const {
    const std::size_t k = started(t);
    return k != 0 && t < list_[k - 1].when.finish ? list_[k - 1].open : base_.is_open(t);
  }

  [[nodiscard]] instant next_open(instant t) const {
    const std::size_t k = started(t);
    std::uint64_t done = 0;
    if (k != 0 && t < list_[k - 1].when.finish) {
      if (list_[k - 1].open) return t;
      done = before_[k - 1];
    } else {
      const instant s = base_.next_open(t);
      if (k == list_.size() || s < list_[k].when.start) return s;
      done = before_[k];
    }
    return tick_before(after_work(done + 1));
  }
  [[nodiscard]] instant next_closed(instant t) const {
    std::size_t k = started(t);
    if (k != 0 && t < list_[k - 1].when.finish) {
      if (!list_[k - 1].open) return t;
      --k;
    } else {
      const instant s = base_.next_closed(t);
      if (k == list_.size() || s < list_[k].when.start) return s;
    }
    // Every tick from t to the start of exception k is open: the wanted one is the first closed tick at or after that.
    const std::size_t j = last_closed_at_most(closed_before(k));
    const exception& e = list_[j];
    return e.open ? base_.next_closed(e.when.finish) : e.when.start;
  }
  [[nodiscard]] instant prev_open(instant t) const {
    const std::size_t k = started_before(t);
    if (k == 0) return base_.prev_open(t);
    const exception& e = list_[k - 1];
    if (t <= e.when.finish) {
      if (e.open) return t;
    } else {
      const instant s = base_.prev_open(t);
      if (s > e.when.finish) return s;
      if (e.open) return e.when.finish;
    }
    const std::uint64_t done = before_[k - 1];
    const instant begin = list_.front().when.start;
    if (done == 0) return begin.is_finite() ? base_.prev_open(begin) : begin;
    return after_work(done);
  }
  [[nodiscard]] instant prev_closed(instant t) const {
    const std::size_t k = started_before(t);
    if (k == 0) return base_.prev_closed(t);
    const exception& e = list_[k - 1];
    if (t <= e.when.finish) {
      if (!e.open) return t;
    } else {
      const instant s = base_.prev_closed(t);
      if (s > e.when.finish) return s;
      if (!e.open) return e.when.finish;
    }
    const std::uint64_t shut = closed_before(k - 1);
    const instant begin = list_.front().when.start;
    if (shut == 0) return begin.is_finite() ? base_.prev_closed(begin) : begin;
    const std::size_t j = last_closed_at_most(shut - 1);
    return std::max(base_.prev_closed(list_[j + 1].when.start), list_[j].when.finish);
  }

  [[nodiscard]] instant add_work(instant t, duration w) const {
    SCHED_ASSERT(w >= duration(0));
    if (w <= duration(0) || t == instant::infinity()) return t;
    if (list_.empty()) return base_.add_work(t, w);
    const std::size_t k = started(t);
    const bool in_gap = k == 0 || t >= list_[k - 1].when.finish;
    if (in_gap) {
      const instant f = base_.add_work(t, w);
      if (k == list_.size() || f <= list_[k].when.start) return f;
      w -= base_.work_between({t, list_[k].when.start});
    } else if (list_[k - 1].open && (t == instant::minus_infinity() || list_[k - 1].when.finish - t >= w)) {
      return t + w;
    }
    std::uint64_t target = 0;
    const std::uint64_t done = in_gap ? before_[k] : rank_in(k - 1, t);
    if (!w.is_finite() || __builtin_add_overflow(done, static_cast<std::uint64_t>(w.count()), &target))
      return instant::infinity();
    return after_work(target);
  }

  [[nodiscard]] instant sub_work(instant t, duration w) const {
    SCHED_ASSERT(w >= duration(0));
    if (w <= duration(0) || t == instant::minus_infinity()) return t;
    const std::size_t k = started_before(t);
    if (k == 0) return base_.sub_work(t, w);
    const exception& e = list_[k - 1];
    std::uint64_t done = 0;
    if (t > e.when.finish) {
      const instant s = base_.sub_work(t, w);
      if (s >= e.when.finish) return s;
      w -= base_.work_between({e.when.finish, t});
      done = after(k - 1);
    } else {
      if (e.open && (t == instant::infinity() || t - e.when.start >= w)) return t - w;
      done = rank_in(k - 1, t);
    }
    if (!w.is_finite()) return instant::minus_infinity();
    const auto wanted = static_cast<std::uint64_t>(w.count());
    if (done >= wanted) return tick(done - wanted);
    if (list_.front().when.start == instant::minus_infinity()) return instant::minus_infinity();
    return base_.sub_work(list_.front().when.start, static_cast<std::int64_t>(wanted - done));
  }

  [[nodiscard]] duration work_between(interval i) const {
    if (i.empty()) return 0;
    const std::size_t k = started(i.start);
    const bool in_gap = k == 0 || i.start >= list_[k - 1].when.finish;
    if (in_gap && (k == list_.size() || i.finish <= list_[k].when.start)) return base_.work_between(i);
    const exception& first = list_.front();
    const exception& last = list_.back();
    if (i.start == instant::minus_infinity() && first.open && first.when.start == i.start) return duration::infinity();
    if (i.finish == instant::infinity() && last.open && last.when.finish == i.finish) return duration::infinity();
    // Before, among and after the exceptions.
    duration total = 0;
    if (i.start < first.when.start) total += base_.work_between({i.start, first.when.start});
    if (i.finish > last.when.finish) total += base_.work_between({last.when.finish, i.finish});
    const std::uint64_t from = i.start < first.when.start ? 0 : rank(i.start);
    const std::uint64_t to = i.finish > last.when.finish ? after(list_.size() - 1) : rank(i.finish);
    return total + detail::saturate(to - from);
  }

  [[nodiscard]] std::optional<repetition> repeats() const {
    std::optional<repetition> r = calendar::repeats(base_);
    if (!r || list_.empty()) return r;
    const interval first = list_.front().when;
    const interval last = list_.back().when;
    for (const instant t : {first.start, first.finish, last.start, last.finish}) {
      if (!t.is_finite()) continue;
      r->before = std::min(r->before, t);
      r->after = std::max(r->after, t);
    }
    return r;
  }

private:
  template <resource_calendar>
  friend class with_exceptions;
  struct sorted {};

  with_exceptions(sorted, Base base, std::vector<exception> exceptions)
      : base_(std::move(base)), list_(std::move(exceptions)) {
    before_.reserve(list_.size());
    std::uint64_t sum = 0;
    for (std::size_t k = 0; k < list_.size(); ++k) {
      if (k != 0) sum += detail::exact_work(base_, list_[k - 1].when.finish, list_[k].when.start);
      before_.push_back(sum);
      if (list_[k].open) sum += length(k);
    }
  }

  static std::vector<exception> list(std::vector<interval> when, bool open) {
    std::vector<exception> out;
    out.reserve(when.size());
    for (const interval& i : normalised(std::move(when))) out.push_back({i, open});
    return out;
  }
  /// Both sorted lists in one; where they overlap, the second wins.
  static std::vector<exception> overlay(std::span<const exception> under, std::vector<exception> over) {
    std::vector<exception> all;
    all.reserve(under.size() + 2 * over.size());
    std::size_t k = 0;
    for (const exception& e : under) {
      instant from = e.when.start;
      while (k < over.size() && over[k].when.finish <= from) ++k;
      for (std::size_t j = k; j < over.size() && over[j].when.start < e.when.finish; ++j) {
        if (from < over[j].when.start) all.push_back({{from, over[j].when.start}, e.open});
        from = over[j].when.finish;
      }
      if (from < e.when.finish) all.push_back({{from, e.when.finish}, e.open});
    }
    all.insert(all.end(), over.begin(), over.end());
    std::sort(all.begin(), all.end(), [](const exception& a, const exception& b) { return a.when < b.when; });
    std::size_t kept = 0;
    for (const exception& e : all) {
      if (kept != 0 && all[kept - 1].when.finish == e.when.start && all[kept - 1].open == e.open) {
        all[kept - 1].when.finish = e.when.finish;
      } else {
        all[kept++] = e;
      }
    }
    all.resize(kept);
    return all;
  }

  static constexpr instant clamped(instant t) noexcept { return std::max(t, instant::min()); }
  static constexpr instant tick_before(instant t) noexcept { return t.is_finite() ? t - 1 : t; }

  [[nodiscard]] std::uint64_t length(std::size_t k) const noexcept {
    return detail::distance(clamped(list_[k].when.start), list_[k].when.finish);
  }
  /// Number of exceptions with start ≤ t, with start < t.
  [[nodiscard]] std::size_t started(instant t) const noexcept {
    const auto at =
        std::upper_bound(list_.begin(), list_.end(), t, [](instant x, const exception& e) { return x < e.when.start; });
    return static_cast<std::size_t>(at - list_.begin());
  }
  [[nodiscard]] std::size_t started_before(instant t) const noexcept {
    const auto at =
        std::lower_bound(list_.begin(), list_.end(), t, [](const exception& e, instant x) { return e.when.start < x; });
    return static_cast<std::size_t>(at - list_.begin());
  }
  /// Open and closed ticks from the start of the first exception to the start of exception k, to the end of it.
  [[nodiscard]] std::uint64_t closed_before(std::size_t k) const noexcept {
    return detail::distance(clamped(list_.front().when.start), clamped(list_[k].when.start)) - before_[k];
  }
  [[nodiscard]] std::uint64_t after(std::size_t k) const noexcept {
    return before_[k] + (list_[k].open ? length(k) : 0);
  }
  /// Open ticks from the start of the first exception to t, which lies in exception k.
  [[nodiscard]] std::uint64_t rank_in(std::size_t k, instant t) const noexcept {
    return before_[k] + (list_[k].open ? detail::distance(clamped(list_[k].when.start), clamped(t)) : 0);
  }
  /// The same for any t between the first start and the last finish.
  [[nodiscard]] std::uint64_t rank(instant t) const {
    const std::size_t k = started(t) - 1;
    if (t <= list_[k].when.finish) return rank_in(k, t);
    return after(k) + detail::exact_work(base_, list_[k].when.finish, t);
  }
  /// Least instant with n ≥ 1 open ticks between the start of the first exception and it; +∞ if there is none.
  [[nodiscard]] instant after_work(std::uint64_t n) const {
    const auto at = std::lower_bound(before_.begin(), before_.end(), n);
    const auto k = static_cast<std::size_t>(at - before_.begin()) - 1;
    const exception& e = list_[k];
    n -= before_[k];
    if (e.open) {
      if (n <= length(k)) return detail::advance(clamped(e.when.start), n);
      n -= length(k);
    }
    return e.when.finish.is_finite() ? detail::exact_add_work(base_, e.when.finish, n) : instant::infinity();
  }
  /// The open tick with n open ticks between the start of the first exception and it.
  [[nodiscard]] instant tick(std::uint64_t n) const { return tick_before(after_work(n + 1)); }
  /// Last exception with at most n closed ticks before it.
  [[nodiscard]] std::size_t last_closed_at_most(std::uint64_t n) const noexcept {
    std::size_t low = 0;  // invariant: closed_before(low) ≤ n
    std::size_t high = list_.size();
    while (high - low > 1) {
      const std::size_t middle = low + (high - low) / 2;
      (closed_before(middle) <= n ? low : high) = middle;
    }
    return low;
  }

  Base base_;
  std::vector<exception> list_;
  std::vector<std::uint64_t> before_;  ///< open ticks from the start of the first exception to the start of each
};

static_assert(resource_calendar<with_exceptions<periods>>);

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
