// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_NET_PRESENT_VALUE_HPP
#define SCHED_EVALUATE_NET_PRESENT_VALUE_HPP

/// \file
/// Payments that lose value with time: the objective, and what moves a schedule towards it.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/timeline/step_timeline.hpp>

namespace sched {
inline namespace v0 {
namespace evaluate {

/// Net present value with its sign turned: −Σ cash · (1 + rate)^−finish, so that less is better. `cash` has an entry
/// per task, paid (negative) or received (positive) at its finish; tasks behind its end have none. The powers are
/// products, not the C library's, hence the same everywhere. O(n log makespan), allocates nothing.
///
/// Regular schedules, all tasks as early as possible, pay too early. `refine` moves what costs later and what earns
/// earlier; `search` calls it on every schedule.
/// References: Russell 1970; Vanhoucke, Demeulemeester & Herroelen 2001.
struct net_present_value {
  std::vector<double> cash{};             ///< by task; finite
  double rate = 0.01;                     ///< per tick, > −1
  instant horizon = instant::infinity();  ///< no task is moved behind it; infinite: behind the makespan

  [[nodiscard]] double operator()(const project& p, const schedule& s) const {
    double sum = 0;
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      if (!s.finish[i].is_finite()) return std::numeric_limits<double>::infinity();
      if (const double c = cash_of(i); c != 0) sum = std::fma(-c, discount(s.finish[i]), sum);
    }
    return sum;
  }

  /// Moves single tasks, and tasks together with the successors that start when they end, as long as the value falls:
  /// never worse, feasible if `s` was. For projects without dates, calendars and lags (others are left alone); modes
  /// are kept. Returns whether something moved. O(rounds · n · (fits + set)), allocates O(n).
  bool refine(const project& p, schedule& s) const {
    if (p.has_releases() || p.has_deadlines() || p.has_fixed() || p.has_lags() || p.has_calendars() ||
        !p.maximal_lags().empty() || rate == 0)
      return false;
    for (const instant f : s.finish)
      if (!f.is_finite()) return false;
    return shifter(*this, p, s).run();
  }

private:
  [[nodiscard]] double cash_of(std::size_t i) const noexcept { return i < cash.size() ? cash[i] : 0.0; }
  /// (1 + rate)^−t by repeated squaring.
  [[nodiscard]] double discount(instant t) const noexcept {
    double power = 1, base = t < 0 ? 1 + rate : 1 / (1 + rate);
    const std::int64_t count = t.count();
    for (std::uint64_t left = count < 0 ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
         left != 0; left >>= 1) {
      if ((left & 1) != 0) power *= base;
      base *= base;
    }
    return power;
  }

  class shifter {
  public:
    shifter(const net_present_value& value, const project& p, schedule& s)
        : value_(value), p_(p), s_(s), lines_(p.resource_count()), order_(p.task_count()), in_set_(p.task_count()) {
      for (std::size_t r = 0; r < lines_.size(); ++r) lines_[r].reset(p.resource_of(resource_id(r)).capacity);
      for (std::size_t i = 0; i < s.size(); ++i) book(i, -1);
      end_ = value.horizon.is_finite() ? std::max(value.horizon, s.makespan()) : s.makespan();
      std::iota(order_.begin(), order_.end(), std::size_t{0});
    }
    bool run() {
      bool ever = false;
      for (bool moved = true; moved;) {
        moved = false;
        const auto by = [&](auto before) { std::ranges::stable_sort(order_, before); };
        by([&](std::size_t a, std::size_t b) { return s_.finish[a] > s_.finish[b]; });
        for (const std::size_t i : order_) moved = (gain(i) < 0 && later(i)) || moved;
        for (const std::size_t i : order_) moved = (gain(i) < 0 && together(i)) || moved;
        by([&](std::size_t a, std::size_t b) { return s_.start[a] < s_.start[b]; });
        for (const std::size_t i : order_) moved = (gain(i) > 0 && earlier(i)) || moved;
        ever = ever || moved;
      }
      return ever;
    }

  private:
    /// What an earlier finish is worth, up to a factor: the cash, with a negative rate turned.
    [[nodiscard]] double gain(std::size_t i) const { return value_.rate > 0 ? value_.cash_of(i) : -value_.cash_of(i); }
    [[nodiscard]] duration work(std::size_t i) const { return p_.work(task_id(i), s_.mode[i]); }
    void book(std::size_t i, amount sign) {
      if (work(i) == 0) return;
      for (const requirement& q : p_.requirements(task_id(i), s_.mode[i]))
        if (p_.resource_of(q.resource).kind == resource_kind::renewable)
          lines_[q.resource.index()].add_capacity({s_.start[i], s_.finish[i]}, sign * q.units);
    }
    void put(std::size_t i, instant start) {
      s_.start[i] = start;
      s_.finish[i] = start + work(i);
    }
    bool later(std::size_t i) {
      instant latest = end_;
      for (const adjacency& l : p_.successors(task_id(i))) latest = std::min(latest, s_.start[l.task.index()]);
      if (latest <= s_.finish[i]) return false;
      book(i, 1);
      const instant before = s_.start[i];
      for (bool moved = work(i) > 0; moved;) {
        moved = false;
        for (const requirement& q : p_.requirements(task_id(i), s_.mode[i])) {
          if (p_.resource_of(q.resource).kind != resource_kind::renewable) continue;
          const instant fit = lines_[q.resource.index()].latest_fit(latest, work(i), q.units) + work(i);
          moved = moved || fit < latest;
          latest = fit;
        }
      }
      put(i, std::max(before, latest - work(i)));
      book(i, -1);
      return s_.start[i] > before;
    }
    bool earlier(std::size_t i) {
      instant earliest = std::min<instant>(s_.start[i], 0);
      for (const adjacency& l : p_.predecessors(task_id(i))) earliest = std::max(earliest, s_.finish[l.task.index()]);
      if (earliest >= s_.start[i]) return false;
      book(i, 1);
      const instant before = s_.start[i];
      for (bool moved = work(i) > 0; moved;) {
        moved = false;
        for (const requirement& q : p_.requirements(task_id(i), s_.mode[i])) {
          if (p_.resource_of(q.resource).kind != resource_kind::renewable) continue;
          const instant fit = lines_[q.resource.index()].earliest_fit(earliest, work(i), q.units);
          moved = moved || fit > earliest;
          earliest = fit;
        }
      }
      put(i, std::min(before, earliest));
      book(i, -1);
      return s_.start[i] < before;
    }
    /// A task and all that stands right behind it, by the greatest delay that fits.
    bool together(std::size_t i) {
      set_.assign(1, i);
      in_set_[i] = 1;
      for (std::size_t k = 0; k < set_.size(); ++k)
        for (const adjacency& l : p_.successors(task_id(set_[k])))
          if (const std::size_t j = l.task.index(); in_set_[j] == 0 && s_.start[j] == s_.finish[set_[k]]) {
            in_set_[j] = 1;
            set_.push_back(j);
          }
      double sum = 0;
      duration room = duration::infinity();
      for (const std::size_t k : set_) {
        sum += gain(k) * value_.discount(s_.finish[k]);
        room = std::min(room, end_ - s_.finish[k]);
        for (const adjacency& l : p_.successors(task_id(k)))
          if (in_set_[l.task.index()] == 0) room = std::min(room, s_.start[l.task.index()] - s_.finish[k]);
      }
      bool moved = false;
      if (set_.size() > 1 && sum < 0) {
        for (const std::size_t k : set_) book(k, 1);
        for (; room > 0 && !moved; room = duration(room.count() / 2)) moved = fits(room);
        if (moved) room = last_;
        for (const std::size_t k : set_) {
          if (moved) put(k, s_.start[k] + room);
          book(k, -1);
        }
      }
      for (const std::size_t k : set_) in_set_[k] = 0;
      return moved;
    }
    /// Whether the set, which is not booked, fits so much later.
    bool fits(duration by) {
      last_ = by;
      std::size_t done = 0;
      bool free = true;
      for (; done < set_.size() && free; ++done) {
        const std::size_t k = set_[done];
        const instant start = s_.start[k] + by;
        for (const requirement& q : p_.requirements(task_id(k), s_.mode[k]))
          if (work(k) > 0 && p_.resource_of(q.resource).kind == resource_kind::renewable)
            free = free && lines_[q.resource.index()].earliest_fit(start, work(k), q.units) == start;
        put(k, start);
        book(k, -1);
      }
      for (std::size_t d = 0; d < done; ++d) {
        book(set_[d], 1);
        put(set_[d], s_.start[set_[d]] - by);
      }
      return free;
    }

    const net_present_value& value_;
    const project& p_;
    schedule& s_;
    std::vector<step_timeline> lines_;
    std::vector<std::size_t> order_, set_;
    std::vector<char> in_set_;
    instant end_{};
    duration last_{};
  };
};

static_assert(evaluator<net_present_value> && refining_evaluator<net_present_value>);

}  // namespace evaluate
}  // namespace v0
}  // namespace sched

#endif
