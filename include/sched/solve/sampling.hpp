// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_SAMPLING_HPP
#define SCHED_SOLVE_SAMPLING_HPP

/// \file
/// Many passes, the best one kept: multi-pass and adaptive sampling.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/sampling.hpp>
#include <sched/priority/task_rules.hpp>
#include <sched/solve/justify.hpp>
#include <sched/solve/sgs.hpp>
#include <sched/solve/sgs_options.hpp>

namespace sched {
inline namespace v0 {

struct sampling_options {
  std::uint64_t schedules = 1000;  ///< budget; every pass counts 1, double justification 2 more
  std::uint64_t seed = 1;
  generation_scheme scheme = generation_scheme::serial;
  bool justify =
      false;  ///< double-justify every schedule (never longer; for objectives other than makespan: if better)
  timeline_model timeline = timeline_model::automatic;
  control watch{};  ///< observer after every improvement, stop token asked before every pass
};

namespace detail {

/// Keeps the best of the schedules that are shown to it.
template <evaluator Evaluator, reusable_timeline Timeline>
class best_of {
public:
  best_of(const project& p, const sampling_options& options, Evaluator value)
      : problem_(p), options_(options), value_(std::move(value)), windows_(find_critical_path(p)) {
    if (options.justify) justify_.emplace_back(std::make_unique<justifier<Timeline>>(p));
  }

  /// One pass of a scheme; returns its value.
  template <class Scheme>
  double pass(Scheme& scheme) {
    schedule_result r = scheme.run();
    ++spent_;
    if (r.schedule.size() == 0 || !r.schedule.makespan().is_finite()) {
      if (best_.schedule.size() == 0) keep(std::move(r), std::numeric_limits<double>::infinity());
      return std::numeric_limits<double>::infinity();
    }
    double value = value_(problem_, r.schedule);
    if (!justify_.empty() && r.solved() && spent_ + 2 <= options_.schedules) {
      schedule s = r.schedule;
      spent_ += justify_.front()->double_justify(s);
      if (const double better = value_(problem_, s); better <= value) {
        value = better;
        r.schedule = std::move(s);
      }
    }
    const bool first = best_.schedule.size() == 0;
    if (first || (r.solved() && !best_.solved()) || (r.solved() == best_.solved() && value < least_)) {
      keep(std::move(r), value);
      options_.watch.report({spent_, options_.schedules, least_, static_cast<double>(windows_.length.count())});
    }
    return value;
  }

  /// Budget used up, stopped, or nothing better possible.
  [[nodiscard]] bool done() const {
    return spent_ >= options_.schedules || options_.watch.stopped() || proved() || best_.status == status::infeasible ||
           best_.status == status::unsupported;
  }
  [[nodiscard]] std::uint64_t spent() const noexcept { return spent_; }

  [[nodiscard]] schedule_result result() {
    if (best_.schedule.size() == 0 && best_.reason.empty()) {
      best_.status = options_.watch.stopped() ? status::cancelled : status::unsolved;
      best_.reason = options_.watch.stopped() ? "stopped by the caller" : "no schedule was asked for";
    }
    if (proved()) best_.status = status::optimal;
    best_.schedules = spent_;
    return std::move(best_);
  }

private:
  void keep(schedule_result r, double value) {
    best_ = std::move(r);
    least_ = value;
  }
  [[nodiscard]] bool proved() const {
    if constexpr (std::is_same_v<Evaluator, evaluate::makespan>)
      return best_.solved() && best_.schedule.makespan() == windows_.length;
    return false;
  }

  const project& problem_;
  const sampling_options& options_;
  Evaluator value_;
  critical_path windows_;
  std::vector<std::unique_ptr<justifier<Timeline>>> justify_;
  schedule_result best_;
  double least_ = std::numeric_limits<double>::infinity();
  std::uint64_t spent_ = 0;
};

}  // namespace detail

/// Multi-pass sampling: runs one scheme again and again with a rule that draws (`priority::regret_biased`,
/// `priority::random_order` …) and returns the best schedule by `value`. Stops early when the makespan meets the
/// critical path (status `optimal`). Deterministic for a seed. With a rule that does not draw, one pass is made.
/// Allocates once per call, and per improvement the kept schedule.
template <priority_rule Rule, evaluator Evaluator = evaluate::makespan, mode_policy Modes = mode::earliest_finish>
[[nodiscard]] schedule_result sample(const project& p, Rule rule, const sampling_options& options = {},
                                     Evaluator value = {}, Modes modes = {}) {
  constexpr bool draws = requires { rule.reseed(std::uint64_t{}); };
  return detail::with_timeline(p, options.timeline, [&](auto timeline) {
    using line = typename decltype(timeline)::type;
    detail::best_of<Evaluator, line> best(p, options, std::move(value));
    const sgs_options once{.seed = options.seed, .watch = {.stop = options.watch.stop}};
    const auto run = [&](auto& scheme) {
      while (!best.done()) {
        best.pass(scheme);
        if (!draws) break;
      }
    };
    if constexpr (!priority::parallel_only<Rule>) {
      if (options.scheme == generation_scheme::serial) {
        serial_scheme<Rule, Modes, line> scheme(p, std::move(rule), once, std::move(modes));
        run(scheme);
        return best.result();
      }
    } else if (options.scheme == generation_scheme::serial) {
      schedule_result refused;
      refused.status = status::unsupported;
      refused.reason = "this priority rule exists for the parallel scheme only";
      return refused;
    }
    parallel_scheme<Rule, Modes, line> scheme(p, std::move(rule), once, std::move(modes));
    run(scheme);
    return best.result();
  });
}

/// Adaptive sampling (after Kolisch & Drexl 1996): which scheme and which rule suit this instance is learned from early
/// results. Arms: {LFT, LST, MTS, GRPW*} × {serial, parallel} × bias {1, 2}. Successive halving: every round gives the
/// surviving arms equal shares of the budget and drops the worse half by mean value. `options.scheme` is not used.
template <evaluator Evaluator = evaluate::makespan>
[[nodiscard]] schedule_result adaptive_sample(const project& p, const sampling_options& options = {},
                                              Evaluator value = {}) {
  using biased = priority::regret_biased<priority::given>;
  struct arm {
    std::function<double()> pass;
    double sum = 0;
    std::uint64_t runs = 0;
  };
  return detail::with_timeline(p, options.timeline, [&](auto timeline) {
    using line = typename decltype(timeline)::type;
    detail::best_of<Evaluator, line> best(p, options, std::move(value));
    const critical_path windows = find_critical_path(p);
    std::vector<std::vector<double>> keys(4, std::vector<double>(p.task_count()));
    const rule_view view{p, windows};
    priority::latest_finish{}.keys(view, keys[0]);
    priority::latest_start{}.keys(view, keys[1]);
    priority::most_total_successors{}.keys(view, keys[2]);
    priority::greatest_rank_positional_weight_all{}.keys(view, keys[3]);

    random_generator seeds(options.seed);
    std::vector<arm> arms;
    for (const std::vector<double>& k : keys)
      for (const double alpha : {1.0, 2.0}) {
        const biased rule(priority::given(k), {.alpha = alpha});
        sgs_options once{.watch = {.stop = options.watch.stop}};
        once.seed = seeds();
        using serial = serial_scheme<biased, mode::earliest_finish, line>;
        using parallel = parallel_scheme<biased, mode::earliest_finish, line>;
        arms.push_back({[s = std::make_shared<serial>(p, rule, once), &best] { return best.pass(*s); }});
        once.seed = seeds();
        arms.push_back({[s = std::make_shared<parallel>(p, rule, once), &best] { return best.pass(*s); }});
      }
    while (!best.done()) {
      std::uint64_t rounds = 1;  // halvings still to come, and the last round
      for (std::size_t left = arms.size(); left > 1; left = (left + 1) / 2) ++rounds;
      const std::uint64_t share =
          std::max<std::uint64_t>(1, (options.schedules - best.spent()) / (rounds * arms.size()));
      for (arm& a : arms)
        for (std::uint64_t k = 0; (k < share || arms.size() == 1) && !best.done(); ++k) {
          a.sum += a.pass();
          ++a.runs;
        }
      std::ranges::stable_sort(arms, {}, [](const arm& a) {
        return a.runs == 0 ? std::numeric_limits<double>::infinity() : a.sum / static_cast<double>(a.runs);
      });
      arms.resize((arms.size() + 1) / 2);
    }
    return best.result();
  });
}

}  // namespace v0
}  // namespace sched

#endif
