// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_DETAIL_TEMPORAL_NETWORK_HPP
#define SCHED_SOLVE_DETAIL_TEMPORAL_NETWORK_HPP

/// \file
/// Differences of starts: what is known of every pair of tasks, and what follows for resources.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/model/network.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// The fixed part of a project with minimal and maximal lags: durations, demands, arcs start to start. The origin of
/// time is one more task, the last.
struct temporal_problem {
  struct arc {
    std::uint32_t from = 0, to = 0;
    std::int32_t least = 0;  ///< start of `to` − start of `from`
  };

  /// One mode, no calendars, nothing that is used up, times that fit.
  [[nodiscard]] static bool accepts(const project& p) {
    return !p.multi_mode() && !p.has_calendars() && !p.has_nonrenewable() && p.oversized().empty() &&
           p.task_count() <= max_tasks && span_of(p) <= max_time;
  }
  explicit temporal_problem(const project& p) : n(p.task_count()) {
    for (std::size_t i = 0; i < n; ++i) length.push_back(narrow(p.work(task_id(i))));
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      capacity.push_back(p.resource_of(resource_id(r)).capacity);
      for (std::size_t i = 0; i < n; ++i) demand.push_back(length[i] > 0 ? p.demand(task_id(i), resource_id(r)) : 0);
    }
    const auto origin = static_cast<std::uint32_t>(n);
    for (std::uint32_t i = 0; i < n; ++i) {
      const task_id t(i);
      for (const adjacency& a : p.successors(t)) add(p, {t, a.task, a.kind, a.lag, false});
      const instant release = p.is_fixed(t) ? p.fixed_start(t) : std::max<instant>(p.release(t), 0);
      arcs.push_back({origin, i, narrow(release - instant(0))});
      if (p.is_fixed(t)) arcs.push_back({i, origin, -narrow(p.fixed_start(t) - instant(0))});
      if (p.deadline(t).is_finite()) arcs.push_back({i, origin, length[i] - narrow(p.deadline(t) - instant(0))});
    }
    for (const precedence& a : p.maximal_lags()) add(p, a);
    span = narrow(span_of(p));
    for (std::uint32_t i = 0; i < n; ++i)
      for (std::uint32_t j = i + 1; j < n; ++j)
        for (std::size_t r = 0; r < capacity.size(); ++r)
          if (needs(r, i) + needs(r, j) > capacity[r]) {
            exclusive.emplace_back(i, j);
            break;
          }
  }
  [[nodiscard]] amount needs(std::size_t r, std::size_t i) const noexcept { return demand[r * n + i]; }

  std::size_t n;
  std::vector<std::int32_t> length;
  std::vector<amount> capacity, demand;  ///< demand by resource, then task
  std::vector<arc> arcs;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> exclusive;  ///< pairs that never run together
  std::int32_t span = 0;  ///< if there is a schedule, there is one that is no longer (Bartusch, Möhring & Radermacher)

private:
  static constexpr std::size_t max_tasks = 600;
  static constexpr std::int64_t max_time = std::int64_t{1} << 26;

  [[nodiscard]] static std::int32_t narrow(duration d) noexcept {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(d.count(), -max_time, max_time));
  }
  /// Latest given date, and for every task its length or the longest lag behind its start.
  [[nodiscard]] static duration span_of(const project& p) {
    std::vector<duration> most;
    duration sum(0), latest(0);
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      const task_id t(i);
      most.push_back(p.work(t));
      for (const adjacency& a : p.successors(t)) most[i] = std::max(most[i], starts_apart(p, t, a.task, a.kind, a.lag));
      if (p.is_fixed(t)) latest = std::max(latest, p.fixed_start(t) - instant(0));
      else if (p.release(t).is_finite()) latest = std::max(latest, p.release(t) - instant(0));
    }
    for (const precedence& a : p.maximal_lags())
      most[a.to.index()] = std::max(most[a.to.index()], -starts_apart(p, a.from, a.to, a.kind, a.lag));
    for (const duration d : most) sum += d;
    return latest + sum;
  }
  [[nodiscard]] static duration starts_apart(const project& p, task_id from, task_id to, lag_kind kind, duration lag) {
    if (!from_start(kind)) lag += p.work(from);
    if (!to_start(kind)) lag -= p.work(to);
    return lag;
  }
  void add(const project& p, const precedence& a) {
    const auto from = static_cast<std::uint32_t>(a.from.index()), to = static_cast<std::uint32_t>(a.to.index());
    const std::int32_t apart = narrow(starts_apart(p, a.from, a.to, a.kind, a.lag));
    if (a.maximal) arcs.push_back({to, from, -apart});
    else arcs.push_back({from, to, apart});
  }
};

/// For every pair of tasks the least difference of their starts that is known, closed under addition; and what follows
/// when capacities are looked at. Copies are snapshots: a search branches by copying.
class temporal_network {
public:
  using time = std::int32_t;

  explicit temporal_network(const temporal_problem& p) : p_(&p), width_(p.n + 1) {}

