// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_ROADMAP_HPP
#define SCHED_SOLVE_ROADMAP_HPP

/// \file
/// Roadmaps: people, calendars, deadlines, scheduled by one call.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/calendar/civil.hpp>
#include <sched/core/config.hpp>
#include <sched/core/error.hpp>
#include <sched/core/progress.hpp>
#include <sched/model/roadmap.hpp>
#include <sched/model/roadmap_options.hpp>
#include <sched/model/roadmap_problem.hpp>
#include <sched/model/roadmap_result.hpp>
#include <sched/priority/any_rule.hpp>
#include <sched/priority/attractiveness.hpp>
#include <sched/priority/rule.hpp>
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
  for (const placed_task& q : s.placements()) out.order.push_back(static_cast<std::uint32_t>(q.task.index()));
  out.pass_overs = s.pass_overs();
  if constexpr (requires { s.scenarios(); }) {
    out.scenarios = s.scenarios();
    out.bytes = s.bytes_logged();
  }
  return out;
}

/// One algorithm at work, decision by decision.
class roadmap_engine {
public:
  virtual ~roadmap_engine() = default;
  virtual void init() = 0;
  [[nodiscard]] virtual bool done() const = 0;
  virtual void step() = 0;
  [[nodiscard]] virtual std::size_t placed() const = 0;
  [[nodiscard]] virtual roadmap_run result() const = 0;
};

/// A state that places by itself: greedy, or the reference's target attractiveness.
template <class State>
class plain_engine final : public roadmap_engine {
public:
  template <class... Args>
  explicit plain_engine(Args&&... args) : state_(std::forward<Args>(args)...) {}
  void init() override { state_.init(); }
  bool done() const override { return state_.done(); }
  void step() override { state_.step(); }
  std::size_t placed() const override { return state_.placed_count(); }
  roadmap_run result() const override { return run_of(state_); }

private:
  State state_;
};

/// A state under rollout.
template <class State, class Policy>
class rollout_engine final : public roadmap_engine {
public:
  template <class... Args>
  explicit rollout_engine(const roadmap_options& o, Args&&... args)
      : state_(std::forward<Args>(args)...),
        solver_(state_, Policy{}, {.threads = o.threads, .watch = {.stop = o.watch.stop, .observer = {}}}) {}
  void init() override {
    state_.init();
    solver_.init();
    decisions_.clear();
  }
  bool done() const override { return state_.done(); }
  void step() override {
    solver_.step([&](const State& at, std::span<const roadmap_choice> choices,
                     std::span<const typename Policy::cost> costs, std::size_t chosen) {
      if (choices[0].what != roadmap_choice::kind::place) return;  // which resource: not recorded
      roadmap_decision d = at.decision();
      d.place_cost = static_cast<double>(costs[0]);
      d.skip_cost = static_cast<double>(costs[1]);
      d.horizon = choices[0].horizon;
      d.skipped = chosen != 0;
      if (d.skipped) d.barred_until = choices[1].until;
      decisions_.push_back(d);
    });
  }
  std::size_t placed() const override { return state_.placed_count(); }
  roadmap_run result() const override {
    roadmap_run out = run_of(state_);
    out.decisions = decisions_;
    out.scenarios = solver_.result().scenarios;
    out.bytes = solver_.result().bytes;
    return out;
  }

private:
  State state_;
  rollout_solver<State, Policy> solver_;
  std::vector<roadmap_decision> decisions_;
};

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

[[nodiscard]] inline roadmap_result result_of(const roadmap_context& c, const roadmap_run& run) {
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
  out.decisions = run.decisions;
  out.pass_overs = run.pass_overs;
  out.scenarios = run.scenarios;
  out.bytes_logged = run.bytes;
  return out;
}

[[nodiscard]] inline std::string date_text(const roadmap_problem& p, instant t) {
  std::int64_t day = t.count() / p.day().count();
  if (t.count() % p.day().count() < 0) --day;
  const calendar::civil_date d = calendar::civil_from_days(day);
  const auto two = [](int x) { return (x < 10 ? "0" : "") + std::to_string(x); };
  return std::to_string(d.year) + "-" + two(d.month) + "-" + two(d.day);
}

