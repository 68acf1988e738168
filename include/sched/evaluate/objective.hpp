// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_OBJECTIVE_HPP
#define SCHED_EVALUATE_OBJECTIVE_HPP

/// \file
/// HOW GOOD is a schedule: objectives of projects.

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>
#include <tuple>
#include <utility>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/id.hpp>
#include <sched/core/ticks.hpp>
#include <sched/model/project.hpp>
#include <sched/model/schedule.hpp>

namespace sched {
inline namespace v0 {

/// HOW GOOD is a schedule? `e(p, s)` is a number, smaller is better, and the same bits on every platform; +∞ where the
/// objective needs a task that is not placed. Precondition: `s` has an entry for every task of `p`, with valid modes.
/// Called once per generated schedule, concurrently on copies. Rejected: evaluators whose value depends on anything but
/// the project, the schedule and their own parameters.
template <class E>
concept evaluator = std::copyable<E> && requires(const E& e, const project& p, const schedule& s) {
  { e(p, s) } -> std::same_as<double>;
};

/// An evaluator that can better a complete schedule by itself: `e.refine(p, s)` keeps `s` feasible, never makes its
/// value greater, and says whether it changed. A search calls it after every decoding and counts it as a pass. For
/// objectives that early schedules serve badly.
template <class E>
concept refining_evaluator = evaluator<E> && requires(const E& e, const project& p, schedule& s) {
  { e.refine(p, s) } -> std::same_as<bool>;
};

namespace evaluate {

namespace detail {
/// A time as a number; ticks beyond 2^53 are rounded.
[[nodiscard]] inline double real(ticks t) noexcept {
  if (t.is_finite()) return static_cast<double>(t.count());
  return t > 0 ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
}
}  // namespace detail

/// Latest finish. O(n), allocates nothing.
struct makespan {
  [[nodiscard]] double operator()(const project&, const schedule& s) const { return detail::real(s.makespan()); }
};

/// Σ weight · max(0, finish − due date) over the tasks with a due date. O(n), allocates nothing.
struct weighted_tardiness {
  [[nodiscard]] double operator()(const project& p, const schedule& s) const {
    double sum = 0;
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      const task_id t(i);
      const duration late = p.due(t).is_finite() ? s.finish[i] - p.due(t) : duration(0);
      if (late > 0 && p.weight(t) > 0) sum = std::fma(p.weight(t), detail::real(late), sum);
    }
    return sum;
  }
};

/// Number of tasks that finish after their due date. O(n), allocates nothing.
struct tardy_count {
  [[nodiscard]] double operator()(const project& p, const schedule& s) const {
    std::size_t late = 0;
    for (std::size_t i = 0; i < p.task_count(); ++i)
      late += p.due(task_id(i)).is_finite() && s.finish[i] > p.due(task_id(i)) ? 1U : 0U;
    return static_cast<double>(late);
  }
};

/// Resource levelling: Σ over renewable resources of weight · Σ over ticks of use². Small when the use is even.
/// O(d log d) for d demands of the chosen modes, independent of the time scale; allocates O(d).
/// Reference: Burgess & Killebrew 1962.
struct levelling {
  std::vector<double> weights{};  ///< per resource; resources beyond its end weigh 1

  [[nodiscard]] double operator()(const project& p, const schedule& s) const {
    struct change {
      resource_id resource;
      instant at;
      amount by;
    };
    std::vector<change> changes;
    for (std::size_t i = 0; i < p.task_count(); ++i) {
      const task_id t(i);
      for (const requirement& q : p.requirements(t, s.mode[i])) {
        if (p.resource_of(q.resource).kind == resource_kind::nonrenewable || p.work(t, s.mode[i]) == 0) continue;
        if (!s.start[i].is_finite() || !s.finish[i].is_finite()) return std::numeric_limits<double>::infinity();
        changes.push_back({q.resource, s.start[i], q.units});
        changes.push_back({q.resource, s.finish[i], -q.units});
      }
    }
    std::ranges::sort(changes, {}, [](const change& c) { return std::pair(c.resource, c.at); });
    double total = 0;
    int128 level = 0;
    double sum = 0;
    for (std::size_t k = 0; k < changes.size(); ++k) {
      const change& c = changes[k];
      level += c.by;
      if (k + 1 < changes.size() && changes[k + 1].resource == c.resource) {
        const double use = static_cast<double>(level);
        sum = std::fma(std::fma(use, use, 0.0), detail::real(changes[k + 1].at - c.at), sum);
      } else {
        const std::size_t r = c.resource.index();
        total = std::fma(r < weights.size() ? weights[r] : 1.0, sum, total);
        sum = 0;
        level = 0;
      }
    }
    return total;
  }
};

/// An evaluator and what one unit of it costs.
template <evaluator E>
struct term {
  double weight;
  E value;
};
/// `weigh(10, makespan{})`: one term of a `weighted_sum`.
template <evaluator E>
[[nodiscard]] term<E> weigh(double weight, E value) {
  return {weight, std::move(value)};
}

/// Σ weight · value over terms: `weighted_sum(weigh(1, makespan{}), weigh(50, weighted_tardiness{}))`. Terms of weight
/// 0 are skipped. The terms are added in their order.
template <evaluator... Es>
class weighted_sum {
public:
  explicit weighted_sum(term<Es>... terms) : terms_(std::move(terms)...) {}

  [[nodiscard]] double operator()(const project& p, const schedule& s) const {
    double sum = 0;
    const auto add = [&](const auto& t) {
      if (t.weight != 0) sum = std::fma(t.weight, t.value(p, s), sum);
    };
    std::apply([&](const auto&... t) { (add(t), ...); }, terms_);
    return sum;
  }

private:
  std::tuple<term<Es>...> terms_;
};

static_assert(evaluator<makespan> && evaluator<weighted_tardiness> && evaluator<tardy_count> && evaluator<levelling>);

}  // namespace evaluate
}  // namespace v0
}  // namespace sched

#endif
