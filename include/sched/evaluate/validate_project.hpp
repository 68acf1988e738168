// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_PROJECT_HPP
#define SCHED_EVALUATE_VALIDATE_PROJECT_HPP

/// \file
/// The proof: checks a schedule of a project against every hard rule and returns all violations.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/id.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {

/// Which rule is broken; in brackets what `violation::measured` and `violation::allowed` hold.
enum class violation_kind : std::uint8_t {
  wrong_size,       ///< the schedule is not one of this project [entries of the shortest column, tasks]
  unplaced,         ///< start or finish is infinite [start, 0]
  unknown_mode,     ///< no such mode [index of the mode, number of modes]
  before_zero,      ///< starts before time 0 without being fixed there [start, 0]
  release,          ///< starts before its release date [start, release date]
  fixed_start,      ///< does not start when it must [start, fixed start]
  deadline,         ///< finishes after its deadline [finish, deadline]
  wrong_finish,     ///< not the end of its work [finish, where the work ends; +∞ when it never does]
  starts_in_break,  ///< starts on a closed tick of a stretching resource [start, next open tick]
  crosses_break,    ///< occupies a closed tick of a resource whose breaks may not be crossed [closed ticks, 0]
  precedence,       ///< a minimal lag [time of the successor's end, least time]
  maximal_lag,      ///< a maximal lag [time of the successor's end, greatest time]
  excess_demand,    ///< the mode needs more than there ever is [demand, capacity]
  capacity,         ///< a renewable resource is overloaded [use, capacity, both at `at`]
  overspent         ///< a non-renewable resource is overspent [spent, capacity]
};

[[nodiscard]] constexpr std::string_view to_string(violation_kind k) noexcept {
  constexpr std::string_view names[] = {"wrong_size",      "unplaced",      "unknown_mode", "before_zero",
                                        "release",         "fixed_start",   "deadline",     "wrong_finish",
                                        "starts_in_break", "crosses_break", "precedence",   "maximal_lag",
                                        "excess_demand",   "capacity",      "overspent"};
  return names[static_cast<std::size_t>(k)];
}

/// One broken rule.
struct violation {
  violation_kind kind{};
  /// The task; predecessor and successor of a lag; the users of an overloaded or overspent resource, by start then
  /// number (overspent: by number), the first `validate_options::listed_tasks` of them.
  std::vector<task_id> tasks{};
  std::size_t task_count = 0;  ///< how many tasks there are, listed or not
  resource_id resource{};      ///< none unless a resource is concerned
  /// Overload: the longest stretch of time in which the use exceeds the capacity without interruption. A break that is
  /// met: that break. Otherwise the task's (the successor's) start and finish.
  interval when{};
  instant at{};               ///< the instant of `measured`; overload: the first instant of greatest excess
  std::int64_t measured = 0;  ///< times as `ticks::count()`; sums beyond 64 bits are cut to the largest number
  std::int64_t allowed = 0;
  lag_kind lag = lag_kind::finish_start;  ///< which lag, for `precedence` and `maximal_lag`

  /// One line for people, with the project's names. Precondition: `p` is the validated project.
  [[nodiscard]] std::string text(const project& p) const;
};

struct validate_options {
  std::size_t listed_tasks = 64;                           ///< users named per overload; `task_count` counts them all
  std::size_t most_violations = 1'000'000;                 ///< stop there; the report is then not `complete`
  std::size_t most_calendar_steps = std::size_t{1} << 24;  ///< breaks visited one by one, over all tasks
};

/// Everything that is wrong with a schedule.
struct validation_report {
  std::vector<violation> violations{};  ///< tasks by number, then lags, then resources by number and time
  bool complete = true;                 ///< false when a limit of the options ended the search

  [[nodiscard]] bool ok() const noexcept { return violations.empty() && complete; }
  [[nodiscard]] std::size_t count(violation_kind k) const noexcept {
    return static_cast<std::size_t>(std::ranges::count(violations, k, &violation::kind));
  }
  /// One line per violation; empty when there is none.
  [[nodiscard]] std::string text(const project& p) const {
    std::string all;
    for (const violation& v : violations) all += v.text(p) + '\n';
    if (!complete) all += "there may be more: the search ended at a limit\n";
    return all;
  }
};

