// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_MODEL_RANDOM_PROJECT_HPP
#define SCHED_MODEL_RANDOM_PROJECT_HPP

/// \file
/// Random projects with the parameters of the literature's generator ProGen, and more features than it has.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <sched/calendar/weekly.hpp>
#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/random.hpp>
#include <sched/model/project_builder.hpp>
#include <sched/model/random_network.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {

/// Parameters of `random_project`. The defaults are a single-mode problem of the kind of PSPLIB's J30. Probabilities
/// are in [0, 1]; a date or lag range is in ticks unless said otherwise; all ranges include both ends.
struct random_project_options {
  // Size and network.
  std::size_t tasks = 30;            ///< without dummies; at least 1
  bool dummies = false;              ///< one task of duration 0 before and one after all others
  double network_complexity = 1.5;   ///< non-redundant arcs per task, dummies and their arcs included
  std::size_t sources = 3;           ///< tasks without predecessors; cut to what `tasks` allows
  std::size_t sinks = 3;             ///< tasks without successors; likewise
  std::size_t max_predecessors = 3;  ///< see `random_network_options`
  std::size_t max_successors = 3;
  std::size_t window = 0;
  bool shuffled = false;  ///< number the tasks at random; otherwise numbers are a topological order
  bool named = false;     ///< tasks are called T1, T2 …

  // Work and modes. Of two modes of a task, the longer one needs no more of anything.
  std::int64_t min_duration = 1, max_duration = 10;
  std::size_t min_modes = 1, max_modes = 1;  ///< fewer where the durations do not suffice for distinct ones

  // Resources.
  std::size_t renewables = 4, nonrenewables = 0;
  amount min_demand = 1, max_demand = 10;
  double resource_factor = 0.5;        ///< share of the renewable resources that a task needs, on average
  double resource_strength = 0.5;      ///< 0: capacity = greatest demand; 1: the earliest start schedule just fits
  double nonrenewable_factor = 1.0;    ///< share of the non-renewable resources that a task needs
  double nonrenewable_strength = 0.5;  ///< 0: only the longest modes are affordable; 1: every choice is

  // Lags.
  double lag_probability = 0;  ///< of an arc to be of a random kind (of the four) with a random lag
  std::int64_t min_lag = 0, max_lag = 5;
  double maximal_lag_probability = 0;   ///< of an arc to have a maximal lag, of a random kind, beside the minimal one
  std::int64_t maximal_lag_range = 10;  ///< a maximal lag exceeds what the witness needs by 0 … this

  // Dates and weights.
  double release_probability = 0, release_range = 0.5;    ///< in 0 … range · critical path length
  double due_probability = 0, due_range = 1.0;            ///< earliest finish + 0 … range · (bound on the makespan)
  double deadline_probability = 0, deadline_range = 0.2;  ///< finish in the witness + 0 … range · its makespan
  double fixed_probability = 0;                           ///< fixed at the start in the witness
  std::int64_t min_weight = 1, max_weight = 1;

  // Calendars of the renewable resources: weekly shifts around a common core, in which every task fits.
  double closed_probability = 0;      ///< breaks that no task may cross
  double stretching_probability = 0;  ///< breaks over which tasks pause; the two together at most 1
  double shrinking_probability = 0;   ///< lower capacity outside weekly shifts
};

/// A project and a schedule that keeps all its rules, far from optimal.
struct random_instance {
  sched::project project{};
  schedule witness{};
};

namespace detail {

class project_generator {
public:
  project_generator(const random_project_options& o, random_generator& rng) : o_(o), rng_(rng) {}

  random_instance run() {
    check();
    make_network();
    make_modes();
    make_lags();
    make_capacities();
    make_dates();
    make_calendars();
    make_witness();
    return emit();
  }

private:
  struct arc {
    std::size_t from, to;
    lag_kind kind;
    std::int64_t lag;
    bool maximal;
  };
  /// Flat rows: modes of a task from the shortest to the longest, demands of a mode over the task's resources.
  struct node {
    std::size_t first_mode = 0, modes = 0;
    std::size_t first_need = 0,
                needs = 0;  // into needs_; the demand of mode m for need k is at first_demand + m·needs + k
    std::size_t first_demand = 0;
    task_dates dates{};
    std::int64_t weight = 1;
  };

