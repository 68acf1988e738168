// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_MODE_DECODER_HPP
#define SCHED_SOLVE_MODE_DECODER_HPP

/// \file
/// Activity lists with modes to schedules: every task may change its mode as it is placed, as far as that is
/// affordable.

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
#include <sched/solve/detail/mode_rows.hpp>
#include <sched/solve/detail/parallel_scan.hpp>

namespace sched {
inline namespace v0 {

/// How far a `mode_decoder` may leave its list and the modes it is given. Lengths of time are in its units.
struct mode_freedom {
  std::size_t width = 1;        ///< of so many tasks that could be placed, in the order of the list, the best is taken
  std::int64_t sixteenths = 0;  ///< what a place further back in the list costs, in sixteenths of a unit
  bool modes = false;           ///< whether a task may change its mode as it is placed
  /// By row: what a mode costs besides the time at which it finishes, in sixteenths of a unit; empty: nothing.
  std::span<const std::int64_t> price{};
  /// By task: a mode that finishes by then is as good as one that finishes earlier; empty: earlier is better.
  std::span<const std::int32_t> due{};
};

/// A serial scheme on activity lists of multi-mode projects. Of the first few tasks whose predecessors are placed, the
/// one with the least start + cost of its place is next (`mode_freedom`; with width 1, the list rules). It may change
/// its mode: of those that the non-renewable resources allow, the other tasks staying as they are, it takes the one
/// with the least finish (at least `due`) + price; ties: the first. With due times from a schedule that exists, tasks
/// that have time leave the costly modes to those that have none.
///
/// For projects with precedence, modes and resources only (`accepts`). Prepared once from a project, which it does not
/// keep. Modes are *rows* (`rows()`): those that matter, numbered through all tasks; time is in units of
/// `rows().scale` ticks. A call allocates nothing and is one schedule. One thread. O(width · modes · steps passed) a
/// task, less where nothing changed since the last look.
/// References: Kolisch & Drexl 1997 (lists with modes); Hartmann 2001; Lova, Tormos, Cervantes & Barber 2009 (modes
/// bettered task by task, in both directions).
class mode_decoder {
public:
  [[nodiscard]] static bool accepts(const project& p) { return detail::decode::mode_rows::accepts(p); }

  /// Precondition: `accepts(p)`. O(modes² · resources + m).
  explicit mode_decoder(const project& p)
      : modes_(p),
        forward_(p, false),
        backward_(p, true),
        successors_(p, false),
        predecessors_(p, true),
        steps_(modes_.tasks + 2),
        rest_((modes_.tasks + 2) * (modes_.renewable.words - 1), 0),
        finish_(modes_.tasks + 1, 0),
        place_(modes_.tasks, 0),
        waiting_(modes_.tasks, 0),
        known_(modes_.rows()),
        row_(modes_.tasks),
        spent_(modes_.kinds) {
    SCHED_ASSERT(accepts(p));
    open_.reserve(modes_.tasks);
  }

  [[nodiscard]] std::size_t task_count() const noexcept { return modes_.tasks; }
  [[nodiscard]] const detail::decode::mode_rows& rows() const noexcept { return modes_; }

  /// Decodes a list; returns the makespan. `chosen`: the row of every task's mode, affordable together before and
  /// after. Precondition: all have `task_count()` entries, predecessors come first, and `rows().impossible` is false.
  template <std::unsigned_integral Index>
  std::int32_t decode(std::span<const Index> list, std::span<std::uint32_t> chosen, std::span<std::int32_t> starts,
                      const mode_freedom& f) noexcept {
    return run(forward_, successors_, list, chosen, starts, f);
  }
  /// The same on the project with all arcs turned: successors come first, and starts count back from the end.
  template <std::unsigned_integral Index>
  std::int32_t decode_reversed(std::span<const Index> list, std::span<std::uint32_t> chosen,
                               std::span<std::int32_t> starts, const mode_freedom& f) noexcept {
    return run(backward_, predecessors_, list, chosen, starts, f);
  }

private:
  /// A mode of a task whose predecessors are placed: no start before step `first` is possible; asked at placement
  /// `asked`.
  struct candidate {
    std::uint32_t first = 0;
    std::uint32_t asked = never_;
  };
  static constexpr std::uint32_t never_ = std::numeric_limits<std::uint32_t>::max() - 1;

  template <class Index>
  std::int32_t run(const detail::decode::table& table, const detail::decode::arcs& next, std::span<const Index> list,
                   std::span<std::uint32_t> chosen, std::span<std::int32_t> starts, const mode_freedom& f) noexcept {
    SCHED_ASSERT(list.size() == task_count() && chosen.size() == task_count() && starts.size() == task_count());
    return modes_.renewable.words == 1 ? decode<true>(table, next, list.data(), chosen.data(), starts.data(), f)
                                       : decode<false>(table, next, list.data(), chosen.data(), starts.data(), f);
  }

  template <bool One>
  [[nodiscard]] bool fits(std::size_t row, std::uint32_t s) const noexcept {
    const detail::decode::lanes& l = modes_.renewable;
    const std::uint64_t* const need = l.needs.data() + row * (One ? 1 : l.words);
    if (((steps_[s].free - need[0]) & l.tops) != l.tops) return false;
    if constexpr (!One) {
      const std::size_t more = l.words - 1;
      for (std::size_t w = 0; w < more; ++w)
        if (((rest_[s * more + w] - need[w + 1]) & l.tops) != l.tops) return false;
    }
    return true;
  }
  /// The first step from `first` on where the mode fits for all its length.
  template <bool One>
  [[nodiscard]] std::uint32_t find(std::size_t row, std::uint32_t first) const noexcept {
    std::int32_t done = steps_[first].time + modes_.length[row];
    for (std::uint32_t s = first; steps_[s].time < done; s = steps_[s].next)
      if (!fits<One>(row, s)) {
        do s = steps_[s].next;
        while (!fits<One>(row, s));
        first = s;
        done = steps_[s].time + modes_.length[row];
      }
    return first;
  }
  /// Books a task in a mode at a step; its finish becomes a step.
  template <bool One>
  void take(std::size_t task, std::size_t row, std::uint32_t first) noexcept {
    const detail::decode::lanes& l = modes_.renewable;
    const std::int32_t done = steps_[first].time + modes_.length[row];
    finish_[task] = static_cast<std::uint64_t>(static_cast<std::uint32_t>(done)) << 32 | first;
    const std::size_t more = One ? 0 : l.words - 1;
    const std::uint64_t* const need = l.needs.data() + row * (more + 1);
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
  /// Whether a task may change from one mode to another.
  [[nodiscard]] bool affordable(std::uint32_t from, std::uint32_t to) const noexcept {
    for (std::size_t k = 0; k < modes_.kinds; ++k)
      if (spent_[k] - modes_.cost[from * modes_.kinds + k] + modes_.cost[to * modes_.kinds + k] > modes_.limit[k])
        return false;
    return true;
  }

  /// The first step at which a mode can start; asked again only where the last placement can matter.
  template <bool One>
  std::uint32_t look(std::uint32_t row) noexcept {
    candidate& known = known_[row];
    const std::int32_t first = steps_[known.first].time;
    if (known.asked + 1 != placed_ || (last_start_ < first + modes_.length[row] && first < last_finish_))
      known.first = find<One>(row, known.first);
    known.asked = placed_;
    return known.first;
  }
  /// The mode that a task would take now.
  template <bool One>
  std::uint32_t choose(std::size_t task, std::uint32_t now, const mode_freedom& f) noexcept {
    if (!f.modes || modes_.count(task) == 1) return now;
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    std::uint32_t best = now;
    for (std::uint32_t r = modes_.begin[task]; r < modes_.begin[task + 1]; ++r) {
      if (!affordable(now, r)) continue;
      std::int32_t finish = steps_[look<One>(r)].time + modes_.length[r];
      if (!f.due.empty()) finish = std::max(finish, f.due[task]);
      const std::int64_t value = 16 * std::int64_t{finish} + (f.price.empty() ? 0 : f.price[r]);
      if (value >= least) continue;
      least = value;
      best = r;
    }
    return best;
  }

  template <bool One, class Index>
  std::int32_t decode(const detail::decode::table& table, const detail::decode::arcs& next, const Index* list,
                      std::uint32_t* chosen, std::int32_t* starts, const mode_freedom& f) noexcept {
    const detail::decode::lanes& l = modes_.renewable;
    const std::size_t n = task_count(), kinds = modes_.kinds;
    steps_[0] = {0, 1, l.full[0]};
    steps_[1] = {std::numeric_limits<std::int32_t>::max(), 1, l.full[0]};  // never comes
    for (std::size_t w = 1; w < l.words; ++w) rest_[w - 1] = l.full[w];
    used_ = 2;
    open_.clear();
    std::ranges::fill(spent_, 0);
    for (std::size_t k = 0; k < n; ++k) {
      const std::size_t i = list[k];
      place_[i] = static_cast<std::uint32_t>(k);
      waiting_[i] = next.waiting[i];
      for (std::size_t c = 0; c < kinds; ++c) spent_[c] += modes_.cost[chosen[i] * kinds + c];
      if (waiting_[i] == 0) open(i, 0);
    }
    const std::size_t width = std::max<std::size_t>(f.width, 1);
    std::int32_t makespan = 0;
    last_start_ = last_finish_ = 0;
    for (placed_ = 0; placed_ < n; ++placed_) {
      std::int64_t least = std::numeric_limits<std::int64_t>::max();
      std::size_t best = 0;
      std::int64_t cost = 0;
      for (std::size_t k = 0; k < std::min(width, open_.size()); ++k, cost += f.sixteenths) {
        const std::size_t i = list[open_[k]];
        row_[i] = choose<One>(i, chosen[i], f);
        if (const std::int64_t value = 16 * std::int64_t{steps_[look<One>(row_[i])].time} + cost; value < least) {
          least = value;
          best = k;
        }
      }
      const std::size_t i = list[open_[best]];
      const std::uint32_t row = row_[i];
      open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(best));
      for (std::size_t c = 0; c < kinds; ++c)
        spent_[c] += modes_.cost[row * kinds + c] - modes_.cost[chosen[i] * kinds + c];
      chosen[i] = row;
      const std::uint32_t first = known_[row].first;
      last_start_ = steps_[first].time;
      last_finish_ = last_start_ + modes_.length[row];
      take<One>(i, row, first);
      starts[i] = last_start_;
      makespan = std::max(makespan, last_finish_);
      for (std::uint32_t a = next.begin[i]; a < next.begin[i + 1]; ++a) {
        const std::uint32_t j = next.to[a];
        if (--waiting_[j] == 0)
          open(j,
               static_cast<std::uint32_t>(detail::decode::latest(table.rows[j], table.others.data(), finish_.data())));
      }
    }
    return makespan;
  }
  /// All predecessors of a task are placed: it can start at this step.
  void open(std::size_t task, std::uint32_t step) noexcept {
    for (std::uint32_t r = modes_.begin[task]; r < modes_.begin[task + 1]; ++r) known_[r] = {step, never_};
    const std::uint32_t at = place_[task];
    open_.insert(std::upper_bound(open_.begin(), open_.end(), at), at);
  }

  detail::decode::mode_rows modes_;
  detail::decode::table forward_, backward_;
  detail::decode::arcs successors_, predecessors_;
  std::vector<detail::decode::step> steps_;
  std::vector<std::uint64_t> rest_, finish_;  // finish time << 32 | its step; the last one 0
  std::vector<std::uint32_t> place_, waiting_, open_;
  std::vector<candidate> known_;    // by row
  std::vector<std::uint32_t> row_;  // by task: the mode it would take
  std::vector<std::int64_t> spent_;
  std::uint32_t used_ = 0, placed_ = 0;
  std::int32_t last_start_ = 0, last_finish_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
