// SPDX-License-Identifier: BSL-1.0
#include <sched/dispatch/checkpoint_interval.hpp>

#include <cmath>
#include <cstdint>
#include <initializer_list>

#include <sched/core/random.hpp>

#include "support/catch.hpp"

using namespace sched;

namespace {

/// Time to do `work` with checkpoints every `interval`, when failures come at random and a restart takes `restart`.
double time_to_finish(double work, double interval, double cost, double restart, double mtbf, std::uint64_t seed) {
  random_generator rng(seed);
  const auto next_failure = [&] { return mtbf * rng.exponential(); };
  double now = 0, done = 0, fails = next_failure();
  while (done < work) {
    const double step = std::fmin(interval, work - done), needs = step + (done + step < work ? cost : 0);
    if (fails >= needs) {
      now += needs;
      fails -= needs;
      done += step;
    } else {
      now += fails + restart;  // the step is lost
      fails = next_failure();
    }
  }
  return now;
}

}  // namespace

TEST_CASE("intervals of Young and Daly") {
  CHECK(young_interval(300, 86'400) == 7200);  // √(600 · 86,400)
  CHECK(daly_interval(300, 86'400) == 7001);   // 7200 · (1 + √x/3 + x/9) − 300, x = 300 / 172,800
  CHECK(young_interval(0, 100) == 1);
  CHECK(daly_interval(0, 100) == 1);
  CHECK(daly_interval(200, 100) == 100);
  CHECK(daly_interval(1'000, 100) == 100);
  CHECK(young_interval(5, duration::infinity()) == duration::infinity());
  CHECK(daly_interval(5, duration::infinity()) == duration::infinity());
  CHECK(young_interval(duration::max(), duration::max()) == duration::max());
  CHECK(daly_interval(duration::max() - 5, duration::max()) < duration::max());
}

TEST_CASE("with failures at random, other intervals lose more") {
  const double cost = 60, mtbf = 10'000, restart = 100;
  const auto mean = [&](double interval) {
    double sum = 0;
    for (std::uint64_t seed = 0; seed < 60; ++seed) sum += time_to_finish(200'000, interval, cost, restart, mtbf, seed);
    return sum;
  };
  for (const duration best : {young_interval(60, 10'000), daly_interval(60, 10'000)}) {
    const auto t = static_cast<double>(best.count());
    CHECK(mean(t) < mean(t / 4));
    CHECK(mean(t) < mean(t * 4));
  }
}
