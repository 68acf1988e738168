// SPDX-License-Identifier: BSL-1.0
// Beam search on a walk through a table: exact when nothing falls out, rollout when the beam is one, honest about its
// budget, the same every time.
#include <sched/solve/beam_search.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <stdexcept>
#include <stop_token>
#include <tuple>
#include <vector>

#include <sched/core/random.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/rounds.hpp"
#include "support/table_walk.hpp"

using namespace sched;
using sched_test::random_table, sched_test::rows_ahead;
using walk = sched_test::table_walk;

namespace {

/// Knows that walks of the same sum in the same place can do the same.
struct telling : rows_ahead {
  [[nodiscard]] static std::uint64_t decided(const walk& w) {
    return w.row() * 1000000 + w.column() * 10000 + static_cast<std::uint64_t>(w.sum());
  }
};

/// The least sum of all walks, by dynamic programming.
int optimum(const std::vector<std::vector<int>>& t) {
  const std::size_t columns = t.front().size();
  const int never = std::numeric_limits<int>::max() / 2;
  std::vector<int> best(columns, never);
  best[0] = 0;
  for (const auto& row : t) {
    std::vector<int> next(columns, never);
    for (std::size_t c = 0; c < columns; ++c)
      for (std::size_t from = c == 0 ? 0 : c - 1; from <= std::min(c + 1, columns - 1); ++from)
        next[c] = std::min(next[c], best[from] + row[c]);
    best.swap(next);
  }
  return *std::min_element(best.begin(), best.end());
}

/// The definition, on copies: every walk of a level by its value, ties by parent and choice. Scenarios to the end.
struct plain_beam {
  int best = 0;
  std::uint64_t scenarios = 0;

  plain_beam(const std::vector<std::vector<int>>& table, std::size_t beam, std::size_t width, bool whole) {
    struct entry {
      walk w;
      int value;
    };
    const auto end_of = [](walk w) {
      while (!w.done()) w.step();
      return w.sum();
    };
    std::vector<entry> level{{walk(table), end_of(walk(table))}};
    best = level[0].value;
    scenarios = 1;
    for (std::size_t row = 0; row < table.size(); ++row) {
      std::vector<entry> next;
      for (entry& e : level) {
        std::vector<std::size_t> all;
        e.w.choices(all);
        all.resize(std::min(all.size(), width));
        for (std::size_t c : all) {
          walk w = e.w;
          w.take(c);
          next.push_back({w, end_of(w)});
          if (all.size() > 1 && !(whole && c == all[0])) ++scenarios;
          best = std::min(best, next.back().value);
        }
      }
      std::stable_sort(next.begin(), next.end(), [](const entry& a, const entry& b) { return a.value < b.value; });
      if (next.size() > beam) next.erase(next.begin() + static_cast<std::ptrdiff_t>(beam), next.end());
      level = std::move(next);
    }
  }
};

constexpr std::size_t huge = 100000;

}  // namespace

TEST_CASE("a beam takes what brute force on copies takes, and counts every scenario") {
  random_generator rng(1);
  for (int round = 0; round < sched_test::rounds(60, 10); ++round) {
    const auto table = random_table(rng, 1 + static_cast<std::size_t>(rng.below(9)), 1 + rng.below(5));
    for (const std::size_t beam : {1U, 2U, 5U, 30U})
      for (const std::size_t width : {1U, 2U, 3U})
        for (const bool whole : {false, true}) {
          const plain_beam expected(table, beam, width, whole);
          walk w(table);
          const beam_report r = beam_search(w, rows_ahead{}, {.beam = beam, .width = width, .whole = whole});
          CHECK(w.done());
          CHECK(w.sum() == expected.best);
          CHECK(r.scenarios == expected.scenarios);
          CHECK(r.duplicates == 0);
          CHECK_FALSE((r.cancelled || r.exhausted));
          CHECK(r.levels == table.size());
        }
  }
}

