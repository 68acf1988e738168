// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_DESTRUCTIVE_BOUND_HPP
#define SCHED_EVALUATE_DESTRUCTIVE_BOUND_HPP

/// \file
/// Lower bounds on the makespan by refuting shorter ones.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <stop_token>
#include <utility>
#include <vector>

#include <sched/core/ticks.hpp>
#include <sched/evaluate/lower_bound.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {

struct destructive_options {
  static constexpr std::size_t by_size = std::numeric_limits<std::size_t>::max();
  duration stop_at = duration::infinity();  ///< no more than this is asked for: the makespan of a known schedule
  std::size_t rounds = 50;                  ///< of propagation, per makespan tried
  bool energetic = true;                    ///< the energy of every interval, at the end of each trial
  /// Tasks whose window is cut by trial, per makespan tried: 0 none; `by_size` 1,024 / n, at least 4, at most 64.
  std::size_t shaving = by_size;
  std::stop_token stop{};
};

namespace detail {

/// Windows [earliest start, latest finish] of all tasks for a makespan, and what shrinks them. Times in units of the
/// greatest common divisor of all durations.
class window_propagation {
public:
  explicit window_propagation(const project& p) : n_(p.task_count()), resources_(0) {
    std::int64_t unit = 0;
    for (std::size_t i = 0; i < n_; ++i) unit = std::gcd(unit, p.work(task_id(i)).count());
    unit_ = std::max<std::int64_t>(unit, 1);
    for (std::size_t i = 0; i < n_; ++i) length_.push_back(p.work(task_id(i)).count() / unit_);
    for (std::size_t r = 0; r < p.resource_count(); ++r) {
      const resource_id id(r);
      if (p.resource_of(id).kind != resource_kind::renewable) continue;
      capacity_.push_back(p.resource_of(id).capacity);
      for (std::size_t i = 0; i < n_; ++i) demand_.push_back(length_[i] > 0 ? p.demand(task_id(i), id) : 0);
      ++resources_;
    }
    order_.assign(p.topological_order().begin(), p.topological_order().end());
    first_.push_back(0);
    for (std::size_t i = 0; i < n_; ++i) {
      for (const adjacency& a : p.successors(task_id(i))) next_.push_back(static_cast<std::uint32_t>(a.task.index()));
      first_.push_back(next_.size());
    }
    head_.assign(n_, 0);
    tail_.assign(n_, 0);
    for (const task_id t : order_)
      for (const std::uint32_t j : successors(t.index()))
        head_[j] = std::max(head_[j], head_[t.index()] + length_[t.index()]);
    for (std::size_t k = n_; k-- > 0;) {
      const std::size_t i = order_[k].index();
      for (const std::uint32_t j : successors(i)) tail_[i] = std::max(tail_[i], tail_[j] + length_[j]);
    }
    for (std::size_t i = 0; i < n_; ++i)
      for (std::size_t j = i + 1; j < n_; ++j)
        for (std::size_t r = 0; r < resources_; ++r)
          if (demand(r, i) + demand(r, j) > capacity_[r]) {
            pairs_.emplace_back(i, j);
            break;
          }
  }

  [[nodiscard]] std::int64_t unit() const noexcept { return unit_; }
  /// For every resource, head h and tail q: h + ⌈energy of the tasks behind h and before q / capacity⌉ + q. O(k · n²).
  [[nodiscard]] std::int64_t head_energy_tail() const {
    std::int64_t best = 0;
    std::vector<std::uint32_t> by_tail(n_), by_head(n_);
    std::iota(by_tail.begin(), by_tail.end(), 0U);
    std::iota(by_head.begin(), by_head.end(), 0U);
    std::ranges::sort(by_tail, [&](auto a, auto b) { return tail_[a] > tail_[b]; });
    std::ranges::sort(by_head, [&](auto a, auto b) { return head_[a] < head_[b]; });
    for (std::size_t i = 0; i < n_; ++i) best = std::max(best, head_[i] + length_[i] + tail_[i]);
    for (std::size_t r = 0; r < resources_; ++r) {
      if (capacity_[r] <= 0) continue;
      for (std::size_t k = 0; k < n_; ++k) {
        const std::int64_t h = head_[by_head[k]];
        if (k > 0 && h == head_[by_head[k - 1]]) continue;
        std::int64_t energy = 0;
        for (const std::uint32_t i : by_tail) {
          if (head_[i] < h || demand(r, i) == 0) continue;
          energy += demand(r, i) * length_[i];
          best = std::max(best, h + (energy + capacity_[r] - 1) / capacity_[r] + tail_[i]);
        }
      }
    }
    return best;
  }

  /// Whether no schedule of that makespan exists, as far as it is seen.
  [[nodiscard]] bool refuted(std::int64_t makespan, const destructive_options& o) {
    start_.assign(head_.begin(), head_.end());
    finish_.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) finish_[i] = makespan - tail_[i];
    if (!propagate(makespan, o.rounds)) return true;
    if (o.energetic && overloaded(makespan)) return true;
    return o.shaving > 0 && shaved_away(makespan, o);
  }

private:
  [[nodiscard]] std::span<const std::uint32_t> successors(std::size_t i) const noexcept {
    return {next_.data() + first_[i], first_[i + 1] - first_[i]};
  }
  [[nodiscard]] std::int64_t demand(std::size_t r, std::size_t i) const noexcept { return demand_[r * n_ + i]; }

