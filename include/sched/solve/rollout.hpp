// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_ROLLOUT_HPP
#define SCHED_SOLVE_ROLLOUT_HPP

/// \file
/// Bounded look-ahead around any base policy and any evaluator.

#include <concepts>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/progress.hpp>

namespace sched {
inline namespace v0 {

/// A partial solution under a base policy, that can be branched.
///
/// * `done()` — no decision is left. Every run of `step` and `take` ends there.
/// * `step()` — follows the base policy to its next decision point: one decision. Precondition: !done().
/// * `choices(out)` — appends to `out`, which comes empty, the alternatives at the coming decision, the base policy's
///   own first. Fewer than two: nothing to decide. May remember what it found, never changes what follows.
/// * `take(x)` — follows one of them, as one decision; taking the first of them leads where `step()` does.
/// * `mark()`, `rewind(m)` — what follows a mark is hypothetical and taken back exactly by its rewind. Marks nest.
/// * `bytes_logged()` — what branching has written so far; never falls.
///
/// A copy is independent and, followed through the same decisions, stays equal; copies are only made outside marks.
/// Called from one thread at a time. Rejected: states whose future depends on anything but their past decisions.
template <class S>
concept rollout_state = std::copyable<S> && std::copyable<typename S::choice> &&
                        requires(S& s, const S& c, std::vector<typename S::choice>& out, const typename S::choice& x,
                                 typename S::checkpoint m) {
                          { c.done() } -> std::same_as<bool>;
                          { s.step() } -> std::same_as<void>;
                          { s.choices(out) } -> std::same_as<void>;
                          { s.take(x) } -> std::same_as<void>;
                          { s.mark() } -> std::same_as<typename S::checkpoint>;
                          { s.rewind(m) } -> std::same_as<void>;
                          { c.bytes_logged() } -> std::same_as<std::uint64_t>;
                        };

/// When to look ahead, how far, and how good a scenario is.
///
/// * `begin(s, choices)` — the trigger: are these worth comparing? Remembers what the horizon depends on. Called once
///   per decision with at least two choices.
/// * `finished(s)` — the horizon is reached; asked before every further decision of a scenario, which `s.done()` ends
///   in any case.
/// * `cost_of(s)` — HOW GOOD the scenario is, at its end; smaller is better. `cost` is ordered totally (no NaN).
///
/// Every scenario asks a copy taken after `begin`, so nothing remembered in one can reach another. Rejected: policies
/// whose answers depend on anything but what they remember and the state they are shown.
template <class P, class S>
concept lookahead_policy = std::copyable<P> && rollout_state<S> && std::totally_ordered<typename P::cost> &&
                           std::default_initializable<typename P::cost> && std::copyable<typename P::cost> &&
                           requires(P& p, const S& s, std::span<const typename S::choice> choices) {
                             { p.begin(s, choices) } -> std::same_as<bool>;
                             { p.finished(s) } -> std::same_as<bool>;
                             { p.cost_of(s) } -> std::same_as<typename P::cost>;
                           };

struct rollout_options {
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();
  static constexpr std::uint64_t unlimited = std::numeric_limits<std::uint64_t>::max();

  std::size_t width = all;              ///< at most so many choices are compared at a decision, the first ones
  std::uint64_t scenarios = unlimited;  ///< budget over the run, nested ones included; then the base policy goes on
  unsigned depth = 1;    ///< 2: scenarios look ahead themselves, 3: and theirs … ; cost grows with the power
  unsigned threads = 1;  ///< scenarios of a decision run side by side; the result is the same for any number
  control watch{};       ///< observer after every comparison, stop token asked before every scenario
};

struct rollout_report {
  std::uint64_t decisions = 0;   ///< compared, not those within scenarios
  std::uint64_t deviations = 0;  ///< of these, decided unlike the base policy
  std::uint64_t scenarios = 0;   ///< played, nested ones included
  std::uint64_t bytes = 0;       ///< logged by all scenarios, all threads
  std::uint64_t most_bytes = 0;  ///< logged by one scenario (with what is nested in it)
  bool cancelled = false;        ///< stopped by the caller; the base policy made the remaining decisions
};

namespace detail {
/// One scenario: `decide()`, then `advance()` until the state is done or `playing` has reached its horizon, then
/// `value()`; the state is as before.
template <class S, class P, class Decide, class Advance, class Value>
auto play_scenario(S& s, P& playing, Decide decide, Advance advance, Value value) {
  const auto m = s.mark();
  decide();
  while (!s.done() && !playing.finished(std::as_const(s))) advance();
  auto cost = value();
  s.rewind(m);
  return cost;
}
}  // namespace detail

/// Rollout, decision by decision: at every decision of the base policy each choice is tried, played on by the base
/// policy to the horizon, valued and taken back; the least cost is followed, ties the first choice. Never worse than a
/// sequentially consistent base policy when scenarios run to the end and the cost is that of the end; otherwise keep
/// the best end seen in the policy or state ("fortified").
///
/// Use: `for (init(); !done(); step())`, then `result()`; or `run()`. The state is the caller's and is left where the
/// last decision led. Budget: a comparison is cut to what is left of it; what the width leaves over is shared equally
/// among the scenarios of a decision for those nested in them. With threads, copies of the state follow its decisions.
///
/// Cost: scenarios · decisions to the horizon. After the longest branch and widest comparison have been seen, a step
/// allocates nothing that state and policy do not. Exceptions of either pass through; the state is then lost.
/// References: Bertsekas, Tsitsiklis & Wu 1997; Duin & Voß 1999 (pilot method).
template <rollout_state S, lookahead_policy<S> P>
class rollout_solver {
public:
  using choice = typename S::choice;
  using cost = typename P::cost;

  rollout_solver(S& s, P policy, const rollout_options& options = {})
      : state_(s), first_policy_(std::move(policy)), options_(options) {
    const unsigned threads = options.threads == 0 ? 1 : options.threads;
    for (unsigned w = 0; w < threads; ++w) workers_.emplace_back(first_policy_, options.depth == 0 ? 1 : options.depth);
  }
  rollout_solver(const rollout_solver&) = delete;  // threads refer to it
  rollout_solver& operator=(const rollout_solver&) = delete;
  ~rollout_solver() {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
    for (std::thread& t : threads_) t.join();
  }

  /// Begins a run at the present point of the state. Starts the threads at its first call.
  void init() {
    report_ = {};
    policy() = first_policy_;
    since_.reset();
    steps_ = 0;
    for (std::size_t w = 1; w < workers_.size(); ++w) {
      if (workers_[w].replica) *workers_[w].replica = state_;
      else workers_[w].replica = std::make_unique<S>(state_);
    }
    while (threads_.size() + 1 < workers_.size()) threads_.emplace_back([this, w = threads_.size() + 1] { serve(w); });
  }
  [[nodiscard]] bool done() const { return state_.done(); }

  /// One decision. Precondition: !done(). `observer(s, choices, costs, chosen)` is called at a compared one before it
  /// is taken.
  template <class Observer>
  void step(Observer&& observer) {
    level& top = workers_[0].levels[0];
    report_.cancelled = report_.cancelled || options_.watch.stopped();
    const std::uint64_t left = options_.scenarios - report_.scenarios;
    if (!report_.cancelled && left > 1 && offers(state_, top, left)) {
      share_ = options_.scenarios == rollout_options::unlimited ? left : left / top.choices.size() - 1;
      compare();
      report_.cancelled = report_.cancelled || options_.watch.stopped();
      if (!report_.cancelled) {
        const std::size_t best = least(top);
        ++report_.decisions;
        report_.deviations += best != 0 ? 1U : 0U;
        observer(std::as_const(state_), std::span<const choice>(top.choices), std::span<const cost>(top.costs), best);
        state_.take(top.choices[best]);
        if (workers_.size() > 1) since_ = top.choices[best];
        options_.watch.report({.done = report_.scenarios,
                               .total = options_.scenarios == rollout_options::unlimited ? 0 : options_.scenarios});
        return;
      }
    }
    state_.step();
    ++steps_;
  }
  void step() {
    step([](const auto&...) {});
  }

  [[nodiscard]] const rollout_report& result() const noexcept { return report_; }

  template <class Observer>
  rollout_report run(Observer&& observer) {
    for (init(); !done();) step(observer);
    return report_;
  }
  rollout_report run() {
    return run([](const auto&...) {});
  }

private:
  /// What is compared at one depth. `policy` has seen the decisions, `playing` belongs to the scenario under way.
  struct level {
    P policy, playing;
    std::vector<choice> choices{};
    std::vector<cost> costs{};
  };
  struct worker {
    worker(const P& policy, unsigned depth) : levels(depth, level{policy, policy}) {}

    std::vector<level> levels;
    std::unique_ptr<S> replica{};                         // of the first worker: none, it plays on the caller's state
    std::uint64_t left = 0;                               // nested scenarios still allowed
    std::uint64_t played = 0, bytes = 0, most_bytes = 0;  // in this decision
    std::exception_ptr failure{};
  };

  [[nodiscard]] P& policy() noexcept { return workers_[0].levels[0].policy; }

  /// True when there is something to compare: the choices are then in `l`.
  bool offers(S& s, level& l, std::uint64_t most) {
    l.choices.clear();
    s.choices(l.choices);
    if (most > options_.width) most = options_.width;
    if (l.choices.size() > most)
      l.choices.erase(l.choices.begin() + static_cast<std::ptrdiff_t>(most), l.choices.end());
    return l.choices.size() > 1 && l.policy.begin(std::as_const(s), std::span<const choice>(l.choices));
  }
  static std::size_t least(const level& l) {
    std::size_t best = 0;
    for (std::size_t k = 1; k < l.choices.size(); ++k)
      if (l.costs[k] < l.costs[best]) best = k;
    return best;
  }

  /// Tries one choice of depth d and takes it back.
  cost scenario(worker& w, S& s, std::size_t d, const level& decided, const choice& x) {
    level& l = w.levels[d];
    ++w.played;
    l.playing = decided.policy;
    if (d + 1 < w.levels.size()) w.levels[d + 1].policy = decided.policy;
    return detail::play_scenario(
        s, l.playing, [&] { s.take(x); },
        [&] {
          if (d + 1 < w.levels.size()) advance(w, s, d + 1);
          else s.step();
        },
        [&] { return l.playing.cost_of(std::as_const(s)); });
  }
  /// One decision inside a scenario.
  void advance(worker& w, S& s, std::size_t d) {
    level& l = w.levels[d];
    if (w.left < 2 || options_.watch.stopped() || !offers(s, l, w.left)) {
      s.step();
      return;
    }
    const std::size_t n = l.choices.size();
    w.left -= n;
    l.costs.resize(n);
    for (std::size_t k = 0; k < n; ++k) l.costs[k] = scenario(w, s, d, l, l.choices[k]);
    s.take(l.choices[least(l)]);
  }

  /// All scenarios of a decision: the k-th by worker k mod their number.
  void compare() {
    level& top = workers_[0].levels[0];
    top.costs.resize(top.choices.size());
    for (worker& w : workers_) {
      w.played = w.bytes = w.most_bytes = 0;
      w.failure = nullptr;
    }
    if (workers_.size() > 1) {
      {
        const std::lock_guard lock(mutex_);
        ++round_;
        busy_ = workers_.size() - 1;
      }
      wake_.notify_all();
    }
    play(0, state_);
    if (workers_.size() > 1) {
      std::unique_lock lock(mutex_);
      idle_.wait(lock, [&] { return busy_ == 0; });
      since_.reset();
      steps_ = 0;
    }
    for (const worker& w : workers_) {
      if (w.failure) std::rethrow_exception(w.failure);
      report_.scenarios += w.played;
      report_.bytes += w.bytes;
      if (w.most_bytes > report_.most_bytes) report_.most_bytes = w.most_bytes;
    }
  }
  void play(std::size_t index, S& s) {
    worker& w = workers_[index];
    level& top = workers_[0].levels[0];  // shared: only costs[k] is written, by the worker of k
    try {
      for (std::size_t k = index; k < top.choices.size() && !options_.watch.stopped(); k += workers_.size()) {
        w.left = share_;
        const std::uint64_t before = s.bytes_logged();
        top.costs[k] = scenario(w, s, 0, top, top.choices[k]);
        const std::uint64_t bytes = s.bytes_logged() - before;
        w.bytes += bytes;
        if (bytes > w.most_bytes) w.most_bytes = bytes;
      }
    } catch (...) {
      w.failure = std::current_exception();
    }
  }
  /// Life of a thread: whenever there is something to compare, bring the replica up to date and play.
  void serve(std::size_t index) {
    for (std::uint64_t seen = 0;;) {
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [&] { return over_ || round_ != seen; });
        if (over_) return;
        seen = round_;
      }
      S& s = *workers_[index].replica;
      try {
        if (since_) s.take(*since_);
        for (std::uint64_t k = 0; k < steps_; ++k) s.step();
      } catch (...) {
        workers_[index].failure = std::current_exception();
      }
      if (!workers_[index].failure) play(index, s);
      {
        const std::lock_guard lock(mutex_);
        --busy_;
      }
      idle_.notify_one();
    }
  }