TEST_CASE("a beam that nothing falls out of is exact, and twins make that cheap") {
  random_generator rng(2);
  for (int round = 0; round < sched_test::rounds(30, 5); ++round) {
    const auto table = random_table(rng, 7, 4);
    walk all(table), told(table);
    const beam_report a = beam_search(all, rows_ahead{}, {.beam = huge, .whole = true});
    const beam_report b = beam_search(told, telling{}, {.beam = huge, .whole = true});
    CHECK(all.sum() == optimum(table));
    CHECK(told.sum() == optimum(table));
    CHECK(b.duplicates > 0);
    CHECK(b.scenarios < a.scenarios);
  }
}

TEST_CASE("a beam of one takes the decisions of rollout, at every horizon") {
  random_generator rng(3);
  for (int round = 0; round < 60; ++round) {
    const auto table = random_table(rng, 10, 5);
    for (const std::size_t rows : {2U, 4U, 100U}) {
      walk ahead(table), w(table);
      std::uint64_t scenarios = 0;
      rollout(ahead, rows_ahead{rows}, {},
              [&](const walk&, std::span<const std::size_t> choices, std::span<const int>, std::size_t) {
                scenarios += choices.size();
              });
      const beam_report r = beam_search(w, rows_ahead{rows}, {.beam = 1});
      CHECK(w.sum() <= ahead.sum());
      CHECK(r.scenarios == scenarios + 1);  // and the base policy's own
      if (rows == 100) CHECK(w.cells() == ahead.cells());
    }
    walk ahead(table), w(table);
    const rollout_report a = rollout(ahead, rows_ahead{});
    const beam_report b = beam_search(w, rows_ahead{}, {.beam = 1, .whole = true});
    CHECK(w.cells() == ahead.cells());
    CHECK(b.scenarios == 1 + a.scenarios - a.decisions);  // the first choices are not played
  }
  // A short horizon misleads rollout into a corner; the base policy's own way is kept here.
  const std::vector<std::vector<int>> corner{{5, 0, 9}, {5, 5, 0}, {0, 50, 50}};
  walk ahead(corner), w(corner);
  rollout(ahead, rows_ahead{1});
  beam_search(w, rows_ahead{1}, {.beam = 1});
  CHECK((ahead.sum() == 50 && w.sum() == 10));
}

TEST_CASE("never worse than the base policy, whatever the horizon, width and budget") {
  random_generator rng(4);
  for (int round = 0; round < 40; ++round) {
    const auto table = random_table(rng, 10, 5);
    walk base(table);
    while (!base.done()) base.step();
    for (const std::size_t rows : {0U, 1U, 3U, 100U})
      for (const std::size_t beam : {1U, 3U})
        for (const std::uint64_t budget :
             {std::uint64_t{0}, std::uint64_t{2}, std::uint64_t{9}, std::uint64_t{50}, beam_options::unlimited}) {
          walk w(table);
          const beam_report r = beam_search(w, rows_ahead{rows}, {.beam = beam, .scenarios = budget});
          CHECK(w.done());
          CHECK(w.sum() <= base.sum());
          CHECK(r.scenarios <= std::max<std::uint64_t>(1, budget));
        }
  }
}

TEST_CASE("the budget is used to the last scenario, and more of it is not worse") {
  random_generator rng(5);
  const auto table = random_table(rng, 12, 5);
  walk full(table);
  const std::uint64_t all = beam_search(full, telling{}, {.beam = 4, .whole = true}).scenarios;
  int last = std::numeric_limits<int>::max();
  for (std::uint64_t budget = 1; budget <= all + 1; ++budget) {
    walk w(table);
    const beam_report r = beam_search(w, telling{}, {.beam = 4, .scenarios = budget, .whole = true});
    CHECK(r.scenarios == std::min(budget, all));
    CHECK(r.exhausted == (budget < all));
    CHECK(w.sum() <= last);
    last = w.sum();
  }
  CHECK(last == full.sum());
}