  bool propagate(std::int64_t makespan, std::size_t rounds) {
    for (std::size_t k = 0; k < rounds; ++k) {
      changed_ = false;
      if (!precedence() || !order_pairs() || !timetable(makespan)) return false;
      if (!changed_) break;
    }
    return true;
  }
  void raise(std::size_t i, std::int64_t start) {
    if (start <= start_[i]) return;
    start_[i] = start;
    changed_ = true;
  }
  void lower(std::size_t i, std::int64_t finish) {
    if (finish >= finish_[i]) return;
    finish_[i] = finish;
    changed_ = true;
  }
  bool precedence() {
    for (const task_id t : order_)
      for (const std::uint32_t j : successors(t.index())) raise(j, start_[t.index()] + length_[t.index()]);
    for (std::size_t k = n_; k-- > 0;) {
      const std::size_t i = order_[k].index();
      for (const std::uint32_t j : successors(i)) lower(i, finish_[j] - length_[j]);
    }
    for (std::size_t i = 0; i < n_; ++i)
      if (start_[i] + length_[i] > finish_[i]) return false;
    return true;
  }
  /// Of two tasks that never run together an order that does not fit is excluded.
  bool order_pairs() {
    for (const auto& [i, j] : pairs_) {
      const bool ij = start_[i] + length_[i] + length_[j] <= finish_[j];
      const bool ji = start_[j] + length_[j] + length_[i] <= finish_[i];
      if (ij && ji) continue;
      if (!ij && !ji) return false;
      const std::size_t a = ij ? i : j, b = ij ? j : i;
      raise(b, start_[a] + length_[a]);
      lower(a, finish_[b] - length_[b]);
    }
    return true;
  }
  /// What surely runs when: [latest start, earliest finish). Nobody starts or ends where that leaves too little.
  bool timetable(std::int64_t makespan) {
    marks_.clear();
    for (std::size_t i = 0; i < n_; ++i) {
      const std::int64_t from = finish_[i] - length_[i], to = start_[i] + length_[i];
      if (from < to) marks_.insert(marks_.end(), {from, to});
    }
    marks_.push_back(makespan);
    std::ranges::sort(marks_);
    marks_.erase(std::unique(marks_.begin(), marks_.end()), marks_.end());
    const std::size_t pieces = marks_.size();
    used_.assign(resources_ * pieces, 0);
    const auto piece_of = [&](std::int64_t t) {
      return static_cast<std::size_t>(std::ranges::upper_bound(marks_, t) - marks_.begin()) - 1;
    };
    for (std::size_t i = 0; i < n_; ++i) {
      const std::int64_t from = finish_[i] - length_[i], to = start_[i] + length_[i];
      if (from >= to) continue;
      for (std::size_t s = piece_of(from); s + 1 < pieces && marks_[s] < to; ++s)
        for (std::size_t r = 0; r < resources_; ++r) {
          used_[r * pieces + s] += demand(r, i);
          if (used_[r * pieces + s] > capacity_[r]) return false;
        }
    }
    for (std::size_t i = 0; i < n_; ++i) {
      if (length_[i] == 0) continue;
      const std::int64_t own_from = finish_[i] - length_[i], own_to = start_[i] + length_[i];
      const auto conflict = [&](std::size_t s) {
        if (marks_[s] >= own_from && marks_[s] < own_to) return false;  // its own part: it is there anyway
        for (std::size_t r = 0; r < resources_; ++r)
          if (demand(r, i) != 0 && used_[r * pieces + s] + demand(r, i) > capacity_[r]) return true;
        return false;
      };
      std::int64_t start = start_[i];
      std::size_t s = start < marks_.front() ? 0 : piece_of(start);
      for (; s + 1 < pieces && marks_[s] < start + length_[i]; ++s)
        if (marks_[s + 1] > start && conflict(s)) start = marks_[s + 1];
      if (start + length_[i] > finish_[i]) return false;
      raise(i, start);
      std::int64_t finish = finish_[i];
      for (std::size_t k = pieces - 1; k-- > 0 && marks_[k + 1] > finish - length_[i];)
        if (marks_[k] < finish && conflict(k)) finish = marks_[k];
      if (start_[i] + length_[i] > finish) return false;
      lower(i, finish);
    }
    return true;
  }
  /// Whether some interval [a, b) must hold more energy than there is. A task holds at least demand ·
  /// min(length, (earliest finish − a)⁺, b − max(a, latest start)). O(k · starts of intervals · (n + makespan)).
  bool overloaded(std::int64_t makespan) {
    if (makespan > most_periods_) return false;
    const auto periods = static_cast<std::size_t>(makespan) + 2;
    begins_.assign(periods, 0);
    for (std::size_t i = 0; i < n_; ++i)
      for (const std::int64_t t : {start_[i], finish_[i] - length_[i], start_[i] + length_[i]})
        begins_[static_cast<std::size_t>(t)] = 1;
    for (std::size_t r = 0; r < resources_; ++r)
      for (std::size_t a = 0; a + 1 < periods; ++a) {
        if (begins_[a] == 0) continue;
        slope_.assign(periods, 0);
        const auto from = static_cast<std::int64_t>(a);
        for (std::size_t i = 0; i < n_; ++i) {
          if (demand(r, i) == 0) continue;
          const std::int64_t most = std::min(length_[i], start_[i] + length_[i] - from);
          if (most <= 0) continue;
          const std::int64_t rises = std::max(from, finish_[i] - length_[i]);
          slope_[static_cast<std::size_t>(rises)] += demand(r, i);
          slope_[static_cast<std::size_t>(rises + most)] -= demand(r, i);
        }
        std::int64_t energy = 0, slope = 0, there = 0;
        for (std::size_t b = a; b + 1 < periods; ++b) {
          slope += slope_[b];
          energy += slope;
          there += capacity_[r];
          if (energy > there) return true;
        }
      }
    return false;
  }
  /// Cuts windows by trial: if a task cannot start in the first half of its window, it starts later; if it cannot in
  /// the second half, it starts earlier; neither: refuted.
  bool shaved_away(std::int64_t makespan, const destructive_options& o) {
    std::vector<std::uint32_t> tasks(n_);
    std::iota(tasks.begin(), tasks.end(), 0U);
    const std::size_t most =
        o.shaving == destructive_options::by_size ? std::clamp<std::size_t>(1024 / n_, 4, 64) : o.shaving;
    const auto slack = [&](std::uint32_t i) { return finish_[i] - start_[i] - length_[i]; };
    for (bool again = true; again;) {
      again = false;
      std::ranges::stable_sort(tasks, [&](auto a, auto b) { return slack(a) < slack(b); });
      std::size_t tried = 0;
      for (const std::uint32_t i : tasks) {
        if (slack(i) == 0 || length_[i] == 0) continue;
        if (tried++ >= most || o.stop.stop_requested()) break;
        const std::int64_t middle = start_[i] + slack(i) / 2;
        saved_start_ = start_;
        saved_finish_ = finish_;
        const auto impossible = [&] {
          return !propagate(makespan, std::min<std::size_t>(o.rounds, 4)) || (o.energetic && overloaded(makespan));
        };
        const auto back = [&] {
          start_ = saved_start_;
          finish_ = saved_finish_;
        };
        finish_[i] = middle + length_[i];
        const bool early_is_out = impossible();
        back();
        if (early_is_out) {
          start_[i] = middle + 1;
          if (impossible()) return true;
          again = true;
          continue;
        }
        start_[i] = middle + 1;
        const bool late_is_out = impossible();
        back();
        if (late_is_out) {
          finish_[i] = middle + length_[i];
          if (impossible()) return true;
          again = true;
        }
      }
    }
    return false;
  }

