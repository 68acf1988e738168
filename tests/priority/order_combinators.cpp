// SPDX-License-Identifier: BSL-1.0
#include <sched/priority/order_combinators.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include <sched/backfill.hpp>
#include <sched/core/random.hpp>
#include <sched/priority/fair_share.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/job_traces.hpp"

using namespace sched;

namespace {

template <job_order O>
std::vector<double> keys_of(O o, const std::vector<waiting_job>& jobs, instant now = 0) {
  std::vector<double> out(jobs.size());
  o.keys(jobs, now, out);
  return out;
}
std::vector<waiting_job> random_queue(std::size_t n, random_generator& rng) {
  std::vector<waiting_job> jobs(n);
  for (waiting_job& j : jobs) {
    j.demand = rng.between(1, 4);
    j.estimate = rng.between(1, 4);
    j.eligible = rng.between(0, 20);
    j.band = static_cast<std::int32_t>(rng.between(-1, 3));
    j.priority = rng.between(0, 2);
  }
  return jobs;
}
/// Starts of a random trace on 16 processors.
template <class O, class R>
std::vector<std::int64_t> starts(const std::vector<job>& jobs, O o, R r) {
  return sched_test::starts_of(jobs, backfill(16, o, r));
}
std::vector<job> banded_trace(random_generator& rng) {
  auto jobs = sched_test::random_trace({.jobs = 60, .widest_gap = 3}, rng);
  for (job& j : jobs) {
    j.band = static_cast<std::int32_t>(rng.between(0, 3));
    j.deadline = j.submit + rng.between(10, 300);
  }
  return jobs;
}

/// Counts what it is told; ranks nobody.
struct listener {
  int* told;
  static constexpr bool static_keys = true;
  void keys(std::span<const waiting_job>, instant, std::span<double> out) const { std::ranges::fill(out, 0.0); }
  void started(const waiting_job&, instant) { ++*told; }
  void ended(const waiting_job&, instant) { *told += 100; }
};

}  // namespace

TEST_CASE("the first order decides, the next where it is undecided") {
  std::vector<waiting_job> jobs(4);
  const std::vector<amount> demands{3, 1, 3, 1};
  const std::vector<std::int64_t> estimates{5, 9, 2, 9};
  for (std::size_t k = 0; k < 4; ++k) {
    jobs[k].demand = demands[k];
    jobs[k].estimate = estimates[k];
  }
  CHECK(keys_of(order::lexicographic(order::smallest{}, order::sjf{}), jobs) == std::vector{2.0, 0.0, 1.0, 0.0});
  CHECK(keys_of(order::lexicographic(order::sjf{}, order::smallest{}), jobs) == std::vector{1.0, 2.0, 0.0, 2.0});
  CHECK(keys_of(order::lexicographic(order::fcfs{}, order::fcfs{}, order::ljf{}), jobs) ==
        std::vector{1.0, 0.0, 2.0, 0.0});
  CHECK(keys_of(order::lexicographic(order::smallest{}, order::sjf{}), {}).empty());
}

TEST_CASE("ranks are those of comparing all jobs two by two") {
  random_generator rng(2);
  for (int round = 0; round < 200; ++round) {
    const auto jobs = random_queue(static_cast<std::size_t>(rng.between(1, 30)), rng);
    const auto a = keys_of(order::by_priority{}, jobs, 30), b = keys_of(order::lxf{}, jobs, 30),
               c = keys_of(order::largest{}, jobs, 30);
    const auto less = [&](std::size_t x, std::size_t y) {
      if (a[x] != a[y]) return a[x] < a[y];
      if (b[x] != b[y]) return b[x] < b[y];
      return c[x] < c[y];
    };
    const auto ranks = keys_of(order::lexicographic(order::by_priority{}, order::lxf{}, order::largest{}), jobs, 30);
    for (std::size_t x = 0; x < jobs.size(); ++x)
      for (std::size_t y = 0; y < jobs.size(); ++y) REQUIRE((ranks[x] < ranks[y]) == less(x, y));
  }
}

TEST_CASE("combinations with nothing but arrival behind keep the keys of the first") {
  using namespace order;
  static_assert(lexicographic<sjf>::static_keys && lexicographic<sjf, fcfs>::static_keys && by_band<>::static_keys);
  static_assert(!lexicographic<lxf, fcfs>::static_keys);
  static_assert(!lexicographic<sjf, largest>::static_keys && !by_band<sjf>::static_keys);  // ranks of one call
  random_generator rng(6);
  const auto jobs = random_queue(20, rng);
  CHECK(keys_of(lexicographic(sjf{}, fcfs{}), jobs) == keys_of(sjf{}, jobs));
  CHECK(keys_of(by_band(fcfs{}), jobs) == keys_of(band{}, jobs));
}

TEST_CASE("bands are strict, the order inside is the inner one") {
  random_generator rng(7);
  const auto jobs = random_queue(40, rng);
  const auto keys = keys_of(order::by_band(order::ljf{}), jobs);
  for (std::size_t x = 0; x < jobs.size(); ++x)
    for (std::size_t y = 0; y < jobs.size(); ++y) {
      const bool before =
          jobs[x].band != jobs[y].band ? jobs[x].band > jobs[y].band : jobs[x].estimate > jobs[y].estimate;
      REQUIRE((keys[x] < keys[y]) == before);
    }
}

