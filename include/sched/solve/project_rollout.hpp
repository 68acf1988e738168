// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_PROJECT_ROLLOUT_HPP
#define SCHED_SOLVE_PROJECT_ROLLOUT_HPP

/// \file
/// Rollout on projects: a schedule generation scheme that looks ahead before it decides.

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/evaluate/objective.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/solve/justify.hpp>
#include <sched/solve/list_branch.hpp>
#include <sched/solve/project_branch.hpp>
#include <sched/solve/rollout.hpp>
#include <sched/solve/rule_driver.hpp>
#include <sched/solve/sgs_options.hpp>
#include <sched/timeline/adaptive_timeline.hpp>

namespace sched {
inline namespace v0 {

struct project_rollout_options {
  static constexpr std::size_t to_the_end = std::numeric_limits<std::size_t>::max();

  generation_scheme scheme = generation_scheme::serial;
  std::size_t width = 4;             ///< tasks compared at a decision, the rule's best
  std::size_t horizon = to_the_end;  ///< placements after the one compared until a scenario is valued
  bool idle = false;                 ///< parallel scheme: also weigh starting nothing more until the next event
  bool justify = false;              ///< double-justify complete scenarios and the result (if that is not worse)
  std::uint64_t schedules = rollout_options::unlimited;  ///< budget; a scenario counts 1, double justification 2 more
  unsigned depth = 1;                                    ///< 2: scenarios look ahead themselves, …
  unsigned threads = 1;                                  ///< the result is the same for any number
  std::uint64_t seed = 1;                                ///< for rules that draw keys, and for affordable modes
  timeline_model timeline = timeline_model::automatic;
  control watch{};  ///< observer after every comparison, stop token asked before every scenario
};

/// The schedule, and what was compared for it.
struct project_rollout_result : schedule_result {
  rollout_report report{};
};

/// How good a scenario of a project is: first whether it keeps the rules, then its value.
struct project_cost {
  std::uint64_t broken = std::numeric_limits<std::uint64_t>::max();
  double value = std::numeric_limits<double>::infinity();
  auto operator<=>(const project_cost&) const noexcept = default;
};

namespace detail {

/// A branch with what values its complete schedules: scratch memory that every copy has for itself.
template <class Branch, evaluator Evaluator, reusable_timeline Timeline = adaptive_timeline>
class appraised : public Branch {
public:
  appraised(Branch branch, const project& p, Evaluator value, bool justify)
      : Branch(std::move(branch)), problem_(&p), value_(std::move(value)), justify_(justify) {}

  /// Precondition: done(). What `justify` improves is in `scratch()`.
  [[nodiscard]] project_cost value() const {
    const std::uint64_t broken = this->broken();
    this->complete_into(scratch_);
    if (!scratch_.makespan().is_finite()) return {broken};
    double best = value_(*problem_, scratch_);
    if (justify_ && broken == 0) {
      if (!justifier_.held) justifier_.held = std::make_unique<justifier<Timeline>>(*problem_);
      other_ = scratch_;
      justifier_.held->double_justify(other_);
      if (const double better = value_(*problem_, other_); better <= best) {
        best = better;
        std::swap(scratch_, other_);
      }
    }
    return {broken, best};
  }
  [[nodiscard]] const schedule& scratch() const noexcept { return scratch_; }
  /// The schedule that was just valued.
  [[nodiscard]] schedule_result finished() const {
    schedule_result r = this->result();
    if (r.solved()) r.schedule = scratch_;
    return r;
  }

private:
  /// A justifier refers to its own keys: a copy makes its own when it needs one.
  struct own_justifier {
    own_justifier() = default;
    own_justifier(const own_justifier&) noexcept {}
    own_justifier(own_justifier&&) noexcept = default;
    own_justifier& operator=(const own_justifier&) noexcept { return *this; }
    own_justifier& operator=(own_justifier&&) noexcept = default;
    ~own_justifier() = default;
    std::unique_ptr<justifier<Timeline>> held{};
  };

  const project* problem_;
  Evaluator value_;
  bool justify_;
  mutable own_justifier justifier_;
  mutable schedule scratch_, other_;
};

/// The horizon in placements. A scenario that can no longer beat what the base policy would reach from here
/// (`standing`, the caller's) is cut short, and when that is proved best, nothing is compared any more.
struct project_lookahead {
  using cost = project_cost;
  std::size_t horizon;
  const project_cost* standing;
  double least;  // no value is lower
  bool cut;
  std::size_t until = 0;

  template <class S>
  bool begin(const S& s, std::span<const task_id>) {
    const std::size_t next = s.placed_count() + 1;
    until = horizon > std::numeric_limits<std::size_t>::max() - next ? horizon : next + horizon;
    return standing->broken != 0 || standing->value > least;
  }
  template <class S>
  [[nodiscard]] bool finished(const S& s) const {
    return s.placed_count() >= until || (cut && so_far(s) >= *standing);
  }
  template <class S>
  [[nodiscard]] project_cost cost_of(const S& s) const {
    return s.done() ? s.value() : so_far(s);
  }
  template <class S>
  [[nodiscard]] static project_cost so_far(const S& s) {
    return {s.broken(), evaluate::detail::real(s.bound())};
  }
};

template <class Branch, evaluator Evaluator>
class project_rollout_run {
public:
  project_rollout_run(Branch branch, const project& p, const project_rollout_options& options, Evaluator value)
      : options_(options), state_(std::move(branch), p, std::move(value), options.justify) {}

  project_rollout_result operator()() {
    project_rollout_result out;
    if (state_.done() && state_.placed_count() == 0) {  // refused (or nothing to do)
      static_cast<schedule_result&>(out) = state_.result();
      return out;
    }
    const std::uint64_t each = options_.justify ? 3 : 1;
    const auto m = state_.mark();
    while (!state_.done()) state_.step();
    const project_cost base = state_.value();
    schedule_result floor = state_.finished();
    state_.rewind(m);

    constexpr bool makespan = std::is_same_v<Evaluator, evaluate::makespan>;
    const bool whole = options_.horizon == project_rollout_options::to_the_end;
    const double least =
        makespan ? evaluate::detail::real(instant(state_.windows().length)) : -std::numeric_limits<double>::infinity();
    standing_ = base;
    // A bounded scenario says little about the end: the last schedule is one more.
    const std::uint64_t passes = whole ? each : 2 * each;
    rollout_options look{.depth = options_.depth, .threads = options_.threads, .watch = {.stop = options_.watch.stop}};
    if (options_.schedules != rollout_options::unlimited)
      look.scenarios = options_.schedules > passes ? (options_.schedules - passes) / each : 0;
    const std::uint64_t total = options_.schedules == rollout_options::unlimited ? 0 : options_.schedules;
    std::uint64_t spent = each;
    const project_lookahead policy{options_.horizon, &standing_, least,
                                   makespan && whole && !options_.justify && options_.depth <= 1};
    out.report = rollout(
        state_, policy, look, [&](const auto&, const auto&, std::span<const project_cost> costs, std::size_t best) {
          if (whole) standing_ = costs[best];
          spent += each * costs.size();
          options_.watch.report({.done = spent, .total = total, .best = standing_.value, .bound = least});
        });
    const project_cost last = state_.value();
    spent = each * (1 + out.report.scenarios + (whole || out.report.scenarios == 0 ? 0 : 1));
    static_cast<schedule_result&>(out) = last < base ? state_.finished() : std::move(floor);
    if (out.solved() && std::min(last, base).value <= least && makespan) out.status = status::optimal;
    out.schedules = spent;
    return out;
  }

private:
  project_rollout_options options_;
  appraised<Branch, Evaluator> state_;
  project_cost standing_;
};

/// Calls `play` with what branches for this project, rule and options (lists where they are enough), or refuses. One
/// timeline type, whatever the size: every instantiation costs users compile time.
template <class Result, class Evaluator, class Rule, class Options, class Modes, class Play>
Result with_project_branch(const project& p, Rule rule, const Options& options, Modes modes, Play play) {
  const bool whole = options.horizon == project_rollout_options::to_the_end;
  if (!std::is_same_v<Evaluator, evaluate::makespan> && !whole) {
    Result refused;
    refused.status = status::unsupported;
    refused.reason = "a bounded horizon knows the makespan only: other objectives need complete scenarios";
    return refused;
  }
  if (options.scheme == generation_scheme::serial && whole && options.timeline == timeline_model::automatic &&
      list_decoder::accepts(p) && p.task_count() != 0) {
    rule_driver<Rule> driver(p, rule);
    if (driver.is_static() && !driver.is_parallel_only())
      return play(list_branch<Rule>(p, std::move(rule), options.width, options.seed));
  }
  return play(project_branch<Rule, Modes, adaptive_timeline>(
      p, std::move(rule),
      {.scheme = options.scheme, .width = options.width, .idle = options.idle, .seed = options.seed},
      std::move(modes)));
}

struct rollout_sgs_function {
  template <ranking_priority_rule Rule, evaluator Evaluator = evaluate::makespan,
            mode_policy Modes = mode::earliest_finish>
    requires(std::copyable<Modes>)
  project_rollout_result operator()(const project& p, Rule rule, const project_rollout_options& options = {},
                                    Evaluator value = {}, Modes modes = {}) const {
    return with_project_branch<project_rollout_result, Evaluator>(
        p, std::move(rule), options, std::move(modes), [&]<class Branch>(Branch branch) {
          return project_rollout_run<Branch, Evaluator>(std::move(branch), p, options, std::move(value))();
        });
  }
};

}  // namespace detail

/// `rollout_sgs(p, rule, options, value, modes)`: one schedule by a generation scheme that compares before it decides.
/// At every decision each of the rule's best tasks is tried, the scheme completes the project with the rule (or goes on
/// for `horizon` placements), and the best is followed. Never worse than the scheme alone: its schedule (justified, if
/// asked for) is made first and kept as the floor.
///
/// HOW GOOD: `value` of the complete schedule, missed deadlines first; with a horizon max(finish + tail) over the
/// placed tasks. Honours what `serial_scheme` and `parallel_scheme` honour; static and dynamic rules, not those that
/// only pick. `unsupported`: what the schemes do not support, and a bounded horizon with another objective than the
/// makespan. `optimal`: the makespan meets the critical path. `schedules` counts every scenario, also one cut short.
///
/// Cost: O(width · n) scenarios, each a pass (classic projects, serial, to the end: by the list decoder) or `horizon`
/// placements. Allocates once per call and thread. References: Bertsekas, Tsitsiklis & Wu 1997; Duin & Voß 1999.
inline constexpr detail::rollout_sgs_function rollout_sgs{};

}  // namespace v0
}  // namespace sched

#endif
