// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_KEY_SEARCH_HPP
#define SCHED_SOLVE_KEY_SEARCH_HPP

/// \file
/// A genetic algorithm over priorities: for every project and every objective.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/core/status.hpp>
#include <sched/evaluate/objective.hpp>
#include <sched/model/critical_path.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>
#include <sched/priority/mode_choice.hpp>
#include <sched/priority/task_rules.hpp>
#include <sched/solve/justify.hpp>
#include <sched/solve/serial_scheme.hpp>
#include <sched/solve/sgs_options.hpp>
#include <sched/timeline/step_timeline.hpp>

namespace sched {
inline namespace v0 {

/// Biased random keys: a solution is a key for every task, decoded by the serial scheme, for the makespan justified,
/// too. A generation keeps the elite, crosses elite with others task by task, and adds strangers. The first solutions
/// are latest finishes and due dates with noise. Schedules that break a date count as worse than all others. A
/// `refining_evaluator` betters each schedule, which counts as a pass.
///
/// For any project that `serial_scheme` solves and any evaluator. Every pass counts one schedule. Allocates in the
/// constructor, and for each better schedule.
/// Reference: Gonçalves & Resende 2011.
template <evaluator Evaluator = evaluate::makespan, mode_policy Modes = mode::earliest_finish,
          reusable_timeline Timeline = step_timeline>
class key_search {
public:
  key_search(const project& p, std::uint64_t schedules, std::uint64_t seed, Evaluator value = {}, Modes modes = {},
             bool justify = true)
      : problem_(p), value_(std::move(value)), random_(seed), n_(p.task_count()), key_(n_) {
    scheme_ = std::make_unique<scheme>(p, priority::given(key_), sgs_options{.seed = seed}, std::move(modes));
    if (justify) justify_ = std::make_unique<justifier<Timeline>>(p);
    const double looks = static_cast<double>(schedules) / static_cast<double>(std::max<std::size_t>(n_, 1));
    population_ = static_cast<std::size_t>(std::clamp(8.0 * std::pow(std::max(looks, 1.0), 0.5), 8.0, 400.0));
    const critical_path windows = find_critical_path(p);
    natural_.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      const instant due = std::min(p.due(task_id(i)), p.deadline(task_id(i)));
      const instant late = std::min(windows.latest_finish[i], due);
      natural_[i] = late.is_finite() ? static_cast<double>(late.count()) : static_cast<double>(windows.length.count());
    }
    const auto [least, most] = std::ranges::minmax(natural_);
    const double span = std::max(1.0, most - least);
    for (double& k : natural_) k = (k - least) / span;
  }
  key_search(const key_search&) = delete;  // the scheme refers to this object's keys
  key_search& operator=(const key_search&) = delete;

  /// A schedule to start from; call before the first step.
  void warm_start(const schedule& s) {
    individual x;
    x.keys.resize(n_);
    const auto length = static_cast<double>(std::max<std::int64_t>(1, s.makespan().count()));
    for (std::size_t i = 0; i < n_; ++i) x.keys[i] = static_cast<double>(s.start[i].count()) / length;
    people_.push_back(std::move(x));
  }
  [[nodiscard]] std::uint64_t schedules() const noexcept { return spent_; }
  [[nodiscard]] const schedule_result& best() const noexcept { return best_; }
  [[nodiscard]] double value() const noexcept { return least_; }

  /// One generation, of at most `most` schedules. Returns whether a better schedule was found.
  bool step(std::uint64_t most) {
    const double before = least_;
    limit_ = spent_ + most;
    if (people_.size() < population_) {
      for (; decoded_ < people_.size() && may_go_on(); ++decoded_) decode(people_[decoded_]);
      while (people_.size() < population_ && may_go_on()) {
        people_.push_back(stranger(people_.size() < 2 ? 0.0 : 0.1 + random_.real()));
        ++decoded_;
      }
    } else {
      const std::size_t elite = std::max<std::size_t>(1, people_.size() / 4);
      const std::size_t strangers = people_.size() / 8;
      for (std::size_t k = elite; k < people_.size() && may_go_on(); ++k) {
        if (k >= people_.size() - strangers) {
          next_.push_back(stranger(2.0 * random_.real()));
          continue;
        }
        individual x;
        x.keys.resize(n_);
        const individual& a = people_[random_.below(elite)];
        const individual& b = people_[elite + random_.below(people_.size() - elite)];
        for (std::size_t i = 0; i < n_; ++i) x.keys[i] = random_.chance(0.7) ? a.keys[i] : b.keys[i];
        decode(x);
        next_.push_back(std::move(x));
      }
      for (std::size_t k = 0; k < next_.size(); ++k) people_[elite + k] = std::move(next_[k]);
      next_.clear();
    }
    std::ranges::stable_sort(people_, {}, &individual::value);
    return least_ < before;
  }
  /// Nothing can be scheduled: the scheme's own verdict.
  [[nodiscard]] bool hopeless() const noexcept {
    return best_.status == status::infeasible || best_.status == status::unsupported;
  }

private:
  using scheme = serial_scheme<priority::given, Modes, Timeline>;
  struct individual {
    std::vector<double> keys{};
    double value = std::numeric_limits<double>::infinity();
  };

  [[nodiscard]] bool may_go_on() const noexcept { return spent_ < limit_ && !hopeless(); }
  individual stranger(double noise) {
    individual x;
    x.keys.resize(n_);
    for (std::size_t i = 0; i < n_; ++i) x.keys[i] = natural_[i] + noise * random_.real();
    decode(x);
    return x;
  }
  void decode(individual& x) {
    std::ranges::copy(x.keys, key_.begin());
    schedule_result r = scheme_->run();
    ++spent_;
    if (r.schedule.size() == 0 || !r.schedule.makespan().is_finite()) {
      if (best_.schedule.size() == 0) best_ = std::move(r);
      return;
    }
    x.value = value_(problem_, r.schedule);
    if (justify_ && r.solved() && spent_ + 2 <= limit_) {
      schedule s = r.schedule;
      spent_ += justify_->double_justify(s);
      if (const double better = value_(problem_, s); better < x.value) {
        // The keys learn what justification found.
        const auto length = static_cast<double>(std::max<std::int64_t>(1, s.makespan().count()));
        for (std::size_t i = 0; i < n_; ++i) x.keys[i] = static_cast<double>(s.start[i].count()) / length;
        x.value = better;
        r.schedule = std::move(s);
      }
    }
    if constexpr (refining_evaluator<Evaluator>) {
      if (r.solved() && spent_ < limit_) {
        ++spent_;
        if (value_.refine(problem_, r.schedule)) x.value = value_(problem_, r.schedule);
      }
    }
    const bool solved_now = r.solved();
    if (!solved_now) x.value = worst_ + x.value;  // behind all that keep their dates
    if (best_.schedule.size() != 0 && best_.schedule.makespan().is_finite() &&
        (solved_now == best_.solved() ? x.value >= least_ : !solved_now))
      return;
    least_ = x.value;
    best_ = std::move(r);
  }

  static constexpr double worst_ = 1e18;
  const project& problem_;
  Evaluator value_;
  random_generator random_;
  std::size_t n_, population_ = 0;
  std::vector<double> key_, natural_;
  std::unique_ptr<scheme> scheme_;
  std::unique_ptr<justifier<Timeline>> justify_;
  std::vector<individual> people_, next_;
  schedule_result best_;
  double least_ = std::numeric_limits<double>::infinity();
  std::uint64_t spent_ = 0, limit_ = 0;
  std::size_t decoded_ = 0;
};

}  // namespace v0
}  // namespace sched

#endif
