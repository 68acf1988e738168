// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/detail/list_crossing.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/random_project.hpp>

#include "support/catch.hpp"

using namespace sched;
using detail::list_window;

namespace {

struct windows_of {
  std::size_t window_least = 2, window_most = 6, windows = 5;
};

std::vector<std::uint16_t> shuffled(std::size_t n, random_generator& random) {
  std::vector<std::uint16_t> list(n);
  std::iota(list.begin(), list.end(), std::uint16_t{0});
  for (std::size_t k = n; k > 1; --k) std::swap(list[k - 1], list[random.below(k)]);
  return list;
}

}  // namespace

TEST_CASE("list_crossing: a child has the father's window, and all others in the mother's order") {
  random_generator random(3);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + random.below(30);
    const auto mother = shuffled(n, random), father = shuffled(n, random);
    std::vector<std::uint16_t> place(n), child(n);
    list_window w;
    w.width = 1 + random.below(n);
    w.at = random.below(n - w.width + 1);
    detail::cross_lists(std::span<const std::uint16_t>(mother), std::span<const std::uint16_t>(father), w,
                        std::span(place), std::span(child));
    std::vector<std::uint16_t> others;
    for (std::size_t k = 0; k < n; ++k) {
      if (k >= w.at && k < w.at + w.width) REQUIRE(child[k] == father[k]);
      else others.push_back(child[k]);
    }
    // Before the window what the father has before it, behind it what he has behind it; each in the mother's order.
    const auto rank = [](const std::vector<std::uint16_t>& list, std::uint16_t x) {
      return std::ranges::find(list, x) - list.begin();
    };
    for (std::size_t k = 0; k < others.size(); ++k) {
      REQUIRE((rank(father, others[k]) < static_cast<std::ptrdiff_t>(w.at)) == (k < w.at));
      if (k > 0 && k != w.at) REQUIRE(rank(mother, others[k - 1]) < rank(mother, others[k]));
    }
  }
}

TEST_CASE("list_crossing: the window with the greatest gain of those asked, within its limits") {
  random_generator random(4);
  for (int round = 0; round < 200; ++round) {
    const std::size_t n = 1 + random.below(30);
    std::vector<std::pair<double, std::size_t>> asked;
    const list_window w = detail::choose_window(random, n, windows_of{}, [&](list_window at) {
      asked.emplace_back(random.real(), at.at);
      return asked.back().first;
    });
    REQUIRE(asked.size() == 5);
    REQUIRE(w.at == std::ranges::max(asked).second);
    REQUIRE((w.width >= 1 && w.width <= std::max<std::size_t>(1, 3 * n / 4) && w.width <= 6 && w.at + w.width <= n));
  }
}

TEST_CASE("list_crossing: a father is another, and among more of them a better one") {
  random_generator random(6);
  const std::vector<std::int32_t> makespan{9, 3, 7, 5, 8};
  std::size_t best = 0;
  for (int round = 0; round < 500; ++round) {
    const std::size_t mother = random.below(5);
    REQUIRE(detail::father_for(random, makespan, mother, 1 + random.below(3)) != mother);
    best += detail::father_for(random, makespan, 0, 20) == 1 ? 1U : 0U;
  }
  CHECK(best > 490);
}

TEST_CASE("list_crossing: neighbours change places only where neither precedes the other") {
  random_generator random(7);
  for (int round = 0; round < 50; ++round) {
    const project p = sched::random_project({.tasks = 1 + random.below(25)}, random);
    const detail::decode::arcs successors(p, false);
    std::vector<std::uint16_t> list;
    for (const task_id t : p.topological_order()) list.push_back(static_cast<std::uint16_t>(t.index()));
    detail::swap_neighbours(random, 30, successors, std::span(list));
    std::vector<std::size_t> place(list.size());
    for (std::size_t k = 0; k < list.size(); ++k) place[list[k]] = k;
    for (std::size_t i = 0; i < list.size(); ++i)
      for (const adjacency& a : p.successors(task_id(i))) REQUIRE(place[i] < place[a.task.index()]);
  }
}

TEST_CASE("list_crossing: density is work per time of a stretch") {
  const std::vector<std::uint16_t> list{2, 0, 1};
  const std::vector<std::int32_t> start{4, 6, 0}, finish{8, 7, 3};
  const auto d = detail::density(
      std::span<const std::uint16_t>(list), {1, 2}, [&](std::uint16_t x) { return start[x]; },
      [&](std::uint16_t x) { return finish[x]; }, [](std::uint16_t x) { return 1.0 + x; });
  CHECK(d == 3.0 / 4.0);
}
