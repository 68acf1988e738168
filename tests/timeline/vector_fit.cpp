// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/vector_fit.hpp>

#include <vector>

#include <sched/core/random.hpp>
#include <sched/timeline/step_timeline.hpp>

#include "support/catch.hpp"

using sched::amount;
using sched::instant;
using sched::interval;
using timelines = std::span<const sched::step_timeline>;
using demands = std::span<const amount>;

TEST_CASE("a vector fits where every component fits") {
  std::vector<sched::step_timeline> t(3, sched::step_timeline(2));
  t[0].take({0, 4}, 2);
  t[1].take({5, 9}, 1);
  t[2].take({0, 100}, 2);
  const std::vector<amount> n{1, 2, 0};
  CHECK(earliest_fit(timelines(t), demands(n), 0, 1) == 4);
  CHECK(earliest_fit(timelines(t), demands(n), 0, 2) == 9);
  CHECK(latest_fit(timelines(t), demands(n), 10, 2) == instant::minus_infinity());
  CHECK(latest_fit(timelines(t), demands(n), 11, 2) == 9);
  CHECK(latest_fit(timelines(t), demands(n), 10, 1) == 9);
  CHECK(latest_fit(timelines(t), demands(n), 9, 1) == 4);
  CHECK(fits(timelines(t), demands(n), interval{4, 5}));
  CHECK_FALSE(fits(timelines(t), demands(n), interval{4, 6}));
  take(std::span(t), n, {4, 5});
  CHECK(t[0].available(4) == 1);
  CHECK(t[1].available(4) == 0);
  CHECK(t[2].available(4) == 0);
  release(std::span(t), n, {4, 5});
  CHECK(earliest_fit(timelines(t), demands(n), 0, 1) == 4);
}

TEST_CASE("a resource of which nothing is demanded is not asked") {
  std::vector<sched::step_timeline> t(2, sched::step_timeline(2));
  t[1].add_capacity({0, 50}, -3);  // below zero
  const std::vector<amount> n{1, 0};
  CHECK(earliest_fit(timelines(t), demands(n), 3, 5) == 3);
  CHECK(latest_fit(timelines(t), demands(n), 9, 5) == 4);
}

TEST_CASE("without a common fit the answer is infinite; without duration it is the start of the search") {
  std::vector<sched::step_timeline> t{sched::step_timeline(2), sched::step_timeline(2, 7)};
  const std::vector<amount> n{1, 3};
  CHECK(earliest_fit(timelines(t), demands(n), 0, 1) == instant::infinity());
  CHECK(earliest_fit(timelines(t), demands(n), 0, 0) == 7);
  CHECK(latest_fit(timelines(t), demands(n), 20, 1) == instant::minus_infinity());
  CHECK(latest_fit(timelines(t), demands(n), 20, 0) == 20);
  CHECK(latest_fit(timelines(t), demands(n), 6, 0) == instant::minus_infinity());
}

TEST_CASE("vector fits equal a search tick by tick") {
  for (int run = 0; run < 200; ++run) {
    sched::random_generator random(static_cast<std::uint64_t>(run) + 1);
    std::vector<sched::step_timeline> t(1 + random.below(4), sched::step_timeline(3));
    for (auto& one : t) {
      for (int i = 0; i < 10; ++i) {
        const auto a = random.between(0, 60);
        one.reserve({a, a + random.between(1, 9)}, random.between(1, 3));
      }
    }
    for (int i = 0; i < 30; ++i) {
      std::vector<amount> n(t.size());
      for (auto& x : n) x = random.between(0, 3);
      const auto at = random.between(0, 70);
      const auto d = random.between(1, 8);
      std::int64_t s = at;
      while (!fits(timelines(t), demands(n), {s, s + d})) ++s;
      REQUIRE(earliest_fit(timelines(t), demands(n), at, d) == s);
      std::int64_t back = at - d;
      while (back >= 0 && !fits(timelines(t), demands(n), {back, back + d})) --back;
      REQUIRE(latest_fit(timelines(t), demands(n), at, d) == (back >= 0 ? instant(back) : instant::minus_infinity()));
    }
  }
}
