// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_DETAIL_ROADMAP_LEDGER_HPP
#define SCHED_EVALUATE_DETAIL_ROADMAP_LEDGER_HPP

/// \file
/// Who holds which resource when, replayed task by task from a result; for what checks and explains roadmaps.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <span>
#include <vector>

#include <boost/container/small_vector.hpp>

#include <sched/calendar/any_calendar.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/detail/roadmap_reading.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Ordered maps of free units, one per resource: the plainest structure that is still logarithmic.
class roadmap_ledger {
public:
  struct holder {
    roadmap_index task = no_index;
    amount units = 0;
  };
  using holders = boost::container::small_vector<holder, 2>;
  struct step {
    amount free = 0;
    bool closed = false;
    holders by{};
  };
  /// What is so from an instant on, and until when at least.
  struct state {
    bool able = false;    ///< the units can work
    bool closed = false;  ///< a closed period, or outside working hours
    const step* at = nullptr;
    instant until{};
  };

  explicit roadmap_ledger(const roadmap_reading& read) : read_(&read) {
    for (std::size_t r = 0; r < read.resource_count(); ++r) {
      const roadmap_resource* const who = read.declaration(r);
      rows_.push_back({{}, read.native() && who != nullptr && who->calendar ? &*who->calendar : nullptr});
      rows_.back().steps[instant::minus_infinity()] = {read.capacity(r), false, {}};
      const auto close = [&](const day_range& d) {
        each(static_cast<std::uint32_t>(r), {read.first_tick(d.first), read.behind(d.last)}, [](step& s) {
          s.free = 0;
          s.closed = true;
        });
      };
      for (const day_range& d : read.closed_for_all()) close(d);
      if (who != nullptr)
        for (const day_range& d : who->closed) close(d);
    }
  }

  [[nodiscard]] state look(roadmap_need q, instant t) const {
    const row& r = rows_[q.resource];
    const auto next = r.steps.upper_bound(t);
    const step& s = std::prev(next)->second;
    state found{s.free >= q.units, s.closed, &s, next == r.steps.end() ? instant::infinity() : next->first};
    if (r.hours != nullptr) {
      const bool open = r.hours->is_open(t);
      found.able = found.able && open;
      found.closed = found.closed || !open;
      found.until = std::min(found.until, open ? r.hours->next_closed(t) : r.hours->next_open(t));
    }
    return found;
  }
  /// The mirror: what is so in the tick before t, and since when (in `until`).
  [[nodiscard]] state look_back(roadmap_need q, instant t) const {
    const row& r = rows_[q.resource];
    const auto at = std::prev(r.steps.lower_bound(t));
    state found{at->second.free >= q.units, at->second.closed, &at->second, at->first};
    if (r.hours != nullptr) {
      const bool open = r.hours->is_open(t - 1);
      found.able = found.able && open;
      found.until = std::max(found.until, open ? r.hours->prev_closed(t) : r.hours->prev_open(t));
    }
    return found;
  }
  /// All of `needs` can work, until at least the second.
  [[nodiscard]] state look(std::span<const roadmap_need> needs, instant t) const {
    state all{true, false, nullptr, instant::infinity()};
    for (const roadmap_need& q : needs) {
      const state one = look(q, t);
      if (one.able == all.able) all.until = all.able ? std::min(all.until, one.until) : std::max(all.until, one.until);
      else if (!one.able) all = {false, one.closed, one.at, one.until};
    }
    return all;
  }

