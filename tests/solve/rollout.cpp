// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/rollout.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <tuple>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/table_walk.hpp"

using namespace sched;
using sched_test::random_table, sched_test::rows_ahead;
using walk = sched_test::table_walk;

namespace {

static_assert(rollout_state<walk>);
static_assert(lookahead_policy<rows_ahead, walk>);

/// The definition, on copies: no log, no threads. `rows` ahead at each of `depth` levels.
void reference(walk& w, std::size_t rows, unsigned depth, std::size_t width);
int value_of(walk w, std::size_t x, std::size_t rows, unsigned depth, std::size_t width, std::size_t until) {
  w.take(x);
  while (!w.done() && w.row() < until) {
    if (depth > 1) reference(w, rows, depth - 1, width);
    else w.step();
  }
  return w.sum();
}
void reference(walk& w, std::size_t rows, unsigned depth, std::size_t width) {
  std::vector<std::size_t> all;
  w.choices(all);
  all.resize(std::min(all.size(), width));
  if (all.size() < 2) return w.step();
  std::size_t best = 0;
  int least = 0;
  for (std::size_t k = 0; k < all.size(); ++k) {
    const int value = value_of(w, all[k], rows, depth, width, w.row() + rows);
    if (k > 0 && value >= least) continue;
    best = k;
    least = value;
  }
  w.take(all[best]);
}

}  // namespace

TEST_CASE("rollout takes what brute force on copies takes, at every horizon, width and depth") {
  random_generator rng(1);
  for (int round = 0; round < 60; ++round) {
    const auto table = random_table(rng, 1 + static_cast<std::size_t>(rng.below(9)), 1 + rng.below(5));
    for (const std::size_t rows : {1U, 2U, 4U, 100U})
      for (const std::size_t width : {1U, 2U, 3U})
        for (const unsigned depth : {1U, 2U, 3U}) {
          walk expected(table), w(table);
          while (!expected.done()) reference(expected, rows, depth, width);
          const rollout_report r = rollout(w, rows_ahead{rows}, {.width = width, .depth = depth});
          CHECK(w.cells() == expected.cells());
          CHECK(w.sum() == expected.sum());
          CHECK_FALSE(r.cancelled);
        }
  }
}

TEST_CASE("a full look-ahead is never worse than the base policy, and a deeper one helps") {
  random_generator rng(2);
  int base = 0, one = 0, two = 0;
  for (int round = 0; round < 40; ++round) {
    const auto table = random_table(rng, 10, 6);
    walk plain(table), once(table), twice(table);
    while (!plain.done()) plain.step();
    rollout(once, rows_ahead{});
    rollout(twice, rows_ahead{}, {.depth = 2});
    CHECK(once.sum() <= plain.sum());
    base += plain.sum();
    one += once.sum();
    two += twice.sum();
  }
  CHECK(one < base * 9 / 10);
  CHECK(two < one);
}

TEST_CASE("the report counts decisions, deviations, scenarios and bytes") {
  const std::vector<std::vector<int>> table{{5, 1, 9}, {5, 1, 9}, {5, 1, 9}};
  walk w(table);
  std::vector<std::size_t> chosen, compared;
  const rollout_report r =
      rollout(w, rows_ahead{}, {},
              [&](const walk& s, std::span<const std::size_t> choices, std::span<const int> costs, std::size_t best) {
                CHECK(choices.size() == costs.size());
                CHECK(s.row() == chosen.size());  // before it is taken
                CHECK(costs[best] == *std::min_element(costs.begin(), costs.end()));
                chosen.push_back(best);
                compared.push_back(choices.size());
              });
  CHECK(w.sum() == 3);
  CHECK(chosen == std::vector<std::size_t>{1, 0, 0});
  CHECK(compared == std::vector<std::size_t>{2, 3, 3});
  CHECK(r.decisions == 3);
  CHECK(r.deviations == 1);
  CHECK(r.scenarios == 8);
  // A cell, the column, the row and the sum: 24 bytes each, for every row of every scenario.
  CHECK(r.bytes == 24 * 4 * (2 * 3 + 3 * 2 + 3 * 1));
  CHECK(r.most_bytes == 24 * 4 * 3);
}

TEST_CASE("ties go to the base policy's own choice") {
  const std::vector<std::vector<int>> table(6, std::vector<int>(4, 1));
  walk w(table);
  CHECK(rollout(w, rows_ahead{2}).deviations == 0);
  CHECK(w.cells() == std::vector<std::size_t>(6, 0));
}

TEST_CASE("the trigger decides whether to compare at all") {
  struct never : rows_ahead {
    static bool begin(const walk&, std::span<const std::size_t>) { return false; }
  };
  random_generator rng(3);
  const auto table = random_table(rng, 8, 4);
  walk w(table);
  const rollout_report r = rollout(w, never{});
  CHECK(w.cells() == std::vector<std::size_t>(8, 0));
  CHECK((r.decisions == 0 && r.scenarios == 0 && r.bytes == 0));
}

