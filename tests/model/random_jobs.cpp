// SPDX-License-Identifier: BSL-1.0
#include <sched/model/random_jobs.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include <sched/core/error.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

std::vector<job> draw(const random_jobs_options& o, std::uint64_t seed = 1) {
  random_generator random(seed);
  return random_jobs(o, random);
}
std::uint64_t checksum(const std::vector<job>& jobs) {
  std::uint64_t h = 0xcbf29ce484222325U;
  const auto mix = [&](std::int64_t v) { h = (h ^ static_cast<std::uint64_t>(v)) * 0x100000001b3U; };
  for (const job& j : jobs) {
    mix(j.submit.count());
    mix(j.shapes[0].demand);
    mix(j.shapes[0].estimate.count());
    mix(j.shapes[0].runtime.count());
    mix(j.user);
    mix(j.queue);
  }
  return h;
}
/// Integral of f · density of gamma(shape, scale) from a to b, by many steps.
template <class F>
double gamma_integral(double shape, double scale, double a, double b, F f) {
  double sum = 0;
  const int steps = 200'000;
  const double width = (b - a) / steps;
  for (int k = 0; k < steps; ++k) {
    const double x = a + (k + 0.5) * width;
    sum += f(x) * std::exp((shape - 1) * std::log(x) - x / scale - std::lgamma(shape) - shape * std::log(scale));
  }
  return sum * width;
}

}  // namespace

