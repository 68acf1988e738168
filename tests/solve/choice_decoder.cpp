// SPDX-License-Identifier: BSL-1.0
#include <sched/solve/choice_decoder.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include <sched/core/random.hpp>
#include <sched/model/project.hpp>
#include <sched/solve/list_decoder.hpp>

#include "support/catch.hpp"
#include "support/count_allocations.hpp"
#include "support/random_project.hpp"

using namespace sched;
using sched_test::project_shape;
using sched_test::random_list;

namespace {

/// The definition, period by period.
std::vector<std::int64_t> textbook(const project& p, const std::vector<std::uint16_t>& list, bool reversed,
                                   const choice& c) {
  const std::size_t n = p.task_count();
  std::vector<std::vector<amount>> free;
  std::vector<std::int64_t> start(n, -1);
  std::vector<std::uint16_t> left = list;
  const auto before = [&](task_id t) { return reversed ? p.successors(t) : p.predecessors(t); };
  const auto length = [&](std::size_t i) { return p.work(task_id(i)).count(); };
  const auto fits = [&](std::size_t i, std::int64_t t) {
    for (std::int64_t x = t; x < t + length(i) && x < static_cast<std::int64_t>(free.size()); ++x)
      for (std::size_t r = 0; r < p.resource_count(); ++r)
        if (p.demand(task_id(i), resource_id(r)) > free[static_cast<std::size_t>(x)][r]) return false;
    return true;
  };
  while (!left.empty()) {
    std::size_t best = 0, place = 0;
    std::int64_t least = 0, at = 0;
    for (std::size_t k = 0; k < left.size() && place < std::max<std::size_t>(c.width, 1); ++k) {
      const std::size_t i = left[k];
      std::int64_t t = 0;
      bool open = true;
      for (const adjacency& a : before(task_id(i))) {
        open = open && start[a.task.index()] >= 0;
        t = std::max(t, start[a.task.index()] + length(a.task.index()));
      }
      if (!open) continue;
      while (!fits(i, t)) ++t;
      const std::int64_t value = 16 * t + static_cast<std::int64_t>(place) * c.sixteenths;
      if (place++ == 0 || value < least) {
        least = value;
        best = k;
        at = t;
      }
    }
    const std::size_t i = left[best];
    left.erase(left.begin() + static_cast<std::ptrdiff_t>(best));
    start[i] = at;
    for (std::int64_t x = at; x < at + length(i); ++x) {
      while (static_cast<std::int64_t>(free.size()) <= x) {
        free.emplace_back();
        for (std::size_t r = 0; r < p.resource_count(); ++r)
          free.back().push_back(p.resource_of(resource_id(r)).capacity);
      }
      for (std::size_t r = 0; r < p.resource_count(); ++r)
        free[static_cast<std::size_t>(x)][r] -= p.demand(task_id(i), resource_id(r));
    }
  }
  return start;
}

std::vector<std::int64_t> wide(const std::vector<std::int32_t>& narrow) { return {narrow.begin(), narrow.end()}; }

}  // namespace

TEST_CASE("choice_decoder: equals its definition on random projects of every shape") {
  random_generator random(21);
  for (int round = 0; round < 200; ++round) {
    project_shape shape;
    shape.tasks = static_cast<std::size_t>(random.between(1, 40));
    shape.resources = static_cast<std::size_t>(random.between(0, 12));
    shape.longest = random.between(1, 20);
    const std::int64_t capacities[] = {0, 1, 5, 127, 128, 32768, std::int64_t{1} << 50};
    shape.capacity = capacities[random.below(std::size(capacities))];
    shape.arc = random.real() * 0.4;
    shape.zero_duration = random.chance(0.5) ? 0.3 : 0.0;
    shape.zero_demand = random.real();
    shape.scale = random.chance(0.3) ? random.between(2, 7) : 1;
    shape.shuffled = random.chance(0.5);
    CAPTURE(round, shape.tasks, shape.resources, shape.capacity, shape.scale);
    const project p = sched_test::random_project(random, shape);
    choice_decoder d(p);
    std::vector<std::int32_t> starts(p.task_count());
    for (const bool reversed : {false, true}) {
      const auto list = random_list<std::uint16_t>(random, p, reversed);
      const choice c{.width = static_cast<std::size_t>(random.between(0, 12)), .sixteenths = random.between(0, 40)};
      const auto expected = textbook(p, list, reversed, c);
      const std::span<const std::uint16_t> view(list);
      const std::int32_t makespan = reversed ? d.decode_reversed(view, starts, c) : d.decode(view, starts, c);
      REQUIRE(wide(starts) == expected);
      REQUIRE(makespan == sched_test::makespan_of(p, expected));
    }
  }
}

