// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_VALIDATE_ROADMAP_HPP
#define SCHED_EVALUATE_VALIDATE_ROADMAP_HPP

/// \file
/// The proof: checks a scheduled roadmap against every rule and returns all violations.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sched/core/interval.hpp>
#include <sched/core/ticks.hpp>
#include <sched/evaluate/detail/roadmap_due_check.hpp>
#include <sched/evaluate/detail/roadmap_ledger.hpp>
#include <sched/evaluate/detail/roadmap_reading.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>

namespace sched {
inline namespace v0 {

/// Which rule is broken; in brackets what `roadmap_violation::measured` and `allowed` hold.
enum class roadmap_violation_kind : std::uint8_t {
  bad_index,           ///< names a task or resource that does not exist [index, how many there are]
  missing,             ///< a task is neither placed nor reported otherwise [0, 1]
  repeated,            ///< a task is reported more than once [times, 1]
  not_a_task,          ///< an earlier definition of an id, or a completed task, is reported as scheduled [0, 0]
  wrong_completed,     ///< reported as completed, but is not [0, 0]
  order,               ///< a fixed task behind others, or not in the order of the roadmap [place, place]
  before_now,          ///< starts before now [start, now]
  release,             ///< starts before its release date [start, release date]
  precedence,          ///< starts too early behind `other` [start, least start]
  fixed_date,          ///< a fixed task does not start when it must [start, right start]
  wrong_resources,     ///< not those it names, or not one of its candidates [how many, how many are right]
  not_free,            ///< the first tick of its work is not workable on `resource` [start, next workable tick]
  short_chunk,         ///< less work before the first break than asked for [ticks, least]
  wrong_finish,        ///< its work ends at another time [finish, right finish]
  wrong_end,           ///< the reported end does not fit the finish [end, right end]
  wrong_flag,          ///< `fixed` or `automatic` is wrong [flags, right flags: 1 fixed, 2 automatic]
  wrong_deadline,      ///< the computed due date [due date, right one]
  wrong_priority,      ///< the propagated priority [priority, right one]
  wrong_lateness,      ///< the lateness behind the computed due date [lateness, right one]
  wrong_own_lateness,  ///< … behind the own one
  wrong_status,        ///< the status does not fit what is reported [status, right status]
  false_cycle,         ///< the reported circle is none [position in it, 0]
  false_reason,        ///< the reason for a failure is not true [reason, 0]
  wrong_decision       ///< the look-ahead chose what costs more [skipped, right answer]
};

[[nodiscard]] constexpr std::string_view to_string(roadmap_violation_kind k) noexcept {
  constexpr std::array<std::string_view, 24> names{
      "bad_index",       "missing",        "repeated",       "not_a_task",     "wrong_completed",
      "order",           "before_now",     "release",        "precedence",     "fixed_date",
      "wrong_resources", "not_free",       "short_chunk",    "wrong_finish",   "wrong_end",
      "wrong_flag",      "wrong_deadline", "wrong_priority", "wrong_lateness", "wrong_own_lateness",
      "wrong_status",    "false_cycle",    "false_reason",   "wrong_decision"};
  return names[static_cast<std::size_t>(k)];
}

/// One broken rule. Tasks are positions in `roadmap::tasks`, the resource one in `roadmap_result::resources`.
struct roadmap_violation {
  roadmap_violation_kind kind{};
  roadmap_index task = no_index;
  roadmap_index other = no_index;
  roadmap_index resource = no_index;
  interval when{};  ///< the task's start and finish, where it has any
  std::int64_t measured = 0;
  std::int64_t allowed = 0;  ///< times as `ticks::count()`

  /// One line for people. Precondition: `map` and `r` are the checked ones.
  [[nodiscard]] std::string text(const roadmap& map, const roadmap_result& r) const {
    const auto name = [&](roadmap_index i) {
      return i < map.tasks.size() ? "task \"" + map.tasks[i].id + '"' : "task number " + std::to_string(i);
    };
    std::string line(to_string(kind));
    if (task != no_index) line += ": " + name(task);
    if (other != no_index) line += ", " + name(other);
    if (resource < r.resources.size()) line += ", resource \"" + r.resources[resource] + '"';
    line += ": " + std::to_string(measured) + " instead of " + std::to_string(allowed);
    return when.start == when.finish && when.start == 0 ? line : line + ", " + to_string(when);
  }
};

/// Everything that is wrong with a scheduled roadmap.
struct roadmap_report {
  std::vector<roadmap_violation> violations{};
  bool complete = true;  ///< false when calendars that never agree ended a walk: what is missing is not proved right

  [[nodiscard]] bool ok() const noexcept { return violations.empty() && complete; }
  [[nodiscard]] std::size_t count(roadmap_violation_kind k) const noexcept {
    return static_cast<std::size_t>(std::ranges::count(violations, k, &roadmap_violation::kind));
  }
  /// One line per violation; empty when there is none.
  [[nodiscard]] std::string text(const roadmap& map, const roadmap_result& r) const {
    std::string all;
    for (const roadmap_violation& v : violations) all += v.text(map, r) + '\n';
    if (!complete) all += "there may be more: calendars never agree\n";
    return all;
  }
};

namespace detail {

/// One run of the checker: replays the placements in their order on maps of free units.
class roadmap_checker {
public:
  roadmap_checker(const roadmap& map, const roadmap_options& o, const roadmap_result& r)
      : read_(map, o), result_(r), ledger_(read_) {}

  roadmap_report run() {
    for (const std::string& name : result_.resources) numbers_.push_back(read_.find_resource(name));
    place_.assign(read_.size(), none_);
    for (std::size_t k = 0; k < result_.placed.size(); ++k)
      if (const roadmap_index i = result_.placed[k].task; i < read_.size() && place_[i] == none_) place_[i] = k;
    check_reported();
    check_fixed();
    check_dates();
    for (std::size_t k = 0; k < result_.placed.size(); ++k)
      if (known(k) && !read_.task(result_.placed[k].task).fixed()) check_placed(result_.placed[k]);
    check_status();
    for (const roadmap_failure& f : result_.failed)
      if (f.task < read_.size()) check_failure(f);
    check_decisions();
    report_.complete = !ledger_.exhausted();
    return std::move(report_);
  }

private:
  using kind = roadmap_violation_kind;
  using role = roadmap_reading::role;
  static constexpr std::size_t none_ = static_cast<std::size_t>(-1);

  roadmap_violation& add(kind k, roadmap_index task, std::int64_t measured, std::int64_t allowed) {
    report_.violations.push_back({.kind = k, .task = task, .measured = measured, .allowed = allowed});
    if (task < read_.size() && place_[task] != none_) {
      const roadmap_assignment& a = result_.placed[place_[task]];
      report_.violations.back().when = {a.start, a.finish};
    }
    return report_.violations.back();
  }
  roadmap_violation& add(kind k, roadmap_index task, instant measured, instant allowed) {
    return add(k, task, measured.count(), allowed.count());
  }
  static std::int64_t whole(std::size_t n) { return static_cast<std::int64_t>(n); }

  /// The placement is of a task that is to be scheduled, its resources exist, and it is the first of that task.
  [[nodiscard]] bool known(std::size_t k) const {
    const roadmap_assignment& a = result_.placed[k];
    return a.task < read_.size() && place_[a.task] == k && read_.role_of(a.task) == role::active &&
           std::ranges::all_of(a.resources,
                               [&](roadmap_index r) { return r < numbers_.size() && numbers_[r] != no_index; });
  }
  [[nodiscard]] const roadmap_assignment* placement(roadmap_index i) const {
    return place_[i] == none_ ? nullptr : &result_.placed[place_[i]];
  }

  /// Every task once and in its list.
  void check_reported() {
    const auto n = static_cast<roadmap_index>(read_.size());
    std::vector<std::size_t> times(n, 0);
    const auto seen = [&](roadmap_index i) {
      if (i >= n) add(kind::bad_index, i, i, whole(n));
      else ++times[i];
      return i < n;
    };
    for (const roadmap_assignment& a : result_.placed) {
      if (seen(a.task) && read_.role_of(a.task) != role::active) add(kind::not_a_task, a.task, 0, 0);
      for (const roadmap_index r : a.resources)
        if (r >= numbers_.size() || numbers_[r] == no_index)
          add(kind::bad_index, a.task, r, whole(numbers_.size())).resource = r;
    }
    for (const roadmap_failure& f : result_.failed)
      if (seen(f.task) && read_.role_of(f.task) != role::active) add(kind::not_a_task, f.task, 0, 0);
    for (const roadmap_index i : result_.completed)
      if (seen(i) && read_.role_of(i) != role::done) add(kind::wrong_completed, i, 0, 0);
    for (roadmap_index i = 0; i < n; ++i) {
      if (times[i] > 1) add(kind::repeated, i, whole(times[i]), 1);
      const bool silent = result_.status == roadmap_status::cycle || read_.role_of(i) == role::superseded ||
                          (read_.role_of(i) == role::done && !read_.native());
      if (times[i] == 0 && !silent) add(kind::missing, i, 0, 1);
    }
    roadmap_index last = 0;
    bool behind = false;
    for (std::size_t k = 0; k < result_.placed.size(); ++k) {
      const roadmap_assignment& a = result_.placed[k];
      if (a.task >= n) continue;
      const bool fixed = read_.task(a.task).fixed();
      if (fixed && (behind || a.task < last)) add(kind::order, a.task, whole(k), 0);
      if (fixed) last = a.task;
      else behind = true;
    }
  }

  [[nodiscard]] std::vector<roadmap_need> held(const roadmap_assignment& a) const {
    if (read_.task(a.task).fixed() || !read_.automatic(a.task)) return read_.needs(a.task);
    std::vector<roadmap_need> needs;
    for (const roadmap_index r : a.resources) needs.push_back({numbers_[r], read_.units(a.task, 0)});
    return needs;
  }

  void check_fixed() {
    for (std::size_t k = 0; k < result_.placed.size(); ++k) {
      const roadmap_assignment& a = result_.placed[k];
      if (!known(k) || !read_.task(a.task).fixed()) continue;
      check_details(a);
      const roadmap_task& t = read_.task(a.task);
      const duration work = read_.native() ? read_.work(a.task) : read_.rounded(t.duration);
      const auto finish_on = [&](day_number d) { return read_.native() ? read_.behind(d) : read_.first_tick(d) + 1; };
      instant start, finish;
      if (t.end_on) finish = finish_on(*t.end_on);
      if (t.start_on) start = read_.first_tick(*t.start_on);
      else start = finish - read_.tail() - work;
      if (!t.end_on) {
        const bool blind = !read_.native() && !read_.map().people;  // then closed periods do not count
        const std::vector<roadmap_need> needs = blind ? std::vector<roadmap_need>{} : read_.needs(a.task);
        finish = ledger_.completion(a.task, needs, start) + read_.tail();
      }
      if (a.start != start) add(kind::fixed_date, a.task, a.start, start);
      if (a.finish != finish) add(kind::wrong_finish, a.task, a.finish, finish);
    }
    // Booked in order of id: where not all fit, who holds what must not depend on the order of the roadmap.
    std::vector<std::size_t> order;
    for (std::size_t k = 0; k < result_.placed.size(); ++k)
      if (known(k) && read_.task(result_.placed[k].task).fixed()) order.push_back(k);
    std::ranges::sort(order, {},
                      [&](std::size_t k) -> const std::string& { return read_.task(result_.placed[k].task).id; });
    for (const std::size_t k : order) {
      const roadmap_assignment& a = result_.placed[k];
      ledger_.hold(a.task, held(a), {a.start, a.finish});
    }
  }

  /// What any placement must say: resources, end, flags.
  void check_details(const roadmap_assignment& a) {
    const roadmap_task& t = read_.task(a.task);
    const instant end = read_.native() ? a.finish : a.finish - 1;
    if (a.end != end) add(kind::wrong_end, a.task, a.end, end);
    const bool automatic = read_.automatic(a.task);
    const int flags = (a.fixed ? 1 : 0) + (a.automatic ? 2 : 0);
    const int right = (t.fixed() ? 1 : 0) + (automatic ? 2 : 0);
    if (flags != right) add(kind::wrong_flag, a.task, flags, right);
    if (automatic) {
      const bool fits =
          a.resources.size() == 1 && std::ranges::count(read_.candidates(a.task), numbers_[a.resources.front()]) != 0;
      if (!fits) add(kind::wrong_resources, a.task, whole(a.resources.size()), 1);
      return;
    }
    const std::size_t wanted = read_.milestone(a.task) ? 0 : t.resources.size();
    bool same = a.resources.size() == wanted;
    for (std::size_t k = 0; same && k < wanted; ++k) same = result_.resources[a.resources[k]] == t.resources[k];
    if (!same) add(kind::wrong_resources, a.task, whole(a.resources.size()), whole(wanted));
  }

  void check_placed(const roadmap_assignment& a) {
    const roadmap_index i = a.task;
    check_details(a);
    if (a.start < read_.now()) add(kind::before_now, i, a.start, read_.now());
    else if (a.start < read_.release(i)) add(kind::release, i, a.start, read_.release(i));
    read_.each_dependency(i, [&](const roadmap_dependency& d, roadmap_index j) {
      const roadmap_assignment* const before = j == no_index ? nullptr : placement(j);
      const instant least = before == nullptr ? instant::infinity() : read_.after(before->finish, d.lag);
      if (a.start < least) add(kind::precedence, i, a.start, least).other = j;
    });
    const std::vector<roadmap_need> needs = held(a);
    if (!read_.milestone(i)) {
      for (const roadmap_need& q : needs)
        if (!ledger_.look(q, a.start).able) {
          const auto at = std::ranges::find(result_.resources, read_.resource_name(q.resource));
          add(kind::not_free, i, a.start, ledger_.first_able({&q, 1}, a.start)).resource =
              static_cast<roadmap_index>(at - result_.resources.begin());
        }
      check_chunk(a, needs);
    }
    const instant finish = ledger_.completion(i, needs, a.start) + read_.tail();
    if (a.finish != finish) add(kind::wrong_finish, i, a.finish, finish);
    ledger_.hold(i, needs, {a.start, a.finish});
  }

  void check_chunk(const roadmap_assignment& a, const std::vector<roadmap_need>& needs) {
    if (!read_.native() || read_.options().min_first_chunk <= 1 || needs.empty()) return;
    const duration least = std::min(read_.options().min_first_chunk, read_.work(a.task));
    instant t = a.start;
    while (t - a.start < least) {
      const roadmap_ledger::state s = ledger_.look(needs, t);
      if (!s.able) break;
      t = s.until;
    }
    if (t - a.start < least) add(kind::short_chunk, a.task, t - a.start, least);
  }

  /// Due dates, priorities, lateness.
  void check_dates() {
    const auto due = roadmap_due_of(read_, ledger_, [&](roadmap_index i) {
      const roadmap_assignment* const a = placement(i);
      return a == nullptr ? instant::infinity() : a->start;
    });
    circular_ = !due;
    if (circular_ || result_.status == roadmap_status::cycle) return;
    if (result_.dates.size() != read_.size()) {
      add(kind::bad_index, no_index, whole(result_.dates.size()), whole(read_.size()));
      return;
    }
    const duration closed = read_.native() ? 0 : 1;  // compatible modes name the last day
    for (roadmap_index i = 0; i < read_.size(); ++i) {
      if (read_.role_of(i) != role::active) continue;
      const roadmap_dates& d = result_.dates[i];
      if (!read_.target_driven()) {
        const instant right = (*due)[i].due - closed;
        if (d.deadline != right) add(kind::wrong_deadline, i, d.deadline, right);
        if (d.priority != (*due)[i].priority) add(kind::wrong_priority, i, d.priority, (*due)[i].priority);
      }
      const roadmap_assignment* const a = placement(i);
      const auto late = [&](instant date) {
        return a == nullptr || !date.is_finite() ? duration(0) : std::max<duration>(0, a->finish - date);
      };
      if (const duration right = late(d.deadline + closed); d.late != right)
        add(kind::wrong_lateness, i, d.late, right);
      if (const duration right = late(read_.due(i)); d.own_late != right)
        add(kind::wrong_own_lateness, i, d.own_late, right);
    }
  }

  void check_status() {
    const roadmap_status right = result_.status == roadmap_status::cancelled ? roadmap_status::cancelled
                                 : !result_.cycle.empty()                    ? roadmap_status::cycle
                                 : !result_.failed.empty()                   ? roadmap_status::unplaceable
                                                                             : roadmap_status::complete;
    const bool untold = circular_ && !read_.map().given && right != roadmap_status::cancelled;
    if (result_.status != right || (untold && right != roadmap_status::cycle))
      add(kind::wrong_status, no_index, static_cast<int>(result_.status),
          static_cast<int>(untold ? roadmap_status::cycle : right));
    for (std::size_t k = 0; k < result_.cycle.size(); ++k) {
      const roadmap_index i = result_.cycle[k];
      const roadmap_index next = result_.cycle[(k + 1) % result_.cycle.size()];
      const bool waits =
          i < read_.size() && next < read_.size() &&
          std::ranges::count(read_.task(i).dependencies, read_.task(next).id, &roadmap_dependency::task) != 0;
      if (!waits) add(kind::false_cycle, i, whole(k), 0).other = next;
    }
  }

  void check_failure(const roadmap_failure& f) {
    const roadmap_index i = f.task;
    if (read_.role_of(i) != role::active) return;
    const bool automatic = read_.automatic(i);
    bool holds = false;
    switch (f.reason) {
      case roadmap_failure::kind::no_candidate: holds = automatic && read_.candidates(i).empty(); break;
      case roadmap_failure::kind::no_resource:
        holds = !automatic && !read_.milestone(i) && read_.task(i).resources.empty();
        break;
      case roadmap_failure::kind::calendar_never_free: holds = never_free(i); break;
      case roadmap_failure::kind::waits_for:
        read_.each_dependency(i, [&](const roadmap_dependency&, roadmap_index j) {
          holds = holds || (j == f.other && j != no_index && placement(j) == nullptr);
        });
        break;
      case roadmap_failure::kind::unknown_dependency:
        read_.each_dependency(i, [&](const roadmap_dependency&, roadmap_index j) {
          holds = holds || (j == no_index && !read_.native());
        });
        break;
      case roadmap_failure::kind::not_reached: holds = result_.status == roadmap_status::cancelled; break;
    }
    // The compatible look-ahead may leave tasks waiting for each other: there a failure has no reason to check.
    const bool mutual = !read_.native() && read_.options().algorithm != roadmap_algorithm::greedy;
    if (!holds && !mutual) add(kind::false_reason, i, static_cast<int>(f.reason), 0).other = f.other;
  }

  /// With everything placed as it is, the task's resources never have the time for it.
  [[nodiscard]] bool never_free(roadmap_index i) {
    if (read_.milestone(i)) return false;
    instant from = read_.release(i);
    bool open = true;
    read_.each_dependency(i, [&](const roadmap_dependency& d, roadmap_index j) {
      const roadmap_assignment* const a = j == no_index ? nullptr : placement(j);
      open = open && a != nullptr;
      if (a != nullptr) from = std::max(from, read_.after(a->finish, d.lag));
    });
    if (!open) return false;
    const auto never = [&](const std::vector<roadmap_need>& needs) {
      if (needs.empty()) return true;
      const duration chunk = read_.native() ? std::min(read_.options().min_first_chunk, read_.work(i)) : duration(0);
      instant t = from;
      for (std::size_t left = 4096; left > 0; --left) {
        t = ledger_.first_able(needs, t);
        if (!t.is_finite()) return true;
        const instant begin = t;
        while (ledger_.look(needs, t).able && t - begin < chunk) t = ledger_.look(needs, t).until;
        if (t - begin >= chunk && ledger_.completion(i, needs, begin).is_finite()) return false;
        if (t == begin) return true;
      }
      return true;  // 4,096 stretches, none long enough to begin
    };
    if (!read_.automatic(i)) return never(read_.needs(i));
    return std::ranges::all_of(read_.candidates(i), [&](std::uint32_t r) { return never({{r, read_.units(i, 0)}}); });
  }

  void check_decisions() {
    const auto exists = [&](roadmap_index i, std::size_t n) {
      if (i != no_index && i >= n) add(kind::bad_index, no_index, i, whole(n));
    };
    for (const roadmap_decision& d : result_.decisions) {
      exists(d.task, read_.size());
      exists(d.competitor, read_.size());
      if (d.skipped != (d.skip_cost < d.place_cost))
        add(kind::wrong_decision, d.task, d.skipped ? 1 : 0, d.skipped ? 0 : 1).other = d.competitor;
    }
    for (const roadmap_pass_over& p : result_.pass_overs) {
      exists(p.task, read_.size());
      exists(p.other, read_.size());
      exists(p.resource, result_.resources.size());
    }
  }

  roadmap_reading read_;
  const roadmap_result& result_;
  roadmap_ledger ledger_;
  roadmap_report report_;
  std::vector<std::uint32_t> numbers_;  ///< of the result's resources in the reading
  std::vector<std::size_t> place_;      ///< where a task is in `placed`
  bool circular_ = false;
};

}  // namespace detail

/// Checks a scheduled roadmap against every rule and returns all violations; shares no code with solvers.
///
/// The rules, with the time convention and rounding of `options`: every task is placed or reported once; fixed tasks
/// lie where they say; nothing else starts before now, its release date or its dependencies' finishes and lags; a task
/// has the resources it names or one of its candidates, milestones none; placements are replayed in their order, each
/// holding its units wherever they are free in [start, finish): the first tick must be workable, and the finish is
/// where the work ends in workable ticks (jointly or each resource alone) and the tail after it. Due dates, priorities
/// and lateness are computed a second time; reasons for failures, circles, the status and the look-ahead's choices must
/// be true. Whether a schedule is good is no rule.
///
/// O((n + m) log n + b): n tasks, m dependencies, b breaks and holders met by walks; independent of the horizon.
/// Allocates the report, its own reading of the roadmap and maps of who holds what. Preconditions: the roadmap is well
/// formed and the options are those of the run.
[[nodiscard]] inline roadmap_report validate(const roadmap& map, const roadmap_options& options,
                                             const roadmap_result& result) {
  return detail::roadmap_checker(map, options, result).run();
}

}  // namespace v0
}  // namespace sched

#endif
