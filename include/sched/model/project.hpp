// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_PROJECT_HPP
#define SCHED_MODEL_PROJECT_HPP

/// \file
/// A project: tasks, modes, resources, precedence. Immutable; made by `project_builder`.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/any_calendar.hpp>
#include <sched/calendar/calendar.hpp>
#include <sched/core/id.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/network.hpp>

namespace sched {
inline namespace v0 {

/// Renewable units come back when a task finishes; non-renewable ones are spent over the whole project.
enum class resource_kind : std::uint8_t { renewable, nonrenewable };

/// The third meaning of a break: while `calendar` is closed, at most `capacity` units are there.
struct shrinking {
  calendar::any_calendar calendar;
  amount capacity = 0;
};

/// A resource. Capacity at time t is `capacity`, lowered to the least of the shrinkings whose calendar is closed at t.
/// `breaks` says when the resource works at all, `on_break` what a break means for a task that needs it.
struct resource {
  std::string name{};
  resource_kind kind = resource_kind::renewable;
  amount capacity = 1;
  calendar::any_calendar breaks{};               ///< default: always open
  break_rule on_break = break_rule::stretching;  ///< meaningful with `breaks` only
  std::vector<shrinking> shrinkings{};

  /// True when the calendar never matters.
  [[nodiscard]] bool plain() const noexcept { return breaks.always_open() && shrinkings.empty(); }
  [[nodiscard]] amount capacity_at(instant t) const {
    amount least = capacity;
    for (const shrinking& s : shrinkings)
      if (!s.calendar.is_open(t)) least = std::min(least, s.capacity);
    return least;
  }
};

/// Units of one resource that a mode needs (renewable: while it runs; non-renewable: once).
struct requirement {
  resource_id resource;
  amount units = 0;
  bool operator==(const requirement&) const noexcept = default;
};

/// The dates of a task. Unset dates are infinite.
struct task_dates {
  instant release = instant::minus_infinity();      ///< not started before
  instant due = instant::infinity();                ///< finishing later costs `weight` per tick (soft)
  instant deadline = instant::infinity();           ///< not finished later (hard)
  instant fixed_start = instant::minus_infinity();  ///< if finite: starts exactly then
};

/// Tasks with modes, resources, and the network of precedence relations. Everything is indexed by ids 0 … n − 1 and
/// stored in flat rows; access is O(1) and allocates nothing. Immutable and safe to share between threads.
/// Time starts at 0: nothing starts before it unless fixed there.
class project {
public:
  project() = default;

  [[nodiscard]] std::size_t task_count() const noexcept { return dates_.size(); }
  [[nodiscard]] std::size_t resource_count() const noexcept { return resources_.size(); }
  [[nodiscard]] const resource& resource_of(resource_id r) const noexcept { return resources_[r.index()]; }
  [[nodiscard]] std::span<const resource> resources() const noexcept { return resources_; }

  /// Executable modes of a task, 1 or more, numbered 0, 1 …
  [[nodiscard]] std::size_t mode_count(task_id t) const noexcept {
    return mode_begin_[t.index() + 1] - mode_begin_[t.index()];
  }
  /// The number that the input gives a mode (1, 2 …); dropped non-executable modes leave gaps.
  [[nodiscard]] std::uint32_t mode_number(task_id t, std::size_t mode) const noexcept {
    return modes_[at(t, mode)].number;
  }
  /// Working time of a task in a mode.
  [[nodiscard]] duration work(task_id t, std::size_t mode = 0) const noexcept { return modes_[at(t, mode)].work; }
  /// What a mode needs: positive units only, sorted by resource.
  [[nodiscard]] std::span<const requirement> requirements(task_id t, std::size_t mode = 0) const noexcept {
    const std::size_t m = at(t, mode);
    return {requirements_.data() + modes_[m].first_requirement, requirements_.data() + modes_[m + 1].first_requirement};
  }
  /// Units of one resource in a mode; 0 when not needed. O(log of the row).
  [[nodiscard]] amount demand(task_id t, resource_id r, std::size_t mode = 0) const noexcept {
    const auto row = requirements(t, mode);
    const auto it =
        std::lower_bound(row.begin(), row.end(), r, [](const requirement& q, resource_id x) { return q.resource < x; });
    return it != row.end() && it->resource == r ? it->units : 0;
  }
  /// Total number of (task, mode) pairs.
  [[nodiscard]] std::size_t total_modes() const noexcept { return mode_begin_.empty() ? 0 : mode_begin_.back(); }
  [[nodiscard]] bool multi_mode() const noexcept { return total_modes() != task_count(); }

  /// The minimal lags.
  [[nodiscard]] const network& precedences() const noexcept { return network_; }
  [[nodiscard]] std::span<const adjacency> predecessors(task_id t) const noexcept { return network_.predecessors(t); }
  [[nodiscard]] std::span<const adjacency> successors(task_id t) const noexcept { return network_.successors(t); }
  /// The maximal lags, as given.
  [[nodiscard]] std::span<const precedence> maximal_lags() const noexcept { return maximal_; }
  /// Predecessors first; among free tasks first in, first out from the lowest number.
  [[nodiscard]] std::span<const task_id> topological_order() const noexcept { return order_; }

  [[nodiscard]] const task_dates& dates(task_id t) const noexcept { return dates_[t.index()]; }
  [[nodiscard]] instant release(task_id t) const noexcept { return dates_[t.index()].release; }
  [[nodiscard]] instant due(task_id t) const noexcept { return dates_[t.index()].due; }
  [[nodiscard]] instant deadline(task_id t) const noexcept { return dates_[t.index()].deadline; }
  [[nodiscard]] bool is_fixed(task_id t) const noexcept { return dates_[t.index()].fixed_start.is_finite(); }
  [[nodiscard]] instant fixed_start(task_id t) const noexcept { return dates_[t.index()].fixed_start; }
  /// Cost of one tick of tardiness; 1 by default.
  [[nodiscard]] double weight(task_id t) const noexcept { return weights_[t.index()]; }

  /// True when some task has a finite release date, deadline, fixed start …, when some relation is not a plain
  /// finish–start lag of 0, when some resource has a calendar: what a specialised solver must know at once.
  [[nodiscard]] bool has_releases() const noexcept { return has_releases_; }
  [[nodiscard]] bool has_deadlines() const noexcept { return has_deadlines_; }
  [[nodiscard]] bool has_due_dates() const noexcept { return has_due_dates_; }
  [[nodiscard]] bool has_fixed() const noexcept { return has_fixed_; }
  [[nodiscard]] bool has_lags() const noexcept { return has_lags_; }
  [[nodiscard]] bool has_calendars() const noexcept { return has_calendars_; }
  [[nodiscard]] bool has_nonrenewable() const noexcept { return has_nonrenewable_; }
  /// No dates, lags, calendars, modes or maximal lags: the classic single-mode problem.
  [[nodiscard]] bool classic() const noexcept {
    return !has_releases_ && !has_deadlines_ && !has_fixed_ && !has_lags_ && !has_calendars_ && !has_nonrenewable_ &&
           !multi_mode() && maximal_.empty();
  }

  /// Name of the project (may be empty), of a task (empty when it has none), and how a task is called in messages and
  /// documents: its name or else its number.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const std::string& task_name(task_id t) const noexcept {
    return names_.empty() ? empty_ : names_[t.index()];
  }
  [[nodiscard]] std::size_t task_number(task_id t) const noexcept { return t.index() + first_number_; }
  [[nodiscard]] std::string label(task_id t) const {
    return task_name(t).empty() ? std::to_string(task_number(t)) : task_name(t);
  }
  [[nodiscard]] std::string label(resource_id r) const {
    const std::string& n = resources_[r.index()].name;
    return n.empty() ? std::string(1, 'R').append(std::to_string(r.index() + 1)) : n;
  }
  [[nodiscard]] std::size_t first_number() const noexcept { return first_number_; }

  /// Tasks whose every mode asks for more than a capacity: kept only on request of the builder's caller; any schedule
  /// is then impossible and solvers answer `infeasible` with these ids.
  [[nodiscard]] std::span<const task_id> oversized() const noexcept { return oversized_; }
  /// (task, mode number) of the modes that were left out because they ask for more than a capacity.
  [[nodiscard]] std::span<const std::pair<task_id, std::uint32_t>> dropped_modes() const noexcept { return dropped_; }
  /// An upper bound on every sensible finish time: latest release or fixed start + all durations + all positive lags
  /// (working time; calendars can stretch it). Finite.
  [[nodiscard]] duration horizon() const noexcept { return horizon_; }

private:
  friend class project_builder;

  struct mode_row {
    duration work{};
    std::uint32_t number = 1;
    std::uint32_t first_requirement = 0;
  };

  [[nodiscard]] std::size_t at(task_id t, std::size_t mode) const noexcept { return mode_begin_[t.index()] + mode; }

  static inline const std::string empty_{};

  std::string name_;
  std::vector<resource> resources_;
  std::vector<task_dates> dates_;
  std::vector<double> weights_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> mode_begin_;
  std::vector<mode_row> modes_;  // one more than there are modes
  std::vector<requirement> requirements_;
  network network_;
  std::vector<precedence> maximal_;
  std::vector<task_id> order_;
  std::vector<task_id> oversized_;
  std::vector<std::pair<task_id, std::uint32_t>> dropped_;
  std::size_t first_number_ = 1;
  duration horizon_{};
  bool has_releases_ = false, has_deadlines_ = false, has_due_dates_ = false, has_fixed_ = false, has_lags_ = false,
       has_calendars_ = false, has_nonrenewable_ = false;
};

}  // namespace v0
}  // namespace sched

#endif
