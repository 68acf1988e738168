// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_RULE_HPP
#define SCHED_PRIORITY_RULE_HPP

/// \file
/// WHO goes first: what a priority rule promises to a schedule generation scheme.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/id.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>

namespace sched {
inline namespace v0 {

/// What a rule may know before the first decision: the project, its critical path, and for every task the mode that
/// keys are computed with (the shortest one; empty span = mode 0 everywhere).
struct rule_view {
  const project& problem;
  const critical_path& windows;
  std::span<const std::uint32_t> modes{};
  /// Durations that are no whole number of ticks, one per task; empty: `work` says all.
  std::span<const double> lengths{};
  /// Weights to use instead of the project's (inherited ones, say), one per task; empty: the project's.
  std::span<const double> weights{};

  [[nodiscard]] double weight(task_id t) const noexcept {
    return weights.empty() ? problem.weight(t) : weights[t.index()];
  }
  /// Duration as a number, in ticks.
  [[nodiscard]] double length(task_id t) const noexcept {
    return lengths.empty() ? static_cast<double>(work(t).count()) : lengths[t.index()];
  }
  [[nodiscard]] std::size_t mode(task_id t) const noexcept { return modes.empty() ? 0 : modes[t.index()]; }
  [[nodiscard]] duration work(task_id t) const noexcept { return problem.work(t, mode(t)); }
  [[nodiscard]] std::span<const requirement> needs(task_id t) const noexcept {
    return problem.requirements(t, mode(t));
  }
  /// The due date, or the latest finish of the critical-path calculation where there is none.
  [[nodiscard]] instant due(task_id t) const noexcept {
    return problem.due(t).is_finite() ? problem.due(t) : windows.latest_finish[t.index()];
  }
};

/// A task that has been placed. The stamp is unlike that of every other placement, also of those that a search has
/// taken back: two histories that share an entry share all before it.
struct placed_task {
  task_id task;
  std::uint64_t stamp = 0;
};

/// What a rule may ask about the partial schedule while a decision is taken. Implemented by the solvers.
class decision_state {
public:
  virtual ~decision_state() = default;
  /// The tasks placed so far, fixed ones included, in the order of their placement. Solvers that branch shorten it and
  /// let it grow differently; a rule that keeps something up to date follows by comparing stamps from the end.
  [[nodiscard]] virtual std::span<const placed_task> placements() const = 0;
  /// Finish of a placed task.
  [[nodiscard]] virtual instant finish(task_id t) const = 0;
  /// Earliest start of an eligible task by its scheduled predecessors and its release date.
  [[nodiscard]] virtual instant earliest_by_precedence(task_id t) const = 0;
  /// The same and by what the resources have left.
  [[nodiscard]] virtual instant earliest_start(task_id t) const = 0;
  /// Parallel scheme only: earliest start of i if j is started at the decision time.
  [[nodiscard]] virtual instant earliest_start_after(task_id i, task_id j) const = 0;
};

/// One decision: which of the candidates goes next? Candidates are sorted by id and never empty.
/// `now` is the decision time of the parallel scheme; in the serial scheme the least earliest start by precedence among
/// the candidates.
struct decision {
  const rule_view& view;
  const decision_state& state;
  instant now;
  std::span<const task_id> candidates;
};

/// A rule whose keys never change: `keys(view, out)` writes one key per task (±∞ are keys), the smallest goes first,
/// ties go to the lowest task number. Called once per run, O(n log n) or better expected. Must not keep the view.
/// Rejected: NaN.
template <class R>
concept static_priority_rule =
    std::copy_constructible<R> && requires(R r, const rule_view& view, std::span<double> out) {
      { r.keys(view, out) } -> std::same_as<void>;
    };

/// A rule that looks at every decision anew: `keys(d, out)` writes one key per candidate, smallest first, ties to the
/// lowest number. `prepare(view)`, if there is one, is called once per run before the first decision. Called once per
/// decision on the solver's thread; should allocate nothing after the first run.
template <class R>
concept dynamic_priority_rule = std::copy_constructible<R> && requires(R r, const decision& d, std::span<double> out) {
  { r.keys(d, out) } -> std::same_as<void>;
};

/// A rule that picks by itself (sampling): `pick(d)` returns a position in `d.candidates`.
template <class R>
concept selecting_priority_rule = std::copy_constructible<R> && requires(R r, const decision& d) {
  { r.pick(d) } -> std::convertible_to<std::size_t>;
};

/// WHO goes first. A rule is static, dynamic or selecting; solvers take any. A rule with a constant `parallel_only ==
/// true` needs the decision time of the parallel scheme and is rejected by the serial one.
template <class R>
concept priority_rule = static_priority_rule<R> || dynamic_priority_rule<R> || selecting_priority_rule<R>;

namespace priority {

template <class R>
inline constexpr bool parallel_only = false;
template <class R>
  requires requires { R::parallel_only; }
inline constexpr bool parallel_only<R> = R::parallel_only;

/// Position of the smallest key, the first of equals. Precondition: not empty.
[[nodiscard]] inline std::size_t smallest(std::span<const double> keys) noexcept {
  std::size_t best = 0;
  for (std::size_t i = 1; i < keys.size(); ++i)
    if (keys[i] < keys[best]) best = i;
  return best;
}

/// Calls a rule's optional hooks.
template <class R>
void prepare(R& rule, const rule_view& view) {
  if constexpr (requires { rule.prepare(view); }) rule.prepare(view);
}
template <class R>
void reseed(R& rule, std::uint64_t seed) {
  if constexpr (requires { rule.reseed(seed); }) rule.reseed(seed);
}

/// Gives every rule the dynamic interface: a static rule's keys are computed once in `prepare` and looked up.
/// What combinators are built from. One vector of n keys is kept between runs.
template <priority_rule R>
class prepared {
public:
  explicit prepared(R rule) : rule_(std::move(rule)) {}
  static constexpr bool parallel_only = priority::parallel_only<R>;

  void prepare(const rule_view& view) {
    priority::prepare(rule_, view);
    if constexpr (static_priority_rule<R>) {
      keys_.resize(view.problem.task_count());
      rule_.keys(view, keys_);
    }
  }
  void keys(const rule_view& view, std::span<double> out)
    requires static_priority_rule<R>
  {
    rule_.keys(view, out);
  }
  void keys(const decision& d, std::span<double> out) {
    if constexpr (static_priority_rule<R>) {
      for (std::size_t i = 0; i < out.size(); ++i) out[i] = keys_[d.candidates[i].index()];
    } else {
      rule_.keys(d, out);
    }
  }
  void reseed(std::uint64_t seed) { priority::reseed(rule_, seed); }

private:
  R rule_;
  std::vector<double> keys_;
};

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