TEST_CASE("the caller sees every improvement, the state ends where the best was seen") {
  random_generator rng(6);
  for (int round = 0; round < 20; ++round) {
    const auto table = random_table(rng, 12, 5);
    walk w(table);
    std::vector<int> seen;
    std::uint64_t last = 0;
    beam_options options{.beam = 5, .whole = true};
    options.watch.observer = [&](const progress& p) {
      CHECK(p.done >= last);
      last = p.done;
    };
    const beam_report r = beam_search(w, telling{}, options, [&](int cost, const beam_report&) {
      CHECK((seen.empty() || cost < seen.back()));
      seen.push_back(cost);
    });
    CHECK(seen.back() == w.sum());
    CHECK(last == r.scenarios);
    CHECK(r.bytes > 0);
  }
}

TEST_CASE("step by step equals the run, may start in the middle, be left early and run again") {
  random_generator rng(7);
  const auto table = random_table(rng, 10, 5);
  walk a(table), b(table);
  for (walk* w : {&a, &b}) {
    w->take(1);
    w->take(2);
  }
  const walk start = b;
  const beam_report whole = beam_search(a, telling{}, {.beam = 3});
  beam_solver solver(b, telling{}, {.beam = 3});
  std::size_t steps = 0;
  for (solver.init(); !solver.done(); solver.step()) {
    CHECK(b.row() == 2);
    ++steps;
  }
  CHECK(steps == 8);
  CHECK(a.cells() == b.cells());
  CHECK(solver.best() == b.sum());
  b = start;
  solver.init();
  solver.step();
  solver.finish();
  CHECK((b.done() && solver.done() && solver.best() == b.sum()));
  b = start;
  const beam_report again = solver.run();
  CHECK(a.cells() == b.cells());
  CHECK(std::tie(again.scenarios, again.duplicates, again.bytes, again.states) ==
        std::tie(whole.scenarios, whole.duplicates, whole.bytes, whole.states));
}

TEST_CASE("further runs allocate nothing: the copies of the state are kept") {
  random_generator rng(8);
  const auto table = random_table(rng, 20, 6);
  const walk start(table);
  walk w = start;
  beam_solver solver(w, telling{}, {.beam = 6, .whole = true});
  for (int warm = 0; warm < 20; ++warm) {  // until every copy has seen the longest branch
    solver.run();
    w = start;
  }
  const sched_test::allocation_count count;
  solver.run();
  CHECK(count.since() == 0);
}

TEST_CASE("a stop ends at the best so far") {
  random_generator rng(9);
  const auto table = random_table(rng, 12, 5);
  walk base(table);
  while (!base.done()) base.step();
  for (const std::size_t rows : {3U, 100U}) {
    std::stop_source stop;
    walk w(table);
    beam_options options{.beam = 4, .watch = {.stop = stop.get_token()}};
    std::uint64_t levels = 0;
    options.watch.observer = [&](const progress&) {
      if (++levels == 3) stop.request_stop();
    };
    const beam_report r = beam_search(w, rows_ahead{rows}, options);
    CHECK((w.done() && r.cancelled && r.levels == 4));
    CHECK(w.sum() <= base.sum());
    walk none(table);
    const beam_report at_once = beam_search(none, rows_ahead{rows}, options);
    CHECK(none.cells() == base.cells());
    CHECK((at_once.cancelled && at_once.scenarios <= 2));
  }
}

TEST_CASE("a policy that compares nothing is the base policy, and a finished state stays") {
  struct never : rows_ahead {
    static bool begin(const walk&, std::span<const std::size_t>) { return false; }
  };
  random_generator rng(10);
  const auto table = random_table(rng, 8, 4);
  for (const bool whole : {false, true}) {
    walk w(table);
    const beam_report r = beam_search(w, never{}, {.whole = whole});
    CHECK(w.cells() == std::vector<std::size_t>(8, 0));
    CHECK(r.scenarios == 1);
    const beam_report none = beam_search(w, rows_ahead{}, {.whole = whole});
    CHECK((none.scenarios == 1 && none.levels == 0));
  }
}

TEST_CASE("exceptions of the policy pass through") {
  struct failing : rows_ahead {
    int cost_of(const walk& w) const {
      if (w.sum() > 20) throw std::runtime_error("too much");
      return w.sum();
    }
  };
  const std::vector<std::vector<int>> table(4, std::vector<int>{1, 9, 9});
  walk w(table);
  CHECK_THROWS_AS(beam_search(w, failing{}), std::runtime_error);
}