/// Late tasks; and fixed tasks are taken at their word, so what contradicts is said.
inline void add_warnings(const roadmap_context& c, const roadmap_run& run, roadmap_result& r) {
  const roadmap_problem& p = *c.problem;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const instant due = c.dates.due[i];
    if (run.finish[i] == instant::infinity() || run.finish[i] <= due) continue;
    const std::int64_t days = (run.finish[i] - due + p.day() - 1).count() / p.day().count();
    r.warnings.push_back("task \"" + p.id(i) + "\" is " + std::to_string(days) + (days == 1 ? " day" : " days") +
                         " late: due " + date_text(p, due - p.tail() - (p.native() ? 1 : 0)) + ", ends " +
                         date_text(p, run.finish[i] - p.tail() - (p.native() ? 1 : 0)));
  }
  for (const std::uint32_t i : p.fixed_tasks())
    for (const roadmap_arc& a : p.predecessors(i))
      if (run.finish[a.task] == instant::infinity() || run.finish[a.task] + a.lag > run.start[i])
        r.warnings.push_back("fixed task \"" + p.id(i) + "\" starts before \"" + p.id(a.task) + "\" allows it");
  std::vector<std::vector<std::pair<interval, std::uint32_t>>> stays(p.resource_count());
  for (const std::uint32_t i : p.fixed_tasks())
    for (const resource_units& q : p.needs(i)) stays[q.resource].emplace_back(p.fixed_stay(i), i);
  for (std::uint32_t k = 0; k < p.resource_count(); ++k) {
    std::ranges::sort(stays[k]);
    for (std::size_t j = 1; j < stays[k].size(); ++j)
      if (p.timelines().capacity(k) == 1 && stays[k][j].first.start < stays[k][j - 1].first.finish)
        r.warnings.push_back("fixed tasks \"" + p.id(stays[k][j - 1].second) + "\" and \"" + p.id(stays[k][j].second) +
                             "\" overlap on \"" + p.resource_names()[k] + "\"");
  }
}

}  // namespace detail

/// Schedules a roadmap, decision by decision: parallel schedule generation with foresight, bounded rollout or target
/// attractiveness, over closed periods and calendars, by one of four strategies (see `roadmap_options`) or by any
/// priority rule.
///
/// Use: `init()`, `step()` (one decision: a placement, or a task left for something more urgent) until `done()`,
/// `result()`; or `run()`, which also asks the stop token and tells the observer how many tasks are placed.
/// The roadmap must outlive the planner.
///
/// The outcome of the problem is the result's status, with a reason for every task that has no place; tasks that could
/// be placed are. Deterministic: the same for every order of the input, number of threads and platform. Malformed input
/// throws `sched::error` (see `roadmap_problem`).
/// Cost: O((n + arcs) log n + rule keys and calendar steps of the days on which something happens); with look-ahead
/// also scenarios · what happens before their horizon. Allocates its state once; scenarios allocate nothing after
/// warm-up. Not copyable. References: Mouc (its rules and, in native mode, its defects mended); Bertsekas, Tsitsiklis &
/// Wu 1997.
class roadmap_planner {
public:
  explicit roadmap_planner(const roadmap& source, const roadmap_options& options = {})
      : roadmap_planner(source, options, std::nullopt) {}
  /// By the caller's rule instead of a strategy; keys only (a rule that merely picks is refused with `sched::error`).
  roadmap_planner(const roadmap& source, const roadmap_options& options, priority::any_rule rule)
      : roadmap_planner(source, options, std::optional<priority::any_rule>(std::move(rule))) {}
  roadmap_planner(const roadmap_planner&) = delete;
  roadmap_planner& operator=(const roadmap_planner&) = delete;
  ~roadmap_planner() = default;