TEST_CASE("bands rise with age up to the highest, those above it stay") {
  const order::ageing_band o(100, 2);
  waiting_job j;
  j.eligible = 50;
  j.band = 0;
  CHECK(o.band_of(j, 0) == 0);
  CHECK(o.band_of(j, 149) == 0);
  CHECK(o.band_of(j, 150) == 1);
  CHECK(o.band_of(j, 1'000'000) == 2);
  CHECK(o.band_of(j, instant::infinity()) == 2);
  j.band = 3;
  CHECK(o.band_of(j, 1'000'000) == 3);
  j.band = -2;
  CHECK(o.band_of(j, 150) == -1);
  CHECK(keys_of(o, {j}, 250) == std::vector{0.0});
  CHECK_THROWS_AS(order::ageing_band(0, 3), error);
}

TEST_CASE("an old job of a low band overtakes a fresh one of a high band") {
  std::vector<waiting_job> jobs(2);
  jobs[0].band = 1;
  jobs[0].eligible = 290;
  jobs[1].band = 0;
  const order::lexicographic o(order::ageing_band(100, 3), order::fcfs{});
  CHECK(keys_of(o, jobs, 99) == std::vector{-1.0, 0.0});
  CHECK(keys_of(o, jobs, 299) == std::vector{-1.0, -2.0});
}

TEST_CASE("all parts that follow use are told once of every start and end") {
  int first = 0, second = 0;
  order::lexicographic o(order::sjf{}, listener{&first}, order::by_band(listener{&second}));
  static_assert(usage_order<decltype(o)> && usage_order<order::by_band<order::fair_share<>>>);
  static_assert(!usage_order<order::by_band<>> && !usage_order<order::lexicographic<order::sjf, order::ljf>>);
  o.started({}, 0);
  o.started({}, 0);
  o.ended({}, 1);
  CHECK((first == 102 && second == 102));
}

TEST_CASE("fair share inside bands is not the fair share of bands") {
  order::by_band o{order::fair_share<>{}};
  std::vector<waiting_job> jobs(3);
  jobs[0].user = jobs[2].user = 1;
  jobs[1].user = 2;
  jobs[2].band = 1;
  o.started(jobs[0], 0);
  std::vector<double> keys(3);
  o.keys(jobs, 10, keys);
  CHECK(keys == std::vector{2.0, 1.0, 0.0});
}

TEST_CASE("combinations rank without allocating") {
  random_generator rng(9);
  const auto jobs = random_queue(100, rng);
  std::vector<double> keys(100);
  order::lexicographic o(order::by_priority{}, order::by_band(order::sjf{}), order::wfp3{});
  o.keys(jobs, 50, keys);
  const sched_test::allocation_count count;
  for (std::size_t n = 0; n <= 100; ++n) o.keys(std::span(jobs).first(n), 60, std::span(keys).first(n));
  CHECK(count.since() == 0);
}

TEST_CASE("under a scheduler a combination that adds nothing changes nothing") {
  random_generator rng(12);
  const auto both = [&](const std::vector<job>& jobs, auto r) {
    using namespace order;
    CHECK(starts(jobs, lexicographic(sjf{}, fcfs{}), r) == starts(jobs, sjf{}, r));
    CHECK(starts(jobs, lexicographic(sjf{}, sjf{}), r) == starts(jobs, sjf{}, r));
    CHECK(starts(jobs, lexicographic(fcfs{}, largest{}), r) == starts(jobs, largest{}, r));
    CHECK(starts(jobs, lexicographic(wfp3{}, fcfs{}), r) == starts(jobs, wfp3{}, r));
    CHECK(starts(jobs, by_band(fcfs{}), r) == starts(jobs, band{}, r));
    CHECK(starts(jobs, by_band(by_band(sjf{})), r) == starts(jobs, lexicographic(band{}, sjf{}), r));
  };
  for (int round = 0; round < 20; ++round) {
    const auto jobs = banded_trace(rng);
    both(jobs, reserve::none{});
    both(jobs, reserve::easy());
    both(jobs, reserve::depth{4});
  }
}

TEST_CASE("under a scheduler without backfilling bands are strict") {
  random_generator rng(13);
  for (int round = 0; round < 10; ++round) {
    const auto jobs = banded_trace(rng);
    const auto at = starts(jobs, order::by_band(order::earliest_deadline{}), reserve::none{});
    for (std::size_t x = 0; x < jobs.size(); ++x)
      for (std::size_t y = 0; y < jobs.size(); ++y) {
        // Both wait from before x starts until after: x does not start before a y that goes first.
        const bool before =
            jobs[y].band != jobs[x].band ? jobs[y].band > jobs[x].band : jobs[y].deadline < jobs[x].deadline;
        if (before && jobs[y].submit < at[x]) REQUIRE(at[y] <= at[x]);
      }
  }
}