  void check() const {
    const auto require = [](bool fine, const std::string& reason) {
      if (!fine) throw error("random project: " + reason);
    };
    const auto range = [&](std::int64_t low, std::int64_t high, std::int64_t least, const char* what) {
      require(least <= low && low <= high && high <= most_,
              std::string(what) + " must be a range within " + std::to_string(least) + " … " + std::to_string(most_));
    };
    require(o_.tasks >= 1 && o_.tasks <= 10'000'000, "1 … 10,000,000 tasks");
    require(o_.network_complexity >= 0 && o_.network_complexity <= 32, "network complexity must be in 0 … 32");
    range(o_.min_duration, o_.max_duration, 0, "durations");
    range(o_.min_demand, o_.max_demand, 1, "demands");
    range(o_.min_lag, o_.max_lag, -most_, "lags");
    range(0, o_.maximal_lag_range, 0, "maximal lag range");
    range(o_.min_weight, o_.max_weight, 0, "weights");
    require(o_.min_modes >= 1 && o_.min_modes <= o_.max_modes && o_.max_modes <= 1000,
            "modes must be a range within 1 … 1000");
    require(o_.renewables + o_.nonrenewables <= 10'000, "at most 10,000 resources");
    for (const auto& [value, what] :
         {std::pair{o_.resource_factor, "resource factor"},
          {o_.resource_strength, "resource strength"},
          {o_.nonrenewable_factor, "non-renewable factor"},
          {o_.nonrenewable_strength, "non-renewable strength"},
          {o_.lag_probability, "lag probability"},
          {o_.maximal_lag_probability, "maximal lag probability"},
          {o_.release_probability, "release probability"},
          {o_.due_probability, "due date probability"},
          {o_.deadline_probability, "deadline probability"},
          {o_.fixed_probability, "fixed start probability"},
          {o_.closed_probability, "closed probability"},
          {o_.stretching_probability, "stretching probability"},
          {o_.shrinking_probability, "shrinking probability"},
          {o_.closed_probability + o_.stretching_probability, "closed and stretching probability together"}})
      require(value >= 0 && value <= 1, std::string(what) + " must be in 0 … 1");
    for (const auto& [value, what] : {std::pair{o_.release_range, "release range"},
                                      {o_.due_range, "due date range"},
                                      {o_.deadline_range, "deadline range"}})
      require(value >= 0 && value <= 1000, std::string(what) + " must be in 0 … 1000");
  }

  [[nodiscard]] std::int64_t draw(std::int64_t low, std::int64_t high) { return rng_.between(low, high); }
  /// round(base + share · width), the same on every platform.
  [[nodiscard]] static std::int64_t part(std::int64_t base, double share, std::int64_t width) {
    const double rounded = std::floor(std::fma(share, static_cast<double>(width), 0.5));
    if (rounded > 0x1p60) throw error("random project: a date range exceeds 2^60 ticks");
    return base + static_cast<std::int64_t>(rounded);
  }

  void make_network() {
    const std::size_t n = o_.tasks;
    nodes_.resize(n);
    if (n == 1) return;
    std::size_t window = o_.window != 0 ? o_.window : std::min<std::size_t>(n, 256);
    const std::size_t most = std::min({n / 2, window - 1, std::size_t{4095}});
    const std::size_t sources = std::clamp<std::size_t>(o_.sources, 1, std::max<std::size_t>(most, 1));
    const std::size_t sinks = std::clamp<std::size_t>(o_.sinks, 1, std::max<std::size_t>(most, 1));
    const std::size_t counted = o_.dummies ? n + 2 : n;
    const auto all = static_cast<std::size_t>(part(0, o_.network_complexity, static_cast<std::int64_t>(counted)));
    const std::size_t outer = o_.dummies ? sources + sinks : 0;
    for (const auto& [from, to] : random_network({.nodes = n,
                                  .arcs = all > outer ? all - outer : 0,
                                  .sources = sources,
                                  .sinks = sinks,
                                  .max_predecessors = o_.max_predecessors,
                                  .max_successors = o_.max_successors,
                                  .window = window},
                                                 rng_))
      arcs_.push_back({from, to, lag_kind::finish_start, 0, false});
  }

  /// For every task the resources of one kind that it needs: `factor` of all pairs, every task at least one while they
  /// last, the others by selection sampling (Knuth 3.4.2 S).
  void choose_needs(std::vector<std::vector<std::uint32_t>>& chosen, std::size_t first, std::size_t count,
                    double factor) {
    if (count == 0) return;
    const std::size_t n = nodes_.size();
    auto wanted = static_cast<std::size_t>(part(0, factor, static_cast<std::int64_t>(n * count)));
    const bool each = wanted >= n;
    std::size_t left = each ? n * (count - 1) : n * count;
    if (each) wanted -= n;
    for (std::size_t i = 0; i < n; ++i) {
      const std::size_t given = each ? static_cast<std::size_t>(rng_.below(count)) : count;
      for (std::size_t r = 0; r < count; ++r) {
        bool take = r == given;
        if (!take && wanted != 0 && rng_.below(left) < wanted) {
          take = true;
          --wanted;
        }
        left -= r == given ? 0U : 1U;
        if (take) chosen[i].push_back(static_cast<std::uint32_t>(first + r));
      }
    }
  }

  void make_modes() {
    std::vector<std::vector<std::uint32_t>> chosen(nodes_.size());
    choose_needs(chosen, 0, o_.renewables, o_.resource_factor);
    choose_needs(chosen, o_.renewables, o_.nonrenewables, o_.nonrenewable_factor);
    std::vector<std::int64_t> works;
    std::vector<amount> levels;
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      node& t = nodes_[i];
      works.clear();
      for (std::int64_t m = draw(static_cast<std::int64_t>(o_.min_modes), static_cast<std::int64_t>(o_.max_modes));
           m > 0; --m)
        works.push_back(draw(o_.min_duration, o_.max_duration));
      std::ranges::sort(works);
      works.erase(std::unique(works.begin(), works.end()), works.end());
      t.first_mode = works_.size();
      t.modes = works.size();
      works_.insert(works_.end(), works.begin(), works.end());
      t.first_need = needs_.size();
      t.needs = chosen[i].size();
      needs_.insert(needs_.end(), chosen[i].begin(), chosen[i].end());
      t.first_demand = demands_.size();
      demands_.resize(demands_.size() + t.modes * t.needs);
      for (std::size_t k = 0; k < t.needs; ++k) {
        levels.clear();
        for (std::size_t m = 0; m < t.modes; ++m) levels.push_back(draw(o_.min_demand, o_.max_demand));
        std::ranges::sort(levels, std::ranges::greater{});
        for (std::size_t m = 0; m < t.modes; ++m) demands_[t.first_demand + m * t.needs + k] = levels[m];
      }
      t.weight = draw(o_.min_weight, o_.max_weight);
    }
  }