  S& state_;
  P first_policy_;
  rollout_options options_;
  rollout_report report_;
  std::vector<worker> workers_;
  std::uint64_t share_ = 0;  // of the nested budget, for each scenario of the decision
  // What the replicas have not followed yet: a choice, then steps of the base policy.
  std::optional<choice> since_;
  std::uint64_t steps_ = 0;
  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::uint64_t round_ = 0;
  std::size_t busy_ = 0;
  bool over_ = false;
  std::vector<std::thread> threads_;
};

namespace detail {
struct rollout_function {
  template <rollout_state S, lookahead_policy<S> P, class Observer>
  rollout_report operator()(S& s, P policy, const rollout_options& options, Observer&& observer) const {
    return rollout_solver<S, P>(s, std::move(policy), options).run(observer);
  }
  template <rollout_state S, lookahead_policy<S> P>
  rollout_report operator()(S& s, P policy, const rollout_options& options = {}) const {
    return rollout_solver<S, P>(s, std::move(policy), options).run();
  }
};
}  // namespace detail

/// `rollout(s, policy, options, observer)`: brings a state to its end with look-ahead at every decision; see
/// `rollout_solver` for what it does and costs. `observer(s, choices, costs, chosen)` may be left out; it is called at
/// every compared decision before that is taken, on the calling thread.
inline constexpr detail::rollout_function rollout{};

}  // namespace v0
}  // namespace sched

#endif
