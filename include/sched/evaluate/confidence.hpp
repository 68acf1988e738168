// SPDX-License-Identifier: BSL-1.0
#ifndef SCHED_EVALUATE_CONFIDENCE_HPP
#define SCHED_EVALUATE_CONFIDENCE_HPP

/// \file
/// How far a mean of observations can be trusted: confidence intervals.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include <sched/core/config.hpp>
#include <sched/core/random.hpp>
#include <sched/evaluate/job_metrics.hpp>

namespace sched {
inline namespace v0 {

struct confidence_interval {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();

  [[nodiscard]] bool contains(double x) const noexcept { return low <= x && x <= high; }
  bool operator==(const confidence_interval&) const noexcept = default;
};

enum class interval_method : std::uint8_t {
  /// mean ± t(1 − α/2, n − 1) · s / √n, s² = Σ(x − mean)² / (n − 1). Exact for normal observations, and closer to its
  /// confidence than the percentiles for the 10 to 100 observations that simulations usually have.
  student_t,
  /// The α/2 and 1 − α/2 percentiles (nearest rank) of the means of `resamples` samples of size n, drawn with
  /// replacement. Follows skewed observations; too narrow for few of them, by about √((n − 1)/n).
  bootstrap
};

struct interval_options {
  double confidence = 0.95;  ///< 1 − α, above 0 and below 1
  interval_method method = interval_method::student_t;
  std::size_t resamples = 10'000;  ///< bootstrap only, at least 1
  std::uint64_t seed = 1;          ///< bootstrap only
};

namespace detail {

/// Angle whose tangent is x ≥ 0, the same bits everywhere: three halvings, then the series. Error below 1e-15.
[[nodiscard]] inline double stable_atan(double x) noexcept {
  if (std::isinf(x)) return 1.5707963267948966;
  for (int k = 0; k < 3; ++k) x = x / (1.0 + std::sqrt(std::fma(x, x, 1.0)));
  const double square = std::fma(x, x, 0.0);
  double sum = 0;
  for (int n = 21; n >= 0; --n) sum = std::fma(-sum, square, 1.0 / (2 * n + 1));
  return 8.0 * std::fma(sum, x, 0.0);
}

/// P(|T| ≤ t) of Student's distribution with so many degrees of freedom: finite sums (Abramowitz & Stegun 1964, 26.7.3
/// and 26.7.4). O(degrees).
[[nodiscard]] inline double student_t_within(double t, std::size_t degrees) noexcept {
  const auto nu = static_cast<double>(degrees);
  const double whole = std::fma(t, t, nu);
  const double sine = t / std::sqrt(whole);
  const double square = nu / whole;  // of the cosine
  const bool odd = degrees % 2 == 1;
  double term = odd ? std::sqrt(square) : 1.0;
  double sum = degrees == 1 ? 0.0 : term;
  for (std::size_t k = odd ? 3 : 2; k + 2 <= degrees && term > 1e-17; k += 2) {
    term = std::fma(term, square, 0.0) * (static_cast<double>(k - 1) / static_cast<double>(k));
    sum += term;
  }
  if (!odd) return std::fma(sine, sum, 0.0);
  return 0.63661977236758134 * std::fma(sine, sum, stable_atan(t / std::sqrt(nu)));
}

}  // namespace detail

/// The t with P(T ≤ t) = p for Student's distribution, by bisection to the last bits (absolute error of the probability
/// about 1e-15). The same bits on every platform. Preconditions: 0 < p < 1, degrees > 0. O(degrees).
[[nodiscard]] inline double student_t_quantile(double p, std::size_t degrees) {
  SCHED_ASSERT(p > 0 && p < 1 && degrees > 0);
  if (p < 0.5) return -student_t_quantile(1.0 - p, degrees);
  const double within = 2.0 * p - 1.0;
  double low = 0, high = 1;
  while (high < 1e300 && detail::student_t_within(high, degrees) < within) {
    low = high;
    high *= 2;
  }
  for (int k = 0; k < 80; ++k) {
    const double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    (detail::student_t_within(middle, degrees) < within ? low : high) = middle;
  }
  return high;
}

/// Mean of some observations, 0 for none. Compensated: O(n).
[[nodiscard]] inline double mean_of(std::span<const double> x) noexcept {
  compensated_sum sum;
  for (const double v : x) sum.add(v);
  return x.empty() ? 0.0 : sum.value() / static_cast<double>(x.size());
}

/// Confidence interval for the mean of the population that independent observations were drawn from; of fewer than two
/// it is the whole line. Same observations and seed, same bits. Precondition: options in their ranges, finite
/// observations. Student: O(n); bootstrap: O(resamples · n), allocates O(resamples). References: Student 1908; Efron
/// 1979; the choice: Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69 (2015).
[[nodiscard]] inline confidence_interval mean_interval(std::span<const double> x, const interval_options& o = {}) {
  SCHED_ASSERT(o.confidence > 0 && o.confidence < 1 && o.resamples > 0);
  if (x.size() < 2) return {};
  const auto n = static_cast<double>(x.size());
  const double tail = (1.0 - o.confidence) / 2;
  if (o.method == interval_method::student_t) {
    const double mean = mean_of(x);
    compensated_sum squares;
    for (const double v : x) squares.add(std::fma(v - mean, v - mean, 0.0));
    const double error = std::sqrt(squares.value() / (n - 1) / n);
    const double reach = std::fma(student_t_quantile(1.0 - tail, x.size() - 1), error, 0.0);
    return {mean - reach, mean + reach};
  }
  random_generator random(o.seed);
  std::vector<double> means(o.resamples);
  for (double& m : means) {
    compensated_sum sum;
    for (std::size_t k = 0; k < x.size(); ++k) sum.add(x[static_cast<std::size_t>(random.below(x.size()))]);
    m = sum.value() / n;
  }
  std::ranges::sort(means);
  const std::span<const double> sorted(means);
  return {nearest_rank(sorted, tail), nearest_rank(sorted, 1.0 - tail)};
}

}  // namespace v0
}  // namespace sched

#endif
