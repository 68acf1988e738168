// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_JOB_WINDOWS_HPP
#define SCHED_SOLVE_DETAIL_JOB_WINDOWS_HPP

/// \file
/// Advance reservations of a batch scheduler: each is a small machine of its own for some time.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/advance_reservation.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The reservations that are not over. Every question is linear in their number.
template <class Plan>
class job_windows {
public:
  static constexpr std::int32_t outside = -1;

  struct window {
    std::int32_t key = 0;  ///< never given twice
    advance_reservation what{};
    typename Plan::lot lot{};
    Plan inside;
    std::vector<std::uint32_t> members{};  ///< running inside
  };

  [[nodiscard]] bool empty() const noexcept { return list_.empty(); }
  [[nodiscard]] std::span<const window> list() const noexcept { return list_; }
  [[nodiscard]] bool knows(std::uint32_t id) const noexcept {
    return std::ranges::any_of(list_, [&](const window& w) { return w.what.id == id; });
  }
  /// Units that are set aside at t.
  [[nodiscard]] amount set_aside(instant t) const noexcept {
    amount sum = 0;
    for (const window& w : list_)
      if (w.what.when.contains(t)) sum += w.what.demand;
    return sum;
  }
  void add(const advance_reservation& what, typename Plan::lot lot, Plan inside, instant now) {
    seen_ = std::max(seen_, now);
    inside.reset_to(lot, what.when, now);
    list_.push_back({++last_key_, what, std::move(lot), std::move(inside), {}});
  }
  [[nodiscard]] window* find(std::int32_t key) noexcept {
    const auto at = std::ranges::find(list_, key, &window::key);
    return at == list_.end() ? nullptr : &*at;
  }

  /// Plans that show the running members alone: occupy(plan, member) enters one.
  template <class F>
  void clear_plans(instant now, F occupy) {
    for (window& w : list_) {
      w.inside.reset_to(w.lot, w.what.when, now);
      for (const std::uint32_t h : w.members) occupy(w.inside, h);
    }
  }

  struct place {
    instant at = instant::infinity();
    std::int32_t key = outside;
  };
  /// Earliest place in a reservation that the job may use, ending before it does.
  template <class Allowed>
  [[nodiscard]] place earliest(const Allowed& allowed, instant from, duration planned, amount demand) const {
    place best;
    for (const window& w : list_) {
      if (std::ranges::find(allowed, w.what.id) == allowed.end()) continue;
      const instant at = w.inside.earliest(std::max(from, w.what.when.start), planned, demand);
      if (at < best.at && at + planned <= w.what.when.finish) best = {at, w.key};
    }
    return best;
  }

  /// First instant after which something begins, ends or is given up.
  [[nodiscard]] instant next_edge() const noexcept {
    instant next = instant::infinity();
    for (const window& w : list_) {
      next = std::min(next, w.what.when.finish);
      if (w.what.when.start > seen_) next = std::min(next, w.what.when.start);
      if (w.members.empty()) next = std::min(next, give_up(w));
    }
    return next;
  }
  /// Time moves to `now`. Calls over(window) for each reservation that is over or given up, then forgets it; returns
  /// whether anything began, ended or was given up.
  template <class F>
  bool advance(instant now, F over) {
    bool changed = false;
    for (std::size_t k = 0; k < list_.size();) {
      window& w = list_[k];
      changed = changed || (w.what.when.start > seen_ && w.what.when.start <= now);
      if (now < w.what.when.finish && !(w.members.empty() && give_up(w) <= now)) {
        w.inside.forget(now);
        ++k;
        continue;
      }
      over(w);
      list_.erase(list_.begin() + static_cast<std::ptrdiff_t>(k));
      changed = true;
    }
    seen_ = now;
    return changed;
  }

private:
  [[nodiscard]] static instant give_up(const window& w) noexcept {
    return w.what.when.start + w.what.release_unused_after;
  }

  std::vector<window> list_;
  std::int32_t last_key_ = 0;
  instant seen_ = instant::minus_infinity();
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