inline std::string violation::text(const project& p) const {
  const auto number = [](std::int64_t x) {
    if (x == std::numeric_limits<std::int64_t>::max()) return std::string("inf");
    return x == std::numeric_limits<std::int64_t>::min() ? std::string("-inf") : std::to_string(x);
  };
  const auto range = [&](interval i) { return '[' + number(i.start.count()) + ", " + number(i.finish.count()) + ')'; };
  const bool units =
      kind == violation_kind::excess_demand || kind == violation_kind::capacity || kind == violation_kind::overspent;
  const std::string m = units ? std::to_string(measured) : number(measured);
  const std::string a = units ? std::to_string(allowed) : number(allowed);
  const std::string who = tasks.empty() ? std::string() : "task " + p.label(tasks.front());
  const std::string what = resource.valid() ? "resource " + p.label(resource) : std::string();
  const auto users = [&] {
    std::string list;
    for (task_id t : tasks) list += (list.empty() ? " by " : ", ") + p.label(t);
    return task_count > tasks.size() ? list + " and " + std::to_string(task_count - tasks.size()) + " more" : list;
  };
  const auto relation = [&] {
    return "task " + p.label(tasks.back()) + (to_start(lag) ? " starts at " : " finishes at ") + m + ", " +
           std::string(to_string(lag)) + " lag from task " + p.label(tasks.front());
  };
  switch (kind) {
    case violation_kind::wrong_size: return "schedule with " + m + " entries for a project with " + a + " tasks";
    case violation_kind::unplaced: return who + " is not placed";
    case violation_kind::unknown_mode: return who + " has mode index " + m + ", but only " + a + " modes";
    case violation_kind::before_zero: return who + " starts at " + m + ", before time 0";
    case violation_kind::release: return who + " starts at " + m + ", before its release date " + a;
    case violation_kind::fixed_start: return who + " starts at " + m + ", but is fixed at " + a;
    case violation_kind::deadline: return who + " finishes at " + m + ", after its deadline " + a;
    case violation_kind::wrong_finish: return who + " finishes at " + m + ", but its work ends at " + a;
    case violation_kind::starts_in_break:
      return who + " starts at " + m + ", in the break " + range(when) + " of " + what;
    case violation_kind::crosses_break: return who + " runs into the break " + range(when) + " of " + what;
    case violation_kind::precedence: return relation() + " requires at least " + a;
    case violation_kind::maximal_lag: return relation() + " allows at most " + a;
    case violation_kind::excess_demand: return who + " needs " + m + " units of " + what + ", which has " + a;
    case violation_kind::capacity:
      return what + " in " + range(when) + ": " + m + " of " + a + " units used at " + number(at.count()) + users();
    case violation_kind::overspent: return what + ": " + m + " of " + a + " units spent" + users();
  }
  return {};
}

namespace detail {

/// One run of the checker. Nothing here is shared with solvers: sums are exact in 128 bits, time is swept over events.
class project_checker {
public:
  project_checker(const project& p, const schedule& s, const validate_options& o) : p_(p), s_(s), o_(o) {}

  validation_report run() {
    const std::size_t n = p_.task_count();
    const std::size_t shortest = std::min({s_.start.size(), s_.finish.size(), s_.mode.size()});
    const std::size_t longest = std::max({s_.start.size(), s_.finish.size(), s_.mode.size()});
    if (shortest != n || longest != n) {
      add({.kind = violation_kind::wrong_size,
           .measured = count(shortest != n ? shortest : longest),
           .allowed = count(n)});
      return std::move(report_);
    }
    state_.resize(n);
    for (std::size_t i = 0; i < n; ++i) check_task(task_id(i));
    for (std::size_t i = 0; i < n; ++i)
      for (const adjacency& l : p_.predecessors(task_id(i))) check_lag({l.task, task_id(i), l.kind, l.lag, false});
    for (const precedence& a : p_.maximal_lags()) check_lag(a);
    check_resources();
    return std::move(report_);
  }

private:
  struct known {
    bool placed = false, mode = false;
  };
  /// A task that occupies units of the resource being swept.
  struct use {
    interval when;
    amount units;
    task_id task;
    std::uint32_t before, after;  // neighbours in the list of running tasks
  };
  static constexpr std::uint32_t end_ = std::numeric_limits<std::uint32_t>::max();

  static std::int64_t count(std::size_t n) { return static_cast<std::int64_t>(n); }
  static std::int64_t cut(int128 x) {
    return static_cast<std::int64_t>(std::min<int128>(x, std::numeric_limits<std::int64_t>::max()));
  }

  void add(violation v) {
    if (report_.violations.size() >= o_.most_violations) {
      report_.complete = false;
      return;
    }
    if (v.task_count == 0) v.task_count = v.tasks.size();
    report_.violations.push_back(std::move(v));
  }
  void add_time(violation_kind kind, task_id t, instant measured, instant allowed) {
    add({.kind = kind,
         .tasks = {t},
         .when = s_.when(t),
         .at = measured,
         .measured = measured.count(),
         .allowed = allowed.count()});
  }
  /// False when the walk over breaks has taken too long.
  bool step() {
    if (steps_ < o_.most_calendar_steps) return ++steps_, true;
    report_.complete = false;
    return false;
  }

