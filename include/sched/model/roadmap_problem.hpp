// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_ROADMAP_PROBLEM_HPP
#define SCHED_MODEL_ROADMAP_PROBLEM_HPP

/// \file
/// A roadmap made ready for solvers: names become indices, days become ticks, expressions become candidates.

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <sched/core/error.hpp>
#include <sched/core/interval.hpp>
#include <sched/core/rounding.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/resource_spec.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_result.hpp>
#include <sched/timeline/branching_timelines.hpp>

namespace sched {
inline namespace v0 {

/// Whole days of a real number of them, as the flavours of the compatible modes round: `floor` after rounding to the
/// nearest microsecond, `ceil` never below 0.
[[nodiscard]] inline std::int64_t rounded_days(double days, roadmap_mode mode) {
  const double limit = 4e18;
  if (mode == roadmap_mode::compatible_ceil)
    return static_cast<std::int64_t>(std::clamp(detail::ceil(days), 0.0, limit));
  constexpr double microseconds = 86'400e6;
  const double whole = detail::floor(days);
  const double part = detail::nearest((days - whole) * microseconds);  // ties to even
  return static_cast<std::int64_t>(std::clamp(whole, -limit, limit)) + (part >= microseconds ? 1 : 0);
}

/// One arc of the roadmap: the other task, and the lag in ticks and in days.
struct roadmap_arc {
  std::uint32_t task = 0;
  duration lag{};
  double days = 0;
};

/// A roadmap in index form. Tasks are numbered in ascending byte order of their ids, so that ties by id are ties by
/// number and nothing depends on the order of the input; resources in the order of the people, then of first mention.
///
/// Built once, O(size · log size + expanded candidates), and immutable. Times are ticks since 1970-01-01, due dates are
/// exclusive (`finish ≤ due` is on time), in every mode. Throws `sched::error` for what is malformed, with the ids:
/// undeclared group members and repeated declarations, closed periods that end before they begin; native mode also for
/// repeated ids, negative or not finite durations, dependencies on nothing, unknown names where people are declared.
class roadmap_problem {
public:
  roadmap_problem(const roadmap& source, const roadmap_options& options);

  [[nodiscard]] std::size_t size() const noexcept { return id_.size(); }
  [[nodiscard]] const roadmap& source() const noexcept { return *source_; }
  [[nodiscard]] bool native() const noexcept { return native_; }
  [[nodiscard]] roadmap_mode mode() const noexcept { return mode_; }
  /// Ticks that a task holds its resources after its work is complete, before it is finished.
  [[nodiscard]] duration tail() const noexcept { return tail_; }
  /// Several resources work only when all can, and are all held to the end; otherwise each walks alone.
  [[nodiscard]] bool joint_work() const noexcept { return joint_; }
  [[nodiscard]] duration day() const noexcept { return day_; }
  [[nodiscard]] instant now() const noexcept { return now_; }

  [[nodiscard]] const std::string& id(std::size_t i) const noexcept { return source_->tasks[id_[i]].id; }
  /// Position in `roadmap::tasks`.
  [[nodiscard]] roadmap_index position(std::size_t i) const noexcept { return id_[i]; }
  [[nodiscard]] const roadmap_task& task(std::size_t i) const noexcept { return source_->tasks[id_[i]]; }

  /// Work in ticks that a walk through breaks has to find, and how many of its ticks the completion does not count
  /// (compatible-floor: a fraction of a day opens a day but does not fill it).
  [[nodiscard]] duration work(std::size_t i) const noexcept { return work_[i]; }
  [[nodiscard]] duration unfilled(std::size_t i) const noexcept { return unfilled_[i]; }
  /// Duration as a number: days in compatible modes, ticks in native mode.
  [[nodiscard]] double length(std::size_t i) const noexcept { return length_[i]; }
  [[nodiscard]] std::span<const double> lengths() const noexcept { return length_; }
  [[nodiscard]] bool milestone(std::size_t i) const noexcept { return length_[i] == 0; }

  [[nodiscard]] bool fixed(std::size_t i) const noexcept { return task(i).fixed(); }
  /// Listed as completed: a dependency on it is satisfied. (Native mode and the critical-path flavour drop such tasks.)
  [[nodiscard]] bool completed(std::size_t i) const noexcept { return completed_[i] != 0; }
  /// Dependencies that are tasks and not completed, in the order of the input.
  [[nodiscard]] std::span<const roadmap_arc> predecessors(std::size_t i) const noexcept { return before_.of(i); }
  [[nodiscard]] std::span<const roadmap_arc> successors(std::size_t i) const noexcept { return after_.of(i); }
  /// All dependencies that are tasks, completed ones included (compatible modes count them when looking for cycles).
  [[nodiscard]] std::span<const roadmap_arc> all_predecessors(std::size_t i) const noexcept {
    return all_before_.of(i);
  }
  /// Waits for something that does not exist (compatible modes).
  [[nodiscard]] bool waits_for_nothing(std::size_t i) const noexcept { return unknown_[i] != 0; }

  /// Some dependency is listed as completed.
  [[nodiscard]] bool follows_completed(std::size_t i) const noexcept { return follows_completed_[i] != 0; }

  /// Release date; −∞: none. Own due date, exclusive; +∞: none.
  [[nodiscard]] instant release(std::size_t i) const noexcept { return release_[i]; }
  [[nodiscard]] instant own_due(std::size_t i) const noexcept { return due_[i]; }
  [[nodiscard]] std::int64_t own_priority(std::size_t i) const noexcept { return priority_[i]; }

  /// True when a resource is to be chosen among `candidates`; otherwise all of `needs` are used at once.
  [[nodiscard]] bool automatic(std::size_t i) const noexcept { return spec_[i] != no_index; }
  [[nodiscard]] std::span<const std::uint32_t> candidates(std::size_t i) const noexcept {
    return automatic(i) ? std::span<const std::uint32_t>(specs_[spec_[i]].resources) : std::span<const std::uint32_t>();
  }
  [[nodiscard]] amount units(std::size_t i) const noexcept { return units_[i]; }
  [[nodiscard]] std::span<const resource_units> needs(std::size_t i) const noexcept {
    return {needs_.data() + needs_begin_[i], needs_begin_[i + 1] - needs_begin_[i]};
  }
  /// Whether task i lists resource r or has it among its candidates. O(needs).
  [[nodiscard]] bool can_use(std::size_t i, std::uint32_t r) const noexcept {
    if (automatic(i)) return specs_[spec_[i]].members[r] != 0;
    return std::ranges::any_of(needs(i), [&](const resource_units& q) { return q.resource == r; });
  }
  /// Explicit resources as the task names them, repetitions included.
  [[nodiscard]] std::span<const std::uint32_t> listed(std::size_t i) const noexcept {
    return {listed_.data() + listed_begin_[i], listed_begin_[i + 1] - listed_begin_[i]};
  }

  [[nodiscard]] std::size_t resource_count() const noexcept { return resource_names_.size(); }
  [[nodiscard]] const std::vector<std::string>& resource_names() const noexcept { return resource_names_; }
  /// Everything that is closed or booked by fixed tasks, nothing else.
  [[nodiscard]] const branching_timelines& timelines() const noexcept { return timelines_; }
  /// Start and finish of a fixed task.
  [[nodiscard]] interval fixed_stay(std::size_t i) const noexcept { return stay_[i]; }
  [[nodiscard]] std::span<const std::uint32_t> fixed_tasks() const noexcept { return fixed_; }  ///< in input order

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view id) const {
    const auto at = std::ranges::lower_bound(id_, id, {},
                                             [&](roadmap_index k) -> std::string_view { return source_->tasks[k].id; });
    if (at == id_.end() || source_->tasks[*at].id != id) return std::nullopt;
    return static_cast<std::uint32_t>(at - id_.begin());
  }
  /// Positions of the tasks that were left out because they are completed.
  [[nodiscard]] const std::vector<roadmap_index>& dropped() const noexcept { return dropped_; }

private:
  struct rows {
    std::vector<roadmap_arc> arcs;
    std::vector<std::uint32_t> begin{0};
    [[nodiscard]] std::span<const roadmap_arc> of(std::size_t i) const noexcept {
      return {arcs.data() + begin[i], begin[i + 1] - begin[i]};
    }
  };
  struct expanded_spec {
    std::vector<std::uint32_t> resources;
    std::vector<char> members;  ///< by resource
  };

  [[nodiscard]] duration ticks_of(double days) const;
  [[nodiscard]] instant first_tick(day_number d) const { return duration(d) * day_.count(); }
  [[nodiscard]] instant last_tick(day_number d) const { return (duration(d) + 1) * day_.count(); }
  [[nodiscard]] std::uint32_t resource_index(const std::string& name);
  void choose_tasks();
  void read_tasks(const roadmap_options& options);
  void read_dependencies();
  void read_resources(const roadmap_options& options);
  void book_fixed();

  const roadmap* source_;
  roadmap_mode mode_;
  bool native_;
  bool attractive_;  ///< the critical-path flavour, which drops completed tasks in every mode
  bool joint_ = true;
  bool ignore_global_ = false;  // compatible-floor rollout without people
  duration tail_{}, day_{1};
  instant now_{};
  std::vector<roadmap_index> id_, dropped_;
  std::vector<duration> work_, unfilled_;
  std::vector<double> length_;
  std::vector<char> completed_, unknown_, follows_completed_;
  std::vector<instant> release_, due_;
  std::vector<std::int64_t> priority_;
  rows before_, after_, all_before_;
  std::vector<std::uint32_t> spec_;
  std::vector<expanded_spec> specs_;
  std::vector<amount> units_;
  std::vector<resource_units> needs_;
  std::vector<std::uint32_t> needs_begin_{0}, listed_, listed_begin_{0}, fixed_;
  std::vector<std::string> resource_names_;
  std::unordered_map<std::string, std::uint32_t> resource_indices_;
  std::vector<interval> stay_;
  branching_timelines timelines_;
};

inline roadmap_problem::roadmap_problem(const roadmap& source, const roadmap_options& options)
    : source_(&source),
      mode_(options.mode),
      native_(options.mode == roadmap_mode::native),
      attractive_(options.algorithm == roadmap_algorithm::critical_path) {
  if (native_) {
    if (options.ticks_per_day < 1) throw error("a day must have at least one tick");
    if (options.tail < 0) throw error("the tail of a task is negative");
    day_ = options.ticks_per_day;
    tail_ = options.tail;
    joint_ = options.joint_work;
  } else {
    tail_ = 1;
    joint_ = false;
    ignore_global_ = mode_ == roadmap_mode::compatible_floor &&
                     options.algorithm == roadmap_algorithm::bounded_rollout && !source.people;
  }
  now_ = first_tick(source.now);
  choose_tasks();
  read_tasks(options);
  read_dependencies();
  read_resources(options);
  book_fixed();
}

inline duration roadmap_problem::ticks_of(double days) const {
  const double ticks = detail::ceil(days * static_cast<double>(day_.count()));
  if (ticks >= 9e18) return duration::max();
  if (ticks <= -9e18) return duration::min();
  return static_cast<std::int64_t>(ticks);
}

inline void roadmap_problem::choose_tasks() {
  const auto& tasks = source_->tasks;
  id_.resize(tasks.size());
  std::iota(id_.begin(), id_.end(), 0U);
  std::ranges::sort(id_, [&](roadmap_index a, roadmap_index b) {
    const int order = tasks[a].id.compare(tasks[b].id);  // char_traits<char> compares unsigned bytes
    return order != 0 ? order < 0 : a < b;
  });
  std::size_t kept = 0;
  for (std::size_t k = 0; k < id_.size(); ++k) {
    const bool again = k + 1 < id_.size() && tasks[id_[k]].id == tasks[id_[k + 1]].id;
    if (again && native_) throw error("task \"" + tasks[id_[k]].id + "\" is defined twice", {tasks[id_[k]].id});
    if (!again) id_[kept++] = id_[k];  // the last definition
  }
  id_.resize(kept);
  std::vector<std::string_view> done(source_->completed.begin(), source_->completed.end());
  std::ranges::sort(done);
  const auto is_done = [&](roadmap_index k) { return std::ranges::binary_search(done, tasks[k].id); };
  if (native_ || attractive_) {
    for (const roadmap_index k : id_)
      if (is_done(k)) dropped_.push_back(k);
    if (!dropped_.empty()) std::erase_if(id_, is_done);
    std::ranges::sort(dropped_);
  }
  completed_.assign(id_.size(), 0);
  for (std::size_t i = 0; !done.empty() && i < id_.size(); ++i) completed_[i] = is_done(id_[i]) ? 1 : 0;
}

inline void roadmap_problem::read_tasks(const roadmap_options& options) {
  const std::size_t n = size();
  for (std::size_t i = 0; i < n; ++i) {
    const roadmap_task& t = task(i);
    if (!detail::is_finite(t.duration)) throw error("task \"" + t.id + "\": the duration is no number", {t.id});
    if (t.duration < 0) throw error("task \"" + t.id + "\": the duration is negative", {t.id});
    if (native_) {
      const duration ticks = ticks_of(t.duration);
      if (!ticks.is_finite() || ticks > duration(std::int64_t{1} << 60))
        throw error("task \"" + t.id + "\": the duration is too long", {t.id});
      work_.push_back(ticks);
      unfilled_.push_back(0);
      length_.push_back(static_cast<double>(ticks.count()));
    } else {
      if (t.duration > 1e15) throw error("task \"" + t.id + "\": the duration is too long", {t.id});
      const std::int64_t walk = static_cast<std::int64_t>(detail::ceil(t.duration));
      work_.push_back(walk);
      unfilled_.push_back(walk - rounded_days(t.duration, mode_));
      length_.push_back(t.duration);
    }
    release_.push_back(t.start_after ? first_tick(*t.start_after) : instant::minus_infinity());
    due_.push_back(t.end_before ? last_tick(*t.end_before) : instant::infinity());
    priority_.push_back(t.priority.value_or(options.default_priority));
  }
  for (roadmap_index k = 0; k < source_->tasks.size(); ++k)
    if (source_->tasks[k].fixed())
      if (const auto i = find(source_->tasks[k].id); i && id_[*i] == k) fixed_.push_back(*i);
}

inline void roadmap_problem::read_dependencies() {
  const std::size_t n = size();
  unknown_.assign(n, 0);
  follows_completed_.assign(n, 0);
  std::unordered_map<std::string_view, std::uint32_t> index(n * 2);
  for (std::uint32_t i = 0; i < n; ++i) index.emplace(id(i), i);
  std::unordered_map<std::string_view, char> done;
  for (const std::string& c : source_->completed) done.emplace(c, 0);
  std::vector<std::uint32_t> out(n + 1, 0);
  for (std::uint32_t i = 0; i < n; ++i) {
    for (const roadmap_dependency& d : task(i).dependencies) {
      if (!detail::is_finite(d.lag) || std::abs(d.lag) > 1e15)
        throw error("task \"" + id(i) + "\": the lag behind \"" + d.task + "\" is no sensible number", {id(i), d.task});
      const auto at = index.find(d.task);
      const bool satisfied = done.contains(d.task);
      if (satisfied) follows_completed_[i] = 1;
      if (at == index.end()) {
        if (satisfied) continue;
        if (native_)
          throw error("task \"" + id(i) + "\" waits for \"" + d.task + "\", which is neither a task nor completed",
                      {id(i), d.task});
        unknown_[i] = 1;
        continue;
      }
      const roadmap_arc arc{at->second, native_ ? ticks_of(d.lag) : duration(rounded_days(d.lag, mode_)), d.lag};
      all_before_.arcs.push_back(arc);
      if (satisfied) continue;
      before_.arcs.push_back(arc);
      ++out[at->second + 1];
    }
    before_.begin.push_back(static_cast<std::uint32_t>(before_.arcs.size()));
    all_before_.begin.push_back(static_cast<std::uint32_t>(all_before_.arcs.size()));
  }
  std::partial_sum(out.begin(), out.end(), out.begin());
  after_.begin = out;
  after_.arcs.resize(before_.arcs.size());
  for (std::uint32_t i = 0; i < n; ++i)
    for (const roadmap_arc& a : before_.of(i)) after_.arcs[out[a.task]++] = {i, a.lag, a.days};
}

inline std::uint32_t roadmap_problem::resource_index(const std::string& name) {
  const auto [at, fresh] = resource_indices_.emplace(name, static_cast<std::uint32_t>(resource_names_.size()));
  if (fresh) resource_names_.push_back(name);
  return at->second;
}

inline void roadmap_problem::read_resources(const roadmap_options& options) {
  const std::size_t n = size();
  const bool shared = native_ && options.shared_allocation;
  std::optional<resource_spec> expressions;
  std::span<const roadmap_resource> declared;  // they come first, in their order
  if (source_->people) {
    declared = source_->people->resources;
    expressions.emplace(*source_->people, native_);
    for (const roadmap_resource& r : declared) {
      if (native_ && r.capacity < 0) throw error("resource \"" + r.name + "\": the capacity is negative", {r.name});
      static_cast<void>(resource_index(r.name));
    }
  }
  const std::string unassigned = "unassigned";
  const auto demand_of = [&](const roadmap_task& t, std::size_t k) -> amount {
    if (!native_) return 1;
    if (shared) {
      const double share = k < t.allocations.size() ? t.allocations[k] : 1.0;
      return std::max<amount>(1, detail::nearest_integer(std::clamp(100.0 * share, 0.0, 1e9)));
    }
    const amount units = k < t.demands.size() ? t.demands[k] : 1;
    if (units < 1) throw error("task \"" + t.id + "\": a demand below 1", {t.id});
    return units;
  };
  // Explicit lists first: names that only they mention exist before any expression is looked at.
  for (std::size_t i = 0; i < n; ++i) {
    const roadmap_task& t = task(i);
    if (!(t.fixed() && milestone(i)) && !(expressions && t.spec && !t.fixed())) {
      for (std::size_t k = 0; k < t.resources.size(); ++k) {
        const std::string& name = t.resources[k];
        if (native_ && expressions && name != unassigned && !expressions->is_resource(name))
          throw error("task \"" + t.id + "\": resource \"" + name + "\" is not declared", {t.id, name});
        const std::uint32_t r = resource_index(name);
        listed_.push_back(r);
        const auto first = needs_.begin() + needs_begin_.back();
        const auto same = std::find_if(first, needs_.end(), [&](const resource_units& q) { return q.resource == r; });
        if (same == needs_.end()) needs_.push_back({r, demand_of(t, k)});
        else same->units = std::max(same->units, demand_of(t, k));
      }
    }
    units_.push_back(demand_of(t, 0));
    listed_begin_.push_back(static_cast<std::uint32_t>(listed_.size()));
    needs_begin_.push_back(static_cast<std::uint32_t>(needs_.size()));
  }
  // The critical-path flavour knows candidates of the configuration only; the others any name with a calendar.
  std::unordered_map<std::string_view, std::uint32_t> known;
  spec_.assign(n, no_index);
  for (std::size_t i = 0; expressions && i < n; ++i) {
    const roadmap_task& t = task(i);
    if (!t.spec || t.fixed() || milestone(i)) continue;
    const auto [at, fresh] = known.emplace(*t.spec, static_cast<std::uint32_t>(specs_.size()));
    if (fresh) {
      expanded_spec e;
      e.members.assign(resource_names_.size(), 0);
      for (const resource_spec::somebody& who : expressions->resolve(*t.spec)) {
        std::uint32_t r = who.index;  // the declared come first, in their order
        if (r == resource_spec::somebody::undeclared) {
          const auto named = resource_indices_.find(who.name);
          if (named == resource_indices_.end()) continue;  // nobody has such a calendar
          r = named->second;
        }
        e.resources.push_back(r);
        e.members[r] = 1;
      }
      specs_.push_back(std::move(e));
    }
    spec_[i] = at->second;
  }
  const auto closed_steps = [&](const std::vector<day_range>& ranges, const std::string& whose,
                                std::vector<interval>& to) {
    for (const day_range& c : ranges) {
      if (c.last < c.first) throw error(whose + ": a closed period ends before it begins");
      to.push_back({first_tick(c.first), last_tick(c.last)});
    }
  };
  std::vector<interval> global;
  if (!ignore_global_) closed_steps(source_->closed, "the roadmap", global);
  trail none;
  for (std::uint32_t r = 0; r < resource_names_.size(); ++r) {
    const roadmap_resource* who = r < declared.size() ? &declared[r] : nullptr;
    amount capacity = 1;
    if (native_) {
      if (shared) capacity = 100;
      else if (who != nullptr) capacity = who->capacity;
      if (who == nullptr && options.unlimited_unassigned && resource_names_[r] == unassigned)
        capacity = std::numeric_limits<amount>::max();
    }
    timelines_.add(capacity, native_ && who != nullptr && who->calendar ? &*who->calendar : nullptr);
  }
  std::size_t periods = 0;
  for (std::uint32_t r = 0; r < resource_names_.size(); ++r)
    periods += global.size() + (r < declared.size() ? declared[r].closed.size() : 0);
  // Each placed task cuts at most two steps out of each of its resources.
  timelines_.reserve(periods + needs_.size() + n + 1);
  for (std::uint32_t r = 0; r < resource_names_.size(); ++r) {
    std::vector<interval> closed = global;
    if (r < declared.size()) closed_steps(declared[r].closed, resource_names_[r], closed);
    std::ranges::sort(closed);
    const amount all = timelines_.capacity(r);
    for (std::size_t k = all > 0 ? closed.size() : 0; k-- > 0;)  // from the last, so that each cut is near the head
      timelines_.take(r, closed[k], all, none);
  }
}

inline void roadmap_problem::book_fixed() {
  const std::size_t n = size();
  stay_.assign(n, {instant::infinity(), instant::infinity()});
  for (const std::uint32_t i : fixed_) {
    const roadmap_task& t = task(i);
    const bool open = needs(i).empty() || (!native_ && !source_->people);
    const duration d = work_[i] - unfilled_[i];
    if (t.start_on && t.end_on) {
      stay_[i] = {first_tick(*t.start_on), native_ ? last_tick(*t.end_on) : first_tick(*t.end_on) + tail_};
    } else if (t.start_on) {
      const instant start = first_tick(*t.start_on);
      instant c = start;
      if (work_[i] > 0) {
        if (open) {
          c = start + d;
        } else if (joint_) {
          c = timelines_.finish(needs(i), start, work_[i]);
        } else {
          for (const resource_units& q : needs(i))
            c = std::max(c, timelines_.finish(q.resource, start, work_[i], q.units) - unfilled_[i]);
        }
        if (c == instant::infinity())
          throw error("task \"" + t.id + "\" is fixed where its resources never have the time for it", {t.id});
      }
      stay_[i] = {start, c + tail_};
    } else {
      assert(t.end_on.has_value());  // fixed at its end alone
      const instant finish = native_ ? last_tick(*t.end_on) : first_tick(*t.end_on) + tail_;
      stay_[i] = {finish - tail_ - d, finish};
    }
  }
  // In the order of ids: who comes first takes what overlapping work leaves, whatever the order of the input.
  trail none;
  for (std::uint32_t i = 0; i < n; ++i) {
    if (!fixed(i) || stay_[i].empty()) continue;
    for (const resource_units& q : needs(i)) timelines_.take(q.resource, stay_[i], q.units, none);
  }
  timelines_.reserve(listed_.size() + n + 1);
}

}  // namespace v0
}  // namespace sched

#endif
