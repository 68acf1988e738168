// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_SOLVE_RULE_DRIVER_HPP
#define SCHED_SOLVE_RULE_DRIVER_HPP

/// \file
/// The candidates of a scheme, kept the way its priority rule wants them.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/model/critical_path.hpp>
#include <sched/priority/any_rule.hpp>
#include <sched/priority/rule.hpp>

namespace sched {
inline namespace v0 {

/// Gives solvers one interface to static, dynamic, selecting and erased rules. A static rule's keys become ranks once
/// per run (smaller key first, then lower number); the others are asked at every decision.
template <priority_rule Rule>
class rule_driver {
public:
  rule_driver(const project& p, Rule rule) : problem_(&p), rule_(std::move(rule)), windows_(find_critical_path(p)) {
    if (p.multi_mode()) {
      modes_.resize(p.task_count());
      for (std::size_t i = 0; i < modes_.size(); ++i)
        for (std::size_t m = 1; m < p.mode_count(task_id(i)); ++m)
          if (p.work(task_id(i), m) < p.work(task_id(i), modes_[i])) modes_[i] = static_cast<std::uint32_t>(m);
    }
  }

  [[nodiscard]] rule_view view() const noexcept { return {*problem_, windows_, modes_}; }
  [[nodiscard]] const critical_path& windows() const noexcept { return windows_; }
  [[nodiscard]] bool is_static() const noexcept {
    if constexpr (std::same_as<Rule, priority::any_rule>) return rule_.is_static();
    else return static_priority_rule<Rule>;
  }
  [[nodiscard]] bool is_parallel_only() const noexcept {
    if constexpr (std::same_as<Rule, priority::any_rule>) return rule_.is_parallel_only();
    else return priority::parallel_only<Rule>;
  }

  void reseed(std::uint64_t seed) { priority::reseed(rule_, seed); }

  /// Before each run. O(n log n) for static rules.
  void prepare() {
    if (!is_static()) {
      priority::prepare(rule_, view());
      return;
    }
    const std::size_t n = problem_->task_count();
    keys_.resize(n);
    by_rank_.resize(n);
    rank_.resize(n);
    if constexpr (std::same_as<Rule, priority::any_rule>) rule_.static_keys(view(), keys_);
    else if constexpr (static_priority_rule<Rule>) rule_.keys(view(), std::span<double>(keys_));
    std::iota(by_rank_.begin(), by_rank_.end(), 0U);
    std::ranges::sort(
        by_rank_, [&](std::uint32_t a, std::uint32_t b) { return keys_[a] != keys_[b] ? keys_[a] < keys_[b] : a < b; });
    for (std::uint32_t r = 0; r < n; ++r) rank_[by_rank_[r]] = r;
  }

  /// Static rules: position of a task in the order of keys, its inverse, and the keys.
  [[nodiscard]] std::span<const std::uint32_t> ranks() const noexcept { return rank_; }
  [[nodiscard]] std::span<const std::uint32_t> by_rank() const noexcept { return by_rank_; }
  [[nodiscard]] std::span<const double> keys() const noexcept { return keys_; }

  /// False for rules that pick one of the candidates and say nothing of the others.
  [[nodiscard]] bool has_keys() const noexcept {
    if constexpr (std::same_as<Rule, priority::any_rule>) return rule_.has_keys();
    else return !selecting_priority_rule<Rule>;
  }
  /// Dynamic rules: the key of every candidate. Precondition: has_keys() and not static.
  void keys(const decision& d, std::span<double> out) {
    if constexpr (std::same_as<Rule, priority::any_rule> || dynamic_priority_rule<Rule>) rule_.keys(d, out);
  }
  /// Other rules: which of the candidates (sorted by id) goes next?
  [[nodiscard]] std::size_t pick(const decision& d) {
    if constexpr (selecting_priority_rule<Rule>) {
      return static_cast<std::size_t>(rule_.pick(d));
    } else if constexpr (dynamic_priority_rule<Rule>) {
      keys_.resize(d.candidates.size());
      rule_.keys(d, std::span<double>(keys_));
      return priority::smallest(keys_);
    } else {
      return 0;
    }
  }

private:
  const project* problem_;
  Rule rule_;
  critical_path windows_;
  std::vector<std::uint32_t> modes_;
  std::vector<double> keys_;
  std::vector<std::uint32_t> by_rank_, rank_;
};

}  // namespace v0
}  // namespace sched

#endif
