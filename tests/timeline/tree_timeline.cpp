// SPDX-License-Identifier: BSL-1.0
#include <sched/timeline/tree_timeline.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/timeline/step_timeline.hpp>

#include "support/catch.hpp"
#include "support/rounds.hpp"
#include "support/timeline_contract.hpp"

using sched::tree_timeline;

namespace {
using narrow_tree = sched::basic_tree_timeline<sched::detail::no_probe, 4, 4>;
using odd_tree = sched::basic_tree_timeline<sched::detail::no_probe, 7, 5>;

struct counting_probe {
  static inline std::size_t visited = 0;
  static void node() noexcept { ++visited; }
};
using counted_tree = sched::basic_tree_timeline<counting_probe>;
}  // namespace

TEST_CASE("a tree timeline keeps the timeline contract") { sched_test::check_timeline_contract<tree_timeline>(); }

TEST_CASE("a tree timeline answers as the definition says on random operations") {
  sched_test::check_timeline_random<tree_timeline>(400, 600);
}

TEST_CASE("so do trees with the smallest nodes, which split and merge at every turn") {
  sched_test::check_timeline_contract<narrow_tree>();
  sched_test::check_timeline_random<narrow_tree>(200, 1200, 77);
  sched_test::check_timeline_random<odd_tree>(100, 1200, 78);
}

TEST_CASE("clear and reset of a tree timeline start afresh") {
  tree_timeline t(4);
  REQUIRE(t.reserve({2, 9}, 3));
  t.clear();
  CHECK(t == tree_timeline(4));
  t.reset(7, 10);
  CHECK(t.capacity() == 7);
  CHECK(t == tree_timeline(7, 10));
  CHECK(t.size() == 1);
}

TEST_CASE("on deep queues the tree remembers bounds, and answers as the array without them") {
  // Bookings at their earliest fit, early ends, sweeps that release and book again, time moving on: 3,000 steps and
  // more.
  for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(sched_test::rounds(3)); ++seed) {
    sched::random_generator random(seed);
    sched::tree_timeline tree(64);
    sched::step_timeline array(64);
    std::vector<sched::reservation> booked;
    sched::instant now = 0;
    for (int i = 0; i < 8000; ++i) {
      const sched::duration d = random.between(1, 4000);
      const sched::amount n = std::int64_t{1} << random.below(7);
      const sched::instant x = random.chance(0.8) ? now : now + random.between(0, 20000);
      const sched::instant s = array.earliest_fit(x, d, n);
      REQUIRE(tree.earliest_fit(x, d, n) == s);
      if (i < 4000 || random.chance(0.5)) {
        const sched::interval when{s, s + d};
        REQUIRE(array.reserve(when, n));
        REQUIRE(tree.reserve(when, n));
        booked.push_back({when, n});
      }
      const double event = random.real();
      const auto at = static_cast<std::size_t>(random.below(booked.size()));
      if (event < 0.2) {  // a sweep over one job: release, fit, book
        tree.release(booked[at]);
        array.release(booked[at]);
        const sched::duration length = booked[at].when.length();
        const sched::instant again = array.earliest_fit(now, length, booked[at].units);
        REQUIRE(tree.earliest_fit(now, length, booked[at].units) == again);
        booked[at].when = {again, again + length};
        array.take(booked[at].when, booked[at].units);
        REQUIRE(tree.reserve(booked[at].when, booked[at].units));
      } else if (event < 0.24) {  // an early end
        const sched::instant finish = booked[at].when.start + booked[at].when.length().count() / 2;
        tree.resize(booked[at], finish);
        booked[at] = array.resize(booked[at], finish).booking;
      } else if (event < 0.25) {
        tree.release(booked[at]);
        array.release(booked[at]);
        booked[at] = booked.back();
        booked.pop_back();
      } else if (event < 0.26) {
        now += random.between(0, 300);
        tree.advance(now);
        array.advance(now);
      }
      if (i % 500 == 0) {
        REQUIRE(sched_test::steps_of(tree) == sched_test::steps_of(array));
        REQUIRE(tree.size() == array.size());
        const sched::tree_timeline copy = tree;
        REQUIRE(copy == tree);
      }
      if (i % 7 == 0) {
        const sched::interval range{x, x + 30 * d};
        REQUIRE(tree.min_available(range) == array.min_available(range));
        REQUIRE(tree.first_below(range, n) == array.first_below(range, n));
        REQUIRE(tree.last_below(range, n) == array.last_below(range, n));
        REQUIRE(tree.latest_fit(range.finish, d, n) == array.latest_fit(range.finish, d, n));
      }
    }
    for (const auto& b : booked) tree.release(b);
    CHECK(tree.size() == 1);
    CHECK(tree.available(now) == 64);
  }
}