  /// Nothing placed but fixed tasks.
  void init() {
    cancelled_ = false;
    if (circular()) return;
    make_engine();
    engine_->init();
  }
  [[nodiscard]] bool done() const { return circular() || engine_->done(); }
  /// One decision. Precondition: !done().
  void step() { engine_->step(); }
  /// What is placed so far, and when done, the whole.
  [[nodiscard]] roadmap_result result() const;
  [[nodiscard]] roadmap_result run() {
    const control& watch = options_.watch;
    for (init(); !done(); step()) {
      if (watch.stopped()) {
        cancelled_ = true;
        break;
      }
      watch.report({.done = engine_->placed(), .total = problem_.size()});
    }
    return result();
  }
  /// The roadmap in index form.
  [[nodiscard]] const roadmap_problem& problem() const noexcept { return problem_; }

private:
  roadmap_planner(const roadmap& source, const roadmap_options& options, std::optional<priority::any_rule> rule)
      : options_(options),
        problem_(source, options_),
        context_(std::make_shared<const detail::roadmap_context>(problem_, options_)),
        attractive_(options_.algorithm == roadmap_algorithm::critical_path),
        ahead_(options_.algorithm == roadmap_algorithm::bounded_rollout ||
               (attractive_ && options_.attractiveness.rollout_enabled)),
        rule_(rule ? std::move(*rule) : own_rule()) {
    if (!rule_.has_keys()) throw error("a roadmap needs a priority rule with keys");
  }

  [[nodiscard]] bool circular() const noexcept { return !context_->dates.cycle.empty(); }
  [[nodiscard]] priority::any_rule own_rule() const {
    if (attractive_)
      return priority::any_rule(priority::target_attractiveness(options_.attractiveness, problem_.tail()));
    const bool short_means =
        options_.mode == roadmap_mode::compatible_ceil || (options_.mode == roadmap_mode::compatible_floor && !ahead_);
    return priority::roadmap_rule(options_.strategy, options_.urgency, short_means);
  }
  void make_engine() {
    using namespace detail;  // NOLINT(google-build-using-namespace): this function only
    if (attractive_ && !problem_.native()) engine_ = std::make_unique<plain_engine<compatible_critical_path>>(context_);
    else if (!ahead_) engine_ = std::make_unique<plain_engine<native_rollout>>(context_, rule_, attractive_);
    else if (!problem_.native())
      engine_ = std::make_unique<rollout_engine<compatible_rollout, compatible_policy>>(options_, context_, rule_);
    else
      engine_ = std::make_unique<rollout_engine<native_rollout, native_policy>>(options_, context_, rule_, attractive_);
  }

  roadmap_options options_;
  roadmap_problem problem_;
  std::shared_ptr<const detail::roadmap_context> context_;
  bool attractive_, ahead_;
  priority::any_rule rule_;
  std::unique_ptr<detail::roadmap_engine> engine_;
  bool cancelled_ = false;
};

inline roadmap_result roadmap_planner::result() const {
  if (circular()) {
    roadmap_result out;
    out.status = roadmap_status::cycle;
    for (const std::uint32_t i : context_->dates.cycle) out.cycle.push_back(problem_.position(i));
    return out;
  }
  SCHED_ASSERT(engine_ != nullptr);
  detail::roadmap_run run = engine_->result();
  run.cancelled = cancelled_;
  bool guarded = false;
  if (problem_.native() && ahead_ && engine_->done() &&
      options_.lookahead.guard != lookahead_settings::guard_by::none) {
    detail::plain_engine<detail::native_rollout> plain(context_, rule_, attractive_);
    for (plain.init(); !plain.done();) plain.step();
    detail::roadmap_run other = plain.result();
    if (!detail::passes_guard(problem_, run, other, options_.lookahead.guard)) {
      guarded = true;
      other.decisions = std::move(run.decisions);
      other.scenarios = run.scenarios;
      other.bytes = run.bytes;
      run = std::move(other);
    }
  }
  roadmap_result out = detail::result_of(*context_, run);
  out.guarded = guarded;
  if (problem_.native()) detail::add_warnings(*context_, run, out);
  return out;
}

/// Schedules a roadmap by one call; see `roadmap_planner`.
[[nodiscard]] inline roadmap_result plan_roadmap(const roadmap& source, const roadmap_options& options = {}) {
  return roadmap_planner(source, options).run();
}
/// By the caller's own rule: `plan_roadmap(r, {}, priority::latest_finish{})`.
template <priority_rule Rule>
[[nodiscard]] roadmap_result plan_roadmap(const roadmap& source, const roadmap_options& options, Rule rule) {
  if constexpr (std::same_as<Rule, priority::any_rule>) return roadmap_planner(source, options, std::move(rule)).run();
  else return roadmap_planner(source, options, priority::any_rule(std::move(rule))).run();
}

}  // namespace v0
}  // namespace sched

#endif
