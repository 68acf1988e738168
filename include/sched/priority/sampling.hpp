// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_PRIORITY_SAMPLING_HPP
#define SCHED_PRIORITY_SAMPLING_HPP

/// \file
/// Biased random sampling: chance guided by a rule.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/math.hpp>
#include <sched/core/random.hpp>
#include <sched/priority/rule.hpp>

namespace sched {
inline namespace v0 {
namespace priority {

/// How strongly chance follows the rule.
struct regret_bias {
  double alpha = 1.0;    ///< 0: uniform; larger: closer to the rule itself
  double epsilon = 1.0;  ///< added to every regret, so that no candidate is impossible
  std::uint64_t seed = 1;
};

/// Regret-based biased random sampling (Drexl 1991): with ρᵢ = maxⱼ keyⱼ − keyᵢ a candidate is picked with probability
/// proportional to (ρᵢ + ε)^α. O(|D|) per decision; one draw; deterministic for a seed on every platform.
template <class Rule>
  requires(static_priority_rule<Rule> || dynamic_priority_rule<Rule>)
class regret_biased {
public:
  explicit regret_biased(Rule rule, regret_bias bias = {})
      : rule_(std::move(rule)), bias_(bias), generator_(bias.seed) {}
  static constexpr bool parallel_only = priority::parallel_only<Rule>;

  void prepare(const rule_view& v) { rule_.prepare(v); }

  [[nodiscard]] std::size_t pick(const decision& d) {
    const std::size_t n = d.candidates.size();
    if (n == 1) return 0;
    if (bias_.alpha == 0) return static_cast<std::size_t>(generator_.below(n));
    keys_.resize(n);
    rule_.keys(d, keys_);
    const double largest = *std::ranges::max_element(keys_);
    double total = 0;
    for (double& k : keys_) {
      const double regret = (largest - k) + bias_.epsilon;
      k = stable::pow(regret, bias_.alpha);
      total += k;
    }
    if (!(total > 0 && total <= std::numeric_limits<double>::max())) return any_smallest(d);
    const double point = generator_.real() * total;
    double sum = 0;
    for (std::size_t i = 0; i + 1 < n; ++i) {
      sum += keys_[i];
      if (point < sum) return i;
    }
    return n - 1;
  }

  void reseed(std::uint64_t seed) {
    generator_ = random_generator(seed);
    rule_.reseed(generator_());
  }

private:
  /// All regrets are 0, or one is infinite: every candidate with the smallest key is equally likely.
  std::size_t any_smallest(const decision& d) {
    rule_.keys(d, keys_);
    const double least = *std::ranges::min_element(keys_);
    auto skip = generator_.below(static_cast<std::uint64_t>(std::ranges::count(keys_, least)));
    std::size_t i = 0;
    while (keys_[i] != least || skip-- > 0) ++i;
    return i;
  }

  prepared<Rule> rule_;
  regret_bias bias_;
  random_generator generator_;
  std::vector<double> keys_;
};
template <class Rule>
regret_biased(Rule) -> regret_biased<Rule>;
template <class Rule>
regret_biased(Rule, regret_bias) -> regret_biased<Rule>;

}  // namespace priority
}  // namespace v0
}  // namespace sched

#endif