TEST_CASE("choice_decoder: without a choice it is the list decoder, with one it is another") {
  random_generator random(22);
  std::size_t other = 0;
  for (int round = 0; round < 40; ++round) {
    const project p =
        sched_test::random_project(random, {.tasks = 120, .resources = 4, .longest = 10, .capacity = 12, .arc = 0.05});
    choice_decoder d(p);
    list_decoder plain(p);
    std::vector<std::int32_t> a(120), b(120);
    for (const bool reversed : {false, true}) {
      const auto list = random_list<std::uint16_t>(random, p, reversed);
      const std::span<const std::uint16_t> view(list);
      const choice none{.width = 1};
      const std::int32_t m = reversed ? d.decode_reversed(view, a, none) : d.decode(view, a, none);
      REQUIRE(m == (reversed ? plain.decode_reversed(view, std::span(b)) : plain.decode(view, std::span(b))));
      REQUIRE(a == b);
      if (!reversed) {
        d.decode(view, a, {.width = 6, .sixteenths = 4});
        REQUIRE(sched_test::feasible(p, wide(a)));
        other += a != b ? 1U : 0U;
      }
    }
  }
  CHECK(other >= 35);
}

TEST_CASE("choice_decoder: a pass with a limit finds the same up to it, and nothing above it") {
  random_generator random(24);
  std::size_t abandoned = 0;
  for (int round = 0; round < 200; ++round) {
    project_shape shape;
    shape.tasks = static_cast<std::size_t>(random.between(1, 60));
    shape.resources = static_cast<std::size_t>(random.between(1, 10));
    shape.longest = 9;
    shape.capacity = random.between(1, 200);
    shape.arc = random.real() * 0.3;
    shape.zero_duration = random.chance(0.3) ? 0.3 : 0.0;
    shape.scale = random.chance(0.3) ? random.between(2, 7) : 1;
    shape.shuffled = random.chance(0.5);
    const project p = sched_test::random_project(random, shape);
    choice_decoder d(p);
    std::vector<std::int32_t> free(p.task_count()), limited(p.task_count());
    for (const bool reversed : {false, true}) {
      const auto list = random_list<std::uint16_t>(random, p, reversed);
      const std::span<const std::uint16_t> view(list);
      choice c{.width = static_cast<std::size_t>(random.between(1, 10)), .sixteenths = random.between(0, 40)};
      const auto run = [&](std::vector<std::int32_t>& starts) {
        return reversed ? d.decode_reversed(view, starts, c) : d.decode(view, starts, c);
      };
      const std::int32_t makespan = run(free);
      for (const std::int32_t less : {0, 1, static_cast<std::int32_t>(random.between(0, makespan))}) {
        c.limit = makespan - less;
        const std::int32_t found = run(limited);
        REQUIRE(found == (less <= 0 ? makespan : std::numeric_limits<std::int32_t>::max()));
        if (less <= 0) REQUIRE(limited == free);
        else ++abandoned;
      }
    }
  }
  CHECK(abandoned >= 400);
}

TEST_CASE("choice_decoder: a call allocates nothing") {
  random_generator random(23);
  const project p =
      sched_test::random_project(random, {.tasks = 80, .resources = 6, .longest = 9, .capacity = 200, .arc = 0.1});
  choice_decoder d(p);
  std::vector<std::int32_t> starts(80);
  const auto list = random_list<std::uint16_t>(random, p);
  const sched_test::allocation_count before;
  d.decode(std::span<const std::uint16_t>(list), starts, {});
  CHECK(before.since() == 0);
}
