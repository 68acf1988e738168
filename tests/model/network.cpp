// SPDX-License-Identifier: BSL-1.0
#include <sched/model/network.hpp>

#include <sched/core/random.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include "support/catch.hpp"

using namespace sched;

namespace {

precedence arc(int from, int to, lag_kind kind = lag_kind::finish_start, std::int64_t lag = 0, bool maximal = false) {
  return {task_id(from), task_id(to), kind, lag, maximal};
}

std::vector<std::size_t> numbers(const std::vector<task_id>& tasks) {
  std::vector<std::size_t> result;
  for (task_id t : tasks) result.push_back(t.index());
  return result;
}

/// n tasks, m random arcs (with repetitions), upwards only unless `cyclic`.
std::vector<precedence> random_arcs(random_generator& rng, int n, int m, bool cyclic) {
  std::vector<precedence> arcs;
  for (int k = 0; k < m; ++k) {
    auto a = static_cast<int>(rng.below(static_cast<std::uint64_t>(n)));
    auto b = static_cast<int>(rng.below(static_cast<std::uint64_t>(n)));
    if (!cyclic && a == b) continue;
    if (!cyclic && a > b) std::swap(a, b);
    arcs.push_back(arc(a, b, static_cast<lag_kind>(rng.below(4)), rng.between(-5, 5), rng.chance(0.1)));
  }
  return arcs;
}

}  // namespace

TEST_CASE("kinds of lags tie the ends that their names say") {
  CHECK((from_start(lag_kind::start_start) && from_start(lag_kind::start_finish)));
  CHECK((!from_start(lag_kind::finish_start) && !from_start(lag_kind::finish_finish)));
  CHECK((to_start(lag_kind::start_start) && to_start(lag_kind::finish_start)));
  CHECK((!to_start(lag_kind::start_finish) && !to_start(lag_kind::finish_finish)));
  CHECK(to_string(lag_kind::finish_start) == "finish-start");
  CHECK(to_string(lag_kind::start_start) == "start-start");
  CHECK(to_string(lag_kind::start_finish) == "start-finish");
  CHECK(to_string(lag_kind::finish_finish) == "finish-finish");
}

TEST_CASE("a default network has no tasks") {
  const network g;
  CHECK(g.size() == 0);
  CHECK(g.arc_count() == 0);
  CHECK(g.topological_order().empty());
  CHECK(g.find_cycle().empty());
}

TEST_CASE("rows hold every minimal lag once in each direction, sorted by the other end") {
  random_generator rng(5);
  for (int round = 0; round < 200; ++round) {
    const int n = 1 + static_cast<int>(rng.below(12));
    const std::vector<precedence> arcs = random_arcs(rng, n, static_cast<int>(rng.below(40)), true);
    const network g(static_cast<std::size_t>(n), arcs);
    using tuple = std::tuple<std::size_t, std::size_t, lag_kind, ticks>;
    std::multiset<tuple> given, out, in;
    for (const precedence& a : arcs)
      if (!a.maximal) given.emplace(a.from.index(), a.to.index(), a.kind, a.lag);
    std::vector<tuple> by_number(g.arc_count());
    for (std::size_t i = 0; i < g.size(); ++i) {
      const auto row = g.successors(task_id(i));
      CHECK(std::ranges::is_sorted(row, {}, &sched::adjacency::task));
      for (std::size_t k = 0; k < row.size(); ++k) {
        by_number[g.first_arc(task_id(i)) + k] = {i, row[k].task.index(), row[k].kind, row[k].lag};
        out.insert(by_number[g.first_arc(task_id(i)) + k]);
      }
    }
    for (std::size_t i = 0; i < g.size(); ++i) {
      const auto row = g.predecessors(task_id(i));
      CHECK(std::ranges::is_sorted(row, {}, &sched::adjacency::task));
      REQUIRE(g.incoming_arcs(task_id(i)).size() == row.size());
      for (std::size_t k = 0; k < row.size(); ++k) {
        const tuple t{row[k].task.index(), i, row[k].kind, row[k].lag};
        CHECK(by_number[g.incoming_arcs(task_id(i))[k]] == t);
        in.insert(t);
      }
    }
    CHECK(out == given);
    CHECK(in == given);
  }
}

TEST_CASE("the topological order puts predecessors first and free tasks first in, first out") {
  const std::vector<precedence> arcs{arc(4, 0), arc(3, 1), arc(0, 1)};
  CHECK(numbers(network(5, arcs).topological_order()) == std::vector<std::size_t>{2, 3, 4, 0, 1});
  random_generator rng(6);
  for (int round = 0; round < 100; ++round) {
    const int n = 1 + static_cast<int>(rng.below(20));
    const network g(static_cast<std::size_t>(n), random_arcs(rng, n, 30, false));
    const auto order = g.topological_order();
    REQUIRE(order.size() == g.size());
    std::vector<std::size_t> position(g.size());
    for (std::size_t k = 0; k < order.size(); ++k) position[order[k].index()] = k;
    for (std::size_t i = 0; i < g.size(); ++i)
      for (const sched::adjacency& l : g.successors(task_id(i))) CHECK(position[i] < position[l.task.index()]);
    CHECK(g.find_cycle().empty());
  }
}

TEST_CASE("a cycle is a closed walk along arcs from its lowest number") {
  random_generator rng(7);
  int cycles = 0;
  for (int round = 0; round < 300; ++round) {
    const int n = 1 + static_cast<int>(rng.below(10));
    const network g(static_cast<std::size_t>(n), random_arcs(rng, n, static_cast<int>(rng.below(20)), true));
    const auto cycle = g.find_cycle();
    CHECK(cycle.empty() == (g.topological_order().size() == g.size()));
    if (cycle.empty()) continue;
    ++cycles;
    CHECK(std::ranges::min(cycle) == cycle.front());
    CHECK(std::set<task_id>(cycle.begin(), cycle.end()).size() == cycle.size());
    for (std::size_t k = 0; k < cycle.size(); ++k) {
      const task_id next = cycle[(k + 1) % cycle.size()];
      CHECK(std::ranges::any_of(g.successors(cycle[k]), [&](const sched::adjacency& l) { return l.task == next; }));
    }
  }
  CHECK(cycles > 100);
  const std::vector<precedence> self{arc(1, 1)};
  CHECK(numbers(network(2, self).find_cycle()) == std::vector<std::size_t>{1});
}

TEST_CASE("the order of arcs changes neither rows, nor orders, nor the cycle that is named") {
  random_generator rng(8);
  for (int round = 0; round < 100; ++round) {
    const int n = 2 + static_cast<int>(rng.below(10));
    std::vector<precedence> arcs = random_arcs(rng, n, 15, round % 2 == 0);
    // Parallel arcs keep the order in which they are given: leave one of each pair.
    std::map<std::pair<task_id, task_id>, precedence> unique;
    for (const precedence& a : arcs)
      if (!a.maximal) unique.emplace(std::pair(a.from, a.to), a);
    arcs.clear();
    for (const auto& [ends, a] : unique) arcs.push_back(a);
    const network g(static_cast<std::size_t>(n), arcs);
    rng.shuffle(std::span(arcs));
    const network h(static_cast<std::size_t>(n), arcs);
    for (std::size_t i = 0; i < g.size(); ++i) {
      CHECK(std::ranges::equal(g.successors(task_id(i)), h.successors(task_id(i))));
      CHECK(std::ranges::equal(g.predecessors(task_id(i)), h.predecessors(task_id(i))));
    }
    CHECK(g.topological_order() == h.topological_order());
    CHECK(g.find_cycle() == h.find_cycle());
  }
}
