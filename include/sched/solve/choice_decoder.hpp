// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_CHOICE_DECODER_HPP
#define SCHED_SOLVE_CHOICE_DECODER_HPP

/// \file
/// A serial scheme between list and time: of the next few tasks of a list, the one that can start early goes first.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/model/project.hpp>
#include <sched/solve/detail/decode_rows.hpp>
#include <sched/solve/detail/decode_steps.hpp>
#include <sched/solve/detail/parallel_scan.hpp>

namespace sched {
inline namespace v0 {

/// How far a choice decoder leaves its list.
struct choice {
  std::size_t width = 4;  ///< tasks compared: the first of the list whose predecessors are placed; 1: the list rules
  std::int64_t sixteenths = 8;  ///< a task may start so many sixteenths of a tick later for every place it stands ahead
  /// A pass ends where no makespan up to this is possible any more.
  std::int32_t limit = std::numeric_limits<std::int32_t>::max();
};

/// The serial schedule generation scheme on activity lists, with a choice: of the first `width` tasks of the list whose
/// predecessors are placed, the one with the least start + place · sixteenths / 16 is placed next (ties: the first of
/// the list), at its earliest start given predecessors and capacities. With one task to choose from it is the serial
/// scheme of `list_decoder`; with all of them and no cost, the task that can start first always goes first. Schedules
/// are active, and every task gets its start once: a pass counts one schedule.
///
/// A pass with a `limit` ends where the next tasks would start so late that the longest way behind one of them passes
/// the limit: the greatest value is returned, and the starts are not a schedule. It counts one schedule, too. A
/// makespan up to the limit is always found, a longer one never.
///
/// For classic single-mode projects (`accepts`). Prepared once from a project, which it does not keep. A call allocates
/// nothing. Copies are independent; a decoder serves one thread. Lists name every task once, predecessors first.
/// Earliest starts are kept between choices and looked at again only where something was placed in between.
/// O(n · (width · steps passed + tasks whose predecessors are placed) + arcs); time-scale free.
/// Compare the serial scheme's dynamic slack rule (earliest starts by capacity) and Kolisch 1996 (both schemes).
class choice_decoder {
public:
  /// Whether a project can be decoded: as `list_decoder::accepts`. O(n).
  [[nodiscard]] static bool accepts(const project& p) noexcept { return detail::decode::accepts(p); }

  /// Precondition: `accepts(p)`. O(n · resources + m).
  explicit choice_decoder(const project& p) : choice_decoder(p, detail::decode::numbers(p)) {}

  [[nodiscard]] std::size_t task_count() const noexcept { return lengths_.size(); }

  /// Decodes a list; returns the makespan, or the greatest value when it is abandoned. Precondition: both have
  /// `task_count()` entries, predecessors come first.
  template <std::unsigned_integral Index>
  std::int32_t decode(std::span<const Index> list, std::span<std::int32_t> starts, const choice& c) noexcept {
    return run(forward_, successors_, tails_, list, starts, c);
  }
  /// The same on the project with all arcs turned: successors come first, and starts count back from the end.
  template <std::unsigned_integral Index>
  std::int32_t decode_reversed(std::span<const Index> list, std::span<std::int32_t> starts, const choice& c) noexcept {
    return run(backward_, predecessors_, heads_, list, starts, c);
  }

private:
  /// A task whose predecessors are placed: no start before step `first` is possible; asked at placement `asked`.
  struct candidate {
    std::uint32_t first = 0;
    std::uint32_t asked = never_;
  };
  static constexpr std::uint32_t never_ = std::numeric_limits<std::uint32_t>::max() - 1;

  choice_decoder(const project& p, const detail::decode::numbers& x)
      : scale_(x.scale),
        forward_(p, false),
        backward_(p, true),
        successors_(p, false),
        predecessors_(p, true),
        amounts_(x),
        lengths_(x.lengths),
        steps_(x.tasks + 2),
        rest_((x.tasks + 2) * (amounts_.words - 1), 0),
        finish_(x.tasks + 1, 0),
        tails_(x.tasks, 0),
        heads_(x.tasks, 0),
        place_(x.tasks, 0),
        waiting_(x.tasks, 0),
        known_(x.tasks) {
    SCHED_ASSERT(accepts(p));
    open_.reserve(x.tasks);
    const auto order = p.topological_order();
    for (const task_id t : order) heads_[t.index()] = behind(p.predecessors(t), heads_) + lengths_[t.index()];
    for (std::size_t k = order.size(); k-- > 0;)
      tails_[order[k].index()] = behind(p.successors(order[k]), tails_) + lengths_[order[k].index()];
    for (std::size_t i = 0; i < x.tasks; ++i)
      for (detail::decode::table* t : {&forward_, &backward_}) t->rows[i].need = amounts_.needs[i * amounts_.words];
  }

  [[nodiscard]] static std::int32_t behind(std::span<const adjacency> arcs, const std::vector<std::int32_t>& rests) {
    std::int32_t most = 0;
    for (const adjacency& a : arcs) most = std::max(most, rests[a.task.index()]);
    return most;
  }

  template <class Index>
  std::int32_t run(const detail::decode::table& table, const detail::decode::arcs& next,
                   const std::vector<std::int32_t>& rests, std::span<const Index> list, std::span<std::int32_t> starts,
                   const choice& c) noexcept {
    SCHED_ASSERT(list.size() == task_count() && starts.size() == task_count());
    return amounts_.words == 1 ? decode<true>(table, next, rests.data(), list.data(), starts.data(), c)
                               : decode<false>(table, next, rests.data(), list.data(), starts.data(), c);
  }

  template <bool One>
  [[nodiscard]] bool fits(std::size_t task, std::uint32_t s) const noexcept {
    const std::uint64_t tops = amounts_.tops;
    const std::uint64_t* const need = amounts_.needs.data() + task * (One ? 1 : amounts_.words);
    if (((steps_[s].free - need[0]) & tops) != tops) return false;
    if constexpr (!One) {
      const std::size_t more = amounts_.words - 1;
      for (std::size_t w = 0; w < more; ++w)
        if (((rest_[s * more + w] - need[w + 1]) & tops) != tops) return false;
    }
    return true;
  }
  /// The first step from `first` on where the task fits for all its length; or one before it, as soon as `late` says
  /// that its time is no use.
  template <bool One, class Late>
  [[nodiscard]] std::uint32_t find(std::size_t task, std::uint32_t first, Late late) const noexcept {
    std::int32_t done = steps_[first].time + lengths_[task];
    for (std::uint32_t s = first; steps_[s].time < done; s = steps_[s].next)
      if (!fits<One>(task, s)) {
        do s = steps_[s].next;
        while (!fits<One>(task, s));
        first = s;
        if (late(steps_[s].time)) break;
        done = steps_[s].time + lengths_[task];
      }
    return first;
  }
  /// Books a task at a step; its finish becomes a step.
  template <bool One>
  void take(std::size_t task, std::uint32_t first) noexcept {
    const std::int32_t done = steps_[first].time + lengths_[task];
    finish_[task] = static_cast<std::uint64_t>(static_cast<std::uint32_t>(done)) << 32 | first;
    const std::size_t more = One ? 0 : amounts_.words - 1;
    const std::uint64_t* const need = amounts_.needs.data() + task * (more + 1);
    for (std::uint32_t s = first; steps_[s].time < done;) {
      const std::uint32_t next = steps_[s].next;
      if (steps_[next].time > done) {
        steps_[used_] = {done, next, steps_[s].free};
        for (std::size_t w = 0; w < more; ++w) rest_[used_ * more + w] = rest_[s * more + w];
        steps_[s].next = used_++;
      }
      const std::uint32_t follows = steps_[s].next;
      if (steps_[follows].time == done)
        finish_[task] = static_cast<std::uint64_t>(static_cast<std::uint32_t>(done)) << 32 | follows;
      steps_[s].free -= need[0];
      for (std::size_t w = 0; w < more; ++w) rest_[s * more + w] -= need[w + 1];
      s = follows;
    }
  }

  template <bool One, class Index>
  std::int32_t decode(const detail::decode::table& table, const detail::decode::arcs& next, const std::int32_t* rests,
                      const Index* list, std::int32_t* starts, const choice& c) noexcept {
    const std::size_t n = task_count();
    steps_[0] = {0, 1, amounts_.full[0]};
    steps_[1] = {std::numeric_limits<std::int32_t>::max(), 1, amounts_.full[0]};  // never comes
    for (std::size_t w = 1; w < amounts_.words; ++w) rest_[w - 1] = amounts_.full[w];
    used_ = 2;
    open_.clear();
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = list[k];
      place_[i] = static_cast<std::uint32_t>(k);
      waiting_[i] = next.waiting[i];
      if (waiting_[i] == 0) {
        open_.push_back(static_cast<std::uint32_t>(k));
        known_[i] = {};
      }
    }
    const std::int64_t tick = std::int64_t{16} * scale_;
    const std::size_t width = std::max<std::size_t>(c.width, 1);
    const std::int32_t limit = c.limit / scale_;
    std::int32_t makespan = 0, last_start = 0, last_finish = 0;
    for (std::uint32_t placed = 0; placed < n; ++placed) {
      std::int64_t least = std::numeric_limits<std::int64_t>::max();
      std::size_t best = 0;
      std::int64_t cost = 0;
      for (std::size_t k = 0; k < std::min(width, open_.size()); ++k, cost += c.sixteenths) {
        const std::size_t i = list[open_[k]];
        candidate& known = known_[i];
        const std::int32_t first = steps_[known.first].time;
        const auto late = [&](std::int32_t time) { return tick * time + cost >= least; };
        const bool sure = known.asked + 1 == placed && (last_start >= first + lengths_[i] || first >= last_finish);
        if (sure) known.asked = placed;
        if (late(first)) continue;
        if (!sure) {
          known.first = find<One>(i, known.first, late);
          const std::int32_t time = steps_[known.first].time;
          // What is placed stays: this task starts there or later.
          if (time > limit - rests[i]) return std::numeric_limits<std::int32_t>::max();
          if (late(time)) continue;
          known.asked = placed;
        }
        least = tick * steps_[known.first].time + cost;
        best = k;
      }
      const std::size_t i = list[open_[best]];
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(best));
      const std::uint32_t first = known_[i].first;
      last_start = steps_[first].time;
      last_finish = last_start + lengths_[i];
      take<One>(i, first);
      starts[i] = last_start * scale_;
      makespan = std::max(makespan, last_finish);
      for (std::uint32_t a = next.begin[i]; a < next.begin[i + 1]; ++a) {
        const std::uint32_t j = next.to[a];
        if (--waiting_[j] != 0) continue;
        known_[j] = {
            static_cast<std::uint32_t>(detail::decode::latest(table.rows[j], table.others.data(), finish_.data())),
            never_};
        open_.insert(std::upper_bound(open_.begin(), open_.end(), place_[j]), place_[j]);
      }
    }
    return makespan * scale_;
  }

  std::int32_t scale_;
  detail::decode::table forward_, backward_;
  detail::decode::arcs successors_, predecessors_;
  detail::decode::lanes amounts_;
  std::vector<std::int32_t> lengths_;  // in units of scale_
  std::vector<detail::decode::step> steps_;
  std::vector<std::uint64_t> rest_, finish_;  // finish time << 32 | its step; the last one 0
  std::vector<std::int32_t> tails_, heads_;   // longest way from a task's start to the end, in each direction
  std::vector<std::uint32_t> place_, waiting_, open_;
  std::vector<candidate> known_;
  std::uint32_t used_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
