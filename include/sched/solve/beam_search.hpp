// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_BEAM_SEARCH_HPP
#define SCHED_SOLVE_BEAM_SEARCH_HPP

/// \file
/// Beam search with a pilot, around any base policy and any evaluator: rollout that keeps more than one way open.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/progress.hpp>
#include <sched/solve/detail/fingerprint.hpp>
#include <sched/solve/rollout.hpp>

namespace sched {
inline namespace v0 {

struct beam_options {
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

  std::size_t beam = 8;                 ///< states kept at a level
  std::size_t width = all;              ///< at most so many choices of a state are tried, the first ones
  std::uint64_t scenarios = unlimited;  ///< budget over the run, the base policy's own included; 0 counts as 1
  /// Promised by the caller: scenarios go to the end, and their cost is that of the end. A state's first choice leads
  /// where its own scenario led, so it needs none: one scenario less for every state and level.
  bool whole = false;
  control watch{};  ///< observer after every level, stop token asked before every scenario
};

struct beam_report {
  std::uint64_t levels = 0;      ///< decisions deep
  std::uint64_t states = 0;      ///< offered their choices, over all levels
  std::uint64_t scenarios = 0;   ///< played, the base policy's own included
  std::uint64_t duplicates = 0;  ///< dropped as equal to another child of their level
  std::uint64_t bytes = 0;       ///< logged by all scenarios
  bool exhausted = false;        ///< the budget ended the search
  bool cancelled = false;        ///< the caller did
};

/// Beam search over the decisions of a `rollout_state`, level by level. Every state of the beam is offered its choices;
/// each child is valued by a scenario exactly as in `rollout_solver` (the choice, then the base policy to the horizon);
/// the best `beam` children are the next level. Ties: the better parent, then the earlier choice. The incumbent is the
/// best end seen: of the base policy, which is played first, of every scenario that came to the end, and of every state
/// that did. So the result is NEVER WORSE THAN THE BASE POLICY, with any policy, horizon and budget.
///
/// With beam 1, no budget and policies that compare always, it takes the decisions of `rollout` of depth 1 and ends at
/// the best end these have seen, which is rollout's own or a better one. With a beam and a width that nothing falls out
/// of, it sees every end: exact. A wider beam is usually better, not always.
///
/// A decision that offers nothing to compare (fewer than two choices, or `begin` says no) is one level of the base
/// policy and keeps the state's cost. A policy may also have `decided(s)`, a 64-bit fingerprint asked after the choice,
/// equal only where the same may follow: then the later of two such children of a level is dropped before it is played.
///
/// Use: `for (init(); !done(); step())`, then `result()`; or `run()`. The caller's state stays at the root until the
/// end, which leaves it at the incumbent's. Ending early: `finish()`. Outside marks only. No threads: inputs are solved
/// side by side instead.
///
/// States are copied, not replayed from the root: only survivors are, not children (tried by mark and rewind on their
/// parent), and the last survivor of a parent takes over its object. A replay of d decisions for every parent would
/// grow with the depth, and the log of a branch keeps addresses, so branches cannot be kept open side by side in one
/// state.
///
/// Cost: `scenarios` · decisions to the horizon, `beam` copies and a sort of beam · width children a level. Memory: at
/// most 2 · beam + 1 states, reused: a level allocates nothing after the widest but what states and policy do.
/// Exceptions of either pass through; the run is then lost. References: Ow & Morton 1988 (filtered beam search);
/// Duin & Voß 1999 (pilot method).
template <rollout_state S, lookahead_policy<S> P>
class beam_solver {
public:
  using choice = typename S::choice;
  using cost = typename P::cost;

  beam_solver(S& s, P policy, const beam_options& options = {})
      : state_(s), policy_(std::move(policy)), options_(options) {}
  beam_solver(const beam_solver&) = delete;
  beam_solver& operator=(const beam_solver&) = delete;
  ~beam_solver() = default;

  /// Begins a run at the present point of the state by playing the base policy to its end.
  /// `better(cost, report)` is called whenever the incumbent has become better, first here.
  template <class Better>
  void init(Better&& better) {
    report_ = {};
    over_ = false;
    cut_ = false;
    if (best_state_) spare_.push_back(std::move(best_state_));
    best_choice_.reset();
    for (node& n : nodes_) spare_.push_back(std::move(n.state));
    nodes_.clear();
    node root{nullptr, policy_};
    const std::uint64_t before = state_.bytes_logged();
    struct to_the_end {
      static bool finished(const S&) { return false; }
    } end;
    root.value = detail::play_scenario(
        state_, end, [] {}, [&] { state_.step(); }, [&] { return root.policy.cost_of(std::as_const(state_)); });
    root.complete = true;
    ++report_.scenarios;
    report_.bytes += state_.bytes_logged() - before;
    best_ = root.value;
    better(std::as_const(best_), std::as_const(report_));
    if (state_.done()) return finish();
    root.state = copy_of(state_);
    nodes_.push_back(std::move(root));
  }
  void init() {
    init([](const auto&...) {});
  }
  [[nodiscard]] bool done() const noexcept { return over_; }

  /// One level. Precondition: !done().
  template <class Better>
  void step(Better&& better) {
    SCHED_ASSERT(!over_);
    ++report_.levels;
    children_.clear();
    seen_.clear();
    for (std::size_t k = 0; k < nodes_.size() && !cut_; ++k) expand(k, better);
    if (!cut_ || (!options_.whole && !children_.empty())) descend();
    if (cut_ || nodes_.empty()) complete(better);
    for (std::size_t k = 0; k < nodes_.size() && !over_;) {  // forced to their end with a cost from before it
      if (!nodes_[k].state->done()) {
        ++k;
        continue;
      }
      value_end(nodes_[k], better);
      spare_.push_back(std::move(nodes_[k].state));
      nodes_.erase(nodes_.begin() + static_cast<std::ptrdiff_t>(k));
    }
    if (!over_ && nodes_.empty()) finish();
    options_.watch.report(
        {.done = report_.scenarios, .total = options_.scenarios == beam_options::unlimited ? 0 : options_.scenarios});
  }
  void step() {
    step([](const auto&...) {});
  }

  /// Ends the run: brings the state to the end of the incumbent.
  void finish() {
    if (over_) return;
    over_ = true;
    if (best_state_) state_ = *best_state_;
    if (best_choice_) state_.take(*best_choice_);
    while (!state_.done()) state_.step();
  }

  [[nodiscard]] const beam_report& result() const noexcept { return report_; }
  /// The incumbent's. From `init()` on.
  [[nodiscard]] const cost& best() const noexcept { return best_; }

  template <class Better>
  beam_report run(Better&& better) {
    for (init(better); !done();) step(better);
    return report_;
  }
  beam_report run() {
    return run([](const auto&...) {});
  }

private:
  static constexpr bool tells_twins = requires(const P& p, const S& s) {
    { p.decided(s) } -> std::same_as<std::uint64_t>;
  };
  struct node {
    std::unique_ptr<S> state;
    P policy;  // has seen the decisions of this state
    cost value{};
    bool complete = false;  // `value` is that of an end
  };
  struct child {
    std::size_t parent = 0;
    std::optional<choice> by{};  // none: a step of the base policy
    cost value{};
    bool complete = false;
    bool dead = false;  // no decision is left
  };

  std::unique_ptr<S> copy_of(const S& s) {
    if (spare_.empty()) return std::make_unique<S>(s);
    std::unique_ptr<S> out = std::move(spare_.back());
    spare_.pop_back();
    *out = s;
    return out;
  }
  static void follow(S& s, const std::optional<choice>& by) {
    if (by) s.take(*by);
    else s.step();
  }
  /// True when no further scenario may be played; one is kept to complete the best state if ends were not reached.
  bool stopped() {
    if (options_.watch.stopped()) report_.cancelled = true;
    else if (report_.scenarios + (options_.whole ? 0 : 1) >= options_.scenarios) report_.exhausted = true;
    else return false;
    return cut_ = true;
  }

  template <class Better>
  void expand(std::size_t k, Better& better) {
    node& n = nodes_[k];
    S& s = *n.state;
    ++report_.states;
    choices_.clear();
    s.choices(choices_);
    const std::size_t width = options_.width == 0 ? 1 : options_.width;
    if (choices_.size() > width) choices_.erase(choices_.begin() + static_cast<std::ptrdiff_t>(width), choices_.end());
    const bool compared =
        choices_.size() > 1 && n.policy.begin(std::as_const(s), std::span<const choice>(std::as_const(choices_)));
    if (!compared || options_.whole) {  // the child that the base policy makes, with its parent's cost
      child x{.parent = k, .value = n.value, .complete = n.complete};
      if (compared) x.by = choices_.front();
      if (leads_on(n, x)) children_.push_back(std::move(x));
    }
    for (std::size_t c = options_.whole ? 1 : 0; compared && c < choices_.size(); ++c) {
      child x{.parent = k, .by = choices_[c]};
      if (tells_twins && !leads_on(n, x)) continue;
      if (stopped()) return;
      play(n, x);
      if (x.complete) improve(s, x.by, x.value, better);
      if (!x.dead) children_.push_back(std::move(x));
    }
  }
  /// False for a twin, and for an end whose value is known already.
  bool leads_on(node& n, const child& x) {
    S& s = *n.state;
    const std::uint64_t before = s.bytes_logged();
    const auto m = s.mark();
    follow(s, x.by);
    bool yes = !(s.done() && x.complete);
    if constexpr (tells_twins) {
      const bool twin = !seen_.insert(n.policy.decided(std::as_const(s)));
      report_.duplicates += twin ? 1U : 0U;
      yes = yes && !twin;
    }
    s.rewind(m);
    report_.bytes += s.bytes_logged() - before;
    return yes;
  }
  void play(node& n, child& x) {
    S& s = *n.state;
    playing_ = n.policy;
    const std::uint64_t before = s.bytes_logged();
    x.value = detail::play_scenario(
        s, *playing_,
        [&] {
          s.take(*x.by);
          x.dead = s.done();
        },
        [&] { s.step(); },
        [&] {
          x.complete = s.done();
          return playing_->cost_of(std::as_const(s));
        });
    report_.bytes += s.bytes_logged() - before;
    ++report_.scenarios;
  }
  template <class Better>
  void improve(const S& s, const std::optional<choice>& by, const cost& value, Better& better) {
    if (!(value < best_)) return;
    best_ = value;
    best_choice_ = by;
    if (best_state_) *best_state_ = s;
    else best_state_ = copy_of(s);
    better(std::as_const(best_), std::as_const(report_));
  }

  /// The best children become the nodes. Children stand in the order of parents and choices: it breaks ties.
  void descend() {
    order_.clear();
    for (std::size_t c = 0; c < children_.size(); ++c) order_.push_back(c);
    const auto better = [&](std::size_t a, std::size_t b) {
      if (children_[a].value < children_[b].value) return true;
      return !(children_[b].value < children_[a].value) && a < b;
    };
    const std::size_t beam = std::min(options_.beam == 0 ? 1 : options_.beam, order_.size());
    std::partial_sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(beam), order_.end(), better);
    order_.resize(beam);
    heirs_.assign(nodes_.size(), 0);
    for (std::size_t c : order_) ++heirs_[children_[c].parent];
    for (std::size_t k = 0; k < nodes_.size(); ++k)
      if (heirs_[k] == 0) spare_.push_back(std::move(nodes_[k].state));
    next_.clear();
    for (std::size_t c : order_) {
      child& x = children_[c];
      node& parent = nodes_[x.parent];
      const bool last = --heirs_[x.parent] == 0;
      node n{last ? std::move(parent.state) : copy_of(*parent.state), parent.policy, x.value, x.complete};
      follow(*n.state, x.by);
      next_.push_back(std::move(n));
    }
    nodes_.swap(next_);
    next_.clear();
  }

  /// A search that was cut: the best state goes to its end by the base policy.
  template <class Better>
  void complete(Better& better) {
    if (!nodes_.empty() && !nodes_.front().complete) {
      node& n = nodes_.front();
      while (!n.state->done()) n.state->step();
      value_end(n, better);
    }
    finish();
  }
  template <class Better>
  void value_end(node& n, Better& better) {
    if (n.complete) return;
    if (report_.scenarios >= options_.scenarios) {
      report_.exhausted = true;
      return;
    }
    ++report_.scenarios;
    improve(*n.state, std::nullopt, n.policy.cost_of(std::as_const(*n.state)), better);
  }

  S& state_;
  P policy_;
  beam_options options_;
  beam_report report_;
  std::vector<node> nodes_, next_;
  std::vector<std::unique_ptr<S>> spare_;
  std::vector<child> children_;
  detail::fingerprint_set seen_;  // of this level
  std::vector<choice> choices_;
  std::vector<std::size_t> order_, heirs_;
  std::optional<P> playing_;
  cost best_{};
  std::unique_ptr<S> best_state_;  // none: the caller's own
  std::optional<choice> best_choice_;
  bool over_ = true, cut_ = false;
};

namespace detail {
struct beam_function {
  template <rollout_state S, lookahead_policy<S> P, class Better>
  beam_report operator()(S& s, P policy, const beam_options& options, Better&& better) const {
    return beam_solver<S, P>(s, std::move(policy), options).run(better);
  }
  template <rollout_state S, lookahead_policy<S> P>
  beam_report operator()(S& s, P policy, const beam_options& options = {}) const {
    return beam_solver<S, P>(s, std::move(policy), options).run();
  }
};
}  // namespace detail

/// `beam_search(s, policy, options, better)`: brings a state to the best end that a beam finds; see `beam_solver` for
/// what it does and costs. `better(cost, report)` may be left out; it is called at every improvement.
inline constexpr detail::beam_function beam_search{};

}  // namespace v0
}  // namespace sched

#endif