  void check_task(task_id t) {
    const interval when = s_.when(t);
    known& k = state_[t.index()];
    k.placed = when.start.is_finite() && when.finish.is_finite();
    const std::uint32_t mode = s_.mode[t.index()];
    k.mode = mode < p_.mode_count(t);
    if (!k.placed) add_time(violation_kind::unplaced, t, when.start, 0);
    if (!k.mode)
      add({.kind = violation_kind::unknown_mode,
           .tasks = {t},
           .when = when,
           .measured = mode,
           .allowed = count(p_.mode_count(t))});
    if (k.placed) {
      if (p_.is_fixed(t)) {
        if (when.start != p_.fixed_start(t)) add_time(violation_kind::fixed_start, t, when.start, p_.fixed_start(t));
      } else if (when.start < 0) {
        add_time(violation_kind::before_zero, t, when.start, 0);
      }
      if (when.start < p_.release(t)) add_time(violation_kind::release, t, when.start, p_.release(t));
      if (when.finish > p_.deadline(t)) add_time(violation_kind::deadline, t, when.finish, p_.deadline(t));
    }
    if (!k.mode) return;
    for (const requirement& q : p_.requirements(t, mode))
      if (q.units > p_.resource_of(q.resource).capacity)
        add({.kind = violation_kind::excess_demand,
             .tasks = {t},
             .resource = q.resource,
             .when = when,
             .at = when.start,
             .measured = q.units,
             .allowed = p_.resource_of(q.resource).capacity});
    if (k.placed) check_work(t, p_.work(t, mode), p_.requirements(t, mode));
  }

  /// The finish is the end of the work, and breaks are kept.
  void check_work(task_id t, duration work, std::span<const requirement> needs) {
    const interval when = s_.when(t);
    stretching_.clear();
    if (work > 0)
      for (const requirement& q : needs) {
        const resource& r = p_.resource_of(q.resource);
        if (r.breaks.always_open() || r.kind == resource_kind::nonrenewable) continue;
        if (r.on_break == break_rule::stretching) {
          stretching_.push_back(&r.breaks);
          if (!r.breaks.is_open(when.start))
            add({.kind = violation_kind::starts_in_break,
                 .tasks = {t},
                 .resource = q.resource,
                 .when = break_around(r.breaks, when.start),
                 .at = when.start,
                 .measured = when.start.count(),
                 .allowed = r.breaks.next_open(when.start).count()});
        } else if (const instant shut = r.breaks.next_closed(when.start); shut < when.finish) {
          const duration inside = when.length() - r.breaks.work_between(when);
          add({.kind = violation_kind::crosses_break,
               .tasks = {t},
               .resource = q.resource,
               .when = break_around(r.breaks, shut),
               .at = shut,
               .measured = inside.count(),
               .allowed = 0});
        }
      }
    const auto [expected, sure] = work_end(when, work);
    if (sure && when.finish != expected) add_time(violation_kind::wrong_finish, t, when.finish, expected);
  }

  static interval break_around(const calendar::any_calendar& c, instant t) { return {c.prev_open(t), c.next_open(t)}; }

  struct end_of_work {
    instant at;
    bool sure = true;  ///< false: the limit of steps came before the end of `when` was reached
  };

  /// End of `work` ticks that are open in all of `stretching_`, from the start of `when` on; +∞ when never, or when the
  /// search ended at its limit somewhere behind `when`.
  end_of_work work_end(interval when, duration work) {
    instant t = when.start;
    if (stretching_.empty()) return {t + work};
    if (stretching_.size() == 1) return {stretching_.front()->add_work(t, work)};
    while (step()) {
      for (std::size_t agree = 0, k = 0; agree < stretching_.size(); k = (k + 1) % stretching_.size()) {
        const instant open = stretching_[k]->next_open(t);
        agree = open == t ? agree + 1 : 1;
        t = open;
        if (!t.is_finite()) return {t};
        if (agree == 1 && !step()) return {instant::infinity(), t > when.finish};
      }
      instant shut = instant::infinity();
      for (const calendar::any_calendar* c : stretching_) shut = std::min(shut, c->next_closed(t));
      if (t + work <= shut) return {t + work};
      work -= shut - t;
      t = shut;
    }
    return {instant::infinity(), t > when.finish};
  }