TEST_CASE("the budget cuts a comparison, then the base policy goes on") {
  random_generator rng(4);
  const auto table = random_table(rng, 12, 5);
  walk full(table);
  const std::uint64_t all = rollout(full, rows_ahead{}).scenarios;
  for (std::uint64_t budget = 0; budget <= all + 1; ++budget)
    for (const unsigned depth : {1U, 2U}) {
      walk w(table);
      const rollout_report r = rollout(w, rows_ahead{}, {.scenarios = budget, .depth = depth});
      CHECK(w.done());
      CHECK(r.scenarios <= budget);
      if (depth == 1) CHECK(r.scenarios + 1 >= std::min(budget, all));
      if (depth == 1 && budget >= all) CHECK(w.cells() == full.cells());
    }
}

TEST_CASE("any number of threads gives the same result") {
  random_generator rng(5);
  for (int round = 0; round < 12; ++round) {
    const auto table = random_table(rng, 12, 5);
    for (const unsigned depth : {1U, 2U})
      for (const std::uint64_t budget : {rollout_options::unlimited, std::uint64_t{40}}) {
        walk alone(table);
        const rollout_report a = rollout(alone, rows_ahead{6}, {.scenarios = budget, .depth = depth});
        for (const unsigned threads : {2U, 3U, 5U}) {
          walk w(table);
          const rollout_report r = rollout(w, rows_ahead{6}, {.scenarios = budget, .depth = depth, .threads = threads});
          CHECK(w.cells() == alone.cells());
          CHECK(std::tie(r.decisions, r.deviations, r.scenarios, r.bytes, r.most_bytes) ==
                std::tie(a.decisions, a.deviations, a.scenarios, a.bytes, a.most_bytes));
        }
      }
  }
}

TEST_CASE("what a scenario makes the policy remember reaches no other") {
  // Counts its own calls and values a scenario by them: only the copy of this scenario may be counted.
  struct counting {
    using cost = int;
    int calls = 0;
    static bool begin(const walk&, std::span<const std::size_t>) { return true; }
    bool finished(const walk&) {
      ++calls;
      return false;
    }
    int cost_of(const walk& w) { return w.sum() + 1000 * calls; }
  };
  const std::vector<std::vector<int>> table{{5, 1}, {5, 1}, {5, 1}};
  for (const unsigned threads : {1U, 2U}) {
    walk w(table);
    rollout(w, counting{}, {.threads = threads});
    CHECK(w.sum() == 3);
  }
}

TEST_CASE("a stop leaves the rest to the base policy") {
  random_generator rng(6);
  const auto table = random_table(rng, 12, 5);
  for (const unsigned threads : {1U, 2U}) {
    std::stop_source stop;
    walk w(table);
    rollout_options options{.threads = threads, .watch = {.stop = stop.get_token()}};
    std::uint64_t last = 0;
    options.watch.observer = [&](const progress& p) {
      CHECK(p.done > last);
      last = p.done;
    };
    rollout_report r = rollout(w, rows_ahead{}, options,
                               [&](const walk& s, std::span<const std::size_t>, std::span<const int>, std::size_t) {
                                 if (s.row() == 3) stop.request_stop();
                               });
    CHECK(w.done());
    CHECK(r.cancelled);
    CHECK(r.decisions == 4);
    CHECK(last == r.scenarios);
    walk none(table);
    r = rollout(none, rows_ahead{}, options);
    CHECK(none.cells() == std::vector<std::size_t>(12, 0));
    CHECK((r.cancelled && r.scenarios == 0));
  }
}

TEST_CASE("the solver runs again, and a second run allocates nothing") {
  random_generator rng(7);
  const auto table = random_table(rng, 30, 7);
  const walk start(table);
  for (const unsigned threads : {1U, 2U})
    for (const unsigned depth : {1U, 2U}) {
      walk w = start;
      rollout_solver solver(w, rows_ahead{8}, {.depth = depth, .threads = threads});
      const rollout_report first = solver.run();
      const walk end = w;
      w = start;
      const sched_test::allocation_count count;
      // copies of vectors of the same size reuse their memory
      const rollout_report second = solver.run();
      CHECK(count.since() == 0);
      CHECK(w.cells() == end.cells());
      CHECK(first.scenarios == second.scenarios);
    }
}

TEST_CASE("step by step equals the run, and may start in the middle") {
  random_generator rng(8);
  const auto table = random_table(rng, 10, 5);
  walk a(table), b(table);
  a.take(1);
  a.take(2);
  b.take(1);
  b.take(2);
  rollout(a, rows_ahead{});
  rollout_solver solver(b, rows_ahead{});
  std::size_t steps = 0;
  for (solver.init(); !solver.done(); solver.step()) ++steps;
  CHECK(steps == 8);
  CHECK(a.cells() == b.cells());
}

TEST_CASE("exceptions of the policy pass through, from any thread") {
  struct failing : rows_ahead {
    int cost_of(const walk& w) const {
      if (w.sum() > 20) throw std::runtime_error("too much");
      return w.sum();
    }
  };
  const std::vector<std::vector<int>> table(4, std::vector<int>{1, 9, 9});
  for (const unsigned threads : {1U, 2U, 3U}) {
    walk w(table);
    CHECK_THROWS_AS(rollout(w, failing{}, {.threads = threads}), std::runtime_error);
  }
}