  /// All arcs, and no task ends behind `latest`. False when they contradict one another; `where()` is on the circle.
  [[nodiscard]] bool close(time latest) {
    d_.assign(width_ * width_, 0);
    const std::size_t origin = p_->n;
    for (std::size_t i = 0; i < origin; ++i)
      for (std::size_t j = 0; j < width_; ++j)
        if (i != j) at(i, j) = p_->length[i] - latest;
    for (const auto& a : p_->arcs) {
      if (a.from == a.to ? a.least > 0 : false) return fails(a.from);
      if (a.from != a.to) at(a.from, a.to) = std::max(at(a.from, a.to), a.least);
    }
    for (std::size_t k = 0; k < width_; ++k) {
      for (std::size_t i = 0; i < width_; ++i) relax(i, k, at(i, k));
      for (std::size_t i = 0; i < width_; ++i)
        if (at(i, i) > 0) return fails(i);
    }
    return true;
  }
  [[nodiscard]] time least(std::size_t from, std::size_t to) const noexcept { return d_[from * width_ + to]; }
  [[nodiscard]] time earliest(std::size_t i) const noexcept { return least(p_->n, i); }
  [[nodiscard]] time latest(std::size_t i) const noexcept { return -least(i, p_->n); }
  /// i may end before j begins.
  [[nodiscard]] bool may_precede(std::size_t i, std::size_t j) const noexcept { return -least(j, i) >= p_->length[i]; }
  [[nodiscard]] std::size_t where() const noexcept { return where_; }

  /// `to` starts at least `by` after `from`. O(n²). False: impossible.
  [[nodiscard]] bool add(std::size_t from, std::size_t to, time by) {
    if (least(from, to) >= by) return true;
    if (least(to, from) > -by) return fails(to);
    for (std::size_t x = 0; x < width_; ++x)
      if (const time through = least(x, from) + by; through > least(x, to)) relax(x, to, through);
    changed_ = true;
    return true;
  }
  /// Every task ends by then.
  [[nodiscard]] bool end_by(time latest) {
    for (std::size_t i = 0; i < p_->n; ++i)
      if (!add(i, p_->n, p_->length[i] - latest)) return false;
    return true;
  }
  /// What follows from capacities: pairs that exclude each other and have one order left; what surely runs when. To a
  /// fixed point. O(rounds · (pairs + resources · n²)), and O(n²) for each thing learnt.
  [[nodiscard]] bool propagate() {
    do {
      changed_ = false;
      for (const auto& [i, j] : p_->exclusive) {
        if (!may_precede(i, j) && !add(j, i, p_->length[j])) return false;
        if (!may_precede(j, i) && !add(i, j, p_->length[i])) return false;
      }
      for (std::size_t r = 0; r < p_->capacity.size(); ++r)
        if (!see_what_surely_runs(r)) return false;
    } while (changed_);
    return true;
  }

private:
  struct step {
    time at = 0;
    amount used = 0;  ///< until the next step
  };

  [[nodiscard]] time& at(std::size_t from, std::size_t to) noexcept { return d_[from * width_ + to]; }
  [[nodiscard]] bool fails(std::size_t i) noexcept {
    where_ = i;
    return false;
  }
  /// Row x learns that `via` starts at least `through` later.
  void relax(std::size_t x, std::size_t via, time through) noexcept {
    time* const row = d_.data() + x * width_;
    const time* const from = d_.data() + via * width_;
    for (std::size_t y = 0; y < width_; ++y) row[y] = std::max(row[y], through + from[y]);
  }
  [[nodiscard]] bool see_what_surely_runs(std::size_t r) {
    steps_.clear();
    for (std::size_t i = 0; i < p_->n; ++i) {
      const amount need = p_->needs(r, i);
      const time from = latest(i), to = earliest(i) + p_->length[i];
      if (need == 0 || from >= to) continue;
      steps_.push_back({from, need});
      steps_.push_back({to, -need});
    }
    if (steps_.empty()) return true;
    std::sort(steps_.begin(), steps_.end(), [](const step& a, const step& b) { return a.at < b.at; });
    std::size_t last = 0;
    for (std::size_t k = 1; k < steps_.size(); ++k) {
      if (steps_[k].at == steps_[last].at) {
        steps_[last].used += steps_[k].used;
        continue;
      }
      const amount before = steps_[last].used;
      if (before > p_->capacity[r]) return false;
      steps_[++last] = {steps_[k].at, before + steps_[k].used};
    }
    steps_.resize(last + 1);
    for (std::size_t i = 0; i < p_->n; ++i) {
      const amount need = p_->needs(r, i);
      if (need == 0 || earliest(i) == latest(i)) continue;
      // Its own sure part does not stand in its way.
      const time own_from = latest(i), own_to = earliest(i) + p_->length[i];
      const auto blocks = [&](std::size_t k) {
        const bool own = steps_[k].at >= own_from && steps_[k].at < own_to;
        return steps_[k].used - (own ? need : 0) + need > p_->capacity[r];
      };
      time first = earliest(i);
      for (std::size_t k = 0; k + 1 < steps_.size() && steps_[k].at < first + p_->length[i]; ++k)
        if (steps_[k + 1].at > first && blocks(k)) first = steps_[k + 1].at;
      time end = latest(i) + p_->length[i];
      for (std::size_t k = steps_.size() - 1; k-- > 0 && steps_[k + 1].at > end - p_->length[i];)
        if (steps_[k].at < end && blocks(k)) end = steps_[k].at;
      if (!add(p_->n, i, first) || !add(i, p_->n, p_->length[i] - end)) return false;
    }
    return true;
  }

  const temporal_problem* p_;
  std::size_t width_;
  std::vector<time> d_;
  std::vector<step> steps_;
  std::size_t where_ = 0;
  bool changed_ = false;
};

}  // namespace detail
}  // namespace v0
}  // namespace sched

#endif