  void check_lag(const precedence& a) {
    if (!state_[a.from.index()].placed || !state_[a.to.index()].placed) return;
    const interval from = s_.when(a.from);
    const interval to = s_.when(a.to);
    const instant bound = (from_start(a.kind) ? from.start : from.finish) + a.lag;
    const instant measured = to_start(a.kind) ? to.start : to.finish;
    if (a.maximal ? measured <= bound : measured >= bound) return;
    add({.kind = a.maximal ? violation_kind::maximal_lag : violation_kind::precedence,
         .tasks = {a.from, a.to},
         .when = to,
         .at = measured,
         .measured = measured.count(),
         .allowed = bound.count(),
         .lag = a.kind});
  }

  /// Collects the uses of every resource (a counting sort by resource), then checks one resource after another.
  void check_resources() {
    const std::size_t n = p_.task_count();
    const std::size_t resources = p_.resource_count();
    std::vector<std::size_t> begin(resources + 1, 0);
    const auto each_use = [&](auto f) {
      for (std::size_t i = 0; i < n; ++i) {
        const task_id t(i);
        if (!state_[i].mode) continue;
        for (const requirement& q : p_.requirements(t, s_.mode[i])) {
          const bool spent = p_.resource_of(q.resource).kind == resource_kind::nonrenewable;
          if (spent || (state_[i].placed && p_.work(t, s_.mode[i]) > 0 && !s_.when(t).empty())) f(t, q);
        }
      }
    };
    each_use([&](task_id, const requirement& q) { ++begin[q.resource.index() + 1]; });
    for (std::size_t r = 0; r < resources; ++r) begin[r + 1] += begin[r];
    std::vector<use> uses(begin[resources]);
    std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
    each_use([&](task_id t, const requirement& q) {
      uses[next[q.resource.index()]++] = {s_.when(t), q.units, t, end_, end_};
    });
    for (std::size_t r = 0; r < resources; ++r) {
      const std::span<use> row(uses.data() + begin[r], uses.data() + begin[r + 1]);
      if (p_.resource_of(resource_id(r)).kind == resource_kind::nonrenewable) check_spending(resource_id(r), row);
      else sweep(resource_id(r), row);
    }
  }

  void check_spending(resource_id r, std::span<const use> uses) {
    int128 spent = 0;
    for (const use& u : uses) spent += u.units;
    if (spent <= p_.resource_of(r).capacity) return;
    violation v{.kind = violation_kind::overspent,
                .task_count = uses.size(),
                .resource = r,
                .measured = cut(spent),
                .allowed = p_.resource_of(r).capacity};
    for (const use& u : uses.first(std::min(uses.size(), o_.listed_tasks))) v.tasks.push_back(u.task);
    add(std::move(v));
  }

  /// Passes over the starts and finishes in order of time and looks at every stretch of constant use.
  void sweep(resource_id r, std::span<use> uses) {
    std::ranges::stable_sort(uses, {}, [](const use& u) { return u.when.start; });  // already by task
    by_finish_.resize(uses.size());
    for (std::size_t k = 0; k < uses.size(); ++k) by_finish_[k] = static_cast<std::uint32_t>(k);
    std::ranges::sort(by_finish_, {}, [&](std::uint32_t k) { return uses[k].when.finish; });
    uses_ = uses;
    head_ = tail_ = end_;
    running_ = 0;
    level_ = 0;
    overload_ = {.kind = violation_kind::capacity, .resource = r};
    open_ = false;
    std::size_t started = 0;
    for (std::size_t ended = 0; ended < uses.size();) {
      const instant finish = uses[by_finish_[ended]].when.finish;
      const instant t = started < uses.size() ? std::min(finish, uses[started].when.start) : finish;
      while (ended < uses.size() && uses[by_finish_[ended]].when.finish == t) unlink(by_finish_[ended++]);
      fresh_ = started;
      while (started < uses.size() && uses[started].when.start == t) append(static_cast<std::uint32_t>(started++));
      last_ = started;
      if (ended == uses.size()) break;
      const instant until = uses[by_finish_[ended]].when.finish;
      look({t, started < uses.size() ? std::min(until, uses[started].when.start) : until}, p_.resource_of(r));
    }
    close();
  }

  void append(std::uint32_t k) {
    uses_[k].before = tail_;
    uses_[k].after = end_;
    (tail_ == end_ ? head_ : uses_[tail_].after) = k;
    tail_ = k;
    ++running_;
    level_ += uses_[k].units;
  }
  void unlink(std::uint32_t k) {
    const use& u = uses_[k];
    (u.before == end_ ? head_ : uses_[u.before].after) = u.after;
    (u.after == end_ ? tail_ : uses_[u.after].before) = u.before;
    --running_;
    level_ -= u.units;
  }

