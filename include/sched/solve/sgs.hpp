// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_SGS_HPP
#define SCHED_SOLVE_SGS_HPP

/// \file
/// One-shot schedule generation: serial_sgs and parallel_sgs, forward, backward and from both ends.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/model/project.hpp>
#include <sched/model/reversed.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/task_rules.hpp>
#include <sched/solve/bidirectional.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/parallel_decoder.hpp>
#include <sched/solve/parallel_scheme.hpp>
#include <sched/solve/rule_driver.hpp>
#include <sched/solve/serial_scheme.hpp>
#include <sched/solve/sgs_options.hpp>
#include <sched/timeline/adaptive_timeline.hpp>
#include <sched/timeline/dense_timeline.hpp>
#include <sched/timeline/step_timeline.hpp>
#include <sched/timeline/tree_timeline.hpp>

namespace sched {
inline namespace v0 {

namespace detail {

/// Tasks from which on the tree's better growth outweighs the step profile's smaller constant (measured).
inline constexpr std::size_t tree_from = 2000;

/// Calls f with the timeline type that the options choose.
template <class F>
decltype(auto) with_timeline(const project& p, timeline_model model, F f) {
  if (model == timeline_model::automatic)
    model = p.task_count() < tree_from ? timeline_model::step : timeline_model::tree;
  switch (model) {
    case timeline_model::dense: return f(std::type_identity<dense_timeline>{});
    case timeline_model::tree: return f(std::type_identity<tree_timeline>{});
    default: return f(std::type_identity<step_timeline>{});
  }
}

/// The order in which the serial scheme takes the tasks when keys never change. O(n log n + m).
[[nodiscard]] inline std::vector<std::uint32_t> list_by_rank(const project& p, std::span<const std::uint32_t> rank,
                                                             std::span<const std::uint32_t> by_rank) {
  const std::size_t n = p.task_count();
  std::vector<std::uint32_t> list, heap, waiting(n);
  list.reserve(n);
  const auto open = [&](std::size_t i) {
    heap.push_back(rank[i]);
    std::ranges::push_heap(heap, std::greater<>());
  };
  for (std::size_t i = 0; i < n; ++i) {
    waiting[i] = static_cast<std::uint32_t>(p.predecessors(task_id(i)).size());
    if (waiting[i] == 0) open(i);
  }
  while (!heap.empty()) {
    std::ranges::pop_heap(heap, std::greater<>());
    list.push_back(by_rank[heap.back()]);
    heap.pop_back();
    for (const adjacency& l : p.successors(task_id(list.back())))
      if (--waiting[l.task.index()] == 0) open(l.task.index());
  }
  return list;
}

struct serial_kind {
  template <class Rule, class Modes, class Timeline>
  using scheme = serial_scheme<Rule, Modes, Timeline>;
};
struct parallel_kind {
  template <class Rule, class Modes, class Timeline>
  using scheme = parallel_scheme<Rule, Modes, Timeline>;
};

/// Tasks from which on preparing a decoder pays for a single schedule (measured).
inline constexpr std::size_t decoder_from = 48;

/// One schedule of a large classic project with a static rule, by the decoders: the same schedule as the schemes give,
/// sooner. False when that does not apply.
template <class Kind, class Rule>
bool forward_decoded(const project& p, const Rule& rule, const sgs_options& options, schedule_result& out) {
  if (options.timeline != timeline_model::automatic || p.task_count() < decoder_from || !list_decoder::accepts(p))
    return false;
  rule_driver<Rule> driver(p, rule);
  constexpr bool serial = std::is_same_v<Kind, serial_kind>;
  if (!driver.is_static() || (serial && driver.is_parallel_only()) || options.watch.stopped()) return false;
  driver.reseed(options.seed);
  driver.prepare();
  const std::size_t n = p.task_count();
  std::vector<std::int32_t> starts(n);
  if constexpr (serial) {
    const std::vector<std::uint32_t> list = list_by_rank(p, driver.ranks(), driver.by_rank());
    list_decoder(p).decode(std::span<const std::uint32_t>(list), std::span(starts));
  } else {
    parallel_decoder(p).decode(driver.by_rank(), std::span(starts));
  }
  out.status = status::feasible;
  out.schedules = 1;
  out.schedule = schedule::unplaced(n);
  for (std::size_t i = 0; i < n; ++i) {
    out.schedule.start[i] = starts[i];
    out.schedule.finish[i] = out.schedule.start[i] + p.work(task_id(i));
  }
  return true;
}

template <class Kind, class Rule, class Modes>
schedule_result forward(const project& p, Rule rule, const sgs_options& options, Modes modes) {
  if (schedule_result out; forward_decoded<Kind>(p, rule, options, out)) return out;
  return with_timeline(p, options.timeline, [&](auto timeline) {
    using scheme = typename Kind::template scheme<Rule, Modes, typename decltype(timeline)::type>;
    return scheme(p, std::move(rule), options, std::move(modes)).run();
  });
}

/// The schedule's tasks in the order of their starts, each as early as possible in its mode.
template <class Kind>
schedule_result compact(const project& p, const schedule& s, const sgs_options& options) {
  std::vector<double> keys(s.size());
  for (std::size_t i = 0; i < s.size(); ++i) keys[i] = static_cast<double>(s.start[i].count());
  // One timeline type, whatever the size: every instantiation costs users compile time.
  using scheme = serial_scheme<priority::given, mode::given, adaptive_timeline>;
  return scheme(p, priority::given(keys), options, mode::given(s.mode)).run();
}

template <class Kind, class Rule, class Modes>
schedule_result backward(const project& p, Rule rule, const sgs_options& options, Modes modes) {
  const bool dated = p.has_releases() || p.has_calendars() || p.has_deadlines() || p.has_fixed();
  const bool anchored = dated || options.horizon.is_finite();
  instant horizon = options.horizon;
  std::uint64_t spent = 0;
  if (schedule_result verdict = check_solvable(p, find_critical_path(p)); verdict.status != status::feasible)
    return verdict;
  if (!horizon.is_finite()) {
    horizon = 0;
    if (dated) {
      schedule_result first = forward<Kind>(p, rule, options, modes);
      if (first.schedule.size() == 0 || !first.schedule.makespan().is_finite()) return first;
      horizon = first.schedule.makespan();
      spent = first.schedules;
    }
  }
  std::vector<std::uint32_t> fixed_modes;  // a scheme places fixed tasks in the modes it starts with
  if (p.has_fixed()) fixed_modes = first_modes(p, modes, options.seed);
  schedule_result out = forward<Kind>(reversed_project(p, horizon, fixed_modes), rule, options, modes);
  if (out.status == status::infeasible)  // with that end, or with fixed tasks in those modes: nothing is proved
    return forward<Kind>(p, std::move(rule), options, std::move(modes));
  const bool placed = out.solved() || out.status == status::deadline_missed;
  if (!placed) return out;
  out.schedule = mirrored(out.schedule, anchored ? horizon : out.schedule.makespan());
  for (std::size_t i = 0; anchored && i < p.task_count(); ++i) {
    const instant start = out.schedule.start[i];
    // a start fixed in a break ends where the break begins, and turned back starts elsewhere
    const task_id t(i);
    const bool kept = p.is_fixed(t) ? start == p.fixed_start(t) && out.schedule.finish[i] <= p.deadline(t) : start >= 0;
    if (!kept) out.status = status::deadline_missed;
  }
  if (out.status == status::deadline_missed) {  // pushed below time 0 or a release date: keep the order, plan forward
    out = compact<Kind>(p, out.schedule, options);
    ++spent;
  }
  out.schedules += spent;
  return out;
}

template <class Kind, class Rule, class Modes>
schedule_result generate(const project& p, Rule rule, const sgs_options& options, Modes modes) {
  schedule_result out;
  switch (options.direction) {
    case planning::forward: out = forward<Kind>(p, std::move(rule), options, std::move(modes)); break;
    case planning::backward: out = backward<Kind>(p, std::move(rule), options, std::move(modes)); break;
    case planning::bidirectional:
      if constexpr (std::is_same_v<Kind, serial_kind>) {
        out = both_ends(p, std::move(rule), options, modes);
        if (out.solved()) {
          out = compact<Kind>(p, out.schedule, options);
          out.schedules = 2;
        }
      } else {
        out.status = status::unsupported;
        out.reason = "bidirectional planning exists for the serial scheme only";
      }
      break;
  }
  if (out.schedule.size() != 0)
    options.watch.report({out.schedules, out.schedules, static_cast<double>(out.schedule.makespan().count()),
                          std::numeric_limits<double>::quiet_NaN()});
  return out;
}

template <class Kind>
struct sgs_function {
  template <priority_rule Rule, mode_policy Modes = mode::earliest_finish>
    requires(std::is_same_v<Kind, parallel_kind> || !priority::parallel_only<Rule>)
  schedule_result operator()(const project& p, Rule rule, const sgs_options& options = {}, Modes modes = {}) const {
    return generate<Kind>(p, std::move(rule), options, std::move(modes));
  }
  schedule_result operator()(const project& p) const { return (*this)(p, priority::latest_finish{}); }
};

}  // namespace detail

/// `serial_sgs(p, rule, options, modes)`: one schedule by the serial generation scheme. See `serial_scheme` for what it
/// honours and costs. Allocates its working memory anew; reuse a `serial_scheme` in loops.
inline constexpr detail::sgs_function<detail::serial_kind> serial_sgs{};

/// `parallel_sgs(p, rule, options, modes)`: one schedule by the parallel generation scheme. See `parallel_scheme`.
inline constexpr detail::sgs_function<detail::parallel_kind> parallel_sgs{};

}  // namespace v0
}  // namespace sched

#endif