TEST_CASE("jobs are numbered, sorted, and fit the machine") {
  for (const job_mix mix : {job_mix::undivided, job_mix::batch, job_mix::interactive, job_mix::both})
    for (const amount processors : {1, 2, 3, 7, 100, 128, 77'248}) {
      const auto jobs = draw({.jobs = 400, .processors = processors, .mix = mix, .estimate_factor = 2, .users = 5});
      REQUIRE(jobs.size() == 400);
      CHECK(std::ranges::is_sorted(jobs, {}, &job::submit));
      for (std::size_t k = 0; k < jobs.size(); ++k) {
        const job& j = jobs[k];
        REQUIRE(j.rigid());
        REQUIRE(j.id == static_cast<job_number>(k) + 1);
        REQUIRE(j.submit >= 0);
        REQUIRE((j.shapes[0].demand >= 1 && j.shapes[0].demand <= processors));
        REQUIRE((j.shapes[0].runtime >= 1 && j.shapes[0].runtime <= 162'755));  // e^12
        REQUIRE(
            (j.shapes[0].estimate >= j.shapes[0].runtime && j.shapes[0].estimate <= 3 * j.shapes[0].runtime.count()));
        REQUIRE(j.user < 5);
        REQUIRE(j.queue <= 1);
      }
    }
  CHECK(draw({.jobs = 0, .load = 1}).empty());
}

TEST_CASE("the same seed means the same jobs everywhere") {
  CHECK(checksum(draw({.jobs = 2000})) == 0x5a2e4ea760c2180d);
  CHECK(checksum(draw(
            {.jobs = 2000, .processors = 300, .mix = job_mix::both, .load = 0.8, .estimate_factor = 4, .users = 50},
            7)) == 0xb6b827b34aad6604);
  CHECK(draw({.jobs = 50}, 1) == draw({.jobs = 50}, 1));
  CHECK_FALSE(draw({.jobs = 50}, 1) == draw({.jobs = 50}, 2));
}

TEST_CASE("sizes follow the published shares") {
  const struct {
    job_mix mix;
    double serial, power_of_two, low, bend, high, share;
  } populations[] = {{job_mix::undivided, 0.244, 0.576, 0.8, 4.5, 7, 0.86},
                     {job_mix::batch, 0.2927, 0.6686, 1.2, 5, 7, 0.875},
                     {job_mix::interactive, 0.1541, 0.625, 1, 3, 5.5, 0.705}};
  for (const auto& p : populations) {
    const auto jobs = draw({.jobs = 100'000, .mix = p.mix});
    double serial = 0, powers = 0, logs = 0, parallel = 0;
    for (const job& j : jobs) {
      const auto size = static_cast<std::uint64_t>(j.shapes[0].demand);
      serial += size == 1;
      powers += size > 1 && std::has_single_bit(size);
      if (size > 1) {
        logs += std::log2(static_cast<double>(size));
        ++parallel;
      }
    }
    const auto n = static_cast<double>(jobs.size());
    INFO("serial share " << p.serial);
    CHECK(std::abs(serial / n - p.serial) < 0.006);
    CHECK(powers / n > p.power_of_two - 0.006);  // others can be powers by chance
    CHECK(powers / n < p.power_of_two + 0.35 * (1 - p.serial - p.power_of_two) + 0.01);
    const double mean = p.share * (p.low + p.bend) / 2 + (1 - p.share) * (p.bend + p.high) / 2;
    CHECK(std::abs(logs / parallel - mean) < 0.04);
  }
}

TEST_CASE("runtimes follow the published hyper-gamma, longer for larger jobs") {
  const auto jobs = draw({.jobs = 200'000});
  for (const amount size : {1, 16, 64}) {
    double sum = 0, n = 0;
    for (const job& j : jobs)
      if (j.shapes[0].demand == size) {
        sum += std::log(static_cast<double>(j.shapes[0].runtime.count()) + 0.5);
        ++n;
      }
    REQUIRE(n > 1000);
    const double p = 0.78 - 0.0054 * static_cast<double>(size);
    CHECK(std::abs(sum / n - (p * 4.2 * 0.94 + (1 - p) * 312 * 0.03)) < 0.1);
  }
}

TEST_CASE("arrivals follow the published gaps and the hours of the day") {
  const auto jobs = draw({.jobs = 300'000});
  const double shape = 10.2303 * 1.0225;
  const double kept = gamma_integral(shape, 0.4871, 1e-9, 13, [](double) { return 1.0; });
  const double gap = gamma_integral(shape, 0.4871, 1e-9, 13, [](double x) { return std::exp(x); }) / kept;
  const double mean = static_cast<double>(jobs.back().submit.count()) / static_cast<double>(jobs.size());
  CHECK(std::abs(mean / gap - 1) < 0.1);

  std::vector<double> per_hour(24, 0.0);
  for (const job& j : jobs) ++per_hour[static_cast<std::size_t>(j.submit.count() / 3600 % 24)];
  const auto busiest = std::ranges::max_element(per_hour) - per_hour.begin();
  const auto quietest = std::ranges::min_element(per_hour) - per_hour.begin();
  CHECK((busiest >= 11 && busiest <= 16));
  CHECK((quietest >= 2 && quietest <= 7));
  CHECK(*std::ranges::max_element(per_hour) > 8 * *std::ranges::min_element(per_hour));
}

TEST_CASE("a load sets the work per processor and second") {
  for (const double load : {0.5, 1.0, 1.5}) {
    const auto jobs = draw({.jobs = 5000, .processors = 256, .load = load});
    double work = 0;
    for (const job& j : jobs) work += static_cast<double>(j.shapes[0].demand * j.shapes[0].runtime.count());
    CHECK(std::abs(work / (256 * static_cast<double>(jobs.back().submit.count())) / load - 1) < 0.001);
    CHECK(std::ranges::is_sorted(jobs, {}, &job::submit));
  }
}

TEST_CASE("gamma numbers have the mean and the variance of their shape") {
  for (const double shape : {1.0, 3.8351, 312.0}) {
    random_generator random(3);
    double sum = 0, squares = 0;
    constexpr int n = 100'000;
    for (int k = 0; k < n; ++k) {
      const double x = detail::random_gamma(random, shape);
      REQUIRE(x > 0);
      sum += x;
      squares += (x - shape) * (x - shape);
    }
    CHECK(std::abs(sum / n - shape) < 0.02 * std::sqrt(shape));
    CHECK(std::abs(squares / n / shape - 1) < 0.05);
  }
}

TEST_CASE("options without meaning are refused") {
  CHECK_THROWS_AS(draw({.processors = 0}), error);
  CHECK_THROWS_AS(draw({.users = 0}), error);
  CHECK_THROWS_AS(draw({.load = -1}), error);
  CHECK_THROWS_AS(draw({.estimate_factor = std::numeric_limits<double>::quiet_NaN()}), error);
}