TEST_CASE("visited nodes grow like the logarithm of the steps") {
  // Availability alternates 10/11 up to time 10n, free after; see the growth tests of the benchmark.
  struct worst {
    std::size_t wall = 0, plateau = 0, local = 0, whole = 0, point = 0;
  };
  const auto measure = [](std::int64_t n) {
    counted_tree t(1024);
    t.take({0, 10 * n}, 1013);
    for (std::int64_t x = 0; x < 10 * n; x += 20) t.take({x, x + 10}, 1);
    sched::random_generator random(5);
    worst w;
    const auto count = [](std::size_t& most, auto&& operation) {
      counting_probe::visited = 0;
      operation();
      most = std::max(most, counting_probe::visited);
    };
    for (int i = 0; i < 200; ++i) {
      const std::int64_t x = random.between(0, 5 * n);
      count(w.wall, [&] { CHECK(t.earliest_fit(x, 100, 512) == 10 * n); });
      count(w.plateau, [&] { CHECK(t.earliest_fit(x / 10, 9 * n, 8) == x / 10); });
      count(w.plateau, [&] { CHECK(t.latest_fit(10 * n - x / 10, 9 * n, 8) == n - x / 10); });
      count(w.local, [&] { t.take({x, x + 25}, 3); });
      count(w.local, [&] { t.release({{x, x + 25}, 3}); });
      count(w.whole, [&] { t.take({x % 10, 10 * n - 5}, 3); });
      count(w.point, [&] { CHECK(t.min_available({x % 10, 10 * n - 7}) == 7); });
      count(w.point, [&] { CHECK(t.first_below({x % 10, 10 * n - 7}, 7) == sched::instant::infinity()); });
      count(w.whole, [&] { t.release({{x % 10, 10 * n - 5}, 3}); });
    }
    return w;
  };
  const worst small = measure(1000);
  const worst large = measure(100000);
  // Height 2 against 4: a hundred times the steps may cost three times the nodes.
  CHECK(large.wall <= 3 * small.wall);
  CHECK(large.plateau <= 3 * small.plateau);
  CHECK(large.local <= 3 * small.local);
  CHECK(large.whole <= 3 * small.whole);
  CHECK(large.point <= 3 * small.point);
  CHECK(large.wall < 32);
  CHECK(large.plateau < 32);
  CHECK(large.local < 64);
  CHECK(large.whole < 64);
}

TEST_CASE("a deep queue visits few nodes per query, and not many more when it is ten times deeper") {
  const auto visits_per_query = [](int jobs) {
    sched::random_generator random(9);
    counted_tree t(1024);
    std::size_t visited = 0;
    for (int i = 0; i < jobs; ++i) {
      const sched::amount n = std::int64_t{1} << random.below(9);
      const sched::duration d = random.between(60, 86399);
      counting_probe::visited = 0;
      const sched::instant s = t.earliest_fit(0, d, n);
      visited += counting_probe::visited;
      t.take({s, s + d}, n);
    }
    return static_cast<double>(visited) / jobs;
  };
  const double shallow = visits_per_query(2000);
  const double deep = visits_per_query(20000);
  CHECK(deep < 24);
  CHECK(deep < 3 * shallow);
}
