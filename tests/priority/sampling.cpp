// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/sampling.hpp>

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include <sched/model/project_builder.hpp>
#include <sched/priority/task_rules.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

struct nothing final : decision_state {
  std::span<const placed_task> placements() const override { return {}; }
  instant finish(task_id) const override { return 0; }
  instant earliest_by_precedence(task_id) const override { return 0; }
  instant earliest_start(task_id) const override { return 0; }
  instant earliest_start_after(task_id, task_id) const override { return 0; }
};

/// How often each of the candidates is picked.
std::vector<double> frequencies(const std::vector<double>& keys, priority::regret_bias bias, int draws) {
  project_builder b;
  std::vector<task_id> candidates;
  for (std::size_t i = 0; i < keys.size(); ++i) candidates.push_back(b.add_task(1));
  const project p = b.build();
  const critical_path windows = find_critical_path(p);
  const rule_view view{p, windows};
  const nothing state;
  priority::regret_biased rule(priority::given(keys), bias);
  rule.prepare(view);
  std::vector<double> count(keys.size());
  for (int i = 0; i < draws; ++i) count[rule.pick(decision{view, state, 0, candidates})] += 1;
  return count;
}

/// Chi-square statistic against the published probabilities.
double chi_square(const std::vector<double>& keys, priority::regret_bias bias) {
  const int draws = 100'000;
  const std::vector<double> count = frequencies(keys, bias, draws);
  double total = 0, sum = 0, largest = keys[0];
  for (double k : keys) largest = std::max(largest, k);
  for (double k : keys) total += std::pow(largest - k + bias.epsilon, bias.alpha);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const double expected = draws * std::pow(largest - keys[i] + bias.epsilon, bias.alpha) / total;
    sum += (count[i] - expected) * (count[i] - expected) / expected;
  }
  return sum;
}

constexpr double limit = 18.5;  // 4 degrees of freedom, one in a thousand

}  // namespace

TEST_CASE("candidates are picked with the regret-based probabilities") {
  const std::vector<double> keys{4, 9, 1, 9, 6};
  CHECK(chi_square(keys, {}) < limit);
  CHECK(chi_square(keys, {.alpha = 2, .seed = 2}) < limit);
  CHECK(chi_square(keys, {.alpha = 0.5, .epsilon = 3, .seed = 3}) < limit);
  CHECK(chi_square(keys, {.alpha = 0, .seed = 4}) < limit);  // uniform
  CHECK(frequencies(keys, {.alpha = 2}, 1000) != frequencies(keys, {.alpha = 0}, 1000));
}

TEST_CASE("without regret, or with an infinite one, every best candidate is equally likely") {
  const double first = -std::numeric_limits<double>::infinity();
  const auto even = [](const std::vector<double>& count, std::vector<std::size_t> who) {
    for (std::size_t i : who) CHECK(std::abs(count[i] - 30'000.0 / static_cast<double>(who.size())) < 500);
  };
  even(frequencies({5, 5, 5}, {.epsilon = 0}, 30'000), {0, 1, 2});
  even(frequencies({3, first, 7, first}, {}, 30'000), {1, 3});
  even(frequencies({first, first}, {}, 30'000), {0, 1});
}

TEST_CASE("a seed decides every pick") {
  const std::vector<double> keys{1, 2, 3, 4};
  CHECK(frequencies(keys, {.seed = 5}, 50) == frequencies(keys, {.seed = 5}, 50));
  CHECK(frequencies(keys, {.seed = 5}, 50) != frequencies(keys, {.seed = 6}, 50));
}