  void make_lags() {
    if (o_.lag_probability == 0) return;
    for (arc& a : arcs_)
      if (rng_.chance(o_.lag_probability)) {
        a.kind = static_cast<lag_kind>(rng_.below(4));
        a.lag = draw(o_.min_lag, o_.max_lag);
      }
  }

  [[nodiscard]] std::int64_t shortest(const node& t) const { return works_[t.first_mode]; }
  [[nodiscard]] std::int64_t longest(const node& t) const { return works_[t.first_mode + t.modes - 1]; }
  [[nodiscard]] amount most_needed(const node& t, std::size_t k) const { return demands_[t.first_demand + k]; }
  [[nodiscard]] amount least_needed(const node& t, std::size_t k) const {
    return demands_[t.first_demand + (t.modes - 1) * t.needs + k];
  }

  /// Earliest start of a node that an arc into it allows, given the times of the other end.
  [[nodiscard]] static std::int64_t bound(const arc& a, std::int64_t start, std::int64_t finish, std::int64_t work) {
    return (from_start(a.kind) ? start : finish) + a.lag - (to_start(a.kind) ? 0 : work);
  }

  /// Earliest starts in the shortest modes, without resources.
  [[nodiscard]] std::vector<std::int64_t> earliest_starts() const {
    std::vector<std::int64_t> start(nodes_.size(), 0);
    auto a = arcs_.begin();  // sorted by `to`
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].dates.release.is_finite()) start[i] = nodes_[i].dates.release.count();
      for (; a != arcs_.end() && a->to == i; ++a)
        start[i] = std::max(start[i],
                            bound(*a, start[a->from], start[a->from] + shortest(nodes_[a->from]), shortest(nodes_[i])));
    }
    return start;
  }

  /// Renewable: greatest demand + strength · (peak of the earliest start schedule − greatest demand), each task in its
  /// most demanding mode for the peak, in its least demanding one for the greatest demand. Non-renewable: between the
  /// sums of the least and of the greatest demands.
  void make_capacities() {
    const std::size_t resources = o_.renewables + o_.nonrenewables;
    std::vector<amount> least(resources, 0), peak(resources, 0), level(resources, 0);
    const std::vector<std::int64_t> start = earliest_starts();
    std::vector<std::uint32_t> by_start, by_finish;
    const auto finish = [&](std::uint32_t i) { return start[i] + shortest(nodes_[i]); };
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      const node& t = nodes_[i];
      critical_ = std::max(critical_, finish(i));
      for (std::size_t k = 0; k < t.needs; ++k) {
        const std::size_t r = needs_[t.first_need + k];
        if (r >= o_.renewables) {
          least[r] += least_needed(t, k);
          peak[r] += most_needed(t, k);
        } else {
          least[r] = std::max(least[r], least_needed(t, k));
        }
      }
      if (shortest(t) > 0) by_start.push_back(i);
    }
    by_finish = by_start;
    std::ranges::stable_sort(by_start, {}, [&](std::uint32_t i) { return start[i]; });
    std::ranges::stable_sort(by_finish, {}, finish);
    for (std::size_t s = 0, f = 0; s < by_start.size(); ++s) {
      const node& t = nodes_[by_start[s]];
      for (; finish(by_finish[f]) <= start[by_start[s]]; ++f)
        for (std::size_t k = 0; k < nodes_[by_finish[f]].needs; ++k)
          level[needs_[nodes_[by_finish[f]].first_need + k]] -= most_needed(nodes_[by_finish[f]], k);
      for (std::size_t k = 0; k < t.needs; ++k) {
        const std::size_t r = needs_[t.first_need + k];
        level[r] += most_needed(t, k);
        if (r < o_.renewables) peak[r] = std::max(peak[r], level[r]);
      }
    }
    std::vector<int128> volume(resources, 0);
    for (const node& t : nodes_)
      for (std::size_t k = 0; k < t.needs; ++k)
        volume[needs_[t.first_need + k]] += int128{shortest(t)} * most_needed(t, k);
    bound_ = critical_;
    for (std::size_t r = 0; r < resources; ++r) {
      const double strength = r < o_.renewables ? o_.resource_strength : o_.nonrenewable_strength;
      resource s;
      s.kind = r < o_.renewables ? resource_kind::renewable : resource_kind::nonrenewable;
      s.capacity = std::max<amount>(1, part(least[r], strength, std::max<amount>(0, peak[r] - least[r])));
      if (r < o_.renewables) bound_ = std::max(bound_, static_cast<std::int64_t>(volume[r] / s.capacity));
      resources_.push_back(std::move(s));
    }
  }

  void make_dates() {
    if (o_.release_probability > 0)
      for (node& t : nodes_)
        if (rng_.chance(o_.release_probability)) t.dates.release = draw(0, part(0, o_.release_range, critical_));
    if (o_.due_probability == 0) return;
    const std::vector<std::int64_t> start = earliest_starts();
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      if (rng_.chance(o_.due_probability))
        nodes_[i].dates.due = start[i] + shortest(nodes_[i]) + draw(0, part(0, o_.due_range, bound_));
  }

  /// Days of three spans, the middle one the core; every calendar is open in the core of the first day of the week.
  [[nodiscard]] calendar::periodic_calendar shifts() {
    const std::int64_t day = 3 * span_;
    const std::uint64_t off = 1 + rng_.below(6);
    const std::uint64_t half = 1 + rng_.below(6);
    const std::int64_t early = draw(0, span_ / 2);
    const std::int64_t late = draw(0, span_ / 2);
    std::vector<interval> open;
    for (std::uint64_t d = 0; d < 7; ++d) {
      const std::int64_t from = static_cast<std::int64_t>(d) * day + span_;
      if (d == off) continue;
      open.push_back({from - early, d == half ? from : from + span_ + late});
    }
    return calendar::weekly(open, 7 * day);
  }

  void make_calendars() {
    span_ = std::max<std::int64_t>(1, o_.max_duration);
    if (o_.closed_probability + o_.stretching_probability + o_.shrinking_probability == 0) return;
    for (std::size_t r = 0; r < o_.renewables; ++r) {
      resource& s = resources_[r];
      const double what = rng_.real();
      if (what < o_.closed_probability + o_.stretching_probability) {
        s.breaks = shifts();
        s.on_break = what < o_.closed_probability ? break_rule::closed : break_rule::stretching;
      }
      if (rng_.chance(o_.shrinking_probability)) s.shrinkings.push_back({shifts(), draw(0, s.capacity)});
      calendars_ = calendars_ || !s.plain();
    }
  }

  /// Shelves: tasks in topological order start together as long as they fit; the next shelf begins when the last one
  /// has finished, with calendars in the core of the first day of a week. Longest modes: they are the least demanding.
  void make_witness() {
    const std::size_t n = nodes_.size();
    start_.assign(n, 0);
    std::vector<amount> free(o_.renewables);
    std::int64_t shelf = align(0);
    std::int64_t end = shelf;
    const auto open_shelf = [&](std::int64_t t) {
      shelf = align(t);
      for (std::size_t r = 0; r < o_.renewables; ++r) free[r] = resources_[r].capacity;
    };
    open_shelf(0);
    auto a = arcs_.begin();
    for (std::size_t i = 0; i < n; ++i) {
      const node& t = nodes_[i];
      const std::int64_t work = longest(t);
      std::int64_t ready = t.dates.release.is_finite() ? t.dates.release.count() : 0;
      for (; a != arcs_.end() && a->to == i; ++a)
        ready = std::max(ready, bound(*a, start_[a->from], start_[a->from] + longest(nodes_[a->from]), work));
      start_[i] = ready;
      if (work == 0) continue;
      const auto fits = [&] {
        for (std::size_t k = 0; k < t.needs; ++k)
          if (const std::size_t r = needs_[t.first_need + k]; r < o_.renewables && free[r] < least_needed(t, k))
            return false;
        return true;
      };
      if (ready > shelf || !fits()) open_shelf(std::max(end, ready));
      start_[i] = shelf;
      end = std::max(end, shelf + work);
      for (std::size_t k = 0; k < t.needs; ++k)
        if (const std::size_t r = needs_[t.first_need + k]; r < o_.renewables) free[r] -= least_needed(t, k);
    }
    const auto finish = [&](std::size_t i) { return start_[i] + longest(nodes_[i]); };
    std::int64_t makespan = 0;
    for (std::size_t i = 0; i < n; ++i) makespan = std::max(makespan, finish(i));
    for (std::size_t i = 0; i < n; ++i) {
      node& t = nodes_[i];
      if (o_.deadline_probability > 0 && rng_.chance(o_.deadline_probability))
        t.dates.deadline = finish(i) + draw(0, part(0, o_.deadline_range, makespan));
      if (o_.fixed_probability > 0 && rng_.chance(o_.fixed_probability)) t.dates.fixed_start = start_[i];
    }
    if (o_.maximal_lag_probability == 0) return;
    for (std::size_t k = 0, minimal = arcs_.size(); k < minimal; ++k) {
      if (!rng_.chance(o_.maximal_lag_probability)) continue;
      const auto kind = static_cast<lag_kind>(rng_.below(4));
      const std::size_t i = arcs_[k].from;
      const std::size_t j = arcs_[k].to;
      const std::int64_t lag = (to_start(kind) ? start_[j] : finish(j)) - (from_start(kind) ? start_[i] : finish(i));
      arcs_.push_back({i, j, kind, lag + draw(0, o_.maximal_lag_range), true});
    }
  }
  [[nodiscard]] std::int64_t align(std::int64_t t) const {
    if (!calendars_) return t;
    const std::int64_t week = 21 * span_;
    return (t + week - span_ - 1) / week * week + span_;  // t ≥ 0; the least such core start ≥ t
  }

  random_instance emit() {
    const std::size_t n = nodes_.size();
    const std::size_t shift = o_.dummies ? 1 : 0;
    std::vector<std::uint32_t> at(n);  // id of each node, and the reverse
    std::iota(at.begin(), at.end(), 0U);
    if (o_.shuffled) rng_.shuffle(std::span(at));
    std::vector<std::uint32_t> order(n);
    for (std::uint32_t i = 0; i < n; ++i) order[at[i]] = i;
    project_builder b;
    for (resource& r : resources_) b.add_resource(std::move(r));
    random_instance result;
    result.witness = schedule::unplaced(n + 2 * shift);
    const auto place = [&](task_id id, std::int64_t start, std::int64_t finish, std::size_t mode) {
      result.witness.start[id.index()] = start;
      result.witness.finish[id.index()] = finish;
      result.witness.mode[id.index()] = static_cast<std::uint32_t>(mode);
    };
    if (o_.dummies) place(b.add_task({.name = o_.named ? "start" : ""}), 0, 0, 0);
    std::int64_t makespan = 0;
    for (std::uint32_t i : order) {
      const node& t = nodes_[i];
      task_spec s{.dates = t.dates, .weight = static_cast<double>(t.weight)};
      if (o_.named) s.name.append(1, 'T').append(std::to_string(at[i] + 1));
      const auto needs = [&](std::size_t m) {
        std::vector<requirement> row(t.needs);
        for (std::size_t k = 0; k < t.needs; ++k)
          row[k] = {resource_id(needs_[t.first_need + k]), demands_[t.first_demand + m * t.needs + k]};
        return row;
      };
      if (t.modes == 1) {
        s.work = shortest(t);
        s.needs = needs(0);
      } else {
        for (std::size_t m = 0; m < t.modes; ++m)
          s.modes.push_back({.work = works_[t.first_mode + m], .needs = needs(m)});
      }
      place(b.add_task(std::move(s)), start_[i], start_[i] + longest(t), t.modes - 1);
      makespan = std::max(makespan, start_[i] + longest(t));
    }
    const auto name = [&](std::size_t i) { return task_id(at[i] + shift); };
    for (const arc& a : arcs_) b.add_precedence(name(a.from), name(a.to), {a.kind, a.lag, a.maximal});
    if (o_.dummies) {
      const task_id last = b.add_task({.name = o_.named ? "finish" : ""});
      place(last, makespan, makespan, 0);
      std::vector<char> begun(n, 0), ended(n, 0);  // something before (after) it is tied to its start (finish)
      for (const arc& a : arcs_) {
        if (a.maximal || a.lag < 0) continue;
        if (to_start(a.kind)) begun[a.to] = 1;
        if (!from_start(a.kind)) ended[a.from] = 1;
      }
      for (std::size_t i : order) {
        if (!begun[i]) b.add_precedence(task_id(0), name(i));
        if (!ended[i]) b.add_precedence(name(i), last);
      }
    }
    result.project = b.build();
    for (std::size_t i = 0; i < result.witness.size(); ++i)  // modes that the capacities exclude are gone
      result.witness.mode[i] = static_cast<std::uint32_t>(result.project.mode_count(task_id(i)) - 1);
    return result;
  }

  static constexpr std::int64_t most_ = std::int64_t{1} << 32;

  const random_project_options& o_;
  random_generator& rng_;
  std::vector<node> nodes_;
  std::vector<arc> arcs_;
  std::vector<std::int64_t> works_;
  std::vector<std::uint32_t> needs_;
  std::vector<amount> demands_;
  std::vector<resource> resources_;
  std::vector<std::int64_t> start_;
  std::int64_t critical_ = 0, bound_ = 0, span_ = 1;
  bool calendars_ = false;
};

}  // namespace detail

/// A random project that has a schedule, and one such schedule. Same options and same state of the generator: the same
/// instance on every platform. Dates, maximal lags and fixed starts are drawn around the witness, calendars around a
/// weekly core into which every task fits, so every instance is feasible, however tight the options.
/// O(n (R + log n + window / 64)) for n tasks and R resources. Throws `sched::error` when an option is out of range, or
/// when times could leave the builder's limits.
/// Reference: Kolisch, Sprecher & Drexl, "Characterization and generation of a general class of resource-constrained
/// project scheduling problems", 1995 (ProGen). Differences: arcs no longer than a window in large networks; the modes
/// of a task need the same resources; demands fall with the duration; a witness schedule.
[[nodiscard]] inline random_instance random_project_with_witness(const random_project_options& o,
                                                                 random_generator& rng) {
  return detail::project_generator(o, rng).run();
}

/// The project of `random_project_with_witness`.
[[nodiscard]] inline project random_project(const random_project_options& o, random_generator& rng) {
  return random_project_with_witness(o, rng).project;
}

}  // namespace v0
}  // namespace sched

#endif
