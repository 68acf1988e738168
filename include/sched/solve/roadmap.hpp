// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_ROADMAP_HPP
#define SCHED_SOLVE_ROADMAP_HPP

/// \file
/// Roadmaps: people, calendars, deadlines, scheduled by one call.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_problem.hpp>
#include <sched/model/roadmap_result.hpp>
#include <sched/priority/any_rule.hpp>
#include <sched/priority/attractiveness.hpp>
#include <sched/priority/urgency_rules.hpp>
#include <sched/solve/detail/roadmap_critical_path.hpp>
#include <sched/solve/detail/roadmap_lookahead.hpp>
#include <sched/solve/detail/roadmap_state.hpp>
#include <sched/solve/rollout.hpp>

namespace sched {
inline namespace v0 {
namespace detail {

/// Who is placed when, and what the look-ahead decided.
struct roadmap_run {
  std::vector<instant> start{}, finish{};
  std::vector<std::uint32_t> chosen{};
  std::vector<std::uint32_t> order{};  ///< fixed tasks first, then by placement
  std::vector<std::size_t> waiting{};
  std::vector<roadmap_decision> decisions{};
  std::vector<roadmap_pass_over> pass_overs{};
  std::uint64_t scenarios = 0, bytes = 0;
  bool cancelled = false;

  /// makespan, Σ priority · tardiness, Σ priority · completion; tasks without a place count as infinitely late.
  [[nodiscard]] std::tuple<instant, int128, int128> metrics(const roadmap_problem& p) const {
    instant end = p.now();
    int128 tardiness = 0;
    int128 completion = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (finish[i] == instant::infinity()) {
        end = instant::infinity();
        continue;
      }
      end = std::max(end, finish[i]);
      completion += int128{p.own_priority(i)} * (finish[i] - p.now()).count();
      if (p.own_due(i).is_finite() && finish[i] > p.own_due(i))
        tardiness += int128{p.own_priority(i)} * (finish[i] - p.own_due(i)).count();
    }
    return {end, tardiness, completion};
  }
};

template <class State>
[[nodiscard]] roadmap_run run_of(const State& s) {
  const roadmap_problem& p = s.problem();
  roadmap_run out;
  for (std::size_t i = 0; i < p.size(); ++i) {
    out.start.push_back(s.start_of(i));
    out.finish.push_back(s.finish_of(i));
    out.chosen.push_back(s.chosen(i));
    out.waiting.push_back(s.waiting_for(i));
  }
  for (const placement& q : s.placements()) out.order.push_back(static_cast<std::uint32_t>(q.task.index()));
  out.pass_overs = s.pass_overs();
  return out;
}

/// Greedy, no look-ahead.
[[nodiscard]] inline roadmap_run run_greedy(const std::shared_ptr<const roadmap_context>& context,
                                            const priority::any_rule& rule, bool rerank) {
  native_rollout s(context, rule, rerank);
  s.init();
  bool cancelled = false;
  while (!s.done() && !cancelled) {
    s.step();
    cancelled = context->options->watch.stopped();
  }
  roadmap_run out = run_of(s);
  out.cancelled = cancelled && !s.done();
  return out;
}

template <class Policy, class State>
[[nodiscard]] roadmap_run run_rollout(State& s) {
  const roadmap_options& o = *s.context().options;
  std::vector<roadmap_decision> decisions;
  s.init();
  rollout_solver<State, Policy> solver(s, Policy{}, {.threads = o.threads, .watch = o.watch});
  const rollout_report report = solver.run([&](const State& at, std::span<const roadmap_choice> choices,
                                               std::span<const typename Policy::cost> costs, std::size_t chosen) {
    if (choices[0].what != roadmap_choice::kind::place) return;  // which resource: not recorded
    roadmap_decision d = at.decision();
    d.place_cost = static_cast<double>(costs[0]);
    d.skip_cost = static_cast<double>(costs[1]);
    d.horizon = choices[0].horizon;
    d.skipped = chosen != 0;
    if (d.skipped) d.barred_until = choices[1].until;
    decisions.push_back(d);
  });
  roadmap_run out = run_of(s);
  out.decisions = std::move(decisions);
  out.scenarios = report.scenarios;
  out.bytes = report.bytes;
  out.cancelled = report.cancelled;
  return out;
}

/// True when the rollout's schedule may stay.
[[nodiscard]] inline bool passes_guard(const roadmap_problem& p, const roadmap_run& ahead, const roadmap_run& plain,
                                       lookahead_settings::guard_by guard) {
  const auto [end, tardiness, completion] = ahead.metrics(p);
  const auto [plain_end, plain_tardiness, plain_completion] = plain.metrics(p);
  if (end == instant::infinity() || plain_end == instant::infinity()) return end <= plain_end;
  if (guard == lookahead_settings::guard_by::pareto)
    return end <= plain_end && tardiness <= plain_tardiness && completion <= plain_completion;
  return 100 * tardiness + completion <= 100 * plain_tardiness + plain_completion;
}

[[nodiscard]] inline roadmap_result result_of(const roadmap_context& c, roadmap_run run) {
  const roadmap_problem& p = *c.problem;
  roadmap_result out;
  out.resources = p.resource_names();
  out.completed = p.dropped();
  out.dates.resize(p.source().tasks.size());
  for (std::size_t i = 0; i < p.size(); ++i) {
    roadmap_dates& d = out.dates[p.position(i)];
    const instant due = c.dates.due[i];
    d.deadline = p.native() || !due.is_finite() ? due : due - p.tail();
    d.priority = c.dates.priority[i];
    if (run.finish[i] == instant::infinity()) continue;
    if (due.is_finite()) d.late = std::max<duration>(0, run.finish[i] - due);
    if (p.own_due(i).is_finite()) d.own_late = std::max<duration>(0, run.finish[i] - p.own_due(i));
  }
  out.placed.reserve(run.order.size());
  for (const std::uint32_t i : run.order) {
    roadmap_assignment a;
    a.task = p.position(i);
    a.start = run.start[i];
    a.finish = run.finish[i];
    a.end = p.native() ? a.finish : a.finish - p.tail();
    a.fixed = p.fixed(i);
    a.automatic = p.automatic(i);
    if (run.chosen[i] != no_index) a.resources.push_back(run.chosen[i]);
    else if (!p.milestone(i)) a.resources.assign(p.listed(i).begin(), p.listed(i).end());
    out.placed.push_back(std::move(a));
  }
  for (std::uint32_t i = 0; i < p.size(); ++i) {
    if (run.finish[i] != instant::infinity()) continue;
    roadmap_failure f;
    f.task = p.position(i);
    using enum roadmap_failure::kind;
    if (p.waits_for_nothing(i)) {
      f.reason = unknown_dependency;
    } else if (run.waiting[i] != 0) {
      f.reason = waits_for;
      for (const roadmap_arc& a : p.predecessors(i))
        if (run.finish[a.task] == instant::infinity()) {
          f.other = p.position(a.task);
          break;
        }
    } else if (run.cancelled) {
      f.reason = not_reached;
    } else if (p.automatic(i)) {
      f.reason = p.candidates(i).empty() ? no_candidate : calendar_never_free;
    } else {
      f.reason = p.needs(i).empty() && !p.milestone(i) ? no_resource : calendar_never_free;
    }
    out.failed.push_back(f);
  }
  out.status = run.cancelled        ? roadmap_status::cancelled
               : out.failed.empty() ? roadmap_status::complete
                                    : roadmap_status::unplaceable;
  out.decisions = std::move(run.decisions);
  out.pass_overs = std::move(run.pass_overs);
  out.scenarios = run.scenarios;
  out.bytes_logged = run.bytes;
  return out;
}

/// Fixed tasks are taken at their word; what contradicts is said.
inline void add_warnings(const roadmap_problem& p, roadmap_result& r) {
  std::vector<std::pair<interval, std::uint32_t>> stays;
  for (const roadmap_assignment& a : r.placed)
    if (a.fixed) {
      const auto i = *p.find(p.source().tasks[a.task].id);
      for (const roadmap_arc& before : p.predecessors(i))
        for (const roadmap_assignment& b : r.placed)
          if (b.task == p.position(before.task) && b.finish + before.lag > a.start)
            r.warnings.push_back("fixed task \"" + p.id(i) + "\" starts before \"" + p.id(before.task) +
                                 "\" allows it");
    }
  for (std::uint32_t k = 0; k < p.resource_count(); ++k) {
    stays.clear();
    for (const std::uint32_t i : p.fixed_tasks())
      if (std::ranges::any_of(p.needs(i), [&](const resource_units& q) { return q.resource == k; }))
        stays.emplace_back(p.fixed_stay(i), i);
    std::ranges::sort(stays);
    for (std::size_t j = 1; j < stays.size(); ++j)
      if (p.timelines().capacity(k) == 1 && stays[j].first.start < stays[j - 1].first.finish)
        r.warnings.push_back("fixed tasks \"" + p.id(stays[j - 1].second) + "\" and \"" + p.id(stays[j].second) +
                             "\" overlap on \"" + p.resource_names()[k] + "\"");
  }
}

}  // namespace detail

/// Schedules a roadmap: parallel schedule generation with foresight, bounded rollout or target attractiveness, over
/// closed periods and calendars, by one of four strategies (see `roadmap_options`).
///
/// The outcome of the problem is the result's status, with a reason for every task that has no place; tasks that could
/// be placed are. Deterministic: the same for every order of the input, number of threads and platform. Malformed input
/// throws `sched::error` (see `roadmap_problem`).
/// Cost: O((n + arcs) log n + rule keys and calendar steps of the days on which something happens); with look-ahead
/// also scenarios · what happens before their horizon. Allocates its state once; scenarios allocate nothing after
/// warm-up.
[[nodiscard]] inline roadmap_result plan_roadmap(const roadmap& source, const roadmap_options& options = {}) {
  using namespace detail;  // NOLINT(google-build-using-namespace): this function only
  const roadmap_problem p(source, options);
  const auto context = std::make_shared<const roadmap_context>(p, options);
  if (!context->dates.cycle.empty()) {
    roadmap_result out;
    out.status = roadmap_status::cycle;
    for (const std::uint32_t i : context->dates.cycle) out.cycle.push_back(p.position(i));
    return out;
  }
  const bool attractive = options.algorithm == roadmap_algorithm::critical_path;
  const bool ahead =
      options.algorithm == roadmap_algorithm::bounded_rollout || (attractive && options.attractiveness.rollout_enabled);
  if (attractive && !p.native()) {
    compatible_critical_path s(context);
    s.solve();
    return result_of(*context, run_of(s));
  }
  const bool short_means =
      options.mode == roadmap_mode::compatible_ceil || (options.mode == roadmap_mode::compatible_floor && !ahead);
  const priority::any_rule rule =
      attractive ? priority::any_rule(priority::target_attractiveness(options.attractiveness, p.tail()))
                 : priority::roadmap_rule(options.strategy, options.urgency, short_means);
  roadmap_run run;
  bool guarded = false;
  if (!ahead) {
    run = run_greedy(context, rule, attractive);
  } else if (!p.native()) {
    compatible_rollout s(context, rule);
    run = run_rollout<compatible_policy>(s);
  } else {
    native_rollout s(context, rule, attractive);
    run = run_rollout<native_policy>(s);
    if (options.lookahead.guard != lookahead_settings::guard_by::none && !run.cancelled) {
      roadmap_run plain = run_greedy(context, rule, attractive);
      if (!plain.cancelled && !passes_guard(p, run, plain, options.lookahead.guard)) {
        guarded = true;
        run.start = std::move(plain.start);
        run.finish = std::move(plain.finish);
        run.chosen = std::move(plain.chosen);
        run.order = std::move(plain.order);
        run.waiting = std::move(plain.waiting);
        run.pass_overs = std::move(plain.pass_overs);
      }
    }
  }
  roadmap_result out = result_of(*context, std::move(run));
  out.guarded = guarded;
  if (p.native()) add_warnings(p, out);
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