  static constexpr std::int64_t most_periods_ = 20'000;
  std::size_t n_, resources_;
  std::int64_t unit_ = 1;
  std::vector<std::int64_t> length_, capacity_, demand_, head_, tail_, start_, finish_, marks_, used_, slope_,
      saved_start_, saved_finish_;
  std::vector<task_id> order_;
  std::vector<std::uint32_t> next_;
  std::vector<std::size_t> first_;
  std::vector<std::pair<std::size_t, std::size_t>> pairs_;
  std::vector<std::uint8_t> begins_;
  bool changed_ = false;
};

}  // namespace detail

/// The first makespan that cannot be refuted, from `makespan_bound` on: no schedule is shorter. A makespan is refuted
/// when the windows that precedence, pairs of tasks that exclude each other, what surely runs when, and the energy of
/// intervals leave to the tasks are empty. For classic projects; for others `makespan_bound`. O(bound steps · rounds ·
/// (n² + n log n · k)); allocates.
/// References: Klein & Scholl 1999 (destructive improvement); Brucker & Knust 2003; Baptiste, Le Pape & Nuijten 1999.
[[nodiscard]] inline duration destructive_bound(const project& p, const destructive_options& o = {}) {
  const duration easy = makespan_bound(p);
  if (!p.classic() || p.task_count() == 0 || easy >= o.stop_at) return easy;
  detail::window_propagation windows(p);
  const std::int64_t unit = windows.unit();
  const std::int64_t last =
      o.stop_at == duration::infinity() ? std::numeric_limits<std::int64_t>::max() : o.stop_at.count();
  std::int64_t makespan = std::max((easy.count() + unit - 1) / unit, windows.head_energy_tail());
  while (makespan * unit < last && !o.stop.stop_requested() && windows.refuted(makespan, o)) ++makespan;
  return duration(std::min(makespan * unit, last));
}

}  // namespace v0
}  // namespace sched

#endif