  /// First tick from t on in which all can work; +∞ when there is none, or none within `most_steps`.
  [[nodiscard]] instant first_able(std::span<const roadmap_need> needs, instant t) const {
    if (hopeless(needs)) return instant::infinity();
    for (std::size_t left = most_steps; t.is_finite() && left > 0; --left) {
      const state s = look(needs, t);
      if (s.able) return t;
      t = s.until;
    }
    exhausted_ = exhausted_ || t.is_finite();
    return instant::infinity();
  }
  /// End of so many workable ticks from t on; t itself for no work; +∞ likewise.
  [[nodiscard]] instant work_end(std::span<const roadmap_need> needs, instant t, duration work) const {
    if (work == 0) return t;
    if (hopeless(needs)) return instant::infinity();
    for (std::size_t left = most_steps; t.is_finite() && left > 0; --left) {
      const state s = look(needs, t);
      if (s.able) {
        if (s.until - t >= work) return t + work;
        work -= s.until - t;
      }
      t = s.until;
    }
    exhausted_ = exhausted_ || t.is_finite();
    return instant::infinity();
  }
  /// The walk of the compatible modes: real days over whole ones, rounded at the end.
  [[nodiscard]] instant day_end(std::uint32_t r, instant t, double days) const {
    if (days == 0) return t;
    while (t.is_finite()) {
      const state s = look({r, 1}, t);
      if (s.able) {
        instant until = s.until;  // to the next closed day: steps may follow each other
        while (until.is_finite() && look({r, 1}, until).able) until = look({r, 1}, until).until;
        const duration open = until - t;
        if (!open.is_finite() || static_cast<double>(open.count()) >= days) return t + read_->rounded(days);
        days -= static_cast<double>(open.count());
        t = until;
      } else {
        t = s.until;
      }
    }
    return instant::infinity();
  }
  /// Greatest workable s with so many workable ticks in [s, t); −∞ when there is none.
  [[nodiscard]] instant latest_start(std::span<const roadmap_need> needs, instant t, duration work) const {
    if (hopeless(needs)) return instant::minus_infinity();
    for (std::size_t left = most_steps; t.is_finite() && left > 0; --left) {
      bool able = true;
      instant since = instant::minus_infinity();
      instant blocked = instant::infinity();
      for (const roadmap_need& q : needs) {
        const state s = look_back(q, t);
        if (s.able) since = std::max(since, s.until);
        else blocked = std::min(blocked, s.until);
        able = able && s.able;
      }
      if (able) {
        if (t - since >= work) return t - work;
        work -= t - since;
      }
      t = able ? since : blocked;
    }
    exhausted_ = exhausted_ || t.is_finite();
    return instant::minus_infinity();
  }
  /// When a task placed at t completes, on resources it names or was given.
  [[nodiscard]] instant completion(roadmap_index i, std::span<const roadmap_need> needs, instant t) const {
    const duration work = read_->native() ? read_->work(i) : read_->rounded(read_->task(i).duration);
    if (needs.empty()) return t + work;
    if (read_->joint()) return work_end(needs, t, work);
    instant last = t;
    for (const roadmap_need& q : needs)
      last = std::max(last,
                      read_->native() ? work_end({&q, 1}, t, work) : day_end(q.resource, t, read_->task(i).duration));
    return last;
  }

  /// More units than there ever are.
  [[nodiscard]] bool hopeless(std::span<const roadmap_need> needs) const {
    return std::ranges::any_of(needs, [&](const roadmap_need& q) { return q.units > read_->capacity(q.resource); });
  }

  /// The task holds its units in every tick of `stay` in which they are free.
  void hold(roadmap_index i, std::span<const roadmap_need> needs, interval stay) {
    if (stay.empty() || !stay.start.is_finite()) return;
    for (const roadmap_need& q : needs)
      each(q.resource, stay, [&](step& s) {
        if (s.free < q.units) return;
        s.free -= q.units;
        s.by.push_back({i, q.units});
      });
  }

  /// A walk was given up: the answers since then are not proofs.
  [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }
  static constexpr std::size_t most_steps = std::size_t{1} << 20;

private:
  struct row {
    std::map<instant, step> steps{};
    const calendar::any_calendar* hours = nullptr;
  };

  template <class F>
  void each(std::uint32_t r, interval when, F f) {
    std::map<instant, step>& steps = rows_[r].steps;
    const auto split = [&](instant t) {
      const auto next = steps.lower_bound(t);
      if (next != steps.end() && next->first == t) return next;
      return steps.emplace_hint(next, t, std::prev(next)->second);
    };
    const auto first = split(when.start);
    const auto last = when.finish.is_finite() ? split(when.finish) : steps.end();
    for (auto at = first; at != last; ++at) f(at->second);
  }

  const roadmap_reading* read_;
  std::vector<row> rows_;
  mutable bool exhausted_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
