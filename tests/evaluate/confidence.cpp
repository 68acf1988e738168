// SPDX-License-Identifier: BSL-1.0
#include <sched/evaluate/confidence.hpp>

#include <cmath>
#include <utility>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

TEST_CASE("quantiles of Student's distribution are those of the printed tables") {
  const std::vector<std::pair<std::size_t, std::pair<double, double>>> table{
      {1, {12.7062047361747, 63.6567411628715}}, {2, {4.30265272974946, 9.92484320091829}},
      {3, {3.18244630528371, 5.84090930973336}}, {4, {2.77644510519779, 4.60409487134999}},
      {9, {2.2621571627982, 3.24983554159213}},  {10, {2.22813885198627, 3.16927267261695}},
      {29, {2.0452296421327, 2.75638590367061}}, {99, {1.98421695158642, 2.62640545728083}}};
  for (const auto& [degrees, q] : table) {
    CHECK(student_t_quantile(0.975, degrees) == Approx(q.first).epsilon(1e-12));
    CHECK(student_t_quantile(0.995, degrees) == Approx(q.second).epsilon(1e-12));
    CHECK(student_t_quantile(0.025, degrees) == -student_t_quantile(0.975, degrees));
    CHECK(student_t_quantile(0.5, degrees) == Approx(0.0).margin(1e-12));
  }
  CHECK(student_t_quantile(0.975, 1'000'000) == Approx(1.959966).epsilon(1e-6));  // nearly normal
}

TEST_CASE("a Student interval is mean ± t · s / √n") {
  const std::vector<double> x{10, 12, 9, 14, 15};  // mean 12, s² = 6.5
  const confidence_interval i = mean_interval(x);
  const double reach = 2.77644510519779 * std::sqrt(6.5 / 5);
  CHECK(i.low == Approx(12 - reach).epsilon(1e-12));
  CHECK(i.high == Approx(12 + reach).epsilon(1e-12));
  CHECK(mean_interval(x, {.confidence = 0.99}).low < i.low);
  CHECK(i.contains(12.0));
  CHECK_FALSE(i.contains(16.0));
}

TEST_CASE("of fewer than two observations nothing is known, equal ones leave no doubt") {
  for (const auto method : {interval_method::student_t, interval_method::bootstrap}) {
    const interval_options o{.method = method, .resamples = 100};
    CHECK(mean_interval({}, o) == confidence_interval{});
    CHECK(mean_interval(std::vector<double>{3.0}, o).contains(1e300));
    CHECK(mean_interval(std::vector<double>{7, 7, 7}, o) == confidence_interval{7, 7});
  }
  CHECK(mean_of({}) == 0.0);
}

TEST_CASE("bootstrap percentiles depend on the seed alone") {
  const std::vector<double> x{1, 1, 2, 3, 5, 8, 13, 21};
  const interval_options o{.method = interval_method::bootstrap, .resamples = 2000, .seed = 4};
  const confidence_interval i = mean_interval(x, o);
  CHECK(mean_interval(x, o) == i);
  CHECK(i.low < mean_of(x));
  CHECK(i.high > mean_of(x));
  CHECK(i.low >= 1);
  CHECK(i.high - mean_of(x) > mean_of(x) - i.low);  // follows the long tail
  interval_options other = o;
  other.seed = 5;
  CHECK_FALSE(mean_interval(x, other) == i);
}

TEST_CASE("intervals cover the true mean as often as they promise") {
  // 2,000 samples of 12 normal observations with mean 3. The standard error of a share is 0.5 %.
  random_generator random(11);
  std::size_t student = 0, percentile = 0;
  constexpr std::size_t samples = 2000;
  std::vector<double> x(12);
  for (std::size_t k = 0; k < samples; ++k) {
    for (double& v : x) v = 3 + 2 * random.normal();
    student += mean_interval(x).contains(3) ? 1U : 0U;
    percentile += mean_interval(x, {.method = interval_method::bootstrap, .resamples = 200}).contains(3) ? 1U : 0U;
  }
  const double share = static_cast<double>(student) / samples;
  CHECK(share > 0.935);
  CHECK(share < 0.965);
  CHECK(percentile < student);  // known to be too narrow for few observations
}
