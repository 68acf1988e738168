// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_TASK_RULES_HPP
#define SCHED_PRIORITY_TASK_RULES_HPP

/// \file
/// Static rules that look at the task itself: duration, demand, dates, chance.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>

#include <sched/core/random.hpp>
#include <sched/priority/network_rules.hpp>
#include <sched/priority/rule.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

/// SPT and LPT: shortest, longest processing time (Alvarez-Valdés & Tamarit 1989).
struct shortest_processing_time {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(v.work(task_id(i)).count());
  }
};
struct longest_processing_time {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = -static_cast<double>(v.work(task_id(i)).count());
  }
};

/// Sums of demand ÷ capacity over renewable resources, comparable exactly: integers over the common denominator of all
/// capacities where that fits a double, else rounded to nine decimals.
class demand_ratio {
public:
  explicit demand_ratio(const project& p) {
    for (const resource& r : p.resources()) {
      if (r.kind != resource_kind::renewable || r.capacity <= 0) continue;
      const amount factor = r.capacity / std::gcd(r.capacity, denominator_);
      if (factor > limit_ / denominator_) {
        denominator_ = 0;
        return;
      }
      denominator_ *= factor;
    }
  }
  /// What all results are multiplied by.
  [[nodiscard]] double scale() const noexcept { return denominator_ != 0 ? static_cast<double>(denominator_) : 1.0; }

  /// scale() · factor · Σ units / capacity.
  [[nodiscard]] double operator()(const project& p, std::span<const requirement> needs, double factor) const {
    double sum = 0;
    for (const requirement& q : needs) {
      const resource& r = p.resource_of(q.resource);
      if (r.kind != resource_kind::renewable || r.capacity <= 0) continue;
      const amount share = denominator_ / r.capacity;  // exact where there is a common denominator
      sum += denominator_ != 0 ? static_cast<double>(q.units) * static_cast<double>(share)
                               : static_cast<double>(q.units) / static_cast<double>(r.capacity);
    }
    const double value = factor * sum;
    return denominator_ != 0 ? value : std::round(value * 1e9) / 1e9;
  }

private:
  static constexpr amount limit_ = amount{1} << 36;
  amount denominator_ = 1;
};

/// GRD: greatest duration · Σ demand / capacity (Davis & Patterson 1975).
struct greatest_resource_demand {
  void keys(const rule_view& v, std::span<double> out) const {
    const demand_ratio ratio(v.problem);
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = -ratio(v.problem, v.needs(task_id(i)), static_cast<double>(v.work(task_id(i)).count()));
  }
};

/// WRUP: greatest 0.7 · direct successors + 0.3 · Σ demand / capacity (Ulusoy & Özdamar 1989).
struct weighted_resource_utilisation {
  void keys(const rule_view& v, std::span<double> out) const {
    const demand_ratio ratio(v.problem);
    for (std::size_t i = 0; i < out.size(); ++i) {
      double successors = 0;
      each_successor(v.problem, task_id(i), [&](task_id) { successors += 1; });
      const double seven = 7 * successors * ratio.scale();
      out[i] = -(seven + ratio(v.problem, v.needs(task_id(i)), 3.0));
    }
  }
};

/// FCFS: release date, then task number.
struct first_come_first_served {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = static_cast<double>(std::max<instant>(0, v.problem.release(task_id(i))).count());
  }
};

/// EDD: earliest due date; missing ones are the latest finish (Jackson 1955).
struct earliest_due_date {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<double>(v.due(task_id(i)).count());
  }
};

/// WSPT: greatest weight ÷ duration (Smith 1956); tasks without duration go first.
struct weighted_shortest_processing_time {
  void keys(const rule_view& v, std::span<double> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const auto d = static_cast<double>(v.work(task_id(i)).count());
      out[i] = d > 0 ? -v.problem.weight(task_id(i)) / d : -std::numeric_limits<double>::infinity();
    }
  }
};

/// Uniform random keys, drawn anew for every run from the rule's own generator.
class random_order {
public:
  explicit random_order(std::uint64_t seed = 1) noexcept : generator_(seed) {}
  void keys(const rule_view&, std::span<double> out) {
    for (double& k : out) k = generator_.real();
  }
  void reseed(std::uint64_t seed) noexcept { generator_ = random_generator(seed); }

private:
  random_generator generator_;
};

/// Keys given by the caller, one per task (a priority list of a search, an expert's order).
class given {
public:
  explicit given(std::span<const double> keys) : keys_(keys) {}
  void keys(const rule_view&, std::span<double> out) const { std::ranges::copy(keys_, out.begin()); }

private:
  std::span<const double> keys_;
};

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
