// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_PROJECT_BEAM_HPP
#define SCHED_SOLVE_PROJECT_BEAM_HPP

/// \file
/// Beam search on projects: a schedule generation scheme that keeps several ways open.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>

#include <sched/evaluate/objective.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/solve/beam_search.hpp>
#include <sched/solve/project_branch.hpp>
#include <sched/solve/project_rollout.hpp>
#include <sched/solve/sgs_options.hpp>

namespace sched {
inline namespace v0 {

struct project_beam_options {
  static constexpr std::size_t to_the_end = project_rollout_options::to_the_end;

  generation_scheme scheme = generation_scheme::serial;
  std::size_t beam = 8;              ///< partial schedules kept at a level
  std::size_t width = 4;             ///< tasks tried on each of them, the rule's best
  std::size_t horizon = to_the_end;  ///< placements after the one tried until a scenario is valued
  bool idle = false;                 ///< parallel scheme: also try starting nothing more until the next event
  bool justify = false;              ///< double-justify complete scenarios (kept if that is not worse)
  std::uint64_t schedules = beam_options::unlimited;  ///< budget; a scenario counts 1, double justification 2 more
  std::uint64_t seed = 1;                             ///< for rules that draw keys, and for affordable modes
  timeline_model timeline = timeline_model::automatic;
  control watch{};  ///< observer after improvements and levels, stop token asked before every scenario
};

/// The schedule, and what was tried for it.
struct project_beam_result : schedule_result {
  beam_report report{};
};

namespace detail {

/// The look-ahead of rollout, uncut, that can tell twins.
struct beam_lookahead : project_lookahead {
  template <class S>
  [[nodiscard]] static std::uint64_t decided(const S& s) {
    return s.fingerprint();
  }
};

template <class Branch, evaluator Evaluator>
class project_beam_run {
public:
  project_beam_run(Branch branch, const project& p, const project_beam_options& options, Evaluator value)
      : options_(options), state_(std::move(branch), p, std::move(value), options.justify) {}

  project_beam_result operator()() {
    project_beam_result out;
    if (state_.done() && state_.placed_count() == 0) {  // refused (or nothing to do)
      static_cast<schedule_result&>(out) = state_.result();
      return out;
    }
    constexpr bool makespan = std::is_same_v<Evaluator, evaluate::makespan>;
    const bool limited = options_.schedules != beam_options::unlimited;
    const std::uint64_t each = options_.justify ? 3 : 1;
    const double least =
        makespan ? evaluate::detail::real(instant(state_.windows().length)) : -std::numeric_limits<double>::infinity();
    // A scenario that is cut short says less than the others of its level: none is.
    const beam_lookahead policy{{options_.horizon, &standing_, least, false}};
    beam_solver solver(state_, policy,
                       {.beam = options_.beam,
                        .scenarios = limited ? options_.schedules / each : beam_options::unlimited,
                        .whole = options_.horizon == project_beam_options::to_the_end,
                        .watch = {.stop = options_.watch.stop}});
    std::uint64_t told = 0;
    const auto tell = [&](const beam_report& r) {
      told = r.scenarios;
      options_.watch.report(
          {.done = each * told, .total = limited ? options_.schedules : 0, .best = standing_.value, .bound = least});
    };
    const auto better = [&](const project_cost& best, const beam_report& r) {
      standing_ = best;
      tell(r);
    };
    for (solver.init(better); !solver.done() && (standing_.broken != 0 || standing_.value > least);) {
      solver.step(better);
      if (solver.result().scenarios > told) tell(solver.result());
    }
    solver.finish();
    (void)state_.value();  // the incumbent's schedule again: not counted twice
    static_cast<schedule_result&>(out) = state_.finished();
    if (makespan && out.solved() && standing_.value <= least) out.status = status::optimal;
    out.report = solver.result();
    out.schedules = each * out.report.scenarios;
    return out;
  }

private:
  project_beam_options options_;
  appraised<Branch, Evaluator> state_;
  project_cost standing_{};
};

struct beam_sgs_function {
  template <ranking_priority_rule Rule, evaluator Evaluator = evaluate::makespan,
            mode_policy Modes = mode::earliest_finish>
    requires(std::copyable<Modes>)
  project_beam_result operator()(const project& p, Rule rule, const project_beam_options& options = {},
                                 Evaluator value = {}, Modes modes = {}) const {
    return with_project_branch<project_beam_result, Evaluator>(
        p, std::move(rule), options, std::move(modes), [&]<class Branch>(Branch branch) {
          return project_beam_run<Branch, Evaluator>(std::move(branch), p, options, std::move(value))();
        });
  }
};

}  // namespace detail

/// `beam_sgs(p, rule, options, value, modes)`: the best of the schedules that a beam search over the decisions of a
/// generation scheme sees. At every level each of `beam` partial schedules is tried with each of the rule's best tasks,
/// the scheme completes the project with the rule (or goes on for `horizon` placements), and the best `beam` stay.
/// Partial schedules that are equal are kept once. Never worse than the scheme alone (justified, if asked for).
///
/// `beam` = 1 to the end gives the schedule of `rollout_sgs` with the same options, for fewer schedules: the rule's own
/// choice is not played again. A complete run takes about beam · (width - 1) · n schedules; a smaller budget ends it in
/// the middle, so choose the beam by the budget.
///
/// HOW GOOD, what is honoured, and `unsupported`: as in `rollout_sgs`. `optimal`: the makespan meets the critical path,
/// which also ends the search. `schedules` counts every scenario that was played, the first pass included.
///
/// Cost: as many scenarios, each a pass (classic projects, serial, to the end: by the list decoder) or `horizon`
/// placements, and a copy of the state for a survivor. Allocates once per call and kept state. References: Ow & Morton
/// 1988; Duin & Voß 1999.
inline constexpr detail::beam_sgs_function beam_sgs{};

}  // namespace v0
}  // namespace sched

#endif