  /// A stretch of constant use: where does it exceed the capacity? Visits only the breaks that are too small for it.
  void look(interval stretch, const resource& r) {
    if (level_ > r.capacity) {
      exceed(stretch, r);
      return;
    }
    const auto too_small = [&](const shrinking& s) { return s.capacity < level_; };
    if (std::ranges::none_of(r.shrinkings, too_small)) return;
    for (instant t = stretch.start; t < stretch.finish && step();) {
      instant shut = instant::infinity();
      for (const shrinking& s : r.shrinkings)
        if (too_small(s)) shut = std::min(shut, s.calendar.next_closed(t));
      if (shut >= stretch.finish) return;
      t = shut;
      for (bool moved = true; moved && t < stretch.finish;) {
        moved = false;
        for (const shrinking& s : r.shrinkings)
          if (too_small(s) && t < stretch.finish && !s.calendar.is_open(t)) {
            t = s.calendar.next_open(t);
            moved = step();
          }
      }
      exceed({shut, std::min(t, stretch.finish)}, r);
    }
  }

  /// Too much is used over the whole of `piece`: continue the current overload or begin one.
  void exceed(interval piece, const resource& r) {
    violation& v = overload_;
    if (open_ && v.when.finish == piece.start) {
      for (std::size_t k = fresh_; k < last_; ++k) name(uses_[k].task);
      v.when.finish = piece.finish;
    } else {
      close();
      open_ = true;
      v.when = piece;
      for (std::uint32_t k = head_; k != end_ && v.tasks.size() < o_.listed_tasks; k = uses_[k].after)
        v.tasks.push_back(uses_[k].task);
      v.task_count = running_;
    }
    amount least = r.capacity;
    instant at = piece.start;
    for (const shrinking& s : r.shrinkings) {
      const instant shut = s.calendar.next_closed(piece.start);
      if (shut >= piece.finish || s.capacity > least || (s.capacity == least && (least == r.capacity || shut >= at)))
        continue;
      least = s.capacity;
      at = shut;
    }
    if (level_ - least > worst_) {
      worst_ = level_ - least;
      v.at = at;
      v.measured = cut(level_);
      v.allowed = least;
    }
  }
  void name(task_id t) {
    if (overload_.tasks.size() < o_.listed_tasks) overload_.tasks.push_back(t);
    ++overload_.task_count;
  }
  void close() {
    if (open_) add(overload_);
    open_ = false;
    worst_ = 0;
    overload_.tasks.clear();
  }

  const project& p_;
  const schedule& s_;
  const validate_options& o_;
  validation_report report_;
  std::vector<known> state_;
  std::vector<const calendar::any_calendar*> stretching_;
  std::vector<std::uint32_t> by_finish_;
  std::size_t steps_ = 0;

  // The sweep over one resource.
  std::span<use> uses_;
  std::uint32_t head_ = end_, tail_ = end_;  // running tasks in order of start
  std::size_t running_ = 0;
  std::size_t fresh_ = 0, last_ = 0;  // the uses that started with the current stretch
  int128 level_ = 0, worst_ = 0;
  violation overload_;
  bool open_ = false;
};

}  // namespace detail

/// Checks a schedule against every hard rule of its project and returns all violations; shares no code with solvers.
///
/// The rules: a task starts at 0 or later unless fixed, not before its release date, exactly at its fixed start, and
/// finishes by its deadline. Without stretching resources finish = start + work; with them, work is done in the ticks
/// that are open in the breaks of all stretching resources that the mode needs, and the start is such a tick. No tick
/// of [start, finish) is closed in a needed resource whose breaks are `closed`. A task holds its units of every needed
/// renewable resource over all of [start, finish), also while it pauses; at no instant may the sum exceed the capacity,
/// shrunk where a shrinking says so. Work of 0 needs start = finish and is free of calendars and renewable capacities.
/// The non-renewable demands of the chosen modes together stay within the capacity. All lags hold. Due dates are soft:
/// see evaluate/objective.hpp.
///
/// O((n + m + d) log n + b): n tasks, m lags, d demands of the chosen modes, b breaks that overloaded stretches and
/// tasks with several stretching calendars meet. Independent of the time scale. Allocates the report and O(n + d).
[[nodiscard]] inline validation_report validate(const project& p, const schedule& s,
                                                const validate_options& options = {}) {
  return detail::project_checker(p, s, options).run();
}

}  // namespace v0
}  // namespace sched

#endif
