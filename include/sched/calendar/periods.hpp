// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_CALENDAR_PERIODS_HPP
#define SCHED_CALENDAR_PERIODS_HPP

/// \file
/// A calendar given by a list of intervals: opening times, or closures of an otherwise open resource.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/repetition.hpp>
#include <sched/core/error.hpp>

namespace sched {
inline namespace v0 {
namespace calendar {

/// Sorts intervals by start and merges those that overlap or touch; empty ones (start == finish) vanish.
/// O(n log n), in place. Throws `sched::error` when an interval finishes before it starts.
[[nodiscard]] inline std::vector<interval> normalised(std::vector<interval> list) {
  for (const interval& i : list) {
    if (i.finish < i.start) {
      const std::string text = to_string(i);
      throw error("calendar interval " + text + " finishes before it starts", {text});
    }
  }
  std::erase_if(list, [](const interval& i) { return i.empty(); });
  std::sort(list.begin(), list.end());
  std::size_t kept = 0;
  for (const interval& i : list) {
    if (kept != 0 && i.start <= list[kept - 1].finish) {
      list[kept - 1].finish = std::max(list[kept - 1].finish, i.finish);
    } else {
      list[kept++] = i;
    }
  }
  list.resize(kept);
  return list;
}

/// What a normalised list leaves out of `whole`: normalised too. O(n).
[[nodiscard]] inline std::vector<interval> gaps(std::span<const interval> list,
                                                interval whole = {instant::minus_infinity(), instant::infinity()}) {
  std::vector<interval> out;
  out.reserve(list.size() + 1);
  instant from = whole.start;
  for (const interval& i : list) {
    const interval gap{from, std::min(i.start, whole.finish)};
    if (!gap.empty()) out.push_back(gap);
    from = std::max(from, i.finish);
  }
  if (from < whole.finish) out.push_back({from, whole.finish});
  return out;
}

/// A calendar from a list of open intervals; the first may reach back to −∞, the last on to +∞.
///
/// Intervals are kept sorted and merged with the work that lies before each, so every query is one or two binary
/// searches: O(log n), no allocation. 24 bytes per interval; construction O(n log n). Answers are exact on the whole
/// 64-bit range and saturate only where the true answer leaves it. `is_open(±∞)` is false on the right, and on the left
/// the state of the tail. See `open_periods` and `closed_periods` for construction.
class periods {
public:
  /// Never open.
  periods() = default;

  /// Open in the given intervals: any order, overlapping ones are merged. Throws `sched::error` when one finishes
  /// before it starts.
  explicit periods(std::vector<interval> open) : open_(normalised(std::move(open))) {
    before_.reserve(open_.size());
    std::uint64_t sum = 0;
    for (const interval& i : open_) {
      before_.push_back(sum);
      sum += detail::distance(clamped(i.start), i.finish);
    }
  }

  /// The open intervals: sorted, disjoint, not touching.
  [[nodiscard]] std::span<const interval> open() const noexcept { return open_; }

  [[nodiscard]] bool is_open(instant t) const noexcept {
    const std::size_t k = started(t);
    return k != 0 && t < open_[k - 1].finish;
  }
  [[nodiscard]] instant next_open(instant t) const noexcept {
    const std::size_t k = started(t);
    if (k != 0 && t < open_[k - 1].finish) return t;
    return k < open_.size() ? open_[k].start : instant::infinity();
  }
  [[nodiscard]] instant next_closed(instant t) const noexcept {
    const std::size_t k = started(t);
    return k != 0 && t < open_[k - 1].finish ? open_[k - 1].finish : t;
  }
  [[nodiscard]] instant prev_open(instant t) const noexcept {
    const std::size_t k = started_before(t);
    return k == 0 ? instant::minus_infinity() : std::min(t, open_[k - 1].finish);
  }
  [[nodiscard]] instant prev_closed(instant t) const noexcept {
    const std::size_t k = started_before(t);
    return k != 0 && t <= open_[k - 1].finish ? open_[k - 1].start : t;
  }

  [[nodiscard]] instant add_work(instant t, duration w) const noexcept {
    SCHED_ASSERT(w >= duration(0));
    if (w <= duration(0)) return t;
    const std::size_t k = started(t);
    if (k != 0 && t < open_[k - 1].finish && open_[k - 1].finish - t >= w) return t + w;
    std::uint64_t target = 0;
    if (!w.is_finite() || t == instant::infinity() ||
        __builtin_add_overflow(rank(t, k), static_cast<std::uint64_t>(w.count()), &target))
      return instant::infinity();
    const std::size_t i = gallop(k, [&](std::size_t j) { return before_[j] < target; });
    if (i == 0) return instant::infinity();
    const interval& last = open_[i - 1];
    const std::uint64_t rest = target - before_[i - 1];
    if (rest > detail::distance(clamped(last.start), last.finish)) return instant::infinity();
    return detail::advance(clamped(last.start), rest);
  }

  [[nodiscard]] instant sub_work(instant t, duration w) const noexcept {
    SCHED_ASSERT(w >= duration(0));
    if (w <= duration(0)) return t;
    const std::size_t k = started_before(t);
    if (k == 0) return instant::minus_infinity();
    if (t <= open_[k - 1].finish && t - open_[k - 1].start >= w) return t - w;
    const std::uint64_t have = rank(t, k);
    if (!w.is_finite() || have < static_cast<std::uint64_t>(w.count())) return instant::minus_infinity();
    const std::uint64_t target = have - static_cast<std::uint64_t>(w.count());
    const std::size_t i = first_with(target + 1) - 1;
    return detail::advance(clamped(open_[i].start), target - before_[i]);
  }

  [[nodiscard]] duration work_between(interval i) const noexcept {
    if (i.empty() || open_.empty()) return 0;
    if (i.start == instant::minus_infinity() && open_.front().start == i.start) return duration::infinity();
    if (i.finish == instant::infinity() && open_.back().finish == i.finish) return duration::infinity();
    const std::size_t k = started(i.start);
    const std::size_t end = gallop(k, [&](std::size_t j) { return open_[j].start <= i.finish; });
    return detail::saturate(rank(i.finish, end) - rank(i.start, k));
  }

  [[nodiscard]] std::optional<repetition> repeats() const noexcept {
    if (open_.empty()) return repetition{};
    instant first = open_.front().start;
    instant last = open_.back().finish;
    if (!first.is_finite()) first = open_.front().finish;
    if (!last.is_finite()) last = open_.back().start;
    if (!first.is_finite()) return repetition{};  // one interval without ends
    if (!last.is_finite()) last = first;
    return repetition{std::min(first, last), std::max(first, last), 1};
  }

  bool operator==(const periods& other) const noexcept { return open_ == other.open_; }

private:
  static constexpr instant clamped(instant t) noexcept { return std::max(t, instant::min()); }

  /// Number of intervals with start ≤ t. The loop has no unpredictable branch.
  [[nodiscard]] std::size_t started(instant t) const noexcept {
    const interval* first = open_.data();
    std::size_t n = open_.size();
    if (n == 0) return 0;
    while (n > 1) {
      const std::size_t half = n / 2;
      first += first[half].start <= t ? half : 0;
      n -= half;
    }
    return static_cast<std::size_t>(first - open_.data()) + (first->start <= t ? 1 : 0);
  }
  /// Number of intervals with start < t.
  [[nodiscard]] std::size_t started_before(instant t) const noexcept {
    return t == instant::minus_infinity() ? 0 : started(detail::saturate(int128{t.count()} - 1));
  }
  /// Number of intervals with less than `target` work before them.
  [[nodiscard]] std::size_t first_with(std::uint64_t target) const noexcept {
    const std::uint64_t* first = before_.data();
    std::size_t n = before_.size();
    if (n == 0) return 0;
    while (n > 1) {
      const std::size_t half = n / 2;
      first += first[half] < target ? half : 0;
      n -= half;
    }
    return static_cast<std::size_t>(first - before_.data()) + (*first < target ? 1 : 0);
  }
  /// Number of intervals that satisfy a predicate, of which the first k do and that none satisfies after one that does
  /// not: doubling steps from k, since most questions are about the near future. O(log distance).
  template <class Predicate>
  [[nodiscard]] std::size_t gallop(std::size_t k, Predicate before) const noexcept {
    std::size_t step = 1;
    while (step <= open_.size() - k && before(k + step - 1)) {
      k += step;
      step *= 2;
    }
    for (std::size_t end = std::min(k + step - 1, open_.size()); k < end;) {
      const std::size_t middle = k + (end - k) / 2;
      if (before(middle)) k = middle + 1;
      else end = middle;
    }
    return k;
  }
  /// Open ticks before t, counted from the smallest finite instant; k intervals start at or before t (or before t).
  [[nodiscard]] std::uint64_t rank(instant t, std::size_t k) const noexcept {
    if (k == 0 || t == instant::minus_infinity()) return 0;
    const interval& i = open_[k - 1];
    return before_[k - 1] + detail::distance(clamped(i.start), std::min(t, i.finish));
  }

  std::vector<interval> open_;
  std::vector<std::uint64_t> before_;  ///< work before each interval, from the smallest finite instant
};

static_assert(resource_calendar<periods>);

/// Open in the given intervals and closed elsewhere. O(n log n). Throws `sched::error` when one finishes before it
/// starts.
[[nodiscard]] inline periods open_periods(std::vector<interval> open) { return periods(std::move(open)); }

/// Closed in the given intervals and open elsewhere. O(n log n). Throws `sched::error` when one finishes before it
/// starts.
[[nodiscard]] inline periods closed_periods(std::vector<interval> closed) {
  return periods(gaps(normalised(std::move(closed))));
}

}  // namespace calendar
}  // namespace v0
}  // namespace sched

#endif
