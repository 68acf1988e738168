// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_SEARCH_HPP
#define SCHED_SOLVE_SEARCH_HPP

/// \file
/// The anytime improver: the best schedule that a budget buys, and a bound that says how good it is.

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/progress.hpp>
#include <sched/core/status.hpp>
#include <sched/core/stop_after.hpp>
#include <sched/evaluate/destructive_bound.hpp>
#include <sched/evaluate/lower_bound.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/solve/detail/on_threads.hpp>
#include <sched/solve/key_search.hpp>
#include <sched/solve/list_decoder.hpp>
#include <sched/solve/mode_search.hpp>
#include <sched/solve/temporal_search.hpp>
#include <sched/solve/two_sided_search.hpp>

namespace sched {
inline namespace v0 {

struct search_options {
  std::uint64_t schedules = 5000;    ///< budget: one per pass, justification passes too; 0: until stopped
  std::chrono::nanoseconds time{0};  ///< ends after so long, and plans for it where `schedules` is 0; 0: no limit
  std::uint64_t seed = 1;
  std::size_t islands = 1;          ///< searches of their own that show each other their best; they share the budget
  unsigned threads = 1;             ///< for islands, else for children; the result does not depend on it
  std::uint64_t patience = 0;       ///< ends after so many schedules without a better one; 0: never
  duration target = duration(0);    ///< ends at a schedule that is no longer (makespan only)
  bool bound = true;                ///< refutes short makespans first; reaching the bound ends the search
  std::optional<schedule> start{};  ///< a schedule to improve
  control watch{};                  ///< observer after every improvement, stop token asked every generation
};

/// A schedule, what it took, and how far from the best it can be.
struct search_result : schedule_result {
  double value = 0;        ///< of the objective
  duration lower_bound{};  ///< on the makespan
  struct improvement {
    std::uint64_t schedules = 0;
    double value = 0;
  };
  std::vector<improvement> improvements{};  ///< best value over the budget

  /// (makespan − bound) / makespan, in [0, 1].
  [[nodiscard]] double gap() const noexcept {
    const auto m = static_cast<double>(makespan().count());
    return m <= 0 ? 0 : (m - static_cast<double>(lower_bound.count())) / m;
  }
};

namespace detail {

/// Without a budget a search is made of rounds that grow, each with settings for its length, each from the best
/// schedule so far. With a time limit the second one lasts until then.
inline constexpr std::uint64_t first_round = 5000;

class rounds {
public:
  explicit rounds(std::chrono::nanoseconds time) : time_(time) {}
  /// Schedules of the next round, after so many in all; `faster`: by so much the rate will grow.
  [[nodiscard]] std::uint64_t next(std::uint64_t last, std::uint64_t spent, unsigned faster = 1) const {
    if (time_.count() <= 0) return 4 * last;
    const double gone = std::max(std::chrono::duration<double>(clock::now() - begin_).count(), 1e-6);
    const double left = std::max(0.0, std::chrono::duration<double>(time_).count() - gone);
    const double schedules = left / gone * static_cast<double>(spent) * std::max(1U, faster);
    return static_cast<std::uint64_t>(std::clamp(schedules, 1.0 * first_round, 1e12));
  }

private:
  using clock = std::chrono::steady_clock;
  std::chrono::nanoseconds time_;
  clock::time_point begin_ = clock::now();
};

/// Two-sided islands on a classic project.
class classic_search {
public:
  classic_search(const project& p, const search_options& o, duration bound) : problem_(p), options_(o) {
    out_.lower_bound = bound;
    bound_ = static_cast<std::int32_t>(std::max(bound, o.target).count());
  }

  search_result run() {
    if (options_.start) take(*options_.start);
    const bool open = options_.schedules == 0;
    std::uint64_t round = open ? first_round : options_.schedules;
    for (std::uint64_t seed = options_.seed; !over(); ++seed) {
      explore(open ? round : options_.schedules - spent_, seed);
      const bool alone = spent_ <= first_round && options_.islands <= 1;  // too few children for threads so far
      if (open) round = plan_.next(round, spent_, alone ? options_.threads : 1);
    }
    return finish();
  }

private:
  [[nodiscard]] bool over() const {
    return (options_.schedules != 0 && spent_ >= options_.schedules) || best_ <= bound_ || options_.watch.stopped() ||
           (options_.patience != 0 && spent_ - improved_at_ >= options_.patience);
  }
  void explore(std::uint64_t most, std::uint64_t seed) {
    const std::size_t islands = std::max<std::size_t>(1, options_.islands);
    const std::uint64_t share = most / islands;
    std::vector<std::unique_ptr<two_sided_search>> all;
    for (std::size_t k = 0; k < islands; ++k) {
      auto settings =
          two_sided_options::tuned(problem_.task_count(), std::max<std::uint64_t>(share, 1), seed + 1'000'003 * k);
      if (islands == 1) settings.threads = std::max(1U, options_.threads);
      all.push_back(std::make_unique<two_sided_search>(problem_, settings));
      all.back()->set_bound(bound_);
      if (!starts_.empty() && k % 2 == 0) all.back()->warm_start(starts_);
    }
    const std::uint64_t before = spent_;
    const std::uint64_t epoch = islands == 1 ? 0 : std::max<std::uint64_t>(share / 10, 100);
    while (spent_ - before < most && !over()) {
      if (islands == 1) {
        all[0]->step(most - (spent_ - before));
      } else {
        const std::uint64_t each = std::min(epoch, (most - (spent_ - before) + islands - 1) / islands);
        on_threads(islands, options_.threads, [&](std::size_t k) {
          const std::uint64_t until = all[k]->schedules() + each;
          while (all[k]->schedules() < until && !all[k]->optimal() && !options_.watch.stopped())
            all[k]->step(until - all[k]->schedules());
        });
      }
      spent_ = before;
      for (const auto& s : all) spent_ += s->schedules();
      for (const auto& s : all)
        if (s->makespan() < best_) take(s->makespan(), s->starts());
      if (islands > 1)
        for (const auto& s : all)
          if (s->makespan() > best_) s->warm_start(starts_);
    }
  }
  void take(std::int32_t makespan, std::span<const std::int32_t> starts) {
    best_ = makespan;
    starts_.assign(starts.begin(), starts.end());
    improved_at_ = spent_;
    out_.improvements.push_back({spent_, static_cast<double>(makespan)});
    options_.watch.report(
        {spent_, options_.schedules, static_cast<double>(makespan), static_cast<double>(out_.lower_bound.count())});
  }
  void take(const schedule& s) {
    std::vector<std::int32_t> starts(s.size());
    for (std::size_t i = 0; i < s.size(); ++i) starts[i] = static_cast<std::int32_t>(s.start[i].count());
    take(static_cast<std::int32_t>(s.makespan().count()), starts);
  }
  search_result finish() {
    out_.schedules = spent_;
    if (starts_.empty()) {
      out_.status = options_.watch.stopped() ? status::cancelled : status::unsolved;
      out_.reason = options_.watch.stopped() ? "stopped by the caller" : "no schedule was asked for";
      return std::move(out_);
    }
    out_.schedule = schedule::unplaced(problem_.task_count());
    for (std::size_t i = 0; i < starts_.size(); ++i) {
      out_.schedule.start[i] = starts_[i];
      out_.schedule.finish[i] = out_.schedule.start[i] + problem_.work(task_id(i));
    }
    out_.value = static_cast<double>(best_);
    out_.status = out_.schedule.makespan() <= out_.lower_bound ? status::optimal : status::feasible;
    return std::move(out_);
  }

  const project& problem_;
  const search_options& options_;
  rounds plan_{options_.time};
  search_result out_;
  std::vector<std::int32_t> starts_;
  std::int32_t best_ = std::numeric_limits<std::int32_t>::max();
  std::int32_t bound_ = 0;
  std::uint64_t spent_ = 0, improved_at_ = 0;
};

/// One search over modes after the other.
inline search_result search_modes(const project& p, const search_options& o, duration bound) {
  search_result out;
  out.lower_bound = bound;
  const rounds plan(o.time);
  std::uint64_t round = o.schedules != 0 ? o.schedules : first_round, spent = 0, improved_at = 0;
  const auto over = [&] {
    return (o.schedules != 0 && spent >= o.schedules) ||
           (out.solved() && out.makespan() <= std::max(bound, o.target)) || o.watch.stopped() ||
           (o.patience != 0 && spent - improved_at >= o.patience);
  };
  for (std::uint64_t seed = o.seed; !over();
       ++seed, round = plan.next(round, spent, spent <= first_round ? o.threads : 1)) {
    const std::uint64_t most = o.schedules != 0 ? o.schedules - spent : round;
    auto settings = mode_search_options::tuned(p.task_count(), most, seed);
    settings.threads = std::max(1U, o.threads);
    mode_search modes(p, settings);
    if (modes.outcome() != mode_budget::outcome::found) {
      if (out.solved()) break;
      out.status = modes.outcome() == mode_budget::outcome::impossible ? status::infeasible : status::unsolved;
      out.reason = "no affordable choice of modes for the non-renewable resources";
      return out;
    }
    modes.set_bound(std::max(bound, o.target));
    if (out.solved()) modes.warm_start(out.schedule);
    else if (o.start) modes.warm_start(*o.start);
    const std::uint64_t before = spent;
    do {
      spent = before + modes.schedules();
      if (modes.makespan() < (out.solved() ? out.makespan() : instant::infinity())) {
        out.schedule = modes.best();
        out.status = status::feasible;
        out.value = static_cast<double>(out.makespan().count());
        improved_at = spent;
        out.improvements.push_back({spent, out.value});
        o.watch.report({spent, o.schedules, out.value, static_cast<double>(bound.count())});
      }
      if (over() || modes.schedules() >= most) break;
      modes.step(most - modes.schedules());
    } while (true);
  }
  out.schedules = spent;
  if (out.solved()) {
    if (out.makespan() <= bound) out.status = status::optimal;
  } else if (o.watch.stopped()) {
    out.status = status::cancelled;
    out.reason = "stopped by the caller";
  }
  return out;
}

/// The search that suits the project; stops when `o.watch` says so.
template <evaluator Evaluator, mode_policy Modes>
search_result search_until(const project& p, const search_options& o, Evaluator value, Modes modes) {
  constexpr bool makespan = std::same_as<Evaluator, evaluate::makespan>;
  const duration easy = makespan_bound(p);
  if (makespan && list_decoder::accepts(p) && p.task_count() > 1 && p.task_count() < 65'536) {
    const duration bound = o.bound ? destructive_bound(p, {.stop = o.watch.stop}) : easy;
    return classic_search(p, o, bound).run();
  }
  search_result out;
  if (p.task_count() == 0) {
    out.status = status::optimal;
    return out;
  }
  if (!p.maximal_lags().empty() && temporal_search::accepts(p)) {
    temporal_result found =
        temporal_search(p, {.nodes = o.schedules, .seed = o.seed, .target = o.target, .watch = o.watch}).run();
    out.lower_bound = found.lower_bound;
    for (const auto& i : found.improvements)
      out.improvements.push_back({i.nodes, static_cast<double>(i.makespan.count())});
    static_cast<schedule_result&>(out) = std::move(found);
    if (out.solved()) out.value = value(p, out.schedule);
    if (out.status == status::optimal && !makespan) out.status = status::feasible;
    return out;
  }
  if (makespan && std::same_as<Modes, mode::earliest_finish> && mode_search::accepts(p))
    return search_modes(p, o, easy);
  const std::uint64_t budget = o.schedules != 0 ? o.schedules : 50'000;
  std::uint64_t spent = 0, improved_at = 0;
  for (std::uint64_t seed = o.seed;; ++seed) {
    key_search<Evaluator, Modes> keys(p, budget, seed, value, modes, makespan);
    if (out.schedule.size() != 0 && out.solved()) keys.warm_start(out.schedule);
    else if (o.start) keys.warm_start(*o.start);
    const auto over = [&] {
      return (o.schedules != 0 && spent + keys.schedules() >= o.schedules) || o.watch.stopped() || keys.hopeless() ||
             (makespan && keys.best().solved() && keys.best().makespan() <= std::max(easy, o.target)) ||
             (o.patience != 0 && spent + keys.schedules() - improved_at >= o.patience);
    };
    do {
      const std::uint64_t left = o.schedules != 0 ? o.schedules - spent - keys.schedules() : budget;
      const bool better = keys.step(left);
      const bool first = out.schedule.size() == 0;
      if (!better || (!first && out.solved() && keys.value() >= out.value)) continue;
      static_cast<schedule_result&>(out) = keys.best();
      out.value = keys.best().solved() ? value(p, out.schedule) : keys.value();
      improved_at = spent + keys.schedules();
      out.improvements.push_back({improved_at, out.value});
      o.watch.report({improved_at, o.schedules, out.value, static_cast<double>(easy.count())});
    } while (!over() && (o.schedules != 0 || keys.schedules() < budget));
    if (out.schedule.size() == 0) static_cast<schedule_result&>(out) = keys.best();
    const bool ends = over();
    spent += keys.schedules();
    if (ends) break;
  }
  out.schedules = spent;
  out.lower_bound = easy;
  if (makespan && out.solved() && out.makespan() <= easy) out.status = status::optimal;
  if (out.schedule.size() == 0 && o.watch.stopped()) out.status = status::cancelled;
  return out;
}

}  // namespace detail

/// Searches for the best schedule of a project within a budget.
///
/// Classic single-mode projects and the makespan: `two_sided_search`, in islands if asked for. Projects with maximal
/// lags: `temporal_search`, which is complete (a node is a schedule; it looks for short schedules, whatever the
/// evaluator). Modes and non-renewable resources, but no calendars, lags or dates, and the makespan: `mode_search`,
/// unless `modes` is a policy of the caller's. Everything else — calendars, lags, dates, any evaluator (less is
/// better): `key_search`. The default adapts to size and budget. Statuses: optimal (the bound is met), feasible, or
/// what the serial scheme says. Same options, same schedule, whatever `threads` says; with a stop token only as
/// reproducible as who stops it, with a time limit as the clock. References: Debels & Vanhoucke 2005; Valls, Ballestín
/// & Quintanilla 2008; Gonçalves & Resende 2011.
template <evaluator Evaluator = evaluate::makespan, mode_policy Modes = mode::earliest_finish>
[[nodiscard]] search_result search(const project& p, const search_options& o = {}, Evaluator value = {},
                                   Modes modes = {}) {
  if (o.time.count() <= 0) return detail::search_until(p, o, std::move(value), std::move(modes));
  const stop_after clock(o.time, o.watch.stop);
  search_options timed = o;
  timed.watch.stop = clock.token();
  return detail::search_until(p, timed, std::move(value), std::move(modes));
}

}  // namespace v0
}  // namespace sched

#endif
