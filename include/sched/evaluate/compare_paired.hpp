// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_COMPARE_PAIRED_HPP
#define SCHED_EVALUATE_COMPARE_PAIRED_HPP

/// \file
/// Alternatives measured on the same cases: means, ranks, and differences that the cases' own spread does not blur.

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <span>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/evaluate/confidence.hpp>

namespace sched {
inline namespace v0 {

/// What is known of one alternative after all cases.
struct paired_summary {
  double mean = 0;
  confidence_interval interval{};  ///< of the mean
  double difference = 0;           ///< mean of (value − value of the first alternative in the same case)
  confidence_interval apart{};     ///< of the difference: narrower than intervals of the means tell, cases being shared
  double rank = 1;                 ///< mean rank among the alternatives, 1 is best; equals share their ranks
  std::size_t cases = 0;

  /// True when the confidence interval of the difference leaves out 0.
  [[nodiscard]] bool differs() const noexcept { return cases > 1 && !apart.contains(0.0); }
  bool operator==(const paired_summary&) const noexcept = default;
};

/// `values[c · alternatives + a]` is what alternative a reached in case c. One summary per alternative, the first is
/// what the others are compared with. Cases must be independent draws of what the result shall speak of. O(values ·
/// log alternatives) and the intervals; allocates. Preconditions: alternatives > 0 divides the number of values, finite
/// values.
[[nodiscard]] inline std::vector<paired_summary> compare_paired(std::span<const double> values,
                                                                std::size_t alternatives, bool more_is_better = false,
                                                                const interval_options& o = {}) {
  SCHED_ASSERT(alternatives > 0 && values.size() % alternatives == 0);
  const std::size_t cases = values.size() / alternatives;
  std::vector<double> ranks(alternatives, 0.0);
  std::vector<std::size_t> order(alternatives);
  for (std::size_t c = 0; c < cases; ++c) {
    const auto row = values.subspan(c * alternatives, alternatives);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(
        order, [&](std::size_t a, std::size_t b) { return more_is_better ? row[a] > row[b] : row[a] < row[b]; });
    for (std::size_t begin = 0, end = 0; begin < alternatives; begin = end) {
      while (end < alternatives && row[order[end]] == row[order[begin]]) ++end;
      for (std::size_t k = begin; k < end; ++k) ranks[order[k]] += static_cast<double>(begin + 1 + end) / 2;
    }
  }
  std::vector<paired_summary> out(alternatives);
  std::vector<double> own(cases), apart(cases);
  for (std::size_t a = 0; a < alternatives; ++a) {
    for (std::size_t c = 0; c < cases; ++c) {
      own[c] = values[c * alternatives + a];
      apart[c] = own[c] - values[c * alternatives];
    }
    paired_summary& s = out[a];
    s.cases = cases;
    s.mean = mean_of(own);
    s.interval = mean_interval(own, o);
    s.difference = mean_of(apart);
    s.apart = mean_interval(apart, o);
    if (cases > 0) s.rank = ranks[a] / static_cast<double>(cases);
  }
  return out;
}

}  // namespace v0
}  // namespace sched

#endif
